"""Writing a letter: drafts that nothing loses, files, the formatted part, and bytes that are those of the preview."""

from __future__ import annotations

import email
import email.policy
import io
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.app import create_app
from outreach.db import db, session, write
from outreach.kit import clock
from outreach.mail import files
from outreach.mail.merge import Draft
from outreach.mail.models import LetterFile, Mailbox, Message
from outreach.mail.rules import MessageState
from outreach.sending import actions, jobs, writing
from tests.conftest import Place
from tests.sending.letters_world import ADDRESS, GOOD, alone, company, fresh, mailbox, queue, smtp
from tests.servers.smtp_sink import SmtpSink
from tests.world import World, log_in

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 4
TYPED = {
    "subject": GOOD.subject, "body": GOOD.body, "personal_line": GOOD.personal_line, "personal_url": GOOD.personal_url,
    "to_address": ADDRESS,
}  # fmt: skip
HTML = '<style>p{color:#333}</style><p>Hi {{ person.first_name }},</p><p>We tried <a href="{{ asset.url }}">{{ asset.title }}</a>.</p>'
FREE = re.compile(rb"^(Date|Message-ID): .*\r\n", re.MULTILINE)


@pytest.fixture
def app(place: Place) -> Iterator[Flask]:
    """The app with mail servers on this machine allowed in plain text."""
    made = create_app(place.settings(smtp_plain_hosts=["127.0.0.1"]))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def box(world: World) -> Mailbox:
    company(world)
    return mailbox(world)


@pytest.fixture
def ana(client: FlaskClient, world: World) -> FlaskClient:
    client = alone(client)
    log_in(client, world.ana)
    return client


def letters() -> list[Message]:
    session().rollback()
    return list(session().scalars(sa.select(Message).order_by(Message.id)))


def kept() -> list[LetterFile]:
    session().rollback()
    return list(session().scalars(sa.select(LetterFile).order_by(LetterFile.id)))


def on_disk(app: Flask) -> list[Path]:
    return [
        path for path in (app.extensions["outreach"].instance / files.FOLDER).rglob("*") if path.is_file()
    ]


def post(
    client: FlaskClient, world: World, box: Mailbox, do: str, *uploads: tuple[bytes, str], **typed: str
) -> Any:
    data: dict[str, Any] = {"do": do, "mailbox": str(box.id), **TYPED, **typed}
    data["files"] = [(io.BytesIO(content), name) for content, name in uploads]
    return client.post(f"/pitches/{world.pitch.id}/letter", data=data, content_type="multipart/form-data")


# Drafts


def test_what_was_typed_is_there_again_after_the_window_was_closed(
    ana: FlaskClient, world: World, box: Mailbox
) -> None:
    ana.post(
        f"/pitches/{world.pitch.id}/letter/preview",
        data={"mailbox": box.id, **TYPED, "body": "Half a {{ person.first_name"},
    )
    page = ana.get(f"/pitches/{world.pitch.id}/letter").text
    assert "Half a {{ person.first_name" in page
    assert GOOD.personal_line in page
    [draft] = letters()
    assert draft.state is MessageState.DRAFT


def test_a_letter_has_one_draft_however_long_one_writes(ana: FlaskClient, world: World, box: Mailbox) -> None:
    for text in ("a", "ab", "abc"):
        ana.post(f"/pitches/{world.pitch.id}/letter/preview", data={"mailbox": box.id, **TYPED, "body": text})
    [draft] = letters()
    assert draft.typed["body"] == "abc"
    assert post(ana, world, box, "queue").status_code == 302
    [letter] = letters()
    assert (letter.id, letter.state) == (draft.id, MessageState.QUEUED)


def test_a_colleagues_draft_is_not_theirs_to_go_on_with(
    client: FlaskClient, world: World, box: Mailbox
) -> None:
    client = alone(client)
    log_in(client, world.ana)
    client.post(
        f"/pitches/{world.pitch.id}/letter/preview", data={"mailbox": box.id, **TYPED, "body": "Ana's words"}
    )
    [draft] = letters()
    log_in(client, world.max)
    assert "Ana&#39;s words" not in client.get(f"/pitches/{world.pitch.id}/letter?draft={draft.id}").text


def test_a_letter_that_was_taken_back_is_as_it_was_typed(
    ana: FlaskClient, world: World, box: Mailbox
) -> None:
    post(ana, world, box, "queue", html=HTML)
    [letter] = letters()
    ana.post(f"/letters/{letter.id}/undo")
    page = ana.get(f"/pitches/{world.pitch.id}/letter").text
    assert "{{ asset.title }}: {{ asset.url }}" in page
    assert "&lt;style&gt;p{color:#333}&lt;/style&gt;" in page
    assert post(ana, world, box, "queue", draft=str(letter.id)).status_code == 302
    assert fresh(letter.id).state is MessageState.QUEUED


def test_another_subject_after_taking_back_is_the_subject_of_the_thread(world: World, box: Mailbox) -> None:
    first = queue(world, box)
    actions.take_back(first.id, by=world.ana, now=clock.now())
    queue(world, box, Draft("Another subject", GOOD.body, GOOD.personal_line, GOOD.personal_url))
    jobs.send_due(clock.now())
    follow = queue(world, box, Draft("", "Did it reach you?"), now=clock.now())
    assert follow.subject == "Re: Another subject"


def test_an_old_draft_can_follow_a_newer_letter(world: World, box: Mailbox) -> None:
    """Each letter has tokens of its own, whichever row it is."""
    with write() as here:
        here.add(Message(direction="out", kind="first", state="draft", project_id=world.seed.id, pitch_id=world.pitch.id,
                         author_id=world.ana.id, created_at=clock.now()))  # fmt: skip
    [draft] = letters()
    box_of_max = mailbox(world, owner_id=world.max.id, address="max@hazel.example")
    newer = queue(world, box_of_max, by=world.max, overruled={"claimed": "Ana asked me to"})
    jobs.send_due(clock.now())
    follow = queue(world, box, Draft("", "Did it reach you?"), now=clock.now(), draft_id=draft.id)
    jobs.send_due(clock.now())
    last = queue(world, box, Draft("", "And now?"), now=clock.now())
    assert follow.id == draft.id < newer.id
    assert len({fresh(one).opaque_id for one in (newer.id, follow.id, last.id)}) == 3


# Files


def test_a_file_goes_with_the_letter(app: Flask, ana: FlaskClient, world: World, box: Mailbox) -> None:
    page = post(ana, world, box, "attach", (PDF, "Brötchen für Bo.pdf"))
    assert page.status_code == 200
    assert "Brötchen für Bo.pdf" in page.text
    assert GOOD.personal_line in page.text
    refused = post(ana, world, box, "queue")
    assert refused.status_code == 422
    assert "A first letter with a file often ends as spam." in refused.text
    assert post(ana, world, box, "queue", reason="Bo asked for it").status_code == 302
    [letter] = letters()
    assert letter.overruled == {"attachment": "Bo asked for it"}
    [file] = kept()
    assert (file.message_id, file.size, file.type) == (letter.id, len(PDF), "application/pdf")
    [path] = on_disk(app)
    assert re.fullmatch(r"[0-9a-f]{64}", path.name)
    assert path.read_bytes() == PDF


def test_a_file_can_be_sent_along_with_the_button_that_queues(
    ana: FlaskClient, world: World, box: Mailbox
) -> None:
    assert post(ana, world, box, "queue", (PDF, "a.pdf"), reason="Bo asked for it").status_code == 302
    assert len(kept()) == 1


@pytest.mark.parametrize(
    ("upload", "words"),
    [((b"MZ\x90", "offer.pdf"), "says that it is a PDF document"), ((b"", "empty.pdf"), "is empty"), ((b"x" * (10 * 2**20 + 1), "large.txt"), "larger than 10 MB")],
)  # fmt: skip
def test_an_unfit_file_is_refused_and_nothing_typed_is_lost(
    app: Flask, ana: FlaskClient, world: World, box: Mailbox, upload: tuple[bytes, str], words: str
) -> None:
    page = post(ana, world, box, "queue", upload, (PDF, "good.pdf"))
    assert page.status_code == 422
    assert words in page.text
    assert GOOD.personal_line in page.text
    assert [file.name for file in kept()] == ["good.pdf"]
    assert [letter.state for letter in letters()] == [MessageState.DRAFT]


def test_more_than_ten_megabytes_in_all_are_refused(
    app: Flask, ana: FlaskClient, world: World, box: Mailbox
) -> None:
    half = b"x" * (6 * 2**20)
    post(ana, world, box, "attach", (half, "one.txt"))
    assert "10 MB in all" in post(ana, world, box, "attach", (half, "two.txt")).text
    assert len(kept()) == len(on_disk(app)) == 1


def test_files_go_from_the_disk_with_their_removal_and_with_a_cancelled_draft(
    app: Flask, ana: FlaskClient, world: World, box: Mailbox
) -> None:
    post(ana, world, box, "attach", (PDF, "a.pdf"), (PDF, "b.pdf"))
    first = kept()[0]
    post(ana, world, box, f"remove-{first.id}")
    assert [file.name for file in kept()] == ["b.pdf"]
    assert len(on_disk(app)) == 1
    ana.post(f"/letters/{letters()[0].id}/cancel")
    assert (kept(), on_disk(app)) == ([], [])


def test_only_who_may_see_the_letter_gets_its_file(client: FlaskClient, world: World, box: Mailbox) -> None:
    client = alone(client)
    log_in(client, world.ana)
    post(client, world, box, "queue", (PDF, "Brötchen.pdf"), reason="asked for")
    [file] = kept()
    path = f"/letters/{file.message_id}/files/{file.id}"
    answer = client.get(path)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    log_in(client, world.otto)
    assert client.get(path).status_code == 404
    with client.session_transaction() as cookie:
        cookie.clear()
    assert client.get(path).status_code == 302


def test_a_letter_whose_file_is_gone_does_not_leave_without_it(
    app: Flask, ana: FlaskClient, world: World, box: Mailbox
) -> None:
    post(ana, world, box, "queue", (PDF, "a.pdf"), reason="asked for")
    [path] = on_disk(app)
    path.unlink()
    with write() as here:
        here.get_one(Message, letters()[0].id).due_at = clock.now()
    jobs.send_due(clock.now())
    letter = fresh(letters()[0].id)
    assert letter.state is MessageState.FAILED
    assert "no longer there" in letter.state_reason


# Bytes


def parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


@pytest.mark.parametrize("html", ["", HTML])
@pytest.mark.parametrize("attached", [False, True])
def test_the_bytes_of_the_preview_are_the_bytes_sent_but_for_date_and_message_id(
    ana: FlaskClient, world: World, html: str, attached: bool
) -> None:
    company(world)
    with SmtpSink() as sink:
        box = smtp(world, sink.port)
        if attached:
            post(ana, world, box, "attach", (PDF, "Brötchen für Bo.pdf"), html=html)
        draft = letters()[0].id if letters() else None
        typed = Draft(GOOD.subject, GOOD.body, GOOD.personal_line, GOOD.personal_url, html)
        session().rollback()
        looked = writing.look(
            world.pitch, box, typed, by=world.ana, now=clock.now(), to_address=ADDRESS, draft_id=draft
        )
        before = looked.raw
        session().rollback()
        letter = queue(
            world, box, typed, now=clock.now(), draft_id=draft, overruled={"attachment": "asked for"}
        )
        jobs.send_due(clock.now())
        [received] = sink.received
    assert FREE.sub(b"", before) == FREE.sub(b"", received.content)
    assert len(FREE.findall(received.content)) == 2
    assert fresh(letter.id).raw == received.content


def test_text_html_and_file_arrive_in_their_order(ana: FlaskClient, world: World) -> None:
    company(world)
    with SmtpSink() as sink:
        box = smtp(world, sink.port)
        post(ana, world, box, "queue", (PDF, "Brötchen für Bo.pdf"), html=HTML, reason="asked for")
        with write() as here:
            here.get_one(Message, letters()[0].id).due_at = clock.now()
        jobs.send_due(clock.now())
        mail = parsed(sink.received[0].content)
    assert mail.get_content_type() == "multipart/mixed"
    both, file = mail.iter_parts()
    assert [part.get_content_type() for part in both.iter_parts()] == ["text/plain", "text/html"]  # type: ignore[attr-defined]
    assert file.get_filename() == "Brötchen für Bo.pdf"
    assert file.get_content() == PDF  # type: ignore[attr-defined]
    assert b"filename*=utf-8''Br%C3%B6tchen" in sink.received[0].content
    page = both.get_body(("html",)).get_content()  # type: ignore[attr-defined]
    for part in (
        '<p style="color:#333">Hi Bo,</p>',
        GOOD.personal_line,
        "1 Garden Row, Growtown",
        '<a href="https://outreach.example/u/',
    ):
        assert part in page
    assert "<img" not in page
    assert "<style" not in page


def test_a_letter_of_html_alone_brings_its_text_along(world: World, box: Mailbox) -> None:
    letter = queue(world, box, Draft(GOOD.subject, "", GOOD.personal_line, GOOD.personal_url, HTML))
    assert letter.body.startswith(
        f"Hi Bo,\n\n{GOOD.personal_line}\n\nWe tried Forty seed mixes (https://hazel.example/seed-trial)."
    )
    assert "If you want no more mail from me: https://outreach.example/u/" in letter.body


def test_values_are_escaped_in_the_html_alone(world: World, box: Mailbox) -> None:
    line = "Your <b>bold</b> & brave piece"
    letter = queue(world, box, Draft(GOOD.subject, GOOD.body, line, GOOD.personal_url, HTML))
    assert line in letter.body
    assert "Your &lt;b&gt;bold&lt;/b&gt; &amp; brave piece" in letter.body_html


def test_brackets_in_the_html_hold_the_letter_too(ana: FlaskClient, world: World, box: Mailbox) -> None:
    page = post(ana, world, box, "queue", html="<p>Hi [Name],</p>")
    assert page.status_code == 422
    assert "[Name] is still to be filled in." in page.text


def test_html_over_102_kilobytes_warns(ana: FlaskClient, world: World, box: Mailbox) -> None:
    page = post(ana, world, box, "queue", html="<p>" + "ü" * 55_000 + "</p>")
    assert page.status_code == 422
    assert "Gmail hides the end of a letter over 102 KB" in page.text


@pytest.mark.parametrize("html", ["<p>{{ nobody.name }}</p>", "<p>\n{% include 'x' %}</p>"])
def test_a_broken_formatted_part_is_told_with_its_line(
    ana: FlaskClient, world: World, box: Mailbox, html: str
) -> None:
    page = post(ana, world, box, "preview", html=html)
    assert re.search(r"Line [12]: ", page.text)
    assert "Allowed are fields such as" in page.text


def test_the_formatted_part_is_shown_in_a_frame_that_loads_nothing(
    ana: FlaskClient, world: World, box: Mailbox
) -> None:
    page = post(ana, world, box, "preview", html=HTML).text
    [path] = re.findall(r'<iframe[^>]* src="([^"]+)" sandbox', page)
    answer = ana.get(path)
    assert '<p style="color:#333">Hi Bo,</p>' in answer.text
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_html_is_made_from_the_text_by_a_button(ana: FlaskClient, world: World, box: Mailbox) -> None:
    page = post(ana, world, box, "format").text
    assert "&lt;p&gt;Hi {{ person.first_name }},&lt;/p&gt;" in page
    assert "&lt;p&gt;" not in post(ana, world, box, "plain", html=HTML).text
