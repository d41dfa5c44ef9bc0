"""Commands of the vocabulary drawer."""

from pathlib import Path
from typing import Any, Literal

from lect.commands.files import paths
from lect.commands.terminal import say, say_json


def learn(*text: str, kind: Literal["bpe", "unigram", "wordpiece"] = "bpe", size: int = 16_000, out: str) -> None:
    """Learn a tokenizer from text and save it as tokenizer.json.

    Parameters
    ----------
    text
        Files, folders or globs of text.
    kind
        bpe (byte-level), unigram or wordpiece.
    size
        How many tokens.
    out
        The folder to write.
    """
    from lect.artifacts.outputs import produce
    from lect.artifacts.texts import read
    from lect.vocab.learning import learn as learn_tokenizer

    corpus = read(paths(text))

    def fill(folder: Path) -> None:
        learn_tokenizer(corpus, kind=kind, size=size).save_pretrained(folder)

    produce(out, fill, verb="vocab.learn", arguments={"kind": kind, "size": size}, inputs={"text": corpus})
    say(f"{out}: a {kind} tokenizer of {size:,} tokens")


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
    from lect.artifacts.models import load_tokenizer
    from lect.artifacts.texts import read
    from lect.vocab.measuring import measure as measure_vocabulary

    pairs = read_parallel(parallel, language, reference) if parallel else None
    measures = measure_vocabulary(load_tokenizer(model), read(paths(text)), parallel=pairs)
    say_json(measures.as_dict()) if json else say(measures.describe())


def trim(model: str, *text: str, out: str, size: int | None = None, keep: float = 0.99) -> None:
    """Keep only the tokens that a text needs: the model gets smaller, what it knows of the kept tokens stays bit-equal.

    Parameters
    ----------
    model
        A model folder or hub id.
    text
        Files, folders or globs of text in the language to keep.
    out
        The folder to write.
    size
        Exactly how many tokens to keep.
    keep
        Without --size: keep the most frequent tokens that cover this share of the text.
    """
    from lect.vocab.trimming import trim as trim_model

    _write(
        out,
        "vocab.trim",
        {"size": size, "keep": keep},
        model,
        text,
        lambda base, corpus: trim_model(base, corpus, size=size, keep=keep),
    )


def extend(model: str, *text: str, out: str, size: int) -> None:
    """Add tokens learned from a text to a model's vocabulary; old tokens keep their ids, new rows are means of their pieces.

    Parameters
    ----------
    model
        A model folder or hub id.
    text
        Files, folders or globs of text in the language to add.
    out
        The folder to write.
    size
        How many tokens the vocabulary has afterwards, old ones included.
    """
    from lect.vocab.extending import extend as extend_model

    _write(out, "vocab.extend", {"size": size}, model, text, lambda base, corpus: extend_model(base, corpus, size=size))


def replace(
    model: str, *text: str, out: str, size: int = 16_000, kind: Literal["bpe", "unigram", "wordpiece"] = "bpe",
    rows: Literal["constituent", "overlap", "random"] = "constituent", seed: int = 0,
) -> None:  # fmt: skip
    """Give a model a new vocabulary learned from a text, and fill its rows from the old ones.

    Parameters
    ----------
    model
        A model folder or hub id.
    text
        Files, folders or globs of text.
    out
        The folder to write.
    size
        How many tokens the new vocabulary has.
    kind
        bpe, unigram or wordpiece.
    rows
        constituent: the mean of the old pieces of a new token; overlap: copy equal tokens, draw the rest; random: draw all.
    seed
        Decides what is drawn.
    """
    from lect.vocab.learning import learn as learn_tokenizer
    from lect.vocab.replacing import replace as replace_vocabulary
    from lect.vocab.rows import BUILDERS

    def swap(base: Any, corpus: Any) -> Any:
        return replace_vocabulary(base, learn_tokenizer(corpus, kind=kind, size=size), rows=BUILDERS[rows], seed=seed)

    _write(out, "vocab.replace", {"size": size, "kind": kind, "rows": rows}, model, text, swap, seed)


def _write(
    out: str,
    verb: str,
    arguments: dict[str, Any],
    model: str,
    text: tuple[str, ...],
    make: Any,
    seed: int | None = None,
) -> None:
    """Load, make, save with provenance, and say what was done."""
    from lect.artifacts.models import load
    from lect.artifacts.outputs import produce
    from lect.artifacts.texts import read

    base, corpus = load(model), read(paths(text))

    def fill(folder: Path) -> dict[str, Any]:
        made = make(base, corpus)
        made.save(folder)
        return {"notes": made.notes}

    produce(out, fill, verb=verb, arguments=arguments, inputs={"model": base, "text": corpus}, seed=seed)
    after = load(out)
    sizes = " → ".join(
        f"{len(m.tokenizer):,} tokens and {m.parameters / 1e6:.1f} million parameters" for m in (base, after)
    )
    say(f"{out}: {sizes}")
