import random

import numpy as np
import pytest

from lect.artifacts import LectError
from lect.corpus.rules.measuring import STATISTICS, measure
from lect.corpus.rules.rule_sets import RULES, Rule, decide, find_failures, rules_of

WORDS = [
    f"{onset}{vowel}{coda}"
    for onset in ("br", "st", "gl", "m", "h", "fr")
    for vowel in "aeiou"
    for coda in ("nk", "ste", "ld", "mp")
]
STOP_WORDS = ["the", "of", "and", "to", "have", "with"]


def sentence(number):
    """One of many sentences that share next to no phrase."""
    chance = random.Random(number)
    words = [chance.choice(STOP_WORDS if place % 3 == 1 else WORDS) for place in range(20)]
    return f"{' '.join(words).capitalize()}."


def page(first=0, count=12, end="\n"):
    return end.join(sentence(number) for number in range(first, first + count))


CLEAN = page(0, 5) + "\n" + "\n".join(page(number, 3, " ") for number in (20, 30, 40))
HALVES = page(0, 4)
DROPPED = {
    "gopher_words": page(0, 2),
    "gopher_mean_word_length": "incomprehensibilities " * 3 + " ".join(f"misunderstandings{n}x" for n in range(60)),
    "gopher_hashes": CLEAN.replace(" the", " # # the"),
    "gopher_ellipses": CLEAN.replace(" ", " … ", 50),
    "gopher_bullet_lines": "\n".join(f"- {line}" for line in CLEAN.split("\n")),
    "gopher_ellipsis_lines": CLEAN.replace(".\n", "...\n"),
    "gopher_alphabetic_words": CLEAN.replace(" the", " 1 2 3 4 5 6 the"),
    "gopher_stop_words": " ".join(f"ord{number}" for number in range(60)),
    "gopher_duplicate_paragraphs": "\n\n".join([CLEAN, "a", "b", "a", "b"]),
    "gopher_duplicate_paragraph_characters": f"{HALVES}\n\n{HALVES}",
    "gopher_duplicate_lines": CLEAN + "\na" * 8,
    "gopher_duplicate_line_characters": f"{HALVES}\n{HALVES}",
    "gopher_top_2_gram": CLEAN + " incomprehensible misunderstandings" * 12,
    "gopher_top_3_gram": CLEAN + " incomprehensible misunderstandings everywhere" * 9,
    "gopher_top_4_gram": CLEAN + " incomprehensible misunderstandings everywhere always" * 7,
    **{f"gopher_duplicate_{n}_grams": f"{HALVES} and {HALVES}" for n in range(5, 11)},
    "fineweb_empty": " \n ",
    "fineweb_terminal_lines": CLEAN.replace(".", ""),
    "fineweb_short_lines": CLEAN + "\nIt is.\nHe was.\nWe are.\nI do.\nShe did.\nThey can.\nYou may.\nHe has.\nI am."
    + "\nIt may.\nHe is.\nWe have.\nI can.\nShe is.\nThey do.\nYou do.\nI did.\nHe can.",
    "fineweb_duplicate_lines": CLEAN + "\n" + sentence(0),
    "fineweb_line_breaks": "One word.\n" * 2 + "\n".join(WORDS) + "\n" * 20,
    "c4_placeholder": CLEAN + "\nLorem ipsum dolor sit amet.",
    "c4_curly_bracket": CLEAN + "\nfunction() {",
    "c4_sentences": page(0, 4),
    "mc4_long_lines": page(0, 30),
    "hplt_characters": page(0, 4),
    "hplt_words_per_line": CLEAN + "\nHome" * 90,
}  # fmt: skip
ALL = [rule for rules in RULES.values() for rule in rules]


def test_every_rule_is_tried_and_reads_a_statistic():
    assert len(ALL) == 32
    assert {rule.name for rule in ALL} == set(DROPPED)
    assert {rule.statistic for rule in ALL} <= set(STATISTICS)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_a_rule_keeps_one_text_and_drops_another(rule):
    table = measure([CLEAN, DROPPED[rule.name]], language="eng")
    assert decide(table, [rule]) == ["", rule.name]


def test_a_clean_page_passes_all_rules():
    assert decide(measure([CLEAN], language="eng"), rules_of(*RULES)) == [""]


def test_the_first_rule_is_the_reason_and_all_are_known():
    table = measure(["# # #", CLEAN], language="eng")
    rules = rules_of("gopher", "fineweb")
    failures = find_failures(table, rules)
    assert decide(table, rules) == ["gopher_words", ""]
    assert [name for name, failed in failures.items() if failed[0]][:2] == ["gopher_words", "gopher_mean_word_length"]
    assert decide(table, rules[::-1])[0] == [name for name, failed in failures.items() if failed[0]][-1]


def test_other_bounds_need_no_other_table():
    table = {"words": np.array([10.0, 60.0, np.nan])}
    assert decide(table, [Rule("short", "words", 50, None, "")]) == ["short", "", ""]
    assert decide(table, [Rule("short", "words", 5, 50, "")]) == ["", "short", ""]
    assert decide(table, []) == ["", "", ""]


def test_what_is_unknown_is_said():
    with pytest.raises(LectError, match="no rule set 'gofer'"):
        rules_of("gofer")
    with pytest.raises(LectError, match="needs the statistic 'words'"):
        decide({"lines": np.zeros(1)}, rules_of("gopher"))
