"""From rows and claims to what a reader asks: how good is each system, what changed, is it shown, what is unknown."""

import re
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from lect.adaptation.evidence import Evidence
from lect.adaptation.wording import DASH, THIN, Measure, count, decimals_for, figure, measure, megabytes, signed, span
from lect.artifacts.errors import LectError
from lect.languages.finding import find

SYSTEMS = ("base", "kept", "adapted")
LANGUAGE_TEXTS = ("heldout", "retain")
ENOUGH = 3  # training runs below which nothing can be said of their noise
_CLAIM = re.compile(r"\s*(\S+)\s*([<>])\s*(\S+)\s*")

Topic = tuple[str, str | None, str | None]  # metric, task, language


@dataclass(frozen=True)
class Standing:
    """One system on one topic: the mean over its runs, and the widest span of their intervals."""

    value: float
    low: float | None
    high: float | None
    n: int | None
    runs: int


@dataclass(frozen=True)
class Contrast:
    """A claim, read: `left` against `right`; `outcome` is "better", "worse" (of left, shown) or "open"."""

    left: str
    sign: str
    right: str
    topic: Topic
    verdict: str
    outcome: str
    effect: float
    low: float
    high: float
    detectable: float | None
    n: int
    seeds: tuple[int, ...]
    reading: str
    measure: Measure

    @property
    def decimals(self) -> int:
        """Decimals that the interval deserves, after scaling."""
        return decimals_for(self.measure.scale * (self.high - self.low) / 2, self.measure.decimals)


def topics(evidence: Evidence) -> list[Topic]:
    """Return every (metric, task, language) that was scored, in the order of the rows."""
    return list(dict.fromkeys(_topic(row) for row in evidence.rows))


def _topic(row: dict[str, Any]) -> Topic:
    return row["metric"], row.get("task"), row.get("language")


def standing(evidence: Evidence, system: str, topic: Topic) -> Standing | None:
    """Return how good `system` is at `topic`, or None where it was not scored."""
    rows = [
        row
        for row in evidence.rows
        if row["system"] == system and _topic(row) == topic and row.get("value") is not None
    ]
    if not rows:
        return None
    stages = [row.get("stage") for row in rows]
    stage = next((wanted for wanted in ("end", None) if wanted in stages), stages[-1])
    rows = [row for row in rows if row.get("stage") == stage]
    bounded = all(row.get("low") is not None and row.get("high") is not None for row in rows)
    return Standing(
        value=fmean(row["value"] for row in rows),
        low=min(row["low"] for row in rows) if bounded else None,
        high=max(row["high"] for row in rows) if bounded else None,
        n=rows[0].get("n"),
        runs=len(rows),
    )


def systems(evidence: Evidence) -> list[str]:
    """Return the systems to show; where the vocabulary is kept, kept and adapted are one."""
    found = {row["system"] for row in evidence.rows}
    hidden = {"kept"} if evidence.plan.vocab == "keep" and "adapted" in found else set()
    return [name for name in (*SYSTEMS, *sorted(found - set(SYSTEMS))) if name in found - hidden]


def contrasts(evidence: Evidence) -> list[Contrast]:
    """Return the claims as contrasts: those that name two systems that are shown, on a topic where the two compare."""
    read = [contrast for claim in evidence.claims if (contrast := _contrast(evidence, claim))]
    shown = set(systems(evidence)) or set(SYSTEMS)
    return [c for c in read if {c.left, c.right} <= shown and comparable(evidence, c.topic)]


def _contrast(evidence: Evidence, claim: dict[str, Any]) -> Contrast | None:
    parsed = _CLAIM.fullmatch(claim["text"])
    if not parsed or any(claim.get(key) is None for key in ("effect", "low", "high")):
        return None
    row, seeds = measure(claim["metric"], evidence.kind), claim.get("seeds")
    better = "better" if (claim["effect"] < 0) == (row.better == "lower") else "worse"
    return Contrast(
        left=parsed[1],
        sign=parsed[2],
        right=parsed[3],
        topic=_claim_topic(evidence, claim),
        verdict=claim["verdict"],
        outcome="open" if claim["verdict"] == "not shown" or not row.better else better,
        effect=claim["effect"],
        low=claim["low"],
        high=claim["high"],
        detectable=claim.get("minimum_detectable_effect"),
        n=claim.get("n") or 0,
        seeds=tuple(seeds) if isinstance(seeds, list | tuple) else () if seeds is None else (seeds,),
        reading=claim.get("reading") or "",
        measure=row,
    )


def _claim_topic(evidence: Evidence, claim: dict[str, Any]) -> Topic:
    """Return the scored topic that the claim is about: a claim need not repeat the language of its rows."""
    asked = _topic(claim)
    return next((topic for topic in topics(evidence) if topic[:2] == asked[:2] and asked[2] in (None, topic[2])), asked)


def contrast_of(evidence: Evidence, topic: Topic, right: str = "base") -> Contrast | None:
    """Return the claim on the adapted model against `right` at `topic`, or None."""
    return next((c for c in contrasts(evidence) if c.topic == topic and (c.left, c.right) == ("adapted", right)), None)


def find_topic(evidence: Evidence, name: str, task: str | None = None) -> Topic | None:
    """Return the topic of the metric `name` (on `task`), or None where it was not scored."""
    return next((topic for topic in topics(evidence) if topic[0] == name and task in (None, topic[1])), None)


def main_topic(evidence: Evidence) -> Topic | None:
    """Return what the headline is about: held-out bits per byte where they compare, else the first task."""
    heldout = find_topic(evidence, "bits_per_byte", "heldout")
    jobs = [topic for topic in topics(evidence) if topic[1] and topic[1] not in LANGUAGE_TEXTS]
    order = [heldout, *jobs] if heldout and comparable(evidence, heldout) else [*jobs, heldout]
    return next((topic for topic in order if topic and standing(evidence, "adapted", topic)), None)


def comparable(evidence: Evidence, topic: Topic) -> bool:
    """Say whether the systems compare at `topic`: pseudo bits per byte do not, once the vocabulary has changed."""
    return evidence.kind == "decoder" or evidence.plan.vocab == "keep" or topic[0] != "bits_per_byte"


def label(evidence: Evidence, topic: Topic) -> str:
    """Return a topic in words: "held-out Faroese text", "the text to retain", "task pos"."""
    _, task, language = topic
    spoken = language_name(language) or evidence.language["name"]
    if task == "heldout":
        return f"held-out {spoken} text"
    if task == "retain":
        known = language and language != evidence.language.get("iso639_3")
        return f"{language_name(language)} text to retain" if known else "the text to retain"
    named = f"task {task}" if task else f"{spoken} text"
    return f"{named} ({spoken})" if task and language and spoken != evidence.language["name"] else named


def language_name(code: str | None) -> str:
    """Return the English name of a language code; the code itself where no source knows it."""
    if not code:
        return ""
    try:
        return find(code).name
    except LectError:
        return code


def verdict_words(contrast: Contrast) -> str:
    """Return the verdict in plain words, with what the test could have seen where it saw nothing.

    An interval on one side of zero is still "not shown" where there were fewer than three training runs.
    """
    if contrast.verdict == "holds":
        return "shown"
    if contrast.verdict == "contradicted":
        return "the opposite was shown"
    if contrast.low > 0 or contrast.high < 0:
        return f"not shown (fewer than {ENOUGH} training runs cannot tell the method from luck)"
    if contrast.detectable is None:
        return "not shown"
    return f"not shown (this test could have seen differences of {amount(contrast, contrast.detectable)} or more)"


def amount(contrast: Contrast, value: float) -> str:
    """Return an unsigned difference with its unit: "0.04 bits per byte", "1.2 points"."""
    row = contrast.measure
    unit = "points" if row.points else row.unit
    return f"{figure(abs(value) * row.scale, decimals_for(abs(value) * row.scale, row.decimals))}{THIN}{unit}".strip()


def effect_words(contrast: Contrast) -> str:
    """Return a signed difference with its interval: "−0.89 (95 % interval −0.92 to −0.86)"."""
    scale, decimals = contrast.measure.scale, contrast.decimals
    interval = span(contrast.low * scale, contrast.high * scale, decimals, sign=True)
    return f"{signed(contrast.effect * scale, decimals)} (95{THIN}% interval {interval})"


def change_words(before: float, after: float, row: Measure, contrast: Contrast | None = None) -> str:
    """Return what changed, in percent of `before` (points for shares), with the interval where there is one.

    The interval is that of the difference, divided by the value before: the base is taken as known.
    """
    if not before and not row.points:
        return ""
    factor = row.scale if row.points else 100 / abs(before)
    effect, unit = (after - before) * factor, "points" if row.points else "%"
    low, high = (contrast.low * factor, contrast.high * factor) if contrast else (None, None)
    spread = (high - low) / 2 if low is not None and high is not None else abs(effect)
    decimals = min(2, decimals_for(spread, 1 if row.points else 0))
    more = "less" if effect < 0 else "more"
    said = f"{figure(abs(effect), decimals)}{THIN}{unit} {more}"
    if low is None or high is None:
        return said
    if (low > 0) == (high > 0):
        ends = sorted((abs(low), abs(high)))
        return f"{said}; 95{THIN}% interval {figure(ends[0], decimals)}{DASH}{figure(ends[1], decimals)}{THIN}{unit}"
    return f"{said}; 95{THIN}% interval {span(low, high, decimals, sign=True)}{THIN}{unit}"


def limits(evidence: Evidence) -> list[str]:
    """Return what this evidence cannot show, one sentence or two each."""
    found, name = [], evidence.language["name"]
    if not evidence.rows:
        return ["No model was trained or scored: what follows is a diagnosis and a plan."]
    warnings = [str(row["warning"]) for row in evidence.rows if row.get("warning")]
    pseudo = find_topic(evidence, "bits_per_byte") if evidence.kind == "encoder" else None
    if pseudo and not comparable(evidence, pseudo):
        found.append(
            "The vocabulary changed, so the pseudo bits per byte of base and adapted model do not compare. Go by "
            "the tasks."
        )
    elif pseudo:
        found.append(
            "This is an encoder: its pseudo bits per byte compare with the base, which has the same vocabulary, "
            "and with nothing else."
        )
    if evidence.plan.seeds < ENOUGH:
        found.append(
            f"{count(evidence.plan.seeds, 'training run')}: fewer than {ENOUGH} cannot tell the method from the "
            f"luck of a run."
        )
    if not find_topic(evidence, "bits_per_byte", "retain"):
        found.append("What the model lost was not measured: no text to retain was given.")
    if not any(topic[1] and topic[1] not in LANGUAGE_TEXTS for topic in topics(evidence)):
        found.append("No task was tested: predicting text well is not yet doing a job well.")
    if evidence.plan.vocab != "keep" and "kept" not in systems(evidence):
        found.append(
            "No control was trained with the old vocabulary, so the part of the new vocabulary in the gain is unknown."
        )
    if not contrasts(evidence):
        found.append("No comparison with an interval was made: the differences here describe, they do not prove.")
    found.append(
        f"The scores speak for text like the held-out text; {name} of another kind or time may fare differently."
    )
    return [*dict.fromkeys(warnings), *found]


def training_words(evidence: Evidence) -> str:
    """Return the training in words: "10 MB of Faroese"."""
    return f"{megabytes(evidence.plan.megabytes)} of {evidence.language['name']}"
