"""The marks by which mail programs set off what they quote, in many languages."""

import re

# Label families of the header block that Outlook and others put above the quoted mail.
_FROM = r"from|von|de|da|van|od|från|fra|expéditeur|remitente|mittente|afzender|nadawca|avsändare|差出人|送信者|发件人|от"
_OTHER = (
    r"sent|date|to|cc|subject|reply-to|gesendet|datum|an|kopie|betreff|envoyé|envoye|envoyé le|à|a|objet|date d'envoi|enviado|enviado el|enviada|enviada em|enviado em|fecha|data|para|asunto|assunto|inviato|oggetto|verzonden|aan|onderwerp"
    r"|wysłano|wysłane|do|dw|temat|skickat|skickat den|till|kopia|ämne|sendt|til|emne|送信日時|日付|宛先|件名|日期|收件人|主题|дата|кому|тема"
)
FROM_LINE = re.compile(rf"^[\s>*|]{{0,6}}(?:{_FROM})\s?\*?\s?[:\uff1a]\*?\s?\S", re.IGNORECASE)
OTHER_LINE = re.compile(rf"^[\s>*|]{{0,6}}(?:{_OTHER})\s?\*?\s?[:\uff1a]\*?(?:\s|$|\S)", re.IGNORECASE)
DIVIDER = re.compile(
    r"^\s{0,4}[-_=*]{2,40}\s{0,3}(?:original[- ]?(?:message|nachricht|meddelande|bericht)|ursprüngliche (?:nachricht|e-?mail|mail)|message (?:d'origine|original|transféré)|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|wiadomość oryginalna|oryginalna wiadomość|ursprungligt meddelande"
    r"|originalmeddelande|forwarded message|weitergeleitete nachricht|mensaje reenviado|messaggio inoltrato|reply message|antwort|元のメッセージ|原始邮件|original)\s{0,3}[-_=*]{0,40}\s*$",
    re.IGNORECASE,
)
RULE = re.compile(r"^\s{0,4}[_-]{20,200}\s*$")
_VERB = r"wrote|writes|schrieb|a écrit|a ecrit|écrivait|escribió|escribio|ha scritto|scrive|escreveu|schreef|napisał\(a\)|napisała?|pisze|skrev|kirjoitti|napsala?|írta|yazdı|a scris|пишет|написал|は書きました|さんは書きました|写道|写道\uff1a|寫道"
_OPENERS = r"on|am|le|el|il giorno|il|em|a|op|w dniu|dnia|den|på|в|pon|wt|śr|czw|pt|sob|niedz|(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim)\w{0,8}[.,]"
OPENER = re.compile(rf"\s{{0,3}}(?:(?:{_OPENERS})(?!\w)|\d{{1,2}}[./ ]|20\d\d)", re.IGNORECASE)
DATED = re.compile(r"\S@\S|\d[:.h]\d\d|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|20\d\d")
VERB = re.compile(rf"(?<!\w)(?:{_VERB})(?!\w)", re.IGNORECASE)
ADDRESS = re.compile(r"[<(]\S{1,120}@\S{1,120}[>)]")
MAX_ATTRIBUTION = 500
JAPANESE = re.compile(
    r"^\s{0,3}20\d\d年\d{1,2}月\d{1,2}日.{0,120}[<\uff1c]\S{1,120}@\S{1,120}[>\uff1e].{0,20}[:\uff1a]\s*$"
)
QUOTED = re.compile(r"^\s{0,3}[>|\uff1e]")


def attribution_at(lines: list[str], at: int) -> int:
    """How many lines from `at` on say "On ... wrote:"; programs wrap it over up to four; 0 when none."""
    if not lines[at].strip() or QUOTED.match(lines[at]):
        return 0
    if _names_writer(lines, at):
        return 1
    if not OPENER.match(lines[at]):
        return 0
    for count in range(1, 5):
        taken = lines[at : at + count]
        if len(taken) < count or not taken[-1].strip():
            return 0
        if _is_attribution(" ".join(line.strip() for line in taken)):
            return count
    return 0


def _is_attribution(text: str) -> bool:
    short = len(text) <= MAX_ATTRIBUTION and text.endswith((":", "\uff1a"))
    return short and bool(VERB.search(text) and DATED.search(text))


def _names_writer(lines: list[str], at: int) -> bool:
    """ "Ana <ana@...> wrote:", or a bare "Ana wrote:" when a quote follows."""
    line = lines[at].strip()
    if len(line) > 300 or not line.endswith((":", "\uff1a")):
        return False
    if JAPANESE.match(line):
        return True
    return bool(VERB.search(line)) and (bool(ADDRESS.search(line)) or _quote_follows(lines, at + 1))


def _quote_follows(lines: list[str], at: int) -> bool:
    following = next((line for line in lines[at : at + 3] if line.strip()), "")
    return bool(QUOTED.match(following))


def header_block_at(lines: list[str], at: int) -> int:
    """How many lines from `at` on are a quoted mail's header block, with the rule above it; 0 when none."""
    start = at
    divider = bool(DIVIDER.match(lines[at]))
    if divider or RULE.match(lines[at]):
        start = next((n for n in range(at + 1, min(at + 4, len(lines))) if lines[n].strip()), at)
        if start == at:
            return 0
    count, other, seen_from, blanks = 0, 0, False, 0
    for line in lines[start : start + 14]:
        if FROM_LINE.match(line) and not seen_from:
            seen_from = True
        elif OTHER_LINE.match(line):
            other += 1
        elif not line.strip() and (seen_from or other) and blanks < 1 and other < 2:
            blanks += 1
        elif not (other or seen_from) or not line.startswith((" ", "\t")) or not line.strip():
            break
        count += 1
    if (seen_from and other >= 2) or (divider and other + seen_from >= 1):
        return start - at + count
    return 1 if divider else 0
