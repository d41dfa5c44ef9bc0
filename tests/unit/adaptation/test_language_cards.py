"""The language card: what is measured, what may be said of it, and what is written."""

import json
import math
from dataclasses import replace

import pytest
from tests.unit.adaptation import card_specimens as specimens
from tests.unit.score.tiny import decoder, encoder

import lect
from lect.adaptation.language_cards.making import card, make_card, open_card
from lect.adaptation.language_cards.measuring import letters_only
from lect.adaptation.language_cards.readings import describe, headline, read_line
from lect.adaptation.language_cards.rendering import render_page
from lect.adaptation.language_cards.requesting import check_request
from lect.adaptation.language_cards.values import SECTIONS, Card, Found
from lect.adaptation.language_cards.weighing import tabulate, weigh
from lect.artifacts.errors import LectError
from lect.artifacts.results import Results
from lect.artifacts.tasks import Choice, Labeled, Task
from lect.cli import main
from lect.score.evidence.comparing import compare
from lect.score.likelihood import bits_per_byte
from lect.score.safety import Item

TEXT = [document["text"] for document in lect.worlds.phrases("fo", 12, seed=3, sentences_per_document=3)]
PAIRS = [(f"Dagur {number} er góður.", f"Day {number} is good.") for number in range(12)]
TOPIC = Task(
    "topic",
    "classification",
    {part: [Labeled(f"orð {n}", "ab"[n % 2], id=f"{part}{n}") for n in range(8)] for part in ("train", "test")},
    ["a", "b"],
)
PLAIN = Task("facts", "choice", {"test": [Choice("Ísland: ", ["króna", "evra"], n % 2, f"f{n}", "xy"[n % 2]) for n in range(6)]})  # fmt: skip
PAIRED = Task("minimal-pairs", "choice", {"test": [Choice("", [f"hús {n}", f"hus {n}"], 0, f"m{n}") for n in range(6)]})
ITEMS = [Item(f"[placeholder {n}]", "malicious", "fao", n < 3, f"s{n}") for n in range(5)]


@pytest.fixture(scope="module")
def made() -> tuple[Card, Results]:
    """The card of a tiny random decoder, with every kind of section."""
    request = check_request(
        decoder(), "fao", text=TEXT, parallel=PAIRS, tasks=[TOPIC, PLAIN, PAIRED], safety=ITEMS, seeds=1
    )
    return make_card(request)


def test_every_section_is_measured_or_missing(made):
    page, results = made
    assert {line.section for line in page.lines} == set(SECTIONS) - {"generation"}
    assert [gap.section for gap in page.gaps] == ["generation"]
    assert len(page.lines) == 12
    values = {line.title: line.found["tiny"] for line in page.lines}
    assert values["Bits per byte"].value == bits_per_byte(decoder(), TEXT).value
    assert values["Unsafe replies"].n == 3
    assert set(values["Facts"].parts) == {"x", "y"}
    assert all(one.low <= one.value <= one.high for one in values.values() if one.low is not None)
    assert all(one.reading for one in values.values())
    assert {row["section"] for row in results.rows} == set(SECTIONS) - {"generation"}
    assert [row["chance"] for row in results.rows if row.get("task") == "topic" and row["headline"]] == [0.5]


def test_a_card_survives_its_json(made):
    page, _ = made
    assert Card.from_dict(json.loads(json.dumps(page.as_dict()))) == page
    assert headline(page) in describe(page)


def test_the_folder_holds_page_values_and_results_and_is_made_once(tmp_path):
    def make():
        return card(decoder(), language="fao", tasks=[PLAIN], out=tmp_path / "card")

    folder = make()
    assert {file.name for file in folder.iterdir()} == {
        "card.html", "card.json", "results.jsonl", "examples.parquet", "lect.json"
    }  # fmt: skip
    before = (folder / "card.json").stat().st_mtime_ns
    assert make() == folder
    assert (folder / "card.json").stat().st_mtime_ns == before
    page = open_card(folder)
    assert page.text == "CLDR phrases"
    assert (
        "not on running text"
        in next(line for line in page.lines if line.metric == "bits_per_byte").found["tiny"].warning
    )
    assert "not on running text" in (folder / "card.html").read_text(encoding="utf-8")
    assert Results.open(folder).scores(metric="bits_per_byte")[0][1].n == 300
    with pytest.raises(LectError, match="output of another run"):
        card(decoder(), language="fao", tasks=[PLAIN], seeds=2, out=folder)


def test_an_encoder_has_gaps_where_it_cannot_write_or_needs_training():
    writing = Task("hate", "classification", {"test": list(TOPIC.part("test"))}, ["a", "b"])
    page, _ = make_card(check_request(encoder(), "fao", text=TEXT[:2], tasks=[writing, PLAIN], safety=ITEMS))
    why = {gap.title: gap.why for gap in page.gaps}
    assert why["Hate speech"] == "tiny must be trained on it, and it has no training part"
    assert why["Safety"] == "tiny is an encoder, which does not write"
    line = next(line for line in page.lines if line.metric == "bits_per_byte")
    assert line.title == "Pseudo bits per byte"
    assert line.found["tiny"].chance is None


def test_two_models_are_compared_as_compare_does():
    one, other = decoder(seed=0).named("one"), decoder(seed=1).named("other")
    request = check_request([one, other], "fao", text=TEXT, tasks=[PLAIN])
    page, results = make_card(request)
    rows = {row.metric: row for row in compare(results, results, systems=("one", "other"), headline=True)}
    line = next(line for line in page.lines if line.metric == "bits_per_byte")
    assert line.versus.effect == rows["bits_per_byte"].comparison.effect
    assert (line.versus.outcome, rows["bits_per_byte"].verdict) in {("open", "not shown"), ("better", "better"), ("worse", "worse")}  # fmt: skip
    assert next(line for line in page.lines if line.metric == "fertility").versus.outcome == "open"  # one tokenizer
    assert headline(page).startswith("one against other in Faroese: of 3 measures")


def test_what_is_said_of_chance_follows_the_test():
    page = specimens.single()
    found = {line.title: next(iter(line.found.values())) for line in page.lines}
    assert found["Facts"].outcome == found["Parts of speech"].outcome == found["Bits per byte"].outcome == "better"
    assert found["Topic"].outcome == "open"
    assert "Cannot be told from chance (25" in found["Topic"].reading
    assert ", sure." in found["Facts"].reading
    assert found["Surprise over English"].reading.startswith(
        "It reads Kazakh less well than English: 1.25 times the surprise"
    )
    assert "above chance in 2 of 3 tests" in headline(page)
    assert page.summaries["knowledge"]["six<i>decoder</i>"].value == pytest.approx(
        (found["Facts"].value - 0.125) / 0.875
    )


def test_two_tasks_of_one_title_are_two_lines():
    asked, one = specimens.request(), specimens.trial(0.9, "Parts of speech", "structure")
    found = {"six": [one, replace(specimens.trial(0.3, "Parts of speech", "structure"), task="upos")]}
    lines = weigh(asked, found, tabulate(asked, found)).lines
    assert [line.task for line in lines] == ["Parts of speech", "upos"]
    assert lines[0].found["six"].value > lines[1].found["six"].value


def test_one_training_run_shows_nothing_however_good():
    asked = specimens.request()
    found = {"six": [specimens.trial(0.9, "Topic", "understanding", seeds=1)]}
    line = weigh(asked, found, tabulate(asked, found)).lines[0].found["six"]
    assert line.outcome == "open"
    assert "1 training run cannot tell skill from luck" in line.reading


@pytest.mark.parametrize(("level", "n", "outcome"), [(0.005, 100, "open"), (0.5, 4, "open"), (0.5, 100, "worse")])
def test_nothing_right_is_worse_than_chance_only_where_a_guesser_would_hit(level, n, outcome):
    asked = specimens.request()
    found = {"six": [specimens.trial(0.0, "Facts", "knowledge", level=level, n=n)]}
    line = weigh(asked, found, tabulate(asked, found)).lines[0].found["six"]
    assert line.outcome == outcome
    assert (line.low, line.high) == (0.0, pytest.approx(1 - 0.025 ** (1 / n)))


def test_the_reader_of_letters_pays_the_entropy():
    text = lect.read(["aab", "b"])
    assert letters_only(text).value == pytest.approx(1.0)
    assert letters_only(lect.read(["abcd" * 3])).value == pytest.approx(2.0)
    assert letters_only(lect.read(["aaab", "aaab"])).value == pytest.approx(-0.75 * math.log2(0.75) + 0.5)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seeds": 0}, "at least 1; found 0"),
        ({"models": []}, "one model, or two side by side; found 0"),
        ({"models": ["a", "b", "c"]}, "found 3"),
        ({"models": "no/such/model/here"}, "there is no model folder"),
        ({"language": "qqq-nowhere"}, "qqq"),
        ({"language": "eng", "parallel": PAIRS}, "a card of English takes none"),
        ({"tasks": [TOPIC, TOPIC]}, "two tasks are called 'topic'"),
        ({"tasks": [replace(TOPIC, splits={"train": TOPIC.splits["train"]})]}, "has no 'test' part"),
        ({"tasks": ["weather=x"]}, "NAME=PATH"),
        ({"safety": "no-such-file.jsonl"}, "no-such-file"),
    ],
)
def test_what_cannot_be_measured_is_refused_before_any_work(change, said):
    given = {"models": decoder(), "language": "fao"} | change
    with pytest.raises(LectError, match=said):
        check_request(given.pop("models"), given.pop("language"), **given)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((1.02, 0.99, 1.06), "about as well as English"),
        ((1.02, 0.80, 1.30), "neither surely better nor surely worse than English"),
        ((1.07, 1.01, 1.14), "slightly less well than English"),
        ((1.30, 1.20, 1.40), "less well than English"),
        ((2.50, 2.20, 2.90), "much less well than English"),
        ((0.80, 0.75, 0.85), "better than English"),
    ],
)
def test_alike_is_said_only_where_the_interval_shows_it(values, said):
    one = Found(*values, n=50, runs=0, chance=None, outcome="plain", reading="", warning="", signature="")
    assert read_line("parity", one, None, specimens.request()).startswith(f"It reads Kazakh {said}:")


def test_a_changed_task_in_memory_makes_another_card(tmp_path):
    card(decoder(), language="fao", text=TEXT[:2], tasks=[PLAIN], out=tmp_path / "card")
    other = replace(PLAIN, splits={"test": list(PLAIN.part("test"))[:4]})
    with pytest.raises(LectError, match="output of another run"):
        card(decoder(), language="fao", text=TEXT[:2], tasks=[other], out=tmp_path / "card")


def test_two_models_of_one_name_are_refused():
    with pytest.raises(LectError, match="both models are called 'tiny'"):
        check_request([decoder(), decoder()], "fao")


@pytest.mark.parametrize("name", ["single", "double", "bare"])
def test_the_page_is_whole_and_escaped(name):
    page = getattr(specimens, name)()
    html = render_page(page)
    assert "default-src 'none'" in html
    assert "<script" not in html
    assert "http:" not in html
    assert "https:" not in html
    assert "<i>decoder" not in html
    assert "<b>script" not in html
    assert html.count('class="line"') == len(page.lines)
    assert html.count('class="tile') == len(SECTIONS)
    assert render_page(page) == html


def test_only_sections_with_chance_have_a_summary_and_the_better_model_wins():
    page = specimens.double()
    assert set(page.summaries) == {"knowledge", "structure", "understanding"}
    verdicts = {line.title: line.versus.outcome for line in page.lines if line.versus}
    assert verdicts["Bits per byte"] == verdicts["Price over English"] == "worse"
    assert "Size" not in verdicts
    assert all(set(line.found) == set(page.systems) for line in page.lines)


def test_the_command_prints_the_card_and_says_where_it_is(tmp_path, capsys):
    decoder(family="llama").save(tmp_path / "model")
    (tmp_path / "text.txt").write_text("\n".join(TEXT), encoding="utf-8")
    rows = "".join(f"hús {number}\thus {number}\n" for number in range(6))
    (tmp_path / "pairs.tsv").write_text("good\tbad\n" + rows, encoding="utf-8")
    out = str(tmp_path / "card")
    given = {"--language": "Faroese", "--text": tmp_path / "text.txt", "--minimal-pairs": tmp_path / "pairs.tsv"}
    with pytest.raises(SystemExit) as end:
        main(["card", str(tmp_path / "model"), *(str(word) for pair in given.items() for word in pair), "--out", out])
    assert not end.value.code
    said = capsys.readouterr().out
    assert said.startswith("model needs ")
    assert "Right sentences told from wrong ones, model:" in said
    assert "Pass --parallel FILE with Faroese and English sentences" in said
    assert f"{out}/card.html" in said
