"""What a page is about in a few strings and counts; made only for pages that look odd."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from outreach.kit.patterns import late
from outreach.page import text, tree
from outreach.page.tree import Document, Element, Node, Text

_APART = frozenset(
    ["nav", "header", "footer", "aside", "form", "select", "button", "a", "dialog", "label", "option"]
)
"""Not the page's own words."""

MOST_NODES = 60_000
PLENTY_OWN = 8_000
"""Signs of the page's own words; whatever has more is no notice, and the rest of it is not walked."""
_APP_ROOT = late(
    r"^(?:root|app|__next|__nuxt|app-root|main-app|react-root|reactroot|ember-app|svelte|q-app|gatsby)$",
    re.IGNORECASE,
)
_APP_TAG = late(r"^(?:app-root|my-app|app-main|ng-app|ion-app)$")


@dataclass(slots=True)
class Gist:
    title: str = ""
    headings: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    """Text nodes outside navigation, forms and links."""
    buttons: list[str] = field(default_factory=list)
    all_signs: int = 0
    own_signs: int = 0
    links: int = 0
    inputs: int = 0
    passwords: int = 0
    scripts: int = 0
    script_text: str = ""
    pictures: int = 0
    frames: int = 0
    app_root: bool = False
    noscript: str = ""
    cut: bool = False


def of(document: Document) -> Gist:
    """One walk over the tree, at most `MOST_NODES` nodes and little more than `PLENTY_OWN` of its own signs."""
    gist = Gist(title=title_of(document))
    todo: list[tuple[Node, bool]] = [(document, True)]
    for _ in range(MOST_NODES):
        if not todo:
            return gist
        if gist.own_signs > PLENTY_OWN:
            break
        node, own = todo.pop()
        if isinstance(node, Text):
            _note_text(gist, node.data, own)
        elif isinstance(node, Element):
            _note_element(gist, node)
            if node.tag not in text.SILENT and node.tag not in ("title", "svg", "textarea"):
                own = own and node.tag not in _APART
                todo.extend((child, own) for child in reversed(node.children))
        else:
            todo.extend((child, own) for child in reversed(node.children))
    gist.cut = True
    return gist


def _note_text(gist: Gist, data: str, own: bool) -> None:
    said = data.strip()
    if not said:
        return
    gist.all_signs += len(said)
    if own:
        gist.own_signs += len(said)
        if gist.own_signs < PLENTY_OWN:
            gist.own.append(said)


def _note_element(gist: Gist, element: Element) -> None:
    tag = element.tag
    if tag in ("h1", "h2", "h3", "legend") and len(gist.headings) < 12:
        gist.headings.append(text.words(element))
    elif tag == "a":
        gist.links += 1
    elif tag in ("button", "input"):
        _note_control(gist, element)
    elif tag == "script":
        gist.scripts += 1
        if len(gist.script_text) < 20_000:
            gist.script_text += " " + (element.attr("src") or "") + " " + element.text[:4_000]
    elif tag in ("img", "svg", "picture", "video", "canvas"):
        gist.pictures += 1
    elif tag in ("iframe", "frame", "object", "embed"):
        gist.frames += 1
        gist.script_text += " " + (element.attr("src") or "")
    elif tag == "noscript":
        gist.noscript += " " + element.text[:500]
    own_id = element.attr("id") or ""
    if (
        _APP_TAG.match(tag)
        or _APP_ROOT.match(own_id)
        or "ng-app" in element.attrs
        or "data-reactroot" in element.attrs
    ):
        gist.app_root = True


def _note_control(gist: Gist, element: Element) -> None:
    kind = (element.attr("type") or "").lower()
    if element.tag == "button" or kind in ("submit", "button"):
        gist.buttons.append(text.words(element) or element.attr("value") or "")
    elif kind == "password":
        gist.passwords += 1
    elif kind not in ("hidden", "search", "checkbox", "radio", "image", "reset"):
        gist.inputs += 1


def title_of(document: Document) -> str:
    for title in tree.named(document, "title"):
        if title.parent is None or getattr(title.parent, "tag", "") != "svg":
            return text.squeeze(title.text[:4_000])[:300]
    return ""
