"""Bounces, delays and receipts of our own writing, in the forms of the servers that send them.

Our letter `<letter-1@roses.example>` went from ana@roses.example to bo@garden.example.
"""

from typing import NamedTuple

ORIGINAL = """Received: from roses.example (roses.example [192.0.2.1])
\tby mx.garden.example; Mon, 4 May 2026 09:00:00 +0200
Message-ID: <letter-1@roses.example>
From: Ana <ana@roses.example>
To: Bo <bo@garden.example>
Subject: A page of yours about roses
Date: Mon, 4 May 2026 09:00:00 +0200

Hello Bo, I read your page about roses.
"""


class Report(NamedTuple):
    name: str
    raw: str
    kind: str
    severity: str | None
    status: str = ""
    address: str = "bo@garden.example"
    names_original: bool = True


def _head(sender: str, subject: str, *more: str) -> str:
    lines = [
        f"From: {sender}",
        "To: ana@roses.example",
        f"Subject: {subject}",
        "Date: Mon, 4 May 2026 09:05:00 +0200",
        "Message-ID: <report-1@mx.example>",
        *more,
    ]
    return "\n".join(lines) + "\n"


def _dsn(sender: str, subject: str, words: str, fields: str, *more: str) -> str:
    """A proper multipart/report with the returned mail's headers."""
    head = _head(
        sender,
        subject,
        *more,
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"',
    )
    return f"{head}\n--b1\nContent-Type: text/plain; charset=utf-8\n\n{words}\n\n--b1\nContent-Type: message/delivery-status\n\n{fields}\n\n--b1\nContent-Type: message/rfc822\n\n{ORIGINAL}\n--b1--\n"


def postfix(
    said: str,
    status: str,
    action: str = "failed",
    subject: str = "Undelivered Mail Returned to Sender",
    phase: str = "RCPT TO",
) -> str:
    words = f"This is the mail system at host mx.roses.example.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients. It's attached below.\n\n<bo@garden.example>: host mx.garden.example[192.0.2.9] said: {said} (in reply\n    to {phase} command)"
    fields = f"Reporting-MTA: dns; mx.roses.example\nArrival-Date: Mon,  4 May 2026 09:00:00 +0200 (CEST)\n\nFinal-Recipient: rfc822; bo@garden.example\nOriginal-Recipient: rfc822;bo@garden.example\nAction: {action}\nStatus: {status}\nRemote-MTA: dns; mx.garden.example\nDiagnostic-Code: smtp; {said}"
    return _dsn(
        "MAILER-DAEMON@mx.roses.example (Mail Delivery System)",
        subject,
        words,
        fields,
        "Return-Path: <>",
        "Auto-Submitted: auto-replied",
    )


def exim(said: str, *more: str) -> str:
    head = _head(
        "Mail Delivery System <Mailer-Daemon@mx.roses.example>",
        "Mail delivery failed: returning message to sender",
        "Return-Path: <>",
        "Auto-Submitted: auto-replied",
        *more,
    )
    return f"{head}\nThis message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  bo@garden.example\n    {said}\n\n------ This is a copy of the message, including all the headers. ------\n\n{ORIGINAL}"


def exchange(why: str, remote: str, status: str) -> str:
    words = f"Delivery has failed to these recipients or groups:\n\nBo (bo@garden.example)\n{why}\n\nDiagnostic information for administrators:\n\nGenerating server: AM0.eurprd01.prod.example\n\nbo@garden.example\nRemote Server returned '{remote}'"
    fields = f"Reporting-MTA: dns;AM0.eurprd01.prod.example\n\nFinal-Recipient: rfc822;bo@garden.example\nAction: failed\nStatus: {status}\nDiagnostic-Code: smtp;{remote}"
    return _dsn(
        "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@roses.example>",
        "Undeliverable: A page of yours about roses",
        words,
        fields,
        "Return-Path: <>",
        "X-MS-Exchange-Message-Is-Ndr:",
        "In-Reply-To: <letter-1@roses.example>",
    )


def gmail(
    title: str, words: str, fields: str, subject: str = "Delivery Status Notification (Failure)"
) -> str:
    return _dsn(
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        subject,
        f"** {title} **\n\n{words}",
        f"Reporting-MTA: dns; googlemail.com\n\nFinal-Recipient: rfc822; bo@garden.example\n{fields}",
        "Auto-Submitted: auto-replied",
        "X-Failed-Recipients: bo@garden.example",
        "In-Reply-To: <letter-1@roses.example>",
    )


def qmail(said: str, sender: str = "MAILER-DAEMON@mx.roses.example") -> str:
    head = _head(sender, "failure notice", "Return-Path: <>")
    return f"{head}\nHi. This is the qmail-send program at mx.roses.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<bo@garden.example>:\n{said}\n\n--- Below this line is a copy of the message.\n\n{ORIGINAL}"


def sendmail(reason: str, session: str, status: str, said: str) -> str:
    words = f"The original message was received at Mon, 4 May 2026 09:00:00 +0200\nfrom localhost [127.0.0.1]\n\n   ----- The following addresses had permanent fatal errors -----\n<bo@garden.example>\n    (reason: {reason})\n\n   ----- Transcript of session follows -----\n{session}"
    fields = f"Reporting-MTA: dns; mx.roses.example\n\nFinal-Recipient: RFC822; bo@garden.example\nAction: failed\nStatus: {status}\nDiagnostic-Code: SMTP; {said}"
    return _dsn(
        "Mail Delivery Subsystem <MAILER-DAEMON@mx.roses.example>",
        "Returned mail: see transcript for details",
        words,
        fields,
        "Return-Path: <MAILER-DAEMON@mx.roses.example>",
        "Auto-Submitted: auto-generated (failure)",
    )


def plain(sender: str, subject: str, body: str, *more: str) -> str:
    return _head(sender, subject, *more) + "\n" + body


REPORTS = [
    Report(
        "postfix user unknown",
        postfix(
            "550 5.1.1 <bo@garden.example>: Recipient address rejected: User unknown in local recipient table",
            "5.1.1",
        ),
        "bounce",
        "hard",
        "5.1.1",
    ),
    Report(
        "postfix mailbox full",
        postfix("552 5.2.2 <bo@garden.example>: Mailbox is over quota", "5.2.2"),
        "bounce",
        "soft",
        "5.2.2",
    ),
    Report(
        "postfix blocked list",
        postfix(
            "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using bl.lists.example", "5.7.1"
        ),
        "bounce",
        "block",
        "5.7.1",
    ),
    Report(
        "postfix greylisted too long",
        postfix(
            "450 4.2.0 <bo@garden.example>: Recipient address rejected: Greylisted, see http://postgrey.example",
            "4.2.0",
        ),
        "bounce",
        "soft",
        "4.2.0",
    ),
    Report(
        "postfix sender refused",
        postfix(
            "553 5.1.8 <ana@roses.example>: Sender address rejected: Domain not found",
            "5.1.8",
            phase="MAIL FROM",
        ),
        "bounce",
        "block",
        "5.1.8",
    ),
    Report(
        "postfix no such host",
        postfix(
            "Host or domain name not found. Name service error for name=garden.example type=AAAA: Host not found",
            "5.4.4",
        ),
        "bounce",
        "hard",
        "5.4.4",
    ),
    Report(
        "postfix timed out",
        postfix("connect to mx.garden.example[192.0.2.9]:25: Connection timed out", "4.4.1"),
        "bounce",
        "soft",
        "4.4.1",
    ),
    Report(
        "postfix too big",
        postfix("552 5.3.4 Message size exceeds fixed limit", "5.3.4"),
        "bounce",
        "soft",
        "5.3.4",
    ),
    Report(
        "postfix spam after data",
        postfix("550 5.7.1 Message rejected as spam by Content Filtering.", "5.7.1", phase="end of DATA"),
        "bounce",
        "block",
        "5.7.1",
    ),
    Report(
        "postfix unknown after data",
        postfix("550 Unknown user bo@garden.example", "5.0.0", phase="end of DATA"),
        "bounce",
        "soft",
        "5.0.0",
    ),
    Report(
        "postfix null mx",
        postfix("Domain garden.example does not accept mail (nullMX)", "5.1.10"),
        "bounce",
        "hard",
        "5.1.10",
    ),
    Report(
        "postfix delayed",
        postfix("451 4.3.0 try later", "4.3.0", "delayed", "Delayed Mail (still being retried)"),
        "delayed",
        None,
        "4.3.0",
    ),
    Report(
        "postfix delivered",
        postfix("250 2.0.0 Ok: queued", "2.0.0", "relayed", "Successful Mail Delivery Report"),
        "delivered",
        None,
        "2.0.0",
    ),
    Report(
        "exim unknown",
        exim(
            "SMTP error from remote mail server after RCPT TO:<bo@garden.example>:\n    550 No such user here",
            "X-Failed-Recipients: bo@garden.example",
        ),
        "bounce",
        "hard",
    ),
    Report("exim unrouteable", exim("Unrouteable address"), "bounce", "hard"),
    Report("exim retry timeout", exim("retry timeout exceeded"), "bounce", "soft"),
    Report(
        "exim reverse dns",
        exim(
            "host mx.garden.example [192.0.2.9]\n    SMTP error from remote mail server after MAIL FROM:<ana@roses.example>:\n    550 5.7.25 The IP address sending this message does not have a PTR record setup"
        ),
        "bounce",
        "block",
        "5.7.25",
    ),
    Report("exim full", exim("mailbox is full: retry timeout exceeded"), "bounce", "soft"),
    Report(
        "exchange unknown",
        exchange(
            "The email address you entered couldn't be found. Please check the recipient's email address and try to resend the message.",
            "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
            "5.1.10",
        ),
        "bounce",
        "hard",
        "5.1.10",
    ),
    Report(
        "exchange access denied",
        exchange(
            "Your message wasn't delivered.",
            "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
            "5.4.1",
        ),
        "bounce",
        "hard",
        "5.4.1",
    ),
    Report(
        "exchange quota",
        exchange(
            "The recipient's mailbox is full and can't accept messages now.",
            "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException",
            "5.2.2",
        ),
        "bounce",
        "soft",
        "5.2.2",
    ),
    Report(
        "exchange restricted",
        exchange(
            "The group only accepts messages from people in its organization.",
            "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required",
            "5.7.133",
        ),
        "bounce",
        "block",
        "5.7.133",
    ),
    Report(
        "exchange loop",
        exchange(
            "The message may be caught in a mail loop.",
            "554 5.4.14 Hop count exceeded - possible mail loop",
            "5.4.14",
        ),
        "bounce",
        "soft",
        "5.4.14",
    ),
    Report(
        "gmail not found",
        gmail(
            "Address not found",
            "Your message wasn't delivered to bo@garden.example because the address couldn't be found, or is unable to receive mail.",
            "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try\n 550-5.1.1 double-checking the recipient's email address for typos.",
        ),
        "bounce",
        "hard",
        "5.1.1",
    ),
    Report(
        "gmail nxdomain",
        gmail(
            "Address not found",
            "Your message wasn't delivered to bo@garden.example because the domain garden.example couldn't be found.",
            "Action: failed\nStatus: 4.0.0\nDiagnostic-Code: smtp; DNS Error: DNS type 'mx' lookup of garden.example responded with code NXDOMAIN",
        ),
        "bounce",
        "hard",
        "4.0.0",
    ),
    Report(
        "gmail inbox full",
        gmail(
            "Recipient inbox full",
            "Your message couldn't be delivered to bo@garden.example. Their inbox is full, or it's getting too much mail right now.",
            "Action: failed\nStatus: 4.2.2\nDiagnostic-Code: smtp; 452-4.2.2 The recipient's inbox is out of storage space.",
        ),
        "bounce",
        "soft",
        "4.2.2",
    ),
    Report(
        "gmail blocked",
        gmail(
            "Message blocked",
            "Your message to bo@garden.example has been blocked.",
            "Action: failed\nStatus: 5.7.26\nDiagnostic-Code: smtp; 550-5.7.26 Unauthenticated email from roses.example is not accepted due to domain's DMARC policy.",
        ),
        "bounce",
        "block",
        "5.7.26",
    ),
    Report(
        "gmail rate",
        gmail(
            "Message not delivered",
            "There was a problem delivering your message.",
            "Action: failed\nStatus: 5.7.28\nDiagnostic-Code: smtp; 550-5.7.28 There is an unusual rate of unsolicited mail originating from your IP address.",
        ),
        "bounce",
        "block",
        "5.7.28",
    ),
    Report(
        "gmail delay",
        gmail(
            "Delivery incomplete",
            "There was a temporary problem delivering your message to bo@garden.example. Gmail will retry for 47 more hours.",
            "Action: delayed\nStatus: 4.4.1",
            "Delivery Status Notification (Delay)",
        ),
        "delayed",
        None,
        "4.4.1",
    ),
    Report(
        "qmail no mailbox", qmail("Sorry, no mailbox here by that name. (#5.1.1)"), "bounce", "hard", "5.1.1"
    ),
    Report(
        "qmail no host",
        qmail("Sorry, I couldn't find any host named garden.example. (#5.1.2)"),
        "bounce",
        "hard",
        "5.1.2",
    ),
    Report(
        "qmail gave up",
        qmail(
            "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)\nI'm not going to try again; this message has been in the queue too long."
        ),
        "bounce",
        "soft",
        "4.4.1",
    ),
    Report("qmail quota", qmail("user is over quota"), "bounce", "soft"),
    Report(
        "qmail name refused",
        qmail(
            "Connected to 192.0.2.9 but my name was rejected.\nRemote host said: 501 5.0.0 Invalid domain name"
        ),
        "bounce",
        "block",
        "5.0.0",
    ),
    Report(
        "sendmail unknown",
        sendmail(
            "550 5.1.1 <bo@garden.example>... User unknown",
            "... while talking to mx.garden.example.:\n>>> RCPT To:<bo@garden.example>\n<<< 550 5.1.1 <bo@garden.example>... User unknown\n550 5.1.1 <bo@garden.example>... User unknown",
            "5.1.1",
            "550 5.1.1 <bo@garden.example>... User unknown",
        ),
        "bounce",
        "hard",
        "5.1.1",
    ),
    Report(
        "sendmail host unknown",
        sendmail(
            "550 Host unknown",
            "550 5.1.2 <bo@garden.example>... Host unknown (Name server: garden.example: host not found)",
            "5.1.2",
            "550 Host unknown",
        ),
        "bounce",
        "hard",
        "5.1.2",
    ),
    Report(
        "sendmail listed, called unknown by its own last line",
        sendmail(
            "553 http://bl.lists.example/query?ip=192.0.2.1 blocked",
            ">>> RCPT To:<bo@garden.example>\n<<< 553 http://bl.lists.example/query?ip=192.0.2.1 blocked\n550 5.1.1 <bo@garden.example>... User unknown",
            "5.1.3",
            "553 http://bl.lists.example/query?ip=192.0.2.1 blocked",
        ),
        "bounce",
        "block",
        "5.1.3",
    ),
    Report(
        "sendmail deleted account",
        sendmail(
            "550 5.2.1 account deleted",
            ">>> RCPT To:<bo@garden.example>\n<<< 550 5.2.1 This account has been deleted",
            "5.2.1",
            "550 5.2.1 This account has been deleted",
        ),
        "bounce",
        "hard",
        "5.2.1",
    ),
    Report(
        "sendmail disabled account",
        sendmail(
            "550 5.2.1 account disabled",
            ">>> RCPT To:<bo@garden.example>\n<<< 550 5.2.1 The account is disabled",
            "5.2.1",
            "550 5.2.1 The account is disabled",
        ),
        "bounce",
        "soft",
        "5.2.1",
    ),
    Report(
        "french provider",
        plain(
            "Postmaster <postmaster@jardin.example>",
            "Echec de la remise",
            "Votre message n'a pas pu être remis à :\n<bo@garden.example> : utilisateur inconnu, cette adresse n'existe pas.\n\n--- message d'origine ---\n"
            + ORIGINAL,
            "Content-Type: text/plain; charset=utf-8",
        ),
        "bounce",
        "hard",
    ),
    Report(
        "german provider",
        plain(
            "Mail Delivery System <mailer-daemon@garten.example>",
            "Unzustellbar: Ihre Nachricht",
            "Ihre Nachricht konnte nicht zugestellt werden:\n\nbo@garden.example: Postfach ist voll\n\n"
            + ORIGINAL,
            "Content-Type: text/plain; charset=utf-8",
        ),
        "bounce",
        "soft",
    ),
    Report(
        "null sender only",
        plain(
            "<>",
            "Mail failure",
            "Unable to deliver message to <bo@garden.example>: unknown user\n\n" + ORIGINAL,
        ),
        "bounce",
        "hard",
    ),
    Report(
        "warning in words",
        plain(
            "MAILER-DAEMON@mx.roses.example",
            "Warning: could not send message for past 4 hours",
            "    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY      **\n    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n    **********************************************\n\nYour message to bo@garden.example has not yet been delivered. Will keep trying until message is 5 days old\n\n"
            + ORIGINAL,
        ),
        "delayed",
        None,
    ),
]
