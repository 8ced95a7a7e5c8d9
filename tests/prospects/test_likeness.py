"""Which names are one person's, and which domains one organisation's."""

from __future__ import annotations

import pytest

from outreach.prospects.likeness import label_of, liken, mailbox_of, spellings_of


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("Bo Berg", "bo berg", "same"),
        ("Bo Berg", "Berg, Bo", "same"),
        ("José Núñez", "Jose Nunez", "same"),
        ("Anne-Marie Berg", "Annemarie Berg", "same"),
        ("Dr. Bo Berg", "Bo Berg", "same"),
        ("Łukasz Øster", "Lukasz Oster", "same"),
        ("B. Berg", "Bo Berg", "near"),
        ("Bo J. Berg", "Bo Berg", "near"),
        ("Bo Bergh", "Bo Berg", "near"),
        ("Bo Brandt", "Bo Brnadt", "near"),
        ("Jürgen Müller", "Juergen Müller", "near"),
        ("Bo Berg", "Bo Lind", "no"),
        ("Jon Smith", "Joe Smith", "no"),
        ("Bo", "Bob", "no"),
        ("B. B.", "Bo Berg", "no"),
        ("Bo Berg", "Bo Anders Berg", "no"),
        ("Kim Hanna", "Kim Janna", "no"),
        ("", "Bo Berg", "no"),
        ("Bo Berg (editor)", "Bo Berg", "same"),
        ("(Bo Berg)", "Bo Berg", "same"),
        ("Catherin Bell", "Catherine Bell", "near"),
        ("Daniel Roth", "Daniela Roth", "no"),
        ("Marie Blanc", "Mario Blanc", "no"),
        ("Julia Stone", "Julian Stone", "no"),
        ("Анна Иванов", "Анна Иванова", "no"),
        ("Ben Stone", "Benjamin Stone", "near"),
        ("Bob Stone", "Rob Stone", "near"),
        ("Stone, Robert", "Stone, Bob", "near"),
        ("Stone, Bob", "Robert Stone", "near"),
        ("Stone, Robert", "Bob Stone", "near"),
        ("Stone Bob", "Robert Stone", "near"),
        ("Stone, Dr. Bob (news)", "Robert Stone, PhD", "near"),
        ("García Márquez, Gabi", "Gabriel García Márquez", "near"),
        ("van der Berg, Wim", "Willem van der Berg", "near"),
        ("Nagy Feri", "Ferenc Nagy", "near"),
        ("Иванова, Таня", "Татьяна Иванова", "near"),
        ("Иванов Сергей", "Серёжа Иванов", "near"),
        ("Γιώργος Παππάς", "Παππάς, Γεώργιος", "near"),
        ("Bob Stone, Editor", "Rob Stone, Editor", "near"),
        ("Thomas Frank", "Thomas Francis", "no"),
        ("Frank, Thomas", "Thomas Francis", "no"),
        ("Frank, Thomas", "Francis, Thomas", "no"),
        ("Stone, Bob", "Stone, Bill", "no"),
        ("Bob, Stone", "Rob, Steel", "no"),
        ("Liz Stone", "Elizabeth Stone", "near"),
        ("Kate Stone", "Katherine Stone", "near"),
        ("Kate Stone", "Kathryn Stone", "near"),
        ("Tom Stone", "Thomas Stone", "near"),
        ("Dr. Tom Álvarez", "Thomas Alvarez", "near"),
        ("Alex Stone", "Alexandra Stone", "near"),
        ("Alexander Stone", "Alexandra Stone", "no"),
        ("Tom Stone", "Thomas Steel", "no"),
        ("Ben", "Benjamin", "no"),
        ("Mark Stone", "Mary Stone", "no"),
        ("Jane Stone", "Jade Stone", "no"),
        ("Karen Stone", "Karin Stone", "no"),
        ("Martin Stone", "Marvin Stone", "no"),
        ("Arno Stone", "Aron Stone", "no"),
        ("Mark Stone", "Marc Stone", "near"),
        ("Bo Meier", "Bo Meyer", "near"),
        ("Jonathan Stone", "Jonathon Stone", "near"),
        ("Brian Stone", "Brain Stone", "near"),
        ("a@moss.example", "a2@moss.example", "no"),
        ("maria@moss.example", "marie@moss.example", "no"),
        ("bo.berg@moss.example", "Bo Berg", "same"),
    ],
)
def test_two_names(one: str, other: str, said: str) -> None:
    assert (liken(one, other).value, liken(other, one).value) == (said, said)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("wild.example", "wild.test", {"wild"}),
        ("wild-garden.example", "wildgarden.example", {"wildgarden"}),
        ("xn--mller-kva.example", "mueller.example", {"mueller"}),
        ("xn--mller-kva.example", "muller.example", {"muller"}),
        ("gardener.blogspot.com", "gardener.example", {"gardener"}),
        ("medium.com/@gardener", "gardener.example", {"gardener"}),
        ("blog.example", "blog.test", set()),
        ("abc.example", "abc.test", set()),
        ("wild.example", "moss.example", set()),
    ],
)
def test_two_domains(one: str, other: str, shared: set[str]) -> None:
    assert spellings_of(one) & spellings_of(other) == shared


def test_the_first_half_of_a_desk_or_a_short_one_says_nothing() -> None:
    assert [mailbox_of(one) for one in ("bo.berg+x@wild.example", "info@wild.example", "bo@wild.example")] == ["boberg", "", ""]  # fmt: skip
    assert label_of("xn--mller-kva.example") == "müller"
