"""The report says what the evidence says, escapes it, stands alone, and copes with whatever is missing."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from tests.unit.adaptation.specimens import SEEDS, answer, bare, poor, rich, row

from lect.adaptation.evidence import Evidence, Plan
from lect.adaptation.headlining import headline
from lect.adaptation.reporting import render_report, write_report
from lect.adaptation.summarizing import contrasts, limits, standing, systems, topics, verdict_words
from lect.artifacts.errors import LectError

SPECIMENS = {"rich": rich, "poor": poor, "bare": bare}
VOID = {"meta", "link", "br", "wbr", "hr", "img", "input"}


class Page(HTMLParser):
    """What is looked at in a page: balance of its tags, ids, what elements point to, its text."""

    def __init__(self, html: str):
        super().__init__()
        self.open, self.ids, self.tags, self.targets, self.labels = [], [], [], [], []
        self.said = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        self.ids += [found["id"]] if "id" in found else []
        self.labels += [found["aria-labelledby"]] if "aria-labelledby" in found else []
        self.targets += [found[key] for key in ("src", "href", "data", "action", "srcset") if key in found]
        if tag not in VOID and tag not in {"line", "rect", "circle", "path", "polyline"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.said).split())


@pytest.fixture(params=SPECIMENS)
def specimen(request) -> Evidence:
    return SPECIMENS[request.param]()


def test_evidence_survives_json(specimen):
    assert Evidence.from_dict(json.loads(json.dumps(specimen.as_dict()))).as_dict() == json.loads(
        json.dumps(specimen.as_dict())
    )


@pytest.mark.parametrize(
    ("damage", "says"),
    [({"plans": 1}, "plans"), ({"kind": "seq2seq"}, "expected decoder"), ({"language": {}}, "name, tag")],
)
def test_evidence_of_another_kind_is_refused(damage, says):
    with pytest.raises(LectError, match=says):
        Evidence.from_dict(rich().as_dict() | damage)


def test_report_is_one_page_that_stands_alone(specimen, tmp_path):
    html = write_report(specimen, tmp_path).read_text(encoding="utf-8")
    page = Page(html)
    assert page.open == []
    assert not [target for target in page.targets if not target.startswith("data:")]
    assert not {tag for tag, _ in page.tags} & {"script", "iframe", "object", "img"}
    assert not re.search(r"url\(|@import|https?://", html)
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    assert "default-src 'none'" in html


def test_report_is_accessible(specimen):
    page = Page(render_report(specimen))
    assert len(page.ids) == len(set(page.ids))
    assert set(page.labels) <= set(page.ids)
    assert len(page.labels) >= 4
    for tag, attrs in page.tags:
        if tag == "svg" and attrs.get("role") == "img":
            assert attrs["aria-label"]
        if tag == "th":
            assert attrs["scope"] in ("row", "col")
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(isinstance(attrs.get("dir"), str) for tag, attrs in page.tags if attrs.get("class") == "pieces")


def test_contrast_of_every_text_color_is_at_least_4_5():
    """WCAG 2.1, 1.4.3: text colors on the page, on a panel and on their wash, light and dark."""

    def luminance(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    styles = re.findall(r":root \{(.*?)\n\s*\}", render_report(rich()), re.S)
    assert len(styles) == 3
    for style in styles:
        colors = dict(re.findall(r"--([\w-]+): (#\w{6})", style.replace("#fff;", "#ffffff;")))
        pairs = [
            (ink, ground) for ink in ("ink", "soft", "better", "worse", "open", "kept") for ground in ("paper", "panel")
        ]
        pairs += [(outcome, f"{outcome}-wash") for outcome in ("better", "worse", "open")] + [
            ("ink", f"shade-{n}") for n in range(4)
        ]
        for ink, ground in pairs:
            bright, dark = sorted((luminance(colors[ink]), luminance(colors[ground])), reverse=True)
            assert (bright + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


def test_headline_of_a_gain():
    said = headline(rich()).text.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert (
        said == "After 10 MB of Faroese, the adapted model needs 1.42 bits per byte where the base needed 2.31 "
        "(39 % less; 95 % interval 38–40 %)."
    )
    assert headline(rich()).verdict == "shown to be better"
    assert "23" in headline(rich()).notes[1]
    assert headline(rich()).notes[1].startswith("What was lost")


@pytest.mark.parametrize(
    ("verdict", "effect", "outcome", "says"),
    [
        ("holds", -0.5, "better", "the adapted model needs"),
        ("contradicted", 0.5, "worse", "became worse"),
        ("not shown", 0.01, "open", "no improvement was shown"),
    ],
)
def test_headline_follows_the_verdict(verdict, effect, outcome, says):
    one = headline(
        replace(rich(), claims=[answer("adapted < base", "bits_per_byte", "heldout", verdict, effect, 0.02)])
    )
    assert says in one.text
    assert one.outcome == outcome


def test_a_loss_that_is_not_shown_still_has_its_number():
    claims = [answer("adapted < base", "bits_per_byte", "retain", "not shown", 0.227, 0.3)]
    (note,) = headline(replace(rich(), claims=claims)).notes
    assert note.startswith("What may be lost: 23")
    assert "not shown" in note


def test_no_claims_no_proof():
    evidence = replace(rich(), claims=[])
    assert headline(evidence).verdict == "described, not tested"
    assert any("do not prove" in line for line in limits(evidence))
    assert "Is the difference real?" not in render_report(evidence)


def test_pseudo_bits_are_not_compared_across_vocabularies():
    plan = Plan("replace", "constituent mean", 8_000, 6_000, 1, 3, [])
    evidence = replace(rich(), kind="encoder", plan=plan)
    assert headline(evidence).text.count("task pos") == 1
    assert {c.topic[0] for c in contrasts(evidence)} == {"accuracy"}
    jobless = replace(evidence, rows=[r for r in evidence.rows if r.get("task") != "pos"])
    assert headline(jobless).verdict == "not comparable"
    assert any("do not compare" in line for line in limits(jobless))
    assert "do not compare: the vocabulary changed" in render_report(jobless)


def test_a_direction_is_an_outcome_only_with_the_metric():
    claims = [
        answer("adapted > base", "bits_per_byte", "retain", "holds", 0.2, 0.01),
        answer("adapted > base", "accuracy", "pos", "holds", 0.2, 0.01),
        answer("adapted < base", "bits_per_byte", "heldout", "contradicted", 0.2, 0.01),
        answer("adapted < base", "bits_per_byte", "heldout", "not shown", -0.2, 0.5),
    ]
    assert [c.outcome for c in contrasts(replace(rich(), claims=claims))] == ["worse", "better", "worse", "open"]


def test_verdicts_in_words():
    def words(verdict, half):
        return verdict_words(
            contrasts(replace(rich(), claims=[answer("adapted > base", "accuracy", "pos", verdict, 0.02, half)]))[0]
        )

    assert words("holds", 0.01) == "shown"
    assert words("contradicted", 0.01) == "the opposite was shown"
    assert (
        words("not shown", 0.1).replace("\N{NARROW NO-BREAK SPACE}", " ")
        == "not shown (this test could have seen differences of 14.3 points or more)"
    )
    assert "fewer than 3 training runs" in words("not shown", 0.01)


def test_standing_is_the_mean_of_the_last_stage():
    stages = [row("adapted", "bits_per_byte", 9.0, stage="start", task="heldout")]
    stages += [
        row("adapted", "bits_per_byte", v, low=v - 1, high=v + 1, stage="end", seed=i, task="heldout")
        for i, v in enumerate((1.0, 2.0))
    ]
    one = standing(replace(rich(), rows=stages), "adapted", ("bits_per_byte", "heldout", None))
    assert (one.value, one.low, one.high, one.runs) == (1.5, 0.0, 3.0, 2)
    assert standing(rich(), "base", ("accuracy", "heldout", "fao")) is None


def test_kept_is_not_shown_where_the_vocabulary_is_kept():
    assert systems(rich()) == ["base", "kept", "adapted"]
    assert systems(replace(rich(), plan=replace(rich().plan, vocab="keep"))) == ["base", "adapted"]


def test_missing_parts_are_named_where_they_matter():
    text = Page(render_report(poor())).text
    for said in (
        "not measured",
        "1 training run: fewer than 3",
        "No task was tested",
        "masked token is guessed from both sides",
        "base and adapted",
    ):
        assert said in text, said
    text = Page(render_report(bare())).text
    assert "No model was scored on Persian yet" in text
    assert "How it learned" not in text


def test_text_is_escaped():
    html = render_report(bare())
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<b>Odd" not in html
    hostile = replace(
        rich(),
        base='"><img src=x onerror=alert(1)>',
        curves=[{"system": '"/><script>', "seed": 0, "points": [[0, 2], [1, 1]]}],
    )
    assert not {tag for tag, _ in Page(render_report(hostile)).tags} & {"img", "script"}


def test_all_rows_and_claims_are_there():
    page = Page(render_report(rich()))
    evidence = rich()
    assert sum(tag == "tr" for tag, _ in page.tags) == 3 + len(evidence.rows) + len(evidence.claims) + len(
        evidence.provenance
    )
    assert sum(attrs.get("class") == "run adapted" for _, attrs in page.tags) == SEEDS
    assert len(topics(evidence)) == 8
