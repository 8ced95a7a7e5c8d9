"""Of the parts of some words, those are asked for that few rows hold."""

import json

from outreach.kit.parts import rare

ROWS = [f" Oak{number}.EXAMPLE The fern journal" for number in range(32)]


def asked(*parts: str, rows: list[str] | None = ROWS) -> str:
    return rare(json.dumps(parts), rows and json.dumps(rows))


def test_what_many_rows_hold_is_left_out() -> None:
    assert asked("exa", "xam", "ple", "500", "zzq", '"a"') == '"500" AND "zzq" AND """a"""'


def test_of_common_parts_three_are_asked_for() -> None:
    assert asked("exa", "xam", "amp", "ple") == '"exa" AND "xam" AND "amp"'
    assert asked("exa", "k31", "amp", "ple") == '"k31"'


def test_without_rows_all_are_alike() -> None:
    assert asked("exa", "xam", "amp", "ple", rows=None) == '"exa" AND "xam" AND "amp"'
