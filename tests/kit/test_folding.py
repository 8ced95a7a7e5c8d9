"""Text without capitals and accents, and where in a text the searched words stand."""

import pytest

from outreach.kit.folding import decoded, excerpt, folded, indexed, marked, searched


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Müller", "muller"), ("MÜLLER", "muller"), ("Mu\u0308ller", "muller"), ("Łódź Straße", "lodz strasse"),
        ("İstanbul", "istanbul"), ("Ærø", "aero"), ("ΟΔΟΣ", "οδοσ"), ("Москва", "москва"), ("O’Brien", "o'brien"), ("one\r\ntwo\tthree", "one two three"),
        ("ﬁne ﹫ ｗｉｄｅ", "fine @ wide"), ("soft\u00adhyphen", "softhyphen"), ("", ""), (None, ""),
    ],
)  # fmt: skip
def test_capitals_and_accents_make_no_difference(text: str | None, plain: str) -> None:
    assert folded(text) == plain


def test_marks_stand_where_the_words_stand_in_the_text_itself() -> None:
    assert marked("Straße von Müller", ["strass", "mull"]) == [("Straß", True), ("e von ", False), ("Müll", True), ("er", False)]  # fmt: skip
    assert marked("Bo Berg", [" be"]) == [("Bo ", False), ("Be", True), ("rg", False)]
    assert marked("abe", [" be"]) == [("abe", False)]
    assert marked("山田太郎", ["太 郎"]) == [("山田", False), ("太郎", True)]
    assert marked("", ["x"]) == []


def test_an_apostrophe_makes_no_difference_to_a_search_and_is_marked_with_its_word() -> None:
    assert {searched(one) for one in ("O'Neil", "O’Neil", "O´Neil", "Oneil", "O\u02bcNeil")} == {"oneil"}
    assert marked("Ann O’Neil", ["oneil"]) == [("Ann ", False), ("O’Neil", True)]
    assert marked("Ann O'Neil", ["nei"]) == [("Ann O'", False), ("Nei", True), ("l", False)]
    assert searched("a\u2011b\u2010c\u2212d") == "a-b-c-d"


@pytest.mark.parametrize(
    ("code", "said"),
    [("mller-kva", "müller"), ("80ai1b", "сад"), ("ls8h", "💩"), ("r8jz45g", "例え"), ("zz", None), ("9" * 59, None), ("abc-", "abc"), ("-", "")],
)  # fmt: skip
def test_a_host_is_shown_as_people_write_it(code: str, said: str | None) -> None:
    assert decoded(code) == said
    text = f"see xn--{code}.example"
    assert indexed(text) == searched(f"{text} {said}.example" if said else f"{text} ")


def test_an_excerpt_is_one_line_around_the_first_word() -> None:
    text = f"{'before ' * 30}\nthe néedle\n{'after ' * 60}"
    pieces = excerpt(text, ["needle"])
    line = "".join(piece for piece, _ in pieces)
    assert ("néedle", True) in pieces and line.startswith("… ") and line.endswith(" …") and "\n" not in line
    assert len(line) < 230
    assert excerpt(text, ["nothing"]) == []
