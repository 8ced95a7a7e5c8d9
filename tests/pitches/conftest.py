"""A clock that stands at the world's moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from outreach.kit import clock
from tests.world import NOW


@pytest.fixture
def at_nine(app: object, tmp_path: Path) -> None:
    """It is NOW for the doors, too."""
    file = tmp_path / "clock"
    file.write_text(NOW.isoformat())
    clock.use_file(file)
