"""Conversations from CHAT transcripts: read, written, cleaned, and made into screening tasks of one schema."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import regex  # type: ignore[import-untyped]

from lect.artifacts.errors import LectError
from lect.artifacts.opening import find_files, read_lines
from lect.artifacts.outputs import produce
from lect.artifacts.tasks import Labeled, Task
from lect.score.building.frames import write_rows
from lect.score.building.grouping import split_by_group

KEPT = ("fillers", "fragments", "retraced", "unintelligible")
"""What `clean_turn` takes out unless it is told to keep it."""
DIAGNOSES = {
    "HC": ("control", "controls", "hc", "nc", "h", "healthy", "healthy control", "normal"),
    "MCI": ("mci", "mild cognitive impairment"),
    "Dementia": ("ad", "d", "dementia", "alzheimer's", "alzheimer", "alzheimers", "possiblead", "probablead",
                 "possible ad", "probable ad", "potential dementia"),
    "": ("vascular", "memory", "aphasia", "pick's", "other"),
}  # fmt: skip
"""Class → what corpora write for it, after MultiConAD; those of "" are left out. No field at all is no diagnosis."""
_ID = ("language", "corpus", "code", "age", "sex", "group", "status", "role", "education", "custom")
_HIDDEN = ("UTF8", "Font", "PID", "ColorWords", "Window")  # may stand before @Begin
_LINE = regex.compile(r"([@*%])([^:\s][^:]*?)(?::[\t ]?(.*))?")
_RULES: tuple[tuple[str, str, str], ...] = (
    ("", r"\x15[^\x15]*\x15|\u2022[^\u2022]*\u2022", " "),  # times of the recording
    ("retraced", r"(?:<[^<>]*>|\S+)\s*\[/(?:/{0,2}|[-?])\](?:\s*\[[^\]]*\])?", " "),
    ("", r"\[[^\]]*\]", " "),  # replacements, errors, comments, overlaps, postcodes, languages
    ("", r"&\*[A-Z]{3}:\S+|&=\S+|&[{}]\S+", " "),  # what another said, events, long events
    ("fillers", r"&-\S+", " "),
    ("fragments", r"&[+~]?[^\s&=*{}-]\S*", " "),
    ("", r"(?<!\S)&[-+~]?(?=\S)", ""),  # the mark of what was kept
    ("", r"\(\d*[:\d]*\.+\d*\)", " "),  # pauses
    ("unintelligible", r"(?<!\S)(?:xxx?|yyy?|www)(?:@\S+)?(?!\S)", " "),
    ("", r"(?<!\S)0\p{L}*(?!\S)", " "),  # words that were left out
    ("", r"(?<!\S)\+(?:[<,^+]|\"(?![/.]))(?!\S)?", " "),  # how a turn links to the one before
    ("", r"\+[./!?\"]*([.?!])", r" \1"),  # how a turn ends
    ("", r"[<>()\u2260‡„→↑↓↗↘≈∆∇⌈⌉⌊⌋°]", ""),
    ("", r"(?<=\S)@\S+", ""),  # what kind of word it is
    ("", r"(?<=\p{L}):+(?=\p{L}|\s|$)|(?<=\p{L})\^(?=\p{L})|[ˈˌ]", ""),  # length and stress
    ("", r"(?<=\p{L})[_+](?=\p{L})", " "),  # titles and compounds
    ("", r"\s+(?=[.,?!;])", ""),
)
"""(what it belongs to, pattern, replacement), in order: chapters 8 to 10 of the CHAT manual (MacWhinney)."""


@dataclass(frozen=True)
class Header:
    """A line `@name: value`; the value is None for a bare one, such as @New Episode."""

    name: str
    value: str | None = None


@dataclass(frozen=True)
class Turn:
    """What a speaker says, codes and all, and the tiers under it (name, content), such as ("mor", …)."""

    speaker: str
    text: str
    tiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Transcript:
    """The lines of a CHAT file between @Begin and @End, in order, and what stands before @Begin."""

    lines: tuple[Header | Turn, ...]
    hidden: tuple[Header, ...] = (Header("UTF8"),)

    @property
    def turns(self) -> list[Turn]:
        """The turns, in order."""
        return [line for line in self.lines if isinstance(line, Turn)]

    @property
    def speakers(self) -> dict[str, dict[str, str]]:
        """Code → what @ID says: language, corpus, age, sex, group, status, role, education, custom."""
        rows = [dict(zip(_ID, (one.value or "").split("|"), strict=False)) for one in self.lines
                if isinstance(one, Header) and one.name == "ID"]  # fmt: skip
        return {row["code"]: row for row in rows if "code" in row}


@dataclass(frozen=True)
class Interview:
    """One record, whatever the corpus: who spoke, what is known of them, and the words without codes."""

    id: str
    language: str
    corpus: str
    participant: str
    age: float | None
    sex: str
    activity: str
    diagnosis: str
    participant_text: str
    whole_text: str


def read_transcript(path: str | Path) -> Transcript:
    """Read a CHAT file (.cha): headers, turns, dependent tiers; a line that begins with a tab goes on with the last."""
    path = find_files(path)[0]
    hidden: list[Header] = []
    lines: list[Header | Turn] = []
    begun = ended = False
    for number, (mark, name, value) in _joined(path):
        if mark == "@" and name in ("Begin", "End"):
            begun, ended = begun or name == "Begin", name == "End"
        elif not begun and not (mark == "@" and name in _HIDDEN):
            raise LectError(
                f"{path} line {number} stands before @Begin; expected one of @{', @'.join(_HIDDEN)}, @Begin"
            )
        elif mark == "@":
            (lines if begun else hidden).append(Header(name, value))
        elif mark == "*":
            lines.append(Turn(name, value or ""))
        elif lines and isinstance(lines[-1], Turn):
            last = lines[-1]
            lines[-1] = Turn(last.speaker, last.text, (*last.tiers, (name, value or "")))
        else:
            raise LectError(f"{path} line {number}: %{name} depends on no turn; expected a line *CODE: before it")
    if not begun or not ended:
        raise LectError(f"{path} has no @{'Begin' if not begun else 'End'}; a CHAT file has @UTF8, @Begin, …, @End")
    return Transcript(tuple(lines), tuple(hidden))


def _joined(path: Path) -> Iterator[tuple[int, tuple[str, str, str | None]]]:
    """Yield (number, (mark, name, value)) of each line, with those that go on with it."""
    whole: list[tuple[int, str]] = []
    for number, line in enumerate(read_lines(path), start=1):
        if line.startswith(("\t", " ")) and whole:
            whole[-1] = (whole[-1][0], f"{whole[-1][1]} {line.strip()}")
        elif line.strip():
            whole.append((number, line))
    for number, line in whole:
        found = _LINE.fullmatch(line)
        if not found:
            raise LectError(f"{path} line {number} is {line[:50]!r}; expected @Header, *CODE: or %tier:")
        yield number, (found[1], found[2].strip(), None if found[3] is None else found[3].strip())


def write_transcript(transcript: Transcript, path: str | Path) -> Path:
    """Write a CHAT file, one line for each header, turn and tier; `read_transcript` gives the same transcript again."""
    said = [_said("@", one.name, one.value) for one in transcript.hidden] + ["@Begin"]
    for one in transcript.lines:
        if isinstance(one, Header):
            said.append(_said("@", one.name, one.value))
        else:
            said += [_said("*", one.speaker, one.text), *(_said("%", name, value) for name, value in one.tiers)]
    Path(path).write_text("\n".join([*said, "@End"]) + "\n", encoding="utf-8")
    return Path(path)


def _said(mark: str, name: str, value: str | None) -> str:
    return f"{mark}{name}" if value is None else f"{mark}{name}:\t{value}"


def clean_turn(text: str, keep: Collection[str] = ()) -> str:
    """Return the words that were said, without the codes of CHAT.

    Out go times, events, pauses, comments, error marks, overlaps, omitted words, retracings with what was retraced, fillers
    (`&-um`), fragments (`&+sh`), and what nobody understood (`xxx`), unless `keep` names them: some of `KEPT`. Shortenings are
    filled: `(be)cause` is "because". What stands is what was said, not what `[: target]` says was meant.

    >>> clean_turn("<the boy> [//] the &-um boy is (be)hind [* m] xxx +...", keep=["fillers"])
    'the um boy is behind.'
    """
    unknown = sorted(set(keep) - set(KEPT))
    if unknown:
        raise LectError(f"keep names {unknown[0]!r}; expected some of {', '.join(KEPT)}")
    for kind, pattern, replacement in _RULES:
        if not kind or kind not in keep:
            text = regex.sub(pattern, replacement, text)
    return " ".join(text.split()).strip()


def harmonize_diagnosis(said: str, table: Mapping[str, Collection[str]] = DIAGNOSES) -> str:
    """Return the class of a diagnosis as a corpus writes it; "" where it is one of those that are left out.

    >>> harmonize_diagnosis("ProbableAD")
    'Dementia'
    """
    names = {name: label for label, group in table.items() for name in (*group, label.lower())}
    plain = " ".join(said.lower().split())
    if plain not in names:
        near = get_close_matches(plain, names, n=3)
        raise LectError(
            f"the diagnosis {said!r} is in no class of the table ({', '.join(filter(None, table))}). "
            f"Near: {', '.join(near) or 'none'}. Pass a table that has it."
        )
    return names[plain]


def unify(
    transcript: Transcript, id: str, *, keep: Collection[str] = (), table: Mapping[str, Collection[str]] = DIAGNOSES
) -> Interview:
    """Return one record of a transcript: the participant is who has the role Participant or Target_Adult, else PAR."""
    speakers = transcript.speakers
    codes = [code for code, row in speakers.items() if row.get("role") in ("Participant", "Target_Adult")]
    code = next(iter([*codes, *(code for code in ("PAR", "PAR0") if code in speakers)]), None)
    if code is None:
        raise LectError(f"{id} has no participant; its speakers are {', '.join(speakers) or 'not named by @ID lines'}")
    row = speakers[code]
    words = [(turn.speaker, clean_turn(turn.text, keep)) for turn in transcript.turns]
    known = {one.name: one.value or "" for one in transcript.lines if isinstance(one, Header)}
    group = row.get("group", "").strip()
    return Interview(
        id=id, language=row["language"], corpus=row.get("corpus", ""), participant=known.get("PID", "") or id,
        age=_years(row.get("age", "")), sex=row.get("sex", ""),
        activity=known.get("G", known.get("Activities", known.get("Situation", ""))),
        diagnosis=harmonize_diagnosis(group, table) if group else "",
        participant_text=" ".join(text for speaker, text in words if speaker == code and text),
        whole_text="\n".join(f"{speaker}: {text}" for speaker, text in words if text),
    )  # fmt: skip


def _years(said: str) -> float | None:
    """Return an age `years;months.days` in years."""
    found = regex.fullmatch(r"(\d+)(?:;(\d+)?\.?(\d+)?)?\.?", said.strip())
    return round(int(found[1]) + int(found[2] or 0) / 12 + int(found[3] or 0) / 365, 2) if found else None


def screening_task(
    interviews: Sequence[Interview], *, labels: Sequence[str] = ("HC", "Dementia"), least: int = 60, heldout: float = 0.2,
    seed: int = 0,
) -> Task:  # fmt: skip
    """Return a classification task of what participants say; no participant is on both sides (`split_by_group`).

    Left out: other diagnoses (MCI where two classes are asked for), and texts of fewer than `least` characters, as MultiConAD.
    """
    chosen = [one for one in interviews if one.diagnosis in labels and len(one.participant_text) >= least]
    if {one.diagnosis for one in chosen} != set(labels):
        raise LectError(
            f"of {len(interviews)} interviews {len(chosen)} are long enough and of {', '.join(labels)}; "
            "each class needs some"
        )
    examples = [Labeled(one.participant_text, one.diagnosis, id=one.id, group=one.participant) for one in chosen]
    train, test = split_by_group(examples, [f"{one.corpus}\t{one.participant}" for one in chosen], heldout=heldout, seed=seed)  # fmt: skip
    made = [{"made": "CHAT transcripts", "corpora": sorted({one.corpus for one in chosen})}]
    return Task("screening", "classification", {"train": train, "test": test}, sorted(labels), made)


def build_screening(
    files: Sequence[str | Path], out: str | Path, *, labels: Sequence[str] = ("HC", "Dementia"), least: int = 60,
    heldout: float = 0.2, seed: int = 0,
) -> Path:  # fmt: skip
    """Write the task of `screening_task` from CHAT files, or folders of them: JSONL with `text`, `label` and all else of the records.

    Read it as `classification=OUT`. The words stay yours: clinical transcripts may not be passed on.

    >>> build_screening(["pitt/001-0.cha", "pitt/002-0.cha"], "screening")  # doctest: +SKIP
    """
    found = [
        one for file in files for one in (sorted(Path(file).glob("*.cha")) if Path(file).is_dir() else find_files(file))
    ]
    names = [file.stem for file in found]
    twice = next((name for name, times in Counter(names).items() if times > 1), None)
    if not found or twice:
        raise LectError(f"two files are called {twice}.cha" if twice else "there are no CHAT files; pass one or more")
    interviews = [unify(read_transcript(file), name) for file, name in zip(found, names, strict=True)]
    task = screening_task(interviews, labels=labels, least=least, heldout=heldout, seed=seed)
    records = {one.id: asdict(one) for one in interviews}

    def fill(folder: Path) -> dict[str, Any]:
        for split, part in task.splits.items():
            rows = ({"text": one.text, "label": one.label, **records[one.id]} for one in part)
            write_rows(folder / f"screening.{split}.jsonl", rows)
        return {split: len(part) for split, part in task.splits.items()} | {
            "left_out": len(found) - sum(map(len, task.splits.values()))
        }

    arguments = {"labels": list(labels), "least": least, "heldout": heldout}
    return produce(
        out, fill, verb="score.build_screening", arguments=arguments, inputs={"transcripts": task}, seed=seed
    )
