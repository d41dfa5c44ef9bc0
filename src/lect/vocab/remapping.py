"""The one mechanism behind every change of vocabulary: rows of the old matrices become rows of the new ones."""

import copy
import dataclasses
from typing import Any

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model, preflight
from lect.models.families import vocabulary_tensors
from lect.vocab.rows import Rows
from lect.vocab.special_ids import expect_needed, renumber, translator
from lect.vocab.surfaces import vocabulary_size


def remap(model: Model, tokenizer: Any, rows: Rows) -> Model:
    """Return the model with another vocabulary: input rows, output rows and output biases become `rows.weights @ old`.

    Drawn rows are normal with the mean and standard deviation of each column of their own old matrix; drawn biases are
    the mean bias. Ties and dtypes stay; rows beyond the old tokenizer (a matrix padded to a multiple of 64) go. Ids in
    the configurations name the same tokens as before; `notes["dropped_ids"]` lists those that no longer exist.

    `rows.weights` is [size of `tokenizer`, size of the model's tokenizer].
    """
    _expect_fit(model, tokenizer, rows)
    tensors = vocabulary_tensors(model.network)
    before, after = tensors[0][1].shape[tensors[0][2]], rows.weights.shape[0]
    generator = torch.Generator().manual_seed(rows.seed)
    fresh = {id(tensor): _transform(tensor, axis, rows, generator) for _, tensor, axis in tensors}
    # The old vocabulary tensors stand in for their copies until the new ones take their places, under all their names.
    network = copy.deepcopy(model.network, {id(tensor): tensor for _, tensor, _ in tensors})
    for module in network.modules():
        _swap(module, fresh)
    dropped = renumber(network, translator(model.tokenizer, tokenizer, rows), (before, after))
    expect_needed(network, dropped, model.tokenizer)
    _resize(network, {id(tensor) for tensor in fresh.values()}, (before, after))
    notes = {"vocabulary": after, "was": before, "rows": rows.summary(), "dropped_ids": dropped}
    changed = dataclasses.replace(model, network=network, tokenizer=tokenizer, folder=None, notes=notes)
    preflight(changed)
    return changed


def _expect_fit(model: Model, tokenizer: Any, rows: Rows) -> None:
    new, old = vocabulary_size(tokenizer), vocabulary_size(model.tokenizer)
    if rows.weights.shape != (new, old):
        raise LectError(
            f"rows are {rows.weights.shape[0]} x {rows.weights.shape[1]}, but the new tokenizer has {new} ids and the "
            f"old one {old}. Build them for this model and this tokenizer."
        )
    preflight(model)


def _transform(tensor: Tensor, axis: int, rows: Rows, generator: torch.Generator) -> Tensor:
    """Return the new tensor: `weights @ old` along the vocabulary axis, drawn where rows are drawn."""
    old = tensor.detach().movedim(axis, 0)[: rows.weights.shape[1]].cpu()
    # float32 holds bf16 and fp16 exactly, so that a weight of 1 copies every bit; float64 stays float64.
    wide = old.to(torch.float64 if old.dtype == torch.float64 else torch.float32)
    flat = wide.reshape(len(wide), -1).numpy()
    weights = sparse.csr_array(rows.weights, dtype=flat.dtype)
    new = torch.from_numpy(np.ascontiguousarray(weights @ flat)).reshape(-1, *wide.shape[1:])
    if rows.drawn.any():
        where = torch.from_numpy(np.flatnonzero(rows.drawn))
        new[where] = _draw(wide, len(where), generator)
    new = new.to(tensor.dtype).movedim(0, axis).contiguous().to(tensor.device)
    return nn.Parameter(new, requires_grad=tensor.requires_grad) if isinstance(tensor, nn.Parameter) else new


def _draw(old: Tensor, count: int, generator: torch.Generator) -> Tensor:
    if old.numel() == len(old):  # a bias: the mean of what is finite (forbidden tokens have minus infinity)
        return old[old.isfinite()].mean().expand(count, *old.shape[1:])
    deviation, mean = torch.std_mean(old, dim=0, correction=0)
    return mean + deviation * torch.randn(count, *old.shape[1:], generator=generator, dtype=old.dtype)


def _swap(module: nn.Module, fresh: dict[int, Tensor]) -> None:
    for store in (module._parameters, module._buffers):
        for name, tensor in store.items():
            if id(tensor) in fresh:
                store[name] = fresh[id(tensor)]


def _resize(network: Any, fresh: set[int], sizes: tuple[int, int]) -> None:
    """Bring the sizes and the padding id that modules keep for themselves in line with their new tensors."""
    padding = network.config.get_text_config().pad_token_id
    for module in network.modules():
        weight: Any = getattr(module, "weight", None)
        if isinstance(module, nn.Embedding) and id(weight) in fresh:
            module.num_embeddings = len(weight)
            module.padding_idx = padding if module.padding_idx is not None else None
        elif isinstance(module, nn.Linear) and id(weight) in fresh:
            module.out_features = len(weight)
        elif not isinstance(module, nn.Embedding) and isinstance(getattr(module, "padding_idx", None), int):
            _expect_positions(module, padding)
            module.padding_idx = padding
        if getattr(module, "vocab_size", None) == sizes[0]:
            module.vocab_size = sizes[1]


def _expect_positions(module: nn.Module, padding: int | None) -> None:
    """RoBERTa counts positions from the padding id on: another id would shift every position."""
    positions = getattr(module, "position_embeddings", None)
    if isinstance(positions, nn.Embedding) and positions.padding_idx is not None and positions.padding_idx != padding:
        raise LectError(
            f"{type(module).__name__} counts positions from its padding id, {positions.padding_idx}, but the new "
            f"tokenizer pads with {padding}. Give its padding token the id {positions.padding_idx} (vocab.learn: 1)."
        )
