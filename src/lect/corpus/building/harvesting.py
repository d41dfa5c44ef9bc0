"""The first step: every page of a crawl becomes a row, in shards; what is killed redoes the shard it was at."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress
from lect.corpus.batching import group
from lect.corpus.building.paging import Pager, dropped
from lect.corpus.crawl.archives import read_records
from lect.corpus.crawl.isolation import guarded
from lect.corpus.crawl.records import Record
from lect.corpus.shards import finish, is_finished, mend_manifest, to_table, write_shard

SECONDS, MEGABYTES = 60, 3_000  # what one page may cost a worker


def harvest(files: Sequence[Path], folder: Path, pager: Pager, workers: int) -> None:
    """Write a shard of rows for every batch of records; batches that have their shard already are only counted off."""
    folder.mkdir(parents=True, exist_ok=True)
    if is_finished(folder):
        return
    done = mend_manifest(folder)
    records = sum(shard.rows for shard in done)
    waiting: deque[list[Record]] = deque()
    batches = group((record for file in files for record in read_records(file)), _held_bytes)
    for _ in islice(batches, len(done)):
        pass
    found = guarded(pager, _held(batches, waiting), workers=workers, seconds=SECONDS, megabytes=MEGABYTES)
    with progress("reading", unit="pages", done=records) as advance:
        for number, answers in enumerate(found, start=len(done)):
            batch = waiting.popleft()
            rows = [
                answer if isinstance(answer, dict) else dropped(record, answer.reason)
                for record, answer in zip(batch, answers, strict=True)
            ]
            write_shard(folder, f"shard-{number:05}.parquet", to_table(rows), size=sum(row["bytes"] for row in rows))
            records += len(rows)
            advance(len(rows))
    if not records:
        raise LectError(f"no page or document in {', '.join(map(str, files))}; pass archives, pages, dumps or texts")
    finish(folder, records)


def _held_bytes(record: Record) -> int:
    return len(record.payload) + len(record.text)


def _held(batches: Iterable[list[Record]], waiting: deque[list[Record]]) -> Iterator[list[Record]]:
    """Yield the batches, and hold each until its rows have come back."""
    for batch in batches:
        waiting.append(batch)
        yield batch
