"""Vocabularies that are nothing but bytes: no text is needed to make them."""

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from lect.artifacts.errors import LectError
from lect.vocab.surfaces import CHARACTER_OF

SPECIALS = ("<pad>", "</s>", "<unk>")
"""Ids 0 to 2; byte b is b + 3, and the sentinels of span corruption follow from 259 on."""
SENTINELS = 125  # as many as transformers gives ByT5, for 384 ids in all
_FIRST = len(SPECIALS) + 256
_LAST = 512


def byte_tokenizer(sentinels: int = SENTINELS, *, for_: str = "decoder") -> PreTrainedTokenizerFast:
    """Return a fast tokenizer with the ids of ByT5: <pad> 0, </s> 1, <unk> 2, byte b at b + 3, <extra_id_n> at 259 + n.

    Any string comes back byte for byte (Xue et al., 2022). Sentinels count up, as in `transformers.ByT5Tokenizer`; the
    checkpoints that Google released count down from 258 instead, onto bytes. For an "encoder" (or seq2seq) a text ends
    with </s>, which gives exactly the ids of `ByT5Tokenizer`, but for a text that ends with the string "</s>" itself:
    there, ByT5 adds none; and <extra_id_0> is also its mask. Special tokens are found in a text as ByT5 finds them.

    >>> byte_tokenizer()("Tó")["input_ids"]
    [87, 198, 182]
    """
    special = [
        *(AddedToken(token, lstrip=True, rstrip=True, normalized=False, special=True) for token in SPECIALS),
        *(AddedToken(f"<extra_id_{index}>", normalized=False, special=True) for index in range(sentinels)),
    ]
    names = [*SPECIALS, *(CHARACTER_OF[byte] for byte in range(256)), *map(str, special[len(SPECIALS) :])]
    backend = Tokenizer(models.BPE({token: index for index, token in enumerate(names)}, []))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens(special)
    if for_ == "encoder":
        backend.post_processor = processors.TemplateProcessing(
            single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", SPECIALS.index("</s>"))]
        )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        **dict(zip(("pad_token", "eos_token", "unk_token"), special, strict=False)),
        **({"mask_token": special[len(SPECIALS)]} if for_ == "encoder" and sentinels else {}),
        model_input_names=["input_ids", "attention_mask"],
        clean_up_tokenization_spaces=False,
    )


def sentinels_for(size: int | None) -> int:
    """Return how many sentinels fill a byte vocabulary up to `size` ids: 125 where no size is asked for."""
    if size is None:
        return SENTINELS
    if not _FIRST <= size <= _LAST:
        raise LectError(
            f"bytes need {_FIRST} ids (3 special tokens, 256 bytes), and more are sentinels; size={size} is not between "
            f"{_FIRST} and {_LAST}. Leave it out for ByT5's {_FIRST + SENTINELS}."
        )
    return size - _FIRST
