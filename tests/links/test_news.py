"""What of a look is news, and what is told at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from outreach.links import news, rules
from outreach.links.looks import Look, seen_by_person
from outreach.links.news import Before
from outreach.links.rules import Confidence, History, LinkState, Presence, Value
from outreach.reminders.rules import ReminderKind
from tests.world import NOW

LATER = NOW + timedelta(days=3)
CLEAN: frozenset[str] = frozenset()


def weak(*codes: str) -> Look:
    return Look(Presence.FOUND, Value.WEAKENED, "Seen.", "ok", codes=codes)


def told(
    state: LinkState, look: Look, known: frozenset[str] | None = CLEAN, importance: int = 1
) -> news.News | None:
    before = History(state, first_miss_at=NOW if state in (LinkState.SUSPECT, LinkState.LOST) else None)
    step = rules.after_check(before, look.presence, look.value, now=LATER, confidence=look.confidence)
    return news.of(Before(state, importance, known), step, look, page="wild.example/post", now=LATER)


MISSING = Look(Presence.NOT_FOUND, Value.NONE, "Not there.", "ok", codes=("LINK_MISSING",))


def test_a_single_miss_is_no_news() -> None:
    assert told(LinkState.LIVE, MISSING) is None


def test_a_confirmed_loss_is_told_at_once_with_its_proof() -> None:
    lost = told(LinkState.SUSPECT, MISSING)
    assert lost is not None
    assert (lost.is_urgent, lost.words, lost.reason) == (
        True, "The link on wild.example/post is gone", "Two looks at a readable page, 72 hours apart.",
    )  # fmt: skip


def test_words_that_lead_to_another_site_say_so() -> None:
    away = Look(Presence.NOT_FOUND, Value.NONE, "Elsewhere.", "ok", codes=("LINK_MISSING", "WRONG_HOST"))
    found = told(LinkState.SUSPECT, away)
    assert found is not None
    assert found.words == "The agreed words on wild.example/post lead to another site"


@pytest.mark.parametrize(
    ("code", "importance", "urgent"),
    [
        ("META_NOINDEX", 1, True), ("XROBOTS_NOINDEX", 1, True), ("REL_NOFOLLOW", 1, False), ("REL_NOFOLLOW", 2, True),
        ("WRONG_PAGE", 3, False), ("CANON_CROSS_HOST", 1, False), ("CANON_OTHER", 1, False), ("HIDDEN_CSS", 3, False),
    ],
)  # fmt: skip
def test_what_weakens_a_live_link_is_news_and_the_worst_of_it_at_once(
    code: str, importance: int, urgent: bool
) -> None:
    found = told(LinkState.LIVE, weak(code), importance=importance)
    assert found is not None
    assert (found.kind, found.code, found.is_urgent) == (ReminderKind.LINK_CHANGED, code, urgent)
    assert "wild.example/post" in found.words


def test_a_weakness_that_is_known_is_no_news_and_a_second_one_is() -> None:
    known = frozenset(["REL_NOFOLLOW"])
    assert told(LinkState.LIVE_WEAKENED, weak("REL_NOFOLLOW"), known) is None
    more = told(LinkState.LIVE_WEAKENED, weak("REL_NOFOLLOW", "META_NOINDEX"), known)
    assert more is not None
    assert more.code == "META_NOINDEX"


def test_a_link_that_comes_back_weakened_is_told_of_anew() -> None:
    assert told(LinkState.LOST, weak("REL_NOFOLLOW"), frozenset(["REL_NOFOLLOW"])) is not None


def test_one_bad_night_does_not_tell_an_old_weakness_again() -> None:
    assert told(LinkState.SUSPECT, weak("REL_NOFOLLOW"), frozenset(["REL_NOFOLLOW"])) is None


def test_what_a_person_has_said_the_machine_does_not_say_again() -> None:
    seen = seen_by_person("nofollow", "")
    assert told(LinkState.LIVE, seen) is not None
    known = news.telling(seen.codes, seen.value, by_person=True)
    assert told(LinkState.LIVE_WEAKENED, weak("REL_NOFOLLOW"), known) is None
    assert told(LinkState.LIVE_WEAKENED, seen, frozenset(["REL_NOFOLLOW"])) is None


def test_a_social_post_has_no_news_of_its_rel() -> None:
    post = Look(Presence.FOUND, Value.NA, "Seen.", "ok", codes=("META_NOFOLLOW", "REL_NOFOLLOW"))
    assert told(LinkState.LIVE, post) is None


def test_a_person_is_asked_when_nobody_can_read_the_page() -> None:
    wall = Look(Presence.UNREADABLE, Value.NA, "A wall.", "blocked", codes=("WALL",))
    before = History(LinkState.LIVE, unreadable_run=rules.EYES_AFTER - 1)
    step = rules.after_check(before, wall.presence, wall.value, now=LATER, confidence=Confidence.MACHINE)
    found = news.of(Before(LinkState.LIVE, told=CLEAN), step, wall, page="wild.example/post", now=LATER)
    assert found is not None
    assert (found.kind, found.is_urgent) == (ReminderKind.NEEDS_EYES, False)
