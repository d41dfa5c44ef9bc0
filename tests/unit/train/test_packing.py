import numpy as np
import pytest
from tests.unit.score.tiny import byte_tokenizer
from tests.unit.train.specimens import documents

from lect.artifacts.errors import LectError
from lect.artifacts.texts import Text, read
from lect.train.packing import draw_stream, frame_of, tokenize

TOKENIZER = byte_tokenizer()
BOS, EOS, PAD = TOKENIZER.bos_token_id, TOKENIZER.eos_token_id, TOKENIZER.pad_token_id


def table(kind="decoder", texts=None, folder=None):
    return tokenize(read(texts or documents(40)), TOKENIZER, kind, folder)


def everything(stream):
    return stream.rows(np.arange(len(stream)))


def ids_of(table, document):
    return table.tokens[table.starts[document] : table.starts[document + 1]].tolist()


def test_decoder_documents_are_framed():
    made = table(texts=["hús", "bátur"])
    assert ids_of(made, 0) == [BOS, *TOKENIZER("hús", add_special_tokens=False)["input_ids"], EOS]
    assert ids_of(made, 1)[0] == BOS
    assert made.sizes.tolist() == [4, 6]


def test_one_mark_is_enough_where_begin_and_end_are_one_token():
    tokenizer = byte_tokenizer()
    tokenizer.bos_token = tokenizer.eos_token
    frame = frame_of(tokenizer, "decoder")
    assert frame.before is None
    assert frame.after == tokenizer.eos_token_id


def test_encoder_rows_begin_with_their_mark():
    made = table("encoder")
    stream = draw_stream(made, length=16, megabytes=0.001, seed=0)
    rows = everything(stream)
    assert (rows[:, 0] == BOS).all()
    assert not (rows[:, 1:] == BOS).any()
    assert ids_of(made, 0)[-1] == EOS


@pytest.mark.parametrize("kind", ["decoder", "encoder"])
def test_rows_are_the_documents_of_each_epoch_in_order_and_nothing_else(kind):
    made = table(kind)
    epochs = 3
    stream = draw_stream(made, length=16, megabytes=epochs * made.bytes / 1e6, seed=5)
    rows = everything(stream)
    assert rows.shape == (len(stream), 16)
    assert not (rows == PAD).any()
    seen = rows[:, 16 - stream.body :].ravel().tolist()
    wanted = [id_ for epoch in range(epochs) for d in stream.epoch(epoch).order for id_ in ids_of(made, d)]
    assert len(wanted) == epochs * len(made.tokens)
    assert seen == wanted[: len(seen)]
    assert len(wanted) - len(seen) < stream.body


def test_a_row_is_a_pure_function_of_its_number():
    made = table()
    whole = everything(draw_stream(made, length=16, megabytes=0.01, seed=1))
    stream = draw_stream(made, length=16, megabytes=0.01, seed=1)
    for number in np.random.default_rng(0).permutation(len(whole)):
        assert (stream.rows(np.array([number]))[0] == whole[number]).all()


def test_a_longer_budget_only_adds():
    made = table()
    short, long = (everything(draw_stream(made, length=16, megabytes=mb, seed=1)) for mb in (0.002, 0.011))
    assert (long[: len(short)] == short).all()


@pytest.mark.parametrize("megabytes", [0.0002, 0.001, 0.00123, 0.004])
def test_budget_is_met_by_the_document_that_reaches_it(megabytes):
    made = table()
    stream = draw_stream(made, length=8, megabytes=megabytes, seed=0)
    assert megabytes <= stream.megabytes < megabytes + made.sizes.max() / 1e6
    rest = (stream.tokens - len(stream) * stream.body) / made.tokens.size
    assert stream.megabytes_before(len(stream)) == pytest.approx(stream.megabytes, abs=rest * made.bytes / 1e6 + 2e-5)


def test_megabytes_of_whole_epochs_are_exact():
    made = table(texts=["a" * 15, "b" * 15])
    stream = draw_stream(made, length=len(made.tokens) // 2, megabytes=10 * made.bytes / 1e6, seed=0)
    before = [stream.megabytes_before(2 * epoch) * 1e6 for epoch in range(11)]
    assert before == pytest.approx([30 * epoch for epoch in range(11)])


def test_epochs_and_seeds_shuffle_anew():
    made = table()
    first, second = (draw_stream(made, length=16, megabytes=0.01, seed=seed) for seed in (0, 1))
    orders = [tuple(stream.epoch(epoch).order) for stream in (first, second) for epoch in range(3)]
    assert len(set(orders)) == 6
    assert all(sorted(order) == list(range(len(made.sizes))) for order in orders)


def test_ledger_sums_to_what_was_seen():
    texts = [{"text": "hús og heim", "source": "a", "language": "fao"} for _ in range(20)]
    texts += [{"text": "bátur", "source": "b", "language": "fao"} for _ in range(20)]
    made = table(texts=texts)
    stream = draw_stream(made, length=16, megabytes=2.5 * made.bytes / 1e6, seed=0)
    for seen in (stream.megabytes, stream.megabytes_before(3), stream.megabytes_before(len(stream) // 2)):
        assert sum(line["megabytes"] for line in stream.ledger(seen)) == pytest.approx(seen)
    lines = {line["source"]: line for line in stream.ledger(2 * made.bytes / 1e6 + 1e-12)}
    assert lines["a"]["megabytes"] == pytest.approx(2 * 20 * 12 / 1e6)
    assert lines["b"]["epochs"] == 2.0
    assert lines["b"]["language"] == "fao"


def test_documents_of_a_list_are_one_source():
    made = table(texts=["hús", "maður"] * 20)
    assert len(draw_stream(made, length=16, megabytes=0.001, seed=0).ledger(0.0005)) == 1


def test_mapped_into_memory_equals_in_memory(tmp_path):
    texts = documents(1500)  # more than two batches of documents
    mapped, held = table(texts=texts, folder=tmp_path), table(texts=texts)
    assert isinstance(mapped.tokens, np.memmap)
    assert (mapped.tokens == held.tokens).all()
    assert (mapped.starts == held.starts).all()
    again = table(texts=texts, folder=tmp_path)  # a resumed run writes it anew
    assert len(again.tokens) == len(held.tokens)


def test_a_tokenizer_left_to_truncate_or_pad_does_neither():
    tokenizer = byte_tokenizer()
    tokenizer(["hús"], truncation=True, max_length=3, padding="max_length")
    assert tokenizer.backend_tokenizer.truncation is not None
    assert (tokenize(read(documents(40)), tokenizer, "decoder").tokens == table().tokens).all()


def test_text_without_content_is_refused():
    with pytest.raises(LectError, match="no tokens"):
        tokenize(Text(lambda: iter([{"text": ""}]), "empty"), TOKENIZER, "decoder")


def test_budget_that_fills_no_row_is_refused():
    with pytest.raises(LectError, match="does not fill one row"):
        draw_stream(table(), length=60, megabytes=1e-6, seed=0)
