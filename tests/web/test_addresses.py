"""Addresses that a reader hands in."""

import itertools
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import BadRequest
from werkzeug.routing import BuildError, Map, Rule

from outreach import settings
from outreach.app import create_app
from outreach.web import filters
from outreach.web.addresses import Addressed, Route, local_path, page_before


@pytest.mark.parametrize("target", ["/", "/pitches/5#notes", "/people?q=bo&sort=name", "/people?q=ü"])
def test_pages_of_ours_may_be_gone_to(target: str) -> None:
    assert local_path(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None, "", "people", "//evil.example", "///evil.example", "////evil.example/", "/\\evil.example", "\\\\evil.example",
        "https://evil.example/", "http:evil.example", "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example",
        "/x\r\nSet-Cookie: a=b", "//javascript:alert(1);", "//evil.example@127.0.0.1", "<>javascript:alert(1);", " /x", "//[", "/\t/[x", "/x\x7f",
    ],
)  # fmt: skip
def test_no_other_place_may_be_gone_to(target: str | None) -> None:
    assert local_path(target) is None


@pytest.mark.parametrize(
    ("referrer", "path"),
    [
        ("http://hazel.example/people?q=bo", "/people?q=bo"), ("http://hazel.example/", "/"), (None, None), ("", None),
        ("http://evil.example/people", None), ("http://hazel.example.evil.example/", None), ("http://hazel.example//evil.example", None),
        ("http://hazel.example/\\evil.example", None), ("http://[", None), ("http://hazel.example/\t/[", None),
    ],
)  # fmt: skip
def test_the_page_before_is_one_of_ours(referrer: str | None, path: str | None) -> None:
    assert page_before(referrer, "http://hazel.example/") == path


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An app without a database."""
    return create_app(settings.load(tmp_path_factory.mktemp("addresses"), testing=True, log_level="error"))


@pytest.mark.parametrize(
    "back", ["//evil.example", "//[", "/\t/[", "https://evil.example/", "/\\evil.example"]
)
def test_a_form_leads_back_to_a_page_of_ours(quiet: Flask, back: str) -> None:
    with quiet.test_request_context("/x", method="POST", data={"back": back}):
        assert filters.back("/people") == "/people"


def test_an_error_page_offers_no_way_to_another_host(quiet: Flask) -> None:
    with quiet.test_request_context(environ_overrides={"PATH_INFO": "/\\evil.example/x"}):
        answer = quiet.make_response(quiet.handle_http_exception(BadRequest()))
    assert answer.status_code == 400
    assert "/\\evil.example" not in answer.get_data(as_text=True)


def test_an_address_is_written_as_werkzeug_writes_it(quiet: Flask) -> None:
    words: dict[str, Any] = {"endpoint": "one", "methods": ["GET"], "defaults": {"kind": "a b"}}
    ours, theirs = Route("/x/<int:one_id>/<kind>/", **words), Rule("/x/<int:one_id>/<kind>/", **words)
    for route in (ours, theirs):
        Map([route])
    for values in ({"one_id": 7, "kind": "a b"}, {"one_id": 7, "route": "ü?&", "rule": "1"}):
        assert ours.build(values) == theirs.build(values)
        assert ours.build(values, append_unknown=False) == theirs.build(values, append_unknown=False)


def test_every_route_of_the_house_waits_with_that(quiet: Flask) -> None:
    assert {type(rule) for rule in quiet.url_map.iter_rules() if rule.endpoint != "static"} == {Route}


def test_addresses_of_rows_are_those_of_flask_whatever_the_route_and_wherever_it_is_mounted(
    tmp_path: Path,
) -> None:
    app = create_app(settings.load(tmp_path, testing=True))
    assert isinstance(app, Addressed)
    for root, method in itertools.product(("", "/links"), ("GET", "POST")):
        with app.test_request_context(method=method, environ_overrides={"SCRIPT_NAME": root}):
            for rule in app.url_map.iter_rules():
                ids = {name: at + 7 for at, name in enumerate(sorted(rule.arguments))}
                if "filename" in ids or "path" in ids or "name" in ids:
                    continue
                for given in (ids, {**ids, "page": 3}):
                    said = [app.url_for(rule.endpoint, **given) for _ in range(2)]
                    assert said == [Flask.url_for(app, rule.endpoint, **given)] * 2


def test_an_address_with_more_than_ids_is_left_to_flask(tmp_path: Path) -> None:
    app = create_app(settings.load(tmp_path, testing=True))
    with app.test_request_context():
        for given in (
            {"tab": "done"},
            {"tab": None},
            {"tab": True},
            {"tab": -1},
            {"tab": 10**19},
            {"tab": "50%"},
            {"_anchor": "top"},
        ):
            for _ in range(2):
                assert app.url_for("reading.inbox", **given) == Flask.url_for(app, "reading.inbox", **given)
        with pytest.raises(BuildError):
            app.url_for("reading.mail")
        with pytest.raises(BuildError):
            app.url_for("nowhere", id=1)
    with pytest.raises(RuntimeError):
        app.url_for("reading.mail", mail_id=1)
