"""How well a tokenizer serves a text."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from scipy import sparse
from tokenizers import Regex, pre_tokenizers

from lect.artifacts.bitexts import read_pairs
from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.artifacts.results import Score
from lect.artifacts.texts import read
from lect.vocab.chunking import Chunks, chunked
from lect.vocab.counting import batches, encode
from lect.vocab.surfaces import vocabulary_size

UNKNOWN_LIMIT = 0.1
"""Above this share of unknown tokens a premium is refused: what is not read at all looks cheap (Petrov et al., 2023)."""

# Letters, marks and digits with inner apostrophes and hyphens are a word; any other sign is one by itself.
_WORD = r"[\p{L}\p{M}\p{N}\x{200c}\x{200d}]+(?:['’ʼ\-‑][\p{L}\p{M}\p{N}]+)*|[^\s\p{L}\p{M}\p{N}]"
_SPLIT = pre_tokenizers.Split(Regex(_WORD), "isolated")
_COLUMNS = ("tokens", "words", "unknown", "characters", "bytes", "cut")
_RATIOS = {
    "fertility": ("tokens", "words"),
    "continued": ("cut", "words"),
    "unknown": ("unknown", "tokens"),
    "bytes_per_token": ("bytes", "tokens"),
    "characters_per_token": ("characters", "tokens"),
}
_EVIDENCE = ("premium_tokens", "documents")


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
    length_p95: float = 0.0
    """95 % of the documents (sentences, where the text has one a line) take at most so many tokens."""
    premium: float | None = None
    """Tokens of the sources over tokens of the targets, totals over a parallel text (Petrov et al., 2023)."""
    premium_mean: float | None = None
    """Mean over the sentence pairs of the same ratio."""
    premium_spread: float | None = None
    """Its standard deviation over the sentence pairs."""
    note: str = ""
    """Why there is no premium although there is parallel text."""
    premium_tokens: np.ndarray | None = dataclasses.field(default=None, repr=False, compare=False)
    """int64 [sentence pair, 2]: tokens of source and target, for intervals by resampling pairs."""
    documents: np.ndarray | None = dataclasses.field(default=None, repr=False, compare=False)
    """int64 [document, 6]: tokens, words, unknown tokens, characters, bytes, cut words."""

    def as_dict(self) -> dict[str, Any]:
        """Return the figures without the counts of single documents and sentences."""
        fields = (field.name for field in dataclasses.fields(self) if field.name not in _EVIDENCE)
        return {name: value for name in fields if (value := getattr(self, name)) not in (None, "")}

    def describe(self) -> str:
        """Return one line for a person; without spaces between words, characters per token is the figure to trust."""
        parts = [
            f"{self.fertility:.2f} tokens per word",
            f"{self.continued:.1%} of words cut",
            f"{self.characters_per_token:.2f} characters and {self.bytes_per_token:.2f} bytes per token",
            f"{self.unknown:.2%} unknown",
        ]
        if self.premium is not None:
            parts.append(f"premium {self.premium:.2f} ({self.premium_mean:.2f} ± {self.premium_spread:.2f} a sentence)")
        return "; ".join(parts + ([self.note] if self.note else []))

    def score(self, metric: str) -> Score:
        """Return fertility, continued, unknown, bytes_per_token or characters_per_token with its documents as evidence."""
        if metric not in _RATIOS or self.documents is None:
            raise LectError(f"measures have documents behind {', '.join(_RATIOS)}, not behind {metric!r}")
        columns = [_COLUMNS.index(name) for name in _RATIOS[metric]]
        examples = self.documents[:, columns].astype(np.float64)
        return Score(metric, getattr(self, metric), len(examples), examples, [str(i) for i in range(len(examples))])


def measure(tokenizer: Any, text: Any, *, parallel: Any = None) -> Measures:
    """Measure a tokenizer (or the tokenizer of a model) on a text.

    Words are runs of letters, digits and marks, and single signs, so that punctuation does not count as a cut word.
    Languages that write no spaces have no such words: compare their characters per token. `parallel` are Pairs of this
    language and a reference; the premium is how many times as many tokens the same content costs. It is refused (None,
    with a note) where more than a tenth of the tokens of one side are unknown.

    >>> measure(model, text, parallel=[("hús", "house")]).premium  # doctest: +SKIP
    """
    tokenizer = tokenizer_of(tokenizer)
    chunks = chunked(tokenizer, read(text).strings())
    words, inside = words_of(chunks)
    cut = inside @ np.array(_cut(tokenizer, words), dtype=np.int64)
    documents = chunks.sums(np.column_stack([tally(tokenizer, chunks, inside), cut]))
    total = dict(zip(_COLUMNS, documents.sum(axis=0).tolist(), strict=True))
    if not total["tokens"] or not total["words"]:
        raise LectError("the text has no words to measure; pass a text that is not empty")
    return Measures(
        **{name: total[name] for name in ("words", "tokens", "characters", "bytes")},
        **{name: total[over] / total[under] for name, (over, under) in _RATIOS.items()},
        used=int((chunks.counts(vocabulary_size(tokenizer)) > 0).sum()),
        length_p95=float(np.quantile(documents[:, 0], 0.95)),
        **({} if parallel is None else _premiums(tokenizer, parallel)),
        documents=documents,
    )


def tokenizer_of(model: Any) -> Any:
    """Return the tokenizer of a model; a tokenizer is returned as it is."""
    return model.tokenizer if isinstance(model, Model) else model


def words_of(chunks: Chunks) -> tuple[list[str], sparse.csr_array]:
    """Return the distinct words of a text, and how often each stands in each distinct stretch: [stretch, word]."""
    number: dict[str, int] = {}
    pieces: dict[str, list[int]] = {}
    rows: list[list[int]] = []
    for text in chunks.texts:
        row: list[int] = []
        for piece in text.split():
            if piece not in pieces:
                words = [word for word, _ in _SPLIT.pre_tokenize_str(piece)]
                pieces[piece] = [number.setdefault(word, len(number)) for word in words]
            row += pieces[piece]
        rows.append(row)
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=ends[-1])
    return list(number), sparse.csr_array((np.ones_like(columns), columns, ends), shape=(len(rows), len(number)))


def tally(tokenizer: Any, chunks: Chunks, inside: sparse.csr_array) -> np.ndarray:
    """Return int64 [distinct stretch, 5]: its tokens, words (given as `words_of`), unknown tokens, characters, bytes."""
    unknown = tokenizer.unk_token_id
    rows = [
        (len(ids), ids.count(unknown), len(text), len(text.encode("utf-8", "surrogatepass")))
        for text, ids in zip(chunks.texts, chunks.ids, strict=True)
    ]
    return np.insert(np.array(rows, dtype=np.int64).reshape(-1, 4), 1, inside.sum(axis=1), axis=1)


def ratios(lengths: np.ndarray) -> tuple[float, float]:
    """Return the mean and the standard deviation of source / target over sentence pairs [n, 2] that have a target."""
    whole = lengths[lengths[:, 1] > 0]
    each = whole[:, 0] / whole[:, 1]
    return float(each.mean()), float(each.std())


def _cut(tokenizer: Any, words: Iterable[str]) -> list[bool]:
    """Say of each word, read after a space, if it takes two tokens; a marker of the word start alone is no piece."""
    alone, cut = set(encode(tokenizer, [" "])[0]), []
    for batch in batches(words, 4000):
        for ids in encode(tokenizer, [f" {word}" for word in batch]):
            while len(ids) > 1 and ids[0] in alone:
                ids = ids[1:]
            cut.append(len(ids) > 1)
    return cut


def _premiums(tokenizer: Any, parallel: Any) -> dict[str, Any]:
    """Return the premium of parallel text in its three forms, or none of them and the reason why."""
    sides = [chunked(tokenizer, side) for side in read_pairs(parallel).sides()]
    lengths = np.stack([side.lengths() for side in sides], axis=1)
    if not len(lengths) or not lengths.sum(axis=0).all():
        raise LectError("the parallel text has no tokens on one side; pass pairs of (this language, reference)")
    worst = max(unknown_share(tokenizer, side) for side in sides)
    if worst > UNKNOWN_LIMIT:
        return {"note": f"no premium: {worst:.0%} of the tokens of one side are unknown", "premium_tokens": lengths}
    mean, spread = ratios(lengths)
    return {
        "premium": float(lengths[:, 0].sum() / lengths[:, 1].sum()),
        "premium_mean": mean,
        "premium_spread": spread,
        "premium_tokens": lengths,
    }


def unknown_share(tokenizer: Any, chunks: Chunks) -> float:
    """Return the share of tokens that are the unknown token, by its id."""
    unknown, total = tokenizer.unk_token_id, int(chunks.lengths().sum())
    counts = chunks.counts(vocabulary_size(tokenizer))
    return int(counts[unknown]) / total if unknown is not None and total else 0.0
