"""Structured logs: one JSON line an event on standard error, values escaped, request id with it."""

from __future__ import annotations

import logging
import sys

import structlog


def install(level: str) -> None:
    """Log from `level` on. JSON escapes control signs, so that no input can forge a line."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
