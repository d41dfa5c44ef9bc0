"""Which languages CLDR covers well enough to speak in, and the data that it has of each."""

import pickle
import re
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any

from babel import Locale, localedata
from babel.core import get_global
from langcodes import data_dicts

from lect.artifacts.errors import LectError
from lect.languages import Language, find

LEAST_TERRITORIES, LEAST_LANGUAGES = 100, 40


@cache
def covered_languages() -> tuple[str, ...]:
    """Return the BCP-47 tags of the languages that CLDR covers well; a second script has its own tag.

    Well covered: twelve different month names and seven different weekday names that are words (not the placeholders of
    CLDR's root), names of at least 100 territories and of at least 40 languages. With babel 2.18 that holds for 230
    varieties of 217 languages. Reading them all takes about a second; `is_covered` asks for one.
    """
    return tuple(sorted({find(name).tag for name in _candidates() if _well_covered(name)}))


def is_covered(language: str | Language) -> bool:
    """Say whether CLDR covers a language well; the rule is that of `covered_languages`."""
    return _identifier(language) is not None


def locale_of(language: str | Language) -> str:
    """Return the name of the CLDR locale that speaks a language, or say that there is none.

    >>> locale_of("fao"), locale_of("srp_Latn"), locale_of("cmn")
    ('fo', 'sr_Latn', 'zh')
    """
    found = language if isinstance(language, Language) else find(language)
    identifier = _identifier(found)
    if identifier is None:
        raise LectError(
            f"CLDR does not cover {found.name} ({found.tag}) well enough to make phrases in it. Expected one of the "
            f"{len(covered_languages())} languages of worlds.covered_languages(), such as 'fao', 'isl' or 'eng'."
        )
    return identifier


@cache
def data_of(identifier: str) -> Mapping[str, Any]:
    """Return all that CLDR says in and of one locale, inheritance and aliases resolved, shared with nobody.

    `babel.localedata.load` shares parts of CLDR's root between locales, and resolving an alias writes into them: after
    Hebrew, the month names of French may be Hebrew (python-babel/babel#1234). So every locale is read afresh here, and
    no order of use changes a word.
    """
    return localedata.LocaleDataDict(_read(identifier))


class OwnLocale(Locale):
    """A babel locale that formats from `data_of` instead of the shared cache."""

    @cached_property
    def _data(self) -> Any:
        return data_of(str(self))


def _read(identifier: str) -> dict[str, Any]:
    data = {} if identifier == "root" else _read(_parent(identifier))
    with open(localedata.resolve_locale_filename(identifier), "rb") as file:
        localedata.merge(data, pickle.load(file))  # babel's own data file
    return data


def _parent(identifier: str) -> str:
    """Return the locale that one inherits from: root, if the script is not the usual one (UTS #35)."""
    language, _, script = identifier.partition("_")
    usual = get_global("likely_subtags").get(language, "").split("_")
    return get_global("parent_exceptions").get(identifier) or (language if script and script in usual else "root")


def _identifier(language: str | Language) -> str | None:
    found = language if isinstance(language, Language) else find(language)
    code = found.tag.split("-")[0]
    wide = data_dicts.NORMALIZED_MACROLANGUAGES.get(code, "fil" if code == "tl" else code)
    for base in (code, wide):
        usual = find(base).script
        name = f"{base}_{found.script}" if found.script != usual else base
        if localedata.exists(name) and _well_covered(name):
            return name
    return None


@cache
def _candidates() -> tuple[str, ...]:
    """Language and language-with-script locales; the territory locales only vary these."""
    names = [name for name in localedata.locale_identifiers() if re.fullmatch("[a-z]{2,3}(_[A-Z][a-z]{3})?", name)]
    return tuple(name for name in names if name != "root")


@cache
def _well_covered(identifier: str) -> bool:
    data = data_of(identifier)
    months = {name for name in data["months"]["format"]["wide"].values() if not re.fullmatch(r"M\d\d", name)}
    weekdays = set(data["days"]["format"]["wide"].values())
    enough_names = len(data["territories"]) >= LEAST_TERRITORIES and len(data["languages"]) >= LEAST_LANGUAGES
    return len(months) == 12 and len(weekdays) == 7 and enough_names
