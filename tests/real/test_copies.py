"""Copies planted in real text: all exact ones and those with lightly edited words are dropped, and nothing else."""

import gzip
import random

import numpy as np
import pytest

from lect.corpus.copies.choosing import choose_setting, plant_edits
from lect.corpus.copies.engines import across_threads
from lect.corpus.copies.finding import find_copies
from lect.corpus.copies.settings import Setting

pytestmark = pytest.mark.real
LANGUAGES = ("fao", "eng", "eus", "kaz", "fin")
EDITS = (0.005, 0.01, 0.02, 0.05, 0.1)


def _lines(shared_data, language):
    with gzip.open(shared_data / "lm_text" / f"{language}.train.txt.gz", "rt", encoding="utf-8") as file:
        return [line.strip() for line in file if line.strip()]


def _flores(shared_data, language):
    with gzip.open(shared_data / "flores200" / "flores200_dev.tsv.gz", "rt", encoding="utf-8") as file:
        header, *rows = (line.rstrip("\n").split("\t") for line in file)
    return [row[header.index(language)] for row in rows]


def _documents(lines, number, words=200):
    documents, held = [], []
    for line in lines:
        held += line.split()
        if len(held) >= words:
            documents.append(" ".join(held))
            held = []
    return documents[:number]


def _jaccard(one, other):
    sets = [{tuple(words[at : at + 3]) for at in range(len(words) - 2)} for words in (_words(one), _words(other))]
    return len(sets[0] & sets[1]) / max(len(sets[0] | sets[1]), 1)


def _words(text):
    return "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()


@pytest.fixture(scope="module")
def corpus(shared_data):
    """2,000 pages of five languages; of 20 % an exact copy, of 10 % a near one: rows of (kind, text, original)."""
    chance, rows = random.Random(0), []
    for language in LANGUAGES:
        originals = _documents(_lines(shared_data, language), 300)
        rows += [("original", text, text) for text in originals]
        rows += [("exact", text.replace(" ", "\n", 5), text) for text in originals[:80]]
        near = originals[80:120]
        rows += [
            (f"near {share}", text, one)
            for one, text, share in zip(near, *plant_edits(near, EDITS, chance), strict=True)
        ]
    chance.shuffle(rows)
    return rows


def test_planted_copies_are_dropped_and_nothing_else(corpus):
    assert len(corpus) == 2100
    copies = find_copies([text for _, text, _ in corpus])
    kept = {text for (_, text, _), reason in zip(corpus, copies.reasons, strict=True) if not reason}
    cluster = {text: number for (_, text, _), number in zip(corpus, copies.cluster.tolist(), strict=True)}
    missed, pairs, false = 0, 0, 0
    for (kind, text, original), reason in zip(corpus, copies.reasons, strict=True):
        if kind.startswith("near"):
            similarity, found = _jaccard(text, original), not {text, original} <= kept
            pairs, missed = pairs + 1, missed + (not found)
            assert found or similarity < 0.7
            if similarity < 0.45:
                assert cluster[text] != cluster[original]
        if reason == "near_copy":
            mates = [other for other in kept if cluster[other] == cluster[text]]
            false += max(_jaccard(text, other) for other in mates) < 0.49
    assert copies.reasons.count("exact_copy") >= 400
    assert missed <= 0.1 * pairs
    assert false == 0
    originals = [reason for (kind, _, _), reason in zip(corpus, copies.reasons, strict=True) if kind == "original"]
    assert len(originals) - originals.count("") <= 400 + 200 + 0.02 * len(originals)


def test_shuffling_and_workers_change_nothing(corpus):
    rows = [{"id": str(number), "text": text} for number, (_, text, _) in enumerate(corpus)]
    shuffled = random.Random(1).sample(rows, len(rows))
    one, other = find_copies(rows), find_copies(shuffled, across=across_threads(2))
    assert {r["id"] for r, why in zip(rows, one.reasons, strict=True) if not why} == {
        r["id"] for r, why in zip(shuffled, other.reasons, strict=True) if not why
    }


@pytest.mark.parametrize("language", ["fao", "kaz"])
def test_the_default_setting_finds_what_it_should_in_edited_text(shared_data, language):
    texts = _documents(_lines(shared_data, language), 800, words=300)
    (trial,) = choose_setting(texts, settings=[Setting()]).trials
    for share, least in ((0.01, 1.0), (0.02, 1.0), (0.05, 0.96), (0.1, 0.67)):
        assert trial.recall[share] >= least
    assert trial.false < 0.02
    assert trial.natural < 0.02


@pytest.mark.parametrize("language", ["jpn_Jpan", "zho_Hans", "tha_Thai", "khm_Khmr", "mya_Mymr", "bod_Tibt"])
def test_scripts_without_spaces(shared_data, language):
    texts = _flores(shared_data, language)
    documents = ["".join(texts[at : at + 5]) for at in range(0, len(texts) - 5, 5)]
    chance = random.Random(0)
    edited = []
    for text in documents[:80]:
        letters = list(text)
        for place in chance.sample(range(len(letters)), round(0.01 * len(letters))):
            letters[place] = chance.choice(text)
        edited.append("".join(letters))
    reasons = np.array(find_copies(documents + edited).reasons)
    assert (reasons != "").sum() == 80
    assert all((reasons[:80] != "") ^ (reasons[-80:] != ""))
