"""A mix: shares by n^alpha, epochs capped, the budget met, a ledger that adds up, no matter the order."""

import numpy as np
import pytest

from lect.artifacts import read
from lect.artifacts.errors import LectError
from lect.corpus.choosing.mixing import mix, plan_mix


def _text(name, documents, length=20):
    return [
        {"text": f"{name} {number:05d}".ljust(length, "x"), "language": name, "source": "s"}
        for number in range(documents)
    ]


@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
def test_shares_are_smoothed(alpha):
    sizes = {"fao": 1.0, "isl": 10.0, "eng": 100.0}
    parts = plan_mix(sizes, megabytes=1.5, alpha=alpha)
    expected = np.array(list(sizes.values())) ** alpha
    assert np.allclose([part.share for part in parts], expected / expected.sum())
    assert sum(part.megabytes for part in parts) == pytest.approx(1.5)


def test_no_source_is_repeated_too_often():
    parts = {part.name: part for part in plan_mix({"a": 1, "b": 2, "c": 50}, megabytes=40, alpha=0, epochs=3)}
    assert parts["a"].epochs == parts["b"].epochs == 3
    assert parts["c"].megabytes == pytest.approx(40 - 3 - 6)
    assert sum(part.megabytes for part in plan_mix({"a": 1, "b": 2}, megabytes=40, epochs=3)) == pytest.approx(9)


def test_the_text_is_what_was_planned():
    texts = {"fao": _text("fao", 100), "isl": _text("isl", 1000)}
    drawn = mix(texts, megabytes=0.012, alpha=0.3, epochs=2.5)
    rows = drawn.ledger()
    assert sum(row["bytes"] for row in rows) == sum(len(one["text"]) for one in drawn.text)
    for part, row in zip(drawn.parts, rows, strict=True):
        assert 0 <= row["bytes"] - part.megabytes * 1e6 < 20 + 1e-3
        assert row["language"] == part.name
    times = np.unique([one["text"] for one in drawn.text if one["part"] == "fao"], return_counts=True)[1]
    assert set(times) <= {2, 3}
    assert drawn.to_json()["ledger"] == rows


def test_order_does_not_matter_and_a_larger_budget_only_adds():
    texts = {"fao": _text("fao", 300), "isl": _text("isl", 900, 33)}
    turned = {name: text[::-1] for name, text in texts.items()}
    one, other = (sorted(d["text"] for d in mix(t, megabytes=0.004).text) for t in (texts, turned))
    assert one == other
    more = {d["text"] for d in mix(texts, megabytes=0.008).text}
    assert set(one) < more
    assert set(one) != {d["text"] for d in mix(texts, megabytes=0.004, seed=1).text}


@pytest.mark.parametrize(
    ("options", "said"),
    [({"megabytes": 0}, "above 0"), ({"megabytes": 1, "alpha": 2}, "alpha"), ({"megabytes": 1, "epochs": 0}, "epochs")],
)
def test_mistakes_are_said(options, said):
    with pytest.raises(LectError, match=said):
        mix({"fao": read(["a"])}, **options)
    with pytest.raises(LectError, match="nothing to mix"):
        mix({}, megabytes=1)
