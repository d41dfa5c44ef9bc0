"""A page's text without its boilerplate, what the page says of itself, and rows of records as the builder runs them."""

import pytest

from lect.corpus.crawl.extraction import Page, extract_all_text, extract_main
from lect.corpus.crawl.records import Record
from lect.corpus.crawl.rows import cheap_texts, pages

ARTICLE = "<p>Tað var ein góðan dag, at vit fóru út á heiðina, og har sóu vit ein fugl, sum vit ikki kendu.</p>" * 6
PAGE = """<!DOCTYPE html><html lang="fo-FO"><head><title>Fuglar | Blaðið</title>{head}</head><body>
<nav><ul><li><a href="/">Heim</a></li><li><a href="/um">Um okkum</a></li></ul></nav>
<article><h1>Fuglar</h1>{article}</article>{foot}<footer>Øll rættindi tilskilað</footer></body></html>"""


def page(head="", article=ARTICLE, foot=""):
    return PAGE.format(head=head, article=article, foot=foot)


def test_the_main_text_has_the_article_and_not_the_menu():
    found = extract_main(page())
    assert "sóu vit ein fugl" in found.text
    assert "Um okkum" not in found.text
    assert "rættindi" not in found.text
    everything = extract_all_text(page())
    assert all(part in everything for part in ("sóu vit ein fugl", "Um okkum", "rættindi"))


def test_scripts_styles_and_comments_of_readers_are_no_text():
    foot = "<script>var x = 'secret';</script><style>.secret {}</style><div id='comments' class='comments'>" + (
        "<p class='comment'>Lesarin sigur hetta.</p></div>"
    )
    found = extract_main(page(foot=foot))
    assert "secret" not in found.text + extract_all_text(page(foot=foot))
    assert "Lesarin" not in found.text


@pytest.mark.parametrize(
    "html",
    [
        "",
        " ",
        "no tags",
        "<html></html>",
        "<p>\x00\ud800",
        "<a" * 2000,
        "<div>" * 3000 + "x",
        "<?xml version='1.0'?><x/>",
    ],
)
def test_odd_pages_give_a_page_and_no_error(html):
    assert isinstance(extract_main(html), Page)
    assert isinstance(extract_all_text(html), str)


def test_what_tags_say():
    head = """<meta property="og:title" content="Ein fuglur"><meta name="author" content="by Jákup">
    <meta property="article:published_time" content="2020-03-04T10:00"><meta name="robots" content="NOINDEX, follow">
    <link rel="license" href="https://creativecommons.org/licenses/by/4.0/">"""
    found = extract_main(page(head))
    assert (found.title, found.author, found.date) == ("Ein fuglur", "Jákup", "2020-03-04")
    assert (found.license, found.language_tag, found.robots) == (
        "https://creativecommons.org/licenses/by/4.0/", "fo-FO", "noindex, follow",
    )  # fmt: skip


def test_what_json_ld_says_where_tags_are_silent():
    head = """<script type="application/ld+json">{"@graph": [{"@type": "WebSite"}, {"@type": "Article",
    "headline": "X", "author": [{"name": "A"}, {"name": "B"}], "datePublished": "2021-1-2",
    "license": "https://creativecommons.org/publicdomain/zero/1.0/"}]};</script>
    <script type="application/ld+json">{broken</script>"""
    found = extract_main(page(head))
    assert (found.title, found.author, found.date) == ("Fuglar", "A; B", "2021-01-02")
    assert found.license == "https://creativecommons.org/publicdomain/zero/1.0/"


def test_a_license_that_is_only_linked_counts_if_it_is_the_only_one():
    one = '<a href="//creativecommons.org/licenses/by-sa/3.0/">CC</a>'
    assert extract_main(page(foot=one)).license == "//creativecommons.org/licenses/by-sa/3.0"
    assert extract_main(page(foot=one + one.replace("by-sa", "by"))).license == ""
    assert extract_main(page(foot='<a href="https://creativecommons.org/about">CC</a>')).license == ""


def test_the_address_dates_a_page_that_does_not():
    assert extract_main(page(), url="https://a.fo/2019/10/31/fuglar/").date == "2019-10-31"
    assert extract_main(page(), url="https://a.fo/2019/13/41/fuglar/").date == ""


def test_records_become_texts_and_pages_row_by_row():
    records = [
        Record(
            "a.warc",
            kind="html",
            payload=page().encode("cp1252"),
            metadata={"charset": "windows-1252", "x_robots_tag": "NoAI"},
        ),
        Record(
            "a.jsonl", kind="text", text="TÃ³rshavn\r\n", date="2020-01-02", metadata={"license": "CC0", "title": None}
        ),
        Record("a.warc", kind="html", fault="too_large"),
        Record("a.warc", kind="robots", payload=b"User-agent: *", fault="robots_file"),
    ]
    cheap, careful = cheap_texts(records), pages(records)
    assert "ein góðan dag" in cheap[0]
    assert [cheap[1:], [page.text for page in careful[1:]]] == [["Tórshavn\n", "", ""]] * 2
    assert (careful[0].robots, careful[0].title) == ("noai", "Fuglar")
    assert (careful[1].license, careful[1].date, careful[1].title) == ("CC0", "2020-01-02", "")
    assert pages(records[::-1]) == careful[::-1]
