"""Regular expressions that are compiled when they are first asked.

The house has hundreds that read mails and pages, and most processes read neither: compiling them all was a tenth of each start.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

_waiting: list[_Late] = []


def late(words: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` gives, later: for the methods of a pattern, not to be handed to `re` itself.

    A mistake in `words` is told by `compile_all`, which a test of all modules calls.
    """
    made = _Late(words, flags)
    _waiting.append(made)
    return cast("re.Pattern[AnyStr]", made)


def compile_all() -> None:
    """Compile those that wait: where each page has its share of time, none shall pay for what all need. Raises re.error."""
    while _waiting:
        _waiting.pop().compiled()


def waiting() -> int:
    """How many `compile_all` would still go through."""
    return len(_waiting)


class _Late:
    """Holds a pattern's methods as its own attributes once one was asked for, so that they are found as quickly as the pattern's."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def compiled(self) -> re.Pattern[Any]:
        made = re.compile(self.pattern, self._flags)
        for name in (
            "search",
            "match",
            "fullmatch",
            "finditer",
            "findall",
            "sub",
            "subn",
            "split",
            "flags",
            "groups",
            "groupindex",
        ):
            setattr(self, name, getattr(made, name))
        return made

    def __getattr__(self, name: str) -> Any:
        return getattr(self.compiled(), name)
