"""Hosts and origins that are not ours."""

import pytest
from flask import Flask

from outreach import settings
from outreach.app import create_app


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An app that knows its address; the style guide needs no database."""
    return create_app(
        settings.load(
            tmp_path_factory.mktemp("origins"),
            testing=True,
            log_level="error",
            base_url="https://crm.hazel.example",
        )
    )


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("crm.hazel.example", 200), ("crm.hazel.example:443", 200), ("CRM.hazel.example", 200), ("localhost", 200), ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200), ("evil.example", 400), ("crm.hazel.example.evil.example", 400), ("evil.example:443", 400),
        ("[", 400), ("a@crm.hazel.example", 400), ("", 400),
    ],
)  # fmt: skip
def test_only_our_own_host_is_answered(named: Flask, host: str, status: int) -> None:
    assert named.test_client().get("/styleguide", headers={"Host": host}).status_code == status


def test_the_refusal_names_our_address_and_never_theirs(named: Flask) -> None:
    for method in ("GET", "POST"):
        answer = named.test_client().open(
            "/login", method=method, headers={"Host": "evil.example", "Referer": "http://evil.example/x"}
        )
        assert answer.status_code == 400
        assert "https://crm.hazel.example" in answer.text
        assert "evil.example" not in answer.text


def test_whoever_watches_the_machine_may_ask_by_any_name(named: Flask) -> None:
    assert named.test_client().get("/healthz", headers={"Host": "outreach:8000"}).status_code == 200


@pytest.mark.parametrize(("name", "value"), [("Origin", "null"), ("Sec-Fetch-Site", "cross-site")])
def test_a_form_of_another_place_is_refused(named: Flask, name: str, value: str) -> None:
    named.config["WTF_CSRF_ENABLED"] = False
    answer = named.test_client().post("/login", headers={name: value})
    assert answer.status_code == 403
    assert "came from another place" in answer.text
