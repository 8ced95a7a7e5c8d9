"""Their own words stay, ours go: through the quoting of the usual mail programs."""

import pytest

from outreach.letter.mail import read_mail
from outreach.letter.quoting import fold, own_text
from tests.effort import A_SECOND, turns
from tests.letter.round_trips import LONG, OURS, ROUND_TRIPS, SHORT, RoundTrip
from tests.letter.test_auto_reply import written


def received(trip: RoundTrip) -> str:
    raw = written("Re: A page of yours about roses", trip.text)
    return read_mail(raw.replace(b"text/plain", b"text/" + trip.kind.encode(), 1)).text


def words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize("trip", ROUND_TRIPS, ids=lambda trip: trip.name)
def test_our_text_goes_and_theirs_stays(trip: RoundTrip) -> None:
    assert words(own_text(received(trip), (OURS,))) == words(trip.theirs)


# Between our unmarked lines nothing but our letter itself tells theirs from ours.
TELLING = [trip for trip in ROUND_TRIPS if trip.name != "outlook between"]


@pytest.mark.parametrize("trip", TELLING, ids=lambda trip: trip.name)
def test_no_word_of_theirs_is_lost_when_we_do_not_have_our_letter(trip: RoundTrip) -> None:
    kept = words(own_text(received(trip)))
    assert all(word in kept for word in words(trip.theirs))


def test_there_are_thirty_round_trips() -> None:
    assert len(ROUND_TRIPS) >= 30


@pytest.mark.parametrize(
    "text",
    [
        "On Tuesday I spoke to Cleo and she said:\n\nno way.\n\nBo",
        "From what I see, it fits.\nTo be honest, I like it.\n\nBo",
        "I wrote:\n- a list\n- a table",
        "As Dan wrote on 4.5.2026, roses are red.\n\nBo",
        "Subject: to change.\nDate: open.\nYes.",
        "From: our side all good.\nTo: do it well we need a licence.\nSubject: to approval.\n\nBo",
        "> is the sign for greater. I mean 5 > 3.\n\nYes, gladly. Bo"[2:],
        "Ana Novak",
        "Hello Bo,\nfunny, that is my name, too.",
        "If you would rather hear no more, say so. Kidding!",
    ],
)
def test_what_only_looks_like_a_quote_stays(text: str) -> None:
    assert words(own_text(text, (OURS,))) == words(text)


def test_nothing_is_lost_between_the_two_halves() -> None:
    text = f"{LONG}\n\nOn Mon, May 4, 2026 at 9:00 AM Ana <ana@roses.example> wrote:\n\n> {SHORT}\n"
    folded = fold(text, (OURS,))
    assert sorted(words(folded.own) + words(folded.quoted)) == sorted(words(text))


def test_a_short_line_of_ours_is_not_taken_from_their_words() -> None:
    letter = "Hello Bo,\n\nYes.\n\nBest wishes\nAna"
    assert own_text("Yes.\n\nBest wishes\nBo", (letter,)) == "Yes.\n\nBest wishes\nBo"


@pytest.mark.parametrize(
    "text", ["> " * 200_000, "a" * 400_000, "a b\n" * 100_000, OURS * 600, "\n".join([OURS] * 600)]
)
def test_folding_takes_under_a_second(text: str) -> None:
    sent = (OURS, "a " * 20_000, "a b c\n" * 6_000)
    assert turns(lambda: fold(text, sent)) < A_SECOND
