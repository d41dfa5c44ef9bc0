"""The index of a corpus as it is read: small columns in memory, band keys and shingle sets from disk as they are needed."""

from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from lect.corpus.copies.indexes import COLUMNS, expect_setting
from lect.corpus.copies.settings import Setting
from lect.corpus.copies.words import Hashes

_OPEN = 200  # files held open at a time


class Index:
    """The documents of one or several indexed corpora, one after the other.

    Sets are read, not mapped, so that the memory a search takes is what it needs and not what the system leaves it.
    """

    def __init__(self, folders: Sequence[Path], setting: Setting) -> None:
        for folder in folders:
            expect_setting(folder, setting)
        self.parts = [part for folder in folders for part in sorted(folder.glob("part-*[0-9]"))]
        self.texts, self.lengths, self.names = (self._column(name) for name in ("texts", "lengths", "names"))
        ends = [np.load(part / "ends.npy") for part in self.parts]
        self.sizes = np.concatenate([np.zeros(0, np.int64), *(np.diff(end, prepend=0) for end in ends)])
        self._starts = np.concatenate([np.zeros(0, np.int64), *(end - np.diff(end, prepend=0) for end in ends)])
        self._firsts = np.cumsum([0, *map(len, ends)])
        self._totals = [int(end[-1]) if len(end) else 0 for end in ends]
        self._files: dict[int, tuple[IO[bytes], int]] = {}

    def __len__(self) -> int:
        return len(self.texts)

    def __enter__(self) -> "Index":
        return self

    def __exit__(self, *error: object) -> None:
        self._close()

    def band(self, number: int) -> Hashes:
        """Return the keys of one band [document]."""
        rows = (np.load(part / "keys.npy", mmap_mode="r")[number] for part in self.parts)
        return np.concatenate([np.zeros(0, np.uint64), *rows])

    def shingles(self, document: int) -> NDArray[np.uint32]:
        """Return the sorted shingle hashes of one document."""
        file, start = self._open(int(np.searchsorted(self._firsts, document, side="right")) - 1)
        file.seek(start + 4 * int(self._starts[document]))
        return np.frombuffer(file.read(4 * int(self.sizes[document])), dtype=np.uint32)

    def _open(self, part: int) -> tuple[IO[bytes], int]:
        """Return the file of a part's shingles and where they start, after the header."""
        if part not in self._files:
            if len(self._files) >= _OPEN:
                self._close()
            path = self.parts[part] / "shingles.npy"
            self._files[part] = path.open("rb", buffering=0), path.stat().st_size - 4 * self._totals[part]
        return self._files[part]

    def _close(self) -> None:
        for file, _ in self._files.values():
            file.close()
        self._files.clear()

    def _column(self, name: str) -> NDArray[Any]:
        empty = COLUMNS[name](Setting())
        return np.concatenate([empty, *(np.load(part / f"{name}.npy") for part in self.parts)])
