"""Pages that are on a list of adult sites, or say words of a list: the lists are yours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import regex  # type: ignore[import-untyped]

from lect.artifacts.errors import LectError
from lect.artifacts.opening import read_lines

_HOSTS = regex.compile(r"porn|hentai|(?:^|[.-])xxx(?:[.-]|$)")
"""Parts of host names that hardly any other page has; paths are not looked at, where such words name topics."""
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}_]+")


@dataclass(frozen=True)
class AdultLists:
    """Domains, addresses (host and path) and words, all in lower case."""

    domains: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    words: frozenset[str] = field(default=frozenset())

    @cached_property
    def phrases(self) -> list[tuple[str, ...]]:
        """The words of entries that are more than one word."""
        return [parts for parts in (tuple(_WORD.findall(entry)) for entry in sorted(self.words)) if len(parts) > 1]


def read_adult_lists(domains: str | Path | None = None, words: str | Path | None = None) -> AdultLists:
    """Read lists of adult sites and words.

    `domains` is a file of domains, one a line, or a folder in the form of UT1 (Université Toulouse Capitole) with the
    files `domains` and, if any, `urls`; `words` is a file with one word or phrase a line. Lines that start with # are
    left out.

    >>> read_adult_lists() == AdultLists()
    True
    """
    if domains is None:
        return AdultLists(words=_read(words))
    path = Path(domains)
    if path.is_dir() and not (path / "domains").is_file():
        raise LectError(
            f"{path} has no file 'domains'; expected a folder of UT1, such as 'adult', or a list of domains"
        )
    listed = _read(path / "domains" if path.is_dir() else path)
    addresses = _read(path / "urls") if (path / "urls").is_file() else frozenset()
    return AdultLists(frozenset(map(_bare, listed)), frozenset(map(_bare, addresses)), _read(words))


def find_adult(texts: Sequence[str], urls: Sequence[str], lists: AdultLists, *, different: int = 2) -> list[str]:
    """Return for each page "" or why it is an adult one: `adult_domain`, `adult_address`, `adult_host`, `adult_words`.

    A host is looked up whole, then with its first label off, and so on (as HPLT does); an address by host and path,
    with or without what comes after; `adult_host` are a few telling parts of host names, the only list of our own. Words
    of the list make an adult page from `different` of them on, since single ones stand in many a text. An unknown
    address is "".

    >>> lists = AdultLists(domains=frozenset({"bad.example"}))
    >>> find_adult(["", ""], ["https://www.bad.example:80/x", "https://notbad.example"], lists)
    ['adult_domain', '']
    """
    if len(texts) != len(urls):
        raise LectError(f"there are {len(texts)} texts and {len(urls)} addresses; pass one for each, '' where unknown")
    if different < 1:
        raise LectError(f"different is a number of words, at least 1, not {different}")
    return [
        _why_address(url or "", lists) or ("adult_words" if _count(text, lists) >= different else "")
        for text, url in zip(texts, urls, strict=True)
    ]


def _why_address(url: str, lists: AdultLists) -> str:
    host, path = _parts(url)
    labels = host.split(".")
    if any(".".join(labels[place:]) in lists.domains for place in range(len(labels))):
        return "adult_domain"
    steps = path.split("/")
    if any("/".join([host, *steps[:count]]) in lists.addresses for count in range(1, len(steps) + 1)):
        return "adult_address"
    return "adult_host" if _HOSTS.search(host) else ""


def _parts(url: str) -> tuple[str, str]:
    try:
        split = urlsplit(url if "//" in url else f"//{url}")
        return (split.hostname or "").removeprefix("www.").rstrip("."), split.path.strip("/").lower()
    except ValueError:  # brackets that are no IPv6 address
        return "", ""


def _bare(address: str) -> str:
    host, path = _parts(address)
    return f"{host}/{path}" if path else host


def _count(text: str, lists: AdultLists) -> int:
    """Count the different entries of the list in a text."""
    if not lists.words:
        return 0
    words = _WORD.findall(text.lower())
    known = set(words)
    joined = f" {' '.join(words)} "
    phrases = (phrase for phrase in lists.phrases if known.issuperset(phrase))
    return len(known & lists.words) + sum(f" {' '.join(phrase)} " in joined for phrase in phrases)


def _read(path: str | Path | None) -> frozenset[str]:
    lines: Iterable[str] = [] if path is None else read_lines(Path(path))
    return frozenset(line.strip().lower() for line in lines if line.strip() and not line.startswith("#"))
