"""One mix of several sources: in what shares, how often repeated, under one budget, with a ledger of what is in it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.formats import Document
from lect.artifacts.opening import combined_hash
from lect.artifacts.texts import Text, read
from lect.corpus.choosing.drawing import content_keys


@dataclass(frozen=True)
class Part:
    """What of one source goes into a mix: `share` of all bytes (0–1), `epochs` times its own `available` megabytes."""

    name: str
    available: float
    megabytes: float
    share: float
    epochs: float


@dataclass(frozen=True)
class Mix:
    """A text drawn from several sources, and how much of each was planned."""

    text: Text
    parts: list[Part]

    def ledger(self) -> list[dict[str, Any]]:
        """Return the bytes and documents of each part, language and source that are in the text, repeats counted."""
        sizes: Counter[tuple[str, str, str]] = Counter()
        documents: Counter[tuple[str, str, str]] = Counter()
        for document in self.text:
            row = (document["part"], str(document.get("language") or ""), str(document.get("source") or ""))
            sizes[row] += _size(document)
            documents[row] += 1
        names = ("part", "language", "source")
        return [
            {**dict(zip(names, row, strict=True)), "documents": documents[row], "bytes": sizes[row]}
            for row in sorted(sizes)
        ]

    def to_json(self) -> dict[str, Any]:
        """Return the plan and the ledger as plain values, for `lect.json`."""
        return {"parts": [asdict(part) for part in self.parts], "ledger": self.ledger()}


def plan_mix(sizes: Mapping[str, float], *, megabytes: float, alpha: float = 0.3, epochs: float = 4.0) -> list[Part]:
    """Return how much of each source to take: p ∝ n^`alpha`, none more than `epochs` times, `megabytes` in all.

    n are the megabytes of a source, `alpha` between 0 (equal shares) and 1 (as they are): exponential smoothing as in
    Conneau and Lample (2019) and Niklaus et al. (2024). What a source cannot give is given by the others, in the same
    proportion; four epochs are about as good as new text (Muennighoff et al., 2023). If all together are too little, the
    mix is smaller than asked for.

    >>> [round(part.share, 2) for part in plan_mix({"fao": 1, "isl": 100}, megabytes=10, alpha=0.5)]
    [0.09, 0.91]
    """
    if not 0 <= alpha <= 1 or not epochs > 0 or not megabytes > 0:
        raise LectError(
            f"alpha must be between 0 and 1, epochs and megabytes above 0; found {alpha}, {epochs} and {megabytes}"
        )
    if empty := [name for name, size in sizes.items() if not size > 0]:
        raise LectError(f"the text of {', '.join(empty)} is empty; leave it out")
    weights = {name: size**alpha for name, size in sizes.items()}
    most = {name: epochs * size for name, size in sizes.items()}
    taken: dict[str, float] = {}
    open_, left = dict(weights), float(megabytes)
    while open_:
        unit = left / sum(open_.values())
        full = [name for name, weight in open_.items() if unit * weight >= most[name]]
        if not full:
            taken |= {name: unit * weight for name, weight in open_.items()}
            break
        for name in full:
            taken[name] = most[name]
            left -= most[name]
            del open_[name]
    total = sum(taken.values())
    return [Part(name, size, taken[name], taken[name] / total, taken[name] / size) for name, size in sizes.items()]


def mix(texts: Mapping[str, Any], *, megabytes: float, alpha: float = 0.3, epochs: float = 4.0, seed: int = 0) -> Mix:
    """Draw a mix of several texts under one budget; see `plan_mix` for the shares.

    Each document is there as often as its source has whole epochs, and once more if a hash of its text says so: those
    with the smallest hashes until the bytes are reached, so that order does not matter and a larger budget only adds.
    The column `part` says which source a document is from.

    >>> drawn = mix({"fao": ["ab", "cd", "ef"], "isl": ["abcdefgh"]}, megabytes=1e-5, alpha=1, epochs=1)
    >>> [row["bytes"] for row in drawn.ledger()]
    [6, 8]
    """
    read_texts = {name: read(source) for name, source in texts.items()}
    if not read_texts:
        raise LectError("there is nothing to mix; pass a dict of names to texts, such as {'fao': 'fao.jsonl'}")
    parts = plan_mix({name: text.megabytes for name, text in read_texts.items()}, megabytes=megabytes, alpha=alpha, epochs=epochs)  # fmt: skip
    drawn = [(part, read_texts[part.name], _cut(read_texts[part.name], part, seed)) for part in parts]

    def documents() -> Iterator[Document]:
        for part, text, cut in drawn:
            for _ in range(int(part.epochs)):
                yield from ({**document, "part": part.name} for document in text)
            if cut > 0:
                keyed = ((document, float(content_keys([document["text"]], seed)[0])) for document in text)
                yield from ({**document, "part": part.name} for document, key in keyed if key < cut)

    said = [f"{part.name}:{text.identity}:{part.megabytes!r}" for part, text, _ in drawn]
    sources = [source for text in read_texts.values() for source in text.sources]
    return Mix(Text(documents, combined_hash("mix", str(seed), *said), sources), parts)


def _cut(text: Text, part: Part, seed: int) -> float:
    """Return the key below which documents come once more: their bytes reach the part of an epoch that is left over."""
    rest = (part.epochs - int(part.epochs)) * part.available * 1e6
    if rest < 1:
        return 0.0
    keys = content_keys(text.strings(), seed)
    sizes = np.fromiter((_size(document) for document in text), np.int64, len(keys))
    order = np.argsort(keys, kind="stable")
    reached = int(np.searchsorted(np.cumsum(sizes[order]), rest))
    return float(keys[order[reached]]) + 2.0**-53 if reached < len(order) else 1.0


def _size(document: Document) -> int:
    return len(document["text"].encode("utf-8", "surrogatepass"))
