"""What a person's answer sounds like: a suggestion with the words that it rests on. It decides nothing.

Phrases of the usual languages, looked for in their own words alone, the weightiest first: who says
"not me, write to X" or "no" may well thank and greet gladly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from outreach.letter.lines import flat

MAX_TEXT = 4_000


class Intent(StrEnum):
    """What they seem to say."""

    WRONG_PERSON = "wrong_person"
    NO = "no"
    NOT_NOW = "not_now"
    PRICE = "price"
    YES = "yes"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`words` are theirs, as they stand in the mail; `address` and `name` are whom they refer us to."""

    intent: Intent
    words: str
    address: str = ""
    name: str = ""


_PHRASES: tuple[tuple[Intent, tuple[str, ...]], ...] = (
    (Intent.WRONG_PERSON, (
        r"(?:am|i'm) (?:not|no longer) (?:the )?(?:right|correct|best) (?:person|contact)", r"wrong (?:person|contact|address)",
        r"no longer (?:work|with|at|responsible|handle)", r"(?:do not|don't) (?:handle|deal with|look after) (?:this|that|these|links|content)",
        r"please (?:contact|write to|reach out to|get in touch with|ask|try|e-?mail) (?:my colleague|our \w+|[\w.+-]+@|mr|ms|mrs)",
        r"(?:try|contact|write to|ask|e-?mail) (?:our|my) (?:\w+ ){0,2}(?:colleague|editor|team|desk|manager)", r"(?:is|would be) the (?:right|best|better) (?:person|contact)",
        r"nicht (?:mehr )?(?:der|die) richtige", r"nicht (?:mehr )?zuständig", r"(?:wenden sie sich|schreiben sie) (?:bitte )?an", r"(?:wende dich|schreib) (?:bitte )?an", r"(?:ist|sind) dafür zuständig",
        r"(?:pas|plus) la bonne personne", r"ne (?:m'occupe|travaille) plus", r"(?:contacter|écrire à|adressez-vous à) (?:ma|mon|notre) ", r"veuillez (?:contacter|écrire à)",
        r"no soy la persona", r"ya no (?:trabajo|me encargo)", r"(?:contacte|escriba|contacta|escribe) (?:con|a) (?:mi|nuestr)", r"non sono la persona", r"non mi occupo", r"(?:contatti|scriva a|contatta) (?:il|la|un|mio|mia)",
        r"niet (?:de|meer de) juiste persoon", r"não sou a pessoa", r"nie jestem (?:właściwą|odpowiednią) osobą", r"inte rätt person",
    )),
    (Intent.NO, (
        r"(?:not|n't|no longer) (?:be )?interested", r"no,? thank(?:s| you)", r"(?:have|we'll|i'll|we|must|will) to? ?(?:decline|pass)", r"not (?:a (?:good )?fit|something we|for us)",
        r"(?:do not|don't|never|cannot|can't) (?:accept|publish|take|add|do|offer) (?:any )?(?:guest|external|sponsored|outside|links?|third)", r"against our (?:policy|guidelines|rules)",
        r"kein(?:e)? interesse", r"(?:nehmen|veröffentlichen) (?:wir )?kein", r"(?:passt|kommt) (?:leider )?(?:für uns )?nicht", r"nein,? danke", r"müssen (?:wir )?(?:leider )?absagen",
        r"pas intéressés?e?s?", r"non merci", r"nous n'acceptons pas", r"no (?:me|nos) interesa", r"no gracias", r"no aceptamos", r"non (?:ci |mi )?interessa", r"no grazie", r"non accettiamo",
        r"geen (?:interesse|belangstelling)", r"nee,? (?:bedankt|dank)", r"não (?:temos|tenho) interesse", r"nie jesteśmy zainteresowani", r"inte intresserade?",
    )),
    (Intent.NOT_NOW, (
        r"not (?:right )?(?:now|before|until|at the moment|this (?:month|year|quarter|season))", r"(?:ask|write|try|contact|come back|get back|check back)(?: to)?(?: me| us)? again (?:in|next|after|later)", r"(?:later|next) (?:this )?(?:year|spring|summer|autumn|fall|winter|quarter|month)",
        r"(?:too busy|fully booked|no capacity|full up)", r"maybe later", r"(?:im moment|derzeit|zurzeit|momentan|aktuell) (?:leider )?(?:nicht|kein)", r"(?:erst|wieder) (?:im|nächst)", r"melden sie sich (?:wieder|noch ?mal)", r"später (?:wieder|noch)",
        r"pas (?:pour le moment|maintenant|avant)", r"(?:recontactez|revenez vers)", r"(?:ahora no|por ahora no|más adelante)", r"(?:non ora|per ora no|più avanti)", r"(?:nu niet|later dit jaar)", r"(?:agora não|mais tarde)",
    )),
    (Intent.PRICE, (
        r"(?:our|the|what(?:'s| is) your) (?:price|rate|fee|budget|rates|prices|fees)", r"(?:we|i) charge", r"how much (?:do|would|can|are) you", r"(?:sponsored|paid) (?:post|slot|link|placement|article)s?", r"(?:price|rate) (?:list|card)", r"media ?kit", r"\bbudget\b",
        r"(?:unser|der|ihr) (?:preis|budget)", r"preisliste", r"(?:kostet|kosten (?:bei|für))", r"mediadaten", r"(?:notre|nos|votre) (?:tarifs?|prix|budget)", r"(?:nuestr[ao]s?|la|su) (?:tarifas?|precios?|presupuesto)", r"(?:nostr[aoie]|il|vostro) (?:tariff[ae]|prezz[oi]|listino|budget)",
        r"(?:onze|de|uw) (?:prijs|prijzen|tarieven|budget)", r"[€$£]\s?\d", r"\d\s?(?:€|eur\b|usd\b|gbp\b|euro)",
    )),
    (Intent.YES, (
        r"(?:happy|glad|pleased|delighted) to", r"(?:sounds|looks) (?:good|great|fine|lovely|interesting|perfect)", r"(?:yes|gladly|absolutely|certainly|agreed|deal)\b(?! not)|(?:\A|[.!] )(?:sure|of course)\b", r"(?:we|i)(?:'d| would) (?:love|like|be happy)", r"(?:we|i)(?:'ll| will) (?:add|include|publish|link|put)",
        r"(?:please )?(?:send|share) (?:it|me|us|over|the)", r"(?:added|included|replaced|published) (?:it|your|the)", r"good (?:idea|catch)", r"go ahead",
        r"\bgern(?:e)?\b", r"(?:klingt|hört sich) (?:gut|interessant|spannend)", r"\bja\b", r"einverstanden", r"(?:bauen|nehmen|fügen) wir", r"schicken sie", r"passt (?:gut|uns)",
        r"\boui\b", r"avec plaisir", r"volontiers", r"d'accord", r"bonne idée", r"(?:envoyez|envoie)", r"(?:claro|por supuesto|encantad[oa]s?|de acuerdo|buena idea)", r"\bsí\b", r"(?:volentieri|certo|d'accordo|buona idea|ottimo)", r"\bsì\b",
        r"(?:graag|prima|goed idee|akkoord)", r"(?:claro|com prazer|combinado)", r"(?:chętnie|oczywiście|zgoda)", r"(?:gärna|låter bra)",
    )),
)  # fmt: skip
_READ = tuple((intent, re.compile("|".join(f"(?:{one})" for one in phrases))) for intent, phrases in _PHRASES)
_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_NAME = re.compile(
    r"((?:[^\W\d_a-zß-ÿ][\w'\u2019-]{1,30}[ ]){0,2}[^\W\d_a-zß-ÿ][\w'\u2019-]{1,30})[\s,:;(<\[\u2013-]{1,4}\Z"
)
_NO_NAMES = frozenset(
    "contact write ask email mail please try to at an is bitte an schreiben sie kontakt".split()
)


def suggestion(own_text: str, *, sender: str = "", ours: frozenset[str] = frozenset()) -> Suggestion | None:
    """What they seem to say, from their own words; None when no known phrase stands there.

    `sender` and `ours` are addresses that are nobody new.
    """
    found = _said(flat(own_text[:MAX_TEXT]))
    if found is None:
        return None
    intent, words = found
    if intent is Intent.WRONG_PERSON:
        name, address = _somebody_else(own_text[:MAX_TEXT], {sender.lower(), *ours})
        return Suggestion(intent, words, address, name)
    return Suggestion(intent, words)


@lru_cache(maxsize=1_000)  # the Inbox asks it of each of its rows, each time that it is opened
def _said(words: str) -> tuple[Intent, str] | None:
    """What the first known phrase says, with some words around it."""
    for intent, pattern in _READ:
        if match := pattern.search(words):
            return intent, _around(words, match.start(), match.end())
    return None


def _around(text: str, start: int, end: int) -> str:
    """The phrase with some words after it, cut at the end of its sentence."""
    after = re.split(r"[.!?;,\n]", text[end : end + 40], maxsplit=1)[0]
    return (
        text[start:end] + after.rsplit(" ", 1)[0] if len(after) > 30 else text[start:end] + after
    ).strip()[:120]


def _somebody_else(text: str, known: set[str]) -> tuple[str, str]:
    """(name, address) of the first address that is nobody known; the name is what stands before it, if it is one."""
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(".").lower()
        if address not in known:
            return _name_before(text[max(0, match.start() - 80) : match.start()]), address
    return "", ""


def _name_before(text: str) -> str:
    found = _NAME.search(text.replace("mailto:", ""))
    words = found[1].split() if found else []
    while words and words[0].lower() in _NO_NAMES:
        words.pop(0)
    return " ".join(words)
