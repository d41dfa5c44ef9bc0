"""Prompt mining: what people write before a translation, in four classes (Briakou et al., 2023, section 4)."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import regex  # type: ignore[import-untyped]

from lect.artifacts.errors import LectError
from lect.corpus.overlap.folding import fold
from lect.corpus.pairing.translations import Translation
from lect.languages.finding import find
from lect.languages.naming import NAMES

CLASSES = ("default", "code", "native", "word", "none")
WORDS = frozenset([
    "translation", "traduction", "traducción", "traducció", "tradução", "traduzione", "traducere", "übersetzung",
    "vertaling", "oversettelse", "oversættelse", "översättning", "þýðing", "týðing", "käännös", "tõlge", "tulkojums",
    "vertimas", "překlad", "preklad", "prevod", "prijevod", "превод", "przekład", "tłumaczenie", "перевод",
    "переклад", "пераклад", "fordítás", "çeviri", "tərcümə", "tarjima", "аударма", "μετάφραση", "ترجمة", "ترجمه",
    "תרגום", "अनुवाद", "翻译", "翻譯", "翻訳", "번역", "terjemahan", "tafsiri", "aistriúchán", "cyfieithiad", "itzulpena",
    "tradukado", "traduko", "përkthim", "թարգմանություն", "თარგმანი", "การแปล",
])  # fmt: skip
"""The word for a translation, folded, over many languages."""
_LEAD = regex.compile(r"(?:^|[\n.!?。])[^\S\n]*([\p{L}\p{M}\p{N}_ ()-]{1,40}?)\s*[:：=\-–—]\s*[\"“«„「]?\s*$")
_HEAD = regex.compile(r"^[\"“«„「]?([\p{L}\p{M}\p{N}_ ()-]{1,40}?)\s*[:：=]\s*(?=\S)")


@dataclass(frozen=True)
class Prompts:
    """Language → class → how often it stands before a translation into that language; and the strings themselves."""

    counts: dict[str, Counter[str]]
    strings: dict[str, Counter[str]] = field(repr=False)

    def best(self, language: str, kind: str = "native") -> str:
        """Return the most frequent string of a class before translations into a language, "" if there is none."""
        ours = self.strings.get(language, Counter())
        found = [(times, text) for text, times in ours.items() if classify_prompt(text, language) == kind]
        return max(found, key=lambda one: (one[0], one[1]), default=(0, ""))[1]


def mine_prompts(texts: Sequence[str], translations: Sequence[Translation]) -> Prompts:
    """Return what stands before the second sentence of each translation, up to its colon or dash, by class.

    `default`: the language's English name ("French:"), or its name in the language of the text; `code`: an ISO 639 code
    ("FR:"); `native`: its own name ("Français:"); `word`: a word for translation ("Traduction:"); `none`: anything else.
    Names are those of CLDR and the IANA registry.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    strings: dict[str, Counter[str]] = defaultdict(Counter)
    for one in translations:
        if not 0 <= one.document < len(texts):
            raise LectError(f"a translation is of text {one.document}, but there are {len(texts)} texts")
        start, end = max(one.places)
        language, other = one.languages if one.places[0] > one.places[1] else one.languages[::-1]
        said = lead_of(texts[one.document], start, end)
        counts[language][classify_prompt(said, language, other)] += 1
        if said:
            strings[language][said] += 1
    return Prompts(dict(counts), dict(strings))


def lead_of(text: str, start: int, end: int) -> str:
    """Return the words before a mark that lead to the sentence at `start`: just before it, or at its head."""
    head = _HEAD.match(text[start:end])
    if head is not None and head.end() < end - start:
        return head[1].strip()
    before = _LEAD.search(text[max(0, start - 60) : start])
    return before[1].strip() if before is not None else ""


def classify_prompt(said: str, language: str, other: str = "eng") -> str:
    """Return the class of a prompt before a translation into `language` from `other`.

    >>> [classify_prompt(one, "fra") for one in ("French", "FR", "Français", "Traduction", "Hann")]
    ['default', 'code', 'native', 'word', 'none']
    """
    plain = fold(regex.sub(r"[()_]", " ", said)).strip()
    into, source = find(language), find(other)
    base, own = into.tag.split("-")[0], source.tag.split("-")[0]
    rows = (
        ("code", {base, into.iso639_3}),
        ("native", {into.autonym} - {into.name}),
        ("default", {into.name, *into.names, NAMES.get(base, {}).get(own, "")}),
        ("word", WORDS),
    )
    for kind, names in rows:
        if plain in {fold(name) for name in names if name}:
            return kind
    return "word" if any(word in WORDS for word in plain.split()) else "none"
