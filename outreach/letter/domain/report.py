"""All four checks of one sender's domain."""

from collections.abc import Iterable
from dataclasses import dataclass

from outreach.letter.domain.answers import Lookup
from outreach.letter.domain.dkim import review_dkim
from outreach.letter.domain.dmarc import review_dmarc
from outreach.letter.domain.mx import review_mx
from outreach.letter.domain.spf_review import review_spf
from outreach.letter.domain.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class DomainReport:
    """In the order in which they are shown."""

    host: str
    spf: Verdict
    dkim: Verdict
    dmarc: Verdict
    mx: Verdict

    def as_fields(self) -> dict[str, object]:
        checks = (self.spf, self.dkim, self.dmarc, self.mx)
        return {"host": self.host, **{check.name: check.as_fields() for check in checks}}


def report_on(host: str, lookup: Lookup, selectors: Iterable[str] = ()) -> DomainReport:
    """Ask DNS all that is needed; `host` is the sender's domain in ASCII, lower case."""
    return DomainReport(
        host,
        review_spf(host, lookup),
        review_dkim(host, lookup, selectors),
        review_dmarc(host, lookup),
        review_mx(host, lookup),
    )
