"""Canonical forms: one word, the same bytes, whatever tokenizer wrote it."""

import numpy as np
import pytest

from lect.vocab.surfaces import forms, matches, pieces, roles, scheme, tokens_by_id

SCHEMES = {
    "byte_bpe": "bytes",
    "fallback_bpe": "metaspace",
    "xlmr_unigram": "metaspace",
    "t5_unigram": "metaspace",
    "bert_wordpiece": "wordpiece",
}


def test_schemes(tokenizers):
    assert {kind: scheme(tokenizer) for kind, tokenizer in tokenizers.items()} == SCHEMES


@pytest.mark.parametrize("kind", list(SCHEMES))
def test_forms_of_a_text_are_its_bytes(tokenizers, kind, mixed):
    tokenizer = tokenizers[kind]
    known = forms(tokenizer)
    for string in mixed[::50]:
        joined = b"".join(known[index] for index in tokenizer(string, add_special_tokens=False)["input_ids"])
        if kind == "bert_wordpiece":  # it never knew the spaces around a sign
            assert joined.decode().replace(" ", "") == string.replace(" ", "")
        else:
            assert joined.decode().strip() == string


@pytest.mark.parametrize("kind", list(SCHEMES))
def test_pieces_of_a_token_are_itself(tokenizers, kind):
    """What a tokenizer can reach, it reaches by the form alone."""
    tokenizer = tokenizers[kind]
    same = total = 0
    for index, (form, token) in enumerate(zip(forms(tokenizer), tokens_by_id(tokenizer), strict=True)):
        if (
            form is None
            or token.startswith("<0x")
            or [t.value for t in tokenizer.backend_tokenizer.model.tokenize(token)] != [token]
        ):
            continue
        total += 1
        same += pieces(tokenizer, form) == [index]
    assert total > 200
    assert same / total > 0.98


def test_word_starts_and_insides_are_kept_apart(tokenizers):
    for kind, start, inside in (
        ("byte_bpe", "Ġ", ""), ("xlmr_unigram", "▁", ""), ("fallback_bpe", "▁", ""), ("bert_wordpiece", "", "##"),
    ):  # fmt: skip
        tokenizer = tokenizers[kind]
        first, later = (tokenizer.convert_ids_to_tokens(pieces(tokenizer, form)) for form in (b" land", b"land"))
        assert first[0].startswith(start), kind
        assert later[0].startswith(inside), kind
        assert not first[0].startswith("##"), kind
        assert not later[0].startswith(("Ġ", "▁")), kind
        assert "".join(first).replace("##", "").lstrip("Ġ▁") == "land" == "".join(later).replace("##", "")


def test_parts_of_characters(tokenizers):
    assert len(pieces(tokenizers["byte_bpe"], b"\xe6\xbc")) == 2
    assert tokenizers["fallback_bpe"].convert_ids_to_tokens(pieces(tokenizers["fallback_bpe"], b"\xe6\xbc")) == [
        "<0xE6>",
        "<0xBC>",
    ]
    assert pieces(tokenizers["bert_wordpiece"], b"\xe6\xbc") == []


@pytest.mark.parametrize("new", list(SCHEMES))
@pytest.mark.parametrize("old", list(SCHEMES))
def test_matches_agree_in_form_or_role(tokenizers, new, old):
    here, there = tokenizers[new], tokenizers[old]
    found = matches(here, there)
    known, other = forms(here), forms(there)
    ordinary = [index for index in np.flatnonzero(found >= 0) if known[index] is not None]
    assert len(ordinary) > 50
    assert all(known[index] == other[found[index]] for index in ordinary)
    if new == old:
        assert found.tolist() == list(range(len(here)))
    if "pad" in roles(here) and "pad" in roles(there) and new != "fallback_bpe":
        assert found[here.pad_token_id] == there.pad_token_id
