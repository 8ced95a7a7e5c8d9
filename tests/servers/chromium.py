"""Debian's Chromium under pytest-playwright, instead of a browser that Playwright would download.

`page`, `context` and `browser` just work.
"""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest

APT = "apt-get install -y --no-install-recommends chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoChromium(Exception):
    """No Chromium is installed; the message is the line that installs it."""


def chromium() -> str:
    """The path of the installed Chromium. Raises NoChromium."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    raise NoChromium(f"Chromium is not installed. As root: {APT}")


def launch_options() -> dict[str, Any]:
    """What `BrowserType.launch` needs; root has no sandbox to offer."""
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return {"executable_path": chromium(), "args": [*QUIET, *as_root]}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Extends pytest-playwright's own (`--headed` still works). Without Chromium the tests fail, they are not skipped."""
    try:
        return {**browser_type_launch_args, **launch_options()}
    except NoChromium as error:
        pytest.fail(str(error), pytrace=False)
