"""Text cut into pieces that a rule can read in bounded time."""

import re
from functools import lru_cache
from html import unescape

from outreach.kit.patterns import late

MAX_SIGNS = 1_000
MAX_LINES = 4_000
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "tr",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "ul",
        "ol",
        "hr",
        "pre",
        "blockquote",
        "section",
        "article",
        "header",
        "footer",
        "dt",
        "dd",
        "title",
    ]
)
_SILENT = ("script", "style", "head", "template")
_TAG_NAME = late(r"/?[a-z][a-z0-9]{0,15}", re.IGNORECASE)


def cut_lines(text: str, limit: int = MAX_LINES) -> list[str]:
    """At most `limit` lines, each of at most `MAX_SIGNS` signs, trailing blanks gone."""
    head = text[: limit * MAX_SIGNS]
    return [line[:MAX_SIGNS].rstrip() for line in head.split("\n", limit)[:limit]]


def flat(text: str) -> str:
    """Lower case, every run of blanks one blank, typographic signs plain: what phrases are searched in."""
    plain = text.replace("\u2019", "'").replace("\u2018", "'").replace("\xa0", " ").replace("\u2010", "-")
    return " ".join(plain.lower().split())


def html_text(source: str, *, quote: bool = False) -> str:
    """The words of an HTML mail, a line a block, in one linear pass.

    With `quote`, lines inside a `<blockquote>` begin with `> `, a level each, as in plain mail.
    """
    out: list[str] = []
    depth, silent = 0, ""
    for piece in source.split("<"):
        tag, closed, rest = piece.partition(">")
        word = _tag_word(tag[:40]) if closed else ""
        if silent:
            silent = "" if word == "/" + silent or (silent == "head" and word == "body") else silent
            rest = "" if silent else rest
        elif word in _SILENT:
            silent, rest = word, ""
        elif not word:
            rest = rest if closed and tag[:1] in ("!", "?") else ("<" * bool(out)) + piece
        bare = word.lstrip("/")
        if quote and bare == "blockquote":
            depth = max(0, depth + (1 if word == bare else -1))
        if bare in _BLOCKS:
            out.append("\n" + "> " * min(depth, 9))
        elif bare in ("td", "th"):
            out.append(" ")
        if rest:
            out.append((unescape(rest) if "&" in rest else rest).replace("\n", " "))
    return _squeeze("".join(out))


@lru_cache(maxsize=2_000)
def _tag_word(tag: str) -> str:
    """The tag's name in lower case, a slash before it when it closes; empty when it is none."""
    match = _TAG_NAME.match(tag)
    return match.group().lower() if match else ""


def _squeeze(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.replace("\xa0", " ").split("\n")]
    kept: list[str] = []
    for line in lines:
        if line.strip("> ") or (kept and kept[-1].strip("> ")):
            kept.append(line)
    return "\n".join(kept).strip()
