"""How a mailbox is read: its first time, trouble on the way, large mails, and news that the server tells of."""

from __future__ import annotations

import base64
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.db import session, write
from outreach.engines.imap.folders import Role
from outreach.kit import clock
from outreach.mail.models import Mailbox, MailFolder, Message
from outreach.mail.rules import ReadState
from outreach.mail.vault import seal
from outreach.reading import jobs, large, listening, queries, sync
from outreach.reminders.models import Reminder
from outreach.web.here import config
from tests.reading.post import ANA, Post, answer, mail
from tests.world import World, log_in


@pytest.fixture
def listener(app: Flask, post: Post) -> Iterator[listening.Listener]:
    """The one who waits for news of Ana's mailbox, which has been read."""
    post.read()
    found = listening.of(app)
    yield found
    found.end()


def change(post: Post, **values: object) -> None:
    with write() as here:
        for name, value in values.items():
            setattr(here.get_one(Mailbox, post.box.id), name, value)


def with_files(letter: Message, files: dict[str, str]) -> bytes:
    """Their answer with files, each given in base64."""
    ids = f"In-Reply-To: {letter.message_id}\r\nReferences: {letter.message_id}\r\n"
    head = "From: Bo Berg <bo@wild.example>\r\nTo: ana@hazel.example\r\nSubject: Files\r\nMessage-ID: <f@mail.wild.example>\r\n"
    date = f"Date: {format_datetime(clock.now())}\r\nMIME-Version: 1.0\r\n"
    parts = ["Content-Type: text/plain\r\n\r\nAs promised."]
    for name, content in files.items():
        kind = "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        kind += f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
        parts.append(kind + content.replace("\n", "\r\n"))
    body = "".join(f"--b\r\n{part}\r\n" for part in parts)
    return (
        head + ids + date + 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + body + "--b--\r\n"
    ).encode()


@contextmanager
def cutting(port: int, after: int) -> Iterator[int]:
    """A way to the server that is cut, for good, once `after` bytes have come back through it."""
    with socket.create_server(("127.0.0.1", 0)) as listening_socket:
        left = [after]

        def pump(source: socket.socket, target: socket.socket, *, counts: bool) -> None:
            while (data := source.recv(65_536)) and left[0] > 0:
                if counts:
                    left[0] -= len(data)
                target.sendall(data)
            for end in (source, target):
                end.shutdown(socket.SHUT_RDWR)

        def serve() -> None:
            while True:
                try:
                    client, _ = listening_socket.accept()
                except OSError:
                    return
                server = socket.create_connection(("127.0.0.1", port))
                for pair, counts in (((client, server), False), ((server, client), True)):
                    threading.Thread(target=_quietly, args=(pump, *pair, counts), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield listening_socket.getsockname()[1]


def _quietly(pump: object, source: socket.socket, target: socket.socket, counts: bool) -> None:
    try:
        pump(source, target, counts=counts)  # type: ignore[operator]
    except OSError:
        return


def test_the_first_time_goes_back_to_the_first_letter_and_counts(post: Post) -> None:
    letter = post.send()
    old = clock.now() - timedelta(days=40)
    with write() as here:
        here.get_one(Message, letter.id).sent_at = clock.now() - timedelta(days=10)
    post.put("INBOX", answer(letter, number="old"), at=old)
    post.put("INBOX", answer(letter, number="new"), at=clock.now() - timedelta(days=9))
    post.put("INBOX", mail(sender="mum@home.example"), at=clock.now() - timedelta(days=1))
    assert post.mailbox.read_state is ReadState.OFF
    post.read()
    box = post.mailbox
    assert [came.message_id for came in post.came_in] == ["<new@mail.wild.example>"]
    assert (box.read_state, box.read_done, box.read_total) == (ReadState.CURRENT, 2, 2)
    assert box.read_from and abs((clock.now() - box.read_from).days - 10) <= 1


def test_of_a_mail_of_forty_megabytes_the_beginning_is_kept_and_said(post: Post) -> None:
    letter = post.send()
    post.put("INBOX", answer(letter, "Gladly.\r\n" + ("x" * 76 + "\r\n") * 540_000))
    post.put("INBOX", answer(letter, "And thanks.", number=2))
    post.read()
    huge, small = post.came_in
    assert huge.is_cut and huge.size > 40_000_000 and huge.body.startswith("Gladly.")
    assert not small.is_cut and small.reply_text == "And thanks."


def test_the_whole_of_a_large_mail_is_fetched_when_somebody_asks(
    app: Flask, post: Post, world: World, client: FlaskClient
) -> None:
    letter = post.send()
    filling, folder = base64.encodebytes(bytes(8_000_000)).decode(), config().instance / "mails"
    post.put(
        "INBOX", with_files(letter, {"draft.bin": filling, "last.txt": base64.b64encode(b"the end").decode()})
    )
    post.read()
    (cut,) = post.came_in
    assert (cut.is_cut, [file["name"] for file in cut.attachments]) == (True, ["draft.bin"])
    log_in(client, world.ana)
    assert b"only its beginning is here" in client.get(f"/inbox/{cut.id}").data
    assert client.post(f"/inbox/{cut.id}/whole").status_code == 303
    assert b"is being fetched" in client.get(f"/inbox/{cut.id}").data
    post.read()
    (whole,) = post.came_in
    assert (whole.is_cut, [file["name"] for file in whole.attachments]) == (False, ["draft.bin", "last.txt"])
    assert client.get(f"/inbox/{cut.id}/files/2").data == b"the end"
    assert len(list(folder.rglob("*.gz"))) == 1
    assert client.post(f"/inbox/{cut.id}/whole").status_code == 404


def test_what_is_gone_from_the_server_is_said(post: Post, world: World) -> None:
    letter = post.send()
    post.put("INBOX", answer(letter, "Gladly.\r\n" + ("x" * 76 + "\r\n") * 140_000))
    post.read()
    (cut,) = post.came_in
    large.ask(cut.id, by=world.ana, now=clock.now())
    with write() as here:
        here.get_one(Message, cut.id).uid = 9_999  # where nothing lies any more
    post.read()
    assert (post.came_in[0].is_cut, post.came_in[0].problem) == (True, large.GONE)


def test_a_line_that_dies_in_the_middle_loses_and_doubles_nothing(post: Post) -> None:
    letter = post.send()
    for number in range(30):
        post.put("INBOX", answer(letter, "word " * 2_000, number=number))
    post.read()
    with write() as here:
        here.execute(sa.delete(Message).where(Message.direction == "in"))
        here.execute(sa.update(MailFolder).values(last_uid=0))
    batch, sync.BATCH_MAILS = sync.BATCH_MAILS, 4
    try:
        with cutting(post.dovecot.imap_port, 120_000) as port:
            change(post, imap_port=port)
            post.read()
        cut, half = (post.mailbox.read_state, post.mailbox.read_reason), len(post.came_in)
        change(post, imap_port=post.dovecot.imap_port)
        post.read()
    finally:
        sync.BATCH_MAILS = batch
    assert cut[0] is ReadState.TROUBLE and "closed the line" in cut[1]
    assert 0 <= half < 30 and len(post.came_in) == 30
    assert len({came.uid for came in post.came_in}) == 30
    assert (post.mailbox.read_state, post.mailbox.read_reason) == (ReadState.CURRENT, "")


def test_a_refused_log_in_is_told_once_and_tried_seldom(post: Post) -> None:
    change(post, imap_secret=seal("wrong", config().key))
    post.read()
    post.read()
    box = post.mailbox
    assert box.read_state is ReadState.REFUSED and f"refused the log-in of {ANA}" in box.read_reason
    assert box.read_due_at and box.read_due_at > clock.now() + timedelta(minutes=50)
    assert session().scalars(sa.select(Reminder.words)).all() == [f"The mail of {box.address} cannot be read"]


def test_what_was_missed_is_found_by_the_daily_look(post: Post) -> None:
    letter = post.send()
    post.read()
    post.put("INBOX", answer(letter))
    with write() as here:
        here.execute(sa.update(MailFolder).where(MailFolder.role == Role.INBOX.value).values(last_uid=1))
    assert post.read() == 0
    change(post, reconciled_at=clock.now() - timedelta(days=1, hours=1))
    assert post.read() == 1


def test_a_folder_under_a_new_name_is_read_in_the_same_turn(post: Post) -> None:
    letter = post.send()
    post.read()
    with write() as here:
        here.execute(sa.update(MailFolder).where(MailFolder.role == Role.JUNK.value).values(name="Trashy"))
    post.put(post.dovecot.junk, answer(letter))
    assert post.read() == 1
    name = session().scalar(sa.select(MailFolder.name).where(MailFolder.role == Role.JUNK.value))
    assert (name, post.mailbox.read_state) == (post.dovecot.junk, ReadState.CURRENT)


def test_a_second_reader_gets_nothing_and_a_dead_ones_turn_ends(post: Post) -> None:
    change(post, read_lease_until=clock.now() + timedelta(minutes=5))
    assert jobs.read_mailbox(post.box.id) == 0 and post.mailbox.read_state is ReadState.OFF
    change(post, read_lease_until=clock.now() - timedelta(seconds=1))
    jobs.read_mailbox(post.box.id)
    assert post.mailbox.read_state is ReadState.CURRENT


def test_a_mailbox_that_is_not_set_up_is_not_due(post: Post) -> None:
    change(post, imap_host="")
    assert queries.due_mailboxes(clock.now()) == []


def test_news_makes_the_mailbox_due_at_once(listener: listening.Listener, post: Post) -> None:
    assert jobs.listen(clock.now()) == 1
    assert (jobs.listen(clock.now()), jobs.count_unheard(clock.now())) == (0, 0)
    wait_until(lambda: bool(listener.lines.get_map()))
    for number in range(2):
        post.deliver(mail(number=f"news{number}"))
        wait_until(lambda: _is_due(post))
        post.read()
    change(post, imap_host="")
    post.deliver(mail(number="unheard"))
    wait_until(lambda: not listener.known)


def test_a_waiting_line_that_dies_is_opened_again(listener: listening.Listener, post: Post) -> None:
    assert jobs.listen(clock.now()) == 1
    wait_until(lambda: bool(listener.lines.get_map()))
    [key] = listener.lines.get_map().values()
    key.data.line._open().socket().shutdown(socket.SHUT_RDWR)
    wait_until(lambda: not listener.known)
    assert jobs.listen(clock.now()) == 1
    wait_until(lambda: bool(listener.lines.get_map()))
    post.deliver(mail(number="news"))
    wait_until(lambda: _is_due(post))


def test_a_line_is_asked_anew_before_the_server_hangs_up(listener: listening.Listener, post: Post) -> None:
    listener.silence = 0.2
    jobs.listen(clock.now())
    wait_until(lambda: bool(listener.lines.get_map()))
    first = next(iter(listener.lines.get_map().values())).data.since
    wait_until(lambda: any(key.data.since > first + 1 for key in listener.lines.get_map().values()))
    post.deliver(mail(number="news"))
    wait_until(lambda: _is_due(post))


def _is_due(post: Post) -> bool:
    session().rollback()
    return queries.due_mailboxes(clock.now()) == [post.box.id]


def wait_until(holds: Callable[[], bool]) -> None:
    """Until it is so; fails after 20 seconds."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it never was so"
        time.sleep(0.05)
