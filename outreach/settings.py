"""Every setting of an instance: from the environment (`OUTREACH_*`) and from `settings.toml` in the instance folder.

The environment wins. An unknown name is refused, so that a typing error never passes silently.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import sys
import tomllib
from base64 import urlsafe_b64encode
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, FilePath, ValidationError, field_validator, model_validator

PREFIX = "OUTREACH_"
NOT_SETTINGS = {
    "OUTREACH_INSTANCE",
    "OUTREACH_USER_AGENT",
    "OUTREACH_DRILLS",
    "OUTREACH_EXAMPLES",
    "OUTREACH_SHOTS",
}
"""Read from the environment by one command, or by the tests."""


MAPPED = 2047 if sys.platform == "linux" and sys.maxsize > 2**32 else 0
"""MiB of an SQLite file that are mapped unless set: as much as SQLite can where memory and files are known to agree and addresses are plenty."""


class BadSetting(Exception):
    """A setting that cannot be used; the message is one line and says what would be right."""


class Settings(BaseModel):
    """The typed settings of one instance; names are those of `docs/operating.md`."""

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))

    instance: Path
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    threads: int = Field(8, ge=1, le=64)
    sqlite_mapped_mb: int = Field(MAPPED, ge=0, le=2047)
    base_url: str = ""
    trusted_proxies: int = Field(0, ge=0, le=5)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_file: Path | None = None
    worker_memory_mb: int = Field(2048, ge=256)
    testing: bool = False
    clock_file: Path | None = None
    mail_undo_seconds: int = Field(10, ge=0, le=300)
    smtp_ca_file: FilePath | None = None
    smtp_plain_hosts: list[str] = []
    smtp_timeout: int = Field(30, ge=1, le=120)
    smtp_answer_timeout: int = Field(120, ge=1, le=180)
    oauth_microsoft_client_id: str = ""
    oauth_microsoft_client_secret: str = Field("", repr=False)
    oauth_microsoft_url: str = "https://login.microsoftonline.com/common/oauth2/v2.0"
    oauth_google_client_id: str = ""
    oauth_google_client_secret: str = Field("", repr=False)
    oauth_hosts: list[str] = []
    fetch_ca_file: FilePath | None = None
    fetch_allow_networks: list[str] = []
    fetch_allow_endpoints: list[str] = []
    fetch_resolve: list[str] = []
    fetch_contact: str = ""
    evidence_days: int = Field(90, ge=0, le=36_500)
    captured_days: int = Field(90, ge=0, le=36_500)
    max_upload_mb: int = Field(64, ge=1, le=2048)
    pitch_file_mb: int = Field(25, ge=1, le=2048)
    pitch_file_days: int = Field(0, ge=0, le=36_500)
    backup_days: int = Field(30, ge=1, le=3650)
    unwritten_days: int = Field(0, ge=0, le=3650)

    @field_validator(
        "smtp_plain_hosts",
        "oauth_hosts",
        "fetch_allow_networks",
        "fetch_allow_endpoints",
        "fetch_resolve",
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value.replace("postgresql://", "postgresql+psycopg://", 1)

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with https:// (or http://), as https://outreach.example.org")
        return value.rstrip("/")

    @field_validator("fetch_allow_networks")
    @classmethod
    def _networks(cls, value: list[str]) -> list[str]:
        for text in value:
            ip_network(text)
        return value

    @field_validator("fetch_allow_endpoints")
    @classmethod
    def _endpoints(cls, value: list[str]) -> list[str]:
        for text in value:
            host, _, port = text.rpartition(":")
            try:
                ip_address(host.strip("[]"))
                good = port.isdecimal() and int(port) < 65536
            except ValueError:
                good = False
            if not good:
                raise ValueError(f"{text!r} should be an address and a port, as 127.0.0.1:8123 or [::1]:8123")
        return value

    @field_validator("fetch_resolve")
    @classmethod
    def _resolved(cls, value: list[str]) -> list[str]:
        for text in value:
            if text.count(":") < 2:
                raise ValueError(f"{text!r} should look like example.com:443:192.0.2.7")
        return value

    @field_validator("log_file")
    @classmethod
    def _into_a_folder(cls, value: Path | None) -> Path | None:
        if value and not value.absolute().parent.is_dir():
            raise ValueError(f"there is no folder {value.absolute().parent}")
        return value

    @model_validator(mode="after")
    def _only_when_testing(self) -> Settings:
        if self.clock_file and not self.testing:
            raise ValueError("clock_file is for tests and is refused unless testing is on")
        return self

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database; SQLite in the instance folder unless set."""
        return self.database_url or f"sqlite:///{self.instance / 'outreach.db'}"

    @property
    def is_sqlite(self) -> bool:
        return self.database.startswith("sqlite")

    @property
    def allow_networks(self) -> list[IPv4Network | IPv6Network]:
        return [ip_network(text) for text in self.fetch_allow_networks]

    @property
    def allow_endpoints(self) -> list[tuple[str, int]]:
        """Exact address and port pairs that the fetch guard lets through (the demo's publishers)."""
        return [
            (host.strip("[]"), int(port))
            for host, _, port in (text.rpartition(":") for text in self.fetch_allow_endpoints)
        ]

    @property
    def key_file(self) -> Path:
        return self.instance / "key"

    @cached_property
    def key(self) -> bytes:
        """The instance's Fernet key: made at first use, readable by its owner only."""
        if not self.key_file.exists():
            self.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = self.instance / f".key-{os.getpid()}"
            with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
                file.write(urlsafe_b64encode(os.urandom(32)))
            with contextlib.suppress(FileExistsError):  # another process was first: its key counts
                os.link(fresh, self.key_file)
            fresh.unlink()
        return self.key_file.read_bytes().strip()

    @cached_property
    def cookie_key(self) -> bytes:
        """Signs cookies and forms; derived (HKDF, RFC 5869, one block), so that the Fernet key itself signs nothing."""
        extracted = hmac.digest(bytes(32), self.key, "sha256")
        return urlsafe_b64encode(hmac.digest(extracted, b"outreach cookies\x01", "sha256"))


def instance_folder() -> Path:
    """`OUTREACH_INSTANCE`, else `instance/` beside the checkout, else in the present folder."""
    if named := os.environ.get("OUTREACH_INSTANCE"):
        return Path(named).absolute()
    checkout = Path(__file__).resolve().parent.parent
    home = checkout if (checkout / "pyproject.toml").exists() else Path.cwd()
    return home / "instance"


def load(instance: Path | None = None, **overrides: Any) -> Settings:
    """The settings of `instance`. Raises BadSetting with one line on an unknown name or a wrong value."""
    folder = (instance or instance_folder()).absolute()
    values: dict[str, Any] = _from_file(folder / "settings.toml")
    values |= {
        name.removeprefix(PREFIX).lower(): value
        for name, value in os.environ.items()
        if name.startswith(PREFIX) and name not in NOT_SETTINGS
    }
    try:
        return Settings(**{**values, **overrides, "instance": folder})
    except ValidationError as error:
        raise BadSetting(_in_words(error)) from None


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text())
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path} cannot be read: {error}") from None
    if "instance" in values:
        raise BadSetting(
            f"{path}: the instance folder is named by OUTREACH_INSTANCE, not in its own settings."
        )
    return values


def _in_words(error: ValidationError) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        return f"Unknown setting {name!r} (in the environment: {PREFIX}{name.upper()}). Known: {', '.join(sorted(Settings.model_fields))}."
    words = first["msg"].removeprefix("Value error, ")
    return f"Setting {name!r}: {words}." if name else f"{words}."
