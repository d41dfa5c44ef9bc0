"""How well a tokenizer serves a text."""

import dataclasses
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from tokenizers import Regex, pre_tokenizers

from lect.artifacts.bitexts import read_pairs
from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.artifacts.texts import read
from lect.vocab.counting import batches, count, encode

# Letters, marks and digits with inner apostrophes and hyphens are a word; any other sign is one by itself.
_WORD = r"[\p{L}\p{M}\p{N}\x{200c}\x{200d}]+(?:['’ʼ\-‑][\p{L}\p{M}\p{N}]+)*|[^\s\p{L}\p{M}\p{N}]"
_SPLIT = pre_tokenizers.Split(Regex(_WORD), "isolated")


@dataclass(frozen=True)
class Measures:
    """Figures of one tokenizer on one text; special tokens that frame a document are never counted."""

    words: int
    tokens: int
    characters: int
    bytes: int
    fertility: float
    """Tokens per word: all tokens of the text over its words."""
    continued: float
    """Share of the words that are cut into two or more tokens (Rust et al., 2021)."""
    bytes_per_token: float
    characters_per_token: float
    unknown: float
    """Share of tokens that are the unknown token."""
    used: int = 0
    """How many different tokens the text takes."""
    premium: float | None = None
    """Tokens of the sources over tokens of the targets, totals over a parallel text (Petrov et al., 2023)."""
    premium_tokens: np.ndarray | None = dataclasses.field(default=None, repr=False, compare=False)
    """int64 [sentence pair, 2]: tokens of source and target, for intervals by resampling pairs."""

    def as_dict(self) -> dict[str, float]:
        """Return the figures without the per-sentence counts."""
        fields = (field.name for field in dataclasses.fields(self) if field.name != "premium_tokens")
        return {name: value for name in fields if (value := getattr(self, name)) is not None}

    def describe(self) -> str:
        """Return one line for a person; without spaces between words, characters per token is the figure to trust."""
        parts = [
            f"{self.fertility:.2f} tokens per word",
            f"{self.continued:.1%} of words cut",
            f"{self.characters_per_token:.2f} characters and {self.bytes_per_token:.2f} bytes per token",
            f"{self.unknown:.2%} unknown",
        ]
        return "; ".join(parts + ([f"premium {self.premium:.2f}"] if self.premium is not None else []))


def measure(tokenizer: Any, text: Any, *, parallel: Any = None) -> Measures:
    """Measure a tokenizer (or the tokenizer of a model) on a text.

    Words are runs of letters, digits and marks, and single signs, so that punctuation does not count as a cut word.
    Languages that write no spaces have no such words: compare their characters per token. `parallel` are Pairs of this
    language and a reference; the premium is how many times as many tokens the same content costs.

    >>> measure(model, text, parallel=[("hús", "house")]).premium  # doctest: +SKIP
    """
    tokenizer = tokenizer.tokenizer if isinstance(tokenizer, Model) else tokenizer
    chunks: Counter[str] = Counter()
    characters = size = 0
    for string in read(text).strings():
        chunks.update(string.split())
        characters += len(string)
        size += len(string.encode("utf-8", "surrogatepass"))
    words: Counter[str] = Counter()
    for chunk, times in chunks.items():
        for word, _ in _SPLIT.pre_tokenize_str(chunk):
            words[word] += times
    counts = count(tokenizer, text)
    total, number = int(counts.sum()), sum(words.values())
    if not total or not number:
        raise LectError("the text has no words to measure; pass a text that is not empty")
    unknown = tokenizer.unk_token_id
    lengths = None if parallel is None else _pair_lengths(tokenizer, parallel)
    return Measures(
        words=number,
        tokens=total,
        characters=characters,
        bytes=size,
        fertility=total / number,
        continued=_cut_words(tokenizer, words) / number,
        bytes_per_token=size / total,
        characters_per_token=characters / total,
        unknown=int(counts[unknown]) / total if unknown is not None else 0.0,
        used=int((counts > 0).sum()),
        premium=None if lengths is None else float(lengths[:, 0].sum() / lengths[:, 1].sum()),
        premium_tokens=lengths,
    )


def _cut_words(tokenizer: Any, words: Counter[str]) -> int:
    """Count the words of two tokens or more, each read after a space; a marker of the word start alone is no piece."""
    cut = 0
    alone = set(encode(tokenizer, [" "])[0])
    for batch in batches(sorted(words.items()), 4000):
        for (_, times), ids in zip(batch, encode(tokenizer, [f" {word}" for word, _ in batch]), strict=True):
            while len(ids) > 1 and ids[0] in alone:
                ids = ids[1:]
            cut += times * (len(ids) > 1)
    return cut


def _pair_lengths(tokenizer: Any, parallel: Any) -> np.ndarray:
    sources, targets = read_pairs(parallel).sides()
    lengths = [[len(ids) for ids in encode(tokenizer, side)] for side in (sources, targets)]
    found = np.array(lengths, dtype=np.int64).T
    if not len(found) or not found.sum(axis=0).all():
        raise LectError("the parallel text has no tokens on one side; pass pairs of (this language, reference)")
    return found
