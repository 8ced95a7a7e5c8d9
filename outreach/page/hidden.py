"""Can a reader see this link?  Asked of what the page's own styles say (`page.cascade`).

Visible by rule: the content of `<details>` and accordions, an icon in place of the text.  A style sheet
that fades something in (`opacity: 0`) is a hint too weak to count.
"""

from __future__ import annotations

import re

import tinycss2.color4

from outreach.kit.patterns import late
from outreach.page import tree
from outreach.page.cascade import Cascade, Said, has_words
from outreach.page.tree import Element, Text

_NUMBER = late(r"(-?\d*\.?\d+)(px|em|rem|vw|vh|%|pt|)$")
_NEUTRAL = frozenset(["inherit", "unset", "revert", "revert-layer", "initial"])


def why_hidden(link: Element, cascade: Cascade) -> str | None:
    """In plain words why a reader does not see the link; None when nothing speaks against it."""
    chain = [link, *tree.ancestors(link)]
    cascade.quick = not cascade.may_hide(chain)
    reason = _why(link, chain, cascade)
    if reason is not None and cascade.quick:
        cascade.quick = False  # a sheet may show what an attribute or an inline style hides
        reason = _why(link, chain, cascade)
    return reason


SPECK = 2.0
"""Pixels; letters of that height are read by nobody."""


def is_taken_away(element: Element, cascade: Cascade) -> bool:
    """Whether this element by itself, whatever is around it, is shown to nobody: a decoy in the middle of a word."""
    cascade.quick = False
    chain = [element]
    return bool(
        _not_displayed(chain, cascade)
        or _invisible(chain, cascade)
        or _no_size(chain, cascade)
        or _off_screen(chain, cascade)
        or (
            (size := _length(cascade.of(element).get("font-size"))) is not None
            and 0 <= size <= SPECK
            and not _own_size_inside(element, cascade)
        )
    )


def _why(link: Element, chain: list[Element], cascade: Cascade) -> str | None:
    return (
        _not_displayed(chain, cascade)
        or _invisible(chain, cascade)
        or _no_size(chain, cascade)
        or _off_screen(chain, cascade)
        or _faded(chain, cascade)
        or _no_letters(link, chain, cascade)
        or _same_colour(chain, cascade)
    )


def _by(said: Said) -> str:
    return "by its own style" if said.inline else "by a style sheet"


def _not_displayed(chain: list[Element], cascade: Cascade) -> str | None:
    for element in chain:
        display = cascade.of(element).get("display")
        if display is not None and display.value not in _NEUTRAL:
            if display.value == "none":
                return f"display: none {_by(display)}"
        elif _undisplayed_by_tag(element):
            return "the hidden attribute" if "hidden" in element.attrs else f"inside a closed {element.tag}"
        skipped = cascade.of(element).get("content-visibility")
        if skipped is not None and skipped.value == "hidden" and element is not chain[0]:
            return f"content-visibility: hidden {_by(skipped)}"
    return None


def _undisplayed_by_tag(element: Element) -> bool:
    attrs = element.attrs
    if "hidden" in attrs:
        return (element.attr("hidden") or "").lower() != "until-found"
    if element.tag == "dialog":
        return "open" not in attrs
    return "popover" in attrs or element.tag in ("head", "datalist", "rp")


def _invisible(chain: list[Element], cascade: Cascade) -> str | None:
    for element in chain:
        said = cascade.of(element).get("visibility")
        if said is not None and said.value not in ("inherit", "unset"):
            away = said.value in ("hidden", "collapse") and not _visible_within(chain[0], cascade)
            return f"visibility: {said.value} {_by(said)}" if away else None
    return None


def _visible_within(link: Element, cascade: Cascade) -> bool:
    """Whether a part of it says of itself that it is visible, and has something to show."""
    return any(
        (said := cascade.of(part).get("visibility")) is not None
        and said.value == "visible"
        and (part.tag in _PICTURES or has_words(part))
        for part in link.iter_elements()
    )


def _no_size(chain: list[Element], cascade: Cascade) -> str | None:
    for element in chain:
        said = cascade.of(element)
        clipped = any(said[name].value in ("hidden", "clip") for name in _OVERFLOW if name in said)
        if clipped and _tiny(said.get("width")) and _tiny(said.get("height")):
            return f"no size {_by(said['width'])}"
        height = said.get("height") or said.get("max-height")
        if clipped and height is not None and height.inline and _length(height) == 0:
            return f"no height {_by(height)}"
        clip = said.get("clip")
        if (
            clip is not None
            and _absolute(said)
            and re.fullmatch(r"rect\((?:\s*[01](?:px)?\s*,?){4}\)", clip.value)
        ):
            return f"clipped to nothing {_by(clip)}"
        path = said.get("clip-path")
        if path is not None and re.fullmatch(r"inset\(\s*(?:50|100)%\s*\)|circle\(\s*0.*\)", path.value):
            return f"clipped to nothing {_by(path)}"
        scale = said.get("transform")
        if scale is not None and re.search(r"scale(?:3d|x|y)?\(\s*0\s*[,)]", scale.value):
            return f"scaled to nothing {_by(scale)}"
    return None


_OVERFLOW = ("overflow", "overflow-x", "overflow-y")


def _tiny(said: Said | None) -> bool:
    length = _length(said)
    return length is not None and 0 <= length <= 1


def _absolute(said: dict[str, Said]) -> bool:
    return "position" in said and said["position"].value in ("absolute", "fixed")


def _length(said: Said | None) -> float | None:
    """Pixels, roughly; None for what is no plain length."""
    match = _NUMBER.fullmatch(said.value) if said else None
    if not match:
        return None
    return float(match[1]) * {"em": 16.0, "rem": 16.0, "vw": 12.8, "vh": 8.0, "%": 10.0, "pt": 1.33}.get(
        match[2], 1.0
    )


FAR = 999.0
"""Pixels; menus that slide in stand nearer."""


def _off_screen(chain: list[Element], cascade: Cascade) -> str | None:
    for element in chain:
        said = cascade.of(element)
        names = ["margin-left"]
        if "position" in said and said["position"].value in ("absolute", "fixed", "relative"):
            names += ["left", "top", "right"]
        for name in names:
            length = _length(said.get(name))
            if length is not None and length <= -FAR:
                return f"off the screen {_by(said[name])}"
        moved = said.get("transform")
        if moved is not None and re.search(r"translate(?:3d|x|y)?\(\s*-\d{4,}px", moved.value):
            return f"off the screen {_by(moved)}"
    return None


def _faded(chain: list[Element], cascade: Cascade) -> str | None:
    for element in chain:
        said = cascade.of(element).get("opacity")
        if said is not None and (said.inline or element is chain[0]) and _number(said.value) == 0:
            return f"opacity: 0 {_by(said)}"
    return None


def _number(text: str) -> float | None:
    match = _NUMBER.fullmatch(text)
    return float(match[1]) if match else None


def _no_letters(link: Element, chain: list[Element], cascade: Cascade) -> str | None:
    """Text of no size or pushed away, with no picture in its place; or a picture of one pixel."""
    pictures = link.find_all(list(_PICTURES))
    pictures = [
        one for one in pictures if (said := cascade.of(one).get("display")) is None or said.value != "none"
    ]
    if pictures:
        return (
            None
            if has_words(link) or any(not _one_pixel(one, cascade) for one in pictures)
            else "a picture of one pixel"
        )
    if not has_words(link) or _has_background(link, cascade):
        return None
    if not _shows_words(link, cascade) and not _may_be_icon(link):
        return "none of its words is displayed"
    for element in chain:
        size = cascade.of(element).get("font-size")
        if size is not None and size.value not in _NEUTRAL:
            if (
                _length(size) == 0
                and not _own_size_inside(link, cascade)
                and (size.inline or not _is_icon(link, cascade))
            ):
                return f"font-size: 0 {_by(size)}"
            break
    indent = next((said for element in chain if (said := cascade.of(element).get("text-indent"))), None)
    length = _length(indent)
    if indent is not None and length is not None and length <= -FAR:
        return f"text pushed off the screen {_by(indent)}"
    return None


_PICTURES = ("img", "svg", "picture", "video", "object", "canvas", "i")


def _shows_words(element: Element, cascade: Cascade, depth: int = 0) -> bool:
    """Whether any of its words stands outside of parts that are not displayed."""
    for child in element.children:
        if isinstance(child, Text):
            if child.data.strip():
                return True
        elif isinstance(child, Element) and (
            depth > DEEP
            or (_not_displayed([child], cascade) is None and _shows_words(child, cascade, depth + 1))
        ):
            return True
    return False


DEEP = 40


def _may_be_icon(link: Element) -> bool:
    """A sheet that we do not have may draw something in what has a name, or is empty."""
    return any("class" in one.attrs or "id" in one.attrs for one in (link, *link.iter_elements()))


def _own_size_inside(link: Element, cascade: Cascade) -> bool:
    return any("font-size" in cascade.of(child) for child in link.iter_elements())


def _is_icon(link: Element, cascade: Cascade) -> bool:
    """A sheet that takes the letters away and gives the link a size, or draws in it, makes an icon of it."""
    said = cascade.of(link)
    sized = any((_length(said.get(side)) or 0) > 1 for side in ("width", "height"))
    return (
        sized
        or cascade.is_drawn_in(link)
        or any(cascade.is_drawn_in(child) for child in link.iter_elements())
    )


def _has_background(link: Element, cascade: Cascade) -> bool:
    for element in (link, *link.iter_elements()):
        said = cascade.of(element)
        if any("url(" in said[name].value for name in ("background", "background-image") if name in said):
            return True
    return False


def _one_pixel(picture: Element, cascade: Cascade) -> bool:
    said = cascade.of(picture)
    for side in ("width", "height"):
        length = _length(said.get(side))
        if length is None:
            length = _number((picture.attr(side) or "").strip().lower())
        if length is None or length > 1:
            return False
    return True


def _same_colour(chain: list[Element], cascade: Cascade) -> str | None:
    """The link's own colour against the nearest ground; only when both are given and solid."""
    if not has_words(chain[0]):
        return None
    chain = [*_wrapped_words(chain[0]), *chain]
    colour = _own_colour(chain, cascade)
    if colour is None:
        return None
    for element in chain:
        said = cascade.of(element)
        if any(name in said and not _is_plain(said[name].value) for name in _GROUNDS):
            return None  # a picture, a gradient or a variable: nobody can say
        ground = _colour(said.get("background-color")) or _colour(said.get("background"))
        if ground is None and element.attr("bgcolor"):
            ground = _colour(Said((element.attr("bgcolor") or "").lower(), inline=True))
        if ground is not None:
            return "the colour of its ground" if ground == colour else None
    return None


_GROUNDS = ("background", "background-color", "background-image")


def _is_plain(value: str) -> bool:
    return (
        value in _NEUTRAL
        or value in ("none", "transparent", "0", "0 0")
        or _colour(Said(value, inline=False)) is not None
    )


def _wrapped_words(link: Element) -> list[Element]:
    """The elements that hold all the words of a link, innermost first: `<a><b><font>words</font></b></a>`."""
    found: list[Element] = []
    at = link
    while True:
        inside = [child for child in at.children if not (isinstance(child, Text) and not child.data.strip())]
        if len(inside) != 1 or not isinstance(inside[0], Element):
            return found[::-1]
        at = inside[0]
        found.append(at)


def _own_colour(chain: list[Element], cascade: Cascade) -> tuple[float, ...] | None:
    """The colour of the words, declared on the link or within; a link takes none from outside by itself."""
    for element in chain:
        said = cascade.of(element).get("color")
        if said is not None and said.value == "inherit" and element.tag == "a":
            return _inherited_colour(chain[chain.index(element) :], cascade)
        if element.tag == "font" and element.attr("color"):
            return _colour(Said((element.attr("color") or "").lower(), inline=True))
        if said is not None:
            return _colour(said)
        if element.tag == "a":
            return None
    return None


def _inherited_colour(chain: list[Element], cascade: Cascade) -> tuple[float, ...] | None:
    """A link inherits a colour only when the page says so of it (`color: inherit`)."""
    own = cascade.of(chain[0]).get("color")
    if own is None or own.value != "inherit":
        return None
    return next((c for element in chain[1:] if (c := _colour(cascade.of(element).get("color")))), None)


def _colour(said: Said | None) -> tuple[float, ...] | None:
    if said is None:
        return None
    found = tinycss2.color4.parse_color(said.value.split(" none")[0].strip())
    if found is None or found == "currentcolor" or found.alpha < 1:
        return None
    return tuple(round(part, 3) for part in found.to("srgb").coordinates)
