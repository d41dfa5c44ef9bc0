"""New models: their sizes, weights and special ids, and that plain transformers opens what is saved."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models
from transformers import (
    AutoModelForCausalLM,
    AutoModelForMaskedLM,
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    PreTrainedTokenizerFast,
)

from lect.artifacts.errors import LectError
from lect.models.architectures import SIZES, configure, new, special_ids
from lect.models.families import body, layers, module, vocabulary_tensors

BERT = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
WORDS = 300


def tokenizer(**specials: str) -> PreTrainedTokenizerFast:
    """Return a word-level tokenizer whose special tokens come first, in the order given."""
    vocabulary = [*specials.values(), *(f"word{number}" for number in range(WORDS))]
    core = Tokenizer(models.WordLevel({word: index for index, word in enumerate(vocabulary)}, unk_token=vocabulary[0]))
    return PreTrainedTokenizerFast(tokenizer_object=core, **specials)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("family", ["encoder", "decoder"])
def test_the_body_has_the_size_that_the_table_says(family: str, size: str) -> None:
    auto = AutoModelForMaskedLM if family == "encoder" else AutoModelForCausalLM
    with torch.device("meta"):
        network = auto.from_config(configure(family, size, tokenizer(**BERT)))
    parameters = sum(parameter.numel() for parameter in body(network).parameters())
    shape = SIZES[size]
    assert len(layers(network)) == shape.layers
    assert parameters - (WORDS + 5) * shape.hidden == pytest.approx(shape.millions * 1e6, abs=0.05e6)
    assert network.get_input_embeddings().weight.shape == (WORDS + 5, shape.hidden)


@pytest.mark.parametrize(("size", "decoder", "millions"), [("tiny", 1, 1.1), ("mini", 2, 7.0), ("base", 4, 122.7)])
def test_an_encoder_decoder_has_a_third_of_its_layers_in_the_decoder(size: str, decoder: int, millions: float) -> None:
    config = configure("seq2seq", size, tokenizer(**BERT, eos_token="</s>"))
    with torch.device("meta"):
        network = AutoModelForSeq2SeqLM.from_config(config)
    shape = SIZES[size]
    assert (config.num_layers, config.num_decoder_layers) == (shape.layers, decoder)
    assert len(layers(network)) == shape.layers + decoder
    body_parameters = sum(parameter.numel() for parameter in network.parameters()) - (WORDS + 6) * shape.hidden
    assert body_parameters == pytest.approx(millions * 1e6, abs=0.05e6)


def test_an_encoder_decoder_opens_and_predicts_as_saved(tmp_path: Path) -> None:
    model = new("seq2seq", "tiny", tokenizer(**BERT, eos_token="</s>"))
    again = AutoModelForSeq2SeqLM.from_pretrained(model.save(tmp_path / "model"))
    ids, starts = torch.arange(20).view(2, 10) + 6, torch.full((2, 3), model.tokenizer.pad_token_id)
    with torch.no_grad():
        logits = model.network(input_ids=ids, decoder_input_ids=starts).logits
        assert torch.equal(again(input_ids=ids, decoder_input_ids=starts).logits, logits)
    assert logits.abs().max() < 2  # neither the embeddings nor the outputs are those of N(0, 1)
    for network in (model.network, again):
        assert network.get_input_embeddings().weight is network.get_output_embeddings().weight
        config = network.config
        assert (config.decoder_start_token_id, config.pad_token_id, config.eos_token_id) == (1, 1, 5)
        assert (config.n_positions, config.scale_decoder_outputs) == (1024, False)
    made = again.generate(ids, max_new_tokens=4, min_new_tokens=4, do_sample=False)
    assert made.shape == (2, 5)


def test_an_encoder_decoder_starts_with_near_places_before_far_ones() -> None:
    network = new("seq2seq", "tiny", tokenizer(**BERT, eos_token="</s>")).network
    for stack, sides in ((network.encoder, (1, -1)), (network.decoder, (-1,))):
        attention = stack.block[0].layer[0].SelfAttention
        bias = attention.compute_bias(200, 200)[0]
        for side in sides:
            row = bias[:, 100 if side > 0 else 199]
            falling = row[:, 100:] if side > 0 else row.flip(1)
            assert (falling[:, 0] == 0).all()
            assert (falling.diff(dim=1) <= 0).all()
            assert falling[:, 1].tolist() == [-1.0, -0.25, -0.0625, -0.015625]
            assert (falling[:, 99] < 60 * falling[:, 1]).all()


def test_four_sizes_grow() -> None:
    assert list(SIZES) == ["tiny", "mini", "small", "base"]
    millions = [size.millions for size in SIZES.values()]
    assert millions == sorted(millions)


@pytest.mark.parametrize(("family", "auto"), [("encoder", AutoModelForMaskedLM), ("decoder", AutoModelForCausalLM)])
def test_plain_transformers_opens_what_is_saved(family: str, auto: type, tmp_path: Path) -> None:
    model = new(family, "tiny", tokenizer(**BERT))
    folder = model.save(tmp_path / "model")
    again, words = auto.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    assert words.get_vocab() == model.tokenizer.get_vocab()
    ids = torch.arange(20).view(2, 10) + 5
    with torch.no_grad():
        logits = model.network(ids).logits
        assert torch.equal(again(ids).logits, logits)
    assert logits.shape == (2, 10, len(model.tokenizer))
    for network in (model.network, again):
        assert network.get_input_embeddings().weight is network.get_output_embeddings().weight


@pytest.mark.parametrize("family", ["encoder", "decoder"])
def test_padding_and_the_attention_kernel_do_not_change_predictions(family: str) -> None:
    network = new(family, "tiny", tokenizer(**BERT)).network
    ids = torch.arange(30)[None] + 5
    padded = torch.cat([ids, torch.full((1, 6), network.config.pad_token_id)], dim=1)
    with torch.no_grad():
        expected = network(ids).logits
        mask = (torch.arange(36) < 30)[None].long()
        torch.testing.assert_close(network(padded, attention_mask=mask).logits[:, :30], expected, atol=1e-5, rtol=0)
        network.set_attn_implementation("eager")
        torch.testing.assert_close(network(ids).logits, expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("family", ["encoder", "decoder", "seq2seq"])
def test_the_seed_decides_the_weights_and_the_global_state_is_left_alone(family: str) -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    words = tokenizer(**BERT, eos_token="</s>")
    first = new(family, "tiny", words, seed=1).network.state_dict()
    assert torch.equal(torch.rand(3), expected)
    second = new(family, "tiny", words, seed=1).network.state_dict()
    third = new(family, "tiny", words, seed=2).network.state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)
    drawn = [name for name in first if first[name].ndim == 2 and "relative_attention_bias" not in name]
    assert len(drawn) >= 4 * SIZES["tiny"].layers
    assert not any(torch.equal(first[name], third[name]) for name in drawn)


@pytest.mark.parametrize("family", ["encoder", "decoder"])
def test_weights_have_the_spread_of_the_docstring(family: str) -> None:
    network = new(family, "tiny", tokenizer(**BERT)).network
    whole = 0.02 * {"encoder": 0.88, "decoder": 1.0}[family]  # a normal cut at ±2 has the deviation 0.88
    residual = whole / (2 * SIZES["tiny"].layers) ** 0.5
    assert network.get_input_embeddings().weight.std().item() == pytest.approx(whole, rel=0.03)
    paths = {
        "encoder": ("mlp.Wo", "attn.Wo", "mlp.Wi"),
        "decoder": ("mlp.down_proj", "self_attn.o_proj", "mlp.up_proj"),
    }
    for block in layers(network):
        for path, spread in zip(paths[family], (residual, residual, whole), strict=True):
            assert module(block, path).weight.std().item() == pytest.approx(spread, rel=0.03)


def test_special_ids_follow_the_tokenizer() -> None:
    bert = new("encoder", "tiny", tokenizer(**BERT)).network.config
    assert (bert.pad_token_id, bert.cls_token_id, bert.sep_token_id) == (1, 2, 3)
    assert (bert.bos_token_id, bert.eos_token_id) == (2, 3)
    llama = new("decoder", "tiny", tokenizer(unk_token="<u>", eos_token="</s>", bos_token="<s>")).network
    assert (llama.config.eos_token_id, llama.config.bos_token_id, llama.config.pad_token_id) == (1, 2, None)
    assert llama.generation_config.eos_token_id == 1


def test_a_decoder_generates() -> None:
    model = new("decoder", "tiny", tokenizer(**BERT))
    made = model.network.generate(torch.tensor([[2, 7, 8]]), max_new_tokens=4, min_new_tokens=4, do_sample=False)
    assert made.shape == (1, 7)


def test_the_vocabulary_is_known_to_the_families_table() -> None:
    names = [name for name, _, _ in vocabulary_tensors(new("encoder", "tiny", tokenizer(**BERT)).network)]
    assert names == ["model.embeddings.tok_embeddings.weight", "decoder.bias"]


def misnamed() -> PreTrainedTokenizerFast:
    """Return a tokenizer that speaks of a mask token which its vocabulary lacks."""
    words = tokenizer(**BERT)
    words._special_tokens_map["mask_token"] = "<gone>"
    return words


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: new("encodr", "tiny", tokenizer(**BERT)),
            r"no family 'encodr'; did you mean 'encoder'.*encoder, decoder, seq2seq",
        ),
        (lambda: new("encoder", "tny", tokenizer(**BERT)), r"'tiny'.*tiny, mini, small, base"),
        (
            lambda: new("encoder", "tiny", tokenizer(unk_token="<u>", pad_token="<p>")),
            "has pad, so that cls, sep, mask is missing.*add_special_tokens",
        ),
        (
            lambda: new("decoder", "tiny", tokenizer(unk_token="<u>")),
            "special tokens eos; the tokenizer has none, so that eos is missing",
        ),
        (
            lambda: new("seq2seq", "tiny", tokenizer(unk_token="<u>", eos_token="</s>")),
            "special tokens pad, eos; the tokenizer has .*eos.*, so that pad is missing",
        ),
        (lambda: special_ids(misnamed()), "'<gone>' is not in the tokenizer's vocabulary"),
    ],
)
def test_what_cannot_be_built_is_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(LectError, match=message):
        call()
