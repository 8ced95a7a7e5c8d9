"""First letters to several people: one line each, queued together, taken back together."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.db import db, session, write
from outreach.kit import clock
from outreach.mail import actions as mail_actions
from outreach.mail.models import LetterBatch, Mailbox, Message
from outreach.mail.rules import MessageState
from outreach.pitches import letter_moves
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.pitches.rules import PitchType, Stage
from outreach.prospects.models import Person, Prospect, SitePerson
from outreach.prospects.rules import SubscriberType
from outreach.sending import batch_actions, batch_queries, jobs
from tests.sending.letters_world import alone, company, mailbox
from tests.statements import counted
from tests.world import NOW, TODAY, World, address, log_in, person, prospect, site

UNDO = timedelta(seconds=10)
TEMPLATE = {
    "type": "guest_post", "kind": "first", "name": "Opening", "project_id": None, "subject": "Seeds for {{ site.name }}",
    "body": "Hi {{ person.first_name }},\n\n{{ personal_line }}\n\nWould {{ pitch.topic|default('it') }} suit you?\n",
}  # fmt: skip


def people(world: World, number: int, *, with_pitch: bool = True) -> list[int]:
    """So many sites with an editor each, as kept prospects; gives the ids of their pitches, or of the prospects."""
    made: list[Any] = []
    with write() as here:
        for n in range(number):
            place, who = site(f"plot{n}.example"), person(f"Editor{n} Berg")
            who.subscriber_type = SubscriberType.CORPORATE
            here.add_all([place, who])
            here.flush()
            row = prospect(world.seed, place, world.ana)
            mail = f"bo{n}@plot{n}.example"
            here.add_all([row, SitePerson(site_id=place.id, person_id=who.id), address(who, mail, world.ana)])
            here.flush()
            made.append(row if not with_pitch else pitch_moves.start(
                world.seed, PitchType.GUEST_POST, place.id, by=world.ana, now=NOW, today=TODAY, person_id=who.id,
                own_page_id=world.page.id, topic=f"Seeds {n}", stage=Stage.READY,
            ))  # fmt: skip
        return [row.id for row in made]


@pytest.fixture
def box(world: World) -> Mailbox:
    company(world)
    mail_actions.save_template(None, TEMPLATE, by=world.ana, now=clock.now())
    return mailbox(world)


@pytest.fixture
def ana(client: FlaskClient, world: World) -> FlaskClient:
    client = alone(client)
    log_in(client, world.ana)
    return client


def drafts() -> list[Message]:
    session().rollback()
    return list(
        session().scalars(sa.select(Message).where(Message.batch_id.is_not(None)).order_by(Message.id))
    )


def states() -> list[str]:
    return [letter.state.value for letter in drafts()]


def begin(client: FlaskClient, pitch_ids: list[int], box: Mailbox) -> str:
    """Start the batch; gives its address."""
    asked = "&".join(f"row={key}" for key in pitch_ids)
    answer = client.post(f"/batches/new?{asked}", data={"mailbox": str(box.id), "template-guest_post": "1"})
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].split("/letters/")[0]


def line(client: FlaskClient, batch: str, letter: Message, do: str = "next", **typed: str) -> Any:
    data = {
        "do": do, "mailbox": str(letter.mailbox_id), "to_address": letter.to_address, "subject": letter.subject,
        "body": letter.body, "version": "1", "personal_line": f"Your piece number {letter.id} made me plant.",
        "personal_url": "https://plot.example/piece",
    }  # fmt: skip
    return client.post(f"{batch}/letters/{letter.id}", data=data | typed)


def test_ticked_pitches_become_a_batch_of_drafts(ana: FlaskClient, world: World, box: Mailbox) -> None:
    ids = people(world, 3)
    table = ana.get("/pitches?view=table").text
    assert table.count('name="row"') == 4
    page = ana.get("/batches/new?" + "&".join(f"row={key}" for key in ids)).text
    assert "3 first letters" in page
    assert "Opening, version 1" in page
    batch = begin(ana, ids, box)
    assert states() == ["draft"] * 3
    assert [letter.to_address for letter in drafts()] == [f"bo{n}@plot{n}.example" for n in range(3)]
    assert "0 ready, 3 to write" in ana.get(batch).text


def test_each_letter_gets_a_line_and_all_that_are_ready_are_queued_in_one_action(
    ana: FlaskClient, world: World, box: Mailbox
) -> None:
    batch = begin(ana, people(world, 4), box)
    first, second, third, fourth = drafts()
    assert "1 of 4" in ana.get(f"{batch}/letters/{first.id}").text
    assert line(ana, batch, first).headers["Location"].endswith(f"/letters/{second.id}")
    assert line(ana, batch, second, do="skip").headers["Location"].endswith(f"/letters/{third.id}")
    stays = line(ana, batch, third, personal_line="")
    assert stays.status_code == 422
    assert "Say what you read on their page." in stays.text
    assert (
        line(ana, batch, third, do="later", personal_line="")
        .headers["Location"]
        .endswith(f"/letters/{fourth.id}")
    )
    assert line(ana, batch, fourth).headers["Location"].endswith(batch)
    page = ana.get(batch).text
    assert "2 ready, 1 to write, 1 skipped" in page
    assert "Queue 2 letters" in page
    told = ana.post(f"{batch}/queue", follow_redirects=True).text
    assert "2 letters are queued" in told
    assert states() == ["queued", "draft", "draft", "queued"]
    assert "Your piece number" in drafts()[0].body


def test_nothing_leaves_before_the_time_to_undo_is_over_and_the_whole_batch_comes_back(
    ana: FlaskClient, world: World, box: Mailbox
) -> None:
    batch = begin(ana, people(world, 3), box)
    for letter in drafts():
        line(ana, batch, letter)
    ana.post(f"{batch}/queue")
    assert jobs.send_due(clock.now() + timedelta(seconds=8)) == 0
    undone = ana.post(f"{batch}/undo", follow_redirects=True).text
    assert "3 letters were taken back" in undone
    assert states() == ["draft"] * 3
    assert all("{{ personal_line }}" in letter.body for letter in drafts())
    assert "Queue 3 letters" in undone
    ana.post(f"{batch}/queue")
    assert states() == ["queued"] * 3


def test_what_has_left_does_not_come_back(ana: FlaskClient, world: World, box: Mailbox) -> None:
    batch = begin(ana, people(world, 2), box)
    for letter in drafts():
        line(ana, batch, letter)
    ana.post(f"{batch}/queue")
    with write() as here:
        here.get_one(Message, drafts()[0].id).due_at = clock.now()
    jobs.send_due(clock.now())
    assert (
        "1 letter was taken back; 1 had left already" in ana.post(f"{batch}/undo", follow_redirects=True).text
    )
    assert states() == ["sent", "draft"]


def test_the_gate_is_asked_again_for_each_and_says_why(ana: FlaskClient, world: World, box: Mailbox) -> None:
    batch = begin(ana, people(world, 2), box)
    for letter in drafts():
        line(ana, batch, letter)
    with write() as here:
        here.get_one(Person, drafts()[0].person_id).is_do_not_contact = True
    told = ana.post(f"{batch}/queue", follow_redirects=True).text
    assert "1 letter is queued" in told
    assert "1 could not be queued" in told
    assert "They asked not to be contacted." in told
    assert states() == ["draft", "queued"]


def test_a_letter_from_a_mailbox_that_is_not_theirs_stays_and_says_so(
    client: FlaskClient, world: World, box: Mailbox
) -> None:
    client = alone(client)
    log_in(client, world.ana)
    batch = begin(client, people(world, 2), box)
    for letter in drafts():
        line(client, batch, letter)
    log_in(client, world.max)
    told = client.post(f"{batch}/queue", follow_redirects=True).text
    assert "2 could not be queued" in told
    assert "The pitch or the mailbox is no longer yours to write from." in told
    assert states() == ["draft"] * 2


def test_a_soft_finding_gives_way_to_a_reason_for_one_letter_alone(
    ana: FlaskClient, world: World, box: Mailbox
) -> None:
    batch = begin(ana, people(world, 2), box)
    first, second = drafts()
    home = {"personal_url": "https://plot.example/"}
    assert line(ana, batch, first, **home).status_code == 422
    assert line(ana, batch, first, reason="It is a one-page site", **home).status_code == 302
    assert line(ana, batch, second).status_code == 302
    ana.post(f"{batch}/queue")
    assert [letter.overruled for letter in drafts()] == [{"home_page": "It is a one-page site"}, {}]
    assert states() == ["queued"] * 2


def test_nothing_is_lost_when_the_page_is_loaded_again(ana: FlaskClient, world: World, box: Mailbox) -> None:
    batch = begin(ana, people(world, 1), box)
    [letter] = drafts()
    ana.post(f"{batch}/letters/{letter.id}/preview", data={"mailbox": box.id, "to_address": letter.to_address,
             "subject": letter.subject, "body": letter.body, "personal_line": "Half a li"})  # fmt: skip
    assert "Half a li" in ana.get(f"{batch}/letters/{letter.id}").text


def test_a_page_that_saves_by_itself_too_late_puts_no_older_words_back(
    ana: FlaskClient, world: World, box: Mailbox
) -> None:
    batch = begin(ana, people(world, 1), box)
    [letter] = drafts()
    late = {"mailbox": box.id, "to_address": letter.to_address, "subject": letter.subject, "body": letter.body,
            "personal_line": "Half a li", "turn": _turn(ana, f"{batch}/letters/{letter.id}")}  # fmt: skip
    assert line(ana, batch, letter, personal_line="A whole line.").status_code == 302
    ana.post(f"{batch}/letters/{letter.id}/preview", data=late)
    assert drafts()[0].personal_line == "A whole line."
    again = _turn(ana, f"{batch}/letters/{letter.id}")
    ana.post(f"{batch}/letters/{letter.id}/preview", data=late | {"turn": again, "personal_line": "Better."})
    assert drafts()[0].personal_line == "Better."


def test_a_page_that_is_drawn_again_goes_on_saving(ana: FlaskClient, world: World, box: Mailbox) -> None:
    batch = begin(ana, people(world, 1), box)
    [letter] = drafts()
    answer = line(ana, batch, letter, do="preview")
    found = re.search(r'name="turn"[^>]*value="(\d*)"', answer.text)
    assert found
    ana.post(f"{batch}/letters/{letter.id}/preview", data={"mailbox": box.id, "to_address": letter.to_address,
             "subject": letter.subject, "body": letter.body, "personal_line": "More.", "turn": found[1]})  # fmt: skip
    assert drafts()[0].personal_line == "More."


def _turn(client: FlaskClient, address: str) -> str:
    found = re.search(r'name="turn"[^>]*value="(\d*)"', client.get(address).text)
    assert found
    return found[1]


def test_pitches_that_were_written_to_or_wait_in_another_batch_are_left_out(
    ana: FlaskClient, world: World, box: Mailbox
) -> None:
    ids = people(world, 3)
    begin(ana, ids[:1], box)
    with write() as here:
        letter_moves.contacted(
            here.get_one(Pitch, ids[1]), now=NOW, today=TODAY, follow_up_days=4, is_follow_up=False
        )
    begin(ana, ids, box)
    assert [letter.pitch_id for letter in drafts()] == [ids[0], ids[2]]
    again = ana.post(f"/batches/new?row={ids[0]}", data={"mailbox": str(box.id)}, follow_redirects=True)
    assert "None of these waits for a first letter" in again.text


def test_a_draft_that_was_begun_keeps_its_words(ana: FlaskClient, world: World, box: Mailbox) -> None:
    [pitch_id] = people(world, 1)
    ana.post(f"/pitches/{pitch_id}/letter/preview", data={"mailbox": box.id, "to_address": "bo0@plot0.example",
             "subject": "Mine", "body": "My own words", "personal_line": "Read it twice."})  # fmt: skip
    begin(ana, [pitch_id], box)
    [letter] = drafts()
    assert (letter.subject, letter.body, letter.personal_line) == ("Mine", "My own words", "Read it twice.")


def test_kept_prospects_become_pitches_and_drafts(ana: FlaskClient, world: World, box: Mailbox) -> None:
    ids = people(world, 2, with_pitch=False)
    asked = ana.post("/batches/of-prospects", data={"row": [*map(str, ids), str(world.prospect.id)]})
    page = ana.get(asked.headers["Location"]).text
    assert "Guest post: Opening" in page
    done = ana.post(asked.headers["Location"], data={"mailbox": str(box.id), "template": "1", "own_page": str(world.page.id), "topic": "Dry seeds"})  # fmt: skip
    assert done.status_code == 302
    letters = drafts()
    assert [letter.to_address for letter in letters] == ["bo0@plot0.example", "bo1@plot1.example"]
    pitch = session().get_one(Pitch, letters[0].pitch_id)
    assert (pitch.topic, pitch.own_page_id, pitch.stage) == ("Dry seeds", world.page.id, Stage.READY)
    assert session().scalar(sa.select(sa.func.count()).select_from(Prospect)) == 3


def test_others_do_not_see_a_batch(client: FlaskClient, world: World, box: Mailbox) -> None:
    client = alone(client)
    log_in(client, world.ana)
    batch = begin(client, people(world, 1), box)
    letter = drafts()[0].id
    for who in (world.otto, world.vic):
        log_in(client, who)
        for path in (batch, f"{batch}/letters/{letter}"):
            assert client.get(path).status_code == 404
        assert client.post(f"{batch}/queue").status_code == 404
        assert client.post(f"{batch}/undo").status_code == 404


def test_a_letter_of_another_batch_is_not_found(ana: FlaskClient, world: World, box: Mailbox) -> None:
    ids = people(world, 2)
    one, _ = begin(ana, ids[:1], box), begin(ana, ids[1:], box)
    other = drafts()[1].id
    assert ana.get(f"{one}/letters/{other}").status_code == 404


@pytest.mark.parametrize("asked", ["", "?row=x", "?row=99999999999", "?row=4815", "?prospects=1,x,,-3"])
def test_with_nothing_to_write_the_screen_says_what_to_tick(
    ana: FlaskClient, world: World, box: Mailbox, asked: str
) -> None:
    with write() as here:
        here.delete(here.get_one(Prospect, world.prospect.id))
    answer = ana.get(f"/batches/new{asked}")
    assert answer.status_code == 200
    assert "Tick whom to write to" in answer.text


def test_two_hundred_letters_are_one_batch_and_its_screens_stay_small(
    ana: FlaskClient, world: World, box: Mailbox
) -> None:
    ids = people(world, 205)
    batch = begin(ana, ids, box)
    letters = drafts()
    assert len(letters) == 200
    with write() as here:
        here.execute(
            sa.update(Message).values(
                personal_line="Read.", personal_url="https://plot.example/piece", state_reason=""
            )
        )
    for path in (batch, f"{batch}/letters/{letters[100].id}", "/batches"):
        with counted(db.engine) as count:
            assert ana.get(path).status_code == 200
        assert count.total <= 12, (path, count)
    batch_id = session().scalars(sa.select(LetterBatch.id)).one()
    assert batch_actions.queue_ready(batch_id, by=world.ana, now=clock.now(), undo=UNDO) == (200, 0)
    assert {line.state for line in batch_queries.lines(batch_id)} == {MessageState.QUEUED}
    assert batch_actions.take_back(batch_id, by=world.ana, now=clock.now()) == (200, 0)


def test_the_live_preview_of_a_letter_costs_few_statements(
    ana: FlaskClient, world: World, box: Mailbox
) -> None:
    batch = begin(ana, people(world, 2), box)
    letter = drafts()[0]
    page = ana.get(f"{batch}/letters/{letter.id}").text
    assert re.search(r'id="preview" hx-post="[^"]+/preview"[^>]* hx-trigger="load, ', page)
