"""What erasing somebody does to the files of an instance."""

from pathlib import Path

import pytest

from outreach import settings
from outreach.care.files import mask_file
from outreach.kit.masks import Mask


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_that_was_brought_loses_the_whole_line_about_them(tmp_path: Path, coding: str) -> None:
    table = tmp_path / "uploads" / "table"
    table.parent.mkdir()
    table.write_bytes(
        "Name\tMail\r\nBo Berg\tbo@bakery.example\r\nAna\tana@bakery.example\r\n".encode(coding)
    )
    assert mask_file(table, Mask(["bo@bakery.example"]), settings.load(tmp_path)).fate == "masked"
    assert table.read_bytes().decode(coding) == "Name\tMail\r\n\t\r\nAna\tana@bakery.example\r\n"
