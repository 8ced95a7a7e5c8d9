"""Which stored pages stay when they grow old.  Pure.

For good stay the first one, the last on which the link was as agreed, and each change: the last page before
it and the first after it. All others go once they are older than the setting `evidence_days`; the check itself,
with its sentence, its codes and the page's SHA-256, stays for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from outreach.links.rules import Presence, Value


@dataclass(frozen=True)
class Stored:
    """One check as the rule sees it; `ref` is its page, empty when none was stored."""

    id: int
    at: datetime
    presence: Presence
    value: Value
    codes: tuple[str, ...]
    ref: str

    @property
    def said(self) -> tuple[Presence, Value, tuple[str, ...]]:
        return self.presence, self.value, tuple(sorted(self.codes))


def stay(looks: Sequence[Stored]) -> frozenset[str]:
    """The pages of one link that stay for good, by reference; `looks` are all its checks, oldest first.

    Pages that could not be read (walls, errors) say nothing of the link and are no change.
    """
    read = [look for look in looks if look.ref and look.presence is not Presence.UNREADABLE]
    kept = {look.ref for look in read[:1]}
    good = [look.ref for look in read if look.presence is Presence.FOUND and look.value is not Value.WEAKENED]
    kept.update(good[-1:])
    for before, after in pairwise(read):
        if before.said != after.said:
            kept |= {before.ref, after.ref}
    return frozenset(kept)


def judge(looks: Sequence[Stored], *, before: datetime) -> tuple[list[int], list[int]]:
    """(ids whose page stays, ids whose page goes) of the checks older than `before`.

    A page that a younger check shows as well stays with it: the same page is one file.
    """
    kept = stay(looks) | {look.ref for look in looks if look.at >= before}
    old = [look for look in looks if look.ref and look.at < before]
    return [look.id for look in old if look.ref in kept], [look.id for look in old if look.ref not in kept]
