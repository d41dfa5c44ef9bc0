"""Licenses of documents: names and addresses brought to SPDX ids, and what each allows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import regex  # type: ignore[import-untyped]

from lect.artifacts.errors import LectError

Terms = Literal["free", "share_alike", "no_derivatives", "non_commercial", "closed", "unknown"]
TERMS: tuple[str, ...] = ("free", "share_alike", "no_derivatives", "non_commercial", "closed", "unknown")


@dataclass(frozen=True)
class License:
    """The SPDX id of a license, "" where there is none, and its terms; attribution counts as free."""

    id: str
    terms: Terms


@dataclass(frozen=True)
class Row:
    """A pattern of names or addresses of a license; `{}` in `id` takes the version found, `version` stands in for one."""

    pattern: str
    id: str
    terms: Terms
    version: str = ""


_V = r"(?:[ /_-]*(?:v(?:ersion)?\.? ?)?(?P<v>[1-9](?:\.\d)?)\b)?"
_CC = r"(?:creativecommons\.org/licenses/|cc[ _-]?|creative commons[ -]*)"
_BY = r"(?:by|attribution)"
ROWS: tuple[Row, ...] = (
    Row(
        r"(?:creativecommons\.org/publicdomain/zero|cc[ _-]?0|cc[ -]zero|creative commons zero)" + _V,
        "CC0-{}",
        "free",
        "1.0",
    ),
    Row(
        r"creativecommons\.org/publicdomain/mark|\bpublic[ -]?domain\b|^pdm?$|gemeinfrei|dominio público|domaine public",
        "LicenseRef-public-domain",
        "free",
    ),
    Row(
        _CC + _BY + r"[ /_-]*(?:nc|non-?commercial)[ /_-]*(?:nd|no-?deriv\w*)" + _V,
        "CC-BY-NC-ND-{}",
        "non_commercial",
        "4.0",
    ),
    Row(
        _CC + _BY + r"[ /_-]*(?:nc|non-?commercial)[ /_-]*(?:sa|share-?alike)" + _V,
        "CC-BY-NC-SA-{}",
        "non_commercial",
        "4.0",
    ),
    Row(_CC + _BY + r"[ /_-]*(?:nc|non-?commercial)" + _V, "CC-BY-NC-{}", "non_commercial", "4.0"),
    Row(_CC + r"(?:nc|non-?commercial)\b", "CC-BY-NC-1.0", "non_commercial"),
    Row(_CC + _BY + r"[ /_-]*(?:nd|no-?deriv\w*)" + _V, "CC-BY-ND-{}", "no_derivatives", "4.0"),
    Row(_CC + _BY + r"[ /_-]*(?:sa|share-?alike)" + _V, "CC-BY-SA-{}", "share_alike", "4.0"),
    Row(_CC + _BY + _V, "CC-BY-{}", "free", "4.0"),
    Row(
        r"\bagpl" + _V + r"|gnu affero general public license" + _V.replace("?P<v>", "?:"),
        "AGPL-{}-only",
        "share_alike",
        "3.0",
    ),
    Row(r"\blgpl" + _V + r"|gnu lesser general public license", "LGPL-{}-only", "share_alike", "3.0"),
    Row(r"\bgpl" + _V + r"|gnu general public license", "GPL-{}-only", "share_alike", "3.0"),
    Row(r"\bgfdl" + _V + r"|\bfdl\b|gnu free documentation license", "GFDL-{}", "share_alike", "1.3"),
    Row(r"\bapache(?:[ -]+licen[sc]e)?,?" + _V + r"|apache\.org/licenses", "Apache-{}", "free", "2.0"),
    Row(r"\bmpl" + _V + r"|mozilla public licen[sc]e", "MPL-{}", "share_alike", "2.0"),
    Row(r"\bafl" + _V + r"|academic free licen[sc]e", "AFL-{}", "free", "3.0"),
    Row(r"\bmit\b|opensource\.org/licenses/mit", "MIT", "free"),
    Row(r"\bbsd[ -](?P<v>[023])", "BSD-{}-Clause", "free", "3"),
    Row(r"\bisc\b", "ISC", "free"),
    Row(r"\bunlicense\b", "Unlicense", "free"),
    Row(r"\bodc[ -]?by\b|open data commons attribution", "ODC-By-1.0", "free"),
    Row(r"\bpddl\b", "PDDL-1.0", "free"),
    Row(r"\bodbl\b|open database licen[sc]e", "ODbL-1.0", "share_alike"),
    Row(r"\bogl\b|open government licen[sc]e|nationalarchives\.gov\.uk/doc/open-government", "OGL-UK-3.0", "free"),
    Row(r"\bnlod\b|norwegian licen[sc]e for open government data", "NLOD-2.0", "free"),
    Row(r"\betalab\b|licence ouverte", "etalab-2.0", "free"),
    Row(r"\beupl\b|european union public licen[sc]e", "EUPL-1.2", "share_alike"),
    Row(r"commission decision 2011/833|eur-lex\.europa\.eu.*legal-notice", "LicenseRef-EU-reuse", "free"),
    Row(r"all rights reserved|\bproprietary\b|\bcopyright(?:ed)?\b|©|alle rechte vorbehalten", "", "closed"),
)
"""The first pattern that is found decides. Terms are read from the licenses themselves; this is no legal advice."""


@cache
def read_license(said: str | None) -> License:
    """Return the license that a name, an SPDX id or an address means; `unknown` where no row fits.

    A version that is not said is taken to be the newest.

    >>> read_license("https://creativecommons.org/licenses/by-sa/3.0/"), read_license("CC BY")
    (License(id='CC-BY-SA-3.0', terms='share_alike'), License(id='CC-BY-4.0', terms='free'))
    """
    for row in ROWS:
        match = regex.search(row.pattern, said or "", regex.IGNORECASE)
        if match:
            version = match.groupdict().get("v") or row.version
            whole = version if "." in version or "BSD" in row.id else f"{version}.0"
            return License(row.id.format(whole), row.terms)
    return License("", "unknown")


def select_licensed(licenses: Sequence[str | None], *, terms: Iterable[str] = ("free",)) -> list[str]:
    """Return a reason for each document: "" where its license has one of the `terms`, else such as `license_unknown`.

    `terms` are of free, share_alike, no_derivatives, non_commercial, closed and unknown. (MultiLegalPile keeps the
    license of each part so that the permissive subset can be trained on alone: Niklaus et al., 2024.)

    >>> select_licensed(["CC0", "CC BY-NC 4.0", None], terms=["free", "share_alike"])
    ['', 'license_non_commercial', 'license_unknown']
    """
    wanted = set(terms)
    if strange := sorted(wanted - set(TERMS)):
        raise LectError(f"there are no terms {strange[0]!r}; there are {', '.join(TERMS)}")
    found = [read_license(said).terms for said in licenses]
    return ["" if one in wanted else f"license_{one}" for one in found]
