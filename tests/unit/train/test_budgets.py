import pytest

from lect.artifacts.errors import LectError
from lect.train.budgets import Budget, read_budget


@pytest.mark.parametrize(
    ("said", "budget"),
    [
        ("20MB", Budget(megabytes=20)),
        ("1.5 GB", Budget(megabytes=1500)),
        ("500kb", Budget(megabytes=0.5)),
        (".5", Budget(megabytes=0.5)),
        (3, Budget(megabytes=3)),
        (1e-05, Budget(megabytes=1e-05)),
        (2e22, Budget(megabytes=2e22)),
        ("90s", Budget(minutes=1.5)),
        ("10m", Budget(minutes=10)),
        ("10min", Budget(minutes=10)),
        ("2h", Budget(minutes=120)),
    ],
)
def test_reads_text_and_time(said, budget):
    assert read_budget(said) == budget
    assert read_budget(budget) is budget
    assert read_budget(str(budget)) == budget


@pytest.mark.parametrize("said", ["", "MB", "ten", "-5MB", "5 parsecs", "20M", "5kg", "nan", "1.2.3MB", None])
def test_refuses_what_it_cannot_read(said):
    with pytest.raises(LectError, match="cannot read the budget"):
        read_budget(said)


@pytest.mark.parametrize("said", ["0MB", 0, "0.0h", "1e999MB"])
def test_refuses_nothing_and_everything(said):
    with pytest.raises(LectError, match="the budget is"):
        read_budget(said)


def test_close_budgets_do_not_share_a_name():
    assert str(read_budget(1.2345671)) != str(read_budget(1.2345672))
