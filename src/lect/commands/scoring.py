"""Commands that score and compare."""

from typing import Any

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

    _say_score(bits_per_byte(model, read(list(text)), window=window, stride=stride), json)


def tagging(model: str, task: str, *, epochs: int = 10, seed: int = 0, json: bool = False) -> None:
    """Fine-tune a copy of a model as a tagger and score it on the test part.

    Parameters
    ----------
    model
        A model folder or hub id.
    task
        NAME=PATH, such as pos=treebanks/fo_farpahc.
    epochs
        How often the training part is seen.
    seed
        Decides the head's initial weights and the order of the sentences.
    json
        Print JSON.
    """
    from lect.artifacts.tasks import read_task
    from lect.score.labeling import tagging as score_tagging
    from lect.train.finetuning import finetune

    read = read_task(task)
    _say_score(score_tagging(finetune(model, read, epochs=epochs, seed=seed), read), json)


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
    from lect.score.comparing import compare as run
    from lect.score.comparing import describe

    rows = run(*_with_system(a, b))
    if json:
        from dataclasses import asdict

        say_json([asdict(row) for row in rows])
    else:
        say(describe(rows))


def _with_system(a: str, b: str) -> Any:
    return a, b


def _say_score(score: Any, as_json: bool) -> None:
    """Print a score, its interval, its signature and its warning."""
    from lect.score.significance import interval

    low, high = interval(score)
    row = {"metric": score.metric, "value": score.value, "low": low, "high": high, "n": score.n, **score.columns, "signature": score.signature}
    if as_json:
        say_json(row)
        return
    say(f"{score.metric} {score.value:.4f}  [{low:.4f}, {high:.4f}] 95 %  n={score.n}")
    say(score.signature)
    if warning := score.columns.get("warning"):
        say(f"warning: {warning}")
