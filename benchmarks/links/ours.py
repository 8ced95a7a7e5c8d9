"""Our engine: every guard on, the full report for each page.  `python -m benchmarks.links.ours FOLDER PORT [--again]`.

Prints one line a page: its path, whether the link was found.  `--again` asks conditionally, as a re-check does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from outreach.engines.fetch.client import Fetched, Job, Known, fetch, fetch_many
from outreach.engines.fetch.guard import Guard
from outreach.links.judge import Target, look, remembering
from outreach.links.rules import Presence


def main(folder: Path, port: int, *, again: bool) -> None:
    guard = Guard(allow_networks=["127.0.0.0/8"])
    now = datetime.now(UTC)

    def ask(url: str) -> Fetched:
        return fetch(url, guard=guard)

    get = remembering(ask)

    def jobs() -> Iterator[Job]:
        for one in json.loads((folder / "list.json").read_text()):
            url = f"http://{one['host']}:{port}{one['path']}"
            yield Job(url, tag=one, known=Known(url, etag='"v1"') if again else None)

    for job, got in fetch_many(jobs(), guard=guard, parallel=32):
        one: dict[str, str] = job.tag  # type: ignore[assignment]
        if again:
            print(one["path"], got.status)
            continue
        verdict = look(job.url, Target("url", one["target"]), get, now=now, first=got)
        verdict.to_json()
        print(one["path"], verdict.presence is Presence.FOUND)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), again="--again" in sys.argv)
