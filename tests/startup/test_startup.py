"""What starts lect loads nothing heavy; wall times are shown, not judged (benchmarks/startup.py publishes them)."""

import json
import subprocess
import sys
import time

import pytest

HEAVY = {
    "accelerate", "babel", "datasets", "huggingface_hub", "jinja2", "numpy", "pandas", "pyarrow", "safetensors",
    "scipy", "tokenizers", "torch", "transformers",
}  # fmt: skip
# cli.main may leave by SystemExit or return; either way the last line is ours.
CALL = """
import json, sys
{before}
print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})))
"""
COMMAND = """
from lect.cli import main
sys.argv = ["lect", {argument!r}]
try:
    main()
except SystemExit as end:
    if end.code:
        raise
"""


def loaded(before: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after `before`."""
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", CALL.format(before=before)], capture_output=True, text=True, check=False
    )
    print(f"{time.perf_counter() - begin:.2f} s")  # noqa: T201
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("import lect", id="import lect"),
        pytest.param(COMMAND.format(argument="--help"), id="lect --help"),
        pytest.param(COMMAND.format(argument="recipes"), id="lect recipes"),
    ],
)
def test_nothing_heavy_is_loaded_at_startup(before):
    modules = loaded(before)
    assert "lect" in modules
    assert modules & HEAVY == set()


def test_the_check_sees_a_heavy_module():
    assert "numpy" in loaded("import lect, numpy")


def test_main_runs_as_a_module():
    done = subprocess.run([sys.executable, "-m", "lect", "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "lect" in done.stdout
