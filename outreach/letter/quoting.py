"""Their own words, without what they quote. Losing a word of theirs is worse than keeping one of ours.

First our own text, which we have, is found by its letters and digits alone, so that neither wrapping nor
quote marks nor typographic signs hide it. Then the marks of mail programs are read. The whole is kept
elsewhere; this is only what is shown first.
"""

from dataclasses import dataclass

from outreach.kit.patterns import late
from outreach.letter.ours import INITIALS, MAX_LINE, Line, flattened, letters, mark_ours
from outreach.letter.quotes import BAR, QUOTED, attribution_at, head_above, header_block_at, run_on

MAX_TEXT = 400_000
MAX_SENT = 40_000
MAX_LINES = 8_000
# What they set before words of ours that they quote in a sentence of their own.
_OPENING = ('"', "'", "\u201c", "\u201e", "\u201f", "\u00ab", "\u2018", "\u201a", "\u300c")
# Marks of direction and width that nobody sees.
_UNSEEN = late("[\u200b\u200c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\xad]")


@dataclass(frozen=True, slots=True)
class Folded:
    """`own` is theirs, `quoted` what was folded away, each in its order."""

    own: str
    quoted: str


def own_text(text: str, sent: tuple[str, ...] = ()) -> str:
    """What they wrote themselves. When all seems quoted and none of it is known to be ours, the whole: a doubt."""
    lines, folded = _parted(text, sent)
    return folded.own if folded.own or any(line.is_ours for line in lines) else text.strip()


def fold(text: str, sent: tuple[str, ...] = ()) -> Folded:
    """Part a mail's text into theirs and the quoted. `sent` are the letters of ours it may quote."""
    return _parted(text, sent)[1]


def _parted(text: str, sent: tuple[str, ...]) -> tuple[list[Line], Folded]:
    clean = text.replace("\r\n", "\n").replace("\u200b", "")[:MAX_TEXT]
    raw = [part for line in clean.split("\n") for part in run_on(line)]
    lines = [Line(line[:MAX_LINE]) for line in raw[:MAX_LINES]]
    mail = flattened(lines) if sent else ("", [])
    for letter in sent[:20]:
        mark_ours(lines, mail, letter[:MAX_SENT])
    _mark_quotes(lines, [letters(line) for letter in sent[:20] for line in letter[:MAX_SENT].split("\n")])
    tail = [text[len(clean) :]] if len(text) > len(clean) else []
    own = _joined([_rest(line) for line in lines if not line.is_quoted] + raw[MAX_LINES:] + tail)
    return lines, Folded(own, _joined([line.text for line in lines if line.is_quoted]))


def _joined(lines: list[str]) -> str:
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1]):
            kept.append(line.rstrip())
    return "\n".join(kept).strip()


def _rest(line: Line) -> str:
    """The line without stretches that are ours: an answer written at the end of our own line."""
    for start, end in reversed(line.ours):
        if line.text[:start].rstrip().endswith(_OPENING):
            continue
        line.text = line.text[:start].rstrip("> ") + line.text[end:].lstrip(" .!?,;:\"')")
    return line.text


# ------------------------------------------------------------------ the programs' marks


def _mark_quotes(lines: list[Line], ours: list[str]) -> None:
    """`ours` are the paragraphs of all that we sent, by their letters."""
    texts = [_UNSEEN.sub("", line.text) for line in lines]
    _mark_blocks(lines, texts, "".join(ours))
    known = frozenset(ours) - {""}
    at = 0
    while at < len(lines):
        if lines[at].is_ours or lines[at].is_quoted:
            lines[at].is_quoted, lines[at].ours = True, []
            at += 1
            continue
        count = _sure_attribution(lines, texts, at) or header_block_at(texts, at)
        if count:
            at = _mark_region(lines, texts, at, count, known)
        else:
            at += 1
    _mark_heads(lines, texts)
    _mark_rules(lines)


def _sure_attribution(lines: list[Line], texts: list[str], at: int) -> int:
    """As `attribution_at`, but a sentence without an address that no quote follows, and none of ours, is theirs."""
    count = attribution_at(texts, at)
    if not count or any("@" in text for text in texts[at : at + count]):
        return count
    start = at + count
    following = next((n for n in range(start, len(lines)) if texts[n].strip()), len(lines))
    end = next((n for n in range(start, len(lines)) if _is_mark(texts, n)), len(lines))
    is_followed = following < len(lines) and bool(QUOTED.match(texts[following]))
    return count if is_followed or any(line.is_ours or line.ours for line in lines[start:end]) else 0


def _mark_blocks(lines: list[Line], texts: list[str], ours: str) -> None:
    """Runs of lines with a quote mark. A single one, or a table drawn with bars, may be their own: a doubt."""
    is_ours_known = any(line.is_ours for line in lines)
    bare = [text.lstrip(" \t>\uff1e") for text in texts]
    mark = next((n for n in range(len(lines)) if _is_mark(bare, n)), len(lines))
    at = 0
    while at < len(lines):
        if not QUOTED.match(texts[at]):
            at += 1
            continue
        end = _end_of_block(texts, at)
        if _is_quote(lines[at:end], is_after_mark=at > mark, ours=ours if is_ours_known else None):
            for number in range(at, end):
                lines[number].is_quoted = bool(QUOTED.match(texts[number]))
        at = end


def _end_of_block(texts: list[str], at: int) -> int:
    """Quoted lines in a row with the same kind of mark; one empty line between them does not end it."""
    is_bar, end = bool(BAR.match(texts[at])), at
    while end < len(texts) and QUOTED.match(texts[end]) and bool(BAR.match(texts[end])) == is_bar:
        end += 1
        if end + 1 < len(texts) and not texts[end].strip() and QUOTED.match(texts[end + 1]):
            end += 1
    return end


def _is_quote(block: list[Line], *, is_after_mark: bool, ours: str | None) -> bool:
    """`ours` are the letters of all that we sent, when some of it was found in this mail."""
    if any(line.is_ours or line.ours for line in block):
        return True
    filled = [line.text for line in block if line.text.strip(" \t>|")]
    bare = [text.lstrip(" \t>|") for text in filled[:4]]
    if any(attribution_at(bare, number) for number in range(len(bare))):
        return True
    if BAR.match(block[0].text) and any(text.count("|") > 1 for text in filled):
        return False
    if ours is not None and len(filled) == 1:
        return letters(filled[0]) in ours
    return is_after_mark or not filled or (ours is None and len(filled) > 1)


def _mark_heads(lines: list[Line], texts: list[str]) -> None:
    """Whatever the language: the head right above the first quoted line."""
    is_before = False
    for number, line in enumerate(lines):
        is_known = line.is_quoted and (line.is_ours or bool(QUOTED.match(texts[number])))
        if is_known and not is_before:
            for head in lines[head_above(texts, number) : number]:
                head.is_quoted = True
        if line.text.strip():
            is_before = line.is_quoted


def _mark_rules(lines: list[Line]) -> None:
    """A line of signs alone between quoted ones, as `--` above a signature, belongs to them."""
    filled = [line for line in lines if line.text.strip()]
    for before, line, after in zip(filled, filled[1:], filled[2:], strict=False):
        if before.is_quoted and after.is_quoted and not letters(INITIALS.sub("", line.text)):
            line.is_quoted = True


def _mark_region(lines: list[Line], texts: list[str], at: int, count: int, known: frozenset[str]) -> int:
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
    for line in lines[start : min(ours, default=start)]:
        line.is_ours = letters(line.text) in known
    ours = [n for n in range(start, end) if lines[n].is_ours or lines[n].ours]
    for number in range(start, len(lines)):
        is_theirs = bool(ours) and ours[0] < number < end and not lines[number].is_ours
        lines[number].is_quoted = lines[number].is_quoted or not is_theirs
        if number in ours[:1] and lines[number].ours:
            lines[number].is_quoted = False
    return len(lines)


def _is_mark(texts: list[str], at: int) -> bool:
    return bool(header_block_at(texts, at) or attribution_at(texts, at))
