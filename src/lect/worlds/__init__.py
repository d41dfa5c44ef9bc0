"""Generated data with known truth: CLDR phrases in real languages, ciphers of real text, clones of models."""

from lect.lazy import lazy

PUBLIC = {
    "KINDS": "lect.worlds.sampling",
    "Meaning": "lect.worlds.sampling",
    "Phrase": "lect.worlds.rendering",
    "cipher": "lect.worlds.ciphers",
    "clone": "lect.worlds.clones",
    "clone_ids": "lect.worlds.clones",
    "covered_languages": "lect.worlds.locales",
    "decipher": "lect.worlds.ciphers",
    "is_covered": "lect.worlds.locales",
    "lexicon": "lect.worlds.phrasing",
    "meanings": "lect.worlds.sampling",
    "parallel": "lect.worlds.phrasing",
    "phrases": "lect.worlds.phrasing",
    "render": "lect.worlds.rendering",
    "slots": "lect.worlds.tasks",
}
__getattr__, __dir__ = lazy(__name__, PUBLIC)
