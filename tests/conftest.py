"""What all tests share: quiet workers, and the two things that a machine may lack, real data and a browser."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Read when torch, tokenizers and the hub client are first imported, which no conftest does. Subprocesses inherit them.
os.environ["OMP_NUM_THREADS"] = "1"  # two workers on two cores: a second thread each would only fight for them
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["HF_HUB_OFFLINE"] = "1"  # no test may need the network
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real data; a test that asks for it is to be marked `real`."""
    folder = Path(os.environ.get("LECT_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"real data: no folder {folder}; set LECT_SHARED_DATA to it")
    return folder


@pytest.fixture(scope="session")
def browser() -> str:
    """Path of a Chromium; a test that asks for it is to be marked `browser`."""
    path = os.environ.get("LECT_BROWSER", "")
    if not path:
        pytest.skip("browser: LECT_BROWSER is not set; set it to the path of a chromium")
    if not Path(path).is_file():
        pytest.fail(f"LECT_BROWSER names {path}, which is not a file; set it to the path of a chromium, or unset it")
    return path


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Hold the marks to the fixtures: who asks for real data or a browser gets the mark, and cannot forget it."""
    for item in items:
        for fixture, mark in (("shared_data", "real"), ("browser", "browser")):
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)
