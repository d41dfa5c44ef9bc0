"""What tuning on one language did to it and to the others: the four quadrants."""

from lect.score.evidence.significance import Comparison

QUADRANTS = {
    (True, True): "reciprocal",
    (False, True): "altruistic",
    (True, False): "selfish",
    (False, False): "stagnant",
}
"""(its own language gained, the others gained) → name (Yuan et al. 2024, section 3)."""


def name_quadrant(own: Comparison, others: Comparison) -> str:
    """Return the quadrant of a language, from its gain and from that of the others (Yuan et al. 2024).

    Both are comparisons of which `effect` is a gain, above 0 where tuning helped. A gain counts if its whole interval
    lies above 0 (ours): the paper sets thresholds of BLEU, and here what is lost is not told from what stays.

    >>> name_quadrant(paired_bootstrap(base, tuned), paired_bootstrap(base_on_others, tuned_on_others))  # doctest: +SKIP
    """
    return QUADRANTS[own.low > 0, others.low > 0]
