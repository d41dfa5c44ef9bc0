"""Where a text names a person's address, number or account, found by pattern and checked by arithmetic."""

import re
from bisect import bisect, insort
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from lect.artifacts.errors import LectError
from lect.corpus.rules.checked_numbers import NUMBERS

_LOCAL = re.compile(
    r"[\w\u00c0-\u052f+%&*=?^{|}~.\-]*[\w\u00c0-\u052f]", re.ASCII
)  # read backwards, so it ends where the address starts
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w\-]{0,61}[^\W_])?\.)+(?:[^\W\d_A-Z]{2,24}|[A-Z]{2,24})(?![\w\-])")
_MANY_DIGITS = re.compile(r"[0-9](?:[ .\-/()\u00a0]{0,3}[0-9A-Z]){5}|:[0-9a-fA-F]{0,4}:")
_ROOM = 50  # characters
KINDS = ("email", *dict.fromkeys(pattern.kind for pattern in NUMBERS))
"""What is looked for, the surest first: where two overlap, the first one counts."""


@dataclass(frozen=True, order=True)
class Span:
    """Characters `start` to `end` (not included) of a text, and what they are, one of `KINDS`."""

    start: int
    end: int
    kind: str


def find_personal_data(texts: Sequence[str]) -> list[list[Span]]:
    """Return for each text the spans of e-mail and IP addresses, phone, card, account and national identity numbers.

    Few false alarms come first: numbers with a check digit must pass it, IP addresses must be public and have two parts
    of two digits (else they are section numbers), a phone number needs its + or a word such as "tel." before it. So
    numbers without a check digit or a cue are missed, as are names, streets and digits other than 0-9.

    >>> text = "Skriva til anna@dømi.fo, tel. 298 312 345, 17.11.2026."
    >>> [text[span.start : span.end] for span in find_personal_data([text])[0]]
    ['anna@dømi.fo', '298 312 345']
    """
    if isinstance(texts, str):
        raise LectError("find_personal_data takes a list of texts, found one string; pass [text]")
    return [_find(text) for text in texts]


def mask(text: str, spans: Sequence[Span], *, kinds: Collection[str] = KINDS) -> str:
    """Return the text with each span of these kinds replaced by its kind in brackets.

    >>> mask("Skriva til anna@domi.fo.", find_personal_data(["Skriva til anna@domi.fo."])[0])
    'Skriva til [email].'
    """
    if unknown := sorted(set(kinds) - set(KINDS)):
        raise LectError(f"there is no kind {unknown[0]!r} of personal data; there are {', '.join(KINDS)}")
    pieces, place = [], 0
    for span in sorted(spans):
        if span.kind in kinds:
            pieces += [text[place : span.start], f"[{span.kind}]"]
            place = span.end
    return "".join([*pieces, text[place:]])


def _find(text: str) -> list[Span]:
    found = list(_emails(text))
    for first, last in _windows(text):
        for pattern in NUMBERS:
            for match in pattern.expression.finditer(text, first, last):
                start = match.start(1)
                length = pattern.valid(match[1])
                span = Span(start, start + length, pattern.kind)
                if length and _is_free(found, span):
                    insort(found, span)
    return found


def _is_free(found: list[Span], span: Span) -> bool:
    """Whether a span overlaps none of those found, which are in order and do not overlap."""
    place = bisect(found, span)
    return (place == 0 or found[place - 1].end <= span.start) and (
        place == len(found) or span.end <= found[place].start
    )


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Yield where many digits stand, with room for what must or must not stand around them."""
    first = last = 0
    for match in _MANY_DIGITS.finditer(text):
        if match.start() - _ROOM > last:
            if last:
                yield first, last
            first = match.start() - _ROOM
        last = match.end() + _ROOM
    if last:
        yield max(first, 0), last


def _emails(text: str) -> Iterator[Span]:
    place = text.find("@")
    while place >= 0:
        domain = _DOMAIN.match(text, place + 1)
        local = _LOCAL.match(text[max(place - 64, 0) : place][::-1])
        if domain and local:
            yield Span(place - local.end(), domain.end(), "email")
        place = text.find("@", place + 1)
