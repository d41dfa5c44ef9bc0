"""Which of several texts a model finds likely: multiple choice, cloze and minimal pairs, without any training."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.loading import load
from lect.artifacts.models import Model
from lect.artifacts.tasks import Answers, Choice, Task, read_task
from lect.train.spans import sentinel_ids
from lect.use.costs import Floats, Row, sum_costs
from lect.vocab.counting import encode
from lect.vocab.words import frame, longest_input

Normalization = Literal["auto", "sum", "token", "byte", "character", "pmi"]
BLANK = "[MASK]"


@dataclass(frozen=True)
class Candidate:
    """One option in its place: ids before it, its own, and those after it; `fills` the blank between them, if any."""

    before: list[int]
    own: list[int]
    after: list[int]
    fills: bool = False


def choose(
    model: Any,
    task: Any,
    split: str = "test",
    *,
    normalization: Normalization = "auto",
    batch_tokens: int = 8192,
) -> tuple[list[list[float]], dict[str, str]]:
    """Return the score of every option of every example (higher is likelier), and how they were made.

    Decoders and encoder-decoders: ln p(option | prompt), summed over the tokens from the first at which the options of
    the example part with the prompt. Encoders: the pseudo-likelihood of the option, each of its tokens masked alone
    (Salazar et al. 2020). Where the prompt has the blank `[MASK]`, encoders answer the typed query of mLAMA (Kassner et
    al. 2021): as many masks as the option has tokens, filled independently in one pass; encoder-decoders with sentinels
    write what the sentinel in its place hides; all others score the whole sentence. `normalization` divides the sum by
    the "token"s, "byte"s or "character"s of the option, or takes away ln p(option) after no prompt ("pmi", decoders and
    encoder-decoders, options that end the text). "auto" is "sum" where nothing stands before the options (minimal
    pairs) or where sentences are compared, "token" for a typed query, else "byte". A prompt that is too long loses its
    beginning, and an encoder sees what is nearest to the option.

    >>> scores, _ = choose(model, "minimal-pairs=clams/de.tsv.gz")  # doctest: +SKIP
    """
    model, task = load(model), read_task(task)
    if task.kind != "choice":
        raise LectError(f"choose answers tasks of kind 'choice'; {task.name} is {task.kind!r}")
    examples: list[Choice] = task.part(split)
    blank = any(BLANK in example.prompt for example in examples)
    query = _query(model, blank)
    if normalization == "auto":
        normalization = "token" if query == "typed" else "byte" if _prompted(examples) and not blank else "sum"
    if normalization == "pmi":
        _check_pmi(model, examples)
    placed = [one for example in examples for one in _place(model, example, query == "infilling")]
    make = _typed_rows if query == "typed" else ROWS[model.kind]
    nats = _nats(model, placed, make, batch_tokens)
    if normalization == "pmi":
        nats = nats - _nats(model, [Candidate([], one.own, []) for one in placed], make, batch_tokens)
    options = [option for example in examples for option in example.options]
    values = iter((-nats / _sizes(model, options, normalization)).tolist())
    return [[next(values) for _ in example.options] for example in examples], {
        "normalization": normalization,
        "query": query,
    }


def compare_options(model: Model, task: Task, split: str, batch_tokens: int) -> Answers:
    """Answer every example with the scores of its options, as `choose` gives them."""
    scores, said = choose(model, task, split, batch_tokens=batch_tokens)
    return Answers(scores, dict(said))


def opening(tokenizer: Any) -> list[int]:
    """Return the id at which a text begins for a decoder: bos, else eos, else none."""
    known = (tokenizer.bos_token_id, tokenizer.eos_token_id)
    return next(([int(id_)] for id_ in known if id_ is not None), [])


def _query(model: Model, blank: bool) -> str:
    if model.kind == "encoder":
        return "typed" if blank else "pseudo"
    return "infilling" if blank and model.kind == "seq2seq" and len(sentinel_ids(model.tokenizer)) else "likelihood"


def _prompted(examples: Sequence[Choice]) -> bool:
    return any(example.prompt.strip() for example in examples)


def _check_pmi(model: Model, examples: Sequence[Choice]) -> None:
    """Refuse pmi where it says nothing: it would compare an option with itself, or with what nobody predicts."""
    if model.kind == "encoder":
        raise LectError("pmi compares with the option after no prompt, which an encoder does not predict; use 'byte'")
    if model.kind == "decoder" and not opening(model.tokenizer):
        raise LectError(f"pmi needs a bos or eos token before the option; the tokenizer of {model.name} has none")
    if any(BLANK in example.prompt or not example.prompt.strip() for example in examples):
        raise LectError("pmi needs options that follow a prompt; some examples have a blank, or no prompt. Use 'sum'.")


def _nats(model: Model, candidates: Sequence[Candidate], make: Callable[..., list[Row]], batch_tokens: int) -> Floats:
    limit = longest_input(model.network)
    rows = [row for number, one in enumerate(candidates) for row in make(model, number, one, limit)]
    return sum_costs(model, rows, len(candidates), batch_tokens)


def _sizes(model: Model, options: list[str], normalization: str) -> Floats:
    sizes = {
        "token": lambda: [len(ids) for ids in encode(model.tokenizer, options)],
        "byte": lambda: [len(option.encode()) for option in options],
        "character": lambda: [len(option) for option in options],
    }
    return np.maximum(1, sizes[normalization]()) if normalization in sizes else np.ones(len(options))


def _place(model: Model, example: Choice, infilling: bool) -> list[Candidate]:
    """Encode the options where they stand: all have the same ids before them, and the same after them."""
    before, blank, after = example.prompt.partition(BLANK)
    if infilling and blank:
        sides = _encode(model, before.rstrip()), _encode(model, after)
        return [Candidate(sides[0], _encode(model, option), sides[1], fills=True) for option in example.options]
    if not blank and before and not before[-1].isspace():
        before += " "
    if model.kind == "seq2seq" and not blank:
        return [Candidate(_encode(model, before.rstrip()), _encode(model, option), []) for option in example.options]
    wholes = [_encode(model, before + option + after) for option in example.options]
    if model.kind != "encoder" and blank:  # everything is scored, so that what follows the blank counts, too
        return [Candidate([], whole, []) for whole in wholes]
    head, tail = _encode(model, before.rstrip()), _encode(model, after)
    left = min(shared_prefix(whole, head) for whole in wholes)
    right = min(shared_prefix(whole[left:][::-1], tail[::-1]) for whole in wholes)
    ends = [len(whole) - right for whole in wholes]
    return [Candidate(whole[:left], whole[left:end], whole[end:]) for whole, end in zip(wholes, ends, strict=True)]


def shared_prefix(one: Sequence[int], other: Sequence[int]) -> int:
    """Return how many ids two sequences begin with in common, leaving at least one of the first."""
    pairs = enumerate(zip(one[:-1], other, strict=False))
    return next((number for number, (a, b) in pairs if a != b), min(max(0, len(one) - 1), len(other)))


def _encode(model: Model, text: str) -> list[int]:
    return encode(model.tokenizer, [text])[0] if text else []


def _causal_rows(model: Model, number: int, one: Candidate, limit: int) -> list[Row]:
    """Return the row of a decoder; what does not fit is cut off at the beginning of the prompt."""
    sequence = [*opening(model.tokenizer), *one.before, *one.own]
    scored = min(len(one.own), len(sequence) - 1)
    if scored < 1:
        raise LectError(
            f"an option of {len(one.own)} tokens cannot be scored: nothing stands before it, and the tokenizer of "
            f"{model.name} has neither bos nor eos. Give it a prompt."
        )
    _expect_room(model, scored, limit)
    sequence = sequence[-(limit + 1) :]
    return [Row(number, sequence[:-1], range(len(sequence) - 1 - scored, len(sequence) - 1), sequence[-scored:])]


def _expect_room(model: Model, tokens: int, limit: int) -> None:
    if tokens < 1:
        raise LectError("an option has no tokens; give every option some text")
    if tokens > limit:
        raise LectError(f"an option of {tokens} tokens cannot be scored: {model.name} reads {limit} at once")


def _masked_rows(model: Model, number: int, one: Candidate, limit: int) -> list[Row]:
    """Return one row a token of the option, each masked alone, with as much text on either side as fits."""
    _expect_room(model, min(1, len(one.own)), limit)
    return [
        _masked(model, number, [*one.before, *one.own, *one.after], range(at, at + 1), limit)
        for at in range(len(one.before), len(one.before) + len(one.own))
    ]


def _typed_rows(model: Model, number: int, one: Candidate, limit: int) -> list[Row]:
    """Return one row in which all tokens of the option are masked."""
    whole = [*one.before, *one.own, *one.after]
    return [_masked(model, number, whole, range(len(one.before), len(one.before) + len(one.own)), limit)]


def _masked(model: Model, number: int, ids: list[int], at: range, limit: int) -> Row:
    mask = model.tokenizer.mask_token_id
    if mask is None:
        raise LectError(f"the tokenizer of {model.name} has no mask token, which an encoder needs to choose")
    before, after = frame(model.tokenizer)
    width = limit - len(before) - len(after)
    _expect_room(model, len(at), width)
    begin = max(0, min(at.start - (width - len(at)) // 2, len(ids) - width))
    targets = ids[at.start : at.stop]
    shown = [mask if place in at else id_ for place, id_ in enumerate(ids)][begin : begin + width]
    first = len(before) + at.start - begin
    return Row(number, [*before, *shown, *after], range(first, first + len(at)), targets)


def _answered_rows(model: Model, number: int, one: Candidate, limit: int) -> list[Row]:
    """Return the row of an encoder-decoder: the prompt is read, the option written, after a sentinel where it fills one."""
    start = model.network.config.decoder_start_token_id
    if start is None:
        raise LectError(f"{model.name} does not say with which id its decoder starts (decoder_start_token_id)")
    before, after = frame(model.tokenizer)
    hidden = sentinel_ids(model.tokenizer)[:1].tolist() if one.fills else []
    lead = [int(start), *before, *hidden]
    _expect_room(model, len(one.own), limit - len(lead) + 1)
    width = limit - len(before) - len(hidden) - len(after)
    right = one.after[: max(width // 2, width - len(one.before))]
    left = one.before[max(0, len(one.before) - width + len(right)) :]
    source = [*before, *left, *hidden, *right, *after]
    at = range(len(lead) - 1, len(lead) - 1 + len(one.own))
    return [Row(number, [*lead, *one.own[:-1]], at, one.own, source or [int(start)])]


ROWS: dict[str, Callable[[Model, int, Candidate, int], list[Row]]] = {
    "decoder": _causal_rows,
    "encoder": _masked_rows,
    "seq2seq": _answered_rows,
}
