"""The forms of accounts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from outreach.accounts import rules
from outreach.accounts.calendars import countries
from outreach.accounts.fields import name_field, needed, new_password_field, user_email, zone_field
from outreach.web.forms import Form


def web_origin(_form: Any, field: Any) -> None:
    """A validator: scheme and host of this instance, without a path; the field then has no trailing slash."""
    field.data = (field.data or "").rstrip("/")
    try:
        parts = urlsplit(field.data)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValidationError("Write how a browser reaches this server, as https://outreach.example.org.")


class WorkspaceFields:
    """What a workspace is asked for."""

    workspace = name_field("Workspace", "Give the workspace a name.", description="What your team calls it.")
    legal_name = name_field(
        "Legal name",
        "Write who you are by law.",
        200,
        description="Who sends the letters; stands at the end of each.",
    )
    postal_address = TextAreaField(
        "Postal address",
        [needed("A letter may not leave without a postal address."), Length(max=1000, message="Use at most 1,000 signs.")],
        description="Street, town and country. The law of many countries asks for it in each letter.",
    )  # fmt: skip
    base_url = StringField(
        "Address of this server", [needed("Write how a browser reaches this server."), Length(max=300), web_origin],
        description="Links in letters lead here.",
    )  # fmt: skip
    timezone = zone_field(description="Days and mornings begin here, unless a user says otherwise.")

    def workspace_values(self) -> dict[str, str]:
        """The columns of the row."""
        names = ("legal_name", "postal_address", "base_url", "timezone")
        return {"name": self.workspace.data or ""} | {name: getattr(self, name).data or "" for name in names}


class SetUpForm(WorkspaceFields, Form):
    """The workspace and its first admin."""

    name = name_field("Your name", "Write your name, as readers should see it.")
    email = StringField(
        "Your mail address", [needed("Write your mail address; you log in with it."), user_email]
    )
    password = new_password_field()


class WorkspaceForm(WorkspaceFields, Form):
    """The workspace later, with the catches of sending (C6)."""

    version = HiddenField()
    is_mail_stopped = BooleanField(
        "Stop all mail", description="Nothing leaves, from no mailbox, until you take this off."
    )
    is_dry_run = BooleanField(
        "Dry run", description="Letters go through every step and are written to files, not sent."
    )
    allow_list = TextAreaField(
        "Only these addresses get mail",
        [Length(max=10_000, message="Use at most 10,000 signs.")],
        description="One a line: ana@hazel.example, or @hazel.example for all of a domain. Empty: everybody may.",
    )

    claim_level = SelectField(
        "A colleague’s claim, or another project’s open pitch at the site",
        choices=[
            SelectChoice("off", "Is not mentioned"),
            SelectChoice("low", "Is shown; a reason is asked for"),
            SelectChoice("medium", "Needs a reason, looked at once more when it leaves"),
            SelectChoice("high", "Stops a first letter"),
        ],
        default=rules.ClaimLevel.MEDIUM.value,
        description="Asked before a first letter is queued and once more when it leaves.",
    )
    is_postal_waived = BooleanField(
        "Letters may leave without your postal address",
        description="The law of many countries asks for it in each pitch. Take this on only when you know that yours does not.",
    )

    def validate_allow_list(self, field: Any) -> None:
        for line in self.allowed():
            local, _, domain = line.rpartition("@")
            try:
                rules.clean_email(f"{local or 'anybody'}@{domain}")
            except rules.BadEmail:
                raise ValidationError(f"“{line[:60]}” is neither an address nor @ and a domain.") from None

    def allowed(self) -> list[str]:
        """The lines of the allow-list, in lower case."""
        return [line.strip().lower() for line in (self.allow_list.data or "").splitlines() if line.strip()]


class LogInForm(Form):
    """`next` is where the reader wanted to go."""

    email = StringField("Mail address", [needed("Write your mail address.")])
    password = PasswordField("Password", [InputRequired("Write your password.")])
    stay = BooleanField("Stay logged in on this device for 30 days")
    next = HiddenField()


class ProfileForm(Form):
    """What users say of themselves."""

    name = name_field("Name", "Write your name, as readers should see it.")
    timezone = zone_field(description="Your days, your morning, your due dates.")
    holidays_of = SelectField(
        "Public holidays of",
        choices=lambda: [("", "No country"), *countries()],
        description="No due day is proposed on one.",
    )
    is_digest_on = BooleanField("Send me a daily digest", description="Only on days when something is due.")
    digest_hour = SelectField(
        "At", coerce=int, choices=[SelectChoice(str(hour), f"{hour:02}:00") for hour in range(24)]
    )
    is_weekdays_only = BooleanField("Only from Monday to Friday")
    is_alert_mail_on = BooleanField(
        "Mail me when one of my links is lost or kept out of search",
        description="All that comes within 15 minutes is one mail. Without it, such news stands on Today and in the digest.",
    )

    def values(self) -> dict[str, Any]:
        return {field.name: field.data for field in self if field.name != "csrf_token"}


class LeaveForm(Form):
    """Days away."""

    first_on = DateField("From", [InputRequired("Give a day, as 2026-12-31.")])
    last_on = DateField("To, this day included", [InputRequired("Give a day, as 2026-12-31.")])

    def validate_last_on(self, field: Any) -> None:
        if self.first_on.data and field.data and field.data < self.first_on.data:
            raise ValidationError("This day lies before the first.")
        if self.first_on.data and field.data and (field.data - self.first_on.data).days > 366:
            raise ValidationError("A leave has at most a year.")


class PasswordForm(Form):
    """A new password for somebody who knows the old one; `of_email` is whose it is."""

    of_email = ""
    old = PasswordField("Password until now", [InputRequired("Write the password you have now.")])
    password = new_password_field("New password")


class NewPasswordForm(Form):
    """A new password by a link."""

    of_email = ""
    password = new_password_field("New password")
