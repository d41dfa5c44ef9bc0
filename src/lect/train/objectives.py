"""Objectives: functions (network, batch) → (loss_sum, target_count, extras).

Sum and count, never a mean: whoever adds up micro-batches, accumulation steps or processes divides once, so that every
target weighs the same.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from lect.models.families import apply_head, last_hidden
from lect.vocab.surfaces import forms, isolated, vocabulary_size

Batch = dict[str, Tensor]
Loss = tuple[Tensor, Tensor, dict[str, Any]]
Objective = Callable[[Any, Batch], Loss]


def causal(network: Any, batch: Batch) -> Loss:
    """Next-token cross-entropy: in nats, summed over all positions of `ids` `[rows, length]` but the first of each."""
    ids = batch["ids"]
    hidden = last_hidden(network, input_ids=ids, use_cache=False)[:, :-1]
    logits = apply_head(network, hidden.reshape(-1, hidden.shape[-1]))
    targets = ids[:, 1:].reshape(-1)
    return cross_entropy(logits.float(), targets, reduction="sum"), torch.tensor(targets.numel()), {}


def masked(tokenizer: Any, *, share: float = 0.15, whole_words: bool = False, seed: int = 0) -> Objective:
    """Return the masked-language-model objective of BERT (Devlin et al., 2019), masked anew every time a row is seen.

    Of `share` of the positions 80 % become the mask, 10 % a random ordinary token, 10 % stay; special tokens are never
    chosen. The vocabulary head is computed at the chosen positions only, which is exact and saves most of its cost.
    With `whole_words` all tokens of a word are chosen together, and words until the share is reached. The choice is a
    function of (seed, number of the row, position) alone: batch, process and device do not change it. A batch has `ids`
    `[rows, length]` and `numbers` `[rows]`.
    """
    special = torch.zeros(vocabulary_size(tokenizer), dtype=torch.bool)
    special[torch.tensor(sorted(set(tokenizer.all_special_ids)))] = True
    ordinary = (~special).nonzero().squeeze(1)
    starts = torch.tensor([_starts_word(form) for form in forms(tokenizer)]) if whole_words else None

    def objective(network: Any, batch: Batch) -> Loss:
        ids = batch["ids"]
        here = ids.device
        frozen = special.to(here)[ids]
        order, fate, draw = (uniform(seed, salt, batch["numbers"], ids.shape[1]) for salt in range(3))
        words = None if starts is None else starts.to(here)[ids] | frozen
        chosen = choose(order, frozen, share, words)
        random = ordinary.to(here)[(draw * 2**24).long() * len(ordinary) >> 24]
        shown = torch.where(chosen & (fate < 0.8), tokenizer.mask_token_id, ids)
        shown = torch.where(chosen & (fate >= 0.9), random, shown)
        targets = ids[chosen]
        logits = apply_head(network, last_hidden(network, input_ids=shown)[chosen])
        return cross_entropy(logits.float(), targets, reduction="sum"), torch.tensor(targets.numel()), {}

    return objective


def choose(order: Tensor, frozen: Tensor, share: float, words: Tensor | None = None) -> Tensor:
    """Return which positions to predict, bool `[rows, length]`: those of the lowest `order`, never a frozen one.

    In each row `share` of what is not frozen is chosen, one position at least. With `words`, which is true where a word
    begins, whole words are: by the order of their first tokens, until the share is reached.
    """
    length = order.shape[1]
    wanted = (share * (~frozen).sum(1)).round().clamp(min=1)[:, None]
    at = torch.arange(length, device=order.device).expand_as(order)
    word = at if words is None else torch.where(words, at, 0).cummax(1).values  # where the word of a position begins
    rank = order.gather(1, word).masked_fill(frozen, 2.0).argsort(dim=1, stable=True)  # words side by side
    sorted_words = word.gather(1, rank)
    begins = torch.ones_like(frozen)
    begins[:, 1:] = sorted_words[:, 1:] != sorted_words[:, :-1]
    before = torch.where(begins, at, 0).cummax(1).values  # how many positions come before the word
    return torch.zeros_like(frozen).scatter(1, rank, before < wanted) & ~frozen


def _starts_word(form: bytes | None) -> bool:
    """Say whether a token begins a word: after a space, or a sign or ideograph that stands by itself."""
    return form is not None and (form.startswith(b" ") or isolated(form.decode("utf-8", "ignore")))


def uniform(seed: int, salt: int, numbers: Tensor, length: int) -> Tensor:
    """Return numbers in [0, 1) `[len(numbers), length]` by hashing (seed, salt, number of the row, position).

    The finalizer is that of splitmix64 (Steele et al., 2014), in wrapping int64, on 24 bits so that float32 holds them.
    """
    start = (seed * 0x9E3779B97F4A7C15 + salt * 0xD1B54A32D192ED03 + 2**63) % 2**64 - 2**63
    x = numbers.to(torch.int64)[:, None] * 0x2545F4914F6CDD1D + start
    x = _mix(x) + torch.arange(length, device=numbers.device)
    return ((_mix(x) >> 40) & 0xFFFFFF).float() / 2**24


def _mix(x: Tensor) -> Tensor:
    """Scramble int64 so that neighbors share nothing."""
    x = (x ^ ((x >> 30) & 0x3FFFFFFFF)) * -0x40A7B892E31B1A47
    x = (x ^ ((x >> 27) & 0x1FFFFFFFFF)) * -0x6B2FB644ECCEEE15
    return x ^ ((x >> 31) & 0x1FFFFFFFF)


def conditional(network: Any, batch: Batch) -> Loss:
    """Cross-entropy of `targets` `[rows, length]` (-100: none), each given those before it and `ids`; in nats, summed."""
    targets = batch["targets"]
    shifted = network.prepare_decoder_input_ids_from_labels(targets)
    hidden = last_hidden(network, input_ids=batch["ids"], decoder_input_ids=shifted)
    logits = apply_head(network, hidden.reshape(-1, hidden.shape[-1]))
    loss = cross_entropy(logits.float(), targets.reshape(-1), ignore_index=-100, reduction="sum")
    return loss, (targets != -100).sum(), {}


def labels(network: Any, batch: Batch) -> Loss:
    """Cross-entropy of a classification head over `labels`: one a token `[rows, length]` (-100: none) or one a row."""
    logits = network(input_ids=batch["ids"], attention_mask=batch["mask"]).logits
    wanted = batch["labels"]
    targets, classes = wanted.reshape(-1), logits.shape[-1]
    loss = cross_entropy(logits.reshape(-1, classes).float(), targets, ignore_index=-100, reduction="sum")
    return loss, (wanted != -100).sum(), {}
