"""Mail addresses, as this program is willing to write to them."""

from email_validator import EmailNotValidError, validate_email

ROUTING = ('"', "%", "!", "@", "=?")
"""Signs before the last @ by which old servers forward, or readers decode, to another address."""


class BadAddress(ValueError):
    """The address is refused; the text says why, for the person who typed it."""


def clean_address(text: str, *, smtputf8: bool = False) -> str:
    """The address in the form that is stored and sent to: its domain in lower case and in ASCII.

    Raises BadAddress for all that is not plainly one address at a domain name: quoted and routed local
    parts, address literals, encoded words; and for a non-ASCII local part unless `smtputf8`, because the
    standard library would silently write to another address.
    """
    local = text.rpartition("@")[0]
    if any(sign in local for sign in ROUTING):
        raise BadAddress("Write a plain address such as ana@bakery.example, without quotes or routing signs.")
    on_this_machine = text.lower().endswith(".localhost")
    try:
        found = validate_email(
            text[: -len("localhost")] + "test" if on_this_machine else text,
            check_deliverability=False,
            test_environment=True,
            strict=True,
        )
    except EmailNotValidError as error:
        raise BadAddress(str(error)) from error
    if not found.local_part.isascii() and not smtputf8:
        raise BadAddress(f"{found.local_part} holds signs that most mail servers refuse before the @.")
    domain = found.ascii_domain[: -len("test")] + "localhost" if on_this_machine else found.ascii_domain
    return f"{found.local_part}@{domain}"


def sender_domain(address: str) -> str:
    """The part after the last @."""
    return address.rpartition("@")[2]
