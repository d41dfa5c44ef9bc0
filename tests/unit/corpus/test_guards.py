"""The guards let right text pass, and catch another language, another script, copies and crumbs."""

import gzip
import random
from pathlib import Path

import numpy as np
import pytest

from lect.artifacts import read
from lect.artifacts.errors import LectError
from lect.corpus import check_language, check_text
from lect.corpus.language_profiles import BUCKETS, ngrams, profiles
from lect.worlds import cipher, phrases

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
ARTICLE = {  # first article of the Universal Declaration of Human Rights
    "eng": "All human beings are born free and equal in dignity and rights. They are endowed with reason and "
    "conscience and should act towards one another in a spirit of brotherhood.",
    "dan": "Alle mennesker er født frie og lige i værdighed og rettigheder. De er udstyret med fornuft og "
    "samvittighed, og de bør handle mod hverandre i en broderskabets ånd.",
    "fin": "Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan. Heille on annettu järki ja "
    "omatunto, ja heidän on toimittava toisiaan kohtaan veljeyden hengessä.",
    "rus": "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью и "
    "должны поступать в отношении друг друга в духе братства.",
    "fao": "Øll menniskju eru fødd fræls og jøvn til virðingar og mannarættindi. Tey hava skil og samvitsku og eiga at "
    "fara hvørt um annað í bróðuranda.",
}


def _text(*strings):
    return read([{"text": string} for string in strings])


@pytest.mark.parametrize("language", ARTICLE)
def test_an_article_is_in_its_language_and_not_in_faroese(language):
    assert check_language(_text(ARTICLE[language]), language).verdict == "ok"
    if language != "fao":
        check = check_language(_text(ARTICLE[language]), "Faroese")
        assert check.verdict == "wrong"
        assert check.share == 0
        assert "0% of the sampled text may be Faroese" in check.reading


def test_phrases_of_the_embedded_world_pass():
    for language in ("fao", "isl", "kaz", "jpn", "arb"):
        assert check_language(phrases(language, 40, seed=3, sentences_per_document=12), language).verdict == "ok"


def test_mixed_text_is_measured():
    mixed = read([{"text": ARTICLE["fao"]}] * 6 + [{"text": ARTICLE["eng"]}] * 4)
    check = check_language(mixed, "fao")
    assert check.verdict == "warn"
    assert 0.5 < check.share < 0.7
    assert check.other == "English"


def test_without_cldr_only_the_script_is_checked_and_it_says_so():
    assert check_language(_text(ARTICLE["eng"]), "quy").verdict == "ok"
    check = check_language(_text(ARTICLE["rus"]), "quy")
    assert check.verdict == "wrong"
    assert not check.covered
    assert "only the script (Latn) was checked" in check.reading


def test_another_script_is_caught_and_named():
    check = check_language(_text(ARTICLE["rus"]), "srp_Latn")
    assert check.verdict == "wrong"
    assert check.script_share == 0
    assert "srp_Cyrl" in check.reading


def test_text_without_letters_is_refused():
    with pytest.raises(LectError, match="no letters"):
        check_language(read([{"text": "12 345 !"}]), "fao")


def test_profiles_are_distributions_and_ngrams_are_counted():
    known = profiles("Latn")
    assert len(known.tags) > 120
    assert known.logs.shape == (len(known.tags), BUCKETS)
    assert np.allclose(np.exp(known.logs.astype(np.float64)).sum(axis=1), 1, atol=1e-3)
    assert len(ngrams("hús")) == 3 + 4 + 3 + 2  # " hús " has five characters, of which a space alone is none
    assert np.array_equal(ngrams("Hús 3, hús!"), ngrams("hús hús"))


def test_copies_and_crumbs_are_warned_of():
    small = check_text(_text(ARTICLE["fao"], ARTICLE["fao"] + " "))
    assert len(small) == 2
    assert "0.00 MB in 2 documents" in small[0]
    assert "50% of the documents" in small[1]
    letters = random.Random(0)
    large = [{"text": f"{number} " + "".join(letters.choices("abcdefgh ", k=2000))} for number in range(600)]
    assert check_text(read(large)) == []
    assert "50% of the documents" in check_text(read(large + large))[0]


@pytest.mark.real
def test_real_text():
    folder = DATA / "lm_text"
    if not folder.is_dir():
        pytest.skip("the real data (../shared/data/lm_text) is not here")
    lines = {
        path.name[:3]: gzip.decompress(path.read_bytes()).decode("utf-8").splitlines()
        for path in sorted(folder.glob("*.valid.txt.gz"))
    }
    assert len(lines) == 15
    for language, found in lines.items():
        text = read([{"text": line} for line in found if line.strip()])
        assert check_language(text, language).verdict != "wrong"
        if language != "fao":
            assert check_language(text, "fao").verdict == "wrong"
    assert (
        check_language(cipher(read([{"text": line} for line in lines["eng"][:400] if line]))[0], "fao").verdict != "ok"
    )
