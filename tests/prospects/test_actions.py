import sqlalchemy as sa
from flask import Flask

from outreach.consent import moves as consent
from outreach.consent.rules import SuppressionKind, SuppressionReason
from outreach.db import db, session, write
from outreach.diary.models import Entry
from outreach.projects.models import Membership
from outreach.projects.rules import MemberRole
from outreach.prospects import actions
from outreach.prospects.models import ImportBatch, ImportRow, Prospect, Site
from outreach.prospects.rules import ProspectState
from tests.statements import counted
from tests.world import NOW, World


def add(world: World, text: str) -> ImportBatch:
    batch_id = actions.add_addresses(world.seed.id, text, by=world.ana, now=NOW)
    return session().get_one(ImportBatch, batch_id)


def said(batch: ImportBatch) -> list[tuple[int, str]]:
    rows = session().execute(
        sa.select(ImportRow.number, ImportRow.outcome)
        .where(ImportRow.batch_id == batch.id)
        .order_by(ImportRow.number)
    )
    return [(row.number, row.outcome.value) for row in rows]


def keys() -> set[str]:
    return set(session().scalars(sa.select(Site.key)))


def test_each_line_of_a_paste_is_told_apart(world: World) -> None:
    with write():
        session().add(
            Site(key="frosted.example", url="https://frosted.example/", created_at=NOW, updated_at=NOW)
        )
        consent.suppress(
            "shut.example", kind=SuppressionKind.DOMAIN, reason=SuppressionReason.BY_HAND, by=None, now=NOW
        )
    batch = add(
        world,
        "new.example\nhttps://blog.new.example/x\nwild.example\nfrosted.example/about\nwww.hazel.example\n"
        "frost.example\nnonsense\nbo@new.example\ngithub.io\nshut.example\n",
    )
    assert said(batch) == [
        (1, "new"), (2, "repeated"), (3, "known"), (4, "joined"), (5, "own"), (6, "own"),
        (7, "refused"), (8, "refused"), (9, "refused"), (10, "suppressed"),
    ]  # fmt: skip
    assert batch.total == 10
    assert keys() == {"wild.example", "frosted.example", "new.example"}


def test_the_host_of_a_hidden_project_is_told_as_a_fact_only(world: World) -> None:
    batch = add(world, "frost.example")
    reason = session().scalar(sa.select(ImportRow.reason).where(ImportRow.batch_id == batch.id))
    assert reason == "It is a host of another project."


def test_pasting_the_same_again_changes_nothing(world: World) -> None:
    add(world, "new.example\nnewer.example")
    again = add(world, "new.example\nnewer.example")
    assert again.counts == {"known": 2}
    assert session().scalar(sa.select(sa.func.count()).select_from(Prospect)) == 3


def test_a_new_site_has_one_line_in_its_timeline(world: World) -> None:
    add(world, "new.example")
    site_id = session().scalar(sa.select(Site.id).where(Site.key == "new.example"))
    lines = session().scalars(sa.select(Entry).where(Entry.site_id == site_id)).all()
    assert [(line.kind, line.project_id, line.by_id) for line in lines] == [
        ("prospect.added", world.seed.id, world.ana.id)
    ]


def test_two_thousand_lines_take_a_few_statements_a_commit(app: Flask, world: World) -> None:
    text = "\n".join(f"s{number}.example" for number in range(2000))
    with counted(db.engine) as count:
        batch = add(world, text)
    assert batch.counts == {"new": 2000}
    assert count.total < 80, count


def test_an_undone_batch_leaves_nothing_of_its_own(world: World) -> None:
    batch = add(world, "new.example\nwild.example\nnewer.example")
    assert actions.undo_batch(batch.id, by=world.ana, now=NOW) == (2, 0)
    assert keys() == {"wild.example"}
    assert actions.undo_batch(batch.id, by=world.ana, now=NOW) is None


def test_what_was_touched_since_outlives_the_undo(world: World) -> None:
    batch = add(world, "kept.example\nowned.example\nplain.example")
    rows = session().execute(sa.select(Site.key, Prospect.id).join(Prospect, Prospect.site_id == Site.id))
    ids = {row.key: row.id for row in rows}
    actions.set_state([ids["kept.example"]], ProspectState.KEPT, by=world.ana, now=NOW.replace(hour=10))
    actions.give([ids["owned.example"]], world.ana.id, by=world.ana, now=NOW.replace(hour=10))
    assert actions.undo_batch(batch.id, by=world.ana, now=NOW.replace(hour=11)) == (1, 2)
    assert keys() == {"wild.example", "kept.example", "owned.example"}


def test_a_site_that_another_project_took_since_stays(world: World) -> None:
    batch = add(world, "new.example")
    actions.add_addresses(world.other.id, "new.example", by=world.otto, now=NOW)
    assert actions.undo_batch(batch.id, by=world.ana, now=NOW) == (1, 0)
    assert "new.example" in keys()


def test_a_viewer_or_a_stranger_undoes_nothing(world: World) -> None:
    batch = add(world, "new.example")
    assert actions.undo_batch(batch.id, by=world.vic, now=NOW) is None
    assert actions.undo_batch(batch.id, by=world.otto, now=NOW) is None


def test_a_viewer_or_a_stranger_changes_no_state(world: World) -> None:
    for who in (world.vic, world.otto):
        actions.set_state([world.prospect.id], ProspectState.REJECTED, by=who, now=NOW)
    session().rollback()
    assert world.prospect.state is ProspectState.KEPT


def test_a_rejection_can_be_taken_back_whole(world: World) -> None:
    before = world.prospect.updated_at
    change = actions.set_state(
        [world.prospect.id], ProspectState.REJECTED, "off_topic", by=world.ana, now=NOW.replace(hour=10)
    )
    assert (world.prospect.state, world.prospect.reject_reason) == (ProspectState.REJECTED, "off_topic")
    assert actions.undo_change(change.id, by=world.ana, now=NOW.replace(hour=11)) == 1
    assert (world.prospect.state, world.prospect.reject_reason) == (ProspectState.KEPT, "")
    assert world.prospect.updated_at == before
    assert actions.undo_change(change.id, by=world.ana, now=NOW.replace(hour=12)) is None


def test_an_undo_leaves_alone_what_somebody_changed_after(world: World) -> None:
    change = actions.set_state(
        [world.prospect.id], ProspectState.REJECTED, by=world.ana, now=NOW.replace(hour=10)
    )
    actions.set_state([world.prospect.id], ProspectState.LATER, by=world.max, now=NOW.replace(hour=11))
    assert actions.undo_change(change.id, by=world.ana, now=NOW.replace(hour=12)) == 0
    assert world.prospect.state is ProspectState.LATER


def test_nobody_takes_back_the_change_of_another(world: World) -> None:
    change = actions.set_state([world.prospect.id], ProspectState.REJECTED, by=world.ana, now=NOW)
    assert actions.undo_change(change.id, by=world.max, now=NOW) is None


def test_a_colleagues_site_is_taken_over_by_a_manager_only(world: World) -> None:
    with write():
        session().add(Membership(project_id=world.seed.id, user_id=world.otto.id, role=MemberRole.MEMBER))
    change, held = actions.give([world.prospect.id], world.otto.id, by=world.otto, now=NOW)
    assert (change.before, held) == ([], [world.ana.id])
    _, held = actions.give([world.prospect.id], world.otto.id, by=world.max, now=NOW)
    assert held == []
    assert world.prospect.owner_id == world.otto.id
