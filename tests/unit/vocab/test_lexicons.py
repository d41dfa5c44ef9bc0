import numpy as np
import pytest
import torch

from lect.artifacts.errors import LectError
from lect.vocab.lexicons import lexicon_rows
from lect.vocab.replacing import replace
from lect.vocab.rows import COPIED, constituent_rows
from lect.vocab.surfaces import forms, segmenter
from lect.worlds.phrasing import lexicon as make_lexicon


@pytest.fixture
def old(make_model):
    return make_model("llama", "byte_bpe")


@pytest.fixture(scope="module")
def new(tokenizers):
    return tokenizers["xlmr_unigram"]


def words_of(tokenizer, number):
    """Return whole-word tokens that the other vocabulary lacks."""
    found = [
        (row, form) for row, form in enumerate(forms(tokenizer)) if form and form.startswith(b" ") and len(form) > 3
    ]
    return found[:number]


def free_word(old, new):
    plain = constituent_rows(old, new)
    return next((row, form[1:].decode()) for row, form in words_of(new, 400) if plain.reasons[row] != COPIED)


def test_a_word_is_the_mean_of_its_translations_and_these_of_their_pieces(old, new):
    row, word = free_word(old, new)
    cut = segmenter(old.tokenizer)
    parts = [cut(b" green") + cut(b" river"), cut(b" water")]
    rows = lexicon_rows([(word.upper(), "green river"), (word, "water"), (word, "water")])(old, new)
    wanted = np.zeros(rows.weights.shape[1])
    for part in parts:
        for piece in part:
            wanted[piece] += 1 / (2 * len(part))
    assert rows.weights[[row]].toarray()[0] == pytest.approx(wanted)
    assert rows.reasons[row] == "mean of 2 translations"
    assert not rows.drawn[row]


def test_all_other_rows_are_constituent_rows(old, new):
    row, word = free_word(old, new)
    plain, rows = constituent_rows(old, new), lexicon_rows([(word, "water"), ("hongsúlkur", "water")])(old, new)
    rest = np.arange(len(plain.reasons)) != row
    assert (plain.weights[rest] != rows.weights[rest]).nnz == 0
    assert [r for n, r in enumerate(plain.reasons) if n != row] == [r for n, r in enumerate(rows.reasons) if n != row]
    assert (plain.drawn[rest] == rows.drawn[rest]).all()


def test_every_row_sums_to_one_or_is_drawn(old, new):
    pairs = [(form[1:].decode(), "water and fire") for _, form in words_of(new, 100)]
    rows = lexicon_rows(pairs)(old, new)
    sums = np.asarray(rows.weights.sum(axis=1)).ravel()
    assert sums[~rows.drawn] == pytest.approx(1)
    assert (sums[rows.drawn] == 0).all()
    assert sum(reason.startswith("mean of 1 translation") for reason in rows.reasons) > 20


def test_copies_stay_copies(old, new):
    plain = constituent_rows(old, new)
    copied = [(row, form) for row, form in words_of(new, 400) if plain.reasons[row] == COPIED]
    assert len(copied) > 5
    rows = lexicon_rows([(form[1:].decode(), "water") for _, form in copied])(old, new)
    assert all(rows.reasons[row] == COPIED for row, _ in copied)


def test_a_piece_of_a_letter_is_not_a_word(make_model, tokenizers):
    old, new = make_model("bert", "bert_wordpiece"), tokenizers["byte_bpe"]
    cut_letters = [form for form in forms(new) if form and form.startswith(b" ") and _broken(form)]
    rows = lexicon_rows([(form.decode("utf-8", "ignore").strip() or "x", "water") for form in cut_letters])(old, new)
    by_form = dict(zip(forms(new), rows.reasons, strict=True))
    assert not any("translation" in by_form[form] for form in cut_letters)


def _broken(form):
    try:
        form.decode()
    except UnicodeDecodeError:
        return True
    return False


def test_the_network_holds_the_means(old, new):
    row, word = free_word(old, new)
    made = replace(old, new, rows=lexicon_rows([(word, "water")]))
    before, after = (one.network.get_input_embeddings().weight.detach() for one in (old, made))
    place = made.tokenizer.convert_tokens_to_ids(new.convert_ids_to_tokens(row))
    assert torch.allclose(after[place], before[segmenter(old.tokenizer)(b" water")].mean(0), atol=1e-6)


def test_an_empty_lexicon_is_refused():
    with pytest.raises(LectError, match="empty"):
        lexicon_rows([])


def test_a_generated_lexicon_fits(old, new):
    pairs = make_lexicon("fao", "eng")
    rows = lexicon_rows(pairs)(old, new)
    assert sum("translation" in reason for reason in rows.reasons) > 10
