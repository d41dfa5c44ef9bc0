"""One contract for all verbs: deterministic under a seed, input untouched, output opens with plain libraries, help and docstring there."""

import inspect
import json

import pytest
import torch
import transformers

import lect
from lect.artifacts.models import Model
from lect.artifacts.tasks import Tagged, Task

TEXT = [document["text"] for document in lect.worlds.phrases("fo", 200, seed=1, sentences_per_document=4)]
TASK = Task(
    "pos",
    "tagging",
    {"train": [Tagged(["eitt", "hús"], ["NUM", "NOUN"], "0")] * 4, "dev": [], "test": []},
    ["NOUN", "NUM"],
)

VERBS = {  # name → (function, call with (model, tokenizer))
    "models.new": (lect.models.new, lambda model, tokenizer: lect.models.new("decoder", "tiny", tokenizer, seed=3)),
    "vocab.trim": (lect.vocab.trim, lambda model, tokenizer: lect.vocab.trim(model, TEXT[:50], size=350)),
    "vocab.extend": (
        lect.vocab.extend,
        lambda model, tokenizer: lect.vocab.extend(model, TEXT, size=len(model.tokenizer) + 20),
    ),
    "vocab.replace": (lect.vocab.replace, lambda model, tokenizer: lect.vocab.replace(model, tokenizer, seed=5)),
    "vocab.plug": (
        lect.vocab.plug,
        lambda model, tokenizer: lect.vocab.plug(model, lect.vocab.replace(model, tokenizer, seed=5)),
    ),
    "models.fresh_body": (lect.models.fresh_body, lambda model, tokenizer: lect.models.fresh_body(model, seed=4)),
    "models.shuffled_body": (
        lect.models.shuffled_body,
        lambda model, tokenizer: lect.models.shuffled_body(model, seed=4),
    ),
    "train.pretrain": (
        lect.train.pretrain,
        lambda model, tokenizer: lect.train.pretrain(model, TEXT, megabytes=0.004, seed=2),
    ),
    "train.finetune": (
        lect.train.finetune,
        lambda model, tokenizer: lect.train.finetune(model, TASK, epochs=1, seed=2),
    ),
    "worlds.clone": (lect.worlds.clone, lambda model, tokenizer: lect.worlds.clone(model)),
}


@pytest.fixture(scope="module")
def tokenizer():
    return lect.vocab.learn(TEXT, kind="bpe", size=400)


@pytest.fixture(scope="module")
def model(tokenizer):
    return lect.models.new("decoder", "tiny", tokenizer, seed=0)


def test_the_table_holds_every_verb_that_returns_a_model():
    offered = {
        f"{room}.{name}"
        for room in ("models", "vocab", "train", "worlds")
        for name in dir(getattr(lect, room))
        if inspect.isfunction(verb := getattr(getattr(lect, room), name))
        and inspect.signature(verb).return_annotation in (Model, "Model")
    }
    assert offered - {"train.pretrain_new", "vocab.remap", "models.open_model"} == set(VERBS), (
        "new verbs belong into the table"
    )
    assert len(VERBS) == 10


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_is_deterministic_and_leaves_its_input_alone(name, model, tokenizer):
    before = Model(model.network, model.tokenizer).identity
    state = torch.random.get_rng_state()
    first, second = VERBS[name][1](model, tokenizer), VERBS[name][1](model, tokenizer)
    fresh = [Model(made.network, made.tokenizer).identity for made in (first, second)]
    assert fresh[0] == fresh[1]
    assert Model(model.network, model.tokenizer).identity == before
    assert torch.equal(torch.random.get_rng_state(), state), "the global random state belongs to the user"


@pytest.mark.parametrize("name", VERBS)
def test_what_a_verb_makes_opens_with_plain_transformers(name, model, tokenizer, tmp_path):
    made = VERBS[name][1](model, tokenizer)
    made.save(tmp_path)
    again = getattr(transformers, type(made.network).__name__).from_pretrained(tmp_path).eval()
    words = transformers.AutoTokenizer.from_pretrained(tmp_path)
    ids = words("eitt hús", return_tensors="pt")["input_ids"]
    assert ids.tolist() == made.tokenizer("eitt hús", return_tensors="pt")["input_ids"].tolist()
    with torch.no_grad():
        assert torch.equal(again(input_ids=ids).logits, made.network(input_ids=ids).logits)


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_explains_itself(name):
    documentation = inspect.getdoc(VERBS[name][0])
    assert documentation
    assert len(documentation.split()) > 20
    options = [p for p in inspect.signature(VERBS[name][0]).parameters.values() if p.kind is p.KEYWORD_ONLY]
    assert len(options) <= 6


def test_a_verb_that_writes_leaves_a_complete_record(model, tmp_path):
    lect.train.pretrain(model, TEXT, megabytes=0.004, seed=2, out=tmp_path / "out")
    record = json.loads((tmp_path / "out" / "lect.json").read_text())
    wanted = {
        "verb",
        "arguments",
        "inputs",
        "seed",
        "versions",
        "seconds",
        "peak_memory_mb",
        "signature",
        "key",
        "outputs",
        "ledger",
    }
    assert wanted <= set(record)
    assert {given["name"] for given in record["inputs"]} == {"model", "text"}
    assert set(record["outputs"]) >= {"model.safetensors", "config.json", "tokenizer.json"}
