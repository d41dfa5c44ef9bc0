"""From a meaning to a phrase of a language, with the place of every slot."""

import datetime
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from lect.languages import Language, find
from lect.worlds.locales import OwnLocale, data_of, locale_of
from lect.worlds.sampling import Meaning, Tree

Span = tuple[int, int, str]
Said = tuple[str, tuple[Span, ...]]

LABELS = {
    "territory": "TERRITORY", "language": "LANGUAGE", "script": "SCRIPT", "currency": "CURRENCY", "date": "DATE",
    "relative": "RELATIVE_TIME", "quantity": "QUANTITY", "money": "MONEY",
}  # fmt: skip
_ZEROS = {
    "arab": "٠", "arabext": "۰", "beng": "০", "deva": "०", "mymr": "၀", "tibt": "༠", "cakm": "𑄶", "nkoo": "߀",
    "adlm": "𞥐", "olck": "᱐",
    "mtei": "꯰", "khmr": "០", "laoo": "໐", "thai": "๐", "gujr": "૦", "guru": "੦", "orya": "୦", "telu": "౦",
    "knda": "೦", "mlym": "൦",
    "hmnp": "𞅀", "rohg": "𐴰",
}  # fmt: skip
_WIDE = ("Jpan", "Hans", "Hant")


@dataclass(frozen=True)
class Phrase:
    """A meaning in words: the text, the (start, end, label) of each slot in characters, and the kind of meaning."""

    text: str
    spans: tuple[Span, ...]
    kind: str


def render(meaning: Meaning, language: str | Language) -> Phrase | None:
    """Say a meaning in a language, or return None where CLDR has no words for it.

    Two phrases that render one meaning are translations of each other, slot by slot. Units, currencies and relative
    times agree with their number by the plural rules of CLDR (UTS #35); digits are those of the language.

    >>> render(Meaning("relative", ("relative", "day", "past", "3")), "Faroese").text
    '3 dagar síðan'
    """
    said = voice(locale_of(language)).say(meaning.tree)
    return Phrase(said[0], said[1], meaning.kind) if said else None


@cache
def voice(identifier: str) -> "Voice":
    """Return the one voice of a CLDR locale; it keeps the slots that it has already put into words."""
    return Voice(identifier)


class Voice:
    """A locale that speaks: words for leaves, patterns for joins, both kept once found."""

    def __init__(self, identifier: str) -> None:
        self.data = data_of(identifier)
        self.locale = OwnLocale.parse(identifier)
        numbering = self.data["default_numbering_system"]
        zero = ord(_ZEROS.get(numbering, "0"))
        self._digits = {ord("0") + i: zero + i for i in range(10)} if zero != ord("0") else None
        self._numbering = numbering if self._digits else "latn"
        wide = find(identifier).script in _WIDE
        self._patterns = {
            "about": _split("{0}：{1}" if wide else "{0}: {1}"),
            "within": _split("{0}（{1}）" if wide else "{0} ({1})"),
            "row": _split(self.data["list_patterns"]["standard"]["start"]),
        }
        self._lists = {
            name: _list_pattern(self.data["list_patterns"], key) for name, key in (("and", "standard"), ("or", "or"))
        }
        self._leaves: dict[Tree, str | None] = {}
        self._words: dict[str, Callable[..., str | None]] = {
            "territory": lambda code: self.data["territories"].get(code),
            "language": lambda code: self.data["languages"].get(code),
            "script": lambda code: self.data["scripts"].get(code),
            "currency": lambda code: self.data["currency_names"].get(code),
            "date": self._date, "relative": self._relative, "quantity": self._quantity, "money": self._money,
        }  # fmt: skip

    def say(self, tree: Tree) -> Said | None:
        """Return the text of a tree and its spans, or None where a word or pattern is missing."""
        label = LABELS.get(tree[0])
        if label:
            text = self.leaf(tree)
            return (text, ((0, len(text), label),)) if text else None
        if tree[0] in self._lists:
            return self._enumerate(self._lists[tree[0]], tree[1])
        left, right = self.say(tree[1]), self.say(tree[2])
        return _join(self._patterns[tree[0]], left, right) if left and right else None

    def leaf(self, tree: Tree) -> str | None:
        """Return the words of one slot, or None."""
        try:
            return self._leaves[tree]
        except KeyError:
            words = self._words[tree[0]](*tree[1:])
            found = self._leaves[tree] = unicodedata.normalize("NFC", words) if words else None
            return found

    def _enumerate(self, patterns: dict[str, Any] | None, trees: tuple[Tree, ...]) -> Said | None:
        if patterns is None:
            return None
        items = [said for tree in trees if (said := self.say(tree))]
        if len(items) < len(trees):
            return None
        if len(items) == 2:
            return _join(patterns["2"], items[0], items[1])
        result = _join(patterns["end"], items[-2], items[-1])
        for item in items[-3:0:-1]:
            result = _join(patterns["middle"], item, result)
        return _join(patterns["start"], items[0], result)

    def _number(self, number: str) -> tuple[str, str]:
        """Return a number in the digits of the language, and its plural category."""
        value = Decimal(number)
        text = format_decimal(value, locale=self.locale, numbering_system=self._numbering)
        return self._native(text), self.locale.plural_form(value)

    def _native(self, text: str) -> str:
        return text.translate(self._digits) if self._digits else text

    def _date(self, year: int, month: int, day: int, length: str) -> str:
        return self._native(format_date(datetime.date(year, month, day), length, self.locale))

    def _relative(self, period: str, direction: str, number: str) -> str | None:
        return self._counted(
            _own(lambda data: data["date_fields"].get(period, {}).get(direction, {}), self.data), number
        )

    def _quantity(self, unit: str, number: str) -> str | None:
        def forms(data: Any) -> dict[str, str]:
            patterns = data["unit_patterns"].get(unit, {})
            return {**patterns.get("short", {}), **patterns.get("long", {})}  # in CLDR, long falls back to short

        return self._counted(_own(forms, self.data), number)

    def _counted(self, patterns: Any, number: str) -> str | None:
        if not patterns or "other" not in patterns:
            return None
        digits, category = self._number(number)
        return patterns.get(category, patterns["other"]).replace("{0}", digits)

    def _money(self, currency: str, number: str) -> str | None:
        digits, category = self._number(number)
        forms = self.data["currency_names_plural"].get(currency, {})
        if not forms and self.locale.plural_form.tags:
            return None  # the language has plural forms, and CLDR does not know those of this currency
        name = forms.get(category) or forms.get("other") or self.data["currency_names"].get(currency)
        patterns = self.data["currency_unit_patterns"]
        pattern = patterns.get(category) or patterns.get("other")
        return pattern.replace("{0}", digits).replace("{1}", name) if name and pattern else None


def _own(forms: Callable[[Any], Any], data: Any) -> Any:
    """Return a language's own forms, not the signs (`+3 d`, `3 km/h`) that CLDR's root lends to every language."""
    found = forms(data)
    return found if found != forms(data_of("root")) else None


Pattern = tuple[bool, str, str, str]


@cache
def _split(pattern: str) -> Pattern:
    """Cut a pattern of two places into (whether {0} comes first, before, between, after)."""
    pattern = unicodedata.normalize("NFC", pattern)
    first, second = sorted(("{0}", "{1}"), key=pattern.index)
    before, _, rest = pattern.partition(first)
    between, _, after = rest.partition(second)
    return first == "{0}", before, between, after


def _list_pattern(patterns: Any, key: str) -> dict[str, Pattern] | None:
    chosen = patterns.get(key, {})
    return {part: _split(chosen[part]) for part in ("2", "start", "middle", "end")} if "2" in chosen else None


def _join(pattern: Pattern, zero: Said, one: Said) -> Said:
    in_order, before, between, after = pattern
    left, right = (zero, one) if in_order else (one, zero)
    at, shift = len(before), len(before) + len(left[0]) + len(between)
    spans = [(start + at, end + at, label) for start, end, label in left[1]] if at else list(left[1])
    spans += [(start + shift, end + shift, label) for start, end, label in right[1]]
    return f"{before}{left[0]}{between}{right[0]}{after}", tuple(spans)
