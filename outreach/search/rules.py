"""What somebody typed into a search box, as terms that a row has to hold. Pure."""

from __future__ import annotations

import re

from outreach.kit import urls
from outreach.kit.folding import searched

LONGEST = 200
"""Signs of a question that count; what is typed after them is left out."""
MOST_TERMS = 8
MOST_PARTS = 24
"""Parts of three signs that the index is asked for; the text itself decides the rest."""
SHORTEST = 2
"""A term of one sign is too short for the index."""

_TERM = re.compile(r'"([^"]*)(?:"|$)|(\S+)')
_PASTED = re.compile(r"(?:https?://|www\.)\S+|(?:[^\s/@:.]+\.)+[^\W\d_]{2,}/\S+")
"""A question that is one web address, as it stands in a browser."""
_NAMED = re.compile(r".*<([^<>\s]+@[^<>\s]+)>[,;]?\s*")
"""A mail address with its name, as it stands in a mail (RFC 5322 section 3.4)."""
_MAILTO = re.compile(r"^\s*mailto:(?=\S)", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[\d\s()./–-]+")
_PREFIX = re.compile(r"^0+")
FEWEST_DIGITS = 6
_SCHEME = re.compile(r"^https?://(?:www\.)?(?=.)|^www\.(?=.)")


def terms_of(text: str) -> list[str]:
    """The folded terms of a question; all of them have to be held. What stands in quotes is one term.

    Nothing else has a meaning: `*`, `%`, `NEAR(` and their like are signs to be found. A term of less than three signs has a
    space before it, for it fits the beginning of a word only.
    """
    text = _plain(text)
    found: list[str] = []
    for phrase, word in _TERM.findall(text):
        term = searched(phrase).strip() or _SCHEME.sub("", searched(word)).strip()
        term = term.rstrip("/") if word and len(term) > 1 else term
        if term:
            found.append(term if len(term) > 2 else f" {term}")
    return list(dict.fromkeys(found))[:MOST_TERMS]


def terms_for(table: str, text: str) -> list[str]:
    """`terms_of` for a table that keeps one kind of thing, not prose: a page's address is its site's to `sites`, a telephone number its digits to `contact_points`."""
    text = _plain(text).strip()
    if table == "sites" and _PASTED.fullmatch(text):
        return _site_of(text) or terms_of(text)
    if table == "contact_points" and _NUMBER.fullmatch(text):
        digits = _PREFIX.sub("", re.sub(r"\D", "", text.replace("(0)", "")))
        return [digits] if len(digits) >= FEWEST_DIGITS else terms_of(text)
    return terms_of(text)


def _site_of(text: str) -> list[str]:
    try:
        return [searched(urls.site_key(urls.tidy(text)))]
    except urls.BadAddress:
        return []


def _plain(text: str) -> str:
    """What was typed without what cannot be searched; of a mail address with its name, the address."""
    text = text.encode("utf-8", "ignore").decode().replace("\x00", "")[:LONGEST]
    named = _NAMED.fullmatch(text)
    return named[1] if named else _MAILTO.sub("", text)


def are_short(terms: list[str]) -> bool:
    """Is something asked for, of which no index tells?"""
    return bool(terms) and not parts_of(terms)


def parts_of(terms: list[str]) -> list[str]:
    """The parts of three signs by which an index finds what may hold all `terms`; [] when they are too short for it.

    They lie side by side, the last one at the end: each further one would be a list more to go through, and name hardly fewer rows.
    """
    parts = [term[min(start, len(term) - 3) :][:3] for term in terms for start in range(0, len(term), 3) if len(term) > 2]  # fmt: skip
    return list(dict.fromkeys(parts))[:MOST_PARTS]
