"""What the demo's people are writing just now: a batch that is half done, a formatted letter, a file that goes along."""

from __future__ import annotations

import sqlalchemy as sa

from outreach.db import session, write
from outreach.mail import files, formatted, snippets
from outreach.mail import moves as mail_moves
from outreach.mail.attachments import judge
from outreach.mail.models import LetterTemplate, Mailbox, Message
from outreach.mail.rules import LetterKind, MailboxKind, MailboxState, MessageState
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Column, PitchType
from outreach.sending import batch_actions
from outreach.sending.actions import NotPossible
from outreach.server.demo.build import Build
from outreach.web.here import config

STYLE = "<style>\np { font-family: Georgia, serif; font-size: 16px; line-height: 1.5 }\na { color: #2f6f4e }\n</style>\n"
READ = (
    ("Your piece on north walls made me go out and measure mine: 4 degrees by noon.", "/north-walls"),
    ("You wrote that nobody publishes failures. We do, and this is one.", "/what-failed"),
    ("I have read your notes on seven dry weeks twice, and tried the second tip.", "/seven-dry-weeks"),
)
FIGURES = b"seed mix,germinated of 100,first flower\r\nsouth slope,81,12 June\r\nheavy clay,64,2 July\r\nshade,58,9 July\r\n"
LETTERS = 9
SNIPPETS = (
    ("Who we are", "We are Hazel & Loam, four people who grow seed mixes and write down what fails.", snippets.EVERYBODY),
    ("How we tried", "{% if asset.title %}“{{ asset.title }}” comes from forty plots over two summers, each measured weekly.{% endif %}", "project"),
    ("Mornings", "I am at my desk until noon, should you like to talk instead of writing.", snippets.OWN),
)  # fmt: skip
COLD = (
    PitchType.GUEST_POST, PitchType.INTERVIEW, PitchType.CO_CREATED, PitchType.RESOURCE_LINK, PitchType.UNLINKED_MENTION,
)  # fmt: skip


def tell(build: Build) -> None:
    """Everything in work, as if somebody had been called away from it."""
    _snippets(build)
    _mailboxes(build)
    _formatted_template(build)
    _formatted_letter()
    _batch(build)


def _mailboxes(build: Build) -> None:
    """One that is shared and new, and one whose password was refused: what each can do is said on its page."""
    project_id = build.cast.projects[1].id
    shared = {
        "address": "hello@frostdates.example",
        "from_name": "Frost date map",
        "project_id": project_id,
        "created_at": build.ago(2),
    }
    refused = {
        "address": "press@hazelandloam.example", "from_name": "Hazel & Loam", "created_at": build.ago(60), "kind": MailboxKind.SMTP,
        "smtp_host": "smtp.hazelandloam.example", "username": "press", "state": MailboxState.STOPPED,
        "state_reason": "The log-in was refused: 535 5.7.8 Username and password not accepted.",
    }  # fmt: skip
    for values in (shared, refused):
        with write():
            box = Mailbox(
                **(
                    {
                        "kind": MailboxKind.CAPTURE,
                        "timezone": build.admin.timezone,
                        "owner_id": build.admin.id,
                    }
                    | values
                )
            )
            mail_moves.save_mailbox(box, {}, by=build.admin, now=build.ago(2))


def _snippets(build: Build) -> None:
    """Everybody's, a project's, and one of Mara's own."""
    project_id = str(build.cast.projects[0].id)
    with write():
        for name, body, scope in SNIPPETS:
            given = project_id if scope == "project" else scope
            snippets.save(None, name, body, given, by=build.admin, now=build.ago(30))


def _formatted_template(build: Build) -> None:
    with write() as here:
        template = here.scalars(
            sa.select(LetterTemplate).where(LetterTemplate.type == PitchType.CO_CREATED).options(sa.orm.selectinload(LetterTemplate.versions))
        ).first()  # fmt: skip
        if template is None:
            return
        last = template.versions[0]
        mail_moves.change_template(
            template, kind=template.type, letter=template.kind, name=template.name, subject=last.subject, body=last.body,
            html=STYLE + formatted.of_text(last.body), project_id=None, by=build.admin, now=build.ago(20),
        )  # fmt: skip


def _formatted_letter() -> None:
    """One letter that left has a formatted part and a file."""
    with write() as here:
        letter = here.scalars(
            sa.select(Message).where(Message.kind == LetterKind.FIRST, Message.state == MessageState.SENT).order_by(Message.id.desc())
        ).first()  # fmt: skip
        if letter is None:
            return
        letter.body_html = formatted.page(STYLE + formatted.of_text(letter.body))
        file = judge("Seed mixes, dry August.csv", FIGURES)
        files.add(letter, [file], [files.keep(config().instance, file.content)], now=letter.created_at)


def _batch(build: Build) -> None:
    """First letters to a few of those who wait for one: some ready, one skipped, the others without their line."""
    here, now = session(), build.ago(1)
    box = here.query(Mailbox).filter_by(owner_id=build.admin.id, is_system=False).first()
    templates = here.query(LetterTemplate).filter_by(kind=LetterKind.FIRST).all()
    wanted = (
        sa.select(Pitch.id)
        .where(Pitch.is_open, Pitch.board_column == Column.TO_DO, Pitch.type.in_(COLD), Pitch.person_id.is_not(None))
        .order_by(Pitch.project_id, Pitch.id)
    )  # fmt: skip
    ids = list(here.scalars(wanted.limit(LETTERS)))
    if box is None:
        return
    try:
        begun = batch_actions.start(ids, box.id, [one.id for one in templates], by=build.admin, now=now)
    except NotPossible:
        return
    with write() as here:
        drafts = here.scalars(
            sa.select(Message).where(Message.batch_id == begun.batch_id).order_by(Message.id)
        ).all()
        for draft, (line, path) in zip(drafts, READ, strict=False):
            draft.personal_line, draft.personal_url = (
                line,
                f"https://{draft.to_address.rpartition('@')[2]}{path}",
            )
            draft.state_reason, draft.held_rule = "", ""
            draft.overruled = {"subscriber": "An editor's desk of a magazine"}
        if len(drafts) > len(READ):
            drafts[len(READ)].is_skipped = True
