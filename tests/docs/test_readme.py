"""README and quickstart are run: Python blocks, and the `$ lect …` lines of console blocks, one after the other.

All blocks of one page share one folder and one namespace, as a reader who copies them would. A block after the comment
`<!-- not run: reason -->` is left out. The blocks of each page are counted, so that none drops out unseen.
"""

import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# page → blocks that must run; adding a block means adding one here
RUN = {"README.md": 2, "docs/quickstart.md": 4, "docs/scoring.md": 5, "docs/corpus.md": 2}
PYTHON, CONSOLE = {"python"}, {"console", "bash", "sh", "shell"}

BLOCK = re.compile(
    r"(?:^<!--\s*not run:(?P<reason>[^>]*)-->\s*\n+)?"  # the comment may stand a blank line above
    r"^```(?P<kind>\w*)[^\n]*\n(?P<body>.*?)^```\s*$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: `line` is where its body begins, `reason` why it is not run."""

    kind: str
    body: str
    line: int
    reason: str | None


def blocks(markdown: str) -> list[Block]:
    """Return the fenced blocks of Python and of the console, in order."""
    found = [
        Block(match["kind"], match["body"], markdown.count("\n", 0, match.start("body")) + 1, match["reason"])
        for match in BLOCK.finditer(markdown)
    ]
    return [block for block in found if block.kind in PYTHON | CONSOLE]


def commands(body: str) -> list[list[str]]:
    """Return the arguments of every `$ lect …` line; a backslash at the end of a line joins it to the next."""
    lines = body.replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True)[2:] for line in lines if line.startswith("$ lect ")]


def runnable(block: Block) -> bool:
    """Tell whether the block holds something that lect runs, and is not marked as left out."""
    return block.reason is None and (block.kind in PYTHON or bool(commands(block.body)))


def status(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> int | str | None:
    """Run the command line in this process, which spares every command the import of torch; return how it ended."""
    from lect.cli import main

    monkeypatch.setattr(sys, "argv", ["lect", *arguments])
    try:
        main()
    except SystemExit as end:
        return end.code
    return 0


@pytest.mark.parametrize("page", RUN)
def test_the_blocks_of_the_page_run(page, tmp_path, monkeypatch):
    markdown = (ROOT / page).read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    namespace, ran = {"__name__": "__main__"}, 0
    for block in filter(runnable, blocks(markdown)):
        if block.kind in PYTHON:
            exec(compile("\n" * (block.line - 1) + block.body, page, "exec"), namespace)  # errors show the page's line
        else:
            for arguments in commands(block.body):
                assert not status(arguments, monkeypatch), f"{page}:{block.line}: lect {shlex.join(arguments)}"
        ran += 1
    assert ran == RUN[page], f"{page}: {ran} blocks ran; is one no longer found, or is RUN to be brought up to date?"


@pytest.mark.parametrize("page", RUN)
def test_every_block_is_run_or_says_why_not(page):
    for block in blocks((ROOT / page).read_text(encoding="utf-8")):
        where = f"{page}:{block.line}"
        assert block.reason is None or len(block.reason.strip()) > 3, f"{where}: say why the block is not run"
        bare = [line for line in block.body.splitlines() if block.kind in CONSOLE and line.startswith("lect ")]
        assert block.reason is not None or not bare, f"{where}: write `$ {bare[0]}`, or mark the block as not run"


PAGE = """text
~~~python
x = 1
~~~
<!-- not run: needs the hub -->

~~~console
$ lect adapt a
~~~
~~~console
$ lect a \\
    --b 'c d'  # note
shown output
~~~
~~~console
$ make venv
~~~
~~~toml
x
~~~
""".replace("~~~", "```")


def test_the_reader_finds_marks_continuations_and_lines():
    first, marked, last, other = blocks(PAGE)
    assert [runnable(block) for block in (first, marked, last, other)] == [True, False, True, False]
    assert (first.line, marked.reason.strip(), commands(last.body)) == (3, "needs the hub", [["a", "--b", "c d"]])
