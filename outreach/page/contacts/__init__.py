"""Ways to reach people that a page tells: addresses, forms, profiles, numbers, each with its name and role.  Pure.

    found = find(body, headers, url)
    found.contacts      -> Contact(kind, value, name, role, via, quote, page)
    found.authors       -> who wrote the page, also where no address is told
    found.refusal       -> the sentence that asks for no pitches, or ""
    found.links         -> pages of the same site where more may stand

What a reader of the page can read is found; nothing is made up: no address is put together from a name and a
domain, none is taken from the head, a script's data, a comment, a placeholder, a key, a listing of code or the
remains of a theme.
"""

from outreach.page.contacts.finding import find
from outreach.page.contacts.kinds import Author, Contact, Found, Kind

__all__ = ["Author", "Contact", "Found", "Kind", "find"]
