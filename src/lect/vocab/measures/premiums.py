"""What the same content costs in each of many languages: premiums of a tokenizer over multi-parallel text."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.results import Score
from lect.artifacts.texts import read
from lect.vocab.chunking import chunked
from lect.vocab.measures.measuring import UNKNOWN_LIMIT, ratios, tally, tokenizer_of, words_of


@dataclass(frozen=True)
class Cost:
    """What one language costs; premiums are over the reference language."""

    language: str
    tokens: int
    """Of all sentences, joined by single spaces and encoded once."""
    premium: float | None
    """Ratio of `tokens`, as published (Petrov et al., 2023); None where more than a tenth of the tokens are unknown."""
    premium_of_sentences: float | None
    """Ratio of the sums over sentences that are encoded one by one."""
    premium_mean: float | None
    """Mean over sentences of the ratio of their tokens."""
    premium_spread: float | None
    """Its standard deviation over sentences."""
    bytes_premium: float
    """Ratio of the UTF-8 bytes of the joined text: the premium of a byte-level tokenizer such as ByT5's."""
    tokens_per_word: float
    tokens_per_character: float
    unknown: float
    """Share of tokens that are the unknown token."""
    length_p95: float
    """95 % of the sentences take at most so many tokens."""


@dataclass(frozen=True)
class Parity:
    """The costs of all languages, by language; `lengths` are the tokens of each sentence, int64 [sentence]."""

    reference: str
    costs: dict[str, Cost]
    lengths: dict[str, np.ndarray] = field(repr=False, compare=False)

    @property
    def worst(self) -> str:
        """The language that pays most, of those whose text the tokenizer can read."""
        return max(self._known(), key=lambda language: self.costs[language].tokens)

    @property
    def best(self) -> str:
        """The language that pays least."""
        return min(self._known(), key=lambda language: self.costs[language].tokens)

    @property
    def disparity(self) -> float:
        """Tokens of the worst over tokens of the best language: 1 is full parity."""
        return self.premium(self.worst, self.best)

    def premium(self, language: str, over: str | None = None) -> float:
        """Return how many times the tokens of `over` (the reference) the same content costs in `language`."""
        one, other = self._readable(language), self._readable(over or self.reference)
        return one.tokens / other.tokens

    def score(self, language: str, over: str | None = None) -> Score:
        """Return the premium over sentences as a score, each sentence an example: tokens here, tokens there."""
        sides = [self._readable(side).language for side in (language, over or self.reference)]
        examples = np.stack([self.lengths[side] for side in sides], axis=1).astype(np.float64)
        here, there = examples.sum(axis=0)
        ids = [str(number) for number in range(len(examples))]
        return Score(
            "premium",
            float(here / there),
            len(ids),
            examples,
            ids,
            columns=dict(zip(("of", "over"), sides, strict=True)),
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return the table as plain values, one row a language."""
        return [asdict(cost) for cost in self.costs.values()]

    def describe(self) -> str:
        """Return the table for a person, dearest language first."""
        ordered = sorted(self.costs.values(), key=lambda cost: (-(cost.premium or 0.0), cost.language))
        lines = [f"{'language':<12}{'premium':>9}{'bytes':>8}{'per word':>10}{'unknown':>9}{'p95':>7}"]
        for cost in ordered:
            premium = f"{cost.premium:.2f}" if cost.premium is not None else "–"
            lines.append(
                f"{cost.language:<12}{premium:>9}{cost.bytes_premium:>8.2f}{cost.tokens_per_word:>10.2f}"
                f"{cost.unknown:>9.1%}{cost.length_p95:>7.0f}"
            )
        return "\n".join(lines)

    def _known(self) -> list[str]:
        return [language for language, cost in self.costs.items() if cost.premium is not None]

    def _readable(self, language: str) -> Cost:
        if language not in self.costs:
            raise LectError(f"no text of {language!r} was measured; there are {', '.join(self.costs)}")
        cost = self.costs[language]
        if cost.premium is None:
            raise LectError(
                f"no premium for {language}: {cost.unknown:.0%} of its tokens are unknown, more than "
                f"{UNKNOWN_LIMIT:.0%}, and what is not read looks cheap"
            )
        return cost


def parity(tokenizer: Any, texts: Mapping[str, Any], *, reference: str = "eng") -> Parity:
    """Measure what the same sentences cost in many languages, with the tokenizer (or that of a model).

    premium(A) = |t(A)| / |t(reference)|, special tokens left out (Petrov et al., 2023, "Language Model Tokenizers
    Introduce Unfairness Between Languages", section 3): `premium` encodes all sentences joined by a single space at once,
    as the published tables do, `premium_of_sentences` adds up sentences encoded one by one, `premium_mean` averages the
    ratios of sentences. `texts` holds for each language its sentences, in one order for all; a list of strings is taken
    byte for byte, anything else is read as Text (Unicode NFC; one document is one sentence).

    >>> parity(model, {"eng": ["a house"], "fao": ["eitt hús"]}).premium("fao")  # doctest: +SKIP
    """
    tokenizer, sentences = tokenizer_of(tokenizer), read_parallel_texts(texts)
    name = reference_of(reference, sentences)
    found = {language: _count(tokenizer, strings) for language, strings in sentences.items()}
    if empty := [language for language, one in found.items() if not one["tokens"]]:
        raise LectError(f"the text of {', '.join(empty)} has no tokens; pass sentences that are not empty")
    if found[name]["unknown"] > UNKNOWN_LIMIT:
        raise LectError(
            f"{found[name]['unknown']:.0%} of the tokens of the reference, {name}, are unknown. Pass another reference."
        )
    costs = {language: _cost(language, one, found[name]) for language, one in found.items()}
    return Parity(name, costs, {language: one["lengths"] for language, one in found.items()})


def read_parallel_texts(texts: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the sentences of each language; they must be as many in all."""
    if not isinstance(texts, Mapping) or len(texts) < 2:
        raise LectError(
            "parallel texts are a dict of two languages or more to the same sentences, such as {'eng': […]}"
        )
    found = {language: _sentences(source) for language, source in texts.items()}
    sizes = {language: len(strings) for language, strings in found.items()}
    if len(set(sizes.values())) > 1 or not min(sizes.values()):
        said = ", ".join(f"{language} {size}" for language, size in sizes.items())
        raise LectError(f"parallel texts have the same sentences in every language; found {said} sentences")
    return found


def split_parallel(texts: Mapping[str, Any], heldout: float = 0.5) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return (seen, held out): the last share of the sentences is held out, the same ones in all languages."""
    if not 0 < heldout < 1:
        raise LectError(f"heldout must be a share between 0 and 1, not {heldout}")
    found = read_parallel_texts(texts)
    border = round((1 - heldout) * min(map(len, found.values())))
    return (
        {language: strings[:border] for language, strings in found.items()},
        {language: strings[border:] for language, strings in found.items()},
    )


def _sentences(source: Any) -> list[str]:
    if isinstance(source, list) and all(isinstance(item, str) for item in source):
        return source
    return list(read(source).strings())


def reference_of(said: str, texts: Mapping[str, Any]) -> str:
    """Return the language that is meant: the key itself, or the only one in this language (`eng` for `eng_Latn`)."""
    near = [said] if said in texts else [language for language in texts if language.startswith(f"{said}_")]
    if len(near) != 1:
        raise LectError(f"no text of the reference {said!r}; pass reference= one of {', '.join(texts)}")
    return near[0]


def _count(tokenizer: Any, strings: list[str]) -> dict[str, Any]:
    """Return what the sentences take one by one, and joined, which shares their words and is the last document."""
    joined = " ".join(strings)
    chunks = chunked(tokenizer, [*strings, joined])
    documents = chunks.sums(tally(tokenizer, chunks, words_of(chunks)[1]))
    tokens, words, unknown, characters, _ = documents[:-1].sum(axis=0).tolist()
    return {
        "lengths": documents[:-1, 0],
        "tokens": int(documents[-1, 0]),
        "bytes": len(joined.encode("utf-8", "surrogatepass")),
        "unknown": unknown / max(tokens, 1),
        "per_word": tokens / max(words, 1),
        "per_character": tokens / max(characters, 1),
    }


def _cost(language: str, one: dict[str, Any], base: dict[str, Any]) -> Cost:
    known = one["unknown"] <= UNKNOWN_LIMIT
    mean, spread = ratios(np.stack([one["lengths"], base["lengths"]], axis=1))
    return Cost(
        language,
        tokens=one["tokens"],
        premium=one["tokens"] / base["tokens"] if known else None,
        premium_of_sentences=float(one["lengths"].sum() / base["lengths"].sum()) if known else None,
        premium_mean=mean if known else None,
        premium_spread=spread if known else None,
        bytes_premium=one["bytes"] / base["bytes"],
        tokens_per_word=one["per_word"],
        tokens_per_character=one["per_character"],
        unknown=one["unknown"],
        length_p95=float(np.quantile(one["lengths"], 0.95)),
    )
