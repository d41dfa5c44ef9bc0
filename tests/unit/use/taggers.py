"""Random classification networks and a task of a few sentences."""

import torch
from tests.unit.score.tiny import TEXTS, byte_tokenizer
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertForTokenClassification,
    GPT2Config,
    GPT2ForSequenceClassification,
    GPT2ForTokenClassification,
    PreTrainedTokenizerFast,
)

from lect.artifacts.models import Model
from lect.artifacts.tasks import Tagged, Task

SOFT_HYPHEN = "\u00ad"
LABELS = ["NOUN", "PUNCT", "VERB"]
CLASSES = {
    ("bert", "tagging"): BertForTokenClassification,
    ("bert", "classification"): BertForSequenceClassification,
    ("gpt2", "tagging"): GPT2ForTokenClassification,
    ("gpt2", "classification"): GPT2ForSequenceClassification,
}


def cleaning_tokenizer():
    """A tokenizer of characters that drops soft hyphens, so that a word made of them has no token."""
    names = {name: number for number, name in enumerate(["<unk>", "<pad>", *sorted(set("".join(TEXTS)) - {" "})])}
    tokenizer = Tokenizer(models.WordLevel(names, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Replace(SOFT_HYPHEN, "")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex("."), "isolated")]
    )
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", pad_token="<pad>")


def tagger(family="bert", kind="tagging", positions=64, tokenizer=None):
    torch.manual_seed(0)
    encoder = family == "bert"
    tokenizer = tokenizer or byte_tokenizer(framed=encoder)
    names = {"id2label": dict(enumerate(LABELS)), "label2id": {name: i for i, name in enumerate(LABELS)}}
    shape = {"vocab_size": len(tokenizer), "initializer_range": 1.5, "pad_token_id": tokenizer.pad_token_id, **names}
    if encoder:
        config = BertConfig(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16,
                            max_position_embeddings=positions, **shape)  # fmt: skip
    else:
        config = GPT2Config(n_embd=16, n_layer=2, n_head=2, n_positions=positions, **shape)
    return Model(CLASSES[family, kind](config).eval(), tokenizer, "tagger")


def pos_task(silent=False):
    words = [text.split() for text in TEXTS]
    if silent:
        words[2] = ["Ja", SOFT_HYPHEN]
    tags = [[LABELS[(len(word) + i) % 3] for i, word in enumerate(row)] for row in words]
    tags[4][0] = "UNSEEN"
    train = [Tagged(["hús", "bátur", "er"], ["NOUN", "NOUN", "VERB"], "n0")]
    test = [Tagged(words[i], tags[i], f"t{number}") for number, i in enumerate((1, 2, 4))]
    return Task("pos", "tagging", {"train": train, "test": test}, LABELS)
