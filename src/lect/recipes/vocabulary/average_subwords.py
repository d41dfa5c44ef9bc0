"""IndoBERTweet: new word pieces start as the mean of the old pieces of their text (Koto, Lau and Baldwin, 2021).

Claim     averaged rows start better than random ones and, after the same little training on the same text, end better.
Measured  bits per byte of held-out text (encoders: pseudo-likelihood; all systems share one extended vocabulary, so it compares).
Control   the same averages dealt to the wrong pieces; and random rows drawn with the mean and deviation of the old matrix,
          which are much harder to beat than the paper's U(-1, 1) and N(0, 1).
Scaled    one base of a few million parameters and a few megabytes of text, instead of IndoBERT and 409 million words of tweets. Not re-enacted:
          fastText rows projected into the embedding space, training from scratch for a million steps, the seven tasks.
"""

from lect import Results, claim, load, read, score, train, vocab

CARD = {"id": "S009", "cite": "koto2021indobertweet", "family": "vocabulary", "needs": ["model", "text"], "extras": [],
        "when": ["text in the language, a base that reads its script", "vocab.extend(rows=constituent_rows)", "averaged < random"]}  # fmt: skip
SMOKE = {"added": 100, "megabytes": 0.01, "seeds": 1}
PAPER = {"added": 16_000, "megabytes": 2_500}


def run(model, text, out, *, added=4_000, megabytes=2, seeds=3):
    """Extend the base by `added` pieces in three ways, and train each a little."""
    base, results = load(model), Results(out)
    seen, heldout = read(text).split(heldout=0.05)
    size = len(base.tokenizer) + added
    builders = {
        "averaged": vocab.constituent_rows,
        "random": vocab.random_rows,
        "shuffled": vocab.shuffled(vocab.constituent_rows),
    }
    for system, rows in builders.items():
        start = vocab.extend(base, seen, size=size, rows=rows)
        results.add(score.bits_per_byte(start, heldout), system=system, stage="start")
        for seed in range(seeds):
            adapted = train.pretrain(start.named(f"{system}, seed {seed}"), seen, megabytes=megabytes, seed=seed)
            results.add(score.bits_per_byte(adapted, heldout), system=system, stage="end", seed=seed)
    return results


def check(results):
    """Answer the claim at the start and at the end, against both controls."""
    for stage in ("start", "end"):
        yield claim(results, "averaged < random", stage=stage)
        yield claim(results, "averaged < shuffled", stage=stage)
