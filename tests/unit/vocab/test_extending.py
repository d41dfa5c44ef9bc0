"""Extend: old ids and rows stay, new tokens are reached, and the text gets shorter."""

import collections
import itertools
import json
import random

import pytest
import torch
from tests.unit.vocab import conftest

from lect.artifacts.errors import LectError
from lect.artifacts.loading import load
from lect.vocab import extending
from lect.vocab.counting import count, encode
from lect.vocab.extending import extend
from lect.vocab.merging import learn_merges
from lect.vocab.starts.rows import random_rows
from lect.vocab.surfaces import forms, pieces

MODELS = {
    "gpt2": "byte_bpe",
    "llama": "fallback_bpe",
    "xlm-roberta": "xlmr_unigram",
    "t5": "t5_unigram",
    "bert": "bert_wordpiece",
}


@pytest.fixture(scope="module")
def estonian():
    return conftest.sentences("et", number=400)


@pytest.fixture(scope="module", params=list(MODELS))
def extended(request, make_model, estonian):
    model = make_model(request.param, MODELS[request.param])
    return model, extend(model, estonian, size=len(model.tokenizer) + 60)


def test_old_ids_and_rows_never_move(extended, logits):
    model, larger = extended
    old = len(model.tokenizer)
    assert len(MODELS) == 5
    assert len(larger.tokenizer) == old + 60 == larger.network.get_input_embeddings().weight.shape[0]
    ids = larger.tokenizer.get_vocab()
    assert sorted(ids.values()) == list(range(old + 60))
    assert all(ids[token] == index for token, index in model.tokenizer.get_vocab().items())
    assert larger.tokenizer.all_special_ids == model.tokenizer.all_special_ids
    given = [5, 300, 17, old - 1]
    assert torch.equal(logits(larger.network, given)[:, :old], logits(model.network, given))


def test_old_merges_scores_and_strings_are_a_prefix(extended):
    model, larger = extended
    before, after = (json.loads(one.tokenizer.backend_tokenizer.to_str())["model"] for one in (model, larger))
    if before["type"] == "BPE":
        assert after["merges"][: len(before["merges"])] == before["merges"]
    if before["type"] == "Unigram":
        assert after["vocab"][: len(before["vocab"])] == before["vocab"]
    else:
        assert before["vocab"].items() <= after["vocab"].items()


def unknown(model):
    return model.tokenizer.unk_token_id


@pytest.mark.parametrize("model_type", MODELS)
def test_another_script_changes_no_ascii_text(make_model, model_type):
    """S119: an English text is cut as before, all of it, when the new tokens are of another script."""
    model = make_model(model_type, MODELS[model_type])
    greek = ["".join(c for c in line if not c.isascii() or c == " ") for line in conftest.sentences("el")]
    larger = extend(model, greek, size=len(model.tokenizer) + 60)
    english = [line for line in conftest.sentences("en", number=300, seed=4) if line.isascii()]
    assert len(english) > 200
    assert encode(larger.tokenizer, english) == encode(model.tokenizer, english)
    before, after = (count(one.tokenizer, greek) for one in (model, larger))
    assert after.sum() < 0.9 * before.sum() or after[unknown(model)] < 0.5 * before[unknown(model)]
    assert after[len(model.tokenizer) :].sum() > 100


def test_new_tokens_are_produced(extended, estonian):
    model, larger = extended
    old = len(model.tokenizer)
    counts = count(larger.tokenizer, estonian)
    new = larger.tokenizer.convert_ids_to_tokens(list(range(old, old + 60)))
    backend = larger.tokenizer.backend_tokenizer.model
    assert [token for token in new if [piece.value for piece in backend.tokenize(token)] != [token]] == []
    unused = int((counts[old:] == 0).sum())
    assert larger.notes["intermediate"] == unused
    assert unused == 0 or (type(backend).__name__ == "BPE" and unused < 30)
    assert counts.sum() < 0.95 * count(model.tokenizer, estonian).sum()


def test_text_without_new_tokens_is_cut_as_before(extended, mixed):
    model, larger = extended
    old, alike = len(model.tokenizer), 0
    for before, after in zip(encode(model.tokenizer, mixed), encode(larger.tokenizer, mixed), strict=True):
        if max(after) < old:
            alike += 1
            assert before == after
    assert alike > 5 or type(larger.tokenizer.backend_tokenizer.model).__name__ == "BPE"
    for string in mixed[::40]:
        assert larger.tokenizer.decode(larger.tokenizer(string)["input_ids"]) == model.tokenizer.decode(
            model.tokenizer(string)["input_ids"]
        )


def test_old_tokens_stay_reachable(extended):
    model, larger = extended
    if type(larger.tokenizer.backend_tokenizer.model).__name__ == "Unigram":
        pytest.skip("a better piece may take the place of an old one: that is what Unigram scores are for")
    for token in model.tokenizer.get_vocab():
        if [piece.value for piece in model.tokenizer.backend_tokenizer.model.tokenize(token)] == [token]:
            assert [piece.value for piece in larger.tokenizer.backend_tokenizer.model.tokenize(token)] == [token]


def test_new_rows_are_means(extended):
    model, larger = extended
    old = len(model.tokenizer)
    rows = larger.network.get_input_embeddings().weight.detach()
    for index in range(old, old + 60):
        parts = pieces(model.tokenizer, forms(larger.tokenizer)[index])
        assert parts, larger.tokenizer.convert_ids_to_tokens(index)
        torch.testing.assert_close(rows[index], rows[parts].mean(0), atol=1e-7, rtol=1e-6)


def test_saved_and_loaded(extended, estonian, tmp_path):
    model, larger = extended
    again = load(larger.save(tmp_path / "model")).tokenizer
    assert again(estonian[:20])["input_ids"] == larger.tokenizer(estonian[:20])["input_ids"]
    assert again.get_vocab() == larger.tokenizer.get_vocab()
    read = again.backend_tokenizer.model
    new = again.convert_ids_to_tokens(list(range(len(model.tokenizer), len(again))))
    assert [token for token in new if [piece.value for piece in read.tokenize(token)] != [token]] == []


def test_twice_is_the_same_and_another_start_changes_new_rows_only(make_model, estonian):
    estonian = estonian[:150]
    for model_type in ("gpt2", "bert", "xlm-roberta"):
        model = make_model(model_type, MODELS[model_type])
        old = len(model.tokenizer)
        first, second = (extend(model, estonian, size=old + 40) for _ in range(2))
        assert first.identity == second.identity
        drawn = extend(model, estonian, size=old + 40, rows=random_rows)
        weights = [one.network.get_input_embeddings().weight for one in (first, drawn)]
        assert torch.equal(weights[0][:old], weights[1][:old])
        assert not torch.equal(weights[0][old:], weights[1][old:])


def slow_merges(words, number, least=2):
    """Count every pair anew for each merge: slow and plain."""
    words, done = dict(words), []
    taken = {symbol for word in words for symbol in word}
    while len(done) < number:
        counts = collections.Counter()
        for word, times in words.items():
            for pair in itertools.pairwise(word):
                counts[pair] += times
        open_ = {pair: times for pair, times in counts.items() if times >= least and "".join(pair) not in taken}
        if not open_:
            break
        pair = min(open_, key=lambda pair: (-open_[pair], pair))
        taken.add("".join(pair))
        done.append(pair)
        merged = collections.Counter()
        for word, times in words.items():
            new, rest = [], list(word)
            while rest:
                if tuple(rest[:2]) == pair:
                    new.append("".join(rest[:2]))
                    rest = rest[2:]
                else:
                    new.append(rest.pop(0))
            merged[tuple(new)] += times
        words = merged
    return done


def test_incremental_merges_equal_counting_anew(estonian):
    words = collections.Counter(tuple(word) for line in estonian[:120] for word in line.split())
    words[tuple("aaaaa")] = 7
    symbols = {symbol for word in words for symbol in word}
    fast = list(learn_merges(words, symbols, 150))
    assert fast == slow_merges(words, 150)
    assert len(fast) == 150


def test_merges_of_repeated_symbols_equal_counting_anew():
    draw = random.Random(1)
    for _ in range(60):
        words = collections.Counter(tuple(draw.choices("ab", k=draw.randint(0, 12))) for _ in range(12))
        assert list(learn_merges(words, "ab", 8)) == slow_merges(words, 8)


def test_a_prefix_inside_words_is_dropped_on_merging():
    words = {("h", "##u", "##s"): 5, ("##u", "##s"): 2}
    assert list(learn_merges(words, {"h", "##u", "##s"}, 9, prefix="##")) == [("##u", "##s"), ("h", "##us")]


def test_nothing_is_merged_without_words():
    assert list(learn_merges({}, {"a"}, 3)) == list(learn_merges({("a",): 9, (): 2}, {"a"}, 3)) == []


def test_a_text_cut_short_by_the_tokenizer_is_read_whole(make_model, estonian):
    model = make_model("gpt2", "byte_bpe")
    wanted = extend(model, estonian[:100], size=840).tokenizer.get_vocab()
    model.tokenizer.backend_tokenizer.enable_truncation(3)
    assert extend(model, estonian[:100], size=840).tokenizer.get_vocab() == wanted


def test_a_kind_that_cannot_be_extended_is_refused_before_reading(make_model, faroese, monkeypatch):
    model = make_model("gpt2", "byte_bpe")
    monkeypatch.setattr(extending, "_EXTENDERS", {"Unigram": extending._EXTENDERS["Unigram"]})
    monkeypatch.setattr(extending, "weighted_batches", lambda *_: pytest.fail("the text was read"))
    with pytest.raises(LectError, match="a BPE tokenizer cannot be extended; lect extends Unigram"):
        extend(model, faroese, size=900)
    with pytest.raises(LectError, match="already has 800"):
        extend(model, faroese, size=700)


def test_refusals(make_model, faroese):
    model = make_model("gpt2", "byte_bpe")
    with pytest.raises(LectError, match="already has 800"):
        extend(model, faroese, size=800)
    with pytest.raises(LectError, match=r"supports \d+ new tokens, not 99200. Pass size=\d+"):
        extend(model, faroese, size=100_000)
