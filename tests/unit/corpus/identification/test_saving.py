"""A saved identifier is small, says the same, and is refused when it is damaged or of another version; folders are read."""

import gzip
import json

import numpy as np
import pytest

from lect.artifacts.errors import LectError
from lect.corpus.identification.gathering import gather_labeled, ready_identifier
from lect.corpus.identification.saving import load_identifier, write_identifier


@pytest.fixture
def saved(identifier, tmp_path):
    return write_identifier(identifier, tmp_path / "lid")


def test_it_comes_back_as_it_was(identifier, saved, heldout):
    found = load_identifier(saved)
    texts = [line for own in heldout.values() for line in own]
    assert np.array_equal(found.identify(texts).probabilities, identifier.identify(texts).probabilities)
    assert found.identify(texts).labels == identifier.identify(texts).labels
    assert sorted(file.name for file in saved.iterdir()) == ["identifier.json", "identifier.safetensors"]
    assert (saved / "identifier.safetensors").stat().st_size < 16 * len(identifier.buckets)


def test_nothing_is_overwritten(identifier, saved):
    with pytest.raises(LectError, match="already holds"):
        write_identifier(identifier, saved)


def test_another_version_is_refused(saved):
    facts = json.loads((saved / "identifier.json").read_text())
    (saved / "identifier.json").write_text(json.dumps(facts | {"format": "lect identifier 99"}))
    with pytest.raises(LectError, match="lect identifier 99"):
        load_identifier(saved)


@pytest.mark.parametrize("name", ["identifier.safetensors", "identifier.json"])
def test_damage_is_said(saved, name):
    raw = (saved / name).read_bytes()
    for broken in (raw[: len(raw) // 2], b"", b"\0" * 100):
        (saved / name).write_bytes(broken)
        with pytest.raises(LectError, match="damaged"):
            load_identifier(saved)
    (saved / name).unlink()
    with pytest.raises(LectError, match="lacks identifier"):
        load_identifier(saved)


def test_tables_that_do_not_fit_are_refused(saved):
    facts = json.loads((saved / "identifier.json").read_text())
    (saved / "identifier.json").write_text(json.dumps(facts | {"labels": facts["labels"][:-1]}))
    with pytest.raises(LectError, match="damaged"):
        load_identifier(saved)


@pytest.fixture
def folder(tmp_path, lines):
    (tmp_path / "a").mkdir()
    rows = [f"{label[:3]}\t{line}" for label in ("dan_Latn", "isl_Latn") for line in lines[label]]
    (tmp_path / "a" / "table.tsv").write_text("\n".join(["lang\ttext", *rows, "und\tnothing", "qqq\tprivate"]))
    (tmp_path / "fao.train.txt.gz").write_bytes(gzip.compress("\n".join(lines["fao_Latn"]).encode()))
    (tmp_path / "fao.valid.txt").write_text("held out")
    (tmp_path / "fao_mojibake_sample.txt").write_text("Ã¡ no text of a language")
    (tmp_path / "r.jsonl").write_text(json.dumps({"bcp47": "ru", "text": lines["rus_Cyrl"][0]}))
    return tmp_path


def test_folders_are_gathered(folder, lines):
    found = gather_labeled(folder)
    assert sorted(found) == ["dan_Latn", "fao_Latn", "isl_Latn", "rus_Cyrl"]
    assert sorted(found["fao_Latn"]) == sorted(lines["fao_Latn"])
    assert len(" ".join(gather_labeled(folder, megabytes=0.001)["fao_Latn"]).encode()) < 1_300
    with pytest.raises(LectError, match="no folder"):
        gather_labeled(folder / "nowhere")
    (folder / "empty").mkdir()
    with pytest.raises(LectError, match="no labeled text"):
        gather_labeled(folder / "empty")


def test_a_ready_one_knows_the_folder_and_cldr(folder, monkeypatch):
    monkeypatch.setattr("lect.corpus.identification.gathering.covered_languages", lambda: ("fi", "el"))
    found = ready_identifier(folder)
    assert found.labels == ("dan_Latn", "ell_Grek", "fao_Latn", "fin_Latn", "isl_Latn", "rus_Cyrl")
    assert found.identify(["tammikuu ja helmikuu", "Ιανουάριος"]).labels == ["fin_Latn", "ell_Grek"]
