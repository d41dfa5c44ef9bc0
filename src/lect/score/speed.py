"""What a model costs to run: speed in megabytes of text, and size."""

import statistics
import time
from typing import Any

import torch

from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress
from lect.artifacts.loading import load
from lect.artifacts.models import Model
from lect.artifacts.results import Score
from lect.artifacts.texts import read
from lect.score.assembling import assemble
from lect.use.batching import by_length, choose_window, evaluating, pad
from lect.vocab.words import frame


def throughput(model: Any, text: Any, *, repeats: int = 3, batch_tokens: int = 2048) -> Score:
    """Return how many megabytes of UTF-8 a second the model reads: the median of `repeats` passes after a warm-up.

    A pass is forward, head included. A fair clock between vocabularies: a tokenizer that needs fewer tokens shows.
    Tokenization is not timed. Documents are cut into pieces of 256 ids; batches are by length, at most
    `batch_tokens` ids with padding. The interval is the slowest and the fastest repeat. There is one example, the
    median repeat: speeds are reported and not tested.
    """
    model, strings = load(model), list(read(text).strings())
    if repeats < 1:
        raise LectError(f"repeats must be at least 1; found {repeats}")
    size = sum(len(string.encode("utf-8")) for string in strings)
    batches = _batches(model, strings, batch_tokens)
    seconds = []
    with evaluating(model.network), progress("timing", total=repeats, unit="passes") as advance:
        _forward(model, batches[:1])
        for _ in range(repeats):
            start = time.perf_counter()
            _forward(model, batches)
            seconds.append(time.perf_counter() - start)
            advance(1)
    settings = {
        "repeats": repeats,
        "threads": torch.get_num_threads(),
        "device": next(model.network.parameters()).device.type,
        "batch_tokens": batch_tokens,
        "docs": len(strings),
    }
    score = assemble("throughput", [[size, statistics.median(seconds)]], ["all"], settings)
    return Score(
        score.metric,
        score.value,
        1,
        score.examples,
        score.ids,
        size / 1e6 / max(seconds),
        size / 1e6 / min(seconds),
        score.signature,
    )


def size(model: Any) -> Score:
    """Return the number of parameters, tied ones counted once.

    `columns["megabytes"]` is what they take in memory (10^6 bytes).
    """
    model = load(model)
    parameters = list(model.network.parameters())
    taken = sum(parameter.numel() * parameter.element_size() for parameter in parameters)
    score = assemble(
        "parameters", [[model.parameters, taken]], ["all"], {"dtype": str(parameters[0].dtype).removeprefix("torch.")}
    )
    score.columns["megabytes"] = taken / 1e6
    return score


def _batches(model: Model, strings: list[str], batch_tokens: int) -> list[dict[str, torch.Tensor]]:
    before, after = frame(model.tokenizer)
    width = choose_window(model, None) - len(before) - len(after)
    encoded = model.tokenizer(strings, add_special_tokens=False, truncation=False, padding=False, verbose=False)[
        "input_ids"
    ]
    rows = [[*before, *ids[i : i + width], *after] for ids in encoded for i in range(0, len(ids), width)]
    if not rows:
        raise LectError("the text has no tokens; pass text that is not empty")
    return [
        pad([rows[index] for index in batch], model) for batch in by_length([len(row) for row in rows], batch_tokens)
    ]


def _forward(model: Model, batches: list[dict[str, torch.Tensor]]) -> None:
    for batch in batches:
        model.network(**batch)
    if batch["input_ids"].is_cuda:
        torch.cuda.synchronize()
