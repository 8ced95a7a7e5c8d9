"""What somebody types as hosts and names."""

import pytest

from outreach.kit.urls import BadAddress
from outreach.projects import rules
from outreach.projects.rules import Grant, MemberRole


def test_hosts_are_taken_one_a_line_in_any_spelling() -> None:
    typed = "Hazel.example\n\nhttps://www.hazel.example/about \nfrost.example:8080\nbücher.example."
    assert rules.own_hosts(typed) == ["hazel.example", "frost.example", "xn--bcher-kva.example"]


def test_hosts_of_this_machine_are_hosts_too() -> None:
    assert rules.own_hosts("http://127.0.0.1:8000/\n[::1]\nshop.localhost\nlocalhost") == [
        "127.0.0.1",
        "[::1]",
        "shop.localhost",
        "localhost",
    ]


@pytest.mark.parametrize(
    "line",
    ["hazel", "ana@hazel.example", "ftp://hazel.example", "ha zel.example", "https://u:p@hazel.example"],
)
def test_a_line_that_is_no_host_is_refused_in_words(line: str) -> None:
    with pytest.raises(BadAddress):
        rules.own_hosts(f"hazel.example\n{line}")


def test_brand_names_are_kept_as_typed_each_once() -> None:
    assert rules.brand_terms("Hazel & Loam, hazel  loam\nHAZEL & LOAM\n, ") == ["HAZEL & LOAM", "hazel loam"]


def test_a_grant_survives_its_journey() -> None:
    assert Grant.unpack(Grant(7, MemberRole.VIEWER).pack()) == Grant(7, MemberRole.VIEWER)
