"""Controls keep the vocabulary rows bit for bit and lose the body."""

import pytest
import torch

from lect.models.architectures import new
from lect.models.controls import fresh_body, shuffled_body
from lect.models.families import vocabulary_tensors
from lect.vocab.learners.learning import learn


@pytest.fixture(scope="module")
def model():
    return new("encoder", "tiny", learn(["hús og heim"] * 50, size=265))


@pytest.mark.parametrize("control", [fresh_body, shuffled_body])
def test_rows_stay_and_the_body_goes(model, control):
    changed = control(model, seed=1)
    tables = {name for name, _, _ in vocabulary_tensors(model.network)}
    other = dict(changed.network.named_parameters())
    for name, tensor in model.network.named_parameters():
        if name in tables:
            assert torch.equal(tensor, other[name])
        elif tensor.std() > 0:  # norms start as ones
            assert not torch.equal(tensor, other[name]), name
    again = dict(control(model, seed=1).network.named_parameters())
    assert all(torch.equal(tensor, again[name]) for name, tensor in other.items())


def test_a_shuffled_body_keeps_its_numbers(model):
    changed = dict(shuffled_body(model).network.named_parameters())
    for name, tensor in model.network.named_parameters():
        assert torch.equal(tensor.reshape(-1).sort().values, changed[name].reshape(-1).sort().values)
