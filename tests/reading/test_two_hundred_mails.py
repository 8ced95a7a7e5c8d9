"""Two hundred mails of twenty people: whose each is, and never somebody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa

from outreach.db import write
from outreach.kit import clock
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import Direction, LetterKind, MessageState, Placing, ReadingKind
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.pitches.rules import PitchType, Stage
from outreach.projects.models import Project
from outreach.sending.moves import thread_for
from tests.reading.post import Post, mail
from tests.world import address, person, site

PEOPLE = 20


@dataclass(frozen=True)
class Friend:
    """Somebody we wrote to, and our letter."""

    number: int
    person_id: int
    pitch_id: int
    mail: str
    message_id: str
    opaque_id: str
    subject: str


@dataclass(frozen=True)
class Expected:
    """Whose a mail is: the pitch (None for nobody's), and who writes (None for a colleague that we do not know)."""

    what: str
    pitch_id: int | None
    person_id: int | None
    placing: Placing = Placing.MATCHED


def friends(post: Post) -> list[Friend]:
    """Some share a site's domain, one in four has an address at a provider for everybody."""
    world, now = post.world, clock.now()
    made = []
    with write() as here:
        project = here.get_one(Project, world.seed.id)
        here.get_one(Mailbox, post.box.id).reading_kind = ReadingKind.DEDICATED
        for number in range(PEOPLE):
            domain = f"paper{number}.example"
            where, who = site(domain), person(f"Friend {number}")
            here.add_all([where, who])
            here.flush()
            at = f"friend{number}@gmail.com" if number % 4 == 3 else f"friend{number}@{domain}"
            here.add(address(who, at, world.ana))
            pitch = pitch_moves.start(
                project, PitchType.GUEST_POST, where.id, by=world.ana, now=now, today=now.date(),
                person_id=who.id, topic=f"Topic {number}", stage=Stage.READY,
            )  # fmt: skip
            friend = Friend(
                number, who.id, pitch.id, at, f"<letter{number}@hazel.example>", f"opaque-token-{number:04}",
                f"Seeds for paper {number}",
            )  # fmt: skip
            here.add(_letter(post, friend))
            made.append(friend)
    return made


def _letter(post: Post, friend: Friend) -> Message:
    at = clock.now() - timedelta(days=3)
    return Message(
        direction=Direction.OUT, kind=LetterKind.FIRST, state=MessageState.SENT, mailbox_id=post.box.id,
        project_id=post.world.seed.id, pitch_id=friend.pitch_id, person_id=friend.person_id, message_id=friend.message_id,
        opaque_id=friend.opaque_id, from_address="ana@hazel.example", to_address=friend.mail, subject=friend.subject,
        body="Hi,\n\nmay I write for you?\n", references=[], overruled={}, sent_at=at, queued_at=at, created_at=at,
        thread_id=None,
    )  # fmt: skip


def ten_of(friend: Friend) -> list[tuple[Expected, bytes]]:
    """Ten mails around one person."""
    own = f"Friend {friend.number} <{friend.mail}>"
    ids = {"In_Reply_To": friend.message_id, "References": friend.message_id}
    later = {"References": f"{friend.message_id} <theirs{friend.number}@paper.example>"}
    domain = f"paper{friend.number}.example"
    is_private = friend.mail.endswith("gmail.com")
    here, nobody = friend.pitch_id, Expected("", None, None, Placing.UNMATCHED)
    colleague = nobody if is_private else Expected("a colleague", here, None)
    sister = nobody if is_private else Expected("a sister host", None, None, Placing.PROPOSED)
    answered = f"Re: {friend.subject}"
    mails: list[tuple[Expected, str, str, str, dict[str, str]]] = [
        (Expected("an answer", here, friend.person_id), own, "ana@hazel.example", answered, ids),
        (Expected("later in the thread", here, friend.person_id), own, "ana@hazel.example", answered, later),
        (Expected("a new mail", here, friend.person_id), own, "ana@hazel.example", "A question", {}),
        (Expected("in capitals", here, friend.person_id), own.upper(), "ana@hazel.example", "Hello", {}),
        (Expected("a colleague answers", here, None), f"Kim <kim@{domain}>", "ana@hazel.example", answered, ids),
        (Expected("from another address", here, None), f"F <f{friend.number}@home.example>", "ana@hazel.example", "Re", ids),
        (Expected("a token", here, None), "Pat <pat@else.example>", f"ana+{friend.opaque_id}@hazel.example", "Hello", {}),
        (colleague, f"Desk <desk@{domain}>", "ana@hazel.example", "Your letter", {}),
        (sister, f"News <news@mail.{domain}>", "ana@hazel.example", answered, {}),
        (nobody, f'"{friend.mail}" <x{friend.number}@stranger.example>', "ana@hazel.example", "Hello", {}),
    ]  # fmt: skip
    return [
        (expected, mail(sender=sender, to=to, subject=subject, number=f"{friend.number}-{at}", **headers))
        for at, (expected, sender, to, subject, headers) in enumerate(mails)
    ]


@pytest.mark.slow
def test_two_hundred_mails_find_their_pitch_and_never_a_wrong_person(post: Post) -> None:
    people = friends(post)
    with write() as here:
        for friend in people:
            row = here.scalars(sa.select(Message).where(Message.message_id == friend.message_id)).one()
            row.thread_id = thread_for(here.get_one(Pitch, friend.pitch_id), row.subject, now=clock.now()).id
    cases = [case for friend in people for case in ten_of(friend)]
    assert len(cases) == 200
    post.arrive(*(raw for _, raw in cases))
    found = {came.uid: came for came in post.came_in}
    wrong = []
    for uid, (expected, _) in enumerate(cases, 1):
        came = found[uid]
        right = (came.placing, came.pitch_id) == (expected.placing, expected.pitch_id)
        assert came.person_id in (None, expected.person_id), f"{expected.what}: somebody else's"
        if not right:
            wrong.append((expected.what, came.from_address, came.match_reason))
    assert wrong == []
