"""Filters and sort stand in the address: reading them, and the address of the same list with one of them changed."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from outreach.web.addresses import local_path, page_before


def one_of(name: str, allowed: Mapping[str, object] | tuple[str, ...], default: str = "") -> str:
    """The argument when it is one of `allowed`, else `default`: a broken address shows the plain list."""
    value = request.args.get(name, "")
    return value if value in allowed else default


def number(name: str) -> int | None:
    """The argument as the id of a row; None when there is none or it is no id."""
    value = request.args.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def words(name: str, longest: int = 200) -> str:
    """The argument as text that somebody typed."""
    return request.args.get(name, "").replace("\x00", "").strip()[:longest]


def address(**changes: object) -> str:
    """This address with some arguments changed (None or "": taken out); another filter begins at the first page."""
    kept: MultiDict[str, str] = MultiDict(request.args)
    kept.pop("after", None)
    for name, value in changes.items():
        kept.pop(name, None)
        if value not in (None, ""):
            kept[name] = str(value)
    return asking(url_for(request.endpoint or "", **(request.view_args or {})), kept.to_dict())


def asking(path: str, arguments: Mapping[str, object]) -> str:
    """`path` with arguments. Those that came with a request never go into `url_for`: it would obey `_scheme` and its like."""
    return f"{path}?{urlencode(arguments)}" if arguments else path


def back(default: str) -> str:
    """Where a form came from: its own `back`, else the page before, else `default`; only ever on this host."""
    asked = local_path(request.form.get("back"))
    return asked or page_before(request.referrer, request.host_url) or default
