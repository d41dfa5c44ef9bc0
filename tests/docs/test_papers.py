"""papers.bib holds what is cited: each key once, with what finds the paper again, and the paper of every recipe."""

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENTRY = re.compile(r"^@(\w+)\{([^,\s]+),\n(.*?)^\}$", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"^\s*(\w+)\s*= \{", re.MULTILINE)


def entries() -> list[tuple[str, str]]:
    """Return (key, fields as written) of every entry of papers.bib."""
    return [(key, body) for _, key, body in ENTRY.findall((ROOT / "papers.bib").read_text(encoding="utf-8"))]


def cited() -> dict[str, str]:
    """Return recipe file → key in its CARD, read without importing the file."""
    found = {}
    for path in sorted((ROOT / "src/lect/recipes").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CARD":
                found[path.name] = ast.literal_eval(node.value)["cite"]
    return found


def test_every_entry_can_be_found_again():
    text = (ROOT / "papers.bib").read_text(encoding="utf-8")
    found = entries()
    assert len(found) == text.count("\n@") >= 13
    assert [key for key, times in Counter(key for key, _ in found).items() if times > 1] == []
    for key, body in found:
        assert {"title", "author", "year"} <= set(FIELD.findall(body)), key
        assert re.fullmatch(r"[a-z]+\d{4}[a-z]+", key), key
        assert re.search(r"year\s*= \{" + re.search(r"\d{4}", key).group(), body), key


def test_every_recipe_cites_a_paper_of_the_list():
    keys, recipes = {key for key, _ in entries()}, cited()
    assert recipes
    assert {name: key for name, key in recipes.items() if key not in keys} == {}
