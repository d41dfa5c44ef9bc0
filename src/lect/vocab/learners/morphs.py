"""Morphs of one language, found without labels: Morfessor Baseline on bytes, with a quicker search for splits."""

import math
import random
from collections import Counter
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from lect.artifacts.extras import need
from lect.artifacts.hooks import progress

_EPOCHS = 10
_ENOUGH = 0.005  # nats a word by which an epoch must lower the cost for another one to follow (Morfessor's default)


def learn_morphs(words: Mapping[bytes, int], *, limit: int = 4096, seed: int = 0) -> dict[bytes, float]:
    """Return the best `limit` morphs of two bytes or more of one language, with their shares of the model's cost.

    Morfessor Baseline (Virpioja et al., 2013) with bytes as atoms: words are split in two, again and again, where that
    lowers the description length of lexicon and corpus; after each of at most 10 epochs the weight of the corpus moves
    so that the lexicon nears `limit` morphs. Every distinct word counts once, as in `morfessor-train`. A morph's score
    is what it adds to the cost, divided by the sum over the language (MYTE, Limisiewicz et al., 2024, section 3.2).
    Ours: no split falls inside a UTF-8 character, for MYTE throws such morphs away.

    >>> sorted(learn_morphs({stem + end: 1 for stem in stems for end in (b"ur", b"ar", b"um")}))  # doctest: +SKIP
    [b'ar', b'fugl', b'hest', b'um', b'ur', ...]
    """
    model = _model(need_morfessor(), limit)
    # One character a byte: slices of strings are the quickest constructions that Morfessor takes.
    model.load_data(((times, word.decode("latin-1")) for word, times in sorted(words.items())), count_modifier=_once)
    _train(model, random.Random(seed))
    scores = {morph: _contribution(model, morph, count) for morph, count in model.get_constructions() if len(morph) > 1}
    best = sorted(scores, key=lambda morph: (-scores[morph], morph))[:limit]
    total = sum(scores[morph] for morph in best)
    return {morph.encode("latin-1"): scores[morph] / total for morph in best}


def need_morfessor() -> ModuleType:
    """Return Morfessor's model of words, or say how to install it."""
    return need("morfessor.baseline", extra="morph", for_="finding morphs (kind 'myte')")


def _once(times: int) -> int:
    return 1


def _train(model: Any, order: random.Random) -> None:
    """Do what `train_batch` does, with a shuffle of our own: Morfessor's draws from the global generator."""
    words = sorted(model.get_compounds())
    model._epoch_update(0)
    cost = model.get_cost()
    with progress("morphs", total=_EPOCHS, unit="epochs") as advance:
        for epoch in range(1, _EPOCHS + 1):
            order.shuffle(words)
            for word in words:
                model._recursive_optimize(word)
            moved, before, cost = model._epoch_update(epoch), cost, model.get_cost()
            advance(1)
            if not moved and cost >= before - _ENOUGH * len(words):
                break


def _contribution(model: Any, morph: str, count: int) -> float:
    whole = model.get_cost()
    model._modify_construction_count(morph, -count)
    rest = model.get_cost()
    model._modify_construction_count(morph, count)
    return float(whole - rest)


def _model(morfessor: ModuleType, limit: int) -> Any:
    """Return Morfessor's model with `_recursive_split` replaced: the same splits, priced without trying them out."""

    class Quick(morfessor.BaselineModel):  # type: ignore[name-defined]
        def _recursive_split(self, construction: str) -> list[str]:
            if len(construction) == 1:
                return [construction]
            own, count = self._remove(construction)
            where = best_split(self, construction, count)
            if not where:
                self._analyses[construction] = morfessor.ConstrNode(own, 0, ())
                self._modify_construction_count(construction, count)
                return [construction]
            self._analyses[construction] = morfessor.ConstrNode(own, count, where)
            parts = construction[:where], construction[where:]
            for part in parts:
                self._modify_construction_count(part, count)
            first = self._recursive_split(parts[0])
            return first + (first if parts[0] == parts[1] else self._recursive_split(parts[1]))

    model = Quick()
    model.set_corpus_weight_updater(morfessor.NumMorphCorpusWeight(limit))
    return model


def best_split(model: Any, construction: str, count: int) -> int:
    """Return where to split a construction that was just removed from the model, 0 for nowhere."""
    least, where = cost_with(model, (construction,), count), 0
    fresh: float | None = None
    for middle in range(1, len(construction)):
        if "\x80" <= construction[middle] < "\xc0":  # inside a character
            continue
        parts = construction[:middle], construction[middle:]
        if parts[0] in model._analyses or parts[1] in model._analyses or parts[0] == parts[1]:
            cost = cost_with(model, parts, count)
        else:  # two new morphs cost the same wherever the split is
            cost = fresh = cost_with(model, parts, count) if fresh is None else fresh
        if cost <= least:
            least, where = cost, middle
    return where


def cost_with(model: Any, parts: tuple[str, ...], count: int) -> float:
    """Return the cost of the model with `count` more of each part; the model is left as it was."""
    nodes = [model._analyses.get(part) for part in parts]
    if len(set(parts)) < len(parts) or any(node is not None and node.splitloc for node in nodes):
        return tried_cost(model, parts, count)
    new = [part for part, node in zip(parts, nodes, strict=True) if node is None]
    corpus, lexicon = model._corpus_coding, model._lexicon_coding
    saved = corpus.tokens, corpus.logtokensum, lexicon.tokens, lexicon.boundaries, lexicon.logtokensum
    corpus.tokens += len(parts) * count
    corpus.logtokensum += sum(_growth(0 if node is None else node.count, count) for node in nodes)
    lexicon.tokens += sum(map(len, new))
    lexicon.boundaries += len(new)
    lexicon.logtokensum += sum(_growth(lexicon.atoms[atom], more) for atom, more in Counter("".join(new)).items())
    cost = float(model.get_cost())
    corpus.tokens, corpus.logtokensum, lexicon.tokens, lexicon.boundaries, lexicon.logtokensum = saved
    return cost


def tried_cost(model: Any, parts: tuple[str, ...], count: int) -> float:
    """Return what `cost_with` does, by adding the parts and taking them away again, as Morfessor itself does."""
    for part in parts:
        model._modify_construction_count(part, count)
    cost = float(model.get_cost())
    for part in parts:
        model._modify_construction_count(part, -count)
    return cost


def _growth(times: int, more: int) -> float:
    """Return by how much n log n grows as n goes from `times` to `times + more`."""
    return (times + more) * math.log(times + more) - (times * math.log(times) if times else 0.0)
