"""The doors of accounts: set-up, log-in, passwords, profile, workspace."""

from outreach.accounts.views import entry, own, passwords, set_up, workspace
from outreach.accounts.views.blueprint import bp

__all__ = ["bp", "entry", "own", "passwords", "set_up", "workspace"]
