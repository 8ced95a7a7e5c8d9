"""Settings come from two places, and a wrong one is said in one line."""

from __future__ import annotations

import os
import re
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from outreach import settings


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith(settings.PREFIX)]:
        monkeypatch.delenv(name)


def said(instance: Path, file: str = "") -> str:
    """Why the settings are refused."""
    (instance / "settings.toml").write_text(file)
    with pytest.raises(settings.BadSetting) as refused:
        settings.load(instance)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings.toml").write_text('port = 8080\nsmtp_plain_hosts = ["127.0.0.1"]\n')
    assert (settings.load(tmp_path).port, settings.load(tmp_path).smtp_plain_hosts) == (8080, ["127.0.0.1"])
    monkeypatch.setenv("OUTREACH_PORT", "8090")
    monkeypatch.setenv("OUTREACH_SMTP_PLAIN_HOSTS", "127.0.0.1, ::1")
    assert settings.load(tmp_path).port == 8090
    assert settings.load(tmp_path).smtp_plain_hosts == ["127.0.0.1", "::1"]


def test_what_one_command_reads_is_no_unknown_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = (Path(__file__).parents[1] / "Makefile").read_text()
    for name in {*settings.NOT_SETTINGS, *re.findall(rf"\b({settings.PREFIX}[A-Z_]+)=", made)}:
        monkeypatch.setenv(name, "something")
    assert settings.load(tmp_path).port == 8000


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ('colour = "red"', "Unknown setting 'colour'"),
        ("port = 70000", "less than or equal to 65535"),
        ('database_url = "mysql://x"', "must begin with sqlite:/// or postgresql://"),
        ('base_url = "outreach.example.org"', "must begin with https://"),
        ('log_file = "/nowhere/at/all/log"', "no folder /nowhere/at/all"),
        ('smtp_ca_file = "/nowhere.pem"', "does not point to a file"),
        ('fetch_ca_file = "/nowhere.pem"', "does not point to a file"),
        ('fetch_allow_networks = ["10.0.0.1/8"]', "has host bits set"),
        ('fetch_allow_endpoints = ["localhost:80"]', "as 127.0.0.1:8123"),
        ('fetch_allow_endpoints = ["127.0.0.1"]', "as 127.0.0.1:8123"),
        ('fetch_resolve = ["example.com"]', "example.com:443:192.0.2.7"),
        ('instance = "/elsewhere"', "OUTREACH_INSTANCE"),
        ('clock_file = "clock"', "refused unless testing is on"),
        ("port = ", "cannot be read"),
    ],
)
def test_a_wrong_setting_says_what_would_be_right(tmp_path: Path, file: str, words: str) -> None:
    assert words in said(tmp_path, file)


def test_the_cookie_key_is_derived_by_hkdf(tmp_path: Path) -> None:
    config = settings.load(tmp_path)
    derived = HKDF(SHA256(), 32, salt=None, info=b"outreach cookies").derive(config.key)
    assert config.cookie_key == urlsafe_b64encode(derived)
    Fernet(config.key)


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    key = settings.load(tmp_path).key
    assert settings.load(tmp_path).key == key
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
