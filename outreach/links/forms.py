"""Forms of a placed link."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from outreach.kit.urls import BadAddress, tidy
from outreach.links import ladder
from outreach.links.ladder import Ladder
from outreach.links.moves import Terms
from outreach.links.rules import ExpectedRel
from outreach.web.forms import Form, IdField

REL_CHOICES = [
    (ExpectedRel.ANY.value, "any"), (ExpectedRel.FOLLOW.value, "followed"), (ExpectedRel.SPONSORED.value, "sponsored"),
    (ExpectedRel.NOFOLLOW.value, "nofollow"), (ExpectedRel.UGC.value, "ugc"),
]  # fmt: skip
IMPORTANCE = ladder.choices(Ladder())
SEEN = [
    ("there", "The link is there, as agreed"),
    ("nofollow", "It is there, but not followed or not as agreed"),
    ("gone", "It is not there"),
]


def web_address(_form: Any, field: Any) -> None:
    """A validator: an address of a page, tidied; says what would be right."""
    try:
        field.data = tidy(field.data or "")
    except BadAddress as error:
        raise ValidationError(str(error)) from None


class LinkForm(Form):
    """Where the link stands, where it leads, and what was agreed of it."""

    project_id = IdField("Project", [DataRequired("Choose the project that the link is for.")])
    page_url = StringField(
        "Page",
        [DataRequired("Give the address of the page."), Length(max=2048), web_address],
        description="The page on their site that carries the link.",
    )
    target_url = StringField(
        "Leads to",
        [DataRequired("Give the address it should lead to."), Length(max=2048), web_address],
        description="A page of ours.",
    )
    anchor = StringField(
        "Words of the link", [Length(max=300)], description="Leave empty when any words are fine."
    )
    rel = SelectField("Expected rel", choices=REL_CHOICES, default="any")
    importance = SelectField("Importance", choices=IMPORTANCE, default="1")
    due_on = DateField("Live from", [Optional()], description="Empty when it should be there now.")
    expires_on = DateField(
        "Agreed until", [Optional()], description="You are warned 7 and 2 days before. Empty: for good."
    )
    is_social = BooleanField("A social post or mention: no followed link is expected")
    pitch_id = IdField("Pitch", [Optional()], empty="none: a link on its own")

    def terms(self) -> Terms:
        return Terms(
            self.page_url.data or "", self.target_url.data or "", self.anchor.data or "", self.rel.data,
            int(self.importance.data), self.due_on.data, self.is_social.data,
            self.expires_on.data,
        )  # fmt: skip


class SeenForm(Form):
    """What a person saw on a page that we cannot read."""

    what = RadioField("What did you see?", choices=SEEN, validators=[DataRequired("Say what you saw.")])
    words = TextAreaField(
        "Anything to add", [Length(max=500)], description="Kept with your name and the time."
    )
