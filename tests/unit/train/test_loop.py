import json
import random
from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from tests.unit.train.specimens import (
    SMALL,
    documents,
    dropping_decoder,
    dropping_encoder,
    encoder_without_dropout,
    plain_decoder,
    weights,
)
from torch.optim.optimizer import register_optimizer_step_pre_hook

from lect.artifacts.errors import LectError
from lect.artifacts.texts import read
from lect.train.budgets import Budget, read_budget
from lect.train.loop import Report, train, write_log
from lect.train.objectives import causal
from lect.train.pretraining import pretrain, run_pretraining

TEXT = read(documents())


@dataclass(frozen=True)
class Fixed:
    """The same batches at every step."""

    made: list
    steps: int = 4
    unit: str = "MB"

    def batches(self, step, rank, processes):
        return self.made

    def seen_before(self, step):
        return float(step)


def trained(make, only="all", seed=0, **changes):
    """Return the weights after a short run."""
    model = make()
    run_pretraining(model, TEXT, Budget(megabytes=0.004), replace(SMALL, **changes), only=only, seed=seed)
    return weights(model)


def losses(model, settings, tmp_path, name):
    out = tmp_path / name
    pretrain(model, TEXT, megabytes=0.004, out=out, training=settings)
    return [json.loads(line)["loss"] for line in (out / "training.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("make", [plain_decoder, encoder_without_dropout])
def test_micro_batches_add_up_to_the_same_step(make, tmp_path):
    courses = []
    for micro in (16, 40, 4096):
        model = make()
        settings = replace(SMALL, batch_tokens=128, micro_tokens=micro, lr=1e-3)
        courses.append(losses(model, settings, tmp_path, f"micro{micro}"))
    assert len(courses[0]) > 8
    assert courses[0] == pytest.approx(courses[2], abs=1e-5)
    assert courses[1] == pytest.approx(courses[2], abs=1e-5)


def test_unequal_micro_batches_weigh_every_target_the_same():
    ids = torch.randint(4, 300, (6, 16), generator=torch.Generator().manual_seed(0))
    ends = []
    for cuts in ([6], [1, 5], [3, 1, 2]):
        network = plain_decoder().network
        source = Fixed([{"ids": part} for part in ids.split(cuts)])
        report = train(network, source, causal, SMALL, lr=1e-3, precision="fp32")
        assert report.targets == 4 * 6 * 15
        ends.append((weights(network), [row["loss"] for row in report.log]))
    for other, course in ends[1:]:
        assert course == pytest.approx(ends[0][1], abs=1e-5)
        for name, tensor in ends[0][0].items():
            assert torch.allclose(other[name], tensor, atol=1e-5), name


@pytest.mark.parametrize("make", [plain_decoder, dropping_encoder])
def test_the_same_seed_gives_the_same_bits_and_another_does_not(make):
    first, second, other = (trained(make, seed=seed) for seed in (1, 1, 2))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_training_learns():
    model = plain_decoder()
    notes = pretrain(model, TEXT, megabytes=0.05, training=replace(SMALL, lr=1e-2)).notes
    assert notes["training"]["loss"] < 2.0  # of log 300 = 5.7


def test_the_model_that_was_passed_in_is_left_alone():
    model = dropping_decoder()
    before = weights(model)
    pretrain(model, TEXT, megabytes=0.002, training=SMALL)
    assert all(torch.equal(before[name], tensor) for name, tensor in weights(model).items())
    assert all(parameter.requires_grad and parameter.grad is None for parameter in model.network.parameters())


@pytest.mark.parametrize("make", [plain_decoder, dropping_decoder, dropping_encoder])
def test_only_embeddings_leaves_all_else_bit_identical(make):
    before, after = weights(make()), trained(make, only="embeddings")
    vocabulary = {name for name, tensor in before.items() if 300 in tensor.shape}
    assert any(not torch.equal(before[name], after[name]) for name in vocabulary)
    assert len(vocabulary) < len(before)
    for name in set(before) - vocabulary:
        assert torch.equal(before[name], after[name]), name


def test_only_rows_leaves_other_rows_bit_identical():
    rows = [5, 40, 299]
    before, after = weights(plain_decoder()), trained(plain_decoder, only={"rows": rows})
    rest = torch.ones(300, dtype=torch.bool)
    rest[rows] = False
    changed = 0
    for name, tensor in before.items():
        if 300 in tensor.shape:
            assert torch.equal(tensor[rest], after[name][rest]), name
            changed += int((tensor[rows] != after[name][rows]).any())
        else:
            assert torch.equal(tensor, after[name]), name
    assert changed == 2


def test_random_states_of_the_caller_are_left_alone(tmp_path):
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    before = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()
    often = replace(SMALL, checkpoint_seconds=1e-9, precision="auto")
    pretrain(dropping_encoder(), TEXT, megabytes=0.002, out=tmp_path / "out", training=often)
    torch.manual_seed(1)  # the specimen drew its weights
    assert before == (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist())
    model = dropping_encoder()
    torch.manual_seed(5)
    state = torch.get_rng_state()
    pretrain(model, TEXT, megabytes=0.002, training=SMALL)
    assert torch.equal(state, torch.get_rng_state())


@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_what_is_not_a_number_stops_before_the_step(wrong):
    network = plain_decoder().network
    calls = iter(range(100))

    def objective(network, batch):
        loss, count, extras = causal(network, batch)
        return loss * wrong if next(calls) == 2 else loss, count, extras

    ids = torch.randint(4, 300, (2, 16))
    kept = {}

    class Watching(Fixed):
        def batches(self, step, rank, processes):
            kept[step] = weights(network)
            return self.made

    with pytest.raises(LectError, match=r"no longer a number .* step 3"):
        train(network, Watching([{"ids": ids}]), objective, SMALL, lr=1e-3, precision="fp32")
    assert max(kept) == 2
    assert all(torch.equal(kept[2][name], tensor) for name, tensor in weights(network).items())
    assert not network.training


def test_the_last_good_checkpoint_outlives_a_nan_and_loads(tmp_path):
    ids, broken = torch.randint(4, 300, (2, 16), generator=torch.Generator().manual_seed(0)), [True]

    class Counting(Fixed):
        def batches(self, step, rank, processes):
            return [{"ids": ids, "step": torch.tensor(step)}]

    def objective(network, batch):
        loss, count, extras = causal(network, batch)
        return loss * float("nan") if broken and int(batch["step"]) == 5 else loss, count, extras

    often = replace(SMALL, checkpoint_seconds=1e-9)
    source = Counting([], steps=8)
    with pytest.raises(LectError, match="checkpoint is kept"):
        train(plain_decoder().network, source, objective, often, lr=1e-3, precision="fp32", work=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint-5"]
    broken.clear()
    resumed, whole = plain_decoder().network, plain_decoder().network
    first = train(resumed, source, objective, often, lr=1e-3, precision="fp32", work=tmp_path)
    second = train(whole, source, objective, often, lr=1e-3, precision="fp32")
    assert first.log == second.log
    assert all(torch.equal(weights(resumed)[name], tensor) for name, tensor in weights(whole).items())


def test_huge_gradients_are_clipped_not_followed():
    ids = torch.randint(4, 300, (2, 16), generator=torch.Generator().manual_seed(0))

    def steep(network, batch):
        loss, count, extras = causal(network, batch)
        return loss * 1e6, count, extras

    seen = []
    for objective in (causal, steep):
        network = plain_decoder().network
        hook = register_optimizer_step_pre_hook(
            lambda optimizer, *_: seen.append(
                torch.nn.utils.get_total_norm([p.grad for group in optimizer.param_groups for p in group["params"]])
            )
        )
        train(network, Fixed([{"ids": ids}], steps=1), objective, replace(SMALL, clip=0.5), lr=1e-3, precision="fp32")
        hook.remove()
    assert float(seen[-1]) == pytest.approx(0.5, rel=1e-3)


def test_bf16_runs_and_stays_near_fp32():
    full, half = (trained(plain_decoder, precision=precision) for precision in ("fp32", "bf16"))
    assert all(tensor.dtype == torch.float32 for tensor in half.values())
    assert any(not torch.equal(full[name], half[name]) for name in full)
    assert all(torch.allclose(full[name], half[name], atol=0.1) for name in full)


def test_weights_kept_in_bf16_train_in_fp32_and_stay_bf16():
    kept, wide = plain_decoder(), plain_decoder()
    kept.network.bfloat16()
    wide.network.bfloat16().float()
    small = replace(SMALL, lr=1e-4)  # a step of which bf16 would round away
    ends = [
        weights(pretrain(start, TEXT, megabytes=0.004, training=small, only="embeddings")) for start in (kept, wide)
    ]
    for name, before in weights(kept).items():
        assert ends[0][name].dtype == torch.bfloat16
        assert torch.equal(ends[0][name], ends[1][name].bfloat16()), name
        assert torch.equal(before, ends[0][name]) == (300 not in before.shape), name


def test_minutes_stop_the_run():
    model = plain_decoder()
    notes = run_pretraining(model, TEXT, read_budget("1s"), replace(SMALL, batch_tokens=512))
    assert notes["training"]["steps"] >= 1
    assert notes["training"]["megabytes"] < 50 * TEXT.megabytes


def test_environment_does_not_decide_precision_or_accumulation(monkeypatch):
    ids = torch.randint(4, 300, (2, 16), generator=torch.Generator().manual_seed(0))
    ends = []
    for environment in ({}, {"ACCELERATE_MIXED_PRECISION": "bf16", "ACCELERATE_GRADIENT_ACCUMULATION_STEPS": "4"}):
        from accelerate.state import AcceleratorState

        AcceleratorState._reset_state()
        for key, value in environment.items():
            monkeypatch.setenv(key, value)
        network = plain_decoder().network
        train(network, Fixed([{"ids": ids}]), causal, SMALL, lr=1e-3, precision="fp32")
        ends.append(weights(network))
    AcceleratorState._reset_state()
    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[0])


def test_log_has_at_most_so_many_rows(tmp_path):
    rows = [{"step": n + 1, "seen": n / 10, "loss": float(n), "lr": 0.1} for n in range(999)]
    write_log(Report(rows), tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "training.jsonl").read_text().splitlines()]
    assert len(lines) == 500
    assert lines[0] == {"step": 2, "seen": 0.1, "loss": 0.5, "lr": 0.1}
    assert lines[-1]["step"] == 999
