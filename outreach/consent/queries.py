"""Is it allowed to write there? Asked by hash, so that erased addresses are known, too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

import sqlalchemy as sa

from outreach.accounts.models import User, Workspace
from outreach.consent import rules
from outreach.consent.models import Suppression, SuppressionBatch
from outreach.consent.rules import SuppressionKind, SuppressionReason
from outreach.db import is_in, session
from outreach.kit.address import MAIL_ADDRESS, BadAddress, address_key
from outreach.kit.ids import keyed_hash
from outreach.kit.masks import Mask


def hash_of(value: str) -> str:
    """The keyed hash of a suppression key (`rules.key_of`), with the workspace's own key."""
    return keyed_hash(value, hash_key())


def hash_key() -> bytes:
    """The workspace's own key, by which erased addresses are recognised."""
    return session().get_one(Workspace, 1).hash_key.encode()


def is_suppressed(address: str) -> Suppression | None:
    """Why this mail address gets no mail: the row for itself, its domain or a parent domain; None when it may.

    What is no address at all is not suppressed: the gate has a rule of its own for that.
    """
    return suppressed_among([address]).get(address)


def suppressed_among(addresses: Iterable[str]) -> dict[str, Suppression]:
    """`{address: its suppression}` for those that get no mail, with one statement a thousand keys."""
    keys = {address: _keys(address) for address in addresses}
    wanted = {pair for pairs in keys.values() for pair in pairs}
    if not wanted:
        return {}
    secret = hash_key()
    by_hash = {(kind, keyed_hash(value, secret)): (kind, value) for kind, value in wanted}
    found = {by_hash[row.kind, row.keyed_hash]: row for row in _rows([hashed for _, hashed in by_hash])
             if (row.kind, row.keyed_hash) in by_hash}  # fmt: skip
    if not found:
        return {}
    return {
        address: next(found[pair] for pair in pairs if pair in found)
        for address, pairs in keys.items()
        if any(pair in found for pair in pairs)
    }


def is_erased(address: str) -> bool:
    """Was this mail address erased? Then it may not be kept again: not typed, not imported, not received."""
    return bool(erased_among([address]))


def erased_among(addresses: Iterable[str]) -> set[str]:
    """Those of the addresses that were erased, as they were given; one statement a thousand."""
    found = suppressed_among(addresses)
    return {address for address, row in found.items() if row.kind is SuppressionKind.EMAIL and row.is_erased}


def without_erased(texts: Sequence[str]) -> list[str]:
    """The same texts, with every address that was erased covered: what comes in from outside goes through here."""
    likely = (text for text in texts if "@" in text or "%40" in text)
    named = {address for text in likely for address in MAIL_ADDRESS.findall(f"{text} {unquote(text)}")}
    erased = erased_among(named)
    mask = Mask(erased)
    return [mask.text(text) for text in texts] if erased else list(texts)


def rows_without_erased(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Rows of a table that somebody brings, those that name an erased address emptied: the rest of them is about the same person."""
    kept = iter(without_erased([cell for row in rows for cell in row]))
    found = [(row, [next(kept) for _ in row]) for row in rows]
    return [list(row) if list(row) == same else ["" for _ in row] for row, same in found]


def suppressed_domains(domains: Iterable[str]) -> dict[str, Suppression]:
    """`{domain or site key: its suppression}` for domains that get no mail, themselves or by a parent."""
    over = {domain: rules.domains_over(domain.partition("/")[0]) for domain in domains}
    if not over:
        return {}
    secret = hash_key()
    by_hash = {keyed_hash(name, secret): name for names in over.values() for name in names}
    rows = {
        by_hash[row.keyed_hash]: row for row in _rows(list(by_hash)) if row.kind is SuppressionKind.DOMAIN
    }
    if not rows:
        return {}
    return {
        domain: next(rows[name] for name in names if name in rows)
        for domain, names in over.items()
        if any(name in rows for name in names)
    }


def _keys(address: str) -> list[tuple[SuppressionKind, str]]:
    try:
        key = address_key(address)
    except BadAddress:
        return []
    domains = [(SuppressionKind.DOMAIN, domain) for domain in rules.domains_over(key)]
    return [(SuppressionKind.EMAIL, key), *domains]


def _rows(hashes: list[str]) -> Iterable[Suppression]:
    for start in range(0, len(hashes), 1000):
        part = hashes[start : start + 1000]
        of_any_kind = Suppression.kind.in_(tuple(SuppressionKind))  # the index begins with it
        yield from session().scalars(
            sa.select(Suppression).where(of_any_kind, is_in(Suppression.keyed_hash, part))
        )


def known_pairs(pairs: Iterable[tuple[SuppressionKind, str]]) -> dict[tuple[SuppressionKind, str], bool]:
    """Those (kind, key) pairs that stand on the list themselves; True for an erased one."""
    secret = hash_key()
    by_hash = {(kind, keyed_hash(value, secret)): (kind, value) for kind, value in pairs}
    rows = _rows([hashed for _, hashed in by_hash])
    return {
        by_hash[row.kind, row.keyed_hash]: row.is_erased
        for row in rows
        if (row.kind, row.keyed_hash) in by_hash
    }


def batches() -> sa.Select[SuppressionBatch]:
    """Imports of the list."""
    return sa.select(SuppressionBatch)


def for_export(among: sa.Select[Suppression]) -> Iterator[tuple[str, str, str, str, str, str]]:
    """(kind, value, fingerprint, reason, source, since) of the rows of `listed`, oldest first, a thousand rows a statement."""
    last = 0
    shown = (
        Suppression.id,
        Suppression.kind,
        Suppression.value,
        Suppression.keyed_hash,
        Suppression.reason,
        Suppression.source,
        Suppression.created_at,
    )
    while (
        rows := session()
        .execute(
            among.with_only_columns(*shown).where(Suppression.id > last).order_by(Suppression.id).limit(1000)
        )
        .all()
    ):
        for row in rows:
            fingerprint = row.keyed_hash if row.value is None else ""
            yield (
                row.kind.value,
                row.value or "",
                fingerprint,
                row.reason.value,
                row.source,
                row.created_at.isoformat(),
            )
        last = rows[-1].id


def listed(
    *,
    words: str = "",
    kind: SuppressionKind | None = None,
    reason: SuppressionReason | None = None,
    batch_id: int | None = None,
) -> sa.Select[Suppression]:
    """The list for its page. `words` is a whole address or domain (found even when erased), or its beginning."""
    query = sa.select(Suppression)
    if kind:
        query = query.where(Suppression.kind == kind)
    if reason:
        query = query.where(Suppression.reason == reason)
    if batch_id:
        query = query.where(Suppression.batch_id == batch_id)
    if words:
        typed = words.lower().strip().lstrip("@")
        query = query.where(
            sa.or_(
                Suppression.value.startswith(typed, autoescape=True),
                Suppression.value.endswith("@" + typed, autoescape=True),
                Suppression.keyed_hash == hash_of(typed),
            )
        )
    return query


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """`{user id: name}` of who put a page of rows on the list."""
    ids = list(user_ids)
    rows = session().execute(sa.select(User.id, User.name).where(User.id.in_(ids))) if ids else ()
    return {row.id: row.name for row in rows}
