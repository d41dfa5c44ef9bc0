"""What a body gets on top to learn a kind of task: a head, targets, and a loss. One row a kind."""

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, mse_loss

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.artifacts.tasks import Task
from lect.models.families import apply_head, body, last_hidden
from lect.models.parsers import BiaffineParser
from lect.train import examples as made
from lect.train.examples import NONE, Example
from lect.train.objectives import Batch, Loss, Objective, labels

Encode = Callable[[Model, Task, Sequence[Any]], Iterator[Example]]
Targets = Callable[[Sequence[Example], Tensor], Batch]


@dataclass(frozen=True)
class Head:
    """One row: the class of the network, how examples are encoded and batched, and the loss.

    `network` names a class of `transformers` or is a class; None keeps the language-model head that is there.
    """

    network: Any
    encode: Encode
    targets: Targets
    objective: Objective


def grades(network: Any, batch: Batch) -> Loss:
    """Squared error of the one output against `labels` [rows] (NaN: none), summed."""
    found = network(input_ids=batch["ids"], attention_mask=batch["mask"]).logits[:, 0].float()
    there = ~torch.isnan(batch["labels"])
    return mse_loss(found[there], batch["labels"][there], reduction="sum"), there.sum(), {}


def answers(network: Any, batch: Batch) -> Loss:
    """Cross-entropy of where an answer begins and where it ends, `labels` [rows, 2]; the mean of the two, summed over rows."""
    found = network(input_ids=batch["ids"], attention_mask=batch["mask"])
    loss = torch.zeros((), device=batch["ids"].device)
    for logits, wanted in zip((found.start_logits, found.end_logits), batch["labels"].unbind(1), strict=True):
        scores = logits.float().masked_fill(batch["mask"] == 0, -1e9)
        loss = loss + cross_entropy(scores, wanted, ignore_index=NONE, reduction="sum") / 2
    return loss, (batch["labels"][:, 0] != NONE).sum(), {}


def trees(network: Any, batch: Batch) -> Loss:
    """Cross-entropy of the head of each word, and of its relation to the right head; summed over words (Dozat and Manning 2017)."""
    heads, relations = batch["heads"], batch["relations"]
    arcs, kinds = network(input_ids=batch["ids"], attention_mask=batch["mask"], words=batch["words"])
    beyond = torch.arange(arcs.shape[2], device=arcs.device) > (heads != NONE).sum(1)[:, None]
    scores = arcs.float().masked_fill(beyond[:, None, :], -1e9)
    loss = cross_entropy(scores.flatten(0, 1), heads.flatten(), ignore_index=NONE, reduction="sum")
    at_head = kinds.gather(3, heads.clamp(min=0)[:, None, :, None].expand(-1, kinds.shape[1], -1, 1))[..., 0]
    loss = loss + cross_entropy(at_head.float(), relations, ignore_index=NONE, reduction="sum")
    return loss, (heads != NONE).sum(), {}


def writing(network: Any, batch: Batch) -> Loss:
    """Cross-entropy of the ids to be written, `labels` (NONE: given); the head is computed at those alone."""
    wanted = batch["labels"]
    if network.config.is_encoder_decoder:
        shifted = network.prepare_decoder_input_ids_from_labels(wanted)
        hidden = last_hidden(network, input_ids=batch["ids"], attention_mask=batch["mask"], decoder_input_ids=shifted)
    else:
        hidden = last_hidden(network, input_ids=batch["ids"], attention_mask=batch["mask"], use_cache=False)[:, :-1]
        wanted = wanted[:, 1:]
    chosen = wanted != NONE
    logits = apply_head(network, hidden[chosen])
    return cross_entropy(logits.float(), wanted[chosen], reduction="sum"), chosen.sum(), {}


HEADS: dict[str, Head] = {
    "tagging": Head(
        "AutoModelForTokenClassification",
        made.encode_words,
        lambda some, ids: {"labels": made.pad_rows([one.target for one in some], NONE)},
        labels,
    ),
    "classification": Head(
        "AutoModelForSequenceClassification",
        made.encode_classes,
        lambda some, ids: {"labels": torch.tensor([one.target for one in some])},
        labels,
    ),
    "regression": Head(
        "AutoModelForSequenceClassification",
        made.encode_grades,
        lambda some, ids: {"labels": torch.tensor([one.target for one in some], dtype=torch.float32)},
        grades,
    ),
    "questions": Head(
        "AutoModelForQuestionAnswering",
        made.encode_questions,
        lambda some, ids: {"labels": torch.tensor([one.target for one in some])},
        answers,
    ),
    "parsing": Head(BiaffineParser, made.encode_trees, lambda some, ids: made.batch_trees(some, ids.shape[1]), trees),
    "generation": Head(
        None,
        made.encode_writing,
        lambda some, ids: {"labels": made.pad_rows([one.target for one in some], NONE)},
        writing,
    ),
}
HEADS["spans"] = HEADS["tagging"]


def head_of(task: Task) -> Head:
    """Return the row of a task's kind."""
    if task.kind not in HEADS:
        raise LectError(f"finetune knows the task kinds {', '.join(HEADS)}; {task.name} is {task.kind!r}")
    return HEADS[task.kind]


def expect_learnable(model: Model, task: Task) -> Head:
    """Return the row of a task's kind; raise `LectError` where this model could not learn the task at all."""
    head = head_of(task)
    if head.network is None and model.kind == "encoder":
        raise LectError(f"{model.name} is an encoder, which does not write; pass a decoder or an encoder-decoder")
    if not task.splits.get("train"):
        raise LectError(f"the training part of {task.name} has no examples; pass a task with some")
    return head


def collate(head: Head, some: Sequence[Example], fill: int, *, real: bool = True) -> Batch:
    """Return the batch of some examples; one that is not `real` has the same shape and no target."""
    batch = made.batch_rows(some, fill)
    targets = head.targets(some, batch["ids"])
    if not real:
        for name, wanted in targets.items():
            if name != "words":
                targets[name] = torch.full_like(wanted, float("nan") if wanted.is_floating_point() else NONE)
    return batch | targets


def add_head(model: Model, task: Task, seed: int) -> Any:
    """Return a network for the task whose body is a copy of the model's; its head is drawn under `seed`."""
    head = head_of(task)
    if head.network is None:
        return copy.deepcopy(model.network)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        network = _build(head.network, _configure(model, task), task)
    missing = _copy_body(model.network, network)
    if missing:
        raise LectError(
            f"the body of {model.name} does not fit a {task.kind} head of its family: no weights for "
            f"{', '.join(missing[:3])}"
        )
    return network


def _configure(model: Model, task: Task) -> Any:
    config = copy.deepcopy(model.network.config)
    names = task.labels or ["grade"]
    if task.kind != "questions":
        config.id2label = dict(enumerate(names))
        config.label2id = {label: number for number, label in enumerate(names)}
    if task.kind == "regression":
        config.problem_type = "regression"
        config.grade_mean, config.grade_spread = made.grade_scale(task)
    if config.pad_token_id is None or config.pad_token_id < 0:  # where there is one, positions may count from it
        known = (model.tokenizer.pad_token_id, model.tokenizer.eos_token_id)
        config.pad_token_id = next((int(id_) for id_ in known if id_ is not None), 0)
    return config


def _build(cls: Any, config: Any, task: Task) -> Any:
    """Return a random network; a T5 would draw its tagging head from N(0, 1), all others N(0, 0.02²)."""
    import transformers

    if not isinstance(cls, str):
        return cls(config)
    try:
        network = getattr(transformers, cls).from_config(config)
    except ValueError:
        raise LectError(f"transformers has no {task.kind} head for {config.model_type}; pass another model") from None
    if task.kind in ("tagging", "spans") and hasattr(config, "initializer_factor"):
        network.classifier.weight.data.mul_(0.02)
    return network


def _copy_body(source: Any, network: Any) -> list[str]:
    """Copy the weights of a body into a network; return the names of those that it has no weights for."""
    if isinstance(network, BiaffineParser) and getattr(source.config, "is_encoder_decoder", False):
        missing, _ = network.body.load_state_dict(source.get_encoder().state_dict(), strict=False)
    else:
        missing, _ = body(network).load_state_dict(body(source).state_dict(), strict=False)
    return [name for name in missing if not name.startswith("pooler.")]  # a pooler belongs to the head
