"""Evidence: all that a run of `lect adapt` found, on one page; the report and the model card are made from it alone."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

from lect.artifacts.errors import LectError

LEVELS = ("good", "note", "warn", "bad")
VOCABULARIES = ("keep", "trim", "extend", "replace")
VERDICTS = ("holds", "not shown", "contradicted")
KINDS = ("decoder", "encoder")

Record = TypeVar("Record")


@dataclass(frozen=True)
class Finding:
    """One line of the diagnosis; `reading` is a sentence for someone who does not know the field."""

    key: str
    title: str
    value: float | str | None
    unit: str
    reading: str
    level: str

    def __post_init__(self) -> None:
        _expect(self.level, LEVELS, f"level of the finding {self.key!r}")


@dataclass(frozen=True)
class Reason:
    """Why the plan says so; `source` is a citation ("Koto et al. 2021 (S009)") or "ours"."""

    text: str
    source: str


@dataclass(frozen=True)
class Plan:
    """What was decided: the vocabulary, its sizes in rows, how new rows are filled, the text of a run, the runs."""

    vocab: str
    rows: str
    old_size: int
    new_size: int
    megabytes: float
    seeds: int
    reasons: list[Reason]

    def __post_init__(self) -> None:
        _expect(self.vocab, VOCABULARIES, "vocabulary of the plan")


@dataclass(frozen=True)
class Evidence:
    """What `lect adapt` did to one base model for one language, and what that was worth.

    Attributes:
        language: `iso639_3`, `tag`, `name`, `autonym`.
        base: name of the base model, a hub id or a folder; kind: "decoder" or "encoder".
        lect: version; command: the exact command line; date: ISO 8601; seconds, peak_memory_mb: of the whole run.
        findings: the diagnosis; plan: what was decided and why.
        rows: rows of results.jsonl; `system` is "base", "kept" (same text, old vocabulary) or "adapted". Where
        a system has rows of several
            stages, those of "end" count, else those without a stage, else the last ones.
        claims: {text: "adapted < base", metric, task, language?, verdict, effect, low, high, n, seeds,
        minimum_detectable_effect, reading}
            where effect is left − right in the unit of the metric and seeds is a number, or the pair (runs
            of left, runs of right).
        curves: {system, seed, points: [[megabytes, loss in nats a target], …]}.
        segmentations: {text, before, after}: the pieces of the text as they read, "" for a piece that shows no
        character of its own.
        proof: {name, holds, seen} of each check of the change of vocabulary (`vocab.prove`).
        provenance: {name, identity, detail, license}, the base model under the name "base" or under its own.
        versions: of the libraries.
    """

    language: dict[str, str]
    base: str
    kind: str
    lect: str
    command: str
    date: str
    findings: list[Finding]
    plan: Plan
    rows: list[dict[str, Any]] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)
    curves: list[dict[str, Any]] = field(default_factory=list)
    segmentations: list[dict[str, Any]] = field(default_factory=list)
    proof: list[dict[str, Any]] = field(default_factory=list)
    provenance: list[dict[str, Any]] = field(default_factory=list)
    seconds: float | None = None
    peak_memory_mb: float | None = None
    versions: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _expect(self.kind, KINDS, "kind of the model")
        for claim in self.claims:
            _expect(claim.get("verdict"), VERDICTS, f"verdict of the claim {claim.get('text')!r}")
        missing = {"tag", "name"} - set(self.language)
        if missing:
            raise LectError(
                f"the language of the evidence lacks {', '.join(sorted(missing))}; take the fields of "
                f"languages.find(...)"
            )

    def as_dict(self) -> dict[str, Any]:
        """Return the evidence as plain dicts, lists, strings and numbers, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Evidence":
        """Return the evidence that `as_dict` wrote, also after a journey through JSON."""
        plan = dict(content.get("plan", {}))
        plan["reasons"] = [_build(Reason, reason) for reason in plan.get("reasons", [])]
        findings = [_build(Finding, finding) for finding in content.get("findings", [])]
        return _build(cls, {**content, "plan": _build(Plan, plan), "findings": findings})


def _build(kind: type[Record], content: Mapping[str, Any]) -> Record:
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    try:
        return kind(**content)
    except TypeError:
        unknown = ", ".join(sorted(set(content) - names)) or "nothing unknown"
        missing = ", ".join(sorted(names - set(content))) or "nothing missing"
        raise LectError(
            f"this is not the {kind.__name__} that lect wrote: found {unknown}, absent {missing}. Write it again "
            f"with this version of lect."
        ) from None


def _expect(value: Any, allowed: tuple[str, ...], what: str) -> None:
    if value not in allowed:
        raise LectError(f"the {what} is {value!r}; expected {', '.join(allowed)}")
