"""New models: stock transformers architectures at four sizes, with random weights under a seed."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from transformers import (
    AutoModelForCausalLM,
    AutoModelForMaskedLM,
    AutoModelForSeq2SeqLM,
    LlamaConfig,
    ModernBertConfig,
    PreTrainedConfig,
    PreTrainedModel,
    T5Config,
)

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model, preflight


@dataclass(frozen=True)
class Size:
    """Shape of one size; `millions` is the body, without the vocabulary (hidden parameters more for each token).

    An encoder-decoder has `layers` in its encoder and a third as many in its decoder, which comes on top.
    """

    hidden: int
    layers: int
    heads: int
    intermediate: int
    millions: float


SIZES: dict[str, Size] = {
    "tiny": Size(hidden=128, layers=4, heads=4, intermediate=384, millions=0.9),
    "mini": Size(hidden=256, layers=6, heads=4, intermediate=704, millions=4.8),
    "small": Size(hidden=512, layers=8, heads=8, intermediate=1408, millions=25.7),
    "base": Size(hidden=768, layers=12, heads=12, intermediate=2048, millions=85.0),
}
"""Size → shape: demos in minutes on a laptop (tiny, mini), a night on a laptop (small), a GPU (base)."""

_ROLES = {
    "pad": ("pad",),
    "bos": ("bos", "cls"),
    "eos": ("eos", "sep"),
    "cls": ("cls", "bos"),
    "sep": ("sep", "eos"),
    "mask": ("mask",),
}
"""Role of a special token → roles of the tokenizer that can fill it, best first."""


def new(family: str, size: str, tokenizer: Any, *, seed: int = 0) -> Model:
    """Return a new model with random weights for this tokenizer; the global random state is left alone.

    `family` is "encoder" (ModernBERT architecture, masked), "decoder" (Llama architecture, causal) or "seq2seq" (T5 1.1
    architecture, encoder three times as deep as the decoder as in ByT5), `size` a key of `SIZES`. There are
    len(tokenizer) rows, input and output embeddings are tied, there is no dropout, and positions are meant for 512
    tokens (encoder) or 1024. Weights are drawn from N(0, 0.02²), those that write to the residual stream from
    N(0, 0.02² / (2·layers)) (Radford et al., 2019, section 2.3); the encoder cuts both at two deviations. Of a seq2seq
    only the embeddings are; its biases of positions fall with distance; the rest is as T5 draws it.

        model = new("encoder", "tiny", tokenizer, seed=1)
    """
    config = configure(family, size, tokenizer)
    with torch.random.fork_rng(devices=[]), torch.device("cpu"):
        torch.default_generator.manual_seed(seed)  # torch.manual_seed would reseed the accelerators too
        network = ARCHITECTURES[family].auto.from_config(config)
    ARCHITECTURES[family].adjust(network)
    model = Model(network.eval(), tokenizer, name=f"{family}-{size}")
    preflight(model)
    return model


def configure(family: str, size: str, tokenizer: Any) -> PreTrainedConfig:
    """Return the configuration of the model that `new` builds."""
    build = _choice(family, ARCHITECTURES, "family").configure
    return build(_choice(size, SIZES, "size"), tokenizer)


def special_ids(tokenizer: Any, *, needed: tuple[str, ...] = ()) -> dict[str, int]:
    """Return role → id of the special tokens that this tokenizer has, checked by name.

    `cls` and `bos` stand in for each other, and so do `sep` and `eos`; roles in `needed` must be there.
    """
    found: dict[str, int] = {}
    for role, sources in _ROLES.items():
        for source in sources:
            token = getattr(tokenizer, f"{source}_token", None)
            if token is not None and role not in found:
                found[role] = _id(tokenizer, source, token)
    if missing := [role for role in needed if role not in found]:
        raise LectError(
            f"this model needs the special tokens {', '.join(needed)}; the tokenizer has {', '.join(found) or 'none'}, "
            f"so that {', '.join(missing)} is missing. "
            f"Add it with tokenizer.add_special_tokens({{'{missing[0]}_token': '<{missing[0]}>'}})."
        )
    return found


def _id(tokenizer: Any, role: str, token: str) -> int:
    index = tokenizer.convert_tokens_to_ids(token)
    if index is None or tokenizer.convert_ids_to_tokens(index) != token:
        raise LectError(
            f"the {role} token {token!r} is not in the tokenizer's vocabulary of {len(tokenizer)} tokens. "
            "Add it with tokenizer.add_special_tokens."
        )
    return index


def _encoder(shape: Size, tokenizer: Any) -> PreTrainedConfig:
    """Return a ModernBERT configuration: pre-norm, rotary positions, gated MLP, no biases, full attention throughout.

    Chosen over RoBERTa by measurement (ours: tiny, equal bodies, no dropout, 400 batches of 16 × 128 tokens of Faroese,
    8,000 BPE tokens, 30 % masked, AdamW at 3e-3, for both better than 1e-3, one CPU thread; held-out masked
    cross-entropy in nats, seeds 0 and 1): 5.25 and 5.32 against 5.86 and 5.85, at 8,200 against 9,100 tokens a second.
    It also needs no padding id to count positions. Left out of ModernBERT: sliding windows (stock ModernBERT: 5.33 with
    seed 0; at 512 tokens it is not faster, 2,060 against 2,100 tokens a second, mini) and the rotary base of 160,000,
    made for 8,192 tokens (full attention with it: 5.75 with seed 0).
    """
    ids = special_ids(tokenizer, needed=("pad", "cls", "sep", "mask"))
    return ModernBertConfig(
        vocab_size=len(tokenizer),
        hidden_size=shape.hidden,
        intermediate_size=shape.intermediate,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        max_position_embeddings=512,
        layer_types=["full_attention"] * shape.layers,
        rope_parameters={
            kind: {"rope_type": "default", "rope_theta": 10_000.0} for kind in ("full_attention", "sliding_attention")
        },
        **{f"{role}_token_id": ids.get(role) for role in ("pad", "bos", "eos", "cls", "sep")},
    )


def _decoder(shape: Size, tokenizer: Any) -> PreTrainedConfig:
    ids = special_ids(tokenizer, needed=("eos",))
    return LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=shape.hidden,
        intermediate_size=shape.intermediate,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        **{f"{role}_token_id": ids.get(role) for role in ("pad", "bos", "eos")},
    )


def _seq2seq(shape: Size, tokenizer: Any) -> PreTrainedConfig:
    """Return a T5 1.1 configuration: gated GELU, no scaled outputs; embeddings are tied, as `transformers` 5 has it."""
    ids = special_ids(tokenizer, needed=("pad", "eos"))
    return T5Config(
        vocab_size=len(tokenizer),
        d_model=shape.hidden,
        d_kv=shape.hidden // shape.heads,
        d_ff=shape.intermediate,
        num_layers=shape.layers,
        num_decoder_layers=max(1, shape.layers // 3),
        num_heads=shape.heads,
        feed_forward_proj="gated-gelu",
        dropout_rate=0.0,
        scale_decoder_outputs=False,
        n_positions=1024,
        decoder_start_token_id=ids["pad"],
        pad_token_id=ids["pad"],
        eos_token_id=ids["eos"],
    )


@torch.no_grad()
def _scale_residual(network: PreTrainedModel) -> None:
    """Divide what each block of a Llama adds to the residual stream by √(2·layers), so that depth does not swell it.

    Ours: 6.20 against 6.26 nats of held-out loss after 0.3 million tokens of Faroese (tiny, one seed).
    """
    for block in network.model.layers:
        for projection in (block.self_attn.o_proj, block.mlp.down_proj):
            projection.weight.div_((2 * len(network.model.layers)) ** 0.5)


@torch.no_grad()
def _settle_t5(network: PreTrainedModel) -> None:
    """Take the embeddings of a T5 from N(0, 1) to N(0, 0.02²), and its position biases from noise to a slope.

    Embeddings are the output, too, which is not scaled. Biases fall with distance, by 2^(-8h/heads) a place in head h
    from 0 on (after ALiBi: Press et al., 2022): a table of scalars that AdamW moves by 2e-3 a step is slow to learn it.

    Ours, in bytes of Faroese, tiny, one seed, AdamW at 2e-3: next byte after 0.1 MB by the decoder 2.41 nats with, 2.54
    without slopes; tagging accuracy (FarPaHC, one epoch, nothing pretrained) 0.67 and 0.49. Span corruption after
    0.15 MB, before slopes: 2.67 nats a target, 2.81 with N(0, 1) and scaled outputs as in T5 1.0.
    """
    network.shared.weight.mul_(0.02)
    for stack in (network.encoder, network.decoder):
        attention = stack.block[0].layer[0].SelfAttention
        distances = torch.arange(-attention.relative_attention_max_distance, 1)
        if not attention.is_decoder:
            distances = torch.cat([distances, -distances])
        table = attention.relative_attention_bias.weight
        buckets = attention._relative_position_bucket(
            distances, not attention.is_decoder, len(table), attention.relative_attention_max_distance
        )
        farthest = torch.zeros(len(table)).scatter_reduce(0, buckets, distances.abs().float(), "amax")
        table.copy_(-farthest[:, None] * 2.0 ** (-8 * torch.arange(table.shape[1]) / table.shape[1]))


def _choice(key: str, table: dict[str, Any], what: str) -> Any:
    if key not in table:
        near = difflib.get_close_matches(str(key), table, n=1)
        raise LectError(
            f"there is no {what} {key!r}"
            + (f"; did you mean {near[0]!r}" if near else "")
            + f". Expected one of {', '.join(table)}."
        )
    return table[key]


@dataclass(frozen=True)
class Architecture:
    """How one family is built: its configuration, the class of `transformers`, and what is changed in its weights."""

    configure: Callable[[Size, Any], PreTrainedConfig]
    auto: Any
    adjust: Callable[[PreTrainedModel], None]


ARCHITECTURES = {
    "encoder": Architecture(_encoder, AutoModelForMaskedLM, lambda network: None),  # ModernBERT scales by itself
    "decoder": Architecture(_decoder, AutoModelForCausalLM, _scale_residual),
    "seq2seq": Architecture(_seq2seq, AutoModelForSeq2SeqLM, _settle_t5),
}
"""family → what `new` builds."""
