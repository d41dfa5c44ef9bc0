"""Commands that make and change vocabularies: learn, trim, extend, replace, prove."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from lect.commands.files import Files, paths
from lect.commands.terminal import say

Kind = Literal["bpe", "metaspace-bpe", "unigram", "wordpiece", "bytes", "myte"]
Start = Literal["constituent", "overlap", "random", "normal", "mean", "script", "focus", "lexicon", "aligned", "donor"]


def learn(
    *text: str,
    kind: Kind = "bpe",
    size: int | None = None,
    family: Literal["decoder", "encoder"] = "decoder",
    language: str | None = None,
    out: str,
) -> None:
    """Learn a tokenizer from text and save it as an ordinary tokenizer folder.

    Parameters
    ----------
    text
        Files, folders or globs of text; none for --kind bytes.
    kind
        bpe (byte-level), metaspace-bpe (▁ and byte fallback), unigram, wordpiece, bytes (as ByT5) or myte (bytes with codes for morphs).
    size
        How many tokens, 16,000 unless said; bytes and myte have a size of their own.
    family
        An encoder frames a text as <s> … </s>, a decoder adds nothing.
    language
        The language of the text, which myte groups its morphs by.
    out
        The folder to write.
    """
    from lect.artifacts.loading import load_tokenizer
    from lect.artifacts.outputs import produce
    from lect.artifacts.texts import read
    from lect.vocab.learners.learning import learn as learn_tokenizer

    corpus = read(paths(text), language=language) if text else None

    def fill(folder: Path) -> None:
        learn_tokenizer(corpus, kind=kind, size=size, for_=family).save_pretrained(folder)

    inputs = {"text": corpus} if corpus is not None else {}
    produce(out, fill, verb="vocab.learn", arguments={"kind": kind, "size": size, "for": family}, inputs=inputs)
    say(f"{out}: a {kind} tokenizer of {len(load_tokenizer(out)):,} tokens")


def trim(
    model: str,
    *text: str,
    out: str,
    size: int | None = None,
    keep: float = 0.99,
    least: int = 1,
    script: list[str] | None = None,
    also: list[str] | None = None,
    by: Literal["compression", "frequency", "rescoring"] = "compression",
) -> None:
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
    least
        Tokens that occur fewer times come last.
    script
        Keep letters of these scripts (ISO 15924: Latn, Cyrl) before others.
    also
        A token or a string whose tokens stay in any case.
    by
        What goes where the text uses more than --size: the tokens whose loss makes the text longer by the fewest tokens
        (compression), the rarest (frequency), or as the first and then the scores of a Unigram tokenizer anew (rescoring).
    """
    from lect.vocab.selection.trimming import trim as trim_model

    options = {"size": size, "keep": keep, "least": least, "scripts": script, "also": also or (), "by": by}
    _write(out, "vocab.trim", options, model, text, lambda base, corpus: trim_model(base, corpus, **options))  # type: ignore[arg-type]


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
    model: str,
    *text: str,
    out: str,
    tokenizer: str | None = None,
    size: int = 16_000,
    kind: Literal["bpe", "metaspace-bpe", "unigram", "wordpiece"] = "bpe",
    rows: Start = "constituent",
    source: str | None = None,
    seed: int = 0,
) -> None:
    """Give a model a new vocabulary, learned from a text or brought along, and fill its rows from the old ones.

    Parameters
    ----------
    model
        A model folder or hub id.
    text
        Files, folders or globs of text in the language.
    out
        The folder to write.
    tokenizer
        A tokenizer folder to install instead of learning one.
    size
        How many tokens a learned vocabulary has.
    kind
        bpe, metaspace-bpe, unigram or wordpiece.
    rows
        Where rows come from: means of old pieces, copies, draws, similar tokens (focus), a dictionary, parallel text, another model.
    source
        The file or model that --rows lexicon (word pairs), aligned (parallel text) or donor (a model) needs.
    seed
        Decides what is drawn.
    """
    from lect.artifacts.loading import load_tokenizer
    from lect.vocab.learners.learning import learn as learn_tokenizer
    from lect.vocab.replacing import replace as replace_vocabulary

    def swap(base: Any, corpus: Any) -> Any:
        new = load_tokenizer(tokenizer) if tokenizer else learn_tokenizer(corpus, kind=kind, size=size, for_=base.kind)
        return replace_vocabulary(base, new, rows=_builder(rows, source, corpus, new), seed=seed)

    arguments = {"size": size, "kind": kind, "rows": rows, "source": source, "tokenizer": tokenizer}
    _write(out, "vocab.replace", arguments, model, text, swap, seed)


def prove(before: str, after: str, *, text: Files, out: str | None = None) -> None:
    """Check on held-out text what a change of vocabulary must not break, and write the proof.

    Parameters
    ----------
    before
        The model as it was.
    after
        The model with the changed vocabulary.
    text
        Text that the change was not made from.
    out
        The proof as JSON; by default AFTER-proof.json.
    """
    from lect.artifacts.errors import LectError
    from lect.artifacts.loading import load
    from lect.artifacts.texts import read
    from lect.vocab.checks.proving import prove as prove_change

    proof = prove_change(load(before), load(after), read(paths(text)))
    file = proof.save(out or f"{after.rstrip('/')}-proof.json")
    say(proof.describe())
    say(f"{file}: {proof.texts} texts")
    if not proof.holds:
        failed = ", ".join(check.name for check in proof.checks if check.holds is False)
        raise LectError(f"the proof fails: {failed}. Do not use {after} as a drop-in replacement of {before}.")


def _builder(rows: str, source: str | None, corpus: Any, tokenizer: Any) -> Any:
    """Return the builder that the command line names; those that need a file read it first."""
    from lect import vocab
    from lect.artifacts.bitexts import read_pairs
    from lect.artifacts.errors import LectError
    from lect.artifacts.loading import load
    from lect.vocab.starts.rows import BUILDERS

    plain = {**BUILDERS, "script": vocab.with_overlap(vocab.script_position_rows)}
    if rows in plain:
        return plain[rows]
    if rows == "focus":
        return vocab.focus_rows(vocab.static_vectors(corpus, tokenizer=tokenizer))
    if source is None:
        what = {"lexicon": "a file of word pairs", "aligned": "a file of parallel text", "donor": "a model"}[rows]
        raise LectError(f"--rows {rows} needs --source: {what}")
    makers: dict[str, Callable[[], Any]] = {
        "lexicon": lambda: vocab.lexicon_rows(read_pairs(Path(source))),
        "aligned": lambda: vocab.aligned_rows(vocab.translation_table(read_pairs(Path(source)))),
        "donor": lambda: vocab.donor_rows(load(source)),
    }
    return makers[rows]()


def _write(
    out: str,
    verb: str,
    arguments: dict[str, Any],
    model: str,
    text: tuple[str, ...],
    make: Callable[[Any, Any], Any],
    seed: int | None = None,
) -> None:
    """Open, make, save with provenance, and say what was done; a model folder is changed on disk, never loaded whole."""
    from lect.artifacts.outputs import produce
    from lect.artifacts.texts import read
    from lect.models.disk import open_model

    base, corpus = open_model(model), read(paths(text))

    def fill(folder: Path) -> dict[str, Any]:
        made = make(base, corpus)
        made.save(folder)
        return {"notes": made.notes}

    produce(out, fill, verb=verb, arguments=arguments, inputs={"model": base, "text": corpus}, seed=seed)
    after = open_model(out)
    sizes = " → ".join(
        f"{len(m.tokenizer):,} tokens and {m.parameters / 1e6:.1f} million parameters" for m in (base, after)
    )
    say(f"{out}: {sizes}")
    say(f"Check it on text that was not used: lect vocab prove {model} {out} --text FILE")
