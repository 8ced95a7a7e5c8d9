"""Sixty automatic answers of our own writing, in ten languages, as mail programs and help desks send them.

All were sent on Monday, 4 May 2026. `back` is the day a reader would write into a calendar, or None.
"""

from typing import NamedTuple

OUTLOOK = "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nReturn-Path: <>"
GMAIL = "Auto-Submitted: auto-replied\nPrecedence: bulk\nX-Autoreply: yes"
SIEVE = "Auto-Submitted: auto-replied (vacation)\nReturn-Path: <>"
DESK = "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All"
NONE = ""


class AutoReply(NamedTuple):
    name: str
    headers: str
    subject: str
    body: str
    back: str | None = None
    sender: str = "Bo Berg <bo@garden.example>"


AUTO_REPLIES = [
    # English
    AutoReply(
        "en outlook",
        OUTLOOK,
        "Automatic reply: A page of yours about roses",
        "Hello,\n\nthank you for your e-mail. I am out of the office until Tuesday, 12 May 2026 with no access to my mail.\nIn urgent cases please call Cleo.\n\nBo",
        "2026-05-12",
    ),
    AutoReply(
        "en gmail",
        GMAIL,
        "Out of office Re: A page of yours about roses",
        "Hi, I'm away from May 2 through May 15 and will be back on May 18.\n\nBo",
        "2026-05-18",
    ),
    AutoReply(
        "en sieve",
        SIEVE,
        "Auto: A page of yours about roses",
        "I am on holiday and return on 2026-05-20.",
        "2026-05-20",
    ),
    AutoReply(
        "en desk",
        NONE,
        "[#48213] We have received your request",
        "Your request (48213) has been received and is being reviewed by our support staff.\n\nTo add comments, reply to this e-mail.",
        None,
        "Garden Support <support@garden.example>",
    ),
    AutoReply(
        "en no headers",
        NONE,
        "Out of Office",
        "I will be out of the office starting 05/01/2026 and will not return until 05/14/2026. I will answer your message when I return.",
        "2026-05-14",
    ),
    AutoReply(
        "en lotus",
        NONE,
        "AUTO: Bo Berg is out of the office (returning 05/19/2026)",
        'I am out of the office until 05/19/2026.\n\nNote: This is an automated response to your message "A page of yours".',
        "2026-05-19",
    ),
    # German
    AutoReply(
        "de outlook",
        OUTLOOK,
        "Automatische Antwort: Ihre Seite über Rosen",
        "Guten Tag,\n\nich bin vom 4. Mai bis zum 15. Mai 2026 nicht im Büro. Ab dem 18. Mai bin ich wieder für Sie da.\n\nViele Grüße\nBo Berg",
        "2026-05-18",
    ),
    AutoReply(
        "de gmx",
        NONE,
        "Abwesenheitsnotiz: Ihre Seite über Rosen",
        "Vielen Dank für Ihre Nachricht. Ich bin bis einschließlich 12.05.2026 im Urlaub. Ihre E-Mail wird nicht weitergeleitet.",
        "2026-05-12",
    ),
    AutoReply("de sieve", SIEVE, "Urlaub", "Ich bin bis 11.5. im Urlaub und lese keine Mails.", "2026-05-11"),
    AutoReply(
        "de no headers",
        NONE,
        "Abwesenheit Re: Ihre Seite",
        "Hallo,\n\nich bin derzeit nicht erreichbar und am Montag, den 11. Mai wieder zurück.\n\nBo",
        "2026-05-11",
    ),
    AutoReply(
        "de desk",
        DESK,
        "Ihre Anfrage [Ticket 2026050412] ist eingegangen",
        "Guten Tag,\n\nwir haben Ihre Anfrage erhalten und unter der Ticketnummer 2026050412 erfasst.",
        None,
        "Kundenservice <service@garden.example>",
    ),
    AutoReply(
        "de self said",
        NONE,
        "Ihre Nachricht an uns",
        "Dies ist eine automatisch erstellte Nachricht.\n\nWir sind vom 1.5. bis 10.5.2026 im Betriebsurlaub.",
        "2026-05-10",
        "Garten <info@garten.example>",
    ),
    # French
    AutoReply(
        "fr outlook",
        OUTLOOK,
        "Réponse automatique : Votre page sur les roses",
        "Bonjour,\n\nJe suis absent du 4 au 15 mai 2026. De retour le 18 mai.\n\nCordialement,\nBo",
        "2026-05-18",
    ),
    AutoReply(
        "fr gmail",
        GMAIL,
        "Absence Re: Votre page sur les roses",
        "Bonjour, je suis en congés jusqu'au 12 mai inclus. Merci de votre patience.",
        "2026-05-12",
    ),
    AutoReply(
        "fr no headers",
        NONE,
        "Absence du bureau",
        "Je serai absente du bureau jusqu'au mardi 12/05/2026. En cas d'urgence, écrivez à Cleo.",
        "2026-05-12",
    ),
    AutoReply(
        "fr sieve",
        SIEVE,
        "Message d'absence",
        "Actuellement en vacances, je reviens le 1er juin 2026.",
        "2026-06-01",
    ),
    AutoReply(
        "fr desk",
        NONE,
        "Votre demande n\u00b0 48213 a bien été reçue",
        "Ceci est un message automatique, merci de ne pas y répondre.\nVotre demande a bien été enregistrée sous le numéro 48213.",
        None,
        "Support <support@jardin.example>",
    ),
    AutoReply(
        "fr self said",
        NONE,
        "Re: Votre page",
        "Ceci est une réponse automatique. Nous traitons votre message sous 48 heures.",
        None,
        "Jardin <contact@jardin.example>",
    ),
    # Spanish
    AutoReply(
        "es outlook",
        OUTLOOK,
        "Respuesta automática: Su página sobre rosas",
        "Hola,\n\nestaré fuera de la oficina del 4 al 12 de mayo de 2026. Regreso el 13 de mayo.\n\nSaludos,\nBo",
        "2026-05-13",
    ),
    AutoReply(
        "es gmail",
        GMAIL,
        "Fuera de la oficina Re: Su página sobre rosas",
        "Estoy de vacaciones hasta el 15 de mayo.",
        "2026-05-15",
    ),
    AutoReply(
        "es no headers",
        NONE,
        "Respuesta automática: Su página",
        "Gracias por su mensaje. Volveré el lunes 11 de mayo y le responderé entonces.",
        "2026-05-11",
    ),
    AutoReply(
        "es ausente", NONE, "Ausente", "Estoy ausente hasta el 20/05/2026 y no leo el correo.", "2026-05-20"
    ),
    AutoReply(
        "es desk",
        DESK,
        "Hemos recibido su consulta (caso 48213)",
        "Hemos recibido su consulta. El número de caso es 48213.",
        None,
        "Soporte <soporte@jardin.example>",
    ),
    AutoReply(
        "es self said",
        NONE,
        "Su mensaje",
        "Este es un mensaje automático. Le contestaremos en dos días laborables.",
        None,
        "Jardín <info@jardin.example>",
    ),
    # Italian
    AutoReply(
        "it outlook",
        OUTLOOK,
        "Risposta automatica: La vostra pagina sulle rose",
        "Buongiorno,\n\nsono fuori ufficio dal 4 al 15 maggio 2026. Rientrerò il 18 maggio.\n\nBo",
        "2026-05-18",
    ),
    AutoReply(
        "it gmail", GMAIL, "Fuori sede Re: La vostra pagina", "Sono in ferie fino al 12 maggio.", "2026-05-12"
    ),
    AutoReply(
        "it no headers",
        NONE,
        "Fuori ufficio",
        "Salve, sono assente fino al 12/05/2026. Per urgenze scrivere a Cleo.",
        "2026-05-12",
    ),
    AutoReply("it sieve", SIEVE, "Assenza", "Torno lunedì 11 maggio.", "2026-05-11"),
    AutoReply(
        "it desk",
        NONE,
        "Conferma di ricezione della richiesta n. 48213",
        "Abbiamo ricevuto la sua richiesta, registrata con il numero 48213.",
        None,
        "Assistenza <assistenza@giardino.example>",
    ),
    AutoReply(
        "it self said",
        NONE,
        "La sua e-mail",
        "Questo è un messaggio automatico: siamo chiusi fino al 10.05.2026.",
        "2026-05-10",
    ),
    # Portuguese
    AutoReply(
        "pt outlook",
        OUTLOOK,
        "Resposta automática: A sua página sobre rosas",
        "Olá,\n\nestou de férias de 4 a 15 de maio de 2026. Regresso no dia 18 de maio.\n\nBo",
        "2026-05-18",
    ),
    AutoReply(
        "pt gmail",
        GMAIL,
        "Fora do escritório Re: A sua página",
        "Estou fora do escritório até 12 de maio.",
        "2026-05-12",
    ),
    AutoReply(
        "pt no headers",
        NONE,
        "Ausência: A sua página",
        "Obrigado pelo contato. Estarei ausente até o dia 12/05/2026.",
        "2026-05-12",
    ),
    AutoReply("pt sieve", SIEVE, "Férias", "Volto em 25 de maio de 2026.", "2026-05-25"),
    AutoReply(
        "pt desk",
        NONE,
        "Recebemos o seu pedido #48213",
        "Esta é uma mensagem automática. Recebemos o seu pedido e foi registrado com o número 48213.",
        None,
        "Suporte <suporte@jardim.example>",
    ),
    AutoReply(
        "pt licenca",
        OUTLOOK,
        "Resposta automática: Rosas",
        "Estou em licença. Retorno previsto: 1 de setembro de 2026.",
        "2026-09-01",
    ),
    # Dutch
    AutoReply(
        "nl outlook",
        OUTLOOK,
        "Automatisch antwoord: Uw pagina over rozen",
        "Hallo,\n\nik ben van 4 mei t/m 15 mei afwezig. Vanaf 18 mei ben ik weer bereikbaar.\n\nBo",
        "2026-05-18",
    ),
    AutoReply(
        "nl gmail",
        GMAIL,
        "Afwezig Re: Uw pagina over rozen",
        "Ik ben met vakantie tot en met 12 mei 2026.",
        "2026-05-12",
    ),
    AutoReply(
        "nl no headers",
        NONE,
        "Afwezigheidsbericht",
        "Ik ben niet op kantoor en ben maandag 11 mei terug.",
        "2026-05-11",
    ),
    AutoReply("nl sieve", SIEVE, "Vakantie", "Ik ben er weer op 20-05-2026.", "2026-05-20"),
    AutoReply(
        "nl desk",
        DESK,
        "Ontvangstbevestiging van uw aanvraag 48213",
        "Wij hebben uw aanvraag ontvangen en geregistreerd onder nummer 48213.",
        None,
        "Klantenservice <klantenservice@tuin.example>",
    ),
    AutoReply(
        "nl self said",
        NONE,
        "Uw bericht",
        "Dit is een automatisch bericht. Wij antwoorden binnen twee werkdagen.",
        None,
        "Tuin <info@tuin.example>",
    ),
    # Polish
    AutoReply(
        "pl outlook",
        OUTLOOK,
        "Automatyczna odpowiedź: Państwa strona o różach",
        "Dzień dobry,\n\njestem nieobecny do 12 maja 2026. Wracam 13 maja.\n\nBo",
        "2026-05-13",
    ),
    AutoReply(
        "pl gmail",
        GMAIL,
        "Poza biurem Re: Państwa strona",
        "Jestem na urlopie do 15.05.2026.",
        "2026-05-15",
    ),
    AutoReply(
        "pl no headers",
        NONE,
        "Odpowiedź automatyczna: strona o różach",
        "Przebywam na urlopie od 4 do 15 maja 2026 r. Odpowiem po powrocie.",
        "2026-05-15",
    ),
    AutoReply(
        "pl nieobecnosc",
        NONE,
        "Nieobecność w biurze",
        "Jestem poza biurem. Będę dostępna ponownie 18 maja.",
        "2026-05-18",
    ),
    AutoReply(
        "pl desk",
        NONE,
        "Potwierdzenie przyjęcia zgłoszenia 48213",
        "Ta wiadomość została wygenerowana automatycznie. Otrzymaliśmy Twoje zgłoszenie.",
        None,
        "Pomoc <support@ogrod.example>",
    ),
    AutoReply("pl sieve", SIEVE, "Urlop", "Wrócę w poniedziałek, 11 maja.", "2026-05-11"),
    # Swedish
    AutoReply(
        "sv outlook",
        OUTLOOK,
        "Automatiskt svar: Er sida om rosor",
        "Hej,\n\njag är ledig till och med den 15 maj 2026 och är tillbaka den 18 maj.\n\nBo",
        "2026-05-18",
    ),
    AutoReply(
        "sv gmail",
        GMAIL,
        "Frånvaro Re: Er sida om rosor",
        "Jag är på semester t.o.m. 12 maj.",
        "2026-05-12",
    ),
    AutoReply(
        "sv no headers",
        NONE,
        "Autosvar: Er sida",
        "Tack för ditt mejl. Jag är inte på kontoret, åter 2026-05-11.",
        "2026-05-11",
    ),
    AutoReply(
        "sv ej kontoret",
        NONE,
        "Ej på kontoret",
        "Jag är frånvarande till 20 maj. Kontakta Cleo vid brådskande ärenden.",
        "2026-05-20",
    ),
    AutoReply(
        "sv desk",
        DESK,
        "Ditt ärende #48213 har mottagits",
        "Vi har tagit emot ditt ärende och återkommer inom två dagar.",
        None,
        "Kundtjänst <kundtjanst@tradgard.example>",
    ),
    AutoReply(
        "sv self said",
        NONE,
        "Ditt mejl",
        "Detta är ett automatiskt svar. Vi är tillbaka på måndag.",
        "2026-05-11",
    ),
    # Japanese
    AutoReply(
        "ja outlook",
        OUTLOOK,
        "自動応答: バラのページについて",
        "お世話になっております\u3002\n5月4日から5月12日まで休暇をいただいております\u3002",
        "2026-05-12",
    ),
    AutoReply(
        "ja gmail",
        GMAIL,
        "不在のお知らせ",
        "2026年5月18日に出社いたします\u3002",
        "2026-05-18",
    ),
    AutoReply(
        "ja no headers",
        NONE,
        "\u3010\u81ea動返信\u3011お問い合わせありがとうございます",
        "このメールは自動送信されています\u3002担当者よりご連絡いたします\u3002",
        None,
        "info@niwa.example",
    ),
    AutoReply(
        "ja sieve",
        SIEVE,
        "夏季休業のお知らせ",
        "休業期間: 8月8日\uff5e8月16日\n8月17日より通常営業いたします\u3002",
        "2026-08-17",
    ),
    AutoReply(
        "ja desk",
        NONE,
        "お問い合わせ受付完了 [48213]",
        "お問い合わせを受け付けました\u3002受付番号は48213です\u3002",
        None,
        "support@niwa.example",
    ),
    AutoReply(
        "ja fuzai",
        NONE,
        "不在のため",
        "出張のため5/12まで不在にしております\u3002",
        "2026-05-12",
    ),
]
