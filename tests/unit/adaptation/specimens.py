"""Invented evidence for the tests of report and card: with everything, with next to nothing, right to left."""

from typing import Any

from lect.adaptation.evidence import Evidence, Finding, Plan, Reason

SEEDS = 3
_BITS = {
    ("heldout", "base"): (2.312, 2.281, 2.344),
    ("heldout", "kept"): (1.514, 1.492, 1.537),
    ("heldout", "adapted"): (1.421, 1.400, 1.443),
    ("retain", "base"): (0.981, 0.967, 0.996),
    ("retain", "kept"): (1.132, 1.114, 1.150),
    ("retain", "adapted"): (1.208, 1.189, 1.227),
}
_ONCE = {
    "fertility": (2.847, 2.847, 1.412),
    "premium": (2.61, 2.61, 1.18),
    "throughput": (0.412, 0.409, 0.793),
    "parameters": (124_439_808, 124_439_808, 98_112_000),
    "megabytes_on_disk": (497.8, 497.8, 392.4),
}


def row(system: str, metric: str, value: float, **more: Any) -> dict[str, Any]:
    """Return one row of results.jsonl."""
    return {
        "system": system,
        "metric": metric,
        "value": value,
        "low": None,
        "high": None,
        "n": 412,
        "signature": f"{metric}|lect:0.1.0",
    } | more


def answer(text: str, metric: str, task: str, verdict: str, effect: float, half: float, **more: Any) -> dict[str, Any]:
    """Return one claim, with an interval of ± half."""
    said = {
        "text": text,
        "metric": metric,
        "task": task,
        "verdict": verdict,
        "effect": effect,
        "low": effect - half,
        "high": effect + half,
    }
    return (
        said
        | {"n": 412, "seeds": (SEEDS, 0), "minimum_detectable_effect": 1.43 * half, "reading": f"{text}: {verdict}."}
        | more
    )


def _rows() -> list[dict[str, Any]]:
    rows = []
    for (task, system), (value, low, high) in _BITS.items():
        for seed in [None] if system == "base" else range(SEEDS):
            shift = 0.004 * ((seed or 0) - 1) if seed is not None else 0
            language = "fao" if task == "heldout" else "eng"
            bounds = {"low": low + shift, "high": high + shift, "seed": seed, "task": task, "language": language}
            rows.append(row(system, "bits_per_byte", value + shift, **bounds))
    for system, value in (("base", 0.861), ("kept", 0.893), ("adapted", 0.897)):
        for seed in range(SEEDS):
            rows.append(
                row(
                    system,
                    "accuracy",
                    value + 0.003 * (seed - 1),
                    low=value - 0.012,
                    high=value + 0.011,
                    seed=seed,
                    task="pos",
                    language="fao",
                )
            )
    for metric, values in _ONCE.items():
        rows += [
            row(system, metric, value, language="fao")
            for system, value in zip(("base", "kept", "adapted"), values, strict=True)
        ]
    return rows


def _curve(system: str, seed: int, end: float) -> dict[str, Any]:
    points = [[mb / 10, end + 3.1 * 2.7 ** (-mb / 18) + 0.06 * ((mb * (7 + seed)) % 5 - 2) / 5] for mb in range(101)]
    return {"system": system, "seed": seed, "points": points}


def _language(iso: str, tag: str, name: str, autonym: str) -> dict[str, str]:
    return {"iso639_3": iso, "tag": tag, "name": name, "autonym": autonym}


FINDINGS = [
    Finding("language", "Language of the text", 0.994, "share", "99 % of the sampled lines read as Faroese.", "good"),
    Finding(
        "fertility",
        "Tokens per word",
        2.847,
        "tokens/word",
        "81% of the words are cut into pieces; a word takes 2.85 tokens.",
        "warn",
    ),
    Finding(
        "premium",
        "Premium over English",
        2.61,
        "×",
        "Every Faroese sentence costs 2.6× its English translation.",
        "bad",
    ),
    Finding("throughput", "Speed", 0.412, "MB/s", "It reads 412 kB of this text a second on this machine.", "note"),
]


SENTENCES = [
    {
        "text": "Føroyar eru átjan oyggjar í Norðuratlantshavi.",
        "before": [
            "F",
            "ø",
            "roy",
            "ar",
            " er",
            "u",
            " á",
            "t",
            "jan",
            " oy",
            "gg",
            "jar",
            " í",
            " Nor",
            "ð",
            "ur",
            "at",
            "lant",
            "sh",
            "avi",
            ".",
        ],
        "after": ["Føroyar", " eru", " átjan", " oyggjar", " í", " Norður", "atlants", "havi", "."],
    },
    {
        "text": "Í morgin verður regn & <kavi>.",
        "before": ["Í", " m", "org", "in", " ver", "ð", "ur", " reg", "n", " &", " <", "k", "avi", ">."],
        "after": ["Í", " morgin", " verður", " regn", " &", " <", "kavi", ">."],
    },
]
SOURCES = [
    {"name": "base", "identity": "9b1f" * 16, "detail": "openai-community/gpt2", "license": "MIT"},
    {"name": "text", "identity": "77aa" * 16, "detail": "text.jsonl 3f9a41c0d2e7", "license": "CC-BY-4.0"},
    {"name": "task pos", "identity": "c0de" * 16, "detail": "fo.conllu 11ee22ff33aa", "license": None},
]


def rich() -> Evidence:
    """Return a decoder with everything: a new vocabulary, three seeds, a task, retained text, curves."""
    return Evidence(
        language=_language("fao", "fo", "Faroese", "føroyskt"),
        base="openai-community/gpt2",
        kind="decoder",
        lect="0.1.0",
        command="lect adapt openai-community/gpt2 --language fao --text text.jsonl --retain en.txt --budget 10MB",
        date="2025-03-14",
        findings=FINDINGS,
        plan=Plan(
            "replace",
            "constituent mean",
            50_257,
            16_000,
            10.0,
            SEEDS,
            [
                Reason(
                    "A vocabulary of 16,000 entries learned from your text writes it in 48% fewer tokens than the "
                    "model's own.",
                    "measured",
                ),
                Reason("A new entry starts as the mean of the old pieces of its text.", "Koto et al. 2021 (S009)"),
            ],
        ),
        rows=_rows(),
        claims=[
            answer("adapted < base", "bits_per_byte", "heldout", "holds", -0.891, 0.024),
            answer("adapted < kept", "bits_per_byte", "heldout", "holds", -0.093, 0.015, seeds=(SEEDS, SEEDS)),
            answer("adapted < base", "bits_per_byte", "retain", "contradicted", 0.227, 0.019),
            answer("adapted < kept", "bits_per_byte", "retain", "contradicted", 0.076, 0.021, seeds=(SEEDS, SEEDS)),
            answer("adapted > base", "accuracy", "pos", "holds", 0.036, 0.011, seeds=(SEEDS, SEEDS)),
            answer("adapted > kept", "accuracy", "pos", "not shown", 0.004, 0.009, seeds=(SEEDS, SEEDS)),
        ],
        curves=[
            _curve(system, seed, end) for system, end in (("kept", 1.9), ("adapted", 3.4)) for seed in range(SEEDS)
        ],
        segmentations=SENTENCES,
        provenance=SOURCES,
        seconds=8130.0,
        peak_memory_mb=6210.0,
        versions={"python": "3.11.9", "torch": "2.13.0", "transformers": "5.23.0"},
    )


def poor() -> Evidence:
    """Return an encoder that kept its vocabulary: one run, no task, nothing to retain, no comparison of three runs."""
    warning = "Pseudo-likelihood: a masked token is guessed from both sides, so this is no compression rate."
    bits = {"task": "heldout", "language": "kaz", "warning": warning}
    return Evidence(
        language=_language("kaz", "kk", "Kazakh", "қазақ тілі"),
        base="runs/small encoder",
        kind="encoder",
        lect="0.1.0",
        command="lect adapt 'runs/small encoder' --language kaz --text text.txt --budget 1MB --seeds 1",
        date="2025-03-14",
        findings=[],
        plan=Plan("keep", "copied", 8_000, 8_000, 0.4, 1, [Reason("The vocabulary serves this language.", "ours")]),
        rows=[
            row("base", "bits_per_byte", 1.91, **bits),
            row("adapted", "bits_per_byte", 1.884, low=1.80, high=1.97, seed=0, **bits),
        ],
        claims=[answer("adapted < base", "bits_per_byte", "heldout", "not shown", -0.026, 0.041, seeds=(1, 0))],
        segmentations=[
            {
                "text": "Бүгін ауа райы жақсы.",
                "before": ["Бүгін", " ауа", " рай", "ы", " жақсы", "."],
                "after": ["Бүгін", " ауа", " рай", "ы", " жақсы", "."],
            }
        ],
    )


def bare() -> Evidence:
    """Return a right-to-left language with a diagnosis and a plan, and no score at all."""
    return Evidence(
        language=_language("pes", "fa", "Persian", "فارسی"),
        base="base",
        kind="decoder",
        lect="0.1.0",
        command="lect adapt base --language pes --text <text>.txt",
        date="2025-03-14",
        findings=[Finding("x", '<b>Odd</b> & "quoted"', None, "", "<script>alert(1)</script>", "bad")],
        plan=Plan("trim", "copied", 50_257, 0, 2000, 2, []),
        segmentations=[
            {
                "text": "امروز هوا خوب است.",
                "before": ["ام", "روز", " ه", "وا", " خوب", " است", "."],
                "after": ["امروز", " هوا", " خوب", " است", "."],
            }
        ],
    )
