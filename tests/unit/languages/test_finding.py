"""Codes, tags and names lead to the same language; what is not one is refused with near matches."""

import subprocess
import sys

import pytest
from babel import Locale, localedata

from lect.artifacts.errors import LectError
from lect.languages import find
from lect.languages.naming import NAMES
from lect.languages.scripts import script_of


@pytest.mark.parametrize(
    "query", ["fo", "fao", "FAO", "fo-FO", "fao_Latn", "Faroese", "FAROESE", "føroyskt", "FØROYSKT", "Färöisch"]
)
def test_every_way_to_say_faroese(query):
    assert find(query).iso639_3 == "fao"


@pytest.mark.parametrize(
    ("query", "iso", "script", "tag"),
    [
        ("srp_Cyrl", "srp", "Cyrl", "sr"), ("srp_Latn", "srp", "Latn", "sr-Latn"), ("Қазақ", "kaz", "Cyrl", "kk"),
        ("alb", "sqi", "Latn", "sq"),
        ("zho_Hant", "zho", "Hant", "zh-Hant"), ("zh-TW", "zho", "Hant", "zh-TW"), ("Chinese (Traditional)", "zho",
        "Hant", "zh-Hant"),
        ("tgl", "tgl", "Latn", "tl"), ("iw", "heb", "Hebr", "he"), ("arb", "arb", "Arab", "arb"), ("quy", "quy",
        "Latn", "quy"),
        ("Kiswahili", "swa", "Latn", "sw"), ("dan", "dan", "Latn", "da"), ("Sami, Northern", "sme", "Latn", "se"),
        ("日本語", "jpn", "Jpan", "ja"),
    ],
)  # fmt: skip
def test_codes_scripts_and_tags(query, iso, script, tag):
    language = find(query)
    assert (language.iso639_3, language.script, language.tag) == (iso, script, tag)


def test_codes_and_tags_come_back_to_themselves():
    codes = sorted(
        tag
        for tag, names in NAMES.items()
        if "en" in names and "-" not in tag and tag not in ("und", "mul", "mis", "zxx")
    )
    assert len(codes) > 8000
    for code in codes[::7]:
        language = find(code)
        assert find(language.tag) == language
        assert find(language.iso639_3).name == language.name
        assert len(language.iso639_3) == 3


def test_autonyms_and_directions():
    assert find("srp_Cyrl").autonym == "српски"
    assert find("srp_Latn").autonym == "srpski"
    assert find("Standard Arabic").autonym == "العربية"
    assert "Castilian" in find("es").names
    assert find("fao").family is None
    assert find("he").right_to_left
    assert find("uz-AF").right_to_left
    assert not find("uz").right_to_left


def test_direction_agrees_with_every_cldr_locale():
    names = [name for name in localedata.locale_identifiers() if "_" not in name and name in NAMES]
    assert len(names) > 300
    differ = [
        name for name in names if find(name).right_to_left != (Locale.parse(name).character_order == "right-to-left")
    ]
    assert differ == []


def test_spaces_between_words():
    assert not any(
        find(code).spaces_between_words
        for code in ("th", "lo", "km", "my", "zh", "zho_Hant", "ja", "bo", "dz", "jav_Java")
    )
    assert all(find(code).spaces_between_words for code in ("fo", "ko", "vi", "am", "hi", "ar", "jv"))


@pytest.mark.parametrize(
    ("query", "near"), [("Farose", "fo (Faroese)"), ("Norwegn", "no (Norwegian)"), ("Icelandik", "is (Icelandic)")]
)
def test_near_matches(query, near):
    with pytest.raises(LectError, match="no language is called") as error:
        find(query)
    assert near in str(error.value)


@pytest.mark.parametrize("query", ["", "  ", "und", "zz", "fo_Qqqq"])
def test_what_is_no_language_is_refused(query):
    with pytest.raises(LectError):
        find(query)


def test_scripts_of_letters():
    assert [script_of(c) for c in "aжع中かアक가7 ."] == [
        "Latn",
        "Cyrl",
        "Arab",
        "Hani",
        "Hira",
        "Kana",
        "Deva",
        "Hang",
        None,
        None,
        None,
    ]


def test_looking_up_a_language_loads_nothing_heavy():
    code = (
        "import sys; from lect.languages import find; find('Faroese'); "
        "print([m for m in ('torch', 'numpy', 'transformers') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
