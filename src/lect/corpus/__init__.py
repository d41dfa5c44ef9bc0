"""Text in, text out: a crawl becomes a corpus of one language, and every step of that is a verb by itself."""

from lect.lazy import lazy

PUBLIC = {
    "LanguageCheck": "lect.corpus.language_guard",
    "check_language": "lect.corpus.language_guard",
    "check_text": "lect.corpus.text_guard",
    "build": "lect.corpus.building.making",
    "Ledger": "lect.corpus.ledgers",
    "sift": "lect.corpus.ledgers",
    "gather": "lect.corpus.describing.gathering",
    "measure": "lect.corpus.rules.measuring",
    "Rule": "lect.corpus.rules.rule_sets",
    "RULES": "lect.corpus.rules.rule_sets",
    "rules_of": "lect.corpus.rules.rule_sets",
    "decide": "lect.corpus.rules.rule_sets",
    "scale_rules": "lect.corpus.rules.scaling",
    "sieve": "lect.corpus.rules.sieving",
    "learn_stop_words": "lect.corpus.rules.stop_words",
    "sample_rejects": "lect.corpus.rules.sampling",
    "find_personal_data": "lect.corpus.rules.personal_data",
    "mask": "lect.corpus.rules.personal_data",
    "read_adult_lists": "lect.corpus.rules.adult_lists",
    "score_documents": "lect.corpus.grading.document_scores",
    "learn_medians": "lect.corpus.grading.document_scores",
    "spoil": "lect.corpus.grading.planting",
}
__getattr__, __dir__ = lazy(__name__, PUBLIC)
