import random

import pytest

from lect.artifacts import LectError
from lect.corpus.rules.checked_numbers import has_luhn_digit, iban_length
from lect.corpus.rules.personal_data import KINDS, Span, find_personal_data, mask


def found(text):
    """(kind, what was found) of one text."""
    return [(span.kind, text[span.start : span.end]) for span in find_personal_data([text])[0]]


PRESENT = {
    "Skriva til Anna.Hansen+x@post.domi.fo.": ("email", "Anna.Hansen+x@post.domi.fo"),
    "mail: jürgen@müller.de!": ("email", "jürgen@müller.de"),
    "Call +47 78 46 73 32 / now": ("phone", "+47 78 46 73 32"),
    "Tlf. 31 23 45, opið": ("phone", "31 23 45"),
    "телефон: (727) 258-12-34.": ("phone", "(727) 258-12-34"),
    "from 81.18.226.10 at": ("ip", "81.18.226.10"),
    "host 2001:4860:4860::8888 is": ("ip", "2001:4860:4860::8888"),
    "IBAN GB82 WEST 1234 5698 7654 32 AND more": ("iban", "GB82 WEST 1234 5698 7654 32"),
    "konto FO6264600001631634.": ("iban", "FO6264600001631634"),
    "card 4111-1111-1111-1111,": ("card", "4111-1111-1111-1111"),
    "amex 378282246310005": ("card", "378282246310005"),
    "hetu 131052-308T": ("id_fin", "131052-308T"),
    "pnr 811218-9876": ("id_swe", "811218-9876"),
    "kt. 120174-3399": ("id_isl", "120174-3399"),
    "ptal 120174-339": ("id_fao", "120174-339"),
    "cpr 120174-3391": ("id_dan", "120174-3391"),
    "fnr 13097248022": ("id_nor", "13097248022"),
    "kood 37605030299": ("id_est", "37605030299"),
    "PESEL 44051401359": ("id_pol", "44051401359"),
    "TC 10000000146": ("id_tur", "10000000146"),
    "CPF 529.982.247-25": ("id_bra", "529.982.247-25"),
    "DNI 12345678Z": ("id_esp", "12345678Z"),
    "NIR 2 55 08 14 168 025 38": ("id_fra", "2 55 08 14 168 025 38"),
    "ЖСН 850320300125": ("id_kaz", "850320300125"),
}
ABSENT = [
    "On 17.11.2026 at 12:30:45, or 2026-11-17T12:30:45, 17/11/2026 and 1939-1945.",
    "It costs 1 250 000,50 kr. or 1,250,000.50 dollars, 10.000.000 in all, 3.14159265358979.",
    "See 1.2.3.4, section 5.1.2.3, version 10.4.2.1 and 192.168.10.12, 127.0.0.1.",
    "ISBN 978-99918-0-123-4, ISSN 1395-0045, 12345678 and 12345678A, 00000000000.",
    "card 4111-1111-1111-1112, IBAN GB83 WEST 1234 5698 7654 32, hetu 131052-308U",
    "Functions@Model.ProductName, a @ b, user@localhost, 5 @ 3.50",
    "Telefonkatalog 2024, Psalm 119:105:3, ::, a::b, 62°N 7°W, C++::std",
    "Account 130-26-9981 and the years 1914 1918 1939 1945 2001 2008",
]


@pytest.mark.parametrize("text", PRESENT)
def test_what_names_a_person_is_found(text):
    assert found(text) == [PRESENT[text]]


def test_all_kinds_are_tried():
    assert {kind for kind, _ in PRESENT.values()} == set(KINDS)
    assert len(KINDS) == 18


@pytest.mark.parametrize("text", ABSENT)
def test_numbers_and_dates_are_left_alone(text):
    assert found(text) == []


def test_false_alarms_among_random_numbers_are_few():
    chance = random.Random(0)
    texts = ["".join(chance.choices("0123456789", k=size)) for size in range(5, 21) for _ in range(500)]
    dates = [f"{chance.randint(1, 31):02}.{chance.randint(1, 12):02}.{chance.randint(1900, 2030)}" for _ in range(500)]
    spans = find_personal_data([f"Number {text} is here." for text in texts + dates])
    assert sum(map(bool, spans)) / len(spans) < 0.01


def test_masking_is_by_choice():
    text = "Tel. 31 23 45 or a@b.fo or c@d.fo"
    spans = find_personal_data([text])[0]
    assert mask(text, spans) == "Tel. [phone] or [email] or [email]"
    assert mask(text, spans, kinds=["phone"]) == "Tel. [phone] or a@b.fo or c@d.fo"
    assert mask(text, []) == text
    with pytest.raises(LectError, match="no kind 'name'"):
        mask(text, spans, kinds=["name"])


def test_spans_are_offsets_of_characters_and_do_not_overlap():
    text = "𝔊ð 4111 1111 1111 1111 \ud800 tel. 298 312345 +298 312345 a@b.fo\n" * 3
    spans = find_personal_data([text, ""])
    assert spans[0] == sorted(spans[0])
    assert len(spans[0]) == 12
    assert all(one.end <= two.start for one, two in zip(spans[0], spans[0][1:], strict=False))
    assert spans[0][0] == Span(3, 22, "card")
    assert spans[1] == []
    with pytest.raises(LectError, match="list of texts"):
        find_personal_data("text")


def test_check_digits_find_every_single_wrong_digit():
    number = "4111111111111111"
    for place in range(16):
        wrong = f"{number[:place]}{(int(number[place]) + 1) % 10}{number[place + 1 :]}"
        assert not has_luhn_digit(wrong)
    assert iban_length("NL91ABNA0417164300") == 18
    assert iban_length("NL91ABNA0417164301") == iban_length("XX91ABNA0417164300") == iban_length("NL91") == 0
