"""The page of one pitch: what several rooms know of it, with one statement for each."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, g, render_template, url_for
from sqlalchemy.orm import load_only

from outreach.db import session
from outreach.desk import relationships
from outreach.desk.door import bp
from outreach.desk.relationship_rules import NAMES, TONES, Knower, Relationship
from outreach.desk.relationships import Whom
from outreach.diary.models import Entry
from outreach.links import publication_queries
from outreach.links import words as link_words
from outreach.links.ground_models import GroundLook
from outreach.links.models import PlacedLink
from outreach.links.publication_models import Publication, PublicationWatch
from outreach.mail import queries as mail_queries
from outreach.mail.models import Message
from outreach.mail.rules import LetterKind
from outreach.pitches import agreement, arrows, choices, due_words, queries, rules
from outreach.pitches.models import Pitch, StageChange
from outreach.pitches.production import queries as production_queries
from outreach.pitches.production import rules as production_rules
from outreach.pitches.rules import Stage
from outreach.reminders import queries as reminder_queries
from outreach.sending import listing, stops
from outreach.sending.by_hand import WAY_NAMES
from outreach.web.access import allow
from outreach.web.here import me, now, today

LINES = 20
MESSAGES = 30


@bp.get("/pitches/<int:pitch_id>")
@allow("viewer")
def pitch(pitch_id: int) -> str:
    """The pitch with its agreement, conversation, links, reminders and diary."""
    found = queries.get(me(), pitch_id) or abort(404, f"There is no pitch {pitch_id}.")
    colleagues = choices.colleagues(found.project_id)
    links, published, watched, ground, (relationship, best), stop = placements_of(found)
    messages = conversation(found)
    may_write = any(one.id == me().id and one.may_own for one in colleagues)
    return render_template(
        "desk/pitch.html", relationship=relationship, best=best, standing_names=NAMES, standing_tones=TONES, pitch=found, may_write=may_write, colleagues=colleagues, rules=rules, today=today(),
        names={one.id: one.name for one in colleagues}, me_id=me().id, told=queries.told, in_stage=_days_in_stage(found),
        path=rules.PATHS[found.type], targets=_targets(found), rel_names=agreement.REL_NAMES,
        why_sponsored=agreement.why_sponsored(found.agreement), messages=messages, drafts=listing.as_drafts_read(messages), stop=stop, links=links,
        reminders=reminder_queries.open_of(me(), pitch_id=found.id), lines=story(found),
        compose=url_for("sending.compose", pitch_id=found.id), ways=WAY_NAMES, add_link=url_for("links.new", pitch_id=found.id),
        published=published, watched=watched, ground=ground, rests_on_ground=rules.rests_on_ground(found.type), link_tag=link_words.state_tag, why=queries.why_due(found, today(), g.zone), next_words=list(rules.NEXT_WORDS.items()), tone=rules.tone_of(found.stage),
        onward=_onward(found), path_names=[rules.stage_name(stage) for stage in rules.PATHS[found.type]],
        production=production_queries.overview(pitch_id), parts=production_rules.PART_NAMES,
        shows_production=production_rules.is_in_production(found.type, Stage(found.rested_from or found.stage)),
        owners=[(one.id, one.name) for one in colleagues if one.may_own or one.id == found.owner_id],
    )  # fmt: skip


def conversation(pitch: Pitch) -> list[Message]:
    """The newest messages of a pitch and of the conversation it goes on in, oldest first; system mail is none of it."""
    pitches = [key for key in (pitch.id, mail_queries.origin_of(pitch)) if key is not None]
    query = (
        sa.select(Message)
        .where(Message.pitch_id.in_(pitches), sa.or_(Message.kind.is_(None), Message.kind != LetterKind.SYSTEM))
        .options(
            load_only(
                Message.direction, Message.kind, Message.channel, Message.state, Message.state_reason, Message.from_address,
                Message.from_name, Message.to_address, Message.to_name, Message.subject, Message.body, Message.due_at,
                Message.sent_at, Message.received_at, Message.created_at, Message.author_id, Message.held_rule, Message.typed,
                Message.attempt_no, Message.personal_line, Message.personal_url,
            )
        )
        .order_by(Message.id.desc())
        .limit(MESSAGES)
    )  # fmt: skip
    return list(reversed(session().scalars(query).all()))


def placements_of(
    pitch: Pitch,
) -> tuple[
    list[PlacedLink], list[Publication], PublicationWatch | None, GroundLook | None, tuple[Relationship, Knower | None], sa.Row[Any]
]:  # fmt: skip
    """The placed links that this pitch won or that it is to bring back; pages that look published; the watch for one; the look at what it rests on;
    the relationship to its site; a row with the stop of its follow-ups. One statement."""
    won, to_bring_back = (
        sa.select(PlacedLink.id).where(column == pitch.id)
        for column in (PlacedLink.pitch_id, PlacedLink.reclaim_pitch_id)
    )
    is_its = PlacedLink.id.in_(sa.union_all(won, to_bring_back))
    query = publication_queries.beside(sa.select(PlacedLink).select_from(Pitch).outerjoin(PlacedLink, is_its))
    query = query.outerjoin(GroundLook, GroundLook.pitch_id == Pitch.id).add_columns(
        GroundLook,
        *relationships.columns(Whom(site_id=pitch.site_id)),
        *stops.stop_columns(pitch, me()),
    )
    query = query.where(Pitch.id == pitch.id).order_by(PlacedLink.id, Publication.id).limit(200)
    rows = session().execute(query).all()
    links, watches, pages, grounds = (
        list(dict.fromkeys(row[place] for row in rows if row[place] is not None)) for place in range(4)
    )
    relationship = relationships.read(rows[0], is_do_not_contact=pitch.site.is_do_not_contact, now=now())
    return (
        links,
        pages,
        watches[0] if watches else None,
        grounds[0] if grounds else None,
        relationship,
        rows[0],
    )


def story(pitch: Pitch) -> list[tuple[Entry, str]]:
    """(diary line, reason given) of the newest lines about a pitch, newest first; one statement."""
    query = (
        sa.select(Entry, StageChange.reason)
        .outerjoin(
            StageChange,
            sa.and_(
                StageChange.pitch_id == Entry.pitch_id,
                StageChange.at == Entry.at,
                Entry.kind == "pitch.stage",
            ),
        )
        .where(Entry.pitch_id == pitch.id)
        .order_by(Entry.id.desc())
        .limit(LINES)
    )
    return [(line, reason or "") for line, reason in session().execute(query)]


def _onward(pitch: Pitch) -> rules.Stage | None:
    """The next stage of the path, when a person may set it."""
    path = rules.PATHS[pitch.type]
    if not pitch.is_open:
        return None
    after = path[path.index(pitch.stage) + 1]
    return None if after in rules.SUCCESS else after


def _targets(pitch: Pitch) -> list[rules.Stage]:
    """The stages that the menu offers; exits of a pitch that goes on, and rest, have entries of their own."""
    ended = pitch.stage in rules.CLOSED
    return [stage for stage in arrows.targets(pitch.standing()) if rules.is_open(stage) or ended]


def _days_in_stage(pitch: Pitch) -> str:
    days = max(0, (now() - pitch.stage_since).days)
    return "since today" if days == 0 else f"for {due_words.days_words(days)}"
