"""Distinct stretches, encoded once, give what whole documents give."""

import numpy as np
import pytest

from lect.vocab.chunking import chunked
from lect.vocab.counting import encode
from lect.vocab.surfaces import vocabulary_size

KINDS = ["byte_bpe", "fallback_bpe", "xlmr_unigram", "t5_unigram", "bert_wordpiece"]


@pytest.mark.parametrize("kind", KINDS)
def test_documents_cost_what_they_cost_whole(tokenizers, mixed, kind):
    tokenizer = tokenizers[kind]
    texts = [*mixed[::2], "", "  two  spaces\n\nand lines ", "漢字 tab\tq", " ".join(mixed)]
    found, plain = chunked(tokenizer, iter(texts)), encode(tokenizer, texts)
    assert found.lengths().tolist() == [len(ids) for ids in plain]
    width = vocabulary_size(tokenizer)
    assert np.array_equal(found.counts(width), np.bincount(np.concatenate(plain).astype(int), minlength=width))
    rebuilt = [
        "".join(found.texts[index] for index in found.order[start:end])
        for start, end in zip(found.starts[:-1], found.starts[1:], strict=True)
    ]
    assert rebuilt == texts
    assert len(set(found.texts)) == len(found.texts) == len(found.ids)
    if kind == "fallback_bpe":  # no pre-tokenizer: a document may be one token
        assert found.texts == list(dict.fromkeys(texts))
    else:
        assert 2 * len(found.texts) < len(found.order)


def test_nothing_is_nothing(tokenizers):
    found = chunked(tokenizers["byte_bpe"], [])
    assert found.lengths().tolist() == []
    assert found.counts(5).tolist() == [0] * 5
