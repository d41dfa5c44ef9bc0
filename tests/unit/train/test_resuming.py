"""Runs in processes of their own that are killed, and runs of several processes that train together."""

import multiprocessing
import os
import signal
import socket
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tests.unit.train.specimens import SMALL, log_of, run, run_process

OFTEN = replace(SMALL, checkpoint_seconds=1e-9)


@pytest.fixture(scope="module")
def start():
    """Return `start(function, *arguments) → process`: a fresh process that has imported everything heavy already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["lect.train.pretraining", "transformers.models.bert.modeling_bert", "accelerate"])

    def started(function, *arguments):
        process = context.Process(target=function, args=arguments, daemon=True)
        process.start()
        return process

    return started


def finish(process):
    process.join(60)
    assert process.exitcode is not None, "the process hangs"
    return process.exitcode


def same_folder(one, other):
    first, second = (load_file(folder / "model.safetensors") for folder in (one, other))
    assert first.keys() == second.keys()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert log_of(one) == log_of(other)


@pytest.mark.parametrize(("make", "moments"), [("dropping_encoder", 5), ("dropping_decoder", 2), ("byte_seq2seq", 2)])
def test_a_run_killed_again_and_again_ends_in_the_same_bits(make, moments, start, tmp_path):
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    running = start(run, make, str(unbroken), OFTEN)
    for moment in (3, 11, 24, 45, 67)[-moments:]:
        assert finish(start(run, make, str(broken), OFTEN, 0.004, moment)) == -signal.SIGKILL
        assert not broken.exists()
    assert finish(start(run, make, str(broken), OFTEN)) == 0
    assert finish(running) == 0
    assert len(log_of(unbroken)) > 15
    same_folder(unbroken, broken)
    assert sorted(path.name for path in broken.iterdir()) == sorted(path.name for path in unbroken.iterdir())


def test_a_run_killed_by_the_clock_ends_in_the_same_bits(start, tmp_path):
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    assert finish(start(run, "dropping_encoder", str(unbroken), OFTEN)) == 0
    kills = 0
    for seconds in (0.9, 1.3):
        process = start(run, "dropping_encoder", str(broken), OFTEN)
        process.join(seconds)
        if process.exitcode is None:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        process.join(10)
    assert kills or broken.exists()
    assert finish(start(run, "dropping_encoder", str(broken), OFTEN)) == 0
    same_folder(unbroken, broken)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.mark.parametrize("make", ["plain_decoder", "encoder_without_dropout", "seq2seq_without_dropout"])
def test_two_processes_take_the_steps_of_one(make, start, tmp_path):
    alone, together = tmp_path / "alone", tmp_path / "together"
    settings = replace(SMALL, batch_tokens=112, micro_tokens=32, lr=1e-3, checkpoint_seconds=1e-9)
    single = start(run, make, str(alone), settings)
    port = free_port()
    several = [start(run_process, rank, 2, port, make, str(together), settings) for rank in range(2)]
    assert [finish(process) for process in (single, *several)] == [0, 0, 0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alone", "together"]
    assert sorted(path.name for path in together.iterdir()) == sorted(path.name for path in alone.iterdir())
    courses = [[row["loss"] for row in log_of(folder)] for folder in (alone, together)]
    assert len(courses[0]) > 8
    assert courses[0] == pytest.approx(courses[1], abs=1e-5)
    first, second = (load_file(folder / "model.safetensors") for folder in (alone, together))
    apart = {name: float((first[name] - second[name]).abs().max()) for name in first}
    # The gradient of a key's bias is zero but for rounding, of which AdamW makes whole steps.
    assert max(size for name, size in apart.items() if not name.endswith("key.bias")) < 1e-4, apart


def test_checkpoints_hold_ties_and_optimizer_exactly(tmp_path):
    from tests.unit.train.specimens import dropping_decoder

    from lect.train.checkpoints import restore_checkpoint, save_checkpoint
    from lect.train.loop import _accelerator

    def prepared(steps):
        network = dropping_decoder().network.eval()
        accelerator = _accelerator()
        network, optimizer = accelerator.prepare(network, torch.optim.AdamW(network.parameters(), fused=True))
        for _ in range(steps):
            ids = torch.arange(4, 20)[None]
            network(input_ids=ids, labels=ids).loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        return accelerator, network, optimizer

    accelerator, network, optimizer = prepared(3)
    save_checkpoint(accelerator, tmp_path, 3, {"note": "æ"})
    other, restored, other_optimizer = prepared(1)
    assert restore_checkpoint(other, tmp_path) == {"step": 3, "note": "æ"}
    assert restored.lm_head.weight is restored.transformer.wte.weight
    assert all(torch.equal(a, b) for a, b in zip(network.parameters(), restored.parameters(), strict=True))
    one, two = optimizer.state_dict()["state"], other_optimizer.state_dict()["state"]
    assert one.keys() == two.keys()
    assert all(
        torch.equal(one[index][key], two[index][key]) for index in one for key in ("step", "exp_avg", "exp_avg_sq")
    )


@pytest.mark.parametrize("left", ["partial-checkpoint", "discarded-checkpoint"])
def test_a_half_written_checkpoint_is_never_found(left, tmp_path):
    from lect.train.checkpoints import has_checkpoint, remove_checkpoints, restore_checkpoint

    folder = tmp_path / left
    folder.mkdir()
    (folder / "optimizer.bin").write_bytes(b"half")
    assert not has_checkpoint(tmp_path)
    assert restore_checkpoint(None, tmp_path) is None
    remove_checkpoints(tmp_path)
    assert list(Path(tmp_path).iterdir()) == []
