"""Addresses that share a domain which is written once: `{ana, bo}@fern.example`, `sales@, press@ or tips@fern.example`, a column's head.

    for one in joint(text): one.written, one.start, one.end

`written` is one whole address; whether it is anybody's is for `judge`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from outreach.kit.patterns import late
from outreach.page import tree
from outreach.page.text import words
from outreach.page.tree import Document, Element

JOINT_MOST = 50
HEADS_MOST, ROWS_MOST = 20, 500
"""Heads of columns that tell a domain, and rows of a table that are read below one."""

_BRACED = late(
    r"\{\s*([A-Za-z0-9._-]{1,40}(?:\s*[,|;/]\s*[A-Za-z0-9._-]{1,40}){1,9})\s*\}\s*@\s*([A-Za-z0-9.-]{3,100})"
)
_HALVES = late(
    r"(?<![\w.@/+-])((?:[A-Za-z0-9._-]{1,40}@(?:[ \t]*[,;/|][ \t]*|[ \t]+(?:or|and|oder|und|ou|et|o|y|e|of|en|lub|i)[ \t]+)){1,6})[A-Za-z0-9._-]{1,40}@([A-Za-z0-9.-]{3,100})"
)
"""`sales@, press@ or tips@fern.example`: the whole one stands last, and is read by itself as well."""
_BROKEN = late(
    r"(?m)(?:^|(?<=[\s:]))([A-Za-z0-9][A-Za-z0-9._+-]{0,40}@)[ \t]*\n{1,2}[ \t]*([a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){1,3})[ \t]*$"
)
"""One that is broken behind its sign, as narrow columns have it; the domain has the next line for itself."""
_GLUED = late(r"(?<![\w@.-])([a-z0-9._-]{1,40})AT([a-z0-9-]{2,60}(?:DOT[a-z]{2,24}){1,3})(?![\w@])")
"""`anaATfernDOTexample`."""
_OF_COLUMN = late(r"(?:^|[\s(\[…*-])@([a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){1,3})\s*[)\]]?\s*$", re.IGNORECASE)
_OF_MAIL = late(
    r"(?i)mail|mél|courriel|correo|e-?post\b|s-?posti|почта|пошта|邮|郵|メール|메일|ईमेल|بريد|ایمیل|דוא"
)
_LOCAL = late(r"[a-z0-9][a-z0-9._-]{1,40}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Joint:
    """One address with the place in the text where it is told."""

    written: str
    start: int
    end: int


def joint(text: str) -> Iterator[Joint]:
    """Those of a page's text, no more than JOINT_MOST of each kind."""
    for match in islice(_BRACED.finditer(text), JOINT_MOST):
        for local in re.split(r"[,|;/]", match[1]):
            yield Joint(f"{local.strip()}@{match[2]}", *match.span())
    for match in islice(_HALVES.finditer(text), JOINT_MOST) if "@" in text else ():
        for half in re.finditer(r"([A-Za-z0-9._-]+)@", match[1]):
            yield Joint(f"{half[1]}@{match[2]}", match.start() + half.start(), match.start() + half.end())
    for match in islice(_BROKEN.finditer(text), JOINT_MOST) if "@" in text else ():
        yield Joint(match[1] + match[2], *match.span())
    for match in islice(_GLUED.finditer(text), JOINT_MOST) if "DOT" in text else ():
        yield Joint(f"{match[1]}@{match[2].replace('DOT', '.')}", *match.span())


def of_columns(document: Document) -> Iterator[tuple[str, Element]]:
    """(address, cell) of tables whose head tells the domain: "E-mail (@fern.example)" above "ana"."""
    # a head without a word for mail may tell where names of other kinds are at home: "Handle (@social.example)"
    heads = (
        (head, told)
        for head in document.iter_elements("th")
        if (told := _OF_COLUMN.search(words(head)[:200])) and _OF_MAIL.search(words(head)[:200])
    )
    for head, told in islice(heads, HEADS_MOST):
        table = next((one for one in tree.ancestors(head) if one.tag == "table"), None)
        if table is None:
            continue
        place = tree.place_in_row(head)
        for row in islice(table.iter_elements("tr"), ROWS_MOST):
            cell = next(islice(tree.cells(row), place, None), None)
            if cell is not None and cell.tag == "td" and _LOCAL.fullmatch(words(cell)):
                yield f"{words(cell)}@{told[1]}", cell
