"""Real text: what a vocabulary of its own is worth to Faroese."""

import pytest
from tests.unit.vocab.conftest import network

from lect.artifacts.bitexts import read_pairs
from lect.artifacts.models import Model
from lect.artifacts.texts import read
from lect.vocab.extending import extend
from lect.vocab.learners.learning import learn
from lect.vocab.measures.measuring import measure
from lect.vocab.selection.trimming import trim

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def texts(shared_data):
    folder = shared_data / "lm_text"
    return {name: read(folder / f"{name}.txt.gz").take(0.4) for name in ("eng.train", "fao.train", "fao.valid")}


@pytest.fixture(scope="module")
def english(texts):
    tokenizer = learn(texts["eng.train"], kind="bpe", size=3000)
    return Model(network("llama", tokenizer), tokenizer)


def test_the_premium_of_faroese_falls_with_its_own_tokens(texts, english, shared_data):
    flores = shared_data / "flores200" / "flores200_dev.tsv.gz"
    pairs = read_pairs(flores, columns=("fao_Latn", "eng_Latn"))
    extended = extend(english, texts["fao.train"], size=4500)
    before, after = (measure(model, texts["fao.valid"], parallel=pairs) for model in (english, extended))
    assert before.premium > 1.3
    assert after.premium < 0.8 * before.premium
    assert after.fertility < 0.7 * before.fertility
    assert extended.notes["intermediate"] < 100


@pytest.mark.parametrize("kind", ["bpe", "unigram", "wordpiece"])
def test_a_learned_vocabulary_holds_on_unseen_text(texts, kind):
    found = measure(learn(texts["fao.train"], kind=kind, size=4000), texts["fao.valid"])
    assert found.fertility < 2
    assert found.unknown < 0.002


def test_trimming_keeps_the_text_short(texts, english):
    whole, small = (
        measure(english, texts["fao.valid"]),
        measure(trim(english, texts["fao.train"], size=1500), texts["fao.valid"]),
    )
    assert small.tokens < 1.1 * whole.tokens
