"""The datasheet in a real browser: it opens from the disk without an error, without a request, and fits a phone."""

import re
from html import unescape

import pytest
from tests.browser.test_report_browser import PHONE, open_page, width_in
from tests.unit.adaptation.corpus_specimens import write_corpus

from lect.adaptation.datasheets.phrasing import headline
from lect.adaptation.datasheets.rendering import render_page
from lect.corpus.describing import gather

LONG = "a-very-long-name-of-a-file-without-any-place-to-break-it-" * 3


@pytest.fixture(scope="module", params=["corpus", "text"])
def said(request, tmp_path_factory):
    if request.param == "corpus":
        return gather(write_corpus(tmp_path_factory.mktemp("made") / "corpus"))
    return gather([{"text": LONG + str(number), "source": LONG + str(number % 2)} for number in range(80)])


def test_datasheet_opens_without_error_or_request(said, browser, tmp_path):
    page = tmp_path / "datasheet.html"
    page.write_text(render_page(said, "2025-06-01"), encoding="utf-8")
    dom, console, addresses = open_page(browser, page, tmp_path)
    shown = " ".join(unescape(re.sub(r"<[^>]+>", "", dom)).split())
    assert " ".join(headline(said).split()) in shown
    assert console == ""
    assert addresses == []


@pytest.mark.parametrize("width", [PHONE, 800])
def test_datasheet_fits_the_screen(width, said, browser, tmp_path):
    assert width_in(browser, render_page(said, "2025-06-01"), width, tmp_path) <= width
