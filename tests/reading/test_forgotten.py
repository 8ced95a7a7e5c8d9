"""A sync brings nobody back who was erased."""

from __future__ import annotations

import sqlalchemy as sa

from outreach.care import erasing
from outreach.db import session
from outreach.mail import keeping
from outreach.mail.models import Message, PassedMail
from outreach.mail.rules import Direction
from outreach.web.here import config
from tests.reading.post import BO, Post, answer, mail
from tests.world import NOW

SECRET = "bo@wild.example"


def erase_bo(post: Post) -> None:
    session().rollback()
    erasing.erase(post.world.bo.id, [], config(), by=post.world.max, now=NOW, is_over=lambda: False)


def held() -> str:
    """All that the messages hold, as one text."""
    session().rollback()
    return repr(session().execute(sa.select(Message.__table__)).all())


def test_a_mail_from_them_is_passed_over(post: Post) -> None:
    letter = post.send()
    erase_bo(post)
    assert post.arrive(answer(letter)) == []
    assert SECRET not in held()
    assert session().scalar(sa.select(sa.func.count(PassedMail.id))) == 1


def test_a_mail_that_was_kept_before_does_not_come_again(post: Post) -> None:
    came = answer(post.send())
    assert len(post.arrive(came)) == 1
    erase_bo(post)
    [left] = post.arrive(came)
    assert (left.from_address, left.body, left.raw_file) == ("", "", "")


def test_where_others_name_them_the_address_is_covered(post: Post) -> None:
    letter = post.send()
    erase_bo(post)
    said = f"He has left us. {BO.upper()} does not work any more."
    [came] = post.arrive(mail(said, sender="jo@wild.example", In_Reply_To=str(letter.message_id)))
    assert "does not work any more" in came.body
    assert SECRET not in held().lower()
    raw = keeping.read(config().instance, came.raw_file) or b""
    assert b"jo@wild.example" in raw
    assert SECRET.encode() not in raw.lower()


def test_others_are_read_as_ever(post: Post) -> None:
    letter = post.send()
    erase_bo(post)
    [came] = post.arrive(mail("Fine with me.", sender="jo@wild.example", In_Reply_To=str(letter.message_id)))
    assert came.direction is Direction.IN
    assert came.body.strip() == "Fine with me."
