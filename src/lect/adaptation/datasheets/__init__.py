"""The datasheet of a corpus: what is in it, where it is from, what was dropped and why, on one page."""

from lect.lazy import lazy

PUBLIC = {"describe": "lect.adaptation.datasheets.making"}
__getattr__, __dir__ = lazy(__name__, PUBLIC)
