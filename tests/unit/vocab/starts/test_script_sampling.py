"""Rows drawn from old tokens of the same script: the right old tokens, and true copies."""

import numpy as np
import pytest
import torch

from lect.vocab.learners.learning import learn
from lect.vocab.replacing import replace
from lect.vocab.starts.rows import overlap_rows, random_rows
from lect.vocab.starts.script_sampling import script_position_rows, script_rows, with_overlap
from lect.vocab.surfaces import forms, tokens_by_id

KINDS = {"roberta": "xlmr_unigram", "bert": "bert_wordpiece", "gpt2": "byte_bpe", "llama": "fallback_bpe"}


@pytest.fixture(scope="module")
def learned(mixed):
    return learn(mixed, kind="unigram", size=700)


def cyrillic(form):
    return form is not None and form.strip() != b"" and all(0xD0 <= byte <= 0xD3 for byte in form.strip()[::2])


@pytest.mark.parametrize("model_type", list(KINDS))
def test_tokens_are_drawn_from_their_script(make_model, learned, model_type):
    model = make_model(model_type, KINDS[model_type])
    old_forms = forms(model.tokenizer)
    for builder, apart in ((script_rows, False), (script_position_rows, True)):
        built = builder(model, learned)
        seen = 0
        for form, number, reason in zip(forms(learned), built.noise, built.reasons, strict=True):
            if not cyrillic(form) or len(form) % 2 != (form[:1] == b" "):
                continue
            seen += 1
            place = ", " + ("initial" if form[:1] == b" " else "medial") if apart else ""
            assert reason == f"drawn like Cyrl{place}"
            members = [old_forms[index] for index in built.noises[number].members]
            assert all(b"\xd0" in member or b"\xd1" in member for member in members)
            if apart:
                assert {member[:1] == b" " for member in members} == {form[:1] == b" "}
        assert seen > 100
        copied = {token for token, twin in zip(tokens_by_id(learned), built.copies, strict=True) if twin >= 0}
        assert copied <= set(learned.all_special_tokens)
        assert learned.eos_token in copied


def test_rows_lie_around_their_script(make_model, learned):
    model = make_model("roberta", "xlmr_unigram")
    weight = model.network.get_input_embeddings().weight
    with torch.no_grad():
        weight[[index for index, form in enumerate(forms(model.tokenizer)) if form and b"\xd0" in form]] += 5
    new = replace(model, learned, rows=script_rows).network.get_input_embeddings().weight.detach()
    like = np.array(script_rows(model, learned).reasons)
    assert new[like == "drawn like Cyrl"].mean() > 4
    assert abs(new[like == "drawn like Latn"].mean()) < 1


def test_with_overlap_copies_what_both_have(make_model, learned):
    model = make_model("roberta", "xlmr_unigram")
    plain, ident = script_position_rows(model, learned), with_overlap(script_position_rows)(model, learned)
    overlap = overlap_rows(model, learned)
    assert ident.copies.tolist() == overlap.copies.tolist()
    left = overlap.copies < 0
    assert ident.noise[left].tolist() == plain.noise[left].tolist()
    assert [reason for reason, rest in zip(ident.reasons, left, strict=True) if rest] == [
        reason for reason, rest in zip(plain.reasons, left, strict=True) if rest
    ]
    same = with_overlap(random_rows)(model, learned)
    assert same.copies.tolist() == overlap.copies.tolist()


@pytest.mark.parametrize("builder", [script_rows, script_position_rows])
def test_its_own_tokenizer_is_the_identity(make_model, builder):
    for model_type, kind in KINDS.items():
        model = make_model(model_type, kind)
        built = with_overlap(builder)(model, model.tokenizer)
        assert built.copies.tolist() == list(range(len(built.reasons)))
        special = [index for index, form in enumerate(forms(model.tokenizer)) if form is None]
        assert builder(model, model.tokenizer).copies[special].tolist() == special


def test_a_script_that_the_old_model_lacks_is_drawn_from_all(make_model, tokenizers):
    greek = learn(["αβγ δεζ ηθι κλμ νξο πρσ " * 3] * 20, kind="unigram", size=300)
    for builder in (script_rows, with_overlap(script_position_rows)):
        built = builder(make_model("roberta", "xlmr_unigram"), greek)
        index = tokens_by_id(greek).index("▁")
        assert built.reasons[index] in {"drawn like no letters", "copied"}
        lacking = [
            n
            for n, form in enumerate(forms(greek))
            if form and any("α" <= c <= "ω" for c in form.decode("utf-8", "ignore"))
        ]
        assert len(lacking) > 10
        assert {built.reasons[n] for n in lacking} == {"drawn"}
        assert {built.noises[built.noise[n]].members for n in lacking} == {None}
