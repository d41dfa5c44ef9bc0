"""The proof that a change of vocabulary did what it should and nothing else, checked on text."""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.artifacts.texts import read
from lect.models.families import vocabulary_tensors
from lect.vocab.checks.reaching import unreachable
from lect.vocab.counting import encode
from lect.vocab.special_ids import renumber
from lect.vocab.surfaces import matches, roles, tokens_by_id, vocabulary_size
from lect.vocab.vocab_maps import FILE, read_map

_TEXTS, _LOGIT_TEXTS, _LENGTH = 2_000, 24, 64
_TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-10, torch.bfloat16: 0.1, torch.float16: 1e-2}
_UNKNOWN = 0.001  # how much larger the share of unknown tokens may be, on any text


@dataclass(frozen=True)
class Check:
    """One property: whether it holds (None: it does not apply here) and what was seen."""

    name: str
    holds: bool | None
    seen: str


@dataclass(frozen=True)
class Proof:
    """What was checked of a change of vocabulary."""

    before: str
    after: str
    texts: int
    checks: list[Check]
    examples: list[dict[str, Any]] = field(default_factory=list)
    """Some texts with their tokens before and after."""

    @property
    def holds(self) -> bool:
        """Whether nothing failed."""
        return all(check.holds is not False for check in self.checks)

    def describe(self) -> str:
        """Return a line for each check."""
        word = {True: "holds", False: "FAILS", None: "n/a"}
        return "\n".join(f"{word[check.holds]:6} {check.name}: {check.seen}" for check in self.checks)

    def save(self, file: str | Path) -> Path:
        """Write the proof as JSON."""
        path = Path(file)
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return path


@dataclass(frozen=True)
class _Pair:
    """The two models, their texts, and which new token is which old one."""

    before: Model
    after: Model
    texts: list[str]
    copies: np.ndarray
    """int64 [new vocabulary]: the old id of a kept token, -1 for others."""

    @property
    def kind(self) -> str:
        old = vocabulary_size(self.before.tokenizer)
        if (self.copies >= 0).all():
            return "trimmed"
        return "extended" if np.array_equal(self.copies[:old], np.arange(old)) else "replaced"

    def ids(self) -> Iterator[tuple[list[int], list[int]]]:
        """Yield the ids of each text, before and after."""
        yield from zip(*(encode(model.tokenizer, self.texts) for model in (self.before, self.after)), strict=True)


def prove(before: Model, after: Model, text: Any) -> Proof:
    """Check what a change of vocabulary must not break, on a text that it was not made from.

    Kept rows, output rows and biases are bit-equal; logits of kept tokens agree for every sequence of kept tokens; ids
    run from 0 without holes and fit the rows; ties and dtypes are kept; every id in the configurations names the same
    token; no token became unreachable; decoding gives the text back wherever it did; kept tokens cut a text as before;
    the share of unknown tokens grew by at most 0.1 points. Which row is which is read from `vocab_map.parquet` beside
    the model, else found by the tokens.

    >>> prove(load("xlm-r"), load("xlm-r-fo"), heldout).describe()  # doctest: +SKIP
    """
    texts = list(islice((string for string in read(text).strings() if string.strip()), _TEXTS))
    if not texts:
        raise LectError("the text is empty; pass text that the change was not made from")
    pair = _Pair(before, after, texts, _copies(before, after))
    checks = [check for group in _CHECKS for check in group(pair)]
    return Proof(before.name, after.name, len(texts), checks, _examples(pair))


def _copies(before: Model, after: Model) -> np.ndarray:
    """Return which old row each new one is a copy of: by the map of the change, else by the tokens."""
    said = after.vocab_map
    if said is None and after.folder and (Path(after.folder) / FILE).is_file():
        said = read_map(after.folder)
    shape = vocabulary_size(after.tokenizer), vocabulary_size(before.tokenizer)
    return (
        said.copies if said is not None and said.weights.shape == shape else matches(after.tokenizer, before.tokenizer)
    )


def _rows(pair: _Pair) -> Iterator[Check]:
    old, new = ({name: (t, axis) for name, t, axis in vocabulary_tensors(m.network)} for m in (pair.before, pair.after))
    kept = torch.from_numpy(np.flatnonzero(pair.copies >= 0))
    images = torch.from_numpy(pair.copies)[kept]
    differing = [
        name
        for name in old.keys() & new.keys()
        if not torch.equal(
            new[name][0].detach().index_select(new[name][1], kept),
            old[name][0].detach().index_select(old[name][1], images),
        )
    ]
    seen = f"{len(kept):,} of {len(pair.copies):,} rows are copies, in {', '.join(sorted(old))}"
    wrong = f"; not so in {', '.join(sorted(differing))} (trained since?)" if differing else ""
    yield Check("kept rows are bit-equal", not differing, seen + wrong)
    dtypes = {name: (old[name][0].dtype, new[name][0].dtype) for name in old.keys() & new.keys()}
    same = old.keys() == new.keys() and all(one == other for one, other in dtypes.values())
    yield Check("ties and dtypes are kept", same, f"{', '.join(sorted(new))}: {_dtype(pair.after)}")


def _dtype(model: Model) -> str:
    return str(model.network.get_input_embeddings().weight.dtype).removeprefix("torch.")


def _sizes(pair: _Pair) -> Iterator[Check]:
    ids = sorted(pair.after.tokenizer.get_vocab().values())
    rows = pair.after.network.get_input_embeddings().weight.shape[0]
    stated = pair.after.network.config.get_text_config().vocab_size
    good = ids == list(range(len(ids))) and rows == stated == len(ids)
    yield Check("ids are 0 … size - 1, one row each", good, f"{len(ids):,} ids, {rows:,} rows, vocab_size {stated:,}")


def _logits(pair: _Pair) -> Iterator[Check]:
    name = "logits of kept tokens are equal"
    kept = torch.from_numpy(np.flatnonzero(pair.copies >= 0))
    images = torch.from_numpy(pair.copies)[kept]
    runs = [ids[:_LENGTH] for _, ids in pair.ids()]
    runs = [run for run in runs if len(run) > 1 and (pair.copies[run] >= 0).all()][:_LOGIT_TEXTS]
    if not runs:
        yield Check(name, None, "no text consists of kept tokens")
        return
    largest = 0.0
    for run in runs:
        old = _forward(pair.before, [int(pair.copies[index]) for index in run])[..., images]
        new = _forward(pair.after, run)[..., kept]
        finite = old.isfinite()
        largest = max(largest, float((old - new)[finite].abs().max()))
    limit = _TOLERANCE.get(pair.after.network.dtype, 1e-5)
    yield Check(name, largest <= limit, f"largest difference {largest:.1e} (limit {limit:g}) on {len(runs)} texts")


def _forward(model: Model, ids: list[int]) -> Tensor:
    given = {"input_ids": torch.tensor([ids])}
    if model.kind == "seq2seq":
        given["decoder_input_ids"] = given["input_ids"]
    with torch.no_grad():
        return model.network(**given).logits[0]


def _settings(pair: _Pair) -> Iterator[Check]:
    old, new = (_named_ids(model) for model in (pair.before, pair.after))
    same_roles = {
        (role, before): after
        for role, before in _role_tokens(pair.before).items()
        if (after := _role_tokens(pair.after).get(role)) is not None
    }
    twins = {before: after for (_, before), after in same_roles.items()}
    wrong, dropped = [], []
    for key, tokens in old.items():
        for token in tokens:
            if token not in new.get(key, []) and twins.get(token) not in new.get(key, []):
                dropped.append(f"{key} {token!r}")
        wrong += [
            f"{key} {token!r}" for token in new.get(key, []) if token not in tokens + [twins.get(t) for t in tokens]
        ]
    seen = f"{sum(map(len, old.values()))} ids in the configurations"
    seen += f"; dropped: {', '.join(dropped)}" if dropped else ""
    seen += f"; WRONG: {', '.join(wrong)}" if wrong else ""
    yield Check("every id names the same token", not wrong, seen)


def _named_ids(model: Model) -> dict[str, list[str | None]]:
    """Return setting → the tokens that its ids name, from both configurations."""
    tokens = tokens_by_id(model.tokenizer)
    found: dict[str, list[str | None]] = {}

    def note(key: str, index: int) -> int:
        if index < len(tokens):  # a default of the configuration may lie beyond the vocabulary
            found.setdefault(key, []).append(tokens[index])
        return index

    class Settings:
        config = copy.deepcopy(model.network.config)
        generation_config = copy.deepcopy(getattr(model.network, "generation_config", None))

    renumber(Settings, note, (-1, -1))
    return found


def _role_tokens(model: Model) -> dict[str, str | None]:
    tokens = tokens_by_id(model.tokenizer)
    return {role: tokens[index] for role, index in roles(model.tokenizer).items()}


def _reach(pair: _Pair) -> Iterator[Check]:
    lost = set(unreachable(pair.after.tokenizer)) - set(unreachable(pair.before.tokenizer))
    some = ", ".join(repr(token) for token in sorted(lost)[:5])
    yield Check("no token became unreachable", not lost, f"{len(lost)} lost{': ' + some if some else ''}")


def _texts(pair: _Pair) -> Iterator[Check]:
    old, new = pair.before.tokenizer, pair.after.tokenizer
    image = {int(index): position for position, index in enumerate(pair.copies) if index >= 0}
    broken = same = comparable = 0
    totals = np.zeros((2, 2), dtype=np.int64)
    for text, (before, after) in zip(pair.texts, pair.ids(), strict=True):
        faithful = old.decode(before).strip() == text.strip()
        broken += faithful and new.decode(after).strip() != text.strip()
        if all(index in image for index in before) and (pair.copies[after] >= 0).all():
            comparable += 1
            same += [image[index] for index in before] == after
        totals += [[len(before), before.count(old.unk_token_id)], [len(after), after.count(new.unk_token_id)]]
    yield Check("decoding gives the text back", not broken, f"{broken} texts came back before and do not now")
    exact: bool | None = None if pair.kind == "replaced" or not comparable else same == comparable
    others = len(pair.texts) - comparable
    yield Check("kept tokens cut a text as before", exact, f"{same} of {comparable} texts; {others} hold other tokens")
    shares = totals[:, 1] / np.maximum(totals[:, 0], 1)
    seen = f"{shares[0]:.3%} before, {shares[1]:.3%} after (at most {_UNKNOWN:.1%} more)"
    yield Check("unknown tokens", bool(shares[1] <= shares[0] + _UNKNOWN), seen)
    change = totals[1, 0] / max(totals[0, 0], 1) - 1
    yield Check("tokens of the text", None, f"{totals[0, 0]:,} before, {totals[1, 0]:,} after ({change:+.1%})")


def _examples(pair: _Pair, number: int = 5) -> list[dict[str, Any]]:
    shortest = sorted(pair.texts[:200], key=lambda text: (abs(len(text) - 80), text))[:number]
    return [
        {"text": text, "before": pair.before.tokenizer.tokenize(text), "after": pair.after.tokenizer.tokenize(text)}
        for text in shortest
    ]


_CHECKS: tuple[Callable[[_Pair], Iterator[Check]], ...] = (_rows, _sizes, _logits, _settings, _reach, _texts)
