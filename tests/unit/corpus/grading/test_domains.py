"""Citations of law: each row finds its example, none finds scripture, dates, prices or other numbers."""

import pytest

from lect import worlds
from lect.artifacts import read
from lect.artifacts.errors import LectError
from lect.corpus.grading.citations import CITATIONS
from lect.corpus.grading.domains import count_citations, find_citations, plant_citations

NOT_LAW = [
    "In the beginning was the Word (John 1:1; Gen. 1:1-3). 1 Kor. 13, 4-7; Mt 5,3–12; Salme 23,1; Лк 2:14.",
    "Article 5. No one shall be subjected to torture. Artikel 5. 5. gr. Članak 5. Artículo 5. Стаття 5.",
    "Tann 12. mai 2001 kl. 14.30 keypti hon 3 bøkur fyri 199,50 kr., tlf. 31 12 34, ISBN 978-3-16-148410-0.",
    "Call 1-800-555-0199 before 31/12/2020; score 3:2 (2/1), chapter 12, section 5, page 12 of 34, Fig. 2a, No. 7.",
    "v2.0.1-17, RFC 2616, ISO 8859/1, 10/2020, 3/4 cup, 1998/99, ½, 5 % § A1 paper, C-17 plane, T-34 tank, U 2.",
    "Art. 5 is missing here, and so is s. 12 of the book. Loven kom i 2001. Lög og regla. Ley de vida. Kanun.",
]


@pytest.mark.parametrize("row", CITATIONS, ids=lambda row: f"{row.jurisdiction} {row.example}")
def test_each_row_finds_its_example(row):
    found = find_citations(f"Sí ({row.example}), og so.", jurisdictions=[row.jurisdiction])
    assert len(found) == 1, found
    assert found[0][1] in row.example


@pytest.mark.parametrize("text", NOT_LAW)
def test_nothing_else_is_a_citation(text):
    assert find_citations(text) == []


def test_distinct_citations_count_once():
    text = "§ 823 Abs. 1 BGB, § 823\nAbs. 1 BGB; § 12 BGB. 410 U.S. 113"
    found = count_citations([text, ""])
    assert found.counts.tolist() == [3, 0]
    assert found.jurisdictions == ["DE", ""]
    assert found.reasons(least=3) == ["", "few_citations"]
    assert count_citations([text], jurisdictions=["US"]).counts.tolist() == [1]


def test_planted_citations_are_found_and_no_others():
    planted = list(plant_citations(worlds.phrases("is", 300, seed=3), share=0.3))
    found = count_citations([document["text"] for document in planted]).counts > 0
    assert found.tolist() == [document["planted"] for document in planted]
    assert 50 < sum(found) < 130
    assert [d["planted"] for d in plant_citations(read(["a b"]), share=0.0)] == [False]


def test_an_unknown_jurisdiction_is_named():
    with pytest.raises(LectError, match="no citations of 'XX'"):
        find_citations("a", jurisdictions=["XX"])
