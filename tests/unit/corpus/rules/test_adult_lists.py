import pytest

from lect.artifacts import LectError
from lect.corpus.rules.adult_lists import AdultLists, find_adult, read_adult_lists


@pytest.fixture
def lists(tmp_path):
    folder = tmp_path / "adult"
    folder.mkdir()
    (folder / "domains").write_text("Bad.example\nworse.co.uk\n10.11.12.13\n")
    (folder / "urls").write_text("good.example/Bad\n")
    (tmp_path / "words").write_text("# comment\nHolvus\nøgiligt\ntvey orð\n\n", encoding="utf-8")
    return read_adult_lists(folder, tmp_path / "words")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://bad.example/", "adult_domain"),
        ("http://WWW.a.b.bad.example:8080/x?y", "adult_domain"),
        ("https://user@worse.co.uk/a", "adult_domain"),
        ("bad.example/no/scheme", "adult_domain"),
        ("http://10.11.12.13/", "adult_domain"),
        ("https://www.good.example/bad/page.html", "adult_address"),
        ("https://best-hentai.example.net/", "adult_host"),
        ("https://site.xxx/", "adult_host"),
        ("https://good.example/worse", ""),
        ("https://notbad.example/", ""),
        ("https://co.uk/", ""),
        ("https://good.org/sex-education/xxx?u=bad.example", ""),
        ("https://maxxxi.example.net", ""),
        ("", ""),
        ("http://[broken", ""),
    ],
)
def test_addresses(lists, url, why):
    assert find_adult(["A text."], [url], lists) == [why]


def test_words_count_when_several_of_them_stand_there(lists):
    texts = ["Holvus øgiligt.", "holvus holvus", "Holvus og tvey orð", "orð tvey holvus", "øgiligtari holvus"]
    assert find_adult(texts, [""] * 5, lists) == ["adult_words", "", "adult_words", "", ""]
    assert find_adult(texts, [""] * 5, lists, different=1) == ["adult_words"] * 5


def test_a_plain_list_of_domains_is_read(tmp_path):
    file = tmp_path / "list.txt"
    file.write_text("https://www.bad.example/\n")
    assert read_adult_lists(file).domains == {"bad.example"}


def test_what_does_not_fit_is_refused(tmp_path):
    with pytest.raises(LectError, match="no file 'domains'"):
        read_adult_lists(tmp_path)
    with pytest.raises(LectError, match="one for each"):
        find_adult(["a"], [], AdultLists())
    with pytest.raises(LectError, match="at least 1"):
        find_adult([], [], AdultLists(), different=0)
