"""Questions and answers that pages mark as such: schema.org FAQPage in JSON-LD and in microdata (MFAQ: De Bruyn et al. 2021)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lect.artifacts.extras import need
from lect.corpus.crawl.page_data import read_json_ld

_TYPE = re.compile(r"(?:^|[/#:\s])FAQPage(?:$|\s)")
_BLOCKS = {"p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "section", "article", "dd", "dt"}


@dataclass(frozen=True, slots=True)
class Faq:
    """A question and its answer, as plain text, with the address and the domain of the page they stand on."""

    question: str
    answer: str
    url: str = ""
    domain: str = ""


def find_faqs(html: str, *, url: str = "") -> list[Faq]:
    """Return the question-answer pairs of the FAQPages of a page, in order and each once; markup in them becomes text.

    A question without text or answer is left out; of several accepted answers the first counts, and a suggested one
    where none is accepted.

    >>> page = '<script type="application/ld+json">{"@type": "FAQPage", "mainEntity": {"@type": "Question", '
    >>> page += '"name": "Nær?", "acceptedAnswer": {"@type": "Answer", "text": "<p>Í dag.</p>"}}}</script>'
    >>> [(faq.question, faq.answer, faq.domain) for faq in find_faqs(page, url="https://a.fo/1")]
    [('Nær?', 'Í dag.', 'a.fo')]
    """
    if "FAQPage" not in html:
        return []
    parser = need("lxml.html", extra="corpus", for_="reading the FAQs of HTML pages")
    tree = parser.document_fromstring(html.encode("utf-8", "replace"), parser=parser.HTMLParser(encoding="utf-8"))
    domain = (urlsplit(url).hostname or "").removeprefix("www.")
    pairs = dict.fromkeys([*_from_json_ld(tree), *_from_microdata(tree)])
    return [Faq(question, answer, url, domain) for question, answer in pairs if question and answer]


def _from_json_ld(tree: Any) -> Iterator[tuple[str, str]]:
    for page in read_json_ld(tree):
        if _is_faq(page.get("@type")):
            for question in _listed(page.get("mainEntity") or page.get("mainEntityOfPage")):
                if isinstance(question, dict):
                    answers = [*_listed(question.get("acceptedAnswer")), *_listed(question.get("suggestedAnswer"))]
                    answer = next((text for text in map(_answer_text, answers) if text), "")
                    yield _plain(question.get("name") or question.get("text")), answer


def _is_faq(kind: Any) -> bool:
    return any(isinstance(one, str) and _TYPE.search(one) for one in _listed(kind))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, dict) and "itemListElement" in value:
        value = value["itemListElement"]
    items = value if isinstance(value, list) else [value]
    return [item["item"] if isinstance(item, dict) and isinstance(item.get("item"), dict) else item for item in items]


def _answer_text(answer: Any) -> str:
    return _plain(answer.get("text") or answer.get("name") if isinstance(answer, dict) else answer)


def _plain(value: Any) -> str:
    """Return the text of a string that may hold HTML, its white space brought to single spaces and line ends."""
    if not isinstance(value, str):
        return ""
    if "<" not in value and "&" not in value:
        return _spaced(value)
    parser = need("lxml.html", extra="corpus", for_="reading the FAQs of HTML pages")
    return _spaced(_lines(parser.fromstring(f"<div>{value}</div>")))


def _spaced(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(filter(None, lines))


def _lines(element: Any) -> str:
    """Return the text of an element, a line for each block; line ends of the source are only spaces."""
    parts = [_flat(element.text)] if isinstance(element.tag, str) and element.tag not in ("script", "style") else []
    for child in element:
        block = child.tag in _BLOCKS or child.tag == "br"
        parts += ["\n" if block else "", _lines(child), "\n" if block else "", _flat(child.tail)]
    return "".join(parts)


def _flat(text: str | None) -> str:
    return " ".join((text or "").splitlines())


def _from_microdata(tree: Any) -> Iterator[tuple[str, str]]:
    for page in tree.xpath(".//*[@itemtype and contains(@itemtype, 'FAQPage')]"):
        for question in page.xpath(".//*[contains(concat(' ', @itemprop, ' '), ' mainEntity ')]"):
            answers = [
                answer
                for name in ("acceptedAnswer", "suggestedAnswer")
                for answer in question.xpath(f".//*[contains(concat(' ', @itemprop, ' '), ' {name} ')]")
            ]
            answer = next((text for text in map(_item_text, answers) if text), "")
            own = [
                part for part in _properties(question, "name") if not any(a in answers for a in part.iterancestors())
            ]
            yield (_value(own[0]) if own else ""), answer


def _item_text(answer: Any) -> str:
    texts = _properties(answer, "text")
    return _value(texts[0]) if texts else "" if answer.get("itemscope") is not None else _value(answer)


def _properties(element: Any, name: str) -> list[Any]:
    found: list[Any] = element.xpath(f"descendant-or-self::*[contains(concat(' ', @itemprop, ' '), ' {name} ')]")
    return found


def _value(element: Any) -> str:
    return _plain(element.get("content")) if element.tag == "meta" else _spaced(_lines(element))
