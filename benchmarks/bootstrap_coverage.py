"""How often the paired bootstrap is right: coverage of its 95% interval and its false alarms, on simulated truth.

Each scenario draws a test set, systems and training seeds anew in every run, from a known difference between them:
score(system, seed, example) = example + system × example + seed + seed × example. Run it with

    python benchmarks/bootstrap_coverage.py [--runs 2000] [--examples 300] [--draws 2000]
"""

import argparse
import math
from dataclasses import dataclass

import numpy as np

from lect.artifacts.results import Score
from lect.score.significance import Comparison, gather, paired_bootstrap


@dataclass(frozen=True)
class Scenario:
    """Standard deviations, in bits per byte of one example unless said; `seeds=0` is a deterministic system."""

    name: str
    seeds: int
    seed_noise: float  # of a whole run, the same for all examples
    example_seed_noise: float = 0.0  # of one example under one seed
    paired: bool = False  # both systems carry the same seed labels
    binary: bool = False  # accuracy of right and wrong words instead of bits per byte


SCENARIOS = (
    Scenario("deterministic", 0, 0.0),
    Scenario("deterministic, accuracy", 0, 0.0, binary=True),
    Scenario("3 seeds, no seed noise", 3, 0.0),
    Scenario("3 seeds, noise of single examples only", 3, 0.0, 0.1),
    Scenario("3 seeds, seed noise as large as example noise", 3, 0.01),
    Scenario("3 seeds, seed noise dominates", 3, 0.05),
    Scenario("3 paired seeds, seed noise as large", 3, 0.01, paired=True),
    Scenario("3 paired seeds, seed noise dominates", 3, 0.05, paired=True),
    Scenario("3 seeds, accuracy, seed noise as large", 3, 0.02, binary=True),
    Scenario("5 seeds, no seed noise", 5, 0.0),
    Scenario("5 seeds, noise of single examples only", 5, 0.0, 0.1),
    Scenario("5 seeds, seed noise as large as example noise", 5, 0.01),
    Scenario("5 seeds, seed noise dominates", 5, 0.05),
    Scenario("5 paired seeds, seed noise dominates", 5, 0.05, paired=True),
)


def simulate(
    scenario: Scenario, effect: float, examples: int, generator: np.random.Generator, draws: int
) -> Comparison:
    """Draw one experiment whose true difference A − B is `effect` and compare the two systems."""
    size = generator.integers(20, 400, examples).astype(float)
    difficulty = generator.normal(0, 0.3, examples)
    systems = []
    for label, shift in (("a", effect / 2), ("b", -effect / 2)):
        runs = max(1, scenario.seeds)
        own = generator.normal(0, 0.1, examples)
        noise = (
            generator.normal(0, scenario.seed_noise, (runs, 1))
            + generator.normal(0, 1, (runs, examples)) * scenario.example_seed_noise
        )
        mean = shift + own + noise
        if scenario.binary:
            words = np.ceil(size / 20)
            chance = np.clip(0.7 + mean + 0.3 * difficulty, 0, 1)
            statistics = np.stack(
                [generator.binomial(words.astype(int), chance).astype(float), np.broadcast_to(words, chance.shape)], -1
            )
        else:
            statistics = np.stack([(2 + difficulty + mean) * math.log(2) * size, np.broadcast_to(size, mean.shape)], -1)
        scores = [Score("accuracy" if scenario.binary else "bits_per_byte", 0.0, examples, run) for run in statistics]
        names = range(runs) if scenario.paired else [f"{label}{i}" for i in range(runs)]
        systems.append(gather(scores, names if scenario.seeds else None))
    return paired_bootstrap(*systems, draws=draws)


def study(scenario: Scenario, *, runs: int, examples: int, draws: int, seed: int = 0) -> dict[str, float]:
    """Return coverage of a true effect, false alarms without one, median width, and power at the stated effect."""
    generator = np.random.default_rng(seed)
    effect = 0.02
    with_effect = [simulate(scenario, effect, examples, generator, draws) for _ in range(runs)]
    null = [simulate(scenario, 0.0, examples, generator, draws) for _ in range(runs)]
    detectable = float(np.median([c.minimum_detectable_effect for c in null]))
    at_detectable = [simulate(scenario, detectable, examples, generator, draws) for _ in range(runs)]
    return {
        "coverage": float(np.mean([c.low <= effect <= c.high for c in with_effect])),
        "false_alarms": float(np.mean([c.p < 0.05 for c in null])),
        "width": float(np.median([c.high - c.low for c in null])),
        "power": float(np.mean([c.p < 0.05 for c in at_detectable])),
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=2_000)
    parser.add_argument("--examples", type=int, default=300)
    parser.add_argument("--draws", type=int, default=2_000)
    arguments = parser.parse_args()
    print(f"{'scenario':48}  coverage  false alarms  median width  power at the stated smallest difference")
    for scenario in SCENARIOS:
        found = study(scenario, runs=arguments.runs, examples=arguments.examples, draws=arguments.draws)
        rates = f"{found['coverage']:8.3f}  {found['false_alarms']:12.3f}"
        print(f"{scenario.name:48}  {rates}  {found['width']:12.4f}  {found['power']:5.3f}", flush=True)


if __name__ == "__main__":
    main()
