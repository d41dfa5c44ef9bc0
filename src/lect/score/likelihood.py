"""Bits per byte: how well a model predicts a text, on a scale that does not depend on the tokenizer."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.loading import load
from lect.artifacts.models import tokenizer_text
from lect.artifacts.opening import combined_hash
from lect.artifacts.results import Score
from lect.artifacts.texts import read
from lect.score.assembling import assemble
from lect.score.metrics import Floats
from lect.use.batching import choose_window
from lect.use.costs import causal_rows, masked_rows, sum_costs
from lect.vocab.words import frame

PSEUDO = (
    "Pseudo-likelihood: each token is guessed from both sides, so this is no compression rate, "
    "and it does not compare across vocabularies or with a decoder."
)


def bits_per_byte(
    model: Any,
    text: Any,
    *,
    window: int | None = None,
    stride: int | None = None,
    positions: int | None = None,
    seed: int = 0,
    batch_tokens: int = 8192,
) -> Score:
    """Return the cost of `text` under `model` in bits per byte of UTF-8, with (nats, bytes) of every document.

    Decoders: −Σ log2 p(token | tokens before it) / bytes, exact. A document begins after the BOS token (EOS where there
    is no BOS; where there is neither, the first token is charged ln(vocabulary), the cost of a blind guess); only the
    tokens of the text are scored, not an EOS after it. A document longer than `window` ids is read in windows that
    advance by `stride`, so that every token is scored once and has at least window − stride ids before it, or all
    there are.

    Encoders: the pseudo-likelihood of Salazar et al. 2020, "Masked Language Model Scoring", section 2: each token is
    masked alone and predicted from both sides. `positions` tokens a document, drawn by `seed`, are scored and scaled up
    to all of them: an unbiased estimate. It does not compare across vocabularies, and the score says so. Not
    implemented: masking the rest of the word too.

    Args:
        model: decoder or encoder with its language-model head; computed in float32 and left as it was.
        text: anything that `read` takes; one example a document.
        window: most ids that the network sees at once; default 256, the rows of `pretrain`, or all that it can read.
        stride: ids by which a window advances (decoders); default half a window.
        positions: masked tokens a document (encoders); default 16.
        seed: chooses the masked positions (encoders).
        batch_tokens: ids in a batch, padding included: speed and memory only, never the value.
    """
    model, documents = load(model), list(read(text))
    strings = [document["text"] for document in documents]
    ids = [str(document.get("id", number)) for number, document in enumerate(documents)]
    sizes = np.array([len(string.encode("utf-8")) for string in strings], dtype=float)
    if not sizes.sum():
        raise LectError("the text is empty: expected at least one document with a character in it")
    encoded = model.tokenizer(strings, add_special_tokens=False, truncation=False, padding=False, verbose=False)
    tokens: list[list[int]] = encoded["input_ids"]
    fidelity, warnings = _check_fidelity(model.tokenizer, strings, tokens)
    window = choose_window(model, window, least=1 + sum(map(len, frame(model.tokenizer))))
    settings: dict[str, Any]
    if model.kind == "decoder":
        _refuse(positions, "positions", "encoders")
        stride = _check("stride", max(1, window // 2) if stride is None else stride, most=window)
        rows, first, start = causal_rows(model, tokens, window, stride)
        nats = first + sum_costs(model, rows, len(documents), _check("batch_tokens", batch_tokens))
        settings = {"window": window, "stride": stride, "start": start}
    elif model.kind == "encoder":
        _refuse(stride, "stride", "decoders")
        positions = _check("positions", 16 if positions is None else positions)
        rows, scale = masked_rows(model, tokens, ids, window, positions, seed)
        nats = scale * sum_costs(model, rows, len(documents), _check("batch_tokens", batch_tokens))
        vocabulary = combined_hash(tokenizer_text(model.tokenizer))[:8]
        settings = {"pseudo": True, "positions": positions, "seed": seed, "window": window, "vocab": vocabulary}
        warnings = [PSEUDO, *warnings]
    else:
        raise LectError(f"bits_per_byte scores decoders and encoders; {model.name} is a {model.kind} network")
    _check_finite(nats, ids, model.name)
    settings |= {"docs": len(documents)} | fidelity
    return assemble("bits_per_byte", np.stack([nats, sizes], axis=1), ids, settings, warnings)


def _check(name: str, value: int, *, most: int | None = None) -> int:
    if value < 1 or (most is not None and value > most):
        limit = f" and at most the window, {most}" if most else ""
        raise LectError(f"{name} must be at least 1{limit}; found {value}")
    return value


def _refuse(value: int | None, name: str, kinds: str) -> None:
    if value is not None:
        raise LectError(f"{name} is for {kinds}; leave it out for this model")


def _check_finite(nats: Floats, ids: Sequence[str], name: str) -> None:
    wrong = np.flatnonzero(~np.isfinite(nats))
    if len(wrong):
        raise LectError(
            f"{name} gives document {ids[wrong[0]]!r} a cost of {nats[wrong[0]]} ({len(wrong)} of {len(nats)} "
            "documents). Its weights are broken or overflow: look for NaN in model.safetensors."
        )


def _check_fidelity(tokenizer: Any, strings: list[str], tokens: list[list[int]]) -> tuple[dict[str, str], list[str]]:
    """Return the shares of unknown tokens and of documents that change on a round trip, and a warning if any do.

    White space is not looked at: many tokenizers drop it by design.
    """
    total = sum(map(len, tokens))
    unknown = 0 if tokenizer.unk_token_id is None else sum(row.count(tokenizer.unk_token_id) for row in tokens)
    decoded = tokenizer.batch_decode(tokens, skip_special_tokens=False, clean_up_tokenization_spaces=False)
    lost = sum("".join(a.split()) != "".join(b.split()) for a, b in zip(strings, decoded, strict=True))
    shares = {"unk": f"{unknown / max(1, total):.3f}", "lossy": f"{lost / len(strings):.3f}"}
    if not unknown and not lost:
        return shares, []
    return shares, [
        f"The tokenizer loses text ({unknown} of {total} tokens unknown, {lost} of {len(strings)} documents changed "
        "by a round trip): what is lost costs nothing, so bits per byte comes out too low."
    ]
