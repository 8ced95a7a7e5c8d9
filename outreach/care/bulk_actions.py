"""Doing something to many rows: what was asked is done at once when it is little, by the worker when it is much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from outreach.accounts.models import User
from outreach.care import bulk_moves, bulk_queries
from outreach.care.bulk_models import BulkRun
from outreach.care.bulk_moves import Hand
from outreach.care.bulk_rules import AT_ONCE, IN_HAND, NOT_UNDONE, BulkList, BulkState, Deed
from outreach.consent.models import SuppressionBatch
from outreach.db import locked, session, write
from outreach.kit import clock
from outreach.prospects.labels.rules import BadLabel


class Gone(LookupError):
    """The run is not there, or not theirs."""


class TooLate(ValueError):
    """The run stands otherwise by now; `str()` says how."""


def ask(
    of: BulkList,
    deed: Deed,
    query: str,
    ids: Sequence[int],
    params: Mapping[str, Any],
    *,
    by: User,
    now: datetime,
) -> int:
    """Do a deed to rows of a list; the id of the run, which may still be under way."""
    with write() as here:
        run = BulkRun(
            of=of, deed=deed, query=query, ids=list(ids), params=dict(params), created_at=now, created_by_id=by.id,
            total=bulk_queries.count(of, query, ids, by), done=0, left=0, back=0, cursor=0, fence=0,
        )  # fmt: skip
        if deed is Deed.SUPPRESS:
            batch = SuppressionBatch(
                source=f"Many {of.value} at once", counts={}, created_at=now, created_by_id=by.id
            )
            here.add(batch)
            here.flush()
            run.batch_id = batch.id
        here.add(run)
        bulk_moves.stand(run, BulkState.WORKING, now=now)
        here.flush()
        bulk_moves.told("bulk.started", run, by=by.id, now=now)
        key, is_little = run.id, run.total <= IN_HAND
    if is_little:
        _at_once(key, now=now)
    return key


def cancel(user: User, run_id: int, *, now: datetime) -> None:
    """Do no more of it; what is done stays, and can be taken back. Raises Gone, TooLate."""
    with write():
        bulk_moves.stand(_found(user, run_id, BulkState.WORKING), BulkState.CANCELLED, now=now)


def undo(user: User, run_id: int, *, now: datetime) -> None:
    """Take it back where nobody changed the row since. Raises Gone, TooLate."""
    with write():
        run = _found(user, run_id, BulkState.DONE, BulkState.CANCELLED, BulkState.FAILED)
        if run.deed in NOT_UNDONE:
            raise TooLate("Pitches that were started are not taken back as a whole. Close each on its own.")
        bulk_moves.stand(run, BulkState.UNDOING, now=now)
        bulk_moves.told("bulk.undone", run, by=user.id, now=now)
        is_little = run.done <= IN_HAND
    if is_little:
        _at_once(run_id, now=now)


def _found(user: User, run_id: int, *states: BulkState) -> BulkRun:
    if bulk_queries.get(user, run_id) is None:
        raise Gone
    run = locked(BulkRun, run_id)
    if run is None:
        raise Gone
    if run.state not in states:
        raise TooLate("It stands otherwise by now. Look at it again.")
    return run


def _at_once(key: int, *, now: datetime) -> None:
    fence = session().get_one(BulkRun, key).fence
    session().rollback()
    while step(key, fence, now=now):
        pass


# The worker


def take(*, now: datetime) -> list[tuple[int, int]]:
    with write():
        return bulk_moves.take(now)


def put_down(key: int, fence: int) -> None:
    """Leave it to whoever takes it next; what is not done is due still."""
    with write():
        run = locked(BulkRun, key)
        if run is not None and run.fence == fence:
            run.taken_until = None


def step(key: int, fence: int, *, now: datetime) -> bool:
    """Some rows of a run; False when it is done with, or no longer ours."""
    try:
        with write() as here:
            run = locked(BulkRun, key)
            if run is None or run.fence != fence or not run.is_busy:
                return False
            run.taken_until = now + bulk_moves.TAKEN_FOR
            by = here.get_one(User, run.created_by_id)
            hand = Hand(by, now, clock.local_day(now, ZoneInfo(by.timezone)))
            return (
                _work(run, hand)
                if by.is_active
                else _stop(run, "Whoever asked for it has left the team.", now)
            )
    except BadLabel as error:
        with write():
            run = locked(BulkRun, key)
            return _stop(run, str(error), now) if run is not None else False


def _work(run: BulkRun, hand: Hand) -> bool:
    if run.state is BulkState.WORKING:
        rows = bulk_queries.next_rows(run, hand.by, AT_ONCE)
        if rows:
            bulk_moves.do_part(run, rows, hand)
            return True
        bulk_moves.stand(run, BulkState.DONE, now=hand.now)
        return False
    done = bulk_queries.done_after(run, run.cursor, AT_ONCE)
    if done:
        bulk_moves.take_back(run, done, hand)
        return True
    bulk_moves.drop_made(run)
    bulk_moves.stand(run, BulkState.UNDONE, now=hand.now)
    return False


def _stop(run: BulkRun, problem: str, now: datetime) -> bool:
    run.problem = problem[:300]
    bulk_moves.stand(run, BulkState.FAILED, now=now)
    return False
