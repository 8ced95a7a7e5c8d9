import pytest
from playwright.sync_api import Page

from tests.servers.chromium import NoChromium, chromium


@pytest.mark.browser
def test_a_page_can_be_read_and_pressed(page: Page) -> None:
    page.set_content("<button onclick=\"this.textContent = 'sent'\">Send</button>")
    page.get_by_role("button", name="Send").click()
    assert page.get_by_role("button").text_content() == "sent"


def test_a_machine_without_it_is_told_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoChromium, match=r"apt-get install .* chromium"):
        chromium()
