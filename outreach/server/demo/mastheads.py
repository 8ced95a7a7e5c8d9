"""Who is behind the demo's publishers: their pages about it, and two sites that were looked through already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import DictLoader, Environment

from outreach.db import session, write
from outreach.engines.fetch.answer import Fetched, Known
from outreach.page.headers import Headers
from outreach.prospects.models import Person
from outreach.prospects.rules import ContactKind
from outreach.research import moves
from outreach.research.exploring import Explorer
from outreach.research.models import SiteSearch
from outreach.research.rules import SearchState
from outreach.server.demo import names, publishers

if TYPE_CHECKING:
    from outreach.server.demo.build import Build

LOOKED_THROUGH = 2
REFUSES_EVERY = 5
PATHS = {"/contact": "Contact", "/about": "About us", "/write-for-us": "Write for us"}

_CONTACT = """<h1>Contact</h1><p>Letters to the desk: desk@{{ who.host }}. Advertising: ads (at) {{ who.host }}.</p>
<form method="post"><label>Your name <input name="name"></label><label>Your e-mail <input type="email" name="email" placeholder="you@company.com"></label><label>Message <textarea name="message"></textarea></label><button>Send</button></form>"""
_ABOUT = """<h1>Who we are</h1><ul>{% for one in who.people %}<li><h3>{{ one.name }}</h3><p>{{ one.role }}</p><p>{% if one.spelled %}{{ one.first }} [at] {{ who.host }}{% else %}<a href="mailto:{{ one.address }}">Write to {{ one.first }}</a>{% endif %}
{% if one.profile %}<a rel="me" href="{{ one.profile }}">{{ one.name }}</a>{% endif %}</p></li>{% endfor %}</ul>"""
_WRITE = """<h1>Write for us</h1>{% if who.refuses %}<p>We do not accept guest posts, sponsored articles or link requests. Please do not ask twice.</p>
{% else %}<p>We like pieces that rest on something you have tried yourself. Send two sentences, not a finished text, to pitches@{{ who.host }}.</p>{% endif %}"""
_FRAME = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ title }} | {{ name }}</title></head><body>
<nav><a href="/">Home</a> <a href="/contact">Contact</a> <a href="/about">About us</a> <a href="/write-for-us">Write for us</a></nav><main>{{ inside }}</main><footer>{{ name }}</footer></body></html>"""
_templates = Environment(
    loader=DictLoader({"/contact": _CONTACT, "/about": _ABOUT, "/write-for-us": _WRITE, "frame": _FRAME}), autoescape=True
)  # fmt: skip


def html(path: str, who: dict[str, Any], name: str) -> str:
    """One page about who is behind a publisher."""
    from markupsafe import Markup

    inside = Markup(_templates.get_template(path).render(who=who))  # rendered with escaping
    return _templates.get_template("frame").render(inside=inside, title=PATHS[path], name=name)


def tell(build: Build) -> None:
    """Give every publisher of this machine its pages, and look through the first ones as the worker would."""
    places = {key: site_id for site_id, _, key in build.cast.sites if key.endswith(".localhost")}
    for number, (key, site_id) in enumerate(places.items()):
        who = _who(build, number, key, site_id)
        build.pages.setdefault(key, {}).update(
            {path: {"title": title, "who": who} for path, title in PATHS.items()}
        )
    for key, site_id in list(places.items())[:LOOKED_THROUGH]:
        _look_through(build, key, site_id)


def _who(build: Build, number: int, key: str, site_id: int) -> dict[str, Any]:
    known = session().get(Person, build.cast.people.get(site_id, 0))
    people = [_known(known)] if known is not None and known.contact_points else []
    for place in (0, 1):
        name = names.person_name(300 + (number * 2 + place) % 900)
        first = name.split()[0].lower()
        people.append({
            "name": name, "role": names.ROLES[(number + place) % len(names.ROLES)], "first": first, "address": f"{first}@{key}", "spelled": place == 0,
            "profile": f"https://www.linkedin.com/in/{name.lower().replace(' ', '-')}" if place == 0 else "",
        })  # fmt: skip
    session().rollback()
    return {"host": key, "people": people, "refuses": number % REFUSES_EVERY == 1}


def _known(person: Person) -> dict[str, Any]:
    address = next((point.value for point in person.contact_points if point.kind is ContactKind.EMAIL), "")
    return {
        "name": person.name,
        "role": "editor",
        "first": person.first_name,
        "address": address,
        "spelled": False,
        "profile": "",
    }


def _look_through(build: Build, key: str, site_id: int) -> None:
    def get(url: str, known: Known | None) -> Fetched:
        path = "/" + url.partition("://")[2].partition("/")[2]
        status, body = (404, "") if path == "/robots.txt" else publishers.answer(build.pages, key, path, url)
        return Fetched(
            url,
            url,
            status=status,
            headers=Headers([("content-type", "text/html; charset=utf-8")]),
            body=body.encode(),
        )

    at = build.ago(1)
    pages = list(Explorer(f"http://{key}:{build.port}/", get, lambda question: question.answer(), {}).run())
    with write() as here:
        moves.ask(site_id, by=build.admin.id, now=at)
        here.flush()
        found = here.query(SiteSearch).filter_by(site_id=site_id).one()
        for looked in pages:
            moves.keep_page(found, looked, now=at)
        moves.stop(found, SearchState.DONE, now=at)
