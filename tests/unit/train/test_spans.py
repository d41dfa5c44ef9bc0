from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest
from tests.unit.score.tiny import byte_tokenizer as pieces

from lect.artifacts.errors import LectError
from lect.artifacts.texts import read
from lect.train.packing import draw_stream, tokenize
from lect.train.spans import SpanShape, corrupt, denoising, draw_spans, fit_spans, mean_span, sentinel_ids
from lect.vocab.learners.byte_vocabularies import byte_tokenizer

TOKENIZER = byte_tokenizer(for_="encoder")
SENTINELS = sentinel_ids(TOKENIZER)
END = TOKENIZER.eos_token_id
SHAPES = [
    fit_spans(1024, mean=20.0),
    fit_spans(256, mean=3.0),
    fit_spans(64, share=0.5, mean=1.0),
    fit_spans(40, share=0.9, mean=4.0),
    fit_spans(8),
    SpanShape(9, 8, 1),
    SpanShape(9, 4, 4),
]


def restore(inputs, targets):
    """Put what each sentinel hides back in its place."""
    assert inputs[-1] == targets[-1] == END
    inputs, targets, held = inputs[:-1], targets[:-1], {}
    for id_ in targets:
        if id_ in SENTINELS:
            assert id_ not in held
            held[sentinel := id_] = []
        else:
            held[sentinel].append(id_)
    assert [id_ for id_ in inputs if id_ in SENTINELS] == list(held)
    return [one for id_ in inputs for one in held.get(id_, [id_])]


def some_rows(shape, rows=40, seed=0):
    return np.random.default_rng(seed).integers(0, 259, (rows, shape.length))  # ends of documents, too


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_inputs_and_targets_give_the_row_back(shape):
    rows, numbers = some_rows(shape), np.arange(40)
    inputs, targets = corrupt(rows, draw_spans(shape, numbers), SENTINELS, END)
    assert inputs.shape == (40, shape.inputs)
    assert targets.shape == (40, shape.targets)
    for row, seen, wanted in zip(rows.tolist(), inputs.tolist(), targets.tolist(), strict=True):
        assert restore(seen, wanted) == row
        assert [id_ for id_ in seen if id_ in SENTINELS] == SENTINELS[: shape.spans].tolist()


def test_lengths_are_those_of_t5():
    assert fit_spans(512) == SpanShape(length=568, hidden=85, spans=28)  # 568 → 512 and 114, as in T5
    assert (fit_spans(512).inputs, fit_spans(512).targets) == (512, 114)
    assert (fit_spans(1024, mean=20.0).inputs, fit_spans(1024, mean=20.0).targets) == (1024, 189)  # ByT5


@pytest.mark.parametrize("mean", [1.0, 3.0, 20.0])
@pytest.mark.parametrize("share", [0.05, 0.15, 0.5, 0.9])
def test_rows_are_as_long_as_fits(share, mean):
    for inputs in range(8, 300, 7):
        shape = fit_spans(inputs, share=share, mean=mean)
        assert shape.inputs <= inputs
        assert abs(shape.hidden - share * shape.length) <= 1
        assert 1 <= shape.spans <= min(shape.hidden, shape.length - shape.hidden + 1)
        hidden = draw_spans(shape, np.arange(5))
        assert (hidden.sum(axis=1) == shape.hidden).all()
        assert ((np.diff(hidden, axis=1, prepend=False) & hidden).sum(axis=1) == shape.spans).all()


def test_all_ways_to_hide_are_equally_likely():
    shape = SpanShape(length=7, hidden=3, spans=2)
    drawn = Counter(map(tuple, draw_spans(shape, np.arange(40_000)).tolist()))
    assert len(drawn) == 20  # 2 divisions of 3 hidden ids, 10 of 4 visible ones of which the outer may be none
    assert max(abs(count / 2_000 - 1) for count in drawn.values()) < 0.1


def test_no_place_is_favored_and_the_share_is_15_percent():
    shape = fit_spans(256, mean=20.0)
    hidden = draw_spans(shape, np.arange(4_000))
    assert hidden.mean() == pytest.approx(0.15, abs=0.005)
    middle = hidden[:, 40:-40].mean(axis=0)
    assert middle.min() > 0.12
    assert middle.max() < 0.18
    assert (hidden[:, -1].mean(), hidden[:, 0].mean()) == pytest.approx((0.01, 0.01), abs=0.01)  # 1 gap in 100 is empty


def test_what_is_hidden_is_a_function_of_seed_and_row_alone():
    shape = fit_spans(128)
    whole = draw_spans(shape, np.arange(30), seed=4)
    for number in (29, 3, 11):
        assert (draw_spans(shape, np.array([number]), seed=4)[0] == whole[number]).all()
    assert len({tuple(row) for row in whole.tolist()}) == 30
    assert (draw_spans(shape, np.arange(30), seed=5) != whole).any(axis=1).all()


def test_the_same_text_is_hidden_anew_in_every_epoch():
    layout = denoising(TOKENIZER, 256)
    table = tokenize(read(["a" * (layout.shape.length - 1)]), TOKENIZER, "seq2seq")  # one row, with the end of it
    stream = draw_stream(table, length=layout.shape.length, megabytes=0.003, seed=0)
    assert len(stream) > 5
    rows = stream.rows(np.arange(len(stream)))
    assert (rows == rows[0]).all()
    inputs = layout(rows, np.arange(len(stream)))["ids"].tolist()
    assert len({tuple(row) for row in inputs}) == len(stream)


def vocabulary_of(ids, added=()):
    return SimpleNamespace(
        get_vocab=lambda: ids, get_added_vocab=lambda: dict.fromkeys(added), all_special_ids=(), eos_token_id=1
    )


def test_sentinels_are_in_the_order_that_the_tokenizer_names():
    assert SENTINELS.tolist() == list(range(259, 384))
    t5 = {"hus": 5} | {f"<extra_id_{n}>": 32_099 - n for n in range(100)}
    assert sentinel_ids(vocabulary_of(t5)).tolist() == list(range(32_099, 31_999, -1))
    mt5 = {f"▁<extra_id_{n}>": 250_099 - n for n in range(100)} | {"extra_id_": 3}
    assert sentinel_ids(vocabulary_of(mt5))[:2].tolist() == [250_099, 250_098]
    assert len(sentinel_ids(pieces())) == 0


def test_spans_are_long_where_tokens_are_bytes():
    assert mean_span(TOKENIZER) == 20
    assert mean_span(pieces()) == 3


def test_too_few_sentinels_no_end_and_wrong_shares_are_refused():
    with pytest.raises(LectError, match="has 0 sentinels"):
        denoising(pieces(), 64)
    with pytest.raises(LectError, match=r"in 2 spans.*has 1 sentinels"):
        denoising(byte_tokenizer(1), 256)
    without = byte_tokenizer()
    without.eos_token = None
    with pytest.raises(LectError, match="the end token None"):
        denoising(without, 64)
    for wrong in ({"share": 0.0}, {"share": 1.0}, {"mean": 0.5}):
        with pytest.raises(LectError, match="a share between 0 and 1"):
            fit_spans(64, **wrong)
    with pytest.raises(LectError, match="has at least 3 ids; pass more than 2"):
        fit_spans(2)
