import threading
import time
from queue import SimpleQueue

import pytest

from outreach.engines.fetch.answer import Fault, Fetched
from outreach.engines.fetch.client import Job, fetch_many
from outreach.engines.fetch.fetcher import Fetcher
from outreach.engines.fetch.guard import Guard
from outreach.engines.fetch.pace import FIRST_BACK_OFF, LONGEST_BACK_OFF, Pace
from tests.servers.pages import PageServer, Request, answer

LOOPBACK = Guard(allow_networks=["127.0.0.0/8"])


class Watch:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_host_is_asked_once_at_a_time_and_then_rests() -> None:
    watch = Watch()
    pace = Pace(delay_s=2, clock=watch)
    assert pace.hold("a.example") == 0
    assert pace.hold("a.example") > 0
    assert pace.hold("b.example") == 0
    pace.end("a.example")
    assert pace.hold("a.example") == 2
    watch.now += 2
    assert pace.hold("a.example") == 0


def test_a_host_that_asks_us_to_wait_is_left_alone_longer_each_time() -> None:
    watch = Watch()
    pace = Pace(delay_s=1, clock=watch)
    pace.end("a.example", status=429)
    assert pace.hold("a.example") == FIRST_BACK_OFF
    pace.end("a.example", status=503)
    assert pace.hold("a.example") == FIRST_BACK_OFF * 2
    pace.end("a.example", status=429, retry_after_s=7_200)
    assert pace.hold("a.example") == 7_200
    for _ in range(20):
        pace.end("a.example", status=429)
    assert pace.hold("a.example") == LONGEST_BACK_OFF
    pace.end("a.example", status=200)
    assert pace.hold("a.example") == 1


def test_hosts_with_nothing_to_remember_are_forgotten() -> None:
    watch = Watch()
    pace = Pace(delay_s=1, clock=watch)
    pace.end("a.example")
    pace.end("b.example", status=429)
    watch.now += 10
    pace.forget()
    assert set(pace.hosts) == {"b.example"}


def test_many_pages_of_one_host_come_one_after_another() -> None:
    pace = Pace(delay_s=0.01)
    with PageServer() as one, PageServer() as two:
        for server in (one, two):
            server.routes = {f"/{n}": answer("<p>x") for n in range(6)}
        names = [f"one.example:{one.port}:127.0.0.1", f"two.example:{two.port}:127.0.0.1"]
        jobs = [
            Job(f"http://{host}.example:{server.port}/{n}")
            for n in range(6)
            for host, server in (("one", one), ("two", two))
        ]
        guard = Guard(allow_networks=["127.0.0.0/8"])
        ends = list(fetch_many(jobs, guard=guard, resolve=names, turns=pace))
        assert [got.status for _, got in ends] == [200] * 12
        assert (one.most_at_once, two.most_at_once) == (1, 1)
        assert len(one.requests) == 6


def test_without_manners_the_crowd_does_go_in_parallel() -> None:
    def slowly(_: Request) -> bytes:
        time.sleep(0.2)
        return answer("<p>x")

    with PageServer({"/": slowly}) as server:
        jobs = [Job(server.url()) for _ in range(6)]
        ends = list(fetch_many(jobs, guard=Guard(allow_networks=["127.0.0.0/8"]), parallel=6))
        assert [got.status for _, got in ends] == [200] * 6
        assert server.most_at_once > 1


def test_a_redirect_to_a_busy_host_waits_for_its_turn() -> None:
    pace = Pace(delay_s=0.01)

    def slowly(_: Request) -> bytes:
        time.sleep(0.1)
        return answer("<p>x")

    with PageServer() as near, PageServer() as far:
        far.routes = {f"/{n}": slowly for n in range(4)}
        end = f"http://far.example:{far.port}"
        near.routes = {f"/{n}": answer(status=302, location=f"{end}/{n}") for n in range(2)}
        names = [f"near.example:{near.port}:127.0.0.1", f"far.example:{far.port}:127.0.0.1"]
        urls = [f"http://near.example:{near.port}/{n}" for n in range(2)] + [f"{end}/2", f"{end}/3"]
        ends = list(fetch_many([Job(url) for url in urls], guard=LOOPBACK, resolve=names, turns=pace))
        assert [got.status for _, got in ends] == [200] * 4
        assert far.most_at_once == 1


def test_a_host_that_wants_to_be_left_alone_postpones_the_job() -> None:
    pace = Pace(delay_s=0.01)
    with PageServer({"/a": answer(status=429, retry_after="120"), "/b": answer("<p>x")}) as server:
        first = list(fetch_many([Job(server.url("/a"))], guard=LOOPBACK, turns=pace))
        ((_, second),) = fetch_many([Job(server.url("/b"))], guard=LOOPBACK, turns=pace)
        assert first[0][1].status == 429
        assert second.fault is Fault.POSTPONED
        assert 100 < (second.retry_after_s or 0) <= 120
        assert server.paths() == ["/a"]


def test_one_thread_fetches_for_all_and_no_host_is_asked_twice_at_once() -> None:
    def slowly(_: Request) -> bytes:
        time.sleep(0.02)
        return answer("<p>x")

    with PageServer({f"/{n}": slowly for n in range(9)}) as server:
        fetcher = Fetcher(Pace(delay_s=0.001), guard=LOOPBACK)
        got: list[Fetched] = []
        threads = [
            threading.Thread(target=lambda n=n: got.append(fetcher.get(server.url(f"/{n}"))))
            for n in range(9)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        fetcher.close()
        assert [one.status for one in got] == [200] * 9
        assert server.most_at_once == 1


def test_a_closed_fetcher_leaves_nobody_waiting() -> None:
    def forever(_: Request) -> bytes:
        time.sleep(3)
        return answer("<p>x")

    with PageServer({"/": forever}) as server:
        fetcher, ends = Fetcher(Pace(0.01), guard=LOOPBACK), SimpleQueue[Fetched]()
        fetcher.submit(Job(server.url()), ends.put)
        fetcher.close()
        assert ends.get(timeout=10).fault is Fault.CONNECTION_ERROR
        with pytest.raises(RuntimeError):
            fetcher.get(server.url())
