"""Fluency: how surprising the characters of a document are to a model of clean text in its language."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress
from lect.artifacts.texts import read
from lect.corpus.batching import group
from lect.corpus.grading.character_models import CharacterModel, learn_characters

Floats = np.ndarray
_FORMAT = 1
_AT_ONCE = 500_000  # characters
_AGAIN = 2  # shuffles of a document; with one, the AUC of short lines falls by 2 to 4 points


@dataclass(frozen=True)
class Fluency:
    """A model of characters, and how many bits a character the order of words saves in clean documents (`normal`)."""

    model: CharacterModel
    normal: float

    def measure(self, texts: Sequence[str]) -> dict[str, Floats]:
        """Return `bits_per_character`, `word_order` and `fluency` of each text, float64 [text].

        Bits say how strange the characters are; of documents in the language they tell the topic more than the fluency.
        So word order is measured against the document's own words: the bits that it costs more when the words of its
        lines are shuffled (twice, by a hash of the line). Fluency is word order over that of clean documents: 1 is
        normal, 0 is what word salad, lists, noise and other languages have. A single word has none to measure, and 0.
        """
        bits = self.bits(texts)
        shuffled = [self.bits([_shuffled(text, again) for text in texts]) for again in range(_AGAIN)]
        order = np.mean(shuffled, axis=0) - bits
        return {"bits_per_character": bits, "word_order": order, "fluency": order / self.normal}

    def rows(self, texts: Sequence[str]) -> Floats:
        """Return fluency, cut off at -1 and 2, as a feature for classifiers: float32 [text, 1]."""
        return np.clip(self.measure(texts)["fluency"], -1, 2).astype(np.float32)[:, None]

    def bits(self, texts: Sequence[str]) -> Floats:
        """Return the bits a character of each text costs on average, float64 [text]."""
        with progress("fluency", total=len(texts), unit="documents") as advance:
            found = [np.empty(0)]
            for batch in group(texts, len, _AT_ONCE):
                found.append(self.model.bits(batch))
                advance(len(batch))
        return np.concatenate(found)

    def save(self, folder: str | Path) -> Path:
        """Write the model into a folder: `fluency.safetensors` and `fluency.json`."""
        from safetensors.numpy import save_file

        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        save_file(self.model.arrays(), path / "fluency.safetensors")
        said = {"format": _FORMAT, "normal": self.normal}
        (path / "fluency.json").write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
        return path


def load_fluency(folder: str | Path) -> Fluency:
    """Read a model of fluency back.

    >>> load_fluency("fluency-fao").measure(["Góðan morgun"])["fluency"]  # doctest: +SKIP
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    path = Path(folder)
    try:
        said = json.loads((path / "fluency.json").read_text(encoding="utf-8"))
        model = CharacterModel.from_arrays(load_file(path / "fluency.safetensors"))
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise LectError(f"{folder} holds no model of fluency that can be read: {error}") from None
    if said.get("format") != _FORMAT:
        raise LectError(
            f"{folder} is of format {said.get('format')}; this version of lect reads {_FORMAT}. Learn it anew."
        )
    return Fluency(model, said["normal"])


def learn_fluency(text: Any, *, order: int = 7, least: int = 2, heldout: float = 0.05) -> Fluency:
    """Learn the fluency of a language from clean text in it; a re-making of HPLT's score from its description.

    The model is that of `learn_characters`; `heldout` (0–1) of the documents, decided by their hash, say what is normal.
    HPLT's score is the cost alone, against a model of noisy text; here each document is its own noisy text (ours).

    >>> fluency = learn_fluency(["Góðan morgun, øll somul!", "Góða nátt!"] * 3, heldout=0.5)
    >>> bool(fluency.measure(["Góðan morgun, øll"])["fluency"][0] > fluency.measure(["øll Góðan morgun,"])["fluency"][0])
    True
    """
    seen, kept = read(text).split(heldout=heldout)
    known = list(seen.strings())
    tried = [one for one in kept.strings() if one.strip()] or known[:1000]
    if not known:
        raise LectError("all of the text was held out; pass more text, or a smaller heldout")
    fluency = Fluency(learn_characters(known, order=order, least=least), 1.0)
    normal = float(np.median(fluency.measure(tried)["word_order"]))
    if normal <= 0:
        raise LectError(
            "shuffled words cost no more bits than the text itself, so nothing was learned; pass more text, at least "
            "some 100 kilobytes, in whole sentences"
        )
    return replace(fluency, normal=normal)


def _shuffled(text: str, again: int) -> str:
    """Return the text with the words of each line in an order that a hash of the line decides."""
    lines = [line.split() for line in text.splitlines()]
    return "\n".join(" ".join(Random(f"{again}|{line}").sample(line, len(line))) for line in lines)
