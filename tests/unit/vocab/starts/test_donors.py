"""Rows by way of a donor: matching pursuit is exact where it can be, and never worse with more tokens."""

import numpy as np
import pytest
import torch
from tests.unit.vocab.conftest import network

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.vocab.learners.learning import learn
from lect.vocab.replacing import replace
from lect.vocab.starts.donors import donor_rows, pursue
from lect.vocab.tokenizer_files import subset


def textbook(target, atoms, k):
    """Return coefficients by orthogonal matching pursuit, one target, least squares from scratch each time."""
    lengths, chosen, missing = np.linalg.norm(atoms, axis=1), [], target
    for _ in range(k):
        near = np.abs(atoms @ missing) / lengths
        near[chosen] = -1
        chosen.append(int(near.argmax()))
        found = np.linalg.lstsq(atoms[chosen].T, target, rcond=None)[0]
        missing = target - found @ atoms[chosen]
    coefficients = np.zeros(len(atoms))
    coefficients[chosen] = found
    return coefficients


@pytest.mark.parametrize("k", [1, 3, 8])
def test_pursuit_is_that_of_the_textbook(k):
    draw = np.random.default_rng(k)
    targets, atoms = draw.standard_normal((20, 12)), draw.standard_normal((60, 12)) * draw.uniform(0.2, 5, (60, 1))
    ours = pursue(torch.from_numpy(targets).float(), torch.from_numpy(atoms).float(), k).toarray()
    np.testing.assert_allclose(ours, [textbook(target, atoms, k) for target in targets], atol=1e-4)


def test_what_is_a_sum_of_few_is_found():
    draw = np.random.default_rng(0)
    atoms = torch.from_numpy(draw.standard_normal((40, 200))).float()
    wanted = np.zeros((5, 40))
    for row in wanted:
        row[draw.choice(40, 3, replace=False)] = draw.uniform(1, 2, 3)
    found = pursue(torch.from_numpy(wanted).float() @ atoms, atoms, 10)
    np.testing.assert_allclose(found.toarray(), wanted, atol=1e-4)
    assert found.nnz == 15  # it stops when nothing is missing


def test_dependent_atoms_do_no_harm():
    atoms = torch.tensor([[1.0, 0, 0], [2, 0, 0], [0, 1, 0], [1, 1, 0]])
    found = pursue(torch.tensor([[3.0, 2, 1]]), atoms, 4)
    assert np.isfinite(found.data).all()
    np.testing.assert_allclose(found.toarray() @ atoms.numpy(), [[3, 2, 0]], atol=1e-5)


@pytest.fixture(scope="module")
def donor(faroese):
    tokenizer = learn(faroese, kind="unigram", size=620)
    return Model(network("roberta", tokenizer), tokenizer)


def test_rows_come_from_shared_tokens(make_model, donor):
    model = make_model("bert", "bert_wordpiece")
    built = donor_rows(donor, k=6)(model, donor.tokenizer)
    shared = set(built.copies[built.copies >= 0].tolist())
    assert set(built.weights.indices.tolist()) == shared
    assert np.diff(built.weights.indptr).max() == 6
    assert set(built.summary()) == {"copied", "sum of anchors"}
    new = replace(model, donor.tokenizer, rows=built)
    fresh, old = (net.get_input_embeddings().weight.detach() for net in (new.network, model.network))
    copied = np.flatnonzero(built.copies >= 0)
    assert torch.equal(fresh[copied], old[built.copies[copied]])


def test_a_model_that_lost_tokens_gets_them_back_from_itself(make_model):
    """The donor is the model before some tokens went: with as many tokens as dimensions, its rows return."""
    whole = make_model("roberta", "xlmr_unigram")
    kept = list(range(0, 800, 2))
    tokenizer = subset(whole.tokenizer, kept)
    ids = [whole.tokenizer.get_vocab()[token] for token in tokenizer.convert_ids_to_tokens(range(len(tokenizer)))]
    small = replace(whole, tokenizer)
    built = donor_rows(whole, k=16)(small, whole.tokenizer)
    old = whole.network.get_input_embeddings().weight.detach().numpy()
    lost = np.flatnonzero(built.copies < 0)
    assert len(lost) == len(whole.tokenizer) - len(ids)
    np.testing.assert_allclose(built.weights @ old[ids].astype(np.float64), old, atol=1e-4)


def test_its_own_tokenizer_is_the_identity(make_model):
    for model_type, kind in {"roberta": "xlmr_unigram", "gpt2": "byte_bpe"}.items():
        model = make_model(model_type, kind)
        assert donor_rows(model)(model, model.tokenizer).summary() == {"copied": len(model.tokenizer)}


def test_bad_input_is_named(make_model, donor):
    model = make_model("bert", "bert_wordpiece")
    with pytest.raises(LectError, match="at least 1"):
        donor_rows(donor, k=0)
    with pytest.raises(LectError, match="must own the new tokenizer"):
        donor_rows(make_model("gpt2", "byte_bpe"))(model, donor.tokenizer)
    broken = Model(network("roberta", donor.tokenizer), donor.tokenizer)
    with torch.no_grad():
        broken.network.get_input_embeddings().weight[7] = float("nan")
    with pytest.raises(LectError, match=r"\[7\] hold NaN"):
        donor_rows(broken)(model, donor.tokenizer)
