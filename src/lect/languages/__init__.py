"""What is known of a language: its codes, script, names, direction and how it writes words."""

from lect.lazy import lazy

PUBLIC = {
    "Language": "lect.languages.finding",
    "find": "lect.languages.finding",
}
__getattr__, __dir__ = lazy(__name__, PUBLIC)
