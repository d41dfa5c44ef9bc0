"""Vectors: what counts and letters say is there, files give back what they were given, and bad input is said."""

import gzip

import numpy as np
import pytest

from lect.artifacts.errors import LectError
from lect.vocab.spaces.cooccurrences import count_pairs, factor, positive_information, read_stream
from lect.vocab.spaces.ngrams import cut
from lect.vocab.spaces.vectors import Vectors, read_vectors, spectral, static_vectors

TOPICS = {"sea": ["bátur", "fiskur", "hav", "alda"], "land": ["fjall", "seyður", "gras", "steinur"]}


def two_topics(number=400, seed=0):
    """Return sentences of one topic each; only company tells the topics apart."""
    draw = np.random.default_rng(seed)
    names = sorted(TOPICS)
    return [" ".join(draw.choice(TOPICS[names[draw.integers(2)]], size=6)) for _ in range(number)]


def test_words_of_a_topic_are_neighbors():
    vectors = static_vectors(two_topics(), dimension=2, method=spectral)
    assert vectors.matrix.dtype == np.float32
    for words in TOPICS.values():
        for word in words:
            assert {near for near, _ in vectors.nearest(word, 3)} == set(words) - {word}


def test_pairs_are_counted_by_distance_and_never_across_documents():
    stream = read_stream(["a b c", "c a"], minimum=1)
    counted = count_pairs(stream, window=2).toarray()
    at = {word: row for row, word in enumerate(stream.words)}
    assert counted[at["a"], at["b"]] == counted[at["b"], at["a"]] == 1.0
    assert counted[at["b"], at["c"]] == 1.0
    assert counted[at["a"], at["c"]] == 0.5 + 1.0
    assert counted.sum() == 2 * (1 + 1 + 0.5 + 1)


def test_pairs_do_not_depend_on_how_many_are_held_at_once(monkeypatch):
    stream = read_stream(two_topics(60), minimum=1)
    whole = count_pairs(stream, window=4).toarray()
    monkeypatch.setattr("lect.vocab.spaces.cooccurrences._PAIRS", 7)
    np.testing.assert_allclose(count_pairs(stream, window=4).toarray(), whole, rtol=1e-12)


def test_information_is_that_of_the_formula():
    pairs = count_pairs(read_stream(two_topics(), minimum=1), window=3)
    dense = pairs.toarray()
    margins = dense.sum(axis=1)
    smoothed = margins**0.75 / (margins**0.75).sum()
    with np.errstate(divide="ignore"):
        expected = np.maximum(np.log(dense / margins[:, None] / smoothed), 0)
    np.testing.assert_allclose(positive_information(pairs).toarray(), expected, rtol=1e-6)


def test_factors_are_the_largest_of_the_decomposition():
    information = positive_information(count_pairs(read_stream(two_topics(), minimum=1), window=3))
    U, values, Vt = np.linalg.svd(information.toarray())
    left, found, right = factor(information, 3, seed=1)
    np.testing.assert_allclose(found, values[:3], rtol=1e-5)
    np.testing.assert_allclose((left * found) @ right, (U[:, :3] * values[:3]) @ Vt[:3], atol=1e-4)


def test_the_same_text_gives_the_same_bytes_and_another_seed_the_same_space():
    text = two_topics()
    first, again, other = (static_vectors(text, dimension=3, seed=seed) for seed in (0, 0, 1))
    assert first.words == again.words == other.words
    assert first.matrix.tobytes() == again.matrix.tobytes()
    np.testing.assert_allclose(first.matrix @ first.matrix.T, other.matrix @ other.matrix.T, atol=1e-3)


def test_unseen_words_are_near_those_that_share_their_letters():
    draw = np.random.default_rng(0)
    groups = [[stem + ending for ending in ("ur", "in", "inum", "um")] for stem in ("fiskimann", "fjallatind")]
    text = [" ".join(draw.choice(groups[index % 2], size=6)) for index in range(300)]
    vectors = static_vectors(text, dimension=2)
    assert "fiskimanns" not in vectors.words
    assert vectors.nearest("fiskimanns", 1)[0][0].startswith("fiskimann")
    assert vectors.nearest("Fjallatindar".lower(), 1)[0][0].startswith("fjallatind")
    assert not vectors.vectors(["zzzz"]).any()
    with pytest.raises(LectError, match="zzzz"):
        vectors.nearest("zzzz")


def test_letters_help_rare_words_and_leave_frequent_ones():
    text = [*two_topics(2000), "bátur fiskur báturin hav alda"]
    plain, better = (static_vectors(text, dimension=2, minimum=1, **how) for how in ({"method": spectral}, {}))
    moved = 1 - np.einsum("ij,ij->i", *(v.matrix / np.linalg.norm(v.matrix, axis=1)[:, None] for v in (plain, better)))
    rare, often = plain.words.index("báturin"), plain.words.index("steinur")
    assert moved[often] < 0.01
    assert np.linalg.norm(better.matrix[rare]) < np.linalg.norm(plain.matrix[rare])


def test_ngrams_are_those_of_fasttext():
    assert cut("hús") == ["<hú", "hús", "ús>", "<hús", "hús>"]
    assert cut("á") == []
    assert max(map(len, cut("kommunustýri"))) == 6


@pytest.mark.parametrize("kind", ["byte_bpe", "fallback_bpe", "xlmr_unigram", "bert_wordpiece"])
def test_tokens_of_a_tokenizer_have_vectors(tokenizers, faroese, kind):
    tokenizer = tokenizers[kind]
    vectors = static_vectors(faroese, tokenizer=tokenizer, dimension=20, minimum=3)
    ids = np.concatenate([tokenizer(text, add_special_tokens=False)["input_ids"] for text in faroese])
    counts = np.bincount(ids, minlength=len(tokenizer))
    expected = {token for token, index in tokenizer.get_vocab().items() if counts[index] >= 3}
    assert set(vectors.words) == expected
    order = [counts[tokenizer.get_vocab()[word]] for word in vectors.words]
    assert order == sorted(order, reverse=True)


def test_a_stream_of_tokens_is_the_text_as_the_tokenizer_cuts_it(tokenizers, faroese):
    tokenizer = tokenizers["xlmr_unigram"]
    stream = read_stream(faroese, tokenizer, minimum=1)
    for document, text in enumerate(faroese):
        found = [stream.words[index] for index in stream.ids[stream.documents == document]]
        assert found == tokenizer.tokenize(text)


@pytest.mark.parametrize("name", ["vectors.vec", "vectors"])
def test_files_give_back_every_number(tmp_path, name):
    made = static_vectors(two_topics(), dimension=3)
    made.save(tmp_path / name)
    read = read_vectors(tmp_path / name)
    assert read.words == made.words
    assert read.matrix.tobytes() == made.matrix.tobytes()
    if name == "vectors":
        unseen = ["fiskarin", "fjøll"]
        np.testing.assert_array_equal(read.vectors(unseen), made.vectors(unseen))
        assert not list((tmp_path / name).glob("*.partial"))
    else:
        assert read.ngrams is None


def test_a_folder_saved_over_forgets_its_ngrams(tmp_path):
    static_vectors(two_topics(), dimension=3).save(tmp_path / "v")
    static_vectors(two_topics(), dimension=3, method=spectral).save(tmp_path / "v")
    assert read_vectors(tmp_path / "v").ngrams is None


def test_words_may_hold_spaces(tmp_path):
    words = [" hús", "New York", ". . .", "5 6", "a ", "\u00a0", "▁hús", "7"]
    made = Vectors(words, np.arange(24, dtype=np.float32).reshape(8, 3))
    made.save(tmp_path / "spaces.vec")
    assert read_vectors(tmp_path / "spaces.vec").words == words


def test_files_of_other_makers_are_read(tmp_path):
    (tmp_path / "fasttext.vec").write_text("2 3 \nhús 1 2 3 \nog 4 5e-1 -6 \n")
    (tmp_path / "glove.txt").write_text("hús 1 2 3\nog 4 .5 -6\nhús 9 9 9\n")
    (tmp_path / "packed.vec.gz").write_bytes(gzip.compress(b"2 3\nh\xc3\xbas 1 2 3\nog\t4\t.5\t-6\n"))
    for name in ("fasttext.vec", "glove.txt", "packed.vec.gz"):
        read = read_vectors(tmp_path / name)
        assert read.words == ["hús", "og"]
        assert read.matrix.tolist() == [[1, 2, 3], [4, 0.5, -6]]
    assert read_vectors(tmp_path / "fasttext.vec", limit=1).words == ["hús"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3 3\nhús 1 2 3\nog 4 5 6\n", "says that it has 3 words, and has 2"),
        ("1 3\nhús 1 2 3\nog 4 5 6\n", "has 1 words, and has 2"),
        ("2 3\nhús 1 2 3\nog 4 5\n", "line 3 .*expected a word and 3 numbers"),
        ("2 3\nhús 1 2 3\nog 4 5 x\n", "line 3 .*expected a word and 3 numbers"),
        ("2 3\nhús 1 nan 3\nog 4 5 6\n", "line 2: the vector of 'hús' holds NaN"),
        ("hús\n", "is no file of vectors"),
        ("", "is no file of vectors"),
    ],
)
def test_broken_files_are_said(tmp_path, text, message):
    (tmp_path / "broken.vec").write_text(text)
    with pytest.raises(LectError, match=message):
        read_vectors(tmp_path / "broken.vec")


def test_a_folder_without_vectors_and_a_word_of_two_lines_are_said(tmp_path):
    with pytest.raises(LectError, match=r"holds no words\.vec"):
        read_vectors(tmp_path)
    with pytest.raises(LectError, match="one a line"):
        Vectors(["a\nb"], np.ones((1, 2), dtype=np.float32)).save(tmp_path / "lines.vec")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "matrix", "message"),
    [
        (["a"], np.ones((2, 2), dtype=np.float32), "one row for each of the 1 words"),
        (["a"], np.ones((1, 2), dtype=np.int64), "matrix of floats"),
        (["a", "a"], np.ones((2, 2), dtype=np.float32), "'a' is there twice"),
        (["a", "b"], np.array([[1, 2], [np.nan, 1]]), "'b'.* NaN"),
        ([], np.ones((0, 2), dtype=np.float32), "at least one word"),
    ],
)
def test_vectors_are_whole(words, matrix, message):
    with pytest.raises(LectError, match=message):
        Vectors(words, matrix)


def test_too_little_text_and_bad_numbers_are_said():
    with pytest.raises(LectError, match="more than 100 words; the text has 8"):
        static_vectors(two_topics())
    for bad in ({"dimension": 0}, {"window": 0}, {"minimum": 0}):
        with pytest.raises(LectError, match=f"{next(iter(bad))} must be at least 1"):
            static_vectors(two_topics(), **bad)
    with pytest.raises(LectError, match="stand near each other"):
        static_vectors(["a", "b", "c", "d"] * 9, dimension=2)
    with pytest.raises(LectError, match="the text has 0"):
        static_vectors(["... !", "?"], dimension=2)


def test_words_too_short_for_ngrams_keep_their_counts():
    draw = np.random.default_rng(0)
    text = [" ".join(draw.choice(list(["abc", "xyz"][index % 2]), size=5)) for index in range(200)]
    vectors = static_vectors(text, dimension=2)
    assert vectors.ngrams.grams == []
    assert {word for word, _ in vectors.nearest("a", 2)} == {"b", "c"}
