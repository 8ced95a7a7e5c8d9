"""Every component in every state, on one page: to look at, and for the tests that look. Not in production."""

from datetime import timedelta
from types import SimpleNamespace

from flask import Blueprint, abort, current_app, render_template
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FileField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from outreach.kit import clock
from outreach.web.access import allow

bp = Blueprint("styleguide", __name__)

RELS = [SelectChoice(rel, rel) for rel in ("followed", "nofollow", "sponsored", "ugc")]
WRITERS = [SelectChoice("us", "We do"), SelectChoice("them", "They do"), SelectChoice("both", "Together")]


class Agreement(FlaskForm):
    """One field of each kind, with the words a real form has."""

    page = StringField(
        "Target page", validators=[InputRequired()], description="The page of yours they link to."
    )
    words = StringField("Words of the link", description="What you asked for. They may choose others.")
    rel = SelectField("Expected rel", choices=RELS, description="What you will accept as right.")
    by = DateField("Live by", description="We look daily from a week before.")
    amount = DecimalField("Paid, in euro", description="Leave empty if nothing was paid.")
    said = TextAreaField("What they said", description="A sentence from their mail; it is kept as evidence.")
    kind = RadioField("Who writes it", choices=WRITERS)
    goods = BooleanField("Goods or a discount were part of it")
    draft = FileField("Draft", description="Up to 10 MB.")
    secret = PasswordField("Password", description="Stored encrypted.")


def filled() -> Agreement:
    return Agreement(
        formdata=None,
        page="hazelandloam.example/seed-trial",
        words="seed mix trial",
        rel="followed",
        said="Happy to include it in the spring list.",
        kind="us",
        meta={"csrf": False},
    )


def refused() -> Agreement:
    """The same form as it comes back when three fields are wrong."""
    form = Agreement(
        formdata=None,
        page="www.hazelandlom.example/seed-trial",
        rel="followed",
        kind="them",
        prefix="wrong-",
        meta={"csrf": False},
    )
    wrong = {
        form.page: "This is not one of your hosts. Did you mean hazelandloam.example/seed-trial?",
        form.rel: "Money was agreed, so this has to be sponsored.",
        form.by: "November has 30 days.",
    }
    for field, text in wrong.items():
        field.errors = [text]
    return form


@bp.get("/styleguide")
@allow("public")
def show() -> str:
    """404 unless the app runs for development or tests."""
    if not (current_app.debug or current_app.testing):
        abort(404)
    now = clock.now()
    ago = SimpleNamespace(
        minutes=now - timedelta(minutes=14), hours=now - timedelta(hours=3), days=now - timedelta(days=9)
    )
    return render_template("styleguide.html", form=filled(), wrong=refused(), ago=ago, today=now.date())
