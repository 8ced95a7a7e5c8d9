"""Judging recorded responses without any network: kept evidence again, or a corpus.

    for verdict in replay(lines, root=Path("...")): ...

A line is a JSON object, `links.md` style: `{"id", "page_url", "target", "responses"}`, or one saved page
`{"id", "url", "status", "headers", "file", "target"}`, or a robots question `{"id", "robots_file", "user_agent", "url"}`.
Streams: one line in, one out, memory flat.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ada_url import URL, join_url

from outreach.engines.fetch import robots
from outreach.engines.fetch.answer import Fault, Fetched, Hop
from outreach.engines.fetch.decode import BadCoding, decode
from outreach.engines.fetch.limits import Limits
from outreach.engines.fetch.trip import REDIRECTS
from outreach.links.judge import look
from outreach.links.target import Target
from outreach.page.headers import Headers

_FAULTS = {
    "delay": Fault.TIMEOUT,
    "close": Fault.CONNECTION_ERROR,
    "dns": Fault.DNS_ERROR,
    "tls": Fault.TLS_ERROR,
}
_TLS = {
    "expired": "The certificate has expired.",
    "wrong_host": "The certificate is for another host.",
    "self_signed": "The certificate is self-signed.",
}


class BadLine(ValueError):
    """A line that is no case; `str()` says why."""


class Recorded:
    """A `get` that answers from recorded responses, redirects and all."""

    def __init__(
        self, responses: dict[str, dict[str, Any]], root: Path, limits: Limits | None = None
    ) -> None:
        self.root, self.limits = root, limits or Limits()
        self.responses = {_key(url): response for url, response in responses.items()}
        self.hosts = {urlsplit(url).netloc for url in self.responses}

    def __call__(self, url: str) -> Fetched:
        hops: list[Hop] = []
        at = _key(url)
        while True:
            response = (
                self.responses.get(at) or self.responses.get(at.rstrip("/")) or self.responses.get(at + "/")
            )
            if response is None:
                return self._unrecorded(url, at, hops)
            fault = _fault(response, self.limits)
            if fault:
                return _failed(url, at, hops, fault, _TLS.get(str(response.get("tls")), ""))
            status = int(response.get("status", 200))
            headers = Headers.of(response.get("headers") or {})
            hops.append(Hop(at, status, headers))
            location = headers.get("location").strip()
            if status not in REDIRECTS or not location:
                return self._arrived(url, at, hops, response, headers)
            try:
                at = _key(join_url(at, location))
            except ValueError:
                return _failed(
                    url,
                    at,
                    hops,
                    Fault.CONNECTION_ERROR,
                    "The page redirects to something that is no address.",
                )
            if any(hop.url == at for hop in hops):
                return _failed(url, at, hops, Fault.REDIRECT_LOOP, "The page redirects in a circle.")
            if len(hops) > self.limits.hops:
                return _failed(
                    url,
                    at,
                    hops,
                    Fault.TOO_MANY_REDIRECTS,
                    f"The page redirects more than {self.limits.hops} times.",
                )

    def _unrecorded(self, url: str, at: str, hops: list[Hop]) -> Fetched:
        """An unknown page of a known host is a 404; an unknown host does not resolve."""
        if urlsplit(at).netloc in self.hosts and len(self.responses) > 0:
            return Fetched(url=url, final_url=at, hops=(*hops, Hop(at, 404, Headers())), status=404)
        return _failed(url, at, hops, Fault.DNS_ERROR, "The host's name is not known.")

    def _arrived(
        self, url: str, at: str, hops: list[Hop], response: dict[str, Any], headers: Headers
    ) -> Fetched:
        try:
            body, cut = decode(
                _body(response, self.root), headers.get("content-encoding"), cap=self.limits.decoded_bytes
            )
        except BadCoding:
            return _failed(
                url, at, hops, Fault.CONNECTION_ERROR, "The page came in a compression that cannot be undone."
            )
        status = int(response.get("status", 200))
        return Fetched(
            url=url, final_url=at, hops=tuple(hops), status=status, headers=headers, body=body, cut=cut
        )


def _failed(url: str, at: str, hops: list[Hop], fault: Fault, detail: str) -> Fetched:
    return Fetched(url=url, final_url=at, hops=tuple(hops), fault=fault, fault_detail=detail or _WORDS[fault])


_WORDS = {
    Fault.TIMEOUT: "The page did not come in time.",
    Fault.CONNECTION_ERROR: "The server broke off.",
    Fault.DNS_ERROR: "The host's name is not known.",
    Fault.TLS_ERROR: "No secure connection came about.",
    Fault.REDIRECT_LOOP: "The page redirects in a circle.",
    Fault.TOO_MANY_REDIRECTS: "The page redirects too many times.",
}


def _fault(response: dict[str, Any], limits: Limits) -> Fault | None:
    name = response.get("fault")
    if name is None:
        return Fault.TIMEOUT if float(response.get("delay_s") or 0) > limits.total_s else None
    if name == "delay" and float(response.get("delay_s", 60)) <= limits.total_s:
        return None
    return _FAULTS.get(str(name), Fault.CONNECTION_ERROR)


def _key(url: str) -> str:
    try:
        return str(URL(url).href).partition("#")[0]
    except ValueError:
        return url


def _body(response: dict[str, Any], root: Path) -> bytes:
    if "body_b64" in response:
        body = base64.b64decode(response["body_b64"])
    elif "body_file" in response or "file" in response:
        body = _file(root, str(response.get("body_file") or response["file"]))
    else:
        body = str(response.get("body", "")).encode()
    fill = response.get("fill")
    if fill:
        body = body.replace(str(fill["token"]).encode(), (str(fill["text"]) * int(fill["times"])).encode())
    return body


def _file(root: Path, name: str) -> bytes:
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        raise BadLine(f"{name} is outside the root directory")
    raw = path.read_bytes()
    return gzip.decompress(raw) if name.endswith(".gz") else raw


def replay(lines: Iterable[str], *, root: Path, now: datetime) -> Iterator[dict[str, Any]]:
    """A verdict for each line, in order.  A bad line gives `{"id", "error"}` and the stream goes on."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _one(line, number, root, now)


def _one(line: str, number: int, root: Path, now: datetime) -> dict[str, Any]:
    case_id: object = None
    try:
        case = json.loads(line)
        if not isinstance(case, dict):
            raise BadLine("not a JSON object")
        case_id = case.get("id")
        return {"id": case_id, **answer(case, root=root, now=now)}
    except (BadLine, KeyError, TypeError, ValueError, OSError) as error:
        return {"id": case_id, "error": f"line {number}: {_explained(error)}"}


def _explained(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def answer(case: dict[str, Any], *, root: Path, now: datetime) -> dict[str, Any]:
    """The verdict on one case as plain values; raises BadLine, KeyError or OSError on a bad one."""
    if "robots_file" in case:
        return {"allowed": robots.allowed(_file(root, case["robots_file"]), case["user_agent"], case["url"])}
    target = case["target"]
    if target.get("match") not in ("url", "domain"):
        raise BadLine('target.match must be "url" or "domain"')
    if "responses" in case:
        page_url, responses = case["page_url"], case["responses"]
    else:
        page_url = case.get("page_url") or case["url"]
        responses = {page_url: {key: case[key] for key in _RESPONSE_KEYS if key in case}}
    return look(
        page_url, Target(target["match"], target["value"]), Recorded(responses, root), now=now
    ).to_json()


_RESPONSE_KEYS = (
    "status",
    "headers",
    "file",
    "body",
    "body_b64",
    "body_file",
    "fault",
    "delay_s",
    "tls",
    "fill",
)
