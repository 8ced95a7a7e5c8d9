"""What the doors of this room take. Ids are checked against what was offered, so a foreign one is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, DecimalField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    StopValidation,
    ValidationError,
)

from outreach.kit import urls
from outreach.pitches.agreement import REL_NAMES, Agreement
from outreach.pitches.rules import (
    NEXT_WORDS,
    SUBJECT_PAGES,
    TYPE_NAMES,
    Column,
    NextKind,
    PitchType,
    Stage,
    column_of,
    stage_name,
)
from outreach.web.forms import A_DAY, DayField, Form, IdField

NEEDED = "Fill this in."
A_STAGE = "Choose one of the stages."
STARTS = [stage for stage in Stage if column_of(stage) is Column.TO_DO]


def address(_form: Any, field: Field) -> None:
    """A validator: an http(s) address, tidied in place."""
    if not field.data:
        return
    try:
        field.data = urls.tidy(field.data)
    except urls.BadAddress as bad:
        raise StopValidation(str(bad)) from None


def not_before(today: Callable[[], date]) -> Callable[[Any, Field], None]:
    """A validator: today or later."""

    def check(_form: Any, field: Field) -> None:
        if field.data is not None and field.data < today():
            raise ValidationError("This day is past; give today or a later one.")

    return check


class VersionForm(Form):
    """A form that knows which version of the pitch it was drawn from."""

    version = HiddenField()

    def version_seen(self) -> int:
        """-1, which no row has, when it is missing or broken."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() and len(text) < 10 else -1


class SiteForm(Form):
    """The first step of a new pitch: for what, and to whom."""

    class Meta(Form.Meta):
        csrf = False

    project = IdField("Project", empty="Choose a project")
    site = StringField("Site", description="A prospect of the project, as wild.example.")


class FactsForm(VersionForm):
    """What a pitch is about."""

    type = SelectField(
        "Type", choices={kind.value: name for kind, name in TYPE_NAMES.items()}, coerce=PitchType
    )
    topic = StringField(
        "Topic",
        [Length(max=300, message="Use at most 300 signs.")],
        description="What you offer, in a few words; it is the pitch’s name.",
    )
    person = IdField("Person", empty="Nobody yet")
    own_page = IdField("Own page", empty="None yet", description="The page of yours that is worth the link.")
    subject_page_url = StringField("Page of theirs it is about", [address, Length(max=2048)])
    notes = TextAreaField("Notes", [Length(max=10_000, message="Use at most 10,000 signs.")])

    def facts(self) -> dict[str, Any]:
        """As `moves.edit` takes them."""
        return {
            "type": self.type.data,
            "topic": self.topic.data or "",
            "person_id": self.person.data,
            "own_page_id": self.own_page.data,
            "subject_page_url": self.subject_page_url.data or "",
            "notes": self.notes.data or "",
        }

    def offer(self, people: Iterable[tuple[int, str, str]], pages: Iterable[Any]) -> None:
        """Set who and which pages can be chosen."""
        self.person.offer((key, f"{name}, {role}" if role else name) for key, name, role in people)
        self.own_page.offer((page.id, page_name(page)) for page in pages)

    def name_subject_page(self, kind: PitchType) -> None:
        """Call the subject page what it is for this type."""
        self.subject_page_url.label.text = SUBJECT_PAGES[kind]


class StartForm(FactsForm):
    """A new pitch, once its project and site are known."""

    owner = IdField("Owner")
    stage = SelectField(
        "It stands at",
        choices={stage.value: stage_name(stage) for stage in STARTS},
        coerce=Stage,
        default=Stage.IDEA,
    )
    is_inbound = BooleanField("They asked us", description="The offer came from the site.")


class StageForm(VersionForm):
    """A move. Which of the rest is asked depends on the stage."""

    stage = SelectField("Stage", coerce=Stage, invalid_value_message=A_STAGE, invalid_choice_message=A_STAGE)
    reason = TextAreaField("Why", [Length(max=500, message="Use at most 500 signs.")])
    revisit_on = DayField("Comes back on", [Optional()])

    def offer(self, stages: Iterable[Stage]) -> None:
        """Set which stages can be chosen."""
        self.stage.choices = [(stage.value, stage_name(stage)) for stage in stages]


class ManyForm(Form):
    """What is said with a move of many."""

    reason = TextAreaField("Why", [Length(max=500, message="Use at most 500 signs.")])
    revisit_on = DayField("Comes back on", [Optional()])


class NextForm(VersionForm):
    """The next action."""

    kind = SelectField(
        "What", choices={kind.value: words for kind, words in NEXT_WORDS.items()}, coerce=NextKind
    )
    words = StringField(
        "In your words", [Length(max=300, message="Use at most 300 signs.")], description="If you like."
    )
    on = DayField("On", [InputRequired(A_DAY)])
    owner = IdField("By")


class OwnerForm(VersionForm):
    """Whose pitch it is."""

    owner = IdField("Owner", [DataRequired(NEEDED)])


def page_name(page: Any) -> str:
    """An own page in a list of choices."""
    shown = urls.normalise(page.url)
    return f"{page.title} · {shown}" if page.title else shown


class AgreementForm(VersionForm):
    """What was agreed about the link. The target is one of the own pages or any address on an own host."""

    own_hosts: tuple[str, ...] = ()

    target_page = IdField("Target page", empty="Another address")
    target_url = StringField(
        "Or another address of ours",
        [address, Length(max=2048)],
        description="On one of the project’s own hosts; it goes before the page chosen above.",
    )
    anchor = StringField(
        "Words of the link",
        [Length(max=300, message="Use at most 300 signs.")],
        description="What you asked for; they may choose others.",
    )
    expected_rel = SelectField(
        "Expected rel",
        choices={"": "Not agreed yet", **{rel.value: name for rel, name in REL_NAMES.items()}},
    )
    page_url = StringField(
        "Published page",
        [address, Length(max=2048)],
        description="The address on their side, once it is known.",
    )
    draft_url = StringField("Draft", [address, Length(max=2048)], description="Where the draft can be read.")
    due_on = DayField("Live by", [Optional()])
    expires_on = DayField("Ends on", [Optional()], description="Only if the link was agreed for a time.")
    is_paid = BooleanField("Money is paid for it")
    amount = DecimalField(
        "Amount",
        [Optional(), NumberRange(Decimal(0), Decimal(9_999_999_999), "Between 0 and 9,999,999,999.")],
        places=2,
    )
    currency = StringField(
        "Currency",
        [Optional(), Regexp(r"^[A-Za-z]{3}$", message="Three letters, as EUR.")],
        filters=[lambda text: text.upper() if text else text],
    )
    is_goods = BooleanField("Goods or services are given for it")
    is_exchange = BooleanField("A link is given in exchange")
    is_exclusive = BooleanField("Exclusive", description="Nobody else gets this piece.")

    def validate_target_url(self, field: Field) -> None:
        if field.data and not any(urls.is_on_host(field.data, host) for host in self.own_hosts):
            hosts = ", ".join(self.own_hosts) or "none yet"
            raise ValidationError(f"This is not on a host of the project ({hosts}).")

    def validate_page_url(self, field: Field) -> None:
        if field.data and any(urls.is_on_host(field.data, host) for host in self.own_hosts):
            raise ValidationError("This is a page of ours; give the one of theirs that has the link.")

    def validate_expires_on(self, field: Field) -> None:
        if field.data and self.due_on.data and field.data <= self.due_on.data:
            raise ValidationError("It ends before it is live; give a later day.")

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that an amount has its currency."""
        is_fine: bool = super().validate(extra_validators)
        if self.amount.data and not self.currency.data and not self.currency.errors:
            self.currency.errors = ["In which currency? Three letters, as EUR."]
            return False
        return is_fine

    def validate_amount(self, field: Field) -> None:
        if field.data is not None and field.data.adjusted() < 12 and field.data != round(field.data, 2):
            raise ValidationError("Use at most two digits after the point.")

    def terms(self, pages: dict[int, str]) -> Agreement:
        """The agreement as typed; `pages` are addresses of own pages by id."""
        chosen = self.target_page.data
        plain = {
            name: getattr(self, name).data for name in Agreement.__dataclass_fields__ if name != "target_url"
        }
        plain.update(
            {
                name: plain[name] or ""
                for name in ("anchor", "expected_rel", "page_url", "draft_url", "currency")
            }
        )
        return Agreement(target_url=self.target_url.data or pages.get(chosen, ""), **plain)
