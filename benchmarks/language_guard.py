"""How often the language guard is wrong: text in the language that is said, and text in another.

    python benchmarks/language_guard.py TABLE.tsv.gz

TABLE has one column a language, named by its code (FLORES, NTREX): each column is read as text of its own language, then of Faroese. The guard's
constants were chosen on FLORES dev, UDHR and Leipzig samples, so only a table that is none of these (NTREX-128) tells how well it does.
"""

import gzip
import sys
from collections import Counter
from pathlib import Path

from lect import corpus, languages, read
from lect.artifacts.errors import LectError

SENTENCES = 200


def columns(path: Path) -> dict[str, list[str]]:
    """Return the columns of the table that are named by a language."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        names = next(file).rstrip("\n").split("\t")
        rows = [line.rstrip("\n").split("\t") for _, line in zip(range(SENTENCES), file, strict=False)]
    found = {}
    for index, name in enumerate(names):
        if name in ("row", "document"):  # row is also the code of a language
            continue
        try:
            languages.find(name)
        except LectError:
            continue
        found[name] = [row[index] for row in rows if row[index].strip()]
    return found


def main() -> None:
    """Print how often each verdict was given, and where it was wrong."""
    table = columns(Path(sys.argv[1]))
    right, covered, wrong = Counter[str](), 0, Counter[str]()
    for name, sentences in table.items():
        check = corpus.check_language(read(sentences), name)
        covered += check.covered
        right[check.verdict] += 1
        if check.verdict != "ok":
            print(f"{name} as itself: {check.verdict}, {check.reading}")
        if languages.find(name).iso639_3 != "fao":
            verdict = corpus.check_language(read(sentences), "fao").verdict
            wrong[verdict] += 1
            if verdict != "wrong":
                print(f"{name} as Faroese: {verdict}")
    print(f"{len(table)} columns, {covered} of them covered by CLDR")
    print(f"right language: {dict(right)}; another language given as Faroese: {dict(wrong)}")


if __name__ == "__main__":
    main()
