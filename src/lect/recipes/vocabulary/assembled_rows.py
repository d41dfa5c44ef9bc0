"""RuBERT: a multilingual encoder gets a vocabulary of one language, its rows assembled from the old ones (Kuratov and Arkhipov, 2019).

Claim     copied and averaged rows reach a given loss sooner than random rows with the same body, and those sooner than a random model.
Measured  bits per byte of held-out text at the start, after a quarter of the training and at its end (pseudo-likelihood, one vocabulary).
Control   the same assembled rows, dealt to the wrong tokens.
Scaled    a small base and a few megabytes. Not re-enacted: next-sentence prediction, the four Russian tasks, 120,000 types.
"""

from lect import Results, claim, load, models, read, score, train, vocab

CARD = {"id": "S020", "cite": "kuratov2019adaptation", "family": "vocabulary", "needs": ["encoder", "text"], "extras": [],
        "when": ["text, and a vocabulary of one language to install", "vocab.replace(rows=constituent_rows)", "assembled < random rows"]}  # fmt: skip
SMOKE = {"size": 400, "megabytes": 0.02, "seeds": 1}
PAPER = {"size": 120_000, "megabytes": 5_000}


def run(encoder, text, out, *, size=8_000, megabytes=0.4, seeds=3):
    """Train four starts for two budgets."""
    base, results = load(encoder), Results(out)
    seen, heldout = read(text).take(2).split(heldout=0.04)
    tokenizer = vocab.learn(seen, kind="unigram", size=size, for_="encoder")
    starts = {"assembled": vocab.replace(base, tokenizer, rows=vocab.constituent_rows)}
    starts["shuffled"] = vocab.replace(base, tokenizer, rows=vocab.shuffled(vocab.constituent_rows))
    starts["random rows"] = vocab.replace(base, tokenizer, rows=vocab.random_rows)
    starts["random model"] = models.fresh_body(starts["random rows"])
    for system, start in starts.items():
        results.add(score.bits_per_byte(start, heldout), system=system, stage="start")
        for stage, budget in (("quarter", megabytes / 4), ("end", megabytes)):
            for seed in range(seeds):
                adapted = train.pretrain(start, seen, megabytes=budget, seed=seed)
                results.add(score.bits_per_byte(adapted, heldout), system=system, stage=stage, seed=seed)
    return results


def check(results):
    """Answer at every stage."""
    for stage in ("start", "quarter", "end"):
        yield claim(results, "assembled < random rows", stage=stage)
        yield claim(results, "assembled < shuffled", stage=stage)
    for stage in ("quarter", "end"):
        yield claim(results, "random rows < random model", stage=stage)
