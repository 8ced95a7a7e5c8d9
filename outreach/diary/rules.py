"""How a line of the diary reads. Pure: one table, which every room extends by adding lines to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

PRODUCT = "Outreach"
"""Who did it when nobody did: the product itself."""


@dataclass(frozen=True)
class Words:
    """A sentence and its looks. `{who}`, `{subject}` and the keys of the line's data are filled in.

    `icon` is a name of the sprite; `tone` is "", good, warn, bad or info.
    """

    text: str
    icon: str = "point"
    tone: str = ""


@dataclass(frozen=True)
class Told:
    """One line, ready to show."""

    text: str
    icon: str
    tone: str


SENTENCES: dict[str, Words] = {
    # accounts
    "workspace.set_up": Words("{who} set up this workspace", "settings", "good"),
    "workspace.changed": Words("{who} changed the workspace: {fields}", "settings"),
    "user.invited": Words("{who} invited somebody as {role}", "user-plus", "info"),
    "user.invitation_withdrawn": Words("{who} took an invitation back", "user-plus"),
    "user.joined": Words("{who} joined by invitation", "user-plus", "good"),
    "user.logged_in": Words("{who} logged in", "user"),
    "user.logged_out": Words("{who} logged out", "logout"),
    "user.refused": Words("A log-in to the account of {subject} was refused", "shield-lock", "warn"),
    "user.unknown_refused": Words("A log-in to an unknown account was refused", "shield-lock", "warn"),
    "user.limited": Words("Log-ins from one place are held back: too many tries", "shield-lock", "warn"),
    "user.role": Words("{who} gave {subject} the role {after} instead of {before}", "users"),
    "user.deactivated": Words("{who} switched the account of {subject} off", "lock", "warn"),
    "user.activated": Words("{who} switched the account of {subject} on", "user", "good"),
    "user.link_made": Words("{who} made a password link for {subject}", "shield-lock", "info"),
    "user.password": Words("{who} set a new password; all older sessions ended", "shield-lock"),
    "user.profile": Words("{who} changed their profile: {fields}", "user"),
    "user.feed": Words("{who} made a calendar address", "calendar-event"),
    "user.feed_off": Words("{who} ended the calendar address", "calendar-event"),
    "user.leave": Words("{who} will be away from {first} to {last}", "calendar-event"),
    "user.leave_off": Words("{who} will not be away after all", "calendar-event"),
    # projects
    "project.created": Words("{who} started the project", "folder", "good"),
    "project.changed": Words("{who} changed the project: {fields}", "folder"),
    "project.archived": Words("{who} put the project away", "folder", "warn"),
    "project.restored": Words("{who} took the project up again", "folder", "good"),
    "project.member_added": Words("{who} added {subject} to the project as {role}", "user-plus", "good"),
    "project.member_role": Words(
        "{who} made {subject} a {after} of the project instead of a {before}", "users"
    ),
    "project.member_removed": Words("{who} took {subject} out of the project", "users", "warn"),
    "page.added": Words("{who} added an own page", "plus"),
    "page.changed": Words("{who} changed an own page: {fields}", "pencil"),
    "page.removed": Words("{who} removed an own page", "x", "warn"),
    # prospects
    "site.added": Words("{who} added the site", "world", "good"),
    "site.changed": Words("{who} changed the site: {fields}", "world"),
    "prospect.added": Words("{who} added it to the project", "plus"),
    "prospect.state": Words("{who} changed it from {before} to {after}", "target-arrow"),
    "prospect.owner": Words("{who} made it the site of {subject}", "user"),
    "prospect.put_back": Words("{who} took that back: {to}", "arrow-back-up"),
    "prospect.removed": Words("{who} took it out of the project again", "x", "warn"),
    "batch.undone": Words("{who} took added addresses out again: {removed}", "arrow-back-up", "warn"),
    "import.started": Words("{who} brought a file of sites in", "file-check", "good"),
    "import.undone": Words("{who} took a file of sites out again", "arrow-back-up", "warn"),
    "site.searched": Words("{who} had the site looked through for who is there", "search"),
    "site.tagged": Words("{who} put a tag on the site", "tag"),
    "site.untagged": Words("{who} took a tag off the site", "tag"),
    "site.fields": Words("{who} changed what stands in own fields: {count}", "pencil"),
    "person.tagged": Words("{who} put a tag on the person", "tag"),
    "person.untagged": Words("{who} took a tag off the person", "tag"),
    "person.fields": Words("{who} changed what stands in own fields: {count}", "pencil"),
    "bulk.started": Words("{who} changed many rows at once: {deed}, {rows}", "list-check", "info"),
    "bulk.undone": Words("{who} took back what was done to many rows: {deed}", "arrow-back-up", "warn"),
    "tag.renamed": Words("{who} renamed a tag", "tag"),
    "tag.removed": Words("{who} removed a tag", "tag", "warn"),
    "field.made": Words("{who} made an own field", "forms", "good"),
    "field.changed": Words("{who} changed an own field: {fields}", "forms"),
    "field.archived": Words("{who} put an own field away", "forms", "warn"),
    "field.restored": Words("{who} took an own field up again", "forms", "good"),
    "site.stopped": Words("{who} said: never write to this site again", "ban", "bad"),
    "site.allowed": Words("{who} allowed letters to this site again: {why}", "check", "good"),
    "person.added": Words("{who} added the person", "user-plus", "good"),
    "person.changed": Words("{who} changed the person: {fields}", "user"),
    "person.placed": Words("{who} put the person at this site, too", "user-plus"),
    "person.unplaced": Words(
        "{who} took back the list that had put the person at this site", "arrow-back-up", "warn"
    ),
    "person.role": Words("{who} changed what they do there", "user"),
    "person.left": Words("{who} marked them as gone from there", "user", "warn"),
    "person.stopped": Words("{who} said: never write to them again", "ban", "bad"),
    "person.allowed": Words("{who} allowed letters to them again: {why}", "check", "good"),
    "note.added": Words("{who} wrote a note", "note", "info"),
    "contact.added": Words("{who} added a way to reach them: {what}", "mail"),
    "contact.taken_back": Words(
        "{who} took back the list that had added a way to reach them: {what}", "arrow-back-up", "warn"
    ),
    "contact.adopted": Words("{who} found whose address it is", "mail"),
    "contact.changed": Words("{who} corrected a way to reach them: {fields}", "mail"),
    "relationship.set": Words("{who} sees the relationship as: {to}", "users", "info"),
    "relationship.cleared": Words("{who} lets the relationship follow from what happened", "arrow-back-up"),
    # consent
    "consent.suppressed": Words("{who} put an {what} on the suppression list: {reason}", "ban", "warn"),
    "consent.lifted": Words("{who} took an {what} off the suppression list: {why}", "check", "good"),
    "consent.confirmed": Words("They said no themselves: {reason}", "ban", "warn"),
    "consent.imported": Words("{who} brought a suppression list: {lines}", "ban", "info"),
    "consent.import_undone": Words("{who} took a brought list off again: {removed}", "arrow-back-up", "warn"),
    "consent.exported": Words("{who} exported the suppression list", "download", "warn"),
    "contact.removed": Words("{who} removed a way to reach them", "mail", "warn"),
    # care
    "care.erased": Words("{who} erased a person", "x", "bad"),
    "care.erased_all": Words("Nothing of an erased person is left", "check", "good"),
    "people.exported": Words("{who} exported a list of people", "download", "warn"),
    "pitches.exported": Words("{who} exported a list of pitches", "download", "warn"),
    "links.exported": Words("{who} exported a list of links", "download", "warn"),
    "outbox.exported": Words("{who} exported the outbox", "download", "warn"),
    "reports.exported": Words("{who} exported a report", "download", "warn"),
    "prospects.exported": Words("{who} exported a list of prospects", "download", "warn"),
    "person.merged": Words("{who} made one of two that were the same person", "users", "info"),
    "person.unmerged": Words("{who} took a merge of two people back", "users"),
    "site.merged": Words("{who} made one of two that were the same site", "world", "info"),
    "site.unmerged": Words("{who} took a merge of two sites back", "world"),
    "duplicate.different": Words("{who} said that two that look alike are not the same", "users"),
    "duplicate.open": Words("{who} asked again whether two are the same", "users"),
    "person.let_go": Words("Nobody wrote to the person for so long that they were forgotten", "x"),
    "care.copied": Words("{who} made a copy of all that is held about them", "download", "warn"),
    # pitches
    "pitch.started": Words("{who} started a pitch: {type}", "send", "good"),
    "pitch.stage": Words("{who} moved it from {before} to {after}", "layout-kanban", "info"),
    "pitch.next": Words("{who} set the next action: {action}, {on}", "calendar-due"),
    "pitch.next_done": Words("{who} did what was next; now: {action}, {on}", "check", "good"),
    "pitch.next_snoozed": Words("{who} put the next action off to {on}: {action}", "clock"),
    "pitch.undone": Words("{who} took a move back: from {before} to {after}", "arrow-back-up"),
    "pitch.written": Words("{who} wrote to them; follow up on {on}", "send", "info"),
    "pitch.written_last": Words(
        "{who} wrote the last time; without an answer it closes on {on}", "send", "info"
    ),
    "pitch.by_hand": Words("The follow-up is left to a person", "pencil"),
    "pitch.answered": Words("They answered", "message-circle", "good"),
    "pitch.rests_on": Words("It could not come back, and rests until {on}", "moon"),
    "pitch.over_leave": Words("Whoever has it is away; the next action is due on {on}", "clock"),
    "pitch.owner": Words("{who} changed whose it is", "user"),
    "pitch.changed": Words("{who} changed the pitch: {fields}", "pencil"),
    "production.done": Words("{who} ticked a step of the production: {step}", "list-check", "good"),
    "production.reopened": Words("{who} opened a step of the production again: {step}", "arrow-back-up"),
    "production.added": Words("{who} added a step to the production", "plus"),
    "production.changed": Words("{who} changed a step of the production: {step}, {fields}", "pencil"),
    "production.put_off": Words("{who} put a step of the production off to {on}: {step}", "clock"),
    "production.removed": Words("{who} took a step out of the production: {step}", "x"),
    "production.dated": Words("{who} gave new days to {count} steps of the production", "calendar-due"),
    "production.facts": Words("{who} wrote down what belongs to the production: {fields}", "pencil"),
    "production.asked": Words("{who} wrote down contributors: {count}", "user-plus"),
    "production.contributor": Words("{who} noted how far a contributor is: {state}", "user", "info"),
    "production.dropped": Words("{who} took a contributor off the list", "x"),
    "production.linked": Words("A contributor’s link was seen", "link", "good"),
    "pitch.ground_asked": Words("{who} asked for a look at what the pitch rests on", "refresh"),
    "pitch.grounded": Words("A look confirmed what the pitch rests on", "check", "good"),
    "pitch.groundless": Words("A look found that the pitch has nothing to rest on", "alert-triangle", "warn"),
    "file.added": Words("{who} kept {part}, version {number}", "file-check", "info"),
    "file.sent": Words("{who} sent {part}, version {number}, on {on}", "send", "good"),
    "file.unsent": Words("{who} noted that {part}, version {number}, was not sent", "arrow-back-up"),
    "file.removed": Words("{who} took {part}, version {number}, away", "x", "warn"),
    "file.restored": Words("{who} put {part}, version {number}, back", "arrow-back-up"),
    "pitch.agreement": Words("{who} wrote down the agreement: {fields}", "list-check", "good"),
    "pitch.put_off": Words("They are away; follow up on {on}", "clock"),
    "pitch.bounced": Words("The address takes no mail; another one has to be found", "mail", "bad"),
    # mail that came in
    "mail.human": Words("They wrote", "message-circle", "good"),
    "mail.auto_reply": Words("An automatic answer came", "mail"),
    "mail.bounce": Words("A letter came back: {severity}", "alert-circle", "bad"),
    "mail.delayed": Words("A letter is delayed on its way", "clock", "warn"),
    "mail.delivered": Words("A letter was delivered", "check"),
    "mail.unsubscribe": Words("They want no more mail", "ban", "bad"),
    "mail.complaint": Words("They complained about a letter", "ban", "bad"),
    "mail.challenge": Words("Their mail program asks whether we are human", "shield-lock", "warn"),
    "mail.unparsed": Words("A mail came that cannot be read", "alert-triangle", "warn"),
    "mail.elsewhere": Words("A letter was sent from another program", "send", "info"),
    "mail.proposed": Words("A mail came that may be theirs", "mail", "warn"),
    "mail.placed": Words("{who} said whose a mail is", "mail", "good"),
    "mail.refused": Words("{who} said that a mail does not belong here", "mail", "warn"),
    "mail.corrected": Words("{who} said that a mail is {after}, not {before}", "arrow-back-up"),
    "mail.referred": Words("They named somebody else to write to", "user-plus", "info"),
    "mail.handled": Words("{who} settled a mail", "check"),
    "mail.whole_asked": Words("{who} had the whole of a large mail fetched", "download"),
    # letters
    "template.saved": Words("{who} saved version {number} of a template", "template"),
    "template.archived": Words("{who} put a template away", "template"),
    "template.restored": Words("{who} took a template back", "template"),
    "snippet.saved": Words("{who} saved a snippet", "template"),
    "snippet.removed": Words("{who} removed a snippet", "template"),
    "mailbox.added": Words("{who} added a mailbox", "mailbox", "good"),
    "mailbox.changed": Words("{who} changed a mailbox: {fields}", "mailbox"),
    "mailbox.state": Words("{who} set a mailbox to {after}", "mailbox", "info"),
    "mailbox.reading": Words("Reading of a mailbox: {after}", "mailbox", "info"),
    "mailbox.connected": Words("{who} connected a mailbox to its provider", "mailbox", "good"),
    "mailbox.disconnected": Words("{who} took a mailbox off its provider", "mailbox"),
    "mailbox.first": Words("{who} chose where they write from a mailbox first", "mailbox"),
    "mailbox.system": Words("{who} chose the mailbox of the system", "mailbox"),
    "letter.refused": Words("A letter was not queued: {rules}", "shield-lock", "warn"),
    "batch.started": Words("{who} began a batch of letters", "mail", "info"),
    "batch.queued": Words("{who} queued a batch of letters", "send", "info"),
    "letter.queued": Words("{who} queued a letter", "send", "info"),
    "letter.taken_back": Words("{who} took a letter back", "arrow-back-up"),
    "letter.put_off": Words("A letter was put off", "clock", "warn"),
    "letter.sent": Words("The letter left", "send", "good"),
    "letter.held": Words("A letter is held: {rule}", "shield-lock", "warn"),
    "letter.cancelled": Words("A letter was cancelled", "ban", "warn"),
    "letter.failed": Words("A letter could not be delivered", "alert-circle", "bad"),
    "letter.unknown": Words("A letter may have left; somebody has to look", "alert-triangle", "warn"),
    "letter.by_hand": Words("{who} wrote to them by {way}", "send", "good"),
    "letter.by_hand_undone": Words("{who} did not write to them by {way} after all", "arrow-back-up"),
    "letter.copied": Words("A copy of the letter was put into Sent", "mail", "info"),
    "letter.drafted": Words("Follow-up {number} is written, to be looked at and sent", "pencil"),
    "follow_up.stopped": Words("{who} stopped the follow-ups: {letters} letters cancelled", "ban", "warn"),
    "follow_up.allowed": Words("{who} allowed follow-ups again", "arrow-back-up"),
    "letter.again": Words("{who} sends a letter again", "send", "info"),
    # reminders
    "reminder.added": Words("{who} set a reminder for {on}", "bell"),
    "reminder.done": Words("{who} settled a reminder", "check", "good"),
    "reminder.dropped": Words("{who} dropped a reminder", "x"),
    "reminder.reopened": Words("{who} opened a reminder again", "arrow-back-up"),
    "reminder.given": Words("{who} gave a reminder to somebody else", "user"),
    "reminder.snoozed": Words("{who} put it off until {on}", "clock"),
    # links
    "link.placed": Words("{who} watches a link", "link", "good"),
    "link.taken_back": Words("{who} took a watched link back with its list", "arrow-back-up", "warn"),
    "link_list.check": Words("{who} has a list of links checked", "list-check", "info"),
    "link_list.watch": Words("{who} has the links of a list watched", "list-check", "good"),
    "link_list.cancelled": Words("{who} stopped the work on a list of links", "ban", "warn"),
    "link_list.undone": Words("{who} took a watched list of links back", "arrow-back-up", "warn"),
    "link.changed": Words("{who} changed what is expected of a link", "link"),
    "link.asked": Words("{who} asked for a look at a link", "refresh"),
    "link.seen": Words("{who} looked at the page: {presence}", "eye", "info"),
    "link.state": Words("The link went from {before} to {after}", "link", "info"),
    "publication.found": Words("A page that links to us was found in the {via}", "sparkles", "good"),
    "publication.accepted": Words("{who} said that the page found is the one", "check", "good"),
    "publication.dismissed": Words("{who} said that the page found is another", "x"),
    "schedule.changed": Words("{who} changed how often links are looked at: {fields}", "calendar"),
    "alert.queued": Words("News of links was mailed to {subject}", "mail"),
    # the desk and the instance
    "digest.queued": Words("The digest of {subject} was queued", "mail"),
    "digest.kept": Words(
        "The digest of {subject} was kept: no mailbox sends the system's mail", "mail", "warn"
    ),
    "instance.restored": Words("The instance was restored from a backup", "history", "warn"),
}


_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class _Blanks(dict[str, str]):
    """What a sentence asks for and the line does not have reads as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def tell(kind: str, data: Mapping[str, Any], *, who: str = PRODUCT, subject: str = "") -> Told:
    """The line of `kind` in words. A kind that the table does not have is told by its own name."""
    words = SENTENCES.get(kind) or Words("{who}: " + kind.replace(".", ", ").replace("_", " "))
    said = _Blanks({key: _plain(value) for key, value in data.items()})
    said.update(who=who, subject=subject or "somebody")
    return Told(words.text.format_map(said), words.icon, words.tone)


def _plain(value: Any) -> str:
    """A code as one says it: `guest_post` is "guest post", a list is joined by commas, a day is "3 Dec 2026"."""
    if isinstance(value, (list, tuple)):
        return ", ".join(_plain(part) for part in value)
    return _day(value) if _DAY.fullmatch(str(value)) else str(value).replace("_", " ")


def _day(text: str) -> str:
    """A day of the data as one reads it; what is none stays as it is."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {day:%b %Y}"


def rooms() -> list[str]:
    """What the audit can be filtered by: the first words of all kinds, sorted."""
    return sorted({kind.partition(".")[0] for kind in SENTENCES})
