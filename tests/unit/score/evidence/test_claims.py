import numpy as np
import pytest

from lect.artifacts.errors import LectError
from lect.artifacts.results import Results, Score
from lect.score.assembling import assemble
from lect.score.evidence.claims import claim


def bpb(mean, seed=0, n=100, signature=None, warning=None):
    generator = np.random.default_rng(seed)
    sizes = np.random.default_rng(99).integers(50, 500, n).astype(float)
    nats = (mean + generator.normal(0, 0.05, n)) * np.log(2) * sizes
    score = assemble(
        "bits_per_byte", np.stack([nats, sizes], 1), [f"d{i}" for i in range(n)], {"docs": n}, warning or []
    )
    return score if signature is None else Score(**{**vars(score), "signature": signature})


@pytest.fixture
def results():
    table = Results()
    for number, (system, mean) in enumerate({"aligned": 1.2, "random": 1.5, "twin": 1.2, "kept": 1.5}.items()):
        table.add(bpb(mean, number), system=system, stage="start")
        for seed in range(3):
            table.add(bpb(mean - 0.1, 10 * number + seed), system=system, stage="end", seed=seed)
        table.add(bpb(mean - 0.1, number), system=system, stage="brief", seed=0)
    return table


def test_verdicts(results):
    assert claim(results, "aligned < random", stage="start").verdict == "holds"
    assert claim(results, "random > aligned", stage="start").verdict == "holds"
    assert claim(results, "aligned > random", stage="start").verdict == "contradicted"
    assert claim(results, "aligned < twin", stage="start").verdict == "not shown"
    assert claim(results, " aligned<random ", stage="end").verdict == "holds"
    assert claim(results, "aligned > random", stage="end").verdict == "contradicted"


def test_numbers_are_those_of_the_table(results):
    found = claim(results, "aligned < random", stage="end")
    means = [
        np.mean([score.value for _, score in results.scores(system=s, stage="end")]) for s in ("aligned", "random")
    ]
    assert found.effect == pytest.approx(means[0] - means[1])
    assert found.low < found.effect < found.high < 0
    assert (found.n, found.seeds) == (100, (3, 3))
    assert found.minimum_detectable_effect > 0
    start = claim(results, "aligned < random", stage="start")
    assert start.seeds == (0, 0)
    assert "deterministic" in start.reading


def test_one_seed_shows_nothing_about_training_noise(results):
    found = claim(results, "aligned < random", stage="brief")
    assert found.high < 0
    assert found.verdict == "not shown"
    assert "Fewer than three seeds show nothing about training noise: aligned (1), random (1)." in found.reading


@pytest.mark.parametrize("stage", ["start", "end", "brief"])
def test_reading_states_what_could_have_been_shown_and_never_says_equal(results, stage):
    for other in ("random", "twin", "kept"):
        reading = claim(results, f"aligned < {other}", stage=stage).reading
        reach = "With 1 seed nothing can be shown" if stage == "brief" else "100 examples you can see differences"
        assert reach in reading
        for word in ("equal", "same", "no difference"):
            assert word not in reading


def test_where_must_leave_one_question(results):
    with pytest.raises(LectError, match=r"several values of stage: brief, end, start. Choose one: stage='brief'"):
        claim(results, "aligned < random")
    with pytest.raises(
        LectError, match=r"no system 'alignd'; they have aligned, kept, random, twin. Did you mean 'aligned'"
    ):
        claim(results, "alignd < random")
    with pytest.raises(LectError, match=r"'aligned' has no rows with .*'middle'.*; it has stage: brief, end, start"):
        claim(results, "aligned < random", stage="middle")
    for text in ("aligned", "aligned <", "a < b < c", "aligned = random"):
        with pytest.raises(LectError, match="a claim reads 'A < B'"):
            claim(results, text)


def test_rows_with_and_without_seed_do_not_mix(results):
    results.add(bpb(1.1), system="aligned", stage="end")
    with pytest.raises(LectError, match="aligned has 3 rows with a seed and 1 without"):
        claim(results, "aligned < random", stage="end")


def test_pseudo_likelihood_is_not_compared_with_likelihood_and_warns_across_vocabularies():
    table = Results()
    table.add(bpb(1.2), system="decoder")
    table.add(bpb(1.2, 1, signature="bits_per_byte|pseudo|vocab:aaaa", warning=["Pseudo."]), system="old")
    table.add(bpb(1.5, 2, signature="bits_per_byte|pseudo|vocab:bbbb", warning=["Pseudo."]), system="new")
    with pytest.raises(LectError, match="two quantities"):
        claim(table, "decoder < old")
    found = claim(table, "old < new")
    assert found.verdict == "holds"
    assert "The vocabularies differ" in found.reading
    assert "Pseudo." in found.reading


def test_claim_reads_a_results_folder(results, tmp_path):
    folder = results.save(tmp_path / "out")
    assert claim(folder, "aligned < random", stage="end") == claim(results, "aligned < random", stage="end")


def test_equivalence_needs_the_whole_interval_inside(results):
    assert claim(results, "aligned ~ twin", within=0.05, stage="start").verdict == "holds"
    assert claim(results, "aligned ~ random", within=0.05, stage="start").verdict == "contradicted"
    assert claim(results, "aligned ~ twin", within=0.001, stage="start").verdict == "not shown"
    assert claim(results, "aligned ~ twin", within=0.05, stage="brief").verdict == "not shown"
    assert "within 0.05 holds" in claim(results, "aligned ~ twin", within=0.05, stage="start").reading
    with pytest.raises(LectError, match="takes within="):
        claim(results, "aligned ~ twin", stage="start")
    with pytest.raises(LectError, match="takes within="):
        claim(results, "aligned < twin", within=0.05, stage="start")


def test_a_margin_moves_the_border(results):
    assert claim(results, "aligned < random", by=0.2, stage="start").verdict == "holds"
    assert claim(results, "random > aligned", by=0.2, stage="end").verdict == "holds"
    assert claim(results, "aligned < random", by=0.3, stage="start").verdict == "not shown"
    assert claim(results, "aligned < random", by=0.4, stage="start").verdict == "contradicted"
    assert "aligned < random by 0.2 holds" in claim(results, "aligned < random", by=0.2, stage="start").reading
    for wrong in ({"by": -0.1}, {"by": 0.1, "within": 0.1}):
        with pytest.raises(LectError):
            claim(results, "aligned ~ random" if "within" in wrong else "aligned < random", stage="start", **wrong)
