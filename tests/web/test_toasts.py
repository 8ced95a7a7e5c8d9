"""What was just done, told once."""

from collections.abc import Iterator

import pytest
from flask import Flask, flash

from outreach.web.toasts import Toast, toast, waiting_toasts


@pytest.fixture(autouse=True)
def request_context() -> Iterator[None]:
    app = Flask("small")
    app.secret_key = "for this test only"
    with app.test_request_context():
        yield


def test_a_toast_keeps_its_words_and_its_way_back() -> None:
    toast("Snoozed to Friday", "/reminders/3/wake")

    assert list(waiting_toasts()) == [Toast("Snoozed to Friday", "good", "/reminders/3/wake")]


def test_a_plain_flash_is_a_toast_without_undo() -> None:
    flash("Nothing was changed", "bad")
    flash("By the way")

    bad, plain = waiting_toasts()

    assert (bad.kind, bad.icon, bad.undo_url) == ("bad", "alert-circle", None)
    assert plain.kind == "info"
