"""What follows from the terms of an agreement."""

from decimal import Decimal

import pytest

from outreach.pitches.agreement import Agreement, settled, why_sponsored


@pytest.mark.parametrize("given", ["is_paid", "is_goods", "is_exchange"])
def test_what_is_given_for_a_link_makes_it_sponsored(given: str) -> None:
    terms = settled(Agreement(target_url="https://hazel.example/", expected_rel="follow", **{given: True}))
    assert terms.expected_rel == "sponsored"
    assert why_sponsored(terms).startswith("Because ")


def test_an_amount_means_that_it_is_paid() -> None:
    terms = settled(Agreement(expected_rel="follow", amount=Decimal("80.00"), currency="EUR"))
    assert (terms.is_paid, terms.expected_rel) == (True, "sponsored")


def test_nothing_given_leaves_the_terms_alone() -> None:
    terms = Agreement(target_url="https://hazel.example/", expected_rel="any", is_exclusive=True)
    assert settled(terms) == terms
    assert why_sponsored(terms) == ""


def test_no_price_stays_when_nothing_is_paid() -> None:
    assert settled(Agreement(expected_rel="ugc", amount=Decimal(0), currency="EUR")).currency == ""
