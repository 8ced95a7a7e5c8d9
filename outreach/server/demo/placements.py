"""Placements of the demo that are no plain link of today: pages that are agreed and not yet there, posts and mentions, an agreed time that ends."""

from __future__ import annotations

from datetime import timedelta

from outreach.accounts.models import User
from outreach.db import session, write
from outreach.links import agreed, look_moves, publication_queries, publications
from outreach.links import moves as link_moves
from outreach.links.looks import Look
from outreach.links.moves import Terms
from outreach.links.publication_models import PublicationWatch
from outreach.links.rules import Presence, Value
from outreach.links.seeking import Find
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Stage
from outreach.projects.models import Project
from outreach.prospects.models import Site
from outreach.server.demo.build import Build

POSTS = 3
POST = Look(
    Presence.FOUND,
    Value.NA,
    "The link is there: “our frost dates” in the text, not followed.",
    "ok",
    status=200,
)


def add(build: Build) -> int:
    """Make them; gives how many links that are."""
    if build.link_count < 20:
        return 0
    with write():
        awaited = _awaited(build)
        posts = _posts(build)
        _ending(build)
        _published(build)
    return awaited + posts


def _awaited(build: Build) -> int:
    """Agreed pages on sites that the demo does not serve: expected in some days."""
    here = session()
    pitches = (
        here.query(Pitch, Site.key)
        .join(Site, Site.id == Pitch.site_id)
        .filter(Pitch.is_open, Pitch.page_url != "", Pitch.target_url != "", Pitch.stage.in_(agreed.AGREED))
        .order_by(Pitch.id)
    )
    waiting = [pitch for pitch, key in pitches if not key.endswith(".localhost")]
    for number, pitch in enumerate(waiting):
        project, site = here.get_one(Project, pitch.project_id), here.get_one(Site, pitch.site_id)
        terms = Terms(
            pitch.page_url, pitch.target_url, pitch.anchor, pitch.expected_rel or "any",
            due_on=build.today + timedelta(days=2 + 3 * number),
        )  # fmt: skip
        link_moves.place(project, site, terms, by=_owner(build, pitch), now=build.ago(3), pitch=pitch)
    return len(waiting)


def _posts(build: Build) -> int:
    """Posts about us, with the links that networks mark nofollow."""
    here = session()
    local = [site for site in build.cast.sites if site[2].endswith(".localhost")][-POSTS:]
    for number, (site_id, project_id, key) in enumerate(local):
        target = build.cast.pages[project_id][0].url
        slug = f"/posts/{4100 + number}"
        terms = Terms(f"http://{key}:{build.port}{slug}", target, is_social=True)
        link = link_moves.place(
            here.get_one(Project, project_id), here.get_one(Site, site_id), terms, by=build.admin, now=build.ago(12 + number)
        )  # fmt: skip
        found = {
            "href": target,
            "anchor": "our frost dates",
            "rel": ["nofollow", "ugc"],
            "region": "content",
            "context": "",
        }
        look_moves.record(
            link,
            Look(**{**POST.__dict__, "found": (found,)}),
            by=None,
            now=build.ago(11 + number),
            owner=build.admin,
        )
        link.next_check_at = build.now + timedelta(hours=9 + number)
        build.pages.setdefault(key, {})[slug] = {
            "title": "A post", "status": 200, "target": target, "anchor": "our frost dates", "rel": "nofollow ugc",
        }  # fmt: skip
    return len(local)


def _ending(build: Build) -> None:
    """One agreement that ends in two days: it stands on Today."""
    won = session().query(Pitch).filter(Pitch.stage == Stage.WON).order_by(Pitch.id).first()
    if won is not None:
        won.expires_on = build.today + timedelta(days=2)


def _published(build: Build) -> None:
    """A draft that seems to be published: the page was found in the site's feed and waits for a yes."""
    found = (
        session()
        .query(Pitch, Site.key)
        .join(Site, Site.id == Pitch.site_id)
        .filter(Pitch.is_open, Pitch.page_url == "", Pitch.stage.in_(publication_queries.WAITS))
        .order_by(Site.key.not_like("%.localhost"), Pitch.id)
        .first()
    )
    if found is None:
        return
    pitch, key = found
    home = f"http://{key}:{build.port}" if key.endswith(".localhost") else f"https://{key}"
    slug, target = "/what-we-learned-this-week", pitch.target_url or build.cast.pages[pitch.project_id][0].url
    find = Find(
        f"{home}{slug}", pitch.topic or "What we learned this week", "feed", target, "forty seed mixes",
        "The forty seed mixes from Hazel & Loam ask the same questions, and are honest about their limits.",
    )  # fmt: skip
    publications.propose(pitch, find, now=build.ago(0.1))
    watch = PublicationWatch(
        pitch_id=pitch.id, next_at=build.now + timedelta(hours=5), last_at=build.ago(0.1), seen=[], told="4 new pages read, from the feed"
    )  # fmt: skip
    session().add(watch)
    build.pages.setdefault(key, {})[slug] = {
        "title": find.title, "status": 200, "target": target, "anchor": find.anchor, "rel": "",
    }  # fmt: skip


def _owner(build: Build, pitch: Pitch) -> User:
    return session().get_one(User, pitch.owner_id) if pitch.owner_id else build.admin
