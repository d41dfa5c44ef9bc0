"""Models that stay on disk until their weights are needed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from lect.artifacts.errors import LectError
from lect.artifacts.loading import load, load_history, load_network, load_tokenizer, network_class
from lect.artifacts.models import Deferred, Model, preflight, quiet
from lect.artifacts.weights import INDEX, Stored, copy_changed, stored_tensors
from lect.models.families import family, vocabulary_tensors


def open_model(source: Any) -> Model:
    """Open a model folder without reading its weights: they are read when `network` is asked for, and then as a whole.

    Changing and saving the vocabulary of such a model (`vocab.trim`, `extend`, `replace`) reads the tensors with a
    vocabulary dimension only, and copies all others as bytes. What is not a folder with safetensors is loaded.

    >>> vocab.trim(open_model("xlm-roberta-base"), text, size=20_000).save("xlm-r-fo")  # doctest: +SKIP
    """
    folder = Path(str(source))
    if isinstance(source, Model) or not any((folder / name).is_file() for name in ("model.safetensors", INDEX)):
        return load(source)
    tokenizer = load_tokenizer(str(folder))
    skeleton = _skeleton(folder)
    _expect_numbers(folder, stored_vocabulary(folder, skeleton))
    held = Deferred(
        skeleton=skeleton,
        build=lambda: load_network(str(folder)),
        write=lambda out: _copy(folder, skeleton, out),
        folder=folder,
    )
    model = Model(held, tokenizer, name=folder.name, history=load_history(folder), folder=str(folder))
    preflight(model)
    return model


def stored_vocabulary(folder: Path, skeleton: Any) -> dict[str, tuple[Stored, int]]:
    """Return name on disk → (tensor, vocabulary axis) of all tensors with a vocabulary dimension; refuse unknown ones."""
    axes = {id(tensor): axis for _, tensor, axis in vocabulary_tensors(skeleton)}
    rows = skeleton.get_input_embeddings().weight.shape[0]
    named, renamed = dict(_named(skeleton)), dict(family(skeleton).stored)
    found: dict[str, tuple[Stored, int]] = {}
    for name, stored in stored_tensors(folder).items():
        known = renamed.get(name, name)
        tensor = named.get(known, named.get(f"{skeleton.base_model_prefix}.{known}"))
        if tensor is not None and id(tensor) in axes:
            if tuple(tensor.shape) != stored.shape:
                raise LectError(
                    f"{folder}: tensor {name!r} is {stored.shape}, but config.json says {tuple(tensor.shape)}. "
                    "Configuration and weights belong to different models; put those together that belong together."
                )
            found[name] = (stored, axes[id(tensor)])
        elif tensor is None and rows in stored.shape:
            raise LectError(
                f"{folder} has a tensor {name!r} of shape {stored.shape} with a vocabulary dimension ({rows}) that "
                f"{type(skeleton).__name__} does not know, so it cannot be kept true. Remove it from the checkpoint, or "
                "load the model with `lect.load` and save it again, which leaves such tensors out."
            )
    return found


def write_settings(skeleton: Any, out: Path) -> None:
    """Write config.json and, where the network generates, generation_config.json."""
    skeleton.config.save_pretrained(out)
    if skeleton.can_generate() and skeleton.generation_config is not None:
        skeleton.generation_config.save_pretrained(out)


def _skeleton(folder: Path) -> Any:
    """Return the network of a folder on the meta device, with its configurations."""
    from transformers import GenerationConfig

    cls, config = network_class(str(folder))
    with quiet(), torch.device("meta"):
        skeleton = cls(config)
        skeleton.tie_weights()
    if (folder / "generation_config.json").is_file():
        skeleton.generation_config = GenerationConfig.from_pretrained(folder)
    return skeleton.eval()


def _named(skeleton: Any) -> Iterator[tuple[str, Any]]:
    yield from skeleton.named_parameters(remove_duplicate=False)
    yield from skeleton.named_buffers(remove_duplicate=False)


def _expect_numbers(folder: Path, stored: dict[str, tuple[Stored, int]]) -> None:
    for name, (tensor, _) in stored.items():
        for first, block in tensor.blocks():
            # One NaN or infinite value makes the sum so; only then is each value looked at.
            if block.ndim > 1 and not block.sum().isfinite() and not block.isfinite().all():
                row = first + int((~block.isfinite().reshape(len(block), -1).all(1)).nonzero()[0])
                raise LectError(
                    f"{folder} has NaN or infinite values in {name!r} (row {row}): it was broken in training or in "
                    "conversion. Use an earlier checkpoint, or fetch it again."
                )


def _copy(folder: Path, skeleton: Any, out: Path) -> None:
    copy_changed(folder, out, {})
    write_settings(skeleton, out)
