"""The doors of projects: projects, their pages, their members, and the team."""

from outreach.projects.views import invitations, members, pages, projects, saved, users
from outreach.projects.views.blueprint import bp

__all__ = ["bp", "invitations", "members", "pages", "projects", "saved", "users"]
