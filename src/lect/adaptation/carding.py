"""The model card: README.md with the metadata that the Hugging Face Hub reads, from the same evidence as the report."""

import json
import re
from pathlib import Path
from typing import Any

from huggingface_hub import EvalResult, ModelCardData

from lect.adaptation import wording
from lect.adaptation.evidence import Evidence
from lect.adaptation.headlining import headline
from lect.adaptation.reporting import plan_facts, templates
from lect.adaptation.summarizing import (
    Contrast,
    Topic,
    comparable,
    contrasts,
    effect_words,
    find_topic,
    label,
    limits,
    standing,
    systems,
    topics,
    verdict_words,
)
from lect.adaptation.wording import Measure, count, decimals_for, figure, measure

PIPELINES = {"decoder": "text-generation", "encoder": "fill-mask"}
UNKNOWN = "unknown"
_HUB_ID = re.compile(r"[\w.-]+(/[\w.-]+)?")
_LICENSE_ID = re.compile(r"[a-z0-9.-]+")


def write_card(evidence: Evidence, folder: str | Path) -> Path:
    """Write `README.md` into `folder` and return its path.

    Its metadata follow the model card specification of the Hugging Face Hub (Mitchell et al. 2019, "Model cards for
    model reporting", is the idea);
    the license is the one that the evidence states for the base model, else "unknown".
    """
    file = Path(folder) / "README.md"
    file.write_text(render_card(evidence), encoding="utf-8")
    return file


def render_card(evidence: Evidence) -> str:
    """Return the card: YAML metadata between dashes, then Markdown."""
    body = templates().get_template("card.md.j2").render(
        e=evidence,
        cell=cell,
        headline=headline(evidence),
        name=f"{Path(evidence.base).name} for {evidence.language['name']}",
        pipeline=PIPELINES[evidence.kind],
        prompt=_prompt(evidence),
        fence="`" * (1 + max([2, *(len(run) for run in re.findall("`+", evidence.command))])),
        systems=systems(evidence),
        rows=[_row(evidence, topic) for topic in topics(evidence)],
        comparisons=[(c, label(evidence, c.topic), effect_words(c), verdict_words(c)) for c in contrasts(evidence)],
        lost=[(c, effect_words(c), verdict_words(c)) for c in contrasts(evidence) if _is_loss(c)],
        retained=find_topic(evidence, "bits_per_byte", "retain") is not None,
        limits=limits(evidence),
        license=license_of(evidence),
        plan_title=wording.VOCABULARY_WORDS[evidence.plan.vocab],
        plan_facts=plan_facts(evidence),
    )  # fmt: skip
    return f"---\n{_metadata(evidence).to_yaml()}\n---\n\n{body.strip()}\n"


def _is_loss(contrast: Contrast) -> bool:
    """Say whether a contrast is about what the base could do before."""
    return contrast.topic[1] == "retain" and (contrast.left, contrast.right) == ("adapted", "base")


def license_of(evidence: Evidence) -> str:
    """Return the license that the evidence states for the base model, or "unknown"."""
    stated = [row.get("license") for row in evidence.provenance if row.get("name") in ("base", "model", evidence.base)]
    return next((license_ for license_ in stated if license_), UNKNOWN)


def cell(text: Any) -> str:
    """Return text that stays in its place in Markdown: one line, no bars, HTML, links or emphasis of its own."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", " ".join(str(text).split()))


def _metadata(evidence: Evidence) -> ModelCardData:
    license_ = license_of(evidence)
    known = license_.lower() if _LICENSE_ID.fullmatch(license_.lower()) else "other"
    return ModelCardData(
        language=evidence.language["tag"],
        license=known,
        license_name=re.sub(r"[^a-z0-9.-]+", "-", license_.lower()).strip("-") if known == "other" else None,
        base_model=evidence.base if _HUB_ID.fullmatch(evidence.base) and "/" in evidence.base else None,
        library_name="transformers",
        pipeline_tag=PIPELINES[evidence.kind],
        tags=["lect", "continued-pretraining"],
        model_name=f"{Path(evidence.base).name} for {evidence.language['name']}",
        eval_results=[result for topic in topics(evidence) if (result := _result(evidence, topic))] or None,
    )


def _result(evidence: Evidence, topic: Topic) -> EvalResult | None:
    """Return one entry of `model-index`: the mean over the runs, as arguments the widest span of their intervals."""
    metric, task, language = topic
    one, row = standing(evidence, "adapted", topic), measure(metric, evidence.kind)
    if one is None or task is None:
        return None
    bounds = {} if one.low is None else {"low": one.low, "high": one.high, "level": 0.95}
    interval = f", 95% interval {one.low:.4g} to {one.high:.4g}" if one.low is not None else ""
    jobs = {"heldout": PIPELINES[evidence.kind], "retain": PIPELINES[evidence.kind]}
    return EvalResult(
        task_type=jobs.get(
            task, "token-classification" if task in ("pos", "upos", "xpos", "feats", "ner", "slots") else "other"
        ),
        dataset_type=task,
        dataset_name=label(evidence, topic),
        dataset_config=language,
        metric_type=metric if evidence.kind == "decoder" or metric != "bits_per_byte" else "pseudo_bits_per_byte",
        metric_name=f"{row.title} ({'mean of ' if one.runs > 1 else ''}{count(one.runs, 'run')}{interval})",
        metric_value=round(one.value, 6),
        metric_args=bounds | {"n": one.n, "runs": one.runs},
    )


def _row(evidence: Evidence, topic: Topic) -> dict[str, Any]:
    """Return one line of the table of results, a cell for each system."""
    row = measure(topic[0], evidence.kind)
    better = {"lower": "lower is better", "higher": "higher is better"}.get(row.better, "")
    note = better if comparable(evidence, topic) else "does not compare across vocabularies"
    where = label(evidence, topic) if topic[1] else ""
    unit = row.unit if row.points or row.unit.lower() != row.title.lower() else ""
    title = " ".join(filter(None, [row.title, f"({unit})" if unit else ""]))
    cells = {system: _cell(evidence, system, topic, row) for system in systems(evidence)}
    return {"title": ", ".join(filter(None, [title, where])), "better": note, "cells": cells}


def _cell(evidence: Evidence, system: str, topic: Topic, row: Measure) -> str:
    one = standing(evidence, system, topic)
    if one is None:
        return ""
    if one.low is None or one.high is None:
        return figure(one.value * row.scale, row.decimals)
    decimals = decimals_for(row.scale * (one.high - one.low) / 2, row.decimals)
    value, low, high = (figure(x * row.scale, decimals) for x in (one.value, one.low, one.high))
    return f"{value} [{low}, {high}]"


def _prompt(evidence: Evidence) -> str:
    """Return the first two thirds of a sentence of the language, else its name, as a Python string."""
    words: list[str] = max((one["text"].split() for one in evidence.segmentations), key=len, default=[])
    text = (
        " ".join(words[: max(1, 2 * len(words) // 3)]) or evidence.language.get("autonym") or evidence.language["name"]
    )
    return json.dumps(text, ensure_ascii=False)
