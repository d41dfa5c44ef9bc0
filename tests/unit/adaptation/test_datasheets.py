"""The datasheet: what it says in words, its page, its Markdown and its folder."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from tests.unit.adaptation.corpus_specimens import HEBREW, write_corpus

from lect.adaptation.datasheets import describe
from lect.adaptation.datasheets.drawing import histogram, short
from lect.adaptation.datasheets.phrasing import headline, notes, tiles
from lect.adaptation.datasheets.rendering import render_page
from lect.adaptation.datasheets.tabulating import facet_tables, ledger_table, percent, same_for_all
from lect.adaptation.datasheets.writing import write_markdown
from lect.artifacts import LectError
from lect.corpus.describing import gather
from lect.corpus.describing.distributions import distribute
from lect.corpus.describing.values import Loss

DATE = "2025-06-01"


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    return gather(write_corpus(tmp_path_factory.mktemp("made") / "corpus"))


@pytest.fixture(scope="module")
def page(said):
    return render_page(said, DATE)


class Tags(HTMLParser):
    """What is open and never closed, and the attributes of each tag."""

    def __init__(self, html):
        super().__init__()
        self.open, self.found = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "rect", "line", "path", "circle", "br", "wbr"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def of(self, name):
        return [attrs for tag, attrs in self.found if tag == name]


def test_the_headline_says_how_much_of_what_and_where_the_rest_went(said):
    assert headline(said).startswith("280 documents with ")
    assert " of Faroese text, kept of 329 read (" in headline(said)
    assert headline(said).endswith("; most of the rest was in another language.")
    two = replace(said, dropped=[Loss("near_copy", 5, 1), Loss("no_text", 5, 1)])
    assert headline(two).endswith("; the rest was mostly near copies (50\u202f%) or pages without text (50\u202f%).")
    assert headline(replace(said, dropped=[])).endswith("; nothing was dropped.")
    assert headline(replace(said, received=None, dropped=[])).endswith(" of Faroese text.")


def test_notes_tell_what_to_do_and_come_in_order(said):
    found = {note.title: note for note in notes(said)}
    assert found["Some have no license"].value == "25\u202f%"
    assert {"Some are non-commercial", "Some are share alike", "Everything is accounted for"} <= set(found)
    assert "savn.fo" in found["Not all of one kind"].text
    order = [note.outcome for note in notes(said)]
    assert order == sorted(order, key=["worse", "open", "better"].index)
    faulty = notes(replace(said, faults=["kept: the ledger says 2, the folder holds 1"]))
    assert faulty[0].title == "The ledger does not fit the files"
    assert "Everything is accounted for" not in {note.title for note in faulty}
    plain = {note.title for note in notes(gather([{"text": "Gott kvøld"}]))}
    assert plain == {
        "No license at all",
        "What was dropped is not known",
        "The language is not stated",
        "The corpus is small",
    }


def test_tables_add_up(said):
    for table in facet_tables(said):
        assert sum(line.documents for line in table.lines) == said.documents
        assert sum(line.bytes for line in table.lines) == said.bytes
        assert sum(line.share for line in table.lines) == pytest.approx(1)
    ledger = ledger_table(said)
    assert sum(line.documents for line in ledger.lines) == said.received.documents
    assert sum(line.bytes for line in ledger.lines) == said.received.bytes
    assert ledger_table(replace(said, received=None)) is None
    assert len(tiles(said)) == 8


def test_many_groups_become_others_and_one_group_becomes_a_line():
    rows = [{"text": "Orð", "source": f"s{n:02}", "language": "fao", "license": "CC0"} for n in range(30)]
    told = gather(rows)
    lines = next(table for table in facet_tables(told) if table.title == "Sources").lines
    assert (len(lines), lines[-1].name, lines[-1].documents) == (11, "20 others", 20)
    assert ("Languages", "Faroese (fao)") in same_for_all(told)


def test_the_page_is_whole_offline_and_accessible(page, said):
    tags = Tags(page)
    assert tags.open == []
    assert not tags.of("script")
    assert "default-src 'none'" in tags.of("meta")[1]["content"]
    assert not re.search(r'(src|href)="(?!data:|#)', page)
    drawn = [attrs for attrs in tags.of("svg") if attrs.get("aria-hidden") != "true"]
    assert len(drawn) > 10
    assert all(attrs["role"] == "img" and attrs["aria-label"] for attrs in drawn)
    assert page.count("<caption>") == page.count("</caption>") == len(facet_tables(said)) + 2
    identifiers = [attrs["id"] for _, attrs in tags.found if "id" in attrs]
    assert len(identifiers) == len(set(identifiers))
    assert all(attrs["aria-labelledby"] in identifiers for attrs in tags.of("section"))


def test_samples_say_their_language_and_find_their_direction(page):
    quotes = Tags(page).of("blockquote")
    assert all(quote["dir"] == "auto" for quote in quotes)
    assert {quote["lang"] for quote in quotes} == {"fo", "he"}
    assert HEBREW in page
    assert "No text was taken from it." in page


def test_what_a_corpus_says_stays_text():
    evil = "<script>alert(1)</script>\x00 | **bold** \ud800"
    told = gather([{"text": evil, "source": evil, "url": "javascript:alert(1)", "title": evil} for _ in range(2)])
    assert "<script>" not in render_page(told, DATE)
    assert "\x00" not in render_page(told, DATE)
    assert "<script>" not in write_markdown(told, DATE)


def test_markdown_has_every_section_and_marks_what_only_people_know(said):
    text = write_markdown(said, DATE)
    titles = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert titles == [
        "What to know before using it", "Motivation", "Composition", "Collection", "Cleaning", "Uses and limits", "Licenses"
    ]  # fmt: skip
    assert text.count("**To be filled in by the makers:**") == 5
    assert "| another language | 30 | 9.1\u202f% |" in text
    for row in re.findall(r"^\|.*\|$", text, re.MULTILINE):
        assert len(re.findall(r"(?<!\\)\|", row)) in (5, 6, 8)
    assert "\n\n\n\n" not in text


@pytest.mark.parametrize("source", [["Gott kvøld"], [{"text": "Gott kvøld", "date": "2020", "words": 2.0}]])
def test_a_plain_text_has_a_page_too(source):
    told = gather(source)
    assert Tags(render_page(told, DATE)).open == []
    assert "no ledger" in write_markdown(told, DATE)


def test_a_corpus_of_which_nothing_was_kept_has_a_page(tmp_path):
    folder = write_corpus(tmp_path / "corpus", 0)
    told = gather(folder)
    assert headline(told).startswith("0 documents with 0 bytes of text, kept of 49 read")
    assert Tags(render_page(told, DATE)).open == []
    assert write_markdown(told, DATE)


def test_describe_writes_beside_the_corpus_and_only_once(tmp_path):
    folder = write_corpus(tmp_path / "corpus", 40)
    before = {file.name for file in folder.rglob("*")}
    out = describe(folder)
    assert out == tmp_path / "corpus-datasheet"
    assert {file.name for file in out.iterdir()} == {"datasheet.html", "datasheet.md", "datasheet.json", "lect.json"}
    assert {file.name for file in folder.rglob("*")} == before
    assert json.loads((out / "datasheet.json").read_text(encoding="utf-8"))["documents"] == 40
    record = json.loads((out / "lect.json").read_text(encoding="utf-8"))
    assert record["inputs"][0]["history"]["verb"] == "corpus.build"
    made = (out / "datasheet.html").stat().st_mtime_ns
    assert describe(folder) == out
    assert (out / "datasheet.html").stat().st_mtime_ns == made
    with pytest.raises(LectError, match="samples was 3, now 1"):
        describe(folder, samples=1)


def test_mistakes_are_named(tmp_path):
    with pytest.raises(LectError, match="Pass out="):
        describe([{"text": "Gott kvøld"}])
    with pytest.raises(LectError, match="0 or more, not -1"):
        describe(tmp_path, samples=-1)


def test_numbers_are_short_and_shares_are_honest():
    assert [short(x) for x in (3.0, 0.12345, 1234.5, 0.0)] == ["3", "0.123", "1,234", "0"]
    assert [percent(x) for x in (0.0, 1.0, 0.015)] == ["0\u202f%", "100\u202f%", "1.5\u202f%"]


def test_a_histogram_draws_every_bar_inside():
    for values in ([1, 1, 2, 9], [1, 10, 1e6], [0.0, 0.25, 1.0], [-5.0, 5.5]):
        shape = distribute(values, low=min(values), high=max(values), missing=0)
        drawn = histogram(shape, "t")
        bars = re.findall(r'<rect x="([\d.]+)%" y="([\d.]+)" width="([\d.]+)%" height="([\d.]+)"', drawn)
        assert len(bars) == sum(count > 0 for count in shape.counts)
        assert all(float(x) + float(wide) <= 100 and float(y) >= 0 for x, y, wide, _ in bars)
        assert all(0 <= float(at) <= 100 for at in re.findall(r'<text x="([\d.]+)%"', drawn))
        assert drawn.count("<text") >= 2
