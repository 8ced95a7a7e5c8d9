"""What a delivery status report says of each recipient (RFC 3464), wherever in the mail it stands."""

import re
from dataclasses import dataclass

from outreach.kit.patterns import late
from outreach.letter.lines import cut_lines
from outreach.letter.mail import Headers, Mail, parse_headers

MAX_RECIPIENTS = 100
STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
_ADDRESS = late(r"<?([^\s<>;,\"'()\[\]]{1,128}@[^\s<>;,\"'()\[\]]{1,255})>?")
_FIELDS = late(r"^[ \t>]{0,6}(final-recipient|original-recipient|action)[ \t]{0,5}:", re.IGNORECASE)
_KNOWN_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
_STATUS = late(r"\d{1,2}\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class Report:
    """One recipient's block: `action` in lower case, `status` as x.y.z, `said` the server's own words."""

    address: str
    action: str
    status: str
    said: str


def reports(mail: Mail) -> list[Report]:
    """Every recipient's block, from the proper part or, when a server wrote it as text, from there."""
    sources = mail.texts(*STATUS_PARTS) or [
        part.text for part in mail.parts if not part.is_returned and _looks_like_report(part.text)
    ]
    found = [report for text in sources for report in _blocks(text)]
    return found[:MAX_RECIPIENTS]


def _looks_like_report(text: str) -> bool:
    lowered = text[:200_000].lower()
    return "final-recipient" in lowered and "action:" in lowered


def _blocks(text: str) -> list[Report]:
    """Blocks are parted by blank lines; some servers forget them, so a second recipient field parts too."""
    blocks: list[list[str]] = [[]]
    seen: set[str] = set()
    for line in cut_lines(text):
        field = _FIELDS.match(line)
        if not line.strip() or (field and field[1].lower() in seen):
            blocks.append([])
            seen = set()
        if field:
            seen.add(field[1].lower())
        blocks[-1].append(line.lstrip("> ") if field else line)
    read = (_report(parse_headers("\n".join(block))) for block in blocks if block)
    return [report for report in read if report]


def _report(fields: Headers) -> Report | None:
    values = dict(reversed(fields))
    action = values.get("action", "").lower().split(" ")[0].strip(";.,()")
    if action not in _KNOWN_ACTIONS:
        return None
    named = [values.get(name, "") for name in ("final-recipient", "original-recipient", "x-actual-recipient")]
    address = next((found for value in named if (found := address_in(value))), "")
    status = _STATUS.search(values.get("status", ""))
    said = values.get("diagnostic-code", "").partition(";")
    return Report(address, action, status.group() if status else "", (said[2] or said[0]).strip())


def address_in(text: str) -> str:
    """The first mail address in `text`, without its angle brackets, in lower case; empty when none."""
    match = _ADDRESS.search(text[:2_000])
    return match[1].strip(".:").lower() if match else ""
