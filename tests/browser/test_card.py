"""The language card in a real browser: it opens from the disk without an error, without a request, and fits a phone."""

import re
from html import unescape

import pytest
from tests.browser.test_report_browser import PHONE, open_page, width_in
from tests.unit.adaptation.card_specimens import bare, double, single

from lect.adaptation.language_cards.readings import headline
from lect.adaptation.language_cards.rendering import render_page

SPECIMENS = {"single": single, "double": double, "bare": bare}


@pytest.mark.parametrize("name", SPECIMENS)
def test_card_opens_without_error_or_request(name, browser, tmp_path):
    card, page = SPECIMENS[name](), tmp_path / "card.html"
    page.write_text(render_page(card), encoding="utf-8")
    dom, console, addresses = open_page(browser, page, tmp_path)
    shown = " ".join(re.sub(r"<[^>]+>", "", dom).split())
    assert " ".join(headline(card).split()) in unescape(shown)
    assert console == ""
    assert addresses == []


@pytest.mark.parametrize("name", SPECIMENS)
@pytest.mark.parametrize("width", [PHONE, 390, 800])
def test_card_fits_the_screen(name, width, browser, tmp_path):
    assert width_in(browser, render_page(SPECIMENS[name]()), width, tmp_path) <= width
