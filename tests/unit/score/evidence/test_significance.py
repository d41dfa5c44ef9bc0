import time
from itertools import permutations, product

import numpy as np
import pytest
from benchmarks.bootstrap_coverage import SCENARIOS, study

from lect.artifacts.errors import LectError
from lect.artifacts.results import Score
from lect.score.evidence.resampling import resample
from lect.score.evidence.significance import contrast, holm, interval, paired_bootstrap, randomization
from lect.score.evidence.systems import System, align, gather
from lect.score.metrics import METRICS


def accuracy(correct, ids=None):
    examples = np.stack([np.asarray(correct, float), np.ones(len(correct))], axis=1)
    value = float(np.mean(correct))
    return Score("accuracy", value, len(examples), examples, ids or [str(i) for i in range(len(examples))])


def items(rate, n=400, seed=0):
    return accuracy(np.random.default_rng(seed).random(n) < rate)


def system(*scores, seeds=None):
    return gather(scores, seeds)


def test_effect_and_interval_of_one_system_agree_with_the_normal_formula():
    score = items(0.7, n=2_000)
    low, high = interval(score, draws=10_000)
    error = np.sqrt(score.value * (1 - score.value) / 2_000)
    assert low == pytest.approx(score.value - 1.96 * error, abs=0.15 * error)
    assert high == pytest.approx(score.value + 1.96 * error, abs=0.15 * error)


def test_deterministic_pair_agrees_with_the_paired_normal_formula():
    a, b = items(0.7, seed=1), items(0.6, seed=2)
    found = paired_bootstrap(system(a), system(b))
    difference = a.examples[:, 0] - b.examples[:, 0]
    error = difference.std() / np.sqrt(400)
    assert found.effect == pytest.approx(difference.mean())
    assert found.low == pytest.approx(found.effect - 1.96 * error, abs=0.15 * error)
    assert found.high == pytest.approx(found.effect + 1.96 * error, abs=0.15 * error)
    assert found.minimum_detectable_effect == pytest.approx(2.80 * error, rel=0.05)
    assert (found.n, found.seeds, found.draws) == (400, (0, 0), 10_000)


def test_ratio_metric_agrees_with_resampling_in_a_loop():
    generator = np.random.default_rng(3)
    sizes = generator.integers(10, 500, 80).astype(float)
    nats = [generator.gamma(4, 0.3, 80) * sizes for _ in range(2)]
    scores = [Score("bits_per_byte", 0.0, 80, np.stack([n, sizes], 1)) for n in nats]
    found = paired_bootstrap(*[system(score) for score in scores], draws=4_000)
    drawn = []
    for _ in range(4_000):
        chosen = generator.integers(80, size=80)
        values = [n[chosen].sum() / sizes[chosen].sum() / np.log(2) for n in nats]
        drawn.append(values[0] - values[1])
    width = np.quantile(drawn, 0.975) - np.quantile(drawn, 0.025)
    np.testing.assert_allclose([found.low, found.high], np.quantile(drawn, [0.025, 0.975]), atol=0.06 * width)


def test_pairing_cancels_what_both_systems_share():
    generator = np.random.default_rng(0)
    difficulty = generator.normal(0, 1, 500)
    sizes = np.ones(500)
    a, b = (Score("bits_per_byte", 0.0, 500, np.stack([3 + difficulty + shift, sizes], 1)) for shift in (0.0, 0.01))
    found = paired_bootstrap(system(a), system(b), draws=500)
    assert found.high < 0
    assert found.high - found.low < 1e-9


def test_same_system_twice_shows_nothing():
    found = paired_bootstrap(system(items(0.7)), system(items(0.7)), draws=500)
    assert (found.effect, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_antisymmetric_deterministic_and_local_in_its_randomness():
    a = system(items(0.7, seed=1), items(0.72, seed=2), items(0.71, seed=3), seeds=[0, 1, 2])
    b = system(items(0.6, seed=4), items(0.61, seed=5), items(0.62, seed=6), seeds=[0, 1, 2])
    np.random.seed(0)
    before = np.random.get_state()[1].copy()
    one, other = paired_bootstrap(a, b, draws=2_000), paired_bootstrap(b, a, draws=2_000)
    assert np.array_equal(np.random.get_state()[1], before)
    assert one == paired_bootstrap(a, b, draws=2_000)
    assert (one.effect, one.low, one.high) == pytest.approx((-other.effect, -other.high, -other.low))
    assert one.p == other.p


def test_seed_noise_alone_gives_student_t():
    """Without example noise the interval is that of t with S − 1 degrees of freedom, in the mean."""
    generator = np.random.default_rng(0)
    ratios = []
    for _ in range(300):
        seeds = generator.normal(0.7, 0.02, 3)
        runs = [Score("bits_per_byte", 0.0, 50, np.tile([value * np.log(2), 1.0], (50, 1))) for value in seeds]
        low, high = interval(system(*runs, seeds=[0, 1, 2]), draws=2_000)
        ratios.append((high - low) / 2 / (seeds.std(ddof=1) / np.sqrt(3)))
    assert np.mean(ratios) == pytest.approx(4.30, rel=0.12)


def test_seeds_are_paired_by_label_only():
    noise = np.random.default_rng(0).normal(0, 0.05, 5)
    a, b = ([items(0.7 + shift + n, n=3_000, seed=9) for n in noise] for shift in (0.02, 0.0))
    paired = paired_bootstrap(system(*a, seeds=range(5)), system(*b, seeds=range(5)), draws=2_000)
    independent = paired_bootstrap(system(*a, seeds=range(5)), system(*b, seeds="vwxyz"), draws=2_000)
    assert paired.effect == independent.effect
    assert paired.high - paired.low < 0.5 * (independent.high - independent.low)
    assert paired.minimum_detectable_effect < 0.5 * independent.minimum_detectable_effect


def test_one_seed_has_no_seed_level():
    a, b = items(0.7, seed=1), items(0.6, seed=2)
    trained = paired_bootstrap(system(a, seeds=[0]), system(b, seeds=[0]), draws=1_000)
    fixed = paired_bootstrap(system(a), system(b), draws=1_000)
    assert (trained.low, trained.high) == (fixed.low, fixed.high)
    assert trained.seeds == (1, 1)


def test_examples_are_matched_by_id():
    a = items(0.7, n=50, seed=1)
    b = items(0.6, n=50, seed=2)
    order = np.random.default_rng(0).permutation(50)
    shuffled = Score("accuracy", b.value, 50, b.examples[order], [b.ids[i] for i in order])
    np.testing.assert_array_equal(align(system(a), system(shuffled)).statistics, system(b).statistics)
    assert paired_bootstrap(system(a), system(shuffled), draws=200) == paired_bootstrap(system(a), system(b), draws=200)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (accuracy([1, 0, 1], ["0", "1", "x"]), "2 ids in only one of them, for instance '2'"),
        (accuracy([1, 0, 1, 1]), "3 and 4 examples"),
        (
            Score("bits_per_byte", 0.0, 3, np.ones((3, 2)), ["0", "1", "2"]),
            "cannot compare accuracy with bits_per_byte",
        ),
        (Score("accuracy", 0.0, 3, np.array([[1, 2], [0, 1], [0, 1]]), ["0", "1", "2"]), "differ in total"),
    ],
)
def test_other_examples_are_refused(other, message):
    with pytest.raises(LectError, match=message):
        paired_bootstrap(system(accuracy([1, 0, 1])), system(other))


def test_gather_refuses_what_is_not_one_system():
    a = items(0.7, n=10)
    with pytest.raises(LectError, match="2 scores and no seeds"):
        gather([a, a])
    with pytest.raises(LectError, match=r"the seeds \[0, 0\]"):
        gather([a, a], [0, 0])
    with pytest.raises(LectError, match="no per-example statistics"):
        gather([Score("accuracy", 0.5, 10)])
    with pytest.raises(LectError, match=r"shape \[n, 2\] \(correct, total\); found \[10, 3\]"):
        gather([Score("accuracy", 0.5, 10, np.ones((10, 3)))])
    with pytest.raises(LectError, match="there is no metric 'chrF'"):
        gather([Score("chrF", 0.5, 10, np.ones((10, 3)))])
    with pytest.raises(LectError, match="at least two of them; found 1"):
        interval(items(0.7, n=1))
    with pytest.raises(LectError, match="level must be a share"):
        interval(a, level=95)


def test_holm_by_hand_and_in_any_order():
    assert holm([0.01, 0.02, 0.03, 0.04]) == pytest.approx([0.04, 0.06, 0.06, 0.06])
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([0.03]) == [0.03]
    assert holm([]) == []


def test_ten_thousand_draws_of_ten_thousand_examples_take_seconds():
    generator = np.random.default_rng(0)
    runs = [System("accuracy", np.stack([(generator.random((3, 10_000)) < p), np.ones((3, 10_000))], -1).astype(float),
                   [str(i) for i in range(10_000)], (0, 1, 2)) for p in (0.7, 0.71)]  # fmt: skip
    start = time.process_time()
    found = paired_bootstrap(*runs, draws=1_000)
    assert time.process_time() - start < 3  # a tenth of the draws, on a busy machine
    assert found.n == 10_000


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("deterministic", "accuracy"),
        ("deterministic", "macro_f1"),
        ("3 seeds, no seed noise", "bits_per_byte"),
        ("3 paired seeds, noise twice as large", "bits_per_byte"),
        ("3 paired seeds, noise dominates", "bits_per_byte"),
        ("5 seeds, noise as large as of examples", "accuracy"),
    ],
)
def test_calibration(name, metric):
    """300 runs know a rate of 0.95 to about ±0.025; benchmarks/bootstrap_coverage.py knows it to ±0.01."""
    (scenario,) = [one for one in SCENARIOS if (one.name, one.metric) == (name, metric)]
    found = study(scenario, runs=300, examples=80, draws=400)
    assert 0.91 <= found["coverage"] <= 0.99
    assert 0.005 <= found["false_alarms"] <= 0.08
    assert 0.5 <= found["power"] <= 0.88


def three_systems():
    rates = {"a": (0.7, 0.72, 0.69), "b": (0.6, 0.61, 0.62), "c": (0.65,)}
    return {
        name: system(*[items(rate, n=200, seed=7 * i + ord(name)) for i, rate in enumerate(shares)],
                     seeds=range(3) if len(shares) == 3 else None)
        for name, shares in rates.items()
    }  # fmt: skip


def test_pairs_of_one_resample_are_the_pairs_alone():
    systems = three_systems()
    drawn = resample(systems, draws=500)
    for first, second in permutations(systems, 2):
        assert contrast(drawn, first, second) == paired_bootstrap(systems[first], systems[second], draws=500)
    with pytest.raises(LectError, match="found none"):
        resample({})


def test_runs_are_paired_by_label_in_whatever_order_they_ended():
    scores = [items(0.7, seed=1), items(0.72, seed=2), items(0.71, seed=3)]
    there, back = gather(scores, [0, 1, 2]), gather(scores[::-1], [2, 1, 0])
    assert there.seeds == back.seeds
    np.testing.assert_array_equal(there.statistics, back.statistics)


def test_noise_of_single_examples_is_counted_once():
    """Five runs that differ only in which examples they get right: the interval is that of their mean, not wider."""
    generator = np.random.default_rng(0)
    widths, values = [], []
    for _ in range(200):
        runs = [accuracy(generator.random(200) < 0.7) for _ in range(5)]
        low, high = interval(system(*runs, seeds=range(5)), draws=400)
        widths.append(high - low)
        values.append(np.mean([run.value for run in runs]))
    needed = 2 * 2.78 * np.std(values)  # t with 4 degrees of freedom
    assert np.median(widths) == pytest.approx(needed, rel=0.15)


@pytest.mark.parametrize("name", ["accuracy", "span_f1"])
def test_randomization_agrees_with_all_swaps(name):
    generator = np.random.default_rng(2)
    size = np.full(9, 4.0)
    sides = []
    for rate in (0.8, 0.45):
        hits = generator.binomial(4, rate, 9)
        columns = [hits, size] if name == "accuracy" else [hits, hits + generator.integers(0, 3, 9), size]
        sides.append(np.stack(columns, axis=1).astype(float))
    a, b = (system(Score(name, 0.0, 9, side)) for side in sides)
    reduce = METRICS[name].reduce
    observed = abs(reduce(sides[0].sum(0)) - reduce(sides[1].sum(0)))
    extreme = 0
    for swapped in product([False, True], repeat=9):
        chosen = np.array(swapped)[:, None]
        one, other = np.where(chosen, sides[1], sides[0]).sum(0), np.where(chosen, sides[0], sides[1]).sum(0)
        extreme += abs(reduce(one) - reduce(other)) >= observed - 1e-9
    found = randomization(a, b, draws=20_000)
    assert found.p == pytest.approx(extreme / 2**9, abs=0.012)
    assert found.effect == pytest.approx(float(a.values[0] - b.values[0]))
    assert (found.n, found.draws) == (9, 20_000)


def test_randomization_of_equals_opposites_and_chance():
    same = system(items(0.7))
    assert randomization(same, same, draws=200).p == 1
    a, b = system(items(0.9, seed=1)), system(items(0.3, seed=2))
    assert randomization(a, b, draws=300).p == 1 / 301
    assert randomization(a, b).effect == -randomization(b, a).effect
    pairs = [(items(0.6, n=60, seed=2 * i), items(0.6, n=60, seed=2 * i + 1)) for i in range(300)]
    alarms = [randomization(system(one), system(other), draws=300).p <= 0.05 for one, other in pairs]
    assert 0.015 <= np.mean(alarms) <= 0.075


def test_randomization_swaps_the_mean_of_the_seeds():
    a, b = [items(0.7, seed=i) for i in range(3)], [items(0.6, seed=10 + i) for i in range(3)]
    found = randomization(system(*a, seeds=range(3)), system(*b, seeds=range(3)), draws=400)
    assert found.effect == pytest.approx(np.mean([s.value for s in a]) - np.mean([s.value for s in b]))
    assert found.p < 0.05
    with pytest.raises(LectError, match="not scored on the same examples"):
        randomization(system(a[0]), system(items(0.7, n=10)))
