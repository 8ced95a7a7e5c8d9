"""Words that mean "write to me no more", when they are all that is said.

They count as the whole subject or a whole first line of at most five words, courtesies aside. Inside a
sentence they only suggest it.
"""

import re

from outreach.kit.patterns import late
from outreach.letter.lines import flat
from outreach.letter.quotes import QUOTED

MAX_WORDS = 5
_COURTESIES = late(
    r"\b(?:please|pls|plz|thanks|thank you|thx|hi|hello|dear all|sir|kindly|just|now|immediately|and|me|bitte|danke|vielen dank|hallo|merci|svp|s'il (?:vous|te) pla[iî]t|bonjour|por favor|gracias|hola|per favore|grazie|ciao|obrigad[oa]|alstublieft|aub|a\.u\.b|graag|dank|bedankt"
    r"|proszę|prosze|dziękuję|dziekuje|tack|snälla|vänligen)\b"
)
_PHRASES = frozenset(
    flat(phrase)
    for phrase in """
    unsubscribe|unsubscribe from list|unsubscribe this address|unsubscribe from this list|unsubscribe from your list|stop|stop it|stop this|stop mailing|stop emailing|stop e-mailing|stop writing|stop contacting|stop sending emails|stop sending mails|stop sending these|stop these emails|stop all|stop spam|stop spamming
    remove|remove from list|remove from your list|remove from this list|remove from mailing list|remove my address|remove my email|remove my email address|remove this address|remove us|remove from your database|take off your list|take off this list|take off list|take us off|opt out|opt-out|optout|opt out of this|no more emails|no more e-mails|no more mails|no more mail|no more messages|no more|do not contact|do not contact again|don't contact again|don't contact|do not email|don't email|do not email again|do not write again|don't write again|never contact again|never write again|leave alone|cancel subscription|cancel my subscription|delete my data|delete my address|delete my email|delete from your list|unsub
    abmelden|abbestellen|abbestellung|abmeldung|austragen|mich austragen|mich abmelden|mich entfernen|entfernen|streichen|löschen|mich löschen|newsletter abmelden|newsletter abbestellen|newsletter kündigen|keine mails mehr|keine e-mails mehr|keine weiteren mails|keine weiteren e-mails|keine weiteren nachrichten|keine werbung|keine werbung mehr|nicht mehr anschreiben|nicht mehr kontaktieren|aus dem verteiler nehmen|aus verteiler löschen|meine daten löschen|von der liste streichen|aus der liste streichen
    se désabonner|désabonner|desabonner|désabonnement|desabonnement|me désabonner|désinscription|desinscription|désinscrire|me désinscrire|désabonnez-moi|désinscrivez-moi|me retirer de la liste|retirez-moi de votre liste|retirez-moi de la liste|retirez-moi|supprimez-moi|supprimer mon adresse|supprimez mon adresse|plus de mails|plus d'e-mails|plus de messages|ne plus me contacter|ne me contactez plus|ne m'écrivez plus|arrêtez|arrêtez de m'écrire
    baja|darme de baja|dar de baja|deme de baja|déme de baja|de baja|quiero darme de baja|cancelar suscripción|cancelar la suscripción|cancelar suscripcion|anular suscripción|desuscribir|desuscribirme|eliminar|elimíneme|elimínenme de la lista|eliminarme de la lista|bórrame|borrarme|bórreme de su lista|no más correos|no mas correos|no más mensajes|no más emails|no enviar más|no me escriba más|no me escriban más|no me contacten más
    cancellami|cancellatemi|cancellarmi|mi cancelli|cancellazione|cancella iscrizione|annulla iscrizione|disiscrivimi|disiscrizione|disiscrivermi|disiscriviti|disiscrivetemi|rimuovimi|rimuovetemi|rimuovere|rimozione|rimuovimi dalla lista|toglietemi dalla lista|toglimi dalla lista|cancellatemi dalla lista|basta|basta email|non scrivetemi più|non contattatemi più|niente più email
    descadastrar|me descadastrar|quero me descadastrar|gostaria de me descadastrar|quero sair|quero sair da lista|descadastre|descadastrar meu e-mail|cancelar inscrição|cancelar a inscrição|cancelar assinatura|cancelar subscrição|anular subscrição|remover|remova|remover da lista|remova da lista|remova-me|remova meu e-mail|remova-me da lista|retirar da lista|sair|sair da lista|parar|pare|não enviar mais|não quero mais|não me contacte mais|não me escreva mais|excluir
    afmelden|uitschrijven|mij uitschrijven|mij afmelden|schrijf mij uit|schrijf me uit|meld me af|meld mij af|verwijderen|verwijder mij|verwijder me|verwijder mij uit lijst|haal me van de lijst|geen mails meer|geen e-mails meer|geen e-mail meer|geen berichten meer|niet meer mailen|niet meer contacteren|stoppen
    wypisz|wypisz mnie|wypisz mnie z listy|proszę mnie wypisać|wypisać|mnie wypisać|rezygnuję|rezygnacja|zrezygnuj|usuń|usuń mnie|usuń mnie z listy|usunąć|o usunięcie z listy|o wypisanie|o wypisanie z listy|nie pisać więcej|nie kontaktować się|nie wysyłać|koniec|anuluj subskrypcję
    avregistrera|avregistrera mig|avprenumerera|avsluta prenumeration|avsluta prenumerationen|avbryt prenumeration|avanmäl|avanmäl mig|avanmälan|ta bort mig|ta bort|ta bort mig från listan|ta bort min adress|stryk mig|inga fler mejl|inga fler mail|inga mer mail|kontakta mig inte igen|skriv inte mer|sluta|sluta mejla|sluta maila
    配信停止|配信停止希望|配信停止を希望します|配信解除|配信不要|配信を停止してください|退会|退会希望|登録解除|解約|購読解除|停止|停止してください|メール不要|今後のメールは不要です|削除してください|送らないでください|もう送らないでください
    отписаться|отписка|отпишите|退订|取消订阅|afmeld|afmeld mig|frameld|odhlásit|odhlásit odběr|leiratkozás|dezabonare|abonelikten çık
    """.replace("\n", "|").split("|")
    if phrase.strip()
)
# Inside a sentence: a suggestion, shown with the mail, never acted upon by itself.
HINT = late(
    r"\bunsubscribe\b|remove (?:me|us|my)|take (?:me|us) off|opt(?:ed)?[- ]?out|stop (?:mailing|e-?mailing|contacting|writing|sending)|(?:do not|don't) (?:contact|e-?mail|write)|abmelden|austragen|abbestellen|d\w{1,2}sabonn|d\w{1,2}sinscri|darme de baja|cancellami|cancellatemi|disiscri|descadastr|uitschrijven|afmelden|wypisz|avregistrera|配信停止"
)
_ANSWER = late(r"^(?:(?:re|aw|sv|antw|odp|r|rif|fwd?)(?:\[\d\])?\s?: ?){1,3}", re.IGNORECASE)
_TOKEN = late(r"^unsubscribe [\w-]{8,64}$")


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
    """The first line of theirs with words; a greeting alone on its line is stepped over."""
    lines = [line.strip() for line in text[:4_000].split("\n") if line.strip() and not QUOTED.match(line)][:2]
    if not lines:
        return ""
    greeting = len(lines) > 1 and len(lines[0].split()) <= 3 and lines[0].endswith(",")
    return lines[1] if greeting and not is_stop(lines[0]) else lines[0]
