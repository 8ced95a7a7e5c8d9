"""Answers that no person wrote (RFC 3834), their headers first, then their words in many languages.

`X-Auto-Response-Suppress` proves nothing: Outlook and ticket systems put it on people's mail too.
"""

import re

from outreach.letter.lines import cut_lines, flat
from outreach.letter.mail import Mail

_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-auto-reply",
    "x-autoresponder",
    "x-autoreply-from",
    "x-mail-autoreply",
    "auto-reply",
)
_PRECEDENCE = ("auto_reply", "auto-reply", "autoreply")
_MARK = r"(?:\s*[:\u2013\u2014(\[\uff1a-]|\s*$|\s+(?:re|aw|sv|antw|odp|rif)\b)"
# Prefixes that only a machine writes; behind a "Re:" a person answers the machine.
MACHINE_SUBJECT = re.compile(
    r"^\W{0,3}(?:automatic(?:ally generated)? (?:reply|response|answer|e?-?mail response)|auto(?:mated)?[- ]?(?:reply|response|responder|answer)|auto[- ]?antwort|(?-i:AUTO)(?=:)"
    r"|automatische (?:antwort|e-?mail-antwort|r\w{1,2}ckmeldung|antwort auf)|abwesenheits(?:notiz|nachricht|meldung|assistent|agent|info)|abwesenheit|r\w{1,2}ponse automatique|message automatique|message d'absence|avis d'absence"
    r"|respuesta autom\w{1,2}tica|contestaci\w{1,2}n autom\w{1,2}tica|risposta automatica|risponditore automatico|messaggio automatico|resposta autom\w{1,2}tica|automatisch(?:e)? (?:antwoord|beantwoording|reactie|bericht)"
    r"|afwezigheids(?:bericht|melding|assistent)|odpowied\w{1,2} automatyczna|automatyczna odpowied\w{1,2}|autoodpowied\w{1,2}|autosvar|automatiskt svar|automatisk svar|automaattinen vastaus|automatick\w{1,2} odpov\w{1,2}"
    r"|automatikus v\w{1,2}lasz|otomatik yan\w{1,2}t|r\w{1,2}spuns automat|\u0430\u0432\u0442\u043e(?:\u043c\u0430\u0442\u0438\u0447\u0435\u0441\u043a\u0438\u0439 )?-?\u043e\u0442\u0432\u0435\u0442|\u81ea\u52d5(?:\u5fdc\u7b54|\u8fd4\u4fe1|\u56de\u8986|\u8fd4\u4fe1\u30e1\u30fc\u30eb)|\u3010?\u81ea\u52d5|\u81ea\u52a8(?:\u56de\u590d|\u7b54\u590d)|\uc790\ub3d9 ?(?:\uc751\ub2f5|\ud68c\uc2e0))"
    + _MARK,
    re.IGNORECASE,
)
_UNTIL = r"(?:\s*[:\u2013\u2014(\[\uff1a,-]|\s*[.!]?\s*$|\s+(?:re|aw|sv|antw|odp|rif|until|till|thru|through|from|back|returning|bis|vom|jusqu|du|hasta|del|fino|dal|at\u00e9|de|tot|van|do|od|till|t\.o\.m|\u307e\u3067)\b)"
# Subjects that a person could write as well: they need the words of absence in the body, and no "Re:".
AWAY_SUBJECT = re.compile(
    r"^\W{0,3}(?:i am |i'm |we are |we're |currently |ich bin |wir sind |je suis |nous sommes |estoy |estamos |sono |siamo |estou |ik ben |jestem |jag \w{1,2}r |\S{1,30} (?:\S{1,30} ){0,2}is (?:currently )?)?(?:out of (?:the )?office(?: (?:notice|message|notification|response))?|ooo|away from (?:the office|my (?:desk|mail|e-?mail|office))|on (?:annual |sick |parental |maternity )?(?:vacation|holidays?|leave)|not in the office|(?:vacation|holiday) (?:notice|message|response|reply)"
    r"|nicht im (?:b\w{1,2}ro|haus)|au\w{1,2}er haus|im urlaub|in elternzeit|abwesend|absen(?:t|ce)(?: du bureau)?|en cong\w{1,2}s?|en vacances|hors du bureau|fuera de (?:la |mi )?oficina|ausente|ausencia|de vacaciones|fuori (?:ufficio|sede)|(?:assente|assenza)(?: dall'ufficio)?|in ferie"
    r"|fora do escrit\w{1,2}rio|aus\w{1,2}ncia(?: do escrit\w{1,2}rio)?|de f\w{1,2}rias|afwezig(?:heid)?|niet aanwezig|niet op kantoor|op vakantie|met vakantie|nieobecno\w{1,3}(?: w biurze)?|nieobecn[ya]|poza biurem|na urlopie|fr\w{1,2}nvaro|fr\w{1,2}nvarande|ej p\w{1,2} kontoret|inte p\w{1,2} kontoret|p\w{1,2} semester"
    r"|ikke til stede|frav\w{1,2}r|p\w{1,2} ferie|poissa|mimo kancel\w{1,2}|\u0432 \u043e\u0442\u043f\u0443\u0441\u043a\u0435)"
    + _UNTIL
    + r"|^\W{0,3}(?:\u3010[^\u3011]{0,20})?(?:\u4e0d\u5728|\u4f11\u6687|\u4f11\u696d|\u590f\u5b63\u4f11|\u5e74\u672b\u5e74\u59cb|\u5916\u51fa)",
    re.IGNORECASE,
)
_AUTOMATIC = r"automat(?:ic|ed|ically|isch|isierte|ique|iquement|iserad|iserat|iskt|isk|ica|ico|icamente|yczn\w|ycznie|izad[oa]|izzat[oa])|autom\w{1,2}tic[oa]|autom\w{1,2}ticamente"
_ANSWER = (
    r"(?:reply|response|message|e-?mail|answer|acknowledge?ment|notification|confirmation|antwort|nachricht|eingangsbest\w{1,2}tigung|mail|r\w{1,2}ponse|courriel|respuesta|mensaje|correo|risposta|messaggio|resposta|mensagem"
    r"|antwoord|bericht|odpowied\w{1,2}|wiadomo\w{1,3}|svar|meddelande|besked)"
)
SELF_SAID = re.compile(
    rf"^\W{{0,12}}(?:please (?:note|do not reply)[^a-z]{{0,3}}(?:that |as )?)?(?:this|dies(?:e|es)?|ceci|cet(?:te)?|est[ea]|questo|questa|isto|dit|to|detta)\s(?:\w{{1,12}}\s){{0,3}}(?:{_AUTOMATIC})\W(?:\w{{1,14}}\W){{0,3}}{_ANSWER}"
    rf"|^\W{{0,12}}(?:\w{{1,12}}\s){{0,3}}{_ANSWER}\s(?:\w{{1,12}}\s){{0,3}}(?:{_AUTOMATIC})\W"
    rf"|^\W{{0,12}}(?:{_AUTOMATIC})[\w -]{{0,20}}{_ANSWER}\W{{0,6}}$"
    r"|^\W{0,12}\u3053\u306e(?:\u30e1\u30fc\u30eb|\u30e1\u30c3\u30bb\u30fc\u30b8)\u306f.{0,12}\u81ea\u52d5|\u81ea\u52d5(?:\u9001\u4fe1|\u8fd4\u4fe1|\u5fdc\u7b54|\u914d\u4fe1)(?:\u3057\u3066|\u3055\u308c|\u30e1\u30fc\u30eb|\u3067)|^\W{0,12}do not reply to this|^\W{0,4}#{2,3}-? ?please type your reply",
    re.IGNORECASE,
)
AWAY_WORDS = re.compile(
    r"out of (?:the )?office|away from (?:the|my) (?:office|desk|e-?mail)|on (?:annual |sick |parental |maternity |paternity )?(?:vacation|holidays?|leave)|limited access to (?:my )?e-?mail|(?:am|be|being|currently) (?:away|travell?ing|unavailable|absent|out)|not (?:in the office|available|be reading)|when i (?:return|get back|am back)|(?:return|back) (?:on|in|to the office)|until|will (?:reply|respond|answer|get back)"
    r"|nicht (?:im (?:b\w{1,2}ro|haus)|erreichbar|anwesend|am arbeitsplatz)|urlaub|abwesen|au\w{1,2}er haus|elternzeit|absent|cong\w{1,2}s|en vacances|de retour|indisponible|fuera de la oficina|vacaciones|ausente|estar\w{1,2} (?:fuera|de vuelta)|regres|fuori (?:ufficio|sede)|assente|ferie|rientr"
    r"|fora do escrit\w{1,2}rio|f\w{1,2}rias|ausente|licen\w{1,2}a|niet (?:aanwezig|op kantoor|bereikbaar)|afwezig|vakantie|verlof|urlop|nieobecn|poza biurem|wr\w{1,2}c|semester|ledig|fr\w{1,2}nvarande|inte p\w{1,2} kontoret|tillbaka|\u4e0d\u5728|\u4f11\u6687|\u4f11\u696d|\u51fa\u5f35|\u4f11\u307f|\u51fa\u793e|\u590f\u5b63|\u5e74\u672b\u5e74\u59cb|frav\w{1,2}r|\u043e\u0442\u043f\u0443\u0441\u043a"
)
TICKET_SUBJECT = re.compile(
    r"(?:ticket|case|request|support|enquiry|inquiry|anfrage|vorgang|fall|demande|dossier|solicitud|caso|consulta|richiesta|pedido|chamado|verzoek|aanvraag|zg\w{1,2}oszenie|\w{1,2}rende|\u304a\u554f\u3044?\u5408\u308f\u305b|\u53d7\u4ed8|\u53d7\u9818)\W{0,4}.{0,30}(?:#|\[|nr|no\.|id\b|\d{3,}|received|opened|created|logged|eingegangen|erhalten|re\w{1,2}ue?|recibid|ricevut|recebid|ontvangen|otrzym|mottag|\u5b8c\u4e86|\u5b8c\u4e86)"
    r"|(?:we(?:'ve| have)? received|thank(?:s| you) for (?:contacting|your (?:request|message|e-?mail|enquiry|inquiry))|received your|eingangsbest\w{1,2}tigung|accus\w{1,2} de r\w{1,2}ception|acuse de recibo|confirma(?:ci\w{1,2}n|\w{1,3}o) de rece|conferma di ricezione|ontvangstbevestiging|potwierdzenie|bekr\w{1,2}ftelse|\u53d7\u4ed8\u5b8c\u4e86|\u53d7\u4fe1\u78ba\u8a8d)",
    re.IGNORECASE,
)
TICKET_WORDS = re.compile(
    r"(?:ticket|case|request|enquiry|inquiry|message|e-?mail)\W.{0,60}(?:has been|was|have been|is) (?:received|opened|created|logged|assigned|registered|queued)|we(?:'ve| have)? received your|(?:ticket|case|reference) (?:number|id|no)|your (?:ticket|case) (?:number|id)"
    r"|ihre (?:anfrage|nachricht|e-?mail|mail) .{0,50}(?:erhalten|eingegangen)|(?:ticket|vorgangs?)-?(?:nummer|nr)|votre (?:demande|message|courriel|mail) .{0,60}(?:re\w{1,2}ue?|enregistr)|(?:hemos recibido|recibimos|se ha recibido|ha sido recibid)|(?:abbiamo ricevuto|\w{1,3} stat[ao] (?:ricevut|registrat|apert))"
    r"|(?:recebemos|foi (?:recebid|registrad|aberto))|(?:wij|we) hebben (?:uw|je|jouw) .{0,40}ontvangen|(?:otrzymali\w{1,2}my|zosta\w{1,2}[ao]? (?:zarejestrowan|przyj))|(?:vi har (?:tagit emot|mottagit)|har registrerats|har tagits emot)|\u53d7\u3051\u4ed8\u3051|\u53d7\u4ed8(?:\u3044\u305f|\u3057|\u3092)|\u53d7\u4fe1(?:\u3044\u305f|\u3057)|\u62dd\u53d7|\u627f\u308a\u307e\u3057\u305f"
)
_REPLY_WORD = re.compile(
    r"repl|respon|answer|antwor|r\w{1,2}pons|respuest|rispost|respost|odpowied|svar|\u8fd4\u4fe1|\u5fdc\u7b54",
    re.IGNORECASE,
)
ANSWER_SUBJECT = re.compile(r"^\s{0,3}(?:re|aw|sv|antw|odp|rif|r)\s?:", re.IGNORECASE)
_ROBOT = re.compile(
    r"no-?_?reply|donotreply|do-not-reply|auto-?(?:reply|responder|mailer)|help-?desk|support|service|tickets?|kundenservice|helpdesk|suporte|soporte|assistenza|contact|info@|hello@|hallo@|kontakt|bok@|office|kundtjanst|klantenservice|hilfe"
)


def auto_reply_of(mail: Mail) -> str:
    """Why no person wrote this, in words; empty when a person may have."""
    return _by_headers(mail) or _by_words(mail)


def _by_headers(mail: Mail) -> str:
    submitted = mail.get("auto-submitted").lower().split(";")[0].strip(' "')
    if submitted and submitted.split(" ")[0].split("(")[0] not in ("no", ""):
        return f"Auto-Submitted: {submitted}"
    named = next(
        (name for name in _HEADERS if mail.get(name) and flat(mail.get(name)) not in ("no", "false", "0")), ""
    )
    if named:
        return named
    if mail.get("precedence").strip().lower() in _PRECEDENCE:
        return f"Precedence: {mail.get('precedence')}"
    if mail.report_type == "disposition-notification" or mail.texts("message/disposition-notification"):
        return "a receipt that the mail was opened"
    if mail.get("return-path").strip() == "<>":
        return "no sender to return it to (Return-Path: <>)"
    return ""


def _by_words(mail: Mail) -> str:
    subject = mail.get("subject").replace("\u2019", "'")
    lines = [line for line in cut_lines(mail.text, 60) if line.strip()]
    if MACHINE_SUBJECT.match(subject[:300]):
        return "subject of an automatic answer"
    if mail.get("list-id") or mail.get("list-post"):
        return ""
    text = flat("\n".join(line for line in lines[:25] if not line.startswith(">")))[:4_000]
    if AWAY_SUBJECT.match(subject[:300]) and AWAY_WORDS.search(text):
        return "subject and words of an absence"
    if _calls_itself_automatic(mail, subject, lines):
        return "calls itself automatic"
    if (
        TICKET_SUBJECT.search(subject[:300])
        and TICKET_WORDS.search(text)
        and _ROBOT.search(flat(mail.get("from")))
    ):
        return "a help desk's receipt"
    return ""


def _calls_itself_automatic(mail: Mail, subject: str, lines: list[str]) -> bool:
    """Its first lines say so, or its last ones when it is short and calls itself an answer.

    A person's "Re:" that sounds so is left to a person, unless a desk wrote it.
    """
    if ANSWER_SUBJECT.match(subject) and not _ROBOT.search(flat(mail.get("from"))):
        return False
    plain = [line[:300].replace("\u2019", "'") for line in lines]
    ends = [line for line in plain[-4:] if len(plain) <= 20 and _REPLY_WORD.search(line)]
    return any(SELF_SAID.search(line) for line in plain[:4] + ends)
