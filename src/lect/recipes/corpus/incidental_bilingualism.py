"""Incidental bilingualism: documents that hold two languages, found in a corpus of one, teach to translate (Briakou et al., 2023).

Claim     documents with a stretch of another language are found among those without, and flagged nowhere else; a language model that read
          sentences beside their translations finds the translation of a new one among others, and more often than one that read them apart.
Measured  macro F1 over documents, with plants; share not flagged, without; share of right translations among ten, by pointwise mutual
          information, for the difference of log probabilities of the card.
Control   the same sentences, each language in documents of its own, in as many bytes; chance.
Scaled    a million parameters, half of the documents with two languages, for 1.4 % of 780 billion tokens; an identifier learned from
          other sentences of the same book. Not re-enacted: PaLM at 1 and 8 billion, translating with and without examples, prompts that were mined.
"""

from lect import Results, claim, corpus, models, read, score, train, use, vocab

CARD = {"id": "S063", "cite": "briakou2023searching", "family": "corpus", "needs": ["parallel"], "extras": []}
SMOKE = {"documents": 60, "planted": 12, "taught": 60, "size": 400, "megabytes": 0.015, "asked": 12, "seeds": 1}


def run(parallel, out, *, documents=5_000, planted=200, taught=3_000, size=2_000, megabytes=0.6, asked=150, seeds=3):
    """Plant bilingual documents and find them; train on texts with and without them, and ask for translations."""
    results, (seen, heldout) = Results(out), parallel.split(heldout=0.1)
    names, sides = ("matrix", "embedded"), [read([{"text": one} for one in side]) for side in seen.sides()]
    identifier = corpus.learn_identifier(dict(zip(names, map(list, heldout.sides()), strict=True)))
    for stage, number in (("plants", planted), ("no plants", 0)):
        made = corpus.plant_bilingual(seen, names, documents=documents, planted=number, prompts=[""])
        found = corpus.find_bilingual(list(made.text.strings()), lambda ones: identifier.identify(ones).labels, language="matrix")  # fmt: skip
        task = made.to_task()
        results.add(score.grade([one or "plain" for one in found.reasons], task), system="detector", stage=stage)
        results.add(score.grade(["plain"] * documents, task), system="nobody", stage=stage)
    task, tokenizer = corpus.ask_translations(heldout, most=asked), vocab.learn(sides[0] + sides[1], size=size)
    results.add(score.chance(task), system="chance", stage="model")
    made = corpus.plant_bilingual(seen, names, documents=taught, planted=taught // 2, prompts=[""], seed=1)
    for seed in range(seeds):
        for system, text in (("together", made.text), ("apart", made.apart)):
            model = train.pretrain(models.new("decoder", "tiny", tokenizer, seed=seed), text, megabytes=megabytes, lr=2e-3, seed=seed)  # fmt: skip
            chosen, said = use.choose(model, task, normalization="pmi")
            results.add(score.grade(chosen, task, settings=said), system=system, stage="model", seed=seed)
    return results


def check(results):
    """Answer for the detector with plants and without, and for the model."""
    yield claim(results, "detector > nobody", metric="macro_f1", stage="plants", by=0.4)
    yield claim(results, "detector ~ nobody", metric="accuracy", stage="no plants", within=0.01)
    for control in ("apart", "chance"):
        yield claim(results, f"together > {control}", metric="accuracy", stage="model")
