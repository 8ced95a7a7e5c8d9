"""What a template is filled with, and what every pitch letter ends in. Pure."""

from __future__ import annotations

from typing import Any

from outreach.mail import language
from outreach.mail.rules import LetterKind

UNASKED = frozenset({LetterKind.FIRST, LetterKind.FOLLOW_UP})
"""Letters that nobody asked for: they say who we are and how to say no."""
ANSWER_WORD = "unsubscribe"
"""What they answer with when there is no address to press on."""

EXAMPLE: dict[str, str] = {
    "person.first_name": "Bo",
    "person.name": "Bo Berg",
    "site.name": "The Bakery",
    "site.domain": "bakery.example",
    "project.name": "Rye",
    "asset.title": "Forty ways to bake rye",
    "asset.url": "https://rye.example/forty-ways",
    "pitch.topic": "Rye in a cold kitchen",
    "pitch.page_url": "https://bakery.example/links",
    "personal_line": "Your piece on sourdough made me bake twice this week.",
    "personal_url": "https://bakery.example/sourdough",
    "me.name": "Ana Olsen",
    "me.first_name": "Ana",
    "me.signature": "Ana",
    "workspace.name": "Rye Ltd",
    "workspace.postal_address": "1 Mill Lane, Growtown",
    "unsubscribe_url": "https://outreach.example/u/0123456789abcdefghijkl",
}
"""A value for each field, for looking at a template without a person."""


def nested(flat: dict[str, str]) -> dict[str, Any]:
    """`{"person.name": "Bo"}` as `{"person": {"name": "Bo"}}`, the shape that templates read."""
    found: dict[str, Any] = {}
    for name, value in flat.items():
        first, _, rest = name.partition(".")
        if rest:
            found.setdefault(first, {})[rest] = value
        else:
            found[first] = value
    return found


def first_name(name: str) -> str:
    """The first word of a name."""
    return name.split()[0] if name.split() else ""


def one_line(text: str) -> str:
    """A postal address as it stands in a footer."""
    return ", ".join(line.strip().rstrip(",") for line in text.splitlines() if line.strip())


def with_personal_line(source: str) -> str:
    """A first letter always says what was read: without the field it comes after the greeting.

    Raises language.TemplateRefused.
    """
    if "personal_line" in language.fields(source):
        return source
    greeting, blank, rest = source.partition("\n\n")
    if not blank:
        return f"{{{{ personal_line }}}}\n\n{source}"
    return f"{greeting}\n\n{{{{ personal_line }}}}\n\n{rest}"


def with_end(text: str, kind: LetterKind, data: dict[str, str]) -> str:
    """The text with the signature, and, when nobody asked for it, who we are and how to say no.

    What the writer has already put into the text is not said twice.
    """
    parts = [text.rstrip()]
    signature = data["me.signature"].strip()
    if signature and signature not in text:
        parts.append(signature)
    if kind in UNASKED:
        parts.append("\n".join(["--", *_footer(text, data)]))
    return "\n\n".join(parts) + "\n"


def stop_words(unsubscribe_url: str) -> str:
    """What has to stand in the text so that they can say no: the address, or the word to answer with."""
    return unsubscribe_url or ANSWER_WORD


def _footer(text: str, data: dict[str, str]) -> list[str]:
    lines = []
    name, postal = data["workspace.name"].strip(), one_line(data["workspace.postal_address"])
    if name not in text or postal not in text:
        lines.append(f"{name}, {postal}" if postal else name)
    url = data["unsubscribe_url"]
    if not url:
        lines.append(f"If you want no more mail from me, answer with the word “{ANSWER_WORD}”.")
    elif url not in text:
        lines.append(f"If you want no more mail from me: {url}")
    return lines
