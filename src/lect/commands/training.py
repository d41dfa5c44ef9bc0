"""Commands that train."""

from typing import Literal

from lect.commands.files import Files, paths
from lect.commands.terminal import say


def pretrain(
    *,
    text: Files,
    budget: str,
    out: str,
    family: Literal["encoder", "decoder", "seq2seq"] = "decoder",
    size: str = "tiny",
    vocabulary: int | None = None,
    tokenizer: Literal["bpe", "unigram", "wordpiece", "bytes"] = "bpe",
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
        decoder (GPT-like, predicts the next token), encoder (BERT-like, predicts masked tokens) or seq2seq (T5-like,
        predicts what hides behind sentinels).
    size
        tiny, mini, small or base.
    vocabulary
        How many tokens the tokenizer has: 16,000 unless said otherwise, 384 of bytes.
    tokenizer
        The kind of tokenizer to learn; bytes needs no learning.
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
