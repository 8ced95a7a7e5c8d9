"""The process that reads pages: what a hostile page may do to it, and what the next page gets."""

from __future__ import annotations

import json
import os
import pickle
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outreach.engines.fetch.answer import Fault, Fetched, Hop
from outreach.kit import patterns
from outreach.links import reader_process
from outreach.links.reader import Reader, TooComplex
from outreach.links.reader_process import More, Question
from outreach.links.target import Target
from outreach.links.verdict import Promise
from outreach.page.headers import Headers

NOW = datetime(2026, 11, 25, tzinfo=UTC)
PAGE = "https://blog.example/post"
GUIDE = "https://acme.example/guide"
LINK = f'<a href="{GUIDE}">acme</a>'.encode()
HTML = Headers([("content-type", "text/html; charset=utf-8")])


@pytest.fixture
def reader() -> Iterator[Reader]:
    running = Reader()
    yield running
    running.close()


def question(body: bytes, **more: Fetched) -> Question:
    answers = {
        PAGE: Fetched(PAGE, PAGE, status=200, headers=HTML, body=body),
        "https://blog.example/robots.txt": Fetched("", "", status=404),
    }
    return Question(
        PAGE, Target.url(GUIDE), Promise(), NOW, answers | {got.url: got for got in more.values()}
    )


def test_a_page_is_judged_in_plain_values(reader: Reader) -> None:
    said = reader.ask(question(b"<p>See " + LINK))
    assert (said["presence"], said["value"], said["found"][0]["anchor"]) == ("found", "passes", "acme")
    assert (said["is_settled"], said["body_of"]) == (True, PAGE)


def test_one_process_reads_many_pages(reader: Reader) -> None:
    reader.ask(question(LINK))
    first = reader.pid
    for _ in range(20):
        reader.ask(question(LINK))
    assert reader.pid == first


INNER = "https://frame.example/inner"
FRAMED = b'<p>hello<iframe src="https://frame.example/inner"></iframe>'


def inner() -> Fetched:
    return Fetched(INNER, INNER, status=200, headers=HTML, body=LINK)


def test_it_says_which_address_it_needs_and_goes_on_with_the_answer(reader: Reader) -> None:
    said = reader.ask(question(FRAMED))
    assert said["need"] == INNER
    said = reader.ask(More(said["token"], INNER, inner()))
    assert said["codes"][0] == "HIDDEN_IFRAME"
    assert said["is_settled"] is False, "what hangs on another page is looked at anew"


def test_what_was_read_before_an_answer_came_is_read_no_second_time(reader: Reader) -> None:
    """Step by step with what was asked for, or at once with all of it: the same answer."""
    ways = b"".join(b'<a href="/go/%d">x</a>' % number for number in range(4))
    body = b"<title>Tools</title><p>hello<a href=https://acme.example/other>o</a>" + ways + FRAMED
    gone = {f"https://blog.example/go/{number}": Fetched("", "", status=404) for number in range(4)}
    got = gone | {INNER: inner()}
    said, asked = reader.ask(question(body)), []
    while "need" in said:
        asked.append(said["need"])
        said = reader.ask(More(said["token"], said["need"], got[said["need"]]))
    assert asked == [*gone, INNER]
    whole = question(body)
    assert said == reader.ask(Question(PAGE, whole.target, whole.promise, NOW, whole.answers | got))


def test_an_answer_is_the_same_in_the_other_process() -> None:
    got = Fetched(
        PAGE, GUIDE, (Hop(PAGE, 302, HTML), Hop(GUIDE, 200, HTML)), 200, HTML, b"x", Fault.TIMEOUT, "slow", "no", True, 3, 4, 5,
    )  # fmt: skip
    assert repr(pickle.loads(pickle.dumps(got, protocol=5))) == repr(got)


def test_a_question_that_was_put_aside_is_put_again_as_a_whole(reader: Reader) -> None:
    first = reader.ask(question(FRAMED))
    for _ in range(reader_process.OPEN_MOST):
        reader.ask(question(FRAMED))
    assert reader.ask(More(first["token"], INNER, inner())) == {"gone": True}
    assert reader.ask(question(FRAMED, inner=inner()))["codes"][0] == "HIDDEN_IFRAME"


def test_a_page_that_speaks_of_a_day_is_not_settled(reader: Reader) -> None:
    body = b'<meta name=robots content="unavailable_after: 2030-01-01">' + LINK
    assert reader.ask(question(body))["is_settled"] is False


def test_a_page_that_takes_too_long_is_the_end_of_the_process_and_not_of_ours(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The parser is made slow from outside, as no page is known that is."""
    (tmp_path / "sitecustomize.py").write_text(
        "import outreach.links.reader_process as r\n"
        "from outreach.links import judge\n"
        "real = judge.look\n"
        "def look(url, *a, **k):\n"
        "    while b'forever' in k['first'].body: pass\n"
        "    return real(url, *a, **k)\n"
        "judge.look = look\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(TooComplex, match="second of computing"):
        reader.ask(question(b"forever" + LINK))
    assert reader.ask(question(LINK))["presence"] == "found"


def test_a_page_that_takes_too_much_memory_is_too_complex(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "from outreach.links import judge\n"
        "real = judge.look\n"
        "def look(url, *a, **k):\n"
        "    if b'large' in k['first'].body: bytearray(2**30)\n"
        "    return real(url, *a, **k)\n"
        "judge.look = look\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(TooComplex):
        reader.ask(question(b"large" + LINK))
    assert reader.ask(question(LINK))["presence"] == "found"


def test_a_reader_that_died_is_exchanged(reader: Reader) -> None:
    reader.ask(question(LINK))
    assert reader.pid is not None
    os.kill(reader.pid, signal.SIGKILL)
    with pytest.raises(TooComplex):  # nobody can tell a page that kills from a hand that does
        for _ in range(3):
            reader.ask(question(LINK))
        raise TooComplex("it was exchanged before it was asked")
    assert reader.ask(question(LINK))["presence"] == "found"


def test_it_knows_no_setting_of_the_instance(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_DATABASE_URL", "postgresql://ana:secret@db.example/outreach")
    reader.ask(question(LINK))
    told = Path(f"/proc/{reader.pid}/environ").read_bytes()
    assert b"secret" not in told
    assert b"OUTREACH" not in told


def test_it_can_write_no_file_and_has_a_limit_of_memory(reader: Reader) -> None:
    reader.ask(question(LINK))
    limits = Path(f"/proc/{reader.pid}/limits").read_text().splitlines()
    found = {line[:25].strip(): line[26:].split()[0] for line in limits[1:]}
    assert found["Max file size"] == "0"
    assert found["Max address space"] == str(reader_process.MEMORY_MOST)


def test_many_threads_share_one_process(reader: Reader) -> None:
    said: list[str] = []
    threads = [
        threading.Thread(target=lambda: said.append(reader.ask(question(LINK))["presence"])) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert said == ["found"] * 8


@dataclass(frozen=True)
class HowManyWait:
    """A question that came with a pattern of its own."""

    def prepare(self) -> None:
        patterns.late("a")

    def answer(self) -> dict[str, int]:
        return {"waiting": patterns.waiting()}


def test_no_page_pays_with_its_time_for_patterns_that_all_need() -> None:
    said = reader_process.reply(pickle.dumps(HowManyWait()), reader_process.Desk())
    assert json.loads(said) == {"waiting": 0}
