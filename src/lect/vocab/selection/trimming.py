"""A vocabulary cut down to what a text needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal, get_args

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model, steady
from lect.vocab.remapping import remap
from lect.vocab.selection import choosing
from lect.vocab.selection.choosing import mask
from lect.vocab.selection.cutting import Words, read_words
from lect.vocab.selection.evicting import evict
from lect.vocab.selection.rescoring import rescore
from lect.vocab.surfaces import vocabulary_size
from lect.vocab.tokenizer_files import Structure, closure, structure, subset
from lect.vocab.vocab_maps import kept_rows

By = Literal["compression", "frequency", "rescoring"]


def trim(
    model: Model,
    text: Any,
    *,
    size: int | None = None,
    keep: float = 0.99,
    least: int = 1,
    scripts: Sequence[str] | None = None,
    also: Any = (),
    by: By = "compression",
) -> Model:
    """Keep the tokens that a text uses most and drop the others, rows and all; logits of kept tokens do not change.

    Which tokens those are, and what the options mean, says `select`.

    >>> small = trim(model, text, size=20_000)  # doctest: +SKIP
    """
    chosen = select(model.tokenizer, text, size=size, keep=keep, least=least, scripts=scripts, also=also, by=by)
    trimmed = remap(model, chosen.tokenizer, kept_rows(chosen.kept.tolist(), vocabulary_size(model.tokenizer)))
    trimmed.notes.update(chosen.notes)
    return trimmed


@dataclass(frozen=True)
class Selection:
    """What a trimmed vocabulary keeps."""

    kept: np.ndarray
    """int64, old ids in the order of the new ones"""
    tokenizer: Any
    notes: dict[str, Any]
    """kept, dropped, required (tokens); coverage (share of the text's tokens); alphabets (scripts kept whole)"""


@steady()
def select(
    tokenizer: Any,
    text: Any,
    *,
    size: int | None = None,
    keep: float = 0.99,
    least: int = 1,
    scripts: Sequence[str] | None = None,
    also: Any = (),
    by: By = "compression",
) -> Selection:
    """Choose the tokens that a text needs, and make the tokenizer that has only those.

    `size` is the exact number of tokens to keep; without it, the most frequent tokens that make up the share `keep` (0
    to 1) of all occurrences. Tokens that occur fewer than `least` times, or hold letters of other scripts than
    `scripts` (ISO 15924 codes), come last. If the text uses more than `size`, those go whose loss makes it longer by
    the fewest tokens (`evicting.evict`); with `by="frequency"` the rarest go, which is quicker and compresses less.

    Kept in any case: special tokens, the byte alphabet, the words of the chat template, what `also` names (ids, tokens,
    strings, `Path`s, `Text`s: see `choosing.named`), every character of the text and of ASCII, and all that these are
    merged from. Alphabets that the text does not use stay whole as far as a tenth of the vocabulary holds them: Latin
    first, then the smallest (`notes["alphabets"]`). So a character that had a token becomes unknown only if it is
    neither in the text nor ASCII nor in one of those alphabets; where bytes can spell everything none ever does.

    With `by="rescoring"` the scores of a Unigram tokenizer are estimated anew after that (`rescoring.rescore`); text that
    uses kept pieces only may then be cut in other ways than before. Ushio et al. (2023) count and cut; closure, cover and
    eviction are ours.

    >>> select(tokenizer, text, size=20_000, also=["Tórshavn"]).notes["required"]  # doctest: +SKIP
    """
    parts = structure(tokenizer)
    width = len(parts.names)
    _expect_options(parts, size, keep, least, by)
    hand = choosing.named(tokenizer, also) | choosing.in_template(tokenizer)
    right = np.ones(width, dtype=bool) if scripts is None else choosing.written_in(tokenizer, scripts)
    every = read_words(tokenizer, parts, text)
    counts, words = every.counts(width), every.outside(parts.closed)
    if not counts.any():
        raise LectError("the text has no tokens to count; pass a text that is not empty")
    choosing.expect_known(tokenizer, parts, counts)
    needed = choosing.characters(parts, counts) | choosing.irreplaceable(parts, words, width)
    required = _closed(parts, needed | mask(parts.protected | hand, width))
    wanted = np.where(right & choosing.occurring(counts, least), counts, 0)
    if not wanted.any():
        raise LectError(f"no token of the text occurs {least} times or is written in {scripts}; ask for less")
    chosen = required | _closed(parts, wanted > 0 if size is not None else choosing.covering(wanted, keep))
    goal = int(chosen.sum()) if size is None else size
    _expect_room(int(required.sum()), goal)
    spare = choosing.alphabets(parts, ~required, min(int(choosing.SPARE * goal), goal - int(required.sum())))
    safe = required | _closed(parts, mask(chain.from_iterable(spare.values()), width))
    chosen |= safe
    if size is not None:
        chosen = _shrink(parts, words, chosen, safe, size, by)
        chosen = _fill(parts, chosen, np.lexsort((np.arange(width), -counts, ~right)), size)
    kept = np.flatnonzero(chosen)
    notes = {
        "kept": len(kept),
        "dropped": len(parts.ids) - len(kept),
        "required": int(required.sum()),
        "coverage": float(counts[kept].sum() / counts.sum()),
        "alphabets": sorted(spare),
    }
    pieces = [index for index in kept.tolist() if index not in parts.closed]
    scores = rescore(parts, words, pieces) if by == "rescoring" else None
    return Selection(kept, subset(tokenizer, kept.tolist(), parts, scores=scores), notes)


def _shrink(parts: Structure, words: Words, kept: np.ndarray, required: np.ndarray, size: int, by: By) -> np.ndarray:
    """Return `size` of the kept tokens, if they are more, with all that are required."""
    if kept.sum() <= size:
        return kept
    if parts.kind == "WordLevel":  # words have no parts: one that goes is unknown, however the others are chosen
        counts = np.where(kept & ~required, words.counts(len(kept)), 0)
        return required | choosing.most_frequent(counts, size - int(required.sum()))
    counts = np.where(kept, words.counts(len(kept)), -1)
    frequent = _fill(parts, required, np.lexsort((np.arange(len(kept)), -counts)), size)
    if by == "frequency":
        return frequent
    return evict(
        parts,
        words,
        alive=kept,
        free=~required,
        size=size,
        rival=frequent & kept if (frequent & kept).sum() == size else None,
    )


def _fill(parts: Structure, kept: np.ndarray, order: np.ndarray, size: int) -> np.ndarray:
    """Add tokens in this order, with what they are made of, until there are `size`."""
    chosen = set(np.flatnonzero(kept).tolist())
    exist = set(parts.ids.values())
    while len(chosen) < size:
        for index in order.tolist():
            if index in chosen or index not in exist:
                continue
            if len(needed := closure(parts, [index]) - chosen) <= size - len(chosen):
                chosen |= needed
            if len(chosen) == size:
                break
    return mask(chosen, len(kept))


def _expect_options(parts: Structure, size: int | None, keep: float, least: int, by: By) -> None:
    if size is None and not 0 < keep <= 1:
        raise LectError(f"keep must be a share above 0 and up to 1, not {keep}")
    if size is not None and size > len(parts.ids):
        raise LectError(f"size={size} cannot be met: the vocabulary has {len(parts.ids)}. Pass a size up to that.")
    if least < 1:
        raise LectError(f"least is a number of occurrences, 1 or more, not {least}")
    if by not in get_args(By):
        raise LectError(f"by is one of {', '.join(get_args(By))}, not {by!r}")
    if by == "rescoring" and parts.kind != "Unigram":
        raise LectError(f"by='rescoring' is for Unigram tokenizers, whose pieces have scores; this one is {parts.kind}")


def _expect_room(least: int, size: int) -> None:
    if size < least:
        raise LectError(
            f"size={size} cannot be met: special tokens, bytes, what `also` and the chat template name and the "
            f"characters of the text need {least}. Pass size={least} or more."
        )


def _closed(parts: Structure, chosen: np.ndarray) -> np.ndarray:
    return mask(closure(parts, np.flatnonzero(chosen).tolist()), len(chosen))
