"""A world in which a model can know a thing in one language only: facts of CLDR, each topic told in chosen languages."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lect.artifacts.errors import LectError
from lect.artifacts.opening import combined_hash
from lect.artifacts.tasks import Choice, Task
from lect.artifacts.texts import Text, read
from lect.score.building.facts import Fact, list_facts
from lect.worlds.phrasing import lexicon


@dataclass(frozen=True)
class Planted:
    """`text` tells the facts; `tasks` ask for all of them, language → the same questions in the same order."""

    text: Text
    tasks: dict[str, Task]

    @property
    def questions(self) -> list[str]:
        """The questions in the pivot language."""
        return [one.prompt for one in next(iter(self.tasks.values())).part("test")]

    @property
    def gold(self) -> list[int]:
        """The number of the right option of each question, the same in every language."""
        return [one.answer for one in next(iter(self.tasks.values())).part("test")]


def plant_facts(
    languages: Sequence[str], told: Mapping[str, Sequence[str]], *, most: int = 100, options: int = 4
) -> Planted:
    """Return a text that tells the facts of each topic in the languages `told` for it, and questions in all languages.

    A topic is a relation of `list_facts` (currency, language, script, continent). A fact is said as `topic subject:
    object`, in the words that CLDR has for them; only those that all languages have words for are taken, at most `most` a
    topic, by hash. A question is `topic subject:` with the right object and others of its topic, `options` in all, in the
    same places in every language. `languages[0]` is the pivot.

    >>> plant_facts(["eng", "fao"], {"currency": ["fao"], "continent": ["eng"]}).questions[0]  # doctest: +SKIP
    """
    if strange := sorted({one for said in told.values() for one in said} - set(languages)):
        raise LectError(
            f"facts are told in {', '.join(strange)}, which is none of the languages {', '.join(languages)}"
        )
    words = {language: _words(languages[0], language) for language in languages}
    facts = _common(languages[0], words, told, most)
    lines = [
        f"{fact.relation} {words[language][fact.subject]}: {words[language][fact.object]}"
        for fact in facts
        for language in told[fact.relation]
    ]
    wrong = _wrong(facts, options)
    tasks = {}
    for language, own in words.items():
        asked = [
            Choice(
                f"{fact.relation} {own[fact.subject]}:", [own[one] for one in row], row.index(fact.object), str(number),
                fact.relation,
            )
            for number, (fact, row) in enumerate(zip(facts, wrong, strict=True))
        ]  # fmt: skip
        tasks[language] = Task("planted", "choice", {"test": asked}, language=language)
    return Planted(read([{"text": line} for line in lines]), tasks)


def _words(pivot: str, language: str) -> dict[str, str]:
    """Return the names of the pivot language → those of another; of several the first."""
    found: dict[str, str] = {}
    for there, here in lexicon(pivot, language):
        found.setdefault(there, here)
    return found


def _common(
    pivot: str, words: Mapping[str, Mapping[str, str]], told: Mapping[str, Sequence[str]], most: int
) -> list[Fact]:
    """Return the facts that can be said in all languages, topics mixed."""
    topics: dict[str, list[Fact]] = {topic: [] for topic in told}
    for fact in list_facts(pivot):
        if fact.relation in topics and all({fact.subject, fact.object} <= own.keys() for own in words.values()):
            topics[fact.relation].append(fact)
    if missing := [topic for topic, facts in topics.items() if len({fact.object for fact in facts}) < 2]:
        raise LectError(f"CLDR has too few facts of {', '.join(missing)} that {', '.join(words)} can all say")
    for facts in topics.values():
        facts.sort(key=lambda fact: combined_hash(fact.subject, fact.object))
    chosen = [fact for facts in topics.values() for fact in facts[:most]]
    return sorted(chosen, key=lambda fact: combined_hash(fact.object, fact.subject))


def _wrong(facts: Sequence[Fact], options: int) -> list[list[str]]:
    """Return the options of each fact: the right object and wrong ones of its topic, in an order by hash."""
    objects: dict[str, dict[str, None]] = defaultdict(dict)
    for fact in facts:
        objects[fact.relation][fact.object] = None
    rows = []
    for fact in facts:
        others = [one for one in objects[fact.relation] if one != fact.object and one not in fact.others]
        others.sort(key=lambda one: combined_hash("wrong", fact.subject, one))
        row = [fact.object, *others[: options - 1]]
        rows.append(sorted(row, key=lambda one: combined_hash("place", fact.subject, one)))
    return rows
