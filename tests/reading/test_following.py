"""Whose a mail is, what follows from it, and that one click takes it back when the kind was wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from outreach.consent.queries import is_suppressed
from outreach.db import session, write
from outreach.diary.models import Entry
from outreach.engines.imap.folders import Role
from outreach.kit import clock
from outreach.letter.kinds import Kind
from outreach.letter.severity import Severity
from outreach.mail import keeping
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import MailboxState, MatchedBy, MessageState, Placing, ReadingKind
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind, Stage
from outreach.prospects.models import ContactPoint
from outreach.prospects.rules import ContactStatus
from outreach.reading import actions, queries, rules
from outreach.reading.actions import NotPossible
from outreach.reminders.models import Reminder
from outreach.web.here import config
from tests.reading.post import ANA, BO, Post, answer, mail, report
from tests.sending.letters_world import fresh


def pitch_of(post: Post) -> Pitch:
    session().rollback()
    return session().get_one(Pitch, post.world.pitch.id, populate_existing=True)


def complaint(letter: Message | None, address: str = BO) -> bytes:
    """A feedback report as providers send it (RFC 5965)."""
    returned = f"Message-ID: {letter.message_id}\r\n" if letter else ""
    return (
        "From: complaints@provider.example\r\nTo: ana@hazel.example\r\nSubject: Abuse report\r\n"
        "Message-ID: <arf1@provider.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThis is an abuse report.\r\n"
        "\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\n"
        f"Original-Rcpt-To: {address}\r\nUser-Agent: x/1\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"From: ana@hazel.example\r\nTo: {address}\r\nSubject: Seeds\r\n{returned}\r\nHi\r\n--b--\r\n"
    ).encode()


# Whose is it?


def test_a_plus_token_names_the_letter(post: Post) -> None:
    letter = post.send()
    [came] = post.arrive(mail(sender="kim@elsewhere.example", to=f"ana+{letter.opaque_id}@hazel.example"))
    assert (came.matched_by, came.pitch_id, came.person_id) == (MatchedBy.TOKEN, post.world.pitch.id, None)


def test_somebody_at_the_same_domain_is_a_colleague(post: Post) -> None:
    _, second = post.send(), post.step_two()
    [came] = post.arrive(mail(sender="Kim Ko <kim@wild.example>", subject="Your letter to Bo"))
    assert (came.matched_by, came.person_id, came.placing) == (MatchedBy.DOMAIN, None, Placing.MATCHED)
    assert fresh(second.id).state is MessageState.CANCELLED


def test_the_domains_newsletter_is_no_answer(post: Post) -> None:
    _, second = post.send(), post.step_two()
    news = mail("News of the week", sender="news@wild.example", List_Unsubscribe="<https://wild.example/u>")
    assert post.arrive(news) == []
    assert fresh(second.id).state is MessageState.QUEUED


def test_the_same_subject_from_a_sister_host_is_a_proposal_that_pauses(post: Post) -> None:
    letter, second = post.send(), post.step_two()
    [came] = post.arrive(mail(sender="desk@news.wild.example", subject=f"Re: {letter.subject}"))
    assert (came.placing, came.matched_by, came.about_id) == (Placing.PROPOSED, MatchedBy.SUBJECT, letter.id)
    assert (came.pitch_id, came.project_id, came.handled_at) == (None, None, None)
    assert fresh(second.id).state is MessageState.HELD
    assert pitch_of(post).stage is Stage.CONTACTED


def test_yes_to_a_proposal_is_an_answer(post: Post) -> None:
    letter, second = post.send(), post.step_two()
    [came] = post.arrive(mail(sender="desk@news.wild.example", subject=f"Re: {letter.subject}"))
    actions.place(came.id, post.world.pitch.id, by=post.world.ana, now=clock.now())
    [came] = post.came_in
    assert (came.placing, came.matched_by, came.pitch_id) == (
        Placing.MATCHED,
        MatchedBy.HAND,
        post.world.pitch.id,
    )
    assert fresh(second.id).state is MessageState.CANCELLED
    assert pitch_of(post).stage is Stage.TALKING


def test_no_to_a_proposal_lets_the_step_leave(post: Post) -> None:
    letter, second = post.send(), post.step_two()
    [came] = post.arrive(mail(sender="desk@news.wild.example", subject=f"Re: {letter.subject}"))
    actions.refuse(came.id, by=post.world.ana, now=clock.now())
    assert post.came_in[0].placing is Placing.UNMATCHED
    assert fresh(second.id).state is MessageState.QUEUED


def test_a_stranger_in_a_dedicated_mailbox_lies_in_the_tray(post: Post) -> None:
    with write() as here:
        here.get_one(Mailbox, post.box.id).reading_kind = ReadingKind.DEDICATED
    post.send()
    [came] = post.arrive(mail(sender="stranger@moss.example", subject="Hello"))
    assert (came.placing, came.what, came.project_id) == (Placing.UNMATCHED, Kind.HUMAN, None)
    seen = [
        queries.message(user, came.id) is not None
        for user in (post.world.ana, post.world.ada, post.world.max)
    ]
    assert seen == [True, True, False]


def test_an_address_in_the_shown_name_is_no_sender(post: Post) -> None:
    _, second = post.send(), post.step_two()
    assert post.arrive(mail(sender=f'"{BO}" <mallory@evil.example>', subject="Hello")) == []
    assert fresh(second.id).state is MessageState.QUEUED


def test_a_freemail_neighbour_is_nobodys_colleague(post: Post) -> None:
    with write() as here:
        point = here.scalars(sa.select(ContactPoint)).one()
        point.value = point.value_norm = "bo.berg@gmail.com"
    post.send(to_address="bo.berg@gmail.com")
    assert post.arrive(mail(sender="somebody@gmail.com", subject="Hello")) == []


def test_a_reply_before_sent_is_committed_still_matches(post: Post) -> None:
    letter = post.send()
    with write() as here:
        row = here.get_one(Message, letter.id)
        row.state, row.sent_at, row.taken_until = (
            MessageState.SENDING,
            None,
            clock.now() + timedelta(minutes=4),
        )
    [came] = post.arrive(answer(letter))
    assert (came.matched_by, came.pitch_id) == (MatchedBy.IN_REPLY_TO, post.world.pitch.id)
    assert fresh(letter.id).state is MessageState.SENDING


def test_the_same_mail_in_a_second_mailbox_follows_once(post: Post) -> None:
    letter = post.send()
    post.arrive(answer(letter))
    version = pitch_of(post).version
    other = Post.open(post.world, post.dovecot, post.sink, address="desk@hazel.example")
    other.arrive(answer(letter))
    first, second = post.came_in
    assert (first.handled_at is None, second.handled_at is None) == (True, False)
    assert pitch_of(post).version == version


def test_a_mail_moved_to_junk_is_the_same_mail(post: Post) -> None:
    raw = answer(post.send())
    post.arrive(raw)
    assert len(post.arrive(raw, role=Role.JUNK)) == 1


# What follows?


def test_a_letter_that_a_person_wrote_is_theirs_to_decide(post: Post) -> None:
    letter = post.send()
    post.arrive(answer(letter))
    reply = post.step_two()
    post.arrive(answer(letter, "And one more thing.", number=2))
    assert fresh(reply.id).state is MessageState.QUEUED


def test_an_automatic_answer_with_a_day_postpones_to_the_working_day_after(post: Post) -> None:
    letter, second = post.send(), post.step_two()
    back = (clock.now() + timedelta(days=9)).date()
    text = f"I am out of the office and will be back on {back.isoformat()}."
    post.arrive(answer(letter, text, Auto_Submitted="auto-replied", subject="Out of office"))
    [came] = post.came_in
    due = fresh(second.id).due_at
    expected = rules.next_day(clock.now().date(), back)
    assert came.return_on == back and due is not None
    assert due.astimezone(ZoneInfo("Europe/Berlin")).date() == expected
    assert pitch_of(post).next_kind is NextKind.FOLLOW_UP and (pitch_of(post).next_on or back) > back


def test_three_soft_bounces_in_a_month_ask_for_another_address(post: Post) -> None:
    letter, second = post.send(), post.step_two()
    stages = []
    for number in range(3):
        if number:
            with write() as here:  # another letter to the same address
                row = here.get_one(Message, letter.id)
                here.expunge(row)
                sa.orm.make_transient(row)
                row.id, row.message_id, row.opaque_id = None, f"<more{number}@hazel.example>", f"more{number}"
                here.add(row)
                here.flush()
                letter = row
        full = "452 4.2.2 mailbox full"
        post.arrive(report(letter, status="4.2.2", said=full, number=number))
        stages.append((fresh(second.id).state, pitch_of(post).next_kind))
    assert stages == [
        (MessageState.QUEUED, NextKind.FOLLOW_UP), (MessageState.QUEUED, NextKind.FOLLOW_UP),
        (MessageState.CANCELLED, NextKind.FIND_CONTACT),
    ]  # fmt: skip
    assert is_suppressed(BO) is None


def test_three_blocks_in_a_day_pause_the_mailbox_and_blame_nobody(post: Post) -> None:
    letter, second = post.send(), post.step_two()
    said = "550 5.7.1 message rejected as spam by content filter"
    for number in range(3):
        with write() as here:  # each is about a letter of its own
            for row in here.scalars(sa.select(Message).where(Message.what == Kind.BOUNCE)):
                row.about_id = None
        post.arrive(report(letter, status="5.7.1", said=said, number=number))
    assert {came.severity for came in post.came_in} == {Severity.BLOCK}
    assert post.mailbox.state is MailboxState.PAUSED and "refused as spam" in post.mailbox.state_reason
    assert is_suppressed(BO) is None and fresh(second.id).state is MessageState.QUEUED
    assert "is paused" in session().scalars(sa.select(Reminder.words)).one()


def test_each_recipient_of_a_report_counts_on_its_own(post: Post) -> None:
    letter = post.send()
    raw = report(letter).replace(
        b"\r\n\r\n--b\r\nContent-Type: text/rfc822-headers",
        b"\r\n\r\nFinal-Recipient: rfc822; stranger@wild.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        b"Diagnostic-Code: smtp; 550 5.1.1 user unknown\r\n\r\n--b\r\nContent-Type: text/rfc822-headers",
    )
    [came] = post.arrive(b"Return-Path: <>\r\n" + raw)
    assert [one["address"] for one in came.report] == [BO, "stranger@wild.example"]
    assert is_suppressed(BO) and is_suppressed("stranger@wild.example") is None


def test_a_report_of_where_bos_mail_is_forwarded_to_speaks_for_bo(post: Post) -> None:
    letter = post.send()
    said = "550 5.1.1 <old@elsewhere.example>: User unknown"
    post.arrive(report(letter, recipient="old@elsewhere.example", said=said))
    assert is_suppressed(BO) and is_suppressed("old@elsewhere.example") is None


def test_an_address_that_has_answered_since_is_not_dead(post: Post) -> None:
    letter = post.send()
    post.arrive(answer(letter))
    post.arrive(report(letter))
    assert is_suppressed(BO) is None and pitch_of(post).stage is Stage.TALKING


def test_a_report_without_our_id_counts_from_the_null_sender_only(post: Post) -> None:
    letter = post.send()
    forged = report(letter, message_id="")
    post.arrive(b"Return-Path: <mallory@evil.example>\r\n" + forged)
    assert is_suppressed(BO) is None
    post.arrive(b"Return-Path: <>\r\n" + report(letter, message_id="", number=2))
    assert is_suppressed(BO)


def test_a_complaint_suppresses_and_ends_the_pitch(post: Post) -> None:
    letter, second = post.send(), post.step_two()
    [came] = post.arrive(complaint(letter))
    assert came.what is Kind.COMPLAINT and is_suppressed(BO)
    assert fresh(second.id).state is MessageState.CANCELLED and pitch_of(post).stage is Stage.SUPPRESSED


def test_a_forged_complaint_does_nothing(post: Post) -> None:
    post.send()
    [came] = post.arrive(complaint(None))
    assert (came.placing, is_suppressed(BO)) == (Placing.UNMATCHED, None)


def test_an_answer_to_a_closed_pitch_reminds_its_owner(post: Post) -> None:
    letter = post.send()
    with write() as here:
        pitch = here.get_one(Pitch, post.world.pitch.id)
        pitch_moves.move(pitch, Stage.NO_RESPONSE, by=None, now=clock.now(), today=clock.now().date())
    post.arrive(answer(letter))
    assert pitch_of(post).stage is Stage.NO_RESPONSE
    assert (
        session().scalars(sa.select(Reminder.words)).one()
        == "Somebody answered a pitch that is closed or rests"
    )


# Undone by one click


def _state(post: Post, second: Message) -> tuple[Any, ...]:
    pitch, point = pitch_of(post), session().scalars(sa.select(ContactPoint)).one()
    letter = fresh(second.id)
    return (
        pitch.stage, pitch.next_kind, pitch.next_on, pitch.next_owner_id, pitch.last_in_at, pitch.is_open,
        letter.state, letter.due_at, point.status, is_suppressed(BO) is None,
    )  # fmt: skip


@pytest.mark.parametrize("what", ["human", "auto_reply", "bounce", "unsubscribe", "complaint"])
def test_what_followed_is_taken_back_when_the_kind_was_wrong(post: Post, what: str) -> None:
    letter, second = post.send(), post.step_two()
    before = _state(post, second)
    away = "I am on holiday until further notice."
    raw = {
        "human": answer(letter), "auto_reply": answer(letter, away, Auto_Submitted="auto-replied"),
        "bounce": report(letter), "unsubscribe": answer(letter, "Unsubscribe"), "complaint": complaint(letter),
    }[what]  # fmt: skip
    [came] = post.arrive(raw)
    assert came.what == what and _state(post, second) != before
    assert actions.correct(came.id, Kind.DELIVERED, by=post.world.ana, now=clock.now()) == []
    assert _state(post, second) == before
    assert post.came_in[0].what_reason == "Ana Hazel said so"


def test_a_wrong_automatic_answer_becomes_a_persons_with_all_that_follows(post: Post) -> None:
    letter, second = post.send(), post.step_two()
    [came] = post.arrive(answer(letter, "Gladly!", Auto_Submitted="auto-replied"))
    actions.correct(came.id, Kind.HUMAN, by=post.world.ana, now=clock.now())
    assert fresh(second.id).state is MessageState.CANCELLED and pitch_of(post).stage is Stage.TALKING
    assert post.came_in[0].handled_at is None


def test_what_a_person_has_changed_since_stays_and_is_said(post: Post) -> None:
    letter, _ = post.send(), post.step_two()
    [came] = post.arrive(answer(letter))
    with write() as here:
        here.get_one(Pitch, post.world.pitch.id).version += 1
    left = actions.correct(came.id, Kind.AUTO_REPLY, by=post.world.ana, now=clock.now())
    assert left == ["The pitch has changed since, and stays as it is."]
    assert pitch_of(post).stage is Stage.TALKING


def test_only_who_writes_in_the_project_decides(post: Post) -> None:
    letter = post.send()
    [came] = post.arrive(answer(letter))
    for user in (post.world.vic, post.world.otto):
        with pytest.raises(NotPossible):
            actions.correct(came.id, Kind.AUTO_REPLY, by=user, now=clock.now())


# What is kept


def test_the_bytes_are_kept_and_the_diary_holds_no_text(post: Post) -> None:
    letter = post.send()
    raw = answer(letter)
    [came] = post.arrive(raw)
    assert keeping.read(config().instance, came.raw_file) == raw
    told = str([row.data for row in session().scalars(sa.select(Entry))])
    assert "gladly" not in told and "wild.example" not in told


HOSTILE = {
    "an unknown charset": mail("Gladly").replace(b"charset=utf-8", b"charset=klingon"),
    "headers of 100 KB": mail("Gladly", X_Long="x" * 100_000),
    "no date": b"From: Bo <bo@wild.example>\r\nSubject: a\r\nMessage-ID: <a@wild.example>\r\n\r\nGladly\r\n",
    "no message-id": b"From: Bo <bo@wild.example>\r\nSubject: a\r\n\r\nGladly\r\n",
    "NUL in the text": mail("Gladly\x00!", subject="Re: \x00 Seeds"),
    "half a surrogate": mail("Gladly").replace(b"Gladly", b"Gladly \xed\xa0\x80"),
    "a year beyond all years": mail("Gladly").replace(b"Date: ", b"Date: Tue, 24 Nov 99999 "),
    "a date in 1900": mail("Gladly").replace(b"Date: ", b"Date: Tue, 24 Nov 1900 00:00:00 +0000\r\nX-Date: "),
    "20,000 nested divs": mail("<div>" * 20_000 + "Gladly").replace(b"text/plain", b"text/html"),
    "a name of 10 KB": mail("Gladly", sender=f"{'Bo ' * 3_000}<{BO}>"),
    "an id of 5 KB": mail("Gladly", number="a" * 5_000),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_strange_mail_is_kept_and_the_next_one_is_read(post: Post, what: str) -> None:
    letter = post.send()
    strange, reply = post.arrive(HOSTILE[what], answer(letter, number="next"))
    assert strange.raw_file and strange.what is Kind.HUMAN and strange.pitch_id == post.world.pitch.id
    assert reply.reply_text.startswith("Yes, gladly")


def test_a_mail_without_from_is_kept_by_what_it_answers(post: Post) -> None:
    letter = post.send()
    raw = f"Subject: a\r\nIn-Reply-To: {letter.message_id}\r\n\r\nGladly\r\n".encode()
    [came] = post.arrive(raw)
    assert (came.from_address, came.pitch_id) == ("", post.world.pitch.id)


def test_what_the_team_writes_in_the_thread_is_nobodys_answer(post: Post) -> None:
    """A copy to oneself, a colleague's forward, or somebody who pretends to be one of us."""
    letter, second = post.send(), post.step_two()
    assert post.arrive(answer(letter, sender=f"Ana <{ANA}>")) == []
    assert fresh(second.id).state is MessageState.QUEUED and pitch_of(post).stage is Stage.CONTACTED


def test_contact_status_is_given_back_as_it_was(post: Post) -> None:
    letter = post.send()
    with write() as here:
        here.scalars(sa.select(ContactPoint)).one().status = ContactStatus.MX_OK
    [came] = post.arrive(report(letter))
    actions.correct(came.id, Kind.DELAYED, by=post.world.ana, now=clock.now())
    session().rollback()
    assert session().scalars(sa.select(ContactPoint)).one().status is ContactStatus.MX_OK
