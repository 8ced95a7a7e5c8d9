"""The marks by which mail programs set off what they quote, in many languages."""

import re

from outreach.kit.patterns import late

# Label families of the header block that Outlook and others put above the quoted mail.
_FROM = r"from|von|de|da|van|od|från|fra|expéditeur|remitente|mittente|afzender|nadawca|avsändare|lähettäjä|odesílatel|feladó|kimden|gönderen|expeditor|από|від|от|отправитель|差出人|送信者|发件人|寄件者|寄件人|보낸 ?사람|מאת|من"
_OTHER = (
    r"sent|date|to|cc|subject|reply-to|gesendet|datum|an|kopie|betreff|envoyé|envoye|envoyé le|à|a|objet|date d'envoi|enviado|enviado el|enviada|enviada em|enviado em|fecha|data|para|asunto|assunto|inviato|oggetto|verzonden|aan|onderwerp"
    r"|wysłano|wysłane|do|dw|temat|skickat|skickat den|till|kopia|ämne|sendt|til|emne|送信日時|日付|宛先|件名|日期|收件人|主题|дата|кому|тема|отправлено|копия|надіслано|lähetetty|vastaanottaja|aihe|päiväys|odesláno|komu|předmět|kopie|elküldve|címzett|tárgy|dátum|gönderildi|tarih|kime|konu|trimis|data trimiterii|către|subiect|στάλθηκε|προς|θέμα|发送时间|日期|抄送|收件者|主旨|寄件日期|보낸 ?날짜|날짜|받는 ?사람|참조|제목|נשלח|אל|נושא|תאריך"
)
FROM_LINE = late(rf"^[\s>*|]{{0,6}}(?:{_FROM})\s?\*?\s?[:\uff1a]\*?\s{{0,20}}\S", re.IGNORECASE)
OTHER_LINE = late(rf"^[\s>*|]{{0,6}}(?:{_OTHER})\s?\*?\s?[:\uff1a]\*?(?:\s|$|\S)", re.IGNORECASE)
DIVIDER = late(
    r"^\s{0,4}[-_=*]{2,40}\s{0,3}(?:original[- ]?(?:message|nachricht|meddelande|bericht)|ursprüngliche (?:nachricht|e-?mail|mail)|message (?:d'origine|original|transféré)|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|wiadomość oryginalna|oryginalna wiadomość|ursprungligt meddelande"
    r"|originalmeddelande|forwarded message|weitergeleitete nachricht|mensaje reenviado|messaggio inoltrato|reply message|antwort|元のメッセージ|原始邮件|original)\s{0,3}[-_=*]{0,40}\s*$",
    re.IGNORECASE,
)
RULE = late(r"^\s{0,4}[_-]{20,200}\s*$")
_VERB = r"wrote|writes|schrieb|a écrit|a ecrit|écrivait|escribió|escribio|geschrieben|ha scritto|scrive|escreveu|schreef|napisał\(a\)|napisała?|pisze|skrev|kirjoitti|napsala?|napísala?|napísal\(a\)|írta|yazdı|a scris|пишет|написала?|пише|написав|έγραψε|wrote ?-{2,5}"
_OPENERS = r"on|am|le|el|il giorno|il|em|a|op|w dniu|dnia|den|på|в|pon|wt|śr|czw|pt|sob|niedz|(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim)\w{0,8}[.,]|-{2,8} ?on|in a message dated|στις|dne|po|út|st|čt|pá|ne"
OPENER = late(rf"\s{{0,3}}(?:(?:{_OPENERS})(?!\w)|\d{{1,2}}[./ ]|20\d\d)", re.IGNORECASE)
DATED = late(r"\S@\S|\d[:.h]\d\d|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|20\d\d")
VERB = late(rf"(?<!\w)(?:{_VERB})(?!\w)|書きました|写道|寫道|작성|のメール", re.IGNORECASE)
ADDRESS = late(r"[<(]\S{1,120}@\S{1,120}[>)]")
MAX_ATTRIBUTION = 500
JAPANESE = late(
    r"^\s{0,3}20\d\d年\d{1,2}月\d{1,2}日.{0,120}[<\uff1c]\S{1,120}@\S{1,120}[>\uff1e].{0,20}[:\uff1a]\s*$"
)
QUOTED = late(r"^\s{0,3}[>|\uff1e]")
BAR = late(r"^\s{0,3}\|")
_SUBJECT = late(
    r"^[\s>*|]{0,6}(?:subject|betreff|objet|asunto|assunto|oggetto|onderwerp|temat|ämne|emne|aihe|předmět|tárgy|konu|subiect|θέμα|件名|主题|主旨|тема|제목|נושא)\s?\*?\s?[:\uff1a]",
    re.IGNORECASE,
)
_LABEL = late(r"^[\s>*|]{0,6}[^\W\d_][^:\uff1a@<]{0,28}[:\uff1a]\*?(?:\s|\Z)")
_LABELS = late(r"(?<!\w)[^\W\d_]{1,20}\s?[:\uff1a]\s")
_LINE = late(r"^\s{0,4}[-_=]{4,}")
_TIME = late(r"\d[:.h]\d\d")
_DAY = late(r"20\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{1,4}")
_ENDS_IN_ADDRESS = late(r"[<(]\S{1,120}@\S{1,120}[>)]\s?[:\uff1a]$")
MAX_HEAD = 12
# Some phones write the mail they quote on the same line, behind a few blanks.
_RUN_ON = late(r"(\s{0,3}\S.{10,300}?[<(]\S{1,120}@\S{1,120}[>)]\s?[^:\uff1a]{0,40}[:\uff1a])\s{2,12}(?=\S)")


def run_on(line: str) -> list[str]:
    """The line, parted behind "On ... Ana <ana@...> wrote:" when the quoted mail goes on there."""
    found = _RUN_ON.match(line)
    if found and OPENER.match(line) and _is_attribution(found[1]):
        return [found[1], line[found.end() :]]
    return [line]


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
    short = len(text) <= MAX_ATTRIBUTION and text.endswith((":", "\uff1a", "--"))
    return short and bool(VERB.search(text) and DATED.search(text))


def _names_writer(lines: list[str], at: int) -> bool:
    """ "Ana <ana@...> wrote:", or a bare "Ana wrote:" when a quote follows."""
    line = lines[at].strip()
    if len(line) > 300 or not line.endswith((":", "\uff1a")):
        return False
    if JAPANESE.match(line) or (DATED.search(line) and _ENDS_IN_ADDRESS.search(line)):
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
    count, other, seen_from = 0, 0, False
    for number, line in enumerate(lines[start : start + 18], start):
        if FROM_LINE.match(line) and not seen_from:
            seen_from = True
        elif OTHER_LINE.match(line):
            other += 1
        elif not line.strip() and (seen_from or other):
            if not any(OTHER_LINE.match(one) for one in lines[number + 1 : number + 2]):
                break
        elif not (other or seen_from) or not line.startswith((" ", "\t")) or not line.strip():
            break
        count += 1
    block = lines[start : start + count]
    is_sure = any("@" in line for line in block) or _has_subject_and_day(block)
    if (seen_from and other >= 2 and is_sure) or (divider and other + seen_from >= 1):
        return start - at + count
    return 1 if divider else 0


def _has_subject_and_day(block: list[str]) -> bool:
    return any(_SUBJECT.match(line) for line in block) and any(
        _DAY.search(line) or _TIME.search(line) for line in block
    )


def head_above(lines: list[str], at: int) -> int:
    """Where the head begins that stands right above line `at`, which is known to be quoted; `at` when there is none.

    In any language: what is quoted says that there is a head; a moment with an address or a colon is one.
    """
    last = at - 1
    while last >= max(0, at - 5) and not any(sign.isalnum() for sign in lines[last]):
        last -= 1
    if last < 0 or last < at - 5:
        return at
    labels = _LABELS.findall(lines[last][:MAX_ATTRIBUTION])
    if len(labels) >= 3 and "@" in lines[last] and DATED.search(lines[last]):
        return last
    for start in range(last, max(-1, last - 4), -1):
        if not lines[start].strip():
            break
        if _says_when(" ".join(line.strip() for line in lines[start : last + 1])):
            return start
    return _labels_above(lines, last) if _labels_above(lines, last) <= last else at


def _says_when(text: str) -> bool:
    if len(text) > MAX_ATTRIBUTION or not text.endswith((":", "\uff1a", "--")):
        return False
    is_moment = bool(_TIME.search(text) and _DAY.search(text))
    return ("@" in text and bool(DATED.search(text))) or is_moment


def _labels_above(lines: list[str], last: int) -> int:
    """Where "Label: value" lines begin that end at `last`, with the rule above them; `last` + 1 when they are none."""
    start, labels = last + 1, 0
    for n in range(last, max(-1, last - MAX_HEAD), -1):
        if labels and not lines[n].strip() and n and _LABEL.match(lines[n - 1]):
            continue
        if not _LABEL.match(lines[n]) and not (labels and lines[n].startswith((" ", "\t"))):
            break
        start, labels = n, labels + 1
    text = "\n".join(lines[start : last + 1])
    is_head = labels >= 2 and ("@" in text or bool(_TIME.search(text) and _DAY.search(text)))
    rule = next((n for n in range(last, max(-1, last - MAX_HEAD), -1) if _LINE.match(lines[n])), None)
    if rule is not None and (is_head or "@" in "\n".join(lines[rule : last + 1])):
        return rule
    return start if is_head else last + 1
