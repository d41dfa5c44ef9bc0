"""robots.txt (RFC 9309): which pages of a host an agent may fetch, from the files that a crawl brought along."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import unquote, urlsplit

from lect.corpus.crawl.records import Record

_LIMIT = 500_000  # bytes of a file that must be read; the standard's least
_LINE = re.compile(r"(?im)^[ \t]*(user-agent|allow|disallow)[ \t]*:[ \t]*([^#\r\n]*)")
_REFUSING = {"noai", "noindex", "none", "noimageai", "noml"}


@dataclass
class Robots:
    r"""The rules of many hosts, as `learn` finds them among the records of a crawl, in whatever order.

    >>> robots = Robots()
    >>> robots.add("https://a.fo/robots.txt", b"User-agent: *\nDisallow: /x\nAllow: /x/y")
    >>> [robots.allows(f"https://a.fo{path}", "lect") for path in ("/", "/x/1", "/x/y")]
    [True, False, True]
    """

    hosts: dict[str, dict[str, list[tuple[bool, str]]]] = field(default_factory=dict)
    """scheme and host → agent → (allowed, path) rules"""

    def add(self, url: str, payload: bytes) -> None:
        """Take in the robots.txt of a host; the last one that comes is the one that counts."""
        self.hosts[_host(url)] = parse_robots(payload[:_LIMIT].decode("utf-8", "replace"))

    def learn(self, records: Iterable[Record]) -> None:
        """Take in the robots.txt files among the records; one that the server did not have allows everything."""
        for record in sorted((r for r in records if r.kind == "robots"), key=lambda r: (r.date, r.offset)):
            missing = int(record.metadata.get("status") or 200) >= 300
            self.add(record.url, b"" if missing else record.payload)

    def allows(self, url: str, agent: str) -> bool | None:
        """Whether an agent (a product name, "CCBot") may fetch a page: the longest rule decides; None: no file is known."""
        groups = self.hosts.get(_host(url))
        if groups is None:
            return None
        parts = urlsplit(url)
        path = unquote(parts.path or "/") + (f"?{unquote(parts.query)}" if parts.query else "")
        rules = groups.get(agent.lower(), groups.get("*", []))
        matching = [(len(rule), allowed) for allowed, rule in rules if _pattern(rule).match(path)]
        return max(matching, default=(0, True))[1]


def parse_robots(text: str) -> dict[str, list[tuple[bool, str]]]:
    """Return the rules of a robots.txt: agent (lower case) → (allowed, path), groups of one agent taken together."""
    groups: dict[str, list[tuple[bool, str]]] = {}
    agents: list[str] = []
    in_rules = False
    for name, value in _LINE.findall(text.removeprefix("\ufeff")):
        value = value.strip()
        if name.lower() == "user-agent":
            agents = [] if in_rules else agents
            in_rules = False
            agents.append(value.lower())
            groups.setdefault(value.lower(), [])
        else:
            in_rules = True
            for agent in agents if value else ():
                groups[agent].append((name.lower() == "allow", unquote(value)))
    return groups


def refuses(directives: Sequence[str]) -> list[bool]:
    """Return for each page whether its own robots directives ("noindex, nofollow") ask not to be kept or learned from.

    >>> refuses(["noindex, follow", "index, follow", "ccbot: noai", ""])
    [True, False, True, False]
    """
    return [not _REFUSING.isdisjoint(re.split(r"[\s,:;]+", said.lower())) for said in directives]


@cache
def _pattern(rule: str) -> re.Pattern[str]:
    end = "$" if rule.endswith("$") else ""
    return re.compile(".*?".join(map(re.escape, rule.removesuffix("$").split("*"))) + end, re.DOTALL)


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
