from outreach.engines.fetch.answer import Fetched
from outreach.engines.fetch.robots import LONGEST
from outreach.engines.fetch.shelf import KEPT_S, ROW_BYTES, Shelf


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def got(url: str, size: int = 10) -> Fetched:
    return Fetched(url, url, status=200, body=b"x" * size)


def test_an_answer_is_kept_for_an_hour() -> None:
    watch = Watch()
    shelf = Shelf(clock=watch)
    shelf.put("http://a.example/robots.txt", got("http://a.example/robots.txt"))
    watch.now = KEPT_S
    assert shelf.get("http://a.example/robots.txt") is not None
    watch.now = KEPT_S + 1
    assert shelf.get("http://a.example/robots.txt") is None


def test_a_long_robots_txt_is_kept_as_far_as_it_is_read() -> None:
    kept = Shelf().put("http://a.example/robots.txt", got("http://a.example/robots.txt", LONGEST * 3))
    assert len(kept.body) == LONGEST


def test_ten_thousand_hosts_take_no_more_memory_than_the_shelf_has() -> None:
    shelf = Shelf(bytes_most=100 * (ROW_BYTES + 500))
    for n in range(10_000):
        shelf.put(f"http://h{n}.example/robots.txt", got(f"http://h{n}.example/robots.txt", 500))
    assert len(shelf.kept) == 100
    assert shelf.get("http://h0.example/robots.txt") is None
    assert shelf.get("http://h9999.example/robots.txt") is not None


def test_what_is_put_twice_counts_once() -> None:
    shelf = Shelf()
    for size in (500, 100):
        shelf.put("http://a.example/robots.txt", got("http://a.example/robots.txt", size))
    assert shelf.bytes == ROW_BYTES + 100
