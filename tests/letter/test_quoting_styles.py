"""Every style of quoting with every letter of ours and every answer: ours goes, theirs stays."""

import pytest

from outreach.letter.mail import read_mail
from outreach.letter.quoting import own_text
from tests.letter.quoting_styles import ANSWERS, BETWEEN, LETTERS, SIGNED, STYLES, Style
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
