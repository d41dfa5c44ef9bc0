"""The page on vocabularies: its blocks run and print what it shows, its pictures exist and are what their script draws."""

import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from tests.docs.test_readme import PYTHON, blocks, commands, runnable, status

ROOT = Path(__file__).resolve().parents[2]
PAGE, PICTURES = ROOT / "docs" / "vocabulary.md", ROOT / "docs" / "pictures"
RUN = 10  # blocks that must run; adding a block means adding one here
SHOWN = re.compile(r"^```text\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"!\[(?P<said>[^\]]+)\]\(pictures/(?P<name>\w+)\.svg\)")


@pytest.fixture(scope="module")
def markdown():
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture
def draw(monkeypatch):
    monkeypatch.syspath_prepend(str(PICTURES))
    for name in ("draw", "specimens", "strokes"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    import draw

    return draw


def lines_of(output):
    """Return lines of output without rounding errors such as 1.2e-07, which differ from processor to processor."""
    return [re.sub(r"\d\.\de[+-]\d+", "…", line) for line in output.splitlines()]


def promised(markdown):
    """Return the lines of output that the page shows."""
    lines = [line for match in SHOWN.finditer(markdown) for line in lines_of(match["body"])]
    for block in blocks(markdown):
        if block.kind not in PYTHON:
            lines += [line for line in lines_of(block.body) if not line.startswith("$ ")]
    return lines


def test_the_blocks_run_and_print_what_the_page_shows(markdown, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    namespace, ran = {"__name__": "__main__"}, 0
    for block in filter(runnable, blocks(markdown)):
        if block.kind in PYTHON:
            exec(compile("\n" * (block.line - 1) + block.body, str(PAGE), "exec"), namespace)
        for arguments in commands(block.body):
            assert not status(arguments, monkeypatch), f"line {block.line}: lect {' '.join(arguments)}"
        ran += 1
    printed = set(lines_of(capsys.readouterr().out))
    assert ran == RUN
    assert len(promised(markdown)) > 10
    assert [line for line in promised(markdown) if line not in printed] == []


def test_the_page_names_every_picture_once_and_all_are_well_formed(markdown, draw):
    named = [match["name"] for match in NAMED.finditer(markdown)]
    assert sorted(named) == sorted(draw.PICTURES) == sorted(path.stem for path in PICTURES.glob("*.svg"))
    for name in named:
        root = ElementTree.parse(PICTURES / f"{name}.svg").getroot()
        title, ground = root[0], root[1]
        assert title.text == root.get("aria-label")
        assert ground.get("fill") == "#fcfcfa", (
            f"{name}: without a background of its own it cannot be read on dark pages"
        )


def test_the_marks_of_the_table_of_methods_are_there_once(markdown):
    from lect.recipes.advising import BEGIN, END

    lines = markdown.splitlines()
    assert (lines.count(BEGIN), lines.count(END)) == (1, 1)
    assert lines.index(BEGIN) < lines.index(END)


def test_every_builder_of_the_room_is_in_the_table(markdown):
    from lect import vocab

    builders = {name for name in dir(vocab) if name.endswith("_rows")}
    assert len(builders) > 8
    assert {name for name in builders if f"`{name}" not in markdown} == set()


@pytest.mark.parametrize("name", ["extension", "kinds"])
def test_the_script_draws_the_bytes_of_the_repository(draw, name):
    assert draw.PICTURES[name]() == (PICTURES / f"{name}.svg").read_text(encoding="utf-8")
