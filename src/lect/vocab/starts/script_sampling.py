"""Rows drawn from old tokens of the same script: cheap, and as good as similarity where scripts tell languages apart.

The four ways of Downey et al. (2023, "Embedding structure matters") are two builders and one that wraps them:
`script_rows` (SCRIPT), `script_position_rows` (SCRIPT+POSN), `with_overlap(…)` of either (+IDENT).
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from lect.artifacts.models import Model
from lect.languages.scripts import script_of
from lect.vocab.starts.rows import Builder
from lect.vocab.surfaces import forms, matches, vocabulary_size
from lect.vocab.vocab_maps import COPIED, DRAWN, Noise, VocabMap, drawn_rows

_FEW = 2  # rows that have a spread


def script_rows(model: Model, tokenizer: Any, *, seed: int = 0) -> VocabMap:
    """Draw each token from N(mean, deviation), column by column, of the old tokens of its script (SCRIPT).

    The script of a token is that of most of its letters; tokens without letters are a category of their own, as are
    pieces of characters (bytes). Special and added tokens that both have are copied. A category with fewer than two old
    tokens is drawn from all old rows.
    """
    return _rows_by(_script, model, tokenizer, seed)


def script_position_rows(model: Model, tokenizer: Any, *, seed: int = 0) -> VocabMap:
    """Draw as `script_rows`, but apart for tokens that start a word and tokens that do not (SCRIPT+POSN)."""
    return _rows_by(_script_and_position, model, tokenizer, seed)


def with_overlap(rows: Builder) -> Builder:
    """Return a builder that copies what both vocabularies have and asks `rows` for the rest (IDENT).

    >>> replace(model, tokenizer, rows=with_overlap(script_position_rows))  # doctest: +SKIP
    """

    def builder(model: Model, tokenizer: Any, *, seed: int = 0) -> VocabMap:
        return _with_copies(rows(model, tokenizer, seed=seed), matches(tokenizer, model.tokenizer))

    return builder


def _rows_by(category: Callable[[bytes], str], model: Model, tokenizer: Any, seed: int) -> VocabMap:
    new_forms, old_forms = forms(tokenizer), forms(model.tokenizer)
    members: dict[str, list[int]] = {}
    for index, form in enumerate(old_forms):
        if form is not None:
            members.setdefault(category(form), []).append(index)
    names = sorted(name for name, ids in members.items() if len(ids) >= _FEW)
    number = {name: place for place, name in enumerate(names, start=1)}
    found = [None if form is None else category(form) for form in new_forms]
    noises = (Noise(), *(Noise(np.array(members[name])) for name in names))
    drawn = replace(
        drawn_rows(noises[0], len(new_forms), vocabulary_size(model.tokenizer), seed),
        noise=np.array([number.get(name or "", 0) for name in found], dtype=np.int64),
        reasons=[f"drawn like {name}" if name in number else DRAWN for name in found],
        noises=noises,
    )
    special = np.array([form is None for form in new_forms])
    return _with_copies(drawn, np.where(special, matches(tokenizer, model.tokenizer), -1))


def _script(form: bytes) -> str:
    """Return the script of most letters of a token, of equals the first: an ISO 15924 code, "no letters" or "bytes"."""
    try:
        scripts = Counter(script for character in form.decode() if (script := script_of(character)))
    except UnicodeDecodeError:
        return "bytes"
    return max(scripts, key=scripts.__getitem__, default="no letters")


def _script_and_position(form: bytes) -> str:
    return f"{_script(form)}, {'initial' if form.startswith(b' ') else 'medial'}"


def _with_copies(base: VocabMap, twins: np.ndarray) -> VocabMap:
    """Return `base` with copies of the old rows `twins` (int64 [new vocabulary], -1: leave) in place of its own rows."""
    rows = np.flatnonzero(twins >= 0)
    own = sparse.diags_array((twins < 0).astype(np.float64), format="csr") @ base.weights
    copies = sparse.csr_array((np.ones(len(rows)), (rows, twins[rows])), shape=base.weights.shape)
    return replace(
        base,
        weights=sparse.csr_array(own + copies),
        noise=np.where(twins >= 0, -1, base.noise),
        reasons=[COPIED if twin >= 0 else reason for twin, reason in zip(twins, base.reasons, strict=True)],
    )
