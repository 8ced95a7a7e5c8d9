"""Strangers' HTML in a real browser, without any frame or policy around it: cleaning alone must hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

from outreach.letter.showing import shown

CASES: list[str] = json.loads(Path("tests/letter/foreign_html.json").read_text())
POKE = """() => {
  window.alert = () => { window.ran = true };
  for (const one of document.body.querySelectorAll('*'))
    for (const event of ['mouseover', 'mouseenter', 'focus', 'load', 'error', 'click', 'input', 'toggle'])
      if (!(event === 'click' && one.tagName === 'A')) one.dispatchEvent(new Event(event));
  return window.ran === true || document.scripts.length > 0 || document.forms.length > 0;
}"""

pytestmark = pytest.mark.browser


def trouble(page: Page, sources: list[str]) -> tuple[list[str], list[str]]:
    """What ran, and what was asked for, when each is put into a page as it is and poked."""
    ran: list[str] = []
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.route("**/*", lambda route: route.abort())
    for source in sources:
        page.set_content(source, wait_until="domcontentloaded")
        if page.evaluate(POKE):
            ran.append(source)
    page.wait_for_timeout(300)
    return ran, asked


def test_no_script_runs_and_no_request_leaves(page: Page) -> None:
    assert trouble(page, [shown(source) for source in CASES]) == ([], [])


def test_with_images_on_still_no_script_runs(page: Page) -> None:
    ran, asked = trouble(page, [shown(source, with_images=True) for source in CASES])
    assert ran == []
    assert all(url.startswith("https://") and not url.endswith(".js") for url in asked)


def test_before_cleaning_such_html_runs_and_asks(page: Page) -> None:
    """Else the two tests above could not fail."""
    ran, asked = trouble(page, ["<img src=x onerror=alert(1)>", "<img src=https://t.example/pixel.gif>"])
    assert ran
    assert "https://t.example/pixel.gif" in asked
