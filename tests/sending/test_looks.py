import pytest

from outreach.sending.looks import is_listed


@pytest.mark.parametrize(
    ("address", "listed"),
    [
        ("bo@bakery.example", True),
        ("BO@Bakery.Example", True),
        ("x@team.example", True),
        ("x@sub.team.example", False),
    ],
)
def test_the_allow_list_names_addresses_and_domains(address: str, listed: bool) -> None:
    assert is_listed(address, ("bo@bakery.example", "@team.example")) is listed
