import random

import numpy as np
import pytest
import regex

from lect.artifacts import LectError, read
from lect.corpus.grading.document_scores import (
    PENALTIES,
    SCORES,
    SPANISH,
    Medians,
    combine_penalties,
    learn_medians,
    score_documents,
)
from lect.corpus.grading.planting import spoil
from lect.worlds import phrases


@pytest.fixture(scope="module")
def paragraphs():
    """Paragraphs of Faroese phrases, each of its own length."""
    chance, strings = random.Random(0), list(phrases("fo", 4_000, seed=1).strings())
    return [". ".join(strings[place : place + chance.randint(12, 40)]) + "." for place in range(0, 3_960, 40)]


@pytest.fixture(scope="module")
def pages(paragraphs):
    return ["\n".join(paragraphs[place : place + 6]) for place in range(0, len(paragraphs), 6)]


def test_the_penalty_keeps_the_identities_of_the_card():
    assert combine_penalties(np.ones((7, 1)))[0] == 1
    parts = np.array([1, 1, 1, 0.92, 0.89, 1, 0.84])
    weights = parts**-2.9
    assert combine_penalties(parts[:, None])[0] == pytest.approx(
        np.prod(parts ** (3 * weights / weights.sum())), abs=1e-9
    )
    assert round(float(combine_penalties(parts[:, None])[0]), 3) == 0.818
    with np.errstate(all="raise"):
        assert combine_penalties(np.array([[0.0, 0.099, 0.1], [1, 1, 1]])).tolist()[:2] == [0, 0]
    assert combine_penalties(np.array([[0.5, 0.5], [0.9, 0.5]])).argmin() == 1


def test_the_language_score_is_the_share_of_letters(paragraphs):
    own, other = paragraphs[:3], ["Á", *paragraphs[3:5], "12 34"]
    text = "\n".join(own + other)
    flags = [True] * 3 + [False] * 4
    letters = [sum(map(str.isalpha, part)) for part in own + other]
    expected = sum(letters[:3]) / sum(count for count in letters if count >= 30)
    scores = score_documents([text], language="fao", own=[flags])
    assert scores["language"][0] == pytest.approx(expected, abs=1e-9)
    assert score_documents([text], language="fao")["language"][0] == 1


def test_clean_pages_score_high_and_debris_low(pages):
    medians = learn_medians(pages)
    clean = score_documents(pages, language="fao", medians=medians)
    assert set(clean) == set(SCORES)
    assert np.median(clean["score"]) >= 0.8
    for defect in ("menu", "tags", "repeated"):
        debris = ["\n".join(spoil(read(page.split("\n")), defects=[defect]).strings()) for page in pages]
        assert np.median(score_documents(debris, language="fao", medians=medians)["score"]) < 0.4, defect


@pytest.mark.parametrize(
    ("spoiled", "part"),
    [
        (lambda page: page.replace(".", " http://a.fo www.b.fo"), "urls"),
        (lambda page: page.replace(" ", " 1234 "), "numbers"),
        (lambda page: page.replace(" ", ", "), "punctuation"),
        (lambda page: regex.sub(r"\p{P}", "", page), "punctuation"),
        (lambda page: page.replace(" ", " ★ "), "singular"),
        (lambda page: f"{page}\n{page}", "repeated"),
        (lambda page: "the same again and again. " * 100, "informativeness"),
        (lambda page: page + "\nHeim\nUm\nSok" * 9, "short_segments"),
    ],
)
def test_each_part_falls_for_its_defect(pages, spoiled, part):
    clean, bad = (score_documents([text], language="fao") for text in (pages[0], spoiled(pages[0])))
    assert bad[part][0] < clean[part][0]
    assert bad["penalty"][0] < clean["penalty"][0]


def test_long_segments_are_counted():
    long, great = "a" * 249, "a" * 813
    scores = score_documents([f"{long}\n{long}a", "\n".join([great] * 12)], language="spa")
    assert scores["long_segments"].tolist() == [0.1, 1]
    np.testing.assert_allclose(scores["great_segment"], [0, (813 - 625) / 375])


def test_bounds_follow_the_medians():
    text = "Eitt orð, tvey orð; trý orð: fýra orð, fimm orð; seks, sjey, átta, níggju, tíggju, ellivu, tólv."
    strict, loose = (score_documents([text], language="fao", medians=one) for one in (SPANISH, Medians(1.3, 18.0, 0.3)))
    assert strict["punctuation"][0] < 0.6
    assert loose["punctuation"][0] == 1
    halved = score_documents(["a" * 130], language="fao", medians=Medians(1.3, 4.8, 0.3))
    assert halved["long_segments"][0] == 0.1, "twice the punctuation, segments of half the length"


def test_learned_medians_are_percent_of_letters():
    assert learn_medians(["abcdefghij, 1", "abcdefghij,. 12 #"] * 2 + ["abcdefghij, 1"]) == Medians(10, 10, 0)
    with pytest.raises(LectError, match="no documents"):
        learn_medians([])


def test_odd_input_is_scored():
    scores = score_documents(["", "\n\n", "12", "\ud800", "語" * 3_000_000], language="zho")
    assert scores["score"].tolist()[:4] == [0] * 4
    assert len(score_documents([], language="zho")["score"]) == 0
    assert all(np.isfinite(scores[name]).all() for name in PENALTIES)
    with pytest.raises(LectError, match="one value for each segment"):
        score_documents(["a\nb"], language="fao", own=[[True]])
