"""MonoByte: byte models of one language each, and of no language, as a clean test of what transfers (Abonizio et al., 2022).

Claim     a byte model pretrained on another language serves a task better than one pretrained on the same bytes without language, and
          than none; one pretrained on the language of the task serves it better still.
Measured  tagging accuracy after full fine-tuning on the task's language, by the encoder.
Control   the other language with the characters of each document dealt at random ("artificial"), and random weights.
Scaled    one architecture a thousandth of the paper's compute allows: a tiny encoder-decoder and a few hundred kilobytes a language.
          Not re-enacted: ten languages, nested artificial text (`worlds.nested`), question answering and inference as text.
"""

from lect import Results, claim, models, read, score, train, vocab, worlds

CARD = {"id": "S033", "cite": "abonizio2022monobyte", "family": "vocabulary", "needs": ["text", "retain", "task"], "extras": []}  # fmt: skip
SMOKE = {"megabytes": 0.01, "epochs": 1, "seeds": 1}
PAPER = {"size": "base", "megabytes": 65_500, "epochs": 10, "seeds": 3}


def run(text, retain, task, out, *, size="tiny", megabytes=0.5, epochs=3, seeds=3):
    """Pretrain on three texts, each time from the same random weights, and tag with each and with those."""
    results, tokenizer = Results(out), vocab.learn(kind="bytes", for_="encoder")
    texts = {"own": read(text), "foreign": read(retain), "artificial": worlds.shuffled(read(retain))}
    for seed in range(seeds):
        start = models.new("seq2seq", size, tokenizer, seed=seed)
        bases = {
            name: train.pretrain(start.named(f"{name}, seed {seed}"), one, megabytes=megabytes, seed=seed)
            for name, one in texts.items()
        }
        for system, base in {**bases, "random": start}.items():
            tagger = train.finetune(base, task, epochs=epochs, seed=seed)
            results.add(score.tagging(tagger, task), system=system, seed=seed)
    return results


def check(results):
    """Answer for another language against both controls, and for the task's own."""
    yield claim(results, "foreign > artificial")
    yield claim(results, "foreign > random")
    yield claim(results, "own > foreign")
