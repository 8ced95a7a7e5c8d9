"""Text without capitals and accents, and where in a text the searched words stand."""

import pytest

from outreach.kit.folding import excerpt, folded, marked


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


def test_an_excerpt_is_one_line_around_the_first_word() -> None:
    text = f"{'before ' * 30}\nthe néedle\n{'after ' * 60}"
    pieces = excerpt(text, ["needle"])
    line = "".join(piece for piece, _ in pieces)
    assert ("néedle", True) in pieces and line.startswith("… ") and line.endswith(" …") and "\n" not in line
    assert len(line) < 230
    assert excerpt(text, ["nothing"]) == []
