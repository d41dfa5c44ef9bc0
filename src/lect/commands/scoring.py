"""Commands that score and compare."""

from pathlib import Path
from typing import Any

from lect.commands.files import paths
from lect.commands.terminal import say, say_json


def bpb(model: str, *text: str, window: int | None = None, stride: int | None = None, json: bool = False) -> None:
    """Score how well a model predicts text, in bits per byte: lower is better, and it compares between tokenizers.

    For encoders it is a pseudo-likelihood, which does not.

    Parameters
    ----------
    model
        A model folder or hub id.
    text
        Files, folders or globs of text that the model has not seen.
    window
        The most tokens that the model sees at once.
    stride
        How far the window moves.
    json
        Print JSON.
    """
    from lect.artifacts.texts import read
    from lect.score.likelihood import bits_per_byte

    _say_score(bits_per_byte(model, read(paths(text)), window=window, stride=stride), json)


def task(
    model: str,
    task: str,
    *,
    language: str = "",
    epochs: int = 10,
    seed: int = 0,
    split: str = "test",
    json: bool = False,
) -> None:
    """Score a model on a task: a copy is fine-tuned first where the task has a training part and needs a head.

    Parameters
    ----------
    model
        A model folder or hub id.
    task
        NAME=PATH, such as pos=treebanks/fo_farpahc, ner=data/ner, minimal-pairs=clams.tsv or retrieval=FOLDER.
    language
        A name or code, for tasks whose answers are cut into words: questions, generation, instructions.
    epochs
        How often the training part is seen.
    seed
        Decides the head's initial weights and the order of the examples.
    split
        The part that is scored.
    json
        Print JSON.
    """
    from dataclasses import replace

    from lect.artifacts.loading import load
    from lect.artifacts.tasks import read_task
    from lect.score.evaluating import evaluate
    from lect.score.grading import chance
    from lect.train.finetuning import finetune
    from lect.train.heads import HEADS

    read, loaded = read_task(task, language=language), load(model)
    learns = read.kind in HEADS and read.splits.get("train") and (loaded.kind != "encoder" or HEADS[read.kind].network)
    scores = evaluate(finetune(loaded, read, epochs=epochs, seed=seed) if learns else loaded, read, split=split)
    guess = chance(read, split=split)
    shown = [replace(s, columns=s.columns | {"chance": guess.value}) if s.metric == guess.metric else s for s in scores]
    for score in shown:
        _say_score(score, json)


def compare(a: str, b: str, *, json: bool = False) -> None:
    """Compare two result folders on everything that both hold, with intervals, Holm correction and what could have been seen.

    Parameters
    ----------
    a
        A folder with results.jsonl, or FOLDER:SYSTEM.
    b
        Another, or another system of the same.
    json
        Print JSON.
    """
    from lect.score.evidence.comparing import compare as run
    from lect.score.evidence.comparing import describe

    (first, one), (second, other) = _find_system(a), _find_system(b)
    rows = run(first, second, systems=(one, other))
    if json:
        from dataclasses import asdict

        say_json([asdict(row) for row in rows])
    else:
        say(describe(rows))


def rank(
    *results: str,
    how: str = "mean",
    prompts: str | None = None,
    chance: float | None = None,
    metric: str | None = None,
    stage: str | None = None,
    json: bool = False,
) -> None:
    """Rank all systems of result folders over tasks and languages, and say which of them cannot be told apart.

    Parameters
    ----------
    results
        Folders with results.jsonl.
    how
        mean, harmonic, rank or borda; means are relative to chance where it is known.
    prompts
        Where tasks were asked with several prompts: max or median.
    chance
        The chance level of all tasks, where the results do not hold it; 0 leaves shares as they are.
    metric
        Rank by this metric alone, instead of the first one of each task.
    stage
        Rank the rows of this stage, such as end.
    json
        Print JSON.
    """
    from lect.artifacts.errors import LectError
    from lect.artifacts.results import Results
    from lect.score.evidence.ranking import describe_leaderboard, leaderboard

    if not results:
        raise LectError("name at least one folder with results.jsonl")
    table = Results()
    for folder in results:
        table.extend(Results.open(folder))
    where: dict[str, Any] = {name: value for name, value in (("metric", metric), ("stage", stage)) if value is not None}
    standings = leaderboard(table, how, prompts=prompts, chance=chance, **where)
    if json:
        from dataclasses import asdict

        say_json([asdict(row) for row in standings])
    else:
        say(describe_leaderboard(standings))


def _find_system(said: str) -> tuple[Any, str]:
    """Return the results and the system that FOLDER or FOLDER:SYSTEM names."""
    from lect.artifacts.errors import LectError
    from lect.artifacts.results import Results

    folder, _, system = (said, "", "") if Path(said).exists() else said.rpartition(":")
    results = Results.open(folder or said)
    systems = sorted({str(row["system"]) for row in results.rows})
    if not system and len(systems) == 1:
        return results, systems[0]
    if system not in systems:
        found = f"{folder} has no system {system!r}" if system else f"{folder} holds {len(systems)} systems"
        names = " or ".join(f"{folder}:{name}" for name in systems)
        raise LectError(f"{found}. Name one: {names or 'the results are empty'}")
    return results, system


def _say_score(score: Any, as_json: bool) -> None:
    """Print a score, its interval, its signature and its warning."""
    from lect.score.evidence.significance import interval

    low, high = interval(score)
    row = {
        "metric": score.metric,
        "value": score.value,
        "low": low,
        "high": high,
        "n": score.n,
        **score.columns,
        "signature": score.signature,
    }
    if as_json:
        say_json(row)
        return
    guess = f"  (blind reader {score.columns['chance']:.4f})" if "chance" in score.columns else ""
    say(f"{score.metric} {score.value:.4f}  [{low:.4f}, {high:.4f}] 95 %  n={score.n}{guess}")
    say(score.signature)
    if warning := score.columns.get("warning"):
        say(f"warning: {warning}")
