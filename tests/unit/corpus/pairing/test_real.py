"""On real text: sentences mined, chapters aligned and bilingual documents found, with dictionaries that people made."""

import csv
import gzip
from collections import defaultdict

import pytest

from lect.artifacts.multitexts import read_columns
from lect.corpus.identification.learning import learn_identifier
from lect.corpus.pairing.aligning import align_documents
from lect.corpus.pairing.bilingual import find_bilingual
from lect.corpus.pairing.mining import mine
from lect.corpus.pairing.planting import plant_bilingual
from lect.corpus.pairing.vectorizing import fit_words


def lexicon(folder, name):
    with gzip.open(folder / "freedict" / f"{name}.tsv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    return [
        (row[0], one) for row in rows for one in row[2].replace(";", ",").split(",") if row[0].strip() and one.strip()
    ]


@pytest.mark.parametrize(("code", "pair", "least"), [("swe", "swe-eng", 0.8), ("isl", "isl-eng", 0.7)])
def test_planted_news_sentences_are_mined_and_the_margin_beats_the_cosine(shared_data, code, pair, least):
    columns = read_columns(shared_data / "flores200" / "flores200_devtest.tsv.gz", {code: [code], "eng": ["eng"]})
    left, right = columns[code][:660], columns["eng"][:330] + columns["eng"][660:990]
    encoders = fit_words(left, right, lexicon(shared_data, pair))
    found = {}
    for margin, thresholds in (("ratio", (1.2, 1.4)), ("absolute", (0.1, 0.15, 0.2))):
        for threshold in thresholds:
            mined = mine(left, right, encoders, margin=margin, threshold=threshold)
            right_ones = sum(a == b for a, b in mined.rows.tolist())
            found[margin] = max(found.get(margin, 0.0), 2 * right_ones / (len(mined.pairs) + 330))
    assert found["ratio"] > least
    assert found["ratio"] > found["absolute"]


def test_chapters_of_the_bible_find_each_other(shared_data):
    chapters = {"swh_nt": defaultdict(list), "eng_web": defaultdict(list)}
    with gzip.open(shared_data / "bible" / "bible_nt.tsv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            for column, found in chapters.items():
                found[row["ref"].rpartition(":")[0]].append(row[column])
    left, right = ({name: " ".join(said) for name, said in found.items()} for found in chapters.values())
    names = sorted(left)
    ours, theirs = [one for at, one in enumerate(names) if at % 5], [one for at, one in enumerate(names) if at % 5 != 1]
    texts = [left[one] for one in ours], [right[one] for one in theirs]
    found = align_documents(*texts, fit_words(*texts, lexicon(shared_data, "swh-eng")))
    hits = sum(ours[a] == theirs[b] for a, b in zip(found.source, found.target, strict=True))
    assert hits >= 0.9 * len(found.source)
    assert hits >= 0.8 * len(set(ours) & set(theirs))


def test_bilingual_documents_are_found_and_no_others(shared_data):
    lines = defaultdict(list)
    with gzip.open(shared_data / "lid_leipzig" / "lid.tsv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["kind"] == "sentence" and row["lang"] in ("en", "de", "sv"):
                lines[row["lang"]].append(row["text"])
    identifier = learn_identifier(lines)
    verses = read_columns(shared_data / "bible" / "bible_nt.tsv.gz", {"a": ["eng_web"], "b": ["deu_1912"]})
    pairs = list(zip(verses["a"], verses["b"], strict=True))
    made = plant_bilingual(pairs, ("eng", "deu"), documents=300, planted=30, sentences=4, seed=1)
    truth = [bool(one["kind"]) for one in made.text]
    found = find_bilingual(list(made.text.strings()), lambda ones: identifier.identify(ones).labels, language="en")
    flagged = [bool(reason) for reason in found.reasons]
    assert sum(map(bool.__and__, flagged, truth)) >= 0.9 * 30
    assert sum(flagged) - sum(map(bool.__and__, flagged, truth)) <= 0.01 * 270
