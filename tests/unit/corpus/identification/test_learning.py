"""What is learned: determinism, balance, chance for permuted labels, the guard of scripts, and bad input."""

import random

import numpy as np
import pytest

from lect.artifacts import read
from lect.artifacts.errors import LectError
from lect.corpus.identification.auditing import audit_labels
from lect.corpus.identification.cleaning import in_script, label_lines, language_label
from lect.corpus.identification.confusions import count_confusions
from lect.corpus.identification.learning import learn_identifier


def test_order_of_documents_and_form_of_input_do_not_matter(identifier, lines):
    documents = [{"text": line, "language": label} for label, own in lines.items() for line in own]
    random.Random(1).shuffle(documents)
    other = learn_identifier(read(documents))
    assert other.labels == identifier.labels
    assert np.array_equal(other.buckets, identifier.buckets)
    assert np.array_equal(other.weights, identifier.weights)
    assert (other.sharpness, other.threshold) == (identifier.sharpness, identifier.threshold)


def test_permuted_labels_collapse_to_chance(lines, heldout):
    few = {label: own[:40] for label, own in lines.items()}
    labels = [label for label, own in few.items() for _ in own]
    random.Random(0).shuffle(labels)
    mixed = {}  # labels that are no language, so no script is guarded
    shuffled = iter(labels)
    for own in few.values():
        for line in own:
            mixed.setdefault(f"{next(shuffled)[:3]}x", []).append(line)
    found = learn_identifier(mixed)
    gold = [f"{label[:3]}x" for label, own in heldout.items() for _ in own]
    said = [top[0][0] for top in found.identify([line for own in heldout.values() for line in own]).top(1)]
    assert abs(np.mean([one == other for one, other in zip(gold, said, strict=True)]) - 1 / 7) < 0.1


def test_a_weight_is_the_smoothed_log_odds():
    found = learn_identifier({"a": ["ab"], "b": ["cd"]}, orders=(2,), balance=0)
    # both have three bigrams of count 1; q is 1/6 each, the smoothing mass 0.2 · 3
    gain, floor = np.log1p(1 / (0.6 / 6)), np.log1p(3 / 0.6)
    assert len(found.buckets) == 6
    assert np.allclose(np.sort(found.weights[1:], axis=1), [[-floor, gain - floor]] * 6, atol=1e-5)


def test_ngrams_are_pruned_and_letters_tell_most(lines):
    small = learn_identifier(lines, ngrams=500)
    assert len(small.buckets) == 500
    assert small.gains.data.dtype == np.uint8


def test_balance_is_the_exponent_of_the_priors(lines):
    uneven = {"fao_Latn": lines["fao_Latn"][:10], "eng_Latn": lines["eng_Latn"][:90]}
    assert set(label_lines(uneven).reasons) == {""}
    for balance in (0.3, 1.0):
        priors = learn_identifier(uneven, balance=balance).priors
        assert priors[0] - priors[1] == pytest.approx(balance * np.log(9), abs=1e-5)


def test_the_guard_rejects_every_line_in_a_wrong_script(lines):
    swapped = {
        "fao_Latn": lines["rus_Cyrl"] + lines["ell_Grek"],
        "rus_Cyrl": lines["fao_Latn"],
        "jpn_Jpan": lines["eng_Latn"],
    }
    assert set(label_lines(swapped).reasons) <= {"wrong_script", "copy"}
    assert not label_lines(swapped).kept()
    good = label_lines(lines | {"jpn_Jpan": ["これは日本語です", "東京", "カタカナ"]})
    assert "wrong_script" not in [
        r for r, line in zip(good.reasons, good.lines, strict=True) if any(map(str.isalpha, line))
    ]
    assert not in_script("12:30", "fao_Latn")
    assert in_script("anything", "no language at all")


def test_lines_are_learned_once():
    found = label_lines({"dan": ["ja ja\nja  ja\nnej"], "nob": ["ja ja"]})
    assert found.reasons == ["", "copy", "", ""]
    assert found.kept() == {"dan": ["ja ja", "nej"], "nob": ["ja ja"]}


@pytest.mark.parametrize(
    ("query", "label"),
    [("ar", "ara_Arab"), ("arb_Arab", "ara_Arab"), ("swh_Latn", "swa_Latn"), ("kor_Hang", "kor_Kore"), ("zh", "zho_Hans"),
     ("zho_Hant", "zho_Hant"), ("nb", "nob_Latn"), ("nno_Latn", "nno_Latn"), ("azj_Latn", "aze_Latn"), ("sr-Latn", "srp_Latn"),
     ("ary", "ary_Arab"), ("fo", "fao_Latn")],
)  # fmt: skip
def test_one_label_for_all_codes_of_a_language(query, label):
    assert language_label(query) == label


def test_an_audit_finds_planted_mislabels(lines):
    planted = sorted(lines["fin_Latn"], key=len)[-6:]
    found = audit_labels(
        lines
        | {
            "dan_Latn": lines["dan_Latn"] + planted,
            "fin_Latn": [line for line in lines["fin_Latn"] if line not in planted],
        },
        confidence=0.9,
    )
    suspects = {line for line, looks, _ in found.report("dan_Latn") if looks == "fin_Latn"}
    assert len(suspects & set(planted)) >= 5
    assert found.lines.reasons.count("label_elsewhere") <= len(planted) + 0.02 * len(found.lines.lines)
    assert not suspects & set(found.lines.kept()["dan_Latn"])


@pytest.mark.parametrize(
    ("texts", "message"),
    [({"fao": ["Gott kvøld"]}, "two or more"), ({"fao": ["Gott kvøld"], "rus": ["latin only"]}, "two or more"),
     ({" ": ["x"], "fao": ["y"]}, "without a label"), (["no labels"], "found list")],
)  # fmt: skip
def test_what_cannot_be_learned_from_is_said(texts, message):
    with pytest.raises(LectError, match=message):
        learn_identifier(texts)
    with pytest.raises(LectError, match="without a label"):
        learn_identifier(read(["no language"]))


@pytest.mark.parametrize("wrong", [{"orders": ()}, {"orders": (9,)}, {"balance": 2}, {"ngrams": 0}, {"precision": 0}])
def test_options_out_of_range_are_refused(lines, wrong):
    with pytest.raises(LectError, match="found"):
        learn_identifier(lines, **wrong)


def test_confusions_by_hand():
    gold, said = ["a"] * 4 + ["b"] * 3 + ["c"] * 3, ["a", "a", "a", "b", "b", "b", "und", "c", "a", "a"]
    found = count_confusions(gold, said)
    assert found.names == ("a", "b", "c", "und")
    assert found.table.tolist() == [[3, 1, 0, 0], [0, 2, 0, 1], [2, 0, 1, 0], [0, 0, 0, 0]]
    assert found.f1() == pytest.approx({"a": 6 / 9, "b": 4 / 6, "c": 2 / 4})
    assert found.false_positive_rates() == pytest.approx({"a": 2 / 6, "b": 1 / 7, "c": 0})
    assert found.worst(1) == [("c", "a", 2)]
    with pytest.raises(LectError, match="as many"):
        count_confusions(["a"], [])
