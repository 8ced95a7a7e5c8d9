"""Structured logs: one JSON line an event on standard error, values escaped, request id with it."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import structlog


def install(level: str, file: Path | None = None) -> None:
    """Log from `level` on, to standard error or onto the end of `file`. JSON escapes control signs, so that no input can forge a line."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(file=file.open("a", buffering=1) if file else sys.stderr),
        cache_logger_on_first_use=False,
    )
