"""Building a corpus of one language: the main job of the room."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.opening import combined_hash, file_hash
from lect.artifacts.outputs import discard, produce
from lect.artifacts.tasks import Task
from lect.artifacts.texts import Text, read
from lect.corpus.building.harvesting import harvest
from lect.corpus.building.paging import Pager
from lect.corpus.building.settling import settle
from lect.corpus.building.storing import store
from lect.corpus.crawl.archives import find_archives
from lect.corpus.identification.cleaning import language_label
from lect.corpus.identification.identifying import Identifier
from lect.corpus.identification.learning import learn_identifier
from lect.corpus.identification.saving import load_identifier, write_identifier
from lect.corpus.language_profiles import words_of
from lect.corpus.rules.measuring import measure
from lect.corpus.rules.rule_sets import Rule, rules_of
from lect.corpus.rules.scaling import scale_rules
from lect.corpus.rules.stop_words import learn_stop_words
from lect.worlds.locales import covered_languages

_ROW = 12  # words of CLDR that make a line to learn from
_REFERENCE = 5_000  # documents of clean text that are measured
ROBOTS = Rule("robots", "robots_refusals", None, 0, "the page's own directives, such as noindex or noai")
SETS = ("gopher", "gopher_repetition", "fineweb")


@dataclass(frozen=True)
class Crawl:
    """The files that a corpus is built from."""

    files: tuple[Path, ...]

    @cached_property
    def sources(self) -> list[dict[str, Any]]:
        """Path, hash and size of every file, as `lect.json` says them; a file that may not be read has no hash."""
        return [{"path": str(path), "sha256": _hash(path), "bytes": path.stat().st_size} for path in self.files]

    @property
    def identity(self) -> str:
        """One hash of all files."""
        return combined_hash(*(str(source["sha256"]) for source in self.sources))


def fit(rules: Sequence[Rule], clean: Text | None, language: str) -> tuple[list[Rule], frozenset[str] | None]:
    """Return rules with the looser of their own bounds and those that clean text asks for, and its stop words."""
    if clean is None:
        return list(rules), None
    strings = list(islice(clean.strings(), _REFERENCE))
    stop_words = learn_stop_words(strings)
    measured = measure(strings, language=language, stop_words=stop_words)
    return [scaled.loosened for scaled in scale_rules(rules, measured)], stop_words


def _hash(path: Path) -> str:
    try:
        return file_hash(path)
    except LectError:
        return "unreadable"


def build(
    sources: Any,
    out: str | Path,
    *,
    language: str,
    identifier: str | Path | None = None,
    rules: Sequence[str] = SETS,
    reference: Any = None,
    tasks: Sequence[Task] = (),
    workers: int = 1,
) -> Path:
    """Build a corpus of one language from archives, pages, dumps and texts, and return its folder.

    Cheap text is taken from every page and its language found; only pages in the language are extracted with care,
    mended and measured. Then all is decided over the whole: `rules` names sets of `RULES` (or `robots`), thresholds over the measured
    table, loosened until they drop no more than 1 % of a clean `reference` text of the language each, whose stop words
    count, too; copies are found across all sources; what holds a test example of `tasks` is left out. `sources` is a path, a
    glob or a list of them (WARC, ARC, HTML, JSONL, parquet, text). `identifier` is a folder that `learn_identifier`
    wrote; without one a small one is learned from CLDR.

    The folder holds `part-*.parquet`, which `read` reads, `dropped/` with all the rest and the reasons, `ledger.json`
    (documents and bytes: in = out + dropped, exactly) and `lect.json`. A run that was killed goes on where it was.
    """
    named = [sources] if isinstance(sources, (str, Path)) else list(sources)
    crawl = Crawl(tuple(dict.fromkeys(file for one in named for file in find_archives(one))))
    clean = None if reference is None else read(reference)
    chosen, stop_words = fit(rules_of(*(name for name in rules if name != ROBOTS.name)), clean, language)
    chosen += [ROBOTS] * (ROBOTS.name in rules)
    label = language_label(language)
    if identifier:
        expect_label(load_identifier(identifier), label)

    def make(folder: Path) -> dict[str, Any]:
        work = folder / "work"
        pager = Pager(label, str(identifier or _learned(work / "identifier", label)), stop_words)
        harvest(crawl.files, work / "read", pager, workers)
        ledger = store(work / "read", settle(work / "read", work / "decided.parquet", chosen, tasks), folder)
        discard(work)
        return {"ledger": ledger.to_json(), "rules": [asdict(rule) for rule in chosen]}

    known = combined_hash(*map(file_hash, sorted(Path(identifier).iterdir()))) if identifier else "CLDR"
    arguments = {"language": label, "identifier": known, "rules": list(rules)}
    inputs: dict[str, Any] = {"sources": crawl, **{f"task {task.name}": task for task in tasks}}
    if clean is not None:
        inputs["reference"] = clean
    return produce(out, make, verb="corpus.build", arguments=arguments, inputs=inputs)


def _learned(folder: Path, label: str) -> Path:
    """Return a folder with an identifier of the languages that CLDR has words of, learned now if it is not there.

    It was calibrated on lists of words, of which it is sure of few; of whole pages it may answer at even odds. It is weak
    between relatives (Danish and Norwegian), and better than none.
    """
    if not folder.exists():
        found = replace(
            learn_identifier({language_label(tag): _rows(tag) for tag in covered_languages()}), threshold=0.5
        )
        expect_label(found, label)
        partial = write_identifier(found, folder.with_name("identifier.partial"))
        partial.rename(folder)
    return folder


def _rows(tag: str) -> list[str]:
    words = list(words_of(tag))
    return [" ".join(words[at : at + _ROW]) for at in range(0, len(words), _ROW)]


def expect_label(identifier: Identifier, label: str) -> None:
    """Refuse a language that an identifier does not know."""
    if label not in identifier.labels:
        raise LectError(
            f"the identifier does not know {label}; it knows {len(identifier.labels)} languages "
            f"({', '.join(identifier.labels[:5])}, …). Learn one with text of it: lect corpus identify learn."
        )
