"""The words of the send gate: its rules, what each may do, all that it looks at, and what it finds. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from outreach.accounts.rules import ClaimLevel
from outreach.mail.rules import Channel, LetterKind


class Rule(StrEnum):
    """Why a letter does not leave, or should be looked at once more. Stored with the letter."""

    SUPPRESSED = "suppressed"
    INVALID_ADDRESS = "invalid_address"
    MISSING_FIELD = "missing_field"
    BRACKETS = "brackets"
    HEADER_INJECTION = "header_injection"
    GLOBAL_STOP = "global_stop"
    ALLOW_LIST = "allow_list"
    DRY_RUN = "dry_run"
    DO_NOT_CONTACT = "do_not_contact"
    NO_PITCHES = "no_pitches"
    INDIVIDUAL = "individual"
    FAKE_REPLY = "fake_reply"
    PERSONAL_LINE = "personal_line"
    COOL_DOWN = "cool_down"
    OTHER_PITCH = "other_pitch"
    CLAIMED = "claimed"
    DEAD_LINK = "dead_link"
    LOSS = "loss"
    PITCH_CLOSED = "pitch_closed"
    ANSWERED = "answered"
    STOPPED = "stopped"
    POSTAL_ADDRESS = "postal_address"
    IDENTITY = "identity"
    OPT_OUT = "opt_out"
    LIST_UNSUBSCRIBE = "list_unsubscribe"
    ROLE_ADDRESS = "role_address"
    HOME_PAGE = "home_page"
    MANY_LINKS = "many_links"
    ATTACHMENT = "attachment"
    EXACT_ANCHOR = "exact_anchor"
    SUBSCRIBER = "subscriber"
    CLIPPED = "clipped"


class Effect(StrEnum):
    """What a finding does. `ask` and `warn` give way to a reason that a person writes; the others never do."""

    HOLD = "hold"
    CANCEL = "cancel"
    ASK = "ask"
    WARN = "warn"


@dataclass(frozen=True)
class Facts:
    """All that the gate looks at. Moments are aware; an empty text means that there is nothing.

    `overruled` holds the reasons a person gave, by rule. `answered_at` is the newest mail of theirs,
    `suppressed_at` the moment of their no. `html_text` are the words of the HTML part, with the addresses it leads to. `unsubscribe` is what must stand in the text so that they can say no.
    """

    kind: LetterKind
    now: datetime
    channel: Channel = Channel.MAIL
    to_address: str = ""
    subject: str = ""
    text: str = ""
    html_bytes: int = 0
    html_text: str = ""
    address_problem: str = ""
    missing: tuple[str, ...] = ()
    header_problem: str = ""
    suppressed: str = ""
    suppressed_at: datetime | None = None
    is_mail_stopped: bool = False
    is_dry_run: bool = False
    allow_list: tuple[str, ...] = ()
    is_do_not_contact: bool = False
    is_no_pitch: bool = False
    subscriber: str = "corporate"
    personal_line: str = ""
    personal_url: str = ""
    last_same_at: datetime | None = None
    last_other_at: datetime | None = None
    cooldown_same: timedelta = timedelta(days=30)
    cooldown_other: timedelta = timedelta(days=100)
    has_other_pitch_here: bool = False
    has_other_pitch_elsewhere: bool = False
    claimed_by: str = ""
    claim_level: ClaimLevel = ClaimLevel.MEDIUM
    needs_dead_link: bool = False
    needs_loss: bool = False
    is_ground_ok: bool = False
    ground_checked_at: datetime | None = None
    is_pitch_open: bool = True
    goes_on: bool = False
    answered_at: datetime | None = None
    follow_ups_stopped_at: datetime | None = None
    written_at: datetime | None = None
    needs_postal_address: bool = True
    postal_address: str = ""
    legal_name: str = ""
    unsubscribe: str = ""
    has_list_unsubscribe: bool = False
    is_role_address: bool = False
    has_attachment: bool = False
    exact_anchor: str = ""
    overruled: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """What a rule has to say about a letter, in words for its writer."""

    rule: Rule
    effect: Effect
    words: str

    @property
    def hard(self) -> bool:
        """No reason lifts it."""
        return self.effect in (Effect.HOLD, Effect.CANCEL)
