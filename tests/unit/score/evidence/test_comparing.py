import re

import numpy as np
import pytest
from tests.unit.score.evidence.test_claims import bpb

from lect.artifacts.errors import LectError
from lect.artifacts.results import Results, Score
from lect.score.assembling import assemble
from lect.score.evidence.comparing import compare, describe
from lect.score.evidence.significance import holm


def tagged(rate, seed, n=80):
    words = np.full(n, 10.0)
    correct = np.random.default_rng(seed).binomial(10, rate, n)
    return assemble("accuracy", np.stack([correct, words], 1), [f"s{i}" for i in range(n)], {"split": "test"})


def table(system, mean, rate, offset, seeds=3):
    results = Results()
    results.add(bpb(mean, offset), system=system, language="fao")
    for seed in range(seeds):
        results.add(tagged(rate, 100 * offset + seed), system=system, task="pos", seed=seed)
        results.add(tagged(0.8, 200 * offset + seed), system=system, task="ner", seed=seed)
    results.add(assemble("throughput", [(1e6, 2.0)], ["all"], {}), system=system)
    return results


def test_compares_all_that_both_hold_with_adjusted_p():
    a, b = table("adapted", 1.2, 0.9, 1), table("base", 1.5, 0.7, 2)
    b.add(tagged(0.5, 3), system="base", task="only here")
    rows = compare(a, b)
    assert [(row.metric, row.task, row.verdict) for row in rows] == [
        ("bits_per_byte", None, "better"),
        ("accuracy", "pos", "better"),
        ("accuracy", "ner", "not shown"),
        ("throughput", None, "not tested"),
    ]
    assert [row.p for row in rows[:3]] == holm([row.comparison.p for row in rows[:3]])
    assert [row.verdict for row in compare(b, a)] == ["worse", "worse", "not shown", "not tested"]


def test_description_is_a_table_with_signatures():
    text = describe(compare(table("adapted", 1.2, 0.9, 1), table("base", 1.5, 0.7, 2)))
    head, *lines = text.splitlines()
    assert head.split()[:4] == ["metric", "task", "adapted", "base"]
    assert lines[0].startswith("bits_per_byte")
    assert lines[0].endswith("better")
    assert "could show: the smallest difference" in text
    pos = next(line for line in lines if line.startswith("accuracy pos: "))
    assert re.fullmatch(
        r"accuracy pos: With 3 seeds and 80 examples you can see differences above [\d.]+ points \(about 80 .*\)\.", pos
    )
    assert "accuracy|split:test|lect:" in text
    assert "equal" not in text


def test_few_seeds_and_different_quantities_are_never_a_verdict():
    rows = compare(table("adapted", 1.2, 0.95, 1, seeds=2), table("base", 1.5, 0.5, 2))
    pos = next(row for row in rows if row.task == "pos")
    assert pos.verdict == "not shown"
    assert "adapted (2)" in pos.cautions[0]
    encoder = Results()
    encoder.add(bpb(1.2, signature="bits_per_byte|pseudo|vocab:aa"), system="encoder", language="fao")
    (row,) = compare(encoder, table("base", 1.5, 0.7, 2))
    assert (row.verdict, row.comparison) == ("not tested", None)
    assert "two quantities" in row.cautions[0]
    assert "not tested" in describe([row])


def test_two_systems_of_one_table_and_folders(tmp_path):
    both = table("adapted", 1.2, 0.9, 1)
    both.extend(table("base", 1.5, 0.7, 2))
    with pytest.raises(LectError, match="hold 2 systems: adapted, base"):
        compare(both, both)
    rows = compare(both, both, systems=("adapted", "base"), metric="accuracy")
    assert len(rows) == 2
    folders = table("adapted", 1.2, 0.9, 1).save(tmp_path / "a"), table("base", 1.5, 0.7, 2).save(tmp_path / "b")
    assert compare(*map(str, folders), metric="accuracy") == rows


def test_nothing_in_common_is_an_error():
    a, b = Results(), Results()
    a.add(tagged(0.8, 1), system="a", task="pos")
    b.add(tagged(0.8, 1), system="b", task="ner")
    with pytest.raises(LectError, match="accuracy/pos against accuracy/ner"):
        compare(a, b)
    with pytest.raises(LectError, match="expected Results or the path"):
        compare(a, 3)
    with pytest.raises(LectError, match="no rows of system 'c'"):
        compare(a, b, systems=("a", "c"))


def test_figures_without_examples_are_left_out():
    a, b = table("adapted", 1.2, 0.9, 1), table("base", 1.5, 0.7, 2)
    for results, system in ((a, "adapted"), (b, "base")):
        results.add(Score("fertility", 1.3, 500), system=system)
    assert "fertility" not in {row.metric for row in compare(a, b)}
