"""Documents of a domain, known by what they cite: so far law, by the citations of forty jurisdictions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

import numpy as np
import regex  # type: ignore[import-untyped]

from lect.artifacts.errors import LectError
from lect.artifacts.opening import combined_hash
from lect.artifacts.texts import Document, Text
from lect.corpus.grading.citations import CITATIONS

FEW = "few_citations"


@dataclass(frozen=True)
class Citations:
    """Of each document the distinct citations found, int64 [document], and the jurisdiction of most of them ("" for none)."""

    counts: np.ndarray
    jurisdictions: list[str]

    def reasons(self, *, least: int = 1) -> list[str]:
        """Return `few_citations` for each document with fewer than `least` distinct citations, else ""."""
        return ["" if count >= least else FEW for count in self.counts]


def find_citations(text: str, *, jurisdictions: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Return (jurisdiction, citation) of the distinct citations of law in a text, in the order of the table.

    `jurisdictions` are codes of ISO 3166, EU and INT; all of them, unless said (Niklaus et al., 2024, who select
    documents of mC4 by such patterns).

    >>> find_citations("Vgl. § 823 Abs. 1 BGB und § 823  Abs. 1 BGB.")
    [('DE', '§ 823 Abs. 1 BGB')]
    """
    found: dict[tuple[str, str], None] = {}
    for jurisdiction, pattern in _patterns(tuple(jurisdictions) if jurisdictions is not None else None):
        for match in pattern.finditer(text):
            found[jurisdiction, " ".join(match[0].split())] = None
    return list(found)


def count_citations(texts: Sequence[str], *, jurisdictions: Iterable[str] | None = None) -> Citations:
    """Count the distinct citations of law in each text; see `find_citations`.

    >>> count_citations(["Ley Orgánica 3/2018", "Génesis 3:15"]).reasons()
    ['', 'few_citations']
    """
    chosen = tuple(jurisdictions) if jurisdictions is not None else None
    counts, names = [], []
    for text in texts:
        found = find_citations(text, jurisdictions=chosen)
        places = [jurisdiction for jurisdiction, _ in found]
        counts.append(len({citation for _, citation in found}))
        names.append(max(sorted(set(places)), key=places.count, default=""))
    return Citations(np.array(counts, dtype=np.int64), names)


@cache
def _patterns(jurisdictions: tuple[str, ...] | None) -> list[tuple[str, regex.Pattern]]:
    known = {row.jurisdiction for row in CITATIONS}
    if strange := sorted(set(jurisdictions or ()) - known):
        raise LectError(f"there are no citations of {strange[0]!r}; there are {', '.join(sorted(known))}")
    chosen = [row for row in CITATIONS if jurisdictions is None or row.jurisdiction in jurisdictions]
    return [(row.jurisdiction, regex.compile(_spelled(row.pattern))) for row in chosen]


def _spelled(pattern: str) -> str:
    r"""Write out `#` as a number with groups and letters, and a space as \s+ (\s* where it is optional)."""
    pattern = pattern.replace("#", r"\d[\d.]*[a-z]?(?:\(\d+\))*").replace(" ?", r"\s*+")
    return pattern.replace(" ", r"\s+")


def plant_citations(text: Text, *, share: float = 0.5, seed: int = 0) -> Text:
    """Return the text with a citation put after the first sentence of some documents, which `planted` says.

    Which documents (`share`, 0–1), and which of the examples of the table, is decided by a hash of the document.

    >>> from lect.artifacts import read
    >>> [d["planted"] for d in plant_citations(read(["Ein góður dagur."]), share=1.0)]
    [True]
    """
    if not 0 <= share <= 1:
        raise LectError(f"share must be between 0 and 1, not {share}")

    def documents() -> Iterator[Document]:
        for document in text:
            random = Random(combined_hash(str(seed), document["text"]))
            planted, example = random.random() < share, random.choice(CITATIONS).example
            head, stop, tail = document["text"].partition(". ")
            said = f"{head}{stop or ' '}({example}) {tail}".strip() if planted else document["text"]
            yield document | {"text": said, "planted": planted}

    return Text(documents, combined_hash("plant_citations", text.identity, str(share), str(seed)), text.sources)
