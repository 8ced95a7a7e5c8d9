import gzip
import itertools
import zlib

import brotli
import pytest
import zstandard

from outreach.engines.fetch.decode import BadCoding, decode

PAGE = b"<p>hello</p>" * 1_000


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(PAGE)),
        ("x-gzip", gzip.compress(PAGE)),
        ("GZIP", gzip.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
        ("br", brotli.compress(PAGE)),
        ("zstd", zstandard.compress(PAGE)),
        ("", PAGE),
        ("identity", PAGE),
        ("gzip, br", brotli.compress(gzip.compress(PAGE))),
        ("gzip", PAGE),
    ],
    ids=itertools.count(),  # the bytes hold the time they were packed at: no name for a test
)
def test_each_coding_is_undone(coding: str, body: bytes) -> None:
    assert decode(body, coding) == (PAGE, False)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_gives_no_more_than_the_cap(coding: str) -> None:
    plain = bytes(50_000_000)
    pack = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "br": brotli.compress,
        "zstd": zstandard.compress,
    }
    body, cut = decode(pack[coding](plain), coding, cap=100_000)
    assert (len(body), cut) == (100_000, True)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", b"\x1f\x8b rubbish"),
        ("br", b"\xff\xff rubbish"),
        ("zstd", b"rubbish"),
        ("pack200", b"x"),
        ("a, b, c", b"x"),
    ],
)
def test_what_cannot_be_undone_says_so(coding: str, body: bytes) -> None:
    with pytest.raises(BadCoding):
        decode(body, coding)


def test_a_page_cut_short_gives_what_came() -> None:
    packed = gzip.compress(PAGE, compresslevel=0)
    body, _ = decode(packed[: len(packed) // 2], "gzip")
    assert body
    assert PAGE.startswith(body)


def test_a_stream_that_breaks_off_says_that_there_was_more() -> None:
    packed = gzip.compress(b"".join(b"<p>%d</p>" % (n * 7_919) for n in range(5_000)))
    assert decode(packed[:-2_000], "gzip")[1]
    assert not decode(packed, "gzip")[1]
    assert not decode(gzip.compress(PAGE + b"</body></html>\n")[:-8], "gzip")[1]
