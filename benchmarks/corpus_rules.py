r"""Rules side by side with datatrove: megabytes of text a CPU second, and whether the two decide alike.

The three filters Gopher quality, Gopher repetition and FineWeb quality over the same documents of real text in nine
languages, with stop words of all nine, as datatrove ships them (spaCy) and with a `\w+` tokenizer put in. datatrove
leaves off at the first rule that a document fails; lect measures all statistics of all rule sets and then decides. Each
side is one process and one thread; only the work is timed, not imports and reading. Run it with

    python benchmarks/corpus_rules.py --peers /path/to/venv/bin/python [--megabytes 20]

Goal: at least 3 times as fast as datatrove with a regex tokenizer, 11 times as fast as it is shipped. Measured (x86_64,
two busy cores, Python 3.11.7, numpy 2.4.6, datatrove 0.10.1; 5,568 documents, 19.8 MB; better of two runs, spaCy one):

    lect, all statistics                   17.66 MB/CPU-s   kept 3,228
    datatrove, \w+                          1.61 MB/CPU-s   kept 4,340   lect is 11.0 times as fast
    datatrove, the tokens of lect           1.65 MB/CPU-s   kept 3,228   lect is 10.7 times as fast
    datatrove as shipped (spaCy)            0.39 MB/CPU-s   kept 3,309   lect is 45.8 times as fast

On the same tokens the two give the same reason, filter by filter, for every one of the 5,568 documents. (A bullet such
as •, a blank line or white space before a line end would make them differ; there are next to none in this text.)
"""

import argparse
import gzip
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from importlib import metadata
from pathlib import Path

from lect.corpus.rules.stop_words import learn_stop_words

LANGUAGES = ("eng", "fao", "isl", "eus", "fin", "swa", "sme", "kaz", "cat")
PEER = r"""
import importlib.metadata, json, re, sys, time
import regex
from datatrove.data import Document
from datatrove.pipeline.filters import FineWebQualityFilter, GopherQualityFilter, GopherRepetitionFilter
from datatrove.utils import word_tokenizers
mode, source, target, stop = sys.argv[1:]
words = {"words": re.compile(r"\w+"), "tokens": regex.compile(r"\w+|[^\w\s]+")}.get(mode)
class Tokenizer:
    def word_tokenize(self, text):
        return words.findall(text)
if words:
    word_tokenizers.load_word_tokenizer = lambda language: Tokenizer()
texts = [json.loads(line) for line in open(source, encoding="utf-8")]
filters = [GopherQualityFilter(stop_words=json.loads(stop)), GopherRepetitionFilter(), FineWebQualityFilter()]
filters[0].filter(Document(text="Load the tokenizer.", id="0"))
started = time.process_time()
stream = (Document(text=text, id=str(number)) for number, text in enumerate(texts))
for one in filters:
    stream = one.run(stream)
kept = [document.id for document in stream]
said = {"seconds": time.process_time() - started, "kept": len(kept), "version": importlib.metadata.version("datatrove")}
if mode == "tokens":
    said["reasons"] = [[answer[1] if isinstance(answer := one.filter(Document(text=text, id="0")), tuple) else ""
                        for text in texts] for one in filters]
json.dump(said, open(target, "w"))
"""
NAMES = {
    "gopher_short_doc": "gopher_words", "gopher_long_doc": "gopher_words",
    "gopher_below_avg_threshold": "gopher_mean_word_length", "gopher_above_avg_threshold": "gopher_mean_word_length",
    "gopher_too_many_hashes": "gopher_hashes", "gopher_too_many_ellipsis": "gopher_ellipses",
    "gopher_too_many_bullets": "gopher_bullet_lines", "gopher_too_many_end_ellipsis": "gopher_ellipsis_lines",
    "gopher_below_alpha_threshold": "gopher_alphabetic_words", "gopher_enough_stop_words": "gopher_stop_words",
    "dup_para_frac": "gopher_duplicate_paragraphs", "dup_para_char_frac": "gopher_duplicate_paragraph_characters",
    "dup_line_frac": "gopher_duplicate_lines", "dup_line_char_frac": "gopher_duplicate_line_characters",
    **{f"top_{n}_gram": f"gopher_top_{n}_gram" for n in (2, 3, 4)},
    **{f"duplicated_{n}_n_grams": f"gopher_duplicate_{n}_grams" for n in range(5, 11)},
    "empty": "fineweb_empty", "line_punct_ratio": "fineweb_terminal_lines", "short_line_ratio": "fineweb_short_lines",
    "char_dup_ratio": "fineweb_duplicate_lines", "list_ratio": "fineweb_line_breaks", "": "",
}  # fmt: skip
LECT = r"""
import json, sys, time
from lect.corpus.rules.measuring import measure
from lect.corpus.rules.rule_sets import decide, rules_of
_, source, target, stop = sys.argv[1:]
texts = [json.loads(line) for line in open(source, encoding="utf-8")]
measure(["Load the tables."], language="eng")
started = time.process_time()
table = measure(texts, language="eng", stop_words=json.loads(stop))
reasons = decide(table, rules_of("gopher", "gopher_repetition", "fineweb"))
said = {"seconds": time.process_time() - started, "kept": reasons.count("")}
said["reasons"] = [decide(table, rules_of(name)) for name in ("gopher", "gopher_repetition", "fineweb")]
json.dump(said, open(target, "w"))
"""


def documents(data, megabytes):
    """Return documents of 5 to 60 lines from running text of several languages, as many bytes of each, and stop words."""
    found, stop = [], set()
    for language in LANGUAGES:
        with gzip.open(data / "lm_text" / f"{language}.train.txt.gz", "rt", encoding="utf-8") as file:
            lines = file.read().split("\n")
        stop |= learn_stop_words(lines[:2000])
        left, number = megabytes * 1e6 / len(LANGUAGES), 0
        while left > 0 and lines:
            size = 5 + len(found) * 7 % 56
            text, lines = "\n".join(lines[:size]), lines[size:]
            left -= len(text.encode())
            number += 1
            found += [text] if text.strip() else []
    return found, sorted(stop)


def run(python, code, mode, source, stop):
    """Run one side; return what it says, the better of two runs (spaCy: one)."""
    target, said = source.with_name("said.json"), []
    call = [python, "-c", code, mode, str(source), str(target), json.dumps(stop)]
    for _ in range(1 if mode == "spacy" else 2):
        subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
        said.append(json.loads(target.read_text()))
    return min(said, key=lambda one: one["seconds"])


def compare(texts, ours, theirs):
    """Print how many documents get the same answer from each filter, and the most frequent differences."""
    for name, mine, other in zip(("Gopher quality", "Gopher repetition", "FineWeb"), ours, theirs, strict=True):
        pairs = Counter((a, NAMES[b]) for a, b in zip(mine, other, strict=True))
        same = sum(count for (a, b), count in pairs.items() if a == b)
        print(
            f"{name}: the same answer for {same:,} of {len(texts):,} documents, {1 - pairs['', ''] / len(texts):.1%} dropped"
        )
        for (a, b), count in pairs.most_common():
            if a != b:
                print(f"    {count:5,}  lect {a or 'keeps'}, datatrove {b or 'keeps'}")


def main():
    """Measure all sides and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--peers", default=os.environ.get("LECT_PEERS"), help="python of an environment with datatrove")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("LECT_SHARED_DATA", "../shared/data")))
    parser.add_argument("--megabytes", type=float, default=20)
    options = parser.parse_args()
    texts, stop = documents(options.data, options.megabytes)
    size = sum(len(text.encode()) for text in texts) / 1e6
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "texts.jsonl"
        source.write_text("\n".join(json.dumps(text, ensure_ascii=False) for text in texts), encoding="utf-8")
        began = time.time()
        ours = run(sys.executable, LECT, "lect", source, stop)
        sides = {mode: run(options.peers, PEER, mode, source, stop) for mode in ("words", "tokens", "spacy")}
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, numpy {metadata.version('numpy')}, "
          f"datatrove {sides['words']['version']}; {len(texts):,} documents, {size:.1f} MB; {time.time() - began:.0f} s in all")  # fmt: skip
    rate = size / ours["seconds"]
    print(f"lect, all statistics                  {rate:6.2f} MB/CPU-s   kept {ours['kept']:,}")
    labels = {
        "words": "datatrove, \\w+",
        "tokens": "datatrove, the tokens of lect",
        "spacy": "datatrove as shipped (spaCy)",
    }
    for mode, label in labels.items():
        theirs = size / sides[mode]["seconds"]
        print(
            f"{label:36}  {theirs:6.2f} MB/CPU-s   kept {sides[mode]['kept']:,}   lect is {rate / theirs:.1f} times as fast"
        )
    compare(texts, ours["reasons"], sides["tokens"]["reasons"])


if __name__ == "__main__":
    main()
