"""Test sentences planted in a corpus are found, however they are dressed; what was not planted is not."""

import pickle
import random

import pytest

from lect.artifacts import LectError, read
from lect.artifacts.tasks import Choice, Graded, Instruction, Labeled, Parsed, Query, Question, Tagged, Task, Written
from lect.corpus.overlap.decontaminating import REASON, decontaminate, find_overlap, find_task_texts
from lect.corpus.overlap.indexing import index_texts
from lect.corpus.overlap.task_texts import TEXTS, TaskText, read_task_texts

LETTERS = "abdefghiklmnoprstuvøðá"


def invent(rng, words):
    return " ".join("".join(rng.choices(LETTERS, k=rng.randint(3, 8))) for _ in range(words))


@pytest.fixture(scope="module")
def world():
    rng = random.Random(0)
    asked = [invent(rng, rng.randint(12, 25)) for _ in range(60)]
    return (
        rng,
        asked,
        Task("topics", "classification", {"test": [Labeled(one, "a", id=str(n)) for n, one in enumerate(asked)]}),
    )


def changed(sentence, rng):
    words = sentence.split()
    words[rng.randrange(len(words))] = "qqqq"
    return " ".join(words)


DRESSES = {
    "exact": lambda one, rng: one,
    "recased": lambda one, rng: one.upper(),
    "punctuated": lambda one, rng: ", ".join(one.split(" ", 3)).replace(" ", "  ") + "…!",
    "one word changed": changed,
    "one word put in": lambda one, rng: " ".join([*one.split()[:5], "qqqq", *one.split()[5:]]),
}


@pytest.mark.parametrize("dress", DRESSES)
def test_planted_examples_are_found_and_named(world, dress):
    rng, asked, task = world
    texts = [f"{invent(rng, 30)} {DRESSES[dress](one, rng)}, {invent(rng, 30)}" for one in asked]
    found = find_overlap(texts, [task])
    assert found.reasons == [REASON] * len(asked)
    assert [(hit.document, hit.example) for hit in found.hits] == [(n, str(n)) for n in range(len(asked))]
    assert found.shares() == {"topics": 1.0}


def test_unrelated_text_has_no_hit_and_nothing_is_lost(world):
    rng, _, task = world
    text = read([invent(rng, 200) for _ in range(50)])
    kept, found, ledger = decontaminate(text, [task])
    assert len(kept) == 50
    assert found.hits == []
    assert ledger.to_json()["dropped"] == {}


def test_runs_need_all_words_in_a_row_and_half_a_sentence_is_not_near(world):
    rng, asked, task = world
    long = next(one for one in asked if len(one.split()) >= 20).split()
    twelve, thirteen = (" ".join(long[:n]) for n in (12, 13))
    spread = " ".join(f"{word} {invent(rng, 1)}" for word in long)
    assert find_overlap([twelve, thirteen, spread], [task], near=0.9).reasons == ["", REASON, ""]


def test_a_stretch_does_not_reach_across_documents(world):
    _, asked, task = world
    halves = [part for one in asked for part in (" ".join(one.split()[:6]), " ".join(one.split()[6:12]))]
    whole = [one for one in asked if len(one.split()) == 12]
    assert find_overlap(halves, [task]).reasons == [""] * len(halves)
    assert find_overlap(whole, [task]).reasons == [REASON] * len(whole)


def test_the_result_does_not_depend_on_batches_or_order(world):
    rng, asked, task = world
    texts = [one for n, one in enumerate(asked) if n % 2] + [invent(rng, 20) for _ in range(40)]
    index = index_texts(read_task_texts([task]))
    together = [bool(hits) for hits in find_task_texts(texts, index)]
    assert [bool(find_task_texts([one], index)[0]) for one in texts] == together
    assert [bool(hits) for hits in find_task_texts(texts[::-1], index)] == together[::-1]
    assert [bool(hits) for hits in find_task_texts(texts, pickle.loads(pickle.dumps(index)))] == together
    assert sum(together) == 30


def test_scripts_without_spaces_are_compared_by_characters():
    said = "昔々ある所におじいさんとおばあさんが住んでいました。ある日の事です"
    task = Task("ja", "generation", {"test": [Written("何", [said], id="1")]})
    texts = [
        f"これは全く別の話ですが、{said[:14]} {said[14:]}と言った。",
        "今日はとても良い天気なので、散歩に行きましょう。",
        said[:9],
    ]
    assert find_overlap(texts, [task]).reasons == [REASON, "", ""]


def test_short_examples_are_found_as_whole_documents_only():
    task = Task("short", "generation", {"test": [Written("Hvar er Havnin?", ["Havn"], id="1")]})
    found = find_overlap(["hvar er havnin", "hvar er havnin tá", "Hon segði: hvar er Havnin?"], [task])
    assert found.reasons == [REASON, "", ""]
    assert found.hits[0].rule == "whole"


def test_every_shape_of_example_has_texts():
    examples = {
        "a b": [
            Tagged(["a", "b"], ["X", "X"]),
            Parsed(["a", "b"], [0, 1], ["root", "x"]),
            Query("a b", {}),
            Instruction("a b", []),
        ],
        "a": [Labeled("a", "x", "b"), Graded("a", 1.0, "b"), Question("a", "b", []), Written("a", ["b"])],
    }
    for first, some in examples.items():
        for one in some:
            texts = [text.text for text in read_task_texts([Task("t", "k", {"test": [one]})])]
            assert texts[0] == first
            assert len(texts) == (1 if first == "a b" else 2)
    cloze = Task("t", "choice", {"test": [Choice("a [MASK] c", ["b", "x"], 0), Choice("", ["right", "wrong"], 0)]})
    assert [text.text for text in read_task_texts([cloze])] == ["a b c", "right"]
    assert len(TEXTS) == 9


def test_training_examples_may_stay_in_the_corpus():
    text = "ein tveir tríggir fýra fimm seks sjey átta níggju tíggju"
    task = Task("t", "classification", {"train": [Labeled(text, "a")], "test": [Labeled("x y z", "a")]})
    assert find_overlap([text], [task]).reasons == [""]


def test_no_task_and_no_words_are_no_trouble():
    assert find_overlap(["Gott kvøld"], []).reasons == [""]
    assert find_task_texts(["", "…", "\ud800 a"], index_texts([TaskText("t", "1", "!!")])) == [[], [], []]


@pytest.mark.parametrize("wrong", [{"ngram": 3}, {"near": 0.0}, {"near": 1.5}])
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(LectError, match="ngram is at least 8"):
        find_overlap(["a"], [], **wrong)


def test_unknown_shapes_are_refused():
    with pytest.raises(LectError, match="shape S,"):
        find_overlap(["a"], [Task("t", "k", {"test": [type("S", (str,), {"id": ""})("x")]})])
