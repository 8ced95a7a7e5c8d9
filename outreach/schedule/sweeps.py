"""All that happens by itself, on one page.

A sweep takes what is due and returns how many rows it handled; one that fills its batch runs again at
once. Every sweep may run in several workers at the same time: rows are taken by a conditional UPDATE.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Sweep:
    """`run(now)` handles one batch and gives its size; `due(now)` counts what waits; `every` is in seconds, `at_once` how many may run side by side in one worker."""

    name: str
    every: int
    says: str
    room: str
    run_name: str
    due_name: str
    batch: int = 50
    at_once: int = 1

    def run(self, now: datetime) -> int:
        """Handle one batch."""
        return int(_function(self.room, self.run_name)(now))

    def due(self, now: datetime) -> int:
        """How many rows wait."""
        return int(_function(self.room, self.due_name)(now))


SWEEPS: tuple[Sweep, ...] = (
    Sweep("send", 2, "letters whose moment has come leave", "sending", "send_due", "count_due", at_once=4),
    Sweep(
        "settle",
        60,
        "letters cut off while sending become unknown",
        "sending",
        "settle_cut_off",
        "count_cut_off",
    ),
    Sweep(
        "tokens",
        20,
        "access tokens of mailboxes are renewed before they end",
        "mail",
        "renew_tokens",
        "count_tokens_due",
        batch=20,
    ),
    Sweep(
        "sent-folder",
        15,
        "the Sent folder is asked for letters that may have left, and gets the copies it lacks",
        "sending",
        "look_in_sent",
        "count_looks",
    ),
    Sweep(
        "read-mail",
        5,
        "mailboxes are read: every 5 minutes, at once where the server tells of news",
        "reading",
        "read_due",
        "count_due",
        at_once=3,
    ),
    Sweep(
        "listen",
        60,
        "mail servers are asked to tell of new mail",
        "reading",
        "listen",
        "count_unheard",
        batch=1000,
    ),
    Sweep(
        "check-links",
        2,
        "placed links that are due are looked at",
        "links",
        "check_due",
        "count_due",
        at_once=3,
    ),
    Sweep(
        "link-lists",
        2,
        "lists of links that somebody brought are read, watched, and taken back",
        "links",
        "work_lists",
        "count_lists_due",
        batch=1,
    ),
    Sweep(
        "imports",
        2,
        "files of sites and people are counted, brought in, and taken back",
        "care",
        "work_imports",
        "count_imports_due",
        batch=1,
    ),
    Sweep(
        "look-at-sites",
        2,
        "first pages of sites that come up in a queue are read",
        "links",
        "look_at_sites",
        "count_sites_due",
        batch=8,
    ),
    Sweep(
        "bulk",
        2,
        "what somebody asked to be done to many rows is done, and taken back",
        "care",
        "work_bulk",
        "count_bulk_due",
        batch=1,
    ),
    Sweep(
        "check-lists",
        2,
        "rows of lists that somebody wants checked are looked at",
        "links",
        "check_rows",
        "count_rows_due",
        at_once=2,
    ),
    Sweep(
        "alerts",
        30,
        "what happened to links goes to their owner in one mail, 15 minutes after the first of it",
        "links",
        "send_alerts",
        "count_alerts_due",
    ),
    Sweep(
        "watch-agreed",
        60,
        "agreed pages are watched from the day they are due",
        "links",
        "watch_agreed",
        "count_agreed_due",
    ),
    Sweep(
        "ends",
        60,
        "agreed times that end are warned of 7 and 2 days before",
        "links",
        "warn_of_ends",
        "count_ends_due",
    ),
    Sweep(
        "find-pages",
        60,
        "sites are looked through for pages that were promised and whose address nobody knows",
        "links",
        "find_pages",
        "count_pages_due",
        batch=8,
    ),
    Sweep(
        "grounds",
        20,
        "dead links that broken-link pitches rest on are looked at, and losses that reclaims rest on",
        "links",
        "look_at_grounds",
        "count_grounds_due",
        batch=20,
    ),
    Sweep(
        "search-sites",
        2,
        "sites that somebody wants looked through are read for who is there",
        "research",
        "search_sites",
        "count_searches_due",
        batch=4,
    ),
    Sweep(
        "old-proposals",
        3600,
        "people found on pages whom nobody took over in 30 days go",
        "research",
        "forget_proposals",
        "count_old_proposals",
        batch=500,
    ),
    Sweep(
        "link-schedule",
        60,
        "another schedule is brought to the links",
        "links",
        "bring_schedule",
        "count_off_schedule",
        batch=300,
    ),
    Sweep(
        "tidy-evidence",
        3600,
        "stored pages that are older than `evidence_days` go",
        "links",
        "tidy_evidence",
        "count_evidence_due",
        batch=20,
    ),
    Sweep(
        "tidy-captured",
        3600,
        "captured letters that are older than `captured_days` go",
        "sending",
        "tidy_captured",
        "count_captured_due",
        batch=500,
    ),
    Sweep(
        "tidy-files",
        3600,
        "versions of drafts and files that were taken away a day ago go, or whose pitch ended `pitch_file_days` ago",
        "pitches",
        "tidy_files",
        "count_files_due",
        batch=200,
    ),
    Sweep(
        "find-mailboxes",
        2,
        "servers of mailboxes that somebody sets up are looked for and tried",
        "mail.search",
        "look_due",
        "count_due",
    ),
    Sweep("digest", 60, "whose morning it is gets the digest", "desk", "send_digests", "count_digests_due"),
    Sweep(
        "wake", 300, "resting pitches come back on their day", "pitches", "wake_resting", "count_resting_due"
    ),
    Sweep(
        "follow-ups",
        60,
        "follow-ups that are due are written, for a person to send",
        "sending.follow_ups",
        "write_due",
        "count_due",
    ),
    Sweep(
        "no-answer",
        300,
        "pitches that nobody answered close two weeks after their last letter",
        "sending.follow_ups",
        "close_unanswered",
        "count_unanswered",
    ),
    Sweep(
        "leave",
        300,
        "next actions that fall on somebody's days of leave are due when they are back",
        "pitches",
        "step_over_leave",
        "count_on_leave",
        batch=50,
    ),
    Sweep(
        "orphans",
        86_400,
        "open pitches without a next action are looked for; there is never one",
        "pitches",
        "look_for_orphans",
        "count_orphans",
    ),
    Sweep(
        "reports",
        30,
        "days whose numbers in reports changed are counted anew",
        "reports",
        "recount",
        "count_stale",
        batch=5,
    ),
    Sweep(
        "erase",
        5,
        "what is left of an erased person is looked for and removed",
        "care",
        "go_on_erasing",
        "count_erasures",
        batch=1,
    ),
    Sweep(
        "old-backups",
        3600,
        "backups made before migrations go when they are too old",
        "care",
        "drop_old_backups",
        "count_old_backups",
    ),
    Sweep(
        "duplicates",
        10,
        "people and sites that changed are compared with those that share a key with them",
        "care",
        "find_duplicates",
        "count_unlooked",
        batch=100,
    ),
    Sweep(
        "old-merges",
        3600,
        "what was before a merge is forgotten after 30 days",
        "care",
        "forget_merges",
        "count_merges",
        batch=100,
    ),
    Sweep(
        "search-index",
        3600,
        "the index of the search is put together where it lies in many parts, as after a long import (SQLite)",
        "search",
        "put_together",
        "count_scattered",
    ),
    Sweep(
        "unwritten",
        3600,
        "people whom nobody ever wrote to go after the days that are set",
        "care",
        "let_unwritten_go",
        "count_unwritten",
        batch=200,
    ),
)


def built() -> list[Sweep]:
    """The sweeps whose room is there."""
    return [sweep for sweep in SWEEPS if importlib.util.find_spec(f"outreach.{sweep.room}.jobs")]


def named(name: str) -> Sweep | None:
    return next((sweep for sweep in built() if sweep.name == name), None)


def _function(room: str, name: str) -> Callable[[datetime], int]:
    found: Callable[[datetime], int] = getattr(importlib.import_module(f"outreach.{room}.jobs"), name)
    return found
