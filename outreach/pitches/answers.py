"""How this room's doors answer when a change is refused, overtaken or done: for a page and for a script alike."""

from __future__ import annotations

from typing import Any, Protocol

from flask import abort, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from outreach.diary import queries as diary
from outreach.pitches import choices, due_words, queries, rules
from outreach.pitches.actions import Changed, Moved, Planned
from outreach.pitches.arrows import ClaimTaken, MoveRefused
from outreach.pitches.models import Pitch
from outreach.web.addresses import local_path, page_before
from outreach.web.here import me, now, today
from outreach.web.toasts import toast
from outreach.web.words import day_words

_COUNTED = ("pitch.", "production.facts")
"""Lines of what counts a pitch's version up."""

Answer = Response | str | tuple[str, int]


class HasVersion(Protocol):
    """A form that carries the version it was drawn from."""

    version: Any


def by_script() -> bool:
    """Did a script ask (the board, or htmx)? It gets a fragment instead of a page."""
    return "HX-Request" in request.headers or request.headers.get("X-Requested-With") == "fetch"


def found(key: int) -> Pitch:
    """The pitch, for one who may change it; else 404."""
    return queries.get_writable(me(), key) or abort(404)


def back_to(key: int) -> Response:
    """To where the form stood: the local path in `back`, else the pitch's page."""
    asked = local_path(request.values.get("back"))
    return redirect(asked or url_for("desk.pitch", pitch_id=key), 303)


def overtaken(changed: Changed) -> tuple[str, int]:
    """409: who changed what in the meantime, and the way on. A fragment for a script."""
    template = "pitches/_overtaken.html" if by_script() else "pitches/overtaken.html"
    return render_template(template, **meanwhile(changed)), 409


def meanwhile(changed: Changed) -> dict[str, Any]:
    """The pitch as it is now and the diary lines of what was changed, newest first, for the page that tells it."""
    pitch = queries.get(me(), changed.pitch_id) or abort(404)
    names = {one.id: one.name for one in choices.colleagues(None)}
    lines = [line for line in diary.timeline(pitch_id=pitch.id, limit=30) if line.kind.startswith(_COUNTED)]
    return {
        "pitch": pitch,
        "changes": lines[: changed.steps],
        "names": names,
        "told": queries.told,
        "rules": rules,
    }


def tried_again(form: HasVersion, changed: Changed) -> dict[str, Any]:
    """The same for a form that is drawn again with what was typed: saving once more goes over the change."""
    told = meanwhile(changed)
    form.version.data = str(told["pitch"].version)
    return told


def where_it_was(key: int) -> Response:
    """Back to the screen whose toast was pressed, when it is one of ours; else to the pitch."""
    came = page_before(request.referrer, request.host_url)
    return redirect(came or url_for("desk.pitch", pitch_id=key), 303)


def said_of(refused: MoveRefused) -> str | Markup:
    """Why a move is refused; with the way to the pitch that stands in it."""
    if not isinstance(refused, ClaimTaken):
        return str(refused)
    href = url_for("desk.pitch", pitch_id=refused.pitch_id)
    return Markup('{} <a class="in-text" href="{}">Open it</a>.').format(str(refused), href)


def seen_version(text: str) -> int | None:
    """The version in a small form; None (any) when it carries none, -1 (none is) when it is broken."""
    if not text:
        return None
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def tell_moved(moved: Moved, name: str) -> None:
    """The toast after a move, with its undo."""
    undo = url_for("pitches.undo", pitch_id=moved.pitch_id, change_id=moved.change_id)
    toast(f"{name}: moved to “{rules.stage_name(moved.stage)}”", undo)


def tell_planned(key: int, words: str, was: Planned) -> None:
    """The toast after a change of the next action; its undo posts what it was."""
    before: dict[str, Any] = {
        "kind": was.kind.value,
        "on": was.on.isoformat(),
        "owner": was.owner_id,
        "words": was.words,
    }
    toast(words, url_for("pitches.replan", pitch_id=key, **before))


def next_words(planned: Planned) -> str:
    """ "Follow up, Fri 27 Nov"."""
    return f"{planned.words or rules.NEXT_WORDS[planned.kind]}, {day_words(planned.on, today())}"


def age_words(pitch: Any) -> str:
    """How long a card stands in its stage: "today", "1 day", "12 days"."""
    days = max(0, (now() - pitch.stage_since).days)
    return "new" if days == 0 else due_words.days_words(days)
