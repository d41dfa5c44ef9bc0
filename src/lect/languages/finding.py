"""From a code, tag or name to a language."""

import re
from dataclasses import dataclass
from functools import cache

from babel.core import get_global
from langcodes import data_dicts

from lect.artifacts.errors import LectError
from lect.languages.naming import NAMES, codes_called, names_near, registered_names
from lect.languages.scripts import RIGHT_TO_LEFT, UNSPACED

_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")
_ALPHA2 = {
    long: short for short, long in data_dicts.LANGUAGE_ALPHA3.items() if short not in data_dicts.LANGUAGE_REPLACEMENTS
} | {"tgl": "tl"}
_BIBLIOGRAPHIC = {long: short for short, long in data_dicts.LANGUAGE_ALPHA3_BIBLIOGRAPHIC.items()}
_RETIRED = {old: new for old, new in data_dicts.LANGUAGE_REPLACEMENTS.items() if len(old) == 2 and old != "tl"}


@dataclass(frozen=True)
class Language:
    """One variety: a language in a script.

    `iso639_3` three letters; `script` ISO 15924 ("Zzzz" where no source names one); `tag` the shortest BCP-47 tag;
    `name` in English;
    `autonym` in the language itself (the English name where none is known); `names` other names in English and its own.
    `family` is None for every language so far: no dependency of lect states families under a permissive license.
    """

    iso639_3: str
    script: str
    tag: str
    name: str
    autonym: str
    names: tuple[str, ...]
    family: str | None
    right_to_left: bool
    spaces_between_words: bool


def find(query: str) -> Language:
    """Return the language that a code, tag or name means.

    Codes are ISO 639-1, 639-2 (both kinds) and 639-3, BCP-47 tags and `xxx_Scrp` as in FLORES; names are English, the
    language's own, or any other CLDR name that only one language bears. Letter case is free, and a code wins over a
    name (`dan` is Danish). A code is kept as it was said: `arb` is not widened to `ara`. Sources: IANA registry and
    CLDR, through `langcodes`, `language_data` and `babel`.

    >>> find("Faroese").iso639_3, find("srp_Latn").tag, find("Қазақ").name
    ('fao', 'sr-Latn', 'Kazakh')
    """
    query = " ".join(str(query).split())
    if not query:
        raise LectError(
            "expected a language as a code, tag or name (such as 'fao', 'fo' or 'Faroese'), found an empty string"
        )
    return _from_tag(query) or _from_name(query)


@cache
def _from_tag(query: str) -> Language | None:
    if not _TAG.fullmatch(query):
        return None
    base, *subtags = re.split("[-_]", query.lower())
    base = _BIBLIOGRAPHIC.get(base, base)
    base = _ALPHA2.get(base, base)
    base, *implied = str(_RETIRED.get(base, base)).split("-")
    script = next((s.title() for s in subtags + implied if len(s) == 4 and s.isalpha()), None)
    region = next((s.upper() for s in subtags if len(s) == 2 or (len(s) == 3 and s.isdigit())), None)
    if "en" not in NAMES.get(base, {}) or base in ("und", "mul", "mis", "zxx"):
        return None
    if script and script not in data_dicts.ALL_SCRIPTS:
        raise LectError(
            f"{query!r} names the script {script!r}, which is not in ISO 15924. Examples are Latn, Cyrl, Arab, Hans."
        )
    return _language(base, script, region)


def _language(code: str, script: str | None, region: str | None) -> Language:
    usual = _likely_script(code, None)
    script = script or _likely_script(code, region)
    names = NAMES[code]
    name = names["en"]
    own = names.get(f"{code}-{script}") or (names.get(code) if script == usual else None)
    wide = data_dicts.NORMALIZED_MACROLANGUAGES.get(code)  # Standard Arabic calls itself what Arabic does
    autonym = own or names.get(code) or NAMES.get(wide or "", {}).get(wide or "") or name
    others = dict.fromkeys((*registered_names().get(code, ()), autonym))
    return Language(
        iso639_3=data_dicts.LANGUAGE_ALPHA3.get(code, code),
        script=script,
        tag="-".join(filter(None, (code, script if script != _likely_script(code, region) else None, region))),
        name=name,
        autonym=autonym,
        names=tuple(other for other in others if other != name),
        family=None,
        right_to_left=script in RIGHT_TO_LEFT,
        spaces_between_words=script not in UNSPACED,
    )


def _likely_script(code: str, region: str | None) -> str:
    likely = get_global("likely_subtags")
    wide = data_dicts.NORMALIZED_MACROLANGUAGES.get(code, code)
    found = likely.get(f"{code}_{region}") or likely.get(code) or likely.get(wide) or ""
    return next((part for part in found.split("_") if len(part) == 4), "Zzzz")


def _from_name(query: str) -> Language:
    tags = _widest(codes_called(query))
    if len(tags) == 1 and (language := _from_tag(next(iter(tags)))):
        return language
    if tags:
        raise LectError(
            f"{query!r} is the name of {len(tags)} languages: {_listed(sorted(tags))}. Pass one of these codes."
        )
    near = names_near(query)
    advice = f"Near: {_listed(near)}." if near else "Nothing is near."
    raise LectError(
        f"no language is called {query!r}. {advice} Expected an ISO 639 code, a BCP-47 tag or a name: 'fao', "
        f"'sr-Latn', 'Faroese'."
    )


def _widest(tags: set[str]) -> set[str]:
    """Leave out individual languages where the macrolanguage that holds them bears the name too (Swahili, Arabic)."""
    return {tag for tag in tags if data_dicts.MACROLANGUAGES.get(tag) not in tags}


def _listed(tags: list[str], most: int = 8) -> str:
    return ", ".join(f"{tag} ({NAMES[tag]['en']})" for tag in tags[:most]) + (" …" if len(tags) > most else "")
