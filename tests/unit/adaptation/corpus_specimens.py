"""A corpus folder as `lect corpus build` writes it: Faroese kept, five reasons for dropping, Hebrew among the dropped."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import lect
from lect.corpus.ledgers import Ledger
from lect.corpus.shards import to_table, write_shard

LICENSES = ("CC-BY-4.0", "https://creativecommons.org/licenses/by-sa/4.0/", None, "CC BY-NC 4.0")
SITES = ("bladid.fo", "kommunan.fo", "savn.fo")
HEBREW = "שלום עולם. זה טקסט לדוגמה בעברית, שנמצא במקרה בין הדפים."
DROPPED = {"other_language": 30, "near_copy": 9, "gopher_mean_word_length": 5, "exact_copy": 3, "http_error": 2}


@cache
def sentences(language: str, many: int) -> list[str]:
    """Return texts of one sentence to five."""
    return [
        document["text"]
        for some in (1, 5)
        for document in lect.worlds.phrases(language, many, seed=some, sentences_per_document=some)
    ]


def kept_rows(documents: int) -> list[dict[str, Any]]:
    """Return documents of three sites and four years; those of the last site are in another language than they say."""
    faroese, finnish = sentences("fo", 60), sentences("fi", 60)
    rows = []
    for number in range(documents):
        site = SITES[(number % 7) // 3]
        words = (finnish if site == SITES[2] else faroese)[number * 7919 % 113]
        text = f"{words} {number}. " * (1 + number // 3 % 5)
        size = len(text.encode("utf-8"))
        rows.append(
            {
                "text": text,
                "id": f"crawl.warc.gz:{number}",
                "url": f"https://www.{site}/{number}",
                "date": f"{2019 + number * 31 // 7 % 4}-03-0{1 + number % 9}T10:00:00Z",
                "language": "fao_Latn" if number % 50 else "isl_Latn",
                "language_probability": round(1 - (number * 7919 % 1000) ** 2 / 2e6, 4),
                "license": LICENSES[number % 4],
                "source": "crawl.warc.gz" if number // 5 % 3 else "dump.jsonl.gz",
                "register": ("news", "letters", "law")[number % 3],
                "title": f"Tíðindi {number}",
                "offset": number * 900,
                "bytes": size * 6,
                "words": float(len(text.split())),
                "short_lines": number % 40 / 40,
                "wds": round(5 + 4 * ((number * 31 % 97) / 97 - 0.3), 3),
                "cluster_size": 1 + (number % 11 == 0) * (1 + number % 6),
            }
        )
    return rows


def dropped_rows() -> list[dict[str, Any]]:
    """Return what was dropped; an error page has no text."""
    rows = []
    for reason, many in DROPPED.items():
        for number in range(many):
            text = {"other_language": f"{HEBREW} {number}", "http_error": None}.get(
                reason, f"Gott kvøld {number} " * 40
            )
            language = "heb_Hebr" if reason == "other_language" else "fao_Latn"
            row = {"text": text, "reason": reason, "bytes": 5000 + number, "language": language}
            rows.append(row | {"url": f"https://x.fo/{reason}/{number}"})
    return rows


def write_corpus(folder: Path, documents: int = 280, *, shards: int = 2) -> Path:
    """Write the corpus into `folder` and return it."""
    kept, dropped, ledger = kept_rows(documents), dropped_rows(), Ledger()
    for number in range(shards):
        part = kept[number::shards]
        write_shard(folder, f"part-{number:05}.parquet", to_table(part), size=sum(row["bytes"] for row in part))
    write_shard(folder / "dropped", "part-00000.parquet", to_table(dropped), size=sum(row["bytes"] for row in dropped))
    for row in [*kept, *dropped]:
        ledger.add(row.get("reason", ""), row["bytes"])
    (folder / "ledger.json").write_text(json.dumps(ledger.to_json()), encoding="utf-8")
    sources = [
        {"path": f"raw/{name}", "sha256": 64 * "a", "bytes": 123456} for name in ("crawl.warc.gz", "dump.jsonl.gz")
    ]
    pages = {
        "name": "pages",
        "identity": "b" * 64,
        "sources": [{"path": "raw/list.txt", "sha256": "c" * 64, "bytes": 99}],
    }
    earlier = {"verb": "corpus.fetch", "inputs": [pages]}
    record = {
        "lect": "0.1.0", "verb": "corpus.build", "signature": "corpus.build|seed:None|lect:0.1.0|0123456789",
        "arguments": {"language": "fao_Latn", "rules": ["gopher", "fineweb"]}, "seconds": 12.5, "peak_memory_mb": 310.0,
        "inputs": [{"name": "sources", "identity": "d" * 64, "sources": sources, "history": earlier}],
        "versions": {"python": "3.11.7", "pyarrow": "20.0.0"}, "started": "2025-05-01T10:00:00+00:00",
    }  # fmt: skip
    (folder / "lect.json").write_text(json.dumps(record), encoding="utf-8")
    return folder
