"""robots.txt by RFC 9309: the longest rule decides, groups of one agent are taken together, a missing file allows all."""

import pytest

from lect.corpus.crawl.records import Record
from lect.corpus.crawl.robots import Robots, parse_robots, refuses

FILE = b"""\xef\xbb\xbf# for all
User-agent: *
Disallow: /private/
Allow: /private/open  # but this
Disallow: /*.pdf$
Disallow: /f%C3%B8
Disallow:

USER-AGENT: CCBot
user-agent: GPTBot
Crawl-delay: 5
Disallow: /

User-agent: ccbot
Allow: /only
"""


@pytest.mark.parametrize(
    ("path", "agent", "allowed"),
    [
        ("", "lect", True), ("/private/x", "lect", False), ("/private/open/x", "lect", True), ("/a/b.pdf", "lect", False),
        ("/a/b.pdf?x", "lect", True), ("/f\u00f8royar", "lect", False), ("/f%c3%b8", "lect", False), ("/x", "CCBot", False),
        ("/only/x", "CCBot", True), ("/only/x", "GPTBot", False), ("/private", "lect", True),
    ],
)  # fmt: skip
def test_the_longest_rule_decides(path, agent, allowed):
    robots = Robots()
    robots.add("https://a.fo/robots.txt", FILE)
    assert robots.allows(f"https://a.fo{path}", agent) is allowed


def test_files_are_learned_in_any_order_the_newest_counts_and_a_missing_one_allows_all():
    def record(host, date, body, status=200):
        url = f"https://{host}/robots.txt"
        return Record("x", 0, url, date, "robots", body, metadata={"status": status}, fault="robots_file")

    records = [
        record("a.fo", "2021", b"User-agent: *\nDisallow: /"), record("a.fo", "2020", b""),
        record("b.fo", "2021", b"User-agent: *\nDisallow: /", 404), Record("x", url="https://c.fo/", kind="html"),
    ]  # fmt: skip
    for order in (records, records[::-1]):
        robots = Robots()
        robots.learn(order)
        assert [robots.allows(f"https://{host}/", "lect") for host in ("a.fo", "b.fo", "c.fo")] == [False, True, None]
    assert robots.allows("http://A.fo/", "lect") is None


def test_odd_files_and_directives():
    assert parse_robots("Disallow: /x\n\x00\nUser-agent\n") == {}
    assert refuses(["noai", "all", "max-snippet:-1", "NOINDEX", "otherbot: noimageai"]) == [
        True,
        False,
        False,
        True,
        True,
    ]
