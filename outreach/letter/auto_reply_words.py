"""How automatic answers begin, in many languages: subjects, words of absence, a help desk's receipt."""

import re

from outreach.kit.patterns import late

_MARK = r"(?:\s*[:\u2013\u2014(\[\uff1a-]|\s*$|\s+(?:re|aw|sv|antw|odp|rif)\b)"
# Prefixes that only a machine writes; behind a "Re:" a person answers the machine.
MACHINE_SUBJECT = late(
    r"^\W{0,3}(?:automatic(?:ally generated)? (?:reply|response|answer|e?-?mail response)|auto(?:mated)?[- ]?(?:reply|response|responder|answer)|auto[- ]?antwort|(?-i:AUTO)(?=:)"
    r"|automatische (?:antwort|e-?mail-antwort|r\w{1,2}ckmeldung|antwort auf)|abwesenheits(?:notiz|nachricht|meldung|assistent|agent|info)|abwesenheit|r\w{1,2}ponse automatique|message automatique|message d'absence|avis d'absence"
    r"|respuesta autom\w{1,2}tica|contestaci\w{1,2}n autom\w{1,2}tica|risposta automatica|risponditore automatico|messaggio automatico|resposta autom\w{1,2}tica|automatisch(?:e)? (?:antwoord|beantwoording|reactie|bericht)"
    r"|afwezigheids(?:bericht|melding|assistent)|odpowied\w{1,2} automatyczna|automatyczna odpowied\w{1,2}|autoodpowied\w{1,2}|autosvar|automatiskt svar|automatisk svar|automaattinen vastaus|automatick\w{1,2} odpov\w{1,2}"
    r"|automatikus v\w{1,2}lasz|otomatik yan\w{1,2}t|r\w{1,2}spuns automat|авто(?:матический )?-?ответ|自動(?:応答|返信|回覆|返信メール)|\u3010?自動|自动(?:回复|答复)|자동 ?(?:응답|회신))"
    + _MARK,
    re.IGNORECASE,
)
_UNTIL = r"(?:\s*[:\u2013\u2014(\[\uff1a,-]|\s*[.!]?\s*$|\s+(?:re|aw|sv|antw|odp|rif|until|till|thru|through|from|back|returning|bis|vom|jusqu|du|hasta|del|fino|dal|até|de|tot|van|do|od|till|t\.o\.m|まで)\b)"
# Subjects that a person could write as well: they need the words of absence in the body, and no "Re:".
AWAY_SUBJECT = late(
    r"^\W{0,3}(?:i am |i'm |we are |we're |currently |ich bin |wir sind |je suis |nous sommes |estoy |estamos |sono |siamo |estou |ik ben |jestem |jag \w{1,2}r |\S{1,30} (?:\S{1,30} ){0,2}is (?:currently )?)?(?:out of (?:the )?office(?: (?:notice|message|notification|response))?|ooo|away from (?:the office|my (?:desk|mail|e-?mail|office))|on (?:annual |sick |parental |maternity )?(?:vacation|holidays?|leave)|not in the office|(?:vacation|holiday) (?:notice|message|response|reply)"
    r"|nicht im (?:b\w{1,2}ro|haus)|au\w{1,2}er haus|im urlaub|in elternzeit|abwesend|absen(?:t|ce)(?: du bureau)?|en cong\w{1,2}s?|en vacances|hors du bureau|fuera de (?:la |mi )?oficina|ausente|ausencia|de vacaciones|fuori (?:ufficio|sede)|(?:assente|assenza)(?: dall'ufficio)?|in ferie"
    r"|fora do escrit\w{1,2}rio|aus\w{1,2}ncia(?: do escrit\w{1,2}rio)?|de f\w{1,2}rias|afwezig(?:heid)?|niet aanwezig|niet op kantoor|op vakantie|met vakantie|nieobecno\w{1,3}(?: w biurze)?|nieobecn[ya]|poza biurem|na urlopie|fr\w{1,2}nvaro|fr\w{1,2}nvarande|ej p\w{1,2} kontoret|inte p\w{1,2} kontoret|p\w{1,2} semester"
    r"|ikke til stede|frav\w{1,2}r|p\w{1,2} ferie|poissa|mimo kancel\w{1,2}|в отпуске)"
    + _UNTIL
    + r"|^\W{0,3}(?:\u3010[^\u3011]{0,20})?(?:不在|休暇|休業|夏季休|年末年始|外出)",
    re.IGNORECASE,
)
_AUTOMATIC = r"automat(?:ic|ed|ically|isch|isierte|ique|iquement|iserad|iserat|iskt|isk|ica|ico|icamente|yczn\w|ycznie|izad[oa]|izzat[oa])|autom\w{1,2}tic[oa]|autom\w{1,2}ticamente"
_ANSWER = (
    r"(?:reply|response|message|e-?mail|answer|acknowledge?ment|notification|confirmation|antwort|nachricht|eingangsbest\w{1,2}tigung|mail|r\w{1,2}ponse|courriel|respuesta|mensaje|correo|risposta|messaggio|resposta|mensagem"
    r"|antwoord|bericht|odpowied\w{1,2}|wiadomo\w{1,3}|svar|meddelande|besked)"
)
SELF_SAID = late(
    rf"^\W{{0,12}}(?:please (?:note|do not reply)[^a-z]{{0,3}}(?:that |as )?)?(?:this|dies(?:e|es)?|ceci|cet(?:te)?|est[ea]|questo|questa|isto|dit|to|detta)\s(?:\w{{1,12}}\s){{0,3}}(?:{_AUTOMATIC})\W(?:\w{{1,14}}\W){{0,3}}{_ANSWER}"
    rf"|^\W{{0,12}}(?:\w{{1,12}}\s){{0,3}}{_ANSWER}\s(?:\w{{1,12}}\s){{0,3}}(?:{_AUTOMATIC})\W"
    rf"|^\W{{0,12}}(?:{_AUTOMATIC})[\w -]{{0,20}}{_ANSWER}\W{{0,6}}$"
    r"|^\W{0,12}この(?:メール|メッセージ)は.{0,12}自動|自動(?:送信|返信|応答|配信)(?:して|され|メール|で)|^\W{0,12}do not reply to this",
    re.IGNORECASE,
)
AWAY_WORDS = late(
    r"out of (?:the )?office|away from (?:the|my) (?:office|desk|e-?mail)|on (?:annual |sick |parental |maternity |paternity )?(?:vacation|holidays?|leave)|limited access to (?:my )?e-?mail|(?:am|be|being|currently) (?:away|travell?ing|unavailable|absent|out)|not (?:in the office|available|be reading)|when i (?:return|get back|am back)|(?:return|back) (?:on|in|to the office)|until|will (?:reply|respond|answer|get back)"
    r"|nicht (?:im (?:b\w{1,2}ro|haus)|erreichbar|anwesend|am arbeitsplatz)|urlaub|abwesen|au\w{1,2}er haus|elternzeit|absent|cong\w{1,2}s|en vacances|de retour|indisponible|fuera de la oficina|vacaciones|ausente|estar\w{1,2} (?:fuera|de vuelta)|regres|fuori (?:ufficio|sede)|assente|ferie|rientr"
    r"|fora do escrit\w{1,2}rio|f\w{1,2}rias|ausente|licen\w{1,2}a|niet (?:aanwezig|op kantoor|bereikbaar)|afwezig|vakantie|verlof|urlop|nieobecn|poza biurem|wr\w{1,2}c|semester|ledig|fr\w{1,2}nvarande|inte p\w{1,2} kontoret|tillbaka|不在|休暇|休業|出張|休み|出社|夏季|年末年始|frav\w{1,2}r|отпуск"
)
TICKET_SUBJECT = late(
    r"(?:ticket|case|request|support|enquiry|inquiry|anfrage|vorgang|fall|demande|dossier|solicitud|caso|consulta|richiesta|pedido|chamado|verzoek|aanvraag|zg\w{1,2}oszenie|\w{1,2}rende|お問い?合わせ|受付|受領)\W{0,4}.{0,30}(?:#|\[|nr|no\.|id\b|\d{3,}|received|opened|created|logged|eingegangen|erhalten|re\w{1,2}ue?|recibid|ricevut|recebid|ontvangen|otrzym|mottag|完了|完了)"
    r"|(?:we(?:'ve| have)? received|thank(?:s| you) for (?:contacting|your (?:request|message|e-?mail|enquiry|inquiry))|received your|eingangsbest\w{1,2}tigung|accus\w{1,2} de r\w{1,2}ception|acuse de recibo|confirma(?:ci\w{1,2}n|\w{1,3}o) de rece|conferma di ricezione|ontvangstbevestiging|potwierdzenie|bekr\w{1,2}ftelse|受付完了|受信確認)",
    re.IGNORECASE,
)
TICKET_WORDS = late(
    r"(?:ticket|case|request|enquiry|inquiry|message|e-?mail)\W.{0,60}(?:has been|was|have been|is) (?:received|opened|created|logged|assigned|registered|queued)|we(?:'ve| have)? received your|(?:ticket|case|reference) (?:number|id|no)|your (?:ticket|case) (?:number|id)"
    r"|ihre (?:anfrage|nachricht|e-?mail|mail) .{0,50}(?:erhalten|eingegangen)|(?:ticket|vorgangs?)-?(?:nummer|nr)|votre (?:demande|message|courriel|mail) .{0,60}(?:re\w{1,2}ue?|enregistr)|(?:hemos recibido|recibimos|se ha recibido|ha sido recibid)|(?:abbiamo ricevuto|\w{1,3} stat[ao] (?:ricevut|registrat|apert))"
    r"|(?:recebemos|foi (?:recebid|registrad|aberto))|(?:wij|we) hebben (?:uw|je|jouw) .{0,40}ontvangen|(?:otrzymali\w{1,2}my|zosta\w{1,2}[ao]? (?:zarejestrowan|przyj))|(?:vi har (?:tagit emot|mottagit)|har registrerats|har tagits emot)|受け付け|受付(?:いた|し|を)|受信(?:いた|し)|拝受|承りました"
)
REPLY_WORD = late(
    r"repl|respon|answer|antwor|r\w{1,2}pons|respuest|rispost|respost|odpowied|svar|返信|応答",
    re.IGNORECASE,
)
ANSWER_SUBJECT = late(r"^\s{0,3}(?:re|aw|sv|antw|odp|rif|r)\s?:", re.IGNORECASE)
ROBOT = late(
    r"no-?_?reply|donotreply|do-not-reply|auto-?(?:reply|responder|mailer)|help-?desk|support|service|tickets?|kundenservice|helpdesk|suporte|soporte|assistenza|contact|info@|hello@|hallo@|kontakt|bok@|office|kundtjanst|klantenservice|hilfe"
)
