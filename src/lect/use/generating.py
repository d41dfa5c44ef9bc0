"""Text from a model: what it writes after a prompt, in batches, the likeliest way or several."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from transformers import GenerationConfig

from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress
from lect.artifacts.loading import load
from lect.artifacts.models import Model
from lect.artifacts.tasks import Answers, Instruction, Task
from lect.train.examples import request
from lect.use.batching import by_length, evaluating, pad
from lect.use.choosing import opening
from lect.vocab.counting import encode
from lect.vocab.words import frame, longest_input

TOKENS = {"generation": 256, "instructions": 512}  # at most, in an answer of that kind
HALF = "\ufffd"  # what a decoder makes of bytes that are no character: the last one may have been cut in two


@dataclass(frozen=True)
class Decoding:
    """How text is written: see `generate`."""

    tokens: int = 64
    beams: int = 1
    samples: int = 1
    temperature: float | None = None
    stop: tuple[str, ...] = ()
    seed: int = 0

    def check(self) -> None:
        """Raise `LectError` where these settings contradict each other."""
        if min(self.tokens, self.beams, self.samples) < 1:
            raise LectError(f"tokens, beams and samples are at least 1; found {self}")
        if self.temperature is not None and self.temperature <= 0:
            raise LectError(f"temperature is above 0, or None to write what is likeliest; found {self.temperature}")
        if self.temperature and self.beams > 1:
            raise LectError("beams look for the likeliest text and a temperature draws one: pass one of the two")
        if self.samples > 1 and not self.temperature and self.samples > self.beams:
            raise LectError(
                f"{self.samples} samples need a temperature, or as many beams, of which they are the best: greedy "
                "decoding writes the same text every time"
            )
        if "" in self.stop:
            raise LectError("stop holds an empty string, which every text contains; leave it out")


@dataclass(frozen=True)
class Generated:
    """`texts[prompt][sample]`, and how many prompts were too long and lost their beginning."""

    texts: list[list[str]]
    cut: int


def generate(
    model: Any,
    prompts: Sequence[str],
    *,
    tokens: int = 64,
    beams: int = 1,
    samples: int = 1,
    temperature: float | None = None,
    stop: Sequence[str] = (),
    seed: int = 0,
) -> list[list[str]]:
    """Return the texts [prompt][sample] that a decoder or an encoder-decoder writes after each prompt.

    Only what is new, at most `tokens` ids, without special tokens and up to the first of the strings of `stop`. Greedy,
    unless `beams` are more than one (then the samples are the best of them) or a `temperature` says to draw from
    softmax(logits / temperature): from one number a token that depends on `seed`, the prompt's place and the sample
    alone, so that no text depends on what it shared a batch with. A prompt that does not leave room for `tokens` loses
    its beginning (`write` counts them). Repetition penalties and the like in the model's own settings are not used.

    >>> generate(model, ["Føroyar eru"], tokens=20, stop=["."])  # doctest: +SKIP
    [[' átjan oyggjar']]
    """
    ends = (stop,) if isinstance(stop, str) else tuple(stop)
    return write(model, prompts, Decoding(tokens, beams, samples, temperature, ends, seed)).texts


def write(model: Any, prompts: Sequence[str], how: Decoding, *, batch_tokens: int = 8192) -> Generated:
    """Return the texts as `generate` does, with the number of prompts that were cut."""
    model = load(model)
    how.check()
    if model.kind == "encoder":
        raise LectError(f"{model.name} is an encoder, which writes no text; use a decoder or an encoder-decoder")
    rows, cut = _encode_prompts(model, prompts, how.tokens)
    copies = 1 if how.beams > 1 else how.samples
    jobs = [(number, copy) for number in range(len(rows)) for copy in range(copies)]
    texts: list[list[str]] = [[""] * how.samples for _ in rows]
    with evaluating(model.network), progress("generating", total=len(jobs), unit="texts") as advance:
        lengths = [len(rows[number]) + how.tokens for number, _ in jobs]
        for batch in by_length(lengths, max(1, batch_tokens // how.beams)):
            chosen = [jobs[index] for index in batch]
            found = iter(_write_batch(model, [rows[number] for number, _ in chosen], chosen, how))
            for number, copy in chosen:
                for sample in range(how.samples) if how.beams > 1 else [copy]:
                    texts[number][sample] = next(found)
            advance(len(batch))
    return Generated(texts, cut)


def write_answers(model: Model, task: Task, split: str, batch_tokens: int) -> Answers:
    """Answer every example with what the model writes after its source, or its instruction, greedily.

    A decoder is asked as `finetune` teaches it: the source, and a line end. An encoder-decoder reads the source; a model
    that was tuned to converse gets it through its chat template.
    """
    examples = task.part(split)
    sources = [one.prompt if isinstance(one, Instruction) else one.source for one in examples]
    if model.kind == "decoder" and not getattr(model.tokenizer, "chat_template", None):
        sources = [request(source) for source in sources]
    tokens = fit_tokens(model, TOKENS[task.kind])
    found = write(model, as_chat(model.tokenizer, sources), Decoding(tokens), batch_tokens=batch_tokens)
    warnings = [f"{found.cut} prompts were too long and lost their beginning."] if found.cut else []
    said = {"decoding": "greedy", "tokens": tokens, "cut": found.cut}
    return Answers([texts[0].strip() for texts in found.texts], said, warnings)


def fit_tokens(model: Model, wanted: int) -> int:
    """Return how many tokens to write: `wanted`, but at most half of what the network holds."""
    return min(wanted, longest_input(model.network) // 2)


def as_chat(tokenizer: Any, prompts: Sequence[str]) -> list[str]:
    """Return the prompts as a model that was tuned to converse expects them; as they are where it was not."""
    if not getattr(tokenizer, "chat_template", None):
        return list(prompts)
    said = [[{"role": "user", "content": prompt}] for prompt in prompts]
    return [tokenizer.apply_chat_template(one, tokenize=False, add_generation_prompt=True) for one in said]


def _encode_prompts(model: Model, prompts: Sequence[str], tokens: int) -> tuple[list[list[int]], int]:
    """Return the ids of the prompts, framed, and how many were cut at their beginning."""
    before, after = frame(model.tokenizer) if model.kind == "seq2seq" else (opening(model.tokenizer), [])
    limit = longest_input(model.network)
    room = limit - len(before) - len(after) - (tokens if model.kind == "decoder" else 0)
    if room < 1 or tokens >= limit:
        raise LectError(f"{tokens} tokens leave no room for a prompt: {model.name} holds {limit}. Ask for fewer.")
    rows = encode(model.tokenizer, list(prompts))
    rows = [row[len(before) :] if before and row[: len(before)] == before else row for row in rows]
    if not before and not after and not all(rows):
        raise LectError(f"the tokenizer of {model.name} has neither bos nor eos, so that no prompt may be empty")
    return [[*before, *row[-room:], *after] for row in rows], sum(len(row) > room for row in rows)


def _write_batch(model: Model, rows: list[list[int]], jobs: list[tuple[int, int]], how: Decoding) -> list[str]:
    """Return what is written after these rows, `how.samples` texts a row where there are beams, else one."""
    inputs = pad(rows, model) if model.kind == "seq2seq" else _pad_left(rows, model)
    width = 1 if model.kind == "seq2seq" else inputs["input_ids"].shape[1]
    ends = _end_ids(model)

    def text(ids: Tensor) -> str:
        own = ids[width:].tolist()
        own = own[: next((at for at, id_ in enumerate(own) if id_ in ends), len(own))]
        return str(model.tokenizer.decode(own, skip_special_tokens=True, clean_up_tokenization_spaces=False))

    found = model.network.generate(
        **inputs,
        generation_config=_settings(model, how, ends),
        logits_processor=[_draw(jobs, how)] if how.temperature else [],
        stopping_criteria=[_stop_at(text, how.stop)] if how.stop else [],
    )
    return [_cut(text(ids).rstrip(HALF), how.stop) for ids in found]


def _pad_left(rows: list[list[int]], model: Model) -> dict[str, Tensor]:
    return {name: part.flip(1) for name, part in pad([row[::-1] for row in rows], model).items()}


def _end_ids(model: Model) -> list[int]:
    """Return the ids that end a text."""
    said = getattr(model.network.generation_config, "eos_token_id", None)
    ids = [*(said if isinstance(said, list) else [said]), model.tokenizer.eos_token_id]
    return sorted({int(id_) for id_ in ids if id_ is not None})


def _settings(model: Model, how: Decoding, ends: list[int]) -> GenerationConfig:
    """Return settings that owe nothing to those that came with the model but its special ids."""
    known = (model.network.config.get_text_config().pad_token_id, model.tokenizer.pad_token_id, *ends, 0)
    return GenerationConfig(
        max_new_tokens=how.tokens,
        num_beams=how.beams,
        num_return_sequences=how.samples if how.beams > 1 else 1,
        do_sample=False,
        length_penalty=1.0,
        repetition_penalty=1.0,
        no_repeat_ngram_size=0,
        eos_token_id=ends or None,
        pad_token_id=next(id_ for id_ in known if id_ is not None),
    )


def _draw(jobs: list[tuple[int, int]], how: Decoding) -> Callable[[Tensor, Tensor], Tensor]:
    """Return a step that leaves one token a row: the one at which the summed probabilities pass a random number."""
    streams = [np.random.default_rng([how.seed, number, copy]) for number, copy in jobs]

    def step(ids: Tensor, logits: Tensor) -> Tensor:
        summed = (logits.double() / how.temperature).softmax(dim=-1).cumsum(dim=-1)
        drawn = torch.tensor([[stream.random()] for stream in streams], device=logits.device, dtype=torch.float64)
        picked = (summed <= drawn * summed[:, -1:]).sum(dim=-1, keepdim=True)
        return torch.full_like(logits, -torch.inf).scatter(1, picked, 0.0)

    return step


def _stop_at(text: Callable[[Tensor], str], stop: tuple[str, ...]) -> Callable[..., Tensor]:
    def done(ids: Tensor, logits: Any) -> Tensor:
        return torch.tensor([any(end in text(row) for end in stop) for row in ids], device=ids.device)

    return done


def _cut(text: str, stop: tuple[str, ...]) -> str:
    return text[: min((text.index(end) for end in stop if end in text), default=len(text))]
