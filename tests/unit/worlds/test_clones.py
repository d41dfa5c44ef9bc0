"""A clone's languages are equal to the last bit."""

import math

import pytest
import torch
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    BertConfig,
    BertForMaskedLM,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    RobertaConfig,
    RobertaForMaskedLM,
)

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.worlds import clone, clone_ids

V = 50
BLOCK = {"vocab_size": V, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
NETWORKS = {
    "gpt2": lambda: GPT2LMHeadModel(GPT2Config(vocab_size=V, n_embd=16, n_layer=2, n_head=2, n_positions=32,
    bos_token_id=0, eos_token_id=0)),
    "llama": lambda: LlamaForCausalLM(LlamaConfig(**BLOCK)),
    "bert": lambda: BertForMaskedLM(BertConfig(**BLOCK)),
    "roberta": lambda: RobertaForMaskedLM(RobertaConfig(**BLOCK, max_position_embeddings=40)),
    "bart": lambda: BartForConditionalGeneration(
        BartConfig(
            vocab_size=V, d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
            decoder_attention_heads=2, encoder_ffn_dim=32, decoder_ffn_dim=32, max_position_embeddings=40,
        )
    ),
}  # fmt: skip


def _logits(network, ids):
    extra = {"decoder_input_ids": ids} if network.config.is_encoder_decoder else {}
    with torch.no_grad():
        return network(input_ids=ids, **extra).logits


@pytest.mark.parametrize("family", NETWORKS)
def test_a_clone_is_equivalent(family):
    torch.manual_seed(0)
    network = NETWORKS[family]().eval()
    for parameter in network.parameters():
        parameter.data.normal_(0, 0.3)
    model = Model(network, None, name=family)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    twin = clone(model, copies=2)
    ids = torch.randint(5, V, (2, 9))
    expected = _logits(network, ids)
    for language in range(3):
        logits = _logits(twin.network, clone_ids(ids, twin, language=language))
        for part in range(3):
            assert torch.equal(logits[..., part * V : (part + 1) * V], expected)
        surplus = torch.logsumexp(logits, -1) - torch.logsumexp(expected, -1)
        assert torch.allclose(surplus, torch.full_like(surplus, math.log(3)), atol=1e-5)
    assert twin.network.config.vocab_size == 3 * V
    assert network.config.vocab_size == V
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    tied = network.get_output_embeddings().weight is network.get_input_embeddings().weight
    assert (twin.network.get_output_embeddings().weight is twin.network.get_input_embeddings().weight) == tied


def test_impossible_requests_are_refused():
    model = Model(NETWORKS["gpt2"](), None)
    with pytest.raises(LectError, match="at least 1"):
        clone(model, copies=0)
    with pytest.raises(LectError, match="cloned model"):
        clone_ids([1], model)
    with pytest.raises(LectError, match="found 2 of 1"):
        clone_ids([1], clone(model), language=2)
