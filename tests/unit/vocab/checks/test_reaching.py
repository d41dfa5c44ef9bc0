"""Tokens that nothing can produce, planted in each kind of vocabulary, are found; others are not accused."""

import pytest
from tests.unit.vocab.conftest import TOKENIZERS
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from lect.vocab.checks.reaching import unreachable


def fast(model, normalizer=None, pre_tokenizer=None, decoder=None):
    backend = Tokenizer(model)
    if normalizer is not None:
        backend.normalizer = normalizer
    if pre_tokenizer is not None:
        backend.pre_tokenizer = pre_tokenizer
    if decoder is not None:
        backend.decoder = decoder
    return PreTrainedTokenizerFast(tokenizer_object=backend, unk_token="<unk>")


def byte_level(vocabulary, merges, **settings):
    ids = {
        token: index for index, token in enumerate(["<unk>", *sorted(pre_tokenizers.ByteLevel.alphabet()), *vocabulary])
    }
    return fast(
        models.BPE(ids, merges, **settings),
        None,
        pre_tokenizers.ByteLevel(add_prefix_space=False),
        decoders.ByteLevel(),
    )


@pytest.mark.parametrize("kind", list(TOKENIZERS))
def test_trained_tokenizers_reach_all_their_tokens(tokenizers, kind):
    assert unreachable(tokenizers[kind]) == []


def test_merges_that_another_merge_forestalls():
    tokenizer = byte_level(["bc", "ab", "abc", "zz"], [("b", "c"), ("a", "b"), ("ab", "c")])
    assert unreachable(tokenizer) == ["abc", "zz"]  # b and c are merged first; nothing makes zz


def test_a_word_that_is_looked_up_whole_is_reached_without_merges():
    tokens, merges = ["ab", "cd", "abcd", "Ġa", "x!"], [("a", "b"), ("c", "d"), ("Ġ", "a")]
    assert unreachable(byte_level(tokens, merges)) == ["abcd", "x!"]
    assert unreachable(byte_level(tokens, merges, ignore_merges=True)) == ["x!"]


def test_pieces_less_likely_than_their_parts():
    pieces = [
        ("<unk>", -9.0),
        ("▁", -1.0),
        ("a", -1.0),
        ("b", -1.0),
        ("▁ab", -3.5),
        ("ab", -1.5),
        ("aab", -2.6),
        ("aa", -3),
    ]
    tokenizer = fast(models.Unigram(pieces, unk_id=0), None, pre_tokenizers.Metaspace(), decoders.Metaspace())
    assert unreachable(tokenizer) == ["▁ab", "aab", "aa"]


def test_words_that_normalizer_or_splitter_never_let_through():
    tokens = ["<unk>", "a", "b", "c", "don't", "Hús", "ab", "##b", "##a", "##c", "##x!", "ac", "##ab", "x" * 101]
    vocabulary = {token: index for index, token in enumerate(tokens)}
    tokenizer = fast(
        models.WordPiece(vocabulary, unk_token="<unk>"),
        normalizers.BertNormalizer(lowercase=True, strip_accents=False),
        pre_tokenizers.BertPreTokenizer(),
        decoders.WordPiece(),
    )
    assert unreachable(tokenizer) == ["don't", "Hús", "##x!", "x" * 101]


def test_a_continuation_that_every_start_swallows():
    def bare(*tokens):
        vocabulary = {token: index for index, token in enumerate(["<unk>", *tokens])}
        model = models.WordPiece(vocabulary, unk_token="<unk>", max_input_chars_per_word=3)
        return fast(model, None, pre_tokenizers.Whitespace())

    assert unreachable(bare("a", "ab", "##b")) == []  # abb
    assert unreachable(bare("a", "ab", "abb", "##b")) == ["##b"]  # abbb would be longer than a word may be
    assert unreachable(bare("a", "ab", "abb", "b", "##b")) == []  # bb
