"""Filters and sort stand in the address: reading them, and the address of the same list with one of them changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def columns(known: Mapping[str, object], usual: Sequence[str]) -> list[str]:
    """Which columns are shown: those that `columns` names, in the order of `known`; the usual ones when it names none."""
    asked = {name for given in request.args.getlist("columns") for name in given.split(",")}
    return [name for name in known if name in (asked & set(known) or usual)]


def kept() -> list[tuple[str, str]]:
    """The arguments of this address for the hidden fields of a form that changes one of them; it begins at the first page."""
    return [pair for pair in request.args.items(multi=True) if pair[0] != "after" and pair[1]]


def address(**changes: object) -> str:
    """This address with some arguments changed (None or "": taken out); another filter begins at the first page."""
    kept: MultiDict[str, str] = MultiDict(request.args)
    kept.pop("after", None)
    for name, value in changes.items():
        kept.pop(name, None)
        if value not in (None, ""):
            kept[name] = str(value)
    return asking(url_for(request.endpoint or "", **(request.view_args or {})), kept)


def asking(path: str, arguments: Mapping[str, object]) -> str:
    """`path` with arguments. Those that came with a request never go into `url_for`: it would obey `_scheme` and its like."""
    pairs = list(arguments.items(multi=True)) if isinstance(arguments, MultiDict) else list(arguments.items())
    return f"{path}?{urlencode(pairs)}" if pairs else path


def back(default: str) -> str:
    """Where a form came from: its own `back`, else the page before, else `default`; only ever on this host."""
    asked = local_path(request.form.get("back"))
    return asked or page_before(request.referrer, request.host_url) or default
