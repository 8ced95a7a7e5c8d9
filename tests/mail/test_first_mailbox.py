"""The mailbox from which somebody writes in a project unless they choose another one."""

from flask.testing import FlaskClient

from outreach.mail import queries
from outreach.mail.models import Mailbox
from tests.sending.letters_world import mailbox
from tests.world import World, log_in


def addresses(world: World, project_id: int) -> list[int]:
    return [box.id for box in queries.usable_mailboxes(world.ana, project_id)]


def test_a_project_s_letters_leave_from_the_mailbox_chosen_for_it(client: FlaskClient, world: World) -> None:
    first, second = (mailbox(world, owner_id=world.ana.id, address=f"{name}@hazel.example") for name in "ab")
    log_in(client, world.ana)
    assert addresses(world, world.seed.id) == [first.id, second.id]
    choose(client, second, world.seed.id)
    assert addresses(world, world.seed.id) == [second.id, first.id]
    assert f'value="{world.seed.id}" checked' in client.get(f"/mailboxes/{second.id}").text
    choose(client, first, world.seed.id)
    assert addresses(world, world.seed.id) == [first.id, second.id]
    assert " checked" not in card(client.get(f"/mailboxes/{second.id}").text)
    choose(client, first)
    assert queries.first_in(world.ana, first.id) == set()


def test_it_is_one_s_own_choice_in_one_s_own_projects(client: FlaskClient, world: World) -> None:
    box = mailbox(world, owner_id=world.ana.id)
    log_in(client, world.ana)
    choose(client, box, world.seed.id, world.other.id, 999)
    assert queries.first_in(world.ana, box.id) == {world.seed.id}
    assert queries.first_in(world.ada, box.id) == set()
    log_in(client, world.otto)
    assert client.post(f"/mailboxes/{box.id}/first", data={"project": world.other.id}).status_code == 404


def choose(client: FlaskClient, box: Mailbox, *projects: int) -> None:
    assert client.post(f"/mailboxes/{box.id}/first", data={"project": list(projects)}).status_code == 303


def card(page: str) -> str:
    return page[page.index("First choice") :]
