"""The datasheet in a few words: its headline, its tiles, and what a reader should know before using the corpus."""

from dataclasses import dataclass

from lect.adaptation.datasheets.glossary import language_name, reason_term
from lect.adaptation.datasheets.tabulating import differs, percent, size_words
from lect.adaptation.wording import DASH, count, figure
from lect.corpus.describing.values import Description, Loss
from lect.corpus.text_guard import SMALL

_MAIN = 0.95  # share of the documents from which on a corpus is one of one language
_ONE_SIDED = 0.5  # share of the text of one source or site
_UNSURE = 0.5

_BOUND = {
    "non_commercial": (
        "Some are non-commercial",
        "They may not be used for money: a model for a product should not be trained on them.",
    ),
    "no_derivatives": (
        "Some are for use unchanged",
        "They may be handed on only unchanged, and cleaned text is changed. Do not publish them.",
    ),
    "closed": (
        "Some are closed",
        "Their owners reserve all rights: ask them before you hand anything on.",
    ),
    "share_alike": (
        "Some are share alike",
        "What is made of them must carry the same license: publish the corpus under it, too.",
    ),
}


@dataclass(frozen=True)
class Note:
    """What a reader should know: "better" (good), "open" (to know) or "worse" (to act on)."""

    outcome: str
    title: str
    value: str
    text: str


def main_language(said: Description) -> str:
    """Return the code of the language that nearly all documents are said to be in, "" where there is none."""
    facet = said.facets.get("language")
    top = facet.groups[0] if facet and facet.groups else None
    return top.name if top and top.documents >= _MAIN * said.documents else ""


def headline(said: Description) -> str:
    """Return in one sentence how much was kept, of how much, and where the rest went."""
    language, languages = main_language(said), said.facets.get("language")
    what = f"{language_name(language)} text" if language else "text"
    if not language and languages and languages.distinct > 1:
        what = f"text in {languages.distinct} languages"
    kept = f"{count(said.documents, 'document')} with {size_words(said.bytes)} of {what}"
    if said.received is None:
        return f"{kept}."
    whole = f"{figure(said.received.documents, 0)} read ({size_words(said.received.bytes)})"
    return f"{kept}, kept of {whole}{_rest(said.dropped)}."


def _rest(losses: list[Loss]) -> str:
    total = sum(loss.documents for loss in losses)
    if not total:
        return "; nothing was dropped"
    first = losses[0].documents / total
    words = [reason_term(loss.reason).words for loss in losses[:2]]
    if first == 1:
        return f"; the rest was {words[0]}"
    if first > 0.5:
        return f"; most of the rest was {words[0]}"
    return f"; the rest was mostly {words[0]} ({percent(first)}) or {words[1]} ({percent(losses[1].documents / total)})"


def tiles(said: Description) -> list[tuple[str, str, str]]:
    """Return (title, figure, note) of what to see at a glance; what is unknown has no tile."""
    found = [("Text", size_words(said.bytes), count(said.documents, "document"))]
    if said.received and said.received.documents:
        share = percent(said.documents / said.received.documents)
        found.append(("Kept", share, f"of {count(said.received.documents, 'document')} read"))
    if "characters" in said.numbers:
        low, median, high = (figure(x, 0) for x in said.numbers["characters"].quartiles)
        found.append(("Typical length", median, f"characters; half are {low} to {high}"))
    if (licenses := said.facets.get("license")) is not None:
        stated = 1 - licenses.unknown.documents / (said.documents or 1)
        found.append(("Licenses", percent(stated), "of the documents state one"))
    for column, title in (("source", "Sources"), ("site", "Sites")):
        if (facet := said.facets.get(column)) is not None and facet.groups:
            top = facet.groups[0]
            note = f"the largest has {percent(top.bytes / (said.bytes or 1))} of the text"
            found.append((title, ("about " if facet.estimated else "") + figure(facet.distinct, 0), note))
    if (years := said.facets.get("year")) is not None and years.groups:
        names = sorted(group.name for group in years.groups)
        shown = names[0] if len(names) == 1 else f"{names[0]}{DASH}{names[-1]}"
        dated = percent(1 - years.unknown.documents / (said.documents or 1))
        found.append(("Years", shown, f"{dated} of the documents have a date"))
    if said.copies and said.documents:
        kept = count(said.copies.repeated, "document")
        found.append(("Had copies", percent(said.copies.repeated / said.documents), f"{kept} of those kept"))
    return found


def notes(said: Description) -> list[Note]:
    """Return what to know before using the corpus, what asks for action first."""
    found = [*_accounts(said), *_licenses(said), *_languages(said), *_balance(said), *_drift(said), *_size(said)]
    return sorted(found, key=lambda note: ("worse", "open", "better").index(note.outcome))


def _accounts(said: Description) -> list[Note]:
    if said.received is None:
        text = "This text has no ledger, so nobody can say what was left out of it. `lect corpus build` writes one."
        return [Note("open", "What was dropped is not known", "", text)]
    if said.faults:
        text = (
            "The ledger and the files differ: " + "; ".join(said.faults) + ". Build the corpus again before using it."
        )
        return [Note("worse", "The ledger does not fit the files", "", text)]
    text = "What came in is what was kept and what was dropped, document by document and byte by byte."
    return [Note("better", "Everything is accounted for", "", text)]


def _licenses(said: Description) -> list[Note]:
    found, whole = [], said.documents or 1
    licenses, terms = said.facets.get("license"), said.facets.get("license_terms")
    missing = licenses.unknown if licenses else None
    if missing is None or missing.documents == said.documents:
        text = (
            "No document says under which license it may be used. No license is no permission: keep the corpus to "
            "yourself unless the law of your country or its owners let you hand it on."
        )
        return [Note("worse", "No license at all", "", text)] if said.documents else []
    if missing.documents:
        text = (
            f"{count(missing.documents, 'document')} ({size_words(missing.bytes)}) come without a license. No license "
            "is no permission: in most countries you may study them, but not hand them on. Leave them out of what "
            "you publish."
        )
        found.append(Note("worse", "Some have no license", percent(missing.documents / whole), text))
    for group in terms.groups if terms else ():
        if group.name in _BOUND:
            title, text = _BOUND[group.name]
            found.append(Note("open", title, percent(group.documents / whole), text))
    return found


def _languages(said: Description) -> list[Note]:
    found, languages, sure = [], said.facets.get("language"), said.numbers.get("language_probability")
    code = main_language(said)
    if languages is None or not languages.groups:
        text = "No document says which language it is in. `lect corpus identify` finds out."
        found.append(Note("open", "The language is not stated", "", text))
    elif code and languages.groups[0].documents < said.documents:
        others = 1 - languages.groups[0].documents / said.documents
        text = f"They are labeled as another language than {language_name(code)}, or not at all."
        found.append(Note("open", "Some are in other languages", percent(others), text))
    if sure is not None and sure.quartiles[0] < _UNSURE:
        text = (
            f"For a quarter of the documents the language is less than {percent(_UNSURE)} certain. Read the samples: "
            "close relatives and lists of names are what is mistaken most."
        )
        found.append(Note("worse", "The language is often uncertain", "", text))
    return found


def _balance(said: Description) -> list[Note]:
    for column, noun in (("site", "site"), ("source", "source")):
        facet = said.facets.get(column)
        if facet and facet.distinct > 1 and facet.groups:
            top = max(facet.groups, key=lambda group: group.bytes)
            if top.bytes > _ONE_SIDED * said.bytes:
                text = (
                    f"Most of the text is from {top.name}. A model will learn its subjects, its style and its mistakes."
                )
                return [Note("open", f"One {noun} outweighs the others", percent(top.bytes / said.bytes), text)]
    return []


def _drift(said: Description) -> list[Note]:
    far = [one for one in said.drift if differs(one)]
    if not far:
        return []
    names = ", ".join(dict.fromkeys(one.name for one in far[:3]))
    text = (
        f"{names} {'differs' if len(far) == 1 else 'differ'} from the whole more than chance explains: another subject, "
        "spelling, script or language. Read samples of each before mixing them."
    )
    return [Note("open", "Not all of one kind", count(len(far), "group"), text)]


def _size(said: Description) -> list[Note]:
    if said.bytes >= SMALL * 1e6:
        return []
    text = f"Below {SMALL:g} MB a model learns little more than frequent words. Add text, or borrow from a related language."
    return [Note("worse", "The corpus is small", size_words(said.bytes), text)]
