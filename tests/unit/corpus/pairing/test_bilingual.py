"""The checks of the card: planted bilingual documents are found, their pairs too, and nothing where nothing was planted."""

import pytest
from tests.unit.corpus.pairing.cipher_world import encode, identify, pairs, sentences, translate

from lect.artifacts import LectError
from lect.corpus.pairing.bilingual import find_bilingual
from lect.corpus.pairing.glossaries import find_columns
from lect.corpus.pairing.planting import KINDS, plant_bilingual
from lect.corpus.pairing.prompts import classify_prompt, mine_prompts
from lect.corpus.pairing.segments import cut_instances, cut_pieces, cut_sentences
from lect.corpus.pairing.translations import pair_bilingual


@pytest.fixture(scope="module")
def planted():
    return plant_bilingual(pairs(600), ("eng", "ell"), documents=500, planted=60, sentences=5, seed=3)


@pytest.fixture(scope="module")
def found(planted):
    texts = list(planted.text.strings())
    return texts, find_bilingual(texts, identify, language="eng")


def test_what_was_planted_is_found_and_nothing_else(planted, found):
    truth = [bool(one["kind"]) for one in planted.text]
    assert [bool(reason) for reason in found[1].reasons] == truth
    assert found[1].counts() == {("eng", "ell"): 60}
    assert {one["kind"] for one in planted.text} == {"", *KINDS}


def test_stretches_hold_the_other_language_only(found):
    texts, result = found
    for text, stretches in zip(texts, result.stretches, strict=True):
        for one in stretches:
            assert identify([text[one.start : one.end]]) == ["ell"]
            assert not any("a" <= letter <= "z" for letter in text[one.start : one.end].lower())


def test_pairs_inside_are_found(planted, found):
    texts, result = found
    got = {(one.document, *one.sentences) for one in pair_bilingual(texts, result, encode)}
    truth = {(number, *pair) for number, some in enumerate(planted.translations) for pair in some}
    assert len(got & truth) >= 0.95 * len(truth)
    assert len(got & truth) >= 0.95 * len(got)


def test_a_blind_encoder_finds_no_pairs(found):
    def blind(seed):
        return lambda texts: encode([""] * len(texts), noise=1.0, seed=seed)

    texts, result = found
    assert pair_bilingual(texts, result, (blind(1), blind(2))) == []


def test_control_has_the_same_sentences_apart(planted):
    lines = [
        sorted(line.split(": ")[-1].strip("«»") for text in one.strings() for line in text.split("\n") if line)
        for one in (planted.text, planted.apart)
    ]
    said = [sum(len(line) for line in some) for some in lines]
    assert abs(said[0] - said[1]) < 0.01 * said[0]
    assert not any(find_bilingual(list(planted.apart.strings()), identify).reasons)


def test_foreign_words_and_names_do_not_count():
    said = " ".join(sentences(5))
    word = translate("makta")
    assert find_bilingual([f"{said} Her: «{' '.join([word] * 9)}», {said}"], identify).reasons == [""]
    assert find_bilingual([f"{said} Her: «{' '.join([word] * 10)}», {said}"], identify).reasons == ["bilingual"]


def test_lines_that_alternate_count_together():
    lines = [one for pair in pairs(6) for one in (" ".join(side.split()[:5]) for side in pair)]
    mostly_one = [lines[1], *lines[::2] * 4, lines[3]]
    assert find_bilingual(["\n".join(lines), "\n".join(mostly_one)], identify).reasons == ["bilingual", ""]


def test_wavering_labels_are_not_believed():
    calls = []

    def wavering(texts):
        calls.append(len(texts))
        return identify(texts) if len(calls) == 1 else ["eng"] * len(texts)

    text = " ".join(sentences(5)) + "\n" + translate(" ".join(sentences(2)))
    assert find_bilingual([text], wavering).reasons == [""]


def test_lists_of_words_are_bilingual_by_column():
    words = [one.split()[0].lower() for one in sentences(12)]
    text = "\n".join(f"{word} – {translate(word)}" for word in words)
    result = find_bilingual([text, "\n".join(f"{word} – {word[::-1]}" for word in words)], identify)
    assert result.reasons == ["bilingual", ""]
    assert [text[one.start : one.end] for one in result.stretches[0]] == [translate(word) for word in words]
    assert find_columns(["a – b\nc – d"]) == [[]]


def test_prompts_are_mined_and_classed(planted, found):
    texts, result = found
    prompts = mine_prompts(texts, pair_bilingual(texts, result, encode))
    assert set(prompts.counts["ell"]) == {"default", "code", "native", "none"}
    assert prompts.best("ell") == "Ελληνικά"
    assert prompts.best("ell", "code") == "EL"
    interleaved = sum(
        len(some) for one, some in zip(planted.text, planted.translations, strict=True) if one["kind"] == "interleaved"
    )
    assert sum(prompts.counts["ell"][kind] for kind in ("default", "code", "native")) == interleaved * 3 / 4


@pytest.mark.parametrize(
    ("said", "language", "other", "kind"),
    [
        ("Greek", "ell", "eng", "default"), ("Griechisch", "ell", "deu", "default"), ("(EL)", "ell", "eng", "code"),
        ("deu", "deu", "eng", "code"), ("Deutsch", "deu", "eng", "native"), ("Deutsche Übersetzung", "deu", "eng", "word"),
        ("English", "eng", "fra", "default"), ("Anglais", "eng", "fra", "default"), ("Hann", "ell", "eng", "none"), ("", "ell", "eng", "none"),
    ],
)  # fmt: skip
def test_classes_of_prompts(said, language, other, kind):
    assert classify_prompt(said, language, other) == kind


def test_pieces_and_instances_cover_the_words():
    text = 'Hann segði: "Eg fari heim", og fór. ' + "orð " * 30
    assert [text[one.start : one.end] for one in cut_pieces(text)][:3] == ["Hann segði", "Eg fari heim", "og fór."]
    assert sum(one.words for one in cut_pieces(text)) == 37
    assert max(one.words for one in cut_pieces(text)) <= 12
    assert "".join(cut_instances([text], words=5)) == text
    assert cut_sentences("…\n \n") == []


def test_bad_input_is_refused():
    with pytest.raises(LectError, match="1 labels for"):
        find_bilingual([" ".join(sentences(3))], lambda texts: ["eng"])
    with pytest.raises(LectError, match="at least 1 word"):
        find_bilingual(["a"], identify, least=0)
    with pytest.raises(LectError, match="same texts"):
        pair_bilingual(["a"], find_bilingual([], identify), encode)
    with pytest.raises(LectError, match="cannot plant"):
        plant_bilingual(pairs(3), ("eng", "ell"), documents=1, planted=2)
    assert find_bilingual(["", "\ud800 !"], identify).reasons == ["", ""]
