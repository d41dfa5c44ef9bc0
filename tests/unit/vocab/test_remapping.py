"""The one mechanism: identity, ties, dtypes, draws, special ids, in every family."""

import copy

import numpy as np
import pytest
import torch
from scipy import sparse

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.models.families import FAMILIES, vocabulary_tensors
from lect.vocab.remapping import remap
from lect.vocab.tokenizer_files import subset
from lect.vocab.vocab_maps import VocabMap, kept_rows, rows_from

IDS = [5, 300, 17, 44, 44, 201, 9]
KIND = {
    "t5": "t5_unigram",
    "mt5": "t5_unigram",
    "bert": "bert_wordpiece",
    "modernbert": "bert_wordpiece",
    "gpt2": "byte_bpe",
}
TIED = ("bert", "roberta", "gpt2", "llama", "gemma", "t5", "mbart", "modernbert")


def kind_of(model_type):
    return KIND.get(model_type, "fallback_bpe" if FAMILIES[model_type].kind == "decoder" else "xlmr_unigram")


def identity(tokenizer):
    return kept_rows(range(len(tokenizer)), len(tokenizer))


def test_families_are_seventeen():
    assert len(FAMILIES) == 17


@pytest.mark.parametrize("model_type", list(FAMILIES))
def test_identity_gives_the_same_logits(make_model, logits, model_type):
    model = make_model(model_type, kind_of(model_type))
    same = remap(model, model.tokenizer, identity(model.tokenizer))
    assert torch.equal(logits(same.network, IDS), logits(model.network, IDS))
    assert same.network is not model.network
    names = [name for name, _, _ in vocabulary_tensors(model.network)]
    assert [name for name, _, _ in vocabulary_tensors(same.network)] == names
    settings = {
        key: value
        for key, value in model.network.config.to_dict().items()
        if value != same.network.config.to_dict()[key]
    }
    assert settings.keys() <= same.notes["dropped_ids"].keys()


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("model_type", TIED)
def test_a_permutation_permutes_logits_and_keeps_ties_and_dtype(make_model, logits, model_type, tied):
    base = make_model(model_type, kind_of(model_type), tie_word_embeddings=tied)
    model = Model(base.network.to(torch.bfloat16), base.tokenizer)
    keep = sorted(set(IDS) | {index for index in range(len(base.tokenizer)) if index % 3})
    tokenizer = subset(model.tokenizer, keep)
    old = [
        model.tokenizer.convert_tokens_to_ids(token)
        for token in tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    ]
    before = copy.deepcopy(model.network.state_dict())
    smaller = remap(model, tokenizer, kept_rows(old, len(model.tokenizer)))
    place = {index: position for position, index in enumerate(old)}
    assert torch.equal(logits(smaller.network, [place[i] for i in IDS]), logits(model.network, IDS)[:, old])
    # T5 and BART do not untie their encoder and decoder inputs; what counts is that nothing changes.
    pairs = [
        (net.get_input_embeddings().weight, net.get_output_embeddings().weight)
        for net in (model.network, smaller.network)
    ]
    assert (pairs[0][0] is pairs[0][1]) == (pairs[1][0] is pairs[1][1])
    assert {p.dtype for p in smaller.network.parameters()} == {torch.bfloat16}
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.network.state_dict().items())
    assert (
        smaller.network.config.get_text_config().vocab_size
        == len(tokenizer)
        == smaller.network.get_input_embeddings().num_embeddings
    )


def test_padded_rows_go(make_model, logits):
    model = make_model("llama", "byte_bpe", padded=32)
    same = remap(model, model.tokenizer, identity(model.tokenizer))
    size = len(model.tokenizer)
    assert (
        same.network.get_output_embeddings().weight.shape[0]
        == size
        == same.network.get_output_embeddings().out_features
    )
    assert torch.equal(logits(same.network, IDS), logits(model.network, IDS)[:, :size])


def test_means_and_draws(make_model):
    model = make_model("bert", "bert_wordpiece")
    size = len(model.tokenizer)
    parts = [[index] for index in range(5)] + [[7, 8, 9], [10, 10, 11]] + [[] for _ in range(size - 7)]
    reasons = ["copied"] * 5 + ["mean of 3 pieces"] * 2 + ["drawn"] * (size - 7)
    new = remap(model, model.tokenizer, rows_from(parts, reasons, size, seed=3))
    for (_, old, _), (name, fresh, _) in zip(
        vocabulary_tensors(model.network), vocabulary_tensors(new.network), strict=True
    ):
        assert torch.equal(fresh[:5], old[:5]), name
        torch.testing.assert_close(fresh[5], old[[7, 8, 9]].mean(0), atol=1e-7, rtol=0)
        torch.testing.assert_close(fresh[6], (2 * old[10] + old[11]) / 3, atol=1e-7, rtol=1e-6)
    drawn = new.network.get_input_embeddings().weight[7:]
    old = model.network.get_input_embeddings().weight
    assert (drawn.mean(0) - old.mean(0)).abs().max() < 5 * old.std() / (size - 7) ** 0.5
    assert 0.8 < drawn.std() / old.std() < 1.2
    bias = new.network.cls.predictions.bias
    assert torch.allclose(bias[7:], model.network.cls.predictions.bias.mean())
    again = remap(model, model.tokenizer, rows_from(parts, reasons, size, seed=3))
    assert torch.equal(again.network.get_input_embeddings().weight, new.network.get_input_embeddings().weight)
    other = remap(model, model.tokenizer, rows_from(parts, reasons, size, seed=4))
    assert not torch.equal(other.network.get_input_embeddings().weight, new.network.get_input_embeddings().weight)
    assert new.notes["rows"] == {"copied": 5, "mean of pieces": 2, "drawn": size - 7}


def test_ids_in_configurations_name_the_same_tokens(make_model):
    model = make_model("llama", "byte_bpe")
    tokenizer, config, generation = model.tokenizer, model.network.config, model.network.generation_config
    gone, kept = 700, 600
    end, tool = tokenizer.eos_token_id, tokenizer.convert_tokens_to_ids("<|tool|>")
    config.eos_token_id = generation.eos_token_id = [end, tool]
    generation.suppress_tokens = [gone, kept]
    generation.begin_suppress_tokens = [gone]
    generation.bad_words_ids = [[kept, gone], [kept, kept]]
    generation.forced_decoder_ids = [[1, kept], [2, gone]]
    generation.sequence_bias = [[[kept], -1.0], [[gone], 2.0]]
    generation.max_new_tokens = 7
    small = subset(tokenizer, set(range(len(tokenizer))) - {gone})
    assert gone not in {tokenizer.convert_tokens_to_ids(token) for token in small.get_vocab()}
    old = [tokenizer.convert_tokens_to_ids(token) for token in small.convert_ids_to_tokens(list(range(len(small))))]
    new = remap(model, small, kept_rows(old, len(tokenizer)))
    word = small.convert_tokens_to_ids(tokenizer.convert_ids_to_tokens(kept))
    made = new.network.generation_config
    assert (
        made.eos_token_id
        == new.network.config.eos_token_id
        == [small.eos_token_id, small.convert_tokens_to_ids("<|tool|>")]
    )
    assert new.network.config.pad_token_id == small.pad_token_id == new.network.get_input_embeddings().padding_idx
    assert made.suppress_tokens == [word]
    assert made.begin_suppress_tokens is None
    assert made.bad_words_ids == [[word, word]]
    assert made.forced_decoder_ids == [[1, word]]
    assert made.sequence_bias == [[[word], -1.0]]
    assert made.max_new_tokens == 7
    assert new.notes["dropped_ids"]["suppress_tokens"] == [gone]
    assert generation.suppress_tokens == [gone, kept]


def test_refusals(make_model, tokenizers):
    model = make_model("xlm-roberta", "xlmr_unigram")
    with pytest.raises(LectError, match="the map is 3 x 9"):
        remap(model, model.tokenizer, kept_rows([1, 2, 3], 9))
    other = tokenizers["bert_wordpiece"]
    with pytest.raises(LectError, match=r"counts positions from its padding id, 1, .* pads with 0"):
        remap(model, other, rows_from([[0]] * len(other), ["copied"] * len(other), len(model.tokenizer)))
    with pytest.raises(LectError, match="weights or noise"):
        VocabMap(sparse.csr_array((2, 3)), np.array([0, -1]), ["drawn", "copied"])
