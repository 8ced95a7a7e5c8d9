"""Attacks on letters: templates, headers, addresses, smuggling. Prints how many of each kind hold.

The folder holds `security/cases.jsonl`, a line a case: category, input, feed, expect.
"""

import email
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from outreach.engines.smtp import ENVELOPE, stuffed
from outreach.kit.address import BadAddress, clean_address
from outreach.mail.envelope import Attachment, HeaderRefused, Letter, Party, build
from outreach.mail.language import render, render_subject
from outreach.mail.refusals import LetterError

Case = dict[str, Any]
WHEN = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)
PLAIN = Letter(Party("ana@team.example", "Ana"), Party("bo@bakery.example", "Bo"), "Hello", "Hello\n")
DATA = {
    "contact": {"first_name": "Bo", "company": "Bakery"},
    "links": [{"url": "https://bakery.example/"}],
    "x": "text",
}
SECOND = 1.0
"""CPU seconds that a case may take."""


def main(corpus_dir: Path) -> None:
    """Try every case of the categories below."""
    file = corpus_dir / "security" / "cases.jsonl"
    if not file.exists():
        print(f"no cases at {file}")
        return
    held: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for line in file.read_text().splitlines():
        case: Case = json.loads(line)
        judge = JUDGES.get(case["category"])
        if judge is None:
            continue
        began = time.process_time()
        good = judge(case) and time.process_time() - began < SECOND
        tried[case["category"]] += 1
        held[case["category"]] += good
        if not good:
            print("  does not hold:", case["id"], repr(case["input"])[:80])
    for category, number in sorted(tried.items()):
        print(f"{category:24} {held[category]:3} of {number}")


def template(case: Case) -> bool:
    """A control renders; all else is refused in words."""
    try:
        render(case["input"], DATA)
    except LetterError:
        return bool(case["expect"] != "renders")
    return bool(case["expect"] == "renders")


def data(case: Case) -> bool:
    """A value stands in the letter as it is."""
    return str(case["input"]) in render("Hi {{ v }}", {"v": case["input"]})


def header(case: Case) -> bool:
    """Refused, or sent as one header with the one recipient."""
    value, feed = case["input"], case["feed"]
    if "merge field" in feed:
        try:
            return "\n" not in render_subject("{{ v }}", {"v": value})
        except LetterError:
            return True
    try:
        raw = build(_with(value, feed), message_id="<x@team.example>", date=WHEN)
    except (HeaderRefused, BadAddress):
        return True
    mail = email.message_from_bytes(raw)
    return "Bcc" not in mail and len(mail.get_all("To", [])) == 1 and max(map(len, raw.split(b"\r\n"))) <= 998


def _with(value: str, feed: str) -> Letter:
    changes: dict[str, Any] = {
        "to name (contact name)": {"to": Party("bo@bakery.example", value)},
        "from name": {"sender": Party("ana@team.example", value)},
        "reply-to": {"reply_to": value},
        "in-reply-to": {"in_reply_to": value},
        "custom header value": {"outreach_id": value},
        "attachment filename": {"attachments": (Attachment(value, "image/png", b"x"),)},
    }
    return replace(PLAIN, **changes.get(feed, {"subject": value}))


def address(case: Case) -> bool:
    """Refused, or exactly one plain recipient."""
    try:
        return ENVELOPE.fullmatch(clean_address(case["input"])) is not None
    except BadAddress:
        return True


def smuggling(case: Case) -> bool:
    """One message: the final dot stands once, at its end."""
    raw = build(replace(PLAIN, text=case["input"]), message_id="<x@team.example>", date=WHEN)
    return stuffed(raw).count(b"\r\n.\r\n") == 1


JUDGES: dict[str, Callable[[Case], bool]] = {
    "ssti.escape": template,
    "ssti.dos": template,
    "ssti.data": data,
    "mail.header_injection": header,
    "mail.address": address,
    "mail.smtp_smuggling": smuggling,
}
