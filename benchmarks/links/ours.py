"""Our engine as the worker runs it: every guard on, pages read in their own process, the full report for each.

    python -m benchmarks.links.ours FOLDER PORT [--again]

Prints one line a page: its path, whether the link was found.  `--again` looks a second time, when the servers say that nothing has changed.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from outreach import settings
from outreach.links import again, looking
from outreach.links.again import LastRead
from outreach.links.looking import Wanted, look_at, tools_for
from outreach.links.looks import Look
from outreach.links.rules import Presence, Value
from outreach.links.target import Target
from outreach.links.verdict import Promise

BATCH = 50
"""As many as a sweep takes."""
SEEN = Look(Presence.FOUND, Value.PASSES, "The link is there.", "ok", status=200)


def main(folder: Path, port: int, *, is_again: bool) -> None:
    now = datetime.now(UTC)
    looking.PAUSE_S = 0.0  # no rival waits between two pages of a host
    config = settings.load(Path(tempfile.gettempdir()), fetch_allow_networks="127.0.0.0/8")
    warm_up(config)
    listed = json.loads((folder / "list.json").read_text())
    rows = [(one["path"], wanted(number, one, port)) for number, one in enumerate(listed)]
    for batch in batches(rows):
        asked = [replace(one, last=read_before(one, now)) if is_again else one for _, one in batch]
        paths = {one.key: path for path, one in batch}
        for key, look in look_at(asked, config, now=now, with_targets=False):
            print(paths[key], look.status if is_again else look.presence is Presence.FOUND)
    tools_for(config).close()


def warm_up(config: settings.Settings) -> None:
    """A worker's reader runs for weeks: its start is no part of a page's cost."""
    page = looking.Fetched("http://a.example/", "http://a.example/", status=200, body=b"<p>x")
    robots = looking.Fetched("http://a.example/robots.txt", "http://a.example/robots.txt", status=404)
    answers = {page.url: page, robots.url: robots}
    question = looking.Question(
        page.url, Target("url", "https://b.example/"), Promise(), datetime.now(UTC), answers
    )
    tools_for(config).reader.ask(question)


def batches(rows: list[tuple[str, Wanted]]) -> Iterator[list[tuple[str, Wanted]]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def wanted(number: int, one: dict[str, str], port: int) -> Wanted:
    return Wanted(
        number, f"http://{one['host']}:{port}{one['path']}", Target("url", one["target"]), Promise()
    )


def read_before(one: Wanted, now: datetime) -> LastRead:
    """What an earlier look would have left; robots.txt was 404 then as well."""
    robots = again.robots_of(looking.Fetched("", "", status=404, body=b"none"))
    return LastRead(now, one.page_url, '"v1"', "", one.terms, "", robots, SEEN, 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), is_again="--again" in sys.argv)
