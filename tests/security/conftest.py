"""These tests are about doors and texts, not about databases: SQLite is enough, unless a module says otherwise."""

import pytest


@pytest.fixture
def kind() -> str:
    return "sqlite"
