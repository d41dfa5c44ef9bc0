"""Making a datasheet: gather, and write page, Markdown and values into a folder beside the corpus."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lect.adaptation.datasheets.rendering import render_page
from lect.adaptation.datasheets.writing import write_markdown
from lect.artifacts.errors import LectError
from lect.artifacts.outputs import produce
from lect.corpus.describing.folders import open_corpus
from lect.corpus.describing.gathering import gather


def describe(corpus: Any, out: str | Path | None = None, *, samples: int = 3, seed: int = 0) -> Path:
    """Write the datasheet of a corpus: what is in it, where it is from, what was dropped and why; return its folder.

    The folder holds `datasheet.html` (opens offline), `datasheet.md` (in the order of Gebru et al. 2021, "Datasheets for
    datasets", with marked places for what only its makers know), `datasheet.json` (every figure) and `lect.json`.
    `corpus` is a folder of `lect corpus build`, or any text, of which less is known. `out` is by default the name of the
    corpus with `-datasheet`, beside it. `samples` documents are shown of what was kept and of each reason for dropping.

    >>> describe("corpus")  # doctest: +SKIP
    """
    if samples < 0:
        raise LectError(f"samples is a number of documents, 0 or more, not {samples}")
    opened = open_corpus(corpus)

    def fill(folder: Path) -> None:
        said, date = gather(opened, samples=samples, seed=seed), datetime.now(UTC).date().isoformat()
        pages = {
            "datasheet.json": json.dumps(said.to_json(), ensure_ascii=False, indent=1) + "\n",
            "datasheet.html": render_page(said, date),
            "datasheet.md": write_markdown(said, date),
        }
        for name, content in pages.items():
            (folder / name).write_text(content, encoding="utf-8", errors="replace")

    return produce(
        _beside(corpus) if out is None else out,
        fill,
        verb="corpus.describe",
        arguments={"samples": samples},
        inputs={"corpus": opened},
        seed=seed,
    )


def _beside(corpus: Any) -> Path:
    """Return the place of the datasheet: inside the corpus it would no longer be the folder that its `lect.json` hashed."""
    if not isinstance(corpus, (str, Path)) or any(mark in str(corpus) for mark in "*?["):
        raise LectError("out is not given, and this corpus is no file or folder to write beside. Pass out='folder'.")
    path = Path(corpus).resolve()
    return path.with_name(f"{path.name}-datasheet")
