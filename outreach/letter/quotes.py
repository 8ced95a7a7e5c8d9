"""The marks by which mail programs set off what they quote, in many languages."""

import re

# Label families of the header block that Outlook and others put above the quoted mail.
_FROM = r"from|von|de|da|van|od|fr\u00e5n|fra|expéditeur|remitente|mittente|afzender|nadawca|avs\u00e4ndare|\u5dee\u51fa\u4eba|\u9001\u4fe1\u8005|\u53d1\u4ef6\u4eba|\u043e\u0442"
_OTHER = (
    r"sent|date|to|cc|subject|reply-to|gesendet|datum|an|kopie|betreff|envoy\u00e9|envoye|envoy\u00e9 le|\u00e0|a|objet|date d'envoi|enviado|enviado el|enviada|enviada em|enviado em|fecha|data|para|asunto|assunto|inviato|oggetto|verzonden|aan|onderwerp"
    r"|wys\u0142ano|wys\u0142ane|do|dw|temat|skickat|skickat den|till|kopia|\u00e4mne|sendt|til|emne|\u9001\u4fe1\u65e5\u6642|\u65e5\u4ed8|\u5b9b\u5148|\u4ef6\u540d|\u65e5\u671f|\u6536\u4ef6\u4eba|\u4e3b\u9898|\u0434\u0430\u0442\u0430|\u043a\u043e\u043c\u0443|\u0442\u0435\u043c\u0430"
)
FROM_LINE = re.compile(rf"^[\s>*|]{{0,6}}(?:{_FROM})\s?\*?\s?[:\uff1a]\*?\s?\S", re.IGNORECASE)
OTHER_LINE = re.compile(rf"^[\s>*|]{{0,6}}(?:{_OTHER})\s?\*?\s?[:\uff1a]\*?(?:\s|$|\S)", re.IGNORECASE)
DIVIDER = re.compile(
    r"^\s{0,4}[-_=*]{2,40}\s{0,3}(?:original[- ]?(?:message|nachricht|meddelande|bericht)|urspr\u00fcngliche (?:nachricht|e-?mail|mail)|message (?:d'origine|original|transf\u00e9r\u00e9)|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|wiadomo\u015b\u0107 oryginalna|oryginalna wiadomo\u015b\u0107|ursprungligt meddelande"
    r"|originalmeddelande|forwarded message|weitergeleitete nachricht|mensaje reenviado|messaggio inoltrato|reply message|antwort|\u5143\u306e\u30e1\u30c3\u30bb\u30fc\u30b8|\u539f\u59cb\u90ae\u4ef6|original)\s{0,3}[-_=*]{0,40}\s*$",
    re.IGNORECASE,
)
RULE = re.compile(r"^\s{0,4}[_-]{20,200}\s*$")
_VERB = r"wrote|writes|schrieb|a \u00e9crit|a ecrit|\u00e9crivait|escribi\u00f3|escribio|ha scritto|scrive|escreveu|schreef|napisa\u0142\(a\)|napisa\u0142a?|pisze|skrev|kirjoitti|napsala?|\u00edrta|yazd\u0131|a scris|\u043f\u0438\u0448\u0435\u0442|\u043d\u0430\u043f\u0438\u0441\u0430\u043b|\u306f\u66f8\u304d\u307e\u3057\u305f|\u3055\u3093\u306f\u66f8\u304d\u307e\u3057\u305f|\u5199\u9053|\u5199\u9053\uff1a|\u5beb\u9053"
_OPENERS = r"on|am|le|el|il giorno|il|em|a|op|w dniu|dnia|den|p\u00e5|\u0432|pon|wt|\u015br|czw|pt|sob|niedz|(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim)\w{0,8}[.,]"
OPENER = re.compile(rf"\s{{0,3}}(?:(?:{_OPENERS})(?!\w)|\d{{1,2}}[./ ]|20\d\d)", re.IGNORECASE)
DATED = re.compile(r"\S@\S|\d[:.h]\d\d|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|20\d\d")
VERB = re.compile(rf"(?<!\w)(?:{_VERB})(?!\w)", re.IGNORECASE)
ADDRESS = re.compile(r"[<(]\S{1,120}@\S{1,120}[>)]")
MAX_ATTRIBUTION = 500
JAPANESE = re.compile(
    r"^\s{0,3}20\d\d\u5e74\d{1,2}\u6708\d{1,2}\u65e5.{0,120}[<\uff1c]\S{1,120}@\S{1,120}[>\uff1e].{0,20}[:\uff1a]\s*$"
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
