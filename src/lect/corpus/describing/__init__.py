"""What is in a corpus: gathered in one pass, as the numbers that its datasheet is made of."""

from lect.lazy import lazy

PUBLIC = {
    "Description": "lect.corpus.describing.values",
    "gather": "lect.corpus.describing.gathering",
    "open_corpus": "lect.corpus.describing.folders",
}
__getattr__, __dir__ = lazy(__name__, PUBLIC)
