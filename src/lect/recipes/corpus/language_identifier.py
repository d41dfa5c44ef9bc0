"""OpenLID: an identifier of languages learned from audited, balanced lines, and how much of a text goes astray (Burchell et al., 2023).

Claim     n-grams of characters read text of another domain better than words alone; balancing helps the language that has fewest lines.
Measured  share of the first 60 letters of the parallel sentences that get their own language, and of the language with fewest lines alone.
Control   the labels of the lines permuted, which must fall to chance; lines weighed as many as they are; words alone.
Scaled    the languages given for 201, smoothed n-gram counts for fastText, the last language cut to 40 lines. Not re-enacted: the audit.
"""

from random import Random

from lect import Results, artifacts, claim, corpus, read, score
from lect.artifacts.tasks import Labeled

CARD = {"id": "S105", "cite": "burchell2023open", "family": "corpus", "needs": ["texts", "parallel_texts"], "extras": []}  # fmt: skip
SMOKE = {"lines": 200, "rare": 20, "seeds": 1}
SETTINGS = {"ngrams": {}, "unbalanced": {"balance": 1.0}, "words": {"orders": (0,)}, "permuted": {}}


def run(texts, parallel_texts, out, *, lines=2_000, rare=40, letters=60, seeds=3):
    """Learn from the lines of each text, and identify the first `letters` of each parallel sentence."""
    results, names = Results(out), [name for name in parallel_texts if name in texts]
    held = {name: [Labeled(one[:letters], name) for one in parallel_texts[name]] for name in names}
    for seed in range(seeds):
        rows = []
        for name in names:
            own = list(read(texts[name]).strings())
            own = Random(seed).sample(own, min(len(own), rare if name == names[-1] else lines))
            rows += [{"text": line, "language": name} for line in own]
        dealt = Random(seed).sample(rows, len(rows))
        mixed = [row | {"language": f"{other['language']}, dealt"} for row, other in zip(rows, dealt, strict=True)]
        for system, setting in SETTINGS.items():
            known = corpus.learn_identifier(read(mixed if system == "permuted" else rows), **setting)
            for part, chosen in (("all", names), ("rare", names[-1:])):
                examples = [example for name in chosen for example in held[name]]
                top = known.identify([example.text for example in examples]).top(1)
                answers = [label.split(",")[0] for [(label, _)] in top]
                task = artifacts.Task(part, "classification", {"test": examples}, names)
                results.add(score.grade(answers, task)[0], system=system, task=part, seed=seed)
    return results


def check(results):
    """Answer for n-grams against words, for permuted labels, and for balance."""
    yield claim(results, "ngrams > words", task="all")
    yield claim(results, "ngrams > permuted", task="all", by=0.3)
    yield claim(results, "ngrams > unbalanced", task="rare")
