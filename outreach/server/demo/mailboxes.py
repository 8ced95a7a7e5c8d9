"""The demo's mailboxes, which capture, and its templates."""

from __future__ import annotations

from datetime import time

from outreach.accounts.models import User
from outreach.db import write
from outreach.mail import moves as mail_moves
from outreach.mail.models import Mailbox
from outreach.mail.rules import LetterKind, MailboxKind
from outreach.pitches.rules import PitchType
from outreach.server.demo.build import Build

TEMPLATES: tuple[tuple[PitchType, LetterKind, str, str, str], ...] = (
    (PitchType.GUEST_POST, LetterKind.FIRST, "Guest post, with data", "{{ asset.title }}, for {{ site.name }}?",
     "Hi {{ person.first_name | default('there') }},\n\n{{ personal_line }}\n\nWe have just finished “{{ asset.title }}” ({{ asset.url }}). I would like to write up what it means for your readers, with figures that nobody has published yet.\n\n{% if pitch.topic %}My idea: {{ pitch.topic }}.\n\n{% endif %}Would that fit?"),
    (PitchType.INTERVIEW, LetterKind.FIRST, "Interview, four questions", "Four questions about {{ asset.title }}",
     "Hi {{ person.first_name | default('there') }},\n\n{{ personal_line }}\n\nIf you ever want a voice on this, I will gladly answer four questions in writing, by the day you name.\n\nWhat we found is here: {{ asset.url }}"),
    (PitchType.CO_CREATED, LetterKind.FIRST, "Survey, with contributors", "One question for {{ site.name }}",
     "Hi {{ person.first_name | default('there') }},\n\n{{ personal_line }}\n\nWe are asking twelve people who grow things for one paragraph each, and publish all of them together with full credit. Would you write one?"),
    (PitchType.RESOURCE_LINK, LetterKind.FIRST, "Resource page", "A page for your list",
     "Hi {{ person.first_name | default('there') }},\n\n{{ personal_line }}\n\nYour readers may also like “{{ asset.title }}”: {{ asset.url }}. It is free and has no adverts."),
    (PitchType.BROKEN_LINK, LetterKind.FIRST, "A link that no longer works", "A link on {{ site.name }} leads nowhere",
     "Hi {{ person.first_name | default('there') }},\n\n{{ personal_line }}\n\nOne link on {{ pitch.page_url | default('that page') }} no longer works. “{{ asset.title }}” covers the same: {{ asset.url }}"),
    (PitchType.UNLINKED_MENTION, LetterKind.FIRST, "Thank you for the mention", "Thank you for mentioning us",
     "Hi {{ person.first_name | default('there') }},\n\n{{ personal_line }}\n\nThank you for the mention. Would you turn it into a link, so that readers find the figures? {{ asset.url }}"),
    (PitchType.LINK_RECLAIM, LetterKind.FIRST, "A link that went missing", "The link on {{ site.name }}",
     "Hi {{ person.first_name | default('there') }},\n\nthank you again for the link to “{{ asset.title }}”. After your last edit it is no longer there. Was that meant? It led to {{ asset.url }}"),
    (PitchType.GUEST_POST, LetterKind.FOLLOW_UP, "A short reminder", "Re: {{ asset.title }}",
     "Hi {{ person.first_name | default('there') }},\n\nI only want to make sure that this reached you. A no is fine, too."),
)  # fmt: skip


def bring(build: Build) -> None:
    """Mailboxes that capture, and a template for each kind of pitch."""
    with write():
        for user in build.cast.users[:3]:
            mail_moves.save_mailbox(
                _mailbox(user, user.email),
                {"owner_id": user.id, "from_name": user.name, "signature": f"{user.name}\nHazel & Loam"},
                by=user,
                now=build.ago(100),
            )
        system = _mailbox(build.admin, "outreach@hazelandloam.example")
        mail_moves.save_mailbox(
            system, {"from_name": "Outreach", "owner_id": build.admin.id}, by=build.admin, now=build.ago(100)
        )
        mail_moves.choose_system(system, by=build.admin, now=build.ago(100))
        for kind, letter, name, subject, body in TEMPLATES:
            mail_moves.start_template(
                kind=kind,
                letter=letter,
                name=name,
                subject=subject,
                body=body,
                project_id=None,
                by=build.admin,
                now=build.ago(90),
            )


def _mailbox(user: User, address: str) -> Mailbox:
    return Mailbox(
        kind=MailboxKind.CAPTURE,
        address=address,
        timezone=user.timezone,
        created_at=user.created_at,
        is_ramping=False,
        # What is tried out in the demo leaves at once, at any hour.
        window_from=time(0),
        window_to=time(0),
        is_weekdays_only=False,
        gap_min=0,
        gap_max=0,
    )
