"""Which tokens no text can ever produce."""

import json
from collections.abc import Callable
from itertools import product
from typing import Any

from tokenizers import Tokenizer

from lect.vocab.counting import encode
from lect.vocab.surfaces import component_types, forms, tokens_by_id
from lect.vocab.tokenizer_files import Structure, structure

_OUTSIDE = ("normalizer", "pre_tokenizer", "post_processor", "decoder", "truncation", "padding")
_STARTS = 200  # words that are tried before a token is said to continue none


def unreachable(tokenizer: Any) -> list[str]:
    """Return the tokens, by id, that this tokenizer can never produce.

    A token is reachable if the model, given the token's own string, answers with the token: exact for BPE, whose merges
    inside a token happen in the same order wherever it stands, and for Unigram, whose best path keeps its best parts.
    WordPiece takes the longest match: a `##` token is reachable if one of the first 200 word starts that do not reach
    into it, followed by it, is cut right there. Normalizer and pre-tokenizer must let the string through in one piece,
    too, by itself or between letters or digits. Not judged are special and added tokens, the unknown token, the byte
    alphabet, a lone word mark, BPE tokens marked as inside of a word, and tokenizers whose ids are only bytes (MyT5).

    >>> unreachable(tokenizer)  # doctest: +SKIP
    ['▁Hús']
    """
    if getattr(tokenizer, "backend_tokenizer", None) is None:
        return []
    parts = structure(tokenizer)
    judged = {token: index for token, index in parts.ids.items() if index not in parts.protected}
    wanted = sorted(judged, key=judged.__getitem__)
    if parts.kind in ("WordPiece", "WordLevel"):
        reaches = _word_test(tokenizer, parts)
        return [token for token in wanted if not reaches(token)]
    produced = _produced(tokenizer, parts, wanted)
    return [token for token in wanted if token not in produced]


def _produced(tokenizer: Any, parts: Structure, tokens: list[str]) -> set[str]:
    """Return the tokens that BPE or Unigram makes of their own strings, and that come whole to the model."""
    bare = _bare(tokenizer)
    own = [token for token in tokens if not (parts.prefix and token.startswith(parts.prefix))]
    encodings = bare.encode_batch_fast(own, add_special_tokens=False)
    made = {token for token, encoding in zip(own, encodings, strict=True) if encoding.ids == [parts.ids[token]]}
    made |= set(tokens) - set(own)
    strings = _strings(tokenizer)
    passes = _passes(tokenizer.backend_tokenizer)
    if parts.model.get("ignore_merges"):  # then a whole word is looked up before any merge
        words = [token for token in own if token not in made and strings.get(token) is not None]
        found = encode(tokenizer, [strings[token] for token in words])
        made |= {token for token, ids in zip(words, found, strict=True) if ids == [parts.ids[token]]}
    return {token for token in made if token not in strings or passes(strings[token], token)}


def _strings(tokenizer: Any) -> dict[str, str]:
    """Return token → the text that it stands for, for tokens of whole characters."""
    found = {}
    for token, form in zip(tokens_by_id(tokenizer), forms(tokenizer), strict=True):
        if token is not None and form:
            try:
                found[token] = form.decode()
            except UnicodeDecodeError:
                continue
    return found


def _bare(tokenizer: Any) -> Tokenizer:
    """Return the model alone, to be given tokens as its words."""
    data = json.loads(tokenizer.backend_tokenizer.to_str())
    data |= dict.fromkeys(_OUTSIDE) | {"added_tokens": []}
    if data["model"]["type"] == "BPE":
        data["model"] |= {"ignore_merges": False, "dropout": None}
    return Tokenizer.from_str(json.dumps(data))


def _cutter(backend: Any) -> Callable[[str], list[str]]:
    """Return text → the words that reach the model."""

    def cut(string: str) -> list[str]:
        normal = string if backend.normalizer is None else backend.normalizer.normalize_str(string)
        words = [(normal, None)] if backend.pre_tokenizer is None else backend.pre_tokenizer.pre_tokenize_str(normal)
        return [word for word, _ in words]

    return cut


def _passes(backend: Any) -> Callable[[str, str], bool]:
    """Return the test whether normalizer and pre-tokenizer let a token through in one piece, in some surroundings."""
    if not component_types(backend.normalizer) | component_types(backend.pre_tokenizer):
        return lambda string, token: True
    cut = _cutter(backend)
    # Between letters or digits: the apostrophe of "don't" and the comma of "1,000" are cut off elsewhere.
    around = list(product(("", "a", "1"), repeat=2))
    return lambda string, token: any(token in word for left, right in around for word in cut(left + string + right))


def _word_test(tokenizer: Any, parts: Structure) -> Callable[[str], bool]:
    cut, prefix = _cutter(tokenizer.backend_tokenizer), parts.prefix
    longest = parts.model.get("max_input_chars_per_word", 2**31)
    starts = [
        token
        for token, index in sorted(parts.ids.items(), key=lambda item: (len(item[0]), item[0]))
        if index not in parts.protected and not (prefix and token.startswith(prefix)) and cut(token) == [token]
    ]
    known = set(starts)

    def reaches(token: str) -> bool:
        if not prefix or not token.startswith(prefix) or token == prefix:
            return token in known and len(token) <= longest
        rest = token.removeprefix(prefix)
        open_ = (start for start in starts if not any(start + rest[:end] in known for end in range(1, len(rest) + 1)))
        tried = (start + rest for start, _ in zip(open_, range(_STARTS), strict=False))
        return any(len(word) <= longest and cut(word) == [word] for word in tried)

    return reaches
