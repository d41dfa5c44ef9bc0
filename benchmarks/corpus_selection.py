"""Good text against a crawl of which half is spoiled: lect's graders beside fastText, on the same documents in one run.

    python benchmarks/corpus_selection.py TEXT --peers /path/to/venv/bin/python

TEXT is clean running text, a sentence or document a line. The peer is fastText's supervised classifier (word bigrams, lower case, as FineWeb2-HQ
uses it, without its search for settings) in the environment of `--peers` (default $LECT_PEERS), each step the better of two in CPU seconds.
"""

import argparse
import json
import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lect import read
from lect.artifacts.outputs import version
from lect.corpus.choosing.selecting import find_threshold
from lect.corpus.grading.classifiers import contrast
from lect.corpus.grading.fluency import learn_fluency
from lect.corpus.grading.linear_models import JoinedFeatures
from lect.corpus.grading.measures import auc
from lect.corpus.grading.ngrams import HashedNgrams
from lect.corpus.grading.planting import deal, spoil

SHARES = {"known": 0.15, "good": 0.25, "web": 0.15, "web spoiled": 0.15, "test": 0.15, "test spoiled": 0.15}
PEER = """
import json, sys, time
import fasttext
folder = sys.argv[1]
texts = json.load(open(folder + "/test.json"))
trained, read = [], []
for _ in range(2):
    start = time.process_time()
    model = fasttext.train_supervised(folder + "/train.txt", wordNgrams=2, thread=1, verbose=0)
    trained.append(time.process_time() - start)
    start = time.process_time()
    labels, shares = model.predict(texts, k=2)
    read.append(time.process_time() - start)
scores = [float(dict(zip(l, p))["__label__good"]) for l, p in zip(labels, shares)]
json.dump({"train": min(trained), "read": min(read), "scores": scores}, open(folder + "/peer.json", "w"))
"""


def best(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of the better of two runs, and what came of it."""
    seconds, found = [], None
    for _ in range(2):
        start = time.process_time()
        found = work()
        seconds.append(time.process_time() - start)
    return min(seconds), found


def run_peer(interpreter: str, good: list[str], web: list[str], test: list[str]) -> dict[str, Any]:
    """Train and apply fastText in its own environment."""
    with tempfile.TemporaryDirectory() as folder:
        flat = [
            (label, " ".join(one.lower().split())) for label, some in (("good", good), ("web", web)) for one in some
        ]
        Path(folder, "train.txt").write_text(
            "".join(f"__label__{label} {one}\n" for label, one in flat), encoding="utf-8"
        )
        Path(folder, "test.json").write_text(
            json.dumps([" ".join(one.lower().split()) for one in test]), encoding="utf-8"
        )
        subprocess.run([interpreter, "-c", PEER, folder], check=True)
        return json.loads(Path(folder, "peer.json").read_text(encoding="utf-8"))


def main() -> None:
    """Print AUC, CPU seconds and the share kept of fresh documents, for lect and the peer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("text")
    parser.add_argument("--peers", default=os.environ.get("LECT_PEERS"))
    chosen = parser.parse_args()
    parts = deal(read(chosen.text, documents="lines"), SHARES)
    good = list(parts["good"].strings())
    web = [*parts["web"].strings(), *spoil(parts["web spoiled"]).strings()]
    clean, bad = list(parts["test"].strings()), list(spoil(parts["test spoiled"]))
    test, wanted = clean + [one["text"] for one in bad], np.arange(len(clean) + len(bad)) < len(clean)
    megabytes = sum(len(one.encode()) for one in test) / 1e6
    print(f"lect {version()}, Python {platform.python_version()}, {platform.machine()}, load {os.getloadavg()[0]:.1f}")
    print(f"{len(good)} good, {len(web)} of the crawl, {len(test)} tested ({megabytes:.2f} MB)")
    learning, fluency = best(lambda: learn_fluency(parts["known"]))
    print(f"fluency learned in {learning:.1f} CPU s")
    for name, features in (
        ("n-grams", HashedNgrams()),
        ("n-grams, fluency", JoinedFeatures((HashedNgrams(), fluency.rows))),
    ):
        train, grader = best(lambda features=features: contrast(good, web, features=features))
        seconds, scores = best(lambda grader=grader: grader.score(test))
        kept = find_threshold(web, grader.score(web), share=0.2).reasons(web, grader.score(web)).count("") / len(web)
        report(name, auc(scores, wanted), train, seconds, len(test))
        print(f"    kept of the crawl at share 0.2: {kept:.4f}; by defect: {by_defect(scores, wanted, bad)}")
    if chosen.peers:
        peer = run_peer(chosen.peers, good, web, test)
        report("fastText", auc(peer["scores"], wanted), peer["train"], peer["read"], len(test))
        print(f"    by defect: {by_defect(np.array(peer['scores']), wanted, bad)}")


def report(name: str, value: float, train: float, seconds: float, documents: int) -> None:
    """Print one line."""
    print(f"{name:18} AUC {value:.4f}, trained in {train:.1f} CPU s, {documents / seconds:,.0f} documents a CPU s")


def by_defect(scores: np.ndarray, wanted: np.ndarray, bad: list[dict[str, Any]]) -> dict[str, float]:
    """Return the AUC of clean documents against those with one defect."""
    found = {}
    for defect in sorted({one["defect"] for one in bad}):
        chosen = scores[~wanted][[one["defect"] == defect for one in bad]]
        found[defect] = round(auc([*scores[wanted], *chosen], [True] * int(wanted.sum()) + [False] * len(chosen)), 3)
    return found


if __name__ == "__main__":
    main()
