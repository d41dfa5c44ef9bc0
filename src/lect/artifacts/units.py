"""Units: which neurons, heads or rows are meant, layer by layer."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lect.artifacts.errors import LectError


@dataclass(frozen=True)
class Units:
    """Indices of units: `indices[layer]` is a list of int; `site` says which units (`mlp`, `heads`, `embeddings`)."""

    indices: dict[int, list[int]]
    site: str = "mlp"
    notes: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(len(units) for units in self.indices.values())

    def save(self, folder: str | Path) -> Path:
        """Write `units.safetensors` (one int64 tensor a layer) and `units.json`; return the folder."""
        import numpy
        from safetensors.numpy import save_file

        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        save_file(
            {f"layer.{layer}": numpy.asarray(units, dtype=numpy.int64) for layer, units in self.indices.items()},
            path / "units.safetensors",
        )
        (path / "units.json").write_text(json.dumps({"site": self.site, "notes": self.notes}, indent=1))
        return path

    @classmethod
    def load(cls, folder: str | Path) -> "Units":
        """Read what `save` wrote."""
        from safetensors.numpy import load_file

        path = Path(folder)
        if not (path / "units.safetensors").is_file():
            raise LectError(f"{path} holds no units: expected units.safetensors and units.json")
        said = json.loads((path / "units.json").read_text())
        tensors = load_file(path / "units.safetensors")
        indices = {int(name.removeprefix("layer.")): tensor.tolist() for name, tensor in tensors.items()}
        return cls(dict(sorted(indices.items())), said["site"], said["notes"])
