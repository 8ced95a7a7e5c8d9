from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.servers.chromium import NAMES, SHELL, NoChromium, chromium


@pytest.mark.browser
def test_a_page_can_be_read_and_pressed(page: Page) -> None:
    page.set_content("<button onclick=\"this.textContent = 'sent'\">Send</button>")
    page.get_by_role("button", name="Send").click()
    assert page.get_by_role("button").text_content() == "sent"


def test_a_machine_without_it_is_told_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoChromium, match=r"apt-get install .* chromium"):
        chromium()


def test_the_one_without_windows_is_taken_where_it_is_and_nobody_looks_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in (NAMES[0], SHELL):
        (tmp_path / name).touch(mode=0o755)
    assert [Path(chromium(headless=headless)).name for headless in (True, False)] == [SHELL, NAMES[0]]
    (tmp_path / SHELL).unlink()
    assert Path(chromium()).name == NAMES[0]
