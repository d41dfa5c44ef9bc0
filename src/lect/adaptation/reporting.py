"""The report: one HTML file that a person can read, print and forward; it needs no network and runs no script."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from lect.adaptation import wording
from lect.adaptation.evidence import Evidence, Finding
from lect.adaptation.headlining import headline
from lect.adaptation.plotting import MARKS, Axis, bars, curves, interval_row, mark, scale_row
from lect.adaptation.segmenting import compare
from lect.adaptation.summarizing import (
    Contrast,
    Topic,
    contrasts,
    effect_words,
    label,
    limits,
    main_topic,
    standing,
    systems,
    topics,
    training_words,
    verdict_words,
)
from lect.adaptation.weighing import list_lost, list_won, title_of
from lect.adaptation.wording import Measure, count, duration, figure, measure, megabytes

REFERENCES = {"fertility": 1.0, "premium": 1.0}
LEVEL_WORDS = {"good": "good", "note": "note", "warn": "caution", "bad": "problem"}


def write_report(evidence: Evidence, folder: str | Path) -> Path:
    """Write `report.html` into `folder` and return its path.

    The file is complete in itself: style and pictures are inside, its content policy forbids every request. What
    the evidence lacks is left out, or
    named as unknown where its absence matters (what was lost, the control, the tasks).
    """
    file = Path(folder) / "report.html"
    file.write_text(render_report(evidence), encoding="utf-8")
    return file


def render_report(evidence: Evidence) -> str:
    """Return the report as HTML."""
    main, groups = main_topic(evidence), _forests(evidence)
    return templates().get_template("report.html.j2").render(
        e=evidence,
        headline=headline(evidence),
        gloss=measure(main[0], evidence.kind) if main else None,
        won=list_won(evidence, main),
        lost=list_lost(evidence),
        limits=limits(evidence),
        forests=groups,
        outcomes=[key for key in MARKS if any(row["outcome"] == key for group in groups for row in group["rows"])],
        segmentations=[compare(one) for one in evidence.segmentations],
        bars=[_bars(evidence, topic) for topic in topics(evidence) if _has_bars(evidence, topic)],
        curves=_curves(evidence),
        findings=[(finding, _finding_value(finding)) for finding in evidence.findings],
        plan_title=wording.VOCABULARY_WORDS[evidence.plan.vocab],
        plan_facts=plan_facts(evidence),
        claims=[(contrast, label(evidence, contrast.topic)) for contrast in contrasts(evidence)],
        glossary={row.title: row.text for row in _measures(evidence)} | wording.TERMS,
    )  # fmt: skip


@cache
def templates() -> Environment:
    """Return the templates of the report and of the card; HTML is escaped, an absent name is an error."""
    environment = Environment(
        loader=PackageLoader("lect.adaptation"),
        autoescape=lambda name: bool(name) and ".html" in str(name),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "mark": mark,
        "verdict": verdict_words,
        "effect": effect_words,
        "levels": LEVEL_WORDS,
        "count": count,
    }
    environment.filters |= {"figure": _table_figure, "duration": duration, "megabytes": megabytes}
    return environment


def _table_figure(value: float | None) -> str:
    """Return a number for the table of all scores: four significant digits."""
    if value is None:
        return ""
    return figure(value, wording.decimals_for(abs(value) / 1000, 0)) if abs(value) < 1e6 else figure(value, 0)


def _forests(evidence: Evidence) -> list[dict[str, Any]]:
    """Return the forest plots, one a topic with its own axis, and the adapted model's contrasts as their rows."""
    found = contrasts(evidence)
    return [
        _forest(evidence, topic, [c for c in found if c.topic == topic])
        for topic in dict.fromkeys(c.topic for c in found)
    ]


def _forest(evidence: Evidence, topic: Topic, group: list[Contrast]) -> dict[str, Any]:
    row = group[0].measure
    axis = Axis([0.0, *(x * row.scale for c in group for x in (c.low, c.high, c.effect))])
    unit = "points" if row.points else row.unit
    return {
        "title": f"{row.title}, {label(evidence, topic)}",
        "lower_is_better": row.better == "lower",
        "unit": unit,
        "rows": [
            {
                "label": f"{c.left} against {c.right}",
                "effect": effect_words(c),
                "verdict": verdict_words(c),
                "question": _question(c),
                "outcome": c.outcome,
                "plot": interval_row(
                    axis,
                    c.effect * row.scale,
                    c.low * row.scale,
                    c.high * row.scale,
                    c.outcome,
                    f"{c.left} minus {c.right}: {effect_words(c)} {unit}",
                ),
            }
            for c in group
        ],
        "scale": scale_row(axis, f"Scale of the differences, in {unit}"),
    }


def _question(contrast: Contrast) -> str:
    """Return the claim in words: "adapted needs fewer bits per byte than kept"."""
    row, less = contrast.measure, contrast.sign == "<"
    title = row.title[0].lower() + row.title[1:]
    if row.verb == "needs":
        return f"{contrast.left} needs {'fewer' if less else 'more'} {title} than {contrast.right}"
    if row.points:
        return f"{contrast.left} gets {'fewer' if less else 'more'} {title} than {contrast.right}"
    return f"{contrast.left} has {'lower' if less else 'higher'} {title} than {contrast.right}"


def _has_bars(evidence: Evidence, topic: Topic) -> bool:
    return topic[0] in REFERENCES and bool(standing(evidence, "base", topic) and standing(evidence, "adapted", topic))


def _bars(evidence: Evidence, topic: Topic) -> dict[str, Any]:
    row = measure(topic[0])
    found = [
        (system, one) for system in systems(evidence) if system != "kept" and (one := standing(evidence, system, topic))
    ]
    items = [(system, one.value, figure(one.value, row.decimals), system) for system, one in found]
    said = ", ".join(f"{system} {shown}" for system, _, shown, _ in items)
    title = title_of(evidence, topic)
    return {
        "title": title,
        "text": row.text,
        "plot": bars(items, title=f"{title}: {said}", reference=REFERENCES[topic[0]]),
    }


def _curves(evidence: Evidence) -> list[dict[str, Any]]:
    """Return one plot a system: losses are nats a token of its own vocabulary, so two systems never share an axis."""
    found = []
    for system in dict.fromkeys(curve["system"] for curve in evidence.curves):
        runs = [curve["points"] for curve in evidence.curves if curve["system"] == system and curve["points"]]
        if runs:
            ends = f"from {figure(runs[0][0][1], 2)} to {figure(runs[0][-1][1], 2)} over {megabytes(runs[0][-1][0])}"
            found.append(
                {
                    "system": system,
                    "runs": len(runs),
                    "plot": curves(runs, system=system, title=f"Training loss of {system}: {ends}"),
                }
            )
    return found


def _finding_value(finding: Finding) -> str:
    value = finding.value
    if value is None or isinstance(value, str):
        return value or ""
    if finding.unit == "share":
        return f"{figure(100 * value, 0 if value >= 0.1 or not value else 2)}{wording.THIN}%"
    unit = finding.unit.replace("/", " a ").replace("MB a s", "MB/s")
    return f"{figure(value, wording.decimals_for(abs(value) / 10, 0) if value else 0)}{wording.THIN}{unit}".strip()


def plan_facts(evidence: Evidence) -> list[tuple[str, str]]:
    """Return the plan as (what, how much) pairs."""
    plan = evidence.plan
    training = ("Training", f"{training_words(evidence)}, {count(plan.seeds, 'run')}")
    if plan.vocab == "keep":
        return [("Vocabulary", f"{plan.old_size:,} entries"), training]
    sizes = f"to {plan.new_size:,}" if plan.new_size else "to those that the text needs"
    return [("Vocabulary", f"from {plan.old_size:,} entries {sizes}"), ("New rows", plan.rows), training]


def _measures(evidence: Evidence) -> list[Measure]:
    named = dict.fromkeys(topic[0] for topic in topics(evidence))
    return [row for name in named if (row := measure(name, evidence.kind)).text]
