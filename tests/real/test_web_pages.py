"""Reading and extraction on real pages, archives and mojibake: ../shared/data/{web_pages,warc_samples,lm_text,udhr}."""

import gzip
import json

import pytest

from lect.corpus.crawl.archives import read_records
from lect.corpus.crawl.encodings import decode
from lect.corpus.crawl.extraction import extract_main
from lect.corpus.crawl.mending import mend

pytestmark = pytest.mark.real
LANGUAGES = ("cat", "cym", "eng", "epo", "est", "eus", "fao", "fin", "isl", "kab", "kaz", "sme", "swa", "tam", "tur")


def flat(text):
    return " ".join((text or "").split())


@pytest.fixture(scope="module")
def gold(shared_data):
    folder = shared_data / "web_pages"
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    for row in rows:
        html = decode(gzip.decompress((folder / row["file"]).read_bytes()))
        row["page"] = extract_main(html, url=row["url"])
    return rows


def test_the_gold_snippets_are_in_the_text_and_the_boilerplate_is_not(gold):
    assert len(gold) == 16
    for row in gold:
        text = flat(row["page"].text)
        assert all(flat(snippet) in text for snippet in row["gold_with"]), row["file"]
        assert not any(flat(snippet) in text for snippet in row["gold_without"]), row["file"]


def test_every_page_declares_a_license_and_it_is_found(gold):
    found = [row["page"].license.replace("http://", "https://") for row in gold]
    assert all(
        any(known.partition(":")[2] in license for known in row["licence"])
        for license, row in zip(found, gold, strict=True)
    )


def test_titles_and_dates_of_the_gold_pages(gold):
    titled = [row for row in gold if row["title"]]
    dated = [row for row in gold if row["date"]]
    assert sum(row["title"] in row["page"].title for row in titled) >= len(titled) - 2
    assert sum(row["date"] == row["page"].date for row in dated) >= len(dated) - 3


def test_the_sample_archives_give_their_pages_and_count_their_damage(shared_data):
    found = {
        path.name: [record.fault for record in read_records(path)]
        for path in sorted((shared_data / "warc_samples").iterdir())
        if path.suffix != ".md"
    }
    assert found == {
        "example-bad.warc.gz.bad": ["", "revisit", "http_error"],
        "example-iana.org-chunked.warc": [""],
        "example-resource.warc.gz": [""],
        "example-trunc.warc": ["unreadable_record"],  # its length is two bytes short
        "example.arc.gz": [""],
        "example.warc": ["", "revisit"],
        "example.warc.gz": ["", "revisit"],
        "post-test.warc.gz": ["not_html"] * 3,
    }


def test_real_mojibake_is_turned_back_byte_for_byte(shared_data):
    damaged = gzip.decompress((shared_data / "lm_text" / "fao_mojibake_sample.txt.gz").read_bytes()).decode()
    assert mend(damaged) == damaged.encode("iso8859-10").decode("utf-8")
    assert damaged.count("Ã") > 10_000


def test_sound_text_of_474_languages_is_left_as_it_is(shared_data):
    with gzip.open(shared_data / "udhr" / "udhr.jsonl.gz", "rt", encoding="utf-8") as file:
        texts = [json.loads(line) for line in file]
    strings = [value for row in texts for value in row.values() if isinstance(value, str)]
    assert len(texts) > 400
    assert [string[:40] for string in strings[::4] if mend(string) != string] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_only_lines_of_clean_corpora_that_change_are_mojibake(shared_data, language):
    """Twelve lines of fao.train and fin.train are damaged in truth: "Â" before a soft hyphen or a dot, "Ã¤" for "ä"."""
    with gzip.open(shared_data / "lm_text" / f"{language}.valid.txt.gz", "rt", encoding="utf-8") as file:
        lines = file.read().split("\n")
    changed = [line for line in lines if mend(line) != line]
    assert all("Â\xad" in line or "Â·" in line or "Ã¤" in line for line in changed), changed
    assert len(changed) <= 2
