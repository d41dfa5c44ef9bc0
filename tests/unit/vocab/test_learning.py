"""Learn: exact size, nothing lost, the same every time."""

import json
import subprocess
import sys
import unicodedata

import pytest

from lect.artifacts.errors import LectError
from lect.vocab.counting import count, encode
from lect.vocab.learning import SPECIALS, learn

KINDS = {"bpe": 500, "unigram": 520, "wordpiece": 400}


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("for_", ["encoder", "decoder"])
def test_exact_size_specials_and_frame(faroese, kind, for_):
    tokenizer = learn(faroese, kind=kind, size=KINDS[kind], for_=for_)
    assert sorted(tokenizer.get_vocab().values()) == list(range(KINDS[kind]))
    assert tokenizer.convert_ids_to_tokens(list(range(5))) == list(SPECIALS)
    assert (tokenizer.pad_token_id, tokenizer.eos_token_id, tokenizer.sep_token_id, tokenizer.mask_token_id) == (
        1,
        2,
        2,
        4,
    )
    ids = tokenizer(faroese[0])["input_ids"]
    body = encode(tokenizer, [faroese[0]])[0]
    assert ids == ([0, *body, 2] if for_ == "encoder" else body)
    assert len(tokenizer("a", "b")["input_ids"]) - sum(map(len, encode(tokenizer, ["a", "b"]))) == (
        4 if for_ == "encoder" else 0
    )
    assert count(tokenizer, faroese)[3] == 0
    assert "token_type_ids" not in tokenizer("a")


@pytest.mark.parametrize("kind", ["bpe", "unigram"])
def test_every_text_comes_back(mixed, kind):
    tokenizer = learn(mixed, kind=kind, size=700)
    for string in (*mixed[::60], "漢字 😀 zz\tq\n\nüx", unicodedata.normalize("NFD", "Føroyá é")):
        assert tokenizer.decode(encode(tokenizer, [string])[0]) == unicodedata.normalize("NFC", string)


@pytest.mark.parametrize("kind", list(KINDS))
def test_tokens_are_used_and_words_are_shorter_than_characters(faroese, kind):
    counts = count(learn(faroese, kind=kind, size=KINDS[kind]), faroese)
    assert counts.sum() < sum(map(len, faroese)) / 2
    assert (counts[261:] > 0).mean() > 0.5


def test_words_keep_their_marks_joiners_and_apostrophes():
    text = ["हिन्दी भाषा п'ять don't مى‌خواهم"] * 30
    tokenizer = learn(text, kind="bpe", size=310)
    words = [word for word, _ in tokenizer.backend_tokenizer.pre_tokenizer.pre_tokenize_str(text[0])]
    assert len(words) == 5


def test_the_same_in_another_process(faroese):
    code = f"""
import json, sys
from lect.vocab.learning import learn
texts = json.load(sys.stdin)
for kind, size in {list(KINDS.items())}:
    print(json.dumps(sorted(learn(texts, kind=kind, size=size).get_vocab().items())))
"""
    there = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(faroese), capture_output=True, text=True, check=True
    )
    here = [
        json.dumps(sorted(learn(faroese, kind=kind, size=size).get_vocab().items())) for kind, size in KINDS.items()
    ]
    assert there.stdout.splitlines() == here


@pytest.mark.parametrize("kind", list(KINDS))
def test_refusals_name_the_size_that_works(faroese, kind):
    with pytest.raises(LectError, match=r"supports a .* vocabulary of \d+ tokens, not 90000") as error:
        learn(faroese, kind=kind, size=90_000)
    actual = int(str(error.value).split("Pass size=")[1].split(",")[0])
    assert len(learn(faroese, kind=kind, size=actual)) == actual
    with pytest.raises(LectError, match="smallest size for this text"):
        learn(faroese, kind=kind, size=50)
    with pytest.raises(LectError, match="kind must be one of bpe, unigram, wordpiece"):
        learn(faroese, kind="words")
