"""Words in tokens: which tokens of a sentence belong to which of its words, for any tokenizer."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Window:
    """A stretch of a sentence as ids, special tokens included; word `start + k` is `ids[first[k] : last[k] + 1]` (-1: it has no token)."""

    ids: list[int]
    start: int
    first: list[int]
    last: list[int]

    def anchors(self, kind: str) -> list[int]:
        """Return where each word is read off, -1 where nowhere: its first token in encoders; its last in decoders, which see no further."""
        return self.last if kind == "decoder" else self.first


def split_windows(tokenizer: Any, words: list[str], limit: int, start: int = 0) -> list[Window]:
    """Encode `words`, joined by spaces, in windows of at most `limit` ids; every word is in exactly one window.

    Tokens are given to words by their character offsets, so that it does not matter how a tokenizer marks words. A sentence that is too long
    is halved; a single word that is too long loses its tail.
    """
    encoding = tokenizer.backend_tokenizer.encode(" ".join(words))
    if len(encoding.ids) > limit and len(words) > 1:
        half = len(words) // 2
        return split_windows(tokenizer, words[:half], limit, start) + split_windows(tokenizer, words[half:], limit, start + half)
    ends = np.cumsum([len(word) + 1 for word in words]) - 1
    first, last = [-1] * len(words), [-1] * len(words)
    for position, ((_, end), special) in enumerate(zip(encoding.offsets, encoding.special_tokens_mask, strict=True)):
        if special or position >= limit:
            continue
        word = int(np.searchsorted(ends, end))
        if word < len(words):
            first[word] = position if first[word] < 0 else first[word]
            last[word] = position
    return [Window(list(encoding.ids[:limit]), start, first, last)]


def longest_input(network: Any) -> int:
    """Return how many ids a network takes at once; 512 where its configuration does not say."""
    config = network.config
    longest = getattr(config, "max_position_embeddings", None) or getattr(config, "n_positions", None) or 512
    counts_from_padding = config.model_type in ("roberta", "xlm-roberta", "camembert", "xmod")  # positions begin after padding_idx
    return int(longest) - (config.pad_token_id + 1 if counts_from_padding else 0)
