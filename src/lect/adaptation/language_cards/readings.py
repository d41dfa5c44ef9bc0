"""Plain readings: what a figure says to someone who does not know the field."""

from collections.abc import Callable

from lect.adaptation.language_cards.requesting import Request
from lect.adaptation.language_cards.values import Card, Found, Line
from lect.adaptation.wording import THIN, Measure, count, decimals_for, figure, measure, span
from lect.score.evidence.comparing import Row
from lect.score.evidence.significance import Comparison
from lect.score.metrics import METRICS

SHARES = ("unsafe_rate", "over_refusal")
ALIKE, MORE = 1.1, 1.5  # times the surprise of the reference: up to here about as well, and less well
_CUTS = ((1.5, "leaves most words whole"), (2.5, "cuts words in two"), (float("inf"), "shreds words"))
_NAMES = {
    "accuracy": "right", "span_f1": "F1 of spans", "las": "of words attached right", "pearson": "correlation",
    "answer_f1": "F1 of words", "number_match": "of numbers right", "chrf": "chrF", "ndcg@10": "nDCG@10",
    "prompt_strict": "obeyed", "exact_match": "exact", "mexa": "aligned", "unsafe_rate": "unsafe",
    "over_refusal": "refused", "parity": "times the surprise", "premium": "times the pieces",
}  # fmt: skip


def measure_of(name: str) -> Measure:
    """Return how a metric is shown: shares in percent, all else as the report shows it."""
    row, known = METRICS[name], measure(name)
    if name == "throughput":
        return Measure(known.title, "kB a second", known.better, 0, "reads", "kB a second", known.text, 1000)
    if (
        row.top == 1
        and not row.unit.startswith(("correlation", "agreement"))
        and (row.better == "higher" or name in SHARES)
    ):
        return Measure(known.title, f"% {_NAMES.get(name, row.unit)}", row.better, 1, "gets", "", known.text, 100, True)
    unit = _NAMES.get(name, known.unit or row.unit)
    return Measure(known.title, unit, row.better, known.decimals, known.verb, known.noun, known.text)


def say_value(name: str, found: Found) -> str:
    """Return the value with as many decimals as its interval deserves."""
    row = measure_of(name)
    return figure(found.value * row.scale, _decimals(row, found))


def say_percent(name: str) -> str:
    """Return the sign that follows a value: " %" for shares, else nothing."""
    return f"{THIN}%" if measure_of(name).points else ""


def say_interval(name: str, found: Found) -> str:
    """Return the interval, "" where there is none."""
    if found.low is None or found.high is None:
        return ""
    row = measure_of(name)
    return span(found.low * row.scale, found.high * row.scale, _decimals(row, found))


def _decimals(row: Measure, found: Found) -> int:
    if found.low is None or found.high is None:
        return row.decimals
    wide = (found.high - found.low) / 2 * row.scale
    if not wide:
        return row.decimals
    return 0 if wide >= 5 else max(0, min(row.decimals + 1, decimals_for(wide, 0)))


def read_line(name: str, found: Found, contrast: Comparison | None, request: Request) -> str:
    """Return what one score says, in a sentence or two."""
    own = _READINGS[name](found, request) if name in _READINGS else ""
    return " ".join(filter(None, [own, _against_chance(name, found, contrast)]))


def _against_chance(name: str, found: Found, contrast: Comparison | None) -> str:
    if contrast is None or found.chance is None:
        return ""
    far, guess = amount(name, contrast.effect), amount(name, found.chance, level=True)
    blind = "one who knows only how often each letter occurs" if name == "bits_per_byte" else "chance"
    if found.outcome == "better":
        return f"Better than {blind} ({guess}) by {far}, sure."
    if found.outcome == "worse":
        return f"Worse than {blind} ({guess}) by {far}, sure."
    if 0 < found.runs < 3:
        runs = count(found.runs, "training run")
        return f"{far} from {blind} ({guess}), but {runs} cannot tell skill from luck; three can."
    if not contrast.minimum_detectable_effect:
        return f"Cannot be told from {blind} ({guess})."
    reach = amount(name, contrast.minimum_detectable_effect)
    return (
        f"Cannot be told from {blind} ({guess}); with {count(found.n, 'example')} only differences above {reach} show."
    )


def amount(name: str, value: float, *, level: bool = False) -> str:
    """Return a difference, or a level, with its unit: "1.8 points", "0.04 bits per byte", "25 %"."""
    row = measure_of(name)
    unit = ("%" if level else "points") if row.points else "" if name in ("premium", "parity") else row.unit
    size = abs(value) * row.scale
    return f"{figure(size, decimals_for(size / 10, 0) if size < 10 else 0)}{THIN}{unit}".rstrip(THIN)


def _read_bits(found: Found, request: Request) -> str:
    if _is_pseudo(found):
        return "Each piece is hidden and guessed from both sides; this compares encoders of one vocabulary, and nothing else."
    sure_and_wrong = "more than the 8 of no idea, so it is wrong and sure of it"
    ends = "0 would be certainty, 8 no idea" if found.value < 8 else sure_and_wrong
    return f"It needs {figure(found.value, 2)} bits for each byte of {request.language.name}: {ends}."


def _is_pseudo(found: Found) -> bool:
    return "pseudo" in found.signature.split("|")


def _read_parity(found: Found, request: Request) -> str:
    low, high = (found.value if end is None else end for end in (found.low, found.high))
    often = f"{figure(found.value, 2)} times the surprise for the same content"
    if low >= 1 / ALIKE and high <= ALIKE:
        how = "about as well as"
    elif low <= 1 <= high:
        how = "neither surely better nor surely worse than"
    elif high < 1:
        how = "better than"
    else:
        how = (
            "slightly less well than"
            if found.value <= ALIKE
            else "less well than"
            if found.value <= MORE
            else "much less well than"
        )
    return f"It reads {request.language.name} {how} {request.reference.name}: {often}."


def _read_fertility(found: Found, request: Request) -> str:
    if not request.language.spaces_between_words:
        return (
            f"{request.language.name} is written without spaces, so this figure only compares models with each other."
        )
    cuts = next(said for most, said in _CUTS if found.value < most)
    return f"A word takes {figure(found.value, 1)} pieces on average: the tokenizer {cuts}."


def _read_premium(found: Found, request: Request) -> str:
    name, reference = request.language.name, request.reference.name
    if found.value <= ALIKE:
        return f"The same content costs about as much in {name} as in {reference}."
    return (
        f"The same content costs {figure(found.value, 1)} times the pieces of {reference}: "
        f"a context holds {1 / found.value:.0%} as much."
    )


def _read_speed(found: Found, request: Request) -> str:
    return f"It reads {figure(1000 * found.value, 0)} kB of {request.language.name} a second on this machine."


def _read_size(found: Found, request: Request) -> str:
    return "The numbers that must fit in memory."


def _read_alignment(found: Found, request: Request) -> str:
    return (
        f"Of {count(found.n, 'sentence')}, {found.value:.0%} lie nearest to their own translation; what the model learned "
        f"in {request.reference.name} reaches {request.language.name} about that far."
    )


def _read_unsafe(found: Found, request: Request) -> str:
    return f"{found.value:.0%} of {count(found.n, 'harmful request')} got an unsafe reply."


def _read_refused(found: Found, request: Request) -> str:
    return f"{found.value:.0%} of {count(found.n, 'harmless request')} were refused."


_READINGS: dict[str, Callable[[Found, Request], str]] = {
    "bits_per_byte": _read_bits,
    "parity": _read_parity,
    "fertility": _read_fertility,
    "premium": _read_premium,
    "throughput": _read_speed,
    "parameters": _read_size,
    "mexa": _read_alignment,
    "unsafe_rate": _read_unsafe,
    "over_refusal": _read_refused,
}


def read_versus(row: Row) -> str:
    """Return what the comparison of two models says."""
    first, second = row.systems
    found = row.comparison
    if found is None:
        return " ".join(row.cautions) or "Not tested."
    if row.verdict in ("better", "worse"):
        return f"{first} is {row.verdict} than {second} by {amount(row.metric, found.effect)}, sure."
    if row.few_seeds:
        return f"{first} and {second} differ by {amount(row.metric, found.effect)}, but fewer than three training runs show nothing."
    if not found.minimum_detectable_effect:
        return f"{first} and {second} score the same on every example."
    reach = amount(row.metric, found.minimum_detectable_effect)
    return f"{first} and {second} cannot be told apart; only differences above {reach} would show."


def headline(card: Card) -> str:
    """Return the card in one sentence."""
    if len(card.systems) == 2:
        return _head_to_head(card)
    name, language = card.systems[0], card.language["name"]
    tests = [
        one for line in card.lines if line.section != "fluency" for one in line.found.values() if one.outcome != "plain"
    ]
    shown = sum(one.outcome == "better" for one in tests)
    told = f"it is shown to be above chance in {shown or 'none'} of {count(len(tests), 'test')}" if tests else ""
    return f"{name} {'; '.join(filter(None, [_reads(card.lines, language), told]))}."


def _reads(lines: list[Line], language: str) -> str:
    values = {line.metric: next(iter(line.found.values())) for line in lines if line.section == "fluency"}
    if "parity" in values:
        said = values["parity"].reading.removeprefix("It ")
        return said.partition(":")[0]
    if "bits_per_byte" in values and not _is_pseudo(values["bits_per_byte"]):
        return f"needs {figure(values['bits_per_byte'].value, 2)} bits for each byte of {language}"
    return f"was measured on {language}"


def _head_to_head(card: Card) -> str:
    first, second = card.systems
    found = [line.versus.outcome for line in card.lines if line.versus and line.versus.low is not None]
    better, worse = found.count("better"), found.count("worse")
    rest = len(found) - better - worse
    told = f"better in {better or 'none'}, worse in {worse or 'none'}"
    open_ = f"; {rest} cannot be told apart" if rest else ""
    return f"{first} against {second} in {card.language['name']}: of {count(len(found), 'measure')}, {told}{open_}."


def describe(card: Card) -> str:
    """Return the card as plain text for a terminal."""
    lines = [headline(card)]
    for _, section, found in card.sections():
        if found:
            lines += ["", section.title]
        for line in found:
            for system, one in line.found.items():
                between = f" [{said}]" if (said := say_interval(line.metric, one)) else ""
                unit = measure_of(line.metric).unit
                lines.append(f"  {line.title}, {system}: {say_value(line.metric, one)} {unit}{between}. {one.reading}")
            if line.versus:
                lines.append(f"    {line.versus.reading}")
    if card.gaps:
        lines += ["", "Not measured"]
        lines += [f"  {gap.title}: {gap.why}. Pass {gap.remedy}" for gap in card.gaps]
    return "\n".join(lines)
