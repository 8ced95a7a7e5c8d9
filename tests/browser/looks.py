"""What the browser tests share: a served app, axe-core, and a watch on the console."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import BrowserContext, Page
from werkzeug.serving import make_server

from outreach.accounts.models import User

AXE = Path(__file__).parents[2] / "assets/node_modules/axe-core/axe.min.js"
LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1440, "height": 900}


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app on a free loopback port; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def log_in(app: Flask, context: BrowserContext, address: str, who: User) -> None:
    """Give the context the cookie that says that `who` logged in."""
    signer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    value = signer.dumps({"_user_id": who.session_token, "_fresh": True})
    context.add_cookies([{"name": "outreach", "value": value, "url": address}])


def violations(page: Page, *rules: str) -> list[str]:
    """What axe-core finds on the page as it stands: WCAG 2.2 AA and best practice, or `rules` alone; one line a kind."""
    if not page.evaluate("window.axe !== undefined"):
        page.evaluate(AXE.read_text())
    # The only frames are sandboxed ones of foreign mail, into which axe cannot come: its knock is an error in the console.
    found = page.evaluate(
        f"axe.run(document, {json.dumps({'runOnly': list(rules or LEVELS), 'resultTypes': ['violations'], 'iframes': False})})"
    )
    return [
        f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes'][:3]]}"
        for one in found["violations"]
    ]


def is_wider_than_its_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def words_cut_off(page: Page) -> list[str]:
    """Words that leave their box without an ellipsis."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('button, .button, .tag, h1, h2, dd, th, td, .chip')]
            .filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth
                && getComputedStyle(e).overflow === 'visible' && getComputedStyle(e).display !== 'inline')
            .map((e) => `${e.className || e.tagName}: ${e.textContent.trim().slice(0, 40)}`)"""
    )
    return found


def complaints(page: Page) -> list[str]:
    """Fills up with what the console says from now on: errors, warnings, and what the CSP refused."""
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def keep_picture(page: Page, name: str) -> None:
    """A picture to look at, when SHOTS names a folder for them."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
