"""Labeled lines to learn from: read, brought to one line each, guarded by script, each once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from langcodes import data_dicts

from lect.artifacts.errors import LectError
from lect.artifacts.texts import Text, read
from lect.languages import find
from lect.languages.scripts import PARTS, script_of

IN_SCRIPT = 0.5  # the least share of a line's letters
_APART = {"nob": "nob", "nno": "nno"}  # written standards that a macrolanguage would merge


@dataclass(frozen=True)
class LabeledLines:
    """Lines, the label of each, and why one is not to be learned from ("" keep, else the reason)."""

    lines: list[str]
    labels: list[str]
    reasons: list[str]

    def kept(self) -> dict[str, list[str]]:
        """Return label → its lines that are kept, labels in alphabetical order."""
        found: dict[str, list[str]] = {label: [] for label in sorted(set(self.labels))}
        for line, label, reason in zip(self.lines, self.labels, self.reasons, strict=True):
            if not reason:
                found[label].append(line)
        return {label: lines for label, lines in found.items() if lines}


def language_label(language: str) -> str:
    """Return the label of a language: three letters and a script, an individual language under its macrolanguage.

    So `ar`, `arb` and `arb_Arab` are one class, as are `zh` and `cmn`; Bokmål and Nynorsk stay two.

    >>> language_label("fo"), language_label("arb_Arab"), language_label("zh-Hant"), language_label("kor_Hang")
    ('fao_Latn', 'ara_Arab', 'zho_Hant', 'kor_Kore')
    """
    found = find(language)
    code = found.tag.split("-")[0]
    wide = find(_APART.get(found.iso639_3, data_dicts.NORMALIZED_MACROLANGUAGES.get(code, code)))
    usual = found.script in PARTS.get(wide.script, ())
    return f"{wide.iso639_3}_{wide.script if usual else found.script}"


def label_lines(texts: Text | Mapping[str, Any]) -> LabeledLines:
    """Return all lines with their labels; `wrong_script` and `copy` say which are not to be learned from.

    `texts` are label → text, or documents that carry `language`. A line needs half of its letters in the script of its
    label, where that is a language that lect knows (a line without letters is of no script); a line that its label has
    already is a copy. A line under two labels stays under both.
    """
    lines, labels = [], []
    for label, text in _labeled(texts):
        for line in text.splitlines():
            if line := " ".join(line.split()):
                lines.append(line)
                labels.append(label)
    seen: set[tuple[str, str]] = set()
    reasons = []
    for label, line in zip(labels, lines, strict=True):
        copied = (label, line) in seen
        seen.add((label, line))
        reasons.append("copy" if copied else "" if in_script(line, label) else "wrong_script")
    return LabeledLines(lines, labels, reasons)


def _labeled(texts: Text | Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    if isinstance(texts, Mapping):
        pairs = ((str(label), string) for label, text in texts.items() for string in read(text).strings())
    elif isinstance(texts, Text):
        pairs = ((str(document.get("language") or ""), document["text"]) for document in texts)
    else:
        raise LectError(
            f"labeled text is a mapping of label to text, or a Text whose documents carry `language`; found "
            f"{type(texts).__name__}"
        )
    for label, string in pairs:
        if not label.strip():
            raise LectError(
                f"a document without a label: {string[:60]!r}. Every document needs `language`; read(…, language='fao')"
            )
        yield label, string


def in_script(line: str, label: str) -> bool:
    """Say whether half of a line's letters are of the script that its label is written in.

    >>> in_script("Gott kvøld", "fao_Latn"), in_script("Добрый вечер", "fao_Latn")
    (True, False)
    """
    scripts = _scripts_of(label)
    counts = Counter(map(script_of, line))
    del counts[None]
    return bool(counts) and (not scripts or sum(counts[script] for script in scripts) >= IN_SCRIPT * counts.total())


@cache
def _scripts_of(label: str) -> frozenset[str]:
    try:
        script = find(label).script
    except LectError:  # a label may be anything; then there is no script to guard
        return frozenset()
    return frozenset() if script == "Zzzz" else frozenset(PARTS.get(script, {script}))


def check_classes(lines: Mapping[str, Sequence[str]]) -> None:
    """Refuse what cannot be learned from."""
    if len(lines) < 2:
        raise LectError(
            f"an identifier tells two or more languages apart; found lines of {', '.join(lines) or 'none'} "
            "(after the guard of scripts). Add text of another language."
        )
