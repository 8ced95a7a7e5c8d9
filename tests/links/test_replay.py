import json
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

from outreach.links.replay import replay

NOW = datetime(2026, 5, 4, tzinfo=UTC)
CASE = {
    "id": "one",
    "page_url": "http://blog.example/",
    "target": {"match": "url", "value": "http://acme.example/x"},
    "responses": {
        "http://blog.example/": {
            "status": 200,
            "headers": {"Content-Type": "text/html"},
            "body": "<p><a href='http://acme.example/x'>x</a>",
        }
    },
}


def _said(*lines: str, root: Path = Path()) -> list[dict[str, object]]:
    return list(replay(lines, root=root, now=NOW))


def test_a_line_gives_a_verdict_with_its_id() -> None:
    (said,) = _said(json.dumps(CASE))
    assert (said["id"], said["found"], said["presence"], said["verdict"]) == (
        "one",
        True,
        "found",
        "live_follow",
    )


def test_a_bad_line_is_told_and_the_stream_goes_on() -> None:
    bad = [
        "{",
        "[]",
        '{"id": 2}',
        '{"id": 3, "page_url": "x", "responses": {}, "target": {"match": "soul", "value": "x"}}',
    ]
    said = _said(*bad, "", json.dumps(CASE))
    assert ["error" in one for one in said] == [True, True, True, True, False]
    assert [one["id"] for one in said] == [None, None, 2, 3, "one"]
    assert "line 3: 'target' is missing" in str(said[2]["error"])


def test_a_body_may_lie_in_a_file_but_not_outside_the_root(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<a href='http://acme.example/x'>x</a>" + "<p>words" * 40)
    case = {
        "id": 1,
        "url": "http://blog.example/",
        "status": 200,
        "headers": {},
        "file": "page.html",
        "target": CASE["target"],
    }
    (said,) = _said(json.dumps(case), root=tmp_path)
    assert said["found"]
    (refused,) = _said(json.dumps(case | {"file": "../../etc/passwd"}), root=tmp_path)
    assert "outside the root" in str(refused["error"])


def test_robots_questions_are_answered(tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text("User-agent: *\nDisallow: /x")
    line = {"id": "r", "robots_file": "r.txt", "user_agent": "Googlebot", "url": "https://a.example/x"}
    assert _said(json.dumps(line), root=tmp_path) == [{"id": "r", "allowed": False}]


def test_memory_stays_flat_however_long_the_stream() -> None:
    lines = (json.dumps(CASE | {"id": n}) for n in range(1_500))
    stream = replay(lines, root=Path(), now=NOW)
    for _ in range(500):
        next(stream)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    assert sum(1 for _ in stream) == 1_000
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 1_000_000
