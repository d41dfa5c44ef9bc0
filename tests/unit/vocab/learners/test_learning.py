"""Learn: exact size, nothing lost, the same every time."""

import json
import os
import subprocess
import sys
import unicodedata
from collections import Counter
from importlib.util import find_spec

import pytest
from tokenizers import models

from lect.artifacts.errors import LectError
from lect.artifacts.texts import read
from lect.vocab.checks.releasing import release_check
from lect.vocab.counting import count, encode, pretokens
from lect.vocab.learners.byte_pairs import metaspace_tokenizer
from lect.vocab.learners.learning import SPECIALS, learn
from lect.vocab.learners.morpheme_bytes import byte_maps
from lect.vocab.learners.unigrams import learn_pieces, lift_pieces

KINDS = {"bpe": 500, "metaspace-bpe": 520, "unigram": 520, "wordpiece": 400}


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


@pytest.mark.parametrize("kind", ["bpe", "metaspace-bpe", "unigram"])
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


def test_all_but_rare_characters_have_a_token_and_the_rest_are_bytes(mixed):
    tokenizer = learn([*mixed, "ᚠ"], kind="metaspace-bpe", size=700)
    vocabulary = tokenizer.get_vocab()
    counts = Counter(character for string in mixed for character in unicodedata.normalize("NFC", string))
    covered = sum(times for character, times in counts.items() if character in vocabulary or character == " ")
    assert covered >= 0.9995 * counts.total()
    assert "ᚠ" not in vocabulary
    assert tokenizer.convert_ids_to_tokens(encode(tokenizer, ["ᚠ"])[0]) == ["▁", "<0xE1>", "<0x9A>", "<0xA0>"]
    assert [vocabulary[f"<0x{byte:02X}>"] for byte in range(256)] == list(range(5, 261))
    assert not any("\n" in token for token in vocabulary)


@pytest.mark.parametrize("kind", list(KINDS))
def test_no_token_is_out_of_reach(mixed, kind):
    assert release_check(learn(mixed, kind=kind, size=900), mixed).problems() == []


def test_pieces_out_of_reach_are_lifted(faroese):
    """With as many pieces as the text has, some would be less likely than their parts."""
    words = pretokens(metaspace_tokenizer(), read(faroese))
    scores = learn_pieces(words, 5000)
    pieces = list(scores)
    with_unknown = [("<unk>", -50.0), *scores.items()]
    before = models.Unigram(with_unknown, unk_id=0)
    after = models.Unigram([("<unk>", -50.0), *lift_pieces(scores).items()], unk_id=0)
    assert sum(len(before.tokenize(piece)) > 1 for piece in pieces) > 20
    assert [piece for piece in pieces if len(after.tokenize(piece)) > 1] == []


def test_the_same_in_other_processes(faroese):
    """Hash seeds differ, as they do from run to run."""
    texts = faroese[:120]
    code = f"""
import json, sys
from importlib.util import find_spec
from lect.artifacts.texts import read
from lect.vocab.learners.learning import learn
from lect.vocab.learners.morpheme_bytes import byte_maps
texts = json.load(sys.stdin)
for kind, size in {list(KINDS.items())}:
    print(learn(texts, kind=kind, size=size).backend_tokenizer.to_str())
if find_spec("morfessor"):
    print(json.dumps(byte_maps(read(texts[::20]))))
"""
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            input=json.dumps(texts),
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    here = [learn(texts, kind=kind, size=size).backend_tokenizer.to_str() for kind, size in KINDS.items()]
    here += [json.dumps(byte_maps(read(texts[::20])))] if find_spec("morfessor") else []
    assert [json.loads(line) for line in runs[0].splitlines()] == [json.loads(line) for line in here]
    assert runs[0] == runs[1]


@pytest.mark.parametrize("kind", list(KINDS))
def test_refusals_name_the_size_that_works(faroese, kind):
    with pytest.raises(LectError, match=r"supports a .* vocabulary of \d+ tokens, not 90000") as error:
        learn(faroese, kind=kind, size=90_000)
    actual = int(str(error.value).split("Pass size=")[1].split(",")[0])
    assert len(learn(faroese, kind=kind, size=actual)) == actual
    with pytest.raises(LectError, match="smallest size for this text"):
        learn(faroese, kind=kind, size=50)
    with pytest.raises(LectError, match="kind must be one of bpe, metaspace-bpe, unigram, wordpiece, bytes, myte"):
        learn(faroese, kind="words")
    with pytest.raises(LectError, match="is learned from text"):
        learn(kind=kind)
    with pytest.raises(LectError, match="smallest size"):
        learn(faroese, kind=kind, size=0)
