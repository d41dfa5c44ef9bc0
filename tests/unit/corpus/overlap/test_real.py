"""On real text: news sentences planted in running text are found, and the text without them has no hit."""

import random

import pytest

from lect.artifacts import read
from lect.artifacts.multitexts import read_columns
from lect.artifacts.tasks import Task, Written
from lect.corpus.overlap.decontaminating import find_overlap
from lect.corpus.overlap.folding import words


def change_one(sentence, rng):
    parts = sentence.split()
    parts[rng.randrange(len(parts))] = "zzqx"
    return " ".join(parts)


DRESSES = {
    "recased": (lambda one, rng: one.upper(), 6),
    "punctuated": (lambda one, rng: ", ".join(one.split(" ")), 6),
    "one word changed": (change_one, 10),  # what is promised of sentences of ten words or more, and of these alone
}


@pytest.mark.parametrize(("code", "column"), [("isl", "isl_Latn"), ("swa", "swh_Latn")])
def test_flores_is_found_where_it_was_put_and_nowhere_else(shared_data, code, column):
    said = read_columns(shared_data / "flores200" / "flores200_devtest.tsv.gz", {code: [column]})[code][:400]
    task = Task("flores", "generation", {"test": [Written(one, ["x"], str(at)) for at, one in enumerate(said)]})
    texts = list(read(shared_data / "lm_text" / f"{code}.train.txt.gz").take(1.0).strings())
    assert find_overlap(texts, [task]).hits == []
    rng = random.Random(0)
    for dress, least in DRESSES.values():
        held = [at for at, one in enumerate(said) if len(words(one)) >= least]
        planted = [
            f"{texts[at % len(texts)][:200]} {dress(said[at], rng)} {texts[-1 - at % len(texts)][:200]}" for at in held
        ]
        found = {(held[hit.document], int(hit.example)) for hit in find_overlap(planted, [task]).hits}
        assert len(found & {(at, at) for at in held}) >= 0.99 * len(held)
        assert len(found) <= 1.02 * len(held)
