"""Rows by way of a donor: what a model that owns the new tokenizer knows of a token, said with tokens that both know."""

from typing import Any

import numpy as np
import torch
from scipy import sparse
from torch import Tensor

from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress
from lect.artifacts.models import Model
from lect.vocab.starts.rows import Builder, overlap_rows
from lect.vocab.starts.similarities import filled
from lect.vocab.surfaces import vocabulary_size
from lect.vocab.vocab_maps import VocabMap

_BATCH = 256
_NOTHING = 1e-5  # share of a row's length that counts as rounding


def donor_rows(donor: Model, *, k: int = 64) -> Builder:
    """Return a builder that approximates tokens in the space of a donor, by orthogonal matching pursuit.

    Tokens of both vocabularies are copied. Every other row of the donor is written as Σ cₒ Dₒ over at most `k` rows of
    copied tokens, chosen one by one by their cosine with what is still missing, all coefficients refitted by least
    squares each time (Pati et al., 1993); the new row is Σ cₒ Eₒ of the base (Goddard and Fernandes Neto, 2025,
    "Training-free tokenizer transplantation"). Their code chooses by inner product, which favors long rows, and fits
    an untied output matrix by itself; here the coefficients of the input rows serve all matrices.

    `donor` must own the tokenizer that the base is to have. Time grows with (tokens without a twin) x (tokens with one)
    x (donor's width) x `k`.

    >>> replace(base, donor.tokenizer, rows=donor_rows(donor))  # doctest: +SKIP
    """
    if k < 1:
        raise LectError(f"k is how many old tokens make a new one, at least 1; it is {k}")

    def rows(model: Model, tokenizer: Any, *, seed: int = 0) -> VocabMap:
        space = _expect_owner(donor, tokenizer)
        built = overlap_rows(model, tokenizer, seed=seed)
        filled_in = (space.norm(dim=1) > 0).numpy()
        open_, shared = np.flatnonzero(built.drawn & filled_in), np.flatnonzero(~built.drawn & filled_in)
        if not len(open_):
            return built
        if not len(shared):
            raise LectError(
                "the donor and the model have no token in common; orthogonal matching pursuit needs a few hundred. "
                "Take a donor whose vocabulary overlaps with the model's"
            )
        near = pursue(space[torch.from_numpy(open_)], space[torch.from_numpy(shared)], k)
        shape = (len(open_), built.weights.shape[1])
        weights = sparse.csr_array((near.data, built.copies[shared][near.indices], near.indptr), shape=shape)
        weights.sum_duplicates()
        return filled(built, open_, weights, "sum of {} anchors")

    return rows


def _expect_owner(donor: Model, tokenizer: Any) -> Tensor:
    """Return the donor's rows, float32 [vocabulary, width]."""
    if donor.tokenizer.get_vocab() != tokenizer.get_vocab():
        theirs, new = set(donor.tokenizer.get_vocab()), set(tokenizer.get_vocab())
        raise LectError(
            f"the donor must own the new tokenizer, with the same ids; of its {len(theirs)} tokens {len(theirs & new)} "
            f"are among the {len(new)} new ones. Pass donor.tokenizer as the new tokenizer"
        )
    space = donor.network.get_input_embeddings().weight.detach()[: vocabulary_size(tokenizer)].float().cpu()
    if not space.isfinite().all():
        wrong = (~space.isfinite().all(dim=1)).nonzero()[:3, 0].tolist()
        raise LectError(f"the donor's embedding rows {wrong} hold NaN or infinite values; use a sound donor")
    return space


def pursue(targets: Tensor, atoms: Tensor, k: int) -> sparse.csr_array:
    """Return float64 coefficients [targets, atoms], at most `k` a row, of `targets` as sums of `atoms`."""
    parts = [sparse.csr_array((0, len(atoms)), dtype=np.float64)]
    lengths = atoms.norm(dim=1)
    units = atoms / lengths[:, None]
    with progress("matching pursuit", total=len(targets), unit="tokens") as advance:
        for batch in targets.split(_BATCH):
            chosen, coefficients = _pursue_batch(batch, units, min(k, *atoms.shape))
            values = (coefficients / lengths.double()[chosen]).numpy()
            bounds = np.arange(len(batch) + 1) * values.shape[1]
            part = sparse.csr_array((values.ravel(), chosen.numpy().ravel(), bounds), shape=(len(batch), len(atoms)))
            part.eliminate_zeros()
            parts.append(part)
            advance(len(batch))
    return sparse.csr_array(sparse.vstack(parts, format="csr"))


def _pursue_batch(targets: Tensor, atoms: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """Return the atoms (unit length) chosen for each target and their coefficients, both [targets, k].

    The chosen atoms are kept as Q R, Q orthonormal; a new atom is one more column of Q, and Q^T target = R coefficients.
    A target that is met, or that no atom improves, gets zeros from there on.
    """
    number, everyone = len(targets), torch.arange(len(targets))
    basis = torch.zeros(number, k, targets.shape[1], dtype=torch.float64)
    triangle = torch.eye(k, dtype=torch.float64).repeat(number, 1, 1)
    shares = torch.zeros(number, k, dtype=torch.float64)
    chosen = torch.zeros(number, k, dtype=torch.int64)
    missing = targets.double()
    enough = missing.norm(dim=1) * _NOTHING
    for step in range(k):
        near = (missing.float() @ atoms.T).abs_()
        near.scatter_(1, chosen[:, :step], -1.0)
        best = near.argmax(dim=1)
        atom = atoms[best].double()
        inside = torch.zeros(number, step, dtype=torch.float64)
        for _ in range(2):  # the second time takes away what rounding left
            part = torch.einsum("nkd,nd->nk", basis[:, :step], atom)
            atom = atom - torch.einsum("nk,nkd->nd", part, basis[:, :step])
            inside += part
        length = atom.norm(dim=1)
        live = (missing.norm(dim=1) > enough) & (length > _NOTHING)
        basis[:, step] = torch.where(live[:, None], atom / length[:, None], 0.0)
        triangle[live, :step, step], triangle[live, step, step] = inside[live], length[live]
        shares[:, step] = (basis[:, step] * missing).sum(dim=1)
        missing = missing - shares[:, step, None] * basis[:, step]
        chosen[everyone, step] = best
    return chosen, torch.linalg.solve_triangular(triangle, shares[..., None], upper=True)[..., 0]
