import numpy as np
import pytest

from lect.artifacts import LectError
from lect.corpus.rules.rule_sets import Rule
from lect.corpus.rules.scaling import scale_rules

CLEAN = {"length": np.linspace(4, 14, 1001), "share": np.linspace(0.0, 0.05, 1001), "none": np.full(1001, np.nan)}


def test_bounds_are_scaled_by_medians():
    origin = {name: values / 2 for name, values in CLEAN.items()}
    scaled = scale_rules([Rule("long", "length", 3, 10, "")], CLEAN, origin=origin)[0].ratio
    assert (scaled.least, scaled.most) == pytest.approx((6, 20))
    assert scale_rules([Rule("long", "length", 3, 10, "")], CLEAN)[0].ratio is None
    zero = {"length": np.zeros(1001)}
    assert scale_rules([Rule("long", "length", 3, 10, "")], CLEAN, origin=zero)[0].ratio is None


def test_bounds_stand_where_a_share_of_the_reference_is_lost():
    rule = scale_rules([Rule("long", "length", 3, 10, "")], CLEAN, lost=0.05)[0].quantile
    assert rule.fails(CLEAN).mean() == pytest.approx(0.1, abs=0.002), "a share at either end"


def test_loosened_bounds_never_drop_more_than_published_ones():
    rules = [Rule("long", "length", 3, 10, ""), Rule("share", "share", None, 0.2, "")]
    loosened = [scaled.loosened for scaled in scale_rules(rules, CLEAN)]
    assert [rule.fails(CLEAN).mean() for rule in loosened] == pytest.approx([0.01, 0], abs=0.001)
    assert (loosened[0].least, loosened[1].most) == (3, 0.2)


def test_a_statistic_that_says_nothing_leaves_its_rule():
    rule = Rule("none", "none", 3, None, "")
    assert scale_rules([rule], CLEAN)[0].loosened == rule


def test_too_little_reference_is_refused():
    rule = Rule("long", "length", 3, 10, "")
    with pytest.raises(LectError, match="has 5 documents"):
        scale_rules([rule], {"length": np.arange(5.0)})
    with pytest.raises(LectError, match="lost is a share"):
        scale_rules([rule], CLEAN, lost=1)
    with pytest.raises(LectError, match="needs the statistic"):
        scale_rules([rule], {"words": np.arange(5.0)})
