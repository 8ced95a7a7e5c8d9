"""No path leads around the gate: what is written here reads the code itself."""

import re
from pathlib import Path

import outreach

HOUSE = Path(outreach.__file__).parent
FILES = [file for file in HOUSE.rglob("*.py") if "demo" not in file.parts]


def places(pattern: str) -> list[str]:
    """Where this stands in the code, as room/file."""
    return sorted(
        file.relative_to(HOUSE).as_posix() for file in FILES for _ in re.finditer(pattern, file.read_text())
    )


def test_only_one_move_puts_a_letter_on_the_wire() -> None:
    assert places(
        r"MessageState\.SENDING, raw|state = MessageState\.SENDING|state=MessageState\.SENDING"
    ) == ["sending/moves.py"]


def test_only_the_action_that_asks_the_gate_calls_that_move() -> None:
    assert places(r"\bmoves\.begin\(") == ["sending/delivering.py"]
    body = (HOUSE / "sending/delivering.py").read_text().split("def begin(")[1].split("\ndef ")[0]
    assert body.index("gate(") < body.index("moves.begin(")


def test_only_the_worker_of_sending_hands_mail_to_a_server() -> None:
    assert places(r"\bsmtplib\.SMTP(_SSL)?\(") == ["engines/smtp.py", "engines/smtp.py"]
    assert places(r"engines\.smtp import [^\n]*\bConnection\b") == ["sending/carriers.py"]


def test_a_carrier_asks_before_the_text_goes_out() -> None:
    source = (HOUSE / "engines/smtp.py").read_text()
    assert source.index("if not before_data():") < source.index("return self._hand_over(smtp, data)")
    assert places(r"carrier\.send\(") == ["sending/jobs.py"]
    assert "before_data=lambda: delivering.begin(" in (HOUSE / "sending/jobs.py").read_text()
