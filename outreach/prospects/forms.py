"""The forms of sites, people and prospects."""

from __future__ import annotations

from itertools import islice
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from outreach.consent.queries import is_erased
from outreach.consent.rules import ErasedAddress
from outreach.kit import urls
from outreach.prospects import rules
from outreach.prospects.rules import BadContact, ContactKind
from outreach.web.forms import Form, IdField, known_zone


class AddressesForm(Form):
    """One address or thousands, into one project."""

    project_id = IdField("Project", [DataRequired("Choose the project that they are for.")])
    addresses = TextAreaField(
        "Addresses", [DataRequired("Paste at least one address, such as example.com.")],
        description=f"One a line: a domain, or the address of any page of the site. Up to {rules.MOST_LINES:,} at once.",
    )  # fmt: skip

    def validate_addresses(self, field: Any) -> None:
        """Refuse a paste that is too long before anything of it is taken."""
        more = next(islice(rules.lines_of(field.data or ""), rules.MOST_LINES, None), None)
        if more:
            raise ValidationError(
                f"These are more than {rules.MOST_LINES:,} addresses. Paste them in parts; nothing was taken yet."
            )


class SiteForm(Form):
    """What we know of a site."""

    title = StringField("Title", [Length(max=300, message="A title has at most 300 signs.")])
    url = StringField("Address", [DataRequired("Enter the address of the site.")])
    language = StringField(
        "Language", [Length(max=16, message="A language is a short code, such as en or pt-BR.")], description="A code, such as en or pt-BR.",
    )  # fmt: skip
    notes = TextAreaField(
        "What everybody should know", [Length(max=5000, message="Keep it under 5,000 signs.")],
        description="Read by every project that holds this site. What belongs to one project goes into a note.",
    )  # fmt: skip
    is_no_pitch = BooleanField(
        "They take no pitches", description="No letter leaves to this site, whatever the project."
    )
    version = HiddenField("Version")

    def __init__(self, *args: Any, key: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = key

    def validate_url(self, field: Any) -> None:
        """The address must be of this very site."""
        try:
            field.data = urls.tidy(field.data)
            other = urls.site_key(field.data)
        except urls.BadAddress as error:
            raise ValidationError(str(error)) from None
        if other != self.key:
            raise ValidationError(f"This belongs to {urls.show_host(other)}. Add that as a site of its own.")


class NoteForm(Form):
    """A note about a site or person, for one project."""

    project_id = IdField("Project", [DataRequired("Choose the project whose note this is.")])
    text = TextAreaField(
        "Note",
        [DataRequired("Write the note first."), Length(max=5000, message="Keep a note under 5,000 signs.")],
    )


class StopForm(Form):
    """Never write to this site or person again, and why."""

    reason = StringField(
        "Why", [DataRequired("Say why, for those who come after you."), Length(max=300, message="Keep it under 300 signs.")]
    )  # fmt: skip


class ContactForm(Form):
    """A way to reach somebody, with where it was found."""

    kind = SelectField(
        "Kind", choices=[SelectChoice(kind.value, words) for kind, words in rules.KIND_WORDS.items()]
    )
    value = StringField("Address or number")
    source_url = StringField(
        "Where you found it", description="The page it stands on; they may ask us (GDPR, Article 14).",
    )  # fmt: skip

    def validate_value(self, field: Any) -> None:
        """A contact point of the chosen kind; `norm` is what it is compared by."""
        if not field.data and self.is_optional:
            return
        if self.kind.data not in set(ContactKind):
            return  # the kind has its own error
        try:
            self.clean, self.norm = rules.clean_contact(ContactKind(self.kind.data), field.data or "")
        except BadContact as error:
            raise ValidationError(str(error)) from None
        if self.kind.data == ContactKind.EMAIL and is_erased(self.clean):
            raise ValidationError(str(ErasedAddress()))

    def validate_source_url(self, field: Any) -> None:
        """A web address, or nothing."""
        if field.data:
            field.data = _tidied(field.data)

    clean: str = ""
    norm: str = ""
    is_optional = False


class EditContactForm(ContactForm):
    """A contact point that is known already, with what we know of it."""

    status = SelectField(
        "What we know of it",
        choices=[SelectChoice(status.value, words) for status, words in rules.STATUS_WORDS.items()],
    )


class PersonForm(Form):
    """A person."""

    name = StringField(
        "Name", [DataRequired("Enter the name, or what they sign with."), Length(max=200, message="A name has at most 200 signs.")]
    )  # fmt: skip
    language = StringField(
        "Language", [Length(max=16, message="A language is a short code, such as en or pt-BR.")], description="A code, such as en or pt-BR.",
    )  # fmt: skip
    timezone = StringField("Time zone", [Optional()], description="Such as Europe/Lisbon, when you know it.")
    subscriber_type = SelectField(
        "Who they are to the law", choices=[SelectChoice(kind.value, words) for kind, words in rules.SUBSCRIBER_WORDS.items()],
        description="In some countries a private person has to agree before you write.",
    )  # fmt: skip
    notes = TextAreaField(
        "What everybody should know", [Length(max=5000, message="Keep it under 5,000 signs.")],
        description="Read by every project that knows this person. What belongs to one project goes into a note.",
    )  # fmt: skip
    version = HiddenField("Version")

    def validate_timezone(self, field: Any) -> None:
        """An IANA zone, or nothing."""
        known_zone(self, field)


class NewPersonForm(ContactForm, PersonForm):
    """A person at a site, with the first way to reach them."""

    is_optional = True
    site = StringField(
        "Site",
        [DataRequired("Enter the site where they write or work.")],
        description="A site of one of your projects.",
    )
    role = StringField(
        "Role there",
        [Length(max=120, message="A role has at most 120 signs.")],
        description="Such as features editor.",
    )

    def validate_site(self, field: Any) -> None:
        """Something that has a key; whether it is ours is for the view to say."""
        try:
            self.site_key = urls.site_key(urls.tidy(field.data))
        except urls.BadAddress as error:
            raise ValidationError(str(error)) from None

    site_key: str = ""


class PlaceForm(Form):
    """A person's role at one more site."""

    site = StringField("Site", [DataRequired("Enter the site.")])
    role = StringField("Role there", [Length(max=120, message="A role has at most 120 signs.")])
    validate_site = NewPersonForm.validate_site
    site_key: str = ""


def _tidied(typed: str) -> str:
    try:
        return urls.tidy(typed)
    except urls.BadAddress as error:
        raise ValidationError(str(error)) from None
