"""From scores to lines: intervals, what can be told from chance, two models side by side, sections in one figure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from lect.adaptation.language_cards import readings
from lect.adaptation.language_cards.requesting import Request
from lect.adaptation.language_cards.values import Card, Found, Gap, Line, Measured, Summary, Versus
from lect.artifacts.models import Model
from lect.artifacts.outputs import version
from lect.artifacts.results import Results
from lect.score.evidence.aggregating import aggregate
from lect.score.evidence.comparing import Row, compare
from lect.score.evidence.gathering import has_few
from lect.score.evidence.significance import Comparison, holm, interval, paired_bootstrap
from lect.score.evidence.systems import System, gather
from lect.score.metrics import metric

LEVEL = 0.05
SUMMED = ("alignment", "knowledge", "structure", "understanding", "generation")
Everything = Mapping[str, Sequence[Measured | Gap]]
Key = tuple[str, str, str | None]  # title, metric and task: what makes a line


def tabulate(request: Request, everything: Everything) -> Results:
    """Return all scores as a table: a headline has its chance level, and every row says which section it is of."""
    results = Results()
    for system, found in everything.items():
        for one in found:
            if isinstance(one, Measured):
                _add(results, one, system, request.language.iso639_3)
    return results


def _add(results: Results, one: Measured, system: str, language: str) -> None:
    for seed, scores in one.scores.items():
        for number, score in enumerate(scores):
            headline = number == 0
            known = {"chance": one.blind.value} if headline and one.blind else {}
            row = replace(score, columns=score.columns | known)
            results.add(
                row, system=system, task=one.task, language=language, seed=seed, section=one.section, headline=headline
            )


def weigh(request: Request, everything: Everything, results: Results) -> Card:
    """Return the card: every line read, tested against chance (Holm over all of the card) and, of two models, compared."""
    measured = [(system, one) for system, found in everything.items() for one in found if isinstance(one, Measured)]
    against = [_against_chance(one) for _, one in measured]
    adjusted = iter(holm([found.p for found in against if found]))
    found: dict[Key, dict[str, Found]] = {}
    kinds: dict[Key, Measured] = {}
    for (system, one), contrast in zip(measured, against, strict=True):
        key = (one.title, one.headline.metric, one.task)
        kinds.setdefault(key, one)
        p = next(adjusted) if contrast else None
        found.setdefault(key, {})[system] = _find(one, contrast, p, request)
    versus = _compare(results, list(everything))
    lines = [
        Line(one.section, one.title, key[1], one.task, found[key], versus.get(key[1:])) for key, one in kinds.items()
    ]
    return Card(
        language={name: str(getattr(request.language, name)) for name in ("iso639_3", "tag", "name", "autonym")},
        models=[_describe(model) for model in request.models],
        lines=lines,
        gaps=_merge([one for each in everything.values() for one in each if isinstance(one, Gap)], len(everything)),
        summaries=_summarize(results, lines, list(everything)),
        text=request.text_name,
        lect=version(),
        date=datetime.now(UTC).date().isoformat(),
    )


def _describe(model: Model) -> dict[str, str | int]:
    return {"name": model.name, "kind": model.kind, "parameters": model.parameters, "identity": model.identity}


def _system(one: Measured) -> System:
    seeds = [seed for seed in one.scores if seed is not None]
    return gather([scores[0] for scores in one.scores.values()], seeds or None)


def _against_chance(one: Measured) -> Comparison | None:
    """Compare with the blind reader; where all answers are alike, none or all right, resampling them sees no spread.

    Then p is at least the probability that a guesser gets as few, or as many.
    """
    if one.blind is None or one.headline.n < 2:
        return None
    system = _system(one)
    found = paired_bootstrap(system, gather([one.blind]))
    value = float(system.values.mean())
    if metric(one.headline.metric).top != 1 or not 0 < one.blind.value < 1 or value not in (0, 1):
        return found
    luck = float((one.blind.value if value else 1 - one.blind.value) ** one.headline.n)
    return replace(found, p=max(found.p, min(1.0, 2 * luck)))


def _find(one: Measured, contrast: Comparison | None, p: float | None, request: Request) -> Found:
    head, runs = one.headline, len([seed for seed in one.scores if seed is not None])
    value = sum(scores[0].value for scores in one.scores.values()) / len(one.scores)
    low, high = _spread(one, value, runs)
    outcome = _outcome(one, contrast, p)
    found = Found(
        value=value,
        low=low,
        high=high,
        n=head.n,
        runs=runs,
        chance=one.blind.value if one.blind else None,
        outcome=outcome,
        reading="",
        warning=str(head.columns.get("warning", "")),
        signature=head.signature,
        parts={name: [score.value, score.n] for name, score in one.parts.items()},
    )
    return replace(found, reading=readings.read_line(head.metric, found, contrast, request))


def _spread(one: Measured, value: float, runs: int) -> tuple[float | None, float | None]:
    """Return the interval; where none or all are right, which resampling cannot spread, that of Clopper and Pearson 1934."""
    head, row = one.headline, metric(one.headline.metric)
    low, high = head.low, head.high
    if head.examples is not None and head.n > 1 and (runs > 1 or low is None):
        low, high = interval(_system(one))
    if row.top == 1 and low == high == value and value in (0, 1) and head.n > 1:
        edge = float(0.025 ** (1 / head.n))
        return (edge, 1.0) if value else (0.0, 1 - edge)
    return low, high


def _outcome(one: Measured, contrast: Comparison | None, p: float | None) -> str:
    if contrast is None or p is None:
        return "plain"
    if p >= LEVEL or has_few(_system(one)):
        return "open"
    return "better" if (contrast.effect > 0) == (metric(one.headline.metric).better == "higher") else "worse"


def _compare(results: Results, systems: Sequence[str]) -> dict[tuple[str, str | None], Versus]:
    """Return metric and task → the first model against the second."""
    if len(systems) < 2:
        return {}
    rows = compare(results, results, systems=(systems[0], systems[1]), headline=True)
    return {(row.metric, row.task): _versus(row) for row in rows if row.comparison or row.cautions}


def _versus(row: Row) -> Versus:
    found = row.comparison
    outcome = row.verdict if row.verdict in ("better", "worse") else "open"
    effect = found.effect if found else row.values[0] - row.values[1]
    low, high = (found.low, found.high) if found else (None, None)
    return Versus(effect, low, high, outcome, readings.read_versus(row))


def _summarize(results: Results, lines: Sequence[Line], systems: Sequence[str]) -> dict[str, dict[str, Summary]]:
    """Return the sections whose lines have a place between chance and perfect, each as the mean of these places."""
    summaries = {}
    for section in SUMMED:
        tasks = [str(line.task) for line in lines if line.section == section and _has_place(line, systems)]
        if tasks:
            found = aggregate(results, "mean", tasks=tasks, section=section, headline=True)
            summaries[section] = {
                system: Summary(score.value, float(score.low or 0), float(score.high or 0), found.what)
                for system, score in found.scores.items()
            }
    return summaries


def _has_place(line: Line, systems: Sequence[str]) -> bool:
    row = metric(line.metric)
    known = [found.chance for found in line.found.values()]
    return (
        row.better == "higher"
        and row.top is not None
        and set(line.found) == set(systems)
        and all(chance is not None and chance < row.top for chance in known)
    )


def _merge(gaps: Sequence[Gap], systems: int) -> list[Gap]:
    """Return every gap once; one that all models share names none of them."""
    alike: dict[tuple[str, str, str], list[Gap]] = {}
    for gap in gaps:
        alike.setdefault((gap.section, gap.title, gap.remedy), []).append(gap)
    shared = [[replace(same[0], system="")] if len(same) == systems else same for same in alike.values()]
    return [gap for same in shared for gap in same]
