"""Optional dependencies, asked for where they are used."""

import importlib
from types import ModuleType

from lect.artifacts.errors import LectError


def need(module: str, *, extra: str, for_: str) -> ModuleType:
    """Import `module`, or say which extra of lect brings it.

    >>> need("json", extra="data", for_="reading JSON").__name__
    'json'
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise LectError(
            f"{for_} needs the package {module!r}, which is not installed. Run: pip install 'lect[{extra}]'"
        ) from error
