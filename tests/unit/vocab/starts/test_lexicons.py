import numpy as np
import pytest
import torch
from scipy import sparse
from tests.unit.vocab.conftest import TOKENIZERS, sentences
from tests.unit.vocab.starts.test_translations import permuted, right_share, word_tokenizer

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.artifacts.texts import read
from lect.vocab.replacing import replace
from lect.vocab.starts.lexicons import lexicon_rows
from lect.vocab.starts.rows import COPIED, constituent_rows, shuffled
from lect.vocab.surfaces import forms, segmenter
from lect.worlds.ciphers import cipher
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


@pytest.mark.parametrize(
    ("translations", "weights"),
    [
        (["water"], [1]),
        (["water", "green river"], [0.6, 0.4]),
        (["green river", "water", "fire", "May"], [0.5, 0.3, 0.1, 0.1]),
    ],
)
def test_candidates_weigh_by_their_rank_and_their_pieces_alike(translations, weights, old, new):
    row, word = free_word(old, new)
    cut = segmenter(old.tokenizer)
    entries = [(word.upper(), translations[0]), *((word, one) for one in [*translations, translations[0]])]
    rows = lexicon_rows(entries)(old, new)
    wanted = np.zeros(rows.weights.shape[1])
    for translation, weight in zip(translations, weights, strict=True):
        part = [piece for one in translation.split() for piece in cut(b" " + one.encode())]
        for piece in part:
            wanted[piece] += weight / len(part)
    assert rows.weights[[row]].toarray()[0] == pytest.approx(wanted)
    assert rows.reasons[row] == f"from {len(translations)} translation{'s' * (len(translations) > 1)}"
    assert not rows.drawn[row]


def test_with_listed_words_only_all_other_rows_are_constituent_rows(old, new):
    row, word = free_word(old, new)
    entries = [(word, "water"), ("hongsúlkur", "water")]
    plain, rows = constituent_rows(old, new), lexicon_rows(entries, similarity=2)(old, new)
    rest = np.arange(len(plain.reasons)) != row
    assert (plain.weights[rest] != rows.weights[rest]).nnz == 0
    assert [r for n, r in enumerate(plain.reasons) if n != row] == [r for n, r in enumerate(rows.reasons) if n != row]
    assert (plain.drawn[rest] == rows.drawn[rest]).all()


def test_unlisted_words_and_pieces_take_the_candidates_of_similar_words():
    old, new = word_tokenizer(["house boat fire"]), word_tokenizer(["husini baturin qqqqq hus"])
    rows = lexicon_rows([("hus", "house"), ("husin", "house"), ("husin", "fire"), ("batur", "boat")])(
        Model(None, old), new
    )
    place, weights = new.get_vocab(), rows.weights.toarray()
    house, boat, fire = (old.convert_tokens_to_ids(word) for word in ("house", "boat", "fire"))
    assert weights[place["husini"], [house, fire]] == pytest.approx([0.6, 0.4])
    assert weights[place["baturin"], boat] == 1
    assert weights[place["hus"], house] == 1
    assert [rows.reasons[place[word]] for word in ("husini", "baturin", "hus", "qqqqq")] == [
        "from 1 neighbor",
        "from 1 neighbor",
        "from 1 translation",
        "drawn",
    ]


def test_the_nearest_words_rank_first_and_are_no_more_than_asked():
    old, new = word_tokenizer(["a b c d"]), word_tokenizer(["hestarnir"])
    entries = [("hesta", "a"), ("hestarn", "b"), ("hestar", "c"), ("hestum", "d")]
    made = lexicon_rows(entries, similarity=0.1, nearest=3)(Model(None, old), new)
    row = made.weights.toarray()[new.convert_tokens_to_ids("hestarnir")]
    wanted = {"b": 0.4 + 0.4 / 3, "c": 0.2 + 0.4 / 3, "a": 0.4 / 3, "d": 0}
    assert {word: row[old.convert_tokens_to_ids(word)] for word in "abcd"} == pytest.approx(wanted)


@pytest.mark.parametrize("kind", sorted(TOKENIZERS))
def test_every_row_sums_to_one_or_is_drawn(kind, old):
    rows = lexicon_rows(make_lexicon("fao", "eng"))(old, TOKENIZERS[kind](sentences("fo")))
    sums = rows.weights.sum(axis=1)
    assert np.abs(sums[~rows.drawn] - 1).max() < 1e-12
    assert (sums[rows.drawn] == 0).all()
    assert rows.summary()["from translations"] > 5
    assert rows.summary()["from neighbors"] > 5


@pytest.mark.parametrize("kind", sorted(TOKENIZERS))
def test_the_same_tokenizer_gives_the_identity(kind, tokenizers):
    tokenizer = tokenizers[kind]
    made = lexicon_rows(make_lexicon("fao", "eng"))(Model(None, tokenizer), tokenizer)
    assert (made.weights - sparse.eye_array(made.weights.shape[0])).nnz == 0


def test_nothing_depends_on_the_order_of_the_vocabulary(old):
    new = TOKENIZERS["byte_bpe"](sentences("da"))
    other, order = permuted(new, seed=4)
    builder = lexicon_rows(make_lexicon("dan", "eng"))
    one, two = builder(old, new), builder(old, other)
    assert abs(one.weights[order] - two.weights).max() < 1e-12
    assert [one.reasons[index] for index in order] == two.reasons


def test_a_cipher_and_its_dictionary_give_every_word_its_source():
    plain = sentences("en", seed=1)
    secret, dictionary = cipher(read(plain), seed=1)
    old, new = word_tokenizer(plain), word_tokenizer(secret.strings())
    entries = [(pseudo, word) for word, pseudo in dictionary]
    cased = [(pseudo, form) for pseudo, word in entries for form in (word, word.capitalize())]
    truth, builder = dict(entries), lexicon_rows(cased)
    share, asked = right_share(builder(Model(None, old), new), old, new, truth)
    assert asked > 300
    assert share >= 0.95
    assert right_share(shuffled(builder)(Model(None, old), new), old, new, truth)[0] < 0.1


def test_copies_stay_copies(old, new):
    plain = constituent_rows(old, new)
    copied = [(row, form) for row, form in words_of(new, 400) if plain.reasons[row] == COPIED]
    assert len(copied) > 5
    rows = lexicon_rows([(form[1:].decode(), "water") for _, form in copied])(old, new)
    assert all(rows.reasons[row] == COPIED for row, _ in copied)


def test_a_piece_of_a_letter_is_not_a_word(make_model, tokenizers):
    old, new = make_model("bert", "bert_wordpiece"), tokenizers["byte_bpe"]
    cut_letters = [form for form in forms(new) if form and form.startswith(b" ") and _broken(form)]
    entries = [(form.decode("utf-8", "ignore").strip() or "x", "water") for form in cut_letters]
    whole = next(form for _, form in words_of(new, 400) if not _broken(form))
    rows = lexicon_rows([*entries, (whole[1:].decode(), "May")])(old, new)
    by_form = dict(zip(forms(new), rows.reasons, strict=True))
    assert not any(by_form[form].startswith("from") for form in cut_letters)


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


def test_bad_lexicons_are_refused(old, new):
    with pytest.raises(LectError, match="empty"):
        lexicon_rows([])
    with pytest.raises(LectError, match="nearest is 0"):
        lexicon_rows([("hús", "house")], nearest=0)
    with pytest.raises(LectError, match="none of the 1 entries"):
        lexicon_rows([("ξξξξ", "house")])(old, new)


def test_swapped_sides_are_named():
    old, new = word_tokenizer(["house boat"]), word_tokenizer(["hus batur"])
    with pytest.raises(LectError, match="swapped: 2 translations"):
        lexicon_rows([("house", "hus"), ("boat", "batur")])(Model(None, old), new)
