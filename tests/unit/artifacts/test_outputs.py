"""Outputs: whole or not at all, never overwritten, and traceable to the raw text."""

import errno
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from lect.artifacts import outputs
from lect.artifacts.errors import LectError
from lect.artifacts.loading import load
from lect.artifacts.outputs import produce, run_key
from lect.artifacts.texts import read


@pytest.fixture
def text(tmp_path):
    file = tmp_path / "text.txt"
    file.write_text("Gott kvøld\n")
    return read(file)


def run(out, make, text, *, verb="test", seed=0, **arguments):
    return produce(out, make, verb=verb, arguments=arguments, inputs={"text": text}, seed=seed)


def fill(folder):
    (folder / "sub").mkdir(exist_ok=True)
    (folder / "sub" / "a.txt").write_text("made")
    return {"notes": {"kept": 3}}


def test_the_folder_says_what_made_it(tmp_path, text):
    out = run(tmp_path / "deep" / "out", fill, text, size=3)
    assert out == tmp_path / "deep" / "out"
    assert sorted(p.name for p in out.parent.iterdir()) == ["out"]
    assert sorted(p.name for p in out.iterdir()) == ["lect.json", "sub"]
    said = json.loads((out / "lect.json").read_text())
    assert {"verb": "test", "arguments": {"size": 3}, "seed": 0, "notes": {"kept": 3}}.items() <= said.items()
    assert said["outputs"] == {"sub/a.txt": hashlib.sha256(b"made").hexdigest()}
    assert said["key"] == run_key("test", {"size": 3}, {"text": text}, 0)
    assert said["signature"].startswith("test|seed:0|lect:")
    assert {"python", "torch", "transformers"} <= set(said["versions"])
    assert said["seconds"] >= 0
    assert said["peak_memory_mb"] > 1


def test_the_same_run_is_skipped(tmp_path, text):
    out = run(tmp_path / "out", fill, text)
    before = (out / "lect.json").stat().st_mtime_ns

    def never(_):
        raise AssertionError

    assert run(out, never, text) == out
    assert (out / "lect.json").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"size": 4}, "size was 3, now 4"),
        ({"seed": 7}, "seed was 0, now 7"),
        ({"verb": "other"}, "verb was 'test', now 'other'"),
        ({"more": True}, "more was None, now True"),
        ({"text": read(["another"])}, "the input files or the version of lect have changed"),
    ],
)
def test_another_run_is_refused_with_what_differs(tmp_path, text, change, said):
    out = run(tmp_path / "out", fill, text, size=3)
    before = {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}
    with pytest.raises(LectError) as error:
        run(out, fill, **{"text": text, "size": 3} | change)
    assert f"{out} holds the output of another run ({said})" in str(error.value)
    assert {file: file.read_bytes() for file in out.rglob("*") if file.is_file()} == before


def test_another_version_of_lect_is_another_run(tmp_path, text, monkeypatch):
    out = run(tmp_path / "out", fill, text)
    monkeypatch.setattr(outputs, "version", lambda: "99")
    with pytest.raises(LectError, match="the version of lect have changed"):
        run(out, fill, text)


@pytest.mark.parametrize("foreign", ["out", "out.partial"])
def test_what_lect_did_not_write_is_left_alone(tmp_path, text, foreign):
    (tmp_path / foreign).mkdir()
    (tmp_path / foreign / "thesis.txt").write_text("mine")
    with pytest.raises(LectError, match=r"was not written by lect|is not an interrupted run of lect"):
        run(tmp_path / "out", fill, text)
    assert [p.name for p in (tmp_path / foreign).iterdir()] == ["thesis.txt"]


def test_a_file_in_the_way_is_left_alone(tmp_path, text):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(LectError, match="already exists and was not written by lect"):
        run(tmp_path / "out", fill, text)
    assert (tmp_path / "out").read_text() == "mine"


def test_a_run_that_fails_leaves_no_final_name_and_resumes(tmp_path, text):
    def break_off(folder):
        (folder / "half").write_text("1")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        run(tmp_path / "out", break_off, text, size=3)
    assert not (tmp_path / "out").exists()
    assert (tmp_path / "out.partial" / "run.json").is_file()
    with pytest.raises(LectError, match=r"an unfinished run of other settings \(size was 3, now 4\)"):
        run(tmp_path / "out", fill, text, size=4)

    def resume(folder):
        assert (folder / "half").read_text() == "1"
        (folder / "half").write_text("2")

    out = run(tmp_path / "out", resume, text, size=3)
    assert sorted(p.name for p in out.iterdir()) == ["half", "lect.json"]
    assert not (tmp_path / "out.partial").exists()


def test_a_run_that_fails_before_it_made_anything_leaves_nothing(tmp_path, text):
    def refuse(_):
        raise LectError("size is too small")

    with pytest.raises(LectError, match="size is too small"):
        run(tmp_path / "out", refuse, text, size=3)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["text.txt"]
    assert run(tmp_path / "out", fill, text, size=4).is_dir()


KILLED = """
import os
from lect.artifacts.outputs import produce
from lect.artifacts.texts import read
def make(folder):
    (folder / "half").write_text("1")
    os._exit(9)
produce("out", make, verb="test", arguments={"size": 3}, inputs={"text": read("text.txt")}, seed=0)
"""


def test_a_killed_process_leaves_no_final_name_and_resumes(tmp_path, text, monkeypatch):
    done = subprocess.run([sys.executable, "-c", KILLED], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 9, done.stderr
    assert not (tmp_path / "out").exists()
    monkeypatch.chdir(tmp_path)
    out = run("out", lambda folder: {"found": (folder / "half").read_text()}, text, size=3)
    assert json.loads((out / "lect.json").read_text())["found"] == "1"


def test_a_parent_that_cannot_be_written_is_named(tmp_path, text):
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file" / "out", Path("/proc/nowhere/out")):
        with pytest.raises(LectError, match=f"cannot write to {out.parent}: .* Choose another --out"):
            run(out, fill, text)
        assert not out.exists()


def raise_(error):
    raise error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "quota exceeded"),
        (OSError(errno.EROFS, "Read-only file system"), "Read-only file system"),
        (Exception("I/O error: No space left on device (os error 28)"), "No space left on device"),  # safetensors
    ],
)
def test_a_disk_that_refuses_is_said_so_and_nothing_is_final(tmp_path, text, error, said):
    def make(folder):
        (folder / "half").write_text("1")
        raise_(error)

    with pytest.raises(LectError) as found:
        run(tmp_path / "out", make, text)
    assert f"cannot write to {tmp_path / 'out.partial'}" in str(found.value)
    assert said in str(found.value)
    assert not (tmp_path / "out").exists()
    assert run(tmp_path / "out", fill, text).is_dir()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a device that is always full")
def test_a_disk_that_is_really_full(tmp_path, text):
    def make(folder):
        (folder / "big").symlink_to("/dev/full")
        (folder / "big").write_text("x" * 100_000)

    with pytest.raises(LectError, match="No space left on device"):
        run(tmp_path / "out", make, text)
    assert not (tmp_path / "out").exists()


def test_a_full_disk_behind_an_error_without_reason(tmp_path, text, monkeypatch):
    def make(folder):
        (folder / "half").write_text("1")
        raise RuntimeError("PytorchStreamWriter failed writing file")

    with pytest.raises(RuntimeError, match="PytorchStreamWriter"):
        run(tmp_path / "out", make, text)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    with pytest.raises(LectError, match="No space left on device"):
        run(tmp_path / "out", make, text)


def test_an_input_that_may_not_be_read_is_no_question_of_the_output(tmp_path, text):
    error = PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "secret.txt"))
    with pytest.raises(PermissionError):
        run(tmp_path / "out", lambda _: raise_(error), text)


def test_a_disk_that_fills_up_with_the_record_leaves_no_final_name(tmp_path, text, monkeypatch):
    def full(file, content):
        raise_(OSError(errno.ENOSPC, "No space left on device")) if file.name == "lect.json" else write(file, content)

    write = outputs._write_json
    monkeypatch.setattr(outputs, "_write_json", full)
    with pytest.raises(LectError, match="No space left on device"):
        run(tmp_path / "out", fill, text)
    assert not (tmp_path / "out").exists()


def test_the_chain_leads_back_to_the_raw_text(tmp_path, text, model):
    first = produce(
        tmp_path / "first", lambda f: model.save(f) and None, verb="new", arguments={}, inputs={"text": text}
    )
    second = produce(
        tmp_path / "second",
        lambda f: load(first).save(f) and None,
        verb="copy",
        arguments={},
        inputs={"model": load(first)},
    )
    third = produce(tmp_path / "third", fill, verb="score", arguments={}, inputs={"model": load(second), "text": text})
    said = json.loads((third / "lect.json").read_text())
    assert [one["name"] for one in said["inputs"]] == ["model", "text"]
    steps, node = [], said
    while "inputs" in node:
        steps.append(node["verb"])
        node = node["inputs"][0]
        node = node.get("history", node)
    assert steps == ["score", "copy", "new"]
    (source,) = node["sources"]
    raw = (tmp_path / "text.txt").read_bytes()
    assert (source["sha256"], source["bytes"]) == (hashlib.sha256(raw).hexdigest(), len(raw))
    assert said["inputs"][0]["folder"] == str(second)


def test_a_second_process_takes_part_and_leaves_the_record_to_the_first(tmp_path, text, monkeypatch):
    out = tmp_path / "out"
    monkeypatch.setenv("RANK", "1")

    def make(folder):
        (folder / "lect.json").write_text("{}")
        folder.rename(out)  # as the first process does at the end

    (tmp_path / "out.partial").mkdir()
    (tmp_path / "out.partial" / "run.json").write_text("{}")
    assert run(out, make, text) == out
    assert (out / "lect.json").read_text() == "{}"
