"""Commands that build a corpus, or take one step on a text."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lect.commands.files import Files, paths
from lect.commands.terminal import say

if TYPE_CHECKING:
    from lect.artifacts.texts import Text


def build(
    *sources: str,
    language: str,
    out: str,
    identifier: str | None = None,
    rules: list[str] | None = None,
    reference: list[str] | None = None,
    task: list[str] | None = None,
    workers: int = 1,
) -> None:
    """Build a corpus of one language from a crawl: identify, extract, filter, remove copies, and count what was dropped.

    Parameters
    ----------
    sources
        Files, folders or globs: WARC, ARC, HTML, JSONL, parquet or text, also compressed.
    language
        The language to keep, as a code, tag or name.
    out
        The folder to write; running the same command again resumes.
    identifier
        A folder that `lect corpus identify learn` wrote. Without one, a small identifier is learned from CLDR: better
        than none, and weak between relatives.
    rules
        A rule set to apply (gopher, gopher_repetition, fineweb, c4, mc4, hplt, or robots: what asks not to be kept); give
        it again for further ones. The first three unless said; none for no rules.
    reference
        Clean text of the language: bounds of rules that would drop more than 1 % of it are loosened, and its stop words
        count. Published bounds are made for English, and drop much of other languages.
    task
        A task such as pos=treebank whose development and test examples must not be in the corpus; give it again for more.
    workers
        Processes that read pages.
    """
    from lect.artifacts.tasks import read_task
    from lect.corpus.building.making import SETS
    from lect.corpus.building.making import build as build_corpus

    sets = SETS if rules is None else [name for name in rules if name != "none"]
    tasks = [read_task(one) for one in task or ()]
    folder = build_corpus(
        paths(sources),
        out,
        language=language,
        identifier=identifier,
        rules=sets,
        reference=paths(reference) if reference else None,
        tasks=tasks,
        workers=workers,
    )
    _say_ledger(folder)


def describe(corpus: str, *, out: str | None = None, samples: int = 3, seed: int = 0) -> None:
    """Write the datasheet of a corpus: sources, licenses, sizes, what was dropped and why, with samples.

    Parameters
    ----------
    corpus
        A folder that `lect corpus build` or a step on a text wrote, or any text.
    out
        The folder to write; CORPUS-datasheet unless said.
    samples
        How many documents to show of what was kept, and of each reason.
    seed
        Decides which.
    """
    from lect.adaptation.datasheets.making import describe as describe_corpus

    say(f"{describe_corpus(corpus, out, samples=samples, seed=seed)}/datasheet.html: open it in a browser")


def dedup(*text: str, out: str, against: list[str] | None = None, index: str | None = None) -> None:
    """Remove exact and near copies from a text, over all its documents.

    Parameters
    ----------
    text
        Files, folders or globs of text.
    out
        The folder to write, with what is kept, what is not, and the ledger.
    against
        An index of an older corpus: what that has is dropped, too; give it again for further ones.
    index
        A folder to write the index of this text into, for a later --against.
    """
    from lect.corpus.copies.finding import find_copies

    def decide(read: "Text") -> Any:
        found = find_copies(read, against=against or (), out=index)
        return found.reasons, {"cluster": found.cluster.tolist(), "cluster_size": found.size.tolist()}

    _sift(out, text, decide, "corpus.dedup", {"against": against, "index": index})


def sieve(*text: str, language: str, out: str, rules: list[str] | None = None) -> None:
    """Drop the documents that fail published rules; what was measured of each stays in its columns.

    Parameters
    ----------
    text
        Files, folders or globs of text.
    language
        The language of the text: which stop words count.
    out
        The folder to write, with what is kept, what is not, and the ledger.
    rules
        A rule set: gopher, gopher_repetition, fineweb, c4, mc4 or hplt; give it again for further ones.
    """
    from lect.corpus.building.making import SETS
    from lect.corpus.rules.sieving import sieve as sieve_text

    sets = tuple(rules or SETS)
    _sift(
        out, text, lambda read: sieve_text(read, language=language, rules=sets), "corpus.filter",
        {"language": language, "rules": sets},
    )  # fmt: skip


def decontaminate(*text: str, task: Files, out: str) -> None:
    """Drop the documents that hold development or test examples of tasks.

    Parameters
    ----------
    text
        Files, folders or globs of text.
    task
        Tasks such as pos=treebank or qa=squad.json.
    out
        The folder to write, with what is kept, what is not, and the ledger.
    """
    from lect.artifacts.tasks import read_task
    from lect.corpus.overlap.decontaminating import find_overlap

    tasks = [read_task(one) for one in task]
    _sift(
        out, text, lambda read: (find_overlap(read, tasks).reasons, {}), "corpus.decontaminate", {},
        {f"task {one.name}": one for one in tasks},
    )  # fmt: skip


def split(*text: str, out: str, heldout: float = 0.02) -> None:
    """Divide a text by the hash of each document, so that a corpus that grows never moves one across.

    Parameters
    ----------
    text
        Files, folders or globs of text.
    out
        The folder to write: OUT has what is seen, OUT/dropped what is held out.
    heldout
        The share of the documents to hold out, between 0 and 1.
    """

    def decide(read: "Text") -> Any:
        held = read.split(heldout)[1]
        ids = {(document["id"], document["text"]) for document in held}
        return ["held_out" if (one["id"], one["text"]) in ids else "" for one in read], {}

    _sift(out, text, decide, "corpus.split", {"heldout": heldout})


def _sift(
    out: str, text: tuple[str, ...], decide: Any, verb: str, arguments: dict[str, Any], inputs: Any = None
) -> None:
    from lect.artifacts.texts import read
    from lect.corpus.building.sifting import sift_into

    _say_ledger(sift_into(out, read(paths(text)), decide, verb=verb, arguments=arguments, inputs=inputs))


def _say_ledger(folder: Path) -> None:
    """Print where the documents went."""
    import json

    ledger = json.loads((folder / "ledger.json").read_text(encoding="utf-8"))
    rows = {"read": ledger["in"], "kept": ledger["out"], **ledger["dropped"]}
    whole = ledger["in"]["bytes"] or 1
    for name, row in rows.items():
        say(f"{name:<32}{row['documents']:>12,} documents{row['bytes'] / 1e6:>12,.2f} MB{row['bytes'] / whole:>8.1%}")
    say(f"{folder}: read it with lect.read({str(folder)!r}); {folder}/dropped has the rest with the reasons")
