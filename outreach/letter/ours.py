"""Where our own letters stand in a mail that quotes them: by letters and digits alone.

So neither wrapping nor quote marks nor typographic signs hide them. Addresses that a program adds in
brackets behind a link, or wraps into one of its own, count as ours when they lead to an address of ours.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from unicodedata import normalize
from urllib.parse import unquote

from outreach.kit.patterns import late

MIN_RUN = 24
MAX_LINE = 2_000
MAX_PARAGRAPHS = 300
_ADDED = late(r"[<\[(](?:https?|mailto):[^<>\[\]()\s]{1,2000}[>\])]", re.IGNORECASE)
_LINK = late(r"https?://[^\s<>\"]{1,2000}", re.IGNORECASE)
_SIGNS = late(r"[\W_]+")
INITIALS = late(r"^\s{0,3}([^\W\d_]{1,4})>", re.UNICODE)


@dataclass(slots=True)
class Line:
    """A line of the mail; `ours` are stretches (from, to) that are ours in a line that is not wholly so."""

    text: str
    ours: list[tuple[int, int]] = field(default_factory=list)
    is_ours: bool = False
    is_quoted: bool = False


def letters(text: str) -> str:
    """Its letters and digits in lower case, without the addresses that programs add behind links."""
    bare = (_ADDED.sub("", text) if _may_hide(text) else text).lower()
    if bare.isascii():
        return _SIGNS.sub("", bare)
    return "".join(_plain(sign) for sign in bare if sign.isalnum())


def _may_hide(text: str) -> bool:
    return "<" in text or "(" in text or "[" in text


def _plain(sign: str) -> str:
    """Without its accent, which some programs send as a sign of its own."""
    return sign if sign.isascii() else normalize("NFD", sign)[0]


def mark_ours(lines: list[Line], mail: tuple[str, list[int]], letter: str) -> None:
    """Mark where paragraphs of our letter stand, as long runs of them as can be found. `mail` is it `flattened`."""
    joined, places = mail
    pieces = [piece for piece in letter.split("\n") if letters(piece)][:MAX_PARAGRAPHS]
    paragraphs = [letters(piece) for piece in pieces]
    links = tuple(link.rstrip(".,;:!?)")[:200] for link in _LINK.findall(letter))
    at = 0
    while at < len(paragraphs):
        found, count = _longest_run(joined, paragraphs, at)
        if count:
            _mark(lines, places[found : found + sum(map(len, paragraphs[at : at + count]))], links)
        else:
            _mark_pieces(lines, joined, places, pieces[at], links)
        at += count or 1
    _mark_neighbours(
        lines, [bare for piece in pieces if (bare := letters(_without_our_links(piece, links)))], links
    )


def flattened(lines: list[Line]) -> tuple[str, list[int]]:
    """All letters and digits of the mail in one text, and where each stands: line * MAX_LINE + column.

    Plain numbers, for a tuple a sign would be 400,000 objects for the garbage collector to walk.
    """
    signs: list[str] = []
    places: list[int] = []
    initials = _initials(lines)
    for number, line in enumerate(lines):
        hidden = _hidden(line.text, initials)
        if not hidden and line.text.isascii():  # nine lines of ten, and each sign stays one sign
            signs.append(_SIGNS.sub("", line.text.lower()))
            places += [number * MAX_LINE + at for at, sign in enumerate(line.text) if sign.isalnum()]
            continue
        for column, sign in enumerate(line.text):
            if sign.isalnum() and column not in hidden:
                lows = [_plain(low) for low in sign.lower() if low.isalnum()]
                signs += lows
                places += [number * MAX_LINE + column] * len(lows)
    return "".join(signs), places


def _hidden(text: str, initials: set[str]) -> set[int]:
    """Columns that count for nothing: added addresses, and the initials that mark a quote."""
    columns = (
        {n for match in _ADDED.finditer(text) for n in range(*match.span())} if _may_hide(text) else set()
    )
    start = INITIALS.match(text) if initials else None
    return columns | set(range(start.end())) if start and start[1] in initials else columns


def _initials(lines: list[Line]) -> set[str]:
    """Marks as `AN>`: the writer's initials before each quoted line."""
    seen = Counter(match[1] for line in lines if (match := INITIALS.match(line.text)))
    return {word for word, count in seen.items() if count >= 3}


def _longest_run(joined: str, paragraphs: list[str], at: int) -> tuple[int, int]:
    """Where the most paragraphs in a row from `at` on stand together, and how many they are."""
    best = (-1, 0)
    run = ""
    for count in range(1, len(paragraphs) - at + 1):
        run += paragraphs[at + count - 1]
        found = joined.find(run)
        if found < 0:
            break
        if len(run) >= MIN_RUN:
            best = (found, count)
    return best


def _mark_pieces(
    lines: list[Line], joined: str, places: list[int], paragraph: str, links: tuple[str, ...]
) -> None:
    """Sentence by sentence, and what stands before and after a link that was changed on the way."""
    for piece in _LINK.split(paragraph.replace("?", ".").replace("!", ".")) + _LINK.split(paragraph):
        for sentence in (piece, *piece.split(". ")):
            bare = letters(sentence)
            found = joined.find(bare) if len(bare) >= MIN_RUN else -1
            if found >= 0:
                _mark(lines, places[found : found + len(bare)], links)


def _mark(lines: list[Line], places: list[int], links: tuple[str, ...]) -> None:
    """A line all of whose letters are ours is ours; of another line, the stretch is kept in mind."""
    spans: dict[int, tuple[int, int]] = {}
    for place in places:
        number, column = divmod(place, MAX_LINE)
        low, high = spans.get(number, (column, column))
        spans[number] = (min(low, column), max(high, column + 1))
    for number, (low, high) in spans.items():
        line = lines[number]
        if _is_all(line.text, line.text[low:high], links):
            line.is_ours = True
        elif len(letters(line.text[low:high])) >= MIN_RUN and not any(
            a < high and low < b for a, b in line.ours
        ):
            line.ours = sorted([*line.ours, (low, high)])
        else:
            _join_spans(line, low, high, links)


def _is_all(text: str, stretch: str, links: tuple[str, ...]) -> bool:
    """Does the line hold no more than this stretch of ours, its quote mark, and links to ours?"""
    bare = _without_our_links(INITIALS.sub("", text), links) if links else INITIALS.sub("", text)
    wanted = _without_our_links(stretch, links) if links else stretch
    return letters(text) == letters(stretch) or letters(bare) == letters(wanted)


def _without_our_links(text: str, links: tuple[str, ...]) -> str:
    return _LINK.sub(lambda found: "" if _leads_to_us(found[0], links) else found[0], text)


def _leads_to_us(link: str, links: tuple[str, ...]) -> bool:
    """Ours as it is, or inside the address of a program that looks at links first."""
    return any(one in link or one in unquote(unquote(link)) for one in links)


def _join_spans(line: Line, low: int, high: int, links: tuple[str, ...]) -> None:
    """Two paragraphs of ours that a program put on one line."""
    spans = sorted([*line.ours, (low, high)])
    joined = " ".join(line.text[a:b] for a, b in spans)
    if _is_all(line.text, joined, links):
        line.is_ours, line.ours = True, []


def _mark_neighbours(lines: list[Line], paragraphs: list[str], links: tuple[str, ...]) -> None:
    """A short paragraph of ours, such as a greeting, is ours where its neighbour in the letter is next to it."""
    filled = [
        (number, bare)
        for number, line in enumerate(lines)
        if (bare := letters(_without_our_links(INITIALS.sub("", line.text), links)))
    ]
    pairs = list(pairwise(paragraphs))
    known = set(paragraphs)
    for (number, bare), (after, following) in pairwise(filled):
        if lines[number].is_ours and not lines[after].is_ours and following in known:
            lines[after].is_ours = any(a.endswith(bare) and b == following for a, b in pairs)
    for (number, bare), (before, preceding) in pairwise(reversed(filled)):
        if lines[number].is_ours and not lines[before].is_ours and preceding in known:
            lines[before].is_ours = any(a == preceding and b.startswith(bare) for a, b in pairs)
