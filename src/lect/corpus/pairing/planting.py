"""Corpora with known bilingual documents, to measure what a detector finds, and what such documents do to a model."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from lect.artifacts.bitexts import Pair, read_pairs
from lect.artifacts.errors import LectError
from lect.artifacts.tasks import Choice, Labeled, Task
from lect.artifacts.texts import Text, read
from lect.corpus.pairing.bilingual import REASON
from lect.languages.finding import Language, find

PLAIN = "plain"
KINDS = ("interleaved", "blocks", "quotation")


@dataclass(frozen=True)
class Planted:
    """Documents of one language, some with another: `text` has the column `kind`, "" or one of the kinds planted."""

    text: Text
    translations: list[list[Pair]] = field(repr=False)
    """[document]: its pairs of sentences that translate each other"""
    apart: Text
    """The same sentences without their meetings: of each bilingual document the sentences of the other language stand in
    a document of their own, behind all others"""

    def to_task(self) -> Task:
        """Return the documents as a task: which of them are `bilingual`, which are not ("plain")?"""
        told = [Labeled(one["text"], REASON if one["kind"] else PLAIN, id=one["id"]) for one in self.text]
        return Task("documents", "classification", {"test": told}, [REASON, PLAIN])


def plant_bilingual(
    pairs: Any,
    languages: tuple[str, str],
    *,
    documents: int = 5000,
    planted: int = 200,
    sentences: int = 6,
    prompts: Sequence[str] = (),
    seed: int = 0,
) -> Planted:
    """Make documents of `sentences` sentences of the source language, of which `planted` hold the target language too.

    In turn they are `interleaved` (each sentence, then its translation after a prompt), in `blocks` (all sentences, then
    all translations), or have a `quotation` (other sentences of the target language, translated nowhere). Sentences of a
    document stand together in `pairs`; which, and which documents are bilingual, decides `seed`. Prompts stand before
    translations in turn; the usual ones are the language's English name, code, own name, and nothing.

    >>> planted = plant_bilingual([("Gott kvøld", "Good evening")], ("fao", "eng"), documents=2, planted=1, sentences=1)
    >>> sorted(one["kind"] for one in planted.text)
    ['', 'interleaved']
    """
    every, rng = list(read_pairs(pairs)), Random(seed)
    if not 0 <= planted <= documents or len(every) < sentences or sentences < 1:
        raise LectError(
            f"cannot plant {planted} of {documents} documents of {sentences} sentences with {len(every)} pairs; expected "
            "at most as many as there are documents, and a document of sentences in the pairs"
        )
    chosen = {at: KINDS[number % len(KINDS)] for number, at in enumerate(sorted(rng.sample(range(documents), planted)))}
    leads = _lead(tuple(prompts) or _usual_prompts(find(languages[1])))
    rows, translations, apart, alone = [], [], [], []
    for number in range(documents):
        kind, start = chosen.get(number, ""), rng.randrange(len(every) - sentences + 1)
        here = every[start : start + sentences]
        other = every[(start + len(every) // 2) % (len(every) - sentences + 1) :][:sentences]
        said, kept, lone = _WRITE[kind](here, other, leads)
        row = {"id": str(number), "language": languages[0], "kind": kind}
        rows.append(row | {"text": said})
        translations.append(kept)
        apart.append(row | {"text": "\n".join(source for source, _ in here)})
        if lone:
            alone.append({"id": f"{number}b", "language": languages[1], "kind": "", "text": "\n".join(lone)})
    return Planted(read(rows), translations, read(apart + alone))


def ask_translations(pairs: Any, *, most: int = 300, options: int = 10) -> Task:
    """Return a task of choice: which of `options` sentences, the translation and its neighbors, translates a sentence?

    It is put as translations stand in text, the sentence and then a line end, for models that were taught no task.

    >>> ask_translations([("eitt", "one"), ("tvey", "two")], options=2).part("test")[0].options
    ['one', 'two']
    """
    sides = [side[:most] for side in read_pairs(pairs).sides()]
    if not 2 <= options <= len(sides[0]):
        raise LectError(f"options must be 2 to the number of pairs, {len(sides[0])}; found {options}")
    rivals = [[*sides[1][place:], *sides[1][:place]][:options] for place in range(len(sides[1]))]
    asked = [Choice(f"{one}\n", some, 0, str(at)) for at, (one, some) in enumerate(zip(sides[0], rivals, strict=True))]
    return Task("translations", "choice", {"test": asked})


def _usual_prompts(language: Language) -> tuple[str, ...]:
    return language.name, language.tag.split("-")[0].upper(), language.autonym, ""


def _lead(prompts: Sequence[str]) -> Iterator[str]:
    while True:
        yield from (f"{one}: " if one else "" for one in prompts)


Written = tuple[str, list[Pair], list[str]]
"""A document, its pairs, and its sentences of the other language."""


def _interleave(here: list[Pair], other: list[Pair], leads: Iterator[str]) -> Written:
    lead = next(leads)
    return "\n".join(f"{source}\n{lead}{target}" for source, target in here), here, [target for _, target in here]


def _block(here: list[Pair], other: list[Pair], leads: Iterator[str]) -> Written:
    sides = [list(side) for side in zip(*here, strict=True)]
    return "\n".join(sides[0]) + "\n\n" + "\n".join(sides[1]), here, sides[1]


def _quote(here: list[Pair], other: list[Pair], leads: Iterator[str]) -> Written:
    half, quoted = max(1, len(here) // 2), [target for _, target in other[:2]]
    said = [source for source, _ in here]
    return "\n".join([*said[:half], f"«{' '.join(quoted)}»", *said[half:]]), [], quoted


def _plain(here: list[Pair], other: list[Pair], leads: Iterator[str]) -> Written:
    return "\n".join(source for source, _ in here), [], []


_WRITE: dict[str, Callable[[list[Pair], list[Pair], Iterator[str]], Written]] = {
    "": _plain, "interleaved": _interleave, "blocks": _block, "quotation": _quote,
}  # fmt: skip
