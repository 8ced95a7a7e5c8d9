"""Placed links of the demo, with what was seen at them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from outreach.accounts.models import User
from outreach.db import session, write
from outreach.links import look_moves
from outreach.links import moves as link_moves
from outreach.links.looks import Look
from outreach.links.models import PlacedLink
from outreach.links.moves import Terms
from outreach.links.rules import Presence, Value
from outreach.pitches.models import Pitch
from outreach.pitches.rules import MAINTENANCE, Stage
from outreach.projects.models import Project
from outreach.prospects.models import Site
from outreach.server.demo import names
from outreach.server.demo.build import Build

SEEN = Look(Presence.FOUND, Value.PASSES, "The link is there, in the text, followed.", "ok", status=200)
NOFOLLOW = Look(
    Presence.FOUND,
    Value.WEAKENED,
    "The link is there, in the text, not followed.",
    "ok",
    codes=("REL_NOFOLLOW",),
    status=200,
)
MISSING = Look(
    Presence.NOT_FOUND,
    Value.NONE,
    "The page is there, but no link to the agreed address is on it.",
    "ok",
    codes=("LINK_MISSING",),
    status=200,
)
WALL = Look(
    Presence.UNREADABLE,
    Value.NA,
    "A wall for machines stands before the page. So nobody can say whether the link is there.",
    "forbidden",
    codes=("WALL",),
    status=403,
)


@dataclass(frozen=True)
class Shown:
    """What a page of the demo shows: `state` is live, nofollow, gone or wall."""

    state: str
    url: str
    target: str
    anchor: str

    def look(self, seen: Look, elapsed_ms: int = 0) -> Look:
        found = {
            "href": self.target, "anchor": self.anchor, "alt": "", "region": "content", "hidden": "",
            "rel": ["nofollow"] if "REL_NOFOLLOW" in seen.codes else [],
            "context": f"The {self.anchor} from Hazel & Loam asks the same questions, and is honest about its limits.",
        }  # fmt: skip
        return replace(seen, found=(found,), hops=({"url": self.url, "status": 200},), elapsed_ms=elapsed_ms)

    def page(self, slug: str) -> dict[str, Any]:
        return {
            "title": slug.strip("/").replace("-", " ").capitalize(), "status": 403 if self.state == "wall" else 200,
            "target": "" if self.state == "gone" else self.target, "anchor": self.anchor,
            "rel": "nofollow" if self.state == "nofollow" else "",
        }  # fmt: skip


def bring(build: Build, most: int) -> None:
    """Placed links with a history: most live, one turned nofollow, one gone, one behind a wall; all pages really answer."""
    wanted: list[tuple[int, int, str, Pitch | None]] = [
        (pitch.site_id, pitch.project_id, key, pitch) for pitch, key in _won_pitches(build)
    ]
    used = {key for _, _, key, _ in wanted}
    for site_id, project_id, key in build.cast.sites:
        if key.endswith(".localhost") and key not in used:
            used.add(key)
            wanted.append((site_id, project_id, key, None))
    for number, (site_id, project_id, key, pitch) in enumerate(wanted[:most]):
        with write():
            _link(build, number, site_id, project_id, key, pitch)


def _won_pitches(build: Build) -> list[tuple[Pitch, str]]:
    here = session()
    rows = (
        here.query(Pitch, Site.key)
        .join(Site, Site.id == Pitch.site_id)
        .filter(Pitch.stage == Stage.WON, Site.key.like("%.localhost"))
        .order_by(Pitch.id)
        .all()
    )
    return [(pitch, key) for pitch, key in rows if pitch.type not in MAINTENANCE]


def _link(build: Build, number: int, site_id: int, project_id: int, key: str, pitch: Pitch | None) -> None:
    page = build.chance.choice(build.cast.pages[project_id])
    slug = "/" + (
        build.slug() if number < 4 or not pitch or not pitch.page_url else pitch.page_url.rpartition("/")[2]
    )
    shown = Shown(
        state={0: "nofollow", 1: "gone", 2: "wall"}.get(number, "live"),
        url=f"http://{key}:{build.port}{slug}",
        target=pitch.target_url if pitch and pitch.target_url else page.url,
        anchor=build.chance.choice(names.ANCHORS),
    )
    age = build.chance.randrange(20, 160) if number >= 4 else 60
    owner = session().get_one(User, pitch.owner_id) if pitch and pitch.owner_id else build.admin
    terms = Terms(shown.url, shown.target, rel="follow", importance=1 + (number % 7 == 0))
    placed_at = build.ago(age)
    if pitch is not None:
        pitch.page_url = shown.url
    project, site = session().get_one(Project, project_id), session().get_one(Site, site_id)
    link = link_moves.place(project, site, terms, by=owner, now=placed_at, pitch=pitch)
    link.placed_on = placed_at.date()
    _seen(build, link, shown, age, owner)
    build.pages.setdefault(key, {})[slug] = shown.page(slug)
    link.next_check_at = build.now + timedelta(minutes=number if number < 4 else 20 + 40 * number)


def _seen(build: Build, link: PlacedLink, shown: Shown, age: int, owner: User) -> None:
    """Four looks at a live link, and then what became of it."""
    for days in (age - 1, age * 0.66, age * 0.33, 5):
        look = shown.look(SEEN, elapsed_ms=build.chance.randrange(80, 600))
        _look(link, look, owner, build.ago(days))
    if shown.state == "nofollow":
        _look(link, shown.look(NOFOLLOW), owner, build.ago(2))
    elif shown.state == "gone":
        _look(link, MISSING, owner, build.ago(3, 8))
        _look(link, MISSING, owner, build.ago(2, 8))
    elif shown.state == "wall":
        for days in (4, 3, 2):
            _look(link, WALL, owner, build.ago(days))


def _look(link: PlacedLink, look: Look, owner: User, at: datetime) -> None:
    look_moves.record(link, look, by=None, now=at, owner=owner)
