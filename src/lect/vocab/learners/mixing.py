"""One Unigram tokenizer made of several (TokMix)."""

import json
import math
from collections.abc import Iterable
from typing import Any

from lect.artifacts.errors import LectError
from lect.vocab.tokenizer_files import rewrite

_BYTE_GAP = 10.0  # a byte is this much worse than the worst piece, as in `learning`


def mix_unigrams(tokenizers: Iterable[Any], size: int) -> Any:
    """Return a Unigram tokenizer of `size` tokens whose pieces have the mean probability that they have in the given ones.

    p(v) = 1/L Σ_l p_l(v), the most probable kept and scaled to add up to 1 (TokMix; Limisiewicz et al., 2023, section
    2.3). The tokenizers come from `learn(…, kind="unigram")`: special tokens and the 256 bytes have the same ids in all
    and stay, so that text without a piece falls back to bytes.

    >>> mix_unigrams([icelandic, faroese], 8_000)  # doctest: +SKIP
    """
    given = list(tokenizers)
    if len(given) < 2:
        raise LectError(f"mixing needs at least two Unigram tokenizers; found {len(given)}")
    lists = [_pieces(tokenizer) for tokenizer in given]
    fixed = _fixed(given[0])
    if any(_fixed(tokenizer) != fixed for tokenizer in given):
        raise LectError("the tokenizers have different special tokens; learn them all with kind='unigram'")
    mean: dict[str, float] = {}
    for pieces in lists:
        total = sum(math.exp(score) for token, score in pieces if token not in fixed)
        for token, score in pieces:
            if token not in fixed:
                mean[token] = mean.get(token, 0.0) + math.exp(score) / total / len(lists)
    if len(mean) + len(fixed) < size:
        raise LectError(
            f"the tokenizers have {len(mean) + len(fixed)} different tokens together; pass a size up to that"
        )
    best = sorted(mean.items(), key=lambda item: (-item[1], item[0]))[: max(0, size - len(fixed))]
    if not best:
        raise LectError(f"size={size} has no room beside the {len(fixed)} special and byte tokens; pass a larger size")
    return _rewritten(given[0], fixed, best)


def _rewritten(tokenizer: Any, fixed: dict[str, int], best: list[tuple[str, float]]) -> Any:
    """Return the tokenizer with other pieces: fixed tokens first, then these with the logarithm of their share."""
    kept = math.fsum(probability for _, probability in best)
    scored = [(token, round(math.log(probability / kept), 6)) for token, probability in best]
    lowest = scored[-1][1] - _BYTE_GAP
    ids = {token: place for place, token in enumerate([*fixed, *(token for token, _ in scored)])}

    def edit(data: dict[str, Any]) -> None:
        start = data["model"]["vocab"][: len(fixed)]
        data["model"]["vocab"] = [[token, min(score, lowest) if score else 0.0] for token, score in start] + [
            [token, score] for token, score in scored
        ]

    return rewrite(tokenizer, edit, ids)


def _pieces(tokenizer: Any) -> list[tuple[str, float]]:
    model = json.loads(tokenizer.backend_tokenizer.to_str())["model"]
    if model["type"] != "Unigram":
        raise LectError(f"TokMix mixes Unigram tokenizers, not {model['type']}; learn them with kind='unigram'")
    return [(token, score) for token, score in model["vocab"]]


def _fixed(tokenizer: Any) -> dict[str, int]:
    """Return the special tokens and the bytes, which come first and in one order."""
    named = set(tokenizer.get_added_vocab()) | {f"<0x{byte:02X}>" for byte in range(256)}
    found = {token: place for place, (token, _) in enumerate(_pieces(tokenizer)) if token in named}
    if list(found.values()) != list(range(len(found))):
        raise LectError("special tokens and bytes must come first; learn the tokenizers with kind='unigram'")
    return found
