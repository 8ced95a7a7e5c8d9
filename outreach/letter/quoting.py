"""Their own words, without what they quote. Losing a word of theirs is worse than keeping one of ours.

First our own text, which we have, is found by its letters and digits alone, so that neither wrapping nor
quote marks nor typographic signs hide it. Then the marks of mail programs are read. The whole is kept
elsewhere; this is only what is shown first.
"""

from dataclasses import dataclass

from outreach.letter.quotes import QUOTED, attribution_at, header_block_at

MIN_RUN = 24
MAX_TEXT = 400_000
MAX_SENT = 40_000
MAX_LINES = 8_000
MAX_LINE = 2_000


@dataclass(frozen=True, slots=True)
class Folded:
    """`own` is theirs, `quoted` what was folded away, each in its order."""

    own: str
    quoted: str


@dataclass(slots=True)
class _Line:
    text: str
    ours: list[tuple[int, int]]
    is_ours: bool = False
    is_quoted: bool = False


def own_text(text: str, sent: tuple[str, ...] = ()) -> str:
    """What they wrote themselves. When all seems quoted and we do not have our letters, the whole: a doubt."""
    own = fold(text, sent).own
    return own if own or sent else text.strip()


def fold(text: str, sent: tuple[str, ...] = ()) -> Folded:
    """Part a mail's text into theirs and the quoted. `sent` are the letters of ours it may quote."""
    clean = text.replace("\r\n", "\n").replace("\u200b", "")[:MAX_TEXT]
    raw = clean.split("\n")
    lines = [_Line(line[:MAX_LINE], []) for line in raw[:MAX_LINES]]
    mail = _flattened(lines)
    for letter in sent[:20]:
        _mark_ours(lines, mail, letter[:MAX_SENT])
    _mark_quotes(lines)
    tail = [text[len(clean) :]] if len(text) > len(clean) else []
    own = _joined([_rest(line) for line in lines if not line.is_quoted] + raw[MAX_LINES:] + tail)
    quoted = _joined([line.text for line in lines if line.is_quoted])
    return Folded(own, quoted)


def _joined(lines: list[str]) -> str:
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1]):
            kept.append(line.rstrip())
    return "\n".join(kept).strip()


def _rest(line: _Line) -> str:
    """The line without stretches that are ours: an answer written at the end of our own line."""
    for start, end in reversed(line.ours):
        line.text = line.text[:start].rstrip("> ") + line.text[end:].lstrip(" .!?,;:\"')")
    return line.text


# ------------------------------------------------------------------ our own letters


def _letters(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())


def _mark_ours(lines: list[_Line], mail: tuple[str, list[int]], letter: str) -> None:
    """Mark where paragraphs of our letter stand, as long runs of them as can be found."""
    joined, places = mail
    paragraphs = [bare for piece in letter.split("\n") if (bare := _letters(piece))][:300]
    at = 0
    while at < len(paragraphs):
        found, count = _longest_run(joined, paragraphs, at)
        if count:
            _mark(lines, places[found : found + sum(map(len, paragraphs[at : at + count]))])
        else:
            _mark_sentences(lines, joined, places, letter, paragraphs[at])
        at += count or 1


def _flattened(lines: list[_Line]) -> tuple[str, list[int]]:
    """All letters and digits of the mail in one text, and where each stands: line * MAX_LINE + column.

    Plain numbers, for a tuple a sign would be 400,000 objects for the garbage collector to walk.
    """
    signs: list[str] = []
    places: list[int] = []
    for number, line in enumerate(lines):
        for place, sign in enumerate(line.text, number * MAX_LINE):
            if sign.isalnum():
                lows = [low for low in sign.lower() if low.isalnum()]
                signs += lows
                places += [place] * len(lows)
    return "".join(signs), places


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


def _mark_sentences(lines: list[_Line], joined: str, places: list[int], letter: str, paragraph: str) -> None:
    source = next((piece for piece in letter.split("\n") if _letters(piece) == paragraph), "")
    for sentence in source.replace("?", ".").replace("!", ".").split(". "):
        bare = _letters(sentence)
        found = joined.find(bare) if len(bare) >= MIN_RUN else -1
        if found >= 0:
            _mark(lines, places[found : found + len(bare)])


def _mark(lines: list[_Line], places: list[int]) -> None:
    """A line all of whose letters are ours is ours; of another line, the stretch is kept in mind."""
    spans: dict[int, tuple[int, int]] = {}
    for place in places:
        number, column = divmod(place, MAX_LINE)
        low, high = spans.get(number, (column, column))
        spans[number] = (min(low, column), max(high, column + 1))
    for number, (low, high) in spans.items():
        line = lines[number]
        if _letters(line.text) == _letters(line.text[low:high]):
            line.is_ours = True
        elif len(_letters(line.text[low:high])) >= MIN_RUN and not any(
            a < high and low < b for a, b in line.ours
        ):
            line.ours = sorted([*line.ours, (low, high)])
        else:
            _join_spans(line, low, high)


def _join_spans(line: _Line, low: int, high: int) -> None:
    """Two paragraphs of ours that a program put on one line."""
    spans = sorted([*line.ours, (low, high)])
    bare = "".join(_letters(line.text[a:b]) for a, b in spans)
    if bare == _letters(line.text):
        line.is_ours, line.ours = True, []


# ------------------------------------------------------------------ the programs' marks


def _mark_quotes(lines: list[_Line]) -> None:
    texts = [line.text for line in lines]
    at = 0
    while at < len(lines):
        if lines[at].is_ours or QUOTED.match(texts[at]):
            lines[at].is_quoted, lines[at].ours = True, []
            at += 1
            continue
        count = attribution_at(texts, at) or header_block_at(texts, at)
        if count:
            at = _mark_region(lines, texts, at, count)
        else:
            at += 1


def _mark_region(lines: list[_Line], texts: list[str], at: int, count: int) -> int:
    """The mark itself, and what it quotes when that has no `>`: from there to the end, but for their words.

    Between and after lines known to be ours their words stay, up to the next mark (an older mail).
    """
    for line in lines[at : at + count]:
        line.is_quoted = True
    start = at + count
    following = next((n for n in range(start, len(lines)) if texts[n].strip()), len(lines))
    if following < len(lines) and QUOTED.match(texts[following]):
        return start
    end = next((n for n in range(start, len(lines)) if _is_mark(texts, n)), len(lines))
    ours = [n for n in range(start, end) if lines[n].is_ours or lines[n].ours]
    for number in range(start, len(lines)):
        is_theirs = bool(ours) and ours[0] < number < end and not lines[number].is_ours
        lines[number].is_quoted = not is_theirs or bool(QUOTED.match(texts[number]))
        if number in ours[:1] and lines[number].ours:
            lines[number].is_quoted = False
    return len(lines)


def _is_mark(texts: list[str], at: int) -> bool:
    return bool(header_block_at(texts, at) or attribution_at(texts, at))
