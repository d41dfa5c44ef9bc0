"""The data and the models that the pictures are drawn from: all of the embedded world."""

from functools import cache

from lect import models, train, vocab, worlds

SENTENCE = "92 danskar krónur, 22 ár síðan"
PLAIN = [*range(33, 127), *range(161, 173), *range(174, 256)]  # bytes that GPT-2 writes as themselves
BYTES = {chr(byte): byte for byte in PLAIN}
BYTES |= {chr(256 + place): byte for place, byte in enumerate(sorted({*range(256)} - {*PLAIN}))}


@cache
def text_of(language, seed=0, documents=3_000):
    return worlds.phrases(language, documents, seed=seed, sentences_per_document=4)


@cache
def faroese():
    return text_of("Faroese", seed=1).split(heldout=0.05)


@cache
def known():
    """What the base model has read: English, Icelandic and Danish in equal parts."""
    first, *rest = (text_of(language, documents=1_500) for language in ("English", "Icelandic", "Danish"))
    return sum(rest, first)


@cache
def base():
    model = models.new("decoder", "tiny", vocab.learn(known(), kind="bpe", size=1_200), seed=0)
    return train.pretrain(model, known(), megabytes=0.3, seed=0, training=train.Training(precision="fp32"))


@cache
def small(size, language="English"):
    """A model that was not trained: enough where only its vocabulary is looked at."""
    return models.new("decoder", "tiny", vocab.learn(text_of(language), kind="bpe", size=size), seed=0)


def started(tokenizer, seen):
    """The base with a Faroese vocabulary, its rows made in every way."""
    fp32 = train.Training(precision="fp32")
    lexicon, pairs = worlds.lexicon("Faroese", "English"), worlds.parallel("Faroese", "English", 1_500, seed=1)
    words = [vocab.static_vectors(one, dimension=50) for one in (seen, text_of("English"))]
    space = vocab.map_vectors(*words, lexicon)
    new = models.new("decoder", "tiny", tokenizer, seed=1)
    builders = {
        "random": vocab.random_rows,
        "normal": vocab.normal_rows,
        "mean": vocab.mean_rows,
        "overlap": vocab.overlap_rows,
        "constituent": vocab.constituent_rows,
        "shuffled constituent": vocab.shuffled(vocab.constituent_rows),
        "script + overlap": vocab.with_overlap(vocab.script_position_rows),
        "focus": vocab.focus_rows(vocab.static_vectors(seen, tokenizer=tokenizer, dimension=50)),
        "wechsel + overlap": vocab.with_overlap(vocab.wechsel_rows(space.source, space.target)),
        "lexicon": vocab.lexicon_rows(lexicon),
        "aligned": vocab.aligned_rows(vocab.translation_table(pairs)),
        "donor": vocab.donor_rows(train.pretrain(new, seen, megabytes=0.05, seed=0, training=fp32)),
    }
    made = {name: vocab.replace(base(), tokenizer, rows=rows, seed=0) for name, rows in builders.items()}
    made["fresh body"] = models.fresh_body(made["constituent"], seed=0)
    made["trained"] = train.pretrain(
        made["constituent"], seen, megabytes=0.05, only="embeddings", seed=0, training=fp32
    )
    return {**made, "old vocabulary": base()}


def shown(tokenizer, sentence):
    """The tokens as a reader sees them: a space is ·, bytes that are no character are hexadecimal."""
    tokens = tokenizer.convert_ids_to_tokens(tokenizer.encode(sentence, add_special_tokens=False))
    if "Ġ" not in tokenizer.get_vocab():
        return [token.replace("▁", "·") for token in tokens]
    return [readable(bytes(BYTES[letter] for letter in token)) for token in tokens]


def readable(token):
    try:
        return token.decode().replace(" ", "·")
    except UnicodeDecodeError:
        return token.hex()
