"""The names by which languages are called, and which codes a name may mean."""

import difflib
import re
from collections import defaultdict
from functools import cache

from langcodes.registry_parser import parse_registry
from language_data.name_data import CODE_TO_NAMES

NAMES: dict[str, dict[str, str]] = {
    tag: names for tag, names in CODE_TO_NAMES.items() if re.fullmatch("[a-z]{2,3}(-[A-Z][a-z]{3})?", tag)
}
"""Language tag → tag of the language that names it → the name (CLDR and the IANA registry)."""

Index = dict[frozenset[str], set[str]]


@cache
def registered_names() -> dict[str, tuple[str, ...]]:
    """Return the English names of every language subtag in the IANA registry."""
    return {item["Subtag"]: tuple(item["Description"]) for item in parse_registry() if item["Type"] == "language"}


def codes_called(name: str) -> set[str]:
    """Return the tags that bear a name in English or their own language, else in any, else in part.

    The order and case of words and the marks between them do not count: "Sami, Northern" is "northern sami".
    """
    key, (home, abroad) = _words(name), _indices()
    if not key:
        return set()
    part_of_autonym = {
        tag for words, tags in home.items() if key < words for tag in tags if key < _words(NAMES[tag].get(tag, ""))
    }
    return home.get(key) or abroad.get(key) or part_of_autonym


def names_near(name: str, most: int = 5) -> list[str]:
    """Return the tags with the most similar names, best first (Ratcliff and Obershelp, at least 0.7)."""
    by_name = {" ".join(sorted(words)): sorted(tags) for words, tags in _indices()[0].items()}
    query = " ".join(sorted(_words(name)))
    near = difflib.get_close_matches(query, by_name, n=most, cutoff=0.7)
    near += sorted(
        (known for known in by_name if len(query) > 3 and query in known), key=lambda known: (len(known), known)
    )
    return list(dict.fromkeys(tag for known in near for tag in by_name[known]))[:most]


def _words(name: str) -> frozenset[str]:
    return frozenset(re.sub(r"[^\w'’ʻʼ]+", " ", name.casefold()).split())


@cache
def _indices() -> tuple[Index, Index]:
    """Names in English and in the language itself; and names in any language."""
    home: Index = defaultdict(set)
    abroad: Index = defaultdict(set)
    for tag, names in NAMES.items():
        for name in {names.get("en", ""), names.get(tag, ""), *registered_names().get(tag, ())} - {""}:
            home[_words(name)].add(tag)
        if "en" in names:
            for name in set(names.values()):
                abroad[_words(name)].add(tag)
    return dict(home), dict(abroad)
