"""What every template may call: icons, marks, addresses of assets, and times in the reader's own words."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, has_request_context, request
from markupsafe import Markup, escape

from outreach.kit import clock, urls
from outreach.kit.folding import Piece
from outreach.web import drawing, words
from outreach.web.assets import Assets
from outreach.web.toasts import waiting_toasts

DIST = "dist"
KEPT = 2_048
"""Pieces of a kind that are kept: 300 bytes each. Typed: a text and the same as `Markup` are two."""


def install(app: Flask) -> None:
    """Give the app's templates their globals (icon, asset, hue, initials) and filters (moment, day, number)."""
    assets = Assets(Path(app.static_folder or "static") / DIST)

    def asset(name: str) -> str:
        """The address of a built file: `asset("app.css")`."""
        version = assets.version(name)
        prefix = request.script_root if has_request_context() else ""
        return f"{prefix}{app.static_url_path}/{DIST}/{name}" + (f"?v={version}" if version else "")

    def icon(name: str, extra: str = "") -> Markup:
        """One drawing of the sprite, for the eye only: what it means stands beside it in words."""
        return _drawing(sprite(), name, extra)

    def sprite() -> str:
        """The address of the drawings: looked up once for a page, which shows hundreds."""
        if not has_request_context():
            return asset("icons.svg")
        found: str | None = g.get("sprite")
        if found is None:
            found = g.sprite = asset("icons.svg")
        return found

    def kept(macro: Callable[..., Markup]) -> Callable[..., Markup]:
        """A macro whose pieces are kept by what they are drawn of: for those that need nothing of the page they stand in."""
        drawn = lru_cache(maxsize=KEPT, typed=True)(lambda _sprite, *given, **named: macro(*given, **named))
        return lambda *given, **named: drawn(sprite(), *given, **named)

    app.jinja_env.globals.update(
        icon=icon, asset=asset, kept=kept, hue=words.hue, initials=words.initials, waiting_toasts=waiting_toasts
    )  # fmt: skip
    app.jinja_env.filters.update(FILTERS)
    drawing.install(app.jinja_env)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def outward(address: str | None) -> str:
    """An address for an `href` that leads out of the product: http or https, or one that leads nowhere.

    Forms and files are held to that before they write; a row that is older than a rule is held to it here.
    """
    typed = (address or "").strip()
    return typed if typed.lower().startswith(("http://", "https://")) else "about:blank"


def pieces(found: Iterable[Piece]) -> Markup:
    """What a search found in a text, what was looked for marked."""
    return Markup("".join(f"<b>{escape(text)}</b>" if is_hit else escape(text) for text, is_hit in found))


@lru_cache(maxsize=1024)
def _drawing(sprite: str, name: str, extra: str) -> Markup:
    looks = f"icon {extra}".strip()
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(looks, sprite, name)


def render_alone(template: str, **words: object) -> str:
    """Draw a page without the context processors: error pages must not need the database they tell about."""
    return current_app.jinja_env.get_template(template).render(**words)


def reader_zone() -> ZoneInfo:
    """The zone of whoever looks at this page; UTC where nobody is known."""
    zone: ZoneInfo = g.get("zone", None) or ZoneInfo("UTC") if has_request_context() else ZoneInfo("UTC")
    return zone


def moment(value: datetime | None) -> Markup:
    """An aware moment: relative on screen, exact when pointed at."""
    if value is None:
        return Markup(words.NONE)
    now, zone, _ = _read_at()
    exact = value.astimezone(UTC).isoformat(timespec="seconds")
    return _time(exact, words.moment_words(value, now, zone), words.exact_moment(value, zone))


def ago(value: datetime | None) -> Markup:
    """A moment in a list of many: the exact one is written in when it is pointed at (assets/js/rows.js)."""
    if value is None:
        return Markup(words.NONE)
    now, zone, today = _read_at()
    return _by_day(value, today, zone) or _time(_to_the_minute(value), words.moment_words(value, now, zone))


def _read_at() -> tuple[datetime, ZoneInfo, date]:
    """Now, the reader's zone and their day, looked up once for a page, which has hundreds of moments."""
    is_page = has_request_context()
    known: tuple[datetime, ZoneInfo, date] | None = g.get("read_at") if is_page else None
    if known is None:
        now, zone = clock.now(), reader_zone()
        known = now, zone, now.astimezone(zone).date()
        if is_page:
            g.read_at = known
    return known


@lru_cache(maxsize=4096)
def _by_day(value: datetime, today: date, zone: ZoneInfo) -> Markup | None:
    """The same of a moment so far away that its day is all that is said; None of one that is nearer."""
    on = value.astimezone(zone).date()
    return _time(_to_the_minute(value), words.day_words(on, today)) if abs((on - today).days) > 1 else None


def _to_the_minute(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def day(value: date | None, is_within: bool = False) -> Markup:
    """A day, or the reader's day of a moment: "Tomorrow" ("tomorrow" within a sentence) on screen, in full when pointed at."""
    if value is None:
        return Markup(words.NONE)
    _, zone, today = _read_at()
    on = value.astimezone(zone).date() if isinstance(value, datetime) else value
    return _day(on, today, is_within)


@lru_cache(maxsize=1024)
def _day(on: date, today: date, is_within: bool) -> Markup:
    return _time(on.isoformat(), words.day_words(on, today, is_within=is_within), words.exact_day(on))


def _time(exact: str, told: str, hint: str = "") -> Markup:
    """A moment or a day, from our own words: there is nothing in them to escape, and a page has hundreds."""
    title = f' title="{hint}"' if hint else ""
    return Markup(f'<time datetime="{exact}"{title}>{told}</time>')


FILTERS: dict[str, Callable[..., object]] = {
    "moment": moment, "ago": ago, "day": day, "number": words.number_words, "counted": words.counted, "host": urls.show_host,
    "url_words": words.url_words, "outward": outward, "pieces": pieces,
}  # fmt: skip
