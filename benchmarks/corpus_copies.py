"""Near copies in 100 MB of real text: lect, bare Daft, rensa and datatrove, as whole processes in the same run.

The text: documents of 0.5 to 8 kB from ../shared/data (lm_text, bible), 31,000 with the planted copies of every tenth:
the same text, or 1, 2, 5, 10 or 20 % of its words replaced. All read the same JSONL file, write the kept ids, and use
24 bands of 5 rows over runs of three words; only lect also checks every candidate exactly and gives reasons and clusters.

    python benchmarks/corpus_copies.py --peers PYTHON_OF_THE_PEERS [--megabytes 100] [--only lect1 daft]

`--peers` (or $LECT_PEERS) names the interpreter that has daft, rensa, datatrove and pyarrow.

Goals: at most 1.15 times the time of bare Daft and 1.3 times its memory, at most 1.1 times the time of rensa on one core.
Measured on a shared two-core machine (AMD EPYC, Python 3.11, numpy 2.4, daft 0.7.26, rensa 0.5.0) at a load of 8 to 9, where
wall times say little. From parquet, CPU seconds: lect 2.9 (one thread and two alike), Daft 2.3, so 1.25 times: not reached;
memory 159 MB against 416. From JSONL: lect 4.0 on one thread, rensa 5.5 in the same run, 0.73 times (0.98 in an earlier one).
Of the pairs with 1, 2, 5 and 10 % of the words edited, lect drops 1.00, 1.00, 1.00, .76, Daft 1.00, 1.00, .995, .70.
"""

import argparse
import gzip
import json
import os
import platform
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpus_processes import timed

DATA = Path(os.environ.get("LECT_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
CACHE = Path(tempfile.gettempdir()) / "lect_corpus_copies"
SHARES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2)  # of the words, replaced in a planted copy

LECT = """
import json, sys
from functools import partial
from pathlib import Path
from lect.corpus.copies.engines import across_threads
from lect.corpus.copies.finding import find_copies
from lect.artifacts.texts import read
if __name__ == "__main__":
    source, out, workers, kind = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
    source = source if kind == "jsonl" else source.with_suffix("")
    copies = find_copies(source, across=across_threads(workers) if workers > 1 else map)
    import pyarrow.parquet
    ids = (
        [json.loads(line)["id"] for line in open(source, encoding="utf-8")] if kind == "jsonl" else
        [id_ for file in sorted(source.glob("*.parquet")) for id_ in pyarrow.parquet.read_table(file, columns=["id"])["id"].to_pylist()]
    )
    json.dump([id_ for id_, reason in zip(ids, copies.reasons, strict=True) if not reason], open(out, "w"))
"""
CLUSTER = """
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
def kept(signatures, bands):
    rows, edges = signatures.reshape(len(signatures), bands, -1), []
    for band in range(bands):
        keys = np.ascontiguousarray(rows[:, band]).view(f"V{rows.shape[2] * 4}").ravel()
        order = np.argsort(keys, kind="stable")
        same = np.flatnonzero(keys[order][1:] == keys[order][:-1])
        edges.append(np.stack([order[same], order[same + 1]]))
    first, second = np.concatenate(edges, axis=1)
    graph = coo_array((np.ones(len(first), bool), (first, second)), shape=(len(rows), len(rows)))
    return np.unique(connected_components(graph, directed=False)[1], return_index=True)[1]
"""
DAFT = (
    """
import json, os, sys
os.environ["DO_NOT_TRACK"] = "1"
import daft
"""
    + CLUSTER
    + """
kind = sys.argv[4]
frame = daft.read_json(sys.argv[1]) if kind == "jsonl" else daft.read_parquet(sys.argv[1].removesuffix(".jsonl") + "/*.parquet")
table = frame.select("id", daft.col("text").minhash(num_hashes=120, ngram_size=3)).to_arrow()
signatures = table["text"].combine_chunks().flatten().to_numpy().astype("uint32").reshape(-1, 120)
ids = table["id"].to_pylist()
json.dump([ids[place] for place in kept(signatures, 24)], open(sys.argv[2], "w"))
"""
)
RENSA = (
    """
import json, sys
import rensa
"""
    + CLUSTER
    + """
ids, rows = [], []
for line in open(sys.argv[1], encoding="utf-8"):
    row = json.loads(line)
    words = row["text"].split()
    sketch = rensa.RMinHash(num_perm=120, seed=42)
    sketch.update([" ".join(words[at : at + 3]) for at in range(max(len(words) - 2, 1))])
    ids.append(row["id"]); rows.append(np.array(sketch.digest(), dtype=np.uint32))
json.dump([ids[place] for place in kept(np.stack(rows), 24)], open(sys.argv[2], "w"))
"""
)
DATATROVE = """
import json, re, sys, shutil, tempfile
from pathlib import Path
import datatrove.utils.word_tokenizers as tokenizers
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashConfig, MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
import datatrove.pipeline.dedup.minhash as minhash
WORD = re.compile(r"\\w+")
class Cheap:
    def word_tokenize(self, text):
        return WORD.findall(text)
minhash.load_word_tokenizer = lambda language: Cheap()
def main():
    source, work = Path(sys.argv[1]), Path(tempfile.mkdtemp())
    shards = work / "in"; shards.mkdir()
    lines = open(source, encoding="utf-8").readlines()
    for part in range(2):
        (shards / f"{part}.jsonl").write_text("".join(lines[part::2]), encoding="utf-8")
    config = MinhashConfig(n_grams=3, num_buckets=24, hashes_per_bucket=5)
    folder = lambda name: str(work / name)
    reader = lambda: JsonlReader(str(shards))
    stages = [
        ([reader(), MinhashDedupSignature(folder("sig"), config=config, language="eng", skip_existing_sigs=False)], 2),
        ([MinhashDedupBuckets(folder("sig"), folder("buckets"), config=config)], 24),
        ([MinhashDedupCluster(folder("buckets"), folder("remove"), config=config)], 1),
        ([reader(), MinhashDedupFilter(folder("remove")), JsonlWriter(folder("kept"), compression=None)], 2),
    ]
    for number, (steps, tasks) in enumerate(stages):
        LocalPipelineExecutor(pipeline=steps, tasks=tasks, workers=2, logging_dir=folder(f"logs{number}")).run()
    rows = (json.loads(line) for file in (work / "kept").glob("*.jsonl") for line in open(file, encoding="utf-8"))
    json.dump([row["id"] for row in rows], open(sys.argv[2], "w"))
    shutil.rmtree(work)
if __name__ == "__main__":
    main()
"""
SYSTEMS = {  # name → script, whether a peer, workers, what it reads
    "lect1": (LECT, False, "1", "jsonl"),
    "lect2": (LECT, False, "2", "jsonl"),
    "lect1-parquet": (LECT, False, "1", "parquet"),
    "lect2-parquet": (LECT, False, "2", "parquet"),
    "daft": (DAFT, True, "2", "jsonl"),
    "daft-parquet": (DAFT, True, "2", "parquet"),
    "rensa": (RENSA, True, "1", "jsonl"),
    "datatrove": (DATATROVE, True, "2", "jsonl"),
}


def source_lines() -> Iterator[list[str]]:
    """Yield the lines of each text with spaces between its words: those of lm_text, and the columns of the Bibles."""
    for file in sorted((DATA / "lm_text").glob("*.train.txt.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as stream:
            yield [line.strip() for line in stream if line.strip()]
    for name in ("nt", "ot"):
        with gzip.open(DATA / "bible" / f"bible_{name}.tsv.gz", "rt", encoding="utf-8") as stream:
            header, *rows = (line.rstrip("\n").split("\t") for line in stream)
        for column in range(1, len(header)):
            cells = [row[column] for row in rows if len(row) > column and row[column]]
            if sum(cell.count(" ") for cell in cells) > 3 * len(cells):
                yield cells


def documents(megabytes: float, seed: int = 0) -> Iterator[dict[str, str]]:
    """Yield documents of 0.5 to 8 kB and, of every tenth, a copy; the texts come round again, with words replaced."""
    chance, made, lap = random.Random(seed), 0.0, 0
    while made < megabytes:
        for name, lines in enumerate(source_lines()):
            words = [word for line in lines[:2000] for word in line.split()]
            for number, text in enumerate(_cut(lines, chance)):
                text = replace_words(text, 0.3, words, chance) if lap else text
                row = {"id": f"{lap}-{name}-{number}", "text": text}
                yield row
                made += len(text.encode()) / 1e6
                if chance.random() < 0.1:
                    share = chance.choice(SHARES)
                    copy = replace_words(text, share, words, chance)
                    yield {"id": f"{row['id']}-copy-{share}", "text": copy}
                    made += len(copy.encode()) / 1e6
                if made >= megabytes:
                    return
        lap += 1


def _cut(lines: list[str], chance: random.Random) -> Iterator[str]:
    held: list[str] = []
    size, wanted = 0, chance.randrange(500, 6000)
    for line in lines:
        held.append(line)
        size += len(line.encode())
        if size >= wanted:
            yield "\n".join(held)
            held, size, wanted = [], 0, chance.randrange(500, 6000)


def replace_words(text: str, share: float, words: list[str], chance: random.Random) -> str:
    """Return the text with a share of its words replaced by other ones."""
    lines = [line.split(" ") for line in text.split("\n")]
    places = [(row, column) for row, line in enumerate(lines) for column in range(len(line))]
    for row, column in chance.sample(places, round(share * len(places))):
        lines[row][column] = chance.choice(words)
    return "\n".join(" ".join(line) for line in lines)


def make_corpus(megabytes: float, file: Path) -> None:
    """Write the documents as one JSONL file and, in a folder of the same name, as parquet shards of 50 MB."""
    import pyarrow
    import pyarrow.parquet

    rows = list(documents(megabytes))
    random.Random(1).shuffle(rows)
    file.parent.mkdir(exist_ok=True)
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    folder = file.with_suffix("")
    folder.mkdir(exist_ok=True)
    shards = max(2, round(megabytes / 50))
    size = -(-len(rows) // shards)
    for part in range(shards):
        table = pyarrow.Table.from_pylist(rows[part * size : (part + 1) * size])
        pyarrow.parquet.write_table(table, folder / f"part-{part:05}.parquet")


def caught(kept: Path, corpus: Path) -> dict[str, str]:
    """Return share of words edited → share of the pairs of which one was dropped; and what was dropped without a copy."""
    ids = [json.loads(line)["id"] for line in corpus.open(encoding="utf-8")]
    stays = set(json.loads(kept.read_text()))
    copies = {id_: id_.split("-copy-") for id_ in ids if "-copy-" in id_}
    found = {str(share): [0, 0] for share in SHARES}
    for id_, (original, share) in copies.items():
        found[share][0] += not {id_, original} <= stays
        found[share][1] += 1
    alone = set(ids) - set(copies) - {original for original, _ in copies.values()}
    shares = {share: f"{hits / max(number, 1):.3f}" for share, (hits, number) in found.items()}
    return shares | {"alone dropped": f"{len(alone - stays) / max(len(alone), 1):.4f}", "kept": str(len(stays))}


def main() -> None:
    """Print seconds, CPU seconds, peak memory and recall of each system: the better of two runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default=os.environ.get("LECT_PEERS"))
    parser.add_argument("--megabytes", type=float, default=100)
    parser.add_argument("--only", nargs="*", default=list(SYSTEMS))
    parser.add_argument("--runs", type=int, default=2)
    options = parser.parse_args()
    corpus = CACHE / f"docs-{options.megabytes:g}.jsonl"
    if not corpus.exists():
        make_corpus(options.megabytes, corpus)
    print(platform.processor() or platform.machine(), platform.python_version(), f"{os.cpu_count()} cores", corpus)
    for name in options.only:
        script, peer, workers, kind = SYSTEMS[name]
        if peer and not options.peers:
            print(f"{name}: skipped, no --peers")
            continue
        file, out = CACHE / f"run_{name}.py", CACHE / f"{name}.json"
        file.write_text(script)
        command = [options.peers if peer else sys.executable, str(file), str(corpus), str(out), workers, kind]
        seconds, cpu, peak = min(timed(command) for _ in range(options.runs))
        print(
            f"{name:14} {seconds:6.2f} s {cpu:6.2f} CPU-s {peak:5.0f} MB  load {os.getloadavg()[0]:.1f} ",
            caught(out, corpus),
        )


if __name__ == "__main__":
    main()
