"""What was won and what it cost: every topic before and after, in words."""

from typing import Any

from lect.adaptation.evidence import Evidence
from lect.adaptation.summarizing import (
    LANGUAGE_TEXTS,
    Contrast,
    Topic,
    change_words,
    comparable,
    contrast_of,
    find_topic,
    label,
    standing,
    topics,
    verdict_words,
)
from lect.adaptation.wording import Measure, count, decimals_for, duration, figure, measure, megabytes

WON = ("fertility", "premium", "bytes_per_token", "throughput")
SIZES = ("parameters", "megabytes_on_disk")


def change(evidence: Evidence, topic: Topic) -> dict[str, Any] | None:
    """Return one topic before and after, in words; None where the adapted model was not scored."""
    before, after = standing(evidence, "base", topic), standing(evidence, "adapted", topic)
    if after is None:
        return None
    row, contrast = measure(topic[0], evidence.kind), contrast_of(evidence, topic)
    valid = comparable(evidence, topic)
    decimals = min(contrast.decimals, row.decimals + 1) if contrast else row.decimals
    fewest = decimals_for(min(abs(x.value) for x in (before, after) if x) * row.scale / 10, decimals)
    shown = [figure(x.value * row.scale, fewest if not contrast else decimals) if x else "" for x in (before, after)]
    return {
        "label": title_of(evidence, topic),
        "where": label(evidence, topic) if topic[1] else "",
        "unit": row.unit,
        "before": shown[0],
        "after": shown[1],
        "change": _change(before.value, after.value, row, contrast) if before and valid else "",
        "outcome": contrast.outcome
        if contrast
        else "open"
        if topic[1] or not before
        else _direction(before.value, after.value, row),
        "verdict": _verdict(topic, contrast) if valid else "these two do not compare: the vocabulary changed",
    }


def title_of(evidence: Evidence, topic: Topic) -> str:
    """Return the title of a measure; the diagnosis knows over which language a premium is."""
    said = {finding.key: finding.title for finding in evidence.findings}
    return said.get("premium", "Premium") if topic[0] == "premium" else measure(topic[0], evidence.kind).title


def _change(before: float, after: float, row: Measure, contrast: Contrast | None) -> str:
    return "the same" if before == after else change_words(before, after, row, contrast)


def _verdict(topic: Topic, contrast: Contrast | None) -> str:
    if contrast is None:
        return "described, not tested" if topic[1] else ""
    return {"better": "shown to be better", "worse": "shown to be worse"}.get(contrast.outcome) or verdict_words(
        contrast
    )


def _direction(before: float, after: float, row: Measure) -> str:
    if before == after or not row.better:
        return "open"
    return "better" if (after < before) == (row.better == "lower") else "worse"


def list_won(evidence: Evidence, main: Topic | None) -> dict[str, Any]:
    """Return the panel of what was won: the main topic large, then tasks, tokenizer, speed, sizes that shrank."""
    jobs = [
        topic
        for topic in topics(evidence)
        if topic != main and (topic[0] in WON or (topic[1] and topic[1] not in LANGUAGE_TEXTS))
    ]
    heldout = find_topic(evidence, "bits_per_byte", "heldout")
    jobs = [heldout, *jobs] if heldout and heldout != main else jobs
    found = [one for topic in jobs if (one := change(evidence, topic))]
    sizes = [one for one in _sizes(evidence) if one["outcome"] == "better"]
    return {"big": change(evidence, main) if main else None, "lines": [*found, *sizes]}


def list_lost(evidence: Evidence) -> dict[str, Any]:
    """Return the panel of what it cost: what was retained large, then the work, and sizes that did not shrink."""
    retain = find_topic(evidence, "bits_per_byte", "retain")
    runs, name = count(evidence.plan.seeds, "training run"), evidence.language["name"]
    work = [_line("Training text", megabytes(evidence.plan.megabytes), f"of {name}, {runs} of each system")]
    if evidence.seconds:
        work.append(_line("Time", duration(evidence.seconds), "for everything on this page"))
    if evidence.peak_memory_mb:
        work.append(_line("Memory", megabytes(evidence.peak_memory_mb), "at the most"))
    sizes = [one for one in _sizes(evidence) if one["outcome"] != "better"]
    return {"big": change(evidence, retain) if retain else None, "lines": [*work, *sizes]}


def _line(name: str, value: str, where: str) -> dict[str, Any]:
    return {"label": name, "after": value, "where": where} | dict.fromkeys(
        ("before", "unit", "change", "verdict", "outcome"), ""
    )


def _sizes(evidence: Evidence) -> list[dict[str, Any]]:
    return [one for topic in topics(evidence) if topic[0] in SIZES and (one := change(evidence, topic))]
