"""The wheel alone, in an environment that never saw the checkout, is the whole product."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CHECKOUT = Path(__file__).resolve().parent.parent
LOCK = CHECKOUT / "requirements.lock"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")

IMPORT_ALL = """
import importlib, pkgutil, outreach
for module in pkgutil.walk_packages(outreach.__path__, "outreach."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(outreach.__file__)
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=CHECKOUT)
    return next(folder.glob("outreach-*.whl"))


@pytest.fixture(scope="session")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment with the wheel and the locked runtime packages, nothing else."""
    home = tmp_path_factory.mktemp("clean")
    python = str(home / "venv/bin/python")
    _run(_uv(), "venv", "--python", sys.executable, str(home / "venv"), cwd=home)
    _run(_uv(), "pip", "sync", "--python", python, "--require-hashes", str(LOCK), cwd=home)
    _run(_uv(), "pip", "install", "--python", python, "--no-deps", "--offline", str(wheel), cwd=home)
    return home / "venv/bin"


def test_it_carries_templates_migrations_and_built_assets(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, into in (
        ("templates", "templates"),
        ("migrations", "migrations"),
        ("outreach/static", "static"),
    ):
        files = (file for file in (CHECKOUT / folder).rglob("*") if file.is_file() and file.suffix != ".pyc")
        wanted = {f"outreach/{into}/{file.relative_to(CHECKOUT / folder)}" for file in files}
        assert wanted or not (CHECKOUT / folder).is_dir()
        assert wanted <= names


def test_it_carries_no_tests_and_no_instance(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"outreach"}


def test_every_module_runs_on_the_runtime_packages_alone(clean: Path, tmp_path: Path) -> None:
    said = _run(str(clean / "python"), "-c", IMPORT_ALL, cwd=tmp_path)
    assert str(clean.parent) in said


def test_its_command_answers(clean: Path, tmp_path: Path) -> None:
    assert _run(str(clean / "outreach"), "--version", cwd=tmp_path).startswith("outreach")
    assert "Usage: outreach" in _run(str(clean / "outreach"), "--help", cwd=tmp_path)


def test_an_empty_instance_is_migrated_and_served(clean: Path, tmp_path: Path) -> None:
    with _serving(clean, tmp_path) as address:
        assert _get(f"{address}healthz") == (200, b'{"database":"ok","status":"ok"}\n')
        status, page = _get(address)
        assert (status, b"<form" in page) == (200, True)  # the set-up page
        styles = re.findall(rb'href="/(static/dist/[^"]+\.css[^"]*)"', page)
        assert [_get(address + style.decode())[0] for style in styles] == [200]
    assert (tmp_path / "instance/outreach.db").exists()


@contextlib.contextmanager
def _serving(clean: Path, instance_beside: Path) -> Iterator[str]:
    """The address that `outreach serve` printed, once it answers; SIGTERM ends it with 0."""
    server = subprocess.Popen(
        [clean / "outreach", "serve", "--port", "0"],
        cwd=instance_beside,
        env=_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        said = server.stdout.readline()
        address = re.search(r"http://[\d.:]+/", said)
        assert address, said
        yield _answering(address[0])
    finally:
        server.terminate()
        assert server.wait(30) == 0


def _answering(address: str) -> str:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            if _get(f"{address}healthz")[0] == 200:
                return address
        time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


def _get(address: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def _environment() -> dict[str, str]:
    """No setting of ours, and no way to the checkout."""
    hidden = ("OUTREACH_", "PYTHON", "VIRTUAL_ENV")
    given = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    if CERTIFICATES.exists():
        given.setdefault("UV_SYSTEM_CERTS", "1")
    return given


def _run(*command: str, cwd: Path) -> str:
    """What the command says."""
    done = subprocess.run(command, cwd=cwd, env=_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


def _uv() -> str:
    """The installer that `make setup` brought."""
    found = shutil.which("uv", path=f"{CHECKOUT / '.tools/uv/bin'}{os.pathsep}{os.environ['PATH']}")
    assert found, "uv is not here: run `make setup`"
    return found
