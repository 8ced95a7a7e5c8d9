"""The links of every constructed page, seen by another parser; each difference is explained."""

import base64
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from outreach.page.headers import Headers
from outreach.page.reading import Where, read
from outreach.page.tree import header_charset

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "links/situations.jsonl").read_text().splitlines()
]
INSIDE = frozenset(["noscript", "template", "svg", "video", "audio"])

EXPLAINED: dict[str, str] = {}
"""Case -> why the other parser differs.  Empty: where both see a link, they see the same ones."""


def _served(case: dict[str, Any]) -> tuple[bytes, Headers] | None:
    response = case["responses"].get(case["page_url"], {})
    headers = Headers.of(response.get("headers") or {})
    if response.get("status") != 200 or "content-encoding" in headers:
        return None
    body = (
        base64.b64decode(response["body_b64"])
        if "body_b64" in response
        else response.get("body", "").encode()
    )
    if fill := response.get("fill"):
        body = body.replace(fill["token"].encode(), (fill["text"] * fill["times"]).encode())
    return body, headers


def _theirs(body: bytes, encoding: str) -> Counter[str]:
    tree = LexborHTMLParser(body.decode(encoding, "replace"))
    found: Counter[str] = Counter()
    for node in tree.css("a[href], area[href]"):
        above, names = node.parent, set()
        while above is not None:
            names.add(above.tag)
            above = above.parent
        if not names & INSIDE:
            found[(node.attributes["href"] or "").strip()] += 1
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_another_parser_sees_the_same_links(case: dict[str, Any]) -> None:
    served = _served(case)
    if served is None or case["id"] in EXPLAINED:
        return
    body, headers = served
    page = read(body, headers, case["page_url"])
    ours = Counter(anchor.href.strip() for anchor in page.anchors if page.where(anchor) is Where.COUNTS)
    assert ours == _theirs(body.removeprefix(b"\xef\xbb\xbf"), page.encoding)


def test_the_header_decides_the_encoding_in_both() -> None:
    assert header_charset("text/html; charset=latin1") == "windows-1252"
