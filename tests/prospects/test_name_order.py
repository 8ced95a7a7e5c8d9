"""Which word of a name is the first when it is spoken."""

from __future__ import annotations

import pytest

from outreach.prospects.name_order import as_met, first_name, spoken, ways_written


@pytest.mark.parametrize(
    ("name", "said", "first"),
    [
        ("Stone, Robert", "Robert Stone", "Robert"),
        ("STONE, ROBERT J.", "ROBERT J. Stone".upper(), "ROBERT"),
        ("von der Heide, Anna Lena", "Anna Lena von der Heide", "Anna"),
        ("O'Neil, Nora", "Nora O'Neil", "Nora"),
        ("Иванова，Анна", "Анна Иванова", "Анна"),
        ("Robert Stone", "Robert Stone", "Robert"),
        ("Bob Stone, Editor", "Bob Stone, Editor", "Bob"),
        ("Bob, Editor", "Bob, Editor", "Bob"),
        ("Stone, PhD", "Stone, PhD", "Stone"),
        ("Stone, MSCA", "Stone, MSCA", "Stone"),
        ("Moss, Ltd.", "Moss, Ltd.", "Moss"),
        ("Stone, b@moss.example", "Stone, b@moss.example", "Stone"),
        ("García Márquez, Gabriel", "García Márquez, Gabriel", "García"),
        (",", ",", ""),
        ("", "", ""),
    ],
)
def test_the_given_name_comes_first_where_a_comma_says_so(name: str, said: str, first: str) -> None:
    assert (spoken(name), first_name(name)) == (said, first)


def test_a_row_is_met_in_each_way_its_name_may_stand() -> None:
    ways = ("Robert Stone", "Stone, Robert", "stone, robert")
    assert {as_met(one) for one in ways} == {"robert stone"}
    assert "stone, robert" in ways_written("Robert Stone") and "robert stone" in ways_written("Stone, Robert")
