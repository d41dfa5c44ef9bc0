"""Words and figures for people: what each measure is called, how a number is rounded, how a verdict is said."""

import math
from dataclasses import dataclass

from lect.score.metrics import METRICS

MINUS, DASH, THIN = "\N{MINUS SIGN}", "\N{EN DASH}", "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True)
class Measure:
    """How a metric is shown: times `scale`, with `unit`, at least `decimals`; `verb` and `noun` make a sentence."""

    title: str
    unit: str
    better: str
    decimals: int
    verb: str
    noun: str
    text: str
    scale: float = 1.0
    points: bool = False


MEASURES: dict[str, Measure] = {
    "bits_per_byte": Measure(
        "Bits per byte", "bits per byte", "lower", 2, "needs", "bits per byte",
        "How many yes-or-no answers a model needs, on average, to guess the next byte (about one letter) of text "
        "that it has never seen. "
        "A model that knows the language is surprised less and needs fewer. It does not depend on how the text is "
        "cut into pieces, so "
        "that models with different vocabularies can be compared.",
    ),
    "accuracy": Measure(
        "Right answers", "%", "higher", 1, "gets", "% right",
        "The share of questions of a task (for tagging: of words) that are answered as a person annotated them.",
        scale=100, points=True,
    ),
    "fertility": Measure(
        "Pieces per word", "pieces a word", "lower", 2, "makes", "pieces of a word",
        "Into how many pieces the tokenizer cuts a word, on average. One is the least; every piece more costs "
        "time, money and context.",
    ),
    "premium": Measure(
        "Premium", "times", "lower", 2, "costs", "times the pieces of the reference language",
        "How many times as many pieces the same content needs in this language as in the reference language "
        "(English as a rule). One is a fair price.",
    ),
    "bytes_per_token": Measure(
        "Bytes per piece", "bytes", "higher", 2, "reads", "bytes a piece",
        "How much text one piece carries, on average."
    ),
    "throughput": Measure(
        "Speed", "MB/s", "higher", 2, "reads", "MB a second",
        "Megabytes of text that the model reads in a second on this machine.",
    ),
    "parameters": Measure(
        "Parameters", "", "lower", 0, "has", "parameters",
        "The numbers that make up the model: what must fit in memory.",
    ),
    "megabytes_on_disk": Measure(
        "Size on disk", "MB", "lower", 0, "takes", "MB on disk",
        "The size of the files of the model.",
    ),
}  # fmt: skip

PSEUDO = Measure(
    "Pseudo bits per byte", "pseudo bits per byte", "lower", 2, "needs", "pseudo bits per byte",
    "An encoder sees both sides of a gap, so it has no true bits per byte. Each piece is hidden alone and guessed "
    "from all the others. "
    "The figure compares models that share a vocabulary; it does not compare across vocabularies or with a decoder.",
)  # fmt: skip

TERMS: dict[str, str] = {
    "Base, kept, adapted": "The base is the model as it was. The adapted model is the one delivered here. "
    "Kept is the control: the base trained on "
    "as much of the same text with its old vocabulary, to see what the new vocabulary itself is worth.",
    "Held-out text": "Text of the language that was set aside before training; no model has been trained on it here.",
    "95 % interval": "The range of differences that fit what was measured. Where it contains zero, the test "
    "cannot tell better from worse.",
    "Shown, not shown": "Shown: the whole interval lies on one side of zero, and there were training runs enough. "
    "Not shown: anything else; it never means that two systems are equal. The "
    "smallest difference that the test would have found in 80 of 100 repetitions is printed beside it.",
    "Seed": "The number that starts the dice of a training run. The same training with another seed ends a little "
    "differently; at least three "
    "runs are needed to tell the method from the luck of a run.",
    "Tokenizer, vocabulary, piece": "A model reads text in pieces (tokens) from a fixed list, its vocabulary. "
    "The tokenizer cuts the text.",
    "Continued pretraining": "Training a finished model on more text, here on text of the language.",
    "Signature": "Every setting that decides a score, in one line, so that it can be repeated.",
}

VOCABULARY_WORDS = {
    "keep": "Keep the vocabulary",
    "trim": "Trim the vocabulary to what the language uses",
    "extend": "Extend the vocabulary with pieces of the language",
    "replace": "Replace the vocabulary by one of the language",
}


def measure(name: str, kind: str = "decoder") -> Measure:
    """Return how the metric `name` is shown; one without words gets its own name and the direction of `METRICS`."""
    if name == "bits_per_byte" and kind == "encoder":
        return PSEUDO
    if name in MEASURES:
        return MEASURES[name]
    row, title = METRICS.get(name), name.replace("_", " ")
    return Measure(title.capitalize(), row.unit if row else "", row.better if row else "", 2, "has", title, "")


def decimals_for(spread: float, least: int) -> int:
    """Return the decimals that show `spread` (half an interval) with one significant digit: `least` to four more."""
    if not spread or not math.isfinite(spread):
        return least
    return max(least, min(least + 4, -math.floor(math.log10(spread))))


def figure(value: float, decimals: int) -> str:
    """Return a number as it is printed: grouped thousands, a true minus sign, no negative zero, millions in words.

    >>> figure(-0.004, 2), figure(1234.5, 0)
    ('0.00', '1,234')
    """
    for size, word in ((1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{_plain(value / size, 0 if abs(value) >= 100 * size else 1)}{THIN}{word}"
    return _plain(value, decimals)


def _plain(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    return text.lstrip("-") if not float(text.replace(",", "")) else text.replace("-", MINUS)


def signed(value: float, decimals: int) -> str:
    """Return a difference with its sign."""
    text = figure(value, decimals)
    return text if text.startswith(MINUS) or not any(digit in text for digit in "123456789") else f"+{text}"


def span(low: float, high: float, decimals: int, *, sign: bool = False) -> str:
    """Return an interval: "1.40 to 1.44"; "to" because a dash beside a minus sign is hard to read."""
    show = signed if sign else figure
    return f"{show(low, decimals)} to {show(high, decimals)}"


def duration(seconds: float) -> str:
    """Return a length of time in the two units that matter.

    >>> duration(42), duration(754), duration(8100)
    ('42 s', '12 min 34 s', '2 h 15 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def megabytes(amount: float) -> str:
    """Return an amount of text or memory given in MB, in kB, MB or GB with sensible digits."""
    if amount >= 1000:
        return f"{amount / 1000:.1f}{THIN}GB"
    if amount >= 10 or amount == int(amount):
        return f"{amount:.0f}{THIN}MB"
    return f"{amount:.2g}{THIN}MB" if amount >= 0.1 else f"{amount * 1000:.0f}{THIN}kB"


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it is one.

    >>> count(1, "training run"), count(3, "training run")
    ('1 training run', '3 training runs')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
