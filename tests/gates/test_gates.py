"""The gates see what they are there for."""

import pytest

from gates import names, sizes


def body(lines: int) -> str:
    """Return the source of a function of `lines` lines, its docstring apart."""
    return 'def long():\n    """Say a thing."""\n' + "    x = 1\n" * (lines - 1)


def test_a_function_is_counted_without_its_docstring():
    assert list(sizes.functions(body(5))) == [("long", 1, 5)]


@pytest.mark.parametrize(("lines", "offenders"), [(sizes.FUNCTION, 0), (sizes.FUNCTION + 1, 1)])
def test_a_function_may_have_so_many_lines(tmp_path, lines, offenders):
    path = tmp_path / "growing.py"
    path.write_text(body(lines))
    assert len(list(sizes.too_long(path, tmp_path))) == offenders


@pytest.mark.parametrize(("lines", "offenders"), [(sizes.FILE, 0), (sizes.FILE + 1, 1)])
def test_a_file_may_have_so_many_lines(tmp_path, lines, offenders):
    path = tmp_path / "growing.py"
    path.write_text("x = 1\n" * lines)
    assert len(list(sizes.too_long(path, tmp_path))) == offenders


@pytest.mark.parametrize(("lines", "offenders"), [(sizes.RECIPE, 0), (sizes.RECIPE + 1, 1)])
def test_a_recipe_may_have_so_many_lines(tmp_path, lines, offenders):
    path = tmp_path / "src/lect/recipes/vocabulary/transtokenization.py"
    path.parent.mkdir(parents=True)
    path.write_text("x = 1\n" * lines)
    assert len(list(sizes.too_long(path, tmp_path))) == offenders


def test_medians_leave_empty_files_out(tmp_path):
    for name, text in (("a", ""), ("b", body(3)), ("c", body(5))):
        (tmp_path / name).write_text(text)
    assert sizes.medians(tmp_path / name for name in "abc") == (5, 4)


@pytest.mark.parametrize(
    ("name", "source", "said"),
    [
        ("vocab/trimming.py", "def trim(): ...", []),
        ("vocab/trim.py", "def trim(): ...", ["both 'trim'"]),
        ("vocab/text_utils.py", "", ["'utils'"]),
        ("helpers/trimming.py", "", ["'helpers'"]),
        ("benchmarks/main.py", "def main(): ...", []),
    ],
)
def test_names(tmp_path, name, source, said):
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(source)
    found = list(names.ill_named(path, tmp_path))
    assert len(found) == len(said)
    assert all(part in line for part, line in zip(said, found, strict=True))
