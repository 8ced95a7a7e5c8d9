"""A stranger's HTML as it may be shown: cleaned, its remote images off until asked, cut when it is a bomb."""

import re

from outreach.kit.patterns import late
from outreach.letter.lines import html_text

MAX_HTML = 1_000_000
MAX_DEPTH = 200
TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "u",
        "ul",
    ]
)
ATTRIBUTES = {
    "*": {"dir", "lang", "align", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "valign", "width"},
    "th": {"colspan", "rowspan", "valign", "width", "scope"},
    "table": {"border", "cellpadding", "cellspacing", "width", "summary"},
    "font": {"color", "size"},
    "ol": {"start", "type"},
}
GONE = {
    "script", "style", "title", "template", "noscript", "textarea", "select", "option", "iframe", "object", "svg", "math",
}  # fmt: skip
"""Elements that go with all that is in them."""
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
# Their end tags may be missing, and they do not nest in themselves.
_SELF_CLOSING = frozenset(
    ["p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "colgroup", "option", "optgroup"]
)
_UNCOUNTED = _VOID | _SELF_CLOSING
_TAG = late(r"(/?)([a-zA-Z][a-zA-Z0-9]{0,30})")
_SIZE = late(r"\d{1,4}%?\Z")
_REMOTE = ("http://", "https://")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def shown(html: str, *, with_images: bool = False) -> str:
    """Clean HTML to put into a sandboxed frame.

    No script, style, form, frame, handler or `hx-*` attribute survives; links are http, https or mailto
    and open apart without a referrer; remote images appear only `with_images`. HTML over 1 MB or nested
    more than 200 deep is shown as its words.
    """
    if len(html) > MAX_HTML or is_too_deep(html):
        return f"<pre>{html_text(html[:MAX_HTML]).translate(_ESCAPES)}</pre>"
    import nh3  # here, because only a reader of mail needs it

    return nh3.clean(
        html.replace("\x00", ""),
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        clean_content_tags=GONE,
        attribute_filter=lambda tag, name, value: _attribute(tag, name, value, with_images=with_images),
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        strip_comments=True,
    )


def _attribute(tag: str, name: str, value: str, *, with_images: bool) -> str | None:
    if tag == "img" and name == "src":
        return value if with_images and value.lower().startswith(_REMOTE) else None
    if name in (
        "width",
        "height",
        "colspan",
        "rowspan",
        "border",
        "cellpadding",
        "cellspacing",
        "start",
        "size",
    ):
        return value if _SIZE.match(value.strip()) else None
    return value


def has_remote_images(html: str) -> bool:
    """Is there something to ask about? Only a hint for the screen; cleaning does not rely on it."""
    return bool(
        re.search(r"<img\b[^>]{0,2000}?\bsrc\s{0,5}=\s{0,5}[\"']?https?:", html[:MAX_HTML], re.IGNORECASE)
    )


def is_too_deep(html: str) -> bool:
    """Do the tags nest more than 200 deep? One linear count: the cleaner's cost grows with the square of it."""
    depth = 0
    for piece in html.split("<")[1:]:
        match = _TAG.match(piece)
        if not match or match[2].lower() in _UNCOUNTED:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > MAX_DEPTH:
            return True
    return False
