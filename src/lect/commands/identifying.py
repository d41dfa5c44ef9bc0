"""Commands that tell languages apart."""

from lect.commands.files import paths
from lect.commands.terminal import say


def identify(*text: str, identifier: str, out: str | None = None) -> None:
    """Say which languages a text is in, document by document.

    Parameters
    ----------
    text
        Files, folders or globs of text.
    identifier
        A folder that `lect corpus identify learn` wrote.
    out
        A JSONL file to write: the id, label and probability of every document.
    """
    import json
    from collections import Counter
    from pathlib import Path

    from lect.artifacts.hooks import progress
    from lect.artifacts.texts import read
    from lect.corpus.batching import group
    from lect.corpus.identification.saving import load_identifier

    known, documents, sizes = load_identifier(identifier), Counter[str](), Counter[str]()
    lines: list[str] = []
    with progress("identifying", unit="documents") as advance:
        for batch in group(read(paths(text)), lambda document: len(document["text"])):
            found = known.identify([document["text"] for document in batch])
            for document, label, sure in zip(batch, found.labels, found.probabilities.max(axis=1), strict=True):
                documents[label] += 1
                sizes[label] += len(document["text"].encode("utf-8", "surrogatepass"))
                if out:
                    row = {"id": document["id"], "label": label, "probability": round(float(sure), 4)}
                    lines.append(json.dumps(row, ensure_ascii=False))
            advance(len(batch))
    for label, size in sizes.most_common():
        say(f"{label:<12}{documents[label]:>12,} documents{size / 1e6:>12,.2f} MB{size / max(sizes.total(), 1):>8.1%}")
    if out:
        Path(out).write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        say(f"{out}: the label of every document")


def learn(*folders: str, out: str, megabytes: float = 0.5) -> None:
    """Learn to tell apart all languages of which folders hold labeled text; CLDR adds the words that it has.

    Parameters
    ----------
    folders
        Folders with tables (.tsv, .jsonl) that have a column language, lang, bcp47 or iso639_3 beside text, and with
        files named by their language, such as fao.train.txt.gz. Files named valid, dev or test are left alone.
    out
        The folder to write.
    megabytes
        The most text of a language that is learned from.
    """
    from lect.artifacts.errors import LectError
    from lect.corpus.identification.gathering import ready_identifier
    from lect.corpus.identification.saving import write_identifier

    if not folders:
        raise LectError("no folder to learn from; pass folders with labeled text")
    found = ready_identifier(list(folders), megabytes=megabytes)
    folder = write_identifier(found, out)
    size = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
    say(f"{out}: tells {len(found.labels)} languages apart, {size:.1f} MB")
