"""What a tokenizer must pass before anyone trains with it: it comes back from disk as it was, and every token is of use."""

import tempfile
from dataclasses import dataclass
from itertools import islice
from typing import Any

from transformers import AutoTokenizer

from lect.artifacts.errors import LectError
from lect.artifacts.texts import read
from lect.vocab.checks.reaching import unreachable

_DOCUMENTS = 200
_CHARACTERS = 2000  # of each document
_HARD = ("", " ", " a  b\t\n", "É é Ǆ ß ﬁ", "漢字 हिन्दी 한국어 עברית", "👩‍👧 😀", "\u200b\ufeff�", "0123456789 1,000.5")
_SETTINGS = ("chat_template", "padding_side", "truncation_side", "model_input_names", "model_max_length")
_FLAGS = ("content", "single_word", "lstrip", "rstrip", "normalized", "special")


@dataclass(frozen=True)
class Release:
    """What keeps a tokenizer from being released; all empty for a good one."""

    differing: list[str]
    """Strings of the sample that it reads otherwise, or gives back otherwise, after it was saved and loaded."""
    lost: list[str]
    """What else saving changed: ids, flags of special and added tokens, the chat template, other settings."""
    unreachable: list[str]
    """Tokens that no text can produce (`vocab.unreachable`)."""

    def problems(self) -> list[str]:
        """Return one line for each kind of problem; none for a tokenizer that may be released."""
        found = [
            ("strings are read differently after saving and loading", self.differing),
            ("things are lost by saving", self.lost),
            ("tokens can never be produced", self.unreachable),
        ]
        return [f"{len(names)} {what}: {', '.join(map(repr, names[:5]))}" for what, names in found if names]


def release_check(tokenizer: Any, text: Any = None) -> Release:
    """Save and load a tokenizer, compare the two on text, and look for tokens that nothing can produce.

    `text` gives up to 200 documents beside a few hard strings. Compared are ids with and without special tokens, what
    they decode to, the vocabulary, and the flags of special and added tokens.

    >>> release_check(learn(text, kind="bpe", size=8000), text).problems()  # doctest: +SKIP
    []
    """
    documents = islice(read(text).strings(), _DOCUMENTS) if text is not None else ()
    sample = [*_HARD, *(document[:_CHARACTERS] for document in documents)]
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.save_pretrained(folder)
        again = AutoTokenizer.from_pretrained(folder)
    return Release(
        [string for string in sample if _reading(tokenizer, string) != _reading(again, string)],
        _lost(_settings(tokenizer), _settings(again)),
        unreachable(tokenizer),
    )


def expect_release(tokenizer: Any, text: Any = None) -> None:
    """Raise `LectError` for a tokenizer that does not pass `release_check`."""
    if problems := release_check(tokenizer, text).problems():
        raise LectError(
            f"this tokenizer is not fit for release: {'; '.join(problems)}. Please report this with the text."
        )


def _reading(tokenizer: Any, string: str) -> tuple[list[int], list[int], str]:
    ids = tokenizer(string, padding=False, truncation=False)["input_ids"]
    body = tokenizer(string, padding=False, truncation=False, add_special_tokens=False)["input_ids"]
    return ids, body, tokenizer.decode(body)


def _settings(tokenizer: Any) -> dict[str, Any]:
    """Return all that must not change but the vocabulary's use, by a name that a person understands."""
    found = {name: getattr(tokenizer, name, None) for name in _SETTINGS}
    found |= {"special tokens": {role: str(token) for role, token in tokenizer.special_tokens_map.items()}}
    found |= {f"id of {token}": index for token, index in tokenizer.get_vocab().items()}
    for index, token in tokenizer.added_tokens_decoder.items():
        found[f"flags of {token}"] = (index, *(getattr(token, flag) for flag in _FLAGS))
    return found


def _lost(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    changed = (name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return sorted(changed)
