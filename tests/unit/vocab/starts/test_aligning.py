import csv
import gzip
import random

import numpy as np
import pytest

from lect.artifacts.errors import LectError
from lect.vocab.starts.aligning import LONGEST, align


def best(links):
    """Return word → the word it is linked to most often."""
    return {
        word: links.right[links.counts[[row]].indices[links.counts[[row]].data.argmax()]]
        for row, word in enumerate(links.left)
        if links.counts[[row]].nnz
    }


@pytest.fixture(scope="module")
def moved():
    """Return sentences over 60 made-up nouns and verbs, and their translations with the verb at the end."""
    draw = random.Random(0)
    pairs = []
    for _ in range(600):
        subject, verb, thing = (f"{kind}{int(draw.random() ** 2 * 20)}" for kind in "svo")
        words = [subject, verb, thing, "."]
        if draw.random() < 0.5:  # a word that translates nothing
            words.insert(int(draw.random() * 4), "the")
        pairs.append((" ".join(words), f"{subject.upper()}x {thing}y {verb}z ."))
    return pairs


def test_words_are_linked_across_another_word_order(moved):
    found = best(align(moved))
    assert found[" ."] == " ."
    wanted = {f" s{n}": f" S{n}x" for n in range(20)} | {f" v{n}": f" v{n}z" for n in range(20)}
    wanted |= {f" o{n}": f" o{n}y" for n in range(20)}
    assert sum(found.get(word) == other for word, other in wanted.items()) == len(wanted) == 60


def test_the_hmm_knows_where_words_go():
    """Of two words that always occur together only the order tells which is which: model 1 cannot."""
    pairs = [(f"a b c{n}", f"A B C{n}") for n in range(8)]
    links = align(pairs)
    counts = links.counts.toarray()
    rows, columns = (
        [links.left.index(word) for word in (" a", " b")],
        [links.right.index(word) for word in (" A", " B")],
    )
    square = counts[np.ix_(rows, columns)]
    assert square[0, 0] > 2 * square[0, 1]
    assert square[1, 1] > 2 * square[1, 0]


def test_counts_never_exceed_occurrences(moved):
    links = align(moved)
    for axis, words, side in ((1, links.left, 0), (0, links.right, 1)):
        seen = dict.fromkeys(words, 0)
        for pair in moved:
            for word in pair[side].split():
                seen[f" {word}"] += 1
        sums = links.counts.sum(axis=axis)
        assert all(sums[row] <= seen[word] + 1e-3 for row, word in enumerate(words))


def test_a_word_without_translation_stays_unlinked(moved):
    links = align(moved)
    row = links.left.index(" the")
    assert links.counts[[row]].sum() < 0.1 * sum("the" in left.split() for left, _ in moved)


def test_the_two_directions_are_one(moved):
    there, back = align(moved), align([(b, a) for a, b in moved])
    assert (there.left, there.right) == (back.right, back.left)
    assert abs(there.counts - back.counts.T).max() < 1e-3


def test_the_order_of_pairs_is_nothing(moved):
    one, two = align(moved), align(moved[::-1])
    assert one.left == two.left
    assert abs(one.counts - two.counts).max() < 1e-3
    again = align(moved)
    assert (one.counts.data == again.counts.data).all()


def test_case_is_counted_apart_but_learned_together():
    pairs = [("Hús", "House")] + [(f"eitt hús {n}", f"one house {n}") for n in range(10)]
    found = best(align(pairs))
    assert found[" Hús"] == " House"
    assert found[" hús"] == " house"


def test_words_are_cut_as_they_are_written():
    links = align([("(Hon segði:  don’t!", "x"), ("我爱 你", "I love you")])
    assert sorted(links.left) == sorted([" (", "Hon", " segði", ":", " don’t", "!", " 我", "爱", " 你"])


def test_long_sides_are_left_out_and_said():
    links = align([("a b", "c d"), ("a " * (LONGEST + 1), "c")])
    assert links.skipped == 1
    assert links.left == (" a", " b")


def test_a_side_of_the_greatest_length_is_taken():
    links = align([(" ".join(f"w{n}" for n in range(LONGEST)),) * 2, ("w1", "w1")])
    assert links.skipped == 0
    assert np.isfinite(links.counts.data).all()


def test_nothing_to_align_is_refused():
    with pytest.raises(LectError, match="1 to 128 words"):
        align([("a " * 200, "b")])
    with pytest.raises(LectError, match="iterations is 0"):
        align([("a", "b")], iterations=0)


@pytest.mark.real
def test_bible_verses_yield_a_dictionary(shared_data):
    with gzip.open(shared_data / "bible" / "bible_nt.tsv.gz", "rt", encoding="utf-8") as lines:
        verses = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[:3000]
    found = best(align([(verse["deu_1912"], verse["eng_web"]) for verse in verses]))
    wanted = "Haus house, Gott God, Wasser water, Brot bread, Weg way, siehe behold, sprach said, Leben life, Tag day, nicht not"
    pairs = [pair.split() for pair in wanted.split(", ")]
    assert [found[f" {german}"].lower() for german, _ in pairs] == [f" {english}".lower() for _, english in pairs]
