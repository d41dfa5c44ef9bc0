import pytest

from lect.artifacts import LectError
from lect.corpus.rules.measuring import measure
from lect.corpus.rules.stop_words import learn_stop_words, stop_words_of

ENGLISH = "The house of the king and the tower of the queen stand in the town, and they have to be seen with care."


def test_the_most_frequent_words_cover_the_share():
    learned = learn_stop_words([ENGLISH] * 3 + [f"word{n}x" for n in range(9)])
    assert {"the", "of", "and"} <= learned
    assert len(learned) == 8, "at least eight"
    assert (
        len(learn_stop_words([" ".join(f"{a}{b}" for a in "abcdefghij" for b in "abcdefghijklmno")], coverage=1)) == 100
    )


def test_letters_are_learned_where_words_have_no_spaces():
    learned = learn_stop_words(["我们在家里。", "他们在学校里。"])
    assert "在" in learned
    assert measure(["我们在家里。"], language="zho", stop_words=learned)["stop_words"][0] >= 2


def test_known_words_are_those_of_a_language():
    assert len(stop_words_of("eng")) == 8
    assert not stop_words_of("kaz")


@pytest.mark.parametrize("options", [{"coverage": 0}, {"coverage": 1.5}, {"most": 3}])
def test_odd_options_are_refused(options):
    with pytest.raises(LectError, match="coverage is a share"):
        learn_stop_words([ENGLISH], **options)


def test_a_text_without_words_is_refused():
    with pytest.raises(LectError, match="no words"):
        learn_stop_words(["12 34"])
