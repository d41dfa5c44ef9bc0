"""Numbers that name a person or an account: how they are written, and the arithmetic that tells them from others."""

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_LENGTHS = dict(
    re.findall(
        r"([A-Z]{2})(\d\d)",
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18FO18FR27GB22GE22GI23"
        "GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21MC27MD24ME22MK19MR27MT31MU30NL18"
        "NO15PK24PL28PS29PT25QA29RO24RS22SA24SE24SI19SK24SM27TN24TR26UA29VA22VG24XK20",
    )
)
"""Characters of an IBAN by country: the registry of ISO 13616."""
_CARDS = re.compile(
    r"4\d{15}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}"
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|220[0-4]\d{12}|62\d{14}"
)
"""Numbers of the large card networks: ISO/IEC 7812."""
_CUES = r"tele(?:ph|f)\w{1,8}|phone|mobile|tel|tlf|fon|fax|gsm|mob|sími|телефон|тел|τηλ|电话|電話|โทร|هاتف"


@dataclass(frozen=True)
class Pattern:
    """How a number is written (its first group), and how many of the characters found are one, 0 for none."""

    kind: str
    expression: re.Pattern[str]
    valid: Callable[[str], int]


def digits_of(written: str) -> list[int]:
    """Return the digits 0 to 9 of a string."""
    return [int(sign) for sign in written if "0" <= sign <= "9"]


def has_luhn_digit(written: str) -> bool:
    """Whether the last digit is the check digit of the others by Luhn's rule (ISO/IEC 7812-1).

    >>> has_luhn_digit("4111 1111 1111 1111"), has_luhn_digit("4111 1111 1111 1112")
    (True, False)
    """
    doubled = [
        digit * 2 - 9 * (digit > 4) if place % 2 else digit for place, digit in enumerate(digits_of(written)[::-1])
    ]
    return sum(doubled) % 10 == 0


def iban_length(written: str) -> int:
    """Return how many of the characters are an IBAN whose check digits are right (ISO 13616, modulo 97), 0 for none.

    >>> iban_length("GB82 WEST 1234 5698 7654 32 IS"), iban_length("GB83 WEST 1234 5698 7654 32")
    (27, 0)
    """
    places = [place for place, sign in enumerate(written) if sign.isalnum()]
    length = int(_LENGTHS.get(written[:2], 99))
    if len(places) < length:
        return 0
    signs = "".join(written[place] for place in places[:length])
    number = "".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])
    return places[length - 1] + 1 if int(number) % 97 == 1 else 0


def _whole(test: Callable[[str], bool]) -> Callable[[str], int]:
    return lambda written: len(written) * test(written)


def _is_card(written: str) -> bool:
    number = "".join(map(str, digits_of(written)))
    return _CARDS.fullmatch(number) is not None and has_luhn_digit(number)


def _is_public_ip(written: str) -> bool:
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return False
    parts = [part for part in re.split("[.:]", written) if len(part) > 1]
    return address.is_global and len(parts) > 1 and len("".join(parts)) > 3


def _has_phone_length(written: str) -> bool:
    return 7 <= len(digits_of(written)) <= 15


def _weighted(*checks: tuple[Sequence[int], int]) -> Callable[[str], bool]:
    """Whether each sum of digits times weights is a multiple of its modulus."""
    return lambda written: all(
        sum(digit * weight for digit, weight in zip(digits_of(written), weights, strict=False)) % modulus == 0
        for weights, modulus in checks
    )


def _is_baltic(written: str) -> bool:
    """Two rounds of weights modulo 11, as Estonia, Lithuania and Kazakhstan use them."""
    *digits, check = digits_of(written)
    for first in (0, 2):
        rest = (
            sum(digit * ((place + first) % (9 if len(digits) == 10 else 11) + 1) for place, digit in enumerate(digits))
            % 11
        )
        if rest < 10:
            return rest == check
    return check == 0 and len(digits) == 10


def _is_turkish(written: str) -> bool:
    digits = digits_of(written)
    tenth = (sum(digits[:9:2]) * 7 - sum(digits[1:8:2])) % 10
    return digits[9] == tenth and digits[10] == sum(digits[:10]) % 10


def _is_brazilian(written: str) -> bool:
    digits = digits_of(written)
    return all(
        sum(digit * (size + 1 - place) for place, digit in enumerate(digits[:size])) * 10 % 11 % 10 == digits[size]
        for size in (9, 10)
    )


def _is_any(written: str) -> bool:
    return bool(written)


def _is_finnish(written: str) -> bool:
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(written[:6] + written[7:10]) % 31] == written[10]


def _is_spanish(written: str) -> bool:
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(written[:8]) % 23] == written[-1]


def _is_french(written: str) -> bool:
    digits = "".join(map(str, digits_of(written)))
    return 97 - int(digits[:13]) % 97 == int(digits[13:])


_DAY, _MONTH = r"(?:0[1-9]|[12]\d|3[01])", r"(?:0[1-9]|1[0-2])"
_NATIONAL: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    ("fin", rf"{_DAY}{_MONTH}\d\d[-+A-FU-Y]\d{{3}}[0-9A-FHJ-NPR-Y]", _is_finnish),
    ("swe", rf"\d\d{_MONTH}{_DAY}[-+]\d{{4}}", has_luhn_digit),
    ("isl", rf"{_DAY}{_MONTH}\d\d-?\d{{3}}[089]", _weighted(((3, 2, 7, 6, 5, 4, 3, 2, 1), 11))),
    ("dan", rf"{_DAY}{_MONTH}\d\d-\d{{4}}", _is_any),
    ("fao", rf"{_DAY}{_MONTH}\d\d-\d{{3}}", _is_any),
    (
        "nor",
        rf"{_DAY}{_MONTH}\d\d ?\d{{5}}",
        _weighted(((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), 11), ((5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), 11)),
    ),
    ("est", rf"[1-8]\d\d{_MONTH}{_DAY}\d{{4}}", _is_baltic),
    ("pol", rf"\d\d(?:[02468][1-9]|[13579][0-2]){_DAY}\d{{5}}", _weighted(((1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1), 10))),
    ("tur", r"[1-9]\d{10}", _is_turkish),
    ("kaz", rf"\d\d{_MONTH}{_DAY}[1-6]\d{{5}}", _is_baltic),
    ("bra", r"\d{3}\.\d{3}\.\d{3}-\d\d", _is_brazilian),
    ("esp", r"\d{8}-?[A-HJ-NP-TV-Z]", _is_spanish),
    ("fra", rf"[12] ?\d\d ?{_MONTH} ?\d[\dAB] ?\d{{3}} ?\d{{3}} ?\d\d", _is_french),
)
"""Identity numbers of persons: country, how it is written, its check. Danish and Faroese ones have but a date; American ones nothing to
check at all, so they are not looked for (bank accounts look like them)."""

NUMBERS = (
    Pattern("iban", re.compile(r"(?<![A-Za-z0-9])([A-Z]{2}[0-9]{2}(?:[ \u00a0]?[A-Z0-9]){11,30})", re.ASCII), iban_length),
    Pattern("card", re.compile(r"(?<![\w.,+-])((?:[0-9][ -]?){13,15}[0-9])(?![\w-]|[.,][0-9])"), _whole(_is_card)),
    *(
        Pattern(f"id_{country}", re.compile(rf"(?<![\w.,/+-])({written})(?![\w/-]|[.,]\d)", re.ASCII), _whole(test))
        for country, written, test in _NATIONAL
    ),
    Pattern("ip", re.compile(r"(?<![\w.])((?:[0-9]{1,3}\.){3}[0-9]{1,3})(?![\w-]|\.[0-9])"), _whole(_is_public_ip)),
    Pattern("ip", re.compile(r"(?<![\w:.])((?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{1,4})(?![\w:])"), _whole(_is_public_ip)),
    Pattern("phone", re.compile(r"(?<![\w+])(\+[1-9](?:[ .\-()\u00a0]{0,3}[0-9]){6,14})(?![\w]|[.,/][0-9])"), _whole(_has_phone_length)),
    Pattern(
        "phone",
        re.compile(rf"(?<!\w)(?:{_CUES})\.?[ :.\u00a0]{{0,3}}(\(?[0-9](?:[ .\-()\u00a0]{{0,2}}[0-9]){{5,14}})(?!\w|[.,/][0-9])", re.IGNORECASE),
        lambda written: len(written) * (6 <= len(digits_of(written)) <= 15),
    ),
)  # fmt: skip
"""All numbers that are looked for, the surest first."""
