"""Another tokenizer for a model."""

from typing import Any

from lect.artifacts.models import Model
from lect.vocab.remapping import remap
from lect.vocab.starts.rows import Builder, overlap_rows
from lect.vocab.surfaces import roles, same_role, tokens_by_id
from lect.vocab.tokenizer_files import rewrite
from lect.vocab.vocab_maps import VocabMap


def replace(model: Model, tokenizer: Any, *, rows: Builder | VocabMap = overlap_rows, seed: int = 0) -> Model:
    """Give a model another tokenizer; `rows` says where its rows come from.

    `rows` is a builder (`random_rows`, `overlap_rows`, `constituent_rows`, …) or a finished VocabMap. A tokenizer that frames
    documents with no special tokens takes over the frame of the old one, role by role ([CLS] … [SEP] becomes <s> …
    </s>), and the longest input.

    >>> faroese = replace(model, learn(text, size=16_000), rows=constituent_rows)  # doctest: +SKIP
    """
    framed = _framed(tokenizer, model.tokenizer)
    return remap(model, framed, rows if isinstance(rows, VocabMap) else rows(model, framed, seed=seed))


def _framed(tokenizer: Any, old: Any) -> Any:
    """Return a copy of the tokenizer that frames documents, and pairs of them, as the old one does."""
    named, tokens = roles(tokenizer), tokens_by_id(tokenizer)

    def twins(ids: list[int]) -> list[str]:
        held = [[role for role, index in roles(old).items() if index == one] for one in ids]
        found = [
            next((same_role(role, named) for role in some if same_role(role, named) is not None), None) for some in held
        ]
        return [str(tokens[index]) for index in found if index is not None]

    parts = [twins(part) for part in _frame(old)] if not any(_frame(tokenizer)) else []

    def edit(data: dict[str, Any]) -> None:
        if any(parts):
            data["post_processor"] = _template(parts, tokenizer.get_vocab())

    copied = rewrite(tokenizer, edit, dict(tokenizer.get_vocab()))
    copied.model_max_length = min(copied.model_max_length, old.model_max_length)
    copied.padding_side = old.padding_side
    return copied


def _frame(tokenizer: Any) -> list[list[int]]:
    """Return the special ids before, between and after a pair of documents, found by encoding one."""
    body = tokenizer.encode("a", add_special_tokens=False)
    single, pair = tokenizer.encode("a"), tokenizer.encode("a", "a")
    start = _find(body, single, 0)
    first = _find(body, pair, 0)
    second = _find(body, pair, first + len(body))
    return [single[:start], single[start + len(body) :], pair[first + len(body) : second], pair[second + len(body) :]]


def _find(body: list[int], ids: list[int], start: int) -> int:
    return next(position for position in range(start, len(ids) + 1) if ids[position : position + len(body)] == body)


def _template(parts: list[list[str]], ids: dict[str, int]) -> dict[str, Any]:
    before, after, between, last = ([{"SpecialToken": {"id": token, "type_id": 0}} for token in part] for part in parts)
    used = {token for part in parts for token in part}
    first, second = ({"Sequence": {"id": name, "type_id": 0}} for name in "AB")
    return {
        "type": "TemplateProcessing",
        "single": [*before, first, *after],
        "pair": [*before, first, *between, second, *last],
        "special_tokens": {token: {"id": token, "ids": [ids[token]], "tokens": [token]} for token in sorted(used)},
    }
