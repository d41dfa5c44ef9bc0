"""Texts, pairs and lexicons made of CLDR phrases."""

from collections.abc import Iterator, Sequence
from typing import Any

from babel import __version__ as babel_version

from lect.artifacts.bitexts import Pairs
from lect.artifacts.errors import LectError
from lect.artifacts.opening import combined_hash
from lect.artifacts.texts import Text
from lect.languages import Language, find
from lect.worlds.locales import locale_of
from lect.worlds.rendering import Said, Voice, voice
from lect.worlds.sampling import check_kinds, document_meanings

_ENDINGS = {
    "Hans": "。", "Hant": "。", "Jpan": "。", "Deva": " ।", "Beng": "।", "Guru": "।", "Orya": "।", "Olck": " ᱾",
    "Mtei": "꯫", "Armn": "։",
    "Ethi": "።", "Tibt": "།", "Mymr": "။", "Khmr": "។", "Thai": "", "Laoo": "",
}  # fmt: skip
_UNSEPARATED = ("Hans", "Hant", "Jpan")


def phrases(
    language: str, n: int, *, seed: int = 0, kinds: Sequence[str] | None = None, sentences_per_document: int = 1
) -> Text:
    """Return `n` documents of CLDR phrases; `spans` are the (start, end, label) of their slots in characters.

    `kinds` chooses among `worlds.KINDS` (all by default). With `sentences_per_document` above one, a document is that
    many phrases around one topic (a territory, a year), each closed by the full stop of the script: toy running text in
    which names recur, so that a language model has more than a phrase to learn. A phrase that CLDR cannot say in the
    language is passed over. Data: CLDR through `babel` (Unicode License); a document depends on seed and number alone,
    so a longer text begins with a shorter one.

    >>> [document["text"] for document in phrases("Faroese", 2, kinds=["relative"])]
    ['um 13 mánaðir', '14 mánaðir síðan']
    """
    chosen, found = check_kinds(kinds), find(language)
    locale_of(found)

    def documents() -> Iterator[dict[str, Any]]:
        speaker = voice(locale_of(found))
        for number in range(n):
            said = _sayable(found, speaker, seed, number, chosen)
            if sentences_per_document == 1:
                kind, (text, spans) = next(said)
            else:
                kind, (text, spans) = "document", _run_on(found, [next(said)[1] for _ in range(sentences_per_document)])
            yield {
                "text": text,
                "id": f"{seed}:{number}",
                "language": _label(found),
                "kind": kind,
                "spans": list(spans),
                "source": "CLDR",
            }

    how = ("phrases", found.tag, str(n), str(seed), *chosen, str(sentences_per_document), babel_version)
    return Text(documents, combined_hash(*how), [_source(found.tag)])


def parallel(source: str, target: str, n: int, *, seed: int = 0, kinds: Sequence[str] | None = None) -> Pairs:
    """Return `n` phrases in two languages, translations by construction: each pair says one meaning.

    >>> list(parallel("Faroese", "English", 1, kinds=["relative"]))
    [('um 13 mánaðir', 'in 13 months')]
    """
    chosen, (left, right) = check_kinds(kinds), (find(source), find(target))
    speakers = voice(locale_of(left)), voice(locale_of(right))

    def pairs() -> Iterator[tuple[str, str]]:
        for number in range(n):
            for tried, meaning in enumerate(document_meanings(seed, number, chosen)):
                here, there = (speaker.say(meaning.tree) for speaker in speakers)
                if here and there:
                    yield here[0], there[0]
                    break
                _check_sayable(tried, (left.name, right.name), chosen)

    identity = combined_hash("parallel", left.tag, right.tag, str(n), str(seed), *chosen, babel_version)
    return Pairs(pairs, identity, [_source(left.tag, right.tag)], (_label(left), _label(right)))


def lexicon(source: str, target: str) -> Pairs:
    """Return the names that CLDR has in both languages.

    Territories, languages, scripts, currencies, months, weekdays and units.

    >>> dict(lexicon("Faroese", "English"))["mánadagur"]
    'Monday'
    """
    left, right = find(source), find(target)
    here, there = (_names(voice(locale_of(side))) for side in (left, right))
    pairs = list(dict.fromkeys((here[key], there[key]) for key in here if key in there))
    identity = combined_hash("lexicon", left.tag, right.tag, babel_version)
    return Pairs(lambda: iter(pairs), identity, [_source(left.tag, right.tag)], (_label(left), _label(right)))


def _sayable(
    language: Language, speaker: Voice, seed: int, number: int, kinds: tuple[str, ...]
) -> Iterator[tuple[str, Said]]:
    silent = 0
    for meaning in document_meanings(seed, number, kinds):
        said = speaker.say(meaning.tree)
        if said:
            silent = 0
            yield meaning.kind, said
        else:
            silent += 1
            _check_sayable(silent, (language.name,), kinds)


def _check_sayable(silent: int, languages: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    """Stop a search for words that CLDR does not have: `silent` meanings in a row could not be said."""
    if silent > 2000:
        raise LectError(
            f"CLDR has no words in {' and '.join(languages)} for the kinds {', '.join(kinds)}. Pass other kinds, or "
            f"none for all."
        )


def _run_on(language: Language, sentences: list[Said]) -> Said:
    ending, gap = _ENDINGS.get(language.script, "."), "" if language.script in _UNSEPARATED else " "
    text, spans = "", []
    for sentence, marks in sentences:
        at = len(text)
        spans += [(start + at, end + at, label) for start, end, label in marks]
        text += sentence + ending + gap
    return text.rstrip(" "), tuple(spans)


def _names(speaker: Voice) -> dict[tuple[str, Any], str]:
    data = speaker.data
    names = {
        (key, code): data[key].get(code)
        for key in ("territories", "languages", "scripts", "currency_names")
        for code in data[key]
    }
    for key in ("months", "days"):
        forms = data[key].get("stand-alone", {}).get("wide") or data[key]["format"]["wide"]
        names |= {(key, number): name for number, name in forms.items()}
    for unit, forms in data["unit_display_names"].items():
        names["unit", unit] = forms.get("long")
    return {key: name for key, name in names.items() if isinstance(name, str) and name}


def _label(language: Language) -> str:
    return (
        f"{language.iso639_3}_{language.script}"
        if language.script != find(language.iso639_3).script
        else language.iso639_3
    )


def _source(*tags: str) -> dict[str, Any]:
    return {"made": "CLDR phrases", "languages": list(tags), "babel": babel_version, "license": "Unicode-3.0"}
