"""A language model from scratch: tokenizer, network, training, in one folder."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model, load
from lect.artifacts.outputs import produce
from lect.artifacts.texts import read
from lect.models.architectures import SIZES, new
from lect.train.budgets import read_budget
from lect.train.pretraining import run_pretraining
from lect.train.settings import Training, scratch_lr
from lect.vocab.learning import learn


def pretrain_new(
    text: Any,
    out: str | Path,
    *,
    family: str = "decoder",
    size: str = "tiny",
    budget: Any = "20MB",
    vocabulary: int = 16_000,
    tokenizer: str = "bpe",
    seed: int = 0,
) -> Model:
    """Learn a tokenizer from `text`, draw a network of `family` and `size`, and train it within `budget`; all in `out`.

    >>> model = pretrain_new("text.txt", "my-model", family="encoder", budget="20MB")  # doctest: +SKIP
    """
    corpus, limit = read(text), read_budget(budget)
    if family not in ("encoder", "decoder") or size not in SIZES:
        raise LectError(
            f"expected a family of encoder or decoder and a size of {', '.join(SIZES)}; found {family!r} and {size!r}"
        )
    if vocabulary < 300:
        raise LectError(
            f"a vocabulary of {vocabulary} is smaller than bytes and special tokens need; pass at least 300"
        )
    arguments = {"family": family, "size": size, "budget": str(limit), "vocabulary": vocabulary, "tokenizer": tokenizer}

    def make(folder: Path) -> dict[str, Any]:
        learned = learn(corpus, kind=tokenizer, size=vocabulary, for_=family)
        model = replace(new(family, size, learned, seed=seed), name=Path(out).name)
        training = Training(lr=scratch_lr(model.network.config.hidden_size))
        return run_pretraining(model, corpus, limit, training, seed=seed, folder=folder)

    return load(produce(out, make, verb="pretrain", arguments=arguments, inputs={"text": corpus}, seed=seed))
