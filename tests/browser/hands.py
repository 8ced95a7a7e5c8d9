"""Three ways to use a screen: with the mouse, with the keyboard alone, and without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

FURTHEST = 250
"""So many times Tab is pressed before a field counts as out of reach."""


@dataclass
class Hands:
    """Clicks and fills in, as a person with a mouse does. Fields are named by their id, buttons and links by their words."""

    page: Page
    base: str

    def go(self, path: str) -> None:
        """Open an address of the product."""
        self.page.goto(self.base + path)

    def fill(self, field: str, text: str) -> None:
        self._field(field).fill(text)

    def choose(self, field: str, words: str) -> None:
        """Choose the option that begins with `words`."""
        options = self._field(field).locator("option").all_inner_texts()
        label = next((text for text in options if text.strip().startswith(words)), None)
        assert label is not None, f"{field} offers {options}, not {words!r}"
        self._field(field).select_option(label=label.strip())

    def tick(self, field: str, on: bool = True) -> None:
        self._field(field).set_checked(on)

    def pick(self, field: str) -> None:
        """Pick one of several radio buttons."""
        self._field(field).check()

    def press(self, words: str, role: str = "button") -> None:
        """Press a button (or link) and wait for the page it leads to."""
        self._named(words, role).click()
        self.page.wait_for_load_state()

    def sees(self, words: str) -> bool:
        return words in self.page.locator("body").inner_text()

    def must_see(self, words: str) -> None:
        """Fails with what stands on the screen instead."""
        text = self.page.locator("body").inner_text()
        assert words in text, f"{words!r} is not on {self.page.url}:\n{text}"

    def _field(self, field: str) -> Locator:
        return self.page.locator(f"#{field}")

    def _named(self, words: str, role: str) -> Locator:
        return self.page.get_by_role(role, name=words).locator("visible=true").first  # type: ignore[arg-type]


class KeyboardHands(Hands):
    """Never touches the mouse: reaches everything by Tab, and presses what has the focus."""

    def fill(self, field: str, text: str) -> None:
        self._reach(self._field(field))
        self.page.keyboard.press("Control+A")
        kind = self._field(field).get_attribute("type")
        if kind in ("date", "time"):
            self._type_parts(text, kind)
        else:
            self.page.keyboard.insert_text(text)

    def choose(self, field: str, words: str) -> None:
        self._reach(self._field(field))
        self.page.keyboard.type(words)  # a select goes to the option that begins so
        chosen = self._field(field).evaluate("one => one.selectedOptions[0]?.label ?? ''")
        assert chosen.strip().startswith(words), f"{field} stands at {chosen!r}, not {words!r}"

    def tick(self, field: str, on: bool = True) -> None:
        self._reach(self._field(field))
        if self._field(field).is_checked() != on:
            self.page.keyboard.press("Space")

    def pick(self, field: str) -> None:
        group = self.page.locator(f"input[name='{self._field(field).get_attribute('name')}']")
        self._reach(group)
        for _ in range(group.count()):
            if self._field(field).is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")
        assert self._field(field).is_checked()

    def press(self, words: str, role: str = "button") -> None:
        self._reach(self._named(words, role))
        with self.page.expect_event("load"):
            self.page.keyboard.press("Enter")

    def _type_parts(self, text: str, kind: str) -> None:
        """A date or time field takes its parts in the order of the browser's language (American English here)."""
        if kind == "date":
            year, month, day = text.split("-")
            self.page.keyboard.type(month + day + year)
            return
        hour, minute = (int(part) for part in text.split(":"))
        self.page.keyboard.type(f"{hour % 12 or 12:02}{minute:02}{'PM' if hour >= 12 else 'AM'}")

    def _reach(self, wanted: Locator) -> None:
        handles = wanted.element_handles()
        for _ in range(FURTHEST):
            if any(handle.evaluate("one => one === document.activeElement") for handle in handles):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{wanted} cannot be reached by Tab")
