"""How a link's verdict reads: a sentence, then its three parts; never one word. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from outreach.links.codes import Severity, meaning
from outreach.links.models import LinkCheck, PlacedLink
from outreach.links.rules import Confidence, LinkState, Presence, Value

GROUP_NAMES: dict[str, str] = {
    "live": "Live", "weakened": "Weakened", "suspect": "Suspect", "lost": "Lost", "eyes": "Needs eyes", "expected": "Expected", "ended": "Ended",
    "social": "Posts and mentions",
}  # fmt: skip
STATE_NAMES: dict[LinkState, str] = {
    LinkState.EXPECTED: "Expected", LinkState.AWAITING_PUBLICATION: "Awaiting publication", LinkState.LIVE: "Live",
    LinkState.LIVE_WEAKENED: "Weakened", LinkState.SUSPECT: "Suspect", LinkState.LOST: "Lost", LinkState.RECLAIMING: "Reclaiming",
    LinkState.REPLACED: "Replaced", LinkState.WRITTEN_OFF: "Written off", LinkState.BLOCKED: "Needs eyes", LinkState.PAGE_GONE: "Page gone",
    LinkState.ARCHIVED: "Put away", LinkState.UNWANTED: "Unwanted", LinkState.REMOVAL_ASKED: "Removal asked", LinkState.REMOVED: "Removed",
    LinkState.DISAVOWED: "Disavowed",
}  # fmt: skip
CODE_NAMES: dict[str, str] = {
    "LINK_MISSING": "Link missing", "REL_NOFOLLOW": "nofollow", "REL_SPONSORED": "sponsored", "REL_UGC": "ugc", "REL_CHANGED": "rel not as agreed",
    "META_NOINDEX": "noindex (page)", "XROBOTS_NOINDEX": "noindex (server)", "ROBOTS_BLOCKED": "robots.txt", "CANON_OTHER": "Another page is the original",
    "CANON_CROSS_HOST": "Another site is the original", "WRONG_PAGE": "Leads to another page of ours", "WRONG_HOST": "Leads to another site",
    "TARGET_BROKEN": "Our page does not answer", "HIDDEN_CSS": "Hidden", "WRAPPED": "Behind a redirector", "ANCHOR_CHANGED": "Other words",
    "JS_ONLY": "Perhaps added by a script", "WALL": "Behind a wall", "SOFT_404": "Page not there", "HTTP_404": "Status 404", "HTTP_410": "Status 410",
    "TIMEOUT": "Did not come in time", "DNS_ERROR": "Name not known", "TLS_ERROR": "Certificate",
}  # fmt: skip
"""What the list can be narrowed to; a code that is not here is reached from a row that has it."""
AGE_NAMES = {"young": "Live under 2 weeks", "grown": "2 weeks to a year", "old": "Over a year"}
_TONES: dict[LinkState, tuple[str, str]] = {
    LinkState.LIVE: ("good", "circle-check"), LinkState.LIVE_WEAKENED: ("warn", "alert-triangle"), LinkState.SUSPECT: ("warn", "help-circle"),
    LinkState.LOST: ("bad", "unlink"), LinkState.RECLAIMING: ("bad", "unlink"), LinkState.PAGE_GONE: ("bad", "unlink"), LinkState.BLOCKED: ("info", "eye"),
}  # fmt: skip


@dataclass(frozen=True)
class Headline:
    """The sentence, what stands under it, and its tone: good, weak, lost or ""."""

    sentence: str
    text: str
    tone: str


def state_tag(state: LinkState) -> tuple[str, str, str]:
    """(words, kind, icon) for `ui.tag`."""
    kind, mark = _TONES.get(state, ("", "calendar"))
    return STATE_NAMES[state], kind, mark


def severity_tone(code: str) -> str:
    """The tone of a code's tag."""
    severity = meaning(code).severity
    return {Severity.CRITICAL: "bad", Severity.HIGH: "warn", Severity.MEDIUM: "warn"}.get(severity, "")


def headline(link: PlacedLink, *, now: datetime) -> Headline:
    """What we say of a link, in words."""
    seen = link.sentence
    match link.state:
        case LinkState.LIVE:
            return Headline("The link is there and passes.", seen, "good")
        case LinkState.LIVE_WEAKENED:
            return Headline("The link is there, but not as agreed.", seen, "weak")
        case LinkState.SUSPECT:
            return Headline(
                "We did not find the link, once.",
                f"{seen} A site may be broken for a night, so we look again before we say that it is lost.",
                "weak",
            )
        case LinkState.LOST | LinkState.RECLAIMING:
            return Headline(f"The link is gone{_apart(link)}.", seen, "lost")
        case LinkState.BLOCKED:
            return Headline(
                "We cannot read the page. This says nothing about the link.",
                f"{seen} Open it in your browser and say what you see.",
                "",
            )
        case LinkState.AWAITING_PUBLICATION:
            return Headline("The link is not there yet.", seen, "")
        case LinkState.EXPECTED:
            return Headline("Nobody has seen the link yet.", seen or "The first look is due.", "")
    return Headline(f"{STATE_NAMES[link.state]}: the link is no longer watched.", seen, "")


def _apart(link: PlacedLink) -> str:
    if link.confidence is Confidence.HUMAN or link.first_miss_at is None:
        return ""
    hours = round((link.state_since - link.first_miss_at).total_seconds() / 3600)
    return f": two looks, {hours} hours apart" if hours else ""


def parts(link: PlacedLink, *, now: datetime) -> tuple[tuple[str, str, str, str], ...]:
    """Is it there? Does it count? How sure? Each (word, icon, tone, small print) for `ui.verdict`."""
    return _presence(link), _value(link), _confidence(link)


def _presence(link: PlacedLink) -> tuple[str, str, str, str]:
    match link.presence:
        case Presence.FOUND:
            return "Found", "circle-check", "good", "on the page as it was fetched"
        case Presence.NOT_FOUND:
            return "Not found", "circle-x", "bad", "the page was readable"
        case Presence.UNREADABLE:
            return "Could not read", "eye-off", "", "this says nothing about the link"
    return "Not looked yet", "clock", "", "the first look is due"


def _value(link: PlacedLink) -> tuple[str, str, str, str]:
    if link.presence is Presence.UNREADABLE:
        return "Nobody can say", "help-circle", "", "the page could not be read"
    match link.value:
        case Value.PASSES:
            return "Passes", "circle-check", "good", "as agreed"
        case Value.WEAKENED:
            return "Weakened", "alert-triangle", "warn", _weakness(link)
        case Value.NONE:
            return "No", "circle-x", "bad", "nothing there that could count"
        case Value.NA:
            return "Not asked for", "minus", "", "no followed link is expected here"
    return "Unknown", "help-circle", "", ""


def _weakness(link: PlacedLink) -> str:
    """The worst of its codes, said."""
    worst = min(link.codes, key=lambda code: list(Severity).index(meaning(code).severity), default="")
    return meaning(worst).reason if worst else "not as agreed"


def _confidence(link: PlacedLink) -> tuple[str, str, str, str]:
    match link.confidence:
        case Confidence.HUMAN:
            return "Seen by a person", "user", "good", "signed, in the history"
        case Confidence.MACHINE_CONFIRMED:
            return "Confirmed by machine", "robot", "", "two looks or more agree"
        case Confidence.MACHINE:
            return "Machine, once", "robot", "", "one look"
    return "Unknown", "help-circle", "", ""


def history(looks: Sequence[LinkCheck]) -> str:
    """One sign a look, oldest first, for `charts.history`: g live, w weakened, b missed, u could not read."""
    return "".join(_sign(look) for look in reversed(looks))


def _sign(look: LinkCheck) -> str:
    if look.presence is Presence.UNREADABLE:
        return "u"
    if look.presence is Presence.NOT_FOUND:
        return "b"
    return "w" if look.value is Value.WEAKENED else "g"


def short(url: str) -> str:
    """An address as a person reads it: host and path, at most 80 signs."""
    bare = url.partition("://")[2].partition("?")[0].rstrip("/") or url
    return bare if len(bare) <= 80 else bare[:79] + "…"


def path_of(url: str) -> str:
    """The path of an address, as it stands under the name of its site."""
    return "/" + short(url).partition("/")[2]
