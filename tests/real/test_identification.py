"""Real languages: learned from web sentences and the Declaration of Human Rights, tested on news and travel guides (FLORES-200)."""

import gzip

import numpy as np
import pytest

from lect.artifacts.errors import LectError
from lect.corpus.identification.cleaning import label_lines, language_label
from lect.corpus.identification.confusions import count_confusions
from lect.corpus.identification.gathering import gather_labeled
from lect.corpus.identification.learning import learn_identifier

pytestmark = pytest.mark.real
CHOSEN = (
    "dan",
    "nob",
    "nno",
    "swe",
    "isl",
    "fao",
    "spa",
    "cat",
    "ces",
    "pol",
    "rus",
    "kaz",
    "ara",
    "fas",
)  # close ones, mostly


@pytest.fixture(scope="module")
def labeled(shared_data):
    found = gather_labeled([shared_data / "lid_leipzig", shared_data / "udhr"])
    return {label: lines for label, lines in found.items() if label.split("_")[0] in CHOSEN}


@pytest.fixture(scope="module")
def sentences(shared_data):
    """Return label → 150 sentences of devtest, of the languages that are learned."""
    text = gzip.decompress((shared_data / "flores200" / "flores200_devtest.tsv.gz").read_bytes()).decode()
    header, *rows = text.rstrip("\n").split("\n")
    columns = zip(header.split("\t"), zip(*(row.split("\t") for row in rows[:150]), strict=True), strict=True)
    found = {}
    for name, column in columns:
        try:
            found[language_label(name)] = list(column)
        except LectError:
            continue
    return {label: column for label, column in found.items() if label.split("_")[0] in CHOSEN}


def test_another_domain_is_read_and_few_texts_go_to_a_wrong_language(labeled, sentences):
    known = learn_identifier(labeled)
    gold = [label for label, own in sentences.items() for _ in own]
    texts = [text for own in sentences.values() for text in own]
    found = known.identify(texts)
    said = count_confusions(gold, [best[0][0] for best in found.top(1)])
    assert np.mean(list(said.f1().values())) > 0.95
    assert np.mean(list(said.false_positive_rates().values())) < 0.004
    kept = [one == other for one, other in zip(gold, found.labels, strict=True) if other != "und"]
    assert np.mean(kept) > 0.98
    assert len(kept) > 0.85 * len(gold)
    confidence = found.probabilities.max(axis=1).mean()
    assert abs(confidence - np.mean([one == best[0][0] for one, best in zip(gold, found.top(1), strict=True)])) < 0.03


def test_the_guard_of_scripts_passes_real_lines(labeled):
    reasons = label_lines(labeled).reasons
    assert reasons.count("wrong_script") < 0.02 * len(reasons)
