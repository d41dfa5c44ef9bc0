"""Text in, text out; so far the guards that look at a text before it is used."""

from lect.lazy import lazy

PUBLIC = {
    "LanguageCheck": "lect.corpus.language_guard",
    "check_language": "lect.corpus.language_guard",
    "check_text": "lect.corpus.text_guard",
}
__getattr__, __dir__ = lazy(__name__, PUBLIC)
