"""`outreach links check-list FILE`: every row of a sheet looked at once, without a database."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import click

from outreach.kit import tables
from outreach.kit.tables import BadTable, Row, columns
from outreach.kit.urls import BadAddress
from outreach.links import list_rules, looking
from outreach.links.judge import Promise
from outreach.links.list_rules import ROW_WORDS, Field, RowState, Unusable
from outreach.links.looking import Wanted
from outreach.links.looks import Look
from outreach.links.target import Target
from outreach.settings import Settings

AT_ONCE = 200
HEAD = (
    "Row",
    "Page",
    "Leads to",
    "Result",
    "What was seen",
    "Advice",
    "Codes",
    "Words of the link",
    "rel",
    "Status",
)


@click.command("check-list")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--target", default="", help="The address that rows without one should link to.")
@click.option("--domain", default="", help="A host; any page of it counts for rows without a target.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a row.")
@click.option("--csv", "as_csv", is_flag=True, help="A CSV that no spreadsheet runs formulas of.")
@click.option(
    "--resolve", multiple=True, metavar="HOST:PORT:ADDR", help="Take this address for the host, as curl does."
)
@click.option("--allow-network", multiple=True, metavar="CIDR", help="A private network that may be opened.")
def check_list(
    file: Path,
    target: str,
    domain: str,
    as_json: bool,
    as_csv: bool,
    resolve: tuple[str, ...],
    allow_network: tuple[str, ...],
) -> None:
    """Look at every row of FILE (CSV, TSV, XLSX, or a ZIP with one) once; its columns are guessed.

    Exit status: 0 when the file was read, whatever was found; 1 when it cannot be read.
    """
    if as_json and as_csv:
        raise click.UsageError("Say --json or --csv, not both.")
    config = _config(resolve, allow_network)
    with file.open("rb") as opened:
        try:
            told = _told(tables.read(opened), config, _target(target, domain))
            _write(told, as_json=as_json, as_csv=as_csv)
        except BadTable as error:
            click.echo(f"{file.name}: {error}", err=True)
            sys.exit(1)


def _config(resolve: tuple[str, ...], networks: tuple[str, ...]) -> Settings:
    try:
        config = Settings.model_validate(
            {"instance": Path(), "fetch_resolve": list(resolve), "fetch_allow_networks": list(networks)}
        )
        looking.guard_of(config)
    except ValueError as error:
        raise click.UsageError(f"--resolve or --allow-network: {error}") from None
    return config


def _target(target: str, domain: str) -> Target | None:
    if target and domain:
        raise click.UsageError("Say --target or --domain, not both.")
    try:
        if domain:
            return Target.domain(domain)
        return Target.url(target) if target else None
    except BadAddress as error:
        raise click.UsageError(str(error)) from None


def _told(table: tables.Table, config: Settings, target: Target | None) -> Iterator[dict[str, Any]]:
    """What became of each row, as looks come in."""
    rows = table.rows()
    first = list(islice(table.rows(), 50))
    cells = [row.cells for row in first if not row.problem]
    has_header = columns.has_header(cells) or (bool(cells) and len(list_rules.guess(cells[0], [], [])) > 1)
    where = list_rules.guess(
        cells[0] if has_header else [], cells[1:] if has_header else cells, [target.host] if target else []
    )
    if Field.PAGE not in where:
        raise BadTable("No column of it looks like the pages to look at.")
    if has_header:
        next(rows)
    for part in _batched(rows):
        yield from _look(part, where, config, target)


def _batched(rows: Iterator[Row]) -> Iterator[Sequence[Row]]:
    while part := list(islice(rows, AT_ONCE)):
        yield part


def _look(
    part: Sequence[Row], where: dict[Field, int], config: Settings, target: Target | None
) -> Iterator[dict[str, Any]]:
    wanted = []
    for row in part:
        try:
            wanted.append(_wanted(row, where, target))
        except (Unusable, BadAddress) as error:
            yield _line(row.number, row.cells[0] if row.cells else "", "", RowState.REFUSED, str(error))
    asked = {one.key: one for one in wanted}
    for key, look in looking.look_at(wanted, config, now=datetime.now(UTC)):
        one = asked[key]
        state = list_rules.state_of(look.presence, look.value)
        yield _line(key, one.page_url, one.target.value, state, look.sentence, look)


def _wanted(row: Row, where: dict[Field, int], target: Target | None) -> Wanted:
    if row.problem:
        raise Unusable(row.problem)
    wish = list_rules.wish(row.cells, where)
    goal = Target.url(wish.target_url) if wish.target_url else target
    if goal is None:
        raise Unusable("It does not say where the link leads. Give --target or --domain for such rows.")
    return Wanted(
        row.number, wish.page_url, goal, Promise(rel=wish.rel, anchors=(wish.anchor,) if wish.anchor else ())
    )


def _line(
    number: int, page: str, target: str, state: RowState, sentence: str, look: Look | None = None
) -> dict[str, Any]:
    first = look.found[0] if look and look.found else {}
    return {
        "row": number, "page_url": page, "target": target, "result": state.value, "sentence": sentence,
        "advice": look.advice if look else "", "codes": list(look.codes) if look else [], "anchor": first.get("anchor", ""),
        "rel": list(first.get("rel", ())), "status": look.status if look else None,
    }  # fmt: skip


def _write(told: Iterator[dict[str, Any]], *, as_json: bool, as_csv: bool) -> None:
    if as_json:
        for line in told:
            click.echo(json.dumps(line, ensure_ascii=False))
        return
    if as_csv:
        for text in tables.csv_parts(_cells(told)):
            click.echo(text, nl=False)
        return
    counts: Counter[str] = Counter()
    for line in told:
        word = ROW_WORDS[RowState(line["result"])]
        counts[word] += 1
        click.echo(f"{line['row']:>6}  {word:<15} {line['page_url']}  {line['sentence']}")
    click.echo(", ".join(f"{number} {word.lower()}" for word, number in counts.most_common()) or "No rows.")


def _cells(told: Iterator[dict[str, Any]]) -> Iterator[Sequence[tables.Cell]]:
    yield HEAD
    for line in told:
        yield (
            line["row"], line["page_url"], line["target"], ROW_WORDS[RowState(line["result"])], line["sentence"], line["advice"],
            " ".join(line["codes"]), line["anchor"], " ".join(line["rel"]), line["status"],
        )  # fmt: skip
