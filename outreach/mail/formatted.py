"""The formatted part of a letter: its style inlined, cleaned to what mail programs show, and the text beside it. Pure.

Nothing is fetched: style sheets of elsewhere are left out, pictures stay addresses. We add no picture, no pixel and no
link of our own but the one by which they can say no.
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

from outreach.letter.showing import ATTRIBUTES, GONE, TAGS, is_too_deep
from outreach.mail import language, refusals
from outreach.mail.refusals import Problem, TemplateRefused, TooLong

ALLOWED_STYLES = frozenset(
    """background-color border border-bottom border-collapse border-color border-left border-radius border-right
    border-spacing border-style border-top border-width color display font font-family font-size font-style font-weight
    height letter-spacing line-height list-style-type margin margin-bottom margin-left margin-right margin-top max-width
    min-width padding padding-bottom padding-left padding-right padding-top text-align text-decoration text-indent
    text-transform vertical-align white-space width word-break""".split()
)
"""What may stand in a `style`; nothing that loads something or takes a part out of the flow."""

FRAMED = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""The policy for showing the HTML of a letter in a frame: its own style, and nothing else."""

_STYLED = {name: set(known) for name, known in ATTRIBUTES.items()}
_STYLED["*"] = _STYLED["*"] | {"style"}
for _name in ("table", "td", "th", "tr"):
    _STYLED[_name] = _STYLED.get(_name, set()) | {"bgcolor"}

_LINK = re.compile(r"<link\b[^>]*>", re.IGNORECASE)
_LOADS = re.compile(r"url\s*\(|expression|@import|\\", re.IGNORECASE)
_PICTURE = re.compile(r"<img\b[^>]*>")
_TINY = re.compile(r"\b(?:width|height)(?:=\"|:\s{0,3})[012](?:px)?[\";]")
_REMOTE = re.compile(r"<img\b[^>]*\bsrc=\"https?://")
_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]*[^\s<>\"')\].,;:!?]")


def _inlined(source: str) -> str:
    """The style sheets' rules as attributes. Imported here: a worker that meets no formatted letter does not carry it."""
    import css_inline

    inliner = css_inline.CSSInliner(
        load_remote_stylesheets=False, keep_style_tags=False, keep_link_tags=False, keep_at_rules=False
    )
    return inliner.inline(_LINK.sub("", source.replace("\0", "")))


def page(source: str) -> str:
    """The whole HTML part: style inlined, cleaned, in one frame. `source` has its fields filled in already.

    Raises refusals.TemplateRefused for what is nested too deep, TooLong over 200,000 signs.
    """
    cleaned = clean(source)
    if len(cleaned) > refusals.MAX_OUTPUT:
        raise TooLong
    return (
        f'<!DOCTYPE html>\n<html>\n<head><meta charset="utf-8"></head>\n<body>\n{cleaned}\n</body>\n</html>\n'
    )


def clean(source: str) -> str:
    """What stands between the body's tags. No script, form, frame or style sheet; no picture of one pixel."""
    if is_too_deep(source):
        raise TemplateRefused([Problem(1, "The HTML is nested too deep.")])
    import nh3  # as css_inline

    styled = _inlined(source) if "<style" in source.lower() else source
    cleaned = nh3.clean(
        styled, tags=set(TAGS), attributes={tag: set(names) for tag, names in _STYLED.items()},
        clean_content_tags=GONE, attribute_filter=_attribute, url_schemes={"http", "https", "mailto", "tel"},
        url_relative="deny", link_rel=None, strip_comments=True, filter_style_properties=set(ALLOWED_STYLES),
    )  # fmt: skip
    return _PICTURE.sub(lambda found: "" if _TINY.search(found[0]) else found[0], cleaned).strip()


def pictures(formatted: str) -> int:
    """How many pictures the reader's program would load from elsewhere."""
    return len(_REMOTE.findall(formatted))


def addresses(formatted: str) -> list[str]:
    """The web addresses that its links lead to."""
    return [html.unescape(found) for found in re.findall(r"<a\b[^>]*\bhref=\"(https?://[^\"]*)\"", formatted)]


def text_of(formatted: str) -> str:
    """The words of an HTML part as a plain letter; links are followed by their address."""
    reader = _Reader()
    reader.feed(formatted)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.out).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def of_text(source: str) -> str:
    """A plain letter, in the language of letters, as simple HTML: paragraphs, lines, and addresses as links."""
    blocks = [block.strip("\n") for block in re.split(r"\n{2,}", source.strip()) if block.strip()]
    return "\n".join(_block(block) for block in blocks)


def _block(block: str) -> str:
    lines = block.split("\n")
    if all(line.lstrip().startswith(("- ", "* ")) for line in lines):
        items = "".join(f"<li>{_linked(line.lstrip()[2:])}</li>" for line in lines)
        return f"<ul>{items}</ul>"
    if all(line.strip().startswith("{%") and line.strip().endswith("%}") for line in lines):
        return block
    return "<p>" + "<br>\n".join(_linked(line) for line in lines) + "</p>"


def _linked(line: str) -> str:
    """Escaped, but for what the language of letters reads; an address, or a field that holds one, becomes a link."""
    parts = re.split(r"(\{\{.*?\}\}|\{%.*?%\})", line)
    return "".join(_field(part) if part.startswith("{") else _words(part) for part in parts)


def _field(part: str) -> str:
    name = part.strip("{} ").split("|")[0].strip()
    return (
        f'<a href="{part}">{part}</a>'
        if name.endswith("url") and part.startswith("{{") and '"' not in part
        else part
    )


def _words(part: str) -> str:
    escaped = html.escape(part, quote=False)
    return _ADDRESS.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escaped)


# What every letter ends in


def with_personal_line(source: str, line: str) -> str:
    """As `merge.with_personal_line`, for HTML: after the greeting, which is the first paragraph."""
    if "personal_line" in language.fields(source) or (line.strip() and html.escape(line.strip()) in source):
        return source
    greeting, tag, rest = source.partition("</p>")
    added = "<p>{{ personal_line }}</p>"
    return f"{greeting}{tag}\n{added}\n{rest.lstrip()}" if tag else f"{added}\n{source}"


def with_end(formatted: str, signature: str, footer: list[tuple[str, tuple[str, ...]]]) -> str:
    """The HTML with the signature and the footer of the text at its end; what it says already is left out."""
    said = f"{_flat(formatted)}\n{html.unescape(formatted)}"
    lines = [line for line, marks in footer if not all(mark in said for mark in marks)]
    if " ".join(signature.split()) in said:
        signature = ""
    parts = [part for part in (signature.strip().split("\n"), lines) if any(part)]
    return "\n".join(
        [formatted.rstrip(), *("<p>" + "<br>\n".join(map(_words, part)) + "</p>" for part in parts)]
    )


def _flat(formatted: str) -> str:
    """The words alone, so that they can be compared."""
    return " ".join(html.unescape(re.sub(r"<[^>]{0,2000}>", " ", formatted)).split())


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if value.lower().startswith(("http://", "https://")) else None
    if name == "style":
        kept = [part for part in value.split(";") if part.strip() and not _LOADS.search(part)]
        return ";".join(kept) or None
    return value


class _Reader(HTMLParser):
    """Writes cleaned HTML down as text, in one pass."""

    BREAKS = frozenset("p div h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre".split())

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.links: list[tuple[str, int]] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("head", "style", "script"):
            self.silent += 1
        elif tag in self.BREAKS:
            self.out.append("\n\n")
        elif tag in ("br", "tr"):
            self.out.append("\n")
        elif tag in ("td", "th"):
            self.out.append(" ")
        elif tag == "li":
            self.out.append("\n- ")
        elif tag == "hr":
            self.out.append("\n\n---\n\n")
        elif tag == "img":
            self.out.append(dict(attrs).get("alt") or "")
        elif tag == "a":
            self.links.append((dict(attrs).get("href") or "", len(self.out)))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("head", "style", "script"):
            self.silent = max(0, self.silent - 1)
        elif tag in self.BREAKS:
            self.out.append("\n\n")
        elif tag == "a" and self.links:
            address, at = self.links.pop()
            words = "".join(self.out[at:]).strip()
            if address and address.removeprefix("mailto:").rstrip("/") != words.rstrip("/"):
                self.out.append(f" ({address.removeprefix('mailto:')})")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.out.append(data.replace("\n", " "))
