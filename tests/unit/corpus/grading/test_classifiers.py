"""Good against the crawl: what is learned from no labels, what is saved, and that permuted labels teach nothing."""

from random import Random

import numpy as np
import pytest
from scipy.special import expit

from lect import worlds
from lect.artifacts import read
from lect.artifacts.errors import LectError
from lect.corpus.grading.classifiers import contrast, learn_classifier, likeness, load_classifier
from lect.corpus.grading.measures import auc, spearman, top_precision
from lect.corpus.grading.ngrams import HashedNgrams, Ngrams
from lect.corpus.grading.planting import SPOILERS, spoil
from lect.corpus.grading.registers import confusion, learn_registers

SMALL = HashedNgrams(Ngrams((1, 2), (2, 4)), 1 << 13)


@pytest.fixture(scope="module")
def web():
    """600 phrases, half of them spoiled, as (text, is good), and 200 good ones apart."""
    phrases = [f"{one}." for one in worlds.phrases("fo", 3200, seed=1).strings()]
    lines = [" ".join(phrases[at : at + 4]) for at in range(0, len(phrases), 4)]
    bad = spoil(read(lines[500:800]), defects=["menu", "tags", "repeated"]).strings()
    crawl = [(line, True) for line in lines[200:500]] + [(line, False) for line in bad]
    Random(0).shuffle(crawl)
    return lines[:200], crawl


def _vectors(texts):
    rows = HashedNgrams(Ngrams((0, 0), (1, 3)), 256).counts(texts).toarray()
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


@pytest.mark.parametrize(("features", "hidden"), [(SMALL, 0), (_vectors, 0), (_vectors, 16)])
def test_good_documents_are_told_from_spoiled_ones(web, features, hidden):
    good, crawl = web
    texts, wanted = zip(*crawl, strict=True)
    grader = contrast(good, texts[:300], features=features, hidden=hidden)
    assert auc(grader.score(texts[300:]), wanted[300:]) > 0.9
    labels = Random(1).sample(["good", "web"] * 200, 400)
    permuted = learn_classifier([*good, *texts[:200]], labels, features=features, hidden=hidden)
    assert abs(auc(permuted.score(texts[300:]), wanted[300:]) - 0.5) < 0.25


def test_the_cosine_to_good_examples_is_a_score(web):
    good, crawl = web
    texts, wanted = zip(*crawl, strict=True)
    assert auc(likeness(texts, good, _vectors), wanted) > 0.7
    assert likeness(good[:3], good, _vectors) == pytest.approx(1)


def test_it_is_deterministic_and_blind_to_order(web):
    good, crawl = web
    texts = [text for text, _ in crawl]
    one, other = contrast(good, texts, features=SMALL), contrast(good[::-1], texts[::-1], features=SMALL)
    assert np.array_equal(one.model.weights, other.model.weights)


def test_a_classifier_is_saved_and_read_back(web, tmp_path):
    good, crawl = web
    texts = [text for text, _ in crawl[:50]]
    for name, features in (("ngrams", SMALL), ("vectors", _vectors)):
        learned = contrast(good[:50], texts, features=features, hidden=4 if name == "vectors" else 0)
        folder = learned.save(tmp_path / name)
        again = load_classifier(folder, features=features)
        assert np.allclose(again.probabilities(texts), learned.probabilities(texts), atol=1e-5)
    with pytest.raises(LectError, match="pass features="):
        load_classifier(folder)
    with pytest.raises(LectError, match="wide"):
        load_classifier(folder, features=lambda some: np.ones((len(some), 3))).score(["a"])
    with pytest.raises(LectError, match="no classifier"):
        load_classifier(tmp_path)


def test_the_perceptron_follows_its_slope():
    from lect.corpus.grading.regressions import draw_layer, fit_perceptron, fit_softmax

    random = np.random.default_rng(0)
    rows = random.normal(size=(200, 2))
    gold = ((rows[:, 0] > 0) ^ (rows[:, 1] > 0)).astype(int)  # no line tells these apart
    flat = fit_softmax(rows, gold, 2, 10.0)
    assert ((rows @ flat[:-1] + flat[-1]).argmax(1) == gold).mean() < 0.7
    first, second = fit_perceptron(rows, gold, 2, 10.0, draw_layer(2, 16, 0))
    said = np.maximum(rows @ first[:-1] + first[-1], 0) @ second[:-1] + second[-1]
    assert (said.argmax(1) == gold).mean() > 0.95


def test_registers_are_learned_from_labeled_documents():
    made = {"fo": worlds.phrases("fo", 200, seed=3), "is": worlds.phrases("is", 80, seed=4)}
    documents = [{"text": text, "register": name} for name, some in made.items() for text in some.strings()]
    Random(0).shuffle(documents)
    learned = learn_registers(documents[:200], features=SMALL, strength=10.0)
    gold = [one["register"] for one in documents[200:]]
    found = learned.label([one["text"] for one in documents[200:]])
    assert np.mean([a == b for a, b in zip(found, gold, strict=True)]) > 0.8
    assert sum(confusion(found, gold).values()) == len(gold)
    assert set(learned.label(["xyz"], least=0.99)) == {""}
    with pytest.raises(LectError, match="no 'genre'"):
        learn_registers(documents, column="genre")


def test_measures_by_hand():
    assert auc([0.1, 0.5, 0.5, 0.9], [False, True, False, True]) == pytest.approx((2 + 1.5) / 4)
    assert spearman(np.array([1, 2, 3, 4]), np.array([1, 3, 2, 9])) == pytest.approx(0.8)
    assert spearman(np.ones(3), np.arange(3)) == 0
    assert top_precision(expit(np.arange(10)), np.arange(10) > 7, 0.2) == 1
    with pytest.raises(LectError, match="both sorts"):
        auc([1.0], [True])


@pytest.mark.parametrize("defect", SPOILERS)
def test_a_spoiled_document_keeps_to_its_own_words(defect):
    text = "Ein góður dagur, sum ikki endaði í regni."
    (made,) = spoil(read([text]), defects=[defect])
    assert made["text"] != text
    assert made["defect"] == defect
    letters = set("".join(text.lower().split()))
    assert {c for c in made["text"].lower() if c.isalpha()} <= letters


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: contrast(["a"], ["b"]), "two good texts"),
        (lambda: learn_classifier(["a", "b"], ["x", "x"]), "two or more"),
        (lambda: learn_classifier(["a", "b"], ["x"]), "a label for each"),
        (lambda: learn_classifier(["a", "b"], ["x", "y"], hidden=3, features=SMALL), "read vectors"),
        (lambda: learn_classifier(["a", "b"], ["x", "y"], features=lambda t: np.full((2, 2), np.nan)), "not finite"),
        (lambda: learn_classifier(["a", "b"], ["x", "y"], features=SMALL).score(["a"]), "knows x, y"),
        (lambda: spoil(read(["a"]), defects=["mud"]), "no defect 'mud'"),
    ],
)
def test_mistakes_are_said(call, said):
    with pytest.raises(LectError, match=said):
        call()
