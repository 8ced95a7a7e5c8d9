"""What a view asks about the request it serves: who, when, on which day."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from flask import current_app, g
from flask_login import current_user

from outreach.kit import clock
from outreach.settings import Settings

if TYPE_CHECKING:
    from outreach.accounts.models import User


def me() -> User:
    """The user at the screen; only behind a rule that is not `public`."""
    return cast("User", current_user._get_current_object())


def now() -> datetime:
    """The moment of this request, the same for all of it."""
    if "now" not in g:
        g.now = clock.now()
    return cast(datetime, g.now)


def today() -> date:
    """The day where the user lives."""
    return clock.local_day(now(), g.zone)


def config() -> Settings:
    """The settings of this instance."""
    return cast(Settings, current_app.extensions["outreach"])
