"""More tokens for a language, beside all old ones."""

import dataclasses
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

import numpy as np
from scipy import sparse
from tokenizers import Tokenizer, models

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.artifacts.texts import Text, read
from lect.vocab.counting import Weighted, count_batches, pretokens, weighted_batches
from lect.vocab.learners.learning import cover, learn_wordpieces
from lect.vocab.learners.unigrams import learn_pieces
from lect.vocab.merging import learn_merges
from lect.vocab.remapping import remap
from lect.vocab.starts.rows import COPIED, Builder, VocabMap, constituent_rows
from lect.vocab.surfaces import tokens_by_id, vocabulary_size
from lect.vocab.tokenizer_files import append

_ROUNDS = 8
_BYTE = re.compile(r"<0x[0-9A-F]{2}>")
_MARGIN = 1e-3  # by how much, in nats, a new Unigram piece beats its best cut into other pieces


def extend(model: Model, text: Any, *, size: int, rows: Builder = constituent_rows, seed: int = 0) -> Model:
    """Add tokens learned from a text until the vocabulary has exactly `size`; old ids and old rows never change.

    BPE goes on merging from where the old tokenizer stops, so that each new token is reachable and old ones stay so
    (continued training, Purason et al., 2025; here a product that exists already is never merged again). Unigram and
    WordPiece learn a vocabulary of their own on the text and add its pieces that save the most tokens (count × pieces
    saved); pieces that the text never uses once all are in are replaced by the next. A BPE token that serves only to
    make longer ones stays, as no merge could make those without it; `notes["intermediate"]` counts them (3 of 5,000
    after 20 MB of text, 23 of 4,000 after 5 MB).

    >>> larger = extend(model, text, size=55_000)  # doctest: +SKIP
    """
    source, old = read(text), vocabulary_size(model.tokenizer)
    if size <= old:
        raise LectError(
            f"size={size} is the size of the whole vocabulary after extension, which already has {old}. "
            f"Pass {old} + the number of new tokens."
        )
    kind = type(model.tokenizer.backend_tokenizer.model).__name__
    if kind not in _EXTENDERS:
        raise LectError(f"a {kind} tokenizer cannot be extended; lect extends {', '.join(_EXTENDERS)}")
    batches = list(weighted_batches(model.tokenizer, source))
    tokenizer = _EXTENDERS[kind](model.tokenizer, source, batches, size - old)
    built = rows(model, tokenizer, seed=seed)
    extended = remap(model, tokenizer, _old_first(built, old))
    extended.notes.update(added=size - old, intermediate=len(_unused(tokenizer, batches, old)))
    return extended


def _unused(tokenizer: Any, batches: list[list[Weighted]], old: int) -> list[int]:
    """Return which new tokens, counted from 0, the text does not use."""
    return np.flatnonzero(count_batches(tokenizer, batches)[old:] == 0).tolist()


def _old_first(built: VocabMap, old: int) -> VocabMap:
    """Return the rows with an exact copy of every old row first, whatever the builder made of those."""
    weights = sparse.vstack([sparse.eye_array(old, format="csr"), built.weights[old:]], format="csr")
    noise = np.concatenate([np.full(old, -1), built.noise[old:]])
    return dataclasses.replace(built, weights=weights, noise=noise, reasons=[COPIED] * old + built.reasons[old:])


def _extend_bpe(tokenizer: Any, source: Text, batches: list[list[Weighted]], number: int) -> Any:
    prefix = tokenizer.backend_tokenizer.model.continuing_subword_prefix or ""
    words = _segmented_words(tokenizer, batches)
    characters: list[str] = []
    if tokenizer.backend_tokenizer.model.byte_fallback:
        characters = _missing_characters(words, tokenizer)[: number // 2]
        words = _spelled(words, set(characters))
    known = {*tokenizer.get_vocab(), *characters}
    merges = list(learn_merges(words, known, number - len(characters), prefix))
    _expect_enough(len(characters) + len(merges), number, vocabulary_size(tokenizer))
    return append(
        tokenizer, [*characters, *(left + right.removeprefix(prefix) for left, right in merges)], merges=merges
    )


def _missing_characters(words: Counter[tuple[str, ...]], tokenizer: Any) -> list[str]:
    """Return the characters of 99.95 % of the text that are so far spelled in byte tokens, most frequent first.

    A merge of byte tokens would not read as the character that they spell; the character itself needs no merge.
    """
    counts: Counter[str] = Counter()
    for word, times in words.items():
        counts.update(dict.fromkeys(spelled := "".join(_spell(word)), 0))
        for character in spelled:
            counts[character] += times
    common, known = cover(counts), tokenizer.get_vocab()
    return sorted(
        (c for c in common if c not in known and counts[c] > 1 and c.isprintable()), key=lambda c: (-counts[c], c)
    )


def _spell(word: tuple[str, ...]) -> list[str]:
    """Return the word with runs of byte tokens read as characters; bytes that spell none stay as they are."""
    symbols: list[str] = []
    for is_bytes, run in groupby(word, key=lambda token: _BYTE.fullmatch(token) is not None):
        tokens = list(run)
        text = bytes(int(token[3:5], 16) for token in tokens).decode(errors="ignore") if is_bytes else ""
        symbols += list(text) if len(text.encode()) == len(tokens) and is_bytes else tokens
    return symbols


def _spelled(words: Counter[tuple[str, ...]], characters: set[str]) -> Counter[tuple[str, ...]]:
    """Return the words with the new characters in place of their bytes; other bytes bound what may merge."""
    changed: Counter[tuple[str, ...]] = Counter()
    for word, times in words.items():
        if not any(_BYTE.fullmatch(token) for token in word):
            changed[word] += times
            continue
        old = set(word)
        for open_, run in groupby(
            _spell(word), key=lambda symbol: symbol in characters or (symbol in old and not _BYTE.fullmatch(symbol))
        ):
            if open_:
                changed[tuple(run)] += times
    return changed


def _segmented_words(tokenizer: Any, batches: list[list[Weighted]]) -> Counter[tuple[str, ...]]:
    """Return the words of a text as the tokenizer cuts them; special and unknown tokens bound a word."""
    tokens, unknown = tokens_by_id(tokenizer), tokenizer.unk_token_id
    closed = set(tokenizer.get_added_vocab().values()) | ({unknown} if unknown is not None else set())
    backend = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    backend.no_truncation()
    backend.no_padding()
    words: Counter[tuple[str, ...]] = Counter()
    for batch in batches:
        encoded = backend.encode_batch([string for string, _ in batch], add_special_tokens=False)
        for encoding, (_, times) in zip(encoded, batch, strict=True):
            for word in _words(encoding.ids, encoding.word_ids, tokens, closed):
                words[word] += times
    return words


def _words(
    ids: list[int], bounds: list[int | None], tokens: list[str | None], closed: set[int]
) -> Iterator[tuple[str, ...]]:
    word: list[str] = []
    last: int | None = None
    for index, bound in zip(ids, bounds, strict=True):
        token = str(tokens[index])
        # Without a pre-tokenizer (Llama 2) the whole text is one "word": ▁ is then the only bound.
        if word and (index in closed or bound != last or (token.startswith("▁") and not word[-1].endswith("▁"))):
            yield tuple(word)
            word = []
        if index not in closed:
            word.append(token)
        last = bound
    if word:
        yield tuple(word)


def _extend_unigram(tokenizer: Any, source: Text, batches: list[list[Weighted]], number: int) -> Any:
    known = {token: score for token, score in json.loads(tokenizer.backend_tokenizer.to_str())["model"]["vocab"]}
    learned = learn_pieces(pretokens(tokenizer.backend_tokenizer, source), _ample(number))

    def grow(chosen: list[str]) -> Any:
        scores = dict(known)
        # Shorter pieces first, so that a longer one is held against all cuts that it will meet.
        for token in sorted(chosen, key=lambda token: (len(token), token)):
            scores[token] = max(learned[token], _best_cut(token, scores) + _MARGIN)
        return append(tokenizer, chosen, scores=[scores[token] for token in chosen])

    candidates = _ranked(tokenizer, {token: math.exp(score) for token, score in learned.items()})
    return _grow(tokenizer, batches, number, candidates, grow)


def _extend_wordpiece(tokenizer: Any, source: Text, batches: list[list[Weighted]], number: int) -> Any:
    backend = tokenizer.backend_tokenizer
    prefix, unknown = backend.model.continuing_subword_prefix, backend.model.unk_token
    learned = Tokenizer(
        models.WordPiece(learn_wordpieces(backend, source, _ample(number), [unknown], prefix), unk_token=unknown)
    )
    learned.model.continuing_subword_prefix = prefix
    counts: Counter[str] = Counter()
    for word, times in pretokens(backend, source).items():
        for token in learned.model.tokenize(word):
            counts[token.value] += times
    return _grow(tokenizer, batches, number, _ranked(tokenizer, counts), lambda chosen: append(tokenizer, chosen))


_EXTENDERS = {"BPE": _extend_bpe, "Unigram": _extend_unigram, "WordPiece": _extend_wordpiece}


def _ample(number: int) -> int:
    """Return how large a vocabulary to learn so that enough of it is new."""
    return 3 * number + 2000


def _ranked(tokenizer: Any, counts: Mapping[str, float]) -> list[str]:
    """Return the absent tokens, those first that save the most pieces; an unknown string costs as much as its bytes."""
    model, known, unknown = tokenizer.backend_tokenizer.model, tokenizer.get_vocab(), tokenizer.unk_token_id

    def saved(token: str) -> int:
        ids = [piece.id for piece in model.tokenize(token)]
        return (len(token.encode()) if unknown in ids else len(ids)) - 1

    worth = {token: times * saved(token) for token, times in counts.items() if token not in known}
    return sorted((token for token, value in worth.items() if value > 0), key=lambda token: (-worth[token], token))


def _grow(
    tokenizer: Any,
    batches: list[list[Weighted]],
    number: int,
    candidates: list[str],
    grow: Callable[[list[str]], Any],
) -> Any:
    """Add the best candidates, drop those that the text never uses, fill up with the next, until all are used."""
    old, banned = vocabulary_size(tokenizer), set()
    for _ in range(_ROUNDS):
        chosen = [token for token in candidates if token not in banned][:number]
        _expect_enough(len(chosen), number, old)
        grown = grow(chosen)
        unused = _unused(grown, batches, old)
        if not unused:
            return grown
        banned |= {chosen[index] for index in unused}
    raise LectError(f"{len(unused)} of {number} new tokens stay unused by the text. Pass a smaller size or more text.")


def _best_cut(token: str, scores: dict[str, float]) -> float:
    """Return the best log probability of a token in two or more known pieces (Viterbi); -inf if there is none."""
    best = [0.0] + [-math.inf] * len(token)
    for end in range(1, len(token) + 1):
        for start in range(end):
            part = token[start:end]
            if part != token and part in scores and best[start] + scores[part] > best[end]:
                best[end] = best[start] + scores[part]
    return best[-1]


def _expect_enough(found: int, number: int, old: int) -> None:
    if found < number:
        raise LectError(
            f"the text supports {found} new tokens, not {number}. Pass size={old + found}, or give more text."
        )
