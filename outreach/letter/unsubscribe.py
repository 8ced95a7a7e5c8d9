"""Words that mean "write to me no more", when they are all that is said.

They count as the whole subject or a whole first line of at most five words, courtesies aside. Inside a
sentence they only suggest it.
"""

import re

from outreach.letter.lines import flat

MAX_WORDS = 5
_COURTESIES = re.compile(
    r"\b(?:please|pls|plz|thanks|thank you|thx|hi|hello|dear all|sir|kindly|just|now|immediately|and|me|bitte|danke|vielen dank|hallo|merci|svp|s'il (?:vous|te) pla[i\u00ee]t|bonjour|por favor|gracias|hola|per favore|grazie|ciao|obrigad[oa]|alstublieft|aub|a\.u\.b|graag|dank|bedankt"
    r"|prosz\u0119|prosze|dzi\u0119kuj\u0119|dziekuje|tack|sn\u00e4lla|v\u00e4nligen)\b"
)
_PHRASES = frozenset(
    flat(phrase)
    for phrase in """
    unsubscribe|unsubscribe from list|unsubscribe this address|unsubscribe from this list|unsubscribe from your list|stop|stop it|stop this|stop mailing|stop emailing|stop e-mailing|stop writing|stop contacting|stop sending emails|stop sending mails|stop sending these|stop these emails|stop all|stop spam|stop spamming
    remove|remove from list|remove from your list|remove from this list|remove from mailing list|remove my address|remove my email|remove my email address|remove this address|remove us|remove from your database|take off your list|take off this list|take off list|take us off|opt out|opt-out|optout|opt out of this|no more emails|no more e-mails|no more mails|no more mail|no more messages|no more|do not contact|do not contact again|don't contact again|don't contact|do not email|don't email|do not email again|do not write again|don't write again|never contact again|never write again|leave alone|cancel subscription|cancel my subscription|delete my data|delete my address|delete my email|delete from your list|unsub
    abmelden|abbestellen|abbestellung|abmeldung|austragen|mich austragen|mich abmelden|mich entfernen|entfernen|streichen|l\u00f6schen|mich l\u00f6schen|newsletter abmelden|newsletter abbestellen|newsletter k\u00fcndigen|keine mails mehr|keine e-mails mehr|keine weiteren mails|keine weiteren e-mails|keine weiteren nachrichten|keine werbung|keine werbung mehr|nicht mehr anschreiben|nicht mehr kontaktieren|aus dem verteiler nehmen|aus verteiler l\u00f6schen|meine daten l\u00f6schen|von der liste streichen|aus der liste streichen
    se d\u00e9sabonner|d\u00e9sabonner|desabonner|d\u00e9sabonnement|desabonnement|me d\u00e9sabonner|d\u00e9sinscription|desinscription|d\u00e9sinscrire|me d\u00e9sinscrire|d\u00e9sabonnez-moi|d\u00e9sinscrivez-moi|me retirer de la liste|retirez-moi de votre liste|retirez-moi de la liste|retirez-moi|supprimez-moi|supprimer mon adresse|supprimez mon adresse|plus de mails|plus d'e-mails|plus de messages|ne plus me contacter|ne me contactez plus|ne m'\u00e9crivez plus|arr\u00eatez|arr\u00eatez de m'\u00e9crire
    baja|darme de baja|dar de baja|deme de baja|d\u00e9me de baja|de baja|quiero darme de baja|cancelar suscripci\u00f3n|cancelar la suscripci\u00f3n|cancelar suscripcion|anular suscripci\u00f3n|desuscribir|desuscribirme|eliminar|elim\u00edneme|elim\u00ednenme de la lista|eliminarme de la lista|b\u00f3rrame|borrarme|b\u00f3rreme de su lista|no m\u00e1s correos|no mas correos|no m\u00e1s mensajes|no m\u00e1s emails|no enviar m\u00e1s|no me escriba m\u00e1s|no me escriban m\u00e1s|no me contacten m\u00e1s
    cancellami|cancellatemi|cancellarmi|mi cancelli|cancellazione|cancella iscrizione|annulla iscrizione|disiscrivimi|disiscrizione|disiscrivermi|disiscriviti|disiscrivetemi|rimuovimi|rimuovetemi|rimuovere|rimozione|rimuovimi dalla lista|toglietemi dalla lista|toglimi dalla lista|cancellatemi dalla lista|basta|basta email|non scrivetemi pi\u00f9|non contattatemi pi\u00f9|niente pi\u00f9 email
    descadastrar|descadastre|descadastrar meu e-mail|cancelar inscri\u00e7\u00e3o|cancelar a inscri\u00e7\u00e3o|cancelar assinatura|cancelar subscri\u00e7\u00e3o|anular subscri\u00e7\u00e3o|remover|remova|remover da lista|remova da lista|remova-me|remova meu e-mail|remova-me da lista|retirar da lista|sair|sair da lista|parar|pare|n\u00e3o enviar mais|n\u00e3o quero mais|n\u00e3o me contacte mais|n\u00e3o me escreva mais|excluir
    afmelden|uitschrijven|mij uitschrijven|mij afmelden|schrijf mij uit|schrijf me uit|meld me af|meld mij af|verwijderen|verwijder mij|verwijder me|verwijder mij uit lijst|haal me van de lijst|geen mails meer|geen e-mails meer|geen e-mail meer|geen berichten meer|niet meer mailen|niet meer contacteren|stoppen
    wypisz|wypisz mnie|wypisz mnie z listy|prosz\u0119 mnie wypisa\u0107|wypisa\u0107|mnie wypisa\u0107|rezygnuj\u0119|rezygnacja|zrezygnuj|usu\u0144|usu\u0144 mnie|usu\u0144 mnie z listy|usun\u0105\u0107|o usuni\u0119cie z listy|o wypisanie|o wypisanie z listy|nie pisa\u0107 wi\u0119cej|nie kontaktowa\u0107 si\u0119|nie wysy\u0142a\u0107|koniec|anuluj subskrypcj\u0119
    avregistrera|avregistrera mig|avprenumerera|avsluta prenumeration|avsluta prenumerationen|avbryt prenumeration|avanm\u00e4l|avanm\u00e4l mig|avanm\u00e4lan|ta bort mig|ta bort|ta bort mig fr\u00e5n listan|ta bort min adress|stryk mig|inga fler mejl|inga fler mail|inga mer mail|kontakta mig inte igen|skriv inte mer|sluta|sluta mejla|sluta maila
    \u914d\u4fe1\u505c\u6b62|\u914d\u4fe1\u505c\u6b62\u5e0c\u671b|\u914d\u4fe1\u505c\u6b62\u3092\u5e0c\u671b\u3057\u307e\u3059|\u914d\u4fe1\u89e3\u9664|\u914d\u4fe1\u4e0d\u8981|\u914d\u4fe1\u3092\u505c\u6b62\u3057\u3066\u304f\u3060\u3055\u3044|\u9000\u4f1a|\u9000\u4f1a\u5e0c\u671b|\u767b\u9332\u89e3\u9664|\u89e3\u7d04|\u8cfc\u8aad\u89e3\u9664|\u505c\u6b62|\u505c\u6b62\u3057\u3066\u304f\u3060\u3055\u3044|\u30e1\u30fc\u30eb\u4e0d\u8981|\u4eca\u5f8c\u306e\u30e1\u30fc\u30eb\u306f\u4e0d\u8981\u3067\u3059|\u524a\u9664\u3057\u3066\u304f\u3060\u3055\u3044|\u9001\u3089\u306a\u3044\u3067\u304f\u3060\u3055\u3044|\u3082\u3046\u9001\u3089\u306a\u3044\u3067\u304f\u3060\u3055\u3044
    \u043e\u0442\u043f\u0438\u0441\u0430\u0442\u044c\u0441\u044f|\u043e\u0442\u043f\u0438\u0441\u043a\u0430|\u043e\u0442\u043f\u0438\u0448\u0438\u0442\u0435|\u9000\u8ba2|\u53d6\u6d88\u8ba2\u9605|afmeld|afmeld mig|frameld|odhl\u00e1sit|odhl\u00e1sit odb\u011br|leiratkoz\u00e1s|dezabonare|abonelikten \u00e7\u0131k
    """.replace("\n", "|").split("|")
    if phrase.strip()
)
# Inside a sentence: a suggestion, shown with the mail, never acted upon by itself.
HINT = re.compile(
    r"\bunsubscribe\b|remove (?:me|us|my)|take (?:me|us) off|opt(?:ed)?[- ]?out|stop (?:mailing|e-?mailing|contacting|writing|sending)|(?:do not|don't) (?:contact|e-?mail|write)|abmelden|austragen|abbestellen|d\w{1,2}sabonn|d\w{1,2}sinscri|darme de baja|cancellami|cancellatemi|disiscri|descadastr|uitschrijven|afmelden|wypisz|avregistrera|\u914d\u4fe1\u505c\u6b62"
)
_ANSWER = re.compile(r"^(?:(?:re|aw|sv|antw|odp|r|rif|fwd?)(?:\[\d\])?\s?: ?){1,3}", re.IGNORECASE)
_TOKEN = re.compile(r"^unsubscribe [\w-]{8,64}$")


def unsubscribe_of(subject: str, own_text: str) -> str:
    """Where the stop words stand, in words; empty when they do not stand alone.

    A subject that answers ours ("Re: ...") is our own wording and is not read.
    """
    bare = subject.strip()
    if not _ANSWER.match(bare) and (is_stop(bare) or _TOKEN.match(flat(bare))):
        return "the whole subject says so"
    if is_stop(_first_line(own_text)):
        return "the whole first line says so"
    return ""


def suggests_unsubscribe(own_text: str) -> bool:
    """Stop words inside a sentence of the first 300 signs: a person should look."""
    return bool(HINT.search(flat(own_text[:600])[:300]))


def is_stop(line: str) -> bool:
    """Do these up to five words say nothing but "no more"?"""
    text = flat(line[:200]).strip(" .!,;:-_*\"'()<>\u3002\uff01")
    if not text or len(text.split()) > MAX_WORDS + 3:
        return False
    bare = " ".join(re.sub(r"[,.!;:\"]", " ", _COURTESIES.sub(" ", text)).split())
    kept = " ".join(re.sub(r"[,.!;:\"]", " ", text).split())
    return (bare in _PHRASES or kept in _PHRASES) and len(bare.split()) <= MAX_WORDS


def _first_line(text: str) -> str:
    """The first line with words; a greeting alone on its line is stepped over."""
    lines = [line.strip() for line in text[:4_000].split("\n") if line.strip()][:2]
    if not lines:
        return ""
    greeting = len(lines) > 1 and len(lines[0].split()) <= 3 and lines[0].endswith(",")
    return lines[1] if greeting and not is_stop(lines[0]) else lines[0]
