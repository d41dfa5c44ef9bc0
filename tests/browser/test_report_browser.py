"""The report in a real browser: it opens from the disk without an error, without a request, and fits a phone."""

import json
import re
import subprocess
from html import unescape
from pathlib import Path

import pytest
from tests.unit.adaptation.specimens import bare, poor, rich

from lect.adaptation.headlining import headline
from lect.adaptation.reporting import write_report

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # nothing leaves this machine
)
SPECIMENS = {"rich": rich, "poor": poor, "bare": bare}
PHONE = 360


def open_page(browser: str, page: Path, folder: Path, *extra: str) -> tuple[str, str, list[str]]:
    """Return the DOM that the browser makes of a page, its console lines, and the addresses that the page asked for."""
    log = folder / "net.json"
    command = [
        browser,
        *FLAGS,
        f"--user-data-dir={folder / 'profile'}",
        f"--log-net-log={log}",
        *extra,
        "--dump-dom",
        page.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout, "\n".join(console), requested(log)


def requested(log: Path) -> list[str]:
    """Return what the page asked for, from a net log of Chromium: what the browser asks for itself has no origin."""
    content = json.loads(log.read_text(encoding="utf-8"))
    kind = content["constants"]["logSourceType"]["URL_REQUEST"]
    events = [event for event in content["events"] if event["source"]["type"] == kind]
    asked = [event.get("params", {}) for event in events]
    return [params["url"] for params in asked if params.get("initiator", "not an origin") != "not an origin"]


@pytest.mark.parametrize("name", SPECIMENS)
def test_report_opens_without_error_or_request(name, browser, tmp_path):
    evidence = SPECIMENS[name]()
    page = write_report(evidence, tmp_path)
    dom, console, addresses = open_page(browser, page, tmp_path)
    shown = " ".join(unescape(re.sub(r"<[^>]+>", "", dom)).split())
    assert " ".join(headline(evidence).text.split()) in shown
    assert console == ""
    assert addresses == []


def test_the_net_log_would_show_a_request(browser, tmp_path):
    """The check above can fail: a page that does ask for something, of a port that nobody serves, is caught."""
    page = tmp_path / "asking.html"
    page.write_text('<img src="http://127.0.0.1:9/never.png">', encoding="utf-8")
    _, console, addresses = open_page(browser, page, tmp_path)
    assert "http://127.0.0.1:9/never.png" in addresses
    assert console == "" or "never.png" in console


def width_in(browser: str, html: str, width: int, folder: Path) -> int:
    """Return how wide a page is drawn, folds open, in a frame of `width` pixels: more than that is cut off."""
    (folder / "page.html").write_text(html.replace("<details>", "<details open>"), encoding="utf-8")
    holder = folder / "holder.html"
    element = "document.querySelector('iframe').contentDocument.documentElement"
    holder.write_text(
        f'<iframe src="page.html" style="border:0;width:{width}px;height:4000px"></iframe>'
        f"<script>onload=()=>{{document.title={element}.scrollWidth}}</script>",
        encoding="utf-8",
    )
    dom, _, _ = open_page(browser, holder, folder, "--allow-file-access-from-files", "--virtual-time-budget=3000")
    found = re.search(r"<title>(\d+)</title>", dom)
    assert found, dom[:300]
    return int(found[1])


@pytest.mark.parametrize("name", SPECIMENS)
def test_report_fits_a_phone(name, browser, tmp_path):
    html = write_report(SPECIMENS[name](), tmp_path).read_text(encoding="utf-8")
    assert width_in(browser, html, PHONE, tmp_path) <= PHONE
