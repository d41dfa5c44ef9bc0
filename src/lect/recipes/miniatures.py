"""Small tasks for recipes that need more than one, or an unusual one: made of CLDR phrases and of a few rules."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle
from typing import Any

from lect import worlds
from lect.artifacts.tasks import Instruction, Labeled, Question, Tagged, Task

_PARALLEL = ("eng", "isl", "fao")
_STEMS = ("Lehr", "Arbeit", "Forsch", "Les", "Besuch", "Sprech")
_FORMS = {"masculine": "{}er", "feminine": "{}erinnen", "neutral": "{}enden", "inclusive": "{}er*innen"}
_FRAMES = ("Die {} kommen.", "Wir sehen die {}.", "Das Haus der {} ist alt.", "Wir danken den {}.")
_CHECKS: tuple[list[tuple[str, dict[str, Any]]], ...] = (
    [("punctuation:no_comma", {})],
    [("length_constraints:number_words", {"relation": "at least", "num_words": 12})],
    [("length_constraints:number_words", {"relation": "less than", "num_words": 40}), ("detectable_format:title", {})],
    [("detectable_format:number_bullet_lists", {"num_bullets": 3}), ("startend:quotation", {})],
    [("detectable_format:json_format", {})],
    [("change_case:english_lowercase", {}), ("length_constraints:number_sentences", {"relation": "at least", "num_sentences": 2})],
)  # fmt: skip


def nouns() -> dict[str, dict[str, list[str]]]:
    """Return German nouns for persons in four forms, each with its article."""
    return {stem: {kind: [f"die {form.format(stem)}"] for kind, form in _FORMS.items()} for stem in _STEMS}


def mentions() -> Task:
    """Return sentences with one of these nouns in one form, in four cases: which form is it?"""
    examples = []
    for stem in _STEMS:
        for kind, form in _FORMS.items():
            for number, frame in enumerate(_FRAMES):
                dative = "n" if kind == "masculine" and frame == _FRAMES[-1] else ""
                said = frame.format(form.format(stem) + dative)
                examples.append(Labeled(said, kind, stem, f"{stem}:{kind}:{number}"))
    return _task("mentions", "classification", examples, list(_FORMS))


def related_tasks() -> dict[str, Task]:
    """Return slot filling in Norwegian, in Danish, which is close to it, and in Finnish, which is not."""
    roles = {"target": "nb", "related": "da", "unrelated": "fi"}
    return {role: worlds.slots(tag, 300, seed=number) for number, (role, tag) in enumerate(roles.items())}


def instructions() -> dict[str, Task]:
    """Return checkable requests in two languages, with phrases for what they are about."""
    return {code: _requests(code) for code in ("isl", "fao")}


def _requests(language: str) -> Task:
    about = worlds.phrases(language, 24, seed=4).strings()
    asked = [
        Instruction(text, checks, str(number))
        for number, (text, checks) in enumerate(zip(about, cycle(_CHECKS), strict=False))
    ]
    return _task("instructions", "instructions", asked, [])


def strategy_tasks() -> dict[str, Task]:
    """Return names and questions in phrases: each slot is a name, and its label asks for it."""
    documents = [one for one in worlds.phrases("fo", 60, seed=5) if one["spans"]]
    asked = [
        Question(label, one["text"], [(one["text"][start:end], start)], one["id"])
        for one in documents
        for start, end, label in one["spans"][:1]
    ]
    tagged = [Tagged(*_names(one), one["id"]) for one in documents]
    labels = sorted({part + tag[1:] for one in tagged for tag in one.tags if tag != "O" for part in "BI"} | {"O"})
    return {"qa": _task("qa", "questions", asked, []), "ner": _task("ner", "spans", tagged, labels)}


def _names(document: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return the words of a document, and for each its tag: B- or I- with the label of the span that it is in."""
    words, tags, at, before = [], [], 0, -1
    for word in document["text"].split():
        at = document["text"].index(word, at)
        spans = enumerate(document["spans"])
        inside = next((n for n, (start, end, _) in spans if start < at + len(word) and at < end), -1)
        tags.append("O" if inside < 0 else f"{'I' if inside == before else 'B'}-{document['spans'][inside][2]}")
        words.append(word)
        at, before = at + len(word), inside
    return words, tags


def _task(name: str, kind: str, examples: list[Any], labels: list[str]) -> Task:
    return Task(name, kind, {"test": examples}, labels, [{"made": f"{name} of the embedded world"}])


def battery() -> dict[str, Task]:
    """Return tasks of one language: what each word of a phrase is, and what the phrase is about."""
    return {"slots": worlds.slots("fo", 400, seed=1), "kinds": worlds.phrase_kinds("fo", 400, seed=1)}


def classes() -> Task:
    """Return a classification task of the new language."""
    return worlds.phrase_kinds("fo", 400, seed=1)


def questions() -> dict[str, Task]:
    """Return questions on passages of three phrases, the same in three languages: each asks for a slot of one phrase."""
    said: dict[str, list[Question]] = {code: [] for code in _PARALLEL}
    made = list(_in_all_languages(180, seed=6, kinds=("price", "measure", "event")))
    for number in range(0, len(made) - 2, 3):
        for code in _PARALLEL:
            phrases = [phrase[code] for phrase in made[number : number + 3]]
            starts = [sum(len(one.text) + 2 for one in phrases[:place]) for place in range(3)]
            passage = " ".join(f"{one.text}." for one in phrases)
            for place, phrase in enumerate(phrases):
                start, end, label = phrase.spans[-1] if phrase.kind == "event" else phrase.spans[0]
                answer = (phrase.text[start:end], starts[place] + start)
                said[code].append(Question(f"{label} {place + 1}", passage, [answer], f"{number}:{place}"))
    return {code: replace(_task("qa", "questions", asked, []), language=code) for code, asked in said.items()}


def language_tasks() -> dict[str, Task]:
    """Return one classification task in three languages, sentence by sentence: of which kind is a phrase?"""
    kinds = ("price", "measure", "event", "money", "quantity")
    made = list(enumerate(_in_all_languages(600, seed=7, kinds=kinds)))
    return {
        code: _split({
            split: [Labeled(one[code].text, one[code].kind, id=f"{split}:{n}") for n, one in made if (n % 3 == 0) == (split == "test")]
            for split in ("train", "test")
        }, kinds)
        for code in _PARALLEL
    }  # fmt: skip


def _in_all_languages(n: int, *, seed: int, kinds: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield language → phrase of the meanings that all languages can say."""
    for meaning in worlds.meanings(n, seed=seed, kinds=kinds):
        said = {code: worlds.render(meaning, code) for code in _PARALLEL}
        if all(said.values()):
            yield said


def _split(parts: dict[str, list[Any]], labels: Sequence[str]) -> Task:
    """Return a classification task with a training part."""
    whole = _task("kinds", "classification", [one for part in parts.values() for one in part], sorted(labels))
    return replace(whole, splits=parts)


MINIATURES: dict[str, Callable[[], Any]] = {
    "nouns": nouns,
    "mentions": mentions,
    "related_tasks": related_tasks,
    "instructions": instructions,
    "strategy_tasks": strategy_tasks,
    "battery": battery,
    "classes": classes,
    "questions": questions,
    "language_tasks": language_tasks,
}
"""What a recipe may need → how the embedded world makes it."""
