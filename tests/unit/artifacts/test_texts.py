"""Text: every format gives the same documents, splits never leak, identities tell contents and choices apart."""

import gzip
import json
import unicodedata
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from lect.artifacts.errors import LectError
from lect.artifacts.texts import Text, read

LINES = ["Góðan morgun", "Hvussu gongur?", "Gott kvøld"]


def write(path, content):
    path.write_bytes(gzip.compress(content.encode(), mtime=0) if path.name.endswith(".gz") else content.encode())
    return path


def jsonl(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def conllu(sentences):
    return "\n".join(f"# text = {text}\n1\t{text}\t_\tX\t_\t_\t0\troot\t_\t_\n" for text in sentences)


@pytest.fixture(
    params=["a.txt", "a.txt.gz", "a", "a.jsonl", "a.jsonl.gz", "a.ndjson", "a.parquet", "a.conllu", "a.conllu.gz"]
)
def file(request, tmp_path):
    path = tmp_path / request.param
    if path.suffix == ".parquet":
        pyarrow.parquet.write_table(pyarrow.table({"text": LINES}), path)
        return path
    kind = next((kind for kind in ("json", "conllu") if kind in path.name), "")
    content = {"json": jsonl({"text": line} for line in LINES), "conllu": conllu(LINES), "": "\n".join(LINES)}[kind]
    return write(path, content)


def test_every_format_gives_the_same_documents_again_and_again(file):
    text = read(file, language="fao")
    assert list(text.strings()) == list(text.strings()) == LINES
    assert [(d["id"], d["language"]) for d in text] == [(f"{file.name}:{i}", "fao") for i in range(3)]
    assert len(text) == 3
    assert text.megabytes == pytest.approx(sum(len(line.encode()) for line in LINES) / 1e6)
    assert text.sources[0]["path"] == str(file)
    assert len(text.sources[0]["sha256"]) == 64


@pytest.mark.parametrize(
    ("content", "documents", "expected"),
    [
        ("a\nb\n", "auto", ["a", "b"]),
        ("a\nb\n\nc\n", "auto", ["a\nb", "c"]),
        ("\n\na\nb\n\n", "auto", ["a", "b"]),
        ("a\nb\n\nc\n", "lines", ["a", "b", "c"]),
        ("a\nb\n", "blocks", ["a\nb"]),
        ("\ufeffa\r\nb\r\n", "auto", ["a", "b"]),
        ("a\n   \nb", "auto", ["a", "b"]),
    ],
)
def test_plain_text_is_cut_into_blocks_or_lines(tmp_path, content, documents, expected):
    assert list(read(write(tmp_path / "a.txt", content), documents=documents).strings()) == expected


def test_rows_keep_what_is_known_of_a_document(tmp_path):
    rows = [{"text": "a", "id": "x1", "license": "CC0", "language": "dan"}, {"text": "b"}]
    first, second = read(write(tmp_path / "a.jsonl", jsonl(rows)), language="fao")
    assert first == {"text": "a", "id": "x1", "license": "CC0", "language": "dan"}
    assert second == {"text": "b", "id": "a.jsonl:1", "language": "fao"}


def test_another_column_may_hold_the_text(tmp_path):
    path = write(tmp_path / "a.jsonl", jsonl([{"content": "a", "n": 1}]))
    assert list(read(path, column="content")) == [{"n": 1, "text": "a", "id": "a.jsonl:0"}]
    with pytest.raises(LectError, match=r"has no column 'text'; its columns are 'content', 'n'. Pass column='content'"):
        read(path)


def test_text_is_brought_to_nfc(tmp_path):
    loose = unicodedata.normalize("NFD", "føroyskt á Íslandi")
    for text in (read([loose]), read(write(tmp_path / "a.txt", loose))):
        assert list(text.strings()) == [unicodedata.normalize("NFC", loose)] != [loose]


def test_lists_globs_and_folders_name_files(tmp_path):
    for name, content in {"b.txt": "b", "a.txt": "a", "c.jsonl": jsonl([{"text": "c"}]), "read.me": "no"}.items():
        write(tmp_path / name, content)
    assert list(read(str(tmp_path / "*.txt")).strings()) == ["a", "b"]
    assert list(read(tmp_path).strings()) == ["a", "b", "c"]
    assert list(read([tmp_path / "c.jsonl", tmp_path / "a.txt"]).strings()) == ["c", "a"]
    assert list(read([str(tmp_path / "*.jsonl"), str(tmp_path / "b.txt")]).strings()) == ["c", "b"]


def test_a_list_holds_strings_or_dicts():
    assert list(read(["a b", "c"]).strings()) == ["a b", "c"]
    assert list(read([{"body": "a", "n": 1}], column="body")) == [{"text": "a", "n": 1, "id": "0"}]
    text = read(["a"])
    assert read(text) is text
    next(iter(text))["text"] = "changed"
    assert list(text.strings()) == ["a"]


class Table(list):
    """What lect needs of a `datasets.Dataset`: names of columns, rows by number."""

    def __init__(self, rows):
        super().__init__(rows)
        self.column_names = list(rows[0])


def test_a_dataset_is_read_by_column():
    table = Table([{"body": "a", "id": 7}, {"body": "b", "id": 8}])
    assert [(d["text"], d["id"]) for d in read(table, column="body")] == [("a", 7), ("b", 8)]
    assert read(table, column="body").identity != read(Table([{"body": "x", "id": 7}]), column="body").identity
    with pytest.raises(LectError, match="the dataset has no column 'text'; its columns are 'body', 'id'"):
        read(table)


def test_a_share_is_held_out_and_no_document_ever_changes_sides():
    documents = [f"document number {n}" for n in range(2000)]
    seen, heldout = read(documents).split(0.1)
    assert set(seen.strings()) | set(heldout.strings()) == set(documents)
    assert not set(seen.strings()) & set(heldout.strings())
    assert 150 < len(heldout) < 250
    assert len(seen) + len(heldout) == 2000
    grown_seen, grown_heldout = read([f"new {n}" for n in range(500)] + documents[::-1]).split(0.1)
    assert set(heldout.strings()) <= set(grown_heldout.strings())
    assert set(seen.strings()) <= set(grown_seen.strings())


def test_copies_fall_on_one_side_and_a_larger_share_holds_the_smaller():
    seen, heldout = read([f"document {n % 40}" for n in range(400)]).split(0.3)
    assert not set(seen.strings()) & set(heldout.strings())
    text = read([f"document {n}" for n in range(500)])
    assert set(text.split(0.05)[1].strings()) < set(text.split(0.2)[1].strings())


@pytest.mark.parametrize("share", [0, 1, -0.1, 2])
def test_a_share_is_between_0_and_1(share):
    with pytest.raises(LectError, match="share between 0 and 1"):
        read(["a"]).split(share)


def test_take_stops_with_the_document_that_reaches_the_budget():
    text = read(["á" * 50, "b" * 100, "c" * 100])
    assert [d["text"][0] for d in text.take(100e-6)] == ["á"]
    assert [d["text"][0] for d in text.take(101e-6)] == ["á", "b"]
    assert len(text.take(1)) == 3
    with pytest.raises(LectError, match="more than 0"):
        text.take(0)


def test_texts_are_added_in_order_with_their_sources(tmp_path):
    both = read(["a"]) + read(write(tmp_path / "b.txt", "b"))
    assert list(both.strings()) == ["a", "b"]
    assert [source.get("made") or Path(source["path"]).name for source in both.sources] == ["list", "b.txt"]


def test_the_identity_changes_with_content_and_with_choices(tmp_path):
    path, other = write(tmp_path / "a.jsonl", jsonl([{"text": "a", "b": "c"}])), tmp_path / "renamed.jsonl"
    other.write_bytes(path.read_bytes())
    assert read(path).identity == read(str(path)).identity == read(other).identity
    text = read(path)
    distinct = [
        text, read(path, column="b"), read(path, language="fao"), read(path, documents="lines"), read(["a"]), read(["b"]),
        read(["a", "b"]), read(["ab"]), read(["b", "a"]), text.take(1), text.take(2), *text.split(0.5), *text.split(0.4), text + text,
    ]  # fmt: skip
    assert len({one.identity for one in distinct}) == len(distinct) == 16
    path.write_text(jsonl([{"text": "A", "b": "c"}]))
    assert read(path).identity != text.identity


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"", "holds only white space"),
        ("a.txt", b" \n\n\t\n", "holds only white space"),
        ("a.jsonl", b'{"text": ""}\n', "holds only white space"),
        ("a.txt", "Føroyar og fólk".encode("latin-1"), "not UTF-8: line 1, byte 2 of the line. Read as Latin-1 it says 'Før"),
        ("a.txt", bytes(range(256)) * 40, "is a binary file"),
        ("a.txt", b"PK\x03\x04rest", "is not text but a zip archive"),
        ("a.txt", b"%PDF-1.7", "is not text but a PDF"),
        ("a.txt", gzip.compress(b"text", mtime=0), "name it .gz"),
        ("a.txt", "text".encode("utf-16"), "is UTF-16"),
        ("a.txt.gz", b"no gzip", "cannot be unpacked"),
        ("a.txt.gz", gzip.compress(b"text" * 999, mtime=0)[:-9], "cannot be unpacked"),
        ("a.txt.gz", gzip.compress(b"text" * 999, mtime=0)[:12] + b"\xff\xff\xff\xff", "cannot be unpacked"),
        ("a.jsonl", b'{"text": "a"}\n{"text"', "line 2 is not JSON"),
        ("a.jsonl", b"[1, 2]\n", "line 1 is list; expected one JSON object"),
        ("a.jsonl", b'{"text": 3}\n', "line 1: 'text' holds int; expected a string"),
        ("a.jsonl", b'{"a": 3}\n', "line 1 has no column 'text'; its columns are 'a'"),
        ("a.parquet", b"PAR1 not really", "cannot be read as parquet"),
        ("a.conllu", b"1\ta\t_\tX\t_\t_\t0\troot\t_\t_\n", "has no line '# text = "),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_what_is_wrong(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(LectError) as error:
        list(read(tmp_path / name))
    assert said in str(error.value)
    assert str(tmp_path / name) in str(error.value)


def test_parquet_columns_are_checked(tmp_path):
    pyarrow.parquet.write_table(pyarrow.table({"text": ["a", None], "n": [1, 2]}), tmp_path / "a.parquet")
    assert list(read(tmp_path / "a.parquet").strings()) == ["a"]
    with pytest.raises(LectError, match="row 1: 'n' holds int; expected a string"):
        read(tmp_path / "a.parquet", column="n")
    with pytest.raises(LectError, match="its columns are 'text', 'n'"):
        read(tmp_path / "a.parquet", column="body")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ([], "empty list"),
        (["", " "], "holds only white space"),
        ([3], "item 0 of the text is int"),
        ([{"body": "a"}], "a dict with the key 'text'"),
        ([Path("a.txt"), 3], "item 0"),
        (["nowhere.txt"], "there is no file 'nowhere.txt'"),
        ("nowhere/*.txt", "no file matches the pattern"),
        ("A whole story. " * 40, "is no file name"),
        ("one line\nand another", "is no file name"),
        ({"text": "a"}, "found dict"),
        (b"a", "found bytes"),
        (None, "found NoneType"),
    ],
)
def test_a_source_that_is_no_text_says_what_was_expected(source, said):
    with pytest.raises(LectError) as error:
        read(source)
    assert said in str(error.value)


def test_a_mistyped_name_is_answered_with_its_neighbours(tmp_path):
    write(tmp_path / "faroese.txt", "a")
    with pytest.raises(LectError, match=r"Near matches there: faroese\.txt"):
        read(tmp_path / "faroes.txt")
    (tmp_path / "empty").mkdir()
    with pytest.raises(LectError, match="holds no text file"):
        read(tmp_path / "empty")


def test_choices_are_checked(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("Føroyar".encode("latin-1"))
    assert list(read(path, encoding="latin-1").strings()) == ["Føroyar"]
    with pytest.raises(LectError, match="there is no encoding 'latin-x'"):
        read(path, encoding="latin-x")
    with pytest.raises(LectError, match="documents must be 'auto', 'lines' or 'blocks'"):
        read(path, documents="pages")


def test_a_file_that_may_not_be_read_says_so(tmp_path, monkeypatch):
    path = write(tmp_path / "a.txt", "a")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root may read anything
    with pytest.raises(LectError, match="may not be read: permission denied"):
        read(path)


def test_a_text_says_where_it_comes_from(tmp_path):
    assert repr(read(["a"])) == "Text(list)"
    assert repr(read(write(tmp_path / "a.txt", "a"))) == f"Text({tmp_path / 'a.txt'})"
    assert repr(Text(lambda: iter([]), "x")) == "Text(in memory)"


def test_a_blank_string_is_a_document_and_never_the_working_directory():
    with pytest.raises(LectError, match=r"empty|white space|no text"):
        read([""])
