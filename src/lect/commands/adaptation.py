"""Commands of the main job."""

from typing import Any, Literal

from lect.commands.files import Files, paths
from lect.commands.terminal import say, say_json


def diagnose(
    base: str, *, language: str, text: Files, parallel: str | None = None, reference: str = "eng", json: bool = False
) -> None:
    """Say how badly a model serves a language: what it costs, how well it reads it, in plain words.

    Parameters
    ----------
    base
        A model folder or hub id.
    language
        The language, as a code, tag or name: fao, fo, Faroese.
    text
        Files, folders or globs of text in that language.
    parallel
        Pairs of the language and the reference (TSV, JSONL, or one column a language), for the premium.
    reference
        The language to compare with.
    json
        Print JSON.
    """
    from lect.adaptation.diagnosis import diagnose as run

    diagnosis = run(base, paths(text), language=language, parallel=parallel, reference=reference)
    say_json(diagnosis.as_dict()) if json else say(diagnosis.describe())


def adapt(
    base: str,
    *,
    language: str,
    text: Files,
    out: str,
    parallel: str | None = None,
    lexicon: str | None = None,
    retain: Files | None = None,
    task: Files | None = None,
    vocab: Literal["auto", "keep", "trim", "extend", "replace"] = "auto",
    budget: str = "20MB",
    seeds: int = 3,
    reference: str = "eng",
) -> None:
    """Diagnose, plan, adapt and prove: one language, one budget, one folder with the model and the report.

    Running the same command again resumes an interrupted run, and does nothing when it is finished.

    Parameters
    ----------
    base
        The model to adapt: a folder or hub id.
    language
        The language, as a code, tag or name: fao, fo, Faroese.
    text
        Files, folders or globs of text in that language.
    out
        The folder to write.
    parallel
        Pairs of the language and the reference, for the premium.
    lexicon
        Pairs of words, to start new entries from their translations.
    retain
        Text of what the model should not forget; the report says how much it did.
    task
        Tasks as NAME=PATH, such as pos=treebanks/fo_farpahc.
    vocab
        What to do about the vocabulary; auto lets the plan decide.
    budget
        Text that each training run sees (20MB), or the time for all of them together (30m, 2h).
    seeds
        How many times each training is run; with fewer than 3, nothing can be said about training noise.
    reference
        The language of the other side of --parallel.
    """
    from lect.adaptation.adapting import adapt as run

    folder = run(
        base, paths(text), out, language=language, parallel=parallel, lexicon=lexicon, retain=paths(retain) if retain else None,
        tasks=task or [], vocab=vocab, budget=budget, seeds=seeds, reference=reference,
    )  # fmt: skip
    _say_outcome(str(folder))


def demo(*, out: str = "lect-demo", budget: str = "0.25MB") -> None:
    """Run the main job on data that lect makes itself: phrases in real languages, no network, about a minute.

    Parameters
    ----------
    out
        The folder to write.
    budget
        Text that each training run sees.
    """
    from lect.adaptation.demonstration import demo as run

    _say_outcome(str(run(out, budget=budget)))


def _say_outcome(folder: str) -> None:
    """Print the claims and where to look."""
    import json
    from pathlib import Path

    evidence = json.loads((Path(folder) / "evidence.json").read_text(encoding="utf-8"))
    plan = evidence["plan"]
    sizes = f"{plan['old_size']:,} → {plan['new_size']:,} entries"
    say(f"\nplan: {plan['vocab']} the vocabulary ({sizes}), rows: {plan['rows']}")
    for reason in plan["reasons"]:
        say(f"  - {reason['text']} [{reason['source']}]")
    _say_claims("proof", [claim for claim in evidence["claims"] if claim["task"] != "retain"], {})
    lost = {"contradicted": "lost", "holds": "gained"}
    _say_claims("on the text to retain", [claim for claim in evidence["claims"] if claim["task"] == "retain"], lost)
    say(f"\n{folder}/report.html   the report\n{folder}/             the model, as a Hugging Face folder")


def _say_claims(title: str, claims: list[dict[str, Any]], words: dict[str, str]) -> None:
    """Print claims under a title, their verdicts in `words` where these have one."""
    if not claims:
        return
    say(f"\n{title}:")
    for claim in claims:
        interval = f"{claim['effect']:+.4f} [{claim['low']:+.4f}, {claim['high']:+.4f}]"
        verdict = words.get(claim["verdict"], claim["verdict"])
        say(f"  {verdict:>12}  {claim['text']}, {claim['metric']} on {claim['task']}: {interval}")
