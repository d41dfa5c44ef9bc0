"""Commands that train."""

from typing import Literal

from lect.commands.files import Files, paths
from lect.commands.terminal import say


def pretrain(
    *,
    text: Files,
    budget: str,
    out: str,
    family: Literal["encoder", "decoder"] = "decoder",
    size: str = "tiny",
    vocabulary: int = 16_000,
    tokenizer: Literal["bpe", "unigram", "wordpiece"] = "bpe",
    seed: int = 0,
) -> None:
    """Train a small language model from scratch: tokenizer, then network.

    Parameters
    ----------
    text
        Files, folders or globs of text: .txt, .jsonl, .parquet, .conllu, also .gz.
    budget
        How much text is seen: 20MB; or for how long: 10m, 2h.
    out
        The folder to write; running the same command again resumes.
    family
        decoder (GPT-like, predicts the next token) or encoder (BERT-like, predicts masked tokens).
    size
        tiny, mini, small or base.
    vocabulary
        How many tokens the tokenizer may have.
    tokenizer
        The kind of tokenizer to learn.
    seed
        Decides initial weights and the order of the text.
    """
    from lect.artifacts.texts import read
    from lect.train.scratch import pretrain_new

    model = pretrain_new(
        read(paths(text)),
        out,
        family=family,
        size=size,
        budget=budget,
        vocabulary=vocabulary,
        tokenizer=tokenizer,
        seed=seed,
    )
    say(
        f"{out}: a {size} {family} with {model.parameters / 1e6:.1f} million parameters and {len(model.tokenizer)} tokens"
    )
