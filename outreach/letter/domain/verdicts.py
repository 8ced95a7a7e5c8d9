"""The outcome of one check, in words for people who are no mail experts."""

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """`UNKNOWN` is not `FAIL`: DNS gave no answer, so nothing is said of the domain."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "could not check"


_ORDER = (Outcome.PASS, Outcome.WARN, Outcome.UNKNOWN, Outcome.FAIL)


@dataclass(slots=True)
class Verdict:
    """Collects findings; the outcome is the gravest of them."""

    name: str
    outcome: Outcome = Outcome.PASS
    record: str = ""
    said: list[str] = field(default_factory=list)
    facts: dict[str, int | str | list[str]] = field(default_factory=dict)

    def note(self, outcome: Outcome, words: str) -> "Verdict":
        self.outcome = max(self.outcome, outcome, key=_ORDER.index)
        self.said.append(words)
        return self

    def as_fields(self) -> dict[str, object]:
        return {"outcome": self.outcome.value, "record": self.record or None, "said": self.said, **self.facts}
