"""Allocation and overlap, by distributions whose figures are known."""

import math

import numpy as np
import pytest
from tests.unit.vocab.conftest import sentences
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from lect.artifacts.errors import LectError
from lect.artifacts.texts import read
from lect.vocab.counting import count
from lect.vocab.learners.balancing import blend, shares
from lect.vocab.learners.learning import learn
from lect.vocab.learners.mixing import mix_unigrams
from lect.vocab.measures.allocating import allocation, average_rank, divergence


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_a_uniform_vocabulary_has_its_middle_rank(size):
    assert average_rank(np.full(size, 3)) == pytest.approx((size - 1) / 2, abs=1e-12)


def test_divergence_is_0_1_and_symmetric():
    draw = np.random.default_rng(0)
    one, other = draw.integers(0, 9, 500), draw.integers(0, 9, 500)
    assert divergence(one, one) == divergence(one, 3 * one) == pytest.approx(0, abs=1e-12)
    apart = np.append(one, np.zeros_like(other)), np.append(np.zeros_like(one), other)
    assert divergence(*apart) == pytest.approx(1, abs=1e-12)
    assert divergence(one, other) == divergence(other, one)
    p, q = one / one.sum(), other / other.sum()
    middle = (p + q) / 2
    by_hand = sum(
        0.5 * part * math.log2(part / mean)
        for side in (p, q)
        for part, mean in zip(side, middle, strict=True)
        if part > 0
    )
    assert divergence(one, other) == pytest.approx(by_hand, abs=1e-12)


def test_a_character_tokenizer_takes_one_character_a_token():
    letters = {letter: index for index, letter in enumerate("abc ")}
    backend = Tokenizer(models.BPE(letters, []))
    backend.pre_tokenizer = pre_tokenizers.Split(" ", "isolated")
    found = allocation(PreTrainedTokenizerFast(tokenizer_object=backend), {"one": ["ab ba", "c"], "two": ["aa"]})
    assert found.characters_per_token == {"one": 1.0, "two": 1.0}
    assert found.coverage == {"one": 1.0, "two": 1.0}
    # one: a, b twice, the others once; two: a alone.
    assert found.average_rank == {"one": pytest.approx((0 * 2 + 1 * 2 + 2 + 3) / 6), "two": 0.0}


def test_framing_and_unknown_tokens(tokenizers, faroese):
    texts = {"fao": faroese, "eng": sentences("en", seed=1), "zho": ["漢字 漢 a"]}
    tokenizer = tokenizers["bert_wordpiece"]
    found = allocation(tokenizer, texts)
    counts = {language: count(tokenizer, text) for language, text in texts.items()}
    assert found.coverage["zho"] == 1 - counts["zho"][tokenizer.unk_token_id] / counts["zho"].sum() < 1
    assert found.average_rank["fao"] == average_rank(counts["fao"])
    assert np.array_equal(found.divergence, found.divergence.T)
    assert not found.divergence.diagonal().any()
    score = found.score("divergence")
    assert score.ids == ["fao-eng", "fao-zho", "eng-zho"]
    assert score.examples[:, 0].tolist() == [found.divergence[0, 1], found.divergence[0, 2], found.divergence[1, 2]]
    assert found.score("average_rank").value == pytest.approx(np.mean(list(found.average_rank.values())))
    assert len(found.describe().splitlines()) == 4


def test_vocabularies_side_by_side_share_nothing(tokenizers, faroese):
    texts = {"fao": faroese, "same": faroese}
    apart = allocation(dict.fromkeys(texts, tokenizers["byte_bpe"]), texts)
    together = allocation(tokenizers["byte_bpe"], texts)
    assert apart.divergence[0, 1] == pytest.approx(1, abs=1e-12)
    assert together.divergence[0, 1] == 0
    assert apart.average_rank == together.average_rank


def test_related_languages_share_more_and_larger_vocabularies_spread_wider():
    texts = {tag: sentences(tag) for tag in ("fo", "is", "ru")}
    small, large = (learn([line for text in texts.values() for line in text], size=size) for size in (500, 1000))
    found = allocation(small, texts)
    assert found.divergence[0, 1] < found.divergence[0, 2]
    wider = allocation(large, texts)
    assert all(wider.average_rank[tag] > found.average_rank[tag] for tag in texts)


def test_shares_follow_alpha():
    texts = {"small": ["a" * 100], "large": ["b" * 10_000]}
    assert shares(texts, 1) == {"small": 1e-4, "large": 1e-2}
    assert shares(texts, 0) == {"small": 1e-4, "large": 1e-4}
    assert shares(texts, 0.5) == {"small": 1e-4, "large": 1e-3}
    with pytest.raises(LectError, match="alpha must be between 0"):
        shares(texts, 1.5)


def test_a_blend_has_so_much_of_each():
    mixed = blend({"one": ["aaaa", "bb"], "two": ["cccccccccc"] * 9}, {"two": 25e-6, "one": 9e-6})
    assert list(mixed.strings()) == ["cccccccccc"] * 3 + ["aaaa", "bb", "aaaa"]
    assert list(mixed.strings()) == list(mixed.strings())
    assert (
        mixed.identity
        != blend({"one": ["aaaa", "bb"], "two": ["cccccccccc"] * 9}, {"two": 25e-6, "one": 8e-6}).identity
    )
    with pytest.raises(LectError, match="no text of three"):
        blend({"one": ["a"]}, {"three": 1})
    with pytest.raises(LectError, match="more than 0 megabytes"):
        blend({"one": ["a"]}, {"one": 0})


def test_an_empty_text_is_refused_not_repeated():
    _, nothing = read(["one line"]).split(heldout=1e-9)
    with pytest.raises(LectError, match="text of fao is empty"):
        blend({"fao": nothing}, {"fao": 1})
    with pytest.raises(LectError, match="text of fao is empty"):
        shares({"fao": nothing, "isl": ["a"]}, 0.5)


@pytest.fixture(scope="module")
def unigrams():
    return [learn(sentences(tag), kind="unigram", size=500) for tag in ("fo", "ru")]


def test_mixed_unigrams_have_the_mean_of_their_probabilities(unigrams, tmp_path):
    size = 600
    mixed = mix_unigrams(unigrams, size)
    assert len(mixed) == size
    assert mixed.all_special_ids == unigrams[0].all_special_ids

    def pieces(tokenizer):
        scores = [tokenizer.backend_tokenizer.model.__getstate__()]
        import json

        listed = json.loads(scores[0])["vocab"][261:]
        total = sum(math.exp(score) for _, score in listed)
        return {token: math.exp(score) / total for token, score in listed}

    first, second, both = (pieces(tokenizer) for tokenizer in (*unigrams, mixed))
    mean = {token: (first.get(token, 0) + second.get(token, 0)) / 2 for token in first.keys() | second.keys()}
    kept = sum(mean[token] for token in both)
    assert all(both[token] == pytest.approx(mean[token] / kept, rel=1e-4) for token in both)
    assert min(mean[token] for token in both) >= max(mean[token] for token in mean.keys() - both.keys())
    for text in ("Føroyar Россия 漢字", "  x"):
        assert mixed.decode(mixed(text, add_special_tokens=False)["input_ids"]).strip() == text.strip()
    mixed.save_pretrained(tmp_path)
    again = PreTrainedTokenizerFast.from_pretrained(tmp_path)
    assert again.get_vocab() == mixed.get_vocab()


def test_what_cannot_be_mixed_is_refused(unigrams, tokenizers):
    with pytest.raises(LectError, match="at least two"):
        mix_unigrams(unigrams[:1], 300)
    with pytest.raises(LectError, match="not WordPiece"):
        mix_unigrams([unigrams[0], tokenizers["bert_wordpiece"]], 300)
    with pytest.raises(LectError, match="different tokens together"):
        mix_unigrams(unigrams, 100_000)
    with pytest.raises(LectError, match="no room"):
        mix_unigrams(unigrams, 200)
    with pytest.raises(LectError, match="special tokens"):
        mix_unigrams([unigrams[0], tokenizers["t5_unigram"]], 500)


def test_bad_input(tokenizers):
    tokenizer = tokenizers["byte_bpe"]
    with pytest.raises(LectError, match="2 or more languages"):
        allocation(tokenizer, {"fao": ["a"]})
    with pytest.raises(LectError, match="no tokenizer for isl"):
        allocation({"fao": tokenizer}, {"fao": ["a"], "isl": ["b"]})
    with pytest.raises(LectError, match="not 'rank'"):
        allocation(tokenizer, {"fao": ["a"], "isl": ["b"]}).score("rank")
