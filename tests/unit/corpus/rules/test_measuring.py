import random
from collections import Counter

import numpy as np
import pytest
import regex

from lect.artifacts import LectError
from lect.corpus.rules import layouts
from lect.corpus.rules.measuring import STATISTICS, measure

TOKENS = regex.compile(r"\w+|[^\w\s]+")


def repeated(parts):
    seen, count, characters = set(), 0, 0
    for part in parts:
        count, characters = (count + 1, characters + len(part)) if part in seen else (count, characters)
        seen.add(part)
    return count, characters


def by_hand(text, stop_words):
    """The definitions, one document and one statistic at a time; datatrove's, on the tokens of lect."""
    tokens = TOKENS.findall(text)
    words = [token for token in tokens if regex.match(r"\w", token)]
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    paragraphs = [part.strip() for part in regex.split(r"\n\s*\n", text) if part.strip()]
    line_copies, line_characters = repeated(lines)
    paragraph_copies, paragraph_characters = repeated(paragraphs)
    table = {
        "characters": len(text),
        "words": len(words),
        "lines": len(lines),
        "mean_word_length": sum(map(len, words)) / max(len(words), 1),
        "hashes_per_word": text.count("#") / max(len(tokens), 1),
        "ellipses_per_word": (text.count("...") + text.count("…")) / max(len(tokens), 1),
        "alphabetic_words": sum(any(map(str.isalpha, token)) for token in tokens) / max(len(tokens), 1),
        "stop_words": len(stop_words & set(tokens)),
        "line_breaks_per_word": text.count("\n") / max(len(tokens), 1),
        "words_per_line": len(words) / max(len(lines), 1),
        "duplicate_line_characters": line_characters / max(len(text), 1),
        "duplicate_line_text": line_characters / max(len(text.replace("\n", "")), 1),
        "duplicate_paragraph_characters": paragraph_characters / max(len(text), 1),
        "duplicate_paragraphs": paragraph_copies / max(len(paragraphs), 1),
        "duplicate_lines": line_copies / max(len(lines), 1),
        "curly_brackets": text.count("{"),
        "placeholders": text.lower().count("lorem ipsum"),
        "long_lines": sum(len(line) >= 200 for line in lines),
    }
    shares = {
        "bullet_lines": lambda line: line.startswith(("•", "-")),
        "ellipsis_lines": lambda line: line.endswith(("...", "…")),
        "terminal_lines": lambda line: line.endswith((".", "?", "!", "。")),
        "short_lines": lambda line: len(line) <= 30,
    }
    table |= {name: sum(map(test, lines)) / max(len(lines), 1) for name, test in shares.items()}
    for n in (2, 3, 4):
        grams = [" ".join(tokens[place : place + n]) for place in range(len(tokens) - n + 1)]
        (top, count) = Counter(grams).most_common(1)[0] if grams else ("", 0)
        table[f"top_{n}_gram"] = len(top) * count / max(len(text), 1)
    for n in range(5, 11):
        seen, place, total = set(), 0, 0
        while place + n <= len(tokens):
            gram = tuple(tokens[place : place + n])
            total += len("".join(gram)) * (gram in seen)
            place += n if gram in seen else 1
            seen.add(gram)
        table[f"duplicate_{n}_grams"] = total / max(len(text), 1)
    return table


def invented(seed):
    """A document of few words, so that much is repeated, with all the signs that are counted."""
    chance = random.Random(seed)
    words = ["og", "í", "føroyar", "dagur", "#", "...", "…", "{", "hús,", "12", "lorem ipsum", "a", "ok."]
    lines = [
        chance.choice(["- ", "• ", "", " "]) + " ".join(chance.choices(words, k=chance.randint(1, 30))) + chance.choice(".?!… ")
        for _ in range(chance.randint(1, 12))
    ]  # fmt: skip
    return "".join(line + chance.choice(["\n", "\n", "\n\n", "\n \n"]) for line in chance.choices(lines, k=20))


TEXTS = [invented(seed) for seed in range(60)]


def test_every_statistic_is_what_its_definition_says():
    stop_words = {"og", "í", "a"}
    table = measure(TEXTS, language="fao", stop_words=stop_words)
    expected = [by_hand(text, stop_words) for text in TEXTS]
    assert set(expected[0]) == set(STATISTICS) - {"kept_sentences"} == set(table) - {"kept_sentences"}
    assert len(table) == 32
    for name in expected[0]:
        np.testing.assert_allclose(table[name], [row[name] for row in expected], atol=1e-12, err_msg=name)
    assert table["duplicate_10_grams"].max() > 0.1, "the invented documents repeat themselves"


def test_a_document_is_measured_alike_whatever_stands_beside_it(monkeypatch):
    together = measure(TEXTS, language="eng")
    monkeypatch.setattr(layouts, "_AT_ONCE", 1500)
    apart = measure(TEXTS[::-1], language="eng")
    for name in STATISTICS:
        np.testing.assert_array_equal(together[name], apart[name][::-1], err_msg=name)


def test_scripts_without_spaces_are_cut_into_letters():
    chinese = "我们在家里吃饭。我们在家里喝茶。\n他们不在。"
    thai = "ฉันอยู่ที่บ้าน"
    japanese = "カタカナ、ひらがな"
    table = measure([chinese, thai, japanese], language="zho", stop_words={"在"})
    assert table["words"].tolist() == [18 / 2, 8 / 2, 8 / 2], "a mark belongs to its letter, two letters are a word"
    assert np.isnan(table["mean_word_length"]).all()
    assert table["top_2_gram"][0] == pytest.approx(2 * 4 / len(chinese)), "four letters stand for two words"
    assert table["duplicate_5_grams"][0] == 0
    assert measure([chinese * 2], language="zho")["duplicate_5_grams"][0] == pytest.approx(20 / (2 * len(chinese)))
    assert table["stop_words"].tolist() == [1, 0, 0]
    assert table["alphabetic_words"].tolist() == [18 / 21, 1, 8 / 9]
    assert table["terminal_lines"].tolist() == [1, 0, 0]


def test_sentences_of_lines_that_c4_keeps():
    kept = "This line is kept. It has two sentences of 3.14 words."
    dropped = "Read our Cookie Policy here, please do.\nToo short.\nNo mark at the end of it\nWe trail off...\nTurn on JavaScript to see it."
    table = measure([kept, dropped, f"{dropped}\n{kept}\n{kept}", 'He said "yes, I will."'], language="eng")
    assert table["kept_sentences"].tolist() == [2, 0, 4, 1]


def test_odd_input_is_measured():
    texts = ["", " \n ", "\ud800 \x00 a", "x" * 2_500_000, "a\r\nb"]
    table = measure(texts, language="eng")
    assert table["characters"].tolist() == [0, 3, 5, 2_500_000, 4]
    assert table["words"].tolist() == [0, 0, 1, 1, 2]
    assert table["mean_word_length"][3] == layouts.LONGEST
    assert all(len(column) == 0 for column in measure([], language="eng").values())
    with pytest.raises(LectError, match="list of texts"):
        measure("text", language="eng")


def test_stop_words_are_unknown_until_they_are_given():
    assert np.isnan(measure(["og"], language="fao")["stop_words"][0])
    assert measure(["to be"], language="eng")["stop_words"].tolist() == [2]
