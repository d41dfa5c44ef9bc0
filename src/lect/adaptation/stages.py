"""The stages of an adaptation: each leaves a finished folder or file, so that a killed run goes on where it was."""

import dataclasses
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lect.adaptation.diagnosis import diagnose
from lect.adaptation.evidence import Finding, Plan, Reason
from lect.adaptation.planning import Options, plan, tokenizer_kind
from lect.artifacts.bitexts import Pairs
from lect.artifacts.loading import load
from lect.artifacts.models import Model
from lect.artifacts.outputs import process_rank, produce
from lect.artifacts.results import Results, Score
from lect.artifacts.tasks import Task
from lect.artifacts.texts import Text
from lect.languages.finding import Language
from lect.score.evaluating import evaluate
from lect.score.likelihood import bits_per_byte
from lect.score.speed import size as model_size
from lect.score.speed import throughput
from lect.train.budgets import Budget
from lect.train.finetuning import finetune
from lect.train.pretraining import pretrain
from lect.vocab.checks.proving import prove
from lect.vocab.extending import extend
from lect.vocab.learners.learning import learn
from lect.vocab.measures.measuring import measure
from lect.vocab.replacing import replace
from lect.vocab.selection.trimming import trim
from lect.vocab.starts.lexicons import lexicon_rows
from lect.vocab.starts.rows import Builder, constituent_rows

PROOF = "proof.json"
TRIAL_MB = 0.2
SPEED_MB, SPEED_PASSES = 0.05, 5


@dataclass(frozen=True)
class Job:
    """Everything an adaptation is given, read and checked."""

    base: Model
    language: Language
    reference: Language
    text: Text
    heldout: Text
    budget: Budget
    options: Options
    pairs: Pairs | None = None
    lexicon: Pairs | None = None
    retain: Text | None = None
    tasks: list[Task] = field(default_factory=list)

    @property
    def inputs(self) -> dict[str, Any]:
        """The artifacts that decide the result, by name."""
        named = {"model": self.base, "text": self.text, "heldout": self.heldout}
        optional = {"parallel": self.pairs, "lexicon": self.lexicon, "retain": self.retain}
        tasks = {f"task {task.name}": task for task in self.tasks}
        return named | {name: artifact for name, artifact in optional.items() if artifact is not None} | tasks


def remember(file: Path, make: Callable[[], Any]) -> Any:
    """Return the JSON value that `make` gave the first time; a later call, of this process or another, reads it from `file`."""
    while process_rank() > 0 and not file.is_file():
        time.sleep(0.05)
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".{file.name}.partial")
        partial.write_text(json.dumps(make(), ensure_ascii=False, default=str), encoding="utf-8")
        partial.replace(file)
    return json.loads(file.read_text(encoding="utf-8"))


def diagnosed(job: Job, work: Path) -> tuple[list[Finding], Plan]:
    """Return the findings and the plan, made once."""

    def make() -> dict[str, Any]:
        diagnosis = diagnose(
            job.base, job.text, language=job.language.iso639_3, parallel=job.pairs, reference=job.reference.iso639_3
        )
        return {
            "findings": [asdict(f) for f in diagnosis.findings],
            "plan": asdict(plan(job.base, job.text, diagnosis, job.options)),
        }

    said = remember(work / "diagnosis.json", make)
    reasons = [Reason(**reason) for reason in said["plan"].pop("reasons")]
    return [Finding(**finding) for finding in said["findings"]], Plan(**said["plan"], reasons=reasons)


def megabytes_for(job: Job, work: Path, runs: int) -> float:
    """Return the budget of one run in megabytes; minutes are for all `runs` together and converted by a timed trial on the base."""
    if job.budget.megabytes:
        return job.budget.megabytes

    def trial() -> float:
        started = time.monotonic()
        pretrain(job.base.named("trial"), job.text, megabytes=TRIAL_MB)
        speed = TRIAL_MB / (time.monotonic() - started)
        return round(max(TRIAL_MB, speed * 60 * (job.budget.minutes or 0) / runs), 3)

    return float(remember(work / "budget.json", trial))


def fitted(job: Job, chosen: Plan, folder: Path) -> Model:
    """Return the base with the vocabulary that the plan chose, before any training."""
    if chosen.vocab == "keep":
        return job.base

    def make(out: Path) -> dict[str, Any]:
        model = _refit(job, chosen)
        if process_rank() == 0:
            model.save(out)
            prove(job.base, model, job.heldout).save(out / PROOF)
        return {"notes": model.notes}

    arguments = {"vocab": chosen.vocab, "rows": chosen.rows, "size": chosen.new_size}
    return load(produce(folder, make, verb="vocab", arguments=arguments, inputs={"model": job.base, "text": job.text}))


def _refit(job: Job, chosen: Plan) -> Model:
    rows: Builder = lexicon_rows(job.lexicon) if job.lexicon else constituent_rows
    if chosen.vocab == "trim":
        return trim(job.base, job.text, keep=0.9999)
    if chosen.vocab == "extend":
        return extend(job.base, job.text, size=chosen.new_size, rows=rows)
    return replace(job.base, learn(job.text, kind=tokenizer_kind(job.base.tokenizer), size=chosen.new_size), rows=rows)


def trained(job: Job, start: Model, system: str, seed: int, megabytes: float, work: Path) -> Model:
    """Return `start` after continued pretraining on the seen part of the text."""
    return pretrain(
        start.named(f"{system}, seed {seed}"), job.text, megabytes=megabytes, seed=seed, out=work / f"{system}-{seed}"
    )


def scored(job: Job, model: Model, system: str, seed: int, folder: Path) -> Results:
    """Return every score of one model: held-out text, retained text, tasks, cost; made once."""
    deterministic = system == "base"

    def make(out: Path) -> None:
        results = Results()
        language = job.language.iso639_3
        trained_as = None if deterministic else seed
        if not (deterministic and seed):
            results.add(
                bits_per_byte(model, job.heldout),
                system=system,
                task="heldout",
                language=language,
                seed=trained_as,
            )
            if job.retain is not None:
                score = bits_per_byte(model, job.retain)
                results.add(score, system=system, task="retain", seed=trained_as)
        for task in job.tasks:
            tagger = finetune(model.named(f"{system}, seed {seed}"), task, seed=seed)
            results.add(evaluate(tagger, task)[0], system=system, task=task.name, language=language, seed=seed)
        if seed == 0:
            for score in _costs(job, model):
                results.add(score, system=system, language=language)
        if process_rank() == 0:
            results.save(out)

    inputs = {"model": model} | {
        name: artifact for name, artifact in job.inputs.items() if name not in ("model", "text", "lexicon")
    }
    return Results.open(produce(folder, make, verb="score", arguments={"system": system}, inputs=inputs, seed=seed))


def _costs(job: Job, model: Model) -> list[Score]:
    """Return what a model costs: size, tokens a word, the premium."""
    measures = measure(model.tokenizer, job.heldout, parallel=job.pairs)
    fertility = Score("fertility", measures.fertility, measures.words)
    premium = [Score("premium", measures.premium, len(job.pairs))] if job.pairs is not None and measures.premium else []
    parameters = model_size(model)
    weight = Score("megabytes_on_disk", parameters.columns["megabytes"], 1)
    density = Score("bytes_per_token", measures.bytes_per_token, measures.tokens)
    return [parameters, weight, fertility, density, *premium]


def speeds(job: Job, models: dict[str, Model], folder: Path) -> Results:
    """Return how fast each system reads held-out text: the median of passes taken in turn, so that a busy moment of the machine meets all."""

    def make(out: Path) -> None:
        passes: dict[str, list[Score]] = {system: [] for system in models}
        sample = job.heldout.take(SPEED_MB)
        for _ in range(SPEED_PASSES):
            for system, model in models.items():
                passes[system].append(throughput(model, sample, repeats=1))
        results = Results()
        for system, scores in passes.items():
            ranked = sorted(scores, key=lambda score: score.value)
            median = dataclasses.replace(ranked[len(ranked) // 2], low=ranked[0].value, high=ranked[-1].value)
            results.add(median, system=system, language=job.language.iso639_3)
        if process_rank() == 0:
            results.save(out)

    return Results.open(produce(folder, make, verb="speed", arguments={}, inputs={**models, "heldout": job.heldout}))
