"""FOCUS- and WECHSEL-type rows: exact weights, true copies, the peer's rows, and plain errors."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.vocab.learners.learning import learn
from lect.vocab.replacing import replace
from lect.vocab.starts import similarities
from lect.vocab.starts.script_sampling import with_overlap
from lect.vocab.starts.similarities import focus_rows, nearest, sparsemax, token_vectors, wechsel_rows, weigh
from lect.vocab.surfaces import forms, tokens_by_id

KINDS = {"roberta": "xlmr_unigram", "bert": "bert_wordpiece", "gpt2": "byte_bpe", "llama": "fallback_bpe"}
SPECIALS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def unigram(tokens):
    backend = Tokenizer(models.Unigram([(token, -float(rank)) for rank, token in enumerate(tokens)], unk_id=3))
    backend.pre_tokenizer, backend.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    named = dict(zip(("bos_token", "pad_token", "eos_token", "unk_token", "mask_token"), SPECIALS, strict=True))
    return PreTrainedTokenizerFast(tokenizer_object=backend, **named)


def small_world():
    """Return an old and a new tokenizer, vectors for some new tokens, and the old matrix: the peer gets the same."""
    words = [
        "▁" * (rank % 4 > 0) + "".join(word)
        for rank, word in enumerate(itertools.product("bdgk", "aeiou", "lmnrst", "ao"))
    ]
    old, new = SPECIALS + words[:200], SPECIALS + words[60:]
    draw = np.random.RandomState(0)
    centers = draw.standard_normal((12, 16))
    chosen = [word for place, word in enumerate(new[5:]) if place % 5]
    matrix = centers[draw.randint(0, 12, len(chosen))] + 0.5 * draw.standard_normal((len(chosen), 16))
    vectors = SimpleNamespace(words=chosen, matrix=matrix.astype(np.float32))
    return unigram(old), unigram(new), vectors, draw.standard_normal((len(old), 4)).astype(np.float32)


# `python -m tests.parity.compare_focus` prints these from deepfocus 1.0.1.
PEER = {
    "▁keso": [-0.386467, 0.408163, 0.556468, 0.004705],
    "▁kima": [-0.315077, -0.547863, -0.062926, 0.118941],
    "▁kiro": [-0.486642, 0.059141, -0.071511, 0.048584],
    "kola": [-0.382277, -0.374706, -0.274602, -0.011698],
    "▁kono": [-0.676944, -0.347316, -0.614244, 0.125189],
    "▁kota": [-0.211347, -0.340547, -0.498288, -0.132458],
    "▁kumo": [-0.300682, -0.26427, -0.612188, 0.007738],
    "kusa": [-0.048053, -0.02266, -0.42645, -0.491672],
}


def test_rows_are_those_of_deepfocus():
    old, new, vectors, matrix = small_world()
    built = focus_rows(vectors)(Model(None, old), new)
    rows = built.weights @ matrix.astype(np.float64)
    assert built.summary() == {"copied": 145, "mean of neighbors": 32, "drawn": 8}
    assert len(PEER) == 8
    for token, row in PEER.items():
        index = new.get_vocab()[token]
        assert built.reasons[index].startswith("mean of")
        np.testing.assert_allclose(rows[index], row, atol=2e-6)


def by_definition(scores):
    """Return sparsemax of one row by sorting (Martins and Astudillo, 2016, algorithm 1)."""
    falling = np.sort(scores.astype(np.float64))[::-1]
    sums, number = np.cumsum(falling), np.arange(1, len(scores) + 1)
    size = number[1 + number * falling > sums][-1]
    return np.maximum(scores - (sums[size - 1] - 1) / size, 0)


@pytest.mark.parametrize(("columns", "spread"), [(1, 1), (7, 1), (700, 0.01), (1500, 0.3), (3000, 1e-6), (3000, 0.2)])
def test_sparsemax_is_exact(columns, spread):
    scores = (0.9 + spread * np.random.default_rng(columns).standard_normal((30, columns))).astype(np.float32)
    weights = sparsemax(scores)
    np.testing.assert_allclose(weights.toarray(), [by_definition(row) for row in scores], atol=1e-12)
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-12)
    assert (weights.data > 0).all()


@pytest.mark.parametrize("columns", [3, 40, 2000])
def test_nearest_is_a_softmax_of_the_highest(columns):
    scores = np.random.default_rng(0).integers(0, 400, (20, columns)).astype(np.float32) / 400  # with ties
    weights = nearest(scores, 10, 0.1).toarray()
    for row, score in zip(weights, scores, strict=True):
        best = np.argsort(-score, kind="stable")[:10]
        wanted = np.exp(score[best].astype(float) / 0.1)
        assert set(np.flatnonzero(row)) == set(best)
        np.testing.assert_allclose(row[best], wanted / wanted.sum(), rtol=1e-6)


def test_blocks_change_nothing(monkeypatch):
    draw = np.random.default_rng(0).standard_normal
    queries, anchors = draw((150, 8)).astype(np.float32), draw((30, 8)).astype(np.float32)
    whole = weigh(queries, anchors, sparsemax)
    monkeypatch.setattr(similarities, "_BLOCK", 1)
    np.testing.assert_allclose(weigh(queries, anchors, sparsemax).toarray(), whole.toarray(), atol=1e-6)


@pytest.fixture(scope="module")
def learned(faroese):
    return learn(faroese, kind="unigram", size=620)


def some_vectors(tokenizer, share=0.7, dimensions=12, seed=0):
    draw = np.random.default_rng(seed)
    words = [token for token in tokens_by_id(tokenizer) if token is not None and draw.random() < share]
    return SimpleNamespace(words=words, matrix=draw.standard_normal((len(words), dimensions)).astype(np.float32))


@pytest.mark.parametrize("model_type", list(KINDS))
def test_copies_are_exact_and_weights_convex(make_model, learned, model_type):
    assert len(KINDS) == 4
    model, vectors = make_model(model_type, KINDS[model_type]), some_vectors(learned)
    built = focus_rows(vectors)(model, learned)
    weighted = ~built.drawn
    assert (built.weights.data > 0).all()
    np.testing.assert_allclose(built.weights.sum(axis=1)[weighted], 1, atol=1e-6)
    assert set(built.summary()) == {"copied", "mean of neighbors", "drawn"}
    known = set(vectors.words)
    for token, reason in zip(tokens_by_id(learned), built.reasons, strict=True):
        assert reason == "copied" or reason.startswith("mean") == (token in known)
    new = replace(model, learned, rows=built)
    fresh, old = (net.get_input_embeddings().weight.detach() for net in (new.network, model.network))
    copied = np.flatnonzero(np.array(built.reasons) == "copied")
    assert torch.equal(fresh[copied], old[built.copies[copied]])


@pytest.mark.parametrize("model_type", list(KINDS))
def test_its_own_tokenizer_is_the_identity(make_model, model_type):
    model = make_model(model_type, KINDS[model_type])
    vectors = some_vectors(model.tokenizer)
    for builder in (focus_rows(vectors), with_overlap(wechsel_rows(vectors, vectors))):
        built = builder(model, model.tokenizer)
        assert built.copies.tolist() == list(range(len(built.reasons)))


def test_the_order_of_vectors_does_not_matter(make_model, learned):
    model, vectors = make_model("roberta", "xlmr_unigram"), some_vectors(learned)
    order = np.random.default_rng(5).permutation(len(vectors.words))
    mixed = SimpleNamespace(words=[vectors.words[place] for place in order], matrix=vectors.matrix[order])
    old = some_vectors(model.tokenizer, seed=1)
    for make in (focus_rows, lambda given: wechsel_rows(given, old)):
        one, other = make(vectors)(model, learned), make(mixed)(model, learned)
        assert (one.weights != other.weights).nnz == 0
        assert one.reasons == other.reasons


def test_wechsel_takes_the_nearest_old_tokens(make_model, learned):
    model = make_model("roberta", "xlmr_unigram")
    new_vectors, old_vectors = some_vectors(learned), some_vectors(model.tokenizer, seed=1)
    built = wechsel_rows(new_vectors, old_vectors, neighbors=3, temperature=0.2)(model, learned)
    ids, near = token_vectors(learned, new_vectors, "new")
    old_ids, far = token_vectors(model.tokenizer, old_vectors, "old")
    place = np.flatnonzero(~built.drawn[ids] & (ids >= 5))[40]
    scores = far @ near[place]
    best = np.argsort(-scores)[:3]
    row = built.weights[[int(ids[place])]]
    assert set(row.indices) == set(old_ids[best])
    wanted = np.exp(scores[best] / 0.2)
    np.testing.assert_allclose(row.toarray()[0, old_ids[best]], wanted / wanted.sum(), rtol=1e-5)
    assert built.summary()["copied"] == 5  # special tokens, by role


def test_word_vectors_serve_tokens_that_spell_words(tokenizers):
    for tokenizer in tokenizers.values():
        starts = {form: index for index, form in enumerate(forms(tokenizer)) if form and form[:1] == b" "}
        words = [form[1:].decode() for form in starts if len(form) > 4 and not form.isascii()][:6]
        assert len(words) == 6
        ids, matrix = token_vectors(tokenizer, SimpleNamespace(words=words, matrix=np.eye(6)), "vectors")
        for place, word in enumerate(words):
            assert matrix[ids == starts[f" {word}".encode()]][0].tolist() == np.eye(6)[place].tolist()
        assert len(ids) <= 12  # at the start of a word and inside it
        assert np.all(np.diff(ids) > 0)


def test_a_vector_of_zeros_is_none(make_model, learned):
    model, vectors = make_model("roberta", "xlmr_unigram"), some_vectors(learned, share=1)
    built = focus_rows(vectors)(model, learned)
    lost = next(index for index, reason in enumerate(built.reasons) if reason.startswith("mean"))
    vectors.matrix[vectors.words.index(tokens_by_id(learned)[lost])] = 0
    assert focus_rows(vectors)(model, learned).reasons[lost] == "drawn"


def test_bad_input_is_named(make_model, learned):
    model, good = make_model("roberta", "xlmr_unigram"), some_vectors(learned)
    with pytest.raises(LectError, match="one row for each word"):
        focus_rows(SimpleNamespace(words=["a"], matrix=np.ones((2, 3))))
    with pytest.raises(LectError, match="NaN"):
        focus_rows(SimpleNamespace(words=good.words, matrix=good.matrix * np.nan))(model, learned)
    with pytest.raises(LectError, match="is a token of this tokenizer"):
        focus_rows(SimpleNamespace(words=["qqqqq"], matrix=np.ones((1, 3))))(model, learned)
    fresh = next(
        token
        for token, reason in zip(tokens_by_id(learned), focus_rows(good)(model, learned).reasons, strict=True)
        if reason != "copied"
    )
    with pytest.raises(LectError, match="both vocabularies"):
        focus_rows(SimpleNamespace(words=[fresh], matrix=np.ones((1, 3))))(model, learned)
    with pytest.raises(LectError, match="dimensions"):
        wechsel_rows(good, some_vectors(learned, dimensions=5))
    with pytest.raises(LectError, match="neighbors"):
        wechsel_rows(good, good, neighbors=0)
