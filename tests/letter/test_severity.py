"""What mail servers say, and whether it is about the address, about today or about us."""

import pytest

from outreach.letter.severity import Severity, phase, weigh

HARD = """
550 5.1.1 The email account that you tried to reach does not exist
550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)
550 #5.1.0 Address rejected.
554 delivery error: dd Requested mail action aborted, mailbox not found - mta4.mail
511 sorry, no mailbox here by that name (#5.1.1 - chkuser)
550 5.1.1 unknown or illegal alias: bo@garden.example
550 5.1.1 No such user - psmtp
550 Invalid recipient bo@garden.example (#5.1.1)
550 MAILBOX NOT FOUND
550 bo@garden.example... User not local
550 5.1.1 <x@y.example>: Email address could not be found, or was misspelled (G8)
550 Recipient unknown
550 5.1.1 Mailbox does not exist!
550 No such recipient here
550 unknown user account
554 5.5.1 Error: no valid recipients
550 Address unknown
550 5.1.1 recipient does not exist here
550 5.4.310 DNS domain garden.example does not exist
5.1.1 smtp;550 5.1.1 RESOLVER.ADR.RecipNotFound; not found
550 Benutzer unbekannt
550 Utilisateur inconnu
550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR204_418 [418]
553 5.3.0 <x@y.example>... No such user here
550 5.1.6 recipient no longer on server: bo@garden.example
550 This user doesn't have a garden.example account
550 The user you are trying to contact does not exist here
550 5.1.1 That user does not exist in our system
551 5.1.6 Recipient has moved; please try bo@other.example
550 no such address here
550 unrouteable address
550 5.1.1 bo@garden.example: user is terminated
550 Unable to find bo@garden.example
550 5.1.2 <bo@garden.example>... Host unknown
550 mail for garden.example has no valid MX
Domain name garden.example not found
DNS Error: 7634 DNS type 'mx' lookup of garden.example responded with code NXDOMAIN
unrouteable mail domain "garden.example"
all relevant MX records point to non-existent hosts
550 5.1.1 El usuario no existe
550 5.1.1 Destinatario sconosciuto
550 not a valid mailbox
550 No mailbox found
550 Not a known user
550 5.1.1 mailbox invalid
550 5.1.1 is not a valid mailbox
550 5.1.1 address does not exist
550 account does not exist
550 bo does not exist
550 Unknown Recipient
550 Unknown local part bo in <bo@garden.example>
User bo (bo@garden.example) not listed in Domino Directory
User's Domino Directory entry not found; 550 no such user
550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the recipient's email address
550 RCPT TO:<bo@garden.example> User unknown
Recipient name is not recognized
The recipient name is not recognized
The e-mail address you entered couldn't be found
550 5.7.1 <bo@garden.example>: Recipient address rejected: Access denied
550 5.4.1 [bo@garden.example]: Recipient address rejected: Access denied
The e-mail account does not exist at the organization this message was sent to
550 Recipient Rejected: No account by that name here
556 5.1.10 <bo@garden.example>: Recipient address rejected: Domain garden.example does not accept mail (nullMX)
an MX or SRV record indicated no SMTP service
550 Account closed, user has left the company
Reason: the message could not be delivered because the domain name (garden.example) does not appear to be registered.
550 Nie ma takiego konta
550 Bu kullanici bulunamadi
550 Cuenta de correo inexistente
<bo@garden.example>: usuário não encontrado
<bo@garden.example>: такого пользователя нет
メールアドレスが見つかりません
"""

SOFT = """
552 5.2.2 This message is larger than the current system limit or the recipient's mailbox is full.
452 4.2.2 The email account that you tried to reach is over quota
552 1 Requested mail action aborted, exceeded storage allocation
554 5.2.0 STOREDRV.Deliver.Exception:StoragePermanentException
421 4.7.0 Try again later, closing connection
451 4.3.2 Please try again later
4.4.7 message expired
554 5.4.7 [internal] delivery expired (message too old)
Operation timed out
retry timeout exceeded
550 5.2.1 The email account that you tried to reach is disabled
550 5.2.1 mailbox disabled, not accepting messages
550 User mailbox is inactive
550 account suspended
mail system configuration error
554 5.3.0 unable to write to mailbox: disk full
452 4.3.1 Insufficient system storage
452 4.1.1 requested action aborted: try again later
550 5.2.2 user quota exceeded
550 User bo has exceeded his/her disk space limit.
The recipient's mailbox is full
Le quota de la boite est depasse
554 5.4.6 Too many hops
mail loops back to myself
connect to garden.example: Connection refused
No route to host
lost connection with mx.garden.example while sending RCPT TO
554 5.3.4 message too big for system
552 Message size exceeds maximum permitted
450 4.1.1 <bo@garden.example>: Recipient address rejected: unverified address: connection timed out
450 4.2.0 Greylisted
451 4.7.1 Greylisting in action, please come back later
Das Postfach ist voll
Host or domain name not found. Name service error for name=garden.example type=MX: Host not found, try again
550 Mailbox quota exceeded / Mailbox voll
delivery temporarily suspended: connect to mx[1.2.3.4]:25: Connection timed out
550 5.5.0 Boite du destinataire archivee. Archived recipient. LPN007_418
"""

BLOCK = """
550 SC-001 (COL004) Unfortunately, messages from 1.2.3.4 weren't sent. Please contact your ISP since part of their network is on our block list
554 5.7.9 Message not accepted for policy reasons
550 5.7.1 [CS] Message blocked
550 5.7.606 Access denied, banned sending IP [1.2.3.4]
550 High probability of spam
550 5.7.1 Our system has detected that this message is likely unsolicited mail
554 Message rejected: PermanentBlock
554 rejected due to spam content
550 Administrative prohibition
550 5.7.1 Mail from 1.2.3.4 refused, see RBL
571 Message Refused
554 5.7.1 The message from (<x>) with the subject of (..) matches a profile the Internet community may consider spam
550 5.7.23 The message was rejected because of Sender Policy Framework violation
550-Verification failed for <ana@roses.example> 550-No Such User Here 550 Sender verify failed
550 5.7.1 Unable to relay for bo@garden.example
553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)
550 5.7.1 <bo@garden.example>: Recipient address rejected: Please see our openspf page
550 5.1.0 <ana@roses.example> sender rejected
550 5.1.8 Sender address rejected: Domain not found
450 4.1.8 <ana@roses.example>: Sender address rejected: Domain not found
550 Requested action not taken: mailbox unavailable invalid DNS MX or A/AAAA resource record
554 5.7.1 Client host rejected: cannot find your hostname, [1.2.3.4]
550 5.7.1 Message contains spam or virus or sender is blocked : bo@garden.example
554 Transaction failed: Your message has been rejected because of a virus
421 4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your IP address
550 5.7.26 This message does not pass authentication checks (SPF and DKIM both do not pass)
550 5.7.515 Access denied, sending domain roses.example does not meet the required authentication level
554 5.7.1 Rejected: 1.2.3.4 listed at zen.lists.example
550 Your message was rejected by our content filter
550 rejected because 1.2.3.4 is in a black list
554 The sender's domain does not exist
550 Sender domain roses.example does not exist
530 5.7.0 Must issue a STARTTLS command first
550 You are not allowed to send mail to bo@garden.example
554 5.7.1 You are not allowed to connect
550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup
550 5.7.1 RESOLVER.RST.AuthRequired; authentication required
550 5.4.1 All recipient addresses rejected : Access denied from your network by policy
550 5.7.25 The IP address sending this message does not have a PTR record setup
550-5.7.26 Your email has been blocked because the sender is unauthenticated
550 permanent failure for one or more recipients (bo@garden.example:blocked)
554 DT:SPM 163 mx10, please see http://help.example/help_spam_16.htm?ip=1.2.3.4
Domain roses.example has exceeded the max emails per hour (150/100 (150%)) allowed. Message discarded.
550 5.4.5 Daily user sending limit exceeded.
"""

SAID = [(Severity.HARD, HARD), (Severity.SOFT, SOFT), (Severity.BLOCK, BLOCK)]
LINES = [(severity, line) for severity, table in SAID for line in table.strip().split("\n")]


@pytest.mark.parametrize(("severity", "said"), LINES, ids=range(len(LINES)))
def test_a_server_is_understood(severity: Severity, said: str) -> None:
    assert weigh(said).severity is severity


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("550 no (in reply to RCPT TO command)", "rcpt"),
        ("550 no (in reply to end of DATA command)", "data"),
        ("host x: 550 no (in reply to MAIL FROM command)", "mail"),
        ("host x refused to talk to me: 554 no", "talk"),
        ("SMTP error from remote mail server after RCPT TO:<bo@garden.example>: 550", "rcpt"),
        (
            ">>> MAIL From:<ana@roses.example>\n<<< 250 ok\n>>> RCPT To:<bo@garden.example>\n<<< 550 no",
            "rcpt",
        ),
        ("550 no such user", ""),
    ],
)
def test_the_moment_of_the_refusal_is_known(text: str, where: str) -> None:
    assert phase(text) == where


def test_an_unknown_user_for_now_is_soft() -> None:
    assert weigh("450 4.2.1 user unknown, try later").severity is Severity.SOFT
    assert weigh("550 5.1.1 user unknown", where="data").severity is Severity.SOFT
    assert weigh("550 5.1.1 user unknown", where="mail").severity is Severity.BLOCK


@pytest.mark.parametrize(
    ("said", "where", "severity"),
    [
        ("552 5.3.4 Message size exceeds fixed limit", "mail", Severity.SOFT),
        ("421 4.7.0 Messages from 1.2.3.4 deferred due to unexpected volume or user complaints", "mail", Severity.BLOCK),
        ("450 4.7.1 Greylisted, please come back later", "talk", Severity.SOFT),
        ("550 Unknown user bo@garden.example", "data", Severity.SOFT),
        ("550 5.7.1 blocked, no such user", "data", Severity.BLOCK),
        ("550 invalid mailbox. Local mailbox bo@garden.example is unavailable: user not found", "data", Severity.HARD),
        ("554 This user doesn't have a garden.example account (bo@garden.example) [0]", "data", Severity.HARD),
        ("550 permanent failure (bo@garden.example:550 5.1.1 Recipient rejected: User unknown)", "data", Severity.HARD),
    ],
)  # fmt: skip
def test_the_moment_changes_what_words_mean(said: str, where: str, severity: Severity) -> None:
    assert weigh(said, where=where).severity is severity
