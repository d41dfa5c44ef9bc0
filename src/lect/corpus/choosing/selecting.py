"""Which documents are taken: the best share, a diverse one, a balanced one. Each verb gives a reason per document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lect.artifacts.errors import LectError
from lect.corpus.choosing.drawing import content_keys

KEPT = ""
BELOW, OVER = "below_quantile", "over_share"
Floats = np.ndarray


@dataclass(frozen=True)
class Threshold:
    """The score from which on documents are kept, learned from a sample; of equal scores a hash of the text decides."""

    score: float
    key: float
    share: float
    sample: int
    seed: int

    def reasons(self, texts: Sequence[str], scores: Sequence[float] | Floats) -> list[str]:
        """Return `below_quantile` for each text whose score is below the threshold, else ""; NaN is below."""
        given = _scores(texts, scores)
        kept = given > self.score
        level = np.flatnonzero(given == self.score)
        kept[level] = content_keys([texts[int(place)] for place in level], self.seed) >= self.key
        return [KEPT if one else BELOW for one in kept]


def find_threshold(
    texts: Sequence[str], scores: Sequence[float] | Floats, *, share: float, sample: int = 100_000, seed: int = 0
) -> Threshold:
    """Return the threshold above which lies `share` (0–1) of a random sample of documents.

    The (1 − share) quantile of the scores (Messmer et al., 2025, who keep 0.1), over the `sample` documents with the
    smallest hash under `seed`: a random sample wherever they stand, not the head of a file. Its error in share is
    √(share · (1 − share) / sample), 0.1 points at the default. Equal scores are told apart by another hash, so that the
    share holds where scores are few.

    >>> find_threshold(["a", "b", "c", "d"], [0.1, 0.2, 0.3, 0.4], share=0.5).reasons(["x"], [0.35])
    ['']
    """
    if not 0 < share <= 1 or sample < 1:
        raise LectError(f"share must lie between 0 and 1 and sample above 0; found {share} and {sample}")
    given = _scores(texts, scores)
    if not len(given):
        raise LectError("there is no document to find a threshold from")
    chosen = np.argsort(content_keys(texts, seed + 1), kind="stable")[:sample]
    drawn, keys = np.nan_to_num(given[chosen], nan=-np.inf), content_keys([texts[place] for place in chosen], seed)
    order = np.lexsort((keys, drawn))
    last = order[len(order) - max(1, round(share * len(order)))]
    return Threshold(float(drawn[last]), float(keys[last]), share, len(chosen), seed)


def select_best(
    texts: Sequence[str], scores: Sequence[float] | Floats, *, share: float, sample: int = 100_000, seed: int = 0
) -> list[str]:
    """Return a reason for each text: "" for about `share` (0–1) of them, those with the highest scores.

    >>> select_best(["a", "b", "c", "d"], [0.1, 0.2, 0.3, 0.4], share=0.5)
    ['below_quantile', 'below_quantile', '', '']
    """
    return find_threshold(texts, scores, share=share, sample=sample, seed=seed).reasons(texts, scores)


def select_random(texts: Sequence[str], *, share: float, seed: int = 0) -> list[str]:
    """Return a reason for each text: "" for about `share` (0–1) of them, decided by a hash: what selection must beat.

    >>> select_random(["a", "b"], share=1.0)
    ['', '']
    """
    if not 0 < share <= 1:
        raise LectError(f"share must lie between 0 and 1, not {share}")
    return [KEPT if key < share else "not_drawn" for key in content_keys(texts, seed)]


def select_balanced(
    texts: Sequence[str], labels: Sequence[str], *, shares: Mapping[str, float] | None = None, seed: int = 0
) -> list[str]:
    """Return a reason for each text so that the bytes kept of each label stand in the wanted shares, as many as can be.

    `shares` are label → weight, equal ones unless said (registers of a corpus: Urbizu et al., 2025); documents of other
    labels are dropped. The label that is scarcest is kept whole and sets the size; of the others documents are kept in
    the order of a hash, while they fit.

    >>> select_balanced(["aaaa", "bb", "cc"], ["news", "tweet", "tweet"])
    ['', '', '']
    """
    if len(labels) != len(texts):
        raise LectError(f"expected a label for each text; found {len(texts)} texts and {len(labels)} labels")
    wanted = dict(shares) if shares is not None else dict.fromkeys(sorted(set(labels)), 1.0)
    sizes = np.array([len(text.encode("utf-8", "surrogatepass")) for text in texts])
    given, keys = np.array(labels), content_keys(texts, seed)
    there = {label: int(sizes[given == label].sum()) for label in wanted}
    if missing := [label for label, weight in wanted.items() if not weight > 0 or not there[label]]:
        raise LectError(f"no text, or no share above 0, for the label {missing[0]!r}; leave it out of shares")
    unit = min(there[label] / weight for label, weight in wanted.items())
    reasons = np.full(len(texts), "other_label", dtype=object)
    for label, weight in wanted.items():
        places = np.flatnonzero(given == label)
        places = places[np.lexsort((sizes[places], keys[places]))]
        fits = np.cumsum(sizes[places]) <= unit * weight + 0.5
        reasons[places] = np.where(fits, KEPT, OVER)
    return [str(reason) for reason in reasons]


def _scores(texts: Sequence[str], scores: Sequence[float] | Floats) -> Floats:
    given = np.asarray(scores, dtype=np.float64)
    if given.shape != (len(texts),):
        raise LectError(f"expected a score for each text; found {len(texts)} texts and scores of shape {given.shape}")
    return given
