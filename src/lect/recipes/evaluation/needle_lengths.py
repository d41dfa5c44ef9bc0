"""mLongRR: can a model find a number in a long text of its language? (Agrawal et al., 2024).

Claim     a small decoder that has learned to look numbers up at one length finds them there, and falls behind on longer texts.
Measured  share of right numbers at 128, 256 and 512 tokens, over five depths, one needle.
Control   a reader by pattern ("oracle"), who must be right everywhere, and one who does not read ("blind"); a decoder without practice.
Scaled    one language, a million parameters; practice is needle and question without a haystack, then prompts of the first length.
          Not re-enacted: 2,000 to 64,000 tokens, two and three needles, large models, the gap to English.
"""

from lect import Results, artifacts, claim, models, read, read_task, score, train, use, vocab

CARD = {"id": "S071", "cite": "agrawal2024evaluating", "family": "evaluation", "needs": ["text"], "extras": []}
SMOKE = {"size": 600, "bare": 400, "taught": 5, "asked": 2, "seeds": 1}


def run(text, out, *, language="fao", lengths=(128, 256, 512), size=2_000, bare=110_000, taught=300, asked=8, seeds=3):
    """Build needles at all lengths, practice, learn at the first, and ask at all."""
    results, put, hay = Results(out), score.building.wording_of(language), read(text).take(0.3)
    practice, tests = score.building.bare_needles(put, bare), {}
    tokenizer = vocab.learn(practice.take(0.3) + hay, kind="unigram", size=size)
    for name, length, drawn in (("taught", lengths[0], range(asked, asked + taught)), *((one, one, range(asked)) for one in lengths)):  # fmt: skip
        folder = score.building.build_needles(hay, f"{out}/{name}", language=put, tokenizer=tokenizer, lengths=[length], seeds=drawn)  # fmt: skip
        part = read_task(f"needles={folder}/retrieve").part("test")
        tests[name] = artifacts.Task("needles", "generation", {"train": part, "test": part})
    lesson = tests.pop("taught")
    for name, task in tests.items():
        results.add(score.grade([score.building.read_needles(one, put) for one in task.part("test")], task)[0], system=f"oracle {name}")  # fmt: skip
        results.add(score.grade(["0"] * len(task.part("test")), task)[0], system=f"blind {name}")
    for seed in range(seeds):
        start = models.new("decoder", "tiny", tokenizer, seed=seed)
        ready = train.pretrain(start, practice, megabytes=practice.megabytes, lr=2e-3, seed=seed)
        for system, model in (("practiced", ready), ("unpracticed", start)):
            tuned = train.finetune(model, lesson, epochs=2, seed=seed)
            for name, task in tests.items():
                texts = use.generate(tuned, [train.request(one.source) for one in task.part("test")], tokens=12)
                results.add(score.grade([one for (one,) in texts], task)[0], system=f"{system} {name}", seed=seed)
    return results


def check(results):
    """Answer for the length that was learned, and for the others."""
    first, *longer = dict.fromkeys(row["system"].rpartition(" ")[2] for row in results.rows)
    controls = ("oracle {0} > blind {0}", "practiced {0} > blind {0}", "practiced {0} > unpracticed {0}")
    for text in (*controls, *(f"practiced {{0}} > practiced {one}" for one in longer)):
        yield claim(results, text.format(first))
