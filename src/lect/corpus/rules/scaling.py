"""Bounds of rules brought to a language, from clean text of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lect.artifacts.errors import LectError
from lect.corpus.rules.rule_sets import Rule

_FEWEST = 50  # documents of which a quantile says something


@dataclass(frozen=True)
class Scaled:
    """A rule as published, and with bounds for a language in three ways.

    `ratio`: times the ratio of the medians (None without a text of the language that the rule was made for, or where its
    median is 0); `quantile`: where the reference loses a given share; `loosened`: the looser of published and quantile.
    """

    rule: Rule
    ratio: Rule | None
    quantile: Rule
    loosened: Rule


def scale_rules(
    rules: Sequence[Rule],
    reference: Mapping[str, np.ndarray],
    *,
    origin: Mapping[str, np.ndarray] | None = None,
    lost: float = 0.01,
) -> list[Scaled]:
    """Scale the bounds of rules to a language, by statistics of clean documents of it; nothing is chosen for you.

    Ratios of medians as HPLT 3.0 scales its quality score from Spanish: bound × median(reference) / median(origin),
    where `origin` is `measure` of clean documents in the language that the rules were made for. Quantiles as FineWeb-2
    tried them: each bound stands where the share `lost` (0 to 1) of the reference fails it. `loosened` never drops more
    than the published rule; many rules that lose 1 % each would together lose much of a clean text.

    >>> from lect.corpus.rules.rule_sets import Rule
    >>> rule, clean = Rule("long", "words", 50, None, "ours"), {"words": np.arange(20.0, 121)}
    >>> scaled = scale_rules([rule], clean)[0]; scaled.quantile.least, scaled.loosened.least, scaled.ratio
    (21.0, 21.0, None)
    """
    if not 0 <= lost < 0.5:
        raise LectError(f"lost is a share of clean documents from 0 to less than 0.5, found {lost}")
    return [_scale(rule, reference, origin, lost) for rule in rules]


def _scale(
    rule: Rule, reference: Mapping[str, np.ndarray], origin: Mapping[str, np.ndarray] | None, lost: float
) -> Scaled:
    rule.fails(reference)  # says which statistic is missing
    values = reference[rule.statistic]
    values = values[~np.isnan(values)]
    if 0 < len(values) < _FEWEST:
        raise LectError(
            f"the reference has {len(values)} documents for {rule.statistic!r}; bounds need at least {_FEWEST} of them"
        )
    if not len(values):  # the statistic says nothing in this language, so the rule never fails
        return Scaled(rule, None, rule, rule)
    least = None if rule.least is None else float(np.quantile(values, lost))
    most = None if rule.most is None else float(np.quantile(values, 1 - lost))
    looser = replace(
        rule,
        least=None if rule.least is None or least is None else min(rule.least, least),
        most=None if rule.most is None or most is None else max(rule.most, most),
    )
    return Scaled(rule, _by_ratio(rule, values, origin), replace(rule, least=least, most=most), looser)


def _by_ratio(rule: Rule, values: np.ndarray, origin: Mapping[str, np.ndarray] | None) -> Rule | None:
    median = float(np.nanmedian(origin[rule.statistic])) if origin is not None else np.nan
    if not median > 0:
        return None
    ratio = float(np.median(values)) / median
    return replace(
        rule,
        least=None if rule.least is None else rule.least * ratio,
        most=None if rule.most is None else rule.most * ratio,
    )
