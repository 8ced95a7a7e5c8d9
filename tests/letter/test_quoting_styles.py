"""Every style of quoting with every letter of ours and every answer: ours goes, theirs stays."""

import pytest

from outreach.letter.mail import read_mail
from outreach.letter.quoting import own_text
from tests.letter.quoting_styles import ANSWERS, BETWEEN, ENGLISH, LETTERS, SIGNED, STYLES, Style, marked
from tests.letter.test_auto_reply import written

# Between our lines nothing tells a `>` of theirs from one of a quote.
BETWEEN_ANSWERS = {
    name: text for name, text in ANSWERS.items() if name not in ("a table", "what looks like a head")
}


def words_left(style: Style, ours: str, theirs: str) -> list[str]:
    raw = written("Re: Roses", style.write(ours, theirs))
    text = read_mail(raw.replace(b"text/plain", b"text/" + style.kind.encode(), 1)).text
    return own_text(text, (ours,)).split()


@pytest.mark.parametrize("ours", LETTERS.values(), ids=LETTERS.keys())
@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_ours_goes_and_theirs_stays_above_or_below(style: Style, ours: str) -> None:
    for theirs in ANSWERS.values():
        left = words_left(style, ours, theirs)
        assert [word for word in left if word not in SIGNED] == [
            word for word in theirs.split() if word not in SIGNED
        ]


@pytest.mark.parametrize("ours", LETTERS.values(), ids=LETTERS.keys())
@pytest.mark.parametrize("style", BETWEEN, ids=lambda style: style.name)
def test_ours_goes_and_theirs_stays_between(style: Style, ours: str) -> None:
    for theirs in BETWEEN_ANSWERS.values():
        assert [word for word in words_left(style, ours, theirs) if word not in SIGNED] == theirs.split()


def test_the_styles_are_many() -> None:
    assert len(STYLES) + len(BETWEEN) >= 80


HEAD = "From: Ana Novak <ana@roses.example>\nSent: Monday, May 4, 2026 9:00 AM\nTo: Bo\nSubject: Roses\n\n"
NOTICE = "This e-mail is confidential. If you are not the intended recipient, please delete it."
ODD = {
    "all of a head on one line": (
        f"Fine.\n\n{HEAD.strip().replace(chr(10), ' ')}\n\n{ENGLISH}", "Fine.",
    ),
    "a notice below the quote": (f"Fine.\n\n{HEAD}{ENGLISH}\n\n{NOTICE}", f"Fine.\n{NOTICE}"),
    "a head in a language we do not know": (
        f"Fine.\n\nVào Th 2, 4 thg 5, 2026 vào lúc 09:00 Ana Novak <ana@roses.example> đã viết:\n\n{marked(ENGLISH)}", "Fine.",
    ),
    "a sentence of ours within theirs": (
        'You asked: "Would a link to it help your readers?" Yes.', 'You asked: "Would a link to it help your readers?" Yes.',
    ),
    "what they wrote, with a day": (
        f"On Monday, 4 May 2026 at 09:00 we wrote:\n\nthe page moves.\n\nAm 04.05.2026 um 09:00 schrieb Ana:\n{marked(ENGLISH)}",
        "On Monday, 4 May 2026 at 09:00 we wrote:\nthe page moves.",
    ),
    "rules of their own": (
        f"Our terms:\n----------\n- one link\n----------\n\n{'_' * 32}\n{HEAD}{ENGLISH}", "Our terms:\n----------\n- one link\n----------",
    ),
    "forwarded before it was answered": (
        f"Fine.\n\nFrom: Cleo <cleo@garden.example>\nSent: Tuesday, May 5, 2026 9:00 AM\nTo: Bo\nSubject: FW: Roses\n\nIs this for you?\n\n{HEAD}{ENGLISH}",
        "Fine.",
    ),
    "ours on the line of the head": (f"Fine.\n\n On Mon, 4 May 2026 at 9:00, Ana Novak<ana@roses.example> wrote:   {ENGLISH}", "Fine."),
    "nothing of their own": (f"On Mon, 4 May 2026 at 09:00, Ana Novak <ana@roses.example> wrote:\n{marked(ENGLISH)}", ""),
}  # fmt: skip


@pytest.mark.parametrize(("text", "theirs"), ODD.values(), ids=ODD.keys())
def test_odd_answers_lose_no_word_and_keep_none_of_ours(text: str, theirs: str) -> None:
    assert own_text(text, (ENGLISH,)).split() == theirs.split()
