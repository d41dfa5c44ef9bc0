"""A guard, not an identifier: is most of this text in the language that was said?"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np
from langcodes.data_dicts import MACROLANGUAGES

from lect.artifacts.errors import LectError
from lect.artifacts.texts import Text
from lect.corpus.language_profiles import Profiles, parts, profiles
from lect.languages import Language, find
from lect.languages.scripts import script_of
from lect.worlds.locales import is_covered, locale_of

CHUNK = 500  # characters scored together
MARGIN, NOISE = (
    0.05,
    2.5,
)  # another language must read a chunk of n n-grams better by MARGIN + NOISE / sqrt(n) nats each
OK, WRONG = 0.8, 0.4  # shares of the sample
_LOOKED_AT = 20_000  # documents, from which the sample is drawn


@dataclass(frozen=True)
class LanguageCheck:
    """What the guard found. Shares are of the letters of the sample, 0 to 1.

    `share`: what may be the language that was said; `script_share`: letters of its script; `other`: the language that
    the rest looks like most; `covered`: whether CLDR knows the language (else only the script was looked at);
    `verdict`: "ok", "warn" or "wrong".
    """

    language: str
    verdict: str
    share: float
    script_share: float
    other: str | None
    covered: bool
    documents: int
    reading: str


def check_language(text: Text, language: str, *, sample: int = 300) -> LanguageCheck:
    """Check that most of a text is in the language that was said; of close relatives it may not tell one from another.

    `sample` documents are drawn from the first 20,000, cut into chunks of at most 500 characters, and each chunk is
    read by character n-gram profiles of the covered languages of the script. A chunk speaks against the language if
    half of its letters are of another script, or if another language reads it better by more than 0.05 + 2.5/sqrt(n)
    nats for each of its n n-grams (our constants, for short chunks are noisy). Languages of one macrolanguage are not
    told apart. Verdict: ok from a share of 0.8, wrong below 0.4, warn between.

    >>> from lect.artifacts import read
    >>> check_language(read(["Harry was a boy who lived in the cupboard under the stairs."]), "Faroese").verdict
    'wrong'
    """
    claimed = find(language)
    documents = _sampled(text, sample)
    chunks = [chunk for document in documents for chunk in _chunks(document)]
    letters = np.array([sum(map(str.isalpha, chunk)) for chunk in chunks], dtype=np.float64)
    if not letters.sum():
        raise LectError(
            f"the text has no letters in {len(documents)} sampled documents; expected running text in {claimed.name}"
        )
    scripts = [_scripts_in(chunk) for chunk in chunks]
    in_script = np.array([_share(counts, claimed.script) for counts in scripts])
    script_share = float(in_script @ letters / letters.sum())
    covered = is_covered(claimed)
    against, names = in_script < 0.5, np.array([_main_script(counts) for counts in scripts], dtype=object)
    if covered:
        reads_otherwise, best = _read_by(profiles(claimed.script), claimed, chunks, scripts)
        names = np.where(against, names, best)
        against = against | reads_otherwise
    share = float(letters @ ~against / letters.sum())
    weights: Counter[str] = Counter()
    for name, weight in zip(names[against], letters[against], strict=True):
        weights[name] += weight
    other = max(weights, key=weights.__getitem__, default=None)
    verdict = "ok" if share >= OK else "wrong" if share < WRONG else "warn"
    reading = _reading(claimed, verdict, share, other, covered)
    return LanguageCheck(claimed.name, verdict, share, script_share, other, covered, len(documents), reading)


def _sampled(text: Text, sample: int) -> list[str]:
    """Draw documents evenly from the first of a stream, the same at every call (reservoir, algorithm R)."""
    if sample < 1:
        raise LectError(f"sample must be at least one document, found {sample}")
    random = Random(0)
    kept: list[str] = []
    for number, string in zip(range(_LOOKED_AT), text.strings(), strict=False):
        if len(kept) < sample:
            kept.append(string)
        elif (place := random.randrange(number + 1)) < sample:
            kept[place] = string
    return kept


def _chunks(document: str) -> Iterator[str]:
    """Cut off up to four chunks of a document, spread over it."""
    starts = range(0, max(len(document), 1), CHUNK)
    for start in starts[:: max(1, len(starts) // 4)][:4]:
        yield document[start : start + CHUNK]


def _scripts_in(chunk: str) -> Counter[str]:
    """Count the letters of each script in a chunk."""
    counts: Counter[str] = Counter()
    for character, count in Counter(chunk).items():
        if script := script_of(character):
            counts[script] += count
    return counts


def _share(counts: Counter[str], script: str) -> float:
    known = counts.total()
    return sum(counts[part] for part in parts(script)) / known if known else 1.0


def _main_script(counts: Counter[str]) -> str:
    return f"text in the script {counts.most_common(1)[0][0]}" if counts else "text without letters"


def _read_by(
    known: Profiles, claimed: Language, chunks: list[str], scripts: list[Counter[str]]
) -> tuple[np.ndarray, np.ndarray]:
    """Return whether another language reads a chunk clearly better [chunks], and the best other name [chunks]."""
    scores, lengths = known.score(chunks)
    varieties = [find(tag) for tag in known.tags]
    own = known.tags.index(find(locale_of(claimed)).tag)
    shares = {
        script: np.array([_share(counts, script) for counts in scripts]) for script in {v.script for v in varieties}
    }
    others = scores.copy()
    for column, variety in enumerate(varieties):
        others[shares[variety.script] < shares[claimed.script] - 0.05, column] = -np.inf
        if _kin(variety) == _kin(varieties[own]):
            others[:, column] = -np.inf
    names = np.array([variety.name for variety in varieties], dtype=object)
    return others.max(axis=1) - scores[:, own] > MARGIN + NOISE / np.sqrt(lengths), names[others.argmax(axis=1)]


def _kin(language: Language) -> str:
    """Return the macrolanguage or the language itself; members are not told apart (Bokmål and Nynorsk)."""
    code = language.tag.split("-")[0]
    return MACROLANGUAGES.get(code, code)


def _reading(claimed: Language, verdict: str, share: float, other: str | None, covered: bool) -> str:
    measured = f"{share:.0%} of the sampled text {'may be' if covered else 'is in the script of'} {claimed.name}"
    limits = (
        "" if covered else f" CLDR does not cover {claimed.name}, so only the script ({claimed.script}) was checked."
    )
    looks = f"; most of the rest looks like {other}" if other and share < 1 else ""
    code = f"{claimed.iso639_3}_{other.split()[-1]}" if other and other.startswith("text in the script") else ""
    advice = {
        "ok": "",
        "warn": " Look at some documents before you train.",
        "wrong": f" If {claimed.name} is right, name its script: {code!r}."
        if code
        else " Check the file, or say which language it is in.",
    }
    return f"{measured}{looks}.{limits}{advice[verdict]}"
