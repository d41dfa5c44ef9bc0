"""The published rules as rows of a table, and what they decide on a table of statistics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lect.artifacts.errors import LectError


@dataclass(frozen=True)
class Rule:
    """A document stays where `least` ≤ statistic ≤ `most`, either of them None for no bound; not a number stays, too."""

    name: str
    statistic: str
    least: float | None
    most: float | None
    source: str

    def fails(self, statistics: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return whether each document fails the rule, bool [documents]."""
        if self.statistic not in statistics:
            raise LectError(
                f"the rule {self.name!r} needs the statistic {self.statistic!r}; the table has {', '.join(statistics)}"
            )
        values = statistics[self.statistic]
        low = values < self.least if self.least is not None else np.zeros(len(values), bool)
        return low | (values > self.most) if self.most is not None else low


_G, _W, _C, _M, _H = (
    "Rae et al. (2021), Gopher, section A.1.1",
    "Penedo et al. (2024), FineWeb, section 3.6",
    "Raffel et al. (2020), C4, section 2.2",
    "Xue et al. (2021), mC4, section 3.1",
    "HPLT 3.0 (2025) and the code of its monotextor-slurm",
)
RULES: dict[str, tuple[Rule, ...]] = {
    "gopher": (
        Rule("gopher_words", "words", 50, 100_000, _G),
        Rule("gopher_mean_word_length", "mean_word_length", 3, 10, _G),
        Rule("gopher_hashes", "hashes_per_word", None, 0.1, _G),
        Rule("gopher_ellipses", "ellipses_per_word", None, 0.1, _G),
        Rule("gopher_bullet_lines", "bullet_lines", None, 0.9, _G),
        Rule("gopher_ellipsis_lines", "ellipsis_lines", None, 0.3, _G),
        Rule("gopher_alphabetic_words", "alphabetic_words", 0.8, None, _G),
        Rule("gopher_stop_words", "stop_words", 2, None, _G),
    ),
    "gopher_repetition": (
        Rule("gopher_duplicate_paragraphs", "duplicate_paragraphs", None, 0.3, _G),
        Rule("gopher_duplicate_paragraph_characters", "duplicate_paragraph_characters", None, 0.2, _G),
        Rule("gopher_duplicate_lines", "duplicate_lines", None, 0.3, _G),
        Rule("gopher_duplicate_line_characters", "duplicate_line_characters", None, 0.2, _G),
        *(
            Rule(f"gopher_top_{n}_gram", f"top_{n}_gram", None, most, _G)
            for n, most in ((2, 0.20), (3, 0.18), (4, 0.16))
        ),
        *(
            Rule(f"gopher_duplicate_{n}_grams", f"duplicate_{n}_grams", None, most, _G)
            for n, most in ((5, 0.15), (6, 0.14), (7, 0.13), (8, 0.12), (9, 0.11), (10, 0.10))
        ),
    ),
    "fineweb": (
        Rule("fineweb_empty", "lines", 1, None, _W),
        Rule("fineweb_terminal_lines", "terminal_lines", 0.12, None, _W),
        Rule("fineweb_short_lines", "short_lines", None, 0.67, _W),
        Rule("fineweb_duplicate_lines", "duplicate_line_text", None, 0.01, _W),
        Rule("fineweb_line_breaks", "line_breaks_per_word", None, 0.3, _W),
    ),
    "c4": (
        Rule("c4_placeholder", "placeholders", None, 0, _C),
        Rule("c4_curly_bracket", "curly_brackets", None, 0, _C),
        Rule("c4_sentences", "kept_sentences", 5, None, _C),
    ),
    "mc4": (Rule("mc4_long_lines", "long_lines", 3, None, _M),),
    "hplt": (
        Rule("hplt_characters", "characters", 500, None, _H),
        Rule("hplt_words_per_line", "words_per_line", 5, None, _H),
    ),
}
"""The published rules by set, each in the order in which a reason is looked for."""


def rules_of(*sets: str) -> list[Rule]:
    """Return the rules of some sets, in the order of `sets`.

    >>> [rule.name for rule in rules_of("mc4", "hplt")]
    ['mc4_long_lines', 'hplt_characters', 'hplt_words_per_line']
    """
    unknown = [name for name in sets if name not in RULES]
    if unknown:
        raise LectError(f"there is no rule set {unknown[0]!r}; there are {', '.join(RULES)}")
    return [rule for name in sets for rule in RULES[name]]


def find_failures(statistics: Mapping[str, np.ndarray], rules: Sequence[Rule]) -> dict[str, np.ndarray]:
    """Return for each rule by name which documents fail it, bool [documents]."""
    return {rule.name: rule.fails(statistics) for rule in rules}


def decide(statistics: Mapping[str, np.ndarray], rules: Sequence[Rule]) -> list[str]:
    """Return for each document "" to keep it, or the name of the first rule that it fails.

    Only the table of `measure` is looked at, so that other rules or bounds need no second run over the text.

    >>> from lect.corpus.rules.measuring import measure
    >>> decide(measure(["Gott kvøld."], language="fao"), rules_of("hplt"))
    ['hplt_characters']
    """
    failures = find_failures(statistics, rules)
    reasons = np.full(len(next(iter(statistics.values()))), "", dtype=object)
    for name in reversed(failures):
        reasons[failures[name]] = name
    return [str(reason) for reason in reasons]
