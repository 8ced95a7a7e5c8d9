"""What DNS says to one question."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Some records; none (the name or the type does not exist: a void look-up); or no answer at all."""

    SOME = "some"
    NONE = "none"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """`values`: TXT as one joined text (bytes as Latin-1), MX as "10 host", addresses and names as text.

    `said` names the failure in words ("no answer within 5 s"); empty otherwise.
    """

    state: State
    values: tuple[str, ...] = ()
    said: str = ""

    @classmethod
    def of(cls, *values: str) -> "Answer":
        return cls(State.SOME if values else State.NONE, tuple(values))

    @classmethod
    def failed(cls, said: str) -> "Answer":
        return cls(State.FAILED, said=said)


Lookup = Callable[[str, str], Answer]
"""(name, type) -> answer; types are TXT, A, AAAA, MX, PTR."""
