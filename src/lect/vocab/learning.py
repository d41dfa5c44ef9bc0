"""A tokenizer learned from text."""

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from string import ascii_letters, digits, punctuation
from typing import Any

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from lect.artifacts.errors import LectError
from lect.artifacts.texts import Text, read
from lect.vocab.counting import pretokens
from lect.vocab.surfaces import isolated
from lect.vocab.unigrams import learn_pieces

SPECIALS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
"""Ids 0 to 4 of every learned tokenizer, in RoBERTa's order: RoBERTa counts positions from the padding id."""
BYTE_TOKENS = tuple(f"<0x{byte:02X}>" for byte in range(256))
_COVERAGE = 0.9995  # share of characters that get a token of their own; the rest are bytes (SentencePiece's default)
_ALWAYS = set(ascii_letters + digits + punctuation + "–—…‘’‚“”„«»")  # known to WordPiece, whatever the text
# Words keep their marks, joiners and inner apostrophes, which GPT-2's pattern cuts off (हिन्दी, п'ять).
_WORDS = r" ?[\p{L}\p{M}\x{200c}\x{200d}]+(?:['’ʼ][\p{L}\p{M}]+)*| ?\p{N}{1,3}| ?[^\s\p{L}\p{M}\p{N}]+|\s+(?!\S)|\s+"


def learn(text: Any, *, kind: str = "bpe", size: int = 16_000, for_: str = "decoder") -> PreTrainedTokenizerFast:
    """Learn a tokenizer of exactly `size` tokens from a text.

    `kind`: "bpe" (byte-level, nothing is unknown, every text comes back byte for byte in NFC), "unigram" (▁ marks
    words, rare characters fall back to bytes) or "wordpiece" (## continues words, every character of the text is
    covered). Case is kept. `for_`: an "encoder" frames a text as <s> … </s>, a "decoder" adds nothing; `replace` takes
    over the frame of the old tokenizer. All kinds have the same special tokens, ids 0 to 4: <s> (bos, cls), <pad>, </s>
    (eos, sep), <unk>, <mask>.

    >>> learn(["hús og heim"] * 9, kind="bpe", size=265).tokenize("hús")  # doctest: +SKIP
    ['h', 'Ãº', 's']
    """
    if kind not in _KINDS:
        raise LectError(f"kind must be one of {', '.join(_KINDS)}, not {kind!r}")
    if for_ not in ("encoder", "decoder"):
        raise LectError(f"for_ must be 'encoder' or 'decoder', not {for_!r}")
    source = read(text)
    backend = _KINDS[kind](source, size)
    if for_ == "encoder":
        backend.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
        )
    if (actual := backend.get_vocab_size()) != size:
        raise LectError(
            f"the text supports a {kind} vocabulary of {actual} tokens, not {size}. "
            f"Pass size={actual}, or give more text."
        )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        **dict(zip(("bos_token", "pad_token", "eos_token", "unk_token", "mask_token"), SPECIALS, strict=True)),
        cls_token="<s>",
        sep_token="</s>",
        model_input_names=["input_ids", "attention_mask"],
        clean_up_tokenization_spaces=False,
    )
    _expect_same_after_saving(tokenizer, source)
    return tokenizer


def _bpe(source: Text, size: int) -> Tokenizer:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    _expect_room(size, len(alphabet) + len(SPECIALS), "the 256 bytes and 5 special tokens")
    backend = Tokenizer(models.BPE())
    backend.normalizer = normalizers.NFC()
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_WORDS), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    backend.decoder = decoders.ByteLevel()
    backend.post_processor = processors.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=list(SPECIALS), initial_alphabet=alphabet, show_progress=False
    )
    backend.train_from_iterator(source.strings(), trainer)
    return backend


def _unigram(source: Text, size: int) -> Tokenizer:
    backend = Tokenizer(models.Unigram())
    backend.normalizer = normalizers.NFC()
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    backend.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace()])
    words = pretokens(backend, source)
    covered = cover(words) | {"▁"}
    fixed = len(SPECIALS) + len(BYTE_TOKENS)
    _expect_room(
        size, fixed + len(covered), f"5 special tokens, 256 bytes and the {len(covered)} characters of the text"
    )
    scores = learn_pieces(_without_rare(words, covered), size - fixed)
    ordered = sorted(
        ((token, round(score, 6)) for token, score in scores.items()), key=lambda item: (-item[1], item[0])
    )
    lowest = ordered[-1][1] - 10.0  # a byte is worse than any piece
    pieces = [*((token, 0.0) for token in SPECIALS), *((token, lowest) for token in BYTE_TOKENS), *ordered]
    backend.model = models.Unigram(pieces, unk_id=SPECIALS.index("<unk>"), byte_fallback=True)
    backend.add_special_tokens(list(SPECIALS))
    return backend


def _wordpiece(source: Text, size: int) -> Tokenizer:
    backend = Tokenizer(models.WordPiece(unk_token="<unk>"))
    backend.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.BertNormalizer(lowercase=False, strip_accents=False)]
    )
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.decoder = decoders.WordPiece(prefix="##", cleanup=False)
    backend.model = models.WordPiece(learn_wordpieces(backend, source, size, SPECIALS), unk_token="<unk>")
    backend.add_special_tokens(list(SPECIALS))
    return backend


def learn_wordpieces(
    backend: Tokenizer, source: Text, size: int, specials: Sequence[str], prefix: str = "##"
) -> dict[str, int]:
    """Return token → id of a WordPiece vocabulary: special tokens, characters, merged pieces.

    Every letter of the text in both cases, and of ASCII, has a token at the start and one inside of words.
    """
    words = pretokens(backend, source)
    seen = {character for word in words for character in word} | _ALWAYS
    seen |= {other for character in seen for other in (character.upper(), character.lower()) if len(other) == 1}
    alphabet = [*sorted(seen), *(prefix + character for character in sorted(seen) if not isolated(character))]
    _expect_room(
        size,
        len(specials) + len(alphabet),
        f"the special tokens and {len(alphabet)} characters, at the start and inside of words",
    )
    # Named as special tokens, characters take their ids in this order; the trainer's own would be that of a hash.
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=[*specials, *alphabet], continuing_subword_prefix=prefix, show_progress=False
    )
    learned = Tokenizer(models.WordPiece(unk_token=specials[0]))
    if backend.normalizer is not None:
        learned.normalizer = backend.normalizer
    if backend.pre_tokenizer is not None:
        learned.pre_tokenizer = backend.pre_tokenizer
    learned.train_from_iterator(source.strings(), trainer)
    return learned.get_vocab()


_KINDS: dict[str, Callable[[Text, int], Tokenizer]] = {"bpe": _bpe, "unigram": _unigram, "wordpiece": _wordpiece}


def cover(words: Mapping[str, int]) -> set[str]:
    """Return the most frequent characters of the words that make up all but 0.05 % of them."""
    counts: Counter[str] = Counter()
    for word, times in words.items():
        for character in word:
            counts[character] += times
    wanted, covered = _COVERAGE * sum(counts.values()), set()
    for character, times in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if wanted <= 0:
            break
        covered.add(character)
        wanted -= times
    return covered


def _without_rare(words: Mapping[str, int], covered: set[str]) -> Counter[str]:
    """Return the stretches of covered characters; line breaks, too, are left to bytes."""
    parts: Counter[str] = Counter()
    for word, times in words.items():
        for stretch in "".join(character if character in covered else "\n" for character in word).splitlines():
            parts[stretch] += times
    parts.pop("", None)
    return parts


def _expect_room(size: int, least: int, what: str) -> None:
    if size < least:
        raise LectError(f"size={size} has no room for {what}. The smallest size for this text is {least}.")


def _expect_same_after_saving(tokenizer: PreTrainedTokenizerFast, source: Text) -> None:
    sample = [string for string, _ in zip(source.strings(), range(50), strict=False)]
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.save_pretrained(folder)
        again = AutoTokenizer.from_pretrained(folder)
    if again(sample)["input_ids"] != tokenizer(sample)["input_ids"] or again.get_vocab() != tokenizer.get_vocab():
        raise LectError(
            "the learned tokenizer reads the text differently after it was saved. Please report this with the text."
        )
