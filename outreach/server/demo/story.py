"""What happened in the demo before today: letters, answers, agreements, published pages, links seen and lost."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.accounts.models import User
from outreach.care.models import Erasure
from outreach.care.rules import ErasureState
from outreach.consent import moves as consent_moves
from outreach.consent.models import SuppressionBatch
from outreach.consent.rules import SuppressionKind, SuppressionReason
from outreach.db import session, write
from outreach.kit import clock, urls
from outreach.links import moves as link_moves
from outreach.links.looks import Look
from outreach.links.models import PlacedLink
from outreach.links.moves import Terms
from outreach.links.rules import Presence, Value
from outreach.mail import envelope
from outreach.mail import moves as mail_moves
from outreach.mail.models import LetterTemplate, Mailbox, Message, TemplateVersion, Thread
from outreach.mail.rules import Channel, Direction, LetterKind, MailboxKind, MessageState
from outreach.pitches import moves as pitch_moves
from outreach.pitches import rules
from outreach.pitches.agreement import Agreement
from outreach.pitches.models import Pitch
from outreach.pitches.rules import MAINTENANCE, PitchType, Stage
from outreach.projects.models import OwnPage, Project
from outreach.prospects.models import ContactPoint, Person, Prospect, Site
from outreach.prospects.rules import ContactKind
from outreach.reminders import moves as reminder_moves
from outreach.reminders.rules import ReminderKind
from outreach.sending.follow_ups import jobs as chasing
from outreach.server.demo import (
    chronicle,
    duplicates,
    inbox,
    labels,
    lists,
    mastheads,
    names,
    placements,
    production,
    writing,
)
from outreach.server.demo.build import Build, counts

FOLLOW_UPS = 8
TEMPLATES: tuple[tuple[PitchType, LetterKind, str, str, str], ...] = (
    (PitchType.GUEST_POST, LetterKind.FIRST, "Guest post, with data", "{{ asset.title }}, for {{ site.name }}?",
     "Hi {{ person.first_name | default('there') }},\n\n{{ personal_line }}\n\nWe have just finished “{{ asset.title }}” ({{ asset.url }}). I would like to write up what it means for your readers, with figures that nobody has published yet.\n\n{% if pitch.topic %}My idea: {{ pitch.topic }}.\n\n{% endif %}Would that fit?"),
    (PitchType.INTERVIEW, LetterKind.FIRST, "Interview, four questions", "Four questions about {{ asset.title }}",
     "Hi {{ person.first_name | default('there') }},\n\n{{ personal_line }}\n\nIf you ever want a voice on this, I will gladly answer four questions in writing, by the day you name.\n\nWhat we found is here: {{ asset.url }}"),
    (PitchType.CO_CREATED, LetterKind.FIRST, "Survey, with contributors", "One question for {{ site.name }}",
     "Hi {{ person.first_name | default('there') }},\n\n{{ personal_line }}\n\nWe are asking twelve people who grow things for one paragraph each, and publish all of them together with full credit. Would you write one?"),
    (PitchType.RESOURCE_LINK, LetterKind.FIRST, "Resource page", "A page for your list",
     "Hi {{ person.first_name | default('there') }},\n\n{{ personal_line }}\n\nYour readers may also like “{{ asset.title }}”: {{ asset.url }}. It is free and has no adverts."),
    (PitchType.BROKEN_LINK, LetterKind.FIRST, "A link that no longer works", "A link on {{ site.name }} leads nowhere",
     "Hi {{ person.first_name | default('there') }},\n\n{{ personal_line }}\n\nOne link on {{ pitch.page_url | default('that page') }} no longer works. “{{ asset.title }}” covers the same: {{ asset.url }}"),
    (PitchType.UNLINKED_MENTION, LetterKind.FIRST, "Thank you for the mention", "Thank you for mentioning us",
     "Hi {{ person.first_name | default('there') }},\n\n{{ personal_line }}\n\nThank you for the mention. Would you turn it into a link, so that readers find the figures? {{ asset.url }}"),
    (PitchType.LINK_RECLAIM, LetterKind.FIRST, "A link that went missing", "The link on {{ site.name }}",
     "Hi {{ person.first_name | default('there') }},\n\nthank you again for the link to “{{ asset.title }}”. After your last edit it is no longer there. Was that meant? It led to {{ asset.url }}"),
    (PitchType.GUEST_POST, LetterKind.FOLLOW_UP, "A short reminder", "Re: {{ asset.title }}",
     "Hi {{ person.first_name | default('there') }},\n\nI only want to make sure that this reached you. A no is fine, too."),
)  # fmt: skip
LINES = (
    "Your piece on north walls made me go out and measure mine.",
    "I have read your notes on seven dry weeks twice, and tried the second tip.",
    "The table in your autumn issue is the only honest one I know.",
    "You wrote that nobody publishes failures. We do, and this is one.",
)
WEIGHTS: tuple[tuple[PitchType, int], ...] = (
    (PitchType.GUEST_POST, 16), (PitchType.RESOURCE_LINK, 10), (PitchType.BROKEN_LINK, 8), (PitchType.INTERVIEW, 8),
    (PitchType.CO_CREATED, 6), (PitchType.UNLINKED_MENTION, 6), (PitchType.LINK_REMOVAL, 2), (PitchType.LINK_RECLAIM, 2), (PitchType.LINK_CORRECTION, 2),
)  # fmt: skip
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


def tell(build: Build) -> dict[str, int]:
    """Make the whole demo; gives how many rows of each kind it has."""
    with chronicle.in_order():
        build.ground()
        mail(build)
        pitches(build)
        links(build, build.link_count - placements.add(build))
        lists.bring(build, (SEEN, NOFOLLOW, MISSING, WALL))
        loose_ends(build)
        inbox.bring(build)
        follow_ups(build)
        writing.tell(build)
        labels.tell(build)
        duplicates.tell(build)
        mastheads.tell(build)
    return counts()


# --- mail ---------------------------------------------------------------------------------------------


def mail(build: Build) -> None:
    """Mailboxes that capture, and a template for each kind of pitch."""
    with write():
        for user in build.cast.users[:3]:
            mail_moves.save_mailbox(
                _mailbox(user, user.email),
                {"owner_id": user.id, "from_name": user.name, "signature": f"{user.name}\nHazel & Loam"},
                by=user,
                now=build.ago(100),
            )
        system = _mailbox(build.admin, "outreach@hazelandloam.example")
        mail_moves.save_mailbox(
            system, {"from_name": "Outreach", "owner_id": build.admin.id}, by=build.admin, now=build.ago(100)
        )
        mail_moves.choose_system(system, by=build.admin, now=build.ago(100))
        for kind, letter, name, subject, body in TEMPLATES:
            mail_moves.start_template(
                kind=kind,
                letter=letter,
                name=name,
                subject=subject,
                body=body,
                project_id=None,
                by=build.admin,
                now=build.ago(90),
            )


def _mailbox(user: User, address: str) -> Mailbox:
    return Mailbox(
        kind=MailboxKind.CAPTURE,
        address=address,
        timezone=user.timezone,
        created_at=user.created_at,
        is_ramping=False,
        # What is tried out in the demo leaves at once, at any hour.
        window_from=time(0),
        window_to=time(0),
        is_weekdays_only=False,
        gap_min=0,
        gap_max=0,
    )


# --- pitches ------------------------------------------------------------------------------------------


def pitches(build: Build) -> None:
    """Pitches of all types at all stages, each with the letters and answers that brought it there."""
    kinds = _kinds(build)
    taken: set[tuple[int, int]] = set()
    for start in range(0, build.pitch_count, 200):
        with write():
            for number in range(start, min(start + 200, build.pitch_count)):
                site_id, project_id, key = _free_site(build, taken, wins=number % 6 == 0)
                taken.add((site_id, project_id))
                _pitch(build, kinds[number], number, site_id, project_id, key)
    with write() as here:
        _claim(here)
        written = [message for messages in build.letters.values() for message in messages]
        written.sort(key=lambda message: message.created_at)
        here.add_all(written)


def _claim(here: Session) -> None:
    """Whoever pitches a site has claimed it; of one in ten a colleague has."""
    owner = (
        sa.select(Pitch.owner_id)
        .where(Pitch.site_id == Prospect.site_id, Pitch.project_id == Prospect.project_id, Pitch.id % 10 != 0)
        .order_by(Pitch.id)
        .limit(1)
        .scalar_subquery()
    )
    pitched = Prospect.site_id.in_(sa.select(Pitch.site_id))
    here.execute(
        sa.update(Prospect).where(pitched).values(owner_id=sa.func.coalesce(owner, Prospect.owner_id))
    )


def _free_site(build: Build, taken: set[tuple[int, int]], *, wins: bool) -> tuple[int, int, str]:
    """The next site without a pitch; for one that wins, a site of this machine while there are any, so that its link can be looked at."""
    free = [row for row in build.cast.sites if (row[0], row[1]) not in taken]
    here = (row for row in free if row[2].endswith(".localhost"))
    return next(here, free[0]) if wins else free[0]


def _kinds(build: Build) -> list[PitchType]:
    """One of each type first, then by weight."""
    chosen = build.chance.choices(
        [kind for kind, _ in WEIGHTS], [weight for _, weight in WEIGHTS], k=build.pitch_count
    )
    return [*PitchType, *chosen][: build.pitch_count]


def _pitch(build: Build, kind: PitchType, number: int, site_id: int, project_id: int, key: str) -> None:
    here, owner = session(), build.owner()
    project = here.get_one(Project, project_id)
    page = build.chance.choice(build.cast.pages[project_id])
    path = rules.PATHS[kind]
    goal = path[number * 7 % (len(path) - 1)] if number % 6 else path[-1]
    reached = path.index(goal)
    age = min(110.0, 6.0 + reached * build.chance.uniform(3, 9))
    days = [age * (1 - step / (reached + 1)) for step in range(reached + 1)]
    pitch = pitch_moves.start(
        project, kind, site_id, by=owner, now=build.ago(age), today=build.today - timedelta(days=int(age)),
        person_id=build.cast.people.get(site_id), own_page_id=page.id, topic=build.chance.choice(names.TITLES),
        subject_page_url=f"{_address(build, key)}/{_slug(build)}" if kind in MAINTENANCE or kind is PitchType.BROKEN_LINK else "",
    )  # fmt: skip
    here.get_one(
        Prospect, here.query(Prospect.id).filter_by(project_id=project_id, site_id=site_id).scalar()
    ).owner_id = owner.id
    for step, stage in enumerate(path[1 : reached + 1], 1):
        _advance(build, pitch, project, page, key, stage, owner, build.ago(days[step]))
    if pitch.stage is Stage.CONTACTED and number % 5 == 1 and pitch.id in build.letters:
        _by_form(build, pitch, key)
    if pitch.is_open and number % 9 == 8:
        _end(build, pitch, owner, number)
    elif pitch.is_open:
        _settle_next(build, pitch, number)
        production.keep(build, pitch, owner, number)


def _address(build: Build, key: str) -> str:
    return f"http://{key}:{build.port}" if key.endswith(".localhost") else f"https://{key}"


def _slug(build: Build) -> str:
    words = "".join(
        sign for sign in build.chance.choice(names.TITLES).lower() if sign.isalnum() or sign == " "
    )
    return words.replace(" ", "-")


def _advance(
    build: Build,
    pitch: Pitch,
    project: Project,
    page: OwnPage,
    key: str,
    stage: Stage,
    owner: User,
    at: datetime,
) -> None:
    """One step along the path, with what belongs to it."""
    today = clock.local_day(at, build.zone)
    if stage is Stage.CONTACTED:
        pitch.is_ground_ok = (
            True if pitch.type in MAINTENANCE or pitch.type is PitchType.BROKEN_LINK else None
        )
        _letter(build, pitch, page, owner, at)
        pitch_moves.contacted(
            pitch, now=at, today=today, follow_up_days=project.follow_up_days, is_follow_up=False
        )
    elif stage is Stage.TALKING:
        _answer(build, pitch, at)
        pitch_moves.talking(pitch, now=at, today=today)
    else:
        if stage is Stage.AGREED:
            pitch_moves.agree(pitch, _terms(build, page, today), by=owner, now=at)
        if stage in (Stage.PUBLISHED_CLAIMED, Stage.WON) and not pitch.page_url:
            pitch.page_url = f"{_address(build, key)}/{_slug(build)}"
        pitch_moves.move(
            pitch,
            stage,
            by=None if stage in rules.SUCCESS else owner,
            now=at,
            today=today,
            verified=stage in rules.SUCCESS,
        )


def _terms(build: Build, page: OwnPage, today: Any) -> Agreement:
    paid = build.chance.random() < 0.1
    return Agreement(
        target_url=page.url, anchor=build.chance.choice(names.ANCHORS), expected_rel="follow",
        due_on=today + timedelta(days=build.chance.randrange(14, 40)), is_goods=paid,
    )  # fmt: skip


def _end(build: Build, pitch: Pitch, owner: User, number: int) -> None:
    at = build.ago(number % 5 + 1)
    today = clock.local_day(at, build.zone)
    if number % 2:
        pitch_moves.move(
            pitch,
            Stage.NURTURE,
            by=owner,
            now=at,
            today=today,
            reason="“ask me again in spring”",
            revisit_on=build.today + timedelta(days=40),
        )
    else:
        pitch_moves.move(
            pitch, Stage.DECLINED, by=owner, now=at, today=today, reason="No outside authors this year"
        )


def _settle_next(build: Build, pitch: Pitch, number: int) -> None:
    """Days around today, so that some are overdue, some due today, and most later."""
    if pitch.stage is Stage.TALKING:
        pitch.next_on = build.today
        return
    shift = (-3, 0, 4, 1, 2, -1, 7, 0)[number % 8]
    pitch.next_on = (
        rules.add_working_days(build.today, shift) if shift > 0 else build.today + timedelta(days=shift)
    )


def follow_ups(build: Build) -> None:
    """Letters of Mara's that nobody answered: their follow-ups are due now, written, and worked through by keys."""
    early = (Stage.IDEA, Stage.QUALIFIED)
    query = (
        sa.select(Pitch, Site.key)
        .join(Site, Site.id == Pitch.site_id)
        .where(Pitch.stage.in_(early), Pitch.person_id.is_not(None), Pitch.type.not_in(MAINTENANCE))
        .order_by(Pitch.id)
        .limit(FOLLOW_UPS)
    )
    build.letters.clear()
    with write() as here:
        for number, (pitch, key) in enumerate(here.execute(query).all()):
            project, page = here.get_one(Project, pitch.project_id), here.get_one(OwnPage, pitch.own_page_id)
            pitch.owner_id = pitch.next_owner_id = build.admin.id
            _advance(build, pitch, project, page, key, Stage.CONTACTED, build.admin, build.ago(5 + number))
            pitch.next_on = build.today - timedelta(days=number // 3)
        here.add_all([letter for letters in build.letters.values() for letter in letters])
    while chasing.write_due(build.now):
        pass


# --- letters ------------------------------------------------------------------------------------------


def _letter(build: Build, pitch: Pitch, page: OwnPage, owner: User, at: datetime) -> None:
    here = session()
    person = here.get(Person, pitch.person_id) if pitch.person_id else None
    point = here.query(ContactPoint).filter_by(person_id=pitch.person_id).first() if person else None
    box = here.query(Mailbox).filter_by(owner_id=owner.id, is_system=False).first()
    if person is None or point is None or box is None:
        return
    version = here.scalar(
        sa.select(TemplateVersion.id)
        .join(LetterTemplate)
        .where(LetterTemplate.type == pitch.type, LetterTemplate.kind == LetterKind.FIRST)
    )
    subject = f"{page.title}, for {here.get_one(Site, pitch.site_id).title}?"
    thread = Thread(
        project_id=pitch.project_id,
        pitch_id=pitch.id,
        site_id=pitch.site_id,
        person_id=person.id,
        subject=subject,
        last_at=at,
        created_at=at,
    )
    here.add(thread)
    here.flush()
    line = build.chance.choice(LINES)
    body = f"Hi {person.first_name},\n\n{line}\n\nWe have just finished “{page.title}” ({page.url}). I would like to write up what it means for your readers, with figures that nobody has published yet.\n\nMy idea: {pitch.topic}.\n\nWould that fit?\n\n{owner.name}\nHazel & Loam"
    build.letters[pitch.id] = [
        Message(
            direction=Direction.OUT,
            kind=LetterKind.FIRST,
            state=MessageState.SENT,
            project_id=pitch.project_id,
            thread_id=thread.id,
            pitch_id=pitch.id,
            person_id=person.id,
            mailbox_id=box.id,
            author_id=owner.id,
            message_id=envelope.new_message_id(box.address),
            opaque_id=envelope.new_token(),
            from_address=box.address,
            from_name=owner.name,
            to_address=point.value,
            to_name=person.name,
            template_version_id=version,
            subject=subject,
            body=body,
            personal_line=line,
            personal_url=f"https://{here.get_one(Site, pitch.site_id).key}/",
            queued_at=at,
            sent_at=at,
            due_at=at,
            created_at=at,
        )
    ]


def _by_form(build: Build, pitch: Pitch, key: str) -> None:
    """The first letter went by the contact form of the site."""
    first = build.letters[pitch.id][0]
    first.channel, first.to_address = Channel.FORM, f"{_address(build, key)}/contact"
    first.mailbox_id = first.message_id = first.opaque_id = first.due_at = None
    first.from_address, first.raw = "", None
    session().add(
        ContactPoint(
            site_id=pitch.site_id, kind=ContactKind.FORM, value=first.to_address, value_norm=urls.normalise(first.to_address),
            source_url=first.to_address, found_at=build.ago(40), found_by_id=pitch.owner_id,
        )
    )  # fmt: skip
    session().flush()


def _answer(build: Build, pitch: Pitch, at: datetime) -> None:
    here = session()
    if pitch.id not in build.letters:
        return
    last = build.letters[pitch.id][-1]
    here.get_one(Thread, last.thread_id or 0).last_at = at
    build.letters[pitch.id].append(
        Message(
            direction=Direction.IN,
            state=MessageState.RECEIVED,
            project_id=pitch.project_id,
            thread_id=last.thread_id,
            pitch_id=pitch.id,
            person_id=pitch.person_id,
            message_id=envelope.new_message_id(last.to_address),
            in_reply_to=last.message_id or "",
            from_address=last.to_address,
            from_name=last.to_name,
            to_address=last.from_address,
            subject=f"Re: {last.subject}",
            body=f"{build.chance.choice(names.REPLIES)}\n\n{last.to_name.split()[0]}",
            received_at=at,
            created_at=at,
        )
    )


# --- links --------------------------------------------------------------------------------------------


def links(build: Build, most: int) -> None:
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
    here = session()
    project = here.get_one(Project, project_id)
    owner = here.get_one(User, pitch.owner_id) if pitch and pitch.owner_id else build.admin
    page = build.chance.choice(build.cast.pages[project_id])
    target = pitch.target_url if pitch and pitch.target_url else page.url
    slug = "/" + (
        _slug(build) if number < 4 or not pitch or not pitch.page_url else pitch.page_url.rpartition("/")[2]
    )
    url, anchor = f"http://{key}:{build.port}{slug}", build.chance.choice(names.ANCHORS)
    age = build.chance.randrange(20, 160) if number >= 4 else 60
    placed_at = build.ago(age)
    if pitch is not None:
        pitch.page_url = url
    link = link_moves.place(
        project,
        here.get_one(Site, site_id),
        Terms(url, target, rel="follow", importance=1 + (number % 7 == 0)),
        by=owner,
        now=placed_at,
        pitch=pitch,
    )
    link.placed_on = placed_at.date()
    state = {0: "nofollow", 1: "gone", 2: "wall"}.get(number, "live")
    found = {
        "href": target,
        "anchor": anchor,
        "alt": "",
        "rel": [],
        "region": "content",
        "hidden": "",
        "context": f"The {anchor} from Hazel & Loam asks the same questions, and is honest about its limits.",
    }
    for days in (age - 1, age * 0.66, age * 0.33, 5):
        _look(
            link,
            Look(
                **{
                    **SEEN.__dict__,
                    "found": (found,),
                    "hops": ({"url": url, "status": 200},),
                    "elapsed_ms": build.chance.randrange(80, 600),
                }
            ),
            owner,
            build.ago(days),
        )
    if state == "nofollow":
        _look(
            link,
            Look(
                **{
                    **NOFOLLOW.__dict__,
                    "found": ({**found, "rel": ["nofollow"]},),
                    "hops": ({"url": url, "status": 200},),
                }
            ),
            owner,
            build.ago(2),
        )
    elif state == "gone":
        _look(link, MISSING, owner, build.ago(3, 8))
        _look(link, MISSING, owner, build.ago(2, 8))
    elif state == "wall":
        for days in (4, 3, 2):
            _look(link, WALL, owner, build.ago(days))
    build.pages.setdefault(key, {})[slug] = {
        "title": slug.strip("/").replace("-", " ").capitalize(), "status": 403 if state == "wall" else 200,
        "target": "" if state == "gone" else target, "anchor": anchor, "rel": "nofollow" if state == "nofollow" else "",
    }  # fmt: skip
    link.next_check_at = build.now + timedelta(minutes=number if number < 4 else 20 + 40 * number)


def _look(link: PlacedLink, look: Look, owner: User, at: datetime) -> None:
    link_moves.record(link, look, by=None, now=at, owner=owner)


# --- the rest -----------------------------------------------------------------------------------------


def loose_ends(build: Build) -> None:
    """Reminders, an expected link, people who said no, a letter whose fate is unknown."""
    seed = build.cast.projects[0]
    admin = build.admin
    with write() as here:
        some = (
            here.query(Pitch)
            .filter(Pitch.is_open, Pitch.project_id == seed.id)
            .order_by(Pitch.id)
            .limit(6)
            .all()
        )
        wanted = (
            (ReminderKind.PROMISE, "Send the survey brief", -3, "You promised it for last week."),
            (
                ReminderKind.PRODUCTION,
                "The author bio is due",
                0,
                "They can run it next week if they have all by tomorrow.",
            ),
            (
                ReminderKind.FIND_CONTACT,
                "Find another contact",
                -1,
                "The last address bounced: no such user.",
            ),
            (ReminderKind.OTHER, "Ask how the autumn issue did", 0, "You said you would."),
            (ReminderKind.PROMISE, "Send three photographs", 2, "They want them with alt texts."),
        )
        for (kind, words, shift, reason), pitch in zip(wanted, some, strict=False):
            reminder_moves.add(
                kind, words, build.today + timedelta(days=shift), admin.id, by=admin, now=build.ago(6), reason=reason,
                project_id=seed.id, pitch_id=pitch.id, site_id=pitch.site_id, person_id=pitch.person_id,
            )  # fmt: skip
        consent_moves.suppress(
            "no-thanks@quietgarden.example",
            reason=SuppressionReason.UNSUBSCRIBED,
            by=None,
            now=build.ago(12),
            source="List-Unsubscribe",
        )
        consent_moves.suppress(
            "press@oldhedge.example",
            reason=SuppressionReason.HARD_BOUNCE,
            by=None,
            now=build.ago(30),
            source="bounce 5.1.1",
        )
        consent_moves.suppress(
            "neverwrite.example",
            kind=SuppressionKind.DOMAIN,
            reason=SuppressionReason.BY_HAND,
            by=admin.id,
            now=build.ago(45),
            source="by hand",
        )
        batch = SuppressionBatch(
            source="unsubscribed in our newsletter tool, spring", counts={"new": 3, "known": 1, "refused": 2},
            created_at=build.ago(40), created_by_id=admin.id,
        )  # fmt: skip
        here.add(batch)
        here.flush()
        pairs = [(SuppressionKind.EMAIL, f"{name}@pottingshed.example") for name in ("ines", "tom", "post")]
        consent_moves.put_on(batch, pairs, by=admin.id, now=build.ago(40))
        erased = consent_moves.suppress_erased("forget.me@oldhedge.example", by=admin.id, now=build.ago(20))
        here.add(
            Erasure(
                state=ErasureState.DONE, hashes=[erased.keyed_hash], asked_at=build.ago(20), done_at=build.ago(20) + timedelta(seconds=2),
                asked_by_id=admin.id, counts={
                    "people": {"deleted": 1}, "contact_points": {"deleted": 2}, "messages": {"emptied": 3, "masked": 1}, "threads": {"emptied": 1},
                    "pitches": {"unlinked": 1}, "files in evidence": {"masked": 1},
                },
            )
        )  # fmt: skip
