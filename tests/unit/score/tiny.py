"""Random networks of a few thousand weights with a tokenizer trained on the spot."""

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    BertConfig,
    BertForMaskedLM,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForMaskedLM,
)

from lect.artifacts.models import Model

TEXTS = [
    "Góðan morgun! Hvussu gongur?",
    "Hann fór til Havnar í gjár, og hon kom aftur við bussinum um kvøldið.",
    "Ja.",
    "Tað er ein fagur dagur í dag, og fuglarnir syngja í teimum grønu trøunum við ánna, meðan vit bíða eftir bátinum.",
    "Ein, tvey, trý, fýra, fimm, seks, sjey, átta, níggju, tíggju, ellivu, tólv, trettan, fjúrtan, fimtan, sekstan.",
]
SPECIAL = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "mask_token": "<mask>"}


def byte_tokenizer(special=("bos_token", "eos_token", "pad_token", "mask_token"), framed=False):
    """A lossless byte-level BPE of 300 types; `framed` sets <s> … </s> around a text, as encoders have it."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    names = [SPECIAL[key] for key in special]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=300, special_tokens=names, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(TEXTS, trainer)
    if framed:
        ends = [(name, tokenizer.token_to_id(name)) for name in ("<s>", "</s>")]
        tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=ends)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **{key: SPECIAL[key] for key in special})


def word_tokenizer():
    """A lossy tokenizer: whole words of the first text, all else unknown."""
    tokenizer = Tokenizer(models.WordLevel({"<unk>": 0, "<s>": 1, "Góðan": 2, "morgun": 3, "!": 4}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<s>")


def decoder(tokenizer=None, family="gpt2", positions=64, seed=0):
    torch.manual_seed(seed)
    tokenizer = tokenizer or byte_tokenizer()
    if family == "gpt2":
        config = GPT2Config(
            vocab_size=len(tokenizer), n_positions=positions, n_embd=32, n_layer=2, n_head=2, initializer_range=0.3
        )
        return Model(GPT2LMHeadModel(config).eval(), tokenizer, "tiny")
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=positions,
        initializer_range=0.3,
    )
    return Model(LlamaForCausalLM(config).eval(), tokenizer, "tiny")


def encoder(family="bert", positions=64, seed=0):
    torch.manual_seed(seed)
    tokenizer = byte_tokenizer(("bos_token", "pad_token", "eos_token", "mask_token"), framed=True)
    shape = {
        "vocab_size": len(tokenizer),
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 48,
        "initializer_range": 0.3,
        "pad_token_id": tokenizer.pad_token_id,
    }
    if family == "bert":
        network = BertForMaskedLM(BertConfig(max_position_embeddings=positions, **shape))
    else:
        offset = tokenizer.pad_token_id + 1
        network = RobertaForMaskedLM(RobertaConfig(max_position_embeddings=positions + offset, **shape))
    return Model(network.eval(), tokenizer, "tiny")
