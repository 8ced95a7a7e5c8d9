"""The words of a link and around it."""

from __future__ import annotations

from itertools import islice

from outreach.page.tree import Element, Node, Text, ancestors

SILENT = frozenset(["script", "style", "noscript", "template"])
"""Elements whose content is no text to a reader."""

BLOCKS = frozenset(
    [
        "p",
        "li",
        "td",
        "th",
        "dd",
        "dt",
        "div",
        "section",
        "article",
        "main",
        "aside",
        "blockquote",
        "figcaption",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "body",
        "header",
        "footer",
        "nav",
        "address",
        "caption",
        "pre",
        "form",
    ]
)


LARGE = 6_000
"""Signs of a block whose text is not walked node by node."""


WORDS_MOST = 20_000
"""Signs of one link or heading that are read."""


def words(element: Element) -> str:
    """The text inside, single-spaced, without what is silent."""
    if not any(True for _ in element.iter_elements(SILENT)):
        return squeeze(element.text[:WORDS_MOST])
    return squeeze("".join(pieces(element))[:WORDS_MOST])


def pieces(element: Element) -> list[str]:
    """The text nodes inside, in order, without those in silent elements."""
    found: list[str] = []
    todo: list[Node] = [element]
    while todo:
        node = todo.pop()
        if isinstance(node, Text):
            found.append(node.data)
        elif isinstance(node, Element) and node.tag not in SILENT:
            todo.extend(reversed(node.children))
    return found


def squeeze(text: str) -> str:
    return " ".join(text.split())


def alt(link: Element) -> str:
    """The alternative text of the pictures in a link, or an area's own."""
    if link.tag == "area":
        return squeeze(link.attr("alt") or "")
    pictures = [one for one in link.iter_elements("img") if not _is_silent(one, link)]
    return squeeze(" ".join(picture.attr("alt") or "" for picture in pictures))


def _is_silent(element: Element, within: Element) -> bool:
    for node in element.ancestors:
        if node == within:
            return False
        if isinstance(node, Element) and node.tag in SILENT:
            return True
    return False


def around(link: Element, anchor: str, *, signs: int = 200) -> str:
    """The sentence a link stands in: so many signs of its block's text, the anchor in the middle."""
    block = link
    for node in islice(ancestors(link), 64):
        if node.tag == "html":
            break
        block = node
        if node.tag in BLOCKS and len(node.text) > len(anchor) + 20:
            break
    said = block.text
    if len(said) > LARGE:  # too much to walk; what is silent may then be in it
        at = max(0, said.find(anchor)) if anchor else 0
        text = squeeze(said[max(0, at - 4 * signs) : at + 4 * signs])
    else:
        text = words(block)
    at = max(0, text.find(anchor)) if anchor else 0
    spare = max(0, signs - len(anchor)) // 2
    start, end = max(0, at - spare), min(len(text), at + len(anchor) + spare)
    return ("…" if start else "") + text[start:end].strip() + ("…" if end < len(text) else "")
