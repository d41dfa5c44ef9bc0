"""MYTE: bytes that stand for morphemes make all languages about equally long (Limisiewicz, Blevins, Gonen, Ahia and Zettlemoyer, 2024).

Claim     every language gets shorter than in UTF-8, and the language that pays most pays less.
Measured  codes per byte of UTF-8 on held-out sentences; the premium of the worst language over the reference and over the best.
Control   plain UTF-8 bytes; and the code of morphemes learned from the same text with its characters dealt at random.
Scaled    a few languages and a megabyte each, instead of 99. Not re-enacted: MyT5 models, their bits per byte and their speed.
"""

from lect import Results, claim, read, vocab, worlds

CARD = {"id": "S056", "cite": "limisiewicz2024myte", "family": "vocabulary", "needs": ["texts", "parallel_texts"], "extras": ["morph"]}  # fmt: skip
SMOKE = {"megabytes": 0.03}
PAPER = {"megabytes": 1_000}


def run(texts, parallel_texts, out, *, megabytes=1, reference="eng"):
    """Learn one code over all languages, and price parallel sentences."""
    results, texts = Results(out), {language: read(text).take(megabytes) for language, text in texts.items()}
    noise = {language: worlds.shuffled(text) for language, text in texts.items()}
    systems = {"bytes": vocab.learn(kind="bytes")}
    systems |= {name: vocab.learn(vocab.labeled(one), kind="myte") for name, one in (("myte", texts), ("noise", noise))}
    for system, tokenizer in systems.items():
        costs = vocab.parity(tokenizer, parallel_texts, reference=reference)
        results.add(costs.score(costs.worst), system=system, language="worst")
        results.add(costs.score(costs.worst, costs.best), system=system, language="widest")
        for language, sentences in parallel_texts.items():
            results.add(vocab.measure(tokenizer, sentences).score("bytes_per_token"), system=system, language=language)
    return results


def check(results):
    """Answer for every language, and for the worst."""
    for language in sorted({row["language"] for row in results.rows} - {"worst", "widest"}):
        yield claim(results, "myte > bytes", metric="bytes_per_token", language=language)
        yield claim(results, "myte > noise", metric="bytes_per_token", language=language)
    for language in ("worst", "widest"):
        yield claim(results, "myte < bytes", language=language)
