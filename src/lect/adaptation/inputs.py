"""What a user hands in: parallel text with one column a language, and text that should be in the language it is said to be."""

from pathlib import Path
from typing import Any

from lect.artifacts.bitexts import Pairs, read_pairs
from lect.artifacts.errors import LectError
from lect.artifacts.texts import Text, read
from lect.corpus.language_guard import LanguageCheck, check_language
from lect.languages.finding import Language, find


def codes(language: Language) -> list[str]:
    """Return the names under which a column may hold this language, most exact first."""
    return [f"{language.iso639_3}_{language.script}", language.iso639_3, language.tag, language.name, language.autonym]


def read_parallel(source: Any, language: str | Language | None, reference: str | Language) -> Pairs:
    """Read pairs of (language, reference); in a file with one column a language the two are found by code or name."""
    if isinstance(source, (str, Path)) and language is not None:
        sides = [codes(side if isinstance(side, Language) else find(side)) for side in (language, reference)]
        return read_pairs(source, languages=sides)
    return read_pairs(source)


def read_checked(source: Any, language: Language) -> tuple[Text, LanguageCheck]:
    """Read text and refuse it if most of it is plainly in another language."""
    text = read(source, language=language.iso639_3)
    check = check_language(text, language.tag)
    if check.verdict == "wrong":
        raise LectError(f"{check.reading} Pass text in {language.name}, or the right --language.")
    return text, check
