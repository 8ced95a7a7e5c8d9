"""What the screens of a mailbox's set-up take."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from outreach.engines.smtp import is_this_machine
from outreach.mail.checks import mail_address, one_line
from outreach.mail.rules import ReadingKind, Security
from outreach.web.forms import Form

SECURITIES = [
    SelectChoice(Security.TLS.value, "TLS"),
    SelectChoice(Security.STARTTLS.value, "STARTTLS"),
    SelectChoice(Security.PLAIN.value, "None (this machine only)"),
]
A_PORT = "A port is a number from 1 to 65535."


class AddressForm(Form):
    """The one thing to begin with."""

    address = StringField(
        "Mail address", [InputRequired("Which address do letters come from?"), mail_address]
    )


class ServersForm(Form):
    """The two servers as found, to be corrected, and the password to try them with."""

    smtp_host = StringField(
        "Server for outgoing mail",
        [InputRequired("Name the server, as smtp.example.com."), Length(max=253), one_line],
    )
    smtp_port = IntegerField("Port", [InputRequired(A_PORT), NumberRange(1, 65535, A_PORT)])
    smtp_security = SelectField("Encryption", choices=SECURITIES)
    imap_host = StringField(
        "Server for incoming mail",
        [InputRequired("Name the server, as imap.example.com."), Length(max=253), one_line],
    )
    imap_port = IntegerField("Port of incoming mail", [InputRequired(A_PORT), NumberRange(1, 65535, A_PORT)])
    imap_security = SelectField("Encryption of incoming mail", choices=SECURITIES)
    username = StringField(
        "User name", [InputRequired("Usually the mail address."), Length(max=254), one_line]
    )
    password = PasswordField("Password", [Length(max=500)])
    from_name = StringField(
        "Your name, as readers see it", [InputRequired("Readers see this name."), Length(max=120), one_line]
    )
    reading_kind = SelectField(
        "Whose mail lies in it",
        choices=[
            SelectChoice(
                ReadingKind.PERSONAL.value, "Personal: keep only what concerns our letters and people"
            ),
            SelectChoice(ReadingKind.DEDICATED.value, "For outreach alone: keep all of it"),
        ],
    )

    plain_hosts: tuple[str, ...] = ()

    def validate_smtp_security(self, field: Any) -> None:
        self._private(field, self.smtp_host.data or "")

    def validate_imap_security(self, field: Any) -> None:
        self._private(field, self.imap_host.data or "")

    def _private(self, field: Any, host: str) -> None:
        if field.data == Security.PLAIN.value and not (is_this_machine(host) and host in self.plain_hosts):
            raise ValidationError(
                "Without encryption only a server on this machine is used that the setting smtp_plain_hosts names."
            )

    def servers(self) -> dict[str, Any]:
        """As `discovery.Way` of both."""
        return {
            kind: {
                "host": self[f"{kind}_host"].data, "port": self[f"{kind}_port"].data,
                "security": self[f"{kind}_security"].data, "username": self.username.data,
            }
            for kind in ("smtp", "imap")
        }  # fmt: skip
