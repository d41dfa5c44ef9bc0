"""The identifier names languages it has not seen these lines of, says how sure it is, and says `und` where it cannot know."""

import pickle
import time

import numpy as np
import pytest

from lect.artifacts.errors import LectError
from lect.corpus.identification.hashing import hash_ngrams
from lect.corpus.identification.smoothing import code_mixing, cut_segments, smooth


def test_new_lines_are_named(identifier, heldout):
    for label, lines in heldout.items():
        found = identifier.identify(lines).labels
        assert found.count(label) >= 0.95 * len(lines), label


def test_probabilities_sum_to_one_and_do_not_depend_on_the_batch(identifier, heldout):
    texts = [line for lines in heldout.values() for line in lines] + ["", "7", "ᚠᚢᚦ"]
    found = identifier.identify(texts)
    assert found.probabilities.shape == (len(texts), 7)
    assert np.allclose(found.probabilities.sum(axis=1), 1, atol=1e-6)
    one_by_one = np.concatenate([identifier.identify([text]).probabilities for text in texts[::20]])
    assert np.allclose(found.probabilities[::20], one_by_one, atol=1e-6)
    order = np.random.default_rng(0).permutation(len(texts))
    assert identifier.identify([texts[place] for place in order]).labels == [found.labels[place] for place in order]


def test_a_score_is_the_formula(identifier):
    text = "Gott kvøld"
    known = [place for place in identifier.places[hash_ngrams([text], identifier.orders).flat()] if place]
    factor, power = identifier.sharpness
    logits = factor * len(known) ** -power * identifier.weights[known].sum(axis=0) + identifier.priors
    expected = np.exp(logits) / np.exp(logits).sum()
    assert np.allclose(identifier.identify([text]).probabilities[0], expected, rtol=1e-4)


def test_top_is_sorted_and_starts_with_the_best(identifier):
    [best] = identifier.identify(["mánadagur og týsdagur í januar"]).top(3)
    assert best[0][0] == "fao_Latn"
    assert [p for _, p in best] == sorted((p for _, p in best), reverse=True)
    assert len(best) == 3


@pytest.mark.parametrize("text", ["", "  ", "12:30 – 17", "ᚠᚢᚦᚨᚱᚲ ᚷᚹᚺ", "これは日本語です", "\ud800\udfff", "\0\0"])
def test_what_it_cannot_know_is_und(identifier, text):
    assert identifier.identify([text]).labels == ["und"]


def test_a_single_string_is_refused_and_none_is_fine(identifier):
    with pytest.raises(LectError, match="one string"):
        identifier.identify("Gott kvøld")
    assert identifier.identify([]).labels == []


def test_a_giant_line_is_bounded(identifier):
    started = time.process_time()
    assert identifier.identify(["mánadagur og týsdagur í januar " * 300_000]).labels == ["fao_Latn"]
    assert time.process_time() - started < 1.5


def test_segments_are_smoothed(identifier, heldout):
    fao, eng = heldout["fao_Latn"][:4], heldout["eng_Latn"][:4]
    text = "\n".join([*fao, "12:30", *eng])
    first, second = identifier.segments(text)
    assert (first.label, second.label) == ("fao_Latn", "eng_Latn")
    assert text[second.start : second.end].removeprefix("12:30\n") == "\n".join(eng)
    assert [span.label for span in identifier.segments("3\n4")] == ["und"]


def test_words_of_mixed_text(identifier, heldout):
    pairs = list(zip(heldout["fin_Latn"], heldout["eng_Latn"], strict=False))[:15]
    gold, found = [], []
    for fin, eng in pairs:
        spans = identifier.words(f"{fin} {eng}", among=["fin_Latn", "eng_Latn"])
        words = identifier.words(fin, among=["fin_Latn", "eng_Latn"])
        gold += ["fin_Latn"] * len(words) + ["eng_Latn"] * (len(spans) - len(words))
        found += [span.label for span in spans]
    right = np.mean([one == other for one, other in zip(gold, found, strict=True)])
    assert right > 0.93
    assert identifier.words("12 30") == []
    with pytest.raises(LectError, match="does not know 'xyz'"):
        identifier.words("ja", among=["xyz"])


def test_the_best_path_is_the_best_of_all_paths():
    logs = np.log(np.random.default_rng(3).dirichlet(np.ones(3), size=6))
    paths = np.stack(np.meshgrid(*[range(3)] * 6, indexing="ij"), axis=-1).reshape(-1, 6)
    worth = logs[np.arange(6), paths].sum(axis=1) - 0.7 * (np.diff(paths, axis=1) != 0).sum(axis=1)
    assert smooth(logs, 0.7, np.ones(6, bool)) == paths[worth.argmax()].tolist()
    assert smooth(logs, 99.0, np.ones(6, bool)) == [int(logs.sum(axis=0).argmax())] * 6
    assert smooth(logs, 0.0, np.ones(6, bool)) == logs.argmax(axis=1).tolist()


def test_cuts_and_mixing():
    assert cut_segments("Ja. Nei!\n\n  Jú ") == [(0, 3), (4, 8), (12, 14)]
    assert cut_segments("\n \n") == []
    assert code_mixing(["a", "a", "b", "und"]) == pytest.approx(100 / 3)
    assert code_mixing(["und"]) == code_mixing(["a", "a"]) == 0


def test_it_travels_to_workers(identifier):
    identifier.identify(["warm"])
    raw = pickle.dumps(identifier)
    assert len(raw) < identifier.weights.nbytes
    assert pickle.loads(raw).identify(["mánadagur og týsdagur í januar"]).labels == ["fao_Latn"]
