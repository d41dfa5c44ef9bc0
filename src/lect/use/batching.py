"""Sequences of many lengths through a network: bucketed, padded on the right, in evaluation mode."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.vocab.words import longest_input

WINDOW = 256  # as long as the rows of `pretrain`: a network that never saw longer ones is not asked for them


def by_length(lengths: Sequence[int], batch_tokens: int) -> Iterator[list[int]]:
    """Yield batches of indices of about equal length, the longest first, at most `batch_tokens` ids with padding.

    A row that is longer than that is a batch of its own.
    """
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > batch_tokens:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def pad(rows: Sequence[Sequence[int]], model: Model) -> dict[str, torch.Tensor]:
    """Return `input_ids` and `attention_mask` [row, length], padded on the right, on the device of the network."""
    lengths = torch.tensor([len(row) for row in rows])
    known = (model.network.config.get_text_config().pad_token_id, model.tokenizer.pad_token_id, 0)
    fill = next(id_ for id_ in known if id_ is not None)
    ids = torch.full((len(rows), int(lengths.max())), fill)
    for line, row in zip(ids, rows, strict=True):
        line[: len(row)] = torch.tensor(row)
    mask = (torch.arange(ids.shape[1]) < lengths[:, None]).long()
    device = next(model.network.parameters()).device
    return {"input_ids": ids.to(device), "attention_mask": mask.to(device)}


def choose_window(model: Model, wanted: int | None, *, least: int = 2) -> int:
    """Return the window in ids: `wanted`, else `WINDOW`, or all that the network reads where that is less.

    Raise `LectError` where `wanted` is less than `least` or more than the network reads.
    """
    limit = longest_input(model.network)
    if wanted is None:
        return min(limit, WINDOW)
    if not least <= wanted <= limit:
        raise LectError(
            f"window must lie between {least} and {limit}, the most that {model.name} reads at once; found {wanted}"
        )
    return wanted


@contextmanager
def evaluating(network: Any) -> Iterator[None]:
    """Run the block without gradients and in evaluation mode; afterwards every module is in the mode that it was in."""
    modes = [(module, module.training) for module in network.modules()]
    network.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, training in modes:
            module.training = training
