"""Mojibake is turned back byte for byte where it is certain, and sound text is never touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lect.corpus.crawl.characters import tidy
from lect.corpus.crawl.mending import mend

SENTENCES = {
    "fao": "Øll menniskju eru fødd fræls og jøvn til virðingar og mannarættindi – hvør tað er.",
    "rus": "Все люди рождаются свободными и равными в своём достоинстве и правах.",
    "ell": "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια.",
    "hin": "सभी मनुष्यों को गौरव और अधिकारों के विषय में जन्मजात स्वतन्त्रता प्राप्त है।",
    "heb": "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם.",
    "jpn": "すべての人間は、生まれながらにして自由であり、平等である。",
    "vie": "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm.",
    "ces": "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv.",
    "fra": "Tous les êtres humains naissent libres et égaux – « en dignité » et en droits… l’été à 20 °C.",
    "ara": "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق.",
}


def misread(text, codec):
    """Read UTF-8 in another encoding, the bytes that it does not have as the C1 controls that ISO 8859 has there."""
    return "".join(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("codec", ["cp1252", "latin-1", "iso8859-10"])
def test_a_misread_sentence_is_turned_back_byte_for_byte(language, codec):
    assert mend(misread(SENTENCES[language], codec)) == SENTENCES[language]


@pytest.mark.parametrize("language", SENTENCES)
def test_twice_misread_is_turned_back_twice(language):
    assert mend(misread(misread(SENTENCES[language], "cp1252"), "cp1252")) == SENTENCES[language]


@pytest.mark.parametrize("codec", ["cp1250", "cp1251", "mac_roman"])
def test_other_encodings_are_found_too(codec):
    for language in ("fao", "rus", "ell", *(["ces"] if codec != "mac_roman" else [])):  # there ě reads as letters, ƒõ
        assert mend(misread(SENTENCES[language], codec)) == SENTENCES[language]


@pytest.mark.parametrize("language", SENTENCES)
def test_sound_text_is_left_as_it_is(language):
    assert mend(SENTENCES[language]) == SENTENCES[language]
    assert mend(SENTENCES[language].upper()) == SENTENCES[language].upper()


def test_only_the_damaged_lines_and_words_of_a_text_change():
    sound = SENTENCES["fao"] + "\n" + SENTENCES["ell"]
    assert mend(sound + "\n" + misread(SENTENCES["rus"], "cp1252")) == sound + "\n" + SENTENCES["rus"]
    assert mend("Møtið er í dag, " + misread("fundurin í Tórshavn", "cp1252")) == "Møtið er í dag, fundurin í Tórshavn"
    assert mend(misread("á løtu", "cp1252") + "\n" + misread("Všichni lidé", "cp1250")) == "á løtu\nVšichni lidé"


@pytest.mark.parametrize(
    "text",
    [
        "„HANN VAR Í“", "“A MAÇÔ, «É»", "Úžas a úžasný, Ýšky", "áššit ja ráđđi", "Міне, Дін", "PIÙ²", "NESTLÉ®", "2×½",
        "Üşüyorum. «És el meu nét», l’única", "boðskap\xa0úr\xa0tekstum", "É’S Å’er", "À la carte: Ã, Â, â", "ГРОЗІВ «СРСР»",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_stays(text):
    assert mend(text) == text


@given(st.text(alphabet=st.characters(codec="latin-1"), max_size=40))
def test_what_is_turned_back_was_really_that(text):
    """Whatever comes out of the first round, misread again in one of the encodings, is what was there."""
    mended = mend(text)
    assert len(mended) <= len(text)
    if mended == text:
        return
    assert mend(mended) == mended


def test_text_is_composed_and_free_of_controls():
    assert tidy("e\u0301\r\nb\x00\x07\ufeffc\u2028d\x85e\xadf") == "é\nbc\nd\nef"
    assert tidy("\ud83d\ude00 \ud800") == "😀 \ufffd"
    assert tidy("plain ASCII") == "plain ASCII"
    assert tidy("tab\tstays") == "tab\tstays"


def test_zero_width_marks_stay_where_the_script_needs_them():
    for needed in ("می\u200cخواهم", "क\u094d\u200dष", "ខ្មែរ\u200bភាសា", "👩\u200d💻", "שלום \u200eabc"):
        assert tidy(needed) == needed
    assert tidy("Auf\u200clage \u200bog\u200b\u200d Føro\u200byar\u200e мо\u200bст") == "Auflage og Føroyar мост"
