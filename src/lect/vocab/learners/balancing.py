"""How much text of each language a shared tokenizer learns from."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.formats import Document
from lect.artifacts.opening import combined_hash
from lect.artifacts.texts import Text, read


def read_texts(texts: Mapping[str, Any], least: int = 2) -> dict[str, Text]:
    """Return language → Text of at least so many languages."""
    if not isinstance(texts, Mapping) or len(texts) < least:
        raise LectError(f"expected a dict of {least} or more languages to their texts, such as {{'fao': 'fao.txt'}}")
    return {language: read(source) for language, source in texts.items()}


def labeled(texts: Mapping[str, Any]) -> Text:
    """Return one text of all languages, one after the other, whose documents say which language they are in."""
    found = read_texts(texts, 1)

    def documents() -> Iterator[Document]:
        return ({**document, "language": name} for name, text in found.items() for document in text)

    identity = combined_hash("labeled", *(f"{name}:{text.identity}" for name, text in found.items()))
    return Text(documents, identity, [source for text in found.values() for source in text.sources])


def shares(texts: Mapping[str, Any], alpha: float) -> dict[str, float]:
    """Return the megabytes of each language after smoothing: c_l = c_min · (|C_l| / c_min)^alpha.

    `alpha` 1 takes all of every text, 0 as much of each as the smallest has (Limisiewicz et al., 2023, "Tokenization
    Impacts Multilingual Language Modeling", section 4).

    >>> shares({"fao": ["ab"], "eng": ["abcdefgh"]}, 0.5)
    {'fao': 2e-06, 'eng': 4e-06}
    """
    if not 0 <= alpha <= 1:
        raise LectError(f"alpha must be between 0 (equal shares) and 1 (all of every text), not {alpha}")
    sizes = _sizes(read_texts(texts, 1))
    least = min(sizes.values())
    return {language: round(least * (size / least) ** alpha, 9) for language, size in sizes.items()}


def blend(texts: Mapping[str, Any], megabytes: Mapping[str, float]) -> Text:
    """Return one text with so many megabytes of each language; a shorter text is repeated, a longer one cut off.

    Languages come in the order of `megabytes`, each with its first documents, the one that reaches its share included.
    """
    found = read_texts(texts, 1)
    if missing := sorted(megabytes.keys() - found.keys()):
        raise LectError(f"no text of {', '.join(missing)}; there are texts of {', '.join(found)}")
    if wrong := {language: size for language, size in megabytes.items() if not size > 0}:
        raise LectError(f"every language needs more than 0 megabytes; found {wrong}")

    _sizes({language: found[language] for language in megabytes})

    def documents() -> Iterator[Document]:
        for language, size in megabytes.items():
            left = size * 1e6
            for document in itertools.chain.from_iterable(itertools.repeat(found[language])):
                yield document
                left -= len(document["text"].encode("utf-8", "surrogatepass"))
                if left <= 0:
                    break

    said = [f"{found[language].identity}:{size!r}" for language, size in megabytes.items()]
    return Text(
        documents, combined_hash("blend", *said), [source for name in megabytes for source in found[name].sources]
    )


def _sizes(texts: Mapping[str, Text]) -> dict[str, float]:
    """Return the megabytes of each text, of which none may be empty: repeated for ever, it would still be."""
    sizes = {language: text.megabytes for language, text in texts.items()}
    if empty := [language for language, size in sizes.items() if not size]:
        raise LectError(f"the text of {', '.join(empty)} is empty; leave it out, or hold out less of it")
    return sizes
