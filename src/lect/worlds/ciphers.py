"""Ciphers: a real text in a new language, with the same structure and a perfect dictionary."""

import itertools
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from random import Random

import regex  # type: ignore[import-untyped]

from lect.artifacts.bitexts import Pairs
from lect.artifacts.errors import LectError
from lect.artifacts.opening import combined_hash
from lect.artifacts.tasks import Task
from lect.artifacts.texts import Document, Text

_WORD = regex.compile(r"[\p{L}\p{M}]+")
_TRIES = 60
_START = "\n"


def cipher(text: Text, *, seed: int = 0) -> tuple[Text, Pairs]:
    """Return a text whose word forms are exchanged for pseudo-words, and the dictionary of the exchanges.

    The exchange is a bijection between the lower-cased word forms of the text and as many pseudo-words. A pseudo-word
    has the length of its word, capitals where it has capitals, marks where it has marks, and letters of the same script
    that follow each other as in the text (a character model of order two), so `spans` stay valid. Digits, punctuation
    and spaces stay. Pseudo-words that are words of the text are avoided; where words are so short that all strings are
    taken, some will be.

    >>> from lect.artifacts import read
    >>> secret, dictionary = cipher(read(["Góðan morgun, Føroyar! Góða nátt."]))
    >>> [document["text"] for document in decipher(secret, dictionary)]
    ['Góðan morgun, Føroyar! Góða nátt.']
    """
    forms = sorted({_lower(word) for string in text.strings() for word in _WORD.findall(string)})
    exchange = _pseudo_words(forms, Random(seed))
    identity = combined_hash("cipher", text.identity, str(seed))
    languages = ("text", "cipher")
    return _exchanged(text, exchange, identity, "-x-cipher"), Pairs(
        lambda: iter(exchange.items()), identity, text.sources, languages
    )


def decipher(text: Text, dictionary: Pairs) -> Text:
    """Return the text that a ciphered text was made from; a word that the dictionary lacks stays as it is."""
    return _exchanged(
        text,
        {pseudo: word for word, pseudo in dictionary},
        combined_hash("decipher", text.identity, dictionary.identity),
        "",
    )


def cipher_task(task: Task, dictionary: Iterable[tuple[str, str]]) -> Task:
    """Return a task on texts, pairs of texts or things to write, with what is read in the language of a cipher.

    Words that the dictionary lacks stay, and so do labels, references, ids and groups: it is the same task in a language
    of which the perfect dictionary is known.

    >>> cipher_task(task, cipher(text)[1]).part("test")  # doctest: +SKIP
    """
    if task.kind not in _READ:
        raise LectError(f"a cipher speaks tasks of kind {', '.join(_READ)}; {task.name} is {task.kind!r}")
    exchange = dict(dictionary)
    splits = {
        split: [replace(one, **{name: _say(getattr(one, name), exchange) for name in _READ[task.kind]}) for one in part]
        for split, part in task.splits.items()
    }
    return replace(task, splits=splits)


_READ = {"classification": ("text", "pair"), "generation": ("source",)}
"""Kind of task → what of an example is read"""


def _say(text: str | None, exchange: Mapping[str, str]) -> str | None:
    return None if text is None else _WORD.sub(lambda match: _replace(match[0], exchange), text)


def _exchanged(text: Text, exchange: Mapping[str, str], identity: str, label: str) -> Text:
    def documents() -> Iterator[Document]:
        for document in text:
            language = (
                {"language": document["language"].removesuffix("-x-cipher") + label} if document.get("language") else {}
            )
            yield {
                **document,
                **language,
                "text": _say(document["text"], exchange),
            }

    return Text(documents, identity, text.sources)


def _replace(word: str, exchange: Mapping[str, str]) -> str:
    form = _lower(word)
    other = exchange.get(form)
    if other is None:
        return word
    return (
        other
        if word == form
        else "".join(new.upper() if old != low else new for old, low, new in zip(word, form, other, strict=True))
    )


def _lower(word: str) -> str:
    """Lower the letters whose case can be put back; `ß`, `ı`, `ς` and what has no case stay."""
    return "".join(c.lower() if c.isupper() and _kind(c)[1] == "cased" else c for c in word)


@cache
def _kind(character: str) -> tuple[str, str]:
    """Return what a character may be exchanged for: its script, and "cased" if its case can be put back."""
    low, up = character.lower(), character.upper()
    reversible = (
        character in (low, up) and len(low) == len(up) == 1 and low != up and up.lower() == low and low.upper() == up
    )
    script = unicodedata.name(character, "").partition(" ")[0]
    return script, "cased" if reversible else unicodedata.category(character)


def _pseudo_words(forms: list[str], random: Random) -> dict[str, str]:
    """Give each form a pseudo-word that no other form has."""
    followers: dict[tuple[str, tuple[str, str]], list[str]] = defaultdict(
        list
    )  # (two characters before, kind wanted) → characters seen
    alphabet: dict[tuple[str, str], list[str]] = defaultdict(list)
    for form in forms:
        before = _START * 2
        for character in form:
            followers[before, _kind(character)].append(character)
            before = before[1] + character
    for character in sorted({character for form in forms for character in form}):
        alphabet[_kind(character)].append(character)

    def plausible(form: str) -> str:
        word = _START * 2
        for character in form:
            kind = _kind(character)
            choices = followers.get((word[-2:], kind)) or alphabet[kind]
            word += choices[int(random.random() * len(choices))]
        return word[2:]

    words, taken = set(forms), set()
    spare: dict[tuple[tuple[str, str], ...], Iterator[str]] = {}
    exchange = {}
    for form in random.sample(forms, len(forms)):
        tries = (plausible(form) for _ in range(_TRIES))
        pseudo = next(
            (
                word
                for word in tries
                if word not in taken and word not in words and unicodedata.is_normalized("NFC", word)
            ),
            None,
        )
        if pseudo is None:
            kinds = tuple(map(_kind, form))
            strings = spare.setdefault(
                kinds, map("".join, itertools.product(*(random.sample(alphabet[k], len(alphabet[k])) for k in kinds)))
            )
            pseudo = next(word for word in strings if word not in taken)
        taken.add(pseudo)
        exchange[form] = pseudo
    return {form: exchange[form] for form in forms}
