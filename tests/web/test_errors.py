"""Error pages: our look, the next step, and no need of anything that may be broken."""

from pathlib import Path

import pytest
from flask import Flask, abort, g

from outreach.web import errors, jinja

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture
def app() -> Flask:
    """An app whose context processor fails, as it does when the database is gone."""
    app = Flask("small", template_folder=str(TEMPLATES))
    jinja.install(app)
    errors.install(app)

    @app.before_request
    def name_it() -> None:
        g.request_id = "9c41e7"

    @app.context_processor
    def frame() -> dict[str, object]:
        raise RuntimeError("no database")

    @app.route("/fails/<int:code>", methods=["GET", "POST"])
    def fails(code: int) -> str:
        abort(code)

    @app.get("/pitches/7")
    def pitch() -> str:
        abort(404, "There is no pitch 7.")

    @app.get("/breaks")
    def breaks() -> str:
        raise ZeroDivisionError("a secret of the server")

    return app


@pytest.mark.parametrize("code", errors.PAGES)
def test_each_page_says_what_happened_and_what_now(app: Flask, code: int) -> None:
    answer = app.test_client().get(f"/fails/{code}")

    assert answer.status_code == code
    assert f"Code {code}, request 9c41e7" in answer.text
    assert '<a class="button button-main"' in answer.text


def test_the_sentence_of_the_view_is_shown(app: Flask) -> None:
    assert "There is no pitch 7." in app.test_client().get("/pitches/7").text


def test_what_broke_is_never_shown(app: Flask) -> None:
    answer = app.test_client().get("/breaks")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_a_code_without_a_page_takes_the_nearest(app: Flask) -> None:
    answer = app.test_client().get("/fails/415")

    assert answer.status_code == 415
    assert "could not read this request" in answer.text


def test_the_way_back_is_the_page_with_the_form_and_never_another_host(app: Flask) -> None:
    client = app.test_client()

    from_here = client.post("/fails/409", headers={"Referer": "http://localhost/pitches?stage=talking"})
    from_there = client.post("/fails/409", headers={"Referer": "http://elsewhere.example/pitches"})

    assert 'href="/pitches"' in from_here.text
    assert "elsewhere" not in from_there.text
    assert 'href="/pitches"' not in from_there.text
