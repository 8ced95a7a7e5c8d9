"""Cases of saying no, black box: a letter in the queue of a running product, and what outsiders do with its address.

The folder holds `security/cases.jsonl`, a line a case; those of the category `unsubscribe` are tried by what their
`input` says. Each gets an app on a fresh database. A case whose words are not known here does not hold.
"""

import email
import email.policy
import json
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from outreach import schema, settings
from outreach.app import create_app
from outreach.consent.queries import is_suppressed
from outreach.db import db, session, write
from outreach.kit import clock
from outreach.mail.merge import Draft
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import MessageState
from outreach.sending import actions, jobs
from outreach.sending.writing import Looked
from tests.conftest import Browser
from tests.sending.letters_world import ADDRESS, GOOD, company, fresh, mailbox, queue
from tests.world import NOW, World

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class Place:
    """A product with one letter of Ana's to Bo that has left, and a stranger's browser."""

    def __init__(self, app: Flask, instance: Path) -> None:
        self.world = World.build()
        company(self.world)
        self.clock = instance / "clock"
        self.letter = queue(self.world, mailbox(self.world))
        jobs.send_due(clock.now())
        self.stranger: FlaskClient = app.test_client()
        self.address = f"/u/{self.letter.opt_out_token}"

    def is_out(self) -> bool:
        session().rollback()
        return is_suppressed(ADDRESS) is not None

    def post(self, kind: str = "application/x-www-form-urlencoded") -> int:
        return self.stranger.post(self.address, data=ONE_CLICK, content_type=kind).status_code

    def follow_up(self) -> Message:
        later = NOW + timedelta(days=5)
        self.clock.write_text(later.isoformat())
        box = session().get_one(Mailbox, fresh(self.letter.id).mailbox_id)
        return queue(self.world, box, Draft("", "Hi, did you see it?"), now=later)


def post_form(place: Place) -> bool:
    return place.post() == 200 and place.is_out()


def post_multipart(place: Place) -> bool:
    return place.post("multipart/form-data") == 200 and place.is_out()


def twice(place: Place) -> bool:
    return (place.post(), place.post()) == (200, 200) and place.is_out()


def only_looking(place: Place) -> bool:
    place.stranger.get(place.address, headers={"Sec-Purpose": "prefetch", "Purpose": "prefetch"})
    place.stranger.head(place.address)
    place.stranger.options(place.address)
    return not place.is_out()


def page(place: Place) -> bool:
    seen = place.stranger.get(place.address)
    return (
        seen.status_code == 200
        and 'method="post"' in seen.text
        and "<form" in seen.text
        and place.post() == 200
    )


def follow_up_waits(place: Place) -> bool:
    second = place.follow_up()
    with write() as here:
        here.get_one(Message, second.id).due_at = clock.now() + timedelta(seconds=1)
    place.post()
    place.clock.write_text((NOW + timedelta(days=5, minutes=1)).isoformat())
    jobs.send_due(clock.now())
    return fresh(second.id).state is MessageState.CANCELLED


def by_hand(place: Place) -> bool:
    """Blocked: the gate names the rule, and only a mail of theirs that is newer than the no opens it."""
    place.post()
    box = session().get_one(Mailbox, fresh(place.letter.id).mailbox_id)
    try:
        done = actions.queue(
            place.world.pitch.id, box.id, GOOD, by=place.world.ana, now=clock.now(), to_address=ADDRESS, undo=timedelta(0)
        )  # fmt: skip
    except actions.NotPossible:
        return True
    return isinstance(done, Looked) and any(finding.rule == "suppressed" for finding in done.hard)


def spellings(place: Place) -> bool:
    place.post()
    session().rollback()
    return is_suppressed("BO@Wild.Example") is not None and is_suppressed("bo+news@wild.example") is None


def headers(place: Place) -> bool:
    mail = email.message_from_bytes(fresh(place.letter.id).raw or b"", policy=email.policy.default)
    one_click = str(mail["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
    return str(mail["List-Unsubscribe"]).startswith("<https://") and one_click


def no_tracking(place: Place) -> bool:
    """Nothing is rewritten and nothing is counted: there is no address that a scanner could press."""
    text = (fresh(place.letter.id).raw or b"").decode()
    return "https://hazel.example/seed-trial" in text and "<img" not in text and text.count("/u/") == 2


def wrong_token(place: Place) -> bool:
    codes = {place.stranger.post(f"/u/{token}").status_code for token in ("x", "0" * 22, place.address[3:-1])}
    return codes == {404} and not place.is_out()


WORDS: list[tuple[str, Callable[[Place], bool]]] = [
    ("multipart", post_multipart), ("twice", twice), ("queued follow-up", follow_up_waits), ("manual send", by_hand),
    ("prefetch", only_looking), ("OPTIONS", only_looking), ("HEAD", only_looking), ("GET", only_looking), ("click", no_tracking),
    ("logged out", page), ("variant", spellings), ("headers", headers), ("token", wrong_token), ("POST", post_form),
]  # fmt: skip
"""What stands in a case's input, and how it is tried; the first that fits."""


def main(corpus_dir: Path) -> None:
    """Try every case."""
    file = corpus_dir / "security" / "cases.jsonl"
    if not file.exists():
        print(f"no cases at {file}")
        return
    cases = [
        case
        for line in file.read_text().splitlines()
        if (case := json.loads(line))["category"] == "unsubscribe"
    ]
    held = 0
    for case in cases:
        good = _holds(case)
        held += good
        if not good:
            print("  does not hold:", case["id"], repr(case["input"])[:80])
    print(f"{'unsubscribe':24} {held:3} of {len(cases)}")


def _holds(case: dict[str, Any]) -> bool:
    tried = next((act for word, act in WORDS if word in case["input"]), None)
    if tried is None:
        return False
    with tempfile.TemporaryDirectory() as name:
        instance = Path(name)
        (instance / "clock").write_text(NOW.isoformat())
        app = create_app(
            settings.load(instance, testing=True, log_level="error", clock_file=instance / "clock")
        )
        app.test_client_class = Browser
        with app.app_context():
            schema.upgrade()
            good = tried(Place(app, instance))
            db.session.remove()
            db.engine.dispose()
        clock.use_file(None)
    return good
