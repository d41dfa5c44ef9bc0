"""Morphology-driven bytes (MYTE): UTF-8 in which frequent morphs of every language have short codes of their own."""

import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import regex  # type: ignore[import-untyped]
from transformers import MyT5Tokenizer

from lect.artifacts.errors import LectError
from lect.artifacts.texts import Text
from lect.vocab.learners.morphs import learn_morphs, need_morfessor

MARK = "A"  # says that the letter before it is a capital; the bytes of B to Z, which no text needs then, lead codes
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}'’ʼ\u200c\u200d]+")
_LONGEST = 40  # characters of a word; longer ones (scripts without spaces) are read in stretches
_WORDS = 10_000  # distinct words of a language, most frequent first
_SHORTEST = 4  # bytes of a morph that may have a code
_SCRIPTS = (
    "Latin",
    "",  # signs, digits and mixtures
    "Greek Cyrillic Armenian Georgian",
    "Hebrew Arabic Syriac Thaana Tifinagh",
    "Devanagari Gurmukhi Gujarati Oriya Bengali Sinhala Tibetan",
    "Telugu Kannada Tamil Malayalam Thai Lao Myanmar Tai_Le Tai_Tham Tai_Viet Tagalog Khmer",
    "Hangul Han Yi Katakana Hiragana Bopomofo",
    "",  # all other scripts
)
_SIGNS, _OTHER = 1, 7
_LEADS = (0x42, 0x4A, 0x52)  # the first byte of a code of 2, 3, 4 bytes, plus the cluster


def byte_maps(text: Text, *, limit: int = 4096, seed: int = 0) -> dict[str, dict[str, str]]:
    """Return the two maps of `byte_maps.json`, bytes in hexadecimal: of capitals to marked letters, of morphs to codes.

    MYTE (Limisiewicz et al., 2024, section 3): (1) a capital becomes its small letter and a mark, which frees the bytes
    0x42 to 0x5A; (2) Morfessor finds up to `limit` morphs in the words of each language (the `language` of the
    documents); (3) morphs of 4 bytes or more are clustered by script and take, best score in any language first, the 64
    codes of 2 bytes of their cluster, then the 4,096 of 3 and the 262,144 of 4, always shorter than themselves. A code
    starts with a freed byte, which tells its length, and goes on with bytes 0x80 to 0xBF.

    Other than the published maps: accents are not decomposed (that map reads 1,040 characters, `K` and `;` among them,
    back as others, joins what a text has apart, and makes Hangul longer); 64 continuation bytes, not 63; no code is
    left unused for a morph of its own length.
    """
    need_morfessor()
    scores: dict[bytes, float] = {}
    for words in words_by_language(text).values():
        for morph, score in learn_morphs(words, limit=limit, seed=seed).items():
            scores[morph] = max(score, scores.get(morph, score))
    return {"decompose_map": _hexadecimal(case_map()), "merge_map": _hexadecimal(codes(scores))}


@cache
def case_map() -> dict[bytes, bytes]:
    """Return capital → small letter and mark for all letters that come in such pairs, in UTF-8."""
    pairs = ((capital, capital.lower()) for capital in map(chr, range(0x20000)))  # no script beyond has two cases
    return {
        capital.encode(): (small + MARK).encode()
        for capital, small in pairs
        if small != capital and len(small) == 1 and small.upper() == capital
    }


def words_by_language(text: Text) -> dict[str, Counter[bytes]]:
    """Return the most frequent words of each language, their capitals marked, with their counts."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for document in text:
        counts[str(document.get("language") or "")].update(_words(document["text"]))
    if not any(counts.values()):
        raise LectError("the text has no words; MYTE learns from words of one or more languages")
    marked = {ord(capital.decode()): small.decode() for capital, small in case_map().items()}
    found = {}
    for language, words in sorted(counts.items()):
        most = sorted(words.items(), key=lambda item: (-item[1], item[0]))[:_WORDS]
        found[language] = Counter({word.translate(marked).encode(): times for word, times in most})
    return found


def _words(string: str) -> Iterator[str]:
    for word in _WORD.findall(string):
        for start in range(0, len(word), _LONGEST):
            yield word[start : start + _LONGEST]


def codes(scores: Mapping[bytes, float]) -> dict[bytes, bytes]:
    """Return morph → code: by cluster of scripts, best score first, always shorter than the morph."""
    clusters: defaultdict[int, list[bytes]] = defaultdict(list)
    for morph in sorted(scores, key=lambda morph: (-scores[morph], morph)):
        if len(morph) >= _SHORTEST:
            clusters[cluster(morph.decode())].append(morph)
    return {morph: code for index in sorted(clusters) for morph, code in _assigned(index, clusters[index])}


def _assigned(index: int, morphs: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    free = _codes(index)
    code = next(free)
    for morph in morphs:
        if len(code) < len(morph):
            yield morph, code
            code = next(free, b"")
            if not code:
                return


def _codes(index: int) -> Iterator[bytes]:
    for length, lead in enumerate(_LEADS, start=1):
        yield from (bytes([lead + index, *rest]) for rest in product(range(0x80, 0xC0), repeat=length))


def cluster(morph: str) -> int:
    """Return to which of eight clusters of scripts a morph belongs; 1 where scripts, or letters and signs, meet."""
    letters = morph.replace(MARK, "")
    return next((index for index, script in _clusters() if script.fullmatch(letters)), _SIGNS)


@cache
def _clusters() -> list[tuple[int, Any]]:
    named = {index: "".join(rf"\p{{Script={name}}}" for name in names.split()) for index, names in enumerate(_SCRIPTS)}
    known = "".join(named.values()) + r"\p{Script=Common}\p{Script=Inherited}\p{Script=Unknown}"
    classes = {index: f"[{scripts}]+" for index, scripts in named.items() if scripts} | {_OTHER: f"[^{known}]+"}
    return [(index, regex.compile(letters)) for index, letters in classes.items()]


def _hexadecimal(rules: Mapping[bytes, bytes]) -> dict[str, str]:
    return {old.hex(" "): new.hex(" ") for old, new in sorted(rules.items())}


def morpheme_tokenizer(text: Text, sentinels: int) -> Any:
    """Return the tokenizer of transformers' MyT5 with byte maps learned from a text (`byte_maps`)."""
    return open_maps(byte_maps(text), sentinels)


def open_maps(maps: Mapping[str, Mapping[str, str]], sentinels: int = 125) -> Any:
    """Return a `transformers.MyT5Tokenizer` with these byte maps and <extra_id_0>, … at the ids from 259 on."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "byte_maps.json"
        file.write_text(json.dumps(maps), encoding="utf-8")
        return MyT5Tokenizer(str(file), extra_ids=sentinels)
