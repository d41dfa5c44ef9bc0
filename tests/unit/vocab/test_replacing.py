"""Replace and the builders of rows, between all kinds of tokenizers and models."""

import numpy as np
import pytest
import torch

from lect.artifacts.loading import load
from lect.vocab.learners.learning import learn
from lect.vocab.replacing import replace
from lect.vocab.starts.rows import constituent_rows, overlap_rows, random_rows
from lect.vocab.surfaces import forms, pieces, tokens_by_id

MODELS = {
    "bert": "bert_wordpiece",
    "roberta": "xlmr_unigram",
    "mbart": "xlmr_unigram",
    "t5": "t5_unigram",
    "llama": "fallback_bpe",
    "gpt2": "byte_bpe",
}
KINDS = {"bpe": 600, "unigram": 620, "wordpiece": 500}


@pytest.fixture(scope="module")
def learned(faroese):
    return {kind: learn(faroese, kind=kind, size=size) for kind, size in KINDS.items()}


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("model_type", list(MODELS))
def test_rows_are_means_of_old_pieces(make_model, learned, model_type, kind, logits):
    assert len(MODELS) * len(KINDS) == 18
    model = make_model(model_type, MODELS[model_type])
    new = replace(model, learned[kind], rows=constituent_rows)
    old, fresh = (net.get_input_embeddings().weight.detach() for net in (model.network, new.network))
    assert fresh.shape[0] == KINDS[kind]
    built = constituent_rows(model, learned[kind])
    for index in range(5, KINDS[kind], 7):
        form, reason = forms(learned[kind])[index], built.reasons[index]
        if reason.startswith("mean"):
            torch.testing.assert_close(fresh[index], old[pieces(model.tokenizer, form)].mean(0), atol=1e-7, rtol=1e-6)
        elif reason == "copied":
            assert torch.equal(fresh[index], old[built.weights.indices[built.weights.indptr[index]]])
    assert {reason.split()[0] for reason in built.reasons} >= {"copied", "mean"}
    assert np.allclose(built.weights.sum(axis=1)[~built.drawn], 1)
    assert torch.isfinite(logits(new.network, new.tokenizer("Føroyar og Danmark")["input_ids"])).all()


@pytest.mark.parametrize("model_type", list(MODELS))
def test_roles_and_frames_carry_over(make_model, learned, model_type):
    model = make_model(model_type, MODELS[model_type])
    new = replace(model, learned["bpe"], rows=overlap_rows)
    built = overlap_rows(model, learned["bpe"])
    for role in ("pad", "eos", "mask", "cls"):
        if getattr(model.tokenizer, f"{role}_token_id") is not None and not (role == "pad" and model_type == "llama"):
            row = getattr(learned["bpe"], f"{role}_token_id")
            assert built.weights.indices[built.weights.indptr[row]] == getattr(model.tokenizer, f"{role}_token_id"), (
                role
            )
    frames = {
        "bert": "<s> </s>",
        "roberta": "<s> </s>",
        "mbart": "<s> </s>",
        "t5": "</s>",
        "llama": "<s>",
        "gpt2": "<s> </s>",
    }
    ids = [index for index in new.tokenizer("Føroyar")["input_ids"] if index < 5]
    assert " ".join(new.tokenizer.convert_ids_to_tokens(ids)) == frames[model_type]
    assert learned["bpe"]("")["input_ids"] == []
    config = new.network.config
    assert config.pad_token_id in (None, 1 if model_type != "llama" else config.pad_token_id)
    assert config.eos_token_id in (None, 2)


def test_overlap_copies_more_than_random_and_less_than_constituents(make_model, learned):
    model = make_model("roberta", "xlmr_unigram")
    shares = [builder(model, learned["unigram"]).summary() for builder in (random_rows, overlap_rows, constituent_rows)]
    assert shares[0] == {"copied": 5, "drawn": 615}
    assert shares[1]["copied"] == shares[2]["copied"] > 100
    # What constituents leave to chance are bytes that are no character: XLM-R has no byte tokens.
    drawn = [
        token
        for token, reason in zip(
            tokens_by_id(learned["unigram"]), constituent_rows(model, learned["unigram"]).reasons, strict=True
        )
        if reason == "drawn"
    ]
    assert shares[1]["drawn"] > shares[2]["drawn"] == len(drawn)
    assert all(token.startswith("<0x") for token in drawn)


def test_shuffled_rows_leave_copies_alone(make_model, learned):
    model = make_model("roberta", "xlmr_unigram")
    built = constituent_rows(model, learned["bpe"])
    dealt = built.shuffled(seed=1)
    copied = np.array(built.reasons) == "copied"
    assert (built.weights != dealt.weights)[copied].nnz == 0
    assert (built.weights != dealt.weights)[~copied].nnz > 0
    assert sorted(built.reasons) == sorted(dealt.reasons)
    assert np.allclose(np.sort(built.weights.sum(axis=0)), np.sort(dealt.weights.sum(axis=0)))
    assert replace(model, learned["bpe"], rows=dealt).notes["rows"] == built.summary()


def test_there_and_back_again(make_model, tokenizers, logits, faroese):
    """A model whose tokenizer is replaced by its own comes back unchanged."""
    for model_type, kind in MODELS.items():
        model = make_model(model_type, kind)
        same = replace(model, tokenizers[kind], rows=overlap_rows)
        assert same.notes["rows"] == {"copied": len(tokenizers[kind])}
        ids = model.tokenizer(faroese[0])["input_ids"]
        assert same.tokenizer(faroese[0])["input_ids"] == ids
        assert torch.equal(logits(same.network, ids), logits(model.network, ids))


def test_saved_and_loaded(make_model, learned, tmp_path, logits):
    for kind in KINDS:
        new = replace(make_model("bert", "bert_wordpiece"), learned[kind], rows=constituent_rows)
        again = load(new.save(tmp_path / kind))
        ids = new.tokenizer("Føroyar, Danmark")["input_ids"]
        assert again.tokenizer("Føroyar, Danmark")["input_ids"] == ids
        torch.testing.assert_close(logits(again.network, ids), logits(new.network, ids), atol=1e-6, rtol=0)
