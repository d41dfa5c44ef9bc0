"""Character n-gram profiles of the languages of a script, learned on the spot from the words of CLDR."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy import sparse

from lect.corpus.identification.hashing import hash_ngrams
from lect.languages import find
from lect.languages.scripts import PARTS
from lect.worlds.locales import covered_languages, data_of, locale_of

ORDERS = (1, 2, 3, 4)
BUCKETS = 1 << 16
PRIOR = 1000.0  # n-grams that the pooled profile is worth; 3000 and 20000 separated languages less well
_PARTS_OF_CLDR = [
    "territories",
    "languages",
    "scripts",
    "currency_names",
    "currency_names_plural",
    "months",
    "days",
    "quarters",
    "day_periods",
    "eras",
    "list_patterns",
    "date_fields",
    "unit_patterns",
    "unit_display_names",
]


@dataclass(frozen=True)
class Profiles:
    """Log probabilities of hashed n-grams, float32 [languages, buckets], and the BCP-47 tag of each row."""

    tags: tuple[str, ...]
    logs: np.ndarray

    def score(self, strings: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean log-likelihood of an n-gram, nats [strings, languages], and the n-grams [strings]."""
        found = [ngrams(string) for string in strings]
        rows = np.repeat(np.arange(len(found)), [len(ids) for ids in found])
        columns = np.concatenate([*found, np.empty(0, np.int64)])
        counts = sparse.csr_array((np.ones(len(columns), np.float32), (rows, columns)), shape=(len(found), BUCKETS))
        lengths = np.array([max(len(ids), 1) for ids in found], dtype=np.float64)
        return (counts @ self.logs.T) / lengths[:, None], lengths


def ngrams(string: str) -> np.ndarray:
    """Return the hash buckets of a string's character n-grams, orders 1 to 4, word ends included, int64 [n]."""
    return hash_ngrams([string], ORDERS).flat().astype(np.int64) % BUCKETS


@cache
def profiles(script: str) -> Profiles:
    """Return the profiles of all covered languages whose writing shares letters with `script` (ISO 15924).

    A profile is the language's own counts plus `PRIOR` n-grams spread as in all languages together (Dirichlet
    smoothing), so a language of which CLDR knows few words is not punished for the words it lacks.
    """
    tags = tuple(tag for tag in covered_languages() if parts(find(tag).script) & parts(script))
    counts = np.stack([np.bincount(ngrams(" ".join(words_of(tag))), minlength=BUCKETS) for tag in tags]).astype(
        np.float32
    )
    totals = counts.sum(axis=1, keepdims=True)
    pooled = (counts / totals).mean(axis=0) + 1e-7
    return Profiles(tags, np.log((counts + PRIOR * pooled / pooled.sum()) / (totals + PRIOR)))


def parts(script: str) -> set[str]:
    """Return the scripts of Unicode that a script of ISO 15924 writes with: Japanese has three, most have one."""
    return PARTS.get(script, {script})


def words_of(language: str) -> list[str]:
    """Return the words and names that CLDR has in a language, each once."""
    data = data_of(locale_of(language))
    return list(dict.fromkeys(string for part in _PARTS_OF_CLDR for string in _strings(data.get(part))))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key in value:
            yield from _strings(value[key])
