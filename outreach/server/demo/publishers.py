"""The demo's publishers: small sites under `.localhost` names, all on one port of this machine.

What each page holds stands in `publishers.json` of the instance, written with the demo's rows:
`{"host": {"/path": {"title", "status", "target", "anchor", "rel"}}}`. A page without a target has lost its link, one
with status 403 stands behind a wall. The checks of the demo really fetch these pages.
"""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment

from outreach.kit.urls import host_of

FILE = "publishers.json"

_ARTICLE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ page.title }} | {{ name }}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="canonical" href="{{ url }}">
<style>body{font:17px/1.6 Georgia,serif;max-width:38em;margin:2em auto;padding:0 1em;color:#222}nav a{margin-right:1em}footer{margin-top:3em;color:#777}</style></head>
<body><header><h2>{{ name }}</h2><nav><a href="/">Home</a><a href="/about">About us</a><a href="/write-for-us">Write for us</a></nav></header>
<main><article><h1>{{ page.title }}</h1>
<p>It rained for eleven days, then not at all for seven weeks. Anybody who sows in a year like this learns more about the ground than in ten kind ones, and most of it is about patience.</p>
{% if page.target %}<p>We were not the only ones who kept notes. The <a href="{{ page.target }}"{% if page.rel %} rel="{{ page.rel }}"{% endif %}>{{ page.anchor }}</a> from Hazel &amp; Loam asks the same questions, and is honest about its limits.</p>
{% else %}<p>We were not the only ones who kept notes, and next year we mean to compare them before the seed is bought.</p>{% endif %}
<p>Our own beds did best where nothing had been turned since autumn. The worms, it seems, had their own plan, and we have stopped arguing with them.</p>
<p>Write to us about yours: what came up, what did not, and what you would never sow again.</p>
</article></main><footer>{{ name }} is published by three people and a cat.</footer></body></html>"""
_HOME = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ name }}</title></head>
<body><nav><a href="/contact">Contact</a> <a href="/about">About us</a> <a href="/write-for-us">Write for us</a></nav><h1>{{ name }}</h1><ul>{% for path, page in pages.items() if not page.who %}<li><a href="{{ path }}">{{ page.title }}</a></li>{% endfor %}</ul></body></html>"""
_WALL = """<!doctype html><html lang="en"><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1>
<p>Please enable JavaScript and cookies to continue.</p></body></html>"""
_GONE = """<!doctype html><html lang="en"><head><title>Page not found</title></head><body><h1>Page not found</h1><p>There is nothing here any more.</p></body></html>"""

_templates = Environment(loader=DictLoader({"article": _ARTICLE, "home": _HOME}), autoescape=True)


def answer(pages: dict[str, dict[str, dict[str, Any]]], host: str, path: str, url: str) -> tuple[int, str]:
    """(status, HTML) of one address of the demo's publishers."""
    here = pages.get(host, {})
    name = host.partition(".")[0].replace("-", " ").capitalize()
    if path == "/" and here:
        return 200, _templates.get_template("home").render(name=name, pages=here)
    page = here.get(path)
    if page is None:
        return 404, _GONE
    if "who" in page:
        from outreach.server.demo import mastheads

        return 200, mastheads.html(path, page["who"], name)
    status = int(page.get("status", 200))
    if status == 403:
        return status, _WALL
    if status != 200:
        return status, _GONE
    return 200, _templates.get_template("article").render(page=page, name=name, url=url)


def serve(instance: Path, port: int) -> None:
    """Answer on 127.0.0.1 until the process is ended."""
    ThreadingHTTPServer(("127.0.0.1", port), door(instance)).serve_forever()


def door(instance: Path) -> type[BaseHTTPRequestHandler]:
    """What answers for the publishers of an instance; their file is read anew at each request."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            named = self.headers.get("Host", "")
            pages = json.loads((instance / FILE).read_text())
            status, html = answer(
                pages, host_of(named), self.path.partition("?")[0], f"http://{named}{self.path}"
            )
            body = html.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Quiet: this is scenery."""

    return Door
