"""A stranger's HTML can be looked at: nothing runs, nothing is fetched, nothing of ours is touched."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from outreach.letter.showing import ATTRIBUTES, MAX_HTML, TAGS, has_remote_images, shown
from tests.effort import A_SECOND, turns

CASES: list[str] = json.loads(Path(__file__).with_name("foreign_html.json").read_text())
ADDED = {"rel", "target"}


class Seen(HTMLParser):
    """Every tag with its attributes, as a browser would find them."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("with_images", [False, True], ids=["images off", "images on"])
@pytest.mark.parametrize("source", CASES, ids=range(len(CASES)))
def test_nothing_active_survives(source: str, with_images: bool) -> None:
    for tag, attributes in Seen(shown(source, with_images=with_images)).found:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set()) | ADDED
        assert (attributes.get("href") or "https:").startswith(("http:", "https:", "mailto:"))
        assert with_images or "src" not in attributes


@pytest.mark.parametrize("source", CASES, ids=range(len(CASES)))
def test_cleaning_twice_changes_nothing(source: str) -> None:
    once = shown(source)
    assert shown(once) == once


def test_remote_images_wait_until_they_are_asked_for() -> None:
    source = '<p>Hi <img src="https://t.example/pixel.gif" alt="Logo"></p>'
    assert "t.example" not in shown(source)
    assert 'src="https://t.example/pixel.gif"' in shown(source, with_images=True)
    assert has_remote_images(source)
    assert not has_remote_images("<p>Hi</p>")


def test_htmx_attributes_never_survive() -> None:
    source = '<div hx-get="/x" data-hx-post="/y" hx-on:load="z()" hx-trigger="load"><a hx-delete="/q" href="https://a.example">a</a></div>'
    assert "hx-" not in shown(source)


def test_a_usual_mail_keeps_its_form() -> None:
    source = '<table><tr><td width="50%"><b>Yes</b>, see <a href="https://garden.example/roses">our page</a>.</td></tr></table><blockquote>Hello Bo</blockquote>'
    result = shown(source)
    assert "<b>Yes</b>" in result
    assert "<blockquote>Hello Bo</blockquote>" in result
    assert 'href="https://garden.example/roses"' in result
    assert 'rel="noopener noreferrer nofollow"' in result


BOMBS = {
    "nested divs": "<div>" * 20_000,
    "a megabyte of nested divs": "<div>" * (MAX_HTML // 5),
    "nested tables": "<table><tr><td>" * 20_000,
    "open bold": "<b>" * 100_000,
    "open links": "<a href=x>" * 100_000,
    "open fonts": "<font>x" * 100_000,
    "paragraphs": "<p>x" * 250_000,
    "items": "<li>x" * 200_000,
    "cells": "<table>" + "<tr><td>x" * 100_000,
    "options": "<select>" + "<option>x" * 100_000,
    "attributes": "<p " + "a=b " * 200_000 + ">x",
    "entities": "&amp" * 200_000,
    "brackets": "<" * 900_000,
    "comments": "<!--" * 200_000,
    "close tags": "</p>" * 250_000,
    "crossed": "<b><i></b></i>" * 70_000,
    "crossed paragraphs": "<b><p></b></p>" * 70_000,
    "svg": "<svg>" * 100_000,
    "math": "<math><mtext>" * 70_000,
    "more than a megabyte": "<p>x</p>" * 500_000,
}


@pytest.mark.parametrize("source", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_shown_as_words_in_under_a_second(source: str) -> None:
    assert turns(lambda: shown(source)) < A_SECOND
    assert len(shown(source)) < 8 * MAX_HTML


def test_the_words_of_a_bomb_are_still_there() -> None:
    assert shown("<div>" * 5_000 + "Yes & <no>") == "<pre>Yes &amp;</pre>"
