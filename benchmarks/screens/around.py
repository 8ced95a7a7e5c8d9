"""What stands around the sites and people of `benchmarks.screens.rows`: letters, links, reminders, lists, pairs.

As much for each site as a team has of it. Row `i` is the same whatever the size; the first rows are those that wait, so that
a page of what waits is as full over few rows as over many.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from outreach.care.bulk_models import BulkRow, BulkRun
from outreach.care.import_models import ImportFile
from outreach.care.merging.models import Merge, Pair
from outreach.care.models import Erasure
from outreach.consent.models import OptOut, Suppression, SuppressionBatch
from outreach.db import Base
from outreach.diary.models import Entry
from outreach.links.models import LinkCheck, LinkList, LinkListRow, PlacedLink, Publication
from outreach.mail.models import LetterBatch, LetterTemplate, Mailbox, Message, Snippet, TemplateVersion
from outreach.pitches.models import StageChange
from outreach.pitches.production.models import Contributor, Production, ProductionStep
from outreach.projects.models import OwnPage
from outreach.prospects.labels.models import PersonTag
from outreach.prospects.models import ImportBatch, ImportRow, Note, SiteLook, SiteMetric
from outreach.reminders.models import Reminder

Given = list[tuple[type[Base], int, dict[str, str]]]
PROJECTS = 10
TEAM = 40
"""Rows of what a team makes by hand, whatever the number of sites: templates, tags, batches."""
FIRST = 200
"""The pitches, reminders and mails up to here are of today; of those after them, few."""
TODAY = "2026-11-26"
START = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())
SPAN = 59_000_000
"""Seconds over which what happened is spread: about two years."""


def tables(dialect: str, size: int, *, word: dict[str, str]) -> Given:
    """(model, rows, SQL of its columns by the row's number `i`). `word`: SQL of a key, a name, an address, a topic, a text, all by `i`."""
    return [
        *_team(dialect),
        *_mail(dialect, size, word),
        *_links(dialect, size, word),
        *_work(dialect, size),
        *_labels(dialect, size),
        *_lists(dialect, size, word),
    ]


def moment(dialect: str, number: str) -> str:
    """A moment that looks thrown, within SPAN; of what waits, this month."""
    seconds = f"({START} + ({number}) * 40503 % {SPAN})"
    return (
        f"strftime('%Y-%m-%d %H:%M:%S.000000', {seconds}, 'unixepoch')"
        if dialect == "sqlite"
        else f"to_timestamp({seconds})"
    )


def lately(dialect: str, number: str) -> str:
    """A moment of this month."""
    seconds = f"({START + SPAN} + ({number}) * 997 % 700000)"
    return (
        f"strftime('%Y-%m-%d %H:%M:%S.000000', {seconds}, 'unixepoch')"
        if dialect == "sqlite"
        else f"to_timestamp({seconds})"
    )


def day(dialect: str, number: str) -> str:
    """A day some days after 20 November 2026."""
    return (
        f"date('2026-11-20', ({number}) || ' days')"
        if dialect == "sqlite"
        else f"date '2026-11-20' + ({number})::int"
    )


def due(dialect: str) -> str:
    """The day of row `i`: of the first ones within six weeks, of the others within eleven years."""
    return f"CASE WHEN i <= {FIRST} THEN {day(dialect, 'i % 40')} ELSE {day(dialect, 'i % 4000')} END"


def _hash(dialect: str) -> str:
    return "printf('%064d', i)" if dialect == "sqlite" else "lpad(i::text, 64, '0')"


def _json(dialect: str, sql: str) -> str:
    return sql if dialect == "sqlite" else f"CAST({sql} AS JSON)"


def _team(dialect: str) -> Given:
    at = moment(dialect, "i")
    stamps = {"created_at": at, "updated_at": at}
    project = f"1 + i % {PROJECTS}"
    return [
        (Mailbox, 4, {
            "owner_id": "CASE WHEN i <= 2 THEN i END", "project_id": "CASE WHEN i > 2 THEN i - 2 END", "kind": "'smtp'", "address": "'team' || i || '@hazel.example'",
            "smtp_host": "'smtp.hazel.example'", "imap_host": "'imap.hazel.example'", "timezone": "'UTC'", "read_state": "'current'", "created_at": at,
        }),
        (LetterTemplate, TEAM, {"project_id": project, "type": "'guest_post'", "name": "'First letter ' || i", **stamps}),
        (TemplateVersion, TEAM, {"template_id": "i", "number": "1", "subject": "'Forty seeds'", "body": "'Hello {first name}, would that fit?'", "created_at": at}),
        (Snippet, TEAM, {"project_id": project, "name": "'Who we are ' || i", "body": "'We sell seeds.'", **stamps}),
        (LetterBatch, TEAM, {"project_id": project, "name": "'Letters ' || i", "created_at": at, "created_by_id": "1"}),
        (OwnPage, TEAM, {
            "project_id": project, "url": "'https://hazel.example/p' || i", "url_norm": "'hazel.example/p' || i", "title": "'Page ' || i",
            "is_asset": "(i % 2 = 0)", "asset_type": "'study'", "created_at": at,
        }),
        (SuppressionBatch, TEAM, {"source": "'list ' || i", "counts": "'{}'", "created_at": at, "created_by_id": "1"}),
        (Erasure, TEAM, {"state": "'done'", "asked_at": at, "done_at": at}),
    ]  # fmt: skip


def _mail(dialect: str, size: int, word: dict[str, str]) -> Given:
    """To each fifth site a letter and its answer: odd numbers are ours. Some answers are nobody's, automatic, or bounces."""
    fifth = max(size // 5, 1)
    pitch = "((i + 1) / 2)"
    ours, late = "i % 2 = 1", f"i <= {2 * FIRST}"
    stray = f"({pitch} % 6 = 3 AND {late} OR {pitch} % 600 = 3)"
    waits = f"({late} AND ({pitch} % 12 < 6 OR {stray}) OR {pitch} % 600 IN (0, 3))"
    at = f"CASE WHEN {late} THEN {lately(dialect, 'i')} ELSE {moment(dialect, 'i')} END"
    # of ours: waiting in the outbox, a draft, or sent
    state = f"CASE WHEN i % 2 = 0 THEN 'received' WHEN {pitch} % 4 = 1 AND {late} OR {pitch} % 400 = 1 THEN 'held' WHEN {pitch} % 40 = 2 THEN 'draft' ELSE 'sent' END"
    theirs = "i % 2 = 0"
    return [
        (Message, 2 * fifth, {
            "direction": f"CASE WHEN {ours} THEN 'out' ELSE 'in' END", "kind": f"CASE WHEN {ours} THEN 'first' END", "state": state,
            "project_id": f"CASE WHEN {ours} OR NOT {stray} THEN 1 + {pitch} % {PROJECTS} END", "thread_id": f"CASE WHEN {ours} OR NOT {stray} THEN {pitch} END",
            "pitch_id": f"CASE WHEN {ours} OR NOT {stray} THEN {pitch} END", "person_id": f"CASE WHEN {ours} OR NOT {stray} THEN {pitch} END",
            "mailbox_id": f"1 + {pitch} / 3 % 4", "author_id": f"CASE WHEN {ours} THEN 1 + {pitch} % 2 END", "template_version_id": f"CASE WHEN {ours} THEN 1 + {pitch} % {TEAM} END",
            "batch_id": f"CASE WHEN {ours} AND {pitch} % 40 = 2 THEN 1 + ({pitch} / 40) % {TEAM} END", "message_id": "'<' || i || '@hazel.example>'",
            "from_address": f"CASE WHEN {ours} THEN 'ana@hazel.example' ELSE {word['mail']} END", "from_name": f"CASE WHEN {ours} THEN 'Ana' ELSE {word['name']} END",
            "to_address": f"CASE WHEN {ours} THEN {word['mail']} ELSE 'ana@hazel.example' END", "to_name": f"CASE WHEN {ours} THEN {word['name']} ELSE '' END",
            "subject": word["topic"], "body": f"CASE WHEN {ours} THEN {word['short']} ELSE {word['text']} END",
            "what": f"CASE WHEN {ours} THEN NULL WHEN {pitch} % 6 = 1 THEN 'auto_reply' WHEN {pitch} % 6 = 2 THEN 'bounce' ELSE 'human' END",
            "placing": f"CASE WHEN {ours} THEN NULL WHEN {stray} THEN 'unmatched' ELSE 'matched' END", "received_at": f"CASE WHEN {theirs} THEN {at} END",
            "sent_at": f"CASE WHEN {state} = 'sent' THEN {at} END", "queued_at": f"CASE WHEN {ours} THEN {at} END", "held_rule": f"CASE WHEN {state} = 'held' THEN 'window' ELSE '' END",
            "created_at": at, "handled_at": f"CASE WHEN {theirs} AND NOT {waits} THEN {at} END",
        }),
        (OptOut, size // 10, {"token_hash": _hash(dialect), "address": word["mail"], "created_at": moment(dialect, "i")}),
    ]  # fmt: skip


def _links(dialect: str, size: int, word: dict[str, str]) -> Given:
    """To each fifth site a link of ours, looked at twice; every fortieth is a post."""
    fifth, at = max(size // 5, 1), moment(dialect, "i")
    state = "CASE i % 8 WHEN 0 THEN 'lost' WHEN 1 THEN 'live_weakened' WHEN 2 THEN 'blocked' WHEN 3 THEN 'expected' ELSE 'live' END"
    codes = f"CASE WHEN i % 3 = 0 THEN '[\"REL_NOFOLLOW\"]' WHEN i % {max(fifth // 20, 7)} = 1 THEN '[\"WRONG_HOST\", \"REL_NOFOLLOW\"]' ELSE '[]' END"
    link = "((i + 1) / 2)"
    seen = {"presence": "'found'", "value": "'passes'", "confidence": "'machine'"}
    page = f"'https://' || {word['key']} || '/seeds'"
    return [
        (PlacedLink, fifth, {
            "project_id": f"1 + i % {PROJECTS}", "site_id": "i", "pitch_id": "i", "person_id": "i", "page_url": page, "page_url_norm": f"{word['key']} || '/seeds'",
            "target_url": f"'https://hazel.example/p' || (1 + i % {TEAM})", "state": state, "known_state": state, "state_since": at, **seen,
            "sentence": "'The link is there and passes value.'", "first_seen_at": at, "last_check_at": at, "next_check_at": f"{moment(dialect, 'i')}",
            "next_check_why": "'it is a month old'", "placed_on": day(dialect, "-(i % 700)"), "expires_on": f"CASE WHEN i % 20 = 0 THEN {day(dialect, 'i % 900')} END",
            "is_social": "(i % 40 = 39)", "owner_id": "1 + i % 2", "created_at": at, "codes": codes if dialect == "sqlite" else f"CAST({codes} AS JSON)",
        }),
        (LinkCheck, 2 * fifth, {
            "link_id": link, "at": at, **seen, "state_after": "'live'", "page_state": "'ok'", "status": "200", "sentence": "'The link is there and passes value.'",
        }),
        (Publication, size // 100, {
            "pitch_id": "i", "page_url": page, "page_url_norm": f"{word['key']} || '/seeds'", "title": "'Forty seeds'", "href": "'https://hazel.example/p1'",
            "via": "'feed'", "state": f"CASE WHEN i <= {FIRST} OR i % 20 = 0 THEN 'open' ELSE 'dismissed' END", "found_at": at,
        }),
    ]  # fmt: skip


def _work(dialect: str, size: int) -> Given:
    """Reminders, steps, moves and lines of the diary."""
    tenth, fifth, at, pitch = max(size // 10, 1), max(size // 5, 1), moment(dialect, "i"), "((i + 1) / 2)"
    here = {"project_id": f"1 + i % {PROJECTS}", "pitch_id": "i", "site_id": "i", "person_id": "i"}
    return [
        (Reminder, tenth, {
            **here, "about_kind": "CASE WHEN i % 4 = 1 THEN 'link' END", "about_id": "CASE WHEN i % 4 = 1 THEN i END",
            "kind": "CASE i % 4 WHEN 1 THEN 'link_changed' WHEN 2 THEN 'promise' ELSE 'other' END", "words": "'Ask about the seeds'", "due_on": due(dialect),
            "owner_id": "1 + (i / 4) % 2", "state": f"CASE WHEN i <= {FIRST} OR i % 20 = 0 THEN 'open' ELSE 'done' END", "created_at": at,
        }),
        (StageChange, 2 * fifth, {
            "pitch_id": pitch, "at": at, "by_id": "1", "from_stage": "CASE WHEN i % 2 = 0 THEN 'contacted' ELSE 'idea' END",
            "to_stage": "CASE WHEN i % 2 = 0 THEN 'talking' ELSE 'contacted' END", "version": "2 + i % 2",
        }),
        (Production, tenth, {"pitch_id": "i", "created_at": at, "slot_at": f"CASE WHEN i % 10 = 0 THEN {at} END"}),
        (ProductionStep, 2 * tenth, {
            "pitch_id": pitch, "code": "'own'", "words": "'Send the draft'", "due_on": due(dialect), "owner_id": f"1 + {pitch} % 2",
            "done_at": f"CASE WHEN i > {FIRST} AND i % 20 > 0 THEN {at} END", "place": "i % 2", "created_at": at,
        }),
        (Contributor, size // 20, {"pitch_id": "i", "name": "'Cleo ' || i", "person_id": "i", "site_id": "i", "created_at": at}),
        (Note, tenth, {"project_id": f"1 + i % {PROJECTS}", "site_id": "i", "text": "'They like ' || i || ' kinds of seeds'", "created_at": at, "created_by_id": "1 + i % 2"}),
        (Entry, 2 * size, {
            "at": at, "kind": "CASE i % 4 WHEN 1 THEN 'letter.sent' WHEN 3 THEN 'pitch.stage' ELSE 'prospect.added' END", "by_id": "1", "project_id": f"1 + {pitch} % {PROJECTS}",
            "site_id": pitch, "person_id": f"CASE WHEN i % 2 = 1 THEN {pitch} END", "pitch_id": f"CASE WHEN i % 2 = 1 AND i <= {2 * fifth} THEN {pitch} END",
            "message_id": f"CASE WHEN i % 4 = 1 AND i <= {2 * fifth} THEN i END",
            "data": _json(dialect, "CASE WHEN i % 4 = 3 THEN '{\"from\": \"idea\", \"to\": \"contacted\"}' ELSE '{\"is_new\": true}' END"),
        }),
    ]  # fmt: skip


def _labels(dialect: str, size: int) -> Given:
    at = moment(dialect, "i")
    return [
        (PersonTag, size // 10, {"tag_id": "1 + i % 2", "person_id": "i"}),
        (SiteMetric, size // 2, {"site_id": "i", "name": "'ahrefs_dr'", "value": "i % 91", "as_of": day(dialect, "-(i % 300)")}),
        (SiteLook, size // 4, {"site_id": "i", "state": "'read'", "page_state": "'ok'", "status": "200", "title": "'Seeds'", "snippet": "'About seeds and what grows of them.'", "looked_at": at}),
    ]  # fmt: skip


def _lists(dialect: str, size: int, word: dict[str, str]) -> Given:
    """Files and what became of their rows, who said no, what looks alike."""
    part, at, project = max(size // 20, 1), moment(dialect, "i"), f"1 + i % {PROJECTS}"
    tally = json.dumps({"missing": part // 5, "found": part - part // 5})
    return [
        (ImportBatch, TEAM, {"project_id": project, "source": "'file'", "counts": f"'{{\"new\": {part}}}'", "created_at": at, "created_by_id": "1"}),
        (ImportRow, part, {"batch_id": "1", "number": "i", "typed": word["key"], "outcome": "CASE WHEN i % 3 = 0 THEN 'known' WHEN i % 50 = 1 THEN 'refused' ELSE 'new' END", "site_id": "i"}),
        (ImportFile, TEAM, {
            "project_id": project, "batch_id": "i", "name": "'sites ' || i || '.csv'", "state": "'done'", "total": str(part), "counts": f"'{{\"new\": {part}}}'",
            "created_at": at, "created_by_id": "1", "finished_at": at,
        }),
        (LinkList, TEAM, {"project_id": project, "name": "'links ' || i || '.csv'", "state": "'done'", "total": str(part), "created_at": at, "created_by_id": "1", "finished_at": at, "tally": _json(dialect, f"CASE WHEN i = 1 THEN '{tally}' ELSE '{{}}' END")}),
        (LinkListRow, part, {"list_id": "1", "number": "i", "state": "CASE WHEN i % 5 = 0 THEN 'missing' ELSE 'found' END", "page_url": f"'https://' || {word['key']} || '/seeds'", "target_url": "'https://hazel.example/p1'", "looked_at": at}),
        (Suppression, max(size // 10, 1), {
            "kind": "CASE WHEN i % 5 = 0 THEN 'domain' ELSE 'email' END", "value": "CASE WHEN i % 5 = 0 THEN 'no' || i || '.example' ELSE 'no' || i || '@far.example' END",
            "keyed_hash": _hash(dialect), "reason": "CASE i % 3 WHEN 0 THEN 'unsubscribed' WHEN 1 THEN 'hard_bounce' ELSE 'imported' END", "source": "'list'",
            "created_at": at, "batch_id": "CASE WHEN i % 3 = 2 THEN 1 END",
        }),
        (Pair, part, {
            "kind": "CASE WHEN i % 2 = 0 THEN 'person' ELSE 'site' END", "state": "CASE WHEN i % 10 < 2 THEN 'different' ELSE 'open' END", "reasons": "'[\"name\"]'",
            "first_person_id": "CASE WHEN i % 2 = 0 THEN 2 * i END", "second_person_id": "CASE WHEN i % 2 = 0 THEN 2 * i + 10 END",
            "first_site_id": "CASE WHEN i % 2 = 1 THEN 2 * i END", "second_site_id": "CASE WHEN i % 2 = 1 THEN 2 * i + 10 END", "found_at": at,
        }),
        (Merge, max(size // 50, 1), {"kind": "'person'", "survivor_id": "i", "former_id": "100000000 + i", "person_id": "i", "former_name": "'Bo ' || i", "at": at, "by_id": "1"}),
        (BulkRun, TEAM, {"of": "'prospects'", "deed": "'kept'", "state": "'done'", "total": str(part), "done": str(part), "created_at": at, "created_by_id": "1", "finished_at": at}),
        (BulkRow, part, {"run_id": "1", "prospect_id": "i", "fate": "CASE WHEN i % 3 = 0 THEN 'left' ELSE 'done' END", "reason": "''"}),
    ]  # fmt: skip
