"""Several vocabularies on one body: the base comes back exactly, the body exists once, folders are ordinary ones."""

import pytest
import torch
import transformers

from lect.artifacts.errors import LectError
from lect.vocab.hydras import join_vocabularies, open_hydra, plug
from lect.vocab.replacing import replace


@pytest.fixture
def hydra(make_model, tokenizers):
    base = make_model("llama", "fallback_bpe", tie_word_embeddings=False)
    return join_vocabularies({"old": base, "new": replace(base, tokenizers["byte_bpe"])})


IDS = torch.tensor([[300, 17, 44, 201]])


def test_in_and_out_by_the_base_is_the_base(hydra, make_model):
    base = make_model("llama", "fallback_bpe", tie_word_embeddings=False).network
    with torch.no_grad():
        expected = base(IDS).logits
    assert torch.equal(hydra.logits(IDS, read="old", write="old"), expected)
    crossed = hydra.logits(IDS, read="new", write="old")
    assert crossed.shape == expected.shape
    assert not torch.equal(crossed, expected)
    assert hydra.logits(IDS, read="old", write="new").shape[-1] == len(hydra["new"].tokenizer)


def test_the_body_exists_once(hydra, tmp_path):
    old, new = (dict(hydra[name].network.named_parameters()) for name in ("old", "new"))
    assert [name for name in old if old[name] is not new[name]] == ["model.embed_tokens.weight", "lm_head.weight"]
    hydra.save(tmp_path / "hydra")
    files = [tmp_path / "hydra" / name / "body.safetensors" for name in ("old", "new")]
    assert files[0].stat().st_ino == files[1].stat().st_ino


def test_folders_open_with_plain_transformers(hydra, tmp_path):
    hydra.save(tmp_path / "hydra")
    plain = transformers.AutoModelForCausalLM.from_pretrained(tmp_path / "hydra" / "new")
    with torch.no_grad():
        assert torch.equal(plain(IDS).logits, hydra.logits(IDS, read="new", write="new"))
    again = open_hydra(tmp_path / "hydra")
    assert torch.equal(again.logits(IDS, read="new", write="old"), hydra.logits(IDS, read="new", write="old"))


def test_segments_are_read_each_with_its_own_table(hydra):
    embedded = hydra.embed([("old", "Føroyar "), ("new", "Føroyar")])
    ids = hydra["new"].tokenizer("Føroyar", add_special_tokens=False)["input_ids"]
    table = hydra["new"].network.get_input_embeddings().weight
    assert torch.equal(embedded[0, -len(ids) :], table[ids])
    assert isinstance(hydra.generate([("new", "Føroyar")], write="old", tokens=4), str)


def test_refusals(hydra, make_model):
    other = make_model("llama", "fallback_bpe", tie_word_embeddings=False)
    with torch.no_grad():
        other.network.model.norm.weight += 1
    with pytest.raises(LectError, match=r"differ in 1 tensors .*model\.norm\.weight.*only=\"embeddings\""):
        join_vocabularies({"one": hydra["old"], "two": other})
    with pytest.raises(LectError, match="no vocabulary 'eng'; this hydra has old, new"):
        hydra["eng"]
    with pytest.raises(LectError, match="no tokens"):
        hydra.embed([])


def test_plugging_the_first_vocabulary_in_again_restores_every_bit(make_model, tokenizers):
    base = make_model("bert", "bert_wordpiece")
    other = replace(base, tokenizers["xlmr_unigram"])
    plugged = plug(base, other)
    assert plugged.tokenizer.get_vocab() == other.tokenizer.get_vocab()
    with torch.no_grad():
        assert torch.equal(plugged.network(IDS).logits, other.network(IDS).logits)
        assert torch.equal(plug(plugged, base).network(IDS).logits, base.network(IDS).logits)
    with pytest.raises(LectError, match="one family and width"):
        plug(base, make_model("llama", "fallback_bpe"))
