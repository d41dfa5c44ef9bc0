"""FineWeb2-HQ: choose text by a classifier that sets good text apart from the web, without labels (Messmer et al., 2025).

Claim     a language model trained on the fifth of a crawl that such a classifier prefers predicts clean text better than one trained on
          a random fifth of it, in as many steps.
Measured  bits per byte of held-out clean text; columns say the share of clean documents among those kept, and the share kept.
Control   a classifier learned from the same texts with their labels dealt at random, which must not show it; a random fifth.
Scaled    half of the crawl is clean text that was spoiled; good examples are other text of its source. Hashed n-grams stand for fastText;
          "fluent" adds fluency (ours). Not re-enacted: instructions and exams as examples, vectors of XLM-R, tasks, 1 billion parameters.
"""

from random import Random

from lect import Results, claim, corpus, models, score, train, vocab

CARD = {"id": "S047", "cite": "messmer2025enhancing", "family": "corpus", "needs": ["text"], "extras": []}
SMOKE = {"size": 400, "megabytes": 0.005, "heldout": 0.002, "seeds": 1}


def run(text, out, *, size=2_000, share=0.2, megabytes=0.3, heldout=0.05, seeds=3):
    """Make a crawl of clean and spoiled text, choose a fifth of it in four ways, and train on each."""
    parts = corpus.deal(text, {"held": 0.1, "known": 0.1, "good": 0.2, "plain": 0.3, "spoiled": 0.3})
    texts = [*parts["plain"].strings(), *corpus.spoil(parts["spoiled"]).strings()]
    good, clean = list(parts["good"].strings()), set(parts["plain"].strings())
    fluent = corpus.JoinedFeatures((corpus.HashedNgrams(), corpus.learn_fluency(parts["known"]).rows))
    results, dealt, most = Results(out), Random(0).sample(good + texts, len(good) + len(texts)), len(good)
    graders = {"fluent": corpus.contrast(good, texts, features=fluent), "ngrams": corpus.contrast(good, texts)}  # fmt: skip
    graders["permuted"] = corpus.contrast(dealt[:most], dealt[most:], features=fluent)
    chosen = {name: corpus.select_best(texts, one.score(texts), share=share) for name, one in graders.items()}
    chosen["random"], tokenizer = corpus.select_random(texts, share=share), vocab.learn(texts, size=size)
    for system, reasons in chosen.items():
        kept = [one for one, reason in zip(texts, reasons, strict=True) if not reason]
        columns = {"kept": len(kept) / len(texts), "clean": sum(one in clean for one in kept) / len(kept)}
        for seed in range(seeds):
            start = models.new("decoder", "tiny", tokenizer, seed=seed)
            model = train.pretrain(start, kept, megabytes=megabytes, lr=2e-3, seed=seed)
            results.add(score.bits_per_byte(model, parts["held"].take(heldout)), system=system, seed=seed, **columns)
    return results


def check(results):
    """Answer for both classifiers against a random choice, and for the labels dealt at random."""
    for text in ("fluent < random", "ngrams < random", "fluent < permuted", "permuted < random"):
        yield claim(results, text)
