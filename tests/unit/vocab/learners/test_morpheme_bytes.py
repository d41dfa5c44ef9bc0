"""MYTE: nothing is lost, codes are sound, languages come closer to each other."""

import gzip
import itertools
import json
import random

import pytest
from tests.unit.vocab.conftest import sentences
from transformers import AutoTokenizer

from lect.artifacts.errors import LectError
from lect.artifacts.loading import load_tokenizer
from lect.artifacts.texts import read
from lect.vocab.checks.releasing import release_check
from lect.vocab.counting import breaks_at_spaces, count, encode
from lect.vocab.learners.learning import learn
from lect.vocab.learners.morpheme_bytes import byte_maps, case_map, cluster, codes, open_maps

pytest.importorskip("morfessor", reason="needs morfessor: pip install 'lect[morph]'")
LANGUAGES = {"fo": "fao", "ru": "rus", "hi": "hin", "am": "amh", "ar": "arb"}


@pytest.fixture(scope="module")
def rows():
    return [{"text": string, "language": code} for tag, code in LANGUAGES.items() for string in sentences(tag, 60)]


@pytest.fixture(scope="module")
def tokenizer(rows):
    return learn(rows, kind="myte", for_="encoder")


@pytest.fixture(scope="module")
def lines(rows):
    """5,000 lines: the text learned from, capitals, mixed scripts, emoji, any characters, random bytes."""
    draw = random.Random(1)
    points = [*range(0xD800), *range(0xE000, 0x110000)]
    texts = [row["text"] for row in rows]
    mixed = ["".join(draw.choice(draw.choice(texts)) for _ in range(60)) for _ in range(1200)]
    signs = [
        "😀 TÓRSHAVN",
        "👩‍👧 ǅ Ǆ ǆ İstanbul ẞ ß",
        "e\u0301 E\u0301 é É",
        "K ; ` Å",
        "A\x00B\x7fZ\u2028\t\r\n ",
        "ꭰᎠ Ⓐ Ⅷ ა Ა",
    ]
    return [
        *texts,
        *(text.upper() for text in texts),
        *(text.title() for text in texts),
        *mixed,
        *(f"{text} {draw.choice(signs)}" for text in mixed[:400]),
        *("".join(map(chr, draw.choices(points, k=30))) for _ in range(1250)),
        *(bytes(draw.choices(range(256), k=40)).decode(coding, "replace") for coding in ("latin-1", "utf-8") for _ in range(630)),
    ]  # fmt: skip


def rules(tokenizer, name):
    return {bytes.fromhex(old): bytes.fromhex(new) for old, new in tokenizer.byte_maps[name].items()}


def test_every_line_comes_back_and_is_never_longer_than_decomposed(tokenizer, lines):
    assert len(lines) >= 5000
    capitals = {capital.decode(): marked for capital, marked in case_map().items()}
    for line, ids in zip(lines, encode(tokenizer, lines), strict=True):
        assert tokenizer.decode(ids) == line
        assert len(ids) <= sum(len(capitals.get(character, character.encode())) for character in line)


def test_bytes_that_are_no_text_come_back(tokenizer):
    draw = random.Random(2)
    parts = [*rules(tokenizer, "merge_map").items()]
    for _ in range(500):
        string = b"".join(draw.choice([draw.randbytes(3), *draw.choice(parts), b"A", b"Z"]) for _ in range(10))
        encoded = tokenizer.morphological_encode([f"{byte:02x}" for byte in string])
        assert bytes.fromhex("".join(tokenizer.morphological_decode(encoded))) == string


def test_codes_are_shorter_apart_and_no_text(tokenizer):
    merges = rules(tokenizer, "merge_map")
    assert len(merges) > 300
    assert all(len(code) < len(morph) for morph, code in merges.items())
    ordered = sorted(merges.values())
    assert len(set(ordered)) == len(ordered)
    assert not any(after.startswith(before) for before, after in itertools.pairwise(ordered))
    for code in ordered:
        with pytest.raises(UnicodeDecodeError):
            code.decode()
    kept = {byte for mapped in case_map().values() for byte in mapped} | {ord("A")}
    assert not kept & {code[0] for code in ordered}


def test_capitals_come_in_pairs_that_can_be_undone():
    assert case_map()[b"Z"] == b"zA"
    assert case_map()["Ж".encode()] == "жA".encode()
    assert len(set(case_map().values())) == len(case_map()) > 1300
    assert {"ẞ", "İ", "ǅ", "\u212a", "\u2126"}.isdisjoint(key.decode() for key in case_map())


def test_all_codes_of_a_cluster_are_used_and_best_morphs_get_the_shortest():
    letters = {
        "".join(chr(97 + int(digit)) for digit in f"{number:04d}").encode(): 5000 - number for number in range(4300)
    }
    assigned = codes(letters)
    assert [len(code) for code in assigned.values()] == [2] * 64 + [3] * 4096  # 4-byte morphs fill no 4-byte code
    assert assigned[b"aaaa"] == b"\x42\x80"
    assert assigned[b"aagd"] == b"\x42\xbf"
    longer = letters | {morph + b"zz": 1 for morph in letters}
    assert sum(len(code) == 4 for code in codes(longer).values()) == 4300
    assert codes({b"abc": 1.0, "жж".encode(): 1.0, "ж".encode(): 2.0}) == {"жж".encode(): b"\x44\x80"}


@pytest.mark.parametrize(
    ("morph", "where"),
    [
        *(("hús", 0), ("hAús", 0), ("don't", 1), ("aж", 1), ("1990", 1), ("жук", 2), ("ელ", 2), ("كتب", 3)),
        *(("हिन्दी", 4), ("ไทย", 5), ("한글", 6), ("漢字", 6), ("ሰላም", 7)),
    ],
)
def test_clusters_of_scripts(morph, where):
    assert cluster(morph) == where


def test_a_saved_folder_opens_with_transformers_alone(tokenizer, tmp_path, lines):
    tokenizer.save_pretrained(tmp_path)
    for again in (AutoTokenizer.from_pretrained(tmp_path), load_tokenizer(str(tmp_path))):
        assert type(again).__name__ == "MyT5Tokenizer"
        assert again(lines[::50])["input_ids"] == tokenizer(lines[::50])["input_ids"]
    assert str(tmp_path.parent) not in (tmp_path / "tokenizer_config.json").read_text()
    assert release_check(tokenizer, lines[::50]).problems() == []
    assert len(tokenizer) == 384
    assert tokenizer("a")["input_ids"] == [100, 1]


def test_words_are_counted_one_by_one(tokenizer, rows):
    texts = [row["text"] for row in rows]
    assert breaks_at_spaces(tokenizer, texts[:20])
    assert count(tokenizer, texts).sum() == sum(map(len, encode(tokenizer, texts)))
    straddling = open_maps({"decompose_map": {"41": "61 41"}, "merge_map": {"61 20 61 61": "42 80"}})
    assert not breaks_at_spaces(straddling, texts[:20])


def test_what_transformers_itself_loses(tokenizer):
    """Strings of special tokens are special tokens, and take the white space around them with them; as in ByT5."""
    assert tokenizer.decode(encode(tokenizer, ["a </s> b"])[0]) != "a </s> b"
    with pytest.raises(UnicodeEncodeError):
        tokenizer("\ud800")


def test_bad_input_is_refused(rows):
    with pytest.raises(LectError, match="no words"):
        learn(["... !", ""], kind="myte")
    with pytest.raises(LectError, match="between 259 and 512"):
        learn(rows, kind="myte", size=16_000)


def test_languages_share_a_code_but_not_their_scores():
    maps = byte_maps(read([{"text": "hestur hestur bátur", "language": "fao"}, {"text": "hestur", "language": "isl"}]))
    assert {bytes.fromhex(morph).decode() for morph in maps["merge_map"]} == {"hestur", "bátur"}
    assert maps["merge_map"][b"hestur".hex(" ")] == "42 80"  # all of the score of one of the two languages


@pytest.mark.real
def test_on_the_declaration_of_human_rights_languages_come_closer(shared_data):
    """A third of the articles held out: eight languages in five scripts."""
    versions = {"eng", "fao", "fin", "rus", "kaz", "hin", "amh", "arb"}
    articles: dict[str, dict[str, str]] = {}
    with gzip.open(shared_data / "udhr" / "udhr.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            if row["code"] in versions:
                articles.setdefault(row["code"], {})[row["section"]] = row["text"]
    shared = sorted(set.intersection(*map(set, articles.values())))
    heldout = {code: [texts[name] for name in shared[::3]] for code, texts in articles.items()}
    seen = [name for name in shared if name not in shared[::3]]
    tokenizer = learn(
        [{"text": texts[name], "language": code} for code, texts in articles.items() for name in seen], kind="myte"
    )
    raw = {code: sum(len(text.encode()) for text in texts) for code, texts in heldout.items()}
    myte = {code: sum(map(len, encode(tokenizer, texts))) for code, texts in heldout.items()}
    assert len(myte) == 8
    assert max(myte[code] / raw[code] for code in raw) < 0.9
    spread, before = max(myte.values()) / min(myte.values()), max(raw.values()) / min(raw.values())
    assert spread < 0.7 * before
