"""Commands, their help and their names; what is mistyped is answered in a line."""

import json
import subprocess
import sys

import pytest
from tests.unit.commands.lines import expect_message

from lect import cli


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("adapd", "Unknown command"),
        ("vocab lern", "Unknown command"),
        ("pretrain --text a.txt --budjet 3MB", "--budget"),
        ("vocab learn a.txt --out out --size many", "many"),
        ("vocab learn a.txt --out out --kind morfessor", "morfessor"),
        ("vocab learn a.txt", "--out"),
        ("languages", "--name"),
        ("recipe run no-such-recipe", "no-such-recipe"),
        ("score task base nerr=x", "NAME=PATH"),
    ],
)
def test_a_mistyped_command_is_answered_in_one_line(lect, tmp_path, monkeypatch, line, said):
    monkeypatch.chdir(tmp_path)
    expect_message(lect(*line.split()), said)
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_costs_no_traceback_in_a_process_of_its_own():
    line = [sys.executable, "-m", "lect", "compare", "nowhere", "nowhere"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("lect: nowhere holds no results.jsonl")
    assert done.stderr.count("\n") == 1


def test_ctrl_c_says_how_to_go_on(lect, monkeypatch):
    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("lect.languages.finding.find", stop)
    done = lect("languages", "fao")
    assert done.code == 130
    assert "Nothing is lost" in done.err


def test_a_mistake_of_ours_keeps_its_traceback(monkeypatch):
    def fail(_):
        raise RuntimeError("ours")

    monkeypatch.setattr("lect.languages.finding.find", fail)
    with pytest.raises(RuntimeError, match="ours"):
        cli.main(["languages", "fao"])


HELP = """
import contextlib, io, json, sys
from lect.cli import COMMANDS, main
said = {}
for name in COMMANDS:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            main([*name.split(), "--help"])
        except SystemExit as end:
            assert not end.code, name
    said[name] = out.getvalue()
print(json.dumps([said, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def test_help_of_every_command_is_light():
    done = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said, modules = json.loads(done.stdout)
    assert len(said) == len(cli.COMMANDS) == 44
    for name, text in said.items():
        assert f"Usage: lect {name}" in text, name
        assert len(text.splitlines()) > 3, name
    assert "lect" in modules
    assert not {"torch", "transformers", "tokenizers", "numpy", "scipy", "pyarrow", "babel"} & set(modules)


def test_every_group_and_command_has_its_line(lect):
    text = lect("--help").out
    top = {name.split()[0] for name in cli.COMMANDS}
    assert all(f" {name} " in text for name in top)
    assert set(cli.GROUPS) == {name.rpartition(" ")[0] for name in cli.COMMANDS} - {""}
    for group in cli.GROUPS:
        leaves = [name.rpartition(" ")[2] for name in cli.COMMANDS if name.rpartition(" ")[0] == group]
        listed = lect(*group.split(), "--help").out
        assert all(f" {leaf} " in listed for leaf in leaves)
