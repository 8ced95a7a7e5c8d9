"""The forms of projects, their pages and the team."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from outreach.accounts.fields import name_field, needed, new_password_field, user_email, zone_field
from outreach.accounts.rules import UserRole
from outreach.kit import urls
from outreach.projects import rules
from outreach.projects.models import Project
from outreach.projects.rules import AssetType, Grant, MemberRole
from outreach.web.forms import Form, IdField, row_id

ROLE_WORDS = {
    UserRole.ADMIN: "Admin: everything, with users and mail",
    UserRole.MANAGER: "Manager: all projects",
    UserRole.USER: "User: the projects named here",
}
MEMBER_WORDS = {
    MemberRole.MEMBER: "Member: works in it",
    MemberRole.VIEWER: "Viewer: sees, changes nothing",
}


class DaysField(IntegerField):
    """A number of calendar days."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = int(valuelist[0])
            except ValueError:
                raise ValueError("Write a number of days, as 30.") from None


def days_field(label: str, most: int, description: str = "") -> DaysField:
    return DaysField(
        label,
        [InputRequired("Write a number of days."), NumberRange(0, most, f"Write a number from 0 to {most}.")],
        description=description,
    )


class ProjectForm(Form):
    """What we promote."""

    version = HiddenField()
    name = name_field("Name", "Give the project a name.")
    hosts = TextAreaField(
        "Own hosts", [Length(max=10_000, message="Use at most 10,000 signs.")],
        description="Links to them count, and they are never prospects. One a line, as hazel.example; sub-domains are included.",
    )  # fmt: skip
    brand_terms = TextAreaField(
        "Brand names", [Length(max=5_000, message="Use at most 5,000 signs.")],
        description="How people write about you without a link. One a line.",
    )  # fmt: skip
    legal_basis = TextAreaField(
        "Why you may write to people", [Length(max=5_000, message="Use at most 5,000 signs.")],
        description="The legal basis as you see it, and how you weighed it. It is in the copy that a person may ask for.",
    )  # fmt: skip
    follow_up_days = days_field("Follow up after", 90, "Days after a letter without an answer.")
    max_followups = IntegerField(
        "Follow-ups at most",
        [Optional(), NumberRange(0, 9, "Write a number from 0 to 9.")],
        description="Each is written for you when it is due. Two weeks after the last one the pitch closes as “No answer”.",
    )
    cooldown_same_days = days_field(
        "Rest within this project", 730, "Days before the same person is pitched again."
    )
    cooldown_other_days = days_field(
        "Rest after another project", 730, "Days after a colleague wrote to the person for another project."
    )

    def validate_hosts(self, field: Any) -> None:
        try:
            found = rules.own_hosts(field.data or "")
        except urls.BadAddress as error:
            raise ValidationError(str(error)) from None
        if not found:
            raise ValidationError("Name at least one host, as hazel.example.")
        if len(found) > 100:
            raise ValidationError("Name at most 100 hosts.")

    def validate_brand_terms(self, field: Any) -> None:
        if any(len(term) > 120 for term in rules.brand_terms(field.data or "")):
            raise ValidationError("A name has at most 120 signs.")

    def own_hosts(self) -> list[str]:
        """The hosts, only after the form was found good."""
        return rules.own_hosts(self.hosts.data or "")

    def values(self) -> dict[str, Any]:
        """The columns of the row."""
        days = ("follow_up_days", "cooldown_same_days", "cooldown_other_days")
        return {
            "name": self.name.data,
            "brand_terms": rules.brand_terms(self.brand_terms.data or ""),
            "legal_basis": self.legal_basis.data or "",
            **{name: getattr(self, name).data for name in days},
            **({} if self.max_followups.data is None else {"max_followups": self.max_followups.data}),
        }

    @classmethod
    def of(cls, project: Project) -> ProjectForm:
        """The form with what the row holds."""
        form = cls(formdata=None, obj=project)
        form.hosts.data = "\n".join(urls.show_host(own.host) for own in project.hosts)
        form.brand_terms.data = "\n".join(project.brand_terms)
        return form


class PageForm(Form):
    """An own page. `hosts` are those of its project."""

    hosts: list[str] = []
    url = StringField(
        "Address",
        [needed("Write the address of the page.")],
        description="Of a page on one of the project's hosts.",
    )
    title = name_field("Title", "Give the page a title; people choose it by that.", 300)
    is_asset = BooleanField("Worth linking to", description="An asset: pitches can offer it.")
    asset_type = SelectField(
        "Type",
        choices=[
            SelectChoice("", "No asset"),
            *(SelectChoice(kind.value, kind.value.capitalize()) for kind in AssetType),
        ],
    )
    asset_owner_id = IdField("Owner", empty="Nobody", description="Who keeps it up to date.")

    def validate_url(self, field: Any) -> None:
        try:
            field.data = urls.tidy(field.data or "")
        except urls.BadAddress as error:
            raise ValidationError(str(error)) from None
        if not any(urls.is_on_host(field.data, host) for host in self.hosts):
            shown = ", ".join(urls.show_host(host) for host in self.hosts[:3])
            raise ValidationError(f"This page is not on a host of the project ({shown}).")

    def validate_asset_type(self, field: Any) -> None:
        if self.is_asset.data and not field.data:
            raise ValidationError("Say what kind of asset it is.")

    def values(self) -> dict[str, Any]:
        """The columns of the row; type and owner are those of an asset only."""
        is_asset = bool(self.is_asset.data)
        return {
            "url": self.url.data,
            "title": self.title.data,
            "is_asset": is_asset,
            "asset_type": AssetType(self.asset_type.data) if is_asset else None,
            "asset_owner_id": self.asset_owner_id.data if is_asset else None,
        }


def member_role_field() -> SelectField:
    return SelectField(
        "Role", choices=[SelectChoice(role.value, words) for role, words in MEMBER_WORDS.items()]
    )


class MemberForm(Form):
    """Somebody and their role in a project."""

    user_id = IdField("User", [InputRequired("Choose somebody.")], empty="Choose somebody")
    role = member_role_field()


class MemberRoleForm(Form):
    role = member_role_field()


class InviteForm(Form):
    """Whom to invite, and to what."""

    email = StringField("Mail address", [needed("Write the mail address."), user_email])
    role = SelectField(
        "Role in the workspace",
        choices=[SelectChoice(role.value, ROLE_WORDS[role]) for role in reversed(UserRole)],
    )
    projects = SelectMultipleField("Projects", coerce=row_id)
    project_role = SelectField(
        "Role in these projects",
        choices=[SelectChoice(role.value, words) for role, words in MEMBER_WORDS.items()],
    )

    def offer(self, projects: list[tuple[int, str]]) -> None:
        self.projects.choices = [SelectChoice(str(key), name) for key, name in projects]

    def validate_projects(self, field: Any) -> None:
        if self.role.data == UserRole.USER and not field.data and field.choices:
            raise ValidationError("A user sees only the projects named here. Choose at least one.")

    def grants(self) -> list[Grant]:
        """Places in projects; none for those who see all."""
        if self.role.data != UserRole.USER:
            return []
        return [Grant(key, MemberRole(self.project_role.data)) for key in self.projects.data or []]


class RoleForm(Form):
    role = SelectField(
        "Role", choices=[SelectChoice(role.value, role.value.capitalize()) for role in UserRole]
    )


class ActiveForm(Form):
    """On or off."""

    is_active = SelectField("Account", choices=[SelectChoice("1", "On"), SelectChoice("0", "Off")])


class JoinForm(Form):
    """What somebody invited adds."""

    of_email = ""
    name = name_field("Your name", "Write your name, as readers should see it.")
    timezone = zone_field(description="Your days, your morning, your due dates.")
    password = new_password_field()
