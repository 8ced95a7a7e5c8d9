"""Fixtures of the browser tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.looks import served
from tests.browser.small_app import Shelf, small_app


@pytest.fixture
def shelf() -> Shelf:
    """What the small app shows; the test may change it behind the browser's back."""
    return Shelf()


@pytest.fixture
def small(shelf: Shelf) -> Iterator[str]:
    """The address of the small app."""
    with served(small_app(shelf)) as address:
        yield address
