"""S108, check (a): hand-made pages with JSON-LD and microdata give exactly their questions and answers."""

import json

import pytest

from lect.artifacts.errors import LectError
from lect.artifacts.texts import read
from lect.corpus.crawl.faq_plants import MARKS, find_headings, plant_faqs
from lect.corpus.crawl.faqs import Faq, find_faqs


def ld(thing):
    text = thing if isinstance(thing, str) else json.dumps(thing, ensure_ascii=False)
    return f'<html><head><script type="application/ld+json">{text}</script></head><body><p>Hey</p></body></html>'


def question(name, answer, **more):
    return {"@type": "Question", "name": name, "acceptedAnswer": {"@type": "Answer", "text": answer}, **more}


def faq(*questions, **more):
    return {"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": list(questions), **more}


def micro(*items, kind="https://schema.org/FAQPage"):
    return f'<html><body><div itemscope itemtype="{kind}">{"".join(items)}</div></body></html>'


def item(name, answer, *, prop="acceptedAnswer"):
    return f"""<div itemscope itemprop="mainEntity" itemtype="https://schema.org/Question"><h3 itemprop="name">{name}</h3>
    <div itemscope itemprop="{prop}" itemtype="https://schema.org/Answer"><div itemprop="text">{answer}</div></div></div>"""


A, B = ("Nær letur upp?", "Klokkan níggju."), ("Hvar?", "Í Havn.")
PAGES = {
    "two questions": (ld(faq(question(*A), question(*B))), [A, B]),
    "one question, not in a list": (ld(faq() | {"mainEntity": question(*A)}), [A]),
    "in a graph": (ld({"@graph": [{"@type": "WebSite"}, faq(question(*A))]}), [A]),
    "in a list": (ld([{"@type": "Organization"}, faq(question(*A), question(*B))]), [A, B]),
    "several types": (ld(faq(question(*A)) | {"@type": ["WebPage", "FAQPage"]}), [A]),
    "type as an address": (ld(faq(question(*A)) | {"@type": "http://schema.org/FAQPage"}), [A]),
    "markup and entities": (ld(faq(question("Nær <b>letur</b> upp?", "<p>Klokkan&nbsp;níggju &amp; <i>tíggju</i>.</p><li>a</li><li>b</li>"))),
                            [("Nær letur upp?", "Klokkan níggju & tíggju.\na\nb")]),
    "line ends in strings": (ld('{"@type": "FAQPage", "mainEntity": [{"name": "Nær\n letur\tupp?", "acceptedAnswer": {"text": "Klokkan níggju."}}]}'),
                             [("Nær\nletur upp?", "Klokkan níggju.")]),
    "suggested answers": (ld(faq({"@type": "Question", "name": A[0], "suggestedAnswer": [{"text": A[1]}, {"text": "x"}]})), [A]),
    "several accepted answers": (ld(faq(question(A[0], "") | {"acceptedAnswer": [{"text": A[1]}, {"text": "x"}]})), [A]),
    "answer as a string": (ld(faq(question(*A) | {"acceptedAnswer": A[1]})), [A]),
    "no answer, no question": (ld(faq(question("x", ""), question("", "y"), {"@type": "Question", "name": "z"}, question(*A))), [A]),
    "repeated": (ld(faq(question(*A), question(*B), question(*A))), [A, B]),
    "another type": (ld({"@type": "QAPage", "mainEntity": question(*A), "about": "FAQPage"}), []),
    "broken script beside a sound one": (ld('{"@type": "FAQPage", ').replace("</head>", ld(faq(question(*B)))[12:]), [B]),
    "an item list": (ld(faq() | {"mainEntity": {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": question(*A)}]}}), [A]),
    "microdata": (micro(item(*A), item(*B)), [A, B]),
    "microdata with markup": (micro(item("Nær <em>letur</em>\n   upp?", "<p>Klokkan</p>\n<p>níggju<br>í dag</p>")),
                              [("Nær letur upp?", "Klokkan\nníggju\ní dag")]),
    "microdata, suggested, and another type": (micro(item(*A, prop="suggestedAnswer")) + micro(item(*B), kind="https://schema.org/QAPage"), [A]),
    "microdata and the same in JSON-LD": (micro(item(*A), item(*B)).replace("</body>", "</body>" + ld(faq(question(*A)))), [A, B]),
    "microdata by content attributes": (micro('<div itemprop="mainEntity" itemscope><meta itemprop="name" content="Hvar?">'
                                              '<p itemprop="acceptedAnswer">Í Havn.</p></div>'), [B]),
    "no FAQ at all": ("<html><body><h2>FAQ</h2><p>Hvar? Her.</p></body></html>", []),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_a_page_gives_exactly_its_pairs(name):
    html, pairs = PAGES[name]
    assert [(found.question, found.answer) for found in find_faqs(html)] == pairs


def test_there_are_twenty_pages_and_pairs_know_where_they_stand():
    assert len(PAGES) >= 20
    found = find_faqs(PAGES["microdata"][0], url="https://www.havn.fo/faq?x=1")
    assert found[1] == Faq("Hvar?", "Í Havn.", "https://www.havn.fo/faq?x=1", "havn.fo")


def test_planted_pairs_are_found_where_they_are_marked_and_nowhere_else():
    text = read([f"hetta er linja {number} við <b> & teknum í" for number in range(50)])
    made = plant_faqs(text, pages=12, pairs=4, seed=1)
    assert [page.mark for page in made] == list(MARKS) * 3
    for page in made:
        found = find_faqs(page.html, url=page.pairs[0].url)
        assert found == (page.pairs if page.marked else [])
        assert find_headings(page.html) == [pair.question for pair in page.pairs]
    assert plant_faqs(text, pages=12, pairs=4, seed=1) == made
    with pytest.raises(LectError, match="lines of at least four words"):
        plant_faqs(read(["ein tveir"]))
