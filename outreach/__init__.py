"""Outreach: the CRM of people who earn links."""

__version__ = "0.1.0"
