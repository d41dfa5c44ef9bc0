"""The answer in one sentence: what the adapted model is worth, with its number, its interval and its verdict."""

from dataclasses import dataclass

from lect.adaptation.evidence import Evidence
from lect.adaptation.summarizing import (
    Contrast,
    Standing,
    Topic,
    change_words,
    comparable,
    contrast_of,
    contrasts,
    find_topic,
    label,
    main_topic,
    standing,
    training_words,
    verdict_words,
)
from lect.adaptation.wording import VOCABULARY_WORDS, Measure, decimals_for, figure, measure


@dataclass(frozen=True)
class Headline:
    """The sentence, the verdict beside it, its outcome ("better", "worse", "open"), and notes that follow."""

    text: str
    verdict: str
    outcome: str
    notes: list[str]


def headline(evidence: Evidence) -> Headline:
    """Return the answer of the run, whatever parts of the evidence are there."""
    topic = main_topic(evidence)
    after = standing(evidence, "adapted", topic) if topic else None
    if topic is None or after is None:
        return Headline(_planned(evidence), "nothing was scored yet", "open", [])
    before, row = standing(evidence, "base", topic), measure(topic[0], evidence.kind)
    if before is None:
        value, where = _value(row, after, None), label(evidence, topic)
        text = f"After {training_words(evidence)}, the adapted model {value} on {where}."
        return Headline(text, "the base was not scored", "open", [])
    return _compared(evidence, topic, row, before, after)


def _planned(evidence: Evidence) -> str:
    name, step = evidence.language["name"], VOCABULARY_WORDS[evidence.plan.vocab]
    plan = f"{step[0].lower()}{step[1:]}, then train on {training_words(evidence)}"
    return f"No model was scored on {name} yet. The plan: {plan}."


def _compared(evidence: Evidence, topic: Topic, row: Measure, before: Standing, after: Standing) -> Headline:
    contrast = contrast_of(evidence, topic)
    values = f"{_value(row, after, contrast)} where the base {_value(row, before, contrast, past=True)}"
    change, where = change_words(before.value, after.value, row, contrast), _where(evidence, topic)
    opening = f"After {training_words(evidence)}, "
    notes = [*_control(evidence, topic), *_retained(evidence)]
    if not comparable(evidence, topic):
        text = f"{opening}the adapted model {values}{where}; across two vocabularies these do not compare."
        return Headline(text, "not comparable", "open", notes)
    if contrast is None:
        return Headline(
            f"{opening}the adapted model {values}{where} ({change}).", "described, not tested", "open", notes
        )
    if contrast.outcome == "open":
        text = f"{opening}no improvement was shown: the adapted model {values}{where} ({change})."
    elif contrast.outcome == "worse":
        text = f"{opening}the model became worse: the adapted model {values}{where} ({change})."
    else:
        text = f"{opening}the adapted model {values}{where} ({change})."
    return Headline(text, _verdict(contrast), contrast.outcome, notes)


def _verdict(contrast: Contrast) -> str:
    """Return the verdict on the question that the headline answers: is the adapted model better?"""
    return {"better": "shown to be better", "worse": "shown to be worse"}.get(contrast.outcome) or verdict_words(
        contrast
    )


def _where(evidence: Evidence, topic: Topic) -> str:
    return "" if topic[1] == "heldout" else f" on {label(evidence, topic)}"


def _value(row: Measure, one: Standing, contrast: Contrast | None, *, past: bool = False) -> str:
    """Return "needs 1.42 bits per byte"; for the base, which comes second, "needed 2.31"."""
    decimals = min(contrast.decimals, row.decimals + 1) if contrast else decimals_for(0, row.decimals)
    number = figure(one.value * row.scale, decimals)
    verb = {"needs": "needed", "gets": "got", "has": "had"}.get(row.verb, "had")
    noun = "%" if row.points else ""
    return f"{verb} {number} {noun}".rstrip() if past else f"{row.verb} {number} {row.noun}"


def _control(evidence: Evidence, topic: Topic) -> list[str]:
    """Return what the control says: is the new vocabulary itself worth something?"""
    found = next(
        (c for c in contrasts(evidence) if c.topic == topic and (c.left, c.right) == ("adapted", "kept")), None
    )
    if found is None:
        return []
    said = {
        "better": "Better than the same training with the old vocabulary: shown.",
        "worse": "The same training with the old vocabulary was shown to be better.",
        "open": f"Against the same training with the old vocabulary: {verdict_words(found)}.",
    }
    return [said[found.outcome]]


def _retained(evidence: Evidence) -> list[str]:
    """Return what was lost, in one sentence beside what was won."""
    topic = find_topic(evidence, "bits_per_byte", "retain")
    contrast = contrast_of(evidence, topic) if topic else None
    before, after = (standing(evidence, system, topic) if topic else None for system in ("base", "adapted"))
    if topic is None or before is None or after is None or not comparable(evidence, topic):
        return []
    change = change_words(before.value, after.value, measure(topic[0], evidence.kind)).replace("less", "fewer")
    said = f"{change} bits per byte on {label(evidence, topic)}"
    if contrast is None:
        return [f"What was retained: {said}; described, not tested."]
    shown = {"worse": f"What was lost: {said}.", "better": f"Nothing was lost: {said}."}
    return [shown.get(contrast.outcome) or f"What may be lost: {said}; {verdict_words(contrast)}."]
