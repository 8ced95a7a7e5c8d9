import pytest
from cryptography.fernet import Fernet

from outreach.mail.vault import KeyLost, seal, unseal

OLD, NEW = Fernet.generate_key(), Fernet.generate_key()


def test_a_password_comes_back_and_is_not_readable_in_between() -> None:
    sealed = seal("hunter2", NEW)
    assert "hunter2" not in sealed
    assert unseal(sealed, NEW) == "hunter2"


def test_an_empty_password_stays_empty() -> None:
    assert seal("", NEW) == ""
    assert unseal("", NEW) == ""


def test_after_a_change_of_keys_the_old_ones_are_still_read() -> None:
    assert unseal(seal("hunter2", OLD), NEW + b"\n" + OLD) == "hunter2"


def test_with_another_key_it_is_said_that_the_password_has_to_be_typed_again() -> None:
    with pytest.raises(KeyLost, match="Type it again"):
        unseal(seal("hunter2", OLD), NEW)
