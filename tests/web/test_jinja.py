"""The globals and filters of templates, on a small app of their own."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, g, render_template_string
from markupsafe import Markup

from outreach.kit import clock
from outreach.web import jinja, words

NOW = "2026-11-24T14:00:00+00:00"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """An app with a built manifest, at a known time, shown to a reader in Tokyo."""
    static = tmp_path / "static"
    (static / "dist").mkdir(parents=True)
    (static / "dist/manifest.json").write_text(json.dumps({"files": {"app.css": "abc"}, "icons": ["home"]}))
    file = tmp_path / "now"
    file.write_text(NOW)
    os.utime(file, (4e9, 4e9))  # changed "in the future": the time stands still
    clock.use_file(file)
    app = Flask("small", static_folder=str(static))
    jinja.install(app)
    with app.test_request_context():
        g.zone = ZoneInfo("Asia/Tokyo")
        yield app
    clock.use_file(None)


def test_a_built_file_has_its_hash_in_its_address(app: Flask) -> None:
    assert render_template_string("{{ asset('app.css') }}") == "/static/dist/app.css?v=abc"


def test_a_new_build_is_seen_without_a_restart(app: Flask) -> None:
    render_template_string("{{ asset('app.css') }}")
    manifest = Path(app.static_folder or "") / "dist/manifest.json"
    manifest.write_text(json.dumps({"files": {"app.css": "def"}, "icons": []}))
    os.utime(manifest, ns=(1, 1))

    assert render_template_string("{{ asset('app.css') }}") == "/static/dist/app.css?v=def"


def test_without_a_build_addresses_still_stand(app: Flask) -> None:
    (Path(app.static_folder or "") / "dist/manifest.json").unlink()

    assert render_template_string("{{ asset('app.css') }}") == "/static/dist/app.css"


def test_addresses_know_where_the_app_is_mounted(app: Flask) -> None:
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/links"}):
        assert render_template_string("{{ asset('app.css') }}").startswith("/links/static/")


def test_an_icon_is_for_the_eye_only(app: Flask) -> None:
    drawn = render_template_string("{{ icon('home', 'icon-small') }}")

    assert 'aria-hidden="true"' in drawn
    assert "icons.svg#home" in drawn
    assert 'class="icon icon-small"' in drawn


def test_an_icons_name_cannot_carry_markup(app: Flask) -> None:
    assert "<script>" not in render_template_string("{{ icon('\"><script>') }}")


def test_a_moment_shows_words_and_keeps_the_exact_time_in_the_readers_zone(app: Flask) -> None:
    at = datetime(2026, 11, 24, 13, 46, tzinfo=UTC)

    assert render_template_string("{{ at|moment }}", at=at) == (
        '<time datetime="2026-11-24T13:46:00+00:00" title="Tue 24 Nov 2026 22:46 JST">14 min ago</time>'
    )


def test_a_day_is_counted_from_the_readers_today(app: Flask) -> None:
    assert ">Today<" in render_template_string("{{ on|day }}", on=date(2026, 11, 24))
    late = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # 1 o'clock on the 25th in Tokyo
    assert ">Tomorrow<" in render_template_string("{{ at|day }}", at=late)


def test_nothing_is_a_dash(app: Flask) -> None:
    assert render_template_string("{{ None|moment }}{{ None|day }}{{ None|number }}") == "–––"


def test_without_a_request_the_zone_is_utc() -> None:
    assert jinja.reader_zone() == ZoneInfo("UTC")


def test_what_is_drawn_of_the_same_words_is_drawn_once_and_escaped_by_its_own_kind(app: Flask) -> None:
    drawn = []
    app.jinja_env.globals["drawn"] = drawn.append
    page = app.jinja_env.from_string(
        "{% macro _tag(text, kind='') %}{% set _ = drawn(text) %}<b class=\"{{ kind }}\">{{ text }}</b>{% endmacro %}{% set tag = kept(_tag) %}"
        "{{ tag('<i>') }}{{ tag(safe) }}{{ tag('<i>') }}{{ tag('<i>', kind='a') }}{{ tag(safe) }}{{ tag(1) }}{{ tag(true) }}"
    )

    assert page.render(safe=Markup("<i>")) == (
        '<b class="">&lt;i&gt;</b><b class=""><i></b><b class="">&lt;i&gt;</b><b class="a">&lt;i&gt;</b><b class=""><i></b><b class="">1</b><b class="">True</b>'
    )
    assert drawn == ["<i>", Markup("<i>"), "<i>", 1, True]
    assert [type(one) for one in drawn] == [str, Markup, str, int, bool]


def test_what_is_kept_knows_where_the_app_is_mounted(app: Flask) -> None:
    page = app.jinja_env.from_string(
        "{% macro _mark() %}{{ icon('home') }}{% endmacro %}{% set mark = kept(_mark) %}{{ mark() }}"
    )
    keep = page.module.mark  # as a page has it that is imported: kept from one request to the next
    for root in ("", "/links", ""):
        with app.test_request_context(environ_overrides={"SCRIPT_NAME": root}):
            g.pop("sprite", None)  # a context within one has the same
            assert f'href="{root}/static/dist/icons.svg' in keep()


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_a_moment_in_a_list_is_told_as_anywhere_however_far_it_is(app: Flask, zone: str) -> None:
    now = datetime.fromisoformat(NOW)
    g.zone = ZoneInfo(zone)
    for hours in (*range(-80, 81, 3), -24 * 400, -24 * 8, 24 * 8, 24 * 400):
        for minutes in (0, 17):
            at = now + timedelta(hours=hours, minutes=minutes)
            exact = at.strftime("%Y-%m-%dT%H:%MZ")
            said = f'<time datetime="{exact}">{words.moment_words(at, now, g.zone)}</time>'
            assert [jinja.ago(at), jinja.ago(at)] == [said, said]
