"""Tasks, units, hooks, extras, the public list."""

import gzip
import importlib

import pytest

import lect.artifacts
from lect.artifacts.errors import LectError
from lect.artifacts.extras import need
from lect.artifacts.hooks import Progress, progress, watch
from lect.artifacts.tasks import read_tagging, read_task
from lect.artifacts.units import Units

SENTENCE = """# text = Tey fóru til ánna
1-2\tTeyfóru\t_\t_\t_\t_\t_\t_\t_\t_
1\tTey\t_\tPRON\tP\t_\t0\troot\t_\t_
2\tfóru\t_\tVERB\tV\t_\t1\tdep\t_\t_
2.1\tempty\t_\tX\tX\t_\t_\t_\t_\t_
"""


def treebank(folder, **sizes):
    for split, size in sizes.items():
        rows = [f"{SENTENCE}3\t{split}{n}\t_\tNOUN\tN\t_\t1\tdep\t_\t_\n" for n in range(size)]
        (folder / f"fo_x-ud-{split}.conllu").write_text("\n".join(rows))
    return folder / "fo_x"


def test_a_treebank_becomes_a_task(tmp_path):
    prefix = treebank(tmp_path, train=3, dev=2, test=1)
    for task in (read_task(f"pos={prefix}"), read_task(f"upos={tmp_path}"), read_tagging(prefix)):
        assert task.kind == "tagging"
        assert {split: len(sentences) for split, sentences in task.splits.items()} == {"train": 3, "dev": 2, "test": 1}
        assert task.splits["test"][0].words == ["Tey", "fóru", "test0"]
        assert task.splits["test"][0].tags == ["PRON", "VERB", "NOUN"]
        assert task.labels == ["NOUN", "PRON", "VERB"]
        assert len(task.sources) == 3
    assert read_task(task) is task
    assert read_task(f"xpos={prefix}").labels == ["N", "P", "V"]
    assert read_task(f"xpos={prefix}").identity != task.identity
    ids = [sentence.id for sentences in task.splits.values() for sentence in sentences]
    assert len(set(ids)) == 6


def test_packed_files_are_read_too(tmp_path):
    treebank(tmp_path, train=2, dev=1, test=1)
    plain = read_tagging(tmp_path)
    for file in list(tmp_path.iterdir()):
        (tmp_path / f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
        file.unlink()
    assert [s.words for s in read_tagging(tmp_path).splits["train"]] == [s.words for s in plain.splits["train"]]


def test_without_a_dev_part_a_tenth_of_training_becomes_one(tmp_path):
    splits = read_tagging(treebank(tmp_path, train=300, test=1)).splits
    train, dev = ({tuple(s.words) for s in splits[part]} for part in ("train", "dev"))
    assert 10 < len(dev) < 60
    assert len(train) + len(dev) == 300
    assert not train & dev


@pytest.mark.parametrize(
    ("sizes", "argument", "said"),
    [
        ({"train": 1, "test": 1}, "pos={}", "has too few training examples (1)"),
        ({"train": 0}, "pos={}", "holds no example in fo_x-ud-train.conllu"),
        ({}, "pos={}", "no files of a task at"),
        ({}, "pos={}/deeper/prefix", "no files of a task at"),
        ({}, "pos=", "a task is given as NAME=PATH"),
        ({}, "{}", "a task is given as NAME=PATH"),
        ({}, "nerr={}", "with NAME one of pos, upos, xpos"),
    ],
)
def test_a_task_that_cannot_be_had_says_why(tmp_path, sizes, argument, said):
    treebank(tmp_path, **sizes)
    with pytest.raises(LectError) as error:
        read_task(argument.format(tmp_path))
    assert said in str(error.value)


def test_a_part_that_is_not_there_is_asked_for_in_vain(tmp_path):
    task = read_task(f"pos={treebank(tmp_path, test=3)}")
    assert task.labels == ["NOUN", "PRON", "VERB"]
    assert len(task.part("test")) == 3
    with pytest.raises(LectError, match=r"has no 'train' part; it has test \(3\)"):
        task.part("train")


def test_two_treebanks_in_a_folder_are_told_apart(tmp_path):
    prefix = treebank(tmp_path, train=3, dev=1, test=1)
    (tmp_path / "en_y-ud-train.conllu").write_text(SENTENCE)
    with pytest.raises(LectError, match="holds several train files"):
        read_tagging(tmp_path)
    assert len(read_tagging(prefix).splits["train"]) == 3


def test_a_broken_treebank_is_named_with_its_line(tmp_path):
    prefix = treebank(tmp_path, train=3, test=1)
    (tmp_path / "fo_x-ud-train.conllu").write_text("1 Tey PRON\n")
    with pytest.raises(LectError, match="line 1 has 1 columns; CoNLL-U has 10"):
        read_tagging(prefix)
    with pytest.raises(LectError, match="column must be one of upos, xpos, feats"):
        read_tagging(prefix, column="lemma")


def test_units_come_back(tmp_path):
    units = Units({3: [7, 1], 0: [], 11: [0]}, "heads", {"from": "føroyskt"})
    again = Units.load(units.save(tmp_path / "units"))
    assert again == Units({0: [], 3: [7, 1], 11: [0]}, "heads", {"from": "føroyskt"})
    assert list(again.indices) == [0, 3, 11]
    assert len(again) == 3
    with pytest.raises(LectError, match="holds no units"):
        Units.load(tmp_path)


def test_progress_reaches_the_watcher_and_no_one_else():
    events = []

    def work():
        with progress("reading", 10, "files", done=2) as advance:
            advance(3, note="half")
            advance()

    work()
    with watch(events.append):
        work()
        with watch(lambda _: None):
            work()
    work()
    assert events == [
        Progress("reading", 2, 10, "files"),
        Progress("reading", 5, 10, "files", "half"),
        Progress("reading", 6, 10, "files"),
        Progress("reading", 6, 10, "files", finished=True),
    ]


def test_progress_ends_with_an_error_too():
    events = []

    def fail():
        with progress("reading"):
            raise RuntimeError

    with watch(events.append), pytest.raises(RuntimeError):
        fail()
    assert [event.finished for event in events] == [False, True]


def test_a_missing_extra_names_what_to_install():
    with pytest.raises(LectError, match=r"stress needs the package 'not_there'.*Run: pip install 'lect\[speech\]'"):
        need("not_there", extra="speech", for_="stress")
    assert need("json", extra="data", for_="reading").loads("1") == 1


def test_every_public_name_is_there():
    names = dir(lect.artifacts)
    assert len(names) == len(lect.artifacts.PUBLIC) == 23
    for name, module in lect.artifacts.PUBLIC.items():
        assert getattr(lect.artifacts, name) is getattr(importlib.import_module(module), name)
    with pytest.raises(AttributeError, match="has no attribute 'reed'"):
        _ = lect.artifacts.reed
