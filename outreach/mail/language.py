"""The small part of Jinja in which letters are written.

Jinja's own parser reads the text; nothing is ever compiled. `check` walks the tree and refuses whatever is
not listed (`mail.grammar`), `render` walks it again over plain strings and dicts (`mail.filling`). So a template has no way to call, to reach an
attribute of an object, to load a file, or to build a string larger than `MAX_OUTPUT`.

    LetterError
      TemplateRefused   the text is not in the language (problems, with their lines)
      MissingField      a field without value and without fallback
      BadValue          a value that must not go into a letter (a line break in a name)
      TooLong           the letter would pass MAX_OUTPUT
"""

from collections.abc import Mapping
from typing import Any

from jinja2 import nodes

from outreach.mail.filling import Writer
from outreach.mail.grammar import accepted, names, parsed, refused, unknown
from outreach.mail.refusals import FORBIDDEN, BadValue, Problem

FIELDS: dict[str, str] = {
    "person.first_name": "Their first name",
    "person.name": "Their full name",
    "site.name": "The site's name",
    "site.domain": "The site's address, as in bakery.example",
    "project.name": "The project you write for",
    "asset.title": "The title of your page",
    "asset.url": "The address of your page",
    "pitch.topic": "The topic of the pitch",
    "pitch.page_url": "The page the pitch is about",
    "personal_line": "What you read on their page",
    "personal_url": "The address of the page you read",
    "me.name": "Your name, as the mailbox shows it",
    "me.first_name": "Your first name",
    "me.signature": "The mailbox's signature",
    "workspace.name": "The legal name of your team",
    "workspace.postal_address": "Your postal address",
    "unsubscribe_url": "The address where they can say no",
}
"""Every field a letter may use, and what it holds. Merge data has the same shape, as nested dicts."""

MANY_LINES = {"personal_line", "me.signature", "workspace.postal_address"}
"""Fields whose value may hold line breaks (LF only) in a body. In a subject none may."""


def check(source: str, known: Mapping[str, str] | None = None) -> list[Problem]:
    """What is wrong with this text, in the order of its lines; an empty list when all is well.

    With `known` (usually `FIELDS`) a field of another name is a problem too, once the language is right.
    """
    tree, problems = parsed(source)
    if tree is None:
        return list(problems)
    found = set(refused(tree))
    if known is not None and not found:
        found.update(unknown(tree, known))
    return sorted(found, key=lambda problem: (problem.line, problem.text))


def fields(source: str) -> set[str]:
    """The dotted names of all fields in the text. Raises TemplateRefused."""
    tree = accepted(source)
    loops = {loop.target.name for loop in tree.find_all(nodes.For) if isinstance(loop.target, nodes.Name)}
    return {name for name, _ in names(tree) if name.split(".")[0] not in loops}


def render(source: str, data: Mapping[str, Any], *, as_html: bool = False) -> str:
    """The text with its fields filled from nested dicts of strings.

    Values are never parsed again. With `as_html` each value is escaped and its line breaks become `<br>`.
    Raises TemplateRefused, MissingField (all names at once), BadValue, TooLong.
    """
    return Writer(data, many_lines=MANY_LINES, as_html=as_html).write(accepted(source))


def render_subject(source: str, data: Mapping[str, Any]) -> str:
    """As `render`, for one line: no value may hold a line break, and neither may the text itself."""
    subject = Writer(data, many_lines=set()).write(accepted(source)).strip()
    if bad := next((sign for sign in subject if sign in FORBIDDEN), None):
        raise BadValue("the subject", bad)
    return subject
