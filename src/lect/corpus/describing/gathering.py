"""Gathering: one pass over a corpus, in bounded memory, and the same for whatever order its documents lie in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lect.artifacts.hooks import progress
from lect.corpus.choosing.licensing import TERMS, read_license
from lect.corpus.describing.drifting import measure_drift
from lect.corpus.describing.folders import Corpus, open_corpus
from lect.corpus.describing.surveying import USUAL, Dropped, Kept
from lect.corpus.describing.tallies import Tally, estimate, to_facet
from lect.corpus.describing.tracing import trace
from lect.corpus.describing.values import Copies, Description, Facet, Group, Loss

UNKNOWN = "unknown"
_DRIFTING = ("source", "site", "year")
_DRIFT_ROWS = 8_000
_MADE = ("lect", "verb", "signature", "arguments", "seed", "versions", "started", "seconds", "peak_memory_mb")


def gather(corpus: Any, *, samples: int = 3, seed: int = 0) -> Description:
    """Gather what a datasheet says of a corpus folder, or of any text, in one pass.

    Documents, bytes and groups are counted exactly (a column of more than 50,000 values is estimated); quartiles,
    histograms and drift are those of the 20,000 documents with the smallest hashes. `samples` documents are shown of
    what was kept and of each reason for dropping. Licenses are counted by their SPDX ids and by their terms, as
    `read_license` reads them.

    >>> gather([{"text": "Gott kvøld", "license": "CC0-1.0"}]).facets["license"].groups
    [Group(name='CC0-1.0', documents=1, bytes=11)]
    """
    opened = open_corpus(corpus)
    kept, dropped = Kept(samples, seed), Dropped(samples, seed)
    with progress("describing", total=opened.size, unit="documents") as advance:
        for rows, survey in ((opened.kept(), kept), (opened.dropped(), dropped)):
            for row in rows:
                survey.add(row)
                advance(1)
    return _conclude(opened, kept, dropped, seed)


def _conclude(corpus: Corpus, kept: Kept, dropped: Dropped, seed: int) -> Description:
    facets = {column: kept.facet(column) for column in _usual_first(kept.tallies, USUAL) if _tells(kept, column)}
    facets["license_terms"] = _terms(kept)
    rows = list(kept.rows)[:_DRIFT_ROWS]
    columns = {column: [row.names.get(column, "") for row in rows] for column in _DRIFTING}
    ledger = corpus.ledger.to_json() if corpus.ledger else None
    history = corpus.history or {}
    return Description(
        name=corpus.name,
        documents=kept.documents,
        bytes=kept.bytes,
        facets=facets,
        numbers={column: kept.distribution(column) for column in _usual_first(kept.ranges, ("characters",))},
        samples={"": list(kept.shown)}
        | {group.name: list(dropped.shown[group.name]) for group in dropped.reasons.groups()},
        seed=seed,
        received=Group("in", ledger["in"]["documents"], ledger["in"]["bytes"]) if ledger else None,
        kept_size=ledger["out"]["bytes"] if ledger else None,
        dropped=[Loss(reason, **row) for reason, row in ledger["dropped"].items()] if ledger else [],
        drift=measure_drift([row.head for row in rows], columns, seed) if rows else [],
        copies=Copies(*kept.clusters) if "cluster_size" in kept.ranges else None,
        chain=trace(corpus.history, corpus.sources, _licenses_of_sources(kept.licenses)),
        faults=_faults(ledger, kept, dropped) if ledger else [],
        made={name: history[name] for name in _MADE if history.get(name) is not None},
    )


def _usual_first(columns: Iterable[str], usual: Sequence[str]) -> list[str]:
    """Return columns in an order that does not depend on that of the documents."""
    found = set(columns)
    return [*(column for column in usual if column in found), *sorted(found - set(usual))]


def _tells(kept: Kept, column: str) -> bool:
    """Say whether a column of names is worth a table: it is one of the usual ones and there, or has few values."""
    tally = kept.tallies[column]
    return bool(tally.documents) or (tally.over and column in USUAL)


def _terms(kept: Kept) -> Facet:
    """Return the facet of what the licenses allow; documents without a license, or with one nobody knows, are unknown."""

    def terms(license_: str) -> str:
        found = read_license(license_).terms
        return "" if found == UNKNOWN else found

    licenses, tally = kept.tallies["license"], Tally(len(TERMS))
    if licenses.over:
        sampled = ((terms(row.names.get("license", "")), row.bytes) for row in kept.rows)
        return estimate(sampled, kept.documents, kept.bytes)
    for group in licenses.groups():
        if found := terms(group.name):
            tally.add(found, group.bytes, documents=group.documents)
    return to_facet(tally.groups(), kept.documents, kept.bytes)


def _licenses_of_sources(pairs: Tally) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for source, license_ in pairs.values():
        found[source].append(license_ or "none stated")
    return found


def _faults(ledger: Mapping[str, Any], kept: Kept, dropped: Dropped) -> list[str]:
    """Return where the ledger and the rows that lie in the folder differ."""
    said = [("kept", ledger["out"]["documents"], kept.documents)]
    if kept.sized == kept.documents:
        said.append(("bytes of what was kept", ledger["out"]["bytes"], kept.received))
    if dropped.shown:
        reasons = sorted({*ledger["dropped"], *dropped.shown})
        said += [
            (reason, ledger["dropped"].get(reason, {}).get("documents", 0), dropped.reasons.documents[reason])
            for reason in reasons
        ]
    return [f"{what}: the ledger says {one:,}, the folder holds {other:,}" for what, one, other in said if one != other]
