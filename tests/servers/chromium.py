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
SHELL = "chromium-headless-shell"
"""The same browser without its windows: pages are drawn alike for two thirds of the processor, for no frame, tab or
start page is drawn around them. A machine without it takes the whole browser."""

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


def chromium(*, headless: bool = True) -> str:
    """The path of the installed Chromium, if it may be one without windows. Raises NoChromium."""
    for name in (SHELL, *NAMES) if headless else NAMES:
        if found := shutil.which(name):
            return found
    raise NoChromium(f"Chromium is not installed. As root: {APT}")


def launch_options(*, headless: bool = True) -> dict[str, Any]:
    """What `BrowserType.launch` needs; root has no sandbox to offer."""
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return {"executable_path": chromium(headless=headless), "args": [*QUIET, *as_root]}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Extends pytest-playwright's own (`--headed` still works). Without Chromium the tests fail, they are not skipped."""
    try:
        headless = browser_type_launch_args.get("headless", True)
        return {**browser_type_launch_args, **launch_options(headless=headless)}
    except NoChromium as error:
        pytest.fail(str(error), pytrace=False)
