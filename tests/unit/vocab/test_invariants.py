"""What every change of vocabulary must keep, over four kinds of tokenizers and seven kinds of models."""

import copy
import itertools

import pytest
import torch
from safetensors.torch import load_file
from tests.unit.vocab.conftest import sentences

from lect.artifacts.loading import load
from lect.models.families import vocabulary_tensors
from lect.vocab.checks.proving import prove
from lect.vocab.counting import count
from lect.vocab.extending import extend
from lect.vocab.replacing import replace
from lect.vocab.selection.trimming import trim

KINDS = ("byte_bpe", "fallback_bpe", "t5_unigram", "bert_wordpiece")
MODELS = {
    "bert": {"model_type": "bert"},
    "modernbert": {"model_type": "modernbert"},
    "gpt2 tied": {"model_type": "gpt2", "tie_word_embeddings": True},
    "llama untied": {"model_type": "llama", "tie_word_embeddings": False},
    "llama with rows to spare": {"model_type": "llama", "tie_word_embeddings": True, "padded": 37},
    "mt5": {"model_type": "mt5"},
    "mbart": {"model_type": "mbart"},
}
HELD_OUT = sentences("fo", number=150, seed=7)
CASES = list(itertools.product(MODELS, KINDS))
CHECKED = {
    "kept rows are bit-equal", "ties and dtypes are kept", "ids are 0 … size - 1, one row each", "logits of kept tokens are equal",
    "every id names the same token", "no token became unreachable", "decoding gives the text back", "kept tokens cut a text as before",
    "unknown tokens", "tokens of the text",
}  # fmt: skip


def test_there_are_28_cases():
    assert len(CASES) == 28


def base_of(make_model, name, kind):
    settings = dict(MODELS[name])
    base = make_model(settings.pop("model_type"), kind, **settings)
    if hasattr(base.network, "generation_config") and base.network.generation_config is not None:
        base.network.generation_config.suppress_tokens = [300, 301, len(base.tokenizer) - 1]
    return base


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_trimming_holds_its_proof(make_model, faroese, name, kind):
    base = base_of(make_model, name, kind)
    small = trim(base, faroese, size=520)
    assert len(small.tokenizer) == small.network.get_input_embeddings().weight.shape[0] == 520
    proof = prove(base, small, HELD_OUT)
    assert {check.name for check in proof.checks} == CHECKED
    assert proof.holds, proof.describe()
    applies = {check.name for check in proof.checks if check.holds}
    assert applies >= CHECKED - {"kept tokens cut a text as before", "tokens of the text"}


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_extending_holds_its_proof(make_model, faroese, mixed, name, kind):
    base = base_of(make_model, name, kind)
    size = len(base.tokenizer) + 40
    large = extend(base, faroese, size=size)
    proof = prove(base, large, HELD_OUT + mixed[::7])
    assert proof.holds, proof.describe()
    old = base.tokenizer.get_vocab()
    assert {token: index for token, index in large.tokenizer.get_vocab().items() if token in old} == old
    assert count(large.tokenizer, faroese).sum() < count(base.tokenizer, faroese).sum()


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_replacing_by_itself_is_the_identity(make_model, faroese, name, kind):
    base = base_of(make_model, name, kind)
    same = replace(base, copy.deepcopy(base.tokenizer))
    assert set(same.vocab_map.reasons) == {"copied"}
    proof = prove(base, same, faroese[:100])
    assert proof.holds, proof.describe()


@pytest.mark.parametrize("kind", KINDS)
def test_trimming_to_what_was_seen_cuts_the_text_identically(make_model, faroese, kind):
    base = make_model("llama", kind)
    seen = trim(base, faroese, keep=1.0)
    proof = prove(base, seen, faroese)
    exact = next(check for check in proof.checks if check.name == "kept tokens cut a text as before")
    assert exact.holds
    assert exact.seen.startswith(f"{proof.texts} of {proof.texts} texts")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_input_gives_the_same_bytes(make_model, faroese, tmp_path, kind):
    for name in ("one", "two"):
        trim(make_model("mbart", kind), faroese, size=520).save(tmp_path / name)
    for file in sorted((tmp_path / "one").iterdir()):
        if file.suffix != ".parquet":  # whose writer stamps its version
            assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name
    assert load_file(tmp_path / "one" / "model.safetensors").keys()


def failing(proof):
    return {check.name for check in proof.checks if check.holds is False}


def test_a_proof_can_fail(make_model, faroese, tmp_path):
    base = make_model("bert", "bert_wordpiece")
    small = trim(base, faroese, size=520)
    small.save(tmp_path / "good")
    damaged = load(tmp_path / "good")
    with torch.no_grad():
        damaged.network.get_input_embeddings().weight[[30, 31]] = damaged.network.get_input_embeddings().weight[
            [31, 30]
        ]
    assert failing(prove(base, damaged, faroese)) == {"kept rows are bit-equal", "logits of kept tokens are equal"}
    first = load(tmp_path / "good")  # what a rival does: the first rows of the bias instead of the right ones
    bias = next(tensor for name, tensor, _ in vocabulary_tensors(first.network) if name.endswith("bias"))
    with torch.no_grad():
        bias.copy_(next(t for n, t, _ in vocabulary_tensors(base.network) if n.endswith("bias"))[:520])
    assert failing(prove(base, first, faroese)) == {"kept rows are bit-equal", "logits of kept tokens are equal"}
    stale = load(tmp_path / "good")
    stale.network.config.pad_token_id = 77
    assert failing(prove(base, stale, faroese)) == {"every id names the same token"}
    wider = load(tmp_path / "good")
    wider.network.resize_token_embeddings(530)
    assert failing(prove(base, wider, faroese)) == {"ids are 0 … size - 1, one row each"}
