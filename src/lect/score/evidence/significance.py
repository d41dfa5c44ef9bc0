"""Is the difference real: a paired bootstrap over training seeds and over examples, and a randomization test."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.results import Score
from lect.score.evidence.resampling import CELLS, Level, Resample, combine, resample
from lect.score.evidence.systems import System, align, gather
from lect.score.metrics import Floats, metric

POWER = 0.8  # of the smallest difference that a test is said to see


@dataclass(frozen=True)
class Comparison:
    """The difference A − B with its interval.

    `p` is two-sided; `n` counts examples; `seeds` are the trained runs of A and of B (0: deterministic);
    `minimum_detectable_effect` is the smallest true difference that such a test finds in about 80 of 100 repetitions.
    """

    effect: float
    low: float
    high: float
    p: float
    n: int
    seeds: tuple[int, int]
    minimum_detectable_effect: float
    draws: int
    level: float


@dataclass(frozen=True)
class Randomization:
    """The difference A − B, and how often swapped answers differ as much: `p` is two-sided, `n` counts examples."""

    effect: float
    p: float
    n: int
    draws: int


def paired_bootstrap(a: System, b: System, *, draws: int = 10_000, level: float = 0.95, seed: int = 0) -> Comparison:
    """Estimate A − B, in the unit of the metric, with a bootstrap interval over examples and over training seeds.

    The two systems are resampled together (`resample`) and compared (`contrast`).

    >>> paired_bootstrap(gather(adapted, [0, 1, 2]), gather([base])).p  # doctest: +SKIP
    """
    _check_level(level)
    return contrast(resample({"a": a, "b": b}, draws=draws, seed=seed), "a", "b", level=level)


def contrast(resampled: Resample, first: str, second: str, *, level: float = 0.95) -> Comparison:
    """Compare two of the systems that were resampled together; the value of a system is the mean over its seeds.

    A draw is the difference on a resampled test set plus what the choice of the seeds adds, with the tails of a Student
    t (`combine`). Seeds are paired where both systems carry the same labels, else independent; a deterministic system,
    or a single seed, adds nothing here. Interval: percentile. p: twice the smaller tail beyond zero. The two parts are
    added as they are, as Behrens and Fisher did: common degrees of freedom (Satterthwaite), which three seeds that agree
    by chance make large, gave 7.5% of false alarms. Measured over 2,000 experiments for each of 22 kinds of simulated
    truth (benchmarks/bootstrap_coverage.py): the interval held the truth in 93 to 97.5% of them, false alarms were 2.4
    to 5.2%. The smallest detectable difference is found in 63 to 80% of repetitions, 63 where three seeds decide.
    """
    a, b = resampled.systems[first], resampled.systems[second]
    drawn_a, drawn_b = resampled.drawn[first], resampled.drawn[second]
    if a.seeds is not None and a.seeds == b.seeds:
        levels = [Level(a.seeds, a.values - b.values, drawn_a - drawn_b)]
    else:
        levels = [Level(a.seeds or (), a.values, drawn_a), Level(b.seeds or (), -b.values, -drawn_b)]
    drawn = combine(levels, resampled.seed)
    effect = float(a.values.mean() - b.values.mean())
    low, high = np.quantile(drawn, _tails(level))
    return Comparison(
        effect=effect,
        low=float(low),
        high=float(high),
        p=two_sided(drawn),
        n=len(a.ids),
        seeds=(a.runs, b.runs),
        minimum_detectable_effect=float(np.quantile(np.abs(drawn - effect), [level, 2 * POWER - 1]).sum()),
        draws=len(drawn),
        level=level,
    )


def interval(system: Score | System, *, draws: int = 2_000, level: float = 0.95, seed: int = 0) -> tuple[float, float]:
    """Return the bootstrap interval (low, high) of one system, over its examples and over its seeds if it has any."""
    tails = _tails(level)
    one = gather([system]) if isinstance(system, Score) else system
    low, high = np.quantile(draw_values(resample({"one": one}, draws=draws, seed=seed))["one"], tails)
    return float(low), float(high)


def draw_values(resampled: Resample) -> dict[str, Floats]:
    """Return for each system the mean over its seeds [draw], with the noise of examples and of seeds in it.

    Draws belong together: the systems share the resampled examples, and seeds of the same labels their noise.
    """
    return {
        name: combine([Level(system.seeds or (), system.values, resampled.drawn[name])], resampled.seed)
        for name, system in resampled.systems.items()
    }


def two_sided(drawn: Floats) -> float:
    """Return the p value of draws of a difference: twice the smaller tail beyond zero, never 0."""
    beyond = min(np.count_nonzero(drawn <= 0), np.count_nonzero(drawn >= 0))
    return float(min(1.0, 2 * (beyond + 1) / (len(drawn) + 1)))


def randomization(a: System, b: System, *, draws: int = 10_000, seed: int = 0) -> Randomization:
    """Test whether A and B differ by approximate randomization (Noreen 1989), for any metric that sums up examples.

    If the systems were the same, each example's statistics could as well be the other's: every draw swaps them with
    probability 1/2, and p is the share of draws whose difference is at least as large in size, the observed one counted
    in: (1 + more extreme) / (1 + draws). Statistics of several seeds are averaged in each example and swapped together,
    so that the test is about these trained models: the noise of training another is not in it (`paired_bootstrap` has
    it). It gives no interval.

    >>> randomization(gather([good]), gather([bad])).p  # doctest: +SKIP
    """
    ours, theirs = a.statistics.mean(axis=0), align(a, b).statistics.mean(axis=0)
    reduce, sums = metric(a.metric).reduce, (ours.sum(axis=0), theirs.sum(axis=0))
    effect = float(reduce(sums[0]) - reduce(sums[1]))
    shifts = np.concatenate([swaps @ (theirs - ours) for swaps in _swap(len(a.ids), draws, seed)])
    differences = np.abs(reduce(sums[0] + shifts) - reduce(sums[1] - shifts))
    extreme = np.count_nonzero(differences >= abs(effect) * (1 - 1e-9) - 1e-12)  # equal but for rounding is equal
    return Randomization(effect, (1 + extreme) / (1 + draws), len(a.ids), draws)


def _swap(examples: int, draws: int, seed: int) -> Iterator[Floats]:
    """Yield [some draws, example]: 1 where the systems are swapped, else 0."""
    generator = np.random.default_rng(seed)
    step, width = max(1, CELLS // examples), -(-examples // 8)
    for start in range(0, draws, step):
        bits = generator.integers(256, size=(min(step, draws - start), width), dtype=np.uint8)
        yield np.unpackbits(bits, axis=1, count=examples).astype(np.float64)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p values adjusted for their number, in the order given (Holm 1979).

    The i-th smallest of m is multiplied by m − i + 1; the results never fall from one to the next, and are at most 1.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values)
    scaled = np.asarray(p_values, dtype=float)[order] * np.arange(len(order), 0, -1)
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return [float(p) for p in adjusted]


def _tails(level: float) -> list[float]:
    _check_level(level)
    return [(1 - level) / 2, (1 + level) / 2]


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise LectError(f"level must be a share between 0 and 1 such as 0.95, not {level}")
