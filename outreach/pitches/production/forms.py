"""What the doors of production take."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    Field,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from outreach.kit.papers import ACCEPTED
from outreach.pitches.forms import VersionForm, address
from outreach.pitches.production.rules import (
    FACTS,
    HAS_CONTRIBUTORS,
    HAS_SLOT,
    PART_NAMES,
    STATE_NAMES,
    ContributorState,
    Fact,
    Kind,
    Part,
    parts_of,
)
from outreach.pitches.rules import PitchType
from outreach.web.forms import DayField, Form, IdField

LONGEST_TEXT = 20_000


class StepForm(Form):
    """A line of the check list."""

    words = StringField(
        "What", [DataRequired("Say what has to be done."), Length(max=200, message="Use at most 200 signs.")]
    )
    due_on = DayField("By", [Optional()])
    owner = IdField("For", empty="Whoever has the pitch")


class ContributorsForm(Form):
    """Several names, one a line."""

    names = TextAreaField(
        "Who is asked", [DataRequired("Give a name."), Length(max=8_000, message="Use at most 8,000 signs.")],
        description="One name a line.",
    )  # fmt: skip

    def listed(self) -> list[str]:
        """The names, tidied, without empty lines."""
        lines = (" ".join(line.split()) for line in str(self.names.data).splitlines())
        return [line[:200] for line in lines if line]


class ContributorForm(Form):
    """How far a contributor is, and where their link will stand."""

    state = SelectField(
        "How far", choices={state.value: name for state, name in STATE_NAMES.items()}, coerce=ContributorState
    )
    page_url = StringField(
        "Page where they will link",
        [address, Length(max=2048, message="An address has at most 2,048 signs.")],
    )


class FileForm(Form):
    """Another version of a part: a file, or a link to where it can be read."""

    part = SelectField("What it is", coerce=Part)
    file = FileField("File", description=f"{ACCEPTED}.")
    url = StringField(
        "Or a link to it", [address, Length(max=2048, message="An address has at most 2,048 signs.")]
    )
    note = StringField(
        "Note", [Length(max=300, message="Use at most 300 signs.")], description="What is new in it."
    )

    def offer(self, kind: PitchType) -> None:
        """Set what may be handed in for a pitch of this type."""
        self.part.choices = [(part.value, PART_NAMES[part]) for part in parts_of(kind)]


class SentForm(Form):
    """The day on which a version went to them."""

    on = DayField("Sent on", [InputRequired("Give a day, as 2026-12-31.")])


class SlotField(DateTimeLocalField):
    """A moment as its owner's clock shows it; what is typed wrongly is told in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Give a day and an hour, as 2026-12-31 15:00.") from None


class ProductionForm(VersionForm):
    """The parent of the form of each type, which `form_of` makes."""

    kind: PitchType

    def facts(self) -> dict[str, Any]:
        """What is written down, without what is empty."""
        values = {fact.name: self[f"fact_{fact.name}"].data for fact in FACTS[self.kind]}
        return {name: value for name, value in values.items() if value not in (None, "", False)}

    def slot(self, zone: ZoneInfo) -> dict[str, Any]:
        """The columns beside the facts; the slot's hour is meant in `zone`."""
        found: dict[str, Any] = {}
        if self.kind in HAS_SLOT:
            at: datetime | None = self["slot_at"].data
            found = {
                "slot_at": at.replace(tzinfo=zone) if at else None,
                "slot_minutes": self["slot_minutes"].data or 45,
                "slot_place": self["slot_place"].data or "",
            }
        if self.kind in HAS_CONTRIBUTORS:
            found["links_needed"] = self["links_needed"].data
        return found


def form_of(kind: PitchType) -> type[ProductionForm]:
    """The form for a type's own facts."""
    fields: dict[str, Any] = {f"fact_{fact.name}": _field(fact) for fact in FACTS[kind]}
    if kind in HAS_SLOT:
        fields |= _slot_fields()
    if kind in HAS_CONTRIBUTORS:
        fields["links_needed"] = IntegerField(
            "Links that are enough", [Optional(), NumberRange(1, 60, "Between 1 and 60.")],
            description="So many contributors have to link before the pitch is won. Empty: all of them.",
        )  # fmt: skip
    return type("ProductionForm", (ProductionForm,), {**fields, "kind": kind})


def _slot_fields() -> dict[str, Any]:
    return {
        "slot_at": SlotField(
            "Day and hour", [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], description="On your own clock."
        ),
        "slot_minutes": IntegerField("Minutes", [Optional(), NumberRange(5, 600, "Between 5 and 600 minutes.")]),
        "slot_place": StringField(
            "Where", [Length(max=300, message="Use at most 300 signs.")], description="A call’s address, a number, a place."
        ),
    }  # fmt: skip


def _field(fact: Fact) -> Field:
    words = {"label": fact.label, "description": fact.help}
    long = Length(max=LONGEST_TEXT, message="Use at most 20,000 signs.")
    made: dict[Kind, Any] = {
        Kind.LINE: lambda: StringField(
            validators=[Length(max=300, message="Use at most 300 signs.")], **words
        ),
        Kind.TEXT: lambda: TextAreaField(validators=[long], **words),
        Kind.NUMBER: lambda: IntegerField(
            validators=[Optional(), NumberRange(1, 1_000_000, "A number above 0.")], **words
        ),
        Kind.ADDRESS: lambda: StringField(
            validators=[address, Length(max=2048, message="An address has at most 2,048 signs.")], **words
        ),
        Kind.YES: lambda: BooleanField(**words),
    }
    return made[fact.kind]()
