"""BERnaT: encoders of standard text, of diverse text, and of both (Azurmendi et al., 2025).

Claim     an encoder of one register predicts that register best; one of both, with as many bytes in all, is near the best on each.
Measured  bits per byte (pseudo-likelihood, one tokenizer for all) of held-out text of each register.
Control   the encoder of the other register.
Scaled    a million parameters and one text a register (`text` is the standard one, `retain` the diverse one), equal bytes in place of
          whole corpora. The paper's gain on tasks shows at 355 million parameters, is about none at 124 and below none at 51: not claimed.
"""

from lect import Results, claim, corpus, models, score, train, vocab

CARD = {"id": "S035", "cite": "azurmendi2025bernat", "family": "corpus", "needs": ["text", "retain"], "extras": []}
SMOKE = {"size": 500, "megabytes": 0.01, "heldout": 0.001, "seeds": 1}
PAPER = {"size": 50_000, "megabytes": 50_000, "heldout": 5}


def run(text, retain, out, *, size=4_000, megabytes=0.3, heldout=0.008, seeds=3):
    """Pretrain on either register and on both, as many bytes each, and score on both."""
    results, texts, held = Results(out), {}, {}
    for register, one in (("standard", text), ("diverse", retain)):
        texts[register], rest = one.split(heldout=0.1)
        held[register] = rest.take(heldout)
    least = min(one.megabytes for one in texts.values())
    tokenizer = vocab.learn(corpus.mix(texts, megabytes=2 * least, alpha=0, epochs=1).text, size=size, for_="encoder")
    texts["combined"] = corpus.mix(dict(texts), megabytes=megabytes, alpha=0, epochs=50).text
    for system, one in texts.items():
        for seed in range(seeds):
            start = models.new("encoder", "tiny", tokenizer, seed=seed)
            model = train.pretrain(start, one, megabytes=megabytes, lr=1e-3, seed=seed)
            for register, rest in held.items():
                results.add(score.bits_per_byte(model, rest), system=system, stage=register, seed=seed)
    return results


def check(results):
    """Answer for each register: its own encoder, and that of both."""
    for own, other in (("standard", "diverse"), ("diverse", "standard")):
        yield claim(results, f"{own} < {other}", stage=own)
        yield claim(results, f"combined < {other}", stage=own)
        yield claim(results, f"combined ~ {own}", stage=own, within=0.1)
