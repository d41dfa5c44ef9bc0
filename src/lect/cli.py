"""The command line: one table of commands; each is a function whose signature and docstring are its interface."""

import importlib
import os
import re
import sys
from pathlib import Path
from typing import Any

from lect.artifacts.errors import LectError

COMMANDS = {
    "diagnose": "lect.commands.adaptation:diagnose",
    "adapt": "lect.commands.adaptation:adapt",
    "card": "lect.commands.carding:card",
    "pretrain": "lect.commands.training:pretrain",
    "demo": "lect.commands.adaptation:demo",
    "vocab learn": "lect.commands.vocabulary:learn",
    "vocab measure": "lect.commands.vocabulary_figures:measure",
    "vocab parity": "lect.commands.vocabulary_figures:parity",
    "vocab allocation": "lect.commands.vocabulary_figures:allocation",
    "vocab trim": "lect.commands.vocabulary:trim",
    "vocab extend": "lect.commands.vocabulary:extend",
    "vocab replace": "lect.commands.vocabulary:replace",
    "vocab prove": "lect.commands.vocabulary:prove",
    "vocab vectors": "lect.commands.vocabulary_figures:vectors",
    "vocab translate": "lect.commands.vocabulary_figures:translate",
    "corpus build": "lect.commands.corpora:build",
    "corpus describe": "lect.commands.corpora:describe",
    "corpus identify": "lect.commands.identifying:identify",
    "corpus identify learn": "lect.commands.identifying:learn",
    "corpus dedup": "lect.commands.corpora:dedup",
    "corpus filter": "lect.commands.corpora:sieve",
    "corpus decontaminate": "lect.commands.corpora:decontaminate",
    "corpus split": "lect.commands.corpora:split",
    "score bpb": "lect.commands.scoring:bpb",
    "score task": "lect.commands.scoring:task",
    "score build needles": "lect.commands.building:needles",
    "score build temporal": "lect.commands.building:temporal",
    "score build facts": "lect.commands.building:facts",
    "score build code-mixed": "lect.commands.building:code_mixed",
    "score build paraphrases": "lect.commands.building:paraphrases",
    "score build questions": "lect.commands.constructing:questions",
    "score build compositional": "lect.commands.constructing:compositional",
    "score build inference": "lect.commands.constructing:inference",
    "score build dialogues": "lect.commands.constructing:dialogues",
    "score build screening": "lect.commands.constructing:screening",
    "score rank": "lect.commands.scoring:rank",
    "score export": "lect.commands.exchanging:export",
    "score export-task": "lect.commands.exchanging:export_task",
    "score import": "lect.commands.exchanging:take_in",
    "compare": "lect.commands.scoring:compare",
    "languages": "lect.commands.reference:languages",
    "recipes": "lect.commands.recipe_book:recipes",
    "recipe run": "lect.commands.recipe_book:run",
    "env": "lect.commands.reference:env",
}
GROUPS = {
    "vocab": "Fit a model's vocabulary to a language: learn, measure, trim, extend, replace, prove.",
    "corpus": "Make a clean corpus of one language: build it from a crawl, or take one step on a text.",
    "corpus identify": "Say which languages a text is in; learn to tell them apart.",
    "score": "Score one model on one thing, with an interval.",
    "score build": "Build a test set for one language: needles, facts, questions, inference and more.",
    "recipe": "Run one published system as a recipe.",
}


def build() -> Any:
    """Return the cyclopts application; commands are imported when they are asked for."""
    from cyclopts import App

    from lect.artifacts.outputs import version

    app = App(
        name="lect",
        help="The best language model for one language, and the proof.",
        version=version,
        version_flags=["--version"],
        suppress_keyboard_interrupt=False,  # main says how to go on
    )
    groups = {name: App(name=name.rpartition(" ")[2], help=help_) for name, help_ in GROUPS.items()}
    for name, group in groups.items():
        groups.get(name.rpartition(" ")[0], app).command(group)
    for name, target in COMMANDS.items():
        if name in groups:  # a command that has commands of its own
            groups[name].default(_function(target))
            continue
        parent, _, leaf = name.rpartition(" ")
        (groups[parent] if parent else app).command(target, name=leaf, help=_summary(target))
    return app


def _function(target: str) -> Any:
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)


def _summary(target: str) -> str:
    """Return the first sentence of a command's docstring, read from its source without importing it."""
    module, _, function = target.partition(":")
    source = Path(__file__).with_name("commands") / f"{module.rpartition('.')[2]}.py"
    found = re.search(
        rf'^def {function}\(.*?"""(.*?)(?:\n\n|""")', source.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    return " ".join(found[1].split()) if found else ""


def main(arguments: list[str] | None = None) -> None:
    """Run one command: exit code 0, or 2 with a message for what the user can mend, or 130 after Ctrl-C."""
    from lect.commands.terminal import report_progress, say_error

    try:
        with report_progress():
            build()(arguments, exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except LectError as error:
        say_error(str(error))
        sys.exit(2)
    except BrokenPipeError:  # the reader, such as `head`, has what it wanted
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        say_error("stopped. Nothing is lost: the same command goes on from the last checkpoint.")
        sys.exit(130)
    except Exception as error:
        if not type(error).__module__.startswith("cyclopts"):
            raise
        say_error(f"{error}  (lect --help lists the commands, lect COMMAND --help its options)")
        sys.exit(2)
