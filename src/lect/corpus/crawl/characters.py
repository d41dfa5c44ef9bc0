"""The characters of a text: composed, without controls, and with the invisible marks that its script needs."""

import re
import unicodedata

from lect.languages.scripts import script_of

_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u2060\ufeff\ufff9-\ufffb]")
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
_JOINERS = re.compile("[\u200b-\u200d]+")
_DIRECTIONS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_UNJOINED = frozenset(["Latn", "Cyrl", "Grek", "Armn", "Geor", "Hani", "Hang", "Hira", "Kana", "Bopo", "Ethi", "Hebr"])
"""Scripts whose letters stand the same with and without a zero-width mark between them."""


def tidy(text: str) -> str:
    r"""Return text in Unicode NFC with `\n` as line end and without controls, soft hyphens and lone surrogates.

    Zero-width spaces and joiners stay where the letter or sign before them is of a script that they mean something
    in (Arabic, the Indic and Southeast Asian scripts, emoji); marks of direction stay in text with right-to-left letters.

    >>> tidy("Go\u0301\u200bðan\r\nmorgun\x00"), tidy("می\u200cخواهم") == "می\u200cخواهم"
    ('Góðan\nmorgun', True)
    """
    if not _ODD.search(text):
        return unicodedata.normalize("NFC", text)
    if _SURROGATES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    text = _JOINERS.sub(_joined, unicodedata.normalize("NFC", text))
    if _DIRECTIONS.search(text) and not _RIGHT_TO_LEFT.search(text):
        text = _DIRECTIONS.sub("", text)
    return unicodedata.normalize("NFC", text)


def _joined(found: re.Match[str]) -> str:
    before = found.string[found.start() - 1 : found.start()]
    after = found.string[found.end() : found.end() + 1]
    if not before or not after or before.isspace() or after.isspace():
        return ""
    plain = before.isascii() or unicodedata.category(before)[0] in "NPZ" or script_of(before) in _UNJOINED
    return "" if plain else found[0]
