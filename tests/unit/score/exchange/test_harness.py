import json
import random
import sys
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.score.exchange.tasks import (
    CLASSES,
    CLOZE,
    ENDINGS,
    PAIRS,
    QUESTIONS,
    SENTENCES,
    TEXTS,
    VERBALIZED,
    WRITING,
)

from lect.artifacts.errors import LectError
from lect.artifacts.tasks import Choice, Labeled, Question, Tagged, Task, Written
from lect.score.exchange import export_task
from lect.score.exchange.exported_task import load, score_answer, score_text
from lect.score.formulas import chrf
from lect.score.kinds import KINDS
from lect.use.forms import COMPARED, render

yaml = pytest.importorskip("yaml", reason="PyYAML comes with transformers")


class Loader(yaml.SafeLoader):
    """YAML with the harness's own tag."""


Loader.add_constructor("!function", lambda loader, node: f"!function {node.value}")


def exported(task, tmp_path, **options):
    folder = export_task(task, tmp_path / "tasks", **options)
    config = yaml.load((folder / f"{folder.name}.yaml").read_text("utf-8"), Loader)
    rows = [json.loads(line) for line in (folder / f"{config['test_split']}.jsonl").read_text("utf-8").splitlines()]
    return config, rows, folder


def test_minimal_pairs_become_multiple_choice(tmp_path):
    config, rows, folder = exported(PAIRS, tmp_path, name="my pairs")
    assert config["task"] == folder.name == "my-pairs"
    assert config["output_type"] == "multiple_choice"
    assert (config["doc_to_text"], config["doc_to_choice"], config["doc_to_target"]) == ("text", "choices", "answer")
    assert config["target_delimiter"] == ""
    assert [metric["metric"] for metric in config["metric_list"]] == ["acc", "acc_norm", "acc_bytes"]
    assert config["custom_dataset"] == "!function exported_task.load"
    assert config["metadata"]["lect"] == PAIRS.identity
    for row, example in zip(rows, PAIRS.splits["test"], strict=True):
        assert row["text"] == row["lead"] == ""
        assert row["choices"][row["answer"]] == example.options[0]
        assert set(row["choices"]) == set(example.options)
        assert (row["id"], row["group"]) == (example.id, "order")


def test_who_takes_the_first_of_equals_is_at_chance(tmp_path):
    many = [Choice("", [f"right {n}", f"wrong {n}"], 0, str(n)) for n in range(400)]
    _, rows, _ = exported(replace(PAIRS, splits={"test": many}), tmp_path)
    assert 160 < sum(row["answer"] == 0 for row in rows) < 240


def test_options_follow_the_text_after_one_space(tmp_path):
    config, rows, _ = exported(ENDINGS, tmp_path)
    assert config["target_delimiter"] == " "
    assert [row["text"] for row in rows] == SENTENCES
    spaced = Task("s", "choice", {"test": [Choice("a\n", ["b", "c"], 1, "0"), Choice("d", ["e", "f"], 0, "1")]})
    config, rows, _ = exported(spaced, tmp_path)
    assert config["target_delimiter"] == ""
    assert [row["text"] for row in rows] == ["a\n", "d "]
    assert [row["choices"][row["answer"]] for row in rows] == ["c", "e"]


def test_a_cloze_is_a_choice_between_texts(tmp_path):
    _, rows, _ = exported(CLOZE, tmp_path)
    for row, example in zip(rows, CLOZE.splits["test"], strict=True):
        assert row["text"] == ""
        assert row["choices"][row["answer"]] == example.prompt.replace("[MASK]", example.options[example.answer])


def test_classes_are_chosen_by_their_words_under_the_prompt_of_ask(tmp_path):
    config, rows, folder = exported(CLASSES, tmp_path, prompt=VERBALIZED)
    assert config["description"] == "{{lead}}"
    assert (config["fewshot_split"], config["target_delimiter"]) == ("train", " ")
    assert len((folder / "train.jsonl").read_text("utf-8").splitlines()) == 4
    for row, example in zip(rows, CLASSES.splits["test"], strict=True):
        assert row["choices"] == ["ringur", "góður"]
        assert row["answer"] == ["bad", "good"].index(example.label)
        assert row["lead"] == "Svara.\n\n"
        assert row["lead"] + row["text"] == render(COMPARED["classification"], VERBALIZED, CLASSES, example)


def test_shots_of_the_prompt_stand_before_each_example(tmp_path):
    shown = replace(VERBALIZED, shots=[Labeled("ja", "good")])
    config, rows, _ = exported(CLASSES, tmp_path, prompt=shown)
    assert "fewshot_split" not in config
    assert rows[0]["lead"] == "Svara.\n\nTekstur: ja\nMeining: góður\n\n"


def test_texts_are_generated_and_documents_are_rolled(tmp_path):
    config, rows, _ = exported(WRITING, tmp_path)
    assert config["output_type"] == "generate_until"
    assert config["generation_kwargs"] == {"until": [], "max_gen_toks": 256, "do_sample": False}
    assert rows[0]["references"] == [SENTENCES[0][3:], SENTENCES[0][::-1]]
    config, rows, _ = exported(TEXTS, tmp_path, name="bpb")
    assert config["output_type"] == "loglikelihood_rolling"
    assert config["metric_list"] == [
        {"metric": "bits_per_byte", "aggregation": "bits_per_byte", "higher_is_better": False}
    ]
    assert rows == [{"id": one["id"], "text": one["text"]} for one in TEXTS]


def test_the_folder_may_be_moved_and_is_the_same_every_time(tmp_path):
    first, second = (export_task(CLASSES, tmp_path / name, prompt=VERBALIZED) for name in "ab")
    for file in ("classes.yaml", "test.jsonl", "train.jsonl", "exported_task.py"):
        assert (first / file).read_bytes() == (second / file).read_bytes()
        assert str(tmp_path) not in (first / file).read_text("utf-8")


def test_another_task_of_the_same_name_is_no_repetition(tmp_path):
    first = export_task(PAIRS, tmp_path)
    assert export_task(PAIRS, tmp_path) == first
    with pytest.raises(LectError, match="holds the output of another run"):
        export_task(replace(PAIRS, splits={"test": PAIRS.splits["test"][:3]}), tmp_path)


def answers_at_random(draw, words, n):
    return ["".join(draw.choice(words) + draw.choice([" ", ", ", "\u3002", ""]) for _ in range(draw.randint(0, 4))) for _ in range(n)]  # fmt: skip


@pytest.mark.parametrize("language", ["", "eng", "deu", "ara", "zho", "tha"])
def test_answers_are_scored_as_here(language, tmp_path):
    draw = random.Random(language)
    words = ["the", "a", "die", "der", "Haus", "ال", "البيت", "我们", "在", "家", "บ้าน", "42", "naïve", "«x»", "-", "!"]
    gold = [answers_at_random(draw, words, draw.randint(0, 3)) for _ in range(60)]
    replies = answers_at_random(draw, words, 60)
    replies = [draw.choice([*said, reply]) for said, reply in zip(gold, replies, strict=True)]
    asked = [Question("q", "c", [(text, 0) for text in said], str(n)) for n, said in enumerate(gold)]
    task = Task("qa", "questions", {"test": asked}, language=language)
    _, rows, _ = exported(task, tmp_path)
    found = KINDS["questions"].statistics(task, asked, replies)
    theirs = [score_answer(row, [reply]) for row, reply in zip(rows, replies, strict=True)]
    assert [one["f1"] for one in theirs] == found["answer_f1"][:, 0].tolist()
    assert [one["exact_match"] for one in theirs] == found["exact_match"][:, 0].tolist()
    assert 0 < sum(one["exact_match"] for one in theirs) < 60


def test_texts_are_scored_as_here(tmp_path):
    draw = random.Random(5)
    words = ["góðan", "morgun", "étt", "étt", "í", "dag", "!", "東京"]
    written = [Written("s", [said for said in answers_at_random(draw, words, 3) if said.strip()] or ["ja"], str(n)) for n in range(50)]  # fmt: skip
    replies = [draw.choice([one.references[-1], *answers_at_random(draw, words, 2)]) for one in written]
    task = Task("w", "generation", {"test": written})
    _, rows, _ = exported(task, tmp_path)
    found = KINDS["generation"].statistics(task, written, replies)
    theirs = [score_text(row, [f" {reply}"]) for row, reply in zip(rows, replies, strict=True)]
    assert [one["exact_match"] for one in theirs] == found["exact_match"][:, 0].tolist()
    import sacrebleu

    references, said = zip(*(one["chrf"] for one in theirs), strict=True)
    assert sacrebleu.corpus_chrf(list(said), [list(references)]).score == pytest.approx(
        float(chrf(np.sum(found["chrf"], axis=0))), abs=1e-6
    )


def test_only_the_first_line_of_an_answer_counts():
    doc = {"answers": ["Havn"], "articles": "", "punctuation": "ascii", "word": r"\S+"}
    assert score_answer(doc, [" Havn.\nWhy? Because"]) == {"f1": 1.0, "exact_match": 1.0}


def test_the_loader_wants_datasets_alone(monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(ImportError):
        load(version=1.0)


@pytest.mark.parametrize(
    ("task", "options", "said"),
    [
        (Task("pos", "tagging", {"test": [Tagged(["a"], ["X"], "0")]}), {}, "no form in lm-evaluation-harness"),
        (replace(CLASSES, labels=["good"]), {}, "has the label 'bad'"),
        (CLASSES, {"split": "dev"}, "no 'dev' part"),
        (CLASSES, {"prompt": replace(VERBALIZED, template="{nope}")}, "field {nope}"),
        ("pairs", {}, "NAME=PATH"),
    ],
)
def test_what_cannot_be_exported_is_refused_before_anything_is_written(task, options, said, tmp_path):
    with pytest.raises(LectError, match=said):
        export_task(task, tmp_path / "tasks", **options)
    assert not (tmp_path / "tasks").exists()


def test_questions_without_answer_stay_so(tmp_path):
    _, rows, _ = exported(QUESTIONS, tmp_path)
    assert rows[0]["answers"] == []
    assert score_answer(rows[0], [""]) == {"f1": 1.0, "exact_match": 1.0}
