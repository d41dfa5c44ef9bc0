import math

import numpy as np
import pytest

from lect.artifacts.errors import LectError
from lect.score.assembling import assemble, sign
from lect.score.metrics import METRICS, metric


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_reduces_any_leading_shape(name):
    row = METRICS[name]
    sums = np.random.default_rng(0).uniform(1, 9, (4, 3, len(row.statistics)))
    values = row.reduce(sums)
    assert values.shape == (4, 3)
    assert values[2, 1] == row.reduce(sums[2, 1])
    assert row.better in ("lower", "higher")
    assert row.size is None or row.size in row.statistics


def test_values_by_hand():
    assert METRICS["bits_per_byte"].reduce(np.array([8 * math.log(2), 4.0])) == pytest.approx(2)
    assert METRICS["accuracy"].reduce(np.array([3.0, 4.0])) == 0.75
    assert METRICS["throughput"].reduce(np.array([3e6, 2.0])) == 1.5
    with pytest.raises(LectError, match="there is no metric 'f1'"):
        metric("f1")


def test_assemble_gives_value_interval_signature_and_distinct_ids():
    score = assemble(
        "accuracy", [(1, 2), (3, 4), (0, 2)], ["a", "b", "a"], {"split": "test", "pseudo": True}, ["Mind."]
    )
    assert (score.value, score.n, score.ids) == (0.5, 3, ["a", "b", "a#2"])
    assert 0 <= score.low <= 0.5 <= score.high <= 1
    assert score.signature.startswith("accuracy|split:test|pseudo|lect:")
    assert score.columns == {"warning": "Mind."}
    assert sign("accuracy", {}).startswith("accuracy|lect:")
    with pytest.raises(LectError, match="accuracy is nan over 2 examples"), np.errstate(invalid="ignore"):
        assemble("accuracy", [(0, 0), (0, 0)], ["a", "b"], {})
