"""Aggregates over tasks, languages and prompts, and leaderboards that say who cannot be told apart."""

import numpy as np
import pytest

from lect.artifacts.errors import LectError
from lect.artifacts.results import Results, Score
from lect.cli import main
from lect.score.evidence.aggregating import FOLDS, aggregate, rank
from lect.score.evidence.ranking import describe_leaderboard, leaderboard
from lect.score.evidence.significance import interval


def right(rate, seed=0, n=60, metric="accuracy", **columns):
    correct = np.random.default_rng(seed).random(n) < rate
    examples = np.stack([correct, np.ones(n)], 1).astype(float)
    return Score(
        metric, float(correct.mean()), n, examples, [f"{metric}{n}-{i}" for i in range(n)], columns=columns or {}
    )


def bytes_of(mean, seed=0):
    nats = np.random.default_rng(seed).normal(mean, 0.1, 50) * np.log(2)
    return Score("bits_per_byte", float(nats.mean() / np.log(2)), 50, np.stack([nats, np.ones(50)], 1))


def board(rates, tasks=(("pos", "fao"), ("pos", "isl"), ("ner", "fao")), seeds=(None,), n=60):
    table = Results()
    for number, (system, rate) in enumerate(rates.items()):
        for place, (task, language) in enumerate(tasks):
            for seed in seeds:
                made = right(rate, 1000 * number + 10 * place + (seed or 0), n=n + place)
                table.add(made, system=system, task=task, language=language, seed=seed)
    return table


def values(found):
    return {name: score.value for name, score in found.scores.items()}


def test_mean_relative_to_chance_by_hand_counts_a_task_once():
    table = board({"base": 0.6, "adapted": 0.8})
    cells = [score.value for _, score in table.scores(system="base")]
    pos, ner = (cells[0] + cells[1]) / 2, cells[2]
    assert values(aggregate(table))["base"] == pytest.approx((pos + ner) / 2)
    related = values(aggregate(table, chance={"pos": 0.25, "ner": 0.5}))["base"]
    assert related == pytest.approx(((pos - 0.25) / 0.75 + (ner - 0.5) / 0.5) / 2)
    harmonic = 2 / (1 / (2 / (1 / cells[0] + 1 / cells[1])) + 1 / ner)
    assert values(aggregate(table, "harmonic"))["base"] == pytest.approx(harmonic)


def test_chance_is_read_from_the_rows_and_a_top_of_100_is_known():
    table = Results()
    table.add(right(0.7, chance=0.5), system="a", task="choice")
    grams = np.tile([3.0, 6.0, 4.0], (20, 6)).astype(float)
    chrf = Score("chrf", 0.0, 20, grams)
    table.add(chrf, system="a", task="translation", chance=0.0)
    found = aggregate(table)
    share = table.rows[0]["value"]
    one = 5 * 0.5 * 0.75 / (4 * 0.5 + 0.75)
    assert values(found)["a"] == pytest.approx((2 * share - 1 + one) / 2)
    assert "relative" not in found.what
    assert "from chance to perfect: accuracy of choice; chrf of translation" in found.what
    assert "metrics:accuracy+chrf|tasks:choice+translation" in found.scores["a"].signature


def test_harmonic_is_at_most_the_mean_and_zero_below_chance():
    generator = np.random.default_rng(0)
    groups = [[0, 2], [1], [3, 4, 5]]
    for _ in range(200):
        table = generator.random((4, 6)) + 1e-6
        harmonic, mean = (FOLDS[how].reduce(table, groups) for how in ("harmonic", "mean"))
        assert (harmonic <= mean + 1e-12).all()
        table[1, 3] = -0.1
        assert FOLDS["harmonic"].reduce(table, groups)[1] == 0


def test_ranks_share_ties_and_every_ballot_gives_the_same_points():
    table = np.array([[0.5, 0.9, 0.1], [0.5, 0.8, 0.1], [0.2, 0.7, 0.1]])
    np.testing.assert_array_equal(rank(table), [[1.5, 1, 2], [1.5, 2, 2], [3, 3, 2]])
    np.testing.assert_array_equal(FOLDS["borda"].reduce(table, [[0, 1], [2]]), [4.5, 3.5, 1])
    np.testing.assert_allclose(FOLDS["rank"].reduce(table, [[0, 1], [2]]), [1.625, 1.875, 2.5])


def test_ranks_mix_units_and_directions_but_means_do_not():
    table = Results()
    for system, mean, rate in (("good", 1.0, 0.9), ("bad", 2.0, 0.3)):
        table.add(bytes_of(mean), system=system, language="fao")
        table.add(right(rate), system=system, task="pos", language="fao")
    for how, best in (("rank", 1.0), ("borda", 2.0)):
        assert values(aggregate(table, how))["good"] == best
        assert leaderboard(table, how)[0].system == "good"
    assert [row.system for row in leaderboard(table, metric="bits_per_byte")] == ["good", "bad"]
    with pytest.raises(LectError, match=r"unlike units \(bits per byte, share right\).*not known for fao, pos/fao"):
        aggregate(table)
    with pytest.raises(LectError, match="not known for fao"):
        aggregate(table, chance={"pos": 0.1})
    with pytest.raises(LectError, match="bits_per_byte of fao has no best value"):
        aggregate(table, chance=0.0)
    with pytest.raises(LectError, match="a harmonic of unlike units"):
        aggregate(table, "harmonic", metric="bits_per_byte")
    with pytest.raises(LectError, match="chance is 1"):
        aggregate(table, metric="accuracy", chance=1.0)


def test_interval_of_one_cell_is_that_of_its_score():
    table = board({"base": 0.6}, [("pos", "fao")])
    ((_, score),) = table.scores()
    one = aggregate(table).scores["base"]
    assert (one.value, one.low, one.high) == (score.value, *interval(score))
    again = aggregate(table).scores["base"]
    assert (again.value, again.low, again.high) == (one.value, one.low, one.high)


def test_interval_of_a_mean_covers_the_truth():
    """Two tasks, two languages, three seeds whose noise is as large as that of the examples."""
    generator = np.random.default_rng(0)
    inside = []
    for number in range(150):
        table = Results()
        for place, (task, language) in enumerate([("pos", "fao"), ("pos", "isl"), ("ner", "fao"), ("ner", "isl")]):
            for seed in range(3):
                rate = 0.7 + generator.normal(0, 0.05)
                table.add(right(rate, 100 * number + 10 * place + seed), system="s", task=task, language=language,
                          seed=seed)  # fmt: skip
        found = aggregate(table, draws=300).scores["s"]
        inside.append(found.low <= 0.7 <= found.high)
    assert 0.9 <= np.mean(inside) < 1


def prompted(rates):
    table = Results()
    for number, (system, shares) in enumerate(rates.items()):
        for prompt, share in shares.items():
            table.add(right(share, 50 * number + ord(prompt)), system=system, task="qa", prompt=prompt)
    return table


def test_prompts_are_chosen_by_max_or_median():
    table = prompted({"one": {"a": 0.3, "b": 0.5, "c": 0.9}, "two": {"a": 0.6, "b": 0.6, "c": 0.6}})
    ones = sorted(score.value for _, score in table.scores(system="one"))
    for prompts, wanted in (("max", ones[2]), ("median", ones[1])):
        found = aggregate(table, prompts=prompts)
        assert values(found)["one"] == wanted
        assert f"the {prompts} over the prompts" in found.what
        assert f"prompts:{prompts}" in found.scores["one"].signature
    with pytest.raises(LectError, match=r"qa was asked with 3 prompts: a, b, c\. Give prompts="):
        aggregate(table)
    with pytest.raises(LectError, match="one has the prompts a, b; two has a"):
        aggregate(prompted({"one": {"a": 0.3, "b": 0.5}, "two": {"a": 0.6}}), prompts="max")
    with pytest.raises(LectError, match="prompts is one of max, median"):
        aggregate(table, prompts="best")


def test_a_part_is_never_passed_as_the_whole():
    table = board({"base": 0.6, "adapted": 0.8})
    table.add(right(0.5, metric="exact_match"), system="base", task="qa")
    with pytest.raises(LectError, match="adapted has no score on qa"):
        aggregate(table)
    assert set(values(aggregate(table, tasks=["pos", "ner"]))) == {"base", "adapted"}
    with pytest.raises(LectError, match="no task 'dep'; they have pos, ner, qa"):
        aggregate(table, tasks=["dep"])
    with pytest.raises(LectError, match="pos has no macro_f1; it has accuracy"):
        aggregate(table, tasks={"pos": "macro_f1"})
    with pytest.raises(LectError, match="no rows with"):
        aggregate(table, stage="end")
    with pytest.raises(LectError, match="how is one of mean, harmonic, rank, borda"):
        aggregate(table, "median")
    table.add(right(0.5), system="base", task="pos", language="fao", stage="start")
    with pytest.raises(LectError, match="several stages: None, start"):
        aggregate(table)
    table = board({"base": 0.6}, [("pos", "fao")])
    table.add(right(0.6, metric="exact_match"), system="base", task="pos", language="fao")
    assert "accuracy of pos/fao" in aggregate(table).what
    assert "exact_match of pos/fao" in aggregate(table, tasks={"pos": "exact_match"}).what


def test_chance_levels_that_differ_are_refused():
    table = Results()
    for system, level in (("a", 0.5), ("b", 0.25)):
        table.add(right(0.7), system=system, task="choice", chance=level)
    with pytest.raises(LectError, match=r"several chance levels: 0\.25, 0\.5"):
        aggregate(table)


@pytest.mark.parametrize("how", ["mean", "harmonic", "rank", "borda"])
def test_a_leaderboard_separates_what_differs_and_nothing_else(how):
    rates = {"weak": 0.3, "good": 0.8, "twin": 0.8, "better": 0.95}
    lines = {row.system: row for row in leaderboard(board(rates, n=300), how, draws=2_000)}
    assert lines["weak"].place == 4
    assert lines["weak"].not_separable == ()
    assert lines["good"].not_separable == ("twin",)
    assert lines["twin"].not_separable == ("good",)
    assert lines["better"].place == 1
    assert all(row.low <= row.value <= row.high for row in lines.values())


def test_few_seeds_are_separable_from_nothing():
    table = board({"weak": 0.2, "strong": 0.9}, seeds=(0, 1))
    lines = leaderboard(table, draws=1_000)
    assert [row.not_separable for row in lines] == [("weak",), ("strong",)]
    assert "Fewer than three seeds show nothing about training noise: strong, weak." in describe_leaderboard(lines)
    lines = leaderboard(board({"weak": 0.2, "strong": 0.9}, seeds=(0, 1, 2), n=200), draws=1_000)
    assert [row.not_separable for row in lines] == [(), ()]


def test_the_command_ranks_several_folders_and_says_what_was_aggregated(tmp_path, capsys):
    folders = [board({name: rate}).save(tmp_path / name) for name, rate in (("base", 0.4), ("adapted", 0.9))]
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["score", "rank", *map(str, folders), "--chance", "0.25"])
    head, first, second, *said = capsys.readouterr().out.splitlines()
    assert head.split() == ["system", "value", "95%", "interval", "not", "separable", "from"]
    assert (first.split()[:2], second.split()[:2]) == (["1", "adapted"], ["2", "base"])
    assert any(line.startswith("mean of 3 scores, in share of the way from chance to perfect: acc") for line in said)
    with pytest.raises(SystemExit, match=r"^2$"):
        main(["score", "rank"])
    assert "at least one folder" in capsys.readouterr().err
