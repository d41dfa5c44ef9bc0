"""Language identification beside fastText, floret and scikit-learn: quality in another domain, and documents a second.

    python benchmarks/corpus_identification.py DATA --peers PYTHON

DATA is the folder of real data: learned from nine tenths of the lines of lid_leipzig and udhr, tested on FLORES-200 devtest for every language
that both have. PYTHON is an interpreter with the peers (default: $LECT_PEERS). They get the same lines, lower-cased and balanced to (n/N)^0.3
as OpenLID does, and of two settings each the one that is better on 250 rows of FLORES dev. All times are CPU seconds of one thread.
"""

import argparse
import hashlib
import json
import os
import platform
import subprocess
import tempfile
import time
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from lect.artifacts.bitexts import read_tsv_rows
from lect.artifacts.errors import LectError
from lect.corpus.identification.cleaning import label_lines, language_label
from lect.corpus.identification.confusions import Confusions, count_confusions
from lect.corpus.identification.gathering import gather_labeled
from lect.corpus.identification.identifying import Identifier
from lect.corpus.identification.learning import learn_identifier
from lect.corpus.identification.saving import write_identifier

SHORT = 20  # characters
CLOSE = ("dan nob nno swe", "isl fao", "hrv bos srp", "ces slk", "spa glg cat por", "ind msa", "zho")
SETTINGS = {
    "fasttext": [{"epoch": 20, "lr": 0.5, "dim": 64}, {"epoch": 50, "lr": 1.0, "dim": 64}],
    "floret": [{"epoch": 20, "lr": 0.5, "dim": 64}, {"epoch": 50, "lr": 1.0, "dim": 64}],
    "scikit-learn": [{"alpha": 1e-6, "max_iter": 10}, {"alpha": 1e-7, "max_iter": 10}],
}
PEER = r"""
import json, os, random, sys, time
job = json.load(open(sys.argv[1])); name, setting = sys.argv[2], json.loads(sys.argv[3])
clean = lambda text: " ".join(text.lower().split())
random.seed(0)
total = sum(map(len, job["seen"].values()))
shares = {label: (len(lines) / total) ** 0.3 for label, lines in job["seen"].items()}
rows = []
for label, lines in sorted(job["seen"].items()):
    wanted, drawn = max(1, round(shares[label] / sum(shares.values()) * total)), []
    while len(drawn) < wanted:
        drawn += random.sample(lines, len(lines))
    rows += [(label, clean(line)) for line in drawn[:wanted]]
random.shuffle(rows)
texts = {part: [clean(text) for text in job[part]] for part in ("dev", "test", "short")}
start = time.process_time()
if name == "scikit-learn":
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import SGDClassifier
    hashed = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=1 << 18, alternate_sign=False)
    model = SGDClassifier(loss="log_loss", tol=None, random_state=0, **setting)
    model.fit(hashed.transform([text for _, text in rows]), [label for label, _ in rows])
    predict = lambda texts: model.predict(hashed.transform(texts)).tolist()
    size = model.coef_.nbytes
else:
    module = __import__(name)
    open(sys.argv[1] + ".txt", "w").write("".join("__label__%s %s\n" % row for row in rows))
    more = {"mode": "fasttext"} if name == "floret" else {}
    model = module.train_supervised(
        sys.argv[1] + ".txt", minn=2, maxn=5, bucket=1000000, minCount=1, thread=1, verbose=0, **setting, **more)
    def predict(texts):
        said = model.f.multilinePredict([text + "\n" for text in texts], 1, 0.0, "strict")
        column = next(part for part in said if isinstance(part[0][0], str))
        return [labels[0].replace("__label__", "") for labels in column]
    model.save_model(sys.argv[1] + ".bin"); size = os.path.getsize(sys.argv[1] + ".bin")
learned = time.process_time() - start
best = None
for _ in range(2):
    start = time.process_time(); said = predict(texts["test"]); spent = time.process_time() - start
    best = spent if best is None else min(best, spent)
json.dump({"dev": predict(texts["dev"]), "test": said, "short": predict(texts["short"]), "learned": learned,
           "speed": len(said) / best, "megabytes": size / 1e6}, open(sys.argv[1] + ".out", "w"))
"""


def flores(file: Path, rows: int) -> dict[str, list[str]]:
    """Return label → the first rows of each column."""
    names, read = read_tsv_rows(file)
    table = list(read(names, True))[:rows]
    found = {}
    for name in names:
        try:
            found[language_label(name)] = [str(row[name]) for row in table]
        except LectError:  # a column of numbers
            continue
    return found


def job(data: Path) -> dict[str, Any]:
    """Return the lines to learn from, and texts and labels of FLORES."""
    kept = label_lines(gather_labeled([data / "lid_leipzig", data / "udhr"], megabytes=100)).kept()
    dev, test = (
        flores(data / "flores200" / f"flores200_{part}.tsv.gz", rows)
        for part, rows in (("dev", 250), ("devtest", 1012))
    )
    seen = {label: [line for line in lines if not _left_out(line)] for label, lines in kept.items() if label in test}
    said = {"seen": seen}
    for part, table in (("dev", dev), ("test", test)):
        said[part] = [text for label in seen for text in table[label]]
        said[f"{part}_gold"] = [label for label in seen for _ in table[label]]
    return said | {"short": [text[:SHORT] for text in said["test"]]}


def _left_out(line: str) -> bool:
    """Leave out a tenth of the lines, by a hash of their own: the test is in another domain, so they are not used."""
    digest = hashlib.blake2b(line.encode("utf-8", "surrogatepass"), digest_size=4, person=b"lect-lid").digest()
    return int.from_bytes(digest, "big") < 0.1 * 2**32


def means(found: Confusions) -> tuple[float, float]:
    """Return macro F1 and the mean false positive rate in percent."""
    return float(np.mean(list(found.f1().values()))), 100 * float(np.mean(list(found.false_positive_rates().values())))


def row(name: str, gold: list[str], said: dict[str, Any]) -> Confusions:
    """Print a system's line of the table."""
    full, short = (count_confusions(gold, said[part]) for part in ("test", "short"))
    (f1, fpr), (f1_short, fpr_short) = means(full), means(short)
    shown = [f"{value:.4f}" for value in (f1, fpr, f1_short, fpr_short)]
    cost = [f"{said['learned']:.1f}", f"{said['speed']:.0f}", f"{said['megabytes']:.1f}"]
    print(" | ".join([f"{name:60}", *shown, *cost]), flush=True)
    return full


def ours(work: dict[str, Any]) -> tuple[dict[str, Any], Identifier]:
    """Learn and apply our identifier; abstention is off, as the peers have none."""
    start = time.process_time()
    known = learn_identifier(work["seen"])
    learned, spent, kernel = time.process_time() - start, [], []
    for _ in range(3):
        start = time.process_time()
        known.sums(work["test"])
        kernel.append(time.process_time() - start)
        start = time.process_time()
        known.identify(work["test"])
        spent.append(time.process_time() - start)
    print(
        f"API {len(work['test']) / min(spent):.0f} documents/s, {min(kernel) / min(spent):.3f} of the bare sums of n-grams"
    )
    top = {part: [best[0][0] for best in known.identify(work[part]).top(1)] for part in ("dev", "test", "short")}
    with tempfile.TemporaryDirectory() as folder:
        size = (write_identifier(known, folder) / "identifier.safetensors").stat().st_size
    return top | {"learned": learned, "speed": len(work["test"]) / min(spent), "megabytes": size / 1e6}, known


def peer(name: str, work: dict[str, Any], python: str) -> tuple[str, dict[str, Any]]:
    """Return the better setting of a peer, by macro F1 on dev, and what it said."""
    tried = []
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "job").write_text(json.dumps(work))
        for setting in SETTINGS[name]:
            command = [python, "-c", PEER, f"{folder}/job", name, json.dumps(setting)]
            subprocess.run(command, check=True, env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": ""})
            said = json.loads((Path(folder) / "job.out").read_text())
            tried.append((means(count_confusions(work["dev_gold"], said["dev"]))[0], f"{name} {setting}", said))
    _, chosen, said = max(tried, key=lambda one: one[0])
    return chosen, said


def main() -> None:
    """Print the table, the languages apart, the close pairs, and what abstaining does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--peers", default=os.environ.get("LECT_PEERS"))
    options = parser.parse_args()
    work = job(options.data)
    gold = work["test_gold"]
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("numpy", "torch"))
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, {versions}")
    lines = sum(map(len, work["seen"].values()))
    print(f"{len(work['seen'])} languages, {lines} lines to learn from, {len(gold)} test sentences")
    said, known = ours(work)
    print("system | F1 | FPR % | F1 of 20 characters | FPR % | CPU s to learn | documents/s | MB")
    tables = {"lect": row("lect", gold, said)}
    for name in SETTINGS if options.peers else ():
        chosen, theirs = peer(name, work, options.peers)
        tables[name] = row(chosen, gold, theirs)
        print(f"  documents/s of lect / {name}: {said['speed'] / theirs['speed']:.2f}")
    found = known.identify(work["test"])
    kept = [(one, other) for one, other in zip(gold, found.labels, strict=True) if other != "und"]
    right = np.mean([one == other for one, other in kept])
    print(
        f"und below {known.threshold:.2f}: {1 - len(kept) / len(gold):.1%} of the sentences; of the others {right:.2%} are right"
    )
    for names in CLOSE:
        close(names.split(), tables)
    rates = tables["lect"].false_positive_rates()
    print(
        "language F1 FPR%:",
        ", ".join(f"{label} {f1:.3f} {100 * rates[label]:.3f}" for label, f1 in tables["lect"].f1().items()),
    )


def close(codes: list[str], tables: dict[str, Confusions]) -> None:
    """Print F1 of close languages, and how often our identifier takes one for another."""
    names = [name for name in tables["lect"].names if name.split("_")[0] in codes]
    for system, table in tables.items():
        print(f"{system:14}", {name: round(table.f1()[name], 3) for name in names}, end="  ")
    places = [tables["lect"].names.index(name) for name in names]
    print("gold × said:", tables["lect"].table[np.ix_(places, places)].tolist())
    if missing := set(codes) - {name.split("_")[0] for name in names}:
        print("  no text or no test here:", ", ".join(sorted(missing)))


if __name__ == "__main__":
    main()
