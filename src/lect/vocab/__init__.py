"""Tokenizers and the rows that belong to them: learn, measure, trim, extend, replace, remap."""

from lect.lazy import lazy

PUBLIC = {
    "learn": "lect.vocab.learning",
    "measure": "lect.vocab.measuring",
    "Measures": "lect.vocab.measuring",
    "count": "lect.vocab.counting",
    "VocabMap": "lect.vocab.vocab_maps",
    "Noise": "lect.vocab.vocab_maps",
    "read_map": "lect.vocab.vocab_maps",
    "normal_rows": "lect.vocab.rows",
    "mean_rows": "lect.vocab.rows",
    "drawn_around": "lect.vocab.rows",
    "random_rows": "lect.vocab.rows",
    "overlap_rows": "lect.vocab.rows",
    "constituent_rows": "lect.vocab.rows",
    "lexicon_rows": "lect.vocab.lexicons",
    "shuffled": "lect.vocab.rows",
    "remap": "lect.vocab.remapping",
    "trim": "lect.vocab.trimming",
    "replace": "lect.vocab.replacing",
    "extend": "lect.vocab.extending",
}
__getattr__, __dir__ = lazy(__name__, PUBLIC)
