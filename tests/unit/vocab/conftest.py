"""Tiny worlds: real words of three languages from CLDR, a tokenizer of each kind, a random network of each family."""

import random

import pytest
import torch
import transformers
from babel import Locale
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from lect.artifacts.models import Model
from lect.models.families import FAMILIES

SPECIALS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def sentences(code, number=300, seed=0):
    """Return sentences made of names of territories, languages and months, in one language."""
    locale = Locale.parse(code)
    names = [*locale.territories.values(), *locale.languages.values(), *locale.months["format"]["wide"].values()]
    draw = random.Random(seed)
    words = sorted({str(name) for name in names})
    return [
        " ".join(draw.choice(words[: int(draw.random() ** 2 * len(words)) + 1]) for _ in range(6)) + "."
        for _ in range(number)
    ]


@pytest.fixture(scope="session")
def faroese():
    return sentences("fo")


@pytest.fixture(scope="session")
def mixed():
    return sentences("fo") + sentences("en", seed=1) + sentences("ru", seed=2)


def byte_bpe(texts):
    """Return a GPT-2-like tokenizer whose special tokens come after the model's vocabulary and are not in it."""
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    backend.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=795, initial_alphabet=alphabet, show_progress=False)
    )
    backend.add_special_tokens(["<|start|>", "<|end|>", "<|pad|>", "<|tool|>", "<|mask|>"])
    start, end = (backend.token_to_id(token) for token in ("<|start|>", "<|end|>"))
    backend.post_processor = processors.TemplateProcessing(
        single="<|start|> $A <|end|>",
        pair="<|start|> $A <|end|> $B <|end|>",
        special_tokens=[("<|start|>", start), ("<|end|>", end)],
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend, bos_token="<|start|>", eos_token="<|end|>", pad_token="<|pad|>", mask_token="<|mask|>"
    )
    tokenizer.chat_template = "{% for m in messages %}<|start|>{{ m.content }}<|end|>{% endfor %}"
    return tokenizer


def fallback_bpe(texts):
    """Return a Llama-2-like tokenizer: ▁ by the normalizer, no pre-tokenizer, byte fallback, many merges a product."""
    learned = Tokenizer(models.BPE())
    learned.pre_tokenizer = pre_tokenizers.Metaspace()
    learned.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=500, limit_alphabet=90, show_progress=False))
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    pieces = sorted(learned.get_vocab(), key=learned.get_vocab().get)
    vocabulary = {token: index for index, token in enumerate(["<unk>", "<s>", "</s>", *bytes_, *pieces])}
    rank = {token: index for index, token in enumerate(pieces)}
    cuts = [
        (token[:i], token[i:])
        for token in pieces
        for i in range(1, len(token))
        if token[:i] in rank and token[i:] in rank
    ]
    cuts.sort(key=lambda pair: (rank[pair[0] + pair[1]], pair))
    backend = Tokenizer(models.BPE(vocabulary, cuts, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    backend.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    backend.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    backend.add_special_tokens(["<unk>", "<s>", "</s>"])
    backend.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend, unk_token="<unk>", bos_token="<s>", eos_token="</s>", pad_token="</s>"
    )


def xlmr_unigram(texts):
    """Return a tokenizer of XLM-R's own class: special tokens first, the mask last, unknown by place 3."""
    backend = Tokenizer(models.Unigram())
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    backend.train_from_iterator(
        texts, trainers.UnigramTrainer(vocab_size=800, unk_token="<unk>", special_tokens=["<unk>"], show_progress=False)
    )
    import json

    pieces = sorted(
        (round(score, 6), token) for token, score in json.loads(backend.to_str())["model"]["vocab"] if token != "<unk>"
    )
    vocabulary = (
        [(token, 0.0) for token in SPECIALS[:4]]
        + [(token, score) for score, token in reversed(pieces)]
        + [("<mask>", 0.0)]
    )
    return transformers.XLMRobertaTokenizer(vocab=vocabulary)


def t5_unigram(texts):
    """Return a tokenizer of T5's own class with its hundred sentinels last."""
    pieces = [(token, score) for token, score in _unigram_pieces(texts)]
    sentinels = [(f"<extra_id_{i}>", 0.0) for i in reversed(range(100))]
    return transformers.T5Tokenizer(vocab=[("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *pieces, *sentinels])


def _unigram_pieces(texts):
    ids = xlmr_unigram(texts).backend_tokenizer.to_str()
    import json

    return [tuple(pair) for pair in json.loads(ids)["model"]["vocab"] if pair[0] not in SPECIALS]


def bert_wordpiece(texts):
    """Return a tokenizer of BERT's own class."""
    backend = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    backend.normalizer = normalizers.BertNormalizer(lowercase=False)
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    backend.train_from_iterator(
        texts, trainers.WordPieceTrainer(vocab_size=900, special_tokens=specials, show_progress=False)
    )
    return transformers.BertTokenizer(vocab=backend.get_vocab(), do_lower_case=False)


TOKENIZERS = {
    "byte_bpe": byte_bpe,
    "fallback_bpe": fallback_bpe,
    "xlmr_unigram": xlmr_unigram,
    "t5_unigram": t5_unigram,
    "bert_wordpiece": bert_wordpiece,
}


@pytest.fixture(scope="session")
def tokenizers(mixed):
    """Return one tokenizer of each kind, learned on three languages."""
    return {name: make(mixed) for name, make in TOKENIZERS.items()}


SIZES = {
    **dict.fromkeys(("hidden_size", "n_embd", "d_model"), 16),
    **dict.fromkeys(("num_hidden_layers", "n_layer", "num_layers", "num_decoder_layers", "encoder_layers"), 1),
    **dict.fromkeys(
        ("num_attention_heads", "num_key_value_heads", "n_head", "num_heads", "encoder_attention_heads"), 2
    ),
    **dict.fromkeys(("intermediate_size", "d_ff", "encoder_ffn_dim", "decoder_ffn_dim"), 24),
    **dict.fromkeys(("head_dim", "d_kv"), 8),
    **dict.fromkeys(("max_position_embeddings", "n_positions"), 80),
    "decoder_layers": 1,
    "decoder_attention_heads": 2,
}
CLASSES = {"encoder": "AutoModelForMaskedLM", "decoder": "AutoModelForCausalLM", "seq2seq": "AutoModelForSeq2SeqLM"}


def network(model_type, tokenizer, *, padded=0, **settings):
    """Return a random network of a family for a tokenizer, with biases that are not zero."""
    torch.manual_seed(0)
    named = {key: getattr(tokenizer, key, None) for key in ("bos_token_id", "eos_token_id", "pad_token_id")}
    rows = max(tokenizer.get_vocab().values()) + 1 + padded
    config = transformers.AutoConfig.for_model(model_type, **SIZES, **named, vocab_size=rows, **settings)
    if FAMILIES[model_type].kind == "seq2seq":
        config.decoder_start_token_id = named["eos_token_id"]
    for key in ("layer_types",):
        if getattr(config, key, None):
            setattr(config, key, getattr(config, key)[:1])
    made = getattr(transformers, CLASSES[FAMILIES[model_type].kind]).from_config(config).eval()
    with torch.no_grad():
        for name, tensor in [*made.named_parameters(), *made.named_buffers()]:
            if rows in tensor.shape and (tensor.dim() == 1 or "final_logits_bias" in name):
                tensor.normal_()
    return made


@pytest.fixture(scope="session")
def make_model(tokenizers):
    """Return `(family, kind of tokenizer, **settings) → Model`."""
    return lambda model_type, kind, **settings: Model(
        network(model_type, tokenizers[kind], **settings), tokenizers[kind]
    )


@pytest.fixture
def logits():
    """Return `(network, ids) → logits`, the decoder of a seq2seq reading the same ids."""

    def run(net, ids):
        given = {"input_ids": torch.tensor([ids])}
        if net.config.is_encoder_decoder:
            given["decoder_input_ids"] = given["input_ids"]
        with torch.no_grad():
            return net(**given).logits[0]

    return run
