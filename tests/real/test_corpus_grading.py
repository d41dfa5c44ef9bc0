"""Fluency, graders and citations on real text: the bars of the cards S095, S047 and S006."""

import gzip
import json
import os
from pathlib import Path
from random import Random

import numpy as np
import pytest

from lect.artifacts import read
from lect.corpus.grading.classifiers import contrast
from lect.corpus.grading.domains import count_citations, find_citations
from lect.corpus.grading.fluency import learn_fluency
from lect.corpus.grading.linear_models import JoinedFeatures
from lect.corpus.grading.measures import auc
from lect.corpus.grading.ngrams import HashedNgrams, Ngrams
from lect.corpus.grading.planting import spoil

DATA = Path(os.environ.get("LECT_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (DATA / "lm_text").is_dir(), reason=f"the real data ({DATA}) is not there"),
]


@pytest.mark.parametrize("language", ["eus", "isl", "fao", "sme", "swa", "tur"])
def test_fluency_tells_sentences_from_their_words_shuffled(language):
    seen = read(DATA / f"lm_text/{language}.train.txt.gz").take(0.6)
    held = read(DATA / f"lm_text/{language}.valid.txt.gz").strings()
    clean = [one for one in held if len(one) >= 60][:120]
    salad = list(spoil(read(clean), defects=["salad"]).strings())
    scores = learn_fluency(seen).measure(clean + salad)["fluency"]
    assert auc(scores, [True] * len(clean) + [False] * len(clean)) > 0.95
    assert np.median(scores[len(clean) :]) < 0.2 < 0.5 < np.median(scores[: len(clean)])


@pytest.mark.parametrize("language", ["isl", "eus"])
def test_good_text_is_told_from_junk(language):
    lines = [one for one in read(DATA / f"lm_text/{language}.train.txt.gz").strings() if len(one) >= 60]
    Random(0).shuffle(lines)
    lines = [one[:300] for one in lines[:2800]]
    known, good, plain, other = (lines[part::4] for part in range(4))
    junk = list(spoil(read(other)).strings())
    half = len(plain) // 2
    features = JoinedFeatures((HashedNgrams(Ngrams((1, 1), (1, 3)), 1 << 14), learn_fluency(known).rows))
    grader = contrast(good, plain[:half] + junk[:half], features=features)
    found = auc(grader.score(plain[half:] + junk[half:]), [True] * len(plain[half:]) + [False] * len(junk[half:]))
    assert found > 0.95


def test_scripture_and_declarations_cite_no_law():
    with gzip.open(DATA / "bible/bible_nt.tsv.gz", "rt", encoding="utf-8") as file:
        cells = [
            cell for number, line in enumerate(file) if number and number % 60 == 0 for cell in line.split("\t")[1:]
        ]
    with gzip.open(DATA / "udhr/udhr.jsonl.gz", "rt", encoding="utf-8") as file:
        articles = [json.loads(line)["text"] for number, line in enumerate(file) if number % 30 == 0]
    assert len(cells) > 3000
    assert len(articles) > 400
    assert count_citations(cells).counts.sum() == 0
    assert [hit for one in articles for hit in find_citations(one)] == []
