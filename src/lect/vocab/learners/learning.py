"""A tokenizer learned from text."""

from collections.abc import Callable, Sequence
from string import ascii_letters, digits, punctuation
from typing import Any

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from lect.artifacts.errors import LectError
from lect.artifacts.texts import Text, read
from lect.vocab.checks.releasing import expect_release
from lect.vocab.counting import pretokens
from lect.vocab.learners.alphabets import BYTE_TOKENS, SPECIALS, cover, expect_room, stretches
from lect.vocab.learners.byte_pairs import byte_level_bpe, metaspace_bpe, metaspace_tokenizer
from lect.vocab.learners.byte_vocabularies import byte_tokenizer, sentinels_for
from lect.vocab.learners.morpheme_bytes import morpheme_tokenizer
from lect.vocab.learners.unigrams import learn_pieces, lift_pieces
from lect.vocab.surfaces import isolated

SIZE = 16_000  # tokens, where nothing else is asked for
_ALWAYS = set(ascii_letters + digits + punctuation + "–—…‘’‚“”„«»")  # known to WordPiece, whatever the text


def learn(text: Any = None, *, kind: str = "bpe", size: int | None = None, for_: str = "decoder") -> Any:
    """Learn a tokenizer of exactly `size` tokens (16,000) from a text.

    | kind | tokens | what comes back |
    |---|---|---|
    | "bpe" | merges of bytes in words, GPT-2's alphabet | every text in NFC |
    | "metaspace-bpe" | merges of characters, ▁ marks words, rare characters are bytes (Llama 2) | the same, but one leading space, and ▁ as a space |
    | "unigram" | pieces by likelihood (Kudo, 2018), ▁ and bytes | the same |
    | "wordpiece" | ## continues words; every character of the text is covered | words |
    | "bytes" | ByT5's ids and 125 sentinels; needs no text (`byte_tokenizer`) | every text |
    | "myte" | bytes, with codes for morphs of each `language` of the text (`byte_maps`); needs lect[morph] | every text |

    Case is kept. `for_`: an "encoder" frames a text as <s> … </s>, a "decoder" adds nothing; `replace` takes over the
    frame of the old tokenizer. All kinds but the last two have the same special tokens, ids 0 to 4: <s> (bos, cls),
    <pad>, </s> (eos, sep), <unk>, <mask>. The last two have <pad> 0, </s> 1, <unk> 2, as many sentinels as `size` leaves
    room for (384 ids: 125), and end a text with </s> for an encoder; MyT5's tokenizer does so for a decoder, too.
    Every tokenizer passes `release_check` before it is returned.

    >>> learn(["hús og heim"] * 9, kind="bpe", size=265).tokenize("hús")  # doctest: +SKIP
    ['h', 'Ãº', 's']
    """
    if kind not in KINDS:
        raise LectError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
    if for_ not in ("encoder", "decoder"):
        raise LectError(f"for_ must be 'encoder' or 'decoder', not {for_!r}")
    source = None if text is None else read(text)
    if kind == "bytes":
        tokenizer = byte_tokenizer(sentinels_for(size), for_=for_)
    elif source is None:
        raise LectError(f"kind={kind!r} is learned from text; pass one. Only kind='bytes' needs none.")
    elif kind == "myte":
        tokenizer = morpheme_tokenizer(source, sentinels_for(size))
    else:
        tokenizer = _subwords(source, kind, SIZE if size is None else size, for_)
    expect_release(tokenizer, source)
    return tokenizer


def _subwords(source: Text, kind: str, size: int, for_: str) -> PreTrainedTokenizerFast:
    backend = _SUBWORDS[kind](source, size)
    if for_ == "encoder":
        backend.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
        )
    if (actual := backend.get_vocab_size()) != size:
        raise LectError(
            f"the text supports a {kind} vocabulary of {actual} tokens, not {size}. "
            f"Pass size={actual}, or give more text."
        )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        **dict(zip(("bos_token", "pad_token", "eos_token", "unk_token", "mask_token"), SPECIALS, strict=True)),
        cls_token="<s>",
        sep_token="</s>",
        model_input_names=["input_ids", "attention_mask"],
        clean_up_tokenization_spaces=False,
    )


def _unigram(source: Text, size: int) -> Tokenizer:
    backend = metaspace_tokenizer()
    words = pretokens(backend, source)
    covered = cover(words) | {"▁"}
    fixed = len(SPECIALS) + len(BYTE_TOKENS)
    expect_room(
        size, fixed + len(covered), f"5 special tokens, 256 bytes and the {len(covered)} characters of the text"
    )
    scores = lift_pieces(learn_pieces(stretches(words, covered), size - fixed))
    ordered = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
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
    expect_room(
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


_SUBWORDS: dict[str, Callable[[Text, int], Tokenizer]] = {
    "bpe": byte_level_bpe,
    "metaspace-bpe": metaspace_bpe,
    "unigram": _unigram,
    "wordpiece": _wordpiece,
}
KINDS = (*_SUBWORDS, "bytes", "myte")
"""What `learn` can learn."""
