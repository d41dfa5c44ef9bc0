"""A small identifier of seven languages and three scripts, learned from phrases of the embedded world."""

import pytest

from lect.corpus.identification.learning import learn_identifier
from lect.worlds import phrases

TAGS = {"fao_Latn": "fo", "isl_Latn": "is", "dan_Latn": "da", "eng_Latn": "en", "fin_Latn": "fi", "rus_Cyrl": "ru", "ell_Grek": "el"}  # fmt: skip


def said(seed, count=120):
    """Return label → lines of six phrases; another seed says others."""
    return {label: [" ".join(text.split()) for text in phrases(tag, count, seed=seed, sentences_per_document=6).strings()]
            for label, tag in TAGS.items()}  # fmt: skip


@pytest.fixture(scope="package")
def lines():
    return said(1)


@pytest.fixture(scope="package")
def heldout(lines):
    return {label: [line for line in own if line not in set(lines[label])] for label, own in said(2, 50).items()}


@pytest.fixture(scope="package")
def identifier(lines):
    return learn_identifier(lines)
