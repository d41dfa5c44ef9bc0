import torch
from tests.unit.train.specimens import dropping_decoder, weights

from lect.train import precision
from lect.train.objectives import causal
from lect.train.precision import choose_precision

BATCH = {"ids": torch.randint(4, 300, (2, 16), generator=torch.Generator().manual_seed(0))}


def test_what_is_asked_for_is_given():
    assert choose_precision("bf16", None, causal, BATCH, 1, None) == "bf16"


def test_a_short_run_is_not_tried(monkeypatch):
    monkeypatch.setattr(precision, "_time_passes", None)
    assert choose_precision("auto", None, causal, BATCH, 199, None) == "fp32"


def test_the_faster_wins_by_a_margin_and_is_remembered(monkeypatch, tmp_path):
    for seconds, winner in (((1.0, 0.9), "fp32"), ((1.0, 0.5), "bf16")):
        monkeypatch.setattr(
            precision, "_time_passes", lambda *_, s=seconds: dict(zip(("fp32", "bf16"), s, strict=True))
        )
        folder = tmp_path / winner
        folder.mkdir()
        assert choose_precision("auto", None, causal, BATCH, 1000, folder) == winner
        monkeypatch.setattr(precision, "_time_passes", None)
        assert choose_precision("auto", None, causal, BATCH, 1000, folder) == winner


def test_a_trial_leaves_no_trace():
    network = dropping_decoder().network
    before, state = weights(network), torch.get_rng_state()
    assert choose_precision("auto", network, causal, BATCH, 1000, None) in ("fp32", "bf16")
    assert torch.equal(state, torch.get_rng_state())
    assert not network.training
    assert all(p.grad is None for p in network.parameters())
    assert all(torch.equal(before[name], tensor) for name, tensor in weights(network).items())
