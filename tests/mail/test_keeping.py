"""Where the bytes of incoming mails are."""

from __future__ import annotations

from pathlib import Path

from outreach.mail import keeping


def test_a_kept_mail_comes_back_byte_for_byte(tmp_path: Path) -> None:
    raw = b"From: bo@wild.example\r\n\r\n\xff\x00 yes\r\n"
    assert keeping.read(tmp_path, keeping.keep(tmp_path, raw)) == raw


def test_the_same_mail_twice_is_two_files_so_that_one_can_be_forgotten(tmp_path: Path) -> None:
    first, second = keeping.keep(tmp_path, b"a"), keeping.keep(tmp_path, b"a")
    keeping.forget(tmp_path, first)
    assert (keeping.read(tmp_path, first), keeping.read(tmp_path, second)) == (None, b"a")


def test_a_reference_leads_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"secret")
    for reference in ("", "../key", "ab/../../key", "ab/" + "x" * 20 + ".gz"):
        assert keeping.read(tmp_path, reference) is None
