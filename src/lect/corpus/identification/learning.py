"""Learning an identifier: dampened n-gram counts, smoothed with what all languages share, calibrated on held-out lines."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress
from lect.artifacts.texts import Text
from lect.corpus.identification.cleaning import check_classes, label_lines
from lect.corpus.identification.hashing import BUCKETS, hash_ngrams
from lect.corpus.identification.identifying import Identifier

ORDERS = (0, 1, 2, 3, 4, 5)  # 0 is the whole word
DAMPING = 0.6  # power of a count; 1 was worse in another domain, for it repeats what a small text repeats
SHARED = 0.2  # smoothing mass, of the mean language's; .05 to .2 differ little
_LEVELS = 255  # steps of a quantized weight
_PIECES = (20, 60, 10_000)  # characters of held-out lines: short texts are to be calibrated, too
_HELDOUT = 0.1
_MOST = 60  # held-out lines of a label that temperature and threshold are chosen on
_CHUNK = 2_000  # lines counted together


def learn_identifier(
    texts: Text | Mapping[str, Any],
    *,
    orders: Sequence[int] = ORDERS,
    balance: float = 0.3,
    ngrams: int = 1 << 18,
    precision: float = 0.99,
) -> Identifier:
    """Learn to tell languages apart from labeled text: label → text, or documents that carry `language`.

    The weight of n-gram g for label l is ln(1 + c_gl / (μ·q_g)) - ln(1 + c_l / μ): the log odds of a multinomial with
    Dirichlet smoothing, of counts to the power 0.6. q is the mean distribution of the labels, μ the smoothing mass.
    With few lines and text of another domain this beat a softmax trained by gradient from the same n-grams
    (benchmarks/corpus_identification.py). `orders` are lengths of n-grams, 0 the whole word. `balance` is the exponent
    of (lines of a label / all lines) in how likely a label is beforehand and how much it weighs in q: 1 as in the text,
    0 all alike, 0.3 as OpenLID (Burchell et al. 2023). `ngrams` are kept, those that say most, in 255 levels.
    Temperature, and the threshold below which a text is `und`, are chosen on a tenth of the lines, so that a share of
    `precision` of the labels given there is right; then all lines are learned from.

    >>> identifier = learn_identifier({"fao": ["Eg eri ein føroyingur"], "eng": ["I am an islander"]})
    >>> identifier.identify(["føroyingur", "islander"]).labels
    ['fao', 'eng']
    """
    _check_options(orders, balance, ngrams, precision)
    lines = label_lines(texts).kept()
    check_classes(lines)
    seen, heldout = split_lines(lines)
    counts, spared = (count_rows(list(part.values()), orders) for part in (seen, heldout))
    amounts = np.array([len(part) for part in lines.values()], dtype=np.float64)
    known = weigh(counts, tuple(lines), tuple(orders), amounts, balance, ngrams)
    sharpness, threshold = calibrate(known, heldout, precision)
    final = weigh(counts + spared, tuple(lines), tuple(orders), amounts, balance, ngrams)
    return replace(final, sharpness=sharpness, threshold=threshold)


def _check_options(orders: Sequence[int], balance: float, ngrams: int, precision: float) -> None:
    if not orders or min(orders) < 0 or max(orders) > 8:
        raise LectError(f"orders are lengths of n-grams from 0 (the word) to 8; found {tuple(orders)}")
    if not 0 <= balance <= 1 or not 0 < precision <= 1:
        raise LectError(f"balance and precision are shares from 0 to 1; found {balance} and {precision}")
    if ngrams < 1:
        raise LectError(f"ngrams is how many n-grams are kept, at least 1; found {ngrams}")


def split_lines(lines: Mapping[str, list[str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return (seen, held out), a tenth of each label's lines by their hashes; a label of one line has none held out."""
    seen, heldout = {}, {}
    for label, own in lines.items():
        parts: tuple[list[str], list[str]] = ([], [])
        for line in own:
            parts[_place(line) < _HELDOUT * 2**32].append(line)
        seen[label], heldout[label] = parts if parts[0] else (own, [])
    return seen, heldout


def _place(line: str) -> int:
    """Return where a line falls, from 0 to 2³² - 1, by its hash."""
    digest = hashlib.blake2b(line.encode("utf-8", "surrogatepass"), digest_size=4, person=b"lect-calibrate").digest()
    return int.from_bytes(digest, "big")


def count_rows(texts: Sequence[Sequence[str]], orders: Sequence[int]) -> sparse.csr_array:
    """Return how often each bucket occurs in each list of lines, float64 [lists, buckets]."""
    rows = []
    with progress("counting n-grams", total=len(texts), unit="labels") as advance:
        for lines in texts:
            rows.append(_count(lines, orders))
            advance(1)
    return sparse.csr_array(sparse.vstack(rows))


def _count(lines: Sequence[str], orders: Sequence[int]) -> sparse.csr_array:
    total = np.zeros(BUCKETS)
    for first in range(0, len(lines), _CHUNK):
        total += np.bincount(hash_ngrams(lines[first : first + _CHUNK], orders).flat(), minlength=BUCKETS)
    found = np.flatnonzero(total)
    return sparse.csr_array((total[found], found, [0, len(found)]), shape=(1, BUCKETS))


def weigh(
    counts: sparse.csr_array,
    labels: tuple[str, ...],
    orders: tuple[int, ...],
    amounts: np.ndarray,
    balance: float,
    ngrams: int,
) -> Identifier:
    """Return the identifier of counts [labels, buckets] before calibration; `amounts` are the lines of each label."""
    dampened = counts.copy()
    dampened.data **= DAMPING
    totals = np.maximum(np.asarray(dampened.sum(axis=1)).reshape(-1), 1.0)
    shares = (amounts / amounts.sum()) ** balance
    shares /= shares.sum()
    pooled = np.asarray((sparse.diags_array(shares / totals) @ dampened).sum(axis=0)).reshape(-1)
    mass = SHARED * totals.mean()
    gains = dampened.copy()
    gains.data = np.log1p(dampened.data / (mass * pooled[dampened.indices]))
    kept = _telling(gains, counts, ngrams)
    gains = sparse.csr_array(gains[:, kept].T)
    step = float(gains.data.max(initial=1e-9)) / _LEVELS
    gains.data = np.maximum(np.round(gains.data / step), 1).astype(np.uint8)
    floors, priors = np.log1p(totals / mass).astype(np.float32), np.log(shares).astype(np.float32)
    return Identifier(labels, orders, kept.astype(np.int32), gains, step, floors, priors)


def _telling(gains: sparse.csr_array, counts: sparse.csr_array, ngrams: int) -> np.ndarray:
    """Return the buckets that are kept, sorted: by how far the best label is from the mean label, times how often."""
    best = gains.max(axis=0).toarray().reshape(-1) - np.asarray(gains.mean(axis=0)).reshape(-1)
    weight = best * np.asarray(counts.sum(axis=0)).reshape(-1)
    chosen = np.argsort(-weight, kind="stable")[:ngrams]
    return np.sort(chosen[weight[chosen] > 0])


def calibrate(
    known: Identifier, heldout: Mapping[str, Sequence[str]], precision: float
) -> tuple[tuple[float, float], float]:
    """Return (factor, power) of the least cross-entropy on held-out pieces, and the threshold of the precision."""
    pieces = [
        (line[:size], place)
        for place, label in enumerate(known.labels)
        for line in sorted(heldout[label], key=_place)[:_MOST]
        for size in _PIECES
    ]
    if len(pieces) < 30:  # too few to choose by
        return known.sharpness, 0.0
    sums, counts, readable = known.sums([piece for piece, _ in pieces])
    gold = np.array([place for _, place in pieces])[readable]
    sums, counts = sums[readable], counts[readable]

    def loss(point: np.ndarray) -> float:
        logs = replace(known, sharpness=(float(np.exp(point[0])), float(point[1]))).calibrated(sums, counts)
        return -float(logs[np.arange(len(gold)), gold].mean())

    found = minimize(loss, [0.0, 0.5], method="Nelder-Mead", options={"maxiter": 60, "xatol": 0.01, "fatol": 1e-4}).x
    sharpness = (float(np.exp(found[0])), float(found[1]))
    logs = replace(known, sharpness=sharpness).calibrated(sums, counts)
    return sharpness, _least_threshold(np.exp(logs.max(axis=1)), logs.argmax(axis=1) == gold, precision)


def _least_threshold(sure: np.ndarray, right: np.ndarray, precision: float) -> float:
    """Return the least probability from which on a share of `precision` is right; that of the surest if none is."""
    order = np.argsort(-sure, kind="stable")
    enough = np.flatnonzero(np.cumsum(right[order]) >= precision * np.arange(1, len(order) + 1))
    return float(sure[order][enough[-1]]) if len(enough) else 1.0
