"""Every kind of task on real data, with models trained on the spot: is the model above a reader who does not read?

    python benchmarks/real_tasks.py                    # all rows, and the table in docs/tasks.md
    python benchmarks/real_tasks.py pos/fo_farpahc     # one row

Models are tiny (two million parameters at most) and see nothing but the training part of the task, unless the row says
that a decoder read some megabytes of the language first. Where there is no training part the dev part is used instead.
A row is above chance if the 95 % interval of model − blind reader (paired, over examples) lies above zero. The oracle
column proves the scorer: it must be the top value.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from lect import finetune, models, read, read_task, score, train, use, vocab
from lect.artifacts.multitexts import read_columns
from lect.artifacts.results import Score
from lect.artifacts.tasks import Labeled, Query, Task
from lect.score.evidence.significance import gather, paired_bootstrap
from lect.score.kinds import kind_of

DATA = Path(os.environ.get("LECT_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
OUT = Path(__file__).resolve().parents[1] / "docs" / "tasks.jsonl"
TREEBANKS = (
    "fo_farpahc",
    "kk_ktb",
    "sme_giella",
    "vi_vtb",
    "en_ewt",
    "fi_tdt",
    "et_ewt",
    "tr_boun",
    "da_ddt",
    "no_bokmaal",
)
TRAIN, TEST = 1500, 1000  # examples at most


def prepare(argument: str, language: str = "") -> Task:
    """Read a task; its dev part stands in for a missing training part; both parts are cut to a size for a laptop."""
    task = read_task(argument, language=language)
    shown = task.splits.get("train") or task.splits.get("dev") or []
    splits = {"train": list(shown)[:TRAIN], "test": list(task.part("test"))[:TEST]}
    labels = sorted({label for example in shown for label in labels_of(example)})
    return replace(task, splits={name: part for name, part in splits.items() if part}, labels=labels)


def labels_of(example: Any) -> list[str]:
    """Return the labels of an example of any kind."""
    tags = getattr(example, "tags", None) if not hasattr(example, "relations") else example.relations
    inner = [f"I{tag[1:]}" for tag in tags or () if tag.startswith("B-")]
    return [*(tags or ()), *inner, *([example.label] if hasattr(example, "label") else [])]


def by_passage(task: Task, share: float = 0.2) -> Task:
    """Return a question task divided by passages, so that no passage is in both parts."""
    examples = [example for part in task.splits.values() for example in part]
    passages = sorted({example.context for example in examples})
    held = set(passages[:: round(1 / share)])
    train_part = [example for example in examples if example.context not in held]
    return replace(task, splits={"train": train_part, "test": [e for e in examples if e.context in held]})


def words_of(task: Task) -> list[str]:
    """Return the training texts of a task, to learn a tokenizer from."""
    texts = []
    for one in task.part("train"):
        said = (
            " ".join(one.words)
            if hasattr(one, "words")
            else getattr(one, "text", "") or f"{one.question} {one.context}"
        )
        texts.append(said)
    return texts


def encoder(task: Task, epochs: int) -> Any:
    """Return a tiny encoder that has read nothing, fine-tuned."""
    texts = words_of(task)
    size = min(3000, 300 + sum(len(text.split()) for text in texts) // 2)
    tokenizer = vocab.learn(read(texts), kind="unigram", size=size, for_="encoder")
    return finetune(models.new("encoder", "tiny", tokenizer), task, epochs=epochs, lr=1e-3)


@cache
def decoder(code: str, megabytes: float = 2.0) -> Any:
    """Return a tiny decoder that read some megabytes of one language."""
    text = read(DATA / "lm_text" / f"{code}.train.txt.gz")
    model = models.new("decoder", "tiny", vocab.learn(text, size=4000))
    return train.pretrain(model, text, megabytes=megabytes, lr=2e-3)


def flores_topics(code: str) -> Task:
    """Join the topics of SIB-200 to the sentences of FLORES."""
    sentences = {
        part: next(iter(read_columns(DATA / "flores200" / f"flores200_{part}.tsv.gz", {code: [code]}).values()))
        for part in ("dev", "devtest")
    }
    splits: dict[str, list[Labeled]] = {"train": [], "test": []}
    lines = (DATA / "sib200" / "sib200_labels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    for line in lines:
        split, index, topic, part, row = line.split("\t")
        splits["test" if split == "test" else "train"].append(Labeled(sentences[part][int(row)], topic, id=index))
    labels = sorted({one.label for one in splits["train"]})
    return Task("topic", "classification", splits, labels)


def paragraphs(code: str) -> Task:
    """Return XQuAD as retrieval: which paragraph is a question about?"""
    questions = read_task(f"qa={DATA}/xquad/xquad.{code}.jsonl.gz").part("test")
    place = {context: f"p{number}" for number, context in enumerate(sorted({one.context for one in questions}))}
    queries = [Query(one.question, {place[one.context]: 1.0}, one.id) for one in questions]
    return Task("retrieval", "retrieval", {"test": queries}, documents={name: text for text, name in place.items()})


Row = tuple[Callable[[], Task], Callable[[Task], Any], str]
"""How the task is made, how it is answered, and with what in words."""


def learned(epochs: int) -> Callable[[Task], Any]:
    """Return what answers by a fine-tuned encoder."""
    return lambda task: use.answer(encoder(task, epochs), task)


def chosen(code: str) -> Callable[[Task], Any]:
    """Return what answers by the likelihood of a decoder."""
    return lambda task: use.answer(decoder(code), task)


def written(code: str, tokens: int) -> Callable[[Task], Any]:
    """Return what answers by writing."""
    return lambda task: use.ask(use.responder(decoder(code), tokens=tokens), task)


def labeled_rows() -> dict[str, Row]:
    """Return the rows of words, trees, names and classes."""
    table: dict[str, Row] = {}

    def add(name: str, make: Callable[[], Task], epochs: int) -> None:
        table[name] = make, learned(epochs), f"untrained encoder, {epochs} epochs"

    for bank in TREEBANKS:
        for kind, epochs in (("pos", 6), ("parsing", 8)):
            add(f"{kind}/{bank}", lambda kind=kind, bank=bank: prepare(f"{kind}={DATA}/ud/{bank}"), epochs)
    for name in ("kaz_kaznerd", "nob_norne"):
        add(f"ner/{name}", lambda name=name: prepare(f"ner={DATA}/ner/{name}"), 8)
    add("ner/fin_finer", finnish_names, 8)
    for code in ("swa", "hau", "yor", "amh", "ary", "por"):
        add(f"afrisenti/{code}", lambda code=code: prepare(f"sentiment={DATA}/afrisenti/{code}"), 6)
    for code in ("swa", "xho", "lin", "hau"):
        add(f"masakhanews/{code}", lambda code=code: prepare(f"topic={DATA}/masakhanews/{code}"), 6)
    for code in ("fao_Latn", "kaz_Cyrl", "swh_Latn", "tam_Taml"):
        add(f"sib200/{code}", lambda code=code: flores_topics(code), 12)
    for code in ("en", "tr", "zh"):
        file = f"qa={DATA}/xquad/xquad.{code}.jsonl.gz"
        add(f"qa/xquad-{code}", lambda file=file, code=code: by_passage(read_task(file, language=code)), 6)
    add("qa/kazqad", lambda: by_passage(read_task(f"qa={DATA}/kazqad", language="kaz")), 6)
    return table


def untrained_rows() -> dict[str, Row]:
    """Return the rows that need no training on the task: options, retrieval, writing."""
    table: dict[str, Row] = {}
    read_english, read_swahili = "decoder, 2 MB of English", "decoder, 2 MB of Swahili"
    table["clams/en"] = lambda: read_task(f"minimal-pairs={DATA}/clams/en.tsv.gz"), chosen("eng"), read_english
    for code, three in (("et", "est"), ("sw", "swa"), ("ta", "tam"), ("tr", "tur")):
        file = f"choice={DATA}/xcopa/{code}.test.jsonl.gz"
        table[f"xcopa/{code}"] = lambda file=file: prepare(file), chosen(three), "decoder, 2 MB of the language"
    for code in ("en", "de", "tr", "zh", "ar", "hi"):
        table[f"retrieval/xquad-{code}"] = lambda code=code: paragraphs(code), use.rank_by_words, "BM25, no training"
    by_vectors = lambda task: use.rank_by_vectors(decoder("eng"), task)  # noqa: E731
    table["retrieval/xquad-en-vectors"] = lambda: paragraphs("en"), by_vectors, f"middle layer of a {read_english}"
    numbers, requests = f"generation={DATA}/mgsm/mgsm_sw.tsv.gz", f"instructions={DATA}/marco_bench_mif/sw.jsonl.gz"
    table["mgsm/sw"] = lambda: prepare(numbers), written("swa", 32), read_swahili
    table["marco-mif/sw"] = lambda: prepare(requests, "swa"), written("swa", 64), read_swahili
    return table


def rows() -> dict[str, Row]:
    """Return the table: name → row."""
    return labeled_rows() | untrained_rows()


def finnish_names() -> Task:
    """The Finnish names have a test part only: its first two thirds are learned from."""
    task = read_task(f"ner={DATA}/ner/fin_finer_wikipedia")
    examples = task.part("test")
    cut = 2 * len(examples) // 3
    return replace(task, splits={"train": examples[: min(cut, TRAIN)], "test": examples[cut:][:TEST]})


SECOND = {"classification": "macro_f1"}
"""Kind → a metric beside the headline: where one class is frequent, accuracy alone rewards those who always name it."""


def run(name: str, row: Row) -> list[dict[str, Any]]:
    """Train, answer, score; return the lines of the table."""
    make, reply, how = row
    started = time.process_time()
    task = make()
    examples = task.part("test")
    found = reply(task)
    blind = score.grade(kind_of(task).blind(task, examples), task)
    oracle = score.grade(kind_of(task).oracle(task, examples), task)
    scored = score.grade(found.answers, task, settings=found.settings, warnings=found.warnings)
    seconds = round(time.process_time() - started)
    shown = (scored[0].metric, SECOND.get(task.kind))
    return [
        line(name if one is scored[0] else f"{name}, {one.metric}", one, floor, top, how, seconds)
        for one, floor, top in zip(scored, blind, oracle, strict=True)
        if one.metric in shown
    ]


def line(name: str, scored: Score, blind: Score, oracle: Score, how: str, seconds: int) -> dict[str, Any]:
    """Compare with the blind reader; print and return a line of the table."""
    gain = paired_bootstrap(gather([scored]), gather([blind]), draws=2_000)
    verdict = "above chance" if gain.low > 0 else "below chance" if gain.high < 0 else "not shown"
    print(
        f"{name:28} {scored.metric:14} {scored.value:.3f} [{scored.low:.3f}, {scored.high:.3f}]  "
        f"blind {blind.value:.3f}  oracle {oracle.value:.3f}  {verdict}  {seconds} s",
        flush=True,
    )
    return {
        "row": name, "metric": scored.metric, "n": scored.n, "value": scored.value, "low": scored.low, "high": scored.high,
        "blind": blind.value, "oracle": oracle.value, "gain": [gain.low, gain.high], "verdict": verdict, "how": how,
        "seconds": seconds, "signature": scored.signature,
    }  # fmt: skip


def write(lines: dict[str, dict[str, Any]]) -> None:
    """Write the lines, and the page made from them."""
    OUT.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines.values()), encoding="utf-8")
    head = (
        "# Tasks on real data\n\nMade by `python benchmarks/real_tasks.py`; one row: `python benchmarks/real_tasks.py ROW`. "
        "Tiny models, trained on the spot; what is shown is that every kind of task is read, learned, answered and scored, "
        "not how good a model can be.\n\n"
        "| row | metric | n | value | 95 % | blind reader | oracle | verdict | answered by |\n|---|---|---|---|---|---|---|---|---|\n"
    )
    body = "".join(
        f"| `{one['row']}` | {one['metric']} | {one['n']} | {one['value']:.3f} | {one['low']:.3f}–{one['high']:.3f} | "
        f"{one['blind']:.3f} | {one['oracle']:.3f} | {one['verdict']} | {one['how']} |\n"
        for one in lines.values()
    )
    OUT.with_name("tasks.md").write_text(head + body, encoding="utf-8")


def main() -> None:
    """Run the rows named, or all."""
    table = rows()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", help="names, or beginnings of names")
    asked = parser.parse_args().rows
    done = {}
    if OUT.is_file():
        done = {line["row"]: line for line in map(json.loads, OUT.read_text(encoding="utf-8").splitlines())}
    for name, row in table.items():
        if not asked or any(name.startswith(one) for one in asked):
            done |= {one["row"]: one for one in run(name, row)}
            order = {place: number for number, place in enumerate(table)}
            write(dict(sorted(done.items(), key=lambda pair: (order[pair[0].partition(",")[0]], pair[0]))))


if __name__ == "__main__":
    main()
