"""The team: invitations, roles, switching off, places in projects."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from outreach.accounts import cli, moves, passwords, queries
from outreach.accounts.models import Key, User
from outreach.accounts.rules import UserRole
from outreach.db import db, write
from outreach.kit import clock
from outreach.projects import queries as projects
from outreach.projects import team
from outreach.projects.models import Membership
from outreach.projects.rules import Grant, MemberRole
from tests.accounts.pages import errors
from tests.statements import counted
from tests.world import NOW, PASSWORD, World, log_in

JOIN = {"name": "Eva Hazel", "password": "four seeds in one pot", "timezone": "Europe/Paris"}


def invite(client: FlaskClient, world: World, **changed: str) -> str:
    """Ada invites Eva; the address that is shown, without the host."""
    log_in(client, world.ada)
    data = {
        "email": "eva@hazel.example",
        "role": "user",
        "projects": str(world.seed.id),
        "project_role": "viewer",
        **changed,
    }
    page = client.post("/invitations", data=data)
    assert page.status_code == 200, errors(page)
    return shown_link(page.text)


def shown_link(page: str) -> str:
    (found,) = re.findall(r'id="one-time-link">(.*?)<', page)
    assert found.startswith("https://outreach.example/")
    return found.removeprefix("https://outreach.example")


# ----- invitations


def test_somebody_invited_joins_with_their_place_in_the_project(
    client: FlaskClient, app: Flask, world: World
) -> None:
    link = invite(client, world)
    eva = app.test_client()
    assert "eva@hazel.example" in eva.get(link).text
    assert eva.post(link, data=JOIN).location == "/"
    assert eva.get(f"/projects/{world.seed.id}").status_code == 200
    assert eva.get(f"/projects/{world.other.id}").status_code == 404
    user = queries.user_of("eva@hazel.example")
    assert user is not None
    assert projects.roles_of(user) == {world.seed.id: MemberRole.VIEWER}
    assert (user.role, user.timezone) == (UserRole.USER, "Europe/Paris")


def test_an_invitation_works_once(client: FlaskClient, app: Flask, world: World) -> None:
    link = invite(client, world)
    assert app.test_client().post(link, data=JOIN).status_code == 302
    assert app.test_client().get(link).status_code == 404
    assert app.test_client().post(link, data=JOIN).status_code == 404


def test_opening_an_invitation_changes_nothing(client: FlaskClient, app: Flask, world: World) -> None:
    link = invite(client, world)
    for _ in range(3):
        assert app.test_client().get(link).status_code == 200
    assert queries.user_of("eva@hazel.example") is None


def test_an_invitation_ends_after_a_week(client: FlaskClient, app: Flask, world: World) -> None:
    link = invite(client, world)
    with write() as session:
        session.execute(sa.update(Key).values(expires_at=clock.now() - timedelta(minutes=1)))
    assert app.test_client().get(link).status_code == 404


def test_a_new_invitation_ends_the_older_one(client: FlaskClient, app: Flask, world: World) -> None:
    first, second = invite(client, world), invite(client, world)
    assert app.test_client().get(first).status_code == 404
    assert app.test_client().get(second).status_code == 200


def test_an_invitation_can_be_taken_back(client: FlaskClient, app: Flask, world: World) -> None:
    link = invite(client, world)
    (key,) = queries.open_invitations(clock.now())
    client.post(f"/invitations/{key.id}/removal")
    assert app.test_client().get(link).status_code == 404
    assert queries.open_invitations(clock.now()) == []


def test_who_joins_cannot_choose_role_address_or_project(
    client: FlaskClient, app: Flask, world: World
) -> None:
    link = invite(client, world)
    more = {
        "role": "admin",
        "email": "root@hazel.example",
        "grants": f"{world.other.id}:member",
        "is_admin": "true",
    }
    app.test_client().post(link, data={**JOIN, **more})
    eva = queries.user_of("eva@hazel.example")
    assert eva is not None
    assert eva.role is UserRole.USER
    assert world.other.id not in projects.roles_of(eva)
    assert queries.user_of("root@hazel.example") is None


def test_the_database_keeps_only_a_hash_of_a_link(client: FlaskClient, world: World) -> None:
    token = invite(client, world).rpartition("/")[2]
    key = db.session.scalar(sa.select(Key))
    assert key is not None
    assert token not in key.token_hash


def test_the_link_bears_the_workspaces_own_host(client: FlaskClient, world: World) -> None:
    log_in(client, world.ada)
    page = client.post(
        "/invitations", headers={"X-Forwarded-Host": "evil.example", "Host": "evil.example"},
        data={"email": "eva@hazel.example", "role": "manager"},
    )  # fmt: skip
    assert "evil.example" not in page.text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "eva", "no mail address"),
        ("email", "ANA@hazel.example", "Somebody has an account"),
        ("role", "root", "Not a valid choice"),
        ("projects", "", "Choose at least one"),
        ("projects", "999", "not"),
    ],
)
def test_a_wrong_invitation_speaks_beside_its_field(
    client: FlaskClient, world: World, field: str, value: str, words: str
) -> None:
    log_in(client, world.ada)
    data = {
        "email": "eva@hazel.example",
        "role": "user",
        "projects": str(world.seed.id),
        "project_role": "member",
    }
    data[field] = value
    if not value:
        del data[field]
    page = client.post("/invitations", data=data)
    assert page.status_code == 422
    assert any(words in error for error in errors(page)), errors(page)


def test_a_weak_password_does_not_use_the_invitation_up(
    client: FlaskClient, app: Flask, world: World
) -> None:
    link = invite(client, world)
    page = app.test_client().post(link, data={**JOIN, "password": "short"})
    assert page.status_code == 422
    assert 'value="Eva Hazel"' in page.text
    assert app.test_client().post(link, data=JOIN).status_code == 302


def test_two_who_join_at_once_are_one(app: Flask, world: World) -> None:
    _key, token = team.invite(
        "eva@hazel.example", UserRole.USER, [Grant(world.seed.id, MemberRole.MEMBER)], by=world.ada, now=NOW
    )
    start, joined = threading.Barrier(2), []

    def go() -> None:
        with app.app_context():
            start.wait()
            user = team.join(token, "Eva", PASSWORD, "UTC", now=NOW)
            joined.append(user is not None)
            db.session.remove()

    db.session.rollback()
    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(joined) == [False, True]


# ----- roles and switching off


def test_an_admin_gives_another_role(client: FlaskClient, world: World) -> None:
    log_in(client, world.ada)
    client.post(f"/users/{world.ana.id}/role", data={"role": "manager"})
    db.session.expire_all()
    assert world.ana.role is UserRole.MANAGER
    assert "Ana Hazel is a manager now." in client.get("/users").text


def test_the_last_admin_stays(client: FlaskClient, world: World) -> None:
    log_in(client, world.ada)
    client.post(f"/users/{world.ada.id}/role", data={"role": "user"})
    assert "needs an active admin" in client.get("/users").text
    client.post(f"/users/{world.ada.id}/active", data={"is_active": "0"})
    db.session.expire_all()
    assert world.ada.is_admin
    assert world.ada.is_active


def test_two_admins_who_remove_each_other_leave_one(app: Flask, world: World) -> None:
    with write():
        world.max.role = UserRole.ADMIN
    pairs = [(world.ada.id, world.max.id), (world.max.id, world.ada.id)]
    start, refused = threading.Barrier(2), []

    def go(by_id: int, user_id: int) -> None:
        with app.app_context():
            by, user = db.session.get_one(User, by_id), db.session.get_one(User, user_id)
            start.wait()
            try:
                team.set_active(user, False, by=by, now=NOW)
            except moves.LastAdmin:
                refused.append(user_id)
            db.session.remove()

    db.session.rollback()
    threads = [threading.Thread(target=go, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    assert queries.active_admins() == 1
    assert len(refused) == 1


def test_switching_off_ends_sessions_and_links(client: FlaskClient, app: Flask, world: World) -> None:
    ana = app.test_client()
    log_in(ana, world.ana)
    assert ana.get("/profile").status_code == 200
    log_in(client, world.ada)
    link = shown_link(client.post(f"/users/{world.ana.id}/password-link").text)
    client.post(f"/users/{world.ana.id}/active", data={"is_active": "0"})
    assert ana.get("/profile").status_code == 302
    assert ana.get(link).status_code == 404
    client.post(f"/users/{world.ana.id}/active", data={"is_active": "1"})
    assert ana.get("/profile").status_code == 302
    assert ana.get(link).status_code == 404


def test_only_admins_see_the_team(client: FlaskClient, world: World) -> None:
    for user, status in ((world.ada, 200), (world.max, 404), (world.ana, 404)):
        log_in(client, user)
        assert client.get("/users").status_code == status


@pytest.mark.parametrize("rows", [10, 300])
def test_the_list_needs_few_statements_however_many_they_are(
    client: FlaskClient, world: World, rows: int
) -> None:
    with write() as session:
        people = [
            User(
                email=f"u{number}@hazel.example", name=f"U {number}", password_hash="", session_token=f"t{number}",
                timezone="UTC", created_at=NOW,
            )
            for number in range(rows)
        ]  # fmt: skip
        session.add_all(people)
        session.flush()
        session.add_all(
            Membership(project_id=world.seed.id, user_id=one.id, role=MemberRole.MEMBER) for one in people
        )
    log_in(client, world.ada)
    with counted(db.engine) as count:
        assert client.get("/users").status_code == 200
    assert count.total <= 12, count


# ----- password links


def test_a_password_link_sets_a_password_once_and_ends_sessions(
    client: FlaskClient, app: Flask, world: World
) -> None:
    old = app.test_client()
    log_in(old, world.ana)
    log_in(client, world.ada)
    link = shown_link(client.post(f"/users/{world.ana.id}/password-link").text)
    ana = app.test_client()
    assert ana.post(link, data={"password": "short"}).status_code == 422
    assert ana.post(link, data={"password": PASSWORD}).location == "/"
    assert ana.get("/profile").status_code == 200
    assert old.get("/profile").status_code == 302
    assert app.test_client().post(link, data={"password": PASSWORD}).status_code == 404
    db.session.expire_all()
    assert passwords.is_right(world.ana.password_hash, PASSWORD)


def test_a_locked_out_admin_gets_in_by_the_command(app: Flask, client: FlaskClient, world: World) -> None:
    for _ in range(11):
        held = client.post("/login", data={"email": world.ada.email, "password": "wrong"})
    assert held.status_code == 429
    done = CliRunner().invoke(cli.user, ["link", "ADA@hazel.example"], obj=lambda: app)
    assert done.exit_code == 0, done.output
    link = done.output.strip().removeprefix("https://outreach.example")
    assert client.post(link, data={"password": PASSWORD}).location == "/"
    client.post("/log-out")
    assert client.post("/login", data={"email": world.ada.email, "password": PASSWORD}).status_code == 302


def test_the_command_says_who_is_there(app: Flask, world: World) -> None:
    listed = CliRunner().invoke(cli.user, ["list"], obj=lambda: app)
    assert "ada@hazel.example\tadmin\ton\tAda Hazel" in listed.output
    nobody = CliRunner().invoke(cli.user, ["link", "eva@hazel.example"], obj=lambda: app)
    assert nobody.exit_code == 1
    assert "Nobody has the address" in nobody.output


# ----- places in projects


def test_a_manager_lets_somebody_in_and_out(client: FlaskClient, world: World) -> None:
    log_in(client, world.max)
    client.post(f"/projects/{world.seed.id}/members", data={"user_id": world.otto.id, "role": "viewer"})
    assert projects.roles_of(world.otto)[world.seed.id] is MemberRole.VIEWER
    place = db.session.scalar(
        sa.select(Membership).where(
            Membership.user_id == world.otto.id, Membership.project_id == world.seed.id
        )
    )
    assert place is not None
    client.post(f"/projects/{world.seed.id}/members/{place.id}", data={"role": "member"})
    assert projects.roles_of(world.otto)[world.seed.id] is MemberRole.MEMBER
    client.post(f"/projects/{world.seed.id}/members/{place.id}/removal")
    assert world.seed.id not in projects.roles_of(world.otto)


def test_a_place_is_changed_only_in_its_own_project(client: FlaskClient, world: World) -> None:
    place = db.session.scalar(sa.select(Membership).where(Membership.user_id == world.otto.id))
    assert place is not None
    log_in(client, world.max)
    assert client.post(f"/projects/{world.seed.id}/members/{place.id}/removal").status_code == 404


@pytest.mark.parametrize(
    "data", [{}, {"user_id": "999", "role": "member"}, {"user_id": "x"}, {"role": "admin"}]
)
def test_a_senseless_choice_changes_nothing_and_says_so(
    client: FlaskClient, world: World, data: dict[str, str]
) -> None:
    log_in(client, world.max)
    before = len(projects.members_of(world.seed.id))
    assert client.post(f"/projects/{world.seed.id}/members", data=data).status_code == 302
    assert len(projects.members_of(world.seed.id)) == before
    assert "Nothing was changed" in client.get("/projects").text
