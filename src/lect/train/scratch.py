"""A language model from scratch: tokenizer, network, training, in one folder."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.loading import load
from lect.artifacts.models import Model
from lect.artifacts.outputs import produce
from lect.artifacts.texts import Text, read
from lect.models.architectures import ARCHITECTURES, SIZES, new
from lect.train.budgets import read_budget
from lect.train.pretraining import run_pretraining
from lect.train.settings import Training, scratch_lr
from lect.vocab.learners.learning import SIZE, learn

_OF_BYTES = ("bytes", "myte")  # their own size, and sentinels
_SENTINELS = 100  # as T5 has


def pretrain_new(
    text: Any,
    out: str | Path,
    *,
    family: str = "decoder",
    size: str = "tiny",
    budget: Any = "20MB",
    vocabulary: int | None = None,
    tokenizer: str = "bpe",
    seed: int = 0,
) -> Model:
    """Learn a tokenizer from `text`, draw a network of `family` and `size`, and train it within `budget`; all in `out`.

    `vocabulary` is the number of tokens, 16,000 unless said, or 384 with tokenizer="bytes". A seq2seq learns by span
    corruption, and needs sentinels: 100 of the tokens, unless the tokenizer brings its own.

    >>> model = pretrain_new("text.txt", "my-model", family="encoder", budget="20MB")  # doctest: +SKIP
    """
    corpus, limit = read(text), read_budget(budget)
    if family not in ARCHITECTURES or size not in SIZES:
        raise LectError(
            f"expected a family of {', '.join(ARCHITECTURES)} and a size of {', '.join(SIZES)}; found {family!r} and "
            f"{size!r}"
        )
    if vocabulary is None and tokenizer not in _OF_BYTES:
        vocabulary = SIZE
    if vocabulary is not None and vocabulary < 300:
        raise LectError(
            f"a vocabulary of {vocabulary} is smaller than bytes and special tokens need; pass at least 300"
        )
    arguments = {"family": family, "size": size, "budget": str(limit), "vocabulary": vocabulary, "tokenizer": tokenizer}

    def make(folder: Path) -> dict[str, Any]:
        learned = _tokenizer(corpus, tokenizer, vocabulary, family)
        model = replace(new(family, size, learned, seed=seed), name=Path(out).name)
        training = Training(lr=scratch_lr(model.network.config.hidden_size))
        return run_pretraining(model, corpus, limit, training, seed=seed, folder=folder)

    return load(produce(out, make, verb="pretrain", arguments=arguments, inputs={"text": corpus}, seed=seed))


def _tokenizer(corpus: Text, kind: str, size: int | None, family: str) -> Any:
    """Learn a tokenizer of `size` tokens, the sentinels of a seq2seq among them."""
    if family != "seq2seq" or kind in _OF_BYTES:
        return learn(corpus, kind=kind, size=size, for_="decoder" if family == "decoder" else "encoder")
    learned = learn(corpus, kind=kind, size=(size or SIZE) - _SENTINELS, for_="encoder")
    learned.add_tokens([f"<extra_id_{index}>" for index in range(_SENTINELS)], special_tokens=True)
    return learned
