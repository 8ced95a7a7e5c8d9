"""What is typed into a search box, as terms; nothing but quotes has a meaning."""

import pytest

from outreach.search.rules import MOST_PARTS, MOST_TERMS, parts_of, terms_for, terms_of


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("Fern", ["fern"]), ("green  Oak", ["green", "oak"]), ('"dry August" oak', ["dry august", "oak"]), ('"dry aug', ["dry aug"]),
        ("pe", [" pe"]), ("p", [" p"]), ("https://www.Oak.example/", ["oak.example"]), ("http://", ["http:"]), ("oak oak", ["oak"]),
        ("'", []), ("NEAR( a*", ["near(", " a*"]), ("50%_\\", ["50%_\\"]), ('"', []), ('""', []), ("\x00", []), ("  ", []), ("", []), ("\ud800ab", [" ab"]), ("/", [" /"]), ("太郎", ["太 郎"]), ("メール", ["メ ー ル"]), ("太", [" 太"]), ("https://www.müller.example/", ["muller.example"]), ("ред@сад.test", ["ред@сад.test"]), ("xn--mller-kva.ex", ["xn--mller-kva.ex"]), ("müller", ["muller"]), ("O’Neil", ["oneil"]), ("O'", [" o"]), ("well\u2011known", ["well-known"]), ("größe.", ["grosse."]),
    ],
)  # fmt: skip
def test_a_question_becomes_terms(typed: str, terms: list[str]) -> None:
    assert terms_of(typed) == terms


def test_a_question_has_an_end() -> None:
    assert len(terms_of("x" * 10_000)[0]) == 200
    assert len(terms_of(" ".join(f"word{number}" for number in range(100)))) == MOST_TERMS
    assert len(parts_of([f"word{number}" for number in range(100)])) == MOST_PARTS


def test_the_index_knows_parts_of_three_signs() -> None:
    assert parts_of(["fern", " pe", " p"]) == ["fer", "ern", " pe"]
    assert parts_of(["maria", "oakmos", "m", "ria"]) == ["mar", "ria", "oak", "mos"]


@pytest.mark.parametrize(
    ("typed", "site", "way"),
    [
        ("https://news.oak.example/x?y=1", ["oak.example"], ["news.oak.example/x?y=1"]), ("oak.example/about", ["oak.example"], ["oak.example/about"]),
        ("https://medium.com/@ana/post", ["medium.com/@ana"], ["medium.com/@ana/post"]), ("https://gar", ["gar"], ["gar"]), ("oak.example/a b", ["oak.example/a", " b"], ["oak.example/a", " b"]),
        ("+49 (0)30 10-00", ["+49", "(0)30", "10-00"], ["49301000"]), ("030 / 1000 22", ["030", " /", "1000", " 22"], ["30100022"]), ("1 2 3", [" 1", " 2", " 3"], [" 1", " 2", " 3"]),
        ("Ria Poe <ria@oak.example>", ["ria@oak.example"], ["ria@oak.example"]), ("mailto:ria@oak.example", ["ria@oak.example"], ["ria@oak.example"]), ("a < b", [" a", " <", " b"], [" a", " <", " b"]),
    ],
)  # fmt: skip
def test_what_is_pasted_is_read_as_what_it_is(typed: str, site: list[str], way: list[str]) -> None:
    assert (terms_for("sites", typed), terms_for("contact_points", typed)) == (site, way)
