"""Words in tokens: which tokens of a sentence belong to which of its words, for any tokenizer."""

from dataclasses import dataclass
from typing import Any

import numpy as np

# Their positions begin after the padding id.
_COUNT_FROM_PADDING = ("roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "xmod")


@dataclass(frozen=True)
class Window:
    """A stretch of a sentence as ids, special tokens included.

    Word `start + k` is `ids[first[k] : last[k] + 1]`; both are -1 where it has no token.
    """

    ids: list[int]
    start: int
    first: list[int]
    last: list[int]

    def anchors(self, kind: str) -> list[int]:
        """Return where each word is read off, -1 where nowhere.

        That is its first token in encoders, and its last in decoders, which see no further.
        """
        return self.last if kind == "decoder" else self.first


def split_windows(tokenizer: Any, words: list[str], limit: int, start: int = 0) -> list[Window]:
    """Encode `words`, joined by spaces, in windows of at most `limit` ids; every word is in exactly one window.

    Tokens are given to words by their character offsets, so that it does not matter how a tokenizer marks words; one
    that is nothing but a space goes to the word after it. A sentence that is too long is halved; a single word that is
    too long loses its tail.
    """
    encoding = _encode(tokenizer, " ".join(words))
    if len(encoding.ids) > limit and len(words) > 1:
        half = len(words) // 2
        halves = ((words[:half], start), (words[half:], start + half))
        return [window for part, begin in halves for window in split_windows(tokenizer, part, limit, begin)]
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


def _encode(tokenizer: Any, string: str) -> Any:
    """Return the Encoding of a string, framed and whole, even where the tokenizer was left to truncate or to pad."""
    backend = tokenizer.backend_tokenizer
    if backend.truncation is not None or backend.padding is not None:
        return tokenizer(string, truncation=False, padding=False, verbose=False).encodings[0]
    return backend.encode(string)


def longest_input(network: Any) -> int:
    """Return how many ids a network takes at once; 512 where its configuration does not say."""
    config = network.config.get_text_config()
    longest = getattr(config, "max_position_embeddings", None) or getattr(config, "n_positions", None) or 512
    padding = getattr(config, "pad_token_id", None)
    return int(longest) - (padding + 1 if config.model_type in _COUNT_FROM_PADDING and padding is not None else 0)
