"""Answers to an invitation: what a press on Accept or Decline sends (RFC 5546, METHOD:REPLY)."""

from outreach.letter.mail import Mail

MAX_CALENDAR = 200_000
_SAID = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "may come to", "DELEGATED": "passed on"}


def calendar_answer(mail: Mail) -> str:
    """In words what they answered, as "accepted “Interview with Bo”"; empty when it is no answer to an invitation."""
    for part in mail.parts:
        if part.kind == "text/calendar" and not part.is_returned and "REPLY" in part.text[:MAX_CALENDAR]:
            return _answer(part.text[:MAX_CALENDAR])
    return ""


def _answer(text: str) -> str:
    from icalendar import Calendar

    try:
        found = Calendar.from_ical(text)
        if str(found.get("METHOD", "")).upper() != "REPLY":
            return ""
        for event in found.walk("VEVENT"):
            people = event.get("ATTENDEE", [])
            person = people[0] if isinstance(people, list) and people else people
            status = str(getattr(person, "params", {}).get("PARTSTAT", "")).upper()
            subject = " ".join(str(event.get("SUMMARY", "")).split())[:120]
            return f"{_SAID.get(status, 'answered')} “{subject or 'an invitation'}”"
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError):
        return ""
    return ""
