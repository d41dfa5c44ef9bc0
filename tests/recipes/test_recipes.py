"""Recipes: the form of each page, and each at smoke scale on the embedded world."""

import ast
import json
import math
import sys
from pathlib import Path

import pytest

from lect.artifacts.errors import LectError
from lect.recipes.advising import write_methods
from lect.recipes.catalog import find_recipe, list_cards, write_index
from lect.recipes.running import run_recipe

ROOT = Path(__file__).resolve().parents[2]
CARDS = list_cards()


def test_there_are_as_many_recipes_as_we_say():
    assert [card.id for card in CARDS] == [
        "S001", "S002", "S004", "S006", "S007", "S008", "S009", "S013", "S019", "S020", "S021", "S023", "S029", "S033", "S035",
        "S039", "S044", "S045", "S046", "S047", "S055", "S056", "S058", "S058b", "S059", "S060", "S061", "S063", "S064", "S071",
        "S075", "S082", "S083", "S083b", "S089", "S090", "S092", "S099", "S100", "S101", "S103", "S105", "S108", "S109", "S111",
        "S119", "S120",
    ]  # fmt: skip


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_the_page_is_one_page_of_calls(card):
    file = ROOT / "src" / Path(*card.module.split(".")).with_suffix(".py")
    source = file.read_text(encoding="utf-8")
    tree = ast.parse(source)
    assert len(source.splitlines()) <= 45
    assert {node.name for node in tree.body if isinstance(node, ast.FunctionDef)} == {"run", "check"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    assert {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} - sys.stdlib_module_names == {
        "lect"
    }
    assert card.claim
    assert card.title
    assert all(part in ast.get_docstring(tree) for part in ("Measured", "Control", "Scaled"))
    run = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "run")
    assert [argument.arg for argument in run.args.args] == [*card.needs, "out"]
    assert {*card.smoke, *card.paper} <= {argument.arg for argument in run.args.kwonlyargs}


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """Return one folder for all runs, so that the models of the embedded world are trained once."""
    return tmp_path_factory.mktemp("recipes")


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_smoke_runs_and_answers_every_claim(card, runs, tmp_path):
    for extra in card.extras:
        pytest.importorskip({"morph": "morfessor"}[extra], reason=f"needs lect[{extra}]")
    record = tmp_path / "verdicts.jsonl"
    outcome = run_recipe(card.id, out=runs / card.name, record=record)
    assert outcome.claims
    assert all(claim.verdict in ("holds", "not shown", "contradicted") for claim in outcome.claims)
    assert all(math.isfinite(claim.effect) and claim.n > 0 for claim in outcome.claims)
    again = run_recipe(card.name, out=runs / card.name)
    assert [claim.effect for claim in again.claims] == [claim.effect for claim in outcome.claims]
    rows = [json.loads(line) for line in record.read_text().splitlines()]
    assert len(rows) == 1
    assert rows[0]["id"] == card.id
    assert len(rows[0]["claims"]) == len(outcome.claims)
    write_index(tmp_path / "papers.md")
    assert f"## {card.id}" in (tmp_path / "papers.md").read_text()


def test_an_unknown_recipe_names_its_neighbors():
    with pytest.raises(LectError, match="average-subwords"):
        find_recipe("average-subword")


def test_the_paper_index_is_up_to_date(tmp_path):
    (tmp_path / "verdicts.jsonl").write_text(
        (ROOT / "docs" / "verdicts.jsonl").read_text(encoding="utf-8"), encoding="utf-8"
    )
    write_index(tmp_path / "papers.md")
    assert (tmp_path / "papers.md").read_text(encoding="utf-8") == (ROOT / "docs" / "papers.md").read_text(
        encoding="utf-8"
    ), "run `make docs`"


def test_the_table_of_methods_is_up_to_date(tmp_path):
    page = tmp_path / "vocabulary.md"
    page.write_text((ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8"), encoding="utf-8")
    write_methods(page, ROOT / "docs")
    assert page.read_text(encoding="utf-8") == (ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8"), (
        "run `make docs`"
    )
