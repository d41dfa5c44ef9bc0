"""Document alignment: which document of one language is the translation of which document of another."""

from collections.abc import Sequence

from lect.artifacts.errors import LectError
from lect.artifacts.texts import Text
from lect.corpus.pairing.matching import Encoders, Matches, encode_sides, match_best, nearest
from lect.corpus.pairing.mining import MARGINS, score_candidates


def align_documents(
    source: Text | Sequence[str],
    target: Text | Sequence[str],
    encode: Encoders,
    *,
    threshold: float = 1.2,
    neighbors: int = 8,
) -> Matches:
    """Match the documents of two sides one to one by the ratio margin of their vectors, best first (see `mine`).

    With `fit_words` the vectors are the TF-IDF of translated words, numbers and names, by which bitextor aligns the
    documents of HPLT (de Gibert et al. 2024); it takes the cosine itself, which found 78 % of the chapters of a Bible
    where the margin finds 98 %, both at a precision of 99 %. Where cosines are too low for a ratio, the rule is the
    distance with its usual threshold. Not in it: translating by machine first, and addresses of pages as evidence.

    Args:
        source: documents, at least three: a margin compares with what else there is.
        target: likewise, in the other language.
        encode: texts → vectors [n, d] in one space; or one function for each side.
        threshold: least ratio of a match; what has no partner stays alone.
        neighbors: k, of the ratio.

    >>> from lect.corpus.pairing.vectorizing import fit_words
    >>> texts = ["Hús 1911", "Bátur 1850", "Fjall"], ["Built in 1850", "Built in 1911", "A house"]
    >>> align_documents(*texts, fit_words(*texts)).target.tolist()
    [1, 0]
    """
    sides = [list(one.strings()) if isinstance(one, Text) else list(one) for one in (source, target)]
    if not all(sides):
        raise LectError("aligning needs documents on both sides; one of them is empty")
    X, Y = encode_sides(encode, *sides)
    rows, columns, scores, used = score_candidates(nearest(X, Y, neighbors), nearest(Y, X, neighbors))
    least = threshold if used == "ratio" else MARGINS[used][1]
    return match_best(rows, columns, scores, least=least)
