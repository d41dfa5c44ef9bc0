"""Clones: a model whose vocabulary is there twice, so that two of its languages are equivalent to the last bit."""

import copy
from collections.abc import Sequence
from dataclasses import replace

import torch

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model


def clone(model: Model, *, copies: int = 1) -> Model:
    """Return the model with its vocabulary repeated: token `t` of language `c` has the id `t + c * V`.

    V is the old vocabulary size. Every tensor with a row a token (input and output embeddings, biases) holds its old
    rows `copies` more times. So for inputs of any of the languages the logits are those of the original, repeated; the
    softmax is shared by the languages, and the loss is higher by exactly ln(copies + 1) until training breaks the tie.
    The tokenizer still writes the first language; `clone_ids` maps its ids to another. The notes of the result hold
    `vocabulary` (V) and `copies`.
    """
    if copies < 1:
        raise LectError(f"copies must be at least 1, found {copies}")
    old = model.network
    vocabulary = old.get_input_embeddings().weight.shape[0]
    network = copy.deepcopy(old)
    with torch.random.fork_rng():  # new rows are drawn before ours replace them
        network.resize_token_embeddings(vocabulary * (copies + 1), mean_resizing=False)
    before = old.state_dict()
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            for dimension, (now, then) in enumerate(zip(tensor.shape, before[name].shape, strict=True)):
                if (now, then) == (vocabulary * (copies + 1), vocabulary):
                    tensor.copy_(torch.cat([before[name]] * (copies + 1), dim=dimension))
    notes = {**model.notes, "vocabulary": vocabulary, "copies": copies}
    return replace(
        model, held=network, name=f"{model.name} cloned", history=None, notes=notes, folder=None, vocab_map=None
    )


def clone_ids(ids: Sequence[int] | torch.Tensor, model: Model, *, language: int = 1) -> torch.Tensor:
    """Return token ids of the first language as ids of clone `language` (0 is the first itself).

    Special tokens move too: a clone has its own. Pad after the shift, since networks know only the first padding id.
    """
    size, copies = model.notes.get("vocabulary"), model.notes.get("copies", 0)
    if size is None or not 0 <= language <= copies:
        raise LectError(
            f"expected a language from 0 to the number of copies of a cloned model, found {language} of {copies}"
        )
    return torch.as_tensor(ids) + language * size
