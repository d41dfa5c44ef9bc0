"""Mojibake: UTF-8 that was read in another encoding and saved again, turned back where that is certain."""

import re
import unicodedata
from collections import Counter, deque
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from lect.languages.scripts import PARTS, script_of

CODECS = ("cp1252", "iso8859-10", "cp1250", "cp1251", "cp1257", "mac_roman")
"""What UTF-8 is misread as, the most frequent first; of each also the C1 controls that ISO 8859 has at 0x80-0x9F."""
_DENSE = re.compile("[^\x00-\x7f]{2,}")
_UNWRITTEN = frozenset(["Cc", "Cn", "Co"])
"""Unicode categories of what nobody writes."""
_ROUNDS = 3  # misread and saved so many times
_RUN = 3  # letters in a row that another script than Latin needs
_WEAK = frozenset("‘’“”„«»‹›–—…")
"""Signs that follow a capital in sound text, too: „HANN VAR Í“, MAÇÃ”."""
_LATIN = re.compile("[\u00aa-\u017f\u01a0\u01a1\u01af\u01b0\u0218-\u021b\u1e00-\u1eff]+")
"""The blocks of Latin letters in which one alone says something; beyond them lies phonetic notation, which chance hits."""
_SIGNS = re.compile(
    "[\u2000-\u20cf\u2100-\u214f\u2190-\u21ff\u2200-\u27bf\ufb00-\ufb06\ufeff\ufffd\U0001f000-\U0001faff]"
)


class _Run(NamedTuple):
    start: int
    end: int
    leads: str
    decoded: str
    certain: bool


@cache
def _codec(name: str) -> tuple[dict[str, int], re.Pattern[str]]:
    """Return the bytes of the characters of an encoding, and a pattern of what UTF-8 looks like in it."""
    known = {chr(byte): byte for byte in range(0x80, 0xA0)}
    for byte in range(0x80, 0x100):
        known[bytes([byte]).decode(name, "ignore") or chr(byte)] = byte
    first = {size: "".join(c for c, b in known.items() if low <= b < high) for size, low, high in _LEADS}
    rest = _class(c for c, b in known.items() if 0x80 <= b < 0xC0)
    one = "|".join(f"{_class(first[size])}{rest}{{{size - 1}}}" for size, _, _ in _LEADS)
    return known, re.compile(f"(?:{one})+")


_LEADS = ((2, 0xC2, 0xE0), (3, 0xE0, 0xF0), (4, 0xF0, 0xF5))
"""Bytes of a character in UTF-8, and what its first byte lies between."""


def _class(characters: "Iterator[str] | str") -> str:
    return "[" + "".join(f"\\U{ord(character):08x}" for character in sorted(characters)) + "]"


def mend(text: str) -> str:
    """Return text with its mojibake turned back, byte-exactly, and everything else as it was.

    A run of characters is turned back if, in one of `CODECS`, it spells valid UTF-8 and is certain: what comes out
    are at least three letters of one script, a Latin letter whose case fits the word around it where the misread one's
    did not, or a sign that stands alone (–, ", °, emoji). An uncertain run follows where its leading characters occur in
    certain runs of the text and nowhere else. It is repeated for text that was misread up to three times.

    >>> mend("TÃ³rshavn â€“ viÃ° ongum"), mend("„HANN VAR Í“")
    ('Tórshavn – við ongum', '„HANN VAR Í“')
    """
    for _ in range(_ROUNDS):
        if text.isascii():
            break
        mended = _mend_once(text)
        if mended == text:
            break
        text = mended
    return text


def _mend_once(text: str) -> str:
    """Turn back one misreading: each line in the encoding that explains most of it, of equals the text's first."""
    dense = " ".join(_DENSE.findall(text))  # of text in Latin script next to nothing: most is sound at a glance
    found = {name: list(_runs(text, name)) for name in CODECS if _codec(name)[1].search(dense)}
    weights = {name: _weigh(runs) for name, runs in found.items() if name == CODECS[0] or _varied(runs)}
    names = sorted((name for name in weights if weights[name]), key=lambda name: (-weights[name], CODECS.index(name)))
    if not names:
        return text
    trusted = {name: _trusted(text, found[name]) for name in names}
    waiting = {name: deque(found[name]) for name in names}
    parts, start = [], 0
    for line in text.split("\n"):  # not splitlines: misread UTF-8 is full of what it splits at
        end = start + len(line) + 1
        own = {name: list(_taken(waiting[name], end)) for name in names}
        best = max(names, key=lambda name: _weigh(own[name]))
        parts.append(_apply(text, start, end, own[best], trusted[best]))
        start = end
    return "".join(parts)


def _taken(runs: deque[_Run], end: int) -> Iterator[_Run]:
    while runs and runs[0].start < end:
        yield runs.popleft()


def _varied(runs: list[_Run]) -> bool:
    """Whether the certain runs spell at least two different characters: one alone may be damage of another kind."""
    return len({character for run in runs if run.certain for character in run.decoded}) > 1


def _weigh(runs: list[_Run]) -> int:
    return sum(run.certain * len(run.decoded) for run in runs)


def _trusted(text: str, runs: list[_Run]) -> frozenset[str]:
    """Return the leading characters that occur in certain runs, and nowhere in the text but in runs."""
    used = Counter(character for run in runs for character in run.leads)
    sure = {character for run in runs if run.certain for character in run.leads}
    return frozenset(character for character in sure if text.count(character) == used[character])


def _apply(text: str, start: int, end: int, runs: list[_Run], trusted: frozenset[str]) -> str:
    parts = []
    for run in runs:
        if run.certain or trusted.issuperset(run.leads):
            parts += [text[start : run.start], run.decoded]
            start = run.end
    return "".join([*parts, text[start:end]])


def _runs(text: str, name: str) -> Iterator[_Run]:
    known, pattern = _codec(name)
    for match in pattern.finditer(text):
        decoded = _decode(match[0], known)
        twice = pattern.fullmatch(decoded) and _decode(decoded, known)  # by chance nothing ever looks like that
        if decoded and (twice or _UNWRITTEN.isdisjoint(map(unicodedata.category, decoded))):
            leads = "".join(character for character in match[0] if known[character] >= 0xC0)
            certain = bool(twice) or _certain(text, match.start(), match.end(), decoded)
            yield _Run(match.start(), match.end(), leads, decoded, certain)


def _decode(shown: str, known: dict[str, int]) -> str:
    """Return what the bytes of misread characters spell in UTF-8, "" for nothing."""
    try:
        return bytes(known[character] for character in shown).decode("utf-8")
    except UnicodeDecodeError:  # overlong, a surrogate, or beyond Unicode
        return ""


def _certain(text: str, start: int, end: int, decoded: str) -> bool:
    """Whether what comes out could be meant, and what is there could not."""
    scripts = {script_of(character) for character in decoded if character.isalpha()}
    if scripts and scripts != {"Latn"}:
        one = len(scripts) == 1 or any(scripts <= parts for parts in PARTS.values())
        return one and sum(character.isalpha() for character in decoded) >= _RUN
    shown = text[start:end]
    before, after = text[max(0, start - 2) : start], text[end : end + 1]
    if shown[0] in _WEAK or shown[0].isspace() or _natural(before[-1:], shown, after):
        return False
    if not scripts:
        return _certain_signs(before[-1:], shown, decoded)
    if (len(decoded) == 1 and shown[-1] in _WEAK and not before[-1:].islower()) or not _LATIN.fullmatch(decoded):
        return False
    around = {script_of(character) for character in (before[-1:], after) if character.isalpha()}
    return around <= {"Latn"} and _fits(before + decoded + after, len(before), len(decoded))


def _natural(before: str, shown: str, after: str) -> bool:
    """Whether what is there are letters in a case that a word may have."""
    if not shown.isalpha():
        return False
    if shown.islower():
        return not before.isupper()
    if shown.isupper():
        return not (before.islower() or (after.islower() and len(shown) > 1))
    return shown[1:].islower() and not before.isalpha()


def _certain_signs(before: str, shown: str, decoded: str) -> bool:
    if all(_SIGNS.match(character) for character in decoded):
        return not _WEAK.issuperset(shown[1:])
    latin1 = all("\xa0" <= character <= "\xbf" for character in decoded)  # Â before the sign itself
    return latin1 and not before.isupper() and shown[-1] not in _WEAK


def _fits(word: str, start: int, size: int) -> bool:
    """Whether the letters at `start` have a case that the letters around them allow, and touch at least one."""
    touches = size > 1 or word[start - 1 : start].isalpha() or word[start + size : start + size + 1].isalpha()
    return touches and all(
        _cased(word[max(0, at - 2) : at], word[at], word[at + 1 : at + 2])
        for at in range(start, start + size)
        if word[at].isalpha()
    )


def _cased(before: str, here: str, after: str) -> bool:
    if here.islower():
        return not before.isupper() or len(before) < 2 or not before.isalpha()
    if before[-1:].isupper():
        return not after.islower()
    return not before[-1:].islower() and after.isalpha()
