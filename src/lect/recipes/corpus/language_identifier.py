"""OpenLID: an identifier of languages learned from audited, balanced lines, and how much of a text goes astray (Burchell et al., 2023).

Claim     n-grams of characters read text of another domain better than words alone; balancing helps the language that has fewest lines.
Measured  share of the first 60 letters of the parallel sentences that get their own language, and of the language with fewest lines alone.
Control   the labels of the lines permuted, which must fall to chance; lines weighed as many as they are; words alone.
Scaled    the languages given for 201, smoothed n-gram counts for fastText, the last language cut to 40 lines. Not re-enacted: the audit.
"""

from random import Random

from lect import Results, artifacts, claim, corpus, read, score

CARD = {"id": "S105", "cite": "burchell2023open", "family": "corpus", "needs": ["texts", "parallel_texts"], "extras": []}  # fmt: skip
SMOKE = {"lines": 200, "rare": 20, "seeds": 1}
SYSTEMS = {"ngrams": ([2, 3, 4, 5], 0.3), "unbalanced": ([2, 3, 4, 5], 1.0), "words": ([0], 0.3), "permuted": ([2, 3, 4, 5], 0.3)}  # fmt: skip


def run(texts, parallel_texts, out, *, lines=2_000, rare=40, letters=60, seeds=3):
    """Learn from the lines of each text, and identify the first `letters` of each parallel sentence."""
    results, names = Results(out), [name for name in parallel_texts if name in texts]
    held = {name: [artifacts.Labeled(one[:letters], name) for one in parallel_texts[name]] for name in names}
    for seed in range(seeds):
        rows = []
        for name in names:
            own = Random(seed).sample(list(read(texts[name]).strings()), len(read(texts[name])))
            rows += [{"text": line, "language": name} for line in own[: rare if name == names[-1] else lines]]
        dealt = Random(seed).sample([f"{row['language']}, dealt" for row in rows], len(rows))
        mixed = [row | {"language": label} for row, label in zip(rows, dealt, strict=True)]
        for system, (orders, balance) in SYSTEMS.items():
            text = read(mixed if system == "permuted" else rows)
            known = corpus.learn_identifier(text, orders=orders, balance=balance)
            for part, chosen in (("all", names), ("rare", names[-1:])):
                examples = [example for name in chosen for example in held[name]]
                found = known.identify([example.text for example in examples]).top(1)
                task = artifacts.Task(part, "classification", {"test": examples}, names)
                results.add(score.grade([top[0][0].split(",")[0] for top in found], task)[0], system=system, task=part, seed=seed)  # fmt: skip
    return results


def check(results):
    """Answer for n-grams against words, for permuted labels, and for balance."""
    yield claim(results, "ngrams > words", task="all")
    yield claim(results, "ngrams > permuted", task="all", by=0.3)
    yield claim(results, "ngrams > unbalanced", task="rare")
