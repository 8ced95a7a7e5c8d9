"""Fixtures of the browser tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.looks import served
from tests.browser.small_app import Shelf, small_app

# On two busy cores a page may take its time; what never comes is missed all the same.
expect.set_options(timeout=20_000)


@pytest.fixture
def shelf() -> Shelf:
    """What the small app shows; the test may change it behind the browser's back."""
    return Shelf()


@pytest.fixture
def small(shelf: Shelf) -> Iterator[str]:
    """The address of the small app."""
    with served(small_app(shelf)) as address:
        yield address
