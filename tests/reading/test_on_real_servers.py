"""What comes in at a real Dovecot, and what follows from it: the promises of reading, one by one."""

from __future__ import annotations

import re
from datetime import timedelta

import sqlalchemy as sa

from outreach.consent.models import Suppression
from outreach.consent.queries import is_suppressed
from outreach.db import session, write
from outreach.diary.models import Entry
from outreach.kit import clock
from outreach.letter.kinds import Kind
from outreach.letter.severity import Severity
from outreach.mail.models import MailFolder, Message, PassedMail
from outreach.mail.rules import Direction, MatchedBy, MessageState, Placing, ReadState
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind, Stage
from outreach.prospects.models import ContactPoint
from outreach.prospects.rules import ContactStatus
from outreach.reading import rules
from outreach.sending import jobs as sending_jobs
from tests.reading.post import ANA, BO, Post, answer, mail, report
from tests.sending.letters_world import fresh
from tests.servers.smtp_sink import Fault


def pitch_of(post: Post) -> Pitch:
    session().rollback()
    return session().get_one(Pitch, post.world.pitch.id, populate_existing=True)


def lines(kind: str) -> int:
    return session().scalar(sa.select(sa.func.count()).where(Entry.kind == kind)) or 0


def test_a_reply_stops_step_two(post: Post) -> None:
    letter, second = post.send(), post.step_two()
    post.deliver(answer(letter))
    assert post.read() == 1
    [came] = post.came_in
    pitch = pitch_of(post)
    assert fresh(second.id).state is MessageState.CANCELLED
    assert (pitch.stage, pitch.next_kind) == (Stage.TALKING, NextKind.ANSWER)
    assert (came.what, came.matched_by, came.pitch_id) == (Kind.HUMAN, MatchedBy.IN_REPLY_TO, pitch.id)
    assert came.person_id == post.world.bo.id and came.handled_at is None
    assert came.match_reason.startswith("It answers our letter of ")


def test_a_colleagues_reply_in_the_thread_counts_and_is_not_bos(post: Post) -> None:
    letter, second = post.send(), post.step_two()
    post.deliver(answer(letter, sender="Kim Ko <kim@wild.example>"), sender="kim@wild.example")
    post.read()
    [came] = post.came_in
    assert fresh(second.id).state is MessageState.CANCELLED
    assert (came.pitch_id, came.person_id, came.from_name) == (post.world.pitch.id, None, "Kim Ko")


def test_a_reply_without_in_reply_to_is_known_by_its_sender(post: Post) -> None:
    _, second = post.send(), post.step_two()
    post.deliver(mail(subject="Seeds"))
    post.read()
    assert fresh(second.id).state is MessageState.CANCELLED
    assert post.came_in[0].matched_by is MatchedBy.ADDRESS


def test_a_reply_in_junk_counts(post: Post) -> None:
    letter, second = post.send(), post.step_two()
    post.put(post.dovecot.junk, answer(letter))
    post.read()
    assert fresh(second.id).state is MessageState.CANCELLED


def test_our_own_copy_in_sent_is_no_reply(post: Post) -> None:
    letter, second = post.send(), post.step_two()
    post.put(post.dovecot.sent, post.sink.received[0].content)
    assert post.read() == 0
    assert post.came_in == []
    assert fresh(second.id).state is MessageState.QUEUED
    assert fresh(letter.id).state is MessageState.SENT


def test_a_vacation_answer_postpones_step_two(post: Post) -> None:
    post.dovecot.add_user(BO)
    post.dovecot.answer_by_vacation(BO, "Away", "I am away until further notice and read mail later.")
    _, second = post.send(), post.step_two()
    post.dovecot.outgoing.received.clear()
    # Sieve answers no mail with a List- header (RFC 5230, 4.6), which our first letters carry; others do.
    ours = re.sub(rb"(?m)^List-[^\n]*\n(?:[ \t][^\n]*\n)*", b"", post.sink.received[0].content)
    post.dovecot.deliver(BO, ours, sender=ANA)
    [reply] = _wait_for(post.dovecot.outgoing.received)
    post.deliver(reply.content, sender=reply.sender)
    post.read()
    [came] = post.came_in
    assert came.what is Kind.AUTO_REPLY and "Auto-Submitted" in came.what_reason
    after, now = fresh(second.id), clock.now()
    expected = rules.next_day((came.received_at or now).date(), None)
    assert after.state is MessageState.QUEUED and after.due_at
    assert abs((after.due_at.date() - expected).days) <= 1 and after.due_at > now + timedelta(days=4)
    assert (pitch_of(post).stage, came.handled_at is not None) == (Stage.CONTACTED, True)


def test_a_bounce_of_an_unknown_user_suppresses_the_address(post: Post) -> None:
    letter, second = post.send(), post.step_two()
    post.deliver(report(letter), sender="")
    post.read()
    [came] = post.came_in
    point = session().scalars(sa.select(ContactPoint).where(ContactPoint.value_norm == BO)).one()
    assert (came.what, came.severity, came.matched_by) == (Kind.BOUNCE, Severity.HARD, MatchedBy.ORIGINAL)
    assert is_suppressed(BO) and point.status is ContactStatus.BOUNCED
    assert fresh(second.id).state is MessageState.CANCELLED
    assert pitch_of(post).next_kind is NextKind.FIND_CONTACT


def test_a_delay_changes_nothing_and_its_end_is_soft(post: Post) -> None:
    letter, second = post.send(), post.step_two()
    said = "451 4.4.1 connection timed out"
    post.deliver(report(letter, action="delayed", status="4.4.1", said=said), sender="")
    post.read()
    expired = "450 4.4.7 delivery time expired"
    post.deliver(report(letter, status="4.4.7", said=expired, number=2), sender="")
    post.read()
    delay, end = post.came_in
    assert (delay.what, delay.severity) == (Kind.DELAYED, None)
    assert (end.what, end.severity) == (Kind.BOUNCE, Severity.SOFT)
    assert is_suppressed(BO) is None
    assert fresh(second.id).state is MessageState.QUEUED and pitch_of(post).stage is Stage.CONTACTED


def test_a_forged_report_does_not_suppress(post: Post) -> None:
    letter, second = post.send(), post.step_two()
    post.deliver(report(letter, message_id="<made-up@evil.example>"), sender="mallory@evil.example")
    post.deliver(report(letter, message_id="", number=2), sender="mallory@evil.example")
    post.read()
    assert [came.placing for came in post.came_in] == [Placing.UNMATCHED, Placing.UNMATCHED]
    assert is_suppressed(BO) is None and fresh(second.id).state is MessageState.QUEUED


def test_forgotten_uids_make_no_new_events(post: Post) -> None:
    letter = post.send()
    post.deliver(answer(letter))
    post.deliver(
        mail("Dinner?", sender="mum@home.example", subject="Sunday", number=2), sender="mum@home.example"
    )
    post.read()
    before, told = pitch_of(post).version, lines("mail.human")
    post.dovecot.forget_uids(ANA)
    assert post.read() == 0
    assert (len(post.came_in), pitch_of(post).version, lines("mail.human")) == (1, before, told)
    post.deliver(answer(letter, "One more thing.", number=3))
    assert post.read() == 1
    assert [came.reply_text for came in post.came_in][1:] == ["One more thing."]


def test_a_poison_mail_is_kept_raw_and_the_sync_goes_on(post: Post) -> None:
    letter = post.send()
    post.put("INBOX", b"\xff\xfe\x80" * 50 + b"\r\n\r\nno mail at all\r\n")
    post.deliver(answer(letter))
    post.read()
    poison, reply = post.came_in
    assert (poison.what, reply.what) == (Kind.UNPARSED, Kind.HUMAN)
    assert poison.raw_file and poison.size > 100


def test_unknown_is_settled_by_the_copy_in_sent(post: Post) -> None:
    post.sink.rules.append(Fault("data", "accept_drop"))
    letter = _left_unknown(post)
    post.put(post.dovecot.sent, post.sink.received[0].content)
    post.read()
    assert fresh(letter.id).state is MessageState.SENT
    assert pitch_of(post).stage is Stage.CONTACTED


def test_unknown_is_settled_by_a_reply_that_names_it(post: Post) -> None:
    post.sink.rules.append(Fault("data", "accept_drop"))
    letter = _left_unknown(post)
    post.deliver(answer(letter))
    post.read()
    assert fresh(letter.id).state is MessageState.SENT
    assert pitch_of(post).stage is Stage.TALKING


def test_a_reply_between_taking_and_data_stops_the_letter(post: Post) -> None:
    letter = post.send()
    second = post.step_two(later=timedelta(0))
    post.deliver(answer(letter))
    post.sink.rules.append(Fault("rcpt", "sleep", seconds=0))
    taken: list[MessageState] = []
    begin = sending_jobs.delivering.begin

    def read_first(*args: object, **more: object) -> bool:
        taken.append(fresh(second.id).state)
        post.read()
        return begin(*args, **more)  # type: ignore[arg-type]

    sending_jobs.delivering.begin = read_first  # type: ignore[assignment]
    try:
        sending_jobs.send_due(clock.now())
    finally:
        sending_jobs.delivering.begin = begin
    assert taken == [MessageState.TAKEN]
    assert len(post.sink.received) == 1
    assert fresh(second.id).state is MessageState.CANCELLED


def test_private_mail_of_a_personal_mailbox_is_not_kept(post: Post) -> None:
    post.send()
    post.deliver(
        mail("Dinner on Sunday?", sender="mum@home.example", subject="Sunday"), sender="mum@home.example"
    )
    post.put(post.dovecot.sent, mail("Gladly!", sender=ANA, to="mum@home.example", number=2))
    assert post.read() == 0
    assert post.came_in == []
    rows = session().execute(sa.select(PassedMail.uid, PassedMail.keyed_hash)).all()
    assert len(rows) == 2 and all(len(row.keyed_hash) == 64 for row in rows)
    assert _everything_says("Dinner") == _everything_says("mum@home") == 0


def test_a_letter_sent_from_elsewhere_goes_onto_the_timeline(post: Post) -> None:
    post.put(post.dovecot.sent, mail("Hello Bo!", sender=ANA, to=f"Bo <{BO}>", subject="Seeds"))
    assert post.read() == 1
    session().rollback()
    [sent] = session().scalars(sa.select(Message).where(Message.direction == Direction.OUT))
    assert (sent.is_elsewhere, sent.state, sent.pitch_id) == (True, MessageState.SENT, post.world.pitch.id)
    assert pitch_of(post).stage is Stage.CONTACTED and lines("mail.elsewhere") == 1


def test_what_was_answered_elsewhere_is_not_asked_again(post: Post) -> None:
    letter = post.send()
    post.deliver(answer(letter))
    later = clock.now() + timedelta(seconds=3)
    post.put(
        post.dovecot.sent, answer(letter, "Here it is.", sender=ANA, to=BO, number=2, at=later), at=later
    )
    post.read()
    [came] = post.came_in
    assert came.handled_at is not None


def test_reading_the_same_again_adds_nothing(post: Post) -> None:
    letter = post.send()
    post.deliver(answer(letter))
    assert [post.read(), post.read()] == [1, 0]
    with write() as here:
        for folder in here.scalars(sa.select(MailFolder)):
            folder.last_uid = 0
    assert post.read() == 0
    assert len(post.came_in) == 1 and lines("mail.human") == 1
    assert post.mailbox.read_state is ReadState.CURRENT


def test_a_challenge_is_shown_and_moves_nothing(post: Post) -> None:
    letter, second = post.send(), post.step_two()
    text = "Please click the link below to confirm that you are a human, so that your message is delivered to me."
    post.deliver(answer(letter, text, subject="Please confirm your message", Auto_Submitted="auto-replied"))
    post.read()
    assert fresh(second.id).state is MessageState.QUEUED and pitch_of(post).stage is Stage.CONTACTED


def test_stop_words_in_an_answer_suppress_and_end_the_pitch(post: Post) -> None:
    letter, second = post.send(), post.step_two()
    post.deliver(answer(letter, "Unsubscribe"))
    post.read()
    assert is_suppressed(BO) and fresh(second.id).state is MessageState.CANCELLED
    assert pitch_of(post).stage is Stage.SUPPRESSED


def test_unsubscribing_by_mail_is_known_by_its_token(post: Post) -> None:
    letter = post.send()
    subject = f"unsubscribe {letter.opt_out_token}"
    post.deliver(
        mail("", sender="bo.private@home.example", subject=subject), sender="bo.private@home.example"
    )
    assert post.read() == 1
    assert is_suppressed(BO) and pitch_of(post).stage is Stage.SUPPRESSED
    assert is_suppressed("bo.private@home.example") is None


def test_an_answer_to_an_invitation_is_a_persons(post: Post) -> None:
    letter = post.send()
    calendar = (
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nPRODID:-//x//EN\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        "DTSTAMP:20261124T090000Z\r\nDTSTART:20261201T090000Z\r\nSUMMARY:Interview\r\n"
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@wild.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    plain = answer(letter, calendar).replace(
        b"text/plain; charset=utf-8", b"text/calendar; method=REPLY; charset=utf-8"
    )
    post.deliver(plain)
    post.read()
    [came] = post.came_in
    assert (came.what, came.what_reason) == (Kind.HUMAN, "a person accepted “Interview”")


def _wait_for(received: list[object]) -> list[object]:  # type: ignore[type-arg]
    import time

    end = time.monotonic() + 20
    while not received and time.monotonic() < end:
        time.sleep(0.05)
    return received


def _left_unknown(post: Post) -> Message:
    from tests.sending.letters_world import queue

    letter = queue(post.world, post.mailbox, now=clock.now())
    sending_jobs.send_due(clock.now())
    assert fresh(letter.id).state is MessageState.UNKNOWN
    return fresh(letter.id)


def _everything_says(word: str) -> int:
    session().rollback()
    found = 0
    for table in (Message.__table__, Entry.__table__, Suppression.__table__):
        for row in session().execute(sa.select(table)):
            found += word in str(tuple(row))
    return found
