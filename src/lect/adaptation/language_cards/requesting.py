"""What a card is made from: models, text and tasks, read and checked before any work is done."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lect.adaptation.inputs import read_checked, read_parallel
from lect.artifacts.bitexts import Pairs
from lect.artifacts.errors import LectError
from lect.artifacts.loading import load
from lect.artifacts.models import Model
from lect.artifacts.tasks import Task, read_task
from lect.artifacts.texts import Text, read
from lect.languages.finding import Language, find
from lect.score.building.facts import build_facts
from lect.score.safety import Item, Judge, read_items
from lect.worlds.locales import is_covered
from lect.worlds.phrasing import phrases

PHRASES = 300  # of CLDR, where there is no text
FACTS, CANDIDATES = 40, 8  # facts of a relation, and options of each, where no facts are given
CLDR = "CLDR phrases"


@dataclass(frozen=True)
class Request:
    """Everything that a card is made from; `text_name` says what the text is."""

    models: list[Model]
    language: Language
    reference: Language
    text: Text | None
    text_name: str
    pairs: Pairs | None = None
    tasks: list[Task] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    judge: Judge | None = None
    seeds: int = 3

    @property
    def inputs(self) -> dict[str, Any]:
        """The artifacts that decide the card, by name."""
        named: dict[str, Any] = {f"model {model.name}": model for model in self.models}
        optional = {"text": self.text, "parallel": self.pairs}
        named |= {name: artifact for name, artifact in optional.items() if artifact is not None}
        items = {"safety": read([repr(item) for item in self.items])} if self.items else {}
        return named | {f"task {task.name}": task for task in self.tasks} | items


def check_request(
    models: Any,
    language: str,
    *,
    text: Any = None,
    parallel: Any = None,
    tasks: Sequence[Any] = (),
    safety: Any = None,
    judge: Judge | None = None,
    seeds: int = 3,
) -> Request:
    """Read everything and refuse what cannot be measured, before any model is run."""
    target, reference = find(language), find("eng")
    if parallel is not None and target.iso639_3 == reference.iso639_3:
        raise LectError(f"parallel text pairs a language with {reference.name}; a card of {target.name} takes none")
    if seeds < 1:
        raise LectError(f"seeds is how often a training is repeated, at least 1; found {seeds}")
    read_tasks = [read_task(task) for task in tasks]
    twice = [task.name for task in read_tasks if [one.name for one in read_tasks].count(task.name) > 1]
    if twice:
        raise LectError(f"two tasks are called {twice[0]!r}; a card has one of each. Make a second card for the other.")
    for task in read_tasks:
        task.part("test")
    covered = is_covered(target.tag)
    if covered and not any(task.name == "facts" for task in read_tasks):
        read_tasks += _cldr_facts(target)
    corpus, name = None, ""
    if text is not None:
        corpus, name = read_checked(text, target)[0], "your text"
    elif covered:
        corpus, name = phrases(target.tag, PHRASES), CLDR
    pairs = None if parallel is None else read_parallel(parallel, target, reference)
    items = read_items(safety) if isinstance(safety, str | Path) else list(safety or ())
    return Request(_load(models), target, reference, corpus, name, pairs, read_tasks, items, judge, seeds)


def _cldr_facts(language: Language) -> list[Task]:
    """Return the facts of CLDR in a language as a task, a few of each relation; none where its names are too few."""
    with TemporaryDirectory() as folder:
        try:
            out = Path(folder) / "facts"
            build_facts("cldr", out, language=language.tag, most=FACTS, candidates=CANDIDATES)
        except LectError:
            return []
        return [replace(read_task(f"facts={out}"), sources=[{"made": "CLDR facts"}])]


def _load(models: Any) -> list[Model]:
    sources = list(models) if isinstance(models, list | tuple) else [models]
    if not 1 <= len(sources) <= 2:
        raise LectError(f"a card shows one model, or two side by side; found {len(sources)}")
    loaded = [load(source) for source in sources]
    if len({model.name for model in loaded}) == len(loaded):
        return loaded
    longer = [f"{Path(model.folder).parent.name}/{model.name}" if model.folder else model.name for model in loaded]
    if len(set(longer)) < len(longer):
        raise LectError(
            f"both models are called {longer[0]!r}. Name two different ones, or rename one: model.named('…')"
        )
    return [model.named(name) for model, name in zip(loaded, longer, strict=True)]
