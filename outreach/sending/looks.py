"""What each rule of the gate sees in a letter: words for its writer, or nothing. Pure."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from outreach.accounts.rules import ClaimLevel
from outreach.mail.rules import Channel, LetterKind
from outreach.sending.rules import Facts, Rule

DEAD_LINK_FRESH = timedelta(hours=72)
"""How old the look may be that found the link dead."""
BRACKETS = re.compile(r"\[[^\W\d_][^\[\]\n]{1,60}\]")
"""A hole that somebody meant to fill: `[your topic]`."""
LINK = re.compile(r"https?://[^\s<>\"')\]]+")
FAKE_REPLY = re.compile(r"^\s*(re|fwd?|aw|wg|sv|antw)\s*(\[\d+\])?\s*:", re.IGNORECASE)
MAX_LINKS = 2


def _suppressed(facts: Facts) -> str:
    if facts.suppressed and facts.channel is not Channel.MAIL:
        return f"They are on the list of those who are not written to: {facts.suppressed}."
    return (
        f"{facts.to_address} is on the list of those who get no mail: {facts.suppressed}."
        if facts.suppressed
        else ""
    )


def _invalid(facts: Facts) -> str:
    return facts.address_problem


def _missing(facts: Facts) -> str:
    """The personal line of a first letter has a rule of its own."""
    own = facts.kind is LetterKind.FIRST and not facts.personal_line.strip()
    names = [name for name in facts.missing if not (own and name == "personal_line")]
    return f"There is no value for {', '.join(names)}." if names else ""


def _brackets(facts: Facts) -> str:
    found = BRACKETS.search(f"{facts.subject}\n{facts.text}\n{facts.html_text}")
    return f"{found.group()} is still to be filled in." if found else ""


def _header(facts: Facts) -> str:
    return facts.header_problem


def _stopped(facts: Facts) -> str:
    return "All sending is stopped for the workspace." if facts.is_mail_stopped else ""


def _allow_list(facts: Facts) -> str:
    if not facts.allow_list or is_listed(facts.to_address, facts.allow_list):
        return ""
    return f"Only listed addresses get mail now, and {facts.to_address} is not one of them."


def _dry_run(facts: Facts) -> str:
    return "This is a dry run: the letter is kept as a file and does not leave." if facts.is_dry_run else ""


def _do_not_contact(facts: Facts) -> str:
    return "They asked not to be contacted." if facts.is_do_not_contact else ""


def _no_pitches(facts: Facts) -> str:
    return "This site says that it wants no pitches." if facts.is_no_pitch else ""


def _individual(facts: Facts) -> str:
    return (
        "They are a private subscriber; without their consent no pitch may go to them."
        if facts.subscriber == "individual"
        else ""
    )


def _fake_reply(facts: Facts) -> str:
    """A follow-up really is a reply in its thread; its `Re:` comes from there and is not looked at. So is a letter that goes on in an older one."""
    if facts.goes_on or (facts.kind is LetterKind.FOLLOW_UP and facts.written_at is not None):
        return ""
    return "The subject looks like a reply, and this is none." if FAKE_REPLY.match(facts.subject) else ""


def _personal_line(facts: Facts) -> str:
    if facts.goes_on:
        return ""
    if not facts.personal_line.strip():
        return "Say what you read on their page. A first letter needs a line of its own."
    if urlsplit(facts.personal_url).scheme not in ("http", "https"):
        return "Give the address of the page you read."
    return ""


def _cool_down(facts: Facts) -> str:
    for last, rest, where in (
        (facts.last_same_at, facts.cooldown_same, "for this project"),
        (facts.last_other_at, facts.cooldown_other, "for another project"),
    ):
        if last is not None and facts.now < last + rest:
            return f"They were written to on {_day(last)} {where}; the next letter may go on {_day(last + rest)}."
    return ""


def _other_pitch(facts: Facts) -> str:
    if facts.has_other_pitch_here:
        return "Another pitch of this project is open at this site."
    if facts.has_other_pitch_elsewhere and facts.claim_level is not ClaimLevel.OFF:
        return "Another project has an open pitch at this site."
    return ""


def _claimed(facts: Facts) -> str:
    """B4: whose site it is in the project; asked again when the letter leaves, for it may have been claimed since."""
    if facts.claimed_by and facts.claim_level is not ClaimLevel.OFF:
        return f"{facts.claimed_by} has claimed this site. Talk to them before you write."
    return ""


def _dead_link(facts: Facts) -> str:
    if not facts.needs_dead_link:
        return ""
    seen = facts.ground_checked_at if facts.is_ground_ok else None
    if seen is not None and facts.now - seen <= DEAD_LINK_FRESH:
        return ""
    return "The dead link was not seen dead within the last 72 hours. Check it again first."


def _loss(facts: Facts) -> str:
    lacking = facts.needs_loss and not facts.is_ground_ok
    return "What is wrong with the link was not confirmed by a second look." if lacking else ""


def _closed(facts: Facts) -> str:
    return "" if facts.is_pitch_open else "The pitch is closed or rests."


def _answered(facts: Facts) -> str:
    if facts.answered_at is None or facts.written_at is None or facts.answered_at <= facts.written_at:
        return ""
    return f"They wrote on {_day(facts.answered_at)}, after this letter was written."


def _stopped_chasing(facts: Facts) -> str:
    at = facts.follow_ups_stopped_at
    return f"Follow-ups to them were stopped on {_day(at)}." if at else ""


def _says(facts: Facts, words: str) -> bool:
    """Does each part of the letter say this? Readers see the one or the other."""
    return words in facts.text and (not facts.html_text or words in facts.html_text)


def _postal(facts: Facts) -> str:
    if not facts.needs_postal_address:
        return ""
    if not facts.postal_address.strip():
        return "The workspace has no postal address. Set it under Settings."
    first = facts.postal_address.strip().splitlines()[0].strip().rstrip(",")
    return "" if _says(facts, first) else "The letter does not show your postal address."


def _identity(facts: Facts) -> str:
    if not facts.needs_postal_address:
        return ""
    if not facts.legal_name.strip():
        return "The workspace has no legal name. Set it under Settings."
    return "" if _says(facts, facts.legal_name.strip()) else "The letter does not say who you are."


def _opt_out(facts: Facts) -> str:
    shown = facts.unsubscribe and _says(facts, facts.unsubscribe)
    return "" if shown else "The letter has no line by which they can say no."


def _list_unsubscribe(facts: Facts) -> str:
    return "" if facts.has_list_unsubscribe else "The letter has no List-Unsubscribe header."


def _role(facts: Facts) -> str:
    return f"{facts.to_address} is a desk, not a person." if facts.is_role_address else ""


def _home_page(facts: Facts) -> str:
    if not facts.personal_url or urlsplit(facts.personal_url).path.strip("/"):
        return ""
    return "What you read is their home page. Name the page."


def _many_links(facts: Facts) -> str:
    found = {link.rstrip(".,") for link in LINK.findall(f"{facts.text}\n{facts.html_text}")}
    number = len(found - {facts.unsubscribe})
    return (
        f"The letter holds {number} links; more than {MAX_LINKS} look like advertising."
        if number > MAX_LINKS
        else ""
    )


def _attachment(facts: Facts) -> str:
    return "A first letter with a file often ends as spam." if facts.has_attachment else ""


def _anchor(facts: Facts) -> str:
    if not facts.exact_anchor:
        return ""
    return f"The letter asks for the exact words “{facts.exact_anchor}” as the link's text."


def _subscriber(facts: Facts) -> str:
    return (
        "It is not known whether they are a company or a private person."
        if facts.subscriber == "unknown"
        else ""
    )


def _clipped(facts: Facts) -> str:
    return "Gmail hides the end of a letter over 102 KB." if facts.html_bytes > 102_400 else ""


LOOKS: dict[Rule, Callable[[Facts], str]] = {
    Rule.SUPPRESSED: _suppressed,
    Rule.INVALID_ADDRESS: _invalid,
    Rule.MISSING_FIELD: _missing,
    Rule.BRACKETS: _brackets,
    Rule.HEADER_INJECTION: _header,
    Rule.GLOBAL_STOP: _stopped,
    Rule.ALLOW_LIST: _allow_list,
    Rule.DRY_RUN: _dry_run,
    Rule.DO_NOT_CONTACT: _do_not_contact,
    Rule.NO_PITCHES: _no_pitches,
    Rule.INDIVIDUAL: _individual,
    Rule.FAKE_REPLY: _fake_reply,
    Rule.PERSONAL_LINE: _personal_line,
    Rule.COOL_DOWN: _cool_down,
    Rule.OTHER_PITCH: _other_pitch,
    Rule.CLAIMED: _claimed,
    Rule.DEAD_LINK: _dead_link,
    Rule.LOSS: _loss,
    Rule.PITCH_CLOSED: _closed,
    Rule.ANSWERED: _answered,
    Rule.STOPPED: _stopped_chasing,
    Rule.POSTAL_ADDRESS: _postal,
    Rule.IDENTITY: _identity,
    Rule.OPT_OUT: _opt_out,
    Rule.LIST_UNSUBSCRIBE: _list_unsubscribe,
    Rule.ROLE_ADDRESS: _role,
    Rule.HOME_PAGE: _home_page,
    Rule.MANY_LINKS: _many_links,
    Rule.ATTACHMENT: _attachment,
    Rule.EXACT_ANCHOR: _anchor,
    Rule.SUBSCRIBER: _subscriber,
    Rule.CLIPPED: _clipped,
}


def is_listed(address: str, allowed: tuple[str, ...]) -> bool:
    """Is this address, or its whole domain as `@bakery.example` or `bakery.example`, in the list? Case does not matter."""
    wanted = address.lower()
    entries = {entry.strip().lower().removeprefix("@") for entry in allowed}
    return wanted in entries or wanted.rpartition("@")[2] in entries


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
