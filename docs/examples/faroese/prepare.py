"""Gather what the base models of this example read besides English and Icelandic: Danish, Norwegian and Swedish sentences.

    python prepare.py DATA OUT.jsonl

DATA is the folder of the data sets named in README.md. Tatoeba sentences and the development parts of three treebanks; no test part, no FLORES,
no NTREX.
"""

import gzip
import json
import sys
from pathlib import Path

TATOEBA = {"dan": "dan", "nob": "nob", "nno": "nno", "swe": "swe"}
TREEBANKS = {"dan": "da_ddt-dev", "nob": "no_bokmaal-dev", "swe": "sv_talbanken-dev"}


def sentences(data: Path):
    """Yield (language, source, sentence)."""
    with gzip.open(data / "tatoeba_eng" / "tatoeba_eng.tsv.gz", "rt", encoding="utf-8") as file:
        for line in file:
            language, text, _ = line.rstrip("\n").split("\t")
            if language in TATOEBA:
                yield language, "tatoeba", text
    for language, treebank in TREEBANKS.items():
        with gzip.open(data / "ud" / f"{treebank}.conllu.gz", "rt", encoding="utf-8") as file:
            for line in file:
                if line.startswith("# text = "):
                    yield language, treebank, line.removeprefix("# text = ").strip()


data, out = Path(sys.argv[1]), Path(sys.argv[2])
with out.open("w", encoding="utf-8") as file:
    for language, source, text in sentences(data):
        file.write(json.dumps({"text": text, "language": language, "source": source}, ensure_ascii=False) + "\n")
