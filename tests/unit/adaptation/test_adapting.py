"""The main job on tiny models: what it leaves behind, that it is resumed and not repeated, and that a kill loses nothing."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lect import worlds
from lect.adaptation.adapting import adapt
from lect.adaptation.diagnosis import diagnose
from lect.adaptation.planning import Options, new_size, plan
from lect.artifacts.errors import LectError
from lect.artifacts.loading import load
from lect.artifacts.results import Results
from lect.train.scratch import pretrain_new

COST = {"throughput"}  # what a clock decides


def phrases(tag, n, seed):
    return worlds.phrases(tag, n, seed=seed, sentences_per_document=6)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a tiny decoder and encoder of English and Danish."""
    folder = tmp_path_factory.mktemp("bases")
    text = phrases("en", 300, 0) + phrases("da", 300, 0)
    for family in ("decoder", "encoder"):
        pretrain_new(text, folder / family, family=family, size="tiny", budget="0.03MB", vocabulary=600)
    return folder


@pytest.fixture(scope="module")
def adapted(place):
    return adapt(
        place / "decoder", phrases("fo", 700, 1), place / "fo", language="fao", parallel=worlds.parallel("fo", "en", 50, seed=2),
        retain=phrases("en", 60, 3), budget="0.02MB", seeds=2, vocab="replace",
    )  # fmt: skip


def stable(folder: Path) -> list[dict]:
    return [row for row in Results.open(folder).rows if row["metric"] not in COST]


def test_the_folder_holds_model_table_report_card_and_chain(adapted):
    names = {path.name for path in adapted.iterdir()}
    assert {"model.safetensors", "config.json", "tokenizer.json", "README.md", "lect.json"} <= names
    assert {"results.jsonl", "examples.parquet", "report.html", "evidence.json", "training.jsonl"} <= names
    assert not [name for name in names if "partial" in name or name in ("stages", "run.json")]
    record = json.loads((adapted / "lect.json").read_text())
    base = next(given for given in record["inputs"] if given["name"] == "model")
    assert base["history"]["verb"] == "pretrain"
    assert {step["seed"] for step in record["steps"]} == {0, 1}
    assert len(record["steps"]) == 4


def test_the_table_names_the_three_systems_with_seeds_and_equal_text(adapted):
    results = Results.open(adapted)
    heldout = [row for row in results.rows if row["metric"] == "bits_per_byte" and row["task"] == "heldout"]
    assert sorted((row["system"], row.get("seed", "-")) for row in heldout) == [
        ("adapted", 0), ("adapted", 1), ("base", "-"), ("kept", 0), ("kept", 1),
    ]  # fmt: skip
    assert len({row["n"] for row in heldout}) == 1
    steps = json.loads((adapted / "lect.json").read_text())["steps"]
    assert len({round(step["training"]["megabytes"], 2) for step in steps}) == 1


def test_training_on_the_language_helps_on_held_out_text(adapted):
    value = {
        row["system"]: row["value"]
        for row in stable(adapted)
        if row["metric"] == "bits_per_byte" and row["task"] == "heldout"
    }
    assert value["kept"] < value["base"]
    assert value["adapted"] < value["base"]


def test_the_model_opens_without_lect(adapted):
    script = (
        "import sys, transformers as t; f = sys.argv[1]; m = t.AutoModelForCausalLM.from_pretrained(f); k = t.AutoTokenizer.from_pretrained(f);"
        "o = m(**k('eitt hús', return_tensors='pt')).logits; assert o.shape[-1] == len(k) == m.config.vocab_size; assert 'lect' not in sys.modules"
    )
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    subprocess.run([sys.executable, "-c", script, str(adapted)], check=True, env=environment, cwd=adapted)


def test_the_same_call_again_does_nothing_and_another_is_refused(adapted, place):
    before = (adapted / "lect.json").stat().st_mtime_ns
    artifacts = {"parallel": worlds.parallel("fo", "en", 50, seed=2), "retain": phrases("en", 60, 3)}
    same = {"language": "Faroese", "seeds": 2, "vocab": "replace", **artifacts}
    adapt(place / "decoder", phrases("fo", 700, 1), adapted, budget="0.02MB", **same)
    assert (adapted / "lect.json").stat().st_mtime_ns == before
    with pytest.raises(LectError, match=r"budget was '0.02MB', now '0.03MB'"):
        adapt(place / "decoder", phrases("fo", 700, 1), adapted, budget="0.03MB", **same)


def test_a_kept_vocabulary_gives_two_systems(place, tmp_path):
    out = adapt(
        place / "decoder",
        phrases("fo", 300, 1),
        tmp_path / "out",
        language="fao",
        budget="0.01MB",
        seeds=1,
        vocab="keep",
    )
    assert {row["system"] for row in Results.open(out).rows} == {"base", "adapted"}
    assert len(load(out).tokenizer) == len(load(place / "decoder").tokenizer)


def test_a_trimmed_vocabulary_says_how_large_it_became(place, tmp_path):
    out = adapt(
        place / "decoder",
        phrases("fo", 300, 1),
        tmp_path / "out",
        language="fao",
        budget="0.01MB",
        seeds=1,
        vocab="trim",
    )
    plan = json.loads((out / "evidence.json").read_text())["plan"]
    assert plan["new_size"] == len(load(out).tokenizer) < plan["old_size"]


def test_an_encoder_is_judged_by_its_task(place, tmp_path):
    lines = []
    for number, document in enumerate(phrases("fo", 40, 5).strings()):
        words = document.split()[:8]
        rows = [
            f"{i}\t{word}\t_\t{'NUM' if word[0].isdigit() else 'NOUN'}\t_\t_\t{i - 1}\tdep\t_\t_"
            for i, word in enumerate(words, 1)
        ]
        lines.append("\n".join([f"# sent_id = {number}", *rows]) + "\n")
    for split, part in (("train", lines[:25]), ("test", lines[25:])):
        (tmp_path / f"x-{split}.conllu").write_text("\n".join(part) + "\n", encoding="utf-8")
    out = adapt(
        place / "encoder", phrases("fo", 300, 1), tmp_path / "out", language="fao", budget="0.01MB", seeds=1, vocab="extend",
        tasks=[f"pos={tmp_path}"],
    )  # fmt: skip
    rows = [row for row in Results.open(out).rows if row["metric"] == "accuracy"]
    assert {row["system"] for row in rows} == {"base", "kept", "adapted"}
    assert all(0 <= row["value"] <= 1 for row in rows)
    evidence = json.loads((out / "evidence.json").read_text())
    assert {claim["metric"] for claim in evidence["claims"]} == {"accuracy"}, (
        "pseudo bits per byte do not compare across vocabularies"
    )
    assert {claim["verdict"] for claim in evidence["claims"]} == {"not shown"}, (
        "one seed says nothing of training noise"
    )


@pytest.mark.parametrize(
    ("name", "files", "said"),
    [
        ("sentiment", {"x.test.jsonl": '{"text": "a", "label": "b"}'}, "has no examples; pass a task with some"),
        (
            "sentiment",
            {"x.train.jsonl": '{"text": "a", "label": "b"}\n{"text": "c", "label": "d"}'},
            "has no 'test' part",
        ),
        ("choice", {"x.test.jsonl": '{"prompt": "a", "options": ["b", "c"], "answer": 0}'}, "knows the task kinds"),
        (
            "translation",
            {"x.train.jsonl": '{"source": "a", "target": "b"}\n{"source": "c", "target": "d"}'},
            "does not write",
        ),
    ],
)
def test_a_task_that_cannot_be_learned_is_refused_before_any_work(place, tmp_path, name, files, said):
    for file, row in files.items():
        (tmp_path / file).write_text(row + "\n", encoding="utf-8")
    with pytest.raises(LectError, match=said):
        adapt(
            place / "encoder", phrases("fo", 300, 1), tmp_path / "out", language="fao", budget="0.01MB", seeds=1,
            tasks=[f"{name}={tmp_path}"],
        )  # fmt: skip
    assert not (tmp_path / "out").exists()


KILLED = """
import sys
from lect import worlds
from lect.adaptation.adapting import adapt
text = worlds.phrases("fo", 500, seed=1, sentences_per_document=6)
adapt(sys.argv[1], text, sys.argv[2], language="fao", budget="0.02MB", seeds=1, vocab="extend")
"""


@pytest.mark.slow
def test_kills_at_random_moments_change_nothing(place, tmp_path):
    command = [sys.executable, "-c", KILLED, str(place / "decoder")]
    started = time.monotonic()
    subprocess.run([*command, str(tmp_path / "whole")], check=True)
    whole = time.monotonic() - started
    generator, kills = random.Random(0), 0
    while not (tmp_path / "killed").exists() and kills < 4:
        process = subprocess.Popen([*command, str(tmp_path / "killed")])
        try:
            process.wait(timeout=generator.uniform(0.3, 0.9) * whole)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
        if not kills:  # the machine became faster meanwhile: strike earlier
            shutil.rmtree(tmp_path / "killed")
            whole /= 2
            continue
        finished = (tmp_path / "killed" / "lect.json").exists()
        assert finished or not (tmp_path / "killed").exists(), "a folder with its final name is whole"
    subprocess.run([*command, str(tmp_path / "killed")], check=True)
    assert kills >= 1
    assert stable(tmp_path / "killed") == stable(tmp_path / "whole")
    assert (tmp_path / "killed" / "model.safetensors").read_bytes() == (
        tmp_path / "whole" / "model.safetensors"
    ).read_bytes()


def test_the_plan_follows_what_was_measured_and_what_there_is(place):
    model, text = load(place / "decoder"), phrases("fo", 300, 1)
    diagnosis = diagnose(model, text, language="fo")
    assert plan(model, text, diagnosis, Options(retain=True)).vocab == "extend"
    assert plan(model, text, diagnosis, Options()).vocab == "replace"
    assert plan(model, text, diagnosis, Options(vocab="trim")).vocab == "trim"
    own = phrases("en", 300, 0) + phrases("da", 300, 0)
    assert plan(model, own, diagnosis, Options()).vocab in ("keep", "trim")
    lexicon = plan(model, text, diagnosis, Options(lexicon=True))
    assert lexicon.rows.startswith("lexicon")
    assert len(lexicon.reasons) > len(plan(model, text, diagnosis, Options()).reasons)
    assert all(reason.text and reason.source for reason in lexicon.reasons)
    with pytest.raises(LectError, match="vocab must be one of"):
        Options(vocab="shrink")


def test_a_new_vocabulary_is_no_larger_than_the_text_can_fill():
    text = phrases("fo", 300, 1)
    assert new_size(text, 4.0, 50_000) == 2_000 // 64 * 64
    assert new_size(text, 4.0, 1_000) == 1_000 // 64 * 64
