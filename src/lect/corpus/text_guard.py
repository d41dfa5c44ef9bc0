"""What a user should know of a text before training on it."""

import hashlib

from lect.artifacts.texts import Text

SMALL = 1.0  # megabytes of UTF-8
REPEATED = 0.05  # share of documents


def check_text(text: Text) -> list[str]:
    """Return warnings in plain words, an empty list if there is nothing to warn of.

    It warns of a text under 1 MB (10^6 bytes of UTF-8) and of more than 5 % of documents that repeat an earlier one
    exactly, white space apart. Near copies are not looked for. The whole text is read once; eight bytes a document are
    kept.

    >>> from lect.artifacts import read
    >>> len(check_text(read(["Gott kvøld", "Gott  kvøld"])))
    2
    """
    seen, documents, size = set(), 0, 0
    for string in text.strings():
        documents += 1
        size += len(string.encode("utf-8"))
        seen.add(hashlib.blake2b(" ".join(string.split()).encode("utf-8", "surrogatepass"), digest_size=8).digest())
    repeated = 1 - len(seen) / documents if documents else 0.0
    warnings = []
    if size < SMALL * 1e6:
        warnings.append(
            f"The text is small: {size / 1e6:.2f} MB in {documents:,} documents. Below {SMALL:g} MB a model learns "
            f"little more than frequent words, "
            "and differences between systems are mostly noise. Add text, or borrow from a related language."
        )
    if repeated > REPEATED:
        warnings.append(
            f"{repeated:.0%} of the documents repeat an earlier one word for word ({documents - len(seen):,} of "
            f"{documents:,}). Copies are learned by "
            "heart, and held-out text is no longer new. Remove them first."
        )
    return warnings
