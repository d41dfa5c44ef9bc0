"""What a script decides by itself: its direction, and whether words stand apart; and the script of a character."""

import unicodedata
from functools import cache

RIGHT_TO_LEFT = frozenset(
    [
        "Adlm",
        "Arab",
        "Aran",
        "Armi",
        "Avst",
        "Chrs",
        "Cprt",
        "Elym",
        "Gara",
        "Hatr",
        "Hebr",
        "Hung",
        "Lydi",
        "Mand",
        "Mani",
        "Mend",
        "Merc",
        "Mero",
        "Narb",
        "Nbat",
        "Nkoo",
        "Orkh",
        "Ougr",
        "Palm",
        "Phli",
        "Phlp",
        "Phnx",
        "Prti",
        "Rohg",
        "Samr",
        "Sarb",
        "Sogd",
        "Sogo",
        "Syrc",
        "Syre",
        "Syrj",
        "Syrn",
        "Thaa",
        "Todr",
        "Yezi",
    ]
)
"""Scripts whose bidirectional class is R or AL (Unicode 16, UAX #9)."""

UNSPACED = frozenset(
    # line-break classes SA (complex context), ID (ideographs), AK and AS (aksara), and Tibetan with its tsheg: UAX #14
    [
        "Ahom",
        "Bali",
        "Batk",
        "Bugi",
        "Hani",
        "Hans",
        "Hant",
        "Hira",
        "Hrkt",
        "Java",
        "Jpan",
        "Kana",
        "Khmr",
        "Lana",
        "Laoo",
        "Leke",
        "Mymr",
        "Phag",
        "Tale",
        "Talu",
        "Tang",
        "Tavt",
        "Thai",
        "Tibt",
        "Yiii",
    ]
)
"""Scripts that do not put spaces between words (they may put them between phrases or sentences)."""

_UNICODE_NAMES = {
    "LATIN": "Latn", "CYRILLIC": "Cyrl", "GREEK": "Grek", "ARABIC": "Arab", "HEBREW": "Hebr", "DEVANAGARI": "Deva",
    "BENGALI": "Beng",
    "GURMUKHI": "Guru", "GUJARATI": "Gujr", "ORIYA": "Orya", "TAMIL": "Taml", "TELUGU": "Telu", "KANNADA": "Knda",
    "MALAYALAM": "Mlym",
    "SINHALA": "Sinh", "THAI": "Thai", "LAO": "Laoo", "TIBETAN": "Tibt", "MYANMAR": "Mymr", "GEORGIAN": "Geor",
    "HANGUL": "Hang",
    "ETHIOPIC": "Ethi", "CHEROKEE": "Cher", "CANADIAN": "Cans", "KHMER": "Khmr", "MONGOLIAN": "Mong",
    "HIRAGANA": "Hira",
    "KATAKANA": "Kana", "BOPOMOFO": "Bopo", "CJK": "Hani", "IDEOGRAPHIC": "Hani", "YI": "Yiii", "ARMENIAN": "Armn",
    "SYRIAC": "Syrc",
    "THAANA": "Thaa", "NKO": "Nkoo", "TIFINAGH": "Tfng", "VAI": "Vaii", "OL": "Olck", "ADLAM": "Adlm",
    "CHAKMA": "Cakm", "OSAGE": "Osge",
    "DESERET": "Dsrt", "SHAVIAN": "Shaw", "MEETEI": "Mtei", "JAVANESE": "Java", "BALINESE": "Bali",
    "SUNDANESE": "Sund", "TAI": "Lana",
    "HANIFI": "Rohg", "LEPCHA": "Lepc", "LIMBU": "Limb", "CHAM": "Cham", "COPTIC": "Copt", "GOTHIC": "Goth",
    "RUNIC": "Runr",
    "OGHAM": "Ogam", "BATAK": "Batk", "BUGINESE": "Bugi", "NEW": "Talu", "MIAO": "Plrd", "LISU": "Lisu",
}  # fmt: skip

PARTS = {
    "Jpan": {"Hira", "Kana", "Hani"}, "Kore": {"Hang", "Hani"}, "Hans": {"Hani"}, "Hant": {"Hani"},
    "Hrkt": {"Hira", "Kana"}, "Aran": {"Arab"},
}  # fmt: skip
"""ISO 15924 codes that stand for several scripts of Unicode, or for one under another name."""


@cache
def script_of(character: str) -> str | None:
    """Return the ISO 15924 code of a letter's script, or None for what belongs to none (digits, marks, punctuation).

    It reads the first word of the letter's Unicode name, which is the script for every script in living use.

    >>> script_of("ж"), script_of("語"), script_of("7")
    ('Cyrl', 'Hani', None)
    """
    if not character.isalpha():
        return None
    return _UNICODE_NAMES.get(unicodedata.name(character, "").partition(" ")[0].partition("-")[0])
