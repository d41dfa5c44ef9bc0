"""Every row of the families table against the network that transformers builds for it."""

import dataclasses

import pytest
import torch
from tests.unit.models.specimens import DECODER_LAYERS, HIDDEN, INTERMEDIATE, LAYERS, WORDS, build, configure, inputs
from torch import nn
from transformers import (
    AutoModel,
    BartForCausalLM,
    BertForPreTraining,
    LlamaForQuestionAnswering,
    LlamaForTokenClassification,
    ModernBertForTokenClassification,
    RobertaForTokenClassification,
    T5EncoderModel,
    T5ForTokenClassification,
)

from lect.artifacts.errors import LectError
from lect.models import families
from lect.models.families import FAMILIES

every_family = pytest.mark.parametrize("model_type", FAMILIES)
GATED = {"modernbert", "llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "gemma3_text", "mt5"}


def test_the_table_has_all_families() -> None:
    assert len(FAMILIES) == 17
    assert sum(row.kind == "encoder" for row in FAMILIES.values()) == 4
    assert sum(row.kind == "seq2seq" for row in FAMILIES.values()) == 4


@every_family
def test_embeddings_and_blocks_are_where_the_row_says(model_type: str) -> None:
    network = build(model_type)
    row, core = families.family(network), families.body(network)
    assert families.module(core, row.embeddings) is network.get_input_embeddings()
    assert len(families.layers(network)) == LAYERS + (DECODER_LAYERS if row.kind == "seq2seq" else 0)
    assert len({id(block) for block in families.layers(network)}) == len(families.layers(network))


@every_family
def test_the_input_of_the_down_projection_is_the_mlp_activation(model_type: str) -> None:
    """Recompute it from the modules before: act(up), or act(gate) · up, with nothing left out or added."""
    network = build(model_type)
    block = families.layers(network)[-1]
    seen: dict[str, torch.Tensor] = {}
    down = families.module(block, FAMILIES[model_type].down)
    down.register_forward_pre_hook(lambda _, given: seen.update(activation=given[0]))
    ups = [m for m in block.modules() if m is not down and _width(m) in (INTERMEDIATE, 2 * INTERMEDIATE)]
    for index, up in enumerate(ups):
        up.register_forward_hook(lambda _, __, out, index=index: seen.update({f"up{index}": out}))
    with torch.no_grad():
        network(**inputs(network))
    assert seen["activation"].shape[-1] == INTERMEDIATE
    act = _nonlinearity(network)
    if model_type == "modernbert":
        gate, up = seen["up0"].chunk(2, dim=-1)
        expected = act(gate) * up
    elif model_type in GATED:
        expected = act(seen["up0"]) * seen["up1"]
    else:
        expected = act(seen["up0"])
    torch.testing.assert_close(seen["activation"], expected)


def _width(candidate: nn.Module) -> int:
    if isinstance(candidate, nn.Linear):
        return candidate.out_features
    return getattr(candidate, "nf", 0)


def _nonlinearity(network: nn.Module) -> nn.Module:
    from transformers.activations import ACT2FN

    names = ("hidden_activation", "dense_act_fn", "activation_function", "hidden_act")
    return ACT2FN[next(getattr(network.config, name) for name in names if getattr(network.config, name, None))]


@every_family
@pytest.mark.parametrize("tied", [True, False])
def test_the_head_gives_the_logits_of_the_network(model_type: str, tied: bool) -> None:
    network = build(model_type, tied=tied)
    given = inputs(network)
    rows, places = torch.tensor([0, 1, 0]), torch.tensor([1, 3, 0])
    with torch.no_grad():
        expected = network(**given).logits
        hidden = families.last_hidden(network, **given)
        whole = families.apply_head(network, hidden)
        some = families.apply_head(network, hidden[rows, places])
        one = families.apply_head(network, hidden[0, 2])
    assert torch.equal(whole, expected)
    rounding = 1e-6 * max(1.0, float(expected.abs().max()))  # another shape may add in another order
    torch.testing.assert_close(some, expected[rows, places], atol=rounding, rtol=0)
    torch.testing.assert_close(one, expected[0, 2], atol=rounding, rtol=0)


@pytest.mark.parametrize("model_type", ["gemma2", "gemma3_text"])
def test_softcapping_bounds_the_logits(model_type: str) -> None:
    network = build(model_type, final_logit_softcapping=0.5)
    given = inputs(network)
    with torch.no_grad():
        logits = families.apply_head(network, families.last_hidden(network, **given))
        torch.testing.assert_close(logits, network(**given).logits, atol=1e-6, rtol=0)
    assert logits.abs().max() <= 0.5
    assert logits.abs().max() > 0.3


def test_t5_scales_by_its_flag() -> None:
    for flag in (True, False):
        network = build("t5", scale_decoder_outputs=flag)
        given = inputs(network)
        with torch.no_grad():
            logits = families.apply_head(network, families.last_hidden(network, **given))
            torch.testing.assert_close(logits, network(**given).logits, atol=1e-6, rtol=1e-6)


@every_family
@pytest.mark.parametrize("tied", [True, False])
def test_every_vocabulary_tensor_is_listed_once(model_type: str, tied: bool) -> None:
    network = build(model_type, tied=tied)
    listed = families.vocabulary_tensors(network)
    by_size = {id(t) for t in [*network.parameters(), *network.buffers()] if WORDS in t.shape}
    assert by_size == {id(tensor) for _, tensor, _ in listed}
    assert len(listed) == len(by_size)
    assert all(tensor.shape[axis] == WORDS for _, tensor, axis in listed)
    assert listed[0][1] is network.get_input_embeddings().weight
    names = dict([*network.named_parameters(remove_duplicate=False), *network.named_buffers()])
    assert all(names[name] is tensor for name, tensor, _ in listed)
    output = network.get_output_embeddings().weight
    assert (output is listed[0][1]) == tied
    assert id(output) in by_size


def test_an_output_bias_is_found_when_the_vocabulary_has_the_size_of_everything_else() -> None:
    network = build("roberta", vocab_size=HIDDEN, max_position_embeddings=HIDDEN, bos_token_id=1)
    names = [(name, axis) for name, _, axis in families.vocabulary_tensors(network)]
    assert names == [("roberta.embeddings.word_embeddings.weight", 0), ("lm_head.bias", 0)]


def test_an_unknown_tensor_of_vocabulary_size_is_refused_by_name() -> None:
    network = build("llama")
    network.draft_head = nn.Linear(HIDDEN, WORDS, bias=False)
    with pytest.raises(LectError, match=r"draft_head\.weight.*llama.*outputs"):
        families.vocabulary_tensors(network)


def test_a_row_that_leaves_out_a_bias_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    row = dataclasses.replace(FAMILIES["bert"], outputs=("cls.predictions.decoder.weight",))
    monkeypatch.setitem(FAMILIES, "bert", row)
    with pytest.raises(LectError, match=r"cls\.predictions\.(decoder\.)?bias"):
        families.vocabulary_tensors(build("bert"))


def test_the_vocabulary_is_listed_without_touching_the_random_state() -> None:
    network, state = build("gpt2"), torch.get_rng_state()
    families.vocabulary_tensors(network)
    assert torch.equal(state, torch.get_rng_state())
    assert network.config.vocab_size == WORDS


@every_family
def test_a_network_without_a_head_has_family_layers_and_vocabulary(model_type: str) -> None:
    network = AutoModel.from_config(configure(model_type))
    assert families.body(network) is network
    assert families.layers(network)
    assert families.vocabulary_tensors(network)[0][1] is network.get_input_embeddings().weight
    with pytest.raises(LectError, match="no language-model head"):
        families.apply_head(network, torch.zeros(1, HIDDEN))


@pytest.mark.parametrize(
    ("made", "model_type", "blocks"),
    [
        (RobertaForTokenClassification, "roberta", LAYERS),
        (ModernBertForTokenClassification, "modernbert", LAYERS),
        (LlamaForTokenClassification, "llama", LAYERS),
        (LlamaForQuestionAnswering, "llama", LAYERS),
        (T5ForTokenClassification, "t5", LAYERS),
        (T5EncoderModel, "t5", LAYERS),
        (BartForCausalLM, "bart", DECODER_LAYERS),
        (BertForPreTraining, "bert", LAYERS),
    ],
)
def test_other_heads_of_the_same_families(made: type, model_type: str, blocks: int) -> None:
    network = made(configure(model_type)).eval()
    assert len(families.layers(network)) == blocks
    listed = families.vocabulary_tensors(network)
    assert listed[0][1] is network.get_input_embeddings().weight
    assert families.has_head(network) == (made in (BartForCausalLM, BertForPreTraining))


def test_unknown_families_are_refused_with_near_matches() -> None:
    network = build("llama")
    network.config.model_type = "lama"
    with pytest.raises(LectError, match=r"'lama' is not known.*Near matches: llama.*add a row"):
        families.family(network)


def test_a_wrong_path_names_what_is_there() -> None:
    network = build("llama")
    assert families.module(network, "") is network
    assert families.module(network, "model.layers.-1") is network.model.layers[LAYERS - 1]
    with pytest.raises(LectError, match=r"'layer' is not in LlamaModel, which has layers"):
        families.module(network, "model.layer.0")
    with pytest.raises(LectError, match=r"'7' is not in ModuleList"):
        families.module(network, "model.layers.7")
