"""Reading a mailbox of a real Dovecot: what is found, that nothing is changed, and what trouble says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from imapclient import IMAPClient

from outreach.engines.imap import answers
from outreach.engines.imap import line as imap
from outreach.engines.imap.folders import Folder, Role
from outreach.engines.imap.line import Line
from outreach.engines.imap.server import Server, Stage, Trouble
from tests.servers.certificates import Authority
from tests.servers.dovecot import Dovecot

ANA = "ana@hazel.example"
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def mail(number: int, body: bytes = b"Yes, gladly.") -> bytes:
    return (
        b"From: Bo <bo@wild.example>\r\nTo: ana@hazel.example\r\nSubject: n%d\r\nMessage-ID: <n%d@wild.example>\r\n"
        b"Date: Tue, 24 Nov 2026 09:00:00 +0000\r\n\r\n%s\r\n" % (number, number, body)
    )


@pytest.fixture
def server(dovecot: Dovecot, authority: Authority) -> Server:
    dovecot.add_user(ANA, "pässword")
    return Server("localhost", dovecot.imaps_port, "tls", ANA, "pässword", cafile=str(authority.cafile))


@pytest.fixture
def line(server: Server) -> Iterator[Line]:
    with Line(server) as opened:
        yield opened


def seen_flags(server: Server, authority: Authority) -> list[tuple[bytes, ...]]:
    client = IMAPClient("localhost", server.port, ssl_context=imap.trusted(server.cafile))
    client.plain_login(ANA, "pässword")
    client.select_folder("INBOX", readonly=True)
    return [said[b"FLAGS"] for said in client.fetch(client.search(), ["FLAGS"]).values()]


@contextmanager
def talking(*answers: bytes) -> Iterator[int]:
    """A server that says `answers`, one a line it hears, and closes the line."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk() -> None:
            line, _ = listening.accept()
            with line, line.makefile("rb") as heard:
                for answer in answers:
                    line.sendall(answer)
                    if answer != answers[-1]:
                        tag = heard.readline().split(b" ")[0]
                        line.sendall(b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n" + tag + b" OK done\r\n")

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(5)


def test_folders_are_found_by_special_use(line: Line, dovecot: Dovecot) -> None:
    assert line.folders() == [
        Folder(Role.INBOX, "INBOX"),
        Folder(Role.SENT, dovecot.sent),
        Folder(Role.JUNK, dovecot.junk),
    ]


def test_new_mails_come_with_their_bytes_and_the_old_ones_do_not(line: Line, dovecot: Dovecot) -> None:
    dovecot.deliver(ANA, mail(1))
    first = line.uids_after(0, line.examine("INBOX"))
    dovecot.deliver(ANA, mail(2))
    second = line.uids_after(first[-1], line.examine("INBOX"))
    (found,) = line.fetch(second)
    assert (len(first), len(second)) == (1, 1)
    assert found.raw.endswith(mail(2)[mail(2).index(b"From: Bo") :]) and not found.is_cut
    assert abs((found.received_at - datetime.now(UTC)).total_seconds()) < 300
    assert line.uids_after(second[-1], line.examine("INBOX")) == []


def test_uids_are_asked_for_step_by_step(
    line: Line, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        dovecot.deliver(ANA, mail(number))
    monkeypatch.setattr(imap, "UID_STEP", 2)
    assert line.uids_after(1, line.examine("INBOX")) == [2, 3, 4, 5]


def test_reading_changes_no_flag(line: Line, dovecot: Dovecot, server: Server, authority: Authority) -> None:
    dovecot.deliver(ANA, mail(1))
    uids = line.uids_after(0, line.examine("INBOX"))
    list(line.fetch(uids))
    line.keys(uids)
    line.whole(uids[0])
    line.find_message_id("INBOX", "<n1@wild.example>")
    assert [flags for flags in seen_flags(server, authority) if b"\\Seen" in flags] == []


def test_of_a_huge_mail_the_beginning_is_kept(
    line: Line, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "LARGEST_WHOLE", 50_000)
    monkeypatch.setattr(answers, "BATCH_BYTES", 5_000)
    monkeypatch.setattr(imap, "BEGINNING", 10_000)
    dovecot.deliver(ANA, mail(1))
    dovecot.deliver(ANA, mail(2, b"Gladly.\r\n" + (b"x" * 76 + b"\r\n") * 2_000))
    dovecot.deliver(ANA, mail(3))
    small, huge, last = line.fetch(line.uids_after(0, line.examine("INBOX")))
    assert [small.is_cut, huge.is_cut, last.is_cut] == [False, True, False]
    assert len(huge.raw) == 10_000 and huge.size > 150_000 and b"Gladly." in huge.raw
    assert len(line.whole(huge.uid) or b"") == huge.size


def test_only_the_exact_message_id_is_found(line: Line, dovecot: Dovecot) -> None:
    dovecot.deliver(ANA, mail(11))
    assert line.find_message_id("INBOX", "<n11@wild.example>")
    assert not line.find_message_id("INBOX", "<n1@wild.example>")
    assert not line.find_message_id("INBOX", "<11@wild.example>")


def test_our_own_letter_is_put_into_sent_byte_for_byte(line: Line, dovecot: Dovecot) -> None:
    line.append(dovecot.sent, mail(7), at=AT)
    (kept,) = line.fetch(line.uids_after(0, line.examine(dovecot.sent)))
    assert (kept.raw, kept.received_at) == (mail(7), AT)
    assert line.find_message_id(dovecot.sent, "<n7@wild.example>")


def test_mails_are_found_again_by_their_head(line: Line, dovecot: Dovecot) -> None:
    dovecot.deliver(ANA, mail(1))
    line.examine("INBOX")
    uids = line.uids_since(date(2026, 1, 1))
    assert b"<n1@wild.example>" in line.keys(uids)[uids[0]]


def test_idle_tells_of_a_new_mail(line: Line, dovecot: Dovecot) -> None:
    assert line.wait("INBOX", 0.05) is False
    soon = threading.Timer(0.3, dovecot.deliver, (ANA, mail(1)))
    soon.start()
    assert line.wait("INBOX", 20) is True
    soon.join()
    assert line.uids_after(0, line.examine("INBOX")) == [1]


def test_starttls_is_used_and_the_name_is_checked(server: Server, dovecot: Dovecot) -> None:
    by_starttls = replace(server, port=dovecot.imap_port, security="starttls")
    with Line(by_starttls) as line:
        assert line.check() is None
    with Line(replace(by_starttls, cafile=None)) as line:
        trouble = line.check()
    assert trouble and trouble.stage is Stage.TLS and "is not trusted" in trouble.text


def test_a_certificate_for_another_name_is_refused(server: Server, dovecot: Dovecot) -> None:
    with Line(replace(server, host="127.0.0.2")) as line:
        trouble = line.check()
    assert trouble and ("not trusted" in trouble.text or "Nothing answers" in trouble.text)


def test_a_wrong_password_is_said_with_the_servers_own_words(server: Server) -> None:
    with Line(replace(server, secret="wrong")) as line:
        trouble = line.check()
    assert trouble and trouble.stage is Stage.LOGIN
    assert (
        trouble.text.startswith(f"localhost refused the log-in of {ANA}: ")
        and "uthentication" in trouble.text
    )
    assert "b'" not in trouble.text


def test_no_server_and_no_such_name_are_told_apart(server: Server) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = Line(replace(server, port=free.getsockname()[1])).check()
    unknown = Line(replace(server, host="no-such-host.invalid")).check()
    assert nobody and nobody.text.startswith("Nothing answers at localhost:")
    assert unknown and unknown.text == "There is no server called no-such-host.invalid."


def test_plain_is_for_this_machine_only_and_only_when_allowed(server: Server, dovecot: Dovecot) -> None:
    plain = replace(server, port=dovecot.imap_port, security="plain")
    assert (refused := Line(plain).check()) and refused.stage is Stage.TLS
    assert Line(replace(plain, plain_allowed=True)).check() is None
    assert Line(replace(plain, plain_allowed=True, host="192.0.2.1")).check() is not None


def test_a_server_that_hides_starttls_gets_no_password() -> None:
    with talking(b"* OK hello\r\n", b"") as port:
        trouble = Line(Server("127.0.0.1", port, "starttls", ANA, "pw", timeout=5)).check()
    assert trouble and trouble.stage is Stage.TLS and "does not offer STARTTLS" in trouble.text


def test_what_does_not_speak_imap_is_called_so() -> None:
    with talking(b"220 mx.example ESMTP\r\n") as port:
        trouble = Line(
            Server("127.0.0.1", port, "plain", ANA, "pw", plain_allowed=True, timeout=5)
        ).check()  # fmt: skip
    assert trouble and "does not speak IMAP" in trouble.text


def test_a_folder_that_is_gone_is_trouble_and_the_line_goes_on(line: Line) -> None:
    with pytest.raises(Trouble, match=r"localhost:\d+: "):
        line.examine("Not There")
    assert line.examine("INBOX").exists == 0


def test_a_line_that_died_is_opened_again(line: Line, dovecot: Dovecot) -> None:
    line.examine("INBOX")
    imap_socket = line._open().socket()
    imap_socket.shutdown(socket.SHUT_RDWR)
    with pytest.raises(Trouble, match="closed the line"):
        line.examine("INBOX")
    dovecot.deliver(ANA, mail(1))
    assert line.examine("INBOX").exists == 1
