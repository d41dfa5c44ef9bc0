"""ParaCotta: the two translations of a sentence that share the least are paraphrases (Aji et al., 2022).

Claim     of the n best translations, the two with the lowest symmetric sentence BLEU share less wording than the two best, and both still say
          what the sentence says.
Measured  BLEU of the two members with each other; chrF of the second member with what a human translator wrote.
Control   the two best of the beam ("beam"); the best translation of another sentence ("other").
Scaled    a decoder of a million parameters, taught on a thousand of the pairs that are given, for NMT of WMT quality in 17 languages. Meaning
          is measured on gold translations, not by an encoder. Not re-enacted: sampling, back-translation, human judgment, ParaBank.
"""

from lect import Results, artifacts, claim, models, read, score, train, use, vocab

CARD = {"id": "S103", "cite": "aji2022paracotta", "family": "evaluation", "needs": ["parallel"], "extras": []}
SMOKE = {"size": 500, "pairs": 200, "tested": 20, "epochs": 1, "beams": 3, "tokens": 12, "seeds": 1}


def run(parallel, out, *, size=2_000, pairs=1_000, tested=100, epochs=6, beams=6, tokens=48, seeds=3):
    """Teach translation into the first language of the pairs, write n-best lists, and choose from them."""
    results, (learned, heldout) = Results(out), parallel.split(heldout=0.1)
    rows = [[artifacts.Written(two, [one], str(n)) for n, (one, two) in enumerate(part)] for part in (learned, heldout)]
    task = artifacts.Task("translation", "generation", {"train": rows[0][:pairs], "test": rows[1][:tested]})
    test, said = task.part("test"), read([{"text": side} for pair in learned for side in pair])
    tokenizer = vocab.learn(said, kind="unigram", size=size)
    asked = [train.request(one.source) for one in test]
    for seed in range(seeds):
        start = models.new("decoder", "tiny", tokenizer, seed=seed)
        model = train.finetune(start, task, epochs=epochs, lr=2e-3, seed=seed)
        found = use.generate(model, asked, tokens=tokens, beams=beams, samples=beams)
        lists = [[text.strip() or "-" for text in texts] for texts in found]
        chosen = [[texts[at] for at in score.building.most_diverse(texts)[:2]] for texts in lists]
        other = [[a[0], b[0]] for a, b in zip(lists, lists[1:] + lists[:1], strict=True)]
        picked = {"chosen": chosen, "beam": [texts[:2] for texts in lists], "other": other}
        for system, both in picked.items():
            first = [artifacts.Written(one.source, [pair[0]], one.id) for one, pair in zip(test, both, strict=True)]
            members = {"wording": artifacts.Task("pairs", "generation", {"test": first}), "meaning": task}
            for stage, gold in members.items():
                results.add(score.grade([pair[1] for pair in both], gold), system=system, stage=stage, seed=seed)
    return results


def check(results):
    """Answer for wording and for meaning."""
    yield claim(results, "chosen < beam", metric="bleu", stage="wording")
    for said in ("chosen > other", "beam > other", "chosen < beam"):
        yield claim(results, said, metric="chrf", stage="meaning")
