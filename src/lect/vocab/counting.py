"""How often each token occurs in a text."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

import numpy as np

from lect.artifacts.hooks import progress
from lect.artifacts.texts import read
from lect.vocab.surfaces import component_types, vocabulary_size

# A single space between two other characters: no tokenizer of the kinds in _BREAKING looks across it.
_BREAK = re.compile(r"(?<=\S)(?= \S)")
_BREAKING = {"ByteLevel", "Metaspace", "WhitespaceSplit", "Whitespace", "BertPreTokenizer", "Split"}
_BATCH = 2000
_TRIED = 1000  # characters of each document of the sample


def count(tokenizer: Any, text: Any) -> np.ndarray:
    """Return how often each id occurs in a text, without the special tokens that frame a document; int64 [vocabulary].

    Words that occur again are encoded once, which gives the same counts (checked on the first documents) for a fraction
    of the time.
    """
    total = np.zeros(vocabulary_size(tokenizer), dtype=np.int64)
    for _, times, ids in encoded_chunks(tokenizer, text):
        np.add.at(total, ids, times)
    return total


def encoded_chunks(tokenizer: Any, text: Any) -> Iterator[tuple[str, int, list[int]]]:
    """Yield (chunk, times, ids) of the distinct chunks of a text: words if words are independent, else documents."""
    strings = read(text).strings()
    sample = list(islice(strings, 200))
    split = breaks_at_spaces(tokenizer, [string[:_TRIED] for string in sample])
    chunks = _chunks(chain(sample, strings), split)
    for batch in batches(chunks.items(), _BATCH):
        encodings = encode(tokenizer, [chunk for chunk, _ in batch])
        for (chunk, times), ids in zip(batch, encodings, strict=True):
            yield chunk, times, ids


def pretokens(backend: Any, text: Any) -> Counter[str]:
    """Return the words of a text as a tokenizer cuts it before its model reads it, with their counts."""
    words: Counter[str] = Counter()
    for chunk, times in _chunks(read(text).strings(), bool(component_types(backend.pre_tokenizer) & _BREAKING)).items():
        string = chunk if backend.normalizer is None else backend.normalizer.normalize_str(chunk)
        for word, _ in (
            [(string, None)] if backend.pre_tokenizer is None else backend.pre_tokenizer.pre_tokenize_str(string)
        ):
            words[word] += times
    return words


def _chunks(strings: Iterable[str], split: bool) -> Counter[str]:
    chunks: Counter[str] = Counter()
    with progress("counting", unit="documents") as advance:
        for string in strings:
            chunks.update(_BREAK.split(string) if split else (string,))
            advance(1)
    return chunks


def breaks_at_spaces(tokenizer: Any, sample: list[str]) -> bool:
    """Say whether a tokenizer treats the words of a text one by one: by its parts, and by trying it on a sample."""
    backend = tokenizer.backend_tokenizer
    if not component_types(backend.pre_tokenizer) & _BREAKING or any(
        _BREAK.search(token) for token in tokenizer.get_added_vocab()
    ):
        return False
    whole = encode(tokenizer, sample)
    parts = [_BREAK.split(string) for string in sample]
    cut = iter(encode(tokenizer, list(chain.from_iterable(parts))))
    return whole == [list(chain.from_iterable(islice(cut, len(part)))) for part in parts]


def encode(tokenizer: Any, strings: list[str]) -> list[list[int]]:
    """Return the ids of each string without framing, truncation or padding."""
    backend = tokenizer.backend_tokenizer
    if backend.truncation is not None or backend.padding is not None:
        return (
            tokenizer(strings, add_special_tokens=False, padding=False, truncation=False)["input_ids"]
            if strings
            else []
        )
    return [encoding.ids for encoding in backend.encode_batch_fast(strings, add_special_tokens=False)]


def batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Yield lists of at most `size` items."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
