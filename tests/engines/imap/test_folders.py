"""Which folders are read, by what a server lists."""

from outreach.engines.imap.folders import Folder, Role, chosen


def test_folders_without_special_use_are_found_by_their_names() -> None:
    listed = [
        ((), b".", "INBOX"),
        ((), b".", "INBOX.Projekte.Gesendet"),
        ((), b".", "INBOX.Gesendete Elemente"),
        ((b"\\HasChildren",), b".", "INBOX.Spamverdacht"),
        ((b"\\Noselect",), b".", "Sent"),
    ]
    assert chosen(listed, is_gmail=False) == [
        Folder(Role.INBOX, "INBOX"),
        Folder(Role.SENT, "INBOX.Gesendete Elemente"),
        Folder(Role.JUNK, "INBOX.Spamverdacht"),
    ]


def test_on_gmail_all_mail_and_junk_are_read() -> None:
    listed = [
        ((b"\\HasNoChildren",), b"/", "INBOX"),
        ((b"\\HasChildren", b"\\Noselect"), b"/", "[Gmail]"),
        ((b"\\All",), b"/", "[Gmail]/Alle Nachrichten"),
        ((b"\\Sent",), b"/", "[Gmail]/Gesendet"),
        ((b"\\Junk",), b"/", "[Gmail]/Spam"),
    ]
    assert chosen(listed, is_gmail=True) == [
        Folder(Role.ALL, "[Gmail]/Alle Nachrichten"),
        Folder(Role.JUNK, "[Gmail]/Spam"),
    ]
