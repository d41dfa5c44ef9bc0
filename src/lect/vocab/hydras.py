"""Several vocabularies on one body: read with one, write with another (Hydra; Remy et al., 2024)."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from lect.artifacts.errors import LectError
from lect.artifacts.loading import load
from lect.artifacts.models import Model
from lect.artifacts.weights import INDEX, stored_tensors
from lect.models.families import vocabulary_tensors
from lect.vocab.replacing import replace as vocab_replace
from lect.vocab.starts.rows import mean_rows

_LIST, _BODY, _TABLES = "hydra.json", "body.safetensors", "vocabulary.safetensors"


@dataclass(frozen=True)
class Hydra:
    """Models that differ in their vocabularies alone; in memory and on disk their body exists once.

    >>> hydra = join_vocabularies({"eng": base, "fao": faroese})  # doctest: +SKIP
    >>> hydra.logits(ids, read="fao", write="eng").argmax(-1)  # doctest: +SKIP
    """

    models: dict[str, Model]

    def __getitem__(self, name: str) -> Model:
        """Return one of the models: an ordinary model whose body the others share."""
        if name not in self.models:
            raise LectError(f"there is no vocabulary {name!r}; this hydra has {', '.join(self.models)}")
        return self.models[name]

    def embed(self, segments: Sequence[tuple[str, str]]) -> Tensor:
        """Return the input embeddings [1, length, hidden] of (vocabulary, text) segments, each read with its own table.

        >>> hydra.embed([("eng", "Translate:"), ("fao", "Hetta er húsið."), ("eng", "English:")])  # doctest: +SKIP
        """
        parts = []
        for name, text in segments:
            ids = self[name].tokenizer(text, add_special_tokens=False, return_tensors="pt")["input_ids"]
            parts.append(self[name].network.get_input_embeddings()(ids))
        if not parts or not sum(part.shape[1] for part in parts):
            raise LectError("the segments hold no tokens; pass (vocabulary, text) pairs with text")
        return torch.cat(parts, dim=1)

    def logits(self, ids: Tensor, *, read: str, write: str) -> Tensor:
        """Return logits [batch, length, vocabulary of `write`] for ids [batch, length] of the vocabulary `read`."""
        with torch.no_grad():
            embedded = self[read].network.get_input_embeddings()(ids)
            return self[write].network(inputs_embeds=embedded).logits

    def generate(self, segments: Sequence[tuple[str, str]], *, write: str, tokens: int = 64) -> str:
        """Return the text that a decoder goes on with, token by most probable token, in the vocabulary `write`."""
        model, embedded = self[write], self.embed(segments)
        if model.kind != "decoder":
            raise LectError(f"only decoders generate; this is an {model.kind}. Use `logits`.")
        mask = torch.ones(embedded.shape[:2], dtype=torch.long)
        made = model.network.generate(
            inputs_embeds=embedded, attention_mask=mask, max_new_tokens=tokens, do_sample=False,
            pad_token_id=model.tokenizer.pad_token_id,
        )  # fmt: skip
        return str(model.tokenizer.decode(made[0], skip_special_tokens=True))

    def save(self, folder: str | Path) -> Path:
        """Write one ordinary model folder a vocabulary; the file of the body is one file under several names.

        Where the file system has no hard links the body is copied.
        """
        from safetensors.torch import save_file

        root = Path(folder)
        body: Path | None = None
        for name, model in self.models.items():
            place = model.save(root / name)
            tables = {tensor_name for tensor_name, _, _ in vocabulary_tensors(model.network)}
            stored = {key: _read(one) for key, one in stored_tensors(place).items()}
            for file in (*place.glob("*.safetensors"), place / INDEX):
                file.unlink(missing_ok=True)
            # A head may be stored under another name than the network's: whatever has as many rows belongs to the table.
            rows = model.network.get_input_embeddings().weight.shape[0]
            own = {key for key, value in stored.items() if key in tables or rows in value.shape}
            save_file({key: stored[key] for key in own}, place / _TABLES, {"format": "pt"})
            if body is None:
                body = place / _BODY
                save_file({key: stored[key] for key in stored.keys() - own}, body, {"format": "pt"})
            else:
                _link(body, place / _BODY)
            weight_map = {key: _TABLES if key in own else _BODY for key in sorted(stored)}
            size = sum(value.numel() * value.element_size() for value in stored.values())
            index = {"metadata": {"total_size": size}, "weight_map": weight_map}
            (place / INDEX).write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")
        (root / _LIST).write_text(json.dumps(list(self.models)) + "\n", encoding="utf-8")
        return root


def join_vocabularies(models: Mapping[str, Model]) -> Hydra:
    """Join models whose bodies are bit-equal (trained with `only="embeddings"`), so that the body is held once."""
    if not models:
        raise LectError("a hydra needs at least one model")
    first, *others = models
    base = models[first]
    joined = {first: base}
    shared = _body_tensors(base.network)
    for name in others:
        network = models[name].network
        own = _body_tensors(network)
        _expect_equal(first, shared, name, own)
        joined[name] = replace(models[name], held=_sharing(network, own, shared), name=name)
    return Hydra(joined)


def open_hydra(folder: str | Path) -> Hydra:
    """Open what `Hydra.save` wrote."""
    file = Path(folder) / _LIST
    if not file.is_file():
        raise LectError(f"{folder} has no {_LIST}: it is no hydra. Open one model with `lect.load`.")
    return join_vocabularies({name: load(Path(folder) / name) for name in json.loads(file.read_text(encoding="utf-8"))})


def plug(model: Model, other: Model) -> Model:
    """Return `model` with the vocabulary of `other`, tokenizer and trained rows: a body reads another language.

    MonoTrans (Artetxe et al., 2020): a body that learned a task with one vocabulary does it with another whose rows
    were learned against the same frozen body. Plugging the first vocabulary in again restores every output bit.

    >>> tagger_for_faroese = plug(icelandic_tagger, faroese)  # doctest: +SKIP
    """
    tables = {name: tensor for name, tensor, _ in vocabulary_tensors(other.network)}
    plugged = vocab_replace(model, other.tokenizer, rows=mean_rows)
    with torch.no_grad():
        for name, tensor, _ in vocabulary_tensors(plugged.network):
            if name not in tables or tables[name].shape != tensor.shape:
                raise LectError(
                    f"{other.name} has no tensor {name!r} of shape {tuple(tensor.shape)} to plug into {model.name}; "
                    "both must be models of one family and width"
                )
            tensor.copy_(tables[name])
    return replace(plugged, vocab_map=None, name=f"{model.name} with {other.name}")


def _body_tensors(network: Any) -> dict[str, Tensor]:
    tables = {id(tensor) for _, tensor, _ in vocabulary_tensors(network)}
    named = [*network.named_parameters(), *network.named_buffers()]
    return {name: tensor for name, tensor in named if id(tensor) not in tables}


def _expect_equal(first: str, shared: dict[str, Tensor], name: str, own: dict[str, Tensor]) -> None:
    same = shared.keys() == own.keys()
    differing = [key for key in shared if not torch.equal(shared[key], own[key])] if same else sorted(shared.keys() ^ own.keys())  # fmt: skip
    if differing:
        raise LectError(
            f"the bodies of {first!r} and {name!r} differ in {len(differing)} tensors (the first is {differing[0]}). "
            'Vocabularies share a body only if it was frozen: train with only="embeddings".'
        )


def _sharing(network: nn.Module, own: dict[str, Tensor], shared: dict[str, Tensor]) -> nn.Module:
    """Return a copy of the network that holds the shared tensors instead of its own."""
    import copy

    twins = {id(tensor): shared[name] for name, tensor in own.items()}
    return copy.deepcopy(network, twins)


def _read(stored: Any) -> Tensor:
    return torch.cat([block for _, block in stored.blocks()]).reshape(stored.shape)


def _link(body: Path, name: Path) -> None:
    try:
        os.link(body, name)
    except OSError:
        shutil.copyfile(body, name)
