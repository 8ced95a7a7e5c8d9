"""Which folders of a mailbox are read: by SPECIAL-USE (RFC 6154), else by the names that programs and providers give them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """What a folder is for. `all` is Gmail's All Mail, which holds inbox and sent."""

    INBOX = "inbox"
    JUNK = "junk"
    SENT = "sent"
    ALL = "all"


@dataclass(frozen=True)
class Folder:
    """A folder that is read, by the name the server gives it."""

    role: Role
    name: str


_FLAGS = {b"\\junk": Role.JUNK, b"\\sent": Role.SENT, b"\\all": Role.ALL}
_SENT = """
    sent|sent items|sent messages|sent mail|sent-mail|gesendet|gesendete elemente|gesendete objekte|gesendete nachrichten|envoyés|envoyes|éléments envoyés
    |objets envoyés|messages envoyés|enviados|elementos enviados|mensajes enviados|correo enviado|posta inviata|inviata|inviati|messaggi inviati
    |itens enviados|mensagens enviadas|verzonden|verzonden items|verzonden berichten|wysłane|elementy wysłane|wysłane wiadomości|skickat|skickade
    |skickade objekt|sendt|sendte elementer|送信済み|送信済みアイテム|送信済みメール|已发送|已发送邮件|отправленные
"""
_JUNK = """
    junk|junk e-mail|junk email|junk mail|spam|bulk mail|bulk|spamverdacht|unerwünscht|unerwünschte werbung|junk-e-mail|courrier indésirable|indésirables
    |pourriel|correo no deseado|no deseado|correo basura|posta indesiderata|indesiderata|lixo eletrônico|lixo eletrónico|lixo electrónico|ongewenst
    |ongewenste e-mail|ongewenste reclame|wiadomości-śmieci|wiadomości śmieci|niechciane|skräppost|uønsket e-post|迷惑メール|垃圾邮件|спам
"""
_NAMES = {
    Role.SENT: [name.strip() for name in _SENT.split("|")],
    Role.JUNK: [name.strip() for name in _JUNK.split("|")],
}


def chosen(listed: Iterable[tuple[Any, Any, str]], *, is_gmail: bool) -> list[Folder]:
    """Of all folders as `(flags, delimiter, name)` those that are read; by SPECIAL-USE (RFC 6154), else by their names."""
    rows = [
        ({bytes(flag).lower() for flag in flags}, _text(delimiter), name)
        for flags, delimiter, name in listed
    ]  # fmt: skip
    open_ = [row for row in rows if not row[0] & {b"\\noselect", b"\\nonexistent"}]
    marked = {
        role: name for flags, _, name in reversed(open_) for flag, role in _FLAGS.items() if flag in flags
    }
    found: dict[Role, str] = {Role.INBOX: _inbox(open_)}
    for role in (Role.SENT, Role.JUNK):
        if name := marked.get(role) or _by_name(role, open_):
            found[role] = name
    if is_gmail and Role.ALL in marked:
        found = {Role.ALL: marked[Role.ALL], **{r: n for r, n in found.items() if r is Role.JUNK}}
    return [Folder(role, name) for role, name in found.items()]


def _inbox(rows: list[tuple[set[bytes], str, str]]) -> str:
    return next((name for _, _, name in rows if name.upper() == "INBOX"), "INBOX")


def _by_name(role: Role, rows: list[tuple[set[bytes], str, str]]) -> str:
    """The folder whose own name is a usual one; the nearest to the top, then the most usual name."""
    found = []
    for _, delimiter, name in rows:
        path = name.split(delimiter) if delimiter else [name]
        if path[-1].casefold() in _NAMES[role]:
            found.append((len(path), _NAMES[role].index(path[-1].casefold()), name))
    return min(found)[2] if found else ""


def _text(value: Any) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else value or ""
