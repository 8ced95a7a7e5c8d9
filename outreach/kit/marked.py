"""Markdown (CommonMark) of strangers as HTML that can do no harm: HTML in the text stays text, and nh3 looks at the rest."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LONGEST_LINE = 20_000
"""Signs of one line; a text with a longer one is shown as it is."""
TAGS = {"h3", "h4", "h5", "h6", "p", "br", "pre", "ul", "ol", "li", "blockquote", "code", "em", "strong", "a"}
BELOW = 2
"""How many levels a heading goes down: the page has its own above."""


def html_of(text: str) -> Markup:
    """The text as HTML; headings begin at `h3`. Links lead to http(s) alone, and a picture is shown as its words."""
    import nh3  # these two here, because only a reader of drafts needs them

    if any(len(line) > LONGEST_LINE for line in text.splitlines()):
        return Markup("<pre>{}</pre>").format(text)
    reader = _reader()
    tokens = reader.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + BELOW, 6)}"
    html = nh3.clean(
        reader.renderer.render(tokens, reader.options, {}), tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"},
        set_tag_attribute_values={"a": {"class": "in-text"}}, link_rel="noreferrer noopener nofollow",
    )  # fmt: skip
    return Markup(html.strip())  # what nh3 left of it


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False})
    reader.validateLink = _is_web  # type: ignore[method-assign, assignment]
    reader.add_render_rule("image", _words)
    reader.add_render_rule("fence", _as_typed)
    reader.add_render_rule("code_block", _as_typed)
    return reader


def _is_web(address: str) -> bool:
    return address.startswith(("http://", "https://"))


def _words(_renderer: Any, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    return str(escape(tokens[at].content))


def _as_typed(_renderer: Any, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    return f"<pre>{escape(tokens[at].content)}</pre>\n"
