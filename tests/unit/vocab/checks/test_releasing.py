"""The gate before release: what saving changes is named."""

import pytest
from tests.unit.vocab.conftest import TOKENIZERS
from tokenizers import AddedToken

from lect.artifacts.errors import LectError
from lect.vocab.checks import releasing
from lect.vocab.checks.releasing import expect_release, release_check
from lect.vocab.learners.learning import learn


@pytest.mark.parametrize("kind", list(TOKENIZERS))
def test_tokenizers_of_every_kind_pass(tokenizers, mixed, kind):
    assert release_check(tokenizers[kind], mixed).problems() == []


def test_flags_and_template_come_back(faroese):
    tokenizer = learn(faroese, kind="bpe", size=300)
    tokenizer.add_tokens([AddedToken("<tool>", lstrip=True, single_word=True, normalized=False)])
    tokenizer.chat_template = "{{ messages }}"
    assert release_check(tokenizer, ["a <tool> b"]).problems() == []


def test_what_saving_loses_is_named(faroese):
    one, other = (learn(faroese, kind="bpe", size=300) for _ in range(2))
    one.chat_template = "{{ messages }}"
    one.add_tokens([AddedToken("<tool>", lstrip=True)])
    other.add_tokens([AddedToken("<tool>")])
    one.save_pretrained = other.save_pretrained  # writes another tokenizer to disk
    found = release_check(one, ["hús <tool>"])
    assert found.lost == ["chat_template", "flags of <tool>"]
    assert found.differing == ["hús <tool>"]
    with pytest.raises(LectError, match=r"2 things are lost by saving: 'chat_template', 'flags of <tool>'"):
        expect_release(one, ["hús <tool>"])


def test_learn_refuses_what_does_not_pass(faroese, monkeypatch):
    monkeypatch.setattr(releasing, "unreachable", lambda tokenizer: ["▁never"])
    with pytest.raises(LectError, match="1 tokens can never be produced: '▁never'"):
        learn(faroese, kind="bpe", size=300)
