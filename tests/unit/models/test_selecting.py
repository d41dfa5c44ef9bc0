"""What is not selected stays bit-identical through AdamW with weight decay, momentum left over and clipping."""

import pytest
import torch
from tests.unit.models.specimens import HIDDEN, INTERMEDIATE, WORDS, build, inputs
from torch import nn
from transformers import PreTrainedModel

from lect.artifacts.errors import LectError
from lect.models.families import FAMILIES, vocabulary_tensors
from lect.models.selecting import Selection, select

every_family = pytest.mark.parametrize("model_type", FAMILIES)
MLP = {"model.layers.*.mlp": 3 * HIDDEN * INTERMEDIATE * 2}


def snapshot(network: nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def train(network: PreTrainedModel, chosen: Selection, steps: int = 3) -> torch.optim.Optimizer:
    """Take steps with an optimizer that holds every parameter of the network: the hardest case for a selection."""
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.01, weight_decay=0.1)
    given = inputs(network)
    for _ in range(steps):
        logits = network(**given).logits
        nn.functional.cross_entropy(logits.flatten(0, 1), torch.arange(logits[..., 0].numel()) % WORDS).backward()
        nn.utils.clip_grad_norm_(chosen.parameters(), 1.0)
        optimizer.step()
        chosen.after_step()
        optimizer.zero_grad()
    return optimizer


def changed(network: nn.Module, before: dict[str, torch.Tensor]) -> set[str]:
    return {name for name, tensor in network.state_dict().items() if not torch.equal(tensor, before[name])}


def names(network: PreTrainedModel, tensors: list[torch.Tensor]) -> set[str]:
    """Return every name, tied ones too, of these tensors."""
    wanted = {id(tensor) for tensor in tensors}
    return {name for name, p in network.named_parameters(remove_duplicate=False) if id(p) in wanted}


@every_family
@pytest.mark.parametrize("tied", [True, False])
def test_embeddings_and_body_part_the_network(model_type: str, tied: bool) -> None:
    for only in ("embeddings", "body"):
        network = build(model_type, tied=tied)
        before = snapshot(network)
        with select(network, only) as chosen:
            train(network, chosen)
        vocabulary = names(network, [tensor for _, tensor, _ in vocabulary_tensors(network)])
        moved = changed(network, before)
        assert moved == moved & vocabulary if only == "embeddings" else not moved & vocabulary
        assert moved
        assert moved <= names(network, list(chosen.parameters()))


def test_the_parts_add_up() -> None:
    network = build("roberta")
    total = sum(parameter.numel() for parameter in network.parameters())
    assert select(network).count == total
    assert select(network, "embeddings").count == WORDS * HIDDEN + WORDS
    assert select(network, "embeddings").count + select(network, "body").count == total
    assert select(network, ["embeddings", "body"]).count == total


@every_family
@pytest.mark.parametrize("tied", [True, False])
def test_only_the_chosen_rows_of_the_vocabulary_change(model_type: str, tied: bool) -> None:
    network = build(model_type, tied=tied)
    before, rows = snapshot(network), [3, 5, 96]
    with select(network, {"rows": rows}) as chosen:
        train(network, chosen)
    vocabulary = [tensor for _, tensor, _ in vocabulary_tensors(network)]
    assert changed(network, before) <= names(network, vocabulary)
    assert network.get_output_embeddings().weight.shape[0] == WORDS
    moved = network.get_output_embeddings().weight != before[_output_name(network)]
    assert moved.any(dim=1).nonzero().flatten().tolist() == rows
    assert chosen.count == sum(len(rows) * p[0].numel() for p in vocabulary if isinstance(p, nn.Parameter))


def _output_name(network: PreTrainedModel) -> str:
    output = network.get_output_embeddings().weight
    return next(name for name, p in network.named_parameters(remove_duplicate=False) if p is output)


def test_frozen_rows_do_not_enter_the_gradient_norm_or_the_moments() -> None:
    network = build("llama")
    with select(network, {"rows": [7]}) as chosen:
        optimizer = train(network, chosen)
        weight = network.get_input_embeddings().weight
        moments = optimizer.state[weight]["exp_avg_sq"]
        assert moments[7].abs().sum() > 0
        assert torch.equal(moments.abs().sum(dim=1).nonzero().flatten(), torch.tensor([7]))


def test_rows_of_a_module_are_rows_of_its_weight_and_bias() -> None:
    network = build("bert")
    path = "bert.encoder.layer.0.intermediate.dense"
    before = snapshot(network)
    with select(network, {path: torch.arange(INTERMEDIATE) < 2}) as chosen:
        train(network, chosen)
    assert chosen.count == 2 * (HIDDEN + 1)
    assert changed(network, before) == {f"{path}.weight", f"{path}.bias"}
    for name in ("weight", "bias"):
        moved = network.state_dict()[f"{path}.{name}"] != before[f"{path}.{name}"]
        assert moved.view(INTERMEDIATE, -1).any(dim=1).nonzero().flatten().tolist() == [0, 1]


@pytest.mark.parametrize(("only", "count"), MLP.items())
def test_paths_match_part_by_part(only: str, count: int) -> None:
    network = build("llama")
    assert select(network, only).count == count
    assert select(network, "model.layers.0.mlp").count == count // 2
    assert select(network, [only, "model.layers.0.mlp"]).count == count
    assert all(".mlp." in name for name in select(network, only).chosen)


def test_a_tied_parameter_is_selected_by_any_of_its_names() -> None:
    network = build("llama", tied=True)
    assert select(network, "lm_head").parameters()[0] is network.get_input_embeddings().weight
    untied = build("llama", tied=False)
    assert select(untied, "lm_head").parameters()[0] is not untied.get_input_embeddings().weight


def test_rows_unite_and_all_of_a_parameter_wins() -> None:
    network = build("llama")
    weight = "model.embed_tokens.weight"
    assert select(network, {weight: [1, 2, 2], "lm_head": [2, 3]}).chosen[weight][1].tolist() == [1, 2, 3]
    assert select(network, {weight: [1], "embeddings": None}).chosen[weight][1] is None


def test_the_block_ends_as_it_began() -> None:
    network = build("gpt2")
    network.transformer.wpe.weight.requires_grad_(False)
    weight = network.get_input_embeddings().weight
    flags = {name: parameter.requires_grad for name, parameter in network.named_parameters()}
    chosen = select(network, {"rows": [4]})
    with chosen:
        assert [name for name, p in network.named_parameters() if p.requires_grad] == ["transformer.wte.weight"]
        before = weight.detach().clone()
        with torch.no_grad():
            weight.mul_(0.5)
        with pytest.raises(LectError, match="already in force"):
            chosen.__enter__()
    assert {name: parameter.requires_grad for name, parameter in network.named_parameters()} == flags
    assert torch.equal(weight[:4], before[:4])
    assert torch.equal(weight[4], before[4] * 0.5)
    network(**inputs(network)).logits.sum().backward()
    assert (weight.grad[:4] != 0).any()


def test_a_gradient_from_before_does_not_leak() -> None:
    network = build("llama")
    network(**inputs(network)).logits.sum().backward()
    before = snapshot(network)
    with select(network, "embeddings") as chosen:
        train(network, chosen, steps=1)
    assert changed(network, before) == {"model.embed_tokens.weight", "lm_head.weight"}


def test_describe_counts_and_names() -> None:
    line = select(build("llama"), {"rows": [1, 2]}).describe()
    assert line.startswith(f"{2 * HIDDEN} of ")
    assert "model.embed_tokens.weight (2 rows)" in line
    assert " and 17 more" in select(build("llama")).describe()


@pytest.mark.parametrize(
    ("only", "message"),
    [
        ("embedings", "embeddings"),
        ("model.layers.0.mpl", r"model\.layers\.0\.mlp"),
        ([], "selects nothing"),
        ({"rows": []}, "at least one whole number from 0 to 96"),
        ({"rows": [97]}, "from 97 to 97"),
        ({"rows": [-1]}, "from -1 to -1"),
        ({"rows": [0.5]}, "float32"),
        ({"rows": [True, False]}, "mask of length 97"),
        ({"rows": torch.zeros(WORDS, dtype=torch.bool)}, "at least one"),
    ],
)
def test_what_cannot_be_selected_is_refused(only: object, message: str) -> None:
    with pytest.raises(LectError, match=message):
        select(build("llama"), only)
