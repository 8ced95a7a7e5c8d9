"""An app with the real frame, headers and error pages around a queue and a board that live in lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, abort, redirect, render_template_string, request
from flask_wtf.csrf import CSRFProtect
from markupsafe import Markup
from werkzeug.wrappers.response import Response

import outreach
from outreach.web import errors, headers, jinja, styleguide
from outreach.web.toasts import toast

ROOT = Path(outreach.__file__).parent

QUEUE = """
{% extends "base.html" %}{% set section = "Today" %}
{% block title %}Today{% endblock %}{% block top %}<h1>Today</h1>{% endblock %}
{% block main %}<div class="page"><ul class="card">
{% for domain in queue %}{% call ui.item(domain, domain, "Send the brief", "You promised it.", href="/sites/" ~ domain) %}
{{ ui.snooze("/snooze/" ~ domain, domain) }}{{ ui.row_button("Done", "check", post="/done/" ~ domain, key="D", of=domain) }}
{% endcall %}{% endfor %}</ul>
<form method="post" action="/notes">{{ ui.csrf() }}{{ forms.area("note", "Note") }}{{ ui.button("Save", kind="main") }}</form></div>{% endblock %}
"""

WORK = """
{% import "macros/ui.html" as ui %}{% if looks < 3 %}{% call ui.poll("/work", "work", 1) %}{{ looks }} of 3{% endcall %}{% else %}<p id="work">All 3 are done</p>{% endif %}
"""

LETTER = """
{% extends "base.html" %}{% set section = "Today" %}{% block title %}Letter{% endblock %}{% block top %}<h1>Letter</h1>{% endblock %}
{% block main %}<div class="page"><form method="post" action="/letter" id="letter">{{ ui.csrf() }}{{ forms.area("words", "Words") }}{{ ui.button("Preview") }}</form>
{% call ui.live("/letter/preview", "letter", "preview") %}Nothing yet{% endcall %}
{{ work }}</div>{% endblock %}
"""

BOARD = """
{% extends "base.html" %}{% import "macros/board.html" as pipeline %}{% set section = "Pipeline" %}
{% block title %}Pipeline{% endblock %}{% block top %}<h1>Pipeline</h1>{% endblock %}
{% block scripts %}{{ pipeline.script() }}{% endblock %}
{% block main %}{% call pipeline.board("Board") %}
{% for column in ("talking", "agreed") %}{% set cards = pitches|selectattr("column", "eq", column)|list %}
{% call pipeline.column(column, column|capitalize, cards|length, "Nothing yet.") %}
{% for one in cards %}{% call pipeline.pitch(one.id, one.version, one.domain, "/pitches/" ~ one.id, "", "/pitches/" ~ one.id ~ "/column", [("talking", "Talking"), ("agreed", "Agreed")]) %}{% endcall %}{% endfor %}
{% endcall %}{% endfor %}{% endcall %}{% endblock %}
"""


@dataclass
class Pitch:
    id: int
    domain: str
    column: str = "talking"
    version: int = 1


@dataclass
class Shelf:
    """What the screens show, and a diary of what was posted."""

    queue: list[str] = field(default_factory=lambda: ["wild.example", "moss.example", "sow.example"])
    pitches: list[Pitch] = field(default_factory=lambda: [Pitch(1, "wild.example"), Pitch(2, "moss.example")])
    posted: list[str] = field(default_factory=list)
    looks: int = 0


def entry(
    name: str, icon: str, href: str, key: str, count: str = "", waiting: bool = False
) -> SimpleNamespace:
    return SimpleNamespace(name=name, icon=icon, href=href, key=key, count=count, waiting=waiting)


def frame() -> dict[str, object]:
    """What the real context processor gives, in small."""
    return {
        "nav": [
            entry("Today", "home", "/today", "t", "3", True),
            entry("Pipeline", "layout-kanban", "/pipeline", "p", "2"),
            entry("Settings", "settings", "/styleguide", "s"),
        ],
        "nav_projects": [("Seed trial", "/projects/1", 4)],
        "me": SimpleNamespace(name="Ana Duarte", email="ana@hazel.example", role="member"),
        "account_links": [SimpleNamespace(label="Log out", icon="logout", href="/log-out", post=True)],
        "commands": [SimpleNamespace(label="Add prospects", icon="plus", href="/styleguide", key="A")],
    }


def small_app(shelf: Shelf) -> Flask:
    app = Flask("small", template_folder=str(ROOT.parent / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(SECRET_KEY="for this test only", TESTING=True)
    CSRFProtect(app)
    jinja.install(app)
    headers.install(app)
    errors.install(app)
    app.register_blueprint(styleguide.bp)
    app.context_processor(frame)
    _add_queue(app, shelf)
    _add_board(app, shelf)
    _add_work(app, shelf)
    return app


def _add_queue(app: Flask, shelf: Shelf) -> None:
    @app.get("/today")
    def today() -> str:
        return render_template_string(QUEUE, queue=shelf.queue)

    @app.get("/sites/<domain>")
    def site(domain: str) -> str:
        return f"<!doctype html><title>{domain}</title>"

    @app.post("/done/<domain>")
    def done(domain: str) -> Response:
        shelf.posted.append(f"done {domain}")
        shelf.queue.remove(domain)
        toast(f"{domain} is done", f"/undo/{domain}")
        return redirect("/today")

    @app.post("/undo/<domain>")
    def undo(domain: str) -> Response:
        shelf.posted.append(f"undo {domain}")
        shelf.queue.insert(0, domain)
        return redirect("/today")

    @app.post("/snooze/<domain>")
    def snooze(domain: str) -> Response:
        shelf.posted.append(f"snooze {domain} {request.form['days']}")
        return redirect("/today")

    @app.post("/notes")
    def note() -> Response:
        shelf.posted.append(f"note {request.form['note']}")
        return redirect("/today")

    @app.get("/palette")
    def palette() -> str:
        macro = '{% import "macros/ui.html" as ui %}{{ ui.option("wild.example", "/sites/wild.example", "world") }}'
        return render_template_string(macro) if "wild" in request.args["q"] else ""


def _add_board(app: Flask, shelf: Shelf) -> None:
    @app.get("/pipeline")
    def pipeline() -> str:
        return render_template_string(BOARD, pitches=shelf.pitches)

    @app.post("/pitches/<int:number>/column")
    def move(number: int) -> Response | tuple[str, int]:
        pitch = shelf.pitches[number - 1]
        if request.form["column"] not in ("talking", "agreed"):
            abort(400)
        if int(request.form["version"]) != pitch.version:
            return "<p>Max has moved wild.example to Agreed.</p>", 409
        pitch.column, pitch.version = request.form["column"], pitch.version + 1
        shelf.posted.append(f"{pitch.domain} to {pitch.column}")
        toast(f"{pitch.domain} moved")
        return redirect("/pipeline")


def _add_work(app: Flask, shelf: Shelf) -> None:
    @app.get("/work")
    def work() -> str:
        shelf.looks += 1
        return render_template_string(WORK, looks=shelf.looks)

    @app.get("/letter")
    def letter() -> str:
        return render_template_string(LETTER, work=Markup(work()))

    @app.post("/letter/preview")
    def preview() -> str:
        if "break" in request.form["words"]:
            abort(500)
        return render_template_string("Dear Bo, {{ words }}", words=request.form["words"])
