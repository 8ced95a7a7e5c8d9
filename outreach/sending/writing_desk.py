"""What one letter is written with: its pitch, mailboxes, templates and addresses, and its form. The screens of a batch use the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import abort, request

from outreach.mail import formatted, snippets
from outreach.mail import queries as mail_queries
from outreach.mail.attachments import MOST_BYTES, Judged, UnfitFile, judge
from outreach.mail.models import LetterTemplate, Mailbox, Message
from outreach.mail.rules import LetterKind, MessageState
from outreach.pitches.models import Pitch
from outreach.pitches.rules import PitchType
from outreach.prospects.rules import ContactKind, ContactStatus
from outreach.sending import draft_actions, draft_moves, queries, writing
from outreach.sending.actions import NotPossible
from outreach.sending.forms import ComposeForm
from outreach.sending.writing import Looked
from outreach.web.here import config, me, now

EMPTY = "Hi {{ person.first_name|default('there') }},\n\n"
DRAFTED = {
    PitchType.LINK_RECLAIM: EMPTY
    + "thank you again for the link to {{ asset.url|default('our page') }}. It is no longer on your page{% if pitch.page_url %}:\n{{ pitch.page_url }}{% endif %}\n\n"
    "Was that meant? If not, could you put it back?\n",
    PitchType.LINK_CORRECTION: EMPTY
    + "thank you for the link to {{ asset.url|default('our page') }}. It is not quite as we had agreed{% if pitch.page_url %}:\n{{ pitch.page_url }}{% endif %}\n\n"
    "Could you have a look?\n",
}
"""What stands there while no template is made for these types; the evidence stands beside it, on the pitch."""
FILLING = {"use", "format", "plain"}
"""Buttons that put something into the form and send nothing; beside them those of snippets."""


@dataclass
class Desk:
    """What the compose screen of one pitch works with."""

    pitch: Pitch
    kind: LetterKind
    mailboxes: list[Mailbox]
    templates: list[LetterTemplate]
    addresses: list[tuple[str, str]]
    conversation: list[Message]
    lost_mailbox: str = ""
    draft: Message | None = None

    @property
    def in_thread(self) -> bool:
        """Has a mail gone or come, whose subject the next one keeps? What went by a form has none."""
        return any(message.message_id for message in self.conversation)


def desk_of(pitch_id: int, *, with_templates: bool = True, with_talk: bool = True) -> Desk:
    """The pitch with all that its next letter needs, or 404. A draft of a first letter needs neither templates nor talk."""
    pitch = queries.pitch_to_write(me(), pitch_id)
    if pitch is None:
        abort(404, "There is no such pitch to write for.")
    found = mail_queries.conversation(pitch.id, drafts_of=me().id) if with_talk else []
    talk = [message for message in found if message.state is not MessageState.DRAFT]
    own = max((one for one in found if one.state is MessageState.DRAFT), key=lambda one: one.id, default=None)
    kind = queries.kind_of(pitch, talk)
    boxes, lost = mail_queries.usable_mailboxes(me(), pitch.project_id), ""
    if kind is LetterKind.FOLLOW_UP:
        boxes, lost = _same_box(boxes, talk)
    templates = mail_queries.templates_for(me(), pitch.project_id, pitch.type, kind) if with_templates else []
    origin = mail_queries.origin_of(pitch) if with_talk and not talk else None
    before = mail_queries.conversation(origin) if origin is not None else talk
    if before and not talk:
        boxes = [*_same_box(boxes, before)[0], *boxes]
        boxes = list(dict.fromkeys(boxes))
    return Desk(pitch, kind, boxes, templates, _addresses(pitch, before), before, lost, own)


def _same_box(boxes: list[Mailbox], talk: list[Message]) -> tuple[list[Mailbox], str]:
    """A follow-up leaves from the mailbox of the first letter. When that is not theirs to use, all are offered, and it is said."""
    first = next((message for message in talk if message.mailbox_id), None)
    same = [box for box in boxes if first and box.id == first.mailbox_id]
    return (same, "") if same else (boxes, first.from_address if first else "")


def _addresses(pitch: Pitch, talk: list[Message]) -> list[tuple[str, str]]:
    """Where the person can be reached: who wrote last, then what is known, dead addresses left out."""
    known = [
        point.value
        for point in (pitch.person.contact_points if pitch.person else [])
        if point.kind is ContactKind.EMAIL
        and point.status not in (ContactStatus.BOUNCED, ContactStatus.INVALID)
    ]
    wrote = [
        message.from_address for message in reversed(talk) if message.received_at and message.from_address
    ]
    return [(address, address) for address in dict.fromkeys([*wrote[:1], *known])]


def form_of(desk: Desk) -> ComposeForm:
    """The form with its choices; a fresh one begins with the first of each."""
    form = ComposeForm(request.form if request.method == "POST" else None)
    form.mailbox.offer((box.id, f"{box.from_name} <{box.address}>") for box in desk.mailboxes)
    form.to_address.choices = desk.addresses or [("", "no address is known")]
    form.template.offer((row.id, f"{row.name}, version {row.versions[0].number}") for row in desk.templates)
    if request.method != "POST":
        form.mailbox.data = desk.mailboxes[0].id if desk.mailboxes else None
        form.to_address.data = desk.addresses[0][0] if desk.addresses else ""
        form.template.data = desk.templates[0].id if desk.templates else None
    return form


def is_filling(do: str) -> bool:
    """Does this button put something into the form and send nothing?"""
    return do in FILLING or do.startswith("snippet-")


def fill(do: str, form: ComposeForm, desk: Desk) -> None:
    """Put the chosen template's text into the form (the personal line stays), or make or take away the formatted part."""
    if do == "use":
        chosen = next((row for row in desk.templates if row.id == form.template.data), None)
        version = chosen.versions[0] if chosen else None
        form.version.data = str(version.id) if version else ""
        form.subject.data = version.subject if version else ""
        form.body.data = version.body if version else DRAFTED.get(desk.pitch.type, EMPTY)
        form.html.data = version.body_html if version else ""
    elif do.startswith("snippet-"):
        form.body.data = snippets.put_in(do, form.body.data or "", by=me())
    elif do == "format":
        form.html.data = formatted.of_text(form.body.data or "")
    else:
        form.html.data = ""


def take_up(form: ComposeForm, draft: Message) -> None:
    """Put what the draft holds into the form."""
    texts = draft.typed or {"subject": draft.subject, "body": draft.body, "html": ""}
    form.draft.data, form.version.data = str(draft.id), str(draft.template_version_id or "")
    form.turn.data = str(draft_moves.turn_of(draft))
    form.mailbox.data, form.to_address.data = draft.mailbox_id or form.mailbox.data, draft.to_address
    form.subject.data, form.body.data, form.html.data = texts["subject"], texts["body"], texts["html"]
    form.personal_line.data, form.personal_url.data = draft.personal_line, draft.personal_url


def keep(desk: Desk, form: ComposeForm, do: str, *, is_by_itself: bool = False) -> int | None:
    """Keep what was typed as a draft, with the files that were sent along; what is wrong with them is said at their field.

    `is_by_itself`: the page asks while one writes, no button was pressed.
    """
    try:
        draft_id, turn = draft_actions.save(
            desk.pitch.id, form.mailbox.data, form.typed(), by=me(), now=now(), to_address=form.to_address.data or "",
            template_version_id=form.number("version"), draft_id=form.number("draft"),
            by_itself_at=(form.number("turn") or 0) if is_by_itself else None,
        )  # fmt: skip
    except NotPossible as error:
        abort(404, str(error))
    form.draft.data, form.turn.data = str(draft_id), str(turn)
    if re.fullmatch(r"remove-\d{1,9}", do):
        draft_actions.detach(draft_id, int(do[7:]), instance=config().instance, by=me())
    _attach(form, draft_id)
    return draft_id


def _attach(form: ComposeForm, draft_id: int) -> None:
    fit, problems = _judged()
    if fit:
        try:
            draft_actions.attach(draft_id, fit, instance=config().instance, by=me(), now=now())
        except UnfitFile as error:
            problems.append(str(error))
    if problems:
        form.files.errors = problems


def uploads() -> list[Any]:
    return [upload for upload in request.files.getlist("files") if upload.filename]


def _judged() -> tuple[list[Judged], list[str]]:
    """The files of this request that may go along, and what is wrong with the others."""
    fit, problems = [], []
    for upload in uploads():
        try:
            fit.append(judge(upload.filename or "", upload.read(MOST_BYTES + 1)))
        except UnfitFile as error:
            problems.append(str(error))
    return fit, problems


def look(desk: Desk, form: ComposeForm, draft_id: int | None) -> Looked | None:
    """The letter as it would leave; None without a mailbox."""
    box = next((box for box in desk.mailboxes if box.id == form.mailbox.data), None)
    if box is None:
        return None
    return writing.look(
        desk.pitch, box, form.typed(), by=me(), now=now(), to_address=form.to_address.data or "",
        template_version_id=form.number("version"), draft_id=draft_id,
    )  # fmt: skip


def page_of_draft(draft: Message) -> str:
    """The formatted part of a draft as it would leave now; empty when it has none, or cannot be written yet."""
    pitch = queries.pitch_to_write(me(), draft.pitch_id) if draft.pitch_id else None
    box = mail_queries.mailbox(me(), draft.mailbox_id) if draft.mailbox_id else None
    if pitch is None or box is None:
        return ""
    typed = writing.typed_of(draft)
    return writing.write_only(pitch, box, typed, by=me(), now=now(), to_address=draft.to_address).html
