"""Answers against a task: oracle, blind reader, and what is refused."""

import random

import numpy as np
import pytest

from lect import Results, claim
from lect.artifacts.errors import LectError
from lect.artifacts.tasks import Labeled, Tagged, Task
from lect.score.evidence.significance import gather, paired_bootstrap
from lect.score.grading import by_group, chance, grade
from lect.score.kinds import KINDS


def topics(n: int = 40) -> Task:
    draw = random.Random(0)
    labels = ["art", "law", "sea"]
    examples = [Labeled(f"text {i}", draw.choice(labels), id=f"t{i}", group="xy"[i % 2]) for i in range(n)]
    return Task("topic", "classification", {"train": examples[:20], "test": examples[20:]}, labels)


def test_the_oracle_is_perfect_and_the_blind_reader_is_at_chance():
    task = topics()
    examples = task.part("test")
    perfect = grade(KINDS["classification"].oracle(task, examples), task)
    assert [score.metric for score in perfect] == ["accuracy", "macro_f1", "weighted_f1", "mcc"]
    assert all(score.value == pytest.approx(1.0) for score in perfect)
    share = max(sum(e.label == label for e in examples) for label in task.labels) / len(examples)
    assert chance(task).value <= share
    assert "reader:blind" in chance(task).signature


def test_class_metrics_equal_scikit_learn_on_random_answers():
    metrics = pytest.importorskip("sklearn.metrics")
    draw = random.Random(1)
    for trial in range(50):
        labels = [f"c{i}" for i in range(draw.randint(1, 6))]
        gold = [draw.choice(labels) for _ in range(draw.randint(2, 30))]
        found = [draw.choice(labels) for _ in gold]
        task = Task("t", "classification", {"test": [Labeled("x", g, id=str(i)) for i, g in enumerate(gold)]}, labels)
        values = {score.metric: score.value for score in grade(found, task)}
        assert values["accuracy"] == pytest.approx(metrics.accuracy_score(gold, found), abs=1e-9), trial
        for average in ("macro", "weighted"):
            theirs = metrics.f1_score(gold, found, average=average, zero_division=0)
            assert values[f"{average}_f1"] == pytest.approx(theirs, abs=1e-9), trial
        assert values["mcc"] == pytest.approx(metrics.matthews_corrcoef(gold, found), abs=1e-9), trial


def test_groups_are_scored_from_the_same_statistics():
    task = topics()
    examples = task.part("test")
    answers = [e.label if e.group == "x" else "art" for e in examples]
    groups = by_group(grade(answers, task), task)
    assert list(groups) == ["x", "y"]
    assert groups["x"][0].value == 1.0
    assert groups["y"][0].value == np.mean([e.label == "art" for e in examples if e.group == "y"])
    assert "group:y" in groups["y"][0].signature


def test_class_metrics_can_be_resampled_and_compared(tmp_path):
    task = topics(200)
    gold = [e.label for e in task.part("test")]
    good = [label if i % 5 else "art" for i, label in enumerate(gold)]
    bad = [label if i % 2 else "sea" for i, label in enumerate(gold)]
    results = Results(tmp_path)
    results.add(grade(good, task), system="good", task="topic")
    results.add(grade(bad, task), system="bad", task="topic")
    for name in ("accuracy", "macro_f1", "mcc"):
        assert claim(Results.open(tmp_path), "good > bad", metric=name).verdict == "holds"
    one, other = grade(good, task)[1], grade(bad, task)[1]
    found = paired_bootstrap(gather([one]), gather([other]), draws=500)
    assert found.low < one.value - other.value < found.high


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (["art"] * 3, "has 20 examples; found 3 answers"),
        (["art"] * 19 + ["war"], "the prediction 'war' is not one of its labels art, law, sea"),
    ],
)
def test_answers_that_do_not_fit_are_refused(answers, said):
    with pytest.raises(LectError, match=said):
        grade(answers, topics())


def test_misaligned_words_and_double_ids_are_refused():
    task = Task("pos", "tagging", {"test": [Tagged(["a", "b"], ["X", "Y"], "1")]}, ["X", "Y"])
    with pytest.raises(LectError, match="has 1 labels; the sentence has 2 words"):
        grade([["X"]], task)
    twice = Task("pos", "tagging", {"test": [Tagged(["a"], ["X"], "1"), Tagged(["b"], ["X"], "1")]}, ["X"])
    with pytest.raises(LectError, match="1 ids occur more than once in pos test, such as '1'"):
        grade([["X"], ["X"]], twice)
