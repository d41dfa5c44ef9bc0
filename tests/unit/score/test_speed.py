import pytest
import torch
from tests.unit.score.tiny import TEXTS, decoder, encoder

from lect.artifacts.errors import LectError
from lect.score.speed import size, throughput


@pytest.mark.parametrize("make", [decoder, encoder])
def test_throughput_reads_the_whole_text_and_says_how(make):
    model = make(positions=16)
    seen = []
    model.network.register_forward_pre_hook(lambda _, args, kwargs: seen.append(kwargs), with_kwargs=True)
    model.network.train()
    score = throughput(model, TEXTS, repeats=2, batch_tokens=64)
    rows = sum(int(call["attention_mask"].sum()) for call in seen)
    ids = model.tokenizer(TEXTS, add_special_tokens=False)["input_ids"]
    width = 14 if make is encoder else 16
    framed = sum(len(row) + (2 * -(-len(row) // width) if make is encoder else 0) for row in ids)
    assert rows == 2 * framed + int(seen[0]["attention_mask"].sum())  # two passes and the warm-up batch
    assert score.examples[0, 0] == sum(len(text.encode()) for text in TEXTS)
    assert 0 < score.low <= score.value <= score.high
    assert f"|repeats:2|threads:{torch.get_num_threads()}|device:cpu|batch_tokens:64|docs:5|" in score.signature
    assert model.network.training


def test_size_counts_tied_parameters_once():
    model = decoder()
    score = size(model)
    assert score.value == sum(p.numel() for p in model.network.parameters())
    assert score.columns["megabytes"] == pytest.approx(score.value * 4 / 1e6)
    assert "|dtype:float32|" in score.signature


def test_repeats_must_be_at_least_one():
    with pytest.raises(LectError, match="repeats must be at least 1"):
        throughput(decoder(), TEXTS, repeats=0)
