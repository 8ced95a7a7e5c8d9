"""What the set-up promises: nothing unpinned, no address of a registry, and a plain word when something is missing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
LOCKS = sorted(CHECKOUT.glob("requirements*.lock"))
NOBODY = 65534

OLD_PYTHON = '#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.1" && exit 0\nexit 1\n'
BARE_PYTHON = '#!/bin/sh\ncase "$*" in *version_info*) exit 0;; esac\nexit 1\n'


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_file_names_no_registry(lock: Path) -> None:
    assert re.findall(r"https?://|^-.*$|--(?!hash=)\S*", lock.read_text(), re.MULTILINE) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_pinned_and_hashed(lock: Path) -> None:
    entries = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n", "", lock.read_text(), flags=re.MULTILINE).strip())
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9-]+(\[[a-z0-9,-]+\])?==\S+", entry), entry
        assert "--hash=sha256:" in entry


def test_the_lock_files_know_every_dependency_of_the_project() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    runtime = set(map(_name, project["project"]["dependencies"]))
    groups = {group: set(map(_name, wanted)) for group, wanted in project["dependency-groups"].items()}
    assert runtime <= _pinned("requirements.lock")
    assert runtime | groups["dev"] <= _pinned("requirements-dev.lock")
    assert _pinned("requirements-uv.lock") == groups["uv"]
    assert _pinned("requirements-node.lock") == groups["node"]


def test_the_npm_lock_file_names_no_registry() -> None:
    lock = json.loads((CHECKOUT / "assets/package-lock.json").read_text())
    packages = {path: facts for path, facts in lock["packages"].items() if path}
    assert packages
    assert all("resolved" not in facts and "integrity" in facts for facts in packages.values())


def test_make_help_names_every_target() -> None:
    said = subprocess.run(["make", "help"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    for target in ("run", "test", "setup", "check", "drills", "demo", "bench", "corpus", "help"):
        assert f"make {target} " in said


@pytest.fixture
def ground() -> Iterator[Path]:
    """A folder with the scripts, where somebody who may not install anything can work."""
    folder = Path(tempfile.mkdtemp(prefix="outreach-setup-"))
    shutil.copytree(CHECKOUT / "scripts", folder / "scripts")
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


def test_a_missing_chromium_fails_with_the_line_that_installs_it(ground: Path) -> None:
    (ground / "bin").mkdir()
    for name in ("sh", "id", "ls", "tr"):
        (ground / "bin" / name).symlink_to(str(shutil.which(name)))
    done = _as_nobody(["scripts/get-system"], ground, PATH=str(ground / "bin"))
    assert done.returncode == 1
    assert re.search(r"sudo sh -c '.*apt-get install -y .*chromium", done.stdout)


def test_an_old_python_is_refused_in_words(ground: Path) -> None:
    done = _as_nobody(["scripts/get-uv"], ground, PYTHON=_script(ground / "python", OLD_PYTHON))
    assert done.returncode == 1
    assert "Python 3.9.1 is too old: Outreach needs Python 3.11 or newer" in done.stdout


def test_a_python_without_pip_and_venv_fails_with_the_line_that_installs_it(ground: Path) -> None:
    done = _as_nobody(["scripts/get-uv"], ground, PYTHON=_script(ground / "python", BARE_PYTHON))
    assert done.returncode == 1
    assert re.search(r"sudo sh -c '.*apt-get install -y .*python3-venv'", done.stdout)


def test_a_failing_step_shows_what_it_said_and_a_good_one_does_not(ground: Path) -> None:
    good = _as_nobody(["scripts/quietly", "Trying", "sh", "-c", "echo much"], ground)
    bad = _as_nobody(["scripts/quietly", "Trying", "sh", "-c", "echo more; exit 3"], ground)
    assert (good.returncode, good.stdout, good.stderr) == (0, "", "Trying ...\n")
    assert (bad.returncode, bad.stdout, bad.stderr) == (3, "", "Trying ...\nmore\n")
    kept = (ground / ".tools/setup.log").read_text().splitlines()
    assert [line for line in kept if not line.startswith("##")] == ["much", "more"]


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return re.sub(r"[._-]+", "-", found[0]).lower()


def _pinned(lock: str) -> set[str]:
    return set(map(_name, re.findall(r"^\S+==", (CHECKOUT / lock).read_text(), re.MULTILINE)))


def _script(file: Path, text: str) -> str:
    file.write_text(text)
    file.chmod(0o755)
    return str(file)


def _as_nobody(command: list[str], folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run in `folder` as somebody who is not root."""
    who = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **more}, capture_output=True, text=True, check=False, **who
    )
