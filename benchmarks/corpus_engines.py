"""Copies in a corpus five times the memory budget: seconds, CPU seconds and peak memory of every engine.

The text: parquet shards of 50 MB; the first 90 MB are documents of ../shared/data, then the same again and again with
30 % of the words replaced by others of the same text, and an exact copy of each fiftieth document. The folder is made
anew where it is missing, and removed with `--remove`. Every system is a process of its own, with all that it starts.

    python benchmarks/corpus_engines.py --peers PYTHON_OF_THE_PEERS [--gigabytes 1.6] [--only threads2 daft] [--remove]

`daft` is bare Daft (signatures in Daft, bands sorted by numpy), which has no exact check, reasons or clusters.

Measured once on a shared two-core machine (AMD EPYC, daft 0.7.26) at loads of 7 to 12, 1.6 GB: lect on two threads 276 MB at
most, less than a fifth of the corpus, 56 CPU seconds; Daft 1,413 MB, 26 CPU seconds. Words drawn from 40 languages stand in
every document here, so that each is brought to Unicode NFC, which Daft does not do: probably why the ratio is not 1.25, as at 100 MB.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

from benchmarks.corpus_copies import CACHE, DAFT, documents
from benchmarks.corpus_processes import timed

LECT = """
import hashlib, json, sys
from pathlib import Path
from lect.corpus.copies import engines
from lect.corpus.copies.finding import find_copies
if __name__ == "__main__":
    source, out, across = Path(sys.argv[1]), sys.argv[2], eval(sys.argv[3], vars(engines))
    copies = find_copies(source, across=across)
    reasons = {reason or "kept": copies.reasons.count(reason) for reason in set(copies.reasons)}
    digest = hashlib.sha256("\\n".join(copies.reasons).encode() + copies.cluster.tobytes() + copies.size.tobytes())
    Path(out).write_text(json.dumps(reasons | {"documents": len(copies.reasons), "sha256": digest.hexdigest()[:12]}))
"""
SYSTEMS = {
    "one": "map",
    "threads2": "across_threads(2)",
    "processes2": "across_processes(2)",
    "lect-daft": "across_daft(2)",
    "lect-ray": "across_daft(2, ray='local')",
    "daft": None,
}
SHARD = 50e6  # bytes of text


def make_shards(gigabytes: float, folder: Path) -> None:
    """Write parquet shards with this much text."""
    import numpy as np
    import pyarrow
    import pyarrow.parquet

    chance = np.random.default_rng(0)
    base = [row["text"].split(" ") for row in documents(90)]
    words = np.array([word for text in base[::10] for word in text], dtype=object)
    folder.mkdir(parents=True)
    rows: list[dict[str, str]] = []
    made = size = shard = number = 0
    while made < gigabytes * 1e9:
        own = base[number % len(base)].copy()
        if number >= len(base):
            places = np.flatnonzero(chance.random(len(own)) < 0.3)
            for place, word in zip(places.tolist(), chance.choice(words, len(places)).tolist(), strict=True):
                own[place] = word
        text = " ".join(own)
        copies = 2 if number % 50 == 0 else 1
        rows += [{"id": f"{number}-{copy}", "text": text} for copy in range(copies)]
        size += len(text.encode()) * copies
        number += 1
        if size >= SHARD:
            pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), folder / f"part-{shard:05}.parquet")
            made, rows, size, shard = made + size, [], 0, shard + 1


def main() -> None:
    """Print one line for each engine, and whether all gave the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default=os.environ.get("LECT_PEERS"))
    parser.add_argument("--gigabytes", type=float, default=1.6)
    parser.add_argument("--only", nargs="*", default=list(SYSTEMS))
    parser.add_argument("--remove", action="store_true")
    options = parser.parse_args()
    folder = CACHE / f"shards-{options.gigabytes:g}"
    if not folder.exists():
        make_shards(options.gigabytes, folder)
    print(f"{options.gigabytes:g} GB; a fifth of it is {options.gigabytes * 200:.0f} MB of memory")
    for name in options.only:
        across, script, out = SYSTEMS[name], CACHE / f"engine_{name}.py", CACHE / f"engine_{name}.json"
        if across is None and not options.peers:
            print(f"{name}: skipped, no --peers")
            continue
        script.write_text(DAFT if across is None else LECT)
        arguments = [str(folder), str(out), "2", "parquet"] if across is None else [str(folder), str(out), across]
        seconds, cpu, peak = timed([options.peers if across is None else sys.executable, str(script), *arguments])
        said = "" if across is None else out.read_text()
        print(
            f"{name:10} {seconds:6.1f} s {cpu:6.1f} CPU-s {peak:5.0f} MB  load {os.getloadavg()[0]:.1f} ",
            said,
            flush=True,
        )
    if options.remove:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
