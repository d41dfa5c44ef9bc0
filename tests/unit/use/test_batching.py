import pytest
import torch
from tests.unit.score.tiny import byte_tokenizer, decoder, encoder

from lect.use.batching import by_length, evaluating, pad
from lect.vocab.words import frame


@pytest.mark.parametrize("batch_tokens", [1, 7, 20, 1000])
def test_batches_hold_every_row_once_within_the_budget(batch_tokens):
    lengths = [3, 9, 1, 4, 4, 12, 2]
    batches = list(by_length(lengths, batch_tokens))
    assert sorted(index for batch in batches for index in batch) == list(range(7))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= batch_tokens
    assert [lengths[i] for batch in batches for i in batch] == sorted(lengths, reverse=True)


def test_padding_is_on_the_right_and_masked():
    model = decoder()
    found = pad([[5, 6, 7], [8]], model)
    assert found["input_ids"].tolist() == [[5, 6, 7], [8, *[model.tokenizer.pad_token_id] * 2]]
    assert found["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]


def test_frame_is_what_the_tokenizer_adds():
    tokenizer = encoder().tokenizer
    assert frame(tokenizer) == ([tokenizer.bos_token_id], [tokenizer.eos_token_id])
    assert frame(byte_tokenizer()) == ([], [])


def test_evaluating_restores_modes_after_an_error_too():
    network = decoder().network.train()
    network.transformer.h[0].eval()
    modes = [module.training for module in network.modules()]
    with evaluating(network):
        assert not any(module.training for module in network.modules())
        assert not torch.is_grad_enabled()
    assert torch.is_grad_enabled()
    with pytest.raises(KeyError), evaluating(network):
        raise KeyError
    assert [module.training for module in network.modules()] == modes
