import pytest

from lect.artifacts import LectError
from lect.corpus.shards import join, mend_manifest, read_manifest, tables, to_table, verify, write_shard


@pytest.fixture
def folder(tmp_path):
    write_shard(tmp_path, "shard-0.parquet", to_table([{"text": "a", "n": 1}, {"text": "b"}]), size=2)
    write_shard(tmp_path, "shard-1.parquet", to_table([{"text": "ø", "u": None}]), size=2)
    return tmp_path


def test_shards_come_back_in_order(folder):
    assert [table.column("text").to_pylist() for table in tables(folder)] == [["a", "b"], ["ø"]]
    assert [(shard.rows, shard.bytes) for shard in verify(folder)] == [(2, 2), (1, 2)]
    both = join(list(tables(folder)))
    assert both.to_pylist()[2] == {"text": "ø", "n": None, "u": None}


def test_a_line_that_was_cut_short_does_not_count(folder):
    manifest = folder / "shards.manifest"
    whole = manifest.read_text()
    manifest.write_text(whole[:-20])
    assert [shard.file for shard in read_manifest(folder)] == ["shard-0.parquet"]
    mend_manifest(folder)
    assert manifest.read_text().endswith("}\n")
    assert [shard.file for shard in mend_manifest(folder)] == ["shard-0.parquet"]


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_a_damaged_shard_is_refused(folder, damage):
    file = folder / "shard-0.parquet"
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(LectError, match=r"shard-0\.parquet .*run the same command again"):
        verify(folder)


def test_lone_surrogates_do_not_end_the_run():
    assert to_table([{"text": "a\ud800b", "n": 1}]).to_pylist() == [{"text": "a?b", "n": 1}]
