"""Measures by hand-made truth."""

import functools
import operator

import numpy as np
import pytest
from tests.unit.vocab import conftest
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.vocab.counting import breaks_at_spaces, count, encode
from lect.vocab.learners.learning import learn
from lect.vocab.measures.measuring import measure


@pytest.mark.parametrize("kind", ["byte_bpe", "fallback_bpe", "xlmr_unigram", "t5_unigram", "bert_wordpiece"])
def test_counting_words_once_gives_the_same_counts(tokenizers, mixed, kind):
    tokenizer = tokenizers[kind]
    texts = [*mixed[::3], "  two  spaces\n\nand lines ", "漢字 tab\tq", ""]
    plain = np.bincount(functools.reduce(operator.iadd, encode(tokenizer, texts), []), minlength=len(tokenizer))
    assert np.array_equal(count(tokenizer, texts), plain)
    assert breaks_at_spaces(tokenizer, texts) == (kind != "fallback_bpe")


def test_a_text_of_known_tokens():
    text = ["aa bb aa."] * 50
    tokenizer = learn(text, kind="bpe", size=263)
    # 'a a' → aa and ' aa' cannot both be learned with two merges: the words are counted by hand below.
    found = measure(tokenizer, ["aa bb aa."])
    tokens = tokenizer.tokenize("aa bb aa.")
    assert (found.words, found.tokens, found.characters, found.bytes) == (4, len(tokens), 9, 9)
    assert found.fertility == len(tokens) / 4
    cut = [len(tokenizer.tokenize(f" {word}")) > 1 for word in ("aa", "bb", "aa", ".")]
    alone = [len(tokenizer.tokenize(f" {word}")) for word in ("aa", "bb", "aa", ".")]
    assert any(cut)
    assert found.continued == pytest.approx(
        sum(
            length > 2 or (length == 2 and tokenizer.tokenize(f" {word}")[0] != "Ġ")
            for length, word in zip(alone, ("aa", "bb", "aa", "."), strict=True)
        )
        / 4
    )
    assert found.characters_per_token == found.bytes_per_token == 9 / len(tokens)
    assert found.unknown == 0
    assert found.premium is None


def test_framing_is_not_counted_and_a_model_will_do(tokenizers, faroese):
    tokenizer = tokenizers["bert_wordpiece"]
    found = measure(Model(None, tokenizer), faroese)
    assert found == measure(tokenizer, faroese)
    assert found.tokens == sum(map(len, encode(tokenizer, faroese)))
    assert found.bytes > found.characters
    assert "tokens per word" in found.describe()
    assert found.as_dict()["fertility"] == found.fertility


def test_unknown_is_counted_by_id(tokenizers):
    found = measure(tokenizers["bert_wordpiece"], ["漢 漢 a a"])
    assert found.unknown == 0.5


def test_premium_is_a_ratio_of_totals(tokenizers):
    pairs = [("Føroyar", "Faroe Islands"), ("Danmark Noreg", "x")]
    found = measure(tokenizers["xlmr_unigram"], ["Føroyar"], parallel=pairs)
    lengths = np.array([[len(encode(tokenizers["xlmr_unigram"], [side])[0]) for side in pair] for pair in pairs])
    assert np.array_equal(found.premium_tokens, lengths)
    assert found.premium == lengths[:, 0].sum() / lengths[:, 1].sum()
    flipped = measure(tokenizers["xlmr_unigram"], ["Føroyar"], parallel=[pair[::-1] for pair in pairs])
    assert flipped.premium == pytest.approx(1 / found.premium)


def test_own_tokenizer_beats_a_foreign_one(faroese):
    russian = conftest.sentences("ru")
    own, foreign = (measure(learn(text, kind="bpe", size=600), faroese) for text in (faroese, russian))
    assert own.fertility < foreign.fertility
    assert own.continued < foreign.continued


def test_figures_are_the_sums_of_their_documents(tokenizers, faroese):
    for kind in ("byte_bpe", "fallback_bpe", "bert_wordpiece"):
        found = measure(tokenizers[kind], faroese)
        lengths = [len(ids) for ids in encode(tokenizers[kind], faroese)]
        assert found.documents[:, 0].tolist() == lengths
        assert found.length_p95 == np.quantile(lengths, 0.95)
        for name in ("fertility", "continued", "unknown", "bytes_per_token", "characters_per_token"):
            score = found.score(name)
            over, under = score.examples.sum(axis=0)
            assert score.value == getattr(found, name) == over / under
            assert len(score.ids) == len(faroese)
    with pytest.raises(LectError, match="not behind 'used'"):
        found.score("used")


def test_a_premium_has_a_mean_and_a_spread(tokenizers):
    pairs = [("Føroyar", "Faroe Islands"), ("Danmark Noreg", "x"), ("x", "x")]
    found = measure(tokenizers["xlmr_unigram"], ["Føroyar"], parallel=pairs)
    each = found.premium_tokens[:, 0] / found.premium_tokens[:, 1]
    assert (found.premium_mean, found.premium_spread) == (pytest.approx(each.mean()), pytest.approx(each.std()))
    assert each.mean() != found.premium
    same = measure(tokenizers["xlmr_unigram"], ["Føroyar"], parallel=[(left, left) for left, _ in pairs])
    assert (same.premium, same.premium_mean, same.premium_spread) == (1, 1, 0)
    assert "premium 1.00" in same.describe()


def test_a_language_that_is_not_read_has_no_premium(tokenizers):
    pairs = [("Føroyar", "Faroe Islands")] * 20
    corrupt = [("საქართველო", target) for _, target in pairs]
    tokenizer = tokenizers["bert_wordpiece"]
    seen, unseen = (measure(tokenizer, ["Føroyar"], parallel=side) for side in (pairs, corrupt))
    assert seen.premium is not None
    assert not seen.note
    # Unknown words would look cheaper than real ones: that is what the guard is for.
    assert unseen.premium_tokens[:, 0].sum() < seen.premium_tokens[:, 0].sum()
    assert unseen.premium is None is unseen.premium_mean
    assert "100% of the tokens of one side are unknown" in unseen.note
    assert unseen.note in unseen.describe()
    assert unseen.as_dict()["note"] == unseen.note
    assert "premium" not in unseen.as_dict()


def test_known_fertility():
    words = ["hús", "heim", "ein"]
    characters = {character: index for index, character in enumerate(sorted({*"".join(words), "▁", " "}))}
    by_character = Tokenizer(models.BPE(characters, []))
    by_character.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    by_word = Tokenizer(models.WordLevel({word: index for index, word in enumerate([*words, "?"])}, unk_token="?"))
    by_word.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    text = ["hús heim", "ein hús"]
    spelled, whole = (
        measure(PreTrainedTokenizerFast(tokenizer_object=backend), text) for backend in (by_character, by_word)
    )
    assert spelled.fertility == sum(len(word) for line in text for word in line.split()) / 4
    assert spelled.continued == 1
    assert (whole.fertility, whole.continued, whole.unknown) == (1, 0, 0)


def test_a_text_without_words_is_refused(tokenizers):
    with pytest.raises(LectError, match="no text"):
        measure(tokenizers["byte_bpe"], ["  "])
