"""What reasons, classes of licenses and columns are called, and what they mean to someone new to them."""

from dataclasses import dataclass

from lect.artifacts.errors import LectError
from lect.corpus.rules.measuring import STATISTICS
from lect.languages import find


@dataclass(frozen=True)
class Term:
    """A `title` for tables, words for a sentence ("most of the rest was …"), and what it means."""

    title: str
    words: str = ""
    meaning: str = ""


REASONS: dict[str, Term] = {
    "exact_copy": Term("exact copy", "exact copies", "The same text is in the corpus already."),
    "near_copy": Term("near copy", "near copies", "Almost the same text is in the corpus already."),
    "other_language": Term("another language", "in another language", "The text is not in the language of the corpus."),
    "wrong_language": Term("another language", "in another language", "The text is not in the language of the corpus."),
    "unknown_language": Term("unknown language", "in a language that could not be told", "Too short or too mixed to tell."),
    "uncertain_language": Term("language uncertain", "in a language that could not be told", "Too short or too mixed to tell."),
    "no_text": Term("no text", "pages without text", "Nothing was left when menus and markup were taken off."),
    "empty": Term("no text", "pages without text", "Nothing was left when menus and markup were taken off."),
    "too_short": Term("too short", "too short", "So short that its language and quality cannot be judged."),
    "too_large": Term("too large", "too large", "Over the largest size that is read."),
    "in_test_set": Term("in a test set", "text of test sets", "It repeats a test set: a model that read it would be tested on what it has seen."),
    "http_error": Term("error page", "error pages", "The server answered with an error."),
    "not_html": Term("not a page", "files that are not text", "A picture, a program or another file without text."),
    "robots_file": Term("file for robots", "files for robots", "It speaks to crawlers, not to people."),
    "unknown_format": Term("unknown format", "files of unknown format", "Neither an archive nor a page nor a text."),
    "binary_data": Term("binary data", "binary data", "Bytes that are no text."),
    "held_out": Term("held out", "held out", "Set aside to test with."),
    "revisit": Term("revisit", "repeated visits", "The crawler noted that the page had not changed."),
    "noindex": Term("not to be indexed", "pages that ask not to be indexed", "The page asks robots not to use it."),
    "unreadable_record": Term("unreadable record", "unreadable records", "The archive is damaged there."),
    "unreadable_file": Term("unreadable file", "in unreadable files", "The file could not be read."),
    "truncated_file": Term("cut-off file", "in files that were cut off", "The file ends before it should."),
    "timed_out": Term("took too long", "pages that took too long", "Over the time that one page may take."),
    "out_of_memory": Term("took too much memory", "pages that took too much memory", "Over the memory that one page may take."),
}  # fmt: skip

CLASSES: dict[str, Term] = {
    "free": Term("free, at most with attribution", meaning="May be used, changed and handed on, also for money; some ask to be named."),
    "share_alike": Term("share alike", meaning="May be used and changed, but what is made of it must carry the same license."),
    "non_commercial": Term("non-commercial", meaning="May not be used for money."),
    "no_derivatives": Term("no derivatives", meaning="May be handed on only unchanged; a cleaned text is a change."),
    "closed": Term("all rights reserved", meaning="May not be handed on without leave."),
    "unknown": Term("not stated or not known", meaning="No license is no permission: the author keeps all rights."),
}  # fmt: skip

COLUMNS: dict[str, Term] = {
    "characters": Term("Length", "characters", "Characters of a document."),
    "words": Term("Words", "words", "Words of a document."),
    "language_probability": Term("Certainty of the language", "0 to 1", "How sure the identifier is of the language."),
    "wds": Term("Quality score", "WDS, 0 to 10", "Web document score: looks like running text, as far as counting marks and letters can tell."),
    "cluster_size": Term("Copies", "documents for one kept", "How many documents came in for one that was kept."),
}  # fmt: skip

FACETS: dict[str, Term] = {
    "language": Term("Languages", "languages"),
    "license_terms": Term("What the licenses allow", "kinds of terms"),
    "license": Term("Licenses", "licenses"),
    "source": Term("Sources", "sources"),
    "site": Term("Sites", "sites"),
    "year": Term("Years", "years"),
}

_RULE_SETS = {"gopher": "Gopher", "fineweb": "FineWeb", "hplt": "HPLT", "c4": "C4", "mc4": "mC4"}


def reason_term(reason: str) -> Term:
    """Return the words of a reason; one without any is named by its own, with the rule set that it begins with.

    >>> reason_term("gopher_mean_word_length").title
    'mean word length (Gopher rule)'
    """
    if reason in REASONS:
        return REASONS[reason]
    first, _, rest = reason.partition("_")
    title = f"{rest.replace('_', ' ')} ({_RULE_SETS[first]} rule)" if first in _RULE_SETS and rest else ""
    title = title or reason.replace("_", " ")
    return Term(title, f"dropped for “{title}”")


def column_term(column: str) -> Term:
    """Return the words of a column, of numbers or of names; one without any is named by its own."""
    name = column.replace("_", " ")
    said = STATISTICS.get(column, "")
    meaning = f"{said[:1].upper()}{said[1:]}." if said else ""
    return COLUMNS.get(column) or FACETS.get(column) or Term(name[:1].upper() + name[1:], meaning=meaning)


def language_name(code: str) -> str:
    """Return the English name of a language, or what was said where no language is called so.

    >>> language_name("fao_Latn"), language_name("??")
    ('Faroese', '??')
    """
    try:
        return find(code).name
    except LectError:
        return code


def language_tag(code: str) -> str:
    """Return the BCP-47 tag of a language for `lang=`, "" where no language is called so."""
    try:
        return find(code).tag if code else ""
    except LectError:
        return ""
