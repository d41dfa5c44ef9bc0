"""Premiums over multi-parallel text, by truth that is known beforehand."""

import dataclasses

import numpy as np
import pytest
from tests.unit.vocab import conftest
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from lect import worlds
from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.vocab.counting import encode
from lect.vocab.learners.learning import learn
from lect.vocab.measures.premiums import parity, split_parallel

TAGS = {"eng": "en", "fao": "fo", "ell": "el"}


@pytest.fixture(scope="module")
def sentences():
    """Return the same 200 phrases in three languages."""
    english = [pair[0] for pair in worlds.parallel("en", "fo", 200, seed=3)]
    return {"eng": english} | {
        language: [pair[0] for pair in worlds.parallel(tag, "en", 200, seed=3)]
        for language, tag in TAGS.items()
        if language != "eng"
    }


@pytest.fixture(scope="module")
def spelled():
    """Return a tokenizer whose tokens are bytes."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    backend = Tokenizer(models.BPE({character: index for index, character in enumerate(alphabet)}, []))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return PreTrainedTokenizerFast(tokenizer_object=backend)


def test_bytes_pay_the_premium_of_bytes(spelled, sentences):
    found = parity(spelled, sentences)
    joined = {language: " ".join(strings) for language, strings in sentences.items()}
    for language, cost in found.costs.items():
        assert cost.tokens == len(joined[language].encode())
        assert cost.premium == cost.bytes_premium == cost.tokens / len(joined["eng"].encode())
        sums = [sum(len(string.encode()) for string in sentences[name]) for name in (language, "eng")]
        assert cost.premium_of_sentences == sums[0] / sums[1]
        assert cost.unknown == 0
    assert found.worst == "ell"
    assert found.costs["eng"].premium == found.costs["eng"].premium_mean == 1
    assert found.costs["eng"].premium_spread == 0
    # Letters that NFC would take apart or put together are left as they are in a list.
    assert parity(spelled, {"eng": ["e"], "fao": ["e\u0301"]}).costs["fao"].tokens == 3


@pytest.fixture(scope="module")
def known():
    """Return as many sentences of two languages, every letter of which the small tokenizers have learned."""
    return {"eng": conftest.sentences("en", seed=1), "fao": conftest.sentences("fo")}


@pytest.mark.parametrize("kind", list(conftest.TOKENIZERS))
def test_joined_and_single_sentences_are_counted_exactly(tokenizers, known, kind):
    tokenizer, texts = tokenizers[kind], known
    found = parity(Model(None, tokenizer), texts)
    for language, strings in texts.items():
        lengths = [len(ids) for ids in encode(tokenizer, strings)]
        assert found.lengths[language].tolist() == lengths
        assert found.costs[language].tokens == len(encode(tokenizer, [" ".join(strings)])[0])
        assert found.costs[language].length_p95 == np.quantile(lengths, 0.95)
    assert found.premium("fao") == found.costs["fao"].premium


def test_premiums_are_ratios(tokenizers, sentences):
    found = parity(tokenizers["byte_bpe"], sentences)
    for one in sentences:
        assert found.premium(one, one) == 1
        for other in sentences:
            assert found.premium(one, other) * found.premium(other, one) == pytest.approx(1, abs=1e-12)
    assert found.disparity == max(found.premium(one, other) for one in sentences for other in sentences)
    turned = parity(tokenizers["byte_bpe"], sentences, reference="fao")
    assert turned.premium("ell") == found.premium("ell", "fao")
    score = found.score("ell")
    assert score.value == score.examples[:, 0].sum() / score.examples[:, 1].sum()
    assert score.value == found.costs["ell"].premium_of_sentences
    assert found.score(found.worst, found.best).columns == {"of": found.worst, "over": found.best}
    assert [row["language"] for row in found.rows()] == list(sentences)
    assert found.describe().splitlines()[1].startswith(found.worst)


def test_a_language_pays_less_under_its_own_tokenizer(sentences):
    learned = {tag: worlds.phrases(tag, 1500, seed=9) for tag in ("en", "fo")}
    own, english = (
        parity(learn(learned[tag], size=700), {name: sentences[name] for name in ("eng", "fao")})
        for tag in ("fo", "en")
    )
    assert own.premium("fao") < english.premium("fao")


def test_what_is_not_read_trips_the_guard(tokenizers, known):
    tokenizer = tokenizers["bert_wordpiece"]
    unread = ["საქართველო"] * len(known["eng"])
    corrupt = parity(tokenizer, known | {"xxx": unread})
    cost = corrupt.costs["xxx"]
    assert cost.unknown == 1
    assert cost.premium is None is cost.premium_mean
    assert cost.tokens < corrupt.costs["fao"].tokens  # it looks cheap, and yet is not the best
    assert corrupt.best != "xxx"
    with pytest.raises(LectError, match="no premium for xxx: 100% of its tokens"):
        corrupt.score("xxx")
    with pytest.raises(LectError, match="of the reference, xxx, are unknown"):
        parity(tokenizer, known | {"xxx": unread}, reference="xxx")
    torn = [string if index % 5 else "საქართველო" for index, string in enumerate(known["fao"])]
    below = parity(tokenizer, known | {"fao": torn}).costs["fao"]
    assert 0 < below.unknown < 0.1  # below the limit it is said, with its share of unknown tokens beside it
    assert below.premium < corrupt.premium("fao")


def test_a_flores_code_is_found_by_its_language(spelled, sentences):
    found = parity(spelled, {"eng_Latn": sentences["eng"], "fao_Latn": sentences["fao"]})
    assert found.reference == "eng_Latn"
    assert dataclasses.asdict(found.costs["eng_Latn"])["premium"] == 1


def test_halves_are_the_same_sentences(sentences):
    seen, heldout = split_parallel(sentences, heldout=0.25)
    assert [len(half["fao"]) for half in (seen, heldout)] == [150, 50]
    assert all(seen[language] + heldout[language] == sentences[language] for language in sentences)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"eng": ["a"]}, "two languages or more"),
        (["a"], "two languages or more"),
        ({"eng": ["a", "b"], "fao": ["a"]}, "found eng 2, fao 1 sentences"),
        ({"eng": [], "fao": []}, "found eng 0"),
        ({"fao": ["a"], "isl": ["a"]}, "no text of the reference 'eng'"),
        ({"eng": [""], "fao": ["a"]}, "eng has no tokens"),
    ],
)
def test_texts_that_are_not_parallel_are_refused(spelled, texts, message):
    with pytest.raises(LectError, match=message):
        parity(spelled, texts)
    with pytest.raises(LectError, match="share between 0 and 1"):
        split_parallel({"eng": ["a"], "fao": ["a"]}, heldout=1)
