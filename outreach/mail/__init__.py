"""Mailboxes, letter templates and their versions, messages and threads."""
