"""What the doors of the Inbox take."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from outreach.kit.address import BadAddress, clean_address
from outreach.pitches.agreement import REL_NAMES, Rel
from outreach.pitches.rules import NEXT_WORDS, NextKind, Stage, stage_name
from outreach.web.forms import DayField, Form, IdField

A_STAGE = "Choose one of the stages."


class FilingForm(Form):
    """An answer and what it is filed under: one form, one press."""

    version = HiddenField()
    mailbox = IdField("From")
    body = TextAreaField("Your answer", [Length(max=20_000, message="Use at most 20,000 signs.")])
    reason = StringField("Send it all the same, because", [Length(max=300)])
    stage = SelectField(
        "Stage",
        coerce=Stage,
        validate_choice=True,
        invalid_value_message=A_STAGE,
        invalid_choice_message=A_STAGE,
    )
    target = SelectField("Target page", validate_choice=False)
    expected_rel = SelectField(
        "Expected rel", choices={"": "Not agreed yet", **{rel.value: name for rel, name in REL_NAMES.items()}}
    )
    due_on = DayField("Live by", [Optional()])
    next_kind = SelectField(
        "Next action",
        default="",
        choices={
            "": "The usual one",
            **{kind.value: words for kind, words in NEXT_WORDS.items()},
        },
    )
    next_on = DayField("On", [Optional()])
    next_owner = IdField("By")
    revisit_on = DayField("Rest until", [Optional()])
    outcome = StringField("Why it ended", [Length(max=500)])

    def offer_stages(self, stages: list[Stage], now_at: Stage) -> None:
        """The stage it stands at first, then those it may go to."""
        names = [(now_at.value, f"{stage_name(now_at)} (as it is)")]
        self.stage.choices = names + [
            (stage.value, stage_name(stage)) for stage in stages if stage is not now_at
        ]

    def version_seen(self) -> int:
        """-1, which no row has, when it is missing or broken."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() and len(text) < 10 else -1

    def planned(self) -> NextKind | None:
        return NextKind(self.next_kind.data) if self.next_kind.data else None

    def forget_past(self, today: date) -> bool:
        """False when a day is given that is past: it is said at its field."""
        past = [one for one in (self.next_on, self.revisit_on) if one.data is not None and one.data < today]
        for one in past:
            one.errors = ["This day is past; give today or a later one."]
        return not past


DEFAULT_REL = Rel.FOLLOW.value


def mail_address(_form: Any, field: Any) -> None:
    """A validator: one plain mail address; it is left in the form it is stored in."""
    try:
        field.data = clean_address(field.data or "")
    except BadAddress as error:
        raise ValidationError(str(error)) from error


class PersonForm(Form):
    """Somebody new: whom they refer us to, or who wrote."""

    name = StringField("Name", [InputRequired("What are they called?"), Length(max=200)])
    address = StringField("Mail address", [InputRequired("Which address do they read?"), mail_address])


class StrayForm(PersonForm):
    """Who wrote a mail that is nobody's, and where they belong."""

    project = IdField("Project", [InputRequired("For which project?")])
    site = StringField(
        "Site", [InputRequired("Of which site are they?"), Length(max=300)], description="As wild.example."
    )
