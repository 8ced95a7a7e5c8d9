"""What a person may add to a proposal before they take it over."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import Length, Optional

from outreach.web.forms import Form, stripped


class TakeForm(Form):
    """The name, where the page tells none or another one is right; "" takes what was found."""

    name = StringField(
        "Name", filters=[lambda text: stripped(text or "")], validators=[Optional(), Length(max=200)]
    )
