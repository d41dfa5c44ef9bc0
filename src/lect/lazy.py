"""Lazy public lists: a package names what it offers, and a name is imported when it is first used."""

import importlib
from collections.abc import Callable
from typing import Any


def lazy(package: str, public: dict[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the `__getattr__` and `__dir__` of a package that offers `public` (name → module that holds it).

    A value that ends in `:` names a module to hand out whole. Nothing is imported before it is asked for, so that
    `import lect` stays under its 0.3 s.
    """

    def getattr_(name: str) -> Any:
        if name not in public:
            raise AttributeError(f"module {package!r} has no attribute {name!r}; it offers {', '.join(sorted(public))}")
        target = public[name]
        if target.endswith(":"):
            return importlib.import_module(target[:-1])
        return getattr(importlib.import_module(target), name)

    return getattr_, lambda: sorted(public)
