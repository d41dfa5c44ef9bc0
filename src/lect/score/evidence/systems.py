"""Systems: the runs of one system on one test set, ready to be resampled and compared."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.results import Score
from lect.score.metrics import Floats, metric


@dataclass(frozen=True)
class System:
    """One system: `statistics` [run, example, k] of its runs, the `ids` of the examples, the labels of its `seeds`.

    `seeds` is None for one deterministic run, which has no training noise.
    """

    metric: str
    statistics: Floats
    ids: list[str]
    seeds: tuple[Hashable, ...] | None = None

    @property
    def runs(self) -> int:
        """How many trained runs there are; 0 for a deterministic system."""
        return 0 if self.seeds is None else len(self.seeds)

    @property
    def values(self) -> Floats:
        """The metric [run] on all examples."""
        return metric(self.metric).reduce(self.statistics.sum(axis=1))


def gather(scores: Sequence[Score], seeds: Sequence[Hashable] | None = None) -> System:
    """Make one system of the scores of its runs, one a seed; `seeds=None` is a single deterministic run."""
    if not scores or len(scores) != (1 if seeds is None else len(set(seeds))):
        labels = "no seeds" if seeds is None else f"the seeds {list(seeds)}"
        raise LectError(
            f"expected one score a seed, or one score and no seeds; found {len(scores)} scores and {labels}. "
            "Narrow the rows by task, stage or language."
        )
    order = sorted(range(len(scores)), key=lambda run: "" if seeds is None else str(seeds[run]))  # runs may end in any
    runs = [_read_run(scores[run]) for run in order]
    statistics = np.concatenate([align(runs[0], run).statistics for run in runs])
    labels_ = None if seeds is None else tuple(seeds[run] for run in order)
    return System(scores[0].metric, statistics, runs[0].ids, labels_)


def _read_run(score: Score) -> System:
    if score.examples is None or len(score.examples) == 0:
        raise LectError(
            f"the {score.metric} score has no per-example statistics, so it cannot be compared. "
            "Keep examples.parquet beside results.jsonl, or score again."
        )
    examples = np.asarray(score.examples, dtype=np.float64)
    row = metric(score.metric)
    if examples.ndim != 2 or not row.fits(examples.shape[1]):
        wanted = f"{len(row.statistics)}{f' a {row.per}' if row.per else ''}"
        raise LectError(
            f"{score.metric} needs examples of shape [n, {wanted}] ({', '.join(row.statistics)}); "
            f"found {list(examples.shape)}"
        )
    return System(score.metric, examples[None], list(score.ids) or [str(i) for i in range(len(examples))])


def align(a: System, b: System) -> System:
    """Return `b` with its examples in the order of `a`; raise `LectError` unless they are the same examples."""
    if a.metric != b.metric:
        raise LectError(f"cannot compare {a.metric} with {b.metric}: expected one metric")
    if a.ids != b.ids:
        missing = set(a.ids) ^ set(b.ids)
        if missing or len(a.ids) != len(b.ids) or len(set(a.ids)) != len(a.ids):
            named = f", for instance {min(missing)!r}" if missing else ""
            raise LectError(
                f"the two systems were not scored on the same examples: {len(a.ids)} and {len(b.ids)} examples, "
                f"{len(missing)} ids in only one of them{named}. Score both on one test set."
            )
        order = {id_: index for index, id_ in enumerate(b.ids)}
        b = replace(b, statistics=b.statistics[:, [order[id_] for id_ in a.ids]], ids=a.ids)
    row = metric(a.metric)
    if row.size is not None:
        column = row.statistics.index(row.size)
        differing = np.flatnonzero(a.statistics[0, :, column] != b.statistics[0, :, column])
        if len(differing):
            raise LectError(
                f"{len(differing)} examples have one id but differ in {row.size} (first: {a.ids[differing[0]]!r}), "
                "so they are not the same. Score both systems on one test set."
            )
    return b
