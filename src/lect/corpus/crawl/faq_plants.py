"""Pages with questions and answers of known place: marked up, or only looking like it, to try out how FAQs are found."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from lect.artifacts.errors import LectError
from lect.artifacts.extras import need
from lect.artifacts.texts import Text
from lect.corpus.crawl.faqs import Faq

MARKS = ("json_ld", "microdata", "headings", "other_type")
"""How the pairs of a page are written; the last two are no FAQPage."""
_FAQ = "https://schema.org/FAQPage"


@dataclass(frozen=True)
class FaqPage:
    """A page, the pairs that stand on it, and how they are marked (one of `MARKS`)."""

    html: str
    pairs: list[Faq]
    mark: str

    @property
    def marked(self) -> bool:
        """Whether the pairs are marked as those of a FAQPage."""
        return self.mark in MARKS[:2]


def plant_faqs(text: Text, *, pages: int = 200, pairs: int = 5, seed: int = 0) -> list[FaqPage]:
    """Write pages whose questions and answers are the two halves of lines of a text, marked in each of four ways in turn.

    >>> from lect.artifacts import read
    >>> [page.mark for page in plant_faqs(read(["ein tveir tríggir fýra"]), pages=4, pairs=1)]
    ['json_ld', 'microdata', 'headings', 'other_type']
    """
    chance = random.Random(seed)
    lines = [line.split() for string in text.strings() for line in string.split("\n")]
    cut = (
        (" ".join(words[: len(words) // 2]) + "?", " ".join(words[len(words) // 2 :]))
        for words in lines
        if len(words) > 3
    )
    halves = list(dict.fromkeys(cut))
    if len(halves) < pairs:
        raise LectError(f"the text has {len(halves)} lines of at least four words; questions and answers need {pairs}")
    made = []
    for number in range(pages):
        mark, url = MARKS[number % len(MARKS)], f"https://site{number}.example/faq"
        found = [Faq(*half, url, f"site{number}.example") for half in chance.sample(halves, pairs)]
        made.append(FaqPage(_write(found, mark), found, mark))
    return made


def find_headings(html: str) -> list[str]:
    """Return the headings of a page that end in a question mark: what questions look like to who reads no markup."""
    parser = need("lxml.html", extra="corpus", for_="reading the headings of HTML pages")
    headings = (" ".join(element.text_content().split()) for element in parser.fromstring(html).iter("h3"))
    return [heading for heading in headings if heading.endswith("?")]


def _write(pairs: Sequence[Faq], mark: str) -> str:
    kind = f' itemscope itemtype="{_FAQ}"' if mark == "microdata" else ""
    items = "".join(_item(pair, mark == "microdata") for pair in pairs)
    schema = {"json_ld": "FAQPage", "other_type": "QAPage"}.get(mark)
    entities = [
        {"@type": "Question", "name": pair.question, "acceptedAnswer": {"@type": "Answer", "text": f"<p>{escape(pair.answer)}</p>"}}
        for pair in pairs
    ]  # fmt: skip
    said = json.dumps({"@context": "https://schema.org", "@type": schema, "mainEntity": entities}, ensure_ascii=False)
    closed = said.replace("</", "<\\/")  # a script ends at the first end tag, even within a string
    script = f'<script type="application/ld+json">{closed}</script>' if schema else ""
    return f"<html><head><title>FAQPage</title>{script}</head><body{kind}>{items}</body></html>"


def _item(pair: Faq, marked: bool) -> str:
    question, answer = escape(pair.question), escape(pair.answer)
    if not marked:
        return f"<div><h3>{question}</h3><p>{answer}</p></div>"
    return (
        f'<div itemscope itemprop="mainEntity" itemtype="https://schema.org/Question"><h3 itemprop="name">{question}</h3>'
        f'<div itemscope itemprop="acceptedAnswer"><p itemprop="text">{answer}</p></div></div>'
    )
