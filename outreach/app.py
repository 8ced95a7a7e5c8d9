"""Puts the house together: settings, database, manners of the doors, rooms, and what must be looked up."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import pkgutil
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask, Response, abort, g, redirect, request, url_for
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import outreach
from outreach import db, settings
from outreach.accounts import post
from outreach.accounts import rules as account_rules
from outreach.accounts.models import User, Workspace
from outreach.accounts.rules import Standing, UserRole
from outreach.kit import clock
from outreach.mail import actions as mail_actions
from outreach.projects import queries as project_queries
from outreach.projects.rules import MemberRole
from outreach.prospects import standings
from outreach.settings import Settings
from outreach.web import access, errors, headers, log, origins
from outreach.web.addresses import Addressed, Route, RowId

csrf = CSRFProtect()


def create_app(config: Settings | None = None) -> Flask:
    """The web application of one instance. Raises settings.BadSetting; does not touch the database's schema."""
    config = config or settings.load()
    log.install(config.log_level, config.log_file)
    clock.use_file(config.clock_file)
    app = _flask_of(config)
    load_models()
    config.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    db.install(app, config.database, config.sqlite_mapped_mb)
    headers.install(app)
    origins.install(app, config.base_url, config.host)
    csrf.init_app(app)
    errors.install(app)
    _install_looks(app)
    _install_login(app)
    _register_rooms(app)
    post.use(app, mail_actions.post)
    standings.use(app, _standing_is)
    app.before_request(_check_access)
    access.check_all(app)
    return app


def _flask_of(config: Settings) -> Flask:
    """Flask as this instance sets it: cookies, bounds, proxies; nothing of ours hangs on it yet."""
    app = Addressed(
        "outreach",
        instance_path=str(config.instance),
        template_folder=str(_beside("templates")),
        static_folder=str(Path(__file__).parent / "static"),
    )
    app.config.update(
        SECRET_KEY=config.cookie_key,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.base_url.startswith("https://"),
        SESSION_COOKIE_NAME="outreach",
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=config.base_url.startswith("https://"),
        REMEMBER_COOKIE_DURATION=timedelta(days=30),
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        MAX_CONTENT_LENGTH=config.max_upload_mb * 2**20,
        MAX_FORM_MEMORY_SIZE=4 * 2**20,  # ten thousand pasted addresses
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        TESTING=config.testing,
    )
    app.extensions["outreach"] = config
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.url_map.converters["int"] = RowId
    app.url_rule_class = Route
    return app


def _standing_is(about: Any, key: Any, standing: Any) -> Any:
    """The lists' filter by relationship; loaded when it is asked for."""
    from outreach.desk.relationships import standing_is

    return standing_is(about, key, standing)


def settings_of(app: Flask) -> Settings:
    """The settings an app was made with."""
    found: Settings = app.extensions["outreach"]
    return found


@functools.cache
def load_models() -> None:
    """Import every room's tables, so that the metadata is whole."""
    house = Path(__file__).parent
    for file in sorted(house.rglob("models.py")):
        importlib.import_module(".".join(("outreach", *file.relative_to(house).with_suffix("").parts)))


@functools.cache
def rooms() -> list[str]:
    """The packages of the house, by name."""
    return sorted(module.name for module in pkgutil.iter_modules(outreach.__path__) if module.ispkg)


@functools.cache
def _has(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def _beside(folder: str) -> Path:
    """`folder` of the checkout when there is one (an editable install copies a frozen one), else of the wheel."""
    checkout = Path(__file__).resolve().parent.parent / folder
    return checkout if checkout.is_dir() else Path(__file__).parent / folder


def _register_rooms(app: Flask) -> None:
    """Register the blueprint `bp` of every room's views; `bp.csrf_exempt_views` names views that outsiders post to."""
    for room in rooms():
        for door in ("views", "api", "styleguide"):
            name = f"outreach.{room}.{door}"
            if _has(name):
                module = importlib.import_module(name)
                app.register_blueprint(module.bp)
                for view in getattr(module, "CSRF_EXEMPT", ()):
                    csrf.exempt(view)
                    app.extensions[origins.OUTSIDERS].add(view)


def _install_looks(app: Flask) -> None:
    """Jinja's globals and filters, and what the frame of every page shows."""
    if _has("outreach.web.jinja"):
        importlib.import_module("outreach.web.jinja").install(app)
    if _has("outreach.desk.frame"):
        app.context_processor(importlib.import_module("outreach.desk.frame").context)


def _install_login(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(
        lambda token: db.session().scalar(sa.select(User).where(User.session_token == token, User.is_active))
    )


def _check_access() -> Response | None:
    """The first fence: may somebody of this standing open this address at all?"""
    g.zone = ZoneInfo("UTC")
    if request.endpoint is None:
        return None
    asked = access.standing_of(_app(), request.endpoint) or "admin"
    if request.endpoint == "static":
        return None
    if current_user.is_authenticated:
        g.zone = ZoneInfo(current_user.timezone)
        g.standing = standing(current_user)
        if account_rules.suffices(g.standing, Standing(asked)):
            return None
        abort(404)
    if asked == Standing.PUBLIC:
        return None
    return _to_login()


def _to_login() -> Response:
    if db.session().get(Workspace, 1) is None:
        return redirect(url_for("accounts.setup"))  # type: ignore[return-value]
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.log_in", next=back))  # type: ignore[return-value]


FEW_PROJECTS = 50
"""Up to so many are named in a statement."""


def standing(user: User) -> Standing:
    """The most that a user is anywhere: the first fence compares with it."""
    if user.role is UserRole.ADMIN:
        return Standing.ADMIN
    if user.role is UserRole.MANAGER:
        return Standing.MANAGER
    roles = project_queries.roles_of(user)
    user.only_project_id = next(iter(roles)) if len(roles) == 1 else None
    user.own_project_ids = tuple(sorted(roles)) if len(roles) <= FEW_PROJECTS else ()
    return Standing.MEMBER if MemberRole.MEMBER in roles.values() else Standing.VIEWER


def _app() -> Flask:
    from flask import current_app

    return current_app
