"""Pictures, shades and figures show what they are given."""

import numpy as np
import pytest

from lect.adaptation.plotting import Axis, curves, interval_row, mean_curve, ticks
from lect.adaptation.segmenting import shade
from lect.adaptation.wording import MEASURES, figure
from lect.score.metrics import METRICS


def test_interval_row_places_what_it_is_given():
    axis = Axis([0.0, -2.0, -1.0])
    assert axis(0.0) > axis(-1.0) > axis(-2.0) > 0
    html = interval_row(axis, -1.5, -2.0, -1.0, "better", "x < y")
    assert f'x1="{axis(-2.0)}%" x2="{axis(-1.0)}%"' in html
    assert "<title>x &lt; y</title>" in html
    shapes = {
        interval_row(axis, -1.5, -2.0, -1.0, outcome, "").count("<circle") for outcome in ("better", "worse", "open")
    }
    assert shapes == {0, 1}


def test_mean_curve_is_over_what_all_runs_saw():
    runs = [np.array([[0.0, 4.0], [2.0, 2.0]]), np.array([[0.0, 2.0], [1.0, 1.0], [4.0, 1.0]])]
    assert mean_curve(runs).tolist() == [[0.0, 3.0], [1.0, 2.0], [2.0, 1.5]]
    assert "nan" not in curves(
        [[[0.0, 2.0], [1.0, float("nan")], [2.0, 2.0]]], system="adapted", title="flat, with a gap"
    )


@pytest.mark.parametrize(("low", "high"), [(0, 10), (-0.91, 0.03), (2.31, 2.32), (0, 3e6)])
def test_ticks_are_round_and_inside(low, high):
    found = ticks(low, high)
    assert 2 <= len(found) <= 6
    assert all(low - 1e-9 <= value <= high + 1e-9 for value in found)


@pytest.mark.parametrize(
    ("text", "pieces", "depths"),
    [
        ("shattered words", ["shat", "ter", "ed", " words"], [0, 1, 2, 0]),
        ("shattered words", ["▁shat", "ter", "ed", "▁words"], [0, 1, 2, 0]),
        ("shattered words", ["shat", "##ter", "##ed", "words"], [0, 1, 2, 0]),
        ("a (bc) d", ["a", " (", "b", "c", ")", " d"], [0, 0, 0, 1, 0, 0]),
        ("これは文です", ["これ", "は", "文", "です"], [0, 1, 0, 1]),
        ("a ✓ b", ["a", " ", "✓", " b"], [0, 0, 0]),
    ],
)
def test_shades_say_how_deep_in_a_word_a_piece_is(text, pieces, depths):
    shown = shade(text, pieces)
    assert [piece.depth for piece in shown] == depths
    assert "".join(piece.text for piece in shown) == text.replace(" ", "")


def test_words_agree_with_the_metrics():
    shared = set(MEASURES) & set(METRICS)
    assert len(shared) >= 4
    assert {name: MEASURES[name].better for name in shared} == {name: METRICS[name].better for name in shared}


def test_figures():
    assert figure(-0.004, 2) == "0.00"
    assert figure(-1.25, 1) == "\N{MINUS SIGN}1.2"
    assert figure(98_112_000, 0) == "98.1\N{NARROW NO-BREAK SPACE}million"
