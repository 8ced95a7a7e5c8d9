import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.engines.smtp import (
    Connection,
    Outcome,
    Refused,
    Sent,
    Server,
    Stage,
    Trouble,
    Unknown,
    Withheld,
    is_this_machine,
    stuffed,
)
from tests.servers.certificates import Authority
from tests.servers.smtp_sink import Fault, SmtpSink

ANA, BO = "ana@team.example", "bo@bakery.example"
MAIL = b"From: ana@team.example\r\nTo: bo@bakery.example\r\nSubject: Hello\r\n\r\nHello Bo\r\n"


@pytest.fixture
def sink(authority: Authority) -> Iterator[SmtpSink]:
    with SmtpSink(users={"ana": "pw"}, cert=authority.issue("127.0.0.1", "localhost")) as running:
        yield running


def server(sink: SmtpSink, authority: Authority, **changes: Any) -> Server:
    given = {
        "username": "ana",
        "secret": "pw",
        "timeout": 5,
        "answer_timeout": 5,
        "security": "starttls",
    } | changes
    return Server("127.0.0.1", sink.port, cafile=str(authority.cafile), **given)


def send(where: Server, to: str = BO, data: bytes = MAIL, **more: Any) -> Outcome:
    with Connection(where) as line:
        return line.send(ANA, to, data, **more)


def test_a_letter_goes_out_over_starttls_after_a_log_in(sink: SmtpSink, authority: Authority) -> None:
    assert isinstance(send(server(sink, authority)), Sent)
    [mail] = sink.received
    assert (mail.sender, mail.recipients, mail.was_private, mail.user) == (ANA, [BO], True, "ana")
    assert mail.content == MAIL


def test_a_letter_goes_out_over_tls_from_the_start(authority: Authority) -> None:
    with SmtpSink(users={"ana": "pw"}, cert=authority.issue("localhost", "127.0.0.1"), implicit=True) as sink:
        assert isinstance(send(server(sink, authority, security="tls")), Sent)
        assert sink.received[0].was_private


@pytest.mark.parametrize("implicit", [True, False])
def test_a_certificate_for_another_name_is_refused(authority: Authority, implicit: bool) -> None:
    with SmtpSink(cert=authority.issue("mail.other.example"), implicit=implicit) as sink:
        outcome = send(server(sink, authority, username="", security="tls" if implicit else "starttls"))
        assert isinstance(outcome, Trouble)
        assert outcome.stage is Stage.TLS
        assert "certificate of 127.0.0.1 is not trusted" in outcome.text
        assert sink.received == []


def test_a_certificate_that_has_ended_is_refused(authority: Authority) -> None:
    with SmtpSink(cert=authority.issue("127.0.0.1", lasts=timedelta(hours=-1))) as sink:
        outcome = send(server(sink, authority, username=""))
        assert isinstance(outcome, Trouble)
        assert "expired" in outcome.text


def test_a_certificate_of_an_unknown_authority_is_refused(sink: SmtpSink, authority: Authority) -> None:
    stranger = Server("127.0.0.1", sink.port, "starttls", timeout=5)
    assert isinstance(send(stranger), Trouble)
    assert sink.received == []


def test_nothing_is_sent_when_starttls_has_vanished() -> None:
    with SmtpSink() as sink:
        outcome = send(Server("127.0.0.1", sink.port, "starttls", timeout=5))
        assert outcome == Trouble(
            Stage.TLS, "127.0.0.1 does not offer STARTTLS; nothing is sent in plain text."
        )
        assert sink.received == []


@pytest.mark.parametrize(("allowed", "kind"), [(True, Sent), (False, Refused)])
def test_plain_needs_to_be_allowed(allowed: bool, kind: type) -> None:
    with SmtpSink() as sink:
        assert isinstance(send(Server("127.0.0.1", sink.port, "plain", plain_allowed=allowed)), kind)


def test_plain_is_for_this_machine_only() -> None:
    assert isinstance(send(Server("192.0.2.1", 25, "plain", plain_allowed=True, timeout=1)), Refused)
    assert is_this_machine("::1")
    assert not is_this_machine("mail.example")


def test_a_wrong_password_is_refused_at_the_log_in(sink: SmtpSink, authority: Authority) -> None:
    outcome = send(server(sink, authority, secret="no"))
    assert isinstance(outcome, Refused)
    assert (outcome.stage, outcome.code) == (Stage.LOGIN, 535)


def test_a_token_logs_in_by_xoauth2(authority: Authority) -> None:
    with SmtpSink(tokens={"ana": "fresh"}, cert=authority.issue("127.0.0.1")) as sink:
        assert isinstance(send(server(sink, authority, token="fresh")), Sent)
        assert sink.logins == ["XOAUTH2 ana"]


def test_an_old_token_is_refused_at_the_log_in(authority: Authority) -> None:
    with SmtpSink(tokens={"ana": "fresh"}, cert=authority.issue("127.0.0.1")) as sink:
        outcome = send(server(sink, authority, token="old"))
        assert isinstance(outcome, Refused)
        assert outcome.stage is Stage.LOGIN


def test_a_server_without_log_in_is_told_in_words(authority: Authority) -> None:
    with SmtpSink(cert=authority.issue("127.0.0.1")) as sink:
        sink.users = {}
        outcome = send(server(sink, authority, token="t"))
        assert isinstance(outcome, Trouble)
        assert outcome.stage is Stage.LOGIN


@pytest.mark.parametrize(
    ("fault", "stage", "code", "enhanced"),
    [
        (Fault("mail", text="421 4.7.0 slow down"), Stage.MAIL, 421, "4.7.0"),
        (Fault("mail", text="550 5.7.1 not as this sender"), Stage.MAIL, 550, "5.7.1"),
        (Fault("rcpt", text="450 4.2.1 greylisted"), Stage.RCPT, 450, "4.2.1"),
        (Fault("rcpt", text="550 5.1.1 no such user"), Stage.RCPT, 550, "5.1.1"),
        (Fault("command", text="451 4.3.0 not now"), Stage.DATA, 451, "4.3.0"),
        (Fault("data", text="554 5.7.1 looks like spam"), Stage.BODY, 554, "5.7.1"),
        (Fault("data", text="452 disk full"), Stage.BODY, 452, ""),
    ],
)
def test_a_refusal_names_its_stage_and_codes(
    sink: SmtpSink, authority: Authority, fault: Fault, stage: Stage, code: int, enhanced: str
) -> None:
    sink.rules.append(fault)
    outcome = send(server(sink, authority))
    assert isinstance(outcome, Refused)
    assert (outcome.stage, outcome.code, outcome.enhanced) == (stage, code, enhanced)
    assert sink.received == []


@pytest.mark.parametrize(
    ("where", "stage"),
    [("ehlo", Stage.CONNECT), ("mail", Stage.MAIL), ("rcpt", Stage.RCPT), ("command", Stage.DATA)],
)
def test_a_line_that_dies_before_the_text_is_trouble(
    sink: SmtpSink, authority: Authority, where: str, stage: Stage
) -> None:
    sink.rules.append(Fault(where, "drop"))
    outcome = send(server(sink, authority))
    assert isinstance(outcome, Trouble)
    assert outcome.stage is stage


def test_a_server_that_greets_with_421_is_a_refusal_at_connect(authority: Authority) -> None:
    with SmtpSink() as sink:
        sink.rules.append(Fault("greet", text="421 4.3.2 closing for the night"))
        outcome = send(Server("127.0.0.1", sink.port, "plain", plain_allowed=True, timeout=5))
        assert isinstance(outcome, Refused)
        assert (outcome.stage, outcome.code) == (Stage.CONNECT, 421)


@pytest.mark.parametrize(("action", "arrived"), [("drop", 0), ("accept_drop", 1)])
def test_a_line_that_dies_after_the_text_leaves_it_unknown(
    sink: SmtpSink, authority: Authority, action: str, arrived: int
) -> None:
    sink.rules.append(Fault("data", action))
    assert isinstance(send(server(sink, authority)), Unknown)
    assert len(sink.received) == arrived


def test_a_server_that_stops_answering_after_the_text_leaves_it_unknown(
    sink: SmtpSink, authority: Authority
) -> None:
    sink.rules.append(Fault("data", "sleep", seconds=1.5))
    outcome = send(server(sink, authority, answer_timeout=0.3))
    assert isinstance(outcome, Unknown)
    assert "did not answer in time" in outcome.text


def test_a_server_that_stops_answering_before_is_trouble(sink: SmtpSink, authority: Authority) -> None:
    sink.rules.append(Fault("rcpt", "sleep", seconds=1.5))
    assert isinstance(send(server(sink, authority, timeout=0.5)), Trouble)


def test_nothing_listening_is_told_in_words() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    outcome = send(Server("127.0.0.1", port, "tls", timeout=2))
    assert outcome == Trouble(Stage.CONNECT, f"Nothing answers at 127.0.0.1:{port}.")


def test_a_server_that_does_not_speak_smtp_is_trouble() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            line, _ = listening.accept()
            line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            line.close()

        threading.Thread(target=answer, daemon=True).start()
        assert isinstance(
            send(Server("127.0.0.1", listening.getsockname()[1], "starttls", timeout=2)), Trouble
        )


def test_before_data_runs_when_the_addresses_are_accepted_and_nothing_is_out(
    sink: SmtpSink, authority: Authority
) -> None:
    seen: list[int] = []

    def commit() -> bool:
        seen.append(len(sink.received))
        return True

    send(server(sink, authority), before_data=commit)
    assert seen == [0]
    assert len(sink.received) == 1


def test_before_data_can_call_it_off(sink: SmtpSink, authority: Authority) -> None:
    assert send(server(sink, authority), before_data=lambda: False) == Withheld()
    assert sink.received == []


def test_before_data_is_not_called_for_a_refused_address(sink: SmtpSink, authority: Authority) -> None:
    sink.rules.append(Fault("rcpt", text="550 5.1.1 no such user"))
    called: list[bool] = []
    send(server(sink, authority), before_data=lambda: called.append(True) or True)
    assert called == []


def test_the_line_is_kept_for_a_burst_and_one_refusal_does_not_stop_the_rest(
    sink: SmtpSink, authority: Authority
) -> None:
    sink.rules.append(Fault("rcpt", match="^no@", text="550 5.1.1 no such user"))
    with Connection(server(sink, authority)) as line:
        kinds = [type(line.send(ANA, to, MAIL)) for to in (BO, "no@bakery.example", "cy@bakery.example")]
    assert kinds == [Sent, Refused, Sent]
    assert len(sink.logins) == 1


def test_a_line_that_was_closed_meanwhile_is_opened_again(sink: SmtpSink, authority: Authority) -> None:
    sink.per_connection = 1
    with Connection(server(sink, authority)) as line:
        assert isinstance(line.send(ANA, BO, MAIL), Sent)
        assert isinstance(line.send(ANA, BO, MAIL), Refused)
        line._drop()
        assert isinstance(line.send(ANA, BO, MAIL), Sent)


def test_a_local_part_outside_ascii_needs_a_server_that_takes_it(authority: Authority) -> None:
    with SmtpSink(smtputf8=False) as sink:
        plain = Server("127.0.0.1", sink.port, "plain", plain_allowed=True, timeout=5)
        assert isinstance(send(plain, to="jürgen@bakery.example", smtputf8=True), Refused)
    with SmtpSink(smtputf8=True) as sink:
        plain = Server("127.0.0.1", sink.port, "plain", plain_allowed=True, timeout=5)
        assert isinstance(send(plain, to="jürgen@bakery.example", smtputf8=True), Sent)
        assert sink.received[0].recipients == ["jürgen@bakery.example"]


@pytest.mark.parametrize(
    "address", ["bo@bakery.example>\r\nDATA", "bo@b.example SIZE=1", "<bo@b.example>", "a@b@c.example"]
)
def test_an_address_that_could_end_its_command_is_an_error(
    sink: SmtpSink, authority: Authority, address: str
) -> None:
    with pytest.raises(ValueError, match="envelope"):
        send(server(sink, authority), to=address)


@pytest.mark.parametrize(
    "body",
    [
        b"line\r\n.\r\nMAIL FROM:<x@evil.example>\r\nRCPT TO:<y@evil.example>\r\nDATA\r\n\r\nx\r\n.\r\n",
        b"line\r.\rMAIL FROM:<x@evil.example>\r",
        b"line\n.\r\nMAIL FROM:<x@evil.example>\r\n",
        b"line\r\n.\nMAIL FROM:<x@evil.example>\r\n",
        b".leading dot",
    ],
)
def test_a_text_cannot_smuggle_a_second_message(sink: SmtpSink, authority: Authority, body: bytes) -> None:
    send(server(sink, authority), data=MAIL + body)
    [mail] = sink.received
    assert mail.content.splitlines() == (MAIL + body).splitlines()


@given(st.binary(max_size=200))
def test_what_goes_after_data_ends_once_and_at_its_end(data: bytes) -> None:
    out = stuffed(data)
    assert out.endswith(b"\r\n.\r\n")
    assert b"\r\n.\r\n" not in out[:-1]
    assert b"\n" not in out.replace(b"\r\n", b"")
    assert b"\r" not in out.replace(b"\r\n", b"")


def test_a_server_does_not_show_its_secret() -> None:
    assert "hunter2" not in repr(Server("mail.example", 465, "tls", "ana", "hunter2"))


def test_check_connects_and_logs_in_without_sending(sink: SmtpSink, authority: Authority) -> None:
    with Connection(server(sink, authority)) as line:
        assert line.check() is None
    with Connection(server(sink, authority, secret="no")) as line:
        assert isinstance(line.check(), Refused)
