"""What a page's own styles say of an element: a small cascade, for found links only. External sheets are not read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from outreach.page import css, media, tree
from outreach.page.css import Rule, Sheet
from outreach.page.tree import Document, Element

WORK_CAP = 20_000
"""So many selector matches a page; a hostile sheet costs no more than this."""


@dataclass(frozen=True, slots=True)
class Said:
    """One declared value and where it stands."""

    value: str
    inline: bool


class Cascade:
    """What the page's own styles declare of an element.  Memory of one page, made when first asked."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.work = 0
        self._texts: list[str] | None = None
        self._sheets: list[Sheet] | None = None
        self.quick = False
        """While true, only inline styles are read: no sheet concerns the elements that are asked about."""
        self._seen: dict[Element, dict[str, Said]] = {}
        self._quickly: dict[Element, dict[str, Said]] = {}

    @property
    def sheets(self) -> list[Sheet]:
        if self._sheets is None:
            self._sheets = [css.sheet(text) for text in self.texts]
        return self._sheets

    @property
    def texts(self) -> list[str]:
        """The sheets that apply to our reader."""
        if self._texts is None:
            self._texts = [style.text for style in tree.named(self.document, "style") if _applies(style)]
        return self._texts

    def may_hide(self, chain: list[Element]) -> bool:
        """Whether any rule of any sheet could hide the first of these or what is within; quick, and says yes when in doubt."""
        named = "class" in chain[0].attrs or "id" in chain[0].attrs
        coloured = named and has_words(chain[0])
        return any(
            ((hint := css.hint(text)) and css.concerns_any(hint, chain))
            or (coloured and css.concerns(css.colours(text), chain[0]))
            for text in self.texts
        )

    def of(self, element: Element) -> dict[str, Said]:
        """Property -> the winning declared value."""
        seen = self._quickly if self.quick else self._seen
        if element not in seen:
            seen[element] = self._cascade(element)
        return seen[element]

    def _cascade(self, element: Element) -> dict[str, Said]:
        won: dict[str, tuple[tuple[object, ...], Said]] = {}
        for place, sheet in enumerate(() if self.quick else self.sheets):
            for rule in sheet.candidates(element):
                if self._matches(element, rule):
                    for name, (value, important) in rule.block.items():
                        _bid(
                            won,
                            name,
                            (
                                important,
                                False,
                                -rule.rank[0] if important else rule.rank[0],
                                rule.rank[1],
                                place,
                                rule.rank[2],
                            ),
                            value,
                        )
        style = element.attr("style")
        if style:
            for name, (value, important) in tree.inline_style(style, css.RELEVANT).items():
                _bid(won, name, (important, True), value)
        return {name: said for name, (_, said) in won.items()}

    def is_drawn_in(self, element: Element) -> bool:
        """Whether a style draws an icon before or after the element's text."""
        for sheet in () if self.quick else self.sheets:
            for rule in sheet.drawn.candidates(element) if sheet.drawn else ():
                if self._matches(element, rule):
                    return True
        return False

    def _matches(self, element: Element, rule: Rule) -> bool:
        if self.work >= WORK_CAP:
            return False
        self.work += 1
        return tree.matches(element, rule.selector)


def _applies(style: Element) -> bool:
    kind = (style.attr("type") or "").strip().lower()
    if kind not in ("", "text/css") or not media.holds(style.attr("media") or ""):
        return False
    return not any(around.tag == "template" for around in tree.ancestors(style))


def _bid(
    won: dict[str, tuple[tuple[object, ...], Said]], name: str, rank: tuple[object, ...], value: str
) -> None:
    value = value.strip().lower()
    if name == "display" and not re.fullmatch(r"[a-z-]+(?: [a-z-]+)*", value):
        return
    if name not in won or won[name][0] <= rank:
        won[name] = (rank, Said(value, inline=bool(rank[1])))


def has_words(link: Element) -> bool:
    return bool(link.text.strip())
