"""What a recipe runs on when nothing is given: the embedded world."""

from pathlib import Path
from typing import Any

from lect import train, worlds
from lect.artifacts.errors import LectError

_SEEN, _NEW = ("en", "is", "da"), "fo"
_PHRASES = 3_000


def default_input(need: str, folder: Path) -> Any:
    """Return a small base model, text or pairs of the embedded world: a model of English, Icelandic and Danish, text in Faroese."""
    if need == "text":
        return worlds.phrases(_NEW, _PHRASES, seed=1)
    if need == "parallel":
        return worlds.parallel(_NEW, "en", _PHRASES, seed=1)
    if need == "model":
        text = sum(
            (worlds.phrases(tag, _PHRASES, seed=0) for tag in _SEEN[1:]), worlds.phrases(_SEEN[0], _PHRASES, seed=0)
        )
        return train.pretrain_new(
            text, folder / "world-encoder", family="encoder", size="tiny", budget="0.15MB", vocabulary=1_000
        )
    raise LectError(f"the embedded world has no {need}; pass one")
