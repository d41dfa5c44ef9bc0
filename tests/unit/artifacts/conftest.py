"""Networks of a few thousand weights with a byte tokenizer, one of each kind."""

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    BertConfig,
    BertForMaskedLM,
    GPT2Config,
    GPT2LMHeadModel,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
)

from lect.artifacts.models import Model

SPECIALS = ["<pad>", "<s>", "</s>", "<mask>"]


def byte_tokenizer(more=()):
    tokens = [*SPECIALS, *sorted(pre_tokenizers.ByteLevel.alphabet()), *more]
    backend = Tokenizer(models.BPE({token: index for index, token in enumerate(tokens)}, []))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    names = dict(zip(("pad_token", "bos_token", "eos_token", "mask_token"), SPECIALS, strict=True))
    return PreTrainedTokenizerFast(tokenizer_object=backend, **names)


def decoder(rows=260, **settings):
    torch.manual_seed(0)
    ids = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
    config = GPT2Config(vocab_size=rows, n_positions=32, n_embd=16, n_layer=1, n_head=2, **ids | settings)
    return Model(GPT2LMHeadModel(config).eval(), byte_tokenizer(), "tiny")


def encoder():
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    return Model(BertForMaskedLM(BertConfig(vocab_size=260, **shape)).eval(), byte_tokenizer(), "tiny")


def seq2seq():
    config = T5Config(vocab_size=260, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2, decoder_start_token_id=0)
    return Model(T5ForConditionalGeneration(config).eval(), byte_tokenizer(), "tiny")


@pytest.fixture
def model():
    return decoder()


@pytest.fixture
def folder(model, tmp_path):
    return model.save(tmp_path / "base")
