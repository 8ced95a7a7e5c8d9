"""Forms for templates and mailboxes."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from outreach.engines.smtp import is_this_machine
from outreach.mail.checks import in_the_language, mail_address, one_line
from outreach.mail.models import Mailbox
from outreach.mail.rules import LetterKind, MailboxKind, ReadingKind, Security, SentCopy
from outreach.pitches.rules import TYPE_NAMES, PitchType
from outreach.web.forms import Form, IdField, known_zone

LETTER_NAMES = {
    LetterKind.FIRST: "First letter",
    LetterKind.FOLLOW_UP: "Follow-up",
    LetterKind.ANSWER: "Answer",
}


class TemplateForm(Form):
    """A letter to start from."""

    name = StringField(
        "Name", [InputRequired("Give it a name that tells it from the others."), Length(max=120), one_line]
    )
    type = SelectField(
        "For pitches of the type", choices=[SelectChoice(kind.value, TYPE_NAMES[kind]) for kind in PitchType]
    )
    kind = SelectField(
        "Kind of letter", choices=[SelectChoice(kind.value, name) for kind, name in LETTER_NAMES.items()]
    )
    project_id = IdField("Who may use it", empty="Everybody in the workspace")
    subject = StringField(
        "Subject",
        [InputRequired("A letter needs a subject."), Length(max=400), one_line, in_the_language],
        description="A follow-up and an answer keep the subject of their thread.",
    )
    body = TextAreaField(
        "Letter",
        [InputRequired("Write the letter."), Length(max=20_000), in_the_language],
        description="Your signature, your postal address and the line to say no are added at the end.",
    )
    html = TextAreaField(
        "Formatted text, as HTML",
        [
            Length(max=60_000, message="HTML of more than 60,000 signs is too much for a letter."),
            in_the_language,
        ],
        description="Goes beside the plain text. Style is put into the lines; scripts, forms and pixels are left out.",
    )


class SnippetForm(Form):
    """A piece of text for letters and templates."""

    name = StringField("Name", [InputRequired("Give it a short name."), Length(max=60), one_line])
    scope = SelectField("Who may use it")
    body = TextAreaField(
        "Text",
        [InputRequired("Write the text."), Length(max=5_000), in_the_language],
        description="In the language of letters: fields, fallbacks and conditions work here, too.",
    )


class MailboxForm(Form):
    """Where letters leave from, and how fast."""

    kind = RadioField(
        "What it does with letters",
        choices=[
            SelectChoice(MailboxKind.SMTP.value, "Sends them over a mail server"),
            SelectChoice(MailboxKind.CAPTURE.value, "Keeps them as files and shows them: nothing leaves"),
        ],
        default=MailboxKind.SMTP.value,
    )
    address = StringField(
        "Mail address", [InputRequired("Which address do letters come from?"), mail_address]
    )
    from_name = StringField(
        "Your name, as readers see it", [InputRequired("Readers see this name."), Length(max=120), one_line]
    )
    reply_to = StringField(
        "Answers go to",
        [Optional(), mail_address],
        description="Only when answers go to another address.",
    )
    project_id = IdField("Who may write from it", empty="Only me")
    signature = TextAreaField("Signature", [Length(max=2_000)])
    smtp_host = StringField("Server for outgoing mail", [Length(max=253), one_line])
    smtp_port = IntegerField(
        "Port",
        [Optional(), NumberRange(1, 65535, "A port is a number from 1 to 65535; usually 465 or 587.")],
        default=587,
    )
    security = SelectField(
        "Encryption",
        choices=[
            SelectChoice(Security.STARTTLS.value, "STARTTLS (usually port 587)"),
            SelectChoice(Security.TLS.value, "TLS (usually port 465)"),
            SelectChoice(Security.PLAIN.value, "None (a server on this machine only)"),
        ],
        default=Security.STARTTLS.value,
    )
    username = StringField("User name", [Length(max=254), one_line])
    password = PasswordField(
        "Password",
        [Length(max=500)],
        description="Kept encrypted. Leave it empty to keep the one that is stored.",
    )
    sent_copy = SelectField(
        "Copy in the Sent folder",
        choices=[
            SelectChoice(SentCopy.AUTO.value, "Find out who puts it there"),
            SelectChoice(SentCopy.YES.value, "Outreach puts it there"),
            SelectChoice(SentCopy.NO.value, "The provider does, or nobody"),
        ],
        default=SentCopy.AUTO.value,
        description="Over IMAP. With “find out” the first letter is looked for; when it is not there, Outreach adds it.",
    )
    reading_kind = SelectField(
        "Whose mail lies in it",
        choices=[
            SelectChoice(
                ReadingKind.PERSONAL.value, "Personal: keep only what concerns our letters and people"
            ),
            SelectChoice(ReadingKind.DEDICATED.value, "For outreach alone: keep all of it"),
        ],
        default=ReadingKind.PERSONAL.value,
    )
    imap_host = StringField(
        "Server for incoming mail",
        [Length(max=253), one_line],
        description="Over IMAP, as imap.example.com. Leave it empty and no answer is found.",
    )
    imap_port = IntegerField(
        "Port",
        [Optional(), NumberRange(1, 65535, "A port is a number from 1 to 65535; usually 993.")],
        default=993,
    )
    imap_security = SelectField(
        "Encryption",
        choices=[
            SelectChoice(Security.TLS.value, "TLS (usually port 993)"),
            SelectChoice(Security.STARTTLS.value, "STARTTLS (usually port 143)"),
            SelectChoice(Security.PLAIN.value, "None (a server on this machine only)"),
        ],
        default=Security.TLS.value,
    )
    imap_username = StringField(
        "User name", [Length(max=254), one_line], description="Only when it is another than for sending."
    )
    imap_password = PasswordField(
        "Password", [Length(max=500)], description="Only when it is another than for sending."
    )
    timezone = StringField("Time zone", [InputRequired("Choose a zone, as Europe/Berlin."), known_zone])
    window_from = TimeField("Send from", [InputRequired("From which hour?")])
    window_to = TimeField("until", [InputRequired("Until which hour?")])
    is_weekdays_only = BooleanField("Rest on Saturday and Sunday")
    daily_cap = IntegerField(
        "Letters a day", [InputRequired("How many?"), NumberRange(1, 500, "From 1 to 500 a day.")]
    )
    hourly_cap = IntegerField(
        "Letters an hour", [InputRequired("How many?"), NumberRange(1, 200, "From 1 to 200 an hour.")]
    )
    gap_min = IntegerField("Seconds between two, at least", [NumberRange(0, 3600, "From 0 to 3600 seconds.")])
    gap_max = IntegerField("and at most", [NumberRange(0, 7200, "From 0 to 7200 seconds.")])
    is_ramping = BooleanField(
        "Start slowly", description="Ten letters on the first day, five more each working day."
    )

    plain_hosts: tuple[str, ...] = ()

    def validate_gap_max(self, field: Any) -> None:
        if field.data is not None and self.gap_min.data is not None and field.data < self.gap_min.data:
            raise ValidationError("The longest gap is not shorter than the shortest.")

    def validate_window_to(self, field: Any) -> None:
        opens, closes = self.window_from.data, field.data
        if opens and closes and closes.hour + closes.minute and closes <= opens:
            raise ValidationError("The window ends after it begins; 00:00 is midnight.")

    def validate_smtp_host(self, field: Any) -> None:
        if self.kind.data != MailboxKind.SMTP.value:
            return
        if not field.data:
            raise ValidationError("Name the server, as smtp.example.com.")
        if any(sign in field.data for sign in "/@: ") and not field.data.count(":") > 1:
            raise ValidationError("The name of the server only, as smtp.example.com.")

    def validate_security(self, field: Any) -> None:
        host = self.smtp_host.data or ""
        if self.kind.data != MailboxKind.SMTP.value or field.data != Security.PLAIN.value:
            return
        if not is_this_machine(host) or host not in self.plain_hosts:
            raise ValidationError(
                "Without encryption mail goes only to a server on this machine that the setting smtp_plain_hosts names."
            )

    def validate_imap_host(self, field: Any) -> None:
        if field.data and any(sign in field.data for sign in "/@: ") and not field.data.count(":") > 1:
            raise ValidationError("The name of the server only, as imap.example.com.")

    def validate_imap_security(self, field: Any) -> None:
        host = self.imap_host.data or ""
        if (
            host
            and field.data == Security.PLAIN.value
            and not (is_this_machine(host) and host in self.plain_hosts)
        ):
            raise ValidationError(
                "Without encryption mail is read only from a server on this machine that the setting smtp_plain_hosts names."
            )

    def values(self) -> dict[str, Any]:
        """The columns to set, without the passwords."""
        names = (
            "address", "from_name", "reply_to", "project_id", "signature", "smtp_host", "username", "timezone",
            "window_from", "window_to", "is_weekdays_only", "daily_cap", "hourly_cap", "gap_min", "gap_max", "is_ramping",
            "imap_host", "imap_username",
        )  # fmt: skip
        found = {name: self[name].data for name in names}
        return {
            **found,
            "kind": MailboxKind(self.kind.data),
            "security": Security(self.security.data),
            "sent_copy": SentCopy(self.sent_copy.data),
            "smtp_port": self.smtp_port.data or 587,
            "imap_port": self.imap_port.data or 993,
            "imap_security": Security(self.imap_security.data),
            "reading_kind": ReadingKind(self.reading_kind.data),
        }

    @classmethod
    def of(cls, mailbox: Mailbox) -> MailboxForm:
        """The form as the mailbox stands; a posted one keeps what was typed."""
        return cls(obj=mailbox)
