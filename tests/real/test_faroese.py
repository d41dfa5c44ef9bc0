"""The main job on real Faroese, small enough for continuous integration."""

import json

import pytest

from lect import worlds
from lect.adaptation.adapting import adapt
from lect.adaptation.diagnosis import diagnose
from lect.adaptation.inputs import read_checked, read_parallel
from lect.artifacts.errors import LectError
from lect.artifacts.loading import load
from lect.artifacts.results import Results
from lect.artifacts.tasks import read_task
from lect.artifacts.texts import read
from lect.languages.finding import find
from lect.train.scratch import pretrain_new

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.fixture(scope="module")
def base(shared_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("base") / "icelandic"
    pretrain_new(
        read(shared_data / "lm_text" / "isl.train.txt.gz").take(0.3),
        folder,
        size="tiny",
        budget="0.2MB",
        vocabulary=4_000,
    )
    return folder


def test_text_in_the_language_passes_and_in_another_does_not(shared_data):
    text, check = read_checked(shared_data / "lm_text" / "fao.valid.txt.gz", find("fao"))
    assert check.verdict == "ok"
    assert text.megabytes > 0.1
    for code in ("eng", "fin", "isl"):
        with pytest.raises(LectError, match="Faroese"):
            read_checked(shared_data / "lm_text" / f"{code}.valid.txt.gz", find("fao"))


def test_flores_columns_are_found_by_language(shared_data):
    pairs = read_parallel(shared_data / "flores200" / "flores200_dev.tsv.gz", "Faroese", "en")
    assert pairs.languages == ("fao_Latn", "eng_Latn")
    assert len(pairs) == 997


def test_a_faroese_sentence_costs_more_than_its_english_translation_in_an_icelandic_vocabulary(base, shared_data):
    diagnosis = diagnose(
        base,
        shared_data / "lm_text" / "fao.valid.txt.gz",
        language="fao",
        parallel=shared_data / "flores200" / "flores200_dev.tsv.gz",
    )
    findings = {finding.key: finding for finding in diagnosis.findings}
    assert findings["premium"].value == diagnosis.measures.premium
    assert "Every Faroese sentence costs" in findings["premium"].reading
    assert findings["bits_per_byte"].value < 8


def test_the_treebank_is_read_as_its_readme_counts_it(shared_data):
    task = read_task(f"pos={shared_data / 'ud' / 'fo_farpahc'}")
    assert {split: len(sentences) for split, sentences in task.splits.items()} == {
        "train": 1020,
        "dev": 300,
        "test": 301,
    }
    assert len(task.labels) == 16


def test_adapting_to_faroese_wins_in_bits_per_byte(base, shared_data, tmp_path):
    text = read(shared_data / "lm_text" / "fao.train.txt.gz").take(1.5).clip(4)
    out = adapt(base, text, tmp_path / "fo", language="fao", budget="0.15MB", seeds=3)
    claims = {
        (claim["text"], claim["task"]): claim for claim in json.loads((out / "evidence.json").read_text())["claims"]
    }
    assert claims["adapted < base", "heldout"]["verdict"] == "holds"
    assert {row["system"] for row in Results.open(out).rows} >= {"base", "adapted"}
    assert load(out).history["verb"] == "adapt"


def test_the_report_carries_no_sentence_of_the_text(base, shared_data, tmp_path):
    text = read(shared_data / "lm_text" / "fao.train.txt.gz", documents="lines").take(0.3)
    out = adapt(base, text, tmp_path / "fo", language="fao", budget="0.02MB", seeds=1, vocab="keep")
    report = (out / "report.html").read_text(encoding="utf-8")
    lines = [line for string in text.strings() for line in string.splitlines() if len(line) > 30]
    assert len(lines) > 50
    assert not [line for line in lines if line in report]
    assert next(worlds.phrases("fo", 3, seed=1).strings()).split()[0] in report
