"""How many statements does this take? `with counted(db.engine) as count: ...; assert count.total <= 12`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@dataclass
class Count:
    """The statements that reached the engine; BEGIN, COMMIT and pragmas are not counted."""

    statements: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.statements)

    def more_than(self, other: Count) -> list[str]:
        """The statements that ran here more often than there; all of them when none did."""
        rest = list(other.statements)
        more = [one for one in self.statements if one not in rest or rest.remove(one)]
        return more or self.statements

    def __str__(self) -> str:
        return f"{self.total} statements:\n" + "\n".join(self.statements)


@contextmanager
def counted(engine: Engine) -> Iterator[Count]:
    """Collect what runs on `engine` inside the block."""
    count = Count()

    def see(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(COUNTED):
            count.statements.append(" ".join(statement.split())[:300])

    event.listen(engine, "before_cursor_execute", see)
    try:
        yield count
    finally:
        event.remove(engine, "before_cursor_execute", see)
