"""Byte-pair vocabularies: over bytes, or over characters with bytes for the rare ones."""

import json

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from lect.artifacts.texts import Text
from lect.vocab.counting import pretokens
from lect.vocab.learners.alphabets import BYTE_TOKENS, SPECIALS, cover, expect_room, stretches

# Words keep their marks, joiners and inner apostrophes, which GPT-2's pattern cuts off (हिन्दी, п'ять).
_WORDS = r" ?[\p{L}\p{M}\x{200c}\x{200d}]+(?:['’ʼ][\p{L}\p{M}]+)*| ?\p{N}{1,3}| ?[^\s\p{L}\p{M}\p{N}]+|\s+(?!\S)|\s+"


def byte_level_bpe(source: Text, size: int) -> Tokenizer:
    """Learn merges of bytes inside words (Radford et al., 2019, with a pattern that fits all scripts)."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    expect_room(size, len(alphabet) + len(SPECIALS), "the 256 bytes and 5 special tokens")
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


def metaspace_bpe(source: Text, size: int) -> Tokenizer:
    """Learn merges of characters in words that start with ▁; characters beyond 99.95 % of the text become bytes.

    The tokens are those of SentencePiece's BPE as Llama 2 has them: 256 of <0xNN>, then characters, then merges.
    """
    backend = metaspace_tokenizer()
    words = pretokens(backend, source)
    covered = cover(words) | {"▁"}
    characters = sorted(character for character in covered if character.splitlines() == [character])
    fixed = [*SPECIALS, *BYTE_TOKENS, *characters]
    expect_room(size, len(fixed), f"5 special tokens, 256 bytes and the {len(characters)} characters of the text")
    # Named as special tokens, bytes and characters take their ids in this order.
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=fixed, show_progress=False)
    learned = Tokenizer(models.BPE())
    learned.train_from_iterator(sorted(stretches(words, covered).elements()), trainer)
    model = json.loads(learned.to_str())["model"]
    merges = [tuple(pair) for pair in model["merges"]]
    backend.model = models.BPE(model["vocab"], merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    backend.add_special_tokens(list(SPECIALS))
    return backend


def metaspace_tokenizer() -> Tokenizer:
    """Return a tokenizer without a vocabulary: NFC, words that start with ▁, bytes decoded."""
    backend = Tokenizer(models.BPE())
    backend.normalizer = normalizers.NFC()
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    backend.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace()])
    return backend
