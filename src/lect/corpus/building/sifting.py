"""One step on a text by itself: what it keeps becomes a corpus, with the rest, the reasons and the ledger beside it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow

from lect.artifacts.outputs import discard, produce
from lect.artifacts.texts import Text
from lect.corpus.batching import group
from lect.corpus.building.storing import store
from lect.corpus.shards import finish, mend_manifest, to_table, write_shard

Decision = tuple[Sequence[str], Mapping[str, Sequence[Any]]]
"""(reasons, further columns by name), one entry for each document"""
_OWN = ("reason", "bytes")


def sift_into(
    out: str | Path,
    text: Text,
    decide: Callable[[Text], Decision],
    *,
    verb: str,
    arguments: dict[str, Any],
    inputs: Mapping[str, Any] | None = None,
) -> Path:
    """Write what `decide` keeps of a text as a corpus folder: parts, `dropped/`, `ledger.json`, `lect.json`.

    The folder is that of `build`. A document's bytes are those of its text in UTF-8.
    """

    def make(folder: Path) -> dict[str, Any]:
        read = folder / "work" / "read"
        _spool(text, read)
        reasons, columns = decide(text)
        decided = pyarrow.table({"reason": list(reasons)} | {name: list(values) for name, values in columns.items()})
        ledger = store(read, decided, folder)
        discard(folder / "work")
        return {"ledger": ledger.to_json()}

    return produce(out, make, verb=verb, arguments=arguments, inputs={"text": text, **(inputs or {})})


def _spool(text: Text, folder: Path) -> None:
    """Write the documents of a text as shards of rows, none of which is dropped yet."""
    done = len(mend_manifest(folder))
    rows = (
        {name: value for name, value in document.items() if name not in _OWN}
        | {"bytes": len(document["text"].encode("utf-8", "surrogatepass")), "reason": ""}
        for document in text
    )
    total = 0
    for number, some in enumerate(group(rows, lambda row: int(row["bytes"]))):
        total += len(some)
        if number >= done:
            size = sum(row["bytes"] for row in some)
            write_shard(folder, f"shard-{number:05}.parquet", to_table(some), size=size)
    finish(folder, total)
