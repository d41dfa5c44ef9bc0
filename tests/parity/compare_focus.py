"""FOCUS rows of deepfocus 1.0.1 beside ours, on the same vectors: `python -m tests.parity.compare_focus --peer PYTHON`.

PYTHON is the interpreter of an environment with deepfocus. Prints how far apart the rows are, and the constants that
tests/unit/vocab/starts/test_similarities.py holds.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

TOKENS = 8
CODE = """
import sys
import deepfocus.focus, numpy, torch
from transformers import AutoTokenizer
given = numpy.load("given.npz")
vectors = dict(zip(given["words"].tolist(), given["vectors"]))
deepfocus.focus.load_target_token_embedding = lambda **_: vectors
old, new = (AutoTokenizer.from_pretrained(name) for name in ("old", "new"))
matrix = torch.from_numpy(given["matrix"])
numpy.save("rows.npy", deepfocus.focus.FOCUS(new, old, matrix, fasttext_model_path="given", verbosity="silent").numpy())
"""


def peer_rows(python, old, new, vectors, matrix):
    """Return the rows that deepfocus makes, run by another interpreter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        old.save_pretrained(folder / "old")
        new.save_pretrained(folder / "new")
        np.savez(folder / "given.npz", words=vectors.words, vectors=vectors.matrix, matrix=matrix)
        subprocess.run([python, "-c", CODE], cwd=folder, check=True, stderr=subprocess.DEVNULL)
        return np.load(folder / "rows.npy")


def main():
    """Compare and print."""
    from tests.unit.vocab.starts.test_similarities import small_world

    from lect.artifacts.models import Model
    from lect.vocab.starts.similarities import focus_rows

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", help="interpreter of an environment with deepfocus 1.0.1")
    python = parser.parse_args().peer
    if python is None:
        sys.exit("deepfocus was not run: give the interpreter of an environment that has it with --peer")
    old, new, vectors, matrix = small_world()
    theirs = peer_rows(python, old, new, vectors, matrix)
    built = focus_rows(vectors)(Model(None, old), new)
    ours = built.weights @ matrix
    copied = np.array(built.reasons) == "copied"
    mixed = np.flatnonzero(~copied & ~built.drawn)
    names = new.convert_ids_to_tokens(mixed.tolist())
    held = range(0, len(mixed), len(mixed) // TOKENS)
    lines = [
        f"{copied.sum()} copied rows, bit-equal: {np.array_equal(ours[copied].astype(np.float32), theirs[copied])}",
        f"{len(mixed)} combined rows, largest difference {np.abs(ours[mixed] - theirs[mixed]).max():.1e}",
        "PEER = {",
        *(f'    "{names[place]}": {[round(float(value), 6) for value in theirs[mixed[place]]]},' for place in held),
        "}\n",
    ]
    sys.stdout.write("\n".join(lines))


if __name__ == "__main__":
    main()
