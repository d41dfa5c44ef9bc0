"""Vectors without a compiler beside fastText on the same words: `python benchmarks/static_vectors.py [epochs …]`.

Reads the real data of ../shared/data (or of $LECT_SHARED_DATA). Prints CPU seconds, and two figures of quality: how often
the nearest neighbor of a Faroese word is another form of the same lemma (UniMorph), and how often a held-out word of one
Bible finds its translation in the other (P@1; the dictionary are mutually best words of the verse alignment by Dice).
fastText's skip-gram is the peer (fasttext-wheel 0.9.2), one thread, its own number of epochs (5) unless others are given;
where it is not installed, that is said. lect's constants were chosen on the Faroese words and on English-Spanish.

Measured on a busy two-core machine, 100 dimensions, CPU seconds for Faroese (0.62 million words) and for both Bibles:
- counts alone (`spectral`)        1.7 and 2.2    same lemma  5.5 %    P@1 by CSLS 0.635, whitened 0.711
- with n-grams (the default)       2.9 and 3.1    same lemma 51.0 %    P@1 by CSLS 0.612, whitened 0.697
- fastText, 5 epochs              45.1 and 58.5   same lemma 32.8 %    P@1 by CSLS 0.303, whitened 0.303
More epochs would help fastText on so little text; how much was not measured.
"""

import csv
import gzip
import os
import sys
import tempfile
import time
import zlib
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy import sparse

from lect.artifacts.texts import read
from lect.vocab.spaces.cooccurrences import read_stream
from lect.vocab.spaces.mapping import map_vectors, unit
from lect.vocab.spaces.retrieving import RULES, hubness, retrieval_accuracy
from lect.vocab.spaces.vectors import Vectors, spectral, spectral_with_ngrams, static_vectors

DATA = Path(os.environ.get("LECT_SHARED_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
DIMENSION, WINDOW, MINIMUM = 100, 5, 5
LANGUAGES = ("eng_web", "deu_1912")


def rows(path):
    """Yield the rows of a packed table."""
    with gzip.open(DATA / path, "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def as_words(strings):
    """Return documents as the words that lect reads, between spaces, so that both sides see the same."""
    stream = read_stream(strings, minimum=1)
    named = np.array(stream.words, dtype=object)[stream.ids]
    return [" ".join(part) for part in np.split(named, np.flatnonzero(np.diff(stream.documents)) + 1)]


def with_fasttext(epochs):
    """Return a maker of fastText's skip-gram vectors."""
    import fasttext

    def make(documents):
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            file.write("\n".join(documents))
            file.flush()
            model = fasttext.train_unsupervised(
                file.name, dim=DIMENSION, ws=WINDOW, minCount=MINIMUM, epoch=epochs, thread=1, verbose=0
            )
        words = [word for word in model.get_words() if word != "</s>"]
        return Vectors(words, np.stack([model.get_word_vector(word) for word in words]).astype(np.float32))

    return make


def with_lect(method):
    """Return a maker of lect's vectors."""
    return lambda documents: static_vectors(
        documents, dimension=DIMENSION, window=WINDOW, minimum=MINIMUM, method=method
    )


def inflections(vectors):
    """Return (words asked, share whose nearest neighbor is a form of the same lemma, expected share at random)."""
    lemmas, forms = defaultdict(set), defaultdict(set)
    at = {word: row for row, word in enumerate(vectors.words)}
    for row in rows("unimorph_fao/fao.tsv.gz"):
        if (place := at.get(row["form"].lower())) is not None:
            forms[row["lemma"].lower()].add(place)
            lemmas[place].add(row["lemma"].lower())
    gold = {place: set().union(*(forms[lemma] for lemma in names)) - {place} for place, names in lemmas.items()}
    asked = sorted(place for place, others in gold.items() if others)
    matrix = unit(vectors.matrix)
    cosines = matrix[asked] @ matrix.T
    cosines[np.arange(len(asked)), asked] = -2
    hits = [best in gold[place] for place, best in zip(asked, cosines.argmax(axis=1).tolist(), strict=True)]
    chance = np.mean([len(gold[place]) for place in asked]) / len(vectors.words)
    return len(asked), float(np.mean(hits)), float(chance)


def verse_dictionary(left, right, fewest=10, least=0.3):
    """Return words that are each other's best by Dice over verses; those found in `fewest` verses together."""
    sides = []
    for documents in (left, right):
        at, places, verses = {}, [], []
        for verse, document in enumerate(documents):
            found = [at.setdefault(word, len(at)) for word in dict.fromkeys(document.split())]
            places += found
            verses += [verse] * len(found)
        shape = (len(documents), len(at))
        sides.append((list(at), sparse.csr_array((np.ones(len(places)), (verses, places)), shape=shape)))
    (left_words, A), (right_words, B) = sides
    both = (A.T @ B).tocoo()
    kept = both.data >= fewest
    i, j, together = (side[kept] for side in (*both.coords, both.data))
    dice = 2 * together / (A.sum(axis=0)[i] + B.sum(axis=0)[j])
    order = np.lexsort((j, i, -dice))
    best_of_left, best_of_right = {}, {}
    for place in order.tolist():
        best_of_left.setdefault(i[place], place)
        best_of_right.setdefault(j[place], place)
    return [
        (left_words[i[place]], right_words[j[place]])
        for place in best_of_left.values()
        if best_of_right[j[place]] == place and dice[place] >= least
    ]


def bibles():
    """Return the verses that both translations have, as words: two lists of equal length."""
    verses = [row for part in ("ot", "nt") for row in rows(f"bible/bible_{part}.tsv.gz")]
    kept = [row for row in verses if all(any(map(str.isalpha, row[name])) for name in LANGUAGES)]
    return [as_words([row[name] for row in kept]) for name in LANGUAGES]


def report(name, make, faroese, sides, seed_pairs, held):
    """Print one maker's seconds and figures."""
    start = time.process_time()
    vectors = make(faroese)
    seconds = time.process_time() - start
    asked, share, chance = inflections(vectors)
    print(f"\n{name}\n  Faroese: {seconds:.1f} CPU s, {len(vectors.words):,} words; "
          f"a form of the same lemma is nearest for {share:.1%} of {asked:,} (chance {chance:.2%})")  # fmt: skip
    start = time.process_time()
    source, target = (make(side) for side in sides)
    print(f"  {' + '.join(LANGUAGES)}: {time.process_time() - start:.1f} CPU s")
    for method in ("orthogonal", "whitened"):
        mapped = map_vectors(source, target, seed_pairs, method=method)
        found = {rule: retrieval_accuracy(mapped.source, mapped.target, held, rule=rule) for rule in RULES}
        hubs = {rule: hubness(mapped.source, mapped.target, rule=rule) for rule in ("nearest", "csls")}
        one = found["csls"]
        print(f"  {method}, P@1: " + ", ".join(f"{rule} {each.at[1]:.3f}" for rule, each in found.items())
              + f"; csls P@5 {one.at[5]:.3f}, P@10 {one.at[10]:.3f}; {len(one.hits)} words, coverage "
              f"{one.coverage:.2f}, chance {one.chance:.5f}; hubness {hubs['nearest']:.2f}, csls {hubs['csls']:.2f}")  # fmt: skip


def main():
    """Run lect's two methods, then fastText."""
    faroese = as_words(read(DATA / "lm_text" / "fao.train.txt.gz"))
    sides = bibles()
    pairs = verse_dictionary(*sides)
    held = [pair for pair in pairs if pair[0] != pair[1] and zlib.crc32(pair[0].encode()) % 4 == 0]
    seed_pairs = [pair for pair in pairs if zlib.crc32(pair[0].encode()) % 4]
    print(f"{len(seed_pairs)} pairs of words map the Bibles, {len(held)} are held out")
    makers = {f"lect, {method.__name__}": with_lect(method) for method in (spectral, spectral_with_ngrams)}
    try:
        makers |= {
            f"fastText skip-gram, {epochs} epochs": with_fasttext(epochs) for epochs in map(int, sys.argv[1:] or [5])
        }
    except ImportError:
        print("the peer is not installed: no fastText figures (pip install fasttext-wheel)")
    for name, make in makers.items():
        report(name, make, faroese, sides, seed_pairs, held)


if __name__ == "__main__":
    main()
