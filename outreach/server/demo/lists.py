"""What was brought in the demo: a list of links that was checked on Monday, a sheet whose columns are to be named, an export that was counted."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from outreach.care import import_actions
from outreach.care.import_names import Field as ImportField
from outreach.db import session, write
from outreach.kit import tables
from outreach.links import list_actions, list_moves
from outreach.links.list_models import LinkList, LinkListRow
from outreach.links.list_rules import Field, Purpose, Unusable
from outreach.links.looks import Look
from outreach.links.models import PlacedLink
from outreach.web.here import config

if TYPE_CHECKING:
    from outreach.server.demo.build import Build

WHO = ("Ines Albrecht", "Tom Reyes", "", "Petra Novak", "", "Joost de Vries")
PRICES = ("", "", "120 EUR", "", "", "80 EUR")


def bring(build: Build, looks: tuple[Look, ...]) -> None:
    """A list that was looked at, and the team's own sheet, just brought."""
    pages = [
        link.page_url for link in session().scalars(sa.select(PlacedLink).order_by(PlacedLink.id).limit(40))
    ]
    project = build.cast.projects[0]
    target = build.cast.pages[project.id][0].url
    _checked(build, project.id, [*pages, "mossandmortar", "https://"], target, looks)
    _sheet(build, project.id, pages, target)
    _export(build, project.id, target)


def _checked(build: Build, project_id: int, pages: list[str], target: str, looks: tuple[Look, ...]) -> None:
    at = build.now - timedelta(days=2)
    text = "Referring page,Target URL\n" + "\n".join(f"{page},{target}" for page in pages)
    key = _brought(build, project_id, "links from another tool.csv", text.encode(), at)
    columns = {Field.PAGE: 0, Field.TARGET: 1}
    list_actions.begin(
        build.admin, key, Purpose.CHECK, columns, has_header=True, target="", is_day_first=True, now=at
    )
    for taken, fence in list_actions.take(1, now=at):
        list_actions.step(taken, fence, now=at, instance=config().instance)
    with write() as here:
        found = here.get_one(LinkList, key)
        rows = here.scalars(
            sa.select(LinkListRow).where(LinkListRow.list_id == key).order_by(LinkListRow.number)
        )
        for number, row in enumerate(rows):
            try:
                list_moves.tell_look(
                    row, list_moves.wish_of(found, row), looks[_which(number, len(looks))], now=at
                )
            except Unusable as error:
                list_moves.refuse(row, str(error))
        list_moves.finish(found, now=at + timedelta(minutes=4))


def _which(number: int, kinds: int) -> int:
    """Most are as the first look has it; every fifth is otherwise."""
    return 0 if number % 5 else (number // 5) % kinds


def _sheet(build: Build, project_id: int, pages: list[str], target: str) -> None:
    file = io.BytesIO()
    rows = [
        [page + "?from=sheet", target, "seed mix trial", "sponsored" if PRICES[n % 6] else "dofollow", PRICES[n % 6],
         build.today - timedelta(days=30 + 9 * n), WHO[n % 6]] for n, page in enumerate(pages)
    ]  # fmt: skip
    header = ["Live URL", "Target URL", "Anchor text", "Link type", "Price", "Live date", "Contact"]
    tables.write_xlsx(file, [header, *rows], title="Links we have")
    _brought(build, project_id, "Links we have.xlsx", file.getvalue(), build.now - timedelta(minutes=20))


def _brought(build: Build, project_id: int, name: str, data: bytes, at: datetime) -> int:
    return list_actions.bring(
        build.admin, project_id, name, io.BytesIO(data), now=at, instance=config().instance
    )


def _export(build: Build, project_id: int, target: str) -> None:
    """An export of another tool, counted: some are new, some known, one is our own, one is nothing."""
    known = [key for _, _, key in build.cast.sites[:14] if key.endswith(".example")]
    new = [
        f"{word}{end}.example"
        for word in ("mulch", "sprout", "trellis", "dibber", "cloche")
        for end in ("notes", "weekly", "post")
    ]
    pages = [f"https://{key}/links" for key in [*known, *new, new[0]]] + [target, "to be asked"]
    text = "Referring page title\tReferring page URL\tDomain rating\tTarget URL\tAnchor\n"
    text += "".join(
        f"Notes on seed\t{page}\t{20 + n % 50}\t{target}\tseed mix trial\n" for n, page in enumerate(pages)
    )
    at = build.now - timedelta(minutes=50)
    file = io.BytesIO(text.encode("utf-16"))
    key = import_actions.bring(
        build.admin, project_id, "backlinks of a neighbour.csv", file, now=at, instance=config().instance
    )
    import_actions.count(build.admin, key, {ImportField.SITE: 1}, now=at)
    for taken, fence in import_actions.take(now=at):
        import_actions.work(taken, fence, now=at, instance=config().instance)
        import_actions.put_down(taken, fence)
