"""Licenses: names and addresses as people write them, and what must not pass as free."""

import pytest

from lect.artifacts.errors import LectError
from lect.corpus.choosing.licensing import read_license, select_licensed

SAID = {
    "https://creativecommons.org/licenses/by/4.0/": ("CC-BY-4.0", "free"),
    "http://creativecommons.org/licenses/by-nc-sa/2.5/es/": ("CC-BY-NC-SA-2.5", "non_commercial"),
    "https://creativecommons.org/publicdomain/zero/1.0/": ("CC0-1.0", "free"),
    "https://creativecommons.org/publicdomain/mark/1.0/": ("LicenseRef-public-domain", "free"),
    "CC BY-SA 4.0": ("CC-BY-SA-4.0", "share_alike"),
    "cc-by-sa-3.0": ("CC-BY-SA-3.0", "share_alike"),
    "CC_BY_NC": ("CC-BY-NC-4.0", "non_commercial"),
    "CC BY-NC-ND 4.0": ("CC-BY-NC-ND-4.0", "non_commercial"),
    "CC-BY-ND-4.0": ("CC-BY-ND-4.0", "no_derivatives"),
    "Creative Commons Attribution-ShareAlike 3.0 Unported": ("CC-BY-SA-3.0", "share_alike"),
    "Creative Commons Attribution-NonCommercial 4.0": ("CC-BY-NC-4.0", "non_commercial"),
    "CC0": ("CC0-1.0", "free"),
    "cc0-1.0": ("CC0-1.0", "free"),
    "public domain": ("LicenseRef-public-domain", "free"),
    "Apache License, Version 2.0": ("Apache-2.0", "free"),
    "apache-2.0": ("Apache-2.0", "free"),
    "MIT": ("MIT", "free"),
    "GPL-3.0": ("GPL-3.0-only", "share_alike"),
    "GPL 3": ("GPL-3.0-only", "share_alike"),
    "GNU Affero General Public License": ("AGPL-3.0-only", "share_alike"),
    "LGPL-2.1": ("LGPL-2.1-only", "share_alike"),
    "AFL-3.0": ("AFL-3.0", "free"),
    "BSD 2-clause": ("BSD-2-Clause", "free"),
    "ODbL": ("ODbL-1.0", "share_alike"),
    "© 2020 Sosialurin. All rights reserved": ("", "closed"),
    "ask us": ("", "unknown"),
    "": ("", "unknown"),
    None: ("", "unknown"),
}


@pytest.mark.parametrize("said", SAID)
def test_names_and_addresses(said):
    found = read_license(said)
    assert (found.id, found.terms) == SAID[said]


def test_the_permissive_subset():
    names = [name for name in SAID if SAID[name][1] == "free"]
    assert set(select_licensed(names)) == {""}
    others = [name for name in SAID if SAID[name][1] != "free"]
    assert select_licensed(others) == [f"license_{SAID[name][1]}" for name in others]
    assert select_licensed(["CC BY-SA 4.0"], terms=["free", "share_alike"]) == [""]


def test_unknown_terms_are_named():
    with pytest.raises(LectError, match="no terms 'open'"):
        select_licensed(["MIT"], terms=["open"])
