"""One small task of every kind that goes to other tools."""

from lect.artifacts.tasks import Choice, Labeled, Query, Question, Task, Written
from lect.artifacts.texts import read
from lect.use.forms import Prompt

WORDS = [
    "góðan",
    "morgun",
    "hvussu",
    "gongur",
    "hann",
    "fór",
    "til",
    "Havnar",
    "í",
    "gjár",
    "tað",
    "er",
    "ein",
    "fagur",
    "dagur",
    "fuglarnir",
    "syngja",
]
SENTENCES = [" ".join(WORDS[at : at + 4]) for at in range(12)]

PAIRS = Task(
    "pairs",
    "choice",
    {"test": [Choice("", [s, " ".join(s.split()[::-1])], 0, f"p{n}", "order") for n, s in enumerate(SENTENCES)]},
)
ENDINGS = Task(
    "endings",
    "choice",
    {"test": [Choice(s, [f"{WORDS[n]} ja", WORDS[n + 1], "nei"], n % 3, f"e{n}") for n, s in enumerate(SENTENCES)]},
)
CLOZE = Task(
    "cloze",
    "choice",
    {"test": [Choice(f"{s} [MASK] nú", [WORDS[n], "hús"], n % 2, f"c{n}") for n, s in enumerate(SENTENCES)]},
)
CLASSES = Task(
    "classes",
    "classification",
    {
        "train": [Labeled(s, "good" if n % 3 else "bad", id=f"t{n}") for n, s in enumerate(SENTENCES[:4])],
        "test": [Labeled(s, "good" if n % 2 else "bad", id=f"x{n}") for n, s in enumerate(SENTENCES)],
    },
    ["bad", "good"],
)
VERBALIZED = Prompt("Tekstur: {text}\nMeining:", "Svara.", {"bad": "ringur", "good": "góður"})
WRITING = Task(
    "writing",
    "generation",
    {"test": [Written(s, [s[3:], s[::-1]], f"w{n}") for n, s in enumerate(SENTENCES[:5])]},
)
QUESTIONS = Task(
    "questions",
    "questions",
    {
        "test": [
            Question("Hvat?", s, [(s.split()[1], s.index(s.split()[1]))] if n % 3 else [], f"q{n}")
            for n, s in enumerate(SENTENCES[:5])
        ]
    },
)
TEXTS = read([{"text": ". ".join(SENTENCES[:n]), "id": f"d{n}"} for n in (1, 3, 12)])
RETRIEVAL = Task(
    "retrieval",
    "retrieval",
    {"test": [Query(s[:9], {f"d{n}": 1.0}, f"q{n}") for n, s in enumerate(SENTENCES[:4])]},
    documents={f"d{n}": s for n, s in enumerate(SENTENCES)},
)
