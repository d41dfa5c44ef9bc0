import json
import os
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from scipy import sparse
from tests.unit.vocab.conftest import TOKENIZERS, sentences
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from lect.artifacts.bitexts import read_pairs
from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.artifacts.texts import read
from lect.vocab.replacing import replace
from lect.vocab.starts.rows import COPIED
from lect.vocab.starts.translations import TranslationTable, aligned_rows, translation_table
from lect.vocab.surfaces import forms, matches, roles, segmenter, vocabulary_size
from lect.worlds.ciphers import cipher
from lect.worlds.phrasing import parallel

KINDS = sorted(TOKENIZERS)


def table_of(*entries):  # (word, translation, count)
    words, translations = (tuple(sorted({entry[side] for entry in entries})) for side in (0, 1))
    counts = sparse.lil_array((len(words), len(translations)))
    for word, translation, count in entries:
        counts[words.index(word), translations.index(translation)] += count
    return TranslationTable(words, translations, sparse.csr_array(counts))


def word_tokenizer(texts, order=1):
    """Return a tokenizer of whole words, the most frequent first (or last)."""
    counts = Counter(word for text in texts for word, _ in pre_tokenizers.BertPreTokenizer().pre_tokenize_str(text))
    words = [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))][::order]
    ids = {"<unk>": 0} | {word: number for number, word in enumerate(words, 1)}
    backend = Tokenizer(models.WordLevel(ids, unk_token="<unk>"))
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return PreTrainedTokenizerFast(tokenizer_object=backend, unk_token="<unk>")


def permuted(tokenizer, seed=0):
    """Return a tokenizer that cuts alike with other ids for all but its added tokens, and new id → old id."""
    data, added = json.loads(tokenizer.backend_tokenizer.to_str()), set(tokenizer.get_added_vocab().values())
    ids = np.array([index for index in range(vocabulary_size(tokenizer)) if index not in added])
    order = np.arange(vocabulary_size(tokenizer))
    order[ids] = np.random.default_rng(seed).permutation(ids)
    place = {int(old): new for new, old in enumerate(order)}
    data["model"]["vocab"] = {token: place[index] for token, index in data["model"]["vocab"].items()}
    named = {f"{role}_token": getattr(tokenizer, f"{role}_token") for role in roles(tokenizer)}
    return PreTrainedTokenizerFast(tokenizer_object=Tokenizer.from_str(json.dumps(data)), **named), order


@pytest.fixture(scope="module")
def bitext():
    return read_pairs([(fao, eng) for fao, eng in parallel("fao", "eng", 400, seed=0)])


@pytest.fixture(scope="module")
def table(bitext):
    return translation_table(bitext)


@pytest.fixture(scope="module")
def english(tokenizers):
    """Return a tokenizer of each kind, learned on English alone."""
    return {kind: make(sentences("en", seed=1)) for kind, make in TOKENIZERS.items()}


@pytest.fixture(scope="module")
def ciphered():
    """Return (English, cipher of it, dictionary cipher → English)."""
    plain = [english for _, english in parallel("fao", "eng", 900, seed=3)]
    secret, dictionary = cipher(read(plain), seed=1)
    return plain, list(secret.strings()), {pseudo: word for word, pseudo in dictionary}


def right_share(made, old, new, dictionary):
    """Return which share of whole-word tokens have their true source as top weight, and how many were asked."""
    asked = [(index, dictionary[t.lower()]) for t, index in new.get_vocab().items() if t.lower() in dictionary]
    rows = made.weights.toarray()[[index for index, _ in asked]]
    tops = old.convert_ids_to_tokens(rows.argmax(axis=1).tolist())
    return np.mean([top.lower() == word for top, (_, word) in zip(tops, asked, strict=True)]), len(asked)


def test_words_of_the_table_are_translations(table):
    found = {word: table.translations[table.counts[[row]].toarray().argmax()] for row, word in enumerate(table.words)}
    assert (table.counts.data >= 0.9).all()
    assert {" mai": " May", " juli": " July"}.items() <= {k.lower(): v for k, v in found.items()}.items()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("old_kind", ["byte_bpe", "xlmr_unigram", "bert_wordpiece"])
def test_rows_sum_to_one_or_are_drawn(kind, old_kind, tokenizers, english, table):
    old, new = english[old_kind], TOKENIZERS[kind](sentences("fo"))
    made = aligned_rows(table)(Model(None, old), new, seed=3)
    sums = made.weights.sum(axis=1)
    assert np.abs(sums[~made.drawn] - 1).max() < 1e-12
    assert made.seed == 3
    assert made.weights.data.min() > 0
    kinds = made.summary()
    assert kinds["from translations"] > 15
    assert kinds["from mapped parts"] > 50
    assert kinds[COPIED] > 20
    special = [i for i, form in enumerate(forms(new)) if form is None]
    assert all(made.copies[i] == matches(new, old)[i] for i in special)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_tokenizer_gives_the_identity(kind, tokenizers, table):
    made = aligned_rows(table)(Model(None, tokenizers[kind]), tokenizers[kind])
    assert (made.weights - sparse.eye_array(made.weights.shape[0])).nnz == 0
    assert set(made.reasons) == {COPIED}


@pytest.mark.parametrize("kind", ["byte_bpe", "fallback_bpe", "bert_wordpiece"])
def test_a_permuted_vocabulary_gives_the_permutation(kind, tokenizers, table):
    new, order = permuted(tokenizers[kind])
    made = aligned_rows(table)(Model(None, tokenizers[kind]), new)
    assert (made.copies == order).all()


def test_a_renamed_language_gives_the_permutation(ciphered):
    _, _, dictionary = ciphered
    pairs = [(word, dictionary[word]) for word in sorted(dictionary)]
    old = word_tokenizer([" ".join(word for _, word in pairs)], order=-1)
    new = word_tokenizer([" ".join(word for word, _ in pairs)])
    exact = table_of(*((f" {word}", f" {known}", 5) for word, known in pairs))
    made = aligned_rows(exact)(Model(None, old), new)
    assert right_share(made, old, new, dictionary) == (1, len(dictionary))
    assert (made.weights.data == 1).all()
    assert made.weights.shape[0] == made.weights.nnz == len(pairs) + 1


def test_aligned_cipher_text_gives_words_their_source_and_a_shuffled_table_does_not(ciphered):
    plain, secret, dictionary = ciphered
    old, new = word_tokenizer(plain), word_tokenizer(secret)
    found = translation_table(list(zip(secret, plain, strict=True)))
    share, asked = right_share(aligned_rows(found)(Model(None, old), new), old, new, dictionary)
    assert asked > 150
    assert share >= 0.95
    control, _ = right_share(aligned_rows(found.shuffled(seed=0))(Model(None, old), new), old, new, dictionary)
    assert control < 0.1


def test_shuffling_deals_the_same_translations(table):
    control = table.shuffled(seed=1)
    assert control.words == table.words
    assert Counter(map(tuple, control.counts.toarray().tolist())) == Counter(
        map(tuple, table.counts.toarray().tolist())
    )
    assert (control.counts != table.counts).nnz > 100


def test_counts_are_spread_half_to_all_and_half_in_order():
    """A word of two tokens and a translation of three: by hand."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())

    def bpe(*merges):
        vocabulary = {token: n for n, token in enumerate([*alphabet, *("".join(m) for m in merges)])}
        backend = Tokenizer(models.BPE(vocabulary, list(merges)))
        backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        return PreTrainedTokenizerFast(tokenizer_object=backend)

    new = bpe(("Ġ", "q"), ("v", "v"))
    old = bpe(("Ġ", "a"), ("b", "b"), ("c", "c"))
    made = aligned_rows(table_of((" qvv", " abbcc", 12), (" q", " a", 7)))(Model(None, old), new)
    columns = [old.convert_tokens_to_ids(token) for token in ("Ġa", "bb", "cc")]
    rows = made.weights[[new.convert_tokens_to_ids(token) for token in ("Ġq", "vv")]].toarray()
    spread = np.array([[2, 2, 2], [2, 2, 2]]) + np.array([[4, 2, 0], [0, 2, 4]])
    spread[0, 0] += 7
    assert rows[:, columns] == pytest.approx(spread / spread.sum(axis=1, keepdims=True))
    assert rows.sum(axis=1) == pytest.approx(1)


def test_tokens_without_counts_take_over_from_their_relatives():
    """`Ġk` and `Ġka` begin the one word of the table, `Ġkat`; `Ġkatz` holds it; `q` has no relative."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    extra = ["Ġk", "Ġka", "Ġkat", "Ġkatz"]
    vocabulary = {token: n for n, token in enumerate([*alphabet, *extra])}
    merges = [("Ġ", "k"), ("Ġk", "a"), ("Ġka", "t"), ("Ġkat", "z")]
    backend = Tokenizer(models.BPE(vocabulary, merges))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    new = PreTrainedTokenizerFast(tokenizer_object=backend)
    old = word_tokenizer(["cat mouse"])
    made = aligned_rows(table_of((" kat", " cat", 3), (" kat", " mouse", 1)))(Model(None, old), new)
    cat, mouse = (old.convert_tokens_to_ids(word) for word in ("cat", "mouse"))
    for token in extra:
        row = new.convert_tokens_to_ids(token)
        assert made.weights[[row]].toarray()[0, [cat, mouse]] == pytest.approx([0.75, 0.25])
        assert made.reasons[row] == ("from 2 translations" if token == "Ġkat" else "from mapped parts")
    assert made.reasons[new.convert_tokens_to_ids("q")] == "drawn"


def test_numbers_and_signs_map_to_themselves_or_to_their_pieces(english):
    new, old = word_tokenizer(["99 7 ! hus"]), english["byte_bpe"]
    made = aligned_rows(table_of((" hus", " May", 3)))(Model(None, old), new)
    cut, place = segmenter(old), new.get_vocab()
    for token, form in (("99", b" 99"), ("7", b" 7"), ("!", b"!")):
        ids, counts = np.unique(cut(form), return_counts=True)
        row = made.weights[[place[token]]].toarray()[0]
        assert row[ids] == pytest.approx(counts / counts.sum())
    assert made.reasons[place["99"]] == f"mean of {len(cut(b' 99'))} pieces"
    assert made.reasons[place["!"]] == COPIED


def test_nothing_depends_on_the_order_of_the_vocabulary(english, table):
    new = TOKENIZERS["byte_bpe"](sentences("fo"))
    other, order = permuted(new, seed=4)
    old = Model(None, english["byte_bpe"])
    one, two = aligned_rows(table)(old, new), aligned_rows(table)(old, other)
    assert abs(one.weights[order] - two.weights).max() < 1e-12
    assert [one.reasons[index] for index in order] == two.reasons


HASHED = """
import hashlib
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast
from lect.artifacts.models import Model
from lect.vocab.starts.translations import aligned_rows, translation_table

def learned(texts):
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(vocab_size=150, initial_alphabet=sorted("abcdefghijkl"), show_progress=False)
    backend.train_from_iterator([" " + text for text in texts], trainer)
    return PreTrainedTokenizerFast(tokenizer_object=backend)

def word(number, letters):
    return "".join(letters[number // 6 ** place % 6] for place in range(3))

draws = [[(line * line * 7 + place * 31 + line) % 97 for place in range(5)] for line in range(200)]
sides = [[" ".join(word(n, letters) for n in draw) for draw in draws] for letters in ("abcdef", "ghijkl")]
made = aligned_rows(translation_table(list(zip(*sides))))(Model(None, learned(sides[1])), learned(sides[0]))
made.weights.sort_indices()
print(hashlib.sha256(made.weights.data.tobytes() + made.weights.indices.tobytes()).hexdigest(), made.summary())
"""


def test_nothing_depends_on_hashes():
    said = [
        subprocess.run(
            [sys.executable, "-c", HASHED],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert "from translations" in said[0]
    assert said[0] == said[1]


def test_the_network_holds_the_mixtures(make_model, table):
    old, new = make_model("llama", "byte_bpe"), TOKENIZERS["bert_wordpiece"](sentences("fo"))
    made = replace(old, new, rows=aligned_rows(table))
    built = aligned_rows(table)(old, made.tokenizer)
    before, after = (one.network.get_input_embeddings().weight.detach().numpy() for one in (old, made))
    wanted = built.weights @ before[: built.weights.shape[1]]
    assert np.abs(wanted - after)[~built.drawn].max() < 1e-5


def test_a_language_aligned_with_itself_keeps_its_words(english):
    texts = [text for _, text in parallel("fao", "eng", 400, seed=0)]
    old, new = english["byte_bpe"], english["bert_wordpiece"]
    made = aligned_rows(translation_table([(text, text) for text in texts]))(Model(None, old), new)
    twins, counts = matches(new, old), np.diff(made.weights.indptr)
    words = [i for i, form in enumerate(forms(new)) if form and form[:1] == b" " and twins[i] >= 0 and counts[i]]
    tops = made.weights[words].toarray().argmax(axis=1)
    assert len(words) > 50
    assert (tops == twins[words]).mean() >= 0.95


def test_swapped_sides_are_refused(ciphered):
    plain, secret, _ = ciphered
    swapped = translation_table(list(zip(plain, secret, strict=True)))
    with pytest.raises(LectError, match="swapped"):
        aligned_rows(swapped)(Model(None, word_tokenizer(plain)), word_tokenizer(secret))


def test_a_table_of_another_language_or_without_links_is_refused(english):
    new = word_tokenizer(["hund kat"])
    with pytest.raises(LectError, match="none of the 1 words"):
        aligned_rows(table_of((" xyz", " cat", 3)))(Model(None, english["byte_bpe"]), new)
    with pytest.raises(LectError, match="50 times or more"):
        translation_table([("hús", "house")], least=50)


def test_translations_are_cut_by_the_old_tokenizer(english, table):
    old, new = english["byte_bpe"], word_tokenizer(["Januar Februar"])
    made = aligned_rows(table_of((" Januar", " January", 3)))(Model(None, old), new)
    row = made.weights[[new.convert_tokens_to_ids("Januar")]]
    assert set(row.indices.tolist()) == set(segmenter(old)(b" January"))
