"""Parameter selection: which numbers of a network may change, with everything else held bit-identical."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Any, Self

import torch
from torch import Tensor
from torch.nn import Parameter
from torch.utils.hooks import RemovableHandle
from transformers import PreTrainedModel

from lect.artifacts.errors import LectError
from lect.models.families import vocabulary_tensors

Only = str | Iterable[str] | Mapping[str, Any]

_WORDS = ("all", "embeddings", "body")


class Selection:
    """The parameters, or rows of them, that may change; made by `select` and in force inside its `with` block.

    `chosen` maps the name of each selected parameter to (parameter, rows), rows being None where all of it is selected.
    """

    def __init__(self, network: PreTrainedModel, chosen: dict[str, tuple[Parameter, Tensor | None]]) -> None:
        self.network = network
        self.chosen = chosen
        self._trained_before: list[tuple[Parameter, bool]] = []
        self._frozen_rows: list[tuple[Parameter, Tensor, Tensor]] = []
        self._hooks: list[RemovableHandle] = []

    def parameters(self) -> list[Parameter]:
        """Return the parameters to give to the optimizer."""
        return [parameter for parameter, _ in self.chosen.values()]

    @property
    def count(self) -> int:
        """How many numbers may change, tied ones counted once."""
        return sum(p.numel() if rows is None else p[0].numel() * len(rows) for p, rows in self.chosen.values())

    def describe(self) -> str:
        """Return one line for logs and reports: how many parameters of how many, and where."""
        total = sum(parameter.numel() for parameter in self.network.parameters())
        parts = [name if rows is None else f"{name} ({len(rows):,} rows)" for name, (_, rows) in self.chosen.items()]
        where = ", ".join(parts[:3]) + (f" and {len(parts) - 3} more" if len(parts) > 3 else "")
        return f"{self.count:,} of {total:,} parameters ({self.count / total:.1%}): {where}"

    def __enter__(self) -> Self:
        """Freeze what is not selected: no gradient for parameters, zero gradient for rows of selected parameters."""
        if self._trained_before:
            raise LectError("this selection is already in force. Make a second one with select(network, only).")
        selected = {id(parameter) for parameter in self.parameters()}
        for parameter in self.network.parameters():
            self._trained_before.append((parameter, parameter.requires_grad))
            parameter.requires_grad_(id(parameter) in selected)
            parameter.grad = None  # a gradient left from before would still move a frozen parameter
        for parameter, rows in self.chosen.values():
            if rows is not None:
                self._hold(parameter, rows)
        return self

    def _hold(self, parameter: Parameter, rows: Tensor) -> None:
        frozen = torch.ones(len(parameter), dtype=torch.bool, device=parameter.device)
        frozen[rows.to(parameter.device)] = False
        index = frozen.nonzero().squeeze(1)
        self._frozen_rows.append((parameter, index, parameter.detach()[index].clone()))
        # Zero gradients keep frozen rows out of the gradient norm that clipping sees, and out of optimizer moments.
        self._hooks.append(
            parameter.register_hook(lambda gradient: gradient.index_fill(0, index.to(gradient.device), 0))
        )

    @torch.no_grad()
    def after_step(self) -> None:
        """Put frozen rows back, bit for bit; to be called after each optimizer step (weight decay moves them)."""
        # Follow a network that was moved to another device since.
        here = [(p, index.to(p.device), kept.to(p.device)) for p, index, kept in self._frozen_rows]
        for parameter, index, kept in here:
            parameter.index_copy_(0, index, kept)
        self._frozen_rows = here

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put frozen rows, `requires_grad` and hooks back as they were before the block."""
        self.after_step()
        for hook in self._hooks:
            hook.remove()
        for parameter, trained in self._trained_before:
            parameter.requires_grad_(trained)
        self._trained_before, self._frozen_rows, self._hooks = [], [], []


def select(network: PreTrainedModel, only: Only = "all") -> Selection:
    """Choose what may change in training; all else stays bit-identical through any optimizer, weight decay included.

    `only` is one of
        "all"                everything
        "embeddings"         all input rows, output rows and output biases of the vocabulary
        "body"               everything but these
        a path or a list     modules or parameters, `*` for any part: "model.layers.*.mlp"; words above are allowed too
        {path: rows}         rows (first dimension) of the parameters under a path; a path "rows" stands for the
                             vocabulary: {"rows": ids} lets the input rows, output rows and biases of these ids change
    Rows are indices or a boolean mask. A tied parameter is selected by any of its names and changes under all of them.

        with select(network, "embeddings") as chosen:
            optimizer = torch.optim.AdamW(chosen.parameters())
            ...
            optimizer.step(); chosen.after_step()
    """
    wanted = {only: None} if isinstance(only, str) else only if isinstance(only, Mapping) else dict.fromkeys(only)
    if not wanted:
        raise LectError('only= selects nothing. Expected "all", "embeddings", "body", paths, or {path: rows}.')
    names: dict[int, str] = {id(parameter): name for name, parameter in network.named_parameters()}
    chosen: dict[str, tuple[Parameter, Tensor | None]] = {}
    for path, values in wanted.items():
        for parameter in _parameters(network, path, by_row=values is not None):
            name = names[id(parameter)]
            rows = None if values is None else _indices(values, len(parameter), name)
            if name in chosen:
                earlier = chosen[name][1]
                rows = None if rows is None or earlier is None else torch.cat([rows, earlier]).unique()
            chosen[name] = (parameter, rows)
    return Selection(network, chosen)


def _parameters(network: PreTrainedModel, path: str, *, by_row: bool) -> Iterator[Parameter]:
    """Yield the trainable parameters that a word or a path stands for."""
    if by_row and path == "rows":
        path = "embeddings"
    if path in ("embeddings", "body"):
        vocabulary = {id(tensor) for _, tensor, _ in vocabulary_tensors(network)}
        found = [p for p in network.parameters() if (id(p) in vocabulary) == (path == "embeddings")]
    elif path == "all":
        found = list(network.parameters())
    else:
        found = [p for name, p in network.named_parameters(remove_duplicate=False) if _under(name, path)]
    if not found:
        candidates = [
            *_WORDS,
            *(n for n, _ in network.named_modules() if n),
            *(n for n, _ in network.named_parameters()),
        ]
        near = difflib.get_close_matches(path, candidates, n=4) or [name for name, _ in network.named_children()]
        raise LectError(
            f"only={path!r} names no parameter of {type(network).__name__}; near matches: {', '.join(near)}. "
            f"Expected one of {', '.join(_WORDS)}, or a path to a module or parameter, * standing for any one part."
        )
    yield from (parameter for parameter in found if parameter.is_floating_point())


def _under(name: str, pattern: str) -> bool:
    """Say whether the parameter `name` is at or below the dotted `pattern`, matched part by part."""
    parts, wanted = name.split("."), pattern.split(".")
    return len(parts) >= len(wanted) and all(fnmatchcase(part, want) for part, want in zip(parts, wanted, strict=False))


def _indices(values: Any, size: int, name: str) -> Tensor:
    """Return row numbers (indices or a boolean mask) as sorted unique int64, checked against the number of rows."""
    rows = torch.tensor(values.tolist() if hasattr(values, "tolist") else list(values))
    if rows.dtype == torch.bool and len(rows) == size:
        rows = rows.nonzero().squeeze(1)
    span = f", from {rows.min()} to {rows.max()}" if rows.numel() else ""
    if not span or rows.dtype != torch.int64 or rows.ndim != 1 or int(rows.min()) < 0 or int(rows.max()) >= size:
        raise LectError(
            f"rows of {name} must be at least one whole number from 0 to {size - 1}, or a boolean mask of length "
            f"{size}; found {rows.dtype} of shape {tuple(rows.shape)}{span}."
        )
    return rows.unique()
