"""Mapping and retrieval: rotations are found again, rules agree with their formulas, hubs fade, bad input is said."""

import csv
import gzip
import zlib

import numpy as np
import pytest
from scipy import linalg

from lect.artifacts.errors import LectError
from lect.vocab.spaces.mapping import map_vectors, normalize, unit
from lect.vocab.spaces.retrieving import RULES, hubness, retrieval_accuracy, translate_words
from lect.vocab.spaces.vectors import Vectors, spectral, static_vectors

WORDS, DIMENSION = 400, 20
METHODS = ("orthogonal", "whitened", "canonical", "least_squares")


def rotation(seed=1):
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((DIMENSION, DIMENSION)))[0]


def twins(noise=0.0, seed=0):
    """Return a language, the same language turned and disturbed, and the dictionary of all its words."""
    draw = np.random.default_rng(seed)
    rows = draw.standard_normal((WORDS, DIMENSION)) + 0.3
    other = rows @ rotation() + noise * draw.standard_normal(rows.shape)
    source = Vectors([f"s{index}" for index in range(WORDS)], rows)
    target = Vectors([f"t{index}" for index in range(WORDS)], other)
    return source, target, list(zip(source.words, target.words, strict=True))


def test_a_rotation_is_found_again():
    source, target, pairs = twins()
    mapped = map_vectors(source, target, pairs[:100])
    np.testing.assert_allclose(mapped.source_map, rotation(), atol=1e-8)
    np.testing.assert_array_equal(mapped.target_map, np.eye(DIMENSION))
    assert mapped.pairs == 100
    for rule in RULES:
        assert retrieval_accuracy(mapped.source, mapped.target, pairs, rule=rule).at == {1: 1.0, 5: 1.0, 10: 1.0}


@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_all_words_of_a_rotated_language(method):
    source, target, pairs = twins()
    mapped = map_vectors(source, target, pairs[:100], method=method)
    assert retrieval_accuracy(mapped.source, mapped.target, pairs).at[1] == 1.0


def test_the_map_is_orthogonal_and_keeps_the_cosines_of_a_language():
    source, target, pairs = twins(noise=1.0)
    mapped = map_vectors(source, target, pairs)
    W = mapped.source_map
    assert np.abs(W.T @ W - np.eye(DIMENSION)).max() < 1e-6
    before, after = normalize(source.matrix), mapped.source.matrix
    assert np.abs(before @ before.T - after @ after.T).max() < 1e-6
    np.testing.assert_allclose(np.linalg.norm(after, axis=1), 1)


def test_noise_costs_accuracy_smoothly():
    found = []
    for noise in (0.0, 0.5, 1.0, 2.0, 4.0, 16.0):
        source, target, pairs = twins(noise)
        mapped = map_vectors(source, target, pairs[:200])
        found.append(retrieval_accuracy(mapped.source, mapped.target, pairs[200:]).at[1])
    assert found[0] == 1.0
    assert found == sorted(found, reverse=True)
    assert 0.05 < found[3] < 0.95
    assert found[-1] < 0.05


def test_least_squares_beats_a_rotation_where_the_languages_are_stretched_and_whitening_undoes_it():
    source, target, pairs = twins()
    stretched = Vectors(target.words, normalize(target.matrix) * np.geomspace(0.02, 5, DIMENSION))
    at = {}
    for method in METHODS:
        mapped = map_vectors(source, stretched, pairs[:200], method=method)
        at[method] = retrieval_accuracy(mapped.source, mapped.target, pairs[200:], rule="nearest").at[1]
    assert at["orthogonal"] < min(at["least_squares"], at["canonical"])


def test_whitening_is_what_its_four_steps_say():
    source, target, pairs = twins(noise=1.0)
    mapped = map_vectors(source, target, pairs[:200], method="whitened", reweight=1.0)
    X, Z = normalize(source.matrix)[:200], normalize(target.matrix)[:200]
    white_x, white_z = (np.linalg.inv(linalg.sqrtm(side.T @ side)) for side in (X, Z))
    U, s, _ = np.linalg.svd(white_x @ X.T @ Z @ white_z)
    expected = white_x @ U @ np.diag(s) @ U.T @ np.linalg.inv(white_x) @ U
    np.testing.assert_allclose(np.abs(mapped.source_map), np.abs(expected), atol=1e-8)
    assert not np.allclose(mapped.target_map, np.eye(DIMENSION))


def dense(source, target, rule):
    """Return all scores of a rule by its formula, [source, target]."""
    cosines = unit(source.matrix) @ unit(target.matrix).T
    best = np.sort(cosines, axis=1)[:, -10:].mean(axis=1), np.sort(cosines, axis=0)[-10:].mean(axis=0)
    return {
        "nearest": cosines,
        "inverted": -np.argsort(np.argsort(-cosines, axis=0), axis=0) - 1 + 0.25 * cosines,
        "softmax": np.log(np.exp(30 * cosines) / np.exp(30 * cosines).sum(axis=0)),
        "csls": 2 * cosines - best[0][:, None] - best[1][None, :],
    }[rule]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("block", [1, 1000, 1 << 24])
def test_rules_are_their_formulas_whatever_is_held_at_once(monkeypatch, rule, block):
    monkeypatch.setattr("lect.vocab.spaces.retrieving._BLOCK", block)
    source, target, _ = twins(noise=2.0)
    source = Vectors(source.words[:90], source.matrix[:90])
    scores = dense(source, target, rule)
    found = translate_words(source, target, number=7, rule=rule)
    assert list(found) == source.words
    for row, answers in enumerate(found.values()):
        expected = np.argsort(-scores[row], kind="stable")[:7]
        assert [word for word, _ in answers] == [target.words[index] for index in expected]
        np.testing.assert_allclose([score for _, score in answers], scores[row, expected], atol=1e-9)


def test_words_asked_alone_get_what_they_get_among_all():
    source, target, _ = twins(noise=2.0)
    for rule in ("nearest", "softmax", "csls"):
        whole = translate_words(source, target, rule=rule, number=2)
        alone = translate_words(source, target, ["s7", "s3"], rule=rule, number=2)
        assert list(alone) == ["s7", "s3"]
        assert [[word for word, _ in alone[query]] for query in alone] == [
            [word for word, _ in whole[query]] for query in alone
        ]


def test_csls_lowers_hubness():
    """Words that lie near what all have in common are near to all, and so hubs."""
    draw = np.random.default_rng(0)
    source, target = (
        Vectors(
            [f"{side}{index}" for index in range(WORDS)],
            1 + draw.lognormal(size=(WORDS, 1)) * draw.standard_normal((WORDS, DIMENSION)),
        )
        for side in "st"
    )
    found = {rule: hubness(source, target, rule=rule) for rule in RULES}
    assert found["nearest"] > 2
    assert max(found["csls"], found["softmax"]) < 0.7 * found["nearest"]


def test_several_golds_count_once_and_coverage_and_chance_are_said():
    source = Vectors(["hús", "bátur", "x"], np.eye(3))
    target = Vectors(["boat", "house", "home", "y"], np.array([[0, 1, 0], [1, 0, 0], [0.9, 0, 0.4], [0, 0, 1.0]]))
    gold = [("hús", "home"), ("Hús", "House"), ("bátur", "vessel"), ("bátur", "ship"), ("fjall", "y"), ("x", "boat")]
    found = retrieval_accuracy(source, target, gold, rule="nearest")
    assert found.at == {1: 0.5, 5: 1.0, 10: 1.0}
    assert found.hits.tolist() == [[True, True, True], [False, True, True]]
    assert found.coverage == 2 / 5
    assert found.chance == (2 + 1) / 2 / 4


def test_a_dictionary_is_looked_up_in_lower_case_too():
    source, target, pairs = twins()
    shouted = [(left.upper(), right.upper()) for left, right in pairs]
    mapped = map_vectors(source, target, shouted + pairs)
    assert mapped.pairs == WORDS


def test_inputs_stay_and_float32_stays():
    source, target, pairs = twins()
    small = [Vectors(side.words, side.matrix.astype(np.float32)) for side in (source, target)]
    copies = [side.matrix.copy() for side in small]
    mapped = map_vectors(*small, pairs)
    assert mapped.source.matrix.dtype == mapped.target.matrix.dtype == np.float32
    for side, copy in zip(small, copies, strict=True):
        np.testing.assert_array_equal(side.matrix, copy)


def test_bad_input_is_said():
    source, target, pairs = twins()
    narrow = Vectors(target.words, target.matrix[:, :5])
    with pytest.raises(LectError, match="20 dimensions, the target vectors 5"):
        map_vectors(source, narrow, pairs)
    with pytest.raises(LectError, match=r"no pair .* 0 of its first words .*exchanged"):
        map_vectors(source, target, [(right, left) for left, right in pairs])
    with pytest.raises(LectError, match="there is no mapping method 'cca'"):
        map_vectors(source, target, pairs, method="cca")
    for method in METHODS[1:]:
        with pytest.raises(LectError, match=r"\(20\); the dictionary gives 19"):
            map_vectors(source, target, pairs[:19], method=method)
    with pytest.raises(LectError, match="holds NaN"):
        Vectors(source.words, np.full((WORDS, DIMENSION), np.nan))
    with pytest.raises(LectError, match="no retrieval rule 'knn'"):
        translate_words(source, target, rule="knn")
    with pytest.raises(LectError, match="1 words have no source vector, such as 'hús'"):
        translate_words(source, target, ["s1", "hús"])
    with pytest.raises(LectError, match="one space"):
        translate_words(source, narrow)
    with pytest.raises(LectError, match="sharpness must be more than 0"):
        hubness(source, target, sharpness=0.0)
    with pytest.raises(LectError, match=r"none of the 1 gold pairs"):
        retrieval_accuracy(source, target, [("a", "b")])


@pytest.mark.real
def test_one_text_in_two_scripts_is_two_languages_that_map_onto_each_other(shared_data):
    """Sanskrit in Devanagari and in Latin letters: the vectors differ by chance and tokenization alone."""
    with gzip.open(shared_data / "bible" / "bible_nt.tsv.gz", "rt", encoding="utf-8") as file:
        rows = [(r["san_deva"], r["san_taml"]) for r in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    aligned = [(a.split(), b.split()) for a, b in rows]
    twin = {a: b for left, right in aligned if len(left) == len(right) for a, b in zip(left, right, strict=True)}
    source, target = (static_vectors(side, dimension=50, method=spectral) for side in zip(*rows, strict=True))
    pairs = [(a, b) for a, b in sorted(twin.items()) if source.rows([a])[0] >= 0 and target.rows([b])[0] >= 0]
    held = [pair for pair in pairs if zlib.crc32(pair[0].encode()) % 2]
    mapped = map_vectors(source, target, [pair for pair in pairs if pair not in set(held)])
    found = {rule: retrieval_accuracy(mapped.source, mapped.target, held, rule=rule) for rule in ("nearest", "csls")}
    assert len(held) > 500
    assert found["csls"].at[1] > 0.8
    assert found["csls"].at[1] >= found["nearest"].at[1] - 0.01
