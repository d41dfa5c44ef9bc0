"""Resampled test sets: one set of weights for all systems, and what the choice of seeds adds to each."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from lect.artifacts.errors import LectError
from lect.score.evidence.systems import System, align
from lect.score.metrics import Floats, metric

CELLS = 4_000_000  # weights in memory at a time: 32 MB
EXAMPLES, SEEDS, SCALE = 0, 1, 2  # independent streams of chance


@dataclass(frozen=True)
class Resample:
    """Systems on the same resampled test sets: `drawn` holds the metric [draw, run] of each."""

    systems: dict[str, System]
    drawn: dict[str, Floats]
    seed: int


@dataclass(frozen=True)
class Level:
    """One independent set of seeds: the `values` [run] of what they vary, and those values `drawn` [draw, run]."""

    labels: tuple[Hashable, ...]
    values: Floats
    drawn: Floats

    @property
    def freedom(self) -> int:
        """The degrees of freedom of the variance: runs − 1."""
        return len(self.values) - 1

    @property
    def variance(self) -> float:
        """The variance of the mean over the runs, as the spread of the runs shows it; 0 for a single run."""
        return float(self.values.var(ddof=1)) / len(self.values) if self.freedom else 0.0

    @property
    def explained(self) -> float:
        """The part of that variance that comes of each run erring on other examples, as resampling them shows it."""
        apart = self.drawn - self.drawn.mean(axis=1, keepdims=True)
        return float(apart.var(axis=0).sum()) / self.freedom / len(self.values) if self.freedom else 0.0


def resample(systems: Mapping[str, System], *, draws: int = 10_000, seed: int = 0) -> Resample:
    """Resample one test set for all systems at once; every interval and comparison comes out of this, without new draws.

    Each draw weights the examples by multinomial counts, the same for every run of every system (Koehn 2004,
    "Statistical significance tests for machine translation evaluation"), and adds up their statistics. The weights
    depend on `seed` and the ids of the examples, so that one test set is resampled alike wherever it occurs.

    >>> drawn = resample({"base": gather([one]), "adapted": gather([other])})  # doctest: +SKIP
    >>> contrast(drawn, "adapted", "base").low  # doctest: +SKIP
    """
    if not systems:
        raise LectError("expected at least one system to resample; found none")
    first = next(iter(systems.values()))
    aligned = {name: align(first, system) for name, system in systems.items()}
    return Resample(aligned, dict(zip(aligned, reweight(list(aligned.values()), draws, seed), strict=True)), seed)


def reweight(systems: Sequence[System], draws: int, seed: int) -> list[Floats]:
    """Return for each system its metric [draw, run] under resampled examples, the same resample for all."""
    examples = len(systems[0].ids)
    if examples < 2:
        raise LectError(f"a bootstrap over examples needs at least two of them; found {examples}")
    flat = np.concatenate([s.statistics.transpose(1, 0, 2).reshape(examples, -1) for s in systems], axis=1)
    ends = np.cumsum([system.statistics.shape[0] * system.statistics.shape[2] for system in systems])[:-1]
    parts: list[list[Floats]] = [[] for _ in systems]
    for weights in _weigh(systems[0].ids, draws, seed):
        for part, system, sums in zip(parts, systems, np.split(weights @ flat, ends, axis=1), strict=True):
            runs, _, k = system.statistics.shape
            part.append(metric(system.metric).reduce(sums.reshape(len(sums), runs, k)))
    return [np.concatenate(part) for part in parts]


def _weigh(ids: Sequence[str], draws: int, seed: int) -> Iterator[Floats]:
    """Yield multinomial counts [some draws, example]: how often each example is in a resample."""
    generator = np.random.default_rng([seed, EXAMPLES, _key(ids)])
    step = max(1, CELLS // len(ids))
    for start in range(0, draws, step):
        picked = generator.integers(len(ids), size=(min(step, draws - start), len(ids)))
        yield np.array([np.bincount(row, minlength=len(ids)) for row in picked], dtype=np.float64)


def combine(levels: Sequence[Level], seed: int) -> Floats:
    """Draw [draw] the sum of the means of independent levels, under other examples and other seeds.

    Two parts are added up. Examples: the mean over the runs on each resampled test set, drawn towards the value on all
    examples until it has the variance that is common to the runs; what single runs do to single examples is in the
    spread of the runs too, and counted there only (as between and within groups in an analysis of variance). Seeds: a
    handful of runs says how wide their noise is, not what shape it has; so it is normal, over sqrt(χ²/ν) since its
    width is itself uncertain, a Student t. ν is S − 1, or Welch's where several levels vary; levels with the same
    labels get the same noise, run by run.
    """
    value = sum(float(level.values.mean()) for level in levels)
    drawn = np.sum([level.drawn.mean(axis=1) for level in levels], axis=0)
    total, explained = float(drawn.var()), sum(level.explained for level in levels)
    common = max(0.0, 1 - explained / total) if total else 1.0
    return np.asarray(value + (drawn - value) * np.sqrt(common) + _draw_seeds(levels, len(drawn), seed))


def _draw_seeds(levels: Sequence[Level], draws: int, seed: int) -> Floats:
    noisy = [level for level in levels if level.variance]
    if not noisy:
        return np.zeros(draws)
    freedom = sum(level.variance for level in noisy) ** 2 / sum(level.variance**2 / level.freedom for level in noisy)
    chi2 = np.random.default_rng([seed, SCALE]).chisquare(freedom, draws)
    noise = np.zeros(draws)
    for level in noisy:
        runs = len(level.values)
        normal = np.random.default_rng([seed, SEEDS, _key(level.labels)]).standard_normal((draws, runs))
        noise += normal @ (level.values - level.values.mean()) / np.sqrt(runs * level.freedom)
    return np.asarray(noise / np.sqrt(chi2 / freedom))


def _key(names: Sequence[Hashable]) -> int:
    return crc32("\n".join(map(str, names)).encode())
