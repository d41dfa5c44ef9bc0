"""Tiny random networks of every family, built from configurations alone."""

import torch
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForMaskedLM,
    AutoModelForSeq2SeqLM,
    PreTrainedConfig,
    PreTrainedModel,
)

from lect.models.families import FAMILIES

WORDS, HIDDEN, INTERMEDIATE, LAYERS, DECODER_LAYERS = 97, 32, 56, 2, 3
HEADS = {"encoder": AutoModelForMaskedLM, "decoder": AutoModelForCausalLM, "seq2seq": AutoModelForSeq2SeqLM}
_SPECIAL = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}


def configure(model_type: str, *, tied: bool = True, **changes: object) -> PreTrainedConfig:
    """Return a tiny configuration of this family."""
    sizes: dict[str, object]
    if model_type in ("t5", "mt5"):
        sizes = {"d_model": HIDDEN, "d_kv": 8, "d_ff": INTERMEDIATE, "num_heads": 4}
        sizes |= {"num_layers": LAYERS, "num_decoder_layers": DECODER_LAYERS}
    elif model_type in ("bart", "mbart"):
        sizes = {
            "d_model": HIDDEN,
            "encoder_layers": LAYERS,
            "decoder_layers": DECODER_LAYERS,
            "encoder_attention_heads": 4,
            "decoder_attention_heads": 4,
            "encoder_ffn_dim": INTERMEDIATE,
            "decoder_ffn_dim": INTERMEDIATE,
            "max_position_embeddings": 64,
        }
    elif model_type == "gpt2":
        sizes = {"n_embd": HIDDEN, "n_layer": LAYERS, "n_head": 4, "n_positions": 64, "n_inner": INTERMEDIATE}
    else:
        sizes = {
            "hidden_size": HIDDEN,
            "num_hidden_layers": LAYERS,
            "num_attention_heads": 4,
            "intermediate_size": INTERMEDIATE,
            "max_position_embeddings": 64,
        }
    if model_type == "modernbert":
        sizes |= {"cls_token_id": 1, "sep_token_id": 2}
    if model_type in ("llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "gemma3_text"):
        sizes["num_key_value_heads"] = 2
    if model_type in ("qwen3", "gemma", "gemma2", "gemma3_text"):
        sizes["head_dim"] = 8
    return AutoConfig.for_model(
        model_type, **{"vocab_size": WORDS, "tie_word_embeddings": tied, **_SPECIAL, **sizes, **changes}
    )


def build(model_type: str, *, tied: bool = True, **changes: object) -> PreTrainedModel:
    """Return a tiny network with its LM head, in evaluation mode, every parameter and buffer bias random and large."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = HEADS[FAMILIES[model_type].kind].from_config(configure(model_type, tied=tied, **changes)).eval()
        if not tied:
            untie(network)
        for name, tensor in [*network.named_parameters(), *network.named_buffers()]:
            if "bias" in name or "norm" in name.lower():  # zeros and ones would hide a bias or a norm that is left out
                tensor.data.add_(torch.randn_like(tensor), alpha=0.5)
    return network


def untie(network: PreTrainedModel) -> None:
    """Give every name its own tensor: the T5 configuration always says tied, but loaded checkpoints may be untied."""
    seen: set[int] = set()
    for name, parameter in list(network.named_parameters(remove_duplicate=False)):
        if id(parameter) in seen:
            parent, _, leaf = name.rpartition(".")
            setattr(network.get_submodule(parent), leaf, torch.nn.Parameter(parameter.detach().clone()))
        seen.add(id(parameter))


def inputs(network: PreTrainedModel, *, length: int = 9) -> dict[str, torch.Tensor]:
    """Return a batch of two rows of random ids, with decoder inputs where the network needs them."""
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(3, WORDS, (2, length), generator=generator)
    return {"input_ids": ids} | ({"decoder_input_ids": ids[:, 1:5]} if network.config.is_encoder_decoder else {})
