"""Proof: the claims that an adaptation has to answer, and what a reader needs to check them."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lect import worlds
from lect.adaptation.evidence import Plan
from lect.adaptation.stages import Job
from lect.artifacts.models import Model
from lect.artifacts.outputs import describe_input
from lect.artifacts.results import Results
from lect.score.evidence.claims import claim
from lect.score.metrics import METRICS
from lect.vocab.counting import encode
from lect.vocab.words import has_offsets

_SENTENCES = 3


def ask_claims(results: Results, job: Job, chosen: Plan) -> list[dict[str, Any]]:
    """Return the answers to "adapted beats base" and "adapted beats kept", for every metric and task that both have.

    Bits per byte of encoders are pseudo-likelihoods: they are compared only where the vocabulary is the same, since they mean something else in
    another.
    """
    found = []
    pairs = {(row["metric"], row.get("task")) for row in results.rows if row["metric"] in METRICS and row.get("task")}
    for metric, task in sorted(pairs):
        for other in ("base", "kept"):
            if not results.scores(metric=metric, task=task, system=other):
                continue
            if metric == "bits_per_byte" and job.base.kind == "encoder" and chosen.vocab != "keep":
                continue
            sign = "<" if METRICS[metric].better == "lower" else ">"
            answer = claim(results, f"adapted {sign} {other}", metric=metric, task=task)
            found.append(asdict(answer) | {"metric": metric, "task": task})
    return found


def learning_curve(folder: Path, system: str, seed: int) -> dict[str, Any]:
    """Return the loss in nats a target over megabytes of text, from the log of one training run."""
    rows = [json.loads(line) for line in (folder / "training.jsonl").read_text().splitlines()]
    return {"system": system, "seed": seed, "points": [[row["seen"], row["loss"]] for row in rows]}


def segmentations(job: Job, final: Model) -> list[dict[str, Any]]:
    """Return a few sentences as both tokenizers cut them: CLDR phrases, so that a report never carries the user's text."""
    if not worlds.is_covered(job.language.tag):
        return []
    sentences = worlds.phrases(job.language.tag, _SENTENCES, seed=1).strings()
    return [
        {"text": s, "before": _pieces(job.base.tokenizer, s), "after": _pieces(final.tokenizer, s)} for s in sentences
    ]


def _pieces(tokenizer: Any, sentence: str) -> list[str]:
    """Return the stretches of `sentence` that its tokens cover; byte tokens of one character count as one stretch."""
    pieces, end = [], 0
    for stop in _ends(tokenizer, sentence):
        if stop > end:
            pieces.append(sentence[end:stop])
            end = stop
    return pieces


def _ends(tokenizer: Any, sentence: str) -> Iterator[int]:
    """Yield where in `sentence` tokens end: by their offsets, or as far as the first tokens decode to its beginning."""
    if has_offsets(tokenizer):
        yield from (end for _, end in tokenizer.backend_tokenizer.encode(sentence, add_special_tokens=False).offsets)
        return
    (ids,) = encode(tokenizer, [sentence])
    read = (tokenizer.decode(ids[: count + 1]) for count in range(len(ids)))
    yield from (len(text) for text in read if sentence.startswith(text))


def provenance(job: Job) -> list[dict[str, Any]]:
    """Return where everything came from: name, hash, files and licenses where they are known."""
    rows = []
    for name, artifact in job.inputs.items():
        said = describe_input(name, artifact)
        files = [
            f"{Path(source.get('path', '')).name or source.get('made', '')} {source.get('sha256', '')[:12]}"
            for source in said.get("sources", [])
        ]
        rows.append(
            {
                "name": name,
                "identity": said["identity"],
                "detail": ", ".join(files) or Path(said.get("folder", "")).name,
                "license": _license(said),
            }
        )
    return rows


def _license(said: dict[str, Any]) -> str | None:
    """Return the license that the files of an input name, where they do."""
    named = {str(source["license"]) for source in said.get("sources", []) if source.get("license")}
    return ", ".join(sorted(named)) or None
