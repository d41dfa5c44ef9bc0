"""ClassiCC-PT: a rater distilled from native documents beats one from translated documents (Almeida et al., 2025).

Claim     a rater learned from native documents and the ratings of a judge ranks other native documents as the judge does, and better
          than one learned from documents of another language put into this one.
Measured  rank correlation with the judge on native documents; the columns give the precision among the tenth rated highest and the base rate.
Control   the native documents with their ratings dealt at random; translation word by word, with a dictionary learned from the same text.
Scaled    the judge is a hidden rule in place of GPT-4o: it reads the other language, and rates by how many words of a secret list there
          are; raters are ridge regressions on hashed n-grams, for BERTimbau. Not re-enacted: the crawl, continued pretraining, 44 tasks.
"""

from random import Random

from lect import Results, artifacts, claim, corpus, score, vocab

CARD = {"id": "S061", "cite": "almeida2025building", "family": "corpus", "needs": ["parallel"], "extras": []}
SMOKE = {"least": 3}


def run(parallel, out, *, lines=2, secret=0.1, least=20, strength=1.0):
    """Rate documents by a secret list of words of the other language, and learn from native and from translated ones."""
    results, (seen, heldout) = Results(out), parallel.split(heldout=0.2)
    sides = (*seen.sides(), *heldout.sides())
    native, foreign, tested, read = ([" ".join(one[at : at + lines]) for at in range(0, len(one), lines)] for one in sides)  # fmt: skip
    ratings = corpus.judge_by_words(foreign + read, secret=secret, least=least)
    taught, gold = ratings[: len(foreign)], ratings[len(foreign) :]
    said = {word: ours for ours, word in reversed(vocab.align(seen).dictionary())}
    translated = [" ".join(said.get(word, word) for word in one.lower().split()) for one in foreign]
    dealt = Random(1).sample(taught, len(taught))
    task = artifacts.Task(
        "ratings", "regression", {"test": [artifacts.Graded(*one) for one in zip(tested, gold, strict=True)]}, []
    )
    shown = {"native": (native, taught), "translated": (translated, taught), "permuted": (native, dealt)}
    for system, (texts, values) in shown.items():
        rated = corpus.learn_rater(texts, values, strength=strength).rate(tested)
        agreed = corpus.compare_ratings(rated, gold)
        results.add(score.grade(rated.tolist(), task), system=system, top=agreed.top_precision, base=agreed.base_rate)
    return results


def check(results):
    """Answer for native documents against translated ones and against ratings dealt at random."""
    for other in ("translated", "permuted"):
        yield claim(results, f"native > {other}", metric="spearman")
