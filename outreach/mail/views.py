"""The doors to templates, snippets and mailboxes, collected."""

from __future__ import annotations

from outreach.mail import mailbox_views, snippet_views, template_views, token_views
from outreach.mail.door import bp
from outreach.mail.search import views as search_views

__all__ = ["bp", "mailbox_views", "search_views", "snippet_views", "template_views", "token_views"]
