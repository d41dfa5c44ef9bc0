"""Choices over counts, by hand, by script; and the trims that cannot be."""

import numpy as np
import pytest
from tests.unit.vocab.conftest import sentences

from lect.artifacts.errors import LectError
from lect.artifacts.texts import read
from lect.languages.scripts import script_of
from lect.vocab.counting import count, encode
from lect.vocab.selection import choosing
from lect.vocab.selection.choosing import mask
from lect.vocab.selection.trimming import select, trim
from lect.vocab.tokenizer_files import structure

COUNTS = np.array([5, 0, 9, 5, 1, 0])


def test_counts_choose():
    assert choosing.most_frequent(COUNTS, 2).tolist() == mask([0, 2], 6).tolist()
    assert choosing.most_frequent(COUNTS, 6).sum() == 4
    assert choosing.covering(COUNTS, 0.45).tolist() == mask([2], 6).tolist()
    assert choosing.covering(COUNTS, 0.46).tolist() == mask([0, 2], 6).tolist()
    assert choosing.covering(COUNTS, 1.0).sum() == 4
    assert choosing.occurring(COUNTS, 5).tolist() == mask([0, 2, 3], 6).tolist()


@pytest.mark.parametrize("kind", ["byte_bpe", "xlmr_unigram", "bert_wordpiece"])
def test_scripts_choose(tokenizers, kind):
    tokenizer = tokenizers[kind]
    latin, cyrillic = (choosing.written_in(tokenizer, [code]) for code in ("Latn", "Cyrl"))
    either = choosing.written_in(tokenizer, ["Latn", "Cyrl"])
    assert (either >= (latin | cyrillic)).all()
    for token, index in tokenizer.get_vocab().items():
        scripts = {script for letter in tokenizer.decode([index]) if (script := script_of(letter))}
        if token not in tokenizer.get_added_vocab() and "\ufffd" not in tokenizer.decode([index]):
            assert (latin[index], cyrillic[index]) == (scripts <= {"Latn"}, scripts <= {"Cyrl"})
    with pytest.raises(LectError, match=r"no token of this vocabulary is written in 'Thai'; it has .*Cyrl"):
        choosing.written_in(tokenizer, ["Thai"])
    with pytest.raises(LectError, match="list of ISO 15924"):
        choosing.written_in(tokenizer, "Latn")


def test_hands_choose(tokenizers, tmp_path):
    tokenizer = tokenizers["xlmr_unigram"]
    ids = tokenizer.get_vocab()
    (tmp_path / "names.txt").write_text("Россия\n", encoding="utf-8")
    russian = set(encode(tokenizer, ["Россия"])[0])
    assert choosing.named(tokenizer, ()) == set()
    assert choosing.named(tokenizer, [7, "<mask>"]) == {7, ids["<mask>"]}
    assert choosing.named(tokenizer, "Россия") >= russian
    assert choosing.named(tokenizer, tmp_path / "names.txt") == choosing.named(tokenizer, [read(["Россия"])]) == russian
    for wrong, message in (
        ("<msk>", r"'<msk>' is no token.*'<mask>'"),
        ("漢字", "is no token"),
        ([10_000], "expected ids"),
        ([1.5], "expected ids"),
    ):
        with pytest.raises(LectError, match=message):
            choosing.named(tokenizer, wrong)


def test_what_is_named_stays(make_model, faroese):
    model = make_model("xlm-roberta", "xlmr_unigram")
    russian = encode(model.tokenizer, sentences("ru")[:3])
    small = trim(model, faroese, size=420, also=sentences("ru")[:3])
    assert [len(ids) for ids in encode(small.tokenizer, sentences("ru")[:3])] == [len(ids) for ids in russian]
    assert len(small.tokenizer) == 420


def test_the_words_of_the_chat_template_stay(make_model, faroese):
    model = make_model("gpt2", "byte_bpe")
    tokenizer = model.tokenizer
    before, words = tokenizer.chat_template, "Федерация Россия"
    try:
        tokenizer.chat_template = (
            "{% generation %}{{ 'Federация\\n' if x == 'август' }}" + words + "{% endgeneration %}"
        )
        cut = encode(tokenizer, ["август", words])
        assert choosing.in_template(tokenizer) >= {index for ids in cut for index in ids}
        small = select(tokenizer, faroese, size=420)
        assert [len(ids) for ids in encode(small.tokenizer, ["август", words])] == [len(ids) for ids in cut]
    finally:
        tokenizer.chat_template = before


def test_least_and_scripts_come_last(tokenizers, faroese):
    tokenizer = tokenizers["xlmr_unigram"]
    text = faroese + sentences("ru")
    parts, counts = structure(tokenizer), count(tokenizer, text)
    often = select(tokenizer, text, keep=1.0, least=20)
    rare = [index for index in often.kept.tolist() if counts[index] < 20 and index not in parts.protected]
    assert all(len(parts.names[index]) == 1 for index in rare)
    latin = select(tokenizer, text, keep=1.0, scripts=["Latn"])
    assert 20 < len(latin.kept) < len(select(tokenizer, text, keep=1.0).kept)
    cyrillic = choosing.written_in(tokenizer, ["Cyrl"]) & ~choosing.written_in(tokenizer, ["Latn"])
    assert all(len(parts.names[index]) == 1 for index in latin.kept.tolist() if cyrillic[index])
    assert count(latin.tokenizer, text)[latin.tokenizer.unk_token_id] == counts[tokenizer.unk_token_id]


@pytest.mark.parametrize(("kind", "sizes"), [("xlmr_unigram", (700, 380)), ("bert_wordpiece", (895, 400))])
def test_alphabets_stay_whole_within_a_tenth_and_keep_names_known(tokenizers, kind, sizes, faroese, monkeypatch):
    tokenizer, names = tokenizers[kind], sentences("ru")
    # In so small a vocabulary an alphabet with its twins inside of words takes more than a tenth.
    monkeypatch.setattr(choosing, "SPARE", 0.2)
    wide, tight = (select(tokenizer, faroese, size=size) for size in sizes)
    assert "Cyrl" in wide.notes["alphabets"]
    assert "Cyrl" not in select(tokenizer, faroese, size=tight.notes["required"] + 5).notes["alphabets"]
    assert len(wide.kept) == sizes[0]
    single = {token for token in tokenizer.get_vocab() if len(token.removeprefix("##")) == 1}
    assert {token for token in single if script_of(token[-1]) == "Cyrl"} <= wide.tokenizer.get_vocab().keys()
    for chosen in (wide, tight):
        assert count(chosen.tokenizer, faroese)[chosen.tokenizer.unk_token_id] == 0
    before, after = (count(one, names)[one.unk_token_id] for one in (tokenizer, wide.tokenizer))
    assert after == before


def test_new_scores_are_a_distribution_and_the_pieces_stay(tokenizers, faroese):
    import json

    tokenizer = tokenizers["xlmr_unigram"]
    old, new = (select(tokenizer, faroese, size=400, by=by) for by in ("compression", "rescoring"))
    assert old.kept.tolist() == new.kept.tolist()
    tables = [dict(json.loads(one.tokenizer.backend_tokenizer.to_str())["model"]["vocab"]) for one in (old, new)]
    ordinary = [token for token in tables[1] if token not in tokenizer.get_added_vocab()]
    assert tables[0] != tables[1]
    assert sum(np.exp(tables[1][token]) for token in ordinary) == pytest.approx(1.0, abs=1e-6)
    assert {tables[1][token] for token in tokenizer.all_special_tokens} == {0.0}
    with pytest.raises(LectError, match=r"rescoring.* is for Unigram"):
        select(tokenizers["byte_bpe"], faroese, by="rescoring")
    with pytest.raises(LectError, match="by is one of compression, frequency"):
        select(tokenizers["byte_bpe"], faroese, by="size")


@pytest.mark.parametrize("kind", ["byte_bpe", "fallback_bpe", "xlmr_unigram", "bert_wordpiece"])
def test_a_text_that_the_vocabulary_does_not_know_is_refused(tokenizers, kind):
    with pytest.raises(LectError, match=r"nothing of the text is in this vocabulary.*Cyrl, Latn"):
        select(tokenizers[kind], ["தமிழ் மொழி", "வணக்கம் உலகம்"], size=450)


def test_other_refusals(tokenizers, faroese):
    tokenizer = tokenizers["xlmr_unigram"]
    with pytest.raises(LectError, match=r"Pass size=(\d+) or more") as refused:
        select(tokenizer, faroese, size=50)
    least = int(str(refused.value).rpartition("size=")[2].split()[0])
    assert len(select(tokenizer, faroese, size=least).kept) == least
    with pytest.raises(LectError, match="least is a number"):
        select(tokenizer, faroese, least=0)
    with pytest.raises(LectError, match="ask for less"):
        select(tokenizer, faroese, least=10**6)
    with pytest.raises(LectError, match=r"has no tokenizer\.json"):
        select(object(), faroese)


@pytest.mark.parametrize("kind", ["byte_bpe", "fallback_bpe", "xlmr_unigram", "bert_wordpiece"])
def test_the_rarest_go_by_frequency_and_the_text_is_no_shorter_than_by_compression(tokenizers, kind, faroese):
    tokenizer = tokenizers[kind]
    counts = count(tokenizer, faroese)
    fitted, frequent = (select(tokenizer, faroese, size=450, by=by) for by in ("compression", "frequency"))
    assert len(fitted.kept) == len(frequent.kept) == 450
    fewest = [counts[one.kept].sum() for one in (fitted, frequent)]
    assert fewest[1] >= fewest[0], "the frequent tokens occur most often in the text as it was cut"
    lengths = [count(one.tokenizer, faroese).sum() for one in (fitted, frequent)]
    assert lengths[0] <= lengths[1]
