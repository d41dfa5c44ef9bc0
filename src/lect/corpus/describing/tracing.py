"""The chain of a corpus: every file that it was made from, step by step back to the raw ones."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Any

from lect.corpus.describing.values import Link


def trace(
    history: Mapping[str, Any] | None, sources: Iterable[Mapping[str, Any]], licenses: Mapping[str, list[str]]
) -> list[Link]:
    """Return the links of a `lect.json`, nearest first, or the `sources` alone where there is none.

    `licenses` says which licenses the documents of a source name (source → names, the most frequent first).

    >>> [link.path for link in trace(None, [{"path": "a.txt"}], {"a.txt": ["CC0"]})]
    ['a.txt']
    """
    if history is None:
        return [_link(0, "read", "text", source, licenses) for source in sources]
    return list(_links(history, 0, licenses))


def _links(history: Mapping[str, Any], depth: int, licenses: Mapping[str, list[str]]) -> Iterator[Link]:
    for one in history.get("inputs", []):
        places = one.get("sources") or [{"path": one.get("folder", ""), "sha256": one.get("identity", "")}]
        for place in places:
            yield _link(depth, history.get("verb", ""), one.get("name", ""), place, licenses)
        if one.get("history"):
            yield from _links(one["history"], depth + 1, licenses)


def _link(depth: int, verb: str, name: str, place: Mapping[str, Any], licenses: Mapping[str, list[str]]) -> Link:
    path = str(place.get("path") or place.get("made") or "")
    found = licenses.get(path) or licenses.get(PurePath(path).name) or []
    stated = str(place.get("license") or ", ".join(found))
    return Link(depth, verb, name, path, place.get("bytes"), str(place.get("sha256", "")), stated)
