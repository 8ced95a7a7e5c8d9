"""Strangers' HTML in a real browser, as cleaned and without any frame or policy around it: what runs, what is asked for.

The folder holds `security/cases.jsonl`, a line a case: category, input, feed, expect.
"""

import json
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from outreach.letter.showing import shown
from tests.browser.test_foreign_html import trouble
from tests.servers.chromium import NoChromium, launch_options

CATEGORY = "xss.html_sanitize"


def main(corpus_dir: Path) -> None:
    """Try every case alone; print how many hold and each that does not."""
    file = corpus_dir / "security" / "cases.jsonl"
    if not file.exists():
        print(f"no cases at {file}")
        return
    cases = [
        case for line in file.read_text().splitlines() if (case := json.loads(line))["category"] == CATEGORY
    ]
    try:
        options = launch_options()
    except NoChromium as error:
        print(error)
        return
    with sync_playwright() as playwright, playwright.chromium.launch(**options) as browser:
        failed = _failing(browser, [case["input"] for case in cases])
    for case in cases:
        if case["input"] in failed:
            print("  does not hold:", case["id"], repr(case["input"])[:80])
    print(f"{'no script, no request':24} {len(cases) - len(failed):3} of {len(cases)}")


def _failing(browser: Browser, sources: list[str]) -> set[str]:
    """Those of `sources` that do not hold; all at once first, one by one only when something happened."""
    if _holds(browser, sources):
        return set()
    return {source for source in sources if not _holds(browser, [source])}


def _holds(browser: Browser, sources: list[str]) -> bool:
    """Nothing runs; nothing is asked for before images are asked for."""
    page = browser.new_page()
    quiet = trouble(page, [shown(source) for source in sources]) == ([], [])
    page.close()
    page = browser.new_page()
    ran, _ = trouble(page, [shown(source, with_images=True) for source in sources])
    page.close()
    return quiet and not ran
