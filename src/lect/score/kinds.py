"""The kinds of tasks: how answers are scored, what a perfect reader answers, and what one who does not read answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.tasks import Task
from lect.score.formulas import Floats
from lect.score.instructions import following, obeying
from lect.score.statistics import choices, labels, numbers, passages, rankings, spans, texts, trees

Examples = Sequence[Any]
Answers = Sequence[Any]


@dataclass(frozen=True)
class Kind:
    """One row of the table.

    `metrics` are names of `score.metrics.METRICS`, the first is the headline. `statistics(task, examples, answers)` gives
    [n, k] for each of them; it refuses answers that do not fit. `oracle` answers as the annotators did and must score
    100 % (of instructions, what can be obeyed at all); `blind` answers without reading the input, and what it scores is the chance level.
    """

    metrics: tuple[str, ...]
    statistics: Callable[[Task, Examples, Answers], Mapping[str, Floats]]
    oracle: Callable[[Task, Examples], Answers]
    blind: Callable[[Task, Examples], Answers]


KINDS: dict[str, Kind] = {
    "tagging": Kind(
        ("accuracy",),
        labels.word_statistics,
        lambda task, examples: [example.tags for example in examples],
        labels.frequent_tags,
    ),
    "classification": Kind(
        ("accuracy", "macro_f1", "weighted_f1", "mcc"),
        labels.class_statistics,
        lambda task, examples: [example.label for example in examples],
        labels.frequent_class,
    ),
    "spans": Kind(
        ("span_f1", "span_macro_f1", "span_f1_strict"),
        spans.span_statistics,
        lambda task, examples: [example.tags for example in examples],
        labels.frequent_tags,
    ),
    "parsing": Kind(
        ("las", "uas", "clas", "mlas"),
        trees.tree_statistics,
        lambda task, examples: [(example.heads, example.relations) for example in examples],
        trees.hang_on_previous,
    ),
    "regression": Kind(
        ("pearson", "spearman", "rmse"),
        numbers.number_statistics,
        lambda task, examples: [example.value for example in examples],
        numbers.mean_grade,
    ),
    "questions": Kind(
        ("answer_f1", "exact_match"),
        passages.question_statistics,
        passages.first_answer,
        passages.first_words,
    ),
    "choice": Kind(("accuracy",), choices.choice_statistics, choices.right_option, choices.equal_scores),
    "generation": Kind(
        ("number_match", "chrf", "bleu", "rouge_l", "exact_match"),
        texts.text_statistics,
        texts.first_reference,
        texts.frequent_reference,
    ),
    "retrieval": Kind(
        ("ndcg@10", "recall@100", "mrr@10", "map"),
        rankings.ranking_statistics,
        lambda task, examples: [example.relevant for example in examples],
        rankings.same_ranking,
    ),
    "instructions": Kind(
        ("prompt_strict", "prompt_loose", "instruction_strict", "instruction_loose"),
        following.instruction_statistics,
        obeying.obey_all,
        following.refuse,
    ),
}

HEADLINES = {"semantic-parsing": ("exact_match",), "needles": ("number_match", "exact_match")}
"""Name of a task → the metrics of its kind that come first, where that is another order."""


def kind_of(task: Task) -> Kind:
    """Return the row of a task's kind, the headline metric of the task first."""
    if task.kind not in KINDS:
        raise LectError(
            f"{task.name} is a task of kind {task.kind!r}; score.kinds.KINDS has {', '.join(KINDS)}. Add a row there."
        )
    row, first = KINDS[task.kind], HEADLINES.get(task.name, ())
    return replace(row, metrics=(*first, *(name for name in row.metrics if name not in first)))
