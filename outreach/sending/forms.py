"""The compose form."""

from __future__ import annotations

from wtforms import HiddenField, MultipleFileField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from outreach.mail.checks import in_the_language, one_line
from outreach.mail.merge import Draft, newlines
from outreach.mail.refusals import FORBIDDEN
from outreach.web.forms import Form, IdField, row_id


class BatchForm(Form):
    """What all letters of a new batch share."""

    mailbox = IdField("From", [InputRequired("Choose the mailbox that the letters leave from.")])
    template = IdField("Template", [InputRequired("Choose the letter to start from.")])
    own_page = IdField("What you offer", empty="no page")
    topic = StringField("Topic", [Length(max=300), one_line])


class ComposeForm(Form):
    """A letter of one pitch. What stands against it is said by the gate, not by validators."""

    mailbox = IdField("From")
    to_address = SelectField("To", validate_choice=False)
    template = IdField("Start from", empty="an empty letter")
    version = HiddenField()
    draft = HiddenField()
    turn = HiddenField()
    subject = StringField("Subject", [Length(max=400), one_line, in_the_language])
    personal_line = TextAreaField(
        "What you read on their page",
        [Length(max=2_000)],
        description="A line of your own, in your own words. It stands after the greeting, or where the letter says {{ personal_line }}.",
    )
    personal_url = StringField("Its address", [Length(max=2_000), one_line])
    body = TextAreaField("Letter", [Length(max=20_000), in_the_language])
    html = TextAreaField(
        "Formatted text, as HTML",
        [
            Length(max=60_000, message="HTML of more than 60,000 signs is too much for a letter."),
            in_the_language,
        ],
        description="Goes beside the plain text. Style is put into the lines; scripts, forms and pixels are left out.",
    )
    files = MultipleFileField(
        "Files",
        description="Documents, pictures and plain text; 10 MB in all. A first letter with a file often ends as spam.",
    )
    reason = StringField(
        "Send it all the same, because",
        [Optional(), Length(max=300), one_line],
        description="Only where something amber stands against the letter. The reason is kept with it.",
    )

    def may_be_kept(self) -> bool:
        """Does what was typed fit into a draft? A text with mistakes does: they are mended later."""
        limits = {
            "subject": 400,
            "personal_line": 2_000,
            "personal_url": 2_000,
            "body": 20_000,
            "html": 60_000,
        }
        one_line = f"{self.subject.data or ''}{self.personal_url.data or ''}"
        return not set(one_line) & FORBIDDEN and all(
            len(self[name].data or "") <= longest for name, longest in limits.items()
        )

    def typed(self) -> Draft:
        """What the writer has typed."""
        return Draft(
            subject=self.subject.data or "",
            body=newlines(self.body.data or ""),
            personal_line=newlines(self.personal_line.data or ""),
            personal_url=self.personal_url.data or "",
            html=newlines(self.html.data or ""),
        )

    def number(self, name: str) -> int | None:
        """A hidden id; None when it is empty or no number."""
        try:
            return row_id(self[name].data)
        except (TypeError, ValueError):
            return None
