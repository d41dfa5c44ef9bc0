"""The model card: metadata that the Hub's own library reads, Markdown that holds its text, code that runs."""

import re
from dataclasses import replace

import pytest
from huggingface_hub import ModelCard
from tests.unit.adaptation.specimens import bare, poor, rich

from lect.adaptation.carding import cell, license_of, render_card, write_card

SPECIMENS = {"rich": rich, "poor": poor, "bare": bare}


def read_card(evidence, folder) -> ModelCard:
    return ModelCard.load(write_card(evidence, folder))


def test_metadata_of_a_run_with_everything(tmp_path):
    data = read_card(rich(), tmp_path).data
    assert (data.language, data.license, data.base_model) == ("fo", "mit", "openai-community/gpt2")
    assert (data.library_name, data.pipeline_tag) == ("transformers", "text-generation")
    assert "lect" in data.tags
    results = {result.dataset_type: result for result in data.eval_results}
    assert set(results) == {"heldout", "retain", "pos"}
    heldout = results["heldout"]
    assert heldout.metric_value == pytest.approx(1.421)
    assert heldout.metric_args["low"] == pytest.approx(1.396)
    assert heldout.metric_args["high"] == pytest.approx(1.447)
    assert heldout.metric_args["runs"] == 3
    assert "95% interval" in heldout.metric_name


def test_metadata_of_a_run_with_little(tmp_path):
    data = read_card(poor(), tmp_path).data
    assert (data.license, data.pipeline_tag) == ("unknown", "fill-mask")
    assert getattr(data, "base_model", None) is None  # a folder of one machine is no name on the Hub
    assert data.eval_results[0].metric_type == "pseudo_bits_per_byte"
    assert read_card(bare(), tmp_path).data.eval_results is None


@pytest.mark.parametrize(
    ("stated", "expected"), [("Apache-2.0", "apache-2.0"), ("CC BY 4.0 with a clause", "other"), (None, "unknown")]
)
def test_license_is_that_of_the_base(stated, expected, tmp_path):
    sources = [
        {"name": "text", "identity": "x", "detail": "", "license": "GPL"},
        {"name": "model", "identity": "y", "detail": "", "license": stated},
    ]
    evidence = replace(rich(), provenance=sources)
    assert license_of(evidence) == (stated or "unknown")
    assert read_card(evidence, tmp_path).data.license == expected


@pytest.mark.parametrize("name", SPECIMENS)
def test_sections_and_tables(name):
    card = render_card(SPECIMENS[name]())
    headings = re.findall(r"^## (.+)$", card, re.M)
    assert headings == [
        "How to use",
        "Results",
        "What was lost",
        "Training data",
        "How it was made",
        "Limits",
        "Citation",
    ]
    for table in re.findall(r"(?:^\|.*\n)+", card, re.M):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1, table
    assert SPECIMENS[name]().command in card


def test_what_was_lost_is_said():
    assert "A loss was shown" in render_card(rich())
    assert "Not measured: no text to retain was given" in render_card(poor())
    assert "no comparison was made" in render_card(replace(rich(), claims=[]))


def test_text_of_others_cannot_break_the_card(tmp_path):
    hostile = "a|b\n# c <script> [x](http://y) `z`"
    sources = [{"name": "base", "identity": "x", "detail": hostile, "license": None}]
    evidence = replace(rich(), base=f"---\n{hostile}", command="lect ```` x", provenance=sources)
    card = read_card(evidence, tmp_path)
    assert card.data.language == "fo"
    assert "<script>" not in re.sub(r"\\<script\\>", "", card.text)
    assert "`````sh\nlect ```` x\n`````" in card.text
    assert cell(hostile) == r"a\|b \# c \<script\> \[x\](http://y) \`z\`"


def usage(card: str) -> str:
    (code,) = re.findall(r"```python\n(.*?)```", card, re.S)
    assert len(code.strip().splitlines()) == 3
    return code


@pytest.mark.parametrize("make", [rich, poor])
def test_the_code_of_the_card_runs(make, tmp_path, monkeypatch, capsys):
    import tokenizers
    import transformers

    words = {
        word: number
        for number, word in enumerate(
            ["[PAD]", "[UNK]", "[MASK]", "Føroyar", "eru", "átjan", "oyggjar", "Бүгін", "ауа"]
        )
    }
    core = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="[UNK]"))
    core.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=core, unk_token="[UNK]", pad_token="[PAD]", mask_token="[MASK]"
    )
    shape = {"vocab_size": len(words), "pad_token_id": 0}
    if make().kind == "decoder":
        config = transformers.GPT2Config(
            n_embd=16, n_layer=1, n_head=2, n_positions=64, bos_token_id=0, eos_token_id=0, **shape
        )
        network = transformers.GPT2LMHeadModel(config)
    else:
        config = transformers.BertConfig(
            hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, **shape
        )
        network = transformers.BertForMaskedLM(config)
    network.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    monkeypatch.chdir(tmp_path)
    exec(compile(usage(render_card(make())), "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith(("Føroyar eru", "Бүгін ауа"))
