"""Routes, the numbers in addresses, and addresses that a reader hands in: only such as lead to a row or a page of ours."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, has_request_context, request
from werkzeug.routing import IntegerConverter, Rule

from outreach.web.forms import LARGEST_ID

_NO_PATH = re.compile(r"[\x00-\x20\x7f\\]")
"""Signs that browsers drop from an address, or take for a slash."""


_STAND_IN = 7_100_000_000_000_000_000
"""Longer than any id: what stands in a pattern for the number that comes there."""
_SAID_AS_NONE = frozenset({"_anchor", "_method", "_scheme", "_external"})
"""What `flask.url_for` hands on, whether it was said or not."""


class Addressed(Flask):
    """Flask, whose addresses of rows are looked up among the routes once: a page has hundreds, and each took longer than its row."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._patterns: dict[tuple[str, ...], str] = {}

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """`Flask.url_for`; of an endpoint within a request, with nothing but ids, by its pattern."""
        ids = {
            name: value for name, value in values.items() if value is not None or name not in _SAID_AS_NONE
        }
        is_plain = endpoint[:1] != "." and all(
            type(one) is int and 0 <= one < _STAND_IN for one in ids.values()
        )
        if not (is_plain and has_request_context()):
            return super().url_for(endpoint, **values)
        key = (request.script_root, request.method, endpoint, *ids)
        pattern = self._patterns.get(key)
        if pattern is None:
            pattern = self._patterns[key] = self._pattern(endpoint, list(ids))
        return pattern % ids

    def _pattern(self, endpoint: str, names: list[str]) -> str:
        numbers: dict[str, Any] = {name: _STAND_IN + at for at, name in enumerate(names)}
        pattern = super().url_for(endpoint, **numbers).replace("%", "%%")
        for name, number in numbers.items():
            pattern = pattern.replace(str(number), f"%({name})d")
        return pattern


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
