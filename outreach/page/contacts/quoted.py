"""What stands on a page and is nothing that it tells: armoured keys, coded files, ids of mails, listings of programs.

quoted = spans(text)
is_within(quoted, place)
is_listing(element, line)
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice

from outreach.kit.patterns import late
from outreach.page import tree
from outreach.page.tree import Element

Span = tuple[int, int]
SPANS_MOST = 200

_BEGINS = late(r"[-–—]{2,5} ?BEGIN ([A-Z][A-Z0-9 ]{2,40}?) ?[-–—]{2,5}")
"""The head of an armour: a key, a signature, a certificate (RFC 9580 section 6.2, RFC 7468)."""
_ENDS = late(r"[-–—]{2,5} ?END [A-Z][A-Z0-9 ]{2,40}?[-–—]{2,5}")
_ARMOUR_LINES = late(
    r"\n?(?:[A-Z][\w-]{2,20}: [^\n]*(?:\n|$)){0,20}\n?(?:[ \t]*\S{1,200}[ \t]*(?:\n|$)){0,400}"
)
"""What an armour without its end goes on with: its own headers, and lines of one word."""
_CODED_FILE = late(r"(?m)^begin [0-7]{3} \S{1,80}$")
_HEADERS = late(
    r"(?im)^[ \t>]*(?:(?:resent-)?message-id|in-reply-to|references|content-id|list-(?:id|unsubscribe|subscribe|post|help)|return-path|dkim-signature)[ \t]*:"
    r"[^\n]*(?:\n[ \t]+\S[^\n]*){0,50}"
)
"""Lines of a mail's head that name no one to write to (RFC 5322 section 3.6.4), with their folded ones."""


_COMMITS = late(
    r"(?m)^commit [0-9a-f]{7,64}\b[^\n]*(?:\n(?:Author|Commit|Merge|AuthorDate|CommitDate|Date|Tagger):[^\n]*){1,6}"
    r"|^[ \t]*(?:Signed-off-by|Co-(?:authored|developed)-by|(?:Reviewed|Acked|Tested|Reported|Suggested)-by): [^\n]*"
)
"""Who made a change, as `git log` writes it: a record, not a way to write to a page's people."""


def spans(text: str) -> list[Span]:
    """(start, end) of those parts, in order."""
    found = [*islice(_armours(text), SPANS_MOST), *islice(_files(text), SPANS_MOST)]
    found += [match.span() for match in islice(_HEADERS.finditer(text), SPANS_MOST)]
    found += [match.span() for match in islice(_COMMITS.finditer(text), SPANS_MOST)]
    return sorted(found)


def is_within(quoted: Sequence[Span], place: int) -> bool:
    """Is this place of the text within one of the parts?"""
    at = bisect_right(quoted, (place, len(quoted) and quoted[-1][1]))
    return any(start <= place < end for start, end in quoted[max(0, at - 3) : at + 1])


def _armours(text: str) -> Iterator[Span]:
    last, ends = 0, True
    for match in _BEGINS.finditer(text):
        if match.start() < last or match[1].endswith("SIGNED MESSAGE"):
            continue  # what is signed is for readers, what follows it is not
        end = _ENDS.search(text, match.end()) if ends else None
        ends = end is not None
        last = end.end() if end else _ARMOUR_LINES.match(text, match.end()).end()  # type: ignore[union-attr]
        yield match.start(), last


def _files(text: str) -> Iterator[Span]:
    for match in _CODED_FILE.finditer(text):
        end = text.find("\nend", match.end())
        if end < 0:
            return
        yield match.start(), end


_HINTS = late(
    r"(?i)(?:^|[-_])(?:placeholder|hint|help-?text|form-text|helper-text|field-help|tooltip)(?:$|[-_])"
)


def is_hint(element: Element, described: frozenset[str]) -> bool:
    """Does the text say how a field is filled in: a field's label, a hint below it, what stands in it until something is typed?"""
    near = [element, *islice(tree.ancestors(element), 4)]
    return any(
        one.attr("id") in described
        or (one.tag == "label" and "form" in {up.tag for up in tree.ancestors(one)})
        or any(_HINTS.search(name) for name in tree.classes(one))
        for one in near
    )


_LISTS = late(
    r"(?i)\b(?:highlight|code(?:hilite|block|mirror|toolbar)?|source(?:code)?|prettyprint|hljs|shiki|prism|syntax\w*|listing|terminal|console|brush|(?:lang|language)-\w+)\b"
)
_AS_CODE = late(
    r"[{}]|=>|->|==|\w\s*=\s*[\"'\w]|\w\(|\);?$|^\s*(?:\$|%|#!|//|/\*|\*|--|>>>)\s|^\s*(?:sudo|git|ssh|scp|curl|npm|pip|def|class|import|from \w+ import|assert|return|echo|mail|print)\s|\"[^\"\s]{0,64}@[^\"\s]{0,64}\"|'[^'\s]{0,64}@[^'\s]{0,64}'"
)


_COMMAND = late(
    r"(?:^|\s)(?:curl|wget|docker|kubectl|git|gpg|ssh|scp|openssl|certbot|swaks|sendmail|mutt|mailx?|msmtp|npm|pip|helm|terraform|flyctl|heroku|aws|gcloud|az)"
    r"\s(?:[^\n]{0,200}\s)?-{1,2}[A-Za-z][^\n]*$|\b[A-Z][A-Z0-9]*_[A-Z0-9_]+=[\"']?$"
)


def is_command(before: str) -> bool:
    """Is what stands before an address in its line a command with an option, or a variable that is set (`SMTP_FROM=`)?"""
    return bool(_COMMAND.search(before[-400:]))


_AS_VALUE = late(r"\"[^\"\s]{0,64}@[^\"\s]{0,64}\"|'[^'\s]{0,64}@[^'\s]{0,64}'")
"""Outside of a `pre`, more may be a page's own: "ana(at)fern.example" within the classes of a directory."""
_OPTION = late(r"(?:^|\s)--?[a-z](?:[\w-]*\w)?(?:[\s=]|$)|^\s*[\w.]{2,40}=")
"""Of a command or a setting that is told in a sentence."""
_ANSWERED = late(r"[ \t]*(?:>[ \t]?)+\S")
"""A line of somebody else's mail, in a typewritten answer to it."""
_OF_A_CARD = late(r"(?i)[ \t]*(?:item\d\.)?email[;:]")
"""Of a vCard (RFC 6350 section 6.4.2)."""
_TYPED = ("code", "tt")


def is_listing(element: Element, line: str) -> bool:
    """Is what stands here a listing of a program, or what a machine says? Plain lines of a `pre` are a page's own."""
    around = [element, *tree.ancestors(element)]
    tags = {one.tag for one in around}
    if {"pre", "code"} <= tags or tags & {"kbd", "samp"}:
        return True
    near = [name for one in around[:6] for name in tree.classes(one)]
    if "pre" not in tags:
        typed = next((one for one in around[:4] if one.tag in _TYPED), None)
        if typed is not None and _OPTION.search(typed.text[:400]):
            return True
        return bool(_AS_VALUE.search(line)) and any(_LISTS.search(name) for name in near)
    if _ANSWERED.match(line):
        return True
    is_card = bool(_OF_A_CARD.match(line))
    return not is_card and (any(_LISTS.search(name) for name in near) or bool(_AS_CODE.search(line)))


_SAMPLES = late(
    r"(?:an? )?(?:examples?|sample(?: value)?|example value|default|beispiele?|exemples?|ejemplos?|esempi[o]?|exemplos?|voorbeeld(?:en)?|przykład|příklad|példa|exempel|eksempel|пример|приклад|örnek|例|示例|예)"
)


def is_sample_cell(element: Element) -> bool:
    """Does a table's head say that what stands below it are samples?"""
    cell = next((one for one in (element, *islice(tree.ancestors(element), 6)) if one.tag == "td"), None)
    table = next((one for one in tree.ancestors(cell) if one.tag == "table"), None) if cell else None
    if cell is None or table is None:
        return False
    place = tree.place_in_row(cell)
    row = next((one for one in islice(table.iter_elements("tr"), 3) if one.children), None)
    heads = tree.cells(row) if row is not None else []
    return place < len(heads) and bool(_SAMPLES.fullmatch(heads[place].text.strip().lower()))


def is_in_prose_of_code(element: Element) -> bool:
    """Does it stand as code in a sentence with other code: "if `--to` is `bo@reed.example`"?"""
    inside = next((one for one in (element, *islice(tree.ancestors(element), 3)) if one.tag in _TYPED), None)
    around = inside.parent if inside is not None else None
    return isinstance(around, Element) and any(
        one is not inside and one.tag in _TYPED and "@" not in one.text and one.text.strip()
        for one in around.children
        if isinstance(one, Element)
    )
