"""Routes, the numbers in addresses, and addresses that a reader hands in: only such as lead to a row or a page of ours."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from werkzeug.routing import IntegerConverter, Rule

from outreach.web.forms import LARGEST_ID

_NO_PATH = re.compile(r"[\x00-\x20\x7f\\]")
"""Signs that browsers drop from an address, or take for a slash."""


class RowId(IntegerConverter):
    """`<int:pitch_id>`: from 1 to LARGEST_ID, so that a huge one is 404 and no error of the database."""

    def __init__(self, map: Any, **options: Any) -> None:
        super().__init__(map, **{"min": 1, "max": LARGEST_ID, **options})


class Route(Rule):
    """A route that compiles how its address is written when one is first written.

    Werkzeug does so for each as it is added: for our three hundred that was a tenth of a start, and a command writes few.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = functools.cache(functools.partial(super()._compile_builder, append_unknown))

        def build(route: Rule, /, **values: Any) -> tuple[str, str]:
            return compiled()(route, **values)

        return build


def local_path(target: str | None) -> str | None:
    """`target` when it leads to a page of ours, else None: no other host, no scheme, no sign a browser drops.

    Browsers read a backslash as a slash and skip tabs and line breaks, so both are refused (open redirects).
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if _NO_PATH.search(target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else target


def page_before(referrer: str | None, host_url: str) -> str | None:
    """The local path of the page that a form stood on; None when it is not one of ours. `host_url` ends with a slash."""
    if not referrer or not referrer.startswith(host_url):
        return None
    return local_path("/" + referrer.removeprefix(host_url))
