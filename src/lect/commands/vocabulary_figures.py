"""Commands that measure vocabularies and words: measure, parity, allocation, vectors, translate."""

from dataclasses import asdict

from lect.commands.files import Files, paths
from lect.commands.terminal import say, say_json


def measure(
    model: str,
    *text: str,
    parallel: str | None = None,
    language: str | None = None,
    reference: str = "eng",
    json: bool = False,
) -> None:
    """Measure what a model's vocabulary costs a language: tokens a word, words that are split, bytes a token, the premium over another language.

    Parameters
    ----------
    model
        A model or tokenizer folder, or a hub id.
    text
        Files, folders or globs of text.
    parallel
        Pairs of the language and the reference, for the premium.
    language
        The language of the text, to find its column in a file with many.
    reference
        The language to compare with.
    json
        Print JSON.
    """
    from lect.adaptation.inputs import read_parallel
    from lect.artifacts.loading import load_tokenizer
    from lect.artifacts.texts import read
    from lect.vocab.measures.measuring import measure as measure_vocabulary

    pairs = read_parallel(parallel, language, reference) if parallel else None
    measures = measure_vocabulary(load_tokenizer(model), read(paths(text)), parallel=pairs)
    say_json(measures.as_dict()) if json else say(measures.describe())


def parity(
    model: str, table: str, *, languages: list[str] | None = None, reference: str = "eng", json: bool = False
) -> None:
    """Say how many times as many tokens the same sentences cost in each language.

    Parameters
    ----------
    model
        A model or tokenizer folder, or a hub id.
    table
        A TSV or JSONL file of the same sentences with a column for each language, such as FLORES.
    languages
        Only these languages.
    reference
        The language that others are compared with.
    json
        Print JSON.
    """
    from lect.artifacts.loading import load_tokenizer
    from lect.artifacts.multitexts import read_columns, read_names
    from lect.vocab.measures.premiums import parity as price

    names = [*dict.fromkeys([reference, *languages])] if languages else read_names(table)
    found = price(load_tokenizer(model), read_columns(table, {name: [name] for name in names}), reference=reference)
    say_json(found.rows()) if json else say(found.describe())


def allocation(model: str, *texts: str, json: bool = False) -> None:
    """Say how much of a vocabulary each language gets, and how much of it languages share.

    Parameters
    ----------
    model
        A model or tokenizer folder, or a hub id.
    texts
        Text in several languages: eng=FILE fao=FILE.
    json
        Print JSON.
    """
    from lect.artifacts.errors import LectError
    from lect.artifacts.loading import load_tokenizer
    from lect.artifacts.texts import read
    from lect.vocab.measures.allocating import allocation as allocate

    if wrong := [item for item in texts if "=" not in item]:
        raise LectError(f"texts are LANGUAGE=FILE, such as fao=faroese.txt; found {wrong[0]!r}")
    named = dict(item.split("=", 1) for item in texts)
    found = allocate(load_tokenizer(model), {name: read(paths([path])) for name, path in named.items()})
    say_json({**asdict(found), "divergence": found.divergence.tolist()}) if json else say(found.describe())


def vectors(*text: str, out: str, tokenizer: str | None = None, dimension: int = 100, seed: int = 0) -> None:
    """Learn static vectors of words, or of the tokens of a tokenizer, and write them in the word2vec text format.

    Parameters
    ----------
    text
        Files, folders or globs of text.
    out
        The folder to write; its file vectors.vec opens with fastText and gensim.
    tokenizer
        A model or tokenizer folder whose tokens get the vectors.
    dimension
        How many numbers a vector has.
    seed
        Decides the random projections.
    """
    from lect.artifacts.loading import load_tokenizer
    from lect.artifacts.outputs import produce
    from lect.artifacts.texts import read
    from lect.vocab.spaces.vectors import static_vectors

    corpus = read(paths(text))
    units = load_tokenizer(tokenizer) if tokenizer else None
    sizes: list[int] = []

    def fill(folder: object) -> None:
        found = static_vectors(corpus, tokenizer=units, dimension=dimension, seed=seed)
        found.save(f"{folder}/vectors.vec")
        sizes.append(len(found.words))

    arguments = {"dimension": dimension, "tokenizer": tokenizer}
    produce(out, fill, verb="vocab.vectors", arguments=arguments, inputs={"text": corpus}, seed=seed)
    say(f"{out}/vectors.vec" + (f": {sizes[0]:,} words" if sizes else ", made before"))


def translate(source: str, target: str, *, lexicon: str, words: Files, number: int = 5) -> None:
    """Map one space of word vectors onto another by a lexicon, and translate words that it lacks.

    Parameters
    ----------
    source
        Vectors of the language to translate from (.vec).
    target
        Vectors of the language to translate into (.vec).
    lexicon
        Known pairs of words, one a line, separated by a tab.
    words
        The words to translate.
    number
        How many candidates a word gets.
    """
    from pathlib import Path

    from lect.artifacts.bitexts import read_pairs
    from lect.vocab.spaces.mapping import map_vectors
    from lect.vocab.spaces.retrieving import translate_words
    from lect.vocab.spaces.vectors import read_vectors

    mapped = map_vectors(read_vectors(source), read_vectors(target), read_pairs(Path(lexicon)))
    found = translate_words(mapped.source, mapped.target, list(words), number=number)
    for word in words:
        said = ", ".join(f"{other} ({score:.2f})" for other, score in found.get(word, []))
        say(f"{word}: {said or 'has no vector'}")
