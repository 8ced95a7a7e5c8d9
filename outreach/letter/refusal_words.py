"""What mail servers say when they refuse, by its meaning. Searched in flat text: lower case, one blank between words."""

import re

from outreach.kit.patterns import late


def _any(*phrases: str) -> re.Pattern[str]:
    return late("|".join(phrases))


_WHO = (
    r"(?:user(?: ?name| ?id)?|recipients?|mailbox|mail ?box|account|address(?:ee)?|person|alias|login|subscriber"
    r"|customer|e-?mail|local[- ]part|inbox|destinatari[oe]|destinataire|benutzer|nutzer|utilisateur|usuario|usu\w{1,2}rio|utente|gebruiker|u\w{1,2}ytkownik|anv\w{1,2}ndare|odbiorca|mottagare|empf\w{1,3}nger|adres(?:se)?|cuenta|conto|kullan[ıi]c[ıi]|al[ıi]c[ıi])"
)
_KIND = (
    r"(?:local |final |delivery |destination |e-?mail |mail |recipient |smtp |virtual |internal |such "
    r"|destination mailbox |user |or unknown )"
)
_GONE = (
    r"(?:unknown|not found|not known|(?:does|do|did)(?: not|n't) exist|may not exist|not exists?|no longer (?:exists?|valid"
    r"|in use|active|available|here|with|on|accept)|not (?:a )?(?:valid|local)|invalid|not recogni[sz]ed|unrecogni[sz]ed|not listed"
    r"|not registered|non-?existent|not in (?:our|the|my)|(?:could|can) ?(?:not|n't|not be|n't be) (?:be )?found|deleted"
    r"|doesn't have|does not have|has no account|has moved|was removed|been removed|undeliverable|is wrong|not here"
    r"|inconnue?|n'existe pas|no existe|non esiste|inesistente|n\w{1,2}o existe|bestaat niet|onbekend|nie istnieje"
    r"|unbekannt|existiert nicht|ok\w{1,2}nd|desconocid[oa]|desconhecid[oa]|sconosciut[oa]|finns (?:inte|ej)|inexistent[eo]?|inexistante?|introuvable|non trouvée?|n\w{1,2}o (?:foi )?encontrad[oa]|no (?:fue )?encontrad[oa]|non trovat[oa]|nicht (?:gefunden|vorhanden|bekannt)|niet gevonden|nie znalezion\w|nieznan[ya]|neexistuje|nenalezena?|neznám[ýá]|bulunamad\w)"
)
SENDER = _any(
    r"\bsenders?(?:'s)? (?:address |domain |id |identity |e-?mail |ip |host |server |verif\w{0,9} ){0,2}.{0,60}?(?:reject|denied|not allowed"
    r"|does ?n[o']t exist|not exist|not found|unknown|invalid|blacklist|blocked|not resolve|refused|fail|not permitted|banned|callout|unverif)|(?:my name|sender) was rejected",
    r"(?:domain of|verify) (?:the )?sender|(?:invalid|unknown|unverifi\w{1,4}|unresolvable|bad|forged|unauthori[sz]ed|banned) (?:or banned )?sender",
    r"sending (?:domain|host|ip|server|mta).{0,60}(?:not|fail|reject|block)|return ?path.{0,40}(?:not|invalid|reject)",
    r"client host.{0,80}(?:rejected|blocked)|(?:helo|ehlo) (?:command |name )?.{0,40}(?:rejected|invalid|denied|refused|not)",
    r"cannot find your (?:host|domain)|your (?:host|domain|ip|server).{0,60}(?:not|blocked|listed|denied|reject|refus)",
    r"sending (?:limit|quota|rate)|invalid dns (?:mx|a\b)|mail from.{0,80}(?:rejected|refused|denied|not allowed|not accepted)",
)
HOST = _any(
    r"\b(?:host|domain)(?: ?name)?(?: or domain(?: name)?)? ?\(?.{0,60}?(?:unknown|not found|(?:does|do)(?: not|n't) exist|may not exist|no longer exist"
    r"|(?:could|can)(?:not|n't| not) be (?:found|resolved)|is invalid|not known|isn't valid|non ?existent|not (?:appear to )?be registered|(?:is not|isn't|not yet) registered)",
    r"\b(?:unknown|no such|invalid|unrouteable|unroutable|illegal|bad|non-?existent) (?:mail |destination |remote |recipient |host\/|target )?(?:host|domain|system address)",
    r"nxdomain|null ?mx|no (?:valid )?mx(?: record| found| for|\b)|no mail (?:exchanger|server|host)s? (?:\w{1,9} ){0,3}(?:for|found|exist)|name or service not known|no (?:a|mx)(?: or (?:a|mx))? record",
    r"(?:does(?: not|n't)|never) (?:accept|receive)s? (?:any )?(?:e-?)?mails?|couldn't find any (?:host|mail)|host not found|address not associated|no address associated",
    r"indicated no smtp service|domain (?:is )?(?:not reachable|unreachable)|(?:system )?not accepting network messages|malformed or unexpected name server reply|unable to (?:resolve|find).{0,30}(?:host|domain|mx)|name service error.{0,80}not found|dns.{0,30}(?:no such|nxdomain)",
)
UNKNOWN = _any(
    rf"\b(?:unknown|no such|invalid|non-?existent|undeliverable|bad|incorrect|wrong|unrecogni[sz]ed|unrouteable|unroutable|not a valid|illegal|no) {_KIND}{{0,2}}{_WHO}\b",
    rf"\b{_WHO}(?:\W{{1,3}}\S{{1,80}}@\S{{1,80}})?\W.{{0,50}}?\b{_GONE}\b",
    rf"@\S{{1,80}}\W{{1,4}}(?:\w{{1,9}}\W){{0,3}}{_GONE}\b",
    r"no mailbox (?:here )?by that name|(?:doesn't|does not) have an? .{0,40}account|unable to find (?:the )?(?:user|recipient|\S{1,80}@)|not our customer|who are you looking for",
    r"bad destination (?:mailbox )?address|address (?:couldn't|could not) be found|address not found|recipnotfound|addressee unknown|no one (?:here )?by that name|not listed in",
    r"(?:is )?not a (?:known|registered|valid|current) (?:user|recipient|mailbox|address|account|person)|no longer (?:works|employed|a member|available at)|left the company|no such (?:name|entry|person)",
    r"no matches to nameserver query|unknown\/illegal|not (?:a )?deliverable address|typed (?:it|the address) (?:in)?correctly|user not known|invalid user ?id|invalid final delivery",
    r"nie ma takiego|(?:такого|такой) (?:пользовател|адрес|ящик)\w{0,3} (?:нет|не)|нет так(?:ого|ой) (?:пользовател|адрес|ящик)|неизвестн\w{2,3} (?:пользовател|получател|адресат)|(?:пользователь|получатель|адресат) (?:неизвестен|не найден)|不存在|存在しません|存在しな(?!いか)|見つか[らり]|宛先不明|あて先不明|没有.{0,6}用户|не (?:найден|существует)",
)
# Said by what delivers into mailboxes, or handed on from there, not by a filter in front of it.
NO_MAILBOX = _any(
    r"(?:mail ?box|account) (?:is |was )?(?:not found|unknown|non-?existent|invalid|(?:does not|doesn't) exist)|(?:invalid|unknown|no such|non-?existent) mail ?box|(?:doesn't|does not) have an? .{0,40}account|@\S{1,80}: ?55\d "
)
WEAK_UNKNOWN = _any(
    r"recipient (?:address )?(?:was )?(?:rejected|refused)|address rejected|mailbox (?:is )?unavailable|mailbox not available|no valid recipients?"
    r"|recipient(?: address)? (?:is )?(?:not accepted|undeliverable)|not a mail ?box|(?:check|verify) (?:if|that|whether)? ?(?:the )?(?:recipient |e-?mail )?address is correct|cannot be delivered to this|(?:does not|doesn't) exist|unrout(?:e)?able"
)
FULL = _any(
    r"(?:mail ?box|inbox|in-box|mail ?folder|mail ?drop|account|user|recipient|storage|disk|file ?system|mail directory)(?:'s)?\W(?:.{0,60}?\W)?(?:is |was )?(?:almost |too )?(?:full|exceed|over ?(?:its |the )?(?:quota|limit|size)|has reached)",
    r"over ?-?quota|quota.{0,20}(?:exceed|reached|full|violat)|exceed\w{0,4}.{0,40}(?:quota|storage|mailbox size|allocat|disk space)|(?:out of|insufficient|not enough|no|low on) (?:system )?(?:disk|storage|space)",
    r"disk full|no space left|mailbox size limit|bo\w{1,2}te.{0,30}pleine|postfach.{0,20}voll|buz\w{1,2}n.{0,20}llen|casella.{0,20}piena|exceeded storage|too much mail|mailbox.{0,30}limit",
)
DISABLED = _any(
    r"(?:mail ?box|account|user|recipient|address|e-?mail).{0,50}(?:disabled|suspended|inactive|deactivated|(?<!b)locked|archived|dormant|discontinued|on hold|not active|closed|not enabled|restricted)",
    r"(?:disabled|suspended|inactive|deactivated|(?<!b)locked|dormant|archived) (?:mail ?box|account|user|recipient|address)",
)
BLOCK = _any(
    r"(?<![a-z])spam|\bube\b|\buce\b|bulk (?:e-?)?mail|black ?list|block ?list|dnsbl|\brbl|\bblocked\b|blocking|\bdkim|spf\b|dmarc|sender policy|unauthenticated|authenticat",
    r"reverse (?:dns|lookup|name|ptr)|\bptr\b|rdns|reputation|rate ?-?limit|too (?:many|fast|much)|complaint|unusual (?:rate|volume)|(?:max|more|many|limit)\w{0,5} .{0,30}(?:mails|messages) per (?:hour|day|minute)|throttl|frequency|polic(?:y|ies)|virus|malware|phish|worm",
    r"content.{0,30}(?:reject|filter|not allowed|denied|refus)|prohibit|administrative|banned|relay|access (?:is )?denied|not (?:authori[sz]ed|permitted|allowed)|unsolicited|suspicious|abus(?:e|ive)|starttls|tls (?:is )?required|encryption",
    r"rfc ?\d{3,4}|compliant|junk|suspected|(?:message|mail|content) (?:was |has been |is )?(?:reject|refus)|service refuse|too many|unwanted|security (?:polic|reason|setting)|forbidden|restrict|non?-?local|dangerous|executable|attachment",
)
SIZE = _any(
    r"too (?:large|big|long)|size (?:limit|exceed)|exceed\w{0,4}.{0,60}(?:size|maximum|limit)|maximum (?:message )?size|larger than|sizelimit"
)
FOR_NOW = _any(
    r"not found, try again|temporar\w{1,5} .{0,40}(?:resol|lookup|dns)|(?:lookup|dns) .{0,30}temporar"
)
GREYLIST = _any(r"gr[ea]y-?list|please (?:try|retry|come back)|try again (?:later|in )")
LOOP = _any(r"too many hops|hop count|mail loop|routing loop|loops? back")
FAULT = _any(
    r"expired|time[d-]? ?out|too long|giving up|retry|could ?n[o']t connect|connect(?:ion)? .{0,30}(?:refused|reset|lost|closed|dropped|fail)|unreachable|no route|try again|temporar"
    r"|\bloop|hop|gr[ea]ylist|network|no answer|not respond|dns (?:error|fail)|system (?:error|problem)|internal error|configuration|service unavailable|resources|undefined|transaction failed|i\/o error"
)
