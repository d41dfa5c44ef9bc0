"""Answers found again in a translation: at their offsets, exactly where they are written, else where they are meant."""

import json
import shutil
from random import Random

import numpy as np
import pytest

from lect.artifacts.errors import LectError
from lect.artifacts.tasks import Question, Task, read_task
from lect.score.building.bilingual_sentences import align_sentences, candidate_spans, occurrences, sentence_spans
from lect.score.building.projecting import (
    character_similarity,
    parallel_questions,
    project,
    translate_questions,
)
from lect.score.grading import grade
from lect.score.kinds import KINDS
from lect.score.statistics.passages import _overlap, answer_words

NOUNS = [f"{a}{b}{c}" for a in ("bra", "kle", "tomi", "su") for b in ("vad", "rik", "len") for c in ("or", "am", "ist")]


def _passages(n=30, seed=0, sentences=4):
    """Return passages of different words, each with two questions, one across a boundary, one without an answer."""
    random, examples = Random(seed), []
    for number in range(n):
        words = random.sample(NOUNS, len(NOUNS))
        said = [[words.pop() for _ in range(8)] for _ in range(sentences)]
        context = " ".join(f"{' '.join(one)}." for one in said)
        for turn in range(2):
            text = " ".join(random.choice(said)[turn : turn + 2])
            question = Question(f"Which {number} {turn}?", context, [(text, context.index(text))], f"{number}-{turn}")
            examples.append(question)
        if number == 0:
            crossing = f"{said[0][-1]}. {said[1][0]}"
            examples.append(Question("Which crosses?", context, [(crossing, context.index(crossing))], "cross"))
            examples.append(Question("Why?", context, [], "none"))
    return Task("qa", "questions", {"test": examples})


def _cipher(texts, ending=""):
    """Translate word by word; `ending` is what a word that stands alone or last in a text has in addition."""
    table = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ostuvwxaeiyzbcdfghjklmnpqr")
    words = [text.translate(table).split() for text in texts]
    return [" ".join([*one[:-1], one[-1] + ending * one[-1].isalpha()]) for one in words]


def _texts(task):
    return {e.id: (e.answers[0][0] if e.answers else "") for e in task.part("test")}


@pytest.mark.parametrize("projector", ["similarity", "marker", "alignment"])
def test_every_answer_is_found_at_its_offset(tmp_path, projector):
    task = _passages()
    out = translate_questions(task, _cipher, tmp_path / "qa", language="eng", translator="cipher", projector=projector)
    found = read_task(f"qa={out}")  # the reader refuses answers that are not at their offsets
    gold = {id_: _cipher([text])[0] if text else "" for id_, text in _texts(task).items()}
    assert _texts(found) == gold
    assert len(found.part("test")) == 62
    assert grade(KINDS["questions"].oracle(found, found.part("test")), found)[0].value == 1
    rows = [q for p in json.loads((out / "questions.test.json").read_text())["data"][0]["paragraphs"] for q in p["qas"]]
    assert {a["how"] for q in rows for a in q["answers"]} == {"alignment" if projector == "alignment" else "exact"}
    assert sum(q["is_impossible"] for q in rows) == 1


def test_a_finished_set_is_not_translated_again(tmp_path):
    task, calls = _passages(4), []
    for _ in range(2):
        translate = lambda texts: calls.append(len(texts)) or _cipher(texts)  # noqa: E731
        translate_questions(task, translate, tmp_path / "qa", language="eng", translator="cipher")
    assert len(calls) == 1


def test_the_sentence_is_that_of_the_source(tmp_path):
    task = _passages()
    out = translate_questions(task, _cipher, tmp_path / "qa", language="eng", translator="cipher")
    paragraphs = json.loads((out / "questions.test.json").read_text())["data"][0]["paragraphs"]
    by_id = {example.id: example for example in task.part("test")}
    for paragraph in paragraphs:
        crossed = any(question["id"] == "cross" for question in paragraph["qas"])
        for answer, gold in ((q["answers"][0], by_id[q["id"]]) for q in paragraph["qas"] if q["answers"]):
            before = gold.context[: gold.answers[0][1]].count(".")
            assert answer["sentence"] == (max(before - 1, 0) if crossed else before)


def test_inflected_answers_are_found_by_likeness_and_marks(tmp_path):
    task = _passages()
    gold = {id_: _cipher([text])[0] for id_, text in _texts(task).items() if text and id_ != "cross"}

    def hits(**options):
        name = "-".join(map(str, options.values()))
        out = translate_questions(task, lambda texts: _cipher(texts, "en"), tmp_path / name, language="eng",
                                  translator="cipher", **options)  # fmt: skip
        return sum(_texts(read_task(f"qa={out}"))[id_] == text for id_, text in gold.items()) / len(gold)

    assert hits(projector="similarity") == 1
    assert hits(projector="marker") == 1
    assert hits(projector="similarity", similarity=lambda a, b: np.random.default_rng(len(a)).random((len(a), 1))) < 0.3


def test_lost_marks_fall_back_to_likeness(tmp_path):
    drop = lambda texts: [one.replace("[[", "").replace("]]", "") for one in _cipher(texts, "en")]  # noqa: E731
    task = _passages(8)
    marked, plain = (
        translate_questions(task, drop, tmp_path / p, language="eng", translator="x", projector=p)
        for p in ("marker", "similarity")
    )
    assert _texts(read_task(f"qa={marked}")) == _texts(read_task(f"qa={plain}"))


def test_answers_that_are_unlike_are_flagged(tmp_path):
    def translate(texts):
        return ["zzzz zzzz" if " " in t and len(t) < 24 and "?" not in t else t for t in _cipher(texts)]

    out = translate_questions(_passages(6), translate, tmp_path / "qa", language="eng", translator="x")
    record = json.loads((out / "lect.json").read_text())
    assert record["answers"] == 13
    assert record["flagged"] >= 9


def test_parallel_passages_carry_their_answers(tmp_path):
    task = _passages(60)
    contexts = sorted({example.context for example in task.part("test")})
    reverse = {
        c: " ".join(" ".join(_cipher([s])[0].rstrip(".").split()[::-1]) + "." for s in _sentences(c)) for c in contexts
    }
    out = parallel_questions(task, reverse, tmp_path / "qa", language="eng")
    found = _texts(read_task(f"qa={out}"))
    gold = {id_: " ".join(_cipher([text])[0].split()[::-1]) for id_, text in _texts(task).items() if text}
    right = [found[id_] == text for id_, text in gold.items() if id_ != "cross"]
    assert np.mean(right) > 0.9
    with pytest.raises(LectError, match="1 of 60 passages have no translation"):
        parallel_questions(task, {c: t for c, t in reverse.items() if c != contexts[0]}, tmp_path / "x", language="eng")


def _sentences(text):
    return [text[start:end] for start, end in sentence_spans(text)]


def test_sentences_keep_their_offsets_and_pair_by_length():
    text = "« Ja! » Tað er 3.5 km. Hvar? 你好。再见。"
    spans = sentence_spans(text)
    assert "".join(text[a:b] for a, b in spans).replace(" ", "") == text.replace(" ", "")
    assert len(spans) == 5
    left = "One is short. Two is a longer sentence, and it goes on. Three."
    right = "Ein er stuttur. Tvey er ein longri setningur. Hann heldur fram. Trý."
    blocks = [(left[slice(*a)], right[slice(*b)]) for a, b in align_sentences(left, right, sentence_spans(left))]
    assert blocks[0] == ("One is short.", "Ein er stuttur.")
    assert blocks[1][1].endswith("fram.")
    assert blocks[2] == ("Three.", "Trý.")


def test_places_and_candidates():
    assert occurrences("art of party art", "art") == [0, 13], "words by themselves first"
    assert occurrences("party", "art") == [1]
    assert occurrences("我爱北京", "北京") == [2]
    text = "one two, three four"
    assert {text[a:b] for a, b in candidate_spans(text, 2)} >= {"one", "one two", "two, three", text}
    assert max(len(text[a:b].split()) for a, b in candidate_spans(text, 1)) == 2
    alike = character_similarity([text])
    assert project("a b a", "a", alike, position=0.9).start == 4
    assert project("a b a", "a", alike).occurrences == 2
    assert project("...", "a", alike).score == 0


def test_what_cannot_be_translated_is_refused(tmp_path):
    task = _passages(2)
    for translate, options, said in (
        (lambda texts: texts[1:], {}, "expected one text for each"),
        (lambda texts: ["" for _ in texts], {}, "expected one text for each"),
        (_cipher, {"projector": "guess"}, "'similarity', 'marker' or 'alignment'"),
    ):
        with pytest.raises(LectError, match=said):
            translate_questions(task, translate, tmp_path / "qa", language="eng", translator=said, **options)
        shutil.rmtree(tmp_path / "qa.partial", ignore_errors=True)  # an interrupted run, kept to be resumed
    with pytest.raises(LectError, match="questions on passages"):
        translate_questions(Task("pos", "tagging", {}), _cipher, tmp_path / "qa", language="eng", translator="x")
    assert not (tmp_path / "qa").exists()


@pytest.mark.real
@pytest.mark.parametrize("language", ["de", "tr"])
def test_projection_beats_search_and_relative_position(shared_data, language):
    """XQuAD with hidden spans: the sentence by alignment from English, the gold answer perturbed by suffix and order."""
    files = [shared_data / "xquad" / f"xquad.{code}.jsonl.gz" for code in ("en", language)]
    english, target = ({e.id: e for e in read_task(f"qa={file}").part("test")} for file in files)
    alike, random, rows = character_similarity(sorted({e.context for e in target.values()})[:60]), Random(0), []
    for id_ in sorted(english)[:90]:
        here, there = english[id_], target[id_]
        at = here.answers[0][1]
        gold, start = there.answers[0]
        for (first, last), (begin, end) in align_sentences(here.context, there.context, sentence_spans(here.context)):
            if first <= at < last + 1:
                sentence, place = there.context[begin:end], (at - first) / (last - first)
                break
        words = gold.split()
        changed = " ".join([*words[:-1], words[-1][: max(2, len(words[-1]) - 1)] + random.choice(["en", "ler", "s"])])
        found = project(sentence, changed, alike, position=place)
        plain = project(sentence, gold, alike, position=place)
        guess = round(at / len(here.context) * len(there.context))
        rows.append((
            begin + found.start == start and sentence[found.start : found.end] == gold,
            f1(sentence[found.start : found.end], gold, language),
            f1(changed if there.context.find(changed) >= 0 else "", gold, language),
            f1(there.context[guess : guess + len(gold)], gold, language),
            begin <= start < end,
            sentence.count(gold) != 1 or (begin + plain.start == start),
        ))  # fmt: skip
    exact, likeness, search, position, located, unperturbed = np.array(rows, dtype=float).mean(axis=0)
    assert located > 0.9
    assert exact > 0.5
    assert likeness > 0.65
    assert likeness > search + 0.3
    assert likeness > position + 0.3
    assert unperturbed == 1, "what is written once in the sentence is always found"


def f1(said, gold, language):
    return _overlap(answer_words(said, language), answer_words(gold, language))
