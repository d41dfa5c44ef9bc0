"""The main job on the embedded world: real languages, no network, about a minute."""

from pathlib import Path
from typing import Any

from lect import worlds
from lect.adaptation.adapting import adapt
from lect.train.scratch import pretrain_new

LANGUAGE, REFERENCE = "fo", "en"
SEEN = ("en", "is", "da", "nb", "sv")


def demo(out: str | Path, *, budget: Any = "0.25MB", seeds: int = 3) -> Path:
    """Train a tiny base on CLDR phrases in five languages, adapt it to Faroese phrases, and prove it; return the folder of the adapted model."""
    folder = Path(out)
    text = worlds.phrases(SEEN[0], 900, seed=0, sentences_per_document=6)
    for tag in SEEN[1:]:
        text = text + worlds.phrases(tag, 900, seed=0, sentences_per_document=6)
    base = pretrain_new(text, folder / "base", family="decoder", size="tiny", budget="1MB", vocabulary=2_000)
    faroese = worlds.phrases(LANGUAGE, 4_000, seed=1, sentences_per_document=6)
    retain = worlds.phrases(REFERENCE, 200, seed=3, sentences_per_document=6)
    parallel = worlds.parallel(LANGUAGE, REFERENCE, 500, seed=2)
    return adapt(
        base, faroese, folder / "faroese", language="fao", parallel=parallel, retain=retain, budget=budget, seeds=seeds
    )
