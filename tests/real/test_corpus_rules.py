"""Rules and scores on real running text: what they lose of it, and what they find in debris."""

import gzip

import numpy as np
import pytest

from lect.artifacts import read
from lect.corpus.grading.document_scores import learn_medians, score_documents
from lect.corpus.grading.planting import spoil
from lect.corpus.rules.measuring import measure
from lect.corpus.rules.rule_sets import decide, rules_of
from lect.corpus.rules.scaling import scale_rules
from lect.corpus.rules.stop_words import learn_stop_words

pytestmark = pytest.mark.real


def documents(folder, language, lines=20, megabytes=1):
    with gzip.open(folder / "lm_text" / f"{language}.train.txt.gz", "rt", encoding="utf-8") as file:
        found = [line for line in file.read(int(megabytes * 1e6)).split("\n") if line.strip()]
    return ["\n".join(found[place : place + lines]) for place in range(0, len(found), lines)]


@pytest.mark.parametrize("language", ["fao", "kaz", "eus", "fin"])
def test_loosened_rules_keep_clean_text(shared_data, language):
    found = documents(shared_data, language)
    half = found[::2]
    words = learn_stop_words(half)
    table, reference = (measure(texts, language=language, stop_words=words) for texts in (found[1::2], half))
    rules = rules_of("gopher", "gopher_repetition", "fineweb")
    loosened = [scaled.loosened for scaled in scale_rules(rules, reference)]
    published, kept = decide(table, rules).count(""), decide(table, loosened).count("")
    assert kept >= published
    assert kept / len(table["words"]) > 0.85
    salad = ["\n".join(["Heim | Um okkum"] * 60), "# # #", "x"]
    assert "" not in decide(measure(salad, language=language, stop_words=words), loosened)


@pytest.mark.parametrize("language", ["fao", "kaz", "eus", "tam"])
def test_pages_score_above_debris(shared_data, language):
    text = " ".join(documents(shared_data, language, megabytes=0.2)).replace("\n", " ")
    pages = [
        "\n".join(text[place + 600 * part :][:600] for part in range(6)) for place in range(0, len(text) - 3600, 3600)
    ]
    medians = learn_medians(pages)
    assert np.median(score_documents(pages, language=language, medians=medians)["score"]) >= 0.8
    menus = ["\n".join(spoil(read(page.split("\n")), defects=["menu"]).strings()) for page in pages]
    assert np.median(score_documents(menus, language=language, medians=medians)["score"]) < 0.4
