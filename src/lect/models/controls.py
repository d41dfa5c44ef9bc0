"""Controls: models that lack one thing, so that a comparison shows what that thing is worth."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from lect.artifacts.models import Model
from lect.models.families import vocabulary_tensors


def fresh_body(model: Model, *, seed: int = 0) -> Model:
    """Return the model with its vocabulary rows and an untrained body: what the rows alone are worth.

    >>> control = fresh_body(adapted, seed=0)  # doctest: +SKIP
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        untrained = dict(_body(type(model.network)(copy.deepcopy(model.network.config))))
    return _changed(model, lambda name, tensor: untrained[name], "with an untrained body")


def shuffled_body(model: Model, *, seed: int = 0) -> Model:
    """Return the model with the numbers of each body tensor dealt anew at random: their scale stays, but nothing that was learned."""
    generator = torch.Generator().manual_seed(seed)

    def shuffle(name: str, tensor: Tensor) -> Tensor:
        order = torch.randperm(tensor.numel(), generator=generator)
        return tensor.reshape(-1)[order].reshape(tensor.shape)

    return _changed(model, shuffle, "with a shuffled body")


def _body(network: Any) -> Iterator[tuple[str, Tensor]]:
    tables = {id(tensor) for _, tensor, _ in vocabulary_tensors(network)}
    return ((name, tensor) for name, tensor in network.named_parameters() if id(tensor) not in tables)


def _changed(model: Model, change: Callable[[str, Tensor], Tensor], what: str) -> Model:
    network = copy.deepcopy(model.network)
    with torch.no_grad():
        for name, tensor in _body(network):
            tensor.copy_(change(name, tensor))
    return replace(model, held=network, folder=None, vocab_map=None, name=f"{model.name} {what}")
