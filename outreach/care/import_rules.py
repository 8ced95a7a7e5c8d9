"""Files of sites and people from other tools: where one stands, and what a row of it brings.  Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as field_of
from email.utils import parseaddr
from enum import StrEnum

from outreach.care.import_columns import full
from outreach.care.import_names import METRICS, OF_OUR_LIST, Field
from outreach.care.import_ways import More, more_of
from outreach.kit.address import BadAddress, clean_address, is_free_mail
from outreach.kit.tables import columns
from outreach.prospects import metric_rules
from outreach.prospects import rules as prospect_rules
from outreach.prospects.labels.rules import About, BadLabel, tag_names
from outreach.prospects.metric_rules import Metric
from outreach.prospects.rules import ContactKind, Line


class ImportState(StrEnum):
    """Where a file stands. `mapping` and `counted` wait for a person; those of BUSY are the worker's."""

    MAPPING = "mapping"
    COUNTING = "counting"
    COUNTED = "counted"
    WORKING = "working"
    DONE = "done"
    LOOKED = "looked"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


BUSY = (ImportState.COUNTING, ImportState.WORKING, ImportState.UNDOING)
STATE_WORDS: dict[ImportState, tuple[str, str]] = {
    ImportState.MAPPING: ("Columns to name", "warn"), ImportState.COUNTING: ("Being counted", "info"), ImportState.COUNTED: ("Counted, not yet in", "warn"),
    ImportState.WORKING: ("Coming in", "info"), ImportState.DONE: ("Done", "good"), ImportState.LOOKED: ("Looked at only", ""), ImportState.CANCELLED: ("Cancelled", ""),
    ImportState.FAILED: ("Not readable", "bad"), ImportState.UNDOING: ("Being taken back", "info"), ImportState.UNDONE: ("Taken back", ""),
}  # fmt: skip


@dataclass(frozen=True)
class Who:
    """The person of a row; `problem` says why the address cannot be kept."""

    name: str = ""
    email: str = ""
    role: str = ""
    problem: str = ""
    more: More = field_of(default_factory=More)

    @property
    def is_there(self) -> bool:
        return bool(self.name or self.email or self.more.ways)

    @property
    def mails(self) -> frozenset[str]:
        """Every mail address of theirs that the row tells."""
        return frozenset(way.value for way in self.more.ways if way.kind is ContactKind.EMAIL)


@dataclass(frozen=True)
class Brought:
    """What a row of a file brings; `problem` says what of its numbers and tags cannot be kept.

    `tags` are `{about: {key: name}}`, `place` what our own list tells of a site and its place in the project.
    """

    line: Line
    who: Who = field_of(default_factory=Who)
    numbers: Mapping[Metric, float] = field_of(default_factory=dict)
    problem: str = ""
    tags: Mapping[About, Mapping[str, str]] = field_of(default_factory=dict)
    place: Mapping[Field, str] = field_of(default_factory=dict)


def read(number: int, cells: Sequence[str], where: Mapping[Field, int]) -> Brought:
    """The site, the person and the numbers of a row. Never raises."""
    said = {field: _cell(cells[at]) if at < len(cells) else "" for field, at in where.items()}
    said = _each_in_its_place(said)
    who = _who(said)
    numbers: dict[Metric, float] = {}
    problems = []
    for field, cell in said.items():
        if not cell or field not in METRICS:
            continue
        metric = METRICS[field]
        try:
            value = metric_rules.read_value(metric, cell)
        except metric_rules.NoNumber as error:
            problems.append(str(error))
        else:
            if value is not None:
                numbers[metric] = value
    tags = _tags(said, problems)
    place = {field: said[field] for field in OF_OUR_LIST if said.get(field)}
    return Brought(_line(number, cells, said, who), who, numbers, " ".join(problems), tags, place)


_FAILED = re.compile(r"#(?:N/[A-ZА-Я]{1,5}|Н/Д|NV|[¡¿]?[^\W_a-z][^\s_a-z]{1,12}[!?])")
"""What a formula leaves that found nothing: `#N/A`, `#REF!`, `#NV`, `#¡VALOR!`."""


def _cell(text: str) -> str:
    """A cell as it is read; where a formula failed it says nothing."""
    text = text.strip()
    return "" if text[:1] == "#" and _FAILED.fullmatch(text) else text


MOST_TAGS = 100
"""Of one site or person in a file."""


def _tags(said: Mapping[Field, str], problems: list[str]) -> dict[About, dict[str, str]]:
    found = {}
    for about, field in ((About.SITE, Field.TAGS), (About.PERSON, Field.PERSON_TAGS)):
        if text := said.get(field):
            try:
                found[about] = tag_names(text, MOST_TAGS)
            except BadLabel as error:
                problems.append(f"Its tags were not kept: {error}")
    return found


def _each_in_its_place(said: dict[Field, str]) -> dict[Field, str]:
    """A mail address among sites is somebody at its site, a site among mail addresses a site, and somebody's profile no site of its own."""
    site, mail = said.get(Field.SITE, ""), said.get(Field.EMAIL, "")
    if not mail and "@" in site and columns.looks_like(site) == "mail":
        return {**said, Field.SITE: "", Field.EMAIL: site.removeprefix("mailto:")}
    if not site and mail and "@" not in mail and columns.looks_like(mail) in ("url", "host"):
        return {**said, Field.SITE: mail, Field.EMAIL: ""}
    if (
        mail
        and not said.get(Field.SOCIAL)
        and _SOMEBODY.match(site)
        and not is_free_mail(mail.rpartition("@")[2])
    ):
        return {**said, Field.SITE: "", Field.SOCIAL: site}
    return said


_SOMEBODY = re.compile(r"(?:https?://)?(?:[a-z]{2,3}\.)?linkedin\.com/in/", re.IGNORECASE)
"""A person's profile, which exports of contacts call “URL”: where they work is told by the address."""


def _line(number: int, cells: Sequence[str], said: Mapping[Field, str], who: Who) -> Line:
    typed = said.get(Field.SITE, "")
    if not typed and who.email:
        typed = who.email.rpartition("@")[2]
        if is_free_mail(typed):
            return Line(number, who.email, problem=f"An address at {typed} names no site, and none is given.")
    if not typed:
        words = " ".join(full(cells))[:300]
        return Line(number, words, problem=who.problem or "It names no site.")
    return prospect_rules.read_line(number, typed)


def _who(said: Mapping[Field, str]) -> Who:
    first, last = said.get(Field.FIRST, ""), said.get(Field.LAST, "")
    name = said.get(Field.NAME, "") if not (first and last) else ""
    name = name or f"{first} {last}"
    email = said.get(Field.EMAIL, "")
    if "@" in name:
        shown, also = parseaddr(name)
        name, email = shown, email or also
    email, *further = columns.mails_of(email) or [""]
    if "<" in email:
        shown, email = parseaddr(email)
        name = name if name.strip() else shown
    if further:
        said = {**said, Field.EMAIL_2: "; ".join([*further, said.get(Field.EMAIL_2, "")])}
    problem = ""
    if email:
        try:
            email = clean_address(email)
        except BadAddress as error:
            email, problem = "", f"The mail address was not kept: {error}"
    more = more_of(said, email)
    return Who(
        " ".join(name.split())[:200],
        email,
        said.get(Field.ROLE, "")[:120],
        prospect_rules.shortened(f"{problem} {more.problem}".strip()),
        more,
    )
