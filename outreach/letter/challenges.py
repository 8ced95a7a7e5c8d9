"""Challenge mails: a filter at their side asks the sender to prove that he is a person."""

import re

from outreach.kit.patterns import late
from outreach.letter.lines import cut_lines, flat
from outreach.letter.mail import Mail

SUBJECT = late(
    r"(?:please )?confirm (?:your|that your|the) (?:message|e-?mail|mail|delivery)|(?:sender|address|e-?mail) (?:verification|confirmation)|verif(?:y|ication) (?:required|your (?:message|e-?mail))|\(verification\)|challenge|your (?:message|e-?mail|mail).{0,40}(?:awaits|requires|needs|waiting|pending|held|quarantine).{0,40}(?:verif|confirm|approv|authori|captcha)?"
    r"|please (?:verify|authenticate)|spam ?(?:arrest|protection)|boxbe|human verification|are you (?:a )?human|whitelist|message (?:is )?pending|best\w{1,2}tigen sie ihre|confirmez votre (?:message|envoi)|confirme su (?:mensaje|correo)|action required.{0,40}(?:deliver|message)",
    re.IGNORECASE,
)
WORDS = late(
    r"(?:confirm|verify|prove|authenticate).{0,80}(?:you are (?:a )?(?:human|person|real)|not (?:a )?(?:spam|robot|bot|machine)|sender|yourself|your (?:message|e-?mail|mail|address|identity))|(?:click|follow|visit|use|reply|respond).{0,120}(?:to (?:have|get|let|release|ensure|deliver|confirm|verify|complete|allow|authorize|be added|prove)|deliver(?:ed|y)|verif|confirm|so (?:that )?(?:i|we) (?:can|may) (?:receive|get|read))"
    r"|(?:approved|allowed|authori[sz]ed|white ?list(?:ed)?|safe|guest) (?:senders?|list)|(?:best\w{1,2}tig|klicken).{0,120}(?:zugestellt|absender|mensch|kein spam)|(?:confirm|cliqu).{0,120}(?:exp\w{1,2}diteur|humain|livr|remis)|(?:confirm|clic).{0,120}(?:remitente|humano|entreg)|(?:conferm|clic).{0,120}(?:mittente|umano|consegn)"
)
HELD = late(
    r"(?:message|e-?mail|mail|it).{0,80}(?:held|on hold|queue|quarantin|not (?:yet )?(?:been )?(?:be )?deliver|waiting|pending|blocked|stopped|until)|(?:first time|don't recogni[sz]e|do not recogni[sz]e|not recogni[sz]ed|unknown sender|protect|spam|unsolicited|junk)|wait-?list|zur\w{1,2}ckgehalten|noch nicht zugestellt|en attente|retenid|trattenut"
)
SENDERS = late(
    r"(?:approved|allowed|authori[sz]ed|white ?list(?:ed)?|guest|contact) (?:senders?(?: list)?|list)|add(?:ed)? (?:yourself )?to my (?:list|white ?list|guest|contacts)|address .{0,80}(?:not|never) (?:yet )?been (?:verified|confirmed)"
)
LINK = late(
    r"https?://|mailto:|reply to this|respond to this|hit reply|antworten sie|r\w{1,2}pond|respond|rispond|captcha|\Wreply\W feature|(?:button|feature) (?:to )?reply|click here|link below|use the link|to the following address"
)


def challenge_of(mail: Mail, *, is_automatic: bool = False) -> str:
    """Why this is a challenge, in words; empty when it is none. Its subject says so, or a machine wrote of a list of senders.

    Most challenges bear the headers of an automatic answer too (RFC 3834), so they are looked for first.
    """
    if mail.get("x-boxbe-notice-type") or mail.get("x-spamarrest-challenge") or mail.get("x-tmda-confirm"):
        return "a challenge system's header"
    text = flat("\n".join(line for line in cut_lines(mail.text, 60) if not line.startswith(">")))[:4_000]
    if not WORDS.search(text) or not HELD.search(text) or not LINK.search(text):
        return ""
    is_said = SUBJECT.search(mail.get("subject")[:300]) or (is_automatic and SENDERS.search(text))
    return "asks the sender to prove that he is a person" if is_said else ""
