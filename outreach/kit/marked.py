"""A text with Markdown's commonest signs as HTML that can do no harm: every sign of the text is escaped first. Pure.

Headings, paragraphs, lists, quotes, code, emphasis and links to http(s); a picture is shown as its words. HTML in the
text stays text. What else Markdown knows is shown as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

LONGEST_LINE = 20_000
"""Signs of one paragraph in which emphasis and links are looked for; a longer one is shown as it is."""

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_ITEM = re.compile(r"\s{0,3}(?:[-*+]|\d{1,4}[.)])\s+(.*)")
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_RULE = re.compile(r"\s{0,3}([-*_])(?:\s*\1){2,}\s*$")
_CODE = re.compile(r"`([^`\n]{1,500})`")
_IMAGE = re.compile(r"!\[([^\]\n]{0,500})\]\([^)\s]{1,2048}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\((https?://[^)\s]{1,2048})\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,2000}?)(?<=\S)\1")
_WEAK = re.compile(r"(?<![\w*_])([*_])(?=\S)([^*_\n]{1,2000}?)(?<=\S)\1(?![\w*_])")


def html_of(text: str) -> Markup:
    """The text as HTML; headings begin at `h3`, for a page has its own above."""
    return Markup("\n").join(Markup(block) for block in _blocks(text.replace("\r\n", "\n").split("\n")))


def _blocks(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if _FENCE.match(line):
            end = next(
                (place for place in range(at + 1, len(lines)) if _FENCE.match(lines[place])), len(lines)
            )
            yield f"<pre>{escape(chr(10).join(lines[at + 1 : end]))}</pre>"
            at = end + 1
        elif not line.strip() or _RULE.match(line):
            at += 1
        elif heading := _HEADING.match(line):
            level = min(len(heading[1]) + 2, 6)
            yield f"<h{level}>{_inline(heading[2])}</h{level}>"
            at += 1
        else:
            kind = _kind(line)
            end = next(
                (place for place in range(at + 1, len(lines)) if _ends(lines[place], kind)), len(lines)
            )
            yield _block(kind, lines[at:end])
            at = end


def _kind(line: str) -> str:
    """p, ul, ol or blockquote."""
    if line.lstrip().startswith(">"):
        return "blockquote"
    if _ITEM.match(line):
        return "ol" if line.lstrip()[0].isdigit() else "ul"
    return "p"


def _ends(line: str, kind: str) -> bool:
    """Does another block begin here? A line of plain words goes on with the paragraph, quote or item before it."""
    if not line.strip() or _HEADING.match(line) or _FENCE.match(line) or _RULE.match(line):
        return True
    return _kind(line) not in (kind, "p")


def _block(kind: str, lines: list[str]) -> str:
    if kind == "p":
        return f"<p>{_inline(chr(10).join(lines))}</p>"
    if kind == "blockquote":
        return f"<blockquote><p>{_inline(chr(10).join(line.lstrip(' >') for line in lines))}</p></blockquote>"
    items: list[str] = []
    for line in lines:
        found = _ITEM.match(line)
        if found or not items:
            items.append(found[1] if found else line)
        else:
            items[-1] += f"\n{line.strip()}"
    return f"<{kind}>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</{kind}>"


def _inline(text: str) -> str:
    """Code is set aside first, so that no sign in it means anything."""
    if len(text) > LONGEST_LINE:
        return str(escape(text))
    parts = _CODE.split(text)
    return "".join(
        f"<code>{escape(part)}</code>" if place % 2 else _words(part) for place, part in enumerate(parts)
    )


def _words(text: str) -> str:
    safe = _IMAGE.sub(r"\1", str(escape(text)))
    links = _LINK.split(safe)
    told = []
    for place in range(0, len(links), 3):
        told.append(_emphasis(links[place]))
        if place + 2 < len(links):
            told.append(
                f'<a class="in-text" href="{links[place + 2]}" rel="noreferrer noopener nofollow">{_emphasis(links[place + 1])}</a>'
            )
    return "".join(told)


def _emphasis(text: str) -> str:
    return _WEAK.sub(r"<em>\2</em>", _STRONG.sub(r"<strong>\2</strong>", text))
