"""Passwords are kept as Argon2id and compared whole."""

import time
from collections.abc import Iterator
from statistics import median

import pytest

from outreach.accounts import passwords

HASHER = passwords._hasher
"""The product's own: elsewhere the tests take a cheaper one."""


@pytest.fixture(autouse=True)
def hasher(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(passwords, "_hasher", HASHER)
    passwords._nobodys.cache_clear()
    yield
    passwords._nobodys.cache_clear()


def test_a_hash_is_made_as_rfc_9106_recommends() -> None:
    kept = passwords.hashed("four seeds in one pot")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_the_right_password_fits_its_hash_and_no_other() -> None:
    kept = passwords.hashed("four seeds in one pot")
    assert kept.startswith("$argon2id$")
    assert passwords.is_right(kept, "four seeds in one pot")
    assert not passwords.is_right(kept, "four seeds in one pot ")


def test_long_passwords_differ_after_the_72nd_byte() -> None:
    kept = passwords.hashed("x" * 72 + "a")
    assert not passwords.is_right(kept, "x" * 72 + "b")


def test_a_nul_does_not_cut_a_password() -> None:
    kept = passwords.hashed("four seeds\0in one pot")
    assert passwords.is_right(kept, "four seeds\0in one pot")
    assert not passwords.is_right(kept, "four seeds\0in a pot")


def test_an_umlaut_is_the_same_from_every_keyboard() -> None:
    assert passwords.is_right(passwords.hashed("gru\u0308ne Bohnen im Topf"), "gr\u00fcne Bohnen im Topf")


def test_nobody_has_no_password() -> None:
    assert not passwords.is_right(None, "nobody has this password")
    assert not passwords.is_right("", "")


def test_a_stranger_takes_as_long_as_somebody() -> None:
    kept = passwords.hashed("four seeds in one pot")

    def spent(hash_: str | None) -> float:
        began = time.process_time()
        passwords.is_right(hash_, "wrong")
        return time.process_time() - began

    known, unknown = median(spent(kept) for _ in range(3)), median(spent(None) for _ in range(3))
    assert unknown > known / 3
