"""What recipes run on: artifacts as they are given, else those of the embedded world."""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from lect.adaptation.inputs import codes
from lect.artifacts.bitexts import read_pairs
from lect.artifacts.errors import LectError
from lect.artifacts.loading import load
from lect.artifacts.multitexts import read_columns
from lect.artifacts.opening import combined_hash
from lect.artifacts.tasks import read_task
from lect.artifacts.texts import read
from lect.languages.finding import find
from lect.recipes.world import default_input

OPTION = {
    "model": "model", "encoder": "model", "decoder": "model", "text": "text", "retain": "retain", "parallel": "parallel",
    "lexicon": "lexicon", "task": "task", "source_task": "source_task", "texts": "texts", "parallel_texts": "parallel_texts",
}  # fmt: skip
"""need of a recipe → the option that gives it; what a recipe calls an encoder or a decoder is its model."""


class Texts(dict[str, Any]):
    """Language → text, as one input of a run."""

    @cached_property
    def identity(self) -> str:
        """A hash of all texts."""
        return combined_hash(*(f"{name}:{_identity(text)}" for name, text in self.items()))

    @property
    def sources(self) -> list[dict[str, Any]]:
        """Where the texts are from."""
        return [source for text in self.values() for source in getattr(text, "sources", [])]


def _identity(text: Any) -> str:
    return str(getattr(text, "identity", None) or combined_hash(*text))


def read_input(need: str, given: Mapping[str, Any], folder: Path) -> Any:
    """Return the artifact that a recipe calls `need`, from the options given or from the embedded world."""
    value = given.get(OPTION[need])
    if value is None:
        value = default_input(need, folder)
    readers: dict[str, Callable[[Any], Any]] = {
        "parallel": read_pairs,
        "lexicon": read_pairs,
        "text": read,
        "retain": read,
        "texts": _texts,
    }
    if need in ("model", "encoder", "decoder"):
        return _of_kind(load(value), need)
    if need in ("task", "source_task"):
        return read_task(value)
    if need == "parallel_texts":
        return _parallel_texts(value, given.get("texts"))
    return readers[need](value)


def _of_kind(model: Any, need: str) -> Any:
    if need != "model" and model.kind != need:
        raise LectError(f"this recipe needs a {need}; {model.name} is an {model.kind}. Pass another --model.")
    return model


def _texts(value: Any) -> Texts:
    """Read `{"fao": text}`, or `["fao=FILE", …]` as the command line gives it."""
    if isinstance(value, Mapping):
        return Texts({name: read(text) for name, text in value.items()})
    wrong = [item for item in value if "=" not in item]
    if wrong:
        raise LectError(f"texts are LANGUAGE=FILE, such as fao=faroese.txt; found {wrong[0]!r}")
    named = dict(item.split("=", 1) for item in value)
    return Texts({find(name).iso639_3: read(Path(path)) for name, path in named.items()})


def _parallel_texts(value: Any, texts: Any) -> Texts:
    """Read a mapping of sentences, or a table of which the columns of the languages of `texts` are taken."""
    if isinstance(value, Mapping):
        return Texts(value)
    names = list(_texts(texts)) if texts is not None else []
    if not names:
        raise LectError("a table of parallel texts needs texts, too: their languages say which columns are meant")
    return Texts(read_columns(value, {name: codes(find(name)) for name in names}))
