import gzip
import json
import random

import pyarrow.parquet
import pytest

from lect.artifacts import LectError, read
from lect.artifacts.tasks import Labeled, Task
from lect.corpus.building import harvesting
from lect.corpus.building.making import build
from lect.corpus.identification.learning import learn_identifier
from lect.corpus.identification.saving import write_identifier
from lect.worlds import phrases

LANGUAGES = {"fao": "fao_Latn", "eng": "eng_Latn", "kaz": "kaz_Cyrl"}


def sentences(code, number, seed):
    return list(phrases(code, number, seed=seed).strings())


@pytest.fixture(scope="module")
def identifier(tmp_path_factory):
    labeled = {label: [" ".join(sentences(code, 6, n)) for n in range(40)] for code, label in LANGUAGES.items()}
    return write_identifier(learn_identifier(labeled), tmp_path_factory.mktemp("lid") / "lid")


def documents(code, number, start=0):
    return [
        {"text": "\n".join(sentences(code, 12, 1000 + start + n)), "id": f"{code}{start + n}", "url": f"https://{code}.fo/{n}"}
        for n in range(number)
    ]  # fmt: skip


def write(path, rows):
    path.write_bytes(gzip.compress("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()))
    return path


@pytest.fixture(scope="module")
def crawl(tmp_path_factory):
    folder = tmp_path_factory.mktemp("crawl")
    wanted = documents("fao", 30)
    copies = [row | {"id": f"copy{n}", "text": row["text"].replace(" ", "  ")} for n, row in enumerate(wanted[:5])]
    write(folder / "a.jsonl.gz", wanted[:20] + documents("eng", 10) + [{"text": "12 34"}])
    write(folder / "b.jsonl.gz", wanted[20:] + copies + documents("kaz", 6))
    page = f"<html><head><title>Hey</title></head><body><article><p>{documents('fao', 1, 500)[0]['text']}</p></article></body></html>"
    (folder / "page.html").write_text(page, encoding="utf-8")
    (folder / "broken.jsonl").write_text('{"text": "12:34"}\n{"text": \n', encoding="utf-8")
    return folder


def kept(folder):
    return sorted(document["text"] for document in read(folder))


def test_the_ledger_adds_up_and_says_why(tmp_path, crawl, identifier):
    out = build(crawl, tmp_path / "out", language="Faroese", identifier=identifier, rules=())
    ledger = json.loads((out / "ledger.json").read_text())
    assert ledger["in"]["documents"] == 21 + 10 + 10 + 5 + 6 + 1 + 2
    assert ledger["out"]["documents"] == 31, "thirty documents and a page"
    assert ledger["dropped"]["exact_copy"]["documents"] == 5
    assert ledger["dropped"]["other_language"]["documents"] >= 16
    assert ledger["dropped"]["bad_json"]["documents"] == 1
    for unit in ("documents", "bytes"):
        assert ledger["in"][unit] == ledger["out"][unit] + sum(row[unit] for row in ledger["dropped"].values())
    rows = pyarrow.parquet.read_table(out / "part-00000.parquet").to_pylist()
    page = next(row for row in rows if row["source"] == "page.html")
    assert page["title"] == "Hey"
    assert {row["cluster_size"] for row in rows} == {1, 2}
    assert all(row["language"] == "fao_Latn" and row["words"] > 5 for row in rows)
    chain = json.loads((out / "lect.json").read_text())["inputs"][0]["sources"]
    assert {"a.jsonl.gz", "page.html"} <= {source["path"].rpartition("/")[2] for source in chain}


def test_order_and_workers_do_not_change_what_is_kept(tmp_path, crawl, identifier):
    rows = [
        json.loads(line)
        for name in "ab"
        for line in gzip.decompress((crawl / f"{name}.jsonl.gz").read_bytes()).splitlines()
    ]
    random.Random(1).shuffle(rows)
    mixed = write(tmp_path / "mixed.jsonl.gz", rows)
    options = {"language": "fao", "identifier": identifier, "rules": ("gopher_repetition",)}
    one = build([crawl / "a.jsonl.gz", crawl / "b.jsonl.gz"], tmp_path / "one", **options)
    two = build(mixed, tmp_path / "two", workers=2, **options)
    assert [" ".join(text.split()) for text in kept(one)] == [" ".join(text.split()) for text in kept(two)]
    assert len(kept(one)) > 10


def test_a_run_that_was_killed_redoes_no_more_than_a_shard(tmp_path, crawl, identifier, monkeypatch):
    monkeypatch.setattr("lect.corpus.batching.BATCH", 6_000)
    options = {"language": "fao", "identifier": identifier, "rules": ()}
    whole = build(crawl, tmp_path / "whole", **options)
    calls = []
    real = harvesting.write_shard

    def killed(*arguments, **named):
        if len(calls) == 3:
            raise KeyboardInterrupt
        calls.append(arguments[1])
        return real(*arguments, **named)

    monkeypatch.setattr(harvesting, "write_shard", killed)
    with pytest.raises(KeyboardInterrupt):
        build(crawl, tmp_path / "out", **options)
    monkeypatch.setattr(harvesting, "write_shard", lambda *a, **n: (calls.append(a[1]), real(*a, **n))[1])
    out = build(crawl, tmp_path / "out", **options)
    assert len(calls) == len(set(calls)) > 4, "no shard is made twice"
    for file in ("part-00000.parquet", "ledger.json", "dropped/part-00000.parquet"):
        assert (out / file).read_bytes() == (whole / file).read_bytes()


def test_bounds_are_loosened_by_clean_text(tmp_path, crawl, identifier):
    options = {"language": "fao", "identifier": identifier, "rules": ("fineweb", "gopher")}
    strict = build(crawl, tmp_path / "strict", **options)
    fitted = build(crawl, tmp_path / "fitted", reference=documents("fao", 60, 3000), **options)
    out = [json.loads((one / "ledger.json").read_text())["out"]["documents"] for one in (strict, fitted)]
    assert out[0] < out[1] > 20
    rules = {rule["name"]: rule for rule in json.loads((fitted / "lect.json").read_text())["rules"]}
    assert rules["fineweb_terminal_lines"]["least"] < 0.12, "phrases end without a full stop"


def test_pages_that_refuse_robots_are_dropped_where_that_is_asked(tmp_path, crawl, identifier):
    body = f"<body><article><p>{documents('fao', 1, 700)[0]['text']}</p></article></body></html>"
    (tmp_path / "shy.html").write_text(
        f"<html><head><meta name='robots' content='noai'></head>{body}", encoding="utf-8"
    )
    files = [crawl / "page.html", tmp_path / "shy.html"]
    for rules, reasons in (((), set()), (("robots",), {"robots"})):
        out = build(files, tmp_path / f"out{len(rules)}", language="fao", identifier=identifier, rules=rules)
        assert json.loads((out / "ledger.json").read_text())["dropped"].keys() == reasons


def test_a_damaged_shard_stops_the_run(tmp_path, crawl, identifier, monkeypatch):
    from lect.corpus.building import making

    def damage(read_folder, *rest):
        shard = next(read_folder.glob("*.parquet"))
        shard.write_bytes(shard.read_bytes()[:-1] + b"x")
        return settle(read_folder, *rest)

    settle = making.settle
    monkeypatch.setattr(making, "settle", damage)
    with pytest.raises(LectError, match="has changed since it was written"):
        build(crawl, tmp_path / "out", language="fao", identifier=identifier)
    assert not (tmp_path / "out").exists()


def test_test_examples_stay_out(tmp_path, crawl, identifier):
    held = documents("fao", 30)[3]["text"].splitlines()
    task = Task("topic", "classification", {"test": [Labeled(" ".join(held[:3]), "x")]}, ["x"])
    out = build(crawl, tmp_path / "out", language="fao", identifier=identifier, rules=(), tasks=[task])
    ledger = json.loads((out / "ledger.json").read_text())
    assert ledger["dropped"]["in_test_set"]["documents"] >= 1
    assert not any(" ".join(held[:3]) in " ".join(text.split()) for text in kept(out))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"language": "Finnish"}, "does not know fin_Latn"),
        ({"language": "fao", "rules": ["grammar"]}, "there is no rule set"),
    ],
)
def test_what_cannot_be_done_is_refused_before_any_work(tmp_path, crawl, identifier, options, said):
    with pytest.raises(LectError, match=said):
        build(crawl, tmp_path / "out", identifier=identifier, **options)
    assert not list(tmp_path.iterdir())


def test_a_missing_source_is_refused(tmp_path, identifier):
    with pytest.raises(LectError, match="there is no file"):
        build(tmp_path / "none.warc.gz", tmp_path / "out", language="fao", identifier=identifier)
