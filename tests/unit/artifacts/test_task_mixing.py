"""Training parts made to order."""

import pytest

from lect.artifacts.errors import LectError
from lect.artifacts.tasks import Labeled, Tagged, Task, mix_training, take_examples


def tagging(name, count, split="train", tag="NOUN"):
    part = [Tagged([f"{name}{n}"], [tag], str(n)) for n in range(count)]
    return Task(name, "tagging", {split: part, "test": part[:2]}, [tag])


def test_as_many_of_each_as_asked_and_labels_of_all():
    old, new = tagging("a", 20, "dev", "VERB"), tagging("b", 20)
    mixed = mix_training(new, [(new, 10), (old, 4)])
    words = [one.words[0] for one in mixed.part("train")]
    assert [sum(word.startswith(name) for word in words) for name in "ba"] == [10, 4]
    assert len(set(words)) == 14
    assert mixed.labels == ["NOUN", "VERB"]
    assert mixed.part("test") == new.part("test")


def test_fewer_are_a_part_of_more_and_the_dev_part_goes():
    task = tagging("a", 20, "dev")
    few, many = ({one.words[0] for one in mix_training(task, [(task, n)]).part("train")} for n in (5, 12))
    assert few < many
    assert "dev" not in mix_training(task, [(task, 5)]).splits
    assert mix_training(task, [(task, 5)]).identity != mix_training(task, [(task, 6)]).identity


def test_too_many_and_other_kinds_are_refused():
    task = tagging("a", 5)
    with pytest.raises(LectError, match="has 5 examples"):
        mix_training(task, [(task, 6)])
    with pytest.raises(LectError, match="same kind"):
        mix_training(task, [(Task("c", "classification", {"train": [Labeled("x", "y")]}), 1)])


def test_the_first_examples_alone():
    taken = take_examples(tagging("a", 5), 1)
    assert [one.id for one in taken.part("test")] == ["0"]
    assert list(taken.splits) == ["test"]
