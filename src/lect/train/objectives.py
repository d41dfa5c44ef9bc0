"""Objectives: functions (network, batch) → (loss_sum, target_count, extras).

Sum and count, never a mean: whoever adds up micro-batches, accumulation steps or processes divides once, so every target weighs the same.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from lect.models.families import apply_head, last_hidden
from lect.vocab.surfaces import forms

Batch = dict[str, torch.Tensor]
Objective = Callable[[Any, Batch], tuple[torch.Tensor, torch.Tensor, dict[str, Any]]]


def causal(network: Any, batch: Batch) -> tuple[torch.Tensor, torch.Tensor, dict[str, Any]]:
    """Next-token cross-entropy: in nats, summed over all positions of `ids` `[rows, length]` but the first of each row."""
    ids = batch["ids"]
    hidden = last_hidden(network, input_ids=ids, use_cache=False)[:, :-1]
    logits = apply_head(network, hidden.reshape(-1, hidden.shape[-1]))
    targets = ids[:, 1:].reshape(-1)
    return cross_entropy(logits.float(), targets, reduction="sum"), torch.tensor(targets.numel()), {}


def masked(tokenizer: Any, *, share: float = 0.15, whole_words: bool = False, seed: int = 0) -> Objective:
    """Return the masked-language-model objective of BERT (Devlin et al., 2019), masked anew every time a row is seen.

    Of `share` of the positions 80 % become the mask, 10 % a random token, 10 % stay; special tokens are never chosen. The vocabulary head is
    computed at the chosen positions only, which is exact and saves most of its cost. With `whole_words` all tokens of a word are chosen
    together. The choice depends on (seed, number of the row), not on batch or process.
    """
    mask_id = tokenizer.mask_token_id
    starts = torch.tensor([form is not None and form.startswith(b" ") for form in forms(tokenizer)]) if whole_words else None
    special = torch.zeros(len(tokenizer), dtype=torch.bool)
    special[torch.tensor(sorted(set(tokenizer.all_special_ids)))] = True

    def objective(network: Any, batch: Batch) -> tuple[torch.Tensor, torch.Tensor, dict[str, Any]]:
        ids = batch["ids"]
        chosen, shown = [], []
        for row, number in zip(ids.cpu(), batch["numbers"].tolist(), strict=True):
            generator = torch.Generator().manual_seed((seed * 1_000_003 + number) % 2**63)
            where = _choose(row, special[row], share, starts, generator)
            chosen.append(where)
            shown.append(_corrupt(row, where, mask_id, len(tokenizer), generator))
        mask = torch.stack(chosen).to(ids.device)
        hidden = last_hidden(network, input_ids=torch.stack(shown).to(ids.device))
        targets = ids[mask]
        logits = apply_head(network, hidden[mask])
        return cross_entropy(logits.float(), targets, reduction="sum"), torch.tensor(targets.numel()), {}

    return objective


def _choose(row: torch.Tensor, special: torch.Tensor, share: float, starts: torch.Tensor | None, generator: torch.Generator) -> torch.Tensor:
    """Return which positions of `row` `[length]` to predict, as bool `[length]`: single tokens, or whole words until the share is reached."""
    allowed = (~special).nonzero().squeeze(1)
    wanted = max(1, round(share * len(allowed))) if len(allowed) else 0
    chosen = torch.zeros(len(row), dtype=torch.bool)
    if starts is None:
        chosen[allowed[torch.randperm(len(allowed), generator=generator)[:wanted]]] = True
        return chosen
    word = torch.cumsum(starts[row] | special, 0)
    words = word[allowed].unique()
    sizes = torch.bincount(word[allowed], minlength=int(word[-1]) + 1)
    order = words[torch.randperm(len(words), generator=generator)]
    enough = int(torch.searchsorted(sizes[order].cumsum(0), wanted)) + 1
    chosen[allowed] = torch.isin(word[allowed], order[:enough])
    return chosen


def _corrupt(row: torch.Tensor, where: torch.Tensor, mask_id: int, size: int, generator: torch.Generator) -> torch.Tensor:
    draw = torch.rand(len(row), generator=generator)
    random = torch.randint(size, (len(row),), generator=generator)
    shown = torch.where(where & (draw < 0.8), mask_id, row)
    return torch.where(where & (draw >= 0.8) & (draw < 0.9), random, shown)


def labels(network: Any, batch: Batch) -> tuple[torch.Tensor, torch.Tensor, dict[str, Any]]:
    """Cross-entropy of a classification head over `labels`: one a token `[rows, length]` (-100: none) or one a row `[rows]`."""
    logits = network(input_ids=batch["ids"], attention_mask=batch["mask"]).logits
    wanted = batch["labels"]
    loss = cross_entropy(logits.reshape(-1, logits.shape[-1]).float(), wanted.reshape(-1), ignore_index=-100, reduction="sum")
    return loss, (wanted != -100).sum(), {}
