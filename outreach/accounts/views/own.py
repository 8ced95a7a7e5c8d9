"""What users say of themselves: profile and password."""

from __future__ import annotations

from flask import abort, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from outreach.accounts import actions, queries, sessions
from outreach.accounts.forms import LeaveForm, PasswordForm, ProfileForm
from outreach.accounts.moves import TooManyLeaves
from outreach.accounts.views.blueprint import bp
from outreach.web.access import allow
from outreach.web.here import me, now
from outreach.web.toasts import toast


@bp.get("/profile")
@allow("viewer")
def profile() -> str:
    return _page(ProfileForm(obj=me()), PasswordForm())


@bp.post("/profile")
@allow("viewer")
def profile_post() -> Response | tuple[str, int]:
    """Save the profile; only what the form has can change."""
    form = ProfileForm()
    if not form.validate():
        return _page(form, PasswordForm(formdata=None)), 422
    actions.save_profile(me(), form.values(), now=now())
    toast("Your profile is saved.")
    return redirect(url_for("accounts.profile"))


@bp.post("/profile/password")
@allow("viewer")
def password_post() -> Response | tuple[str, int]:
    """A new password; this session goes on under a new token, all others end."""
    form = PasswordForm()
    form.of_email = me().email
    user, stay = me(), session.permanent
    if not form.validate():
        return _page(ProfileForm(formdata=None, obj=user), form), 422
    if not actions.change_password(user, form.old.data or "", form.password.data or "", now=now()):
        form.old.errors = ["This is not the password you have now."]
        return _page(ProfileForm(formdata=None, obj=user), form), 422
    sessions.begin(user, stay=stay)
    toast("Your new password is set. Everywhere else you are logged out.")
    return redirect(url_for("accounts.profile"))


@bp.post("/profile/leave")
@allow("viewer")
def leave_post() -> Response | tuple[str, int]:
    """Days on which one is away."""
    form = LeaveForm()
    if form.validate():
        try:
            actions.add_leave(me(), form.first_on.data, form.last_on.data, now=now())
        except TooManyLeaves:
            form.first_on.errors = ["That is all the leave there is room for; take an old one off first."]
        else:
            toast("Your leave is noted. Due days are proposed around it.")
            return redirect(url_for("accounts.profile"))
    return _page(ProfileForm(formdata=None, obj=me()), PasswordForm(formdata=None), form), 422


@bp.post("/profile/leave/<int:leave_id>/remove")
@allow("viewer")
def remove_leave(leave_id: int) -> Response:
    """There after all."""
    if not actions.remove_leave(me(), leave_id, now=now()):
        abort(404)
    toast("Taken off.")
    return redirect(url_for("accounts.profile"))


def _page(profile: ProfileForm, password: PasswordForm, leave: LeaveForm | None = None) -> str:
    return render_template(
        "accounts/profile.html", form=profile, password=password, leave=leave or LeaveForm(formdata=None),
        leaves=queries.leaves_of(me().id),
    )  # fmt: skip
