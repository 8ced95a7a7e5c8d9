"""What a template is filled with, and what every pitch letter ends in. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from outreach.mail import language
from outreach.mail.rules import LetterKind

if TYPE_CHECKING:
    from outreach.accounts.models import Workspace
    from outreach.mail.models import Mailbox
    from outreach.pitches.models import Pitch

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


@dataclass(frozen=True)
class Draft:
    """What the writer has typed: texts in the language of letters (`html` only if they want it), and the personal line."""

    subject: str
    body: str
    personal_line: str = ""
    personal_url: str = ""
    html: str = ""


def merge_values(
    pitch: Pitch, mailbox: Mailbox, workspace: Workspace, draft: Draft, unsubscribe_url: str
) -> dict[str, str]:
    """A value for each field of `language.FIELDS`; the empty text where there is none."""
    person, page = pitch.person, pitch.own_page
    name = mailbox.from_name
    return {
        "person.first_name": person.first_name if person else "",
        "person.name": person.name if person else "",
        "site.name": pitch.site.title or pitch.site.key,
        "site.domain": pitch.site.key,
        "project.name": pitch.project.name,
        "asset.title": page.title if page else "",
        "asset.url": page.url if page else "",
        "pitch.topic": pitch.topic,
        "pitch.page_url": pitch.subject_page_url,
        "personal_line": newlines(draft.personal_line),
        "personal_url": draft.personal_url,
        "me.name": name,
        "me.first_name": first_name(name),
        "me.signature": newlines(mailbox.signature),
        "workspace.name": workspace.legal_name,
        "workspace.postal_address": newlines(workspace.postal_address),
        "unsubscribe_url": unsubscribe_url,
    }


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


def newlines(text: str) -> str:
    """Line ends of all kinds as one LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def with_personal_line(source: str, line: str) -> str:
    """A first letter always says what was read: without the field it comes after the greeting.

    A letter that was taken back holds the line in words already. Raises refusals.TemplateRefused.
    """
    if "personal_line" in language.fields(source) or (line.strip() and newlines(line).strip() in source):
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
    if signature and f"\n{signature}\n" not in f"\n{text}\n":
        parts.append(signature)
    if kind in UNASKED and (footer := _footer(text, data)):
        parts.append("\n".join(["--", *footer]))
    return "\n\n".join(parts) + "\n"


def stop_words(unsubscribe_url: str) -> str:
    """What has to stand in the text so that they can say no: the address, or the word to answer with."""
    return unsubscribe_url or ANSWER_WORD


def _footer(text: str, data: dict[str, str]) -> list[str]:
    return [line for line, marks in footer_lines(data) if not all(mark in text for mark in marks)]


def footer_lines(data: dict[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """Who we are and how to say no: each line, and the words that say the same when all of them stand in the letter."""
    name, postal = data["workspace.name"].strip(), one_line(data["workspace.postal_address"])
    url = data["unsubscribe_url"]
    stop = f": {url}" if url else f", answer with the word “{ANSWER_WORD}”."
    return [
        (f"{name}, {postal}" if postal else name, (name, postal)),
        (f"If you want no more mail from me{stop}", (stop_words(url),)),
    ]
