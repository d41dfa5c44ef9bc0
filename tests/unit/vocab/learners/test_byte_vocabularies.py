"""Bytes as ids: those of ByT5, and every text comes back."""

import random

import pytest
from transformers import AutoTokenizer, ByT5Tokenizer

from lect.artifacts.errors import LectError
from lect.vocab.checks.releasing import release_check
from lect.vocab.counting import count, encode
from lect.vocab.learners.byte_vocabularies import byte_tokenizer
from lect.vocab.learners.learning import learn

TEXTS = ["", " ", "Tórshavn", "한국어 한국어", "👩‍👧 😀", "a\n\n\tb\r\n", "\x00\x7f\u2028\ufeff", "e\u0301 é K ;"]
SPECIAL = ["a </s> b", "x <pad>y", "<unk>", "one <extra_id_0> two <extra_id_1>", "<extra_id_124><extra_id_125>"]


@pytest.fixture(scope="module")
def random_texts():
    draw = random.Random(0)
    points = [*range(0xD800), *range(0xE000, 0x110000)]
    return ["".join(map(chr, draw.choices(points, k=draw.randrange(40)))) for _ in range(500)] + [
        bytes(draw.choices(range(256), k=30)).decode("latin-1") for _ in range(200)
    ]


def test_ids_are_those_of_byt5(random_texts, mixed):
    ours, theirs = learn(kind="bytes", for_="encoder"), ByT5Tokenizer()
    for string in [*TEXTS, *SPECIAL, *random_texts, *mixed[::50]]:
        assert ours(string)["input_ids"] == theirs(string)["input_ids"]
    assert ours("a", "b")["input_ids"] == theirs("a", "b")["input_ids"]
    assert {t: i for t, i in ours.get_vocab().items() if len(t) > 2} == {
        t: i for t, i in theirs.get_vocab().items() if len(t) > 2
    }


def test_every_text_comes_back(random_texts, mixed):
    tokenizer = learn(kind="bytes")
    for string in [*TEXTS, *random_texts, *mixed]:
        ids = tokenizer(string)["input_ids"]
        assert ids == [byte + 3 for byte in string.encode()]
        assert tokenizer.decode(ids) == string


def test_sentinels_follow_the_bytes_and_survive_saving(tmp_path):
    tokenizer = byte_tokenizer(10, for_="encoder")
    assert len(tokenizer) == 269
    assert tokenizer.convert_tokens_to_ids([f"<extra_id_{n}>" for n in range(10)]) == list(range(259, 269))
    assert tokenizer.mask_token_id == 259
    tokenizer.save_pretrained(tmp_path)
    again = AutoTokenizer.from_pretrained(tmp_path)
    assert again("hús <extra_id_3> x")["input_ids"] == tokenizer("hús <extra_id_3> x")["input_ids"]
    assert release_check(tokenizer, TEXTS + SPECIAL).problems() == []


def test_words_are_counted_one_by_one(mixed):
    tokenizer = byte_tokenizer()
    assert (
        count(tokenizer, mixed).sum() == sum(map(len, encode(tokenizer, mixed))) == sum(len(t.encode()) for t in mixed)
    )


@pytest.mark.parametrize("size", [0, 258, 513, 16_000])
def test_sizes_that_make_no_sense_are_refused(size):
    with pytest.raises(LectError, match="between 259 and 512"):
        learn(kind="bytes", size=size)
