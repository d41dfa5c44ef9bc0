"""What tokens cost: documents cut into rows for the network, and −ln p of the tokens that each row is asked for."""

import copy
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy

from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress
from lect.artifacts.models import Model
from lect.models.families import FAMILIES, apply_head, last_hidden
from lect.use.batching import by_length, evaluating, pad
from lect.vocab.words import frame

Floats = NDArray[np.float64]
LOGITS = 2**25  # logits in memory at a time: 128 MB


@dataclass(frozen=True)
class Row:
    """One input of the network: `ids`, and the `targets` to be predicted at its positions `at`, for a `document`.

    Of an encoder-decoder `ids` go into the decoder, and `source` into the encoder.
    """

    document: int
    ids: list[int]
    at: range
    targets: list[int]
    source: list[int] | None = None


def causal_rows(model: Model, tokens: list[list[int]], window: int, stride: int) -> tuple[list[Row], Floats, str]:
    """Return the rows, the nats that each document costs besides, and what stands before it: bos, eos or uniform.

    Under "uniform" nothing does, and the first token is charged ln(vocabulary) nats.
    """
    starts = {"bos": model.tokenizer.bos_token_id, "eos": model.tokenizer.eos_token_id}
    start = next((name for name, id_ in starts.items() if id_ is not None), "uniform")
    before = [starts[start]] if start in starts else []
    blind = np.log(_vocabulary(model.network))
    first = np.array([blind if ids and not before else 0.0 for ids in tokens])
    rows = []
    for document, ids in enumerate(tokens):
        sequence = [*before, *ids]
        for begin, end, scored in windows(len(sequence) - 1, window, stride):
            at = range(end - begin - scored, end - begin)
            rows.append(Row(document, sequence[begin:end], at, sequence[end - scored + 1 : end + 1]))
    return rows, first, start


def windows(targets: int, window: int, stride: int) -> Iterator[tuple[int, int, int]]:
    """Yield (begin, end, scored): ids begin…end predict begin+1…end+1, the last `scored` of them for the first time.

    Every window but the first is full, and ends `stride` after the one before it, or at the end of the document.
    """
    end = 0
    while end < targets:
        reach = min(targets, end + (stride if end else window))
        yield max(0, reach - window), reach, reach - end
        end = reach


def masked_rows(
    model: Model, tokens: list[list[int]], names: Sequence[str], window: int, positions: int, seed: int
) -> tuple[list[Row], Floats]:
    """Return rows with one masked token each, and the factor [document] that scales those up to all its tokens.

    The positions depend on `seed` and on the name of the document; the mask has as much text on either side as fits.
    """
    tokenizer = model.tokenizer
    if tokenizer.mask_token_id is None:
        raise LectError(f"the tokenizer of {model.name} has no mask token, which pseudo-likelihood needs")
    before, after = frame(tokenizer)
    width = window - len(before) - len(after)
    rows, scale = [], np.ones(len(tokens))
    for document, ids in enumerate(tokens):
        count = min(positions, len(ids))
        if not count:
            continue
        scale[document] = len(ids) / count
        generator = np.random.default_rng([seed, zlib.crc32(names[document].encode())])
        for position in generator.choice(len(ids), count, replace=False).tolist():
            begin = max(0, min(position - width // 2, len(ids) - width))
            shown = [*before, *ids[begin : begin + width], *after]
            at = len(before) + position - begin
            shown[at] = tokenizer.mask_token_id
            rows.append(Row(document, shown, range(at, at + 1), [ids[position]]))
    return rows, scale


def sum_costs(model: Model, rows: Sequence[Row], documents: int, batch_tokens: int) -> Floats:
    """Return the nats [document] of the targets of all rows, computed in float32 and summed in float64."""
    network = model.network
    if any(p.dtype != torch.float32 for p in network.parameters() if p.is_floating_point()):
        network = copy.deepcopy(network).float()
    model = replace(model, held=network)
    nats = np.zeros(documents)
    with evaluating(network), progress("scoring", total=len(rows), unit="windows") as advance:
        for batch in by_length([max(len(row.ids), len(row.source or ())) for row in rows], batch_tokens):
            chosen = [rows[index] for index in batch]
            owners = np.repeat([row.document for row in chosen], [len(row.targets) for row in chosen])
            np.add.at(nats, owners, _costs(model, chosen))
            advance(len(batch))
    return nats


def _costs(model: Model, rows: Sequence[Row]) -> Floats:
    """Return −ln p of every target of these rows, in order; the head is computed at their positions only."""
    inputs = pad([row.ids for row in rows], model)
    asked = torch.zeros_like(inputs["input_ids"], dtype=torch.bool)
    if rows[0].source is not None:
        read = pad([row.source or [] for row in rows], model)
        inputs = read | {f"decoder_{name}": part for name, part in inputs.items()}
    for line, row in zip(asked, rows, strict=True):
        line[row.at.start : row.at.stop] = True
    targets = torch.tensor([target for row in rows for target in row.targets], device=asked.device)
    states, head = _states(model, inputs)
    step = max(1, LOGITS // _vocabulary(model.network))
    parts = zip(states[asked].split(step), targets.split(step), strict=True)
    costs = [cross_entropy(head(part).float(), wanted, reduction="none") for part, wanted in parts]
    return torch.cat(costs).double().cpu().numpy()


def _states(model: Model, inputs: dict[str, torch.Tensor]) -> tuple[torch.Tensor, Callable[[Any], torch.Tensor]]:
    """Return the last hidden states and what makes logits of them; the logits as they are, for an unlisted family."""
    network = model.network
    more = {"use_cache": False} if model.kind == "decoder" else {}
    if network.config.model_type in FAMILIES:
        return last_hidden(network, **inputs, **more), lambda hidden: apply_head(network, hidden)
    return network(**inputs, **more).logits, lambda logits: logits


def _vocabulary(network: Any) -> int:
    return int(network.get_input_embeddings().weight.shape[0])
