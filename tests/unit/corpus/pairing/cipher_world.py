"""Two languages that can be told apart and translated for sure: words of consonants, and the same in a cipher."""

import random

import numpy as np

SMALL, LARGE = "abdefghiklmnoprstuvy", "βδεζηθικλμνξπρστυφχψ"
TO_GREEK = str.maketrans(SMALL, LARGE)
TO_LATIN = str.maketrans(LARGE, SMALL)


def sentences(number, seed=0, words=(7, 14)):
    rng = random.Random(seed)
    lexicon = ["".join(rng.choices(SMALL, k=rng.randint(4, 8))) for _ in range(800)]
    return [" ".join(rng.choices(lexicon, k=rng.randint(*words))).capitalize() + "." for _ in range(number)]


def translate(sentence):
    return sentence.lower().translate(TO_GREEK)


def pairs(number, seed=0):
    return [(one, translate(one)) for one in sentences(number, seed)]


def identify(texts):
    """Label by script; strings of another or of no script are unknown."""
    labels = []
    for text in texts:
        greek = sum(letter in LARGE for letter in text.lower())
        latin = sum("a" <= letter <= "z" for letter in text.lower())
        labels.append("ell" if greek > latin else "eng" if latin else "und")
    return labels


def encode(texts, size=512, noise=0.0, seed=0):
    """Hashed words after deciphering: translations have the same vector, but for noise."""
    rng = np.random.default_rng(seed)
    vectors = np.zeros((len(texts), size), np.float32)
    for row, text in enumerate(texts):
        for word in text.lower().translate(TO_LATIN).replace(".", "").split():
            vectors[row, sum(ord(letter) * 31**place for place, letter in enumerate(word)) % size] += 1
    return vectors + noise * rng.standard_normal(vectors.shape).astype(np.float32)
