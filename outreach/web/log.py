"""Structured logs: one JSON line an event on standard error, values escaped, request id with it."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict

from outreach.kit.address import MAIL_ADDRESS


def without_addresses(_log: object, _method: str, event: EventDict) -> EventDict:
    """A processor: no mail address of anybody reaches the log, where erasing could not follow it."""
    return {name: _covered(value) for name, value in event.items()}


def _covered(value: Any) -> Any:
    if isinstance(value, str):
        return MAIL_ADDRESS.sub("[address]", value) if "@" in value else value
    if isinstance(value, dict):
        return {name: _covered(item) for name, item in value.items()}
    return [_covered(item) for item in value] if isinstance(value, (list, tuple, set)) else value


def install(level: str, file: Path | None = None) -> None:
    """Log from `level` on, to standard error or onto the end of `file`. JSON escapes control signs, so that no input can forge a line."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            without_addresses,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(file=file.open("a", buffering=1) if file else sys.stderr),
        cache_logger_on_first_use=False,
    )
