"""A cipher is a bijection that keeps everything but the words."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lect.artifacts import LectError, read
from lect.artifacts.tasks import Labeled, Task, Written
from lect.worlds import cipher, cipher_task, decipher, phrases

WORDS = st.text(st.characters(categories=["L", "M", "N", "P", "Zs"]), min_size=1, max_size=30)
SMALL = st.text("abAB aß.İıΣςσ中Ǆǅǆ", min_size=1, max_size=40)


@settings(deadline=None, max_examples=120)
@given(st.lists(WORDS | SMALL, min_size=1, max_size=6), st.integers(0, 3))
def test_a_cipher_is_a_bijection_and_decipher_its_inverse(strings, seed):
    text = read([{"text": string} for string in strings])
    secret, dictionary = cipher(text, seed=seed)
    pairs = list(dictionary)
    assert len({word for word, _ in pairs}) == len(pairs) == len({pseudo for _, pseudo in pairs})
    assert all(len(word) == len(pseudo) for word, pseudo in pairs)
    originals, ciphered = list(text.strings()), list(secret.strings())
    assert list(decipher(secret, dictionary).strings()) == originals
    for original, other in zip(originals, ciphered, strict=True):
        assert len(original) == len(other)
        for a, b in zip(original, other, strict=True):
            assert unicodedata.category(a) == unicodedata.category(b)
            assert a == b or unicodedata.category(a)[0] in "LM"


def test_a_real_text_becomes_another_language():
    text = phrases("Faroese", 800, seed=1)
    secret, dictionary = cipher(text, seed=5)
    words, pseudo = zip(*dictionary, strict=True)
    assert len(words) > 500
    assert len(set(words) & set(pseudo)) < len(words) / 20
    assert set("".join(pseudo)) <= set("".join(words))
    assert sum(a == b for a, b in dictionary) < 5
    for before, after in zip(text, secret, strict=True):
        assert after["spans"] == before["spans"]
        assert after["language"] == "fao-x-cipher"
    assert [document for document in decipher(secret, dictionary)] == list(text)


def test_case_is_kept_and_one_form_has_one_word():
    secret, dictionary = cipher(read(["Hestur hestur HESTUR hEstur"]))
    first, second, third, fourth = next(iter(secret))["text"].split()
    assert len(list(dictionary)) == 1
    assert first == second.capitalize()
    assert third == second.upper()
    assert fourth == second[0] + second[1].upper() + second[2:]


def test_seed_decides():
    text = phrases("Faroese", 50)
    a, b, c = (list(cipher(text, seed=seed)[1]) for seed in (0, 0, 1))
    assert a == b != c


def test_words_out_of_the_dictionary_stay():
    _, dictionary = cipher(read(["hestur"]))
    assert next(decipher(read(["kúgv 7"]), dictionary).strings()) == "kúgv 7"


def test_a_task_in_a_cipher_is_the_same_task():
    pairs = [Labeled("Anna saw Boris", "yes", "Boris ran", "1", "g"), Labeled("Boris ran", "no", None, "2")]
    asked = [Written("Which M0 ran", ["SELECT M0 ran"], "1")]
    _, dictionary = cipher(read(["Anna saw Boris. Which ran?"]), seed=3)
    words = dict(dictionary)
    plain = Task("t", "classification", {"test": pairs}, ["no", "yes"])
    task = cipher_task(plain, dictionary)
    first, second = task.part("test")
    assert first.text.lower().split() == [words[word] for word in ("anna", "saw", "boris")]
    assert (first.pair.lower(), first.label, first.id, first.group) == (
        f"{words['boris']} {words['ran']}",
        "yes",
        "1",
        "g",
    )
    assert second.pair is None
    written = cipher_task(Task("w", "generation", {"test": asked}), dictionary).part("test")[0]
    assert written.references == ["SELECT M0 ran"]
    assert written.source.split()[1] == "M0", "what the dictionary lacks stays"
    assert task.identity != plain.identity
    with pytest.raises(LectError, match="classification, generation"):
        cipher_task(Task("pos", "tagging", {}), dictionary)
