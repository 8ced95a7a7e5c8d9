"""The wheel alone, in an environment that never saw the checkout, is the whole product."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

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
MIGRATE = """
from outreach.app import create_app
from outreach.server import schema
with create_app().app_context():
    schema.upgrade()
    print(schema.is_current())
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
        assert wanted
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


def test_an_empty_instance_is_migrated(clean: Path, tmp_path: Path) -> None:
    assert _run(str(clean / "python"), "-c", MIGRATE, cwd=tmp_path).strip() == "True"
    assert (tmp_path / "instance/outreach.db").exists()


def _run(*command: str, cwd: Path) -> str:
    """What the command says. It sees no setting of ours and no checkout."""
    hidden = ("OUTREACH_", "PYTHON", "VIRTUAL_ENV")
    given = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    if CERTIFICATES.exists():
        given.setdefault("UV_SYSTEM_CERTS", "1")
    done = subprocess.run(command, cwd=cwd, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


def _uv() -> str:
    """The installer that `make setup` brought."""
    found = shutil.which("uv", path=f"{CHECKOUT / '.tools/uv/bin'}{os.pathsep}{os.environ['PATH']}")
    assert found, "uv is not here: run `make setup`"
    return found
