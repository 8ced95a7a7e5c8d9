"""What is typed into a search box, as terms; nothing but quotes has a meaning."""

import pytest

from outreach.search.rules import MOST_PARTS, MOST_TERMS, parts_of, terms_of


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("Fern", ["fern"]), ("green  Oak", ["green", "oak"]), ('"dry August" oak', ["dry august", "oak"]), ('"dry aug', ["dry aug"]),
        ("pe", [" pe"]), ("p", [" p"]), ("https://www.Oak.example/", ["oak.example"]), ("http://", ["http:"]), ("oak oak", ["oak"]),
        ("NEAR( a*", ["near(", " a*"]), ("50%_\\", ["50%_\\"]), ('"', []), ('""', []), ("\x00", []), ("  ", []), ("", []), ("\ud800ab", [" ab"]), ("/", [" /"]), ("太郎", ["太 郎"]), ("メール", ["メ ー ル"]), ("太", [" 太"]), ("https://www.müller.example/", ["xn--mller-kva.example"]), ("ред@сад.test", ["ред@xn--80ai1b.test"]), ("müller", ["muller"]), ("größe.", ["grosse."]),
    ],
)  # fmt: skip
def test_a_question_becomes_terms(typed: str, terms: list[str]) -> None:
    assert terms_of(typed) == terms


def test_a_question_has_an_end() -> None:
    assert len(terms_of("x" * 10_000)[0]) == 200
    assert len(terms_of(" ".join(f"word{number}" for number in range(100)))) == MOST_TERMS
    assert len(parts_of(["".join(map(chr, range(97, 123)))] * 4)) == MOST_PARTS


def test_the_index_knows_parts_of_three_signs() -> None:
    assert parts_of(["fern", " pe", " p"]) == ["fer", "ern", " pe"]
