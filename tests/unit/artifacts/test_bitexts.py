"""Pairs: two sides of a file, by position, by name, by language; nothing misaligned passes."""

import gzip
import json

import pytest

from lect.artifacts.bitexts import Pairs, read_pairs
from lect.artifacts.errors import LectError

PAIRS = [("hús", "house"), ("bátur", "boat")]
FAROESE, ENGLISH, GERMAN = ["fao_Latn", "fao", "fo", "Faroese"], ["eng_Latn", "eng", "en", "English"], ["deu", "de"]


def write(path, content):
    path.write_bytes(gzip.compress(content.encode()) if path.name.endswith(".gz") else content.encode())
    return path


def tsv(rows):
    return "".join("\t".join(row) + "\n" for row in rows)


def jsonl(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.tsv", tsv(PAIRS)),
        ("a.txt", tsv(PAIRS)),
        ("a.tsv.gz", tsv(PAIRS)),
        ("a.tsv", "\n" + tsv(PAIRS) + "\n\n"),
        ("a.tsv", tsv([("source", "target"), *PAIRS])),
        ("a.tsv", tsv([("n", "target", "source"), ("1", "house", "hús"), ("2", "boat", "bátur")])),
        ("a.jsonl", jsonl({"source": a, "target": b, "n": 1} for a, b in PAIRS)),
        ("a.jsonl.gz", jsonl({"source": a, "target": b} for a, b in PAIRS)),
        ("a.tsv", tsv([*PAIRS, ("", "nothing"), ("einki", " ")])),
        ("a.tsv", tsv([("hu\u0301s ", "house"), PAIRS[1]])),
    ],
)
def test_every_format_gives_the_same_pairs(tmp_path, name, content):
    pairs = read_pairs(write(tmp_path / name, content))
    assert list(pairs) == list(pairs) == PAIRS
    assert len(pairs) == 2
    assert pairs.sides() == (["hús", "bátur"], ["house", "boat"])
    assert pairs.languages is None
    assert pairs.sources[0]["path"] == str(tmp_path / name)


def test_a_file_of_one_pair_is_not_taken_for_a_header(tmp_path):
    assert list(read_pairs(write(tmp_path / "a.tsv", "hús\thouse\n"))) == [("hús", "house")]


def test_moses_files_meet_line_by_line(tmp_path):
    left, right = write(tmp_path / "a.fo", "hús\n\nbátur\n"), write(tmp_path / "a.en", "house\n\nboat\n")
    assert list(read_pairs(f"{left},{right}")) == PAIRS
    write(right, "house\n\n")
    with pytest.raises(LectError, match=r"a\.en ends after line 2, before the other side"):
        list(read_pairs(f"{left},{right}"))
    with pytest.raises(LectError, match="Moses pairs are two files"):
        read_pairs(f"{left},{right},{left}")
    with pytest.raises(LectError, match="there is no file"):
        read_pairs(f"{left},{left}.nowhere")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("id", "eng", "deu", "fao"), ("fao", "eng")),
        (("id", "English", "deu", "Faroese"), ("Faroese", "English")),
        (("id", "eng_web", "deu", "fao_bible"), ("fao_bible", "eng_web")),
        (("id", "eng-GB", "deu", "FO"), ("FO", "eng-GB")),
    ],
)
def test_one_column_a_language_becomes_pairs(tmp_path, names, expected):
    path = write(tmp_path / "a.tsv", tsv([names, ("1", "house", "Haus", "hús"), ("2", "boat", "Boot", "bátur")]))
    pairs = read_pairs(path, languages=[FAROESE, ENGLISH])
    assert list(pairs) == PAIRS
    assert pairs.languages == expected
    same = write(
        tmp_path / "a.jsonl", jsonl(dict(zip(names, row, strict=True)) for row in [("1", "house", "Haus", "hús")])
    )
    assert list(read_pairs(same, languages=[FAROESE, ENGLISH])) == PAIRS[:1]
    assert pairs.identity != read_pairs(path, languages=[GERMAN, ENGLISH]).identity


def test_columns_may_be_named(tmp_path):
    path = write(tmp_path / "a.tsv", tsv([("a", "b", "c"), ("1", "2", "3")]))
    assert list(read_pairs(path, columns=("c", "a"))) == [("3", "1")]
    assert read_pairs(path, columns=("c", "a")).identity != read_pairs(path, columns=("a", "c")).identity
    with pytest.raises(LectError, match="has no column 'd'; its columns are 'a', 'b', 'c'"):
        read_pairs(path, columns=("a", "d"))


def test_flipping_twice_gives_the_same_pairs(tmp_path):
    path = write(tmp_path / "a.tsv", tsv([("fao", "eng"), *PAIRS]))
    pairs = read_pairs(path, languages=[FAROESE, ENGLISH])
    flipped = pairs.flip()
    assert list(flipped) == [(b, a) for a, b in PAIRS]
    assert flipped.languages == ("eng", "fao")
    assert list(flipped.flip()) == PAIRS
    assert flipped.identity != pairs.identity


def test_pairs_may_be_a_list():
    pairs = read_pairs(PAIRS)
    assert list(pairs) == list(pairs) == PAIRS
    assert read_pairs(pairs) is pairs
    assert isinstance(pairs, Pairs)
    assert len({read_pairs(p).identity for p in (PAIRS, PAIRS[::-1], PAIRS[:1], [("h", "úshouse"), PAIRS[1]])}) == 4


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.tsv", "", "the file is empty"),
        ("a.tsv", "hús house\n", "has no tab in its first line ('hús house'); expected source, tab, target"),
        ("a.tsv", "hús\thouse\nbátur boat\n", "line 2 has 1 columns; expected source, tab, target"),
        ("a.tsv", "source\ttarget\na\tb\na\tb\tc\n", "line 3 has 3 columns; its header has 2"),
        ("a.tsv", "a\tb\tc\n1\t2\t3\n", "which columns hold source and target? Its columns are a, b, c"),
        ("a.tsv", "source\ttarget\n", "holds no pair with two non-empty sides"),
        ("a.tsv", "a\t\n", "holds no pair with two non-empty sides"),
        ("a.jsonl", '{"a": "b", "c": "d"}\n', "which columns hold source and target? Its columns are a, c"),
        ("a.jsonl", '{"source": "a", "target": "b"}\n{', "line 2 is not JSON"),
        ("a.jsonl", "[1]\n", "is list; expected one JSON object a line"),
        ("a.tsv", "PK\x03\x04", "is not text but a zip archive"),
    ],
)
def test_a_file_without_pairs_says_what_is_wrong(tmp_path, name, content, said):
    write(tmp_path / name, content)
    with pytest.raises(LectError) as error:
        list(read_pairs(tmp_path / name))
    assert said in str(error.value)
    assert str(tmp_path / name) in str(error.value)


def test_a_missing_language_is_named(tmp_path):
    path = write(tmp_path / "a.tsv", tsv([("id", "eng", "deu"), ("1", "house", "Haus")]))
    with pytest.raises(
        LectError, match=r"which columns hold fao_Latn/fao/fo and eng_Latn/eng/en\? Its columns are id, eng, deu"
    ):
        read_pairs(path, languages=[FAROESE, ENGLISH])


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ([], "empty list"),
        ([("a", "")], "empty list"),
        (["ab"], "item 0 of the pairs is 'ab'"),
        ([("a", 1)], "expected (source, target), two strings"),
        ({"a": "b"}, "found dict"),
        (3, "found int"),
    ],
)
def test_a_list_that_holds_no_pairs_says_what_is_wrong(source, said):
    with pytest.raises(LectError) as error:
        read_pairs(source)
    assert said in str(error.value)


def test_two_files_are_not_one(tmp_path):
    for name in ("a.tsv", "b.tsv"):
        write(tmp_path / name, tsv(PAIRS))
    with pytest.raises(LectError, match=r"names 2 files; pairs are read from one file"):
        read_pairs(tmp_path)
