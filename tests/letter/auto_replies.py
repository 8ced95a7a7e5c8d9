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
        "Automatische Antwort: Ihre Seite \u00fcber Rosen",
        "Guten Tag,\n\nich bin vom 4. Mai bis zum 15. Mai 2026 nicht im B\u00fcro. Ab dem 18. Mai bin ich wieder f\u00fcr Sie da.\n\nViele Gr\u00fc\u00dfe\nBo Berg",
        "2026-05-18",
    ),
    AutoReply(
        "de gmx",
        NONE,
        "Abwesenheitsnotiz: Ihre Seite \u00fcber Rosen",
        "Vielen Dank f\u00fcr Ihre Nachricht. Ich bin bis einschlie\u00dflich 12.05.2026 im Urlaub. Ihre E-Mail wird nicht weitergeleitet.",
        "2026-05-12",
    ),
    AutoReply("de sieve", SIEVE, "Urlaub", "Ich bin bis 11.5. im Urlaub und lese keine Mails.", "2026-05-11"),
    AutoReply(
        "de no headers",
        NONE,
        "Abwesenheit Re: Ihre Seite",
        "Hallo,\n\nich bin derzeit nicht erreichbar und am Montag, den 11. Mai wieder zur\u00fcck.\n\nBo",
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
        "R\u00e9ponse automatique : Votre page sur les roses",
        "Bonjour,\n\nJe suis absent du 4 au 15 mai 2026. De retour le 18 mai.\n\nCordialement,\nBo",
        "2026-05-18",
    ),
    AutoReply(
        "fr gmail",
        GMAIL,
        "Absence Re: Votre page sur les roses",
        "Bonjour, je suis en cong\u00e9s jusqu'au 12 mai inclus. Merci de votre patience.",
        "2026-05-12",
    ),
    AutoReply(
        "fr no headers",
        NONE,
        "Absence du bureau",
        "Je serai absente du bureau jusqu'au mardi 12/05/2026. En cas d'urgence, \u00e9crivez \u00e0 Cleo.",
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
        "Votre demande n\u00b0 48213 a bien \u00e9t\u00e9 re\u00e7ue",
        "Ceci est un message automatique, merci de ne pas y r\u00e9pondre.\nVotre demande a bien \u00e9t\u00e9 enregistr\u00e9e sous le num\u00e9ro 48213.",
        None,
        "Support <support@jardin.example>",
    ),
    AutoReply(
        "fr self said",
        NONE,
        "Re: Votre page",
        "Ceci est une r\u00e9ponse automatique. Nous traitons votre message sous 48 heures.",
        None,
        "Jardin <contact@jardin.example>",
    ),
    # Spanish
    AutoReply(
        "es outlook",
        OUTLOOK,
        "Respuesta autom\u00e1tica: Su p\u00e1gina sobre rosas",
        "Hola,\n\nestar\u00e9 fuera de la oficina del 4 al 12 de mayo de 2026. Regreso el 13 de mayo.\n\nSaludos,\nBo",
        "2026-05-13",
    ),
    AutoReply(
        "es gmail",
        GMAIL,
        "Fuera de la oficina Re: Su p\u00e1gina sobre rosas",
        "Estoy de vacaciones hasta el 15 de mayo.",
        "2026-05-15",
    ),
    AutoReply(
        "es no headers",
        NONE,
        "Respuesta autom\u00e1tica: Su p\u00e1gina",
        "Gracias por su mensaje. Volver\u00e9 el lunes 11 de mayo y le responder\u00e9 entonces.",
        "2026-05-11",
    ),
    AutoReply(
        "es ausente", NONE, "Ausente", "Estoy ausente hasta el 20/05/2026 y no leo el correo.", "2026-05-20"
    ),
    AutoReply(
        "es desk",
        DESK,
        "Hemos recibido su consulta (caso 48213)",
        "Hemos recibido su consulta. El n\u00famero de caso es 48213.",
        None,
        "Soporte <soporte@jardin.example>",
    ),
    AutoReply(
        "es self said",
        NONE,
        "Su mensaje",
        "Este es un mensaje autom\u00e1tico. Le contestaremos en dos d\u00edas laborables.",
        None,
        "Jard\u00edn <info@jardin.example>",
    ),
    # Italian
    AutoReply(
        "it outlook",
        OUTLOOK,
        "Risposta automatica: La vostra pagina sulle rose",
        "Buongiorno,\n\nsono fuori ufficio dal 4 al 15 maggio 2026. Rientrer\u00f2 il 18 maggio.\n\nBo",
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
    AutoReply("it sieve", SIEVE, "Assenza", "Torno luned\u00ec 11 maggio.", "2026-05-11"),
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
        "Questo \u00e8 un messaggio automatico: siamo chiusi fino al 10.05.2026.",
        "2026-05-10",
    ),
    # Portuguese
    AutoReply(
        "pt outlook",
        OUTLOOK,
        "Resposta autom\u00e1tica: A sua p\u00e1gina sobre rosas",
        "Ol\u00e1,\n\nestou de f\u00e9rias de 4 a 15 de maio de 2026. Regresso no dia 18 de maio.\n\nBo",
        "2026-05-18",
    ),
    AutoReply(
        "pt gmail",
        GMAIL,
        "Fora do escrit\u00f3rio Re: A sua p\u00e1gina",
        "Estou fora do escrit\u00f3rio at\u00e9 12 de maio.",
        "2026-05-12",
    ),
    AutoReply(
        "pt no headers",
        NONE,
        "Aus\u00eancia: A sua p\u00e1gina",
        "Obrigado pelo contato. Estarei ausente at\u00e9 o dia 12/05/2026.",
        "2026-05-12",
    ),
    AutoReply("pt sieve", SIEVE, "F\u00e9rias", "Volto em 25 de maio de 2026.", "2026-05-25"),
    AutoReply(
        "pt desk",
        NONE,
        "Recebemos o seu pedido #48213",
        "Esta \u00e9 uma mensagem autom\u00e1tica. Recebemos o seu pedido e foi registrado com o n\u00famero 48213.",
        None,
        "Suporte <suporte@jardim.example>",
    ),
    AutoReply(
        "pt licenca",
        OUTLOOK,
        "Resposta autom\u00e1tica: Rosas",
        "Estou em licen\u00e7a. Retorno previsto: 1 de setembro de 2026.",
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
        "Automatyczna odpowied\u017a: Pa\u0144stwa strona o r\u00f3\u017cach",
        "Dzie\u0144 dobry,\n\njestem nieobecny do 12 maja 2026. Wracam 13 maja.\n\nBo",
        "2026-05-13",
    ),
    AutoReply(
        "pl gmail",
        GMAIL,
        "Poza biurem Re: Pa\u0144stwa strona",
        "Jestem na urlopie do 15.05.2026.",
        "2026-05-15",
    ),
    AutoReply(
        "pl no headers",
        NONE,
        "Odpowied\u017a automatyczna: strona o r\u00f3\u017cach",
        "Przebywam na urlopie od 4 do 15 maja 2026 r. Odpowiem po powrocie.",
        "2026-05-15",
    ),
    AutoReply(
        "pl nieobecnosc",
        NONE,
        "Nieobecno\u015b\u0107 w biurze",
        "Jestem poza biurem. B\u0119d\u0119 dost\u0119pna ponownie 18 maja.",
        "2026-05-18",
    ),
    AutoReply(
        "pl desk",
        NONE,
        "Potwierdzenie przyj\u0119cia zg\u0142oszenia 48213",
        "Ta wiadomo\u015b\u0107 zosta\u0142a wygenerowana automatycznie. Otrzymali\u015bmy Twoje zg\u0142oszenie.",
        None,
        "Pomoc <support@ogrod.example>",
    ),
    AutoReply("pl sieve", SIEVE, "Urlop", "Wr\u00f3c\u0119 w poniedzia\u0142ek, 11 maja.", "2026-05-11"),
    # Swedish
    AutoReply(
        "sv outlook",
        OUTLOOK,
        "Automatiskt svar: Er sida om rosor",
        "Hej,\n\njag \u00e4r ledig till och med den 15 maj 2026 och \u00e4r tillbaka den 18 maj.\n\nBo",
        "2026-05-18",
    ),
    AutoReply(
        "sv gmail",
        GMAIL,
        "Fr\u00e5nvaro Re: Er sida om rosor",
        "Jag \u00e4r p\u00e5 semester t.o.m. 12 maj.",
        "2026-05-12",
    ),
    AutoReply(
        "sv no headers",
        NONE,
        "Autosvar: Er sida",
        "Tack f\u00f6r ditt mejl. Jag \u00e4r inte p\u00e5 kontoret, \u00e5ter 2026-05-11.",
        "2026-05-11",
    ),
    AutoReply(
        "sv ej kontoret",
        NONE,
        "Ej p\u00e5 kontoret",
        "Jag \u00e4r fr\u00e5nvarande till 20 maj. Kontakta Cleo vid br\u00e5dskande \u00e4renden.",
        "2026-05-20",
    ),
    AutoReply(
        "sv desk",
        DESK,
        "Ditt \u00e4rende #48213 har mottagits",
        "Vi har tagit emot ditt \u00e4rende och \u00e5terkommer inom tv\u00e5 dagar.",
        None,
        "Kundtj\u00e4nst <kundtjanst@tradgard.example>",
    ),
    AutoReply(
        "sv self said",
        NONE,
        "Ditt mejl",
        "Detta \u00e4r ett automatiskt svar. Vi \u00e4r tillbaka p\u00e5 m\u00e5ndag.",
        "2026-05-11",
    ),
    # Japanese
    AutoReply(
        "ja outlook",
        OUTLOOK,
        "\u81ea\u52d5\u5fdc\u7b54: \u30d0\u30e9\u306e\u30da\u30fc\u30b8\u306b\u3064\u3044\u3066",
        "\u304a\u4e16\u8a71\u306b\u306a\u3063\u3066\u304a\u308a\u307e\u3059\u3002\n5\u67084\u65e5\u304b\u30895\u670812\u65e5\u307e\u3067\u4f11\u6687\u3092\u3044\u305f\u3060\u3044\u3066\u304a\u308a\u307e\u3059\u3002",
        "2026-05-12",
    ),
    AutoReply(
        "ja gmail",
        GMAIL,
        "\u4e0d\u5728\u306e\u304a\u77e5\u3089\u305b",
        "2026\u5e745\u670818\u65e5\u306b\u51fa\u793e\u3044\u305f\u3057\u307e\u3059\u3002",
        "2026-05-18",
    ),
    AutoReply(
        "ja no headers",
        NONE,
        "\u3010\u81ea\u52d5\u8fd4\u4fe1\u3011\u304a\u554f\u3044\u5408\u308f\u305b\u3042\u308a\u304c\u3068\u3046\u3054\u3056\u3044\u307e\u3059",
        "\u3053\u306e\u30e1\u30fc\u30eb\u306f\u81ea\u52d5\u9001\u4fe1\u3055\u308c\u3066\u3044\u307e\u3059\u3002\u62c5\u5f53\u8005\u3088\u308a\u3054\u9023\u7d61\u3044\u305f\u3057\u307e\u3059\u3002",
        None,
        "info@niwa.example",
    ),
    AutoReply(
        "ja sieve",
        SIEVE,
        "\u590f\u5b63\u4f11\u696d\u306e\u304a\u77e5\u3089\u305b",
        "\u4f11\u696d\u671f\u9593: 8\u67088\u65e5\uff5e8\u670816\u65e5\n8\u670817\u65e5\u3088\u308a\u901a\u5e38\u55b6\u696d\u3044\u305f\u3057\u307e\u3059\u3002",
        "2026-08-17",
    ),
    AutoReply(
        "ja desk",
        NONE,
        "\u304a\u554f\u3044\u5408\u308f\u305b\u53d7\u4ed8\u5b8c\u4e86 [48213]",
        "\u304a\u554f\u3044\u5408\u308f\u305b\u3092\u53d7\u3051\u4ed8\u3051\u307e\u3057\u305f\u3002\u53d7\u4ed8\u756a\u53f7\u306f48213\u3067\u3059\u3002",
        None,
        "support@niwa.example",
    ),
    AutoReply(
        "ja fuzai",
        NONE,
        "\u4e0d\u5728\u306e\u305f\u3081",
        "\u51fa\u5f35\u306e\u305f\u30815/12\u307e\u3067\u4e0d\u5728\u306b\u3057\u3066\u304a\u308a\u307e\u3059\u3002",
        "2026-05-12",
    ),
]
