"""Mails of about 1 MB made to hang, to crash or to fill a reader. Each is named for its idea."""

MB = 1_000_000
HEAD = b"From: a@b.example\nSubject: x\nDate: Mon, 04 May 2026 09:00:00 +0200\n"
PLAIN = HEAD + b"Content-Type: text/plain\n\n"
DAEMON = b"From: MAILER-DAEMON@b.example\nSubject: Undelivered Mail Returned to Sender\nReturn-Path: <>\n\n"


def _nested(count: int) -> bytes:
    """Multiparts in multiparts, each with a boundary of its own, then many short lines."""
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(count)
    )
    return HEAD + opened + b"Content-Type: text/plain\n\n" + b"a\n" * (MB // 2)


def _many_parts() -> bytes:
    part = b"--b\nContent-Type: text/plain\n\nx\n"
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + part * (MB // len(part)) + b"--b--\n"


def _html(body: bytes) -> bytes:
    return HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + body


def _status(body: bytes) -> bytes:
    return (
        HEAD
        + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
        + body
        + b"\n--b--\n"
    )


HOSTILE: dict[str, bytes] = {
    "dashes": PLAIN + b"-" * MB,
    "dashes in lines": PLAIN + (b"-" * 70 + b"\n") * (MB // 71),
    "dashes from a daemon": DAEMON + b"-" * MB,
    "blanks": PLAIN + b" " * MB,
    "blanks from a daemon": DAEMON + (b" " * 900 + b"x\n") * (MB // 902),
    "quote marks": PLAIN + b">" * MB,
    "quote marks in lines": PLAIN + b"> > > > \n" * (MB // 9),
    "empty lines": PLAIN + b"\n" * MB,
    "short lines": PLAIN + b"a\n" * (MB // 2),
    "angle brackets": PLAIN + b"<" * MB,
    "at signs": PLAIN + b"a@" * (MB // 2),
    "addresses": DAEMON + b"a@b.c " * (MB // 6),
    "addresses in lines": DAEMON + b"<a@b.example>: x\n" * (MB // 17),
    "dots": PLAIN + b"5.1.1." * (MB // 6),
    "numbers": DAEMON + b"550 " * (MB // 4),
    "user words": DAEMON + b"user address account " * (MB // 21),
    "user words in lines": DAEMON + (b"user " * 180 + b"\n") * (MB // 901),
    "almost unknown": DAEMON + b"550 user is not unknow\n" * (MB // 23),
    "attributions": PLAIN + b"On 4.5.2026 10:00 a@b.example wrote\n" * (MB // 36),
    "attribution stumps": PLAIN + b"On 4 May 2026 " * (MB // 14),
    "from lines": PLAIN + b"From: a\n" * (MB // 8),
    "header lines": PLAIN + b"From: a\nTo: b\nSubject: c\n" * (MB // 25),
    "months": HEAD + b"Auto-Submitted: auto-replied\n\n" + b"may 3 until " * (MB // 12),
    "dates": HEAD + b"Auto-Submitted: auto-replied\n\n" + b"1/2/2026 - " * (MB // 11),
    "one long header": HEAD + b"X-Long: " + b"a" * MB + b"\n\nhello",
    "one long subject": b"From: a@b.example\nSubject: " + b"re: " * (MB // 4) + b"\n\nhello",
    "one long From": b"From: " + b"<" * MB + b"\n\nhello",
    "one long References": HEAD + b"References: " + b"<a@b> " * (MB // 6) + b"\n\nhello",
    "folded headers": HEAD + b"X-Long: a\n" + b" b\n" * (MB // 3) + b"\nhello",
    "many headers": HEAD + b"X-A: b\n" * (MB // 7) + b"\nhello",
    "encoded words": b"From: a@b.example\nSubject: " + b"=?utf-8?q?a?= " * (MB // 14) + b"\n\nhello",
    "half encoded words": b"From: a@b.example\nSubject: " + b"=?utf-8?q?" * (MB // 10) + b"\n\nhello",
    "punycode": HEAD + b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" * (MB // 2),
    "unknown charset": HEAD + b"Content-Type: text/plain; charset=x-klingon\n\n" + b"\xff\xfe" * (MB // 2),
    "broken base64": HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"====A" * (MB // 5),
    "broken quoted-printable": HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=" * MB,
    "nested multiparts": _nested(300),
    "deeply nested multiparts": _nested(5_000),
    "many parts": _many_parts(),
    "boundary of one sign": HEAD + b'Content-Type: multipart/mixed; boundary="-"\n\n' + b"---\n" * (MB // 4),
    "nested messages": HEAD + b"Content-Type: message/rfc822\n\n" * 1_500 + b"\nhello",
    "many nested messages": HEAD + b"Content-Type: message/rfc822\n\n" * (MB // 31),
    "parameters": HEAD + b"Content-Type: text/plain" + b"; a=b" * (MB // 5) + b"\n\nhello",
    "nested divs": _html(b"<div>" * (MB // 5)),
    "open tags": _html(b"<a " * (MB // 3)),
    "open comments": _html(b"<!--" * (MB // 4)),
    "entities": _html(b"&#60;" * (MB // 5)),
    "blockquotes": _html(b"<blockquote>x" * (MB // 13)),
    "breaks": _html(b"<br>" * (MB // 4)),
    "scripts": _html(b"<script>" * (MB // 8)),
    "status blocks": _status(
        b"Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n" * (MB // 75)
    ),
    "status without blanks": _status(b"Final-Recipient: rfc822; a@b.example\nAction: failed\n" * (MB // 55)),
    "long diagnostic": _status(
        b"Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; "
        + b"user " * (MB // 5)
    ),
    "json": HEAD + b"\n" + b'{"notificationType":' + b"[" * MB,
    "NUL": PLAIN + b"\x00" * MB,
    "binary": bytes(range(256)) * (MB // 256),
    "only a newline": b"\n",
    "nothing": b"",
    "carriage returns": b"From: a@b.example\r\rhello" + b"\r" * MB,
    "bad date": b"From: a@b.example\nDate: " + b"9" * MB + b"\nAuto-Submitted: auto-replied\n\nuntil 4 May",
    "feedback": HEAD + b"\n" + b"Feedback-Type: abuse\n" * (MB // 21),
    "underscores": PLAIN + b"_" * MB,
    "stars and names": PLAIN + b"*a:* " * (MB // 5),
    "japanese": PLAIN + "自動".encode() * (MB // 6),
    "surrogates": PLAIN + b"\xed\xa0\x80" * (MB // 3),
}
