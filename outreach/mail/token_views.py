"""How a mailbox logs in: with its password, or with tokens of Microsoft or Google."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response
from wtforms import PasswordField, SelectField
from wtforms.validators import InputRequired, Length

from outreach.accounts.models import Workspace
from outreach.db import session
from outreach.mail import oauth, queries, token_actions
from outreach.mail.actions import Gone
from outreach.mail.checks import one_line
from outreach.mail.door import bp
from outreach.mail.models import Mailbox
from outreach.mail.oauth import Journey
from outreach.mail.rules import LoginBy
from outreach.web.access import allow
from outreach.web.forms import Form
from outreach.web.here import config, me, now
from outreach.web.toasts import toast

Answer = str | Response | tuple[str, int]
ON_THE_WAY = "oauth"
"""Where the cookie keeps who went to which provider for which mailbox."""


class TokenForm(Form):
    """A refresh token that a person got at the provider themselves."""

    provider = SelectField("Provider")
    refresh = PasswordField(
        "Refresh token",
        [
            InputRequired("Paste the token."),
            Length(max=8_000, message="That is too long for a token."),
            one_line,
        ],
        description="Kept encrypted, and given to nobody but the provider.",
    )

    def offer(self) -> TokenForm:
        """The providers that are set up here."""
        self.provider.choices = [(way.value, oauth.NAMES[way]) for way in oauth.providers(config())]
        return self


@bp.get("/mailboxes/<int:mailbox_id>/login")
@allow("member")
def login(mailbox_id: int) -> Answer:
    """How it logs in now, and the ways to change that."""
    return _page(_found(mailbox_id), TokenForm().offer())


@bp.post("/mailboxes/<int:mailbox_id>/login")
@allow("member")
def login_by_token(mailbox_id: int) -> Answer:
    """Connect it by a refresh token; the worker asks for the first access token within seconds."""
    found, form = _found(mailbox_id), TokenForm().offer()
    if not form.validate():
        return _page(found, form), 422
    way, typed = LoginBy(form.provider.data), (form.refresh.data or "").strip()
    token_actions.connect_by_token(found.id, way, typed, key=config().key, by=me(), now=now())
    toast(f"{found.address} logs in by {oauth.NAMES[way]} from now on")
    return redirect(url_for("mail.login", mailbox_id=mailbox_id))


@bp.post("/mailboxes/<int:mailbox_id>/login/off")
@allow("member")
def login_by_password(mailbox_id: int) -> Answer:
    """Back to the password; the tokens are forgotten."""
    try:
        found = token_actions.disconnect(mailbox_id, by=me(), now=now())
    except Gone:
        abort(404, "There is no such mailbox.")
    toast(f"{found.address} logs in with its password")
    return redirect(url_for("mail.login", mailbox_id=mailbox_id))


@bp.post("/mailboxes/<int:mailbox_id>/login/consent")
@allow("member")
def consent(mailbox_id: int) -> Answer:
    """Show the way to the provider, where the person says yes; a state and a verifier wait in the cookie."""
    found = _found(mailbox_id)
    way = next(
        (each for each in oauth.providers(config()) if each.value == request.form.get("provider")), None
    )
    if way is None:
        abort(404, "There is no such provider here.")
    journey = Journey.begin()
    cookie[ON_THE_WAY] = {
        "state": journey.state,
        "verifier": journey.verifier,
        "mailbox": found.id,
        "way": way.value,
    }
    leads_to = oauth.consent_url(
        oauth.providers(config())[way], journey, redirect_uri=_back(), scope=oauth.SCOPES[way], address=found.address
    )  # fmt: skip
    return _page(found, TokenForm().offer(), leads_to=leads_to, name=oauth.NAMES[way])


@bp.get("/mailboxes/connected")
@allow("member")
def connected() -> Answer:
    """Back from the provider: only with the state that this browser took along."""
    kept = cookie.pop(ON_THE_WAY, None)
    if not kept or not request.args.get("state") or request.args["state"] != kept["state"]:
        abort(404, "This way back is not known here, or was gone already. Begin again on the mailbox's page.")
    code = request.args.get("code", "")
    if not code or len(code) > 8_000:
        toast(f"{oauth.NAMES[LoginBy(kept['way'])]} did not let us in", kind="warn")
        return redirect(url_for("mail.login", mailbox_id=kept["mailbox"]))
    try:
        token_actions.connect_by_code(
            kept["mailbox"], LoginBy(kept["way"]), code, kept["verifier"], _back(), key=config().key, by=me(), now=now()
        )  # fmt: skip
    except Gone:
        abort(404, "There is no such mailbox.")
    toast("Connected; the first access token is being fetched")
    return redirect(url_for("mail.login", mailbox_id=kept["mailbox"]))


def _found(mailbox_id: int) -> Mailbox:
    return queries.mailbox(me(), mailbox_id) or abort(404, "There is no such mailbox.")


def _page(found: Mailbox, form: TokenForm, *, leads_to: str = "", name: str = "") -> str:
    ways = {way.value: oauth.NAMES[way] for way in oauth.providers(config())}
    return render_template(
        "mail/login.html", mailbox=found, form=form, ways=ways, names=oauth.NAMES, leads_to=leads_to, name=name, back=_back(),
        now=now(),
    )  # fmt: skip


def _back() -> str:
    """Where the provider sends the person back to; it has to be registered there."""
    base = session().get_one(Workspace, 1).base_url or request.host_url.rstrip("/")
    return f"{base}{url_for('mail.connected')}"
