"""The main job: diagnose, plan, adapt, prove."""

import json
import shlex
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from accelerate import PartialState

from lect.adaptation.carding import write_card
from lect.adaptation.evidence import Evidence, Finding, Plan
from lect.adaptation.inputs import read_checked, read_parallel
from lect.adaptation.planning import Options, expect_changeable
from lect.adaptation.proving import ask_claims, learning_curve, provenance, segmentations
from lect.adaptation.reporting import write_report
from lect.adaptation.stages import PROOF, Job, diagnosed, fitted, megabytes_for, scored, speeds, trained
from lect.artifacts.errors import LectError
from lect.artifacts.loading import load
from lect.artifacts.models import Model
from lect.artifacts.outputs import engine_versions, peak_memory, process_rank, produce, version
from lect.artifacts.results import Results
from lect.artifacts.tasks import Task, read_task
from lect.artifacts.texts import read
from lect.languages.finding import find
from lect.train.budgets import read_budget
from lect.train.heads import expect_learnable
from lect.vocab.vocab_maps import FILE as MAP

HELDOUT = 0.05
EXCERPT_KB = 8.0  # of each held-out document: many documents a little tell more than few in full (ours)
STAGES = "stages"


def adapt(
    base: Any,
    text: Any,
    out: str | Path,
    *,
    language: str,
    parallel: Any = None,
    lexicon: Any = None,
    retain: Any = None,
    tasks: Sequence[Any] = (),
    vocab: str = "auto",
    budget: Any = "20MB",
    seeds: int = 3,
    reference: str = "eng",
) -> Path:
    """Adapt a base model to one language within a budget, and prove what was won and what was lost; return the folder `out`.

    Three systems are compared on the same held-out 5 % of the text: the `base`; the base trained further with its vocabulary `kept`; and
    `adapted`, with the vocabulary that the plan chose (or `vocab` says), trained on equal megabytes of the same text. `out` ends as a Hugging
    Face folder (the adapted model of the first seed; nothing is selected on test data) with `results.jsonl`, `README.md` and `report.html`.
    A killed run goes on where it was when it is called again.

    `budget` is the text that each training run sees (`20MB`), or the time for all of them together (`30m`), turned into megabytes by a trial.
    More options than a verb should have: this is the one call that most users make, and each is something that they have or lack.

    >>> adapt("base", "text.txt", "fo-model", language="fao", budget="10MB")  # doctest: +SKIP
    """
    if seeds < 1:
        raise LectError(
            f"seeds must be at least 1, not {seeds}; with 3 or more, training noise can be told from a difference"
        )
    limit = read_budget(budget)
    job = _read_job(base, text, language, reference, parallel, lexicon, retain, tasks, limit, vocab, seeds)
    arguments = {
        "language": job.language.iso639_3,
        "vocab": vocab,
        "budget": str(limit),
        "seeds": seeds,
        "reference": job.reference.iso639_3,
    }

    return produce(out, lambda folder: _run(job, folder), verb="adapt", arguments=arguments, inputs=job.inputs)


def _read_job(
    base: Any, text: Any, language: str, reference: str, parallel: Any, lexicon: Any, retain: Any, tasks: Sequence[Any],
    budget: Any, vocab: str, seeds: int,
) -> Job:  # fmt: skip
    target, other = find(language), find(reference)
    options = Options(
        vocab,
        lexicon is not None,
        retain is not None,
        megabytes=budget.megabytes or 0.0,
        seeds=seeds,
    )
    model = load(base)
    if model.kind == "seq2seq":
        raise LectError(
            f"adapt proves its work in bits per byte, which an encoder-decoder such as {model.name} has none of. Use an encoder or a decoder."
        )
    expect_changeable(model, vocab)
    corpus, _ = read_checked(text, target)
    seen, heldout = corpus.split(HELDOUT)
    if len(heldout) < 2 or not len(seen):
        raise LectError(
            f"the text has {len(corpus)} documents, of which {len(heldout)} would be held out as proof: too few for an interval. "
            "Give more text, or the same with one document a line and no blank lines."
        )
    return Job(
        base=model, language=target, reference=other, text=seen, heldout=heldout.clip(EXCERPT_KB), budget=budget, options=options,
        pairs=read_parallel(parallel, target, other) if parallel is not None else None,
        lexicon=read_parallel(lexicon, target, other) if lexicon is not None else None,
        retain=read(retain).clip(EXCERPT_KB).take(0.3) if retain else None,
        tasks=[_read_task(model, task) for task in tasks],
    )  # fmt: skip


def _read_task(model: Model, argument: Any) -> Task:
    """Read a task that the model can learn and be tested on; what is missing is said before any work is done."""
    task = read_task(argument)
    expect_learnable(model, task)
    task.part("test")
    return task


def _run(job: Job, folder: Path) -> dict[str, Any]:
    """Do every stage in `folder`, then put the result at its top and drop the stages."""
    work, started = folder / STAGES, time.time()
    findings, chosen = diagnosed(job, work)
    systems = ["kept"] if chosen.vocab == "keep" else ["kept", "adapted"]
    chosen = replace(chosen, megabytes=megabytes_for(job, work, len(systems) * chosen.seeds))
    start = fitted(job, chosen, work / "vocabulary")
    chosen = replace(chosen, new_size=len(start.tokenizer))  # what a trim keeps is known only now
    starts = {"kept": job.base, "adapted": start}
    if chosen.vocab == "keep":
        systems, starts = ["adapted"], {"adapted": job.base}
    results = Results()
    taggers = chosen.seeds if job.tasks else 1
    for seed in range(taggers):
        results.extend(scored(job, job.base, "base", seed, work / f"scores-base-{seed}"))
    curves, steps = [], []
    for system in systems:
        for seed in range(chosen.seeds):
            model = trained(job, starts[system], system, seed, chosen.megabytes, work)
            results.extend(scored(job, model, system, seed, work / f"scores-{system}-{seed}"))
            curves.append(learning_curve(work / f"{system}-{seed}", system, seed))
            steps.append(model.history)
    finals = {"base": job.base} | {system: load(work / f"{system}-0") for system in systems}
    results.extend(speeds(job, finals, work / "speeds"))
    PartialState().wait_for_everyone()  # the first process removes the stages
    if process_rank() == 0:
        _finish(job, folder, findings, chosen, results, curves, started)
    return {"plan": chosen.vocab, "steps": steps}


def _finish(
    job: Job,
    folder: Path,
    findings: list[Finding],
    chosen: Plan,
    results: Results,
    curves: list[dict[str, Any]],
    started: float,
) -> None:
    """Write the final folder: the adapted model of the first seed, the table, the report, the card."""
    work = folder / STAGES
    final = load(work / "adapted-0")
    final.save(folder)
    shutil.copy(work / "adapted-0" / "training.jsonl", folder / "training.jsonl")
    results.save(folder)
    evidence = Evidence(
        language={key: getattr(job.language, key) for key in ("iso639_3", "tag", "name", "autonym")},
        base=job.base.name,
        kind=job.base.kind,
        lect=version(),
        command=_command(),
        date=datetime.fromtimestamp(started, UTC).date().isoformat(),
        findings=findings,
        plan=chosen,
        rows=results.rows,
        claims=ask_claims(results, job, chosen),
        curves=curves,
        segmentations=segmentations(job, final),
        proof=_proof(work / "vocabulary", folder),
        provenance=provenance(job),
        seconds=round(time.time() - started, 1),
        peak_memory_mb=peak_memory(),
        versions=engine_versions(),
    )
    (folder / "evidence.json").write_text(
        json.dumps(evidence.as_dict(), ensure_ascii=False, indent=1, default=str), encoding="utf-8"
    )
    write_report(evidence, folder)
    write_card(evidence, folder)
    shutil.rmtree(work)


def _proof(stage: Path, folder: Path) -> list[dict[str, Any]]:
    """Return the checks of the change of vocabulary, and put proof and map beside the model; none if it was kept."""
    if not (stage / PROOF).is_file():
        return []
    for name in (PROOF, MAP):
        shutil.copy(stage / name, folder / name)
    return list(json.loads((folder / PROOF).read_text(encoding="utf-8"))["checks"])


def _command() -> str:
    """Return what the user typed, or the name of the function where it was called from Python."""
    typed = Path(sys.argv[0]).name in ("lect", "__main__.py")
    return shlex.join(["lect", *sys.argv[1:]]) if typed else "lect.adapt(…)"
