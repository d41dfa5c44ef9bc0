"""What a tight trim costs: tokens of held-out text, and unknown tokens there and in seven other scripts.

A tokenizer of each kind is trained on eight languages in eight scripts and trimmed to Faroese in six ways: `frequent`
(the most frequent tokens and their parents, nothing else), `covered` (the same, with the characters of the text that lect
keeps), `alphabets` (the same, with the alphabets of other scripts that lect keeps too: the fair one beside `evict`, where
there are no bytes), `leaf` (the rarest token of which no other is made goes first, its count passing to its parts), `evict`
(what `vocab.trim` does), and `rescored` (the same with new Unigram scores). Nothing is random.

    python benchmarks/vocab_compression.py [--sizes 1500 3000] [--kinds byte-bpe fallback-bpe unigram wordpiece]
"""

import argparse
import heapq
import json
import os
import time
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from lect.artifacts.bitexts import read_pairs
from lect.artifacts.texts import read
from lect.vocab.counting import count
from lect.vocab.learners.learning import learn
from lect.vocab.selection import choosing
from lect.vocab.selection.choosing import mask
from lect.vocab.selection.trimming import select
from lect.vocab.tokenizer_files import closure, structure, subset

DATA = Path(os.environ.get("LECT_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
OTHERS = ("kaz_Cyrl", "tam_Taml", "hin_Deva", "ell_Grek", "heb_Hebr", "arb_Arab", "kat_Geor")
WHOLE = 12_000


def texts() -> tuple[list[str], list[str], list[str], list[str]]:
    """Return (what tokenizers are trained on, Faroese to trim by, Faroese held out, sentences in seven other scripts)."""
    folder = DATA / "lm_text"
    fao, eng = (list(read(folder / f"{code}.train.txt.gz").strings()) for code in ("fao", "eng"))
    foreign = [
        list(read_pairs(DATA / "flores200" / "flores200_dev.tsv.gz", columns=(code, "eng_Latn")).sides()[0])
        for code in OTHERS
    ]
    seen = [sentence for side in foreign for sentence in side[:700]]
    return (
        [*fao[:6000], *eng[:3000], *seen],
        fao,
        list(read(folder / "fao.valid.txt.gz").strings()),
        [sentence for side in foreign for sentence in side[700:]],
    )


def fallback(strings: list[str]) -> PreTrainedTokenizerFast:
    """Return a tokenizer like Llama 2's: no pre-tokenizer, every cut of a token into two others is a merge."""
    learned = Tokenizer(models.BPE())
    learned.pre_tokenizer = pre_tokenizers.Metaspace()
    learned.train_from_iterator(
        strings, trainers.BpeTrainer(vocab_size=WHOLE - 259, limit_alphabet=400, show_progress=False)
    )
    pieces = sorted(learned.get_vocab(), key=learned.get_vocab().__getitem__)
    rank = {token: index for index, token in enumerate(pieces)}
    cuts = [(token[:i], token[i:]) for token in pieces for i in range(1, len(token))]
    cuts = sorted((pair for pair in cuts if pair[0] in rank and pair[1] in rank), key=lambda p: (rank[p[0] + p[1]], p))
    names = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *pieces]
    vocabulary = {token: index for index, token in enumerate(names)}
    backend = Tokenizer(models.BPE(vocabulary, cuts, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    backend.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    backend.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    return PreTrainedTokenizerFast(tokenizer_object=backend, unk_token="<unk>", bos_token="<s>", eos_token="</s>")


def unigram(strings: list[str]) -> PreTrainedTokenizerFast:
    """Return a tokenizer like XLM-R's: what it cannot write is unknown, as it has no bytes."""
    learned = json.loads(learn(strings, kind="unigram", size=WHOLE).backend_tokenizer.to_str())["model"]
    pieces = [(token, score) for token, score in learned["vocab"] if token[0] != "<"]
    backend = Tokenizer(models.Unigram([("<unk>", 0.0), *pieces], unk_id=0, byte_fallback=False))
    backend.pre_tokenizer, backend.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    return PreTrainedTokenizerFast(tokenizer_object=backend, unk_token="<unk>")


MAKERS = {
    "byte-bpe": lambda strings: learn(strings, kind="bpe", size=WHOLE),
    "fallback-bpe": fallback,
    "unigram": unigram,
    "wordpiece": lambda strings: learn(strings, kind="wordpiece", size=WHOLE, for_="encoder"),
}


def frequent(parts, counts, required, size):
    """Return the required tokens and the most frequent ones, with their parents, as long as they fit."""
    kept = set(required)
    for index in np.lexsort((np.arange(len(counts)), -counts)).tolist():
        if len(needed := closure(parts, [index]) - kept) <= size - len(kept):
            kept |= needed
    return kept


def with_alphabets(parts, required, size):
    """Return the required tokens and those of the alphabets that `vocab.trim` keeps whole."""
    room = min(int(choosing.SPARE * size), size - len(required))
    spare = choosing.alphabets(parts, ~mask(required, len(parts.names)), room)
    return closure(parts, {*required, *(index for letters in spare.values() for index in letters)})


def leaf(parts, counts, required, size):
    """Return what is left when the rarest leaf goes again and again and its count passes to the two it is made of."""
    left, kept = counts.copy(), set(required) | closure(parts, np.flatnonzero(counts).tolist())
    children = np.zeros(len(counts), dtype=np.int64)
    for index in kept:
        children[list(set(parts.parents.get(index, ())))] += 1
    heap = [(int(left[index]), -index) for index in kept - required if not children[index]]
    heapq.heapify(heap)
    while len(kept) > size:
        times, negative = heapq.heappop(heap)
        if -negative not in kept or times != left[-negative] or children[-negative]:
            continue
        kept.discard(-negative)
        for parent in parts.parents.get(-negative, ()):
            left[parent] += times
        for parent in set(parts.parents.get(-negative, ())):
            children[parent] -= 1
            if parent not in required:
                heapq.heappush(heap, (int(left[parent]), -parent))
    return frequent(parts, counts, kept, size)


def report(kind: str, name: str, size: int, old, new, material, seconds: float) -> None:
    """Print one row."""
    _, seen, heldout, foreign = material
    # The text under the frequencies of its tokens in the text that was trimmed by, each once more than it was seen.
    frequency = count(new, seen) + 1
    surprise = -np.log2(frequency / frequency.sum()) @ count(new, heldout)
    bits = surprise / sum(len(string.encode()) for string in heldout)
    longer = [count(new, text).sum() / count(old, text).sum() for text in (seen, heldout)]
    lost = [0.0, 0.0]
    if new.unk_token_id is not None:
        lost = [(found := count(new, text))[new.unk_token_id] / found.sum() for text in (heldout, foreign)]
    print(
        f"{kind:<13}{size:>6} {name:<10}{longer[0]:>9.4f}{longer[1]:>10.4f}{lost[0]:>9.2%}{lost[1]:>9.2%}"
        f"{bits:>10.4f}{seconds:>7.1f}",
        flush=True,
    )


def main() -> None:
    """Print a table: how much longer the text is than before, what share of its tokens is unknown, its bits per byte."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sizes", type=int, nargs="+", default=[1500, 3000])
    options.add_argument("--kinds", nargs="+", default=list(MAKERS), choices=list(MAKERS))
    given, material = options.parse_args(), texts()
    print("kind            size  way          corpus  held-out     unk   others bits/byte  CPU-s")
    for kind in given.kinds:
        old = MAKERS[kind](material[0])
        parts, counts = structure(old), count(old, material[1])
        report(kind, "untrimmed", len(parts.ids), old, old, material, 0)
        bare = closure(parts, parts.protected)
        full = closure(parts, parts.protected | set(np.flatnonzero(choosing.characters(parts, counts)).tolist()))
        for size in given.sizes:
            ways = {"frequent": (frequent, bare), "covered": (frequent, full), "leaf": (leaf, full)}
            if (whole := with_alphabets(parts, full, size)) != full:
                ways["alphabets"] = frequent, whole
            for name, (choose, required) in ways.items():
                begin = time.process_time()
                new = subset(old, choose(parts, counts, required, size), parts)
                report(kind, name, size, old, new, material, time.process_time() - begin)
            for name, by in (("evict", "compression"), ("rescored", "rescoring")):
                if by == "rescoring" and parts.kind != "Unigram":
                    continue
                begin = time.process_time()
                new = select(old, material[1], size=size, by=by).tokenizer
                assert mask(new.get_vocab().values(), size).all()
                report(kind, name, size, old, new, material, time.process_time() - begin)


if __name__ == "__main__":
    main()
