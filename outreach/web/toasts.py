"""What was just done, told on the next screen, with a way to undo it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import flash, get_flashed_messages

ICONS = {
    "good": "check",
    "info": "info-circle",
    "warn": "alert-triangle",
    "bad": "alert-circle",
}


@dataclass(frozen=True)
class Toast:
    """`kind` is one of ICONS; `undo_url` takes a POST."""

    text: str
    kind: str = "good"
    undo_url: str | None = None

    @property
    def icon(self) -> str:
        return ICONS.get(self.kind, "info-circle")


def toast(text: str, undo_url: str | None = None, kind: str = "good") -> None:
    """Say it once, on the next page that this reader sees (or in this one, when it is drawn afterwards)."""
    flash({"text": text, "undo_url": undo_url}, kind)  # type: ignore[arg-type]  # any JSON value may be flashed


def waiting_toasts() -> Iterator[Toast]:
    """Those not yet shown; reading them takes them. Plain `flash("text", "bad")` counts too."""
    flashed: Any = get_flashed_messages(with_categories=True)
    for kind, message in flashed:
        if isinstance(message, dict):
            yield Toast(str(message["text"]), kind, message.get("undo_url"))
        else:
            yield Toast(str(message), "info" if kind == "message" else kind)
