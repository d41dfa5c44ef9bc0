"""Resampling statistics against rescoring: 10,000 resamples of 10,000 examples for 20 systems at once.

lect resamples all systems together (`score.significance.resample`) and compares all 190 pairs, measured in full. The
peer is the loop that people write: draw a test set, score its answers with scikit-learn or sacreBLEU. A loop over all
draws and systems would take days, so a few draws of one system are measured and the time is extrapolated. Run it with

    python benchmarks/resampling_speed.py [--draws 10000] [--examples 10000] [--systems 20]

Goal: at least 50 times rescoring. Measured in CPU seconds of one core of a shared machine, statistics given:

    metric        lect     rescoring  ratio  peer (extrapolated from a few draws of one system)
    accuracy     1.0 s         177 s    169  scikit-learn
    macro_f1     2.9 s         607 s    207  scikit-learn
    chrf         2.3 s     351,600 s  155,697  sacreBLEU

(sacreBLEU's own bootstrap resamples statistics too; the loop here is the one that scores texts again.)
"""

import argparse
import random
import time
from collections.abc import Callable
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.chrf import CHRF
from sklearn.metrics import accuracy_score, f1_score  # type: ignore[import-untyped]

from lect.score.evidence.resampling import resample
from lect.score.evidence.significance import contrast
from lect.score.evidence.systems import System
from lect.score.formulas import Floats
from lect.score.metrics import metric
from lect.score.statistics.overlaps import count_characters

CLASSES = 10
Indices = NDArray[np.int64]


def answer_classes(gold: Indices, share: float, generator: np.random.Generator) -> Indices:
    """Return answers of which about `share` are right."""
    return np.where(generator.random(len(gold)) < share, gold, generator.integers(CLASSES, size=len(gold)))


def count_classes(gold: Indices, found: Indices) -> Floats:
    """Return (hit, found, gold) of each class for each example."""
    ours, theirs = np.eye(CLASSES)[found], np.eye(CLASSES)[gold]
    return np.stack([ours * theirs, ours, theirs], axis=-1).reshape(len(gold), -1)


def write_sentence(draw: random.Random) -> str:
    """Return a sentence of invented words, about 60 characters."""
    return " ".join("".join(draw.choices("aeiklmnorstu", k=draw.randint(2, 9))) for _ in range(10))


def spoil(sentence: str, draw: random.Random) -> str:
    """Return the sentence with about a third of its words replaced."""
    words = zip(sentence.split(), write_sentence(draw).split(), strict=True)
    return " ".join(other if draw.random() < 1 / 3 else word for word, other in words)


def time_lect(systems: dict[str, System], draws: int) -> float:
    """Return the CPU seconds of resampling all systems and comparing all pairs."""
    start = time.process_time()
    drawn = resample(systems, draws=draws)
    for a, b in combinations(systems, 2):
        contrast(drawn, a, b)
    return time.process_time() - start


def time_loop(score: Callable[[Indices], float], examples: int, repetitions: int) -> float:
    """Return the CPU seconds of scoring one resampled test set of one system."""
    generator = np.random.default_rng(0)
    start = time.process_time()
    for _ in range(repetitions):
        score(generator.integers(examples, size=examples))
    return (time.process_time() - start) / repetitions


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--examples", type=int, default=10_000)
    parser.add_argument("--systems", type=int, default=20)
    size = parser.parse_args()
    generator, draw = np.random.default_rng(0), random.Random(0)
    ids = [str(number) for number in range(size.examples)]
    shares = np.linspace(0.6, 0.8, size.systems)

    gold = generator.integers(CLASSES, size=size.examples)
    found = [answer_classes(gold, share, generator) for share in shares]
    right = [np.stack([gold == one, np.ones(len(gold))], axis=-1).astype(float) for one in found]
    counts = [count_classes(gold, one) for one in found]

    wanted = [write_sentence(draw) for _ in ids]
    spoiled = [spoil(sentence, draw) for sentence in wanted]
    perfect, poor = (
        np.array([count_characters(text, [sentence]) for text, sentence in zip(texts, wanted, strict=True)])
        for texts in (wanted, spoiled)
    )
    kept = [generator.random(size.examples) < share for share in shares]
    grams = [np.where(keep[:, None], perfect, poor) for keep in kept]
    written = [wanted[i] if kept[0][i] else spoiled[i] for i in range(size.examples)]
    chrf = CHRF()

    rows: list[tuple[str, list[Floats], str, Callable[[Indices], float], int]] = [
        ("accuracy", right, "scikit-learn", lambda i: accuracy_score(gold[i], found[0][i]), 20),
        ("macro_f1", counts, "scikit-learn", lambda i: f1_score(gold[i], found[0][i], average="macro"), 20),
        (
            "chrf",
            grams,
            "sacreBLEU",
            lambda i: chrf.corpus_score([written[j] for j in i], [[wanted[j] for j in i]]).score,
            2,
        ),
    ]
    everything = np.arange(size.examples)
    print(f"{'metric':9} {'lect':>8}  {'rescoring':>12}  ratio  peer (extrapolated from a few draws of one system)")
    for name, statistics, peer, score, repetitions in rows:
        ours, theirs = float(metric(name).reduce(statistics[0].sum(axis=0))), float(score(everything))
        if abs(ours - theirs) > 1e-6 * abs(theirs):
            raise SystemExit(f"{name}: lect says {ours}, {peer} says {theirs}: no comparison of times")
        systems = {f"s{i}": System(name, one[None], ids) for i, one in enumerate(statistics)}
        lect = time_lect(systems, size.draws)
        loop = time_loop(score, size.examples, repetitions) * size.draws * size.systems
        print(f"{name:9} {lect:6.1f} s  {loop:10,.0f} s  {loop / lect:5,.0f}  {peer}", flush=True)


if __name__ == "__main__":
    main()
