"""Sending providers' notices in JSON, as Amazon's, that tell of a bounce or a delivery in fields."""

from outreach.letter.bounces import Bounce, Outcome, Recipient, bounce
from outreach.letter.severity import weigh

_KINDS = {"Bounce": Outcome.BOUNCE, "Delivery": Outcome.DELIVERED, "DeliveryDelay": Outcome.DELAYED}


def notice_of(fields: dict[str, object]) -> Bounce | None:
    """The report in a notice's fields, or None when it tells of no delivery."""
    outcome = _KINDS.get(str(fields.get("notificationType") or fields.get("eventType")))
    if outcome is None:
        return None
    why = f"the provider's notice: {outcome}"
    if outcome is not Outcome.BOUNCE:
        return Bounce(outcome, None, (), why, _message_id(fields))
    told = _dict(fields.get("bounce"))
    people = tuple(_recipient(one) for one in _list(told.get("bouncedRecipients"))[:100])
    return bounce(people, why, _message_id(fields))


def _recipient(fields: object) -> Recipient:
    told = _dict(fields)
    status = str(told.get("status", ""))
    verdict = weigh(str(told.get("diagnosticCode", "")), status)
    return Recipient(str(told.get("emailAddress", "")).lower(), status, "failed", verdict.severity)


def _message_id(fields: dict[str, object]) -> str:
    headers = _dict(_dict(fields.get("mail")).get("commonHeaders"))
    return str(headers.get("messageId") or "")


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
