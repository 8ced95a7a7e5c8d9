"""Answers that mean harm, or that no server should give: each by its name, for tests and for the corpus of attacks."""

from __future__ import annotations

import gzip
import itertools
import time
import zlib
from collections.abc import Callable, Iterator
from functools import cache

import brotli

from tests.servers.pages import Answer, Request

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\n"
END = b"\r\n"


def whole(body: bytes, head: bytes = HEAD) -> list[bytes]:
    """A list, so that the connection is closed behind it."""
    return [head + f"content-length: {len(body)}\r\n\r\n".encode(), body]


def endless(piece: bytes, head: bytes = HEAD + END) -> Iterator[bytes]:
    yield head
    yield from itertools.repeat(piece)


def drip(head: bytes, pause: float, piece: bytes = b"x") -> Iterator[bytes]:
    yield head
    for _ in range(600):
        time.sleep(pause)
        yield piece


def bomb(coding: str, body: bytes) -> list[bytes]:
    return whole(body, HEAD + f"content-encoding: {coding}\r\n".encode())


@cache
def packed(coding: str) -> bytes:
    """Thirty million bytes of nothing, in a few thousand."""
    plain = bytes(30_000_000)
    match coding:
        case "br":
            return brotli.compress(plain, quality=1)
        case "deflate":
            return zlib.compress(plain)
        case "gzip, gzip":
            return gzip.compress(gzip.compress(plain))
    return gzip.compress(plain)


def answers(link: str) -> dict[str, Callable[[Request], Answer]]:
    """By name; `link` is the markup of the link that is looked for, where it can stand at all."""
    ours = link.encode()
    made: dict[str, Callable[[], Answer]] = {
        # the size of things
        "endless": lambda: endless(b"<p>more" * 10_000),
        "endless headers": lambda: endless(b"x-a: " + b"b" * 4_000 + END, b"HTTP/1.1 200 OK\r\n"),
        "cookies": lambda: endless(b"set-cookie: a=" + b"x" * 4_000 + END, b"HTTP/1.1 200 OK\r\n"),
        "headers=10000": lambda: whole(ours, HEAD + b"".join(b"x-%d: y\r\n" % n for n in range(10_000))),
        "links=1000000": lambda: whole(b"<a href=/x>1</a>" * 1_000_000 + ours),
        "href2MB": lambda: whole(b'<a href="https://acme.example/' + b"x" * 2_000_000 + b'">x</a>' + ours),
        "50MB": lambda: endless(b"<p>" + b"word " * 200_000),
        "gzip_bomb": lambda: bomb("gzip", packed("gzip")),
        "gzip_bomb_twice": lambda: bomb("gzip, gzip", packed("gzip, gzip")),
        "deflate_bomb": lambda: bomb("deflate", packed("deflate")),
        "br_bomb": lambda: bomb("br", packed("br")),
        # the shape of a page
        "nested": lambda: whole(b"<div>" * 200_000 + ours),
        "nested formatting": lambda: whole(b"<p><b><i><u><s>" * 60_000 + ours),
        "nested tables": lambda: whole(b"<table><tr><td>" * 60_000 + ours),
        "attributes=100000": lambda: whole(b"<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">" + ours),
        "style": lambda: whole(b"<style>" + b"* * * * * *{display:none}*:not(div *){color:red}" * 10_000 + b"</style>" + b"<div>" * 2_000 + ours),
        "style :has": lambda: whole(b"<style>" + b"a:has(b c d):has(e f){display:none}" * 20_000 + b"</style>" + b"<div><b>" * 3_000 + ours),
        "title": lambda: whole(b"<title>" + b"page not found - " * 300_000 + b"</title>" + ours),
        "frames": lambda: whole(b"<iframe src=/hang></iframe>" * 5_000),
        "refresh": lambda: whole(b"<meta http-equiv=refresh content='0;url=" + b"x;" * 1_000_000 + b"'>" + ours),
        # what is no good HTTP
        "http09": lambda: [b"<html>no head at all " + ours],
        "1xx": lambda: [b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" * 1_000, *whole(ours)],
        "cl_short": lambda: [HEAD + b"content-length: 9\r\n\r\n" + ours],
        "cl_long": lambda: [HEAD + b"content-length: 999999\r\n\r\n" + ours],
        "chunks": lambda: [HEAD + b"transfer-encoding: chunked\r\n\r\nZZ\r\n" + ours],
        "status": lambda: [b"HTTP/1.1 999 Denied\r\ncontent-length: 0\r\n\r\n"],
        "status -1": lambda: [b"HTTP/1.1 -1 Nothing\r\ncontent-length: 0\r\n\r\n"],
        "status 000": lambda: [b"HTTP/1.1 000 Nothing\r\ncontent-length: 0\r\n\r\n"],
        "nothing": lambda: [b""],
        "rubbish": lambda: [bytes(range(256)) * 40],
        "gzip_rubbish": lambda: bomb("gzip", b"\x1f\x8brubbish"),
        "nul": lambda: whole(b"\0" * 1_000 + ours),
        # time
        "hang": lambda: drip(b"", 0.5, b""),
        "drip=1/5s": lambda: drip(HEAD + b"content-length: 900\r\n\r\n", 5),
        "drip headers": lambda: drip(b"HTTP/1.1 200 OK\r\nx: ", 1),
        # lies about what it is
        "badcharset": lambda: whole(ours, b"HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=foo\r\n"),
        "utf7": lambda: whole(b"+ADw-script+AD4-" + ours, b"HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-7\r\n"),
        "ct_lie": lambda: whole(ours, b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\n"),
        "svg_xxe": lambda: whole(
            b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>',
            b"HTTP/1.1 200 OK\r\ncontent-type: image/svg+xml\r\n",
        ),
        "billion laughs": lambda: whole(
            b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">' + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a;" * 10) for n in range(30)) + b"]><html xmlns='http://www.w3.org/1999/xhtml'>&a9;" + ours,
            b"HTTP/1.1 200 OK\r\ncontent-type: application/xhtml+xml\r\n",
        ),
    }  # fmt: skip
    return {name: (lambda _, make=make: make()) for name, make in made.items()}
