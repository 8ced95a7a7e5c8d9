"""Sixty mails of people, of our own writing, that talk of holidays, absence and automatic answers.

Each is a pair: subject, body. All were written by a person and must stay a person's.
"""

PEOPLE = [
    (
        "Re: A page of yours about roses",
        "Hi Ana,\n\nI'm out of the office until 12 May, but yes, happy to add the link when I'm back.\n\nBo",
    ),
    (
        "Re: A page of yours about roses",
        "Sorry for the late answer, I was on holiday. The price is 80 euros.",
    ),
    (
        "Re: A page of yours about roses",
        "I'm on vacation right now and typing this on my phone. Send me the draft?",
    ),
    (
        "Holiday plans and the guest post",
        "Ana, we are closed from 3 to 12 May. Could you send the text before?",
    ),
    (
        "Re: Holidays for the garden team",
        "Once back from the holidays we can talk. Until then no access to a computer, hooray!",
    ),
    ("Out of the ordinary: your rose guide", "I read your guide on the train. Would you link to ours?"),
    ("Vacation rentals and roses", "Do you also take links to vacation rental pages?"),
    (
        "Re: Out of office guide",
        "Thanks for the link to our out-of-office guide! I will reply to your question on Monday.",
    ),
    ("Re: Automatic watering", "Yes, automatic systems are fine. We return to that topic in June."),
    ("Away game", "I'm away this weekend. Let's talk on Tuesday."),
    ("Re: your mail", "I got your automatic reply. When will you be back in the office?"),
    ("Your auto-reply", "Hi, your auto-reply says you are away until 12 May. Who can help me before?"),
    ("Re: roses", "Please call me when you're back from vacation."),
    ("Question", "Is this an automated message or is there a person reading?"),
    (
        "Re: roses",
        "I will be travelling until Friday and limited to my phone, so please be patient. The answer is yes.",
    ),
    ("Maternity leave article", "I'm writing about maternity leave and liked your page. May I quote it?"),
    ("Re: roses", "Bo has left for his holidays. I'm Cleo and take over. What do you need from us?"),
    ("Re: roses", "No thanks. And please don't write to Dan, he is on sick leave."),
    ("Re: roses", "Will be back on this tomorrow.\n\nBo"),
    ("Re: roses", "We're on holiday mode here ;-) but your page is fine, I've put the link in."),
    (
        "Re: Ihre Seite \u00fcber Rosen",
        "Hallo Ana, ich bin gerade im Urlaub, aber ja, das machen wir gern. Bis 12. Mai habe ich Zeit.",
    ),
    (
        "Urlaub mit Hund: Ihre Seite",
        "Wir w\u00fcrden gern auf Ihre Seite \u00fcber Urlaub mit Hund verlinken.",
    ),
    (
        "Re: Ihre Seite",
        "Entschuldigung f\u00fcr die sp\u00e4te Antwort, ich war im Urlaub. Der Preis ist 90 Euro.",
    ),
    (
        "Re: Abwesenheitsnotiz",
        "Danke, dann melde ich mich nach Ihrem Urlaub wieder. Wann sind Sie zur\u00fcck?",
    ),
    ("Urlaubsvertretung", "Ich vertrete Bo bis Ende Mai. Worum geht es genau?"),
    ("Re: Ihre Anfrage", "Ihre automatische Antwort kam bei mir an. Ich warte gern bis Montag."),
    ("Re: Rosen", "Ich bin ab Montag wieder im B\u00fcro und schaue es mir dann an."),
    (
        "Re: Votre page sur les roses",
        "Bonjour Ana, je suis en vacances jusqu'au 12 mai mais je regarde \u00e7a d\u00e8s mon retour.",
    ),
    (
        "Vacances en Provence",
        "Votre article sur les vacances en Provence est tr\u00e8s bien. Un lien vers le n\u00f4tre ?",
    ),
    (
        "Re: R\u00e9ponse automatique",
        "J'ai bien re\u00e7u votre r\u00e9ponse automatique. On se parle \u00e0 votre retour ?",
    ),
    ("Re: roses", "D\u00e9sol\u00e9e pour le retard, j'\u00e9tais absente. C'est d'accord pour 80 euros."),
    ("Cong\u00e9s pay\u00e9s : une question", "Puis-je citer votre page sur les cong\u00e9s pay\u00e9s ?"),
    ("Re: roses", "Je suis de retour lundi, rappelez-moi."),
    (
        "Re: Su p\u00e1gina sobre rosas",
        "Hola Ana, estoy de vacaciones hasta el 15, pero me interesa. \u00bfCu\u00e1nto texto?",
    ),
    ("Vacaciones en Galicia", "\u00bfAcepta enlaces sobre vacaciones en Galicia?"),
    ("Re: Respuesta autom\u00e1tica", "He visto su respuesta autom\u00e1tica; espero a su regreso."),
    ("Re: rosas", "Perdone, estaba fuera de la oficina. El precio es 70 euros."),
    ("Re: La vostra pagina", "Ciao Ana, sono in ferie fino al 12 maggio. Dopo volentieri!"),
    ("Ferie in Sardegna", "Possiamo scrivere un articolo sulle ferie in Sardegna per voi?"),
    ("Re: rose", "Scusate il ritardo, ero fuori ufficio. Va bene."),
    ("Re: Risposta automatica", "Grazie, aspetto il suo rientro."),
    ("Re: A sua p\u00e1gina", "Ol\u00e1, estou de f\u00e9rias mas gostei. Pode enviar o texto?"),
    ("F\u00e9rias no Algarve", "Escrevo sobre f\u00e9rias no Algarve. Aceita um artigo?"),
    ("Re: rosas", "Desculpe a demora, estive ausente. O pre\u00e7o \u00e9 60 euros."),
    ("Re: Uw pagina", "Hoi Ana, ik ben met vakantie, maar stuur de tekst maar."),
    ("Vakantie in Zeeland", "Mogen wij een stuk over vakantie in Zeeland schrijven?"),
    ("Re: rozen", "Sorry, ik was afwezig. De prijs is 75 euro."),
    ("Re: Automatisch antwoord", "Ik zie dat u tot 12 mei weg bent. Ik wacht wel."),
    (
        "Re: Pa\u0144stwa strona",
        "Jestem na urlopie do 15 maja, ale ch\u0119tnie. Prosz\u0119 przys\u0142a\u0107 tekst.",
    ),
    ("Urlop nad morzem", "Czy mo\u017cemy napisa\u0107 dla Pa\u0144stwa o urlopie nad morzem?"),
    ("Re: r\u00f3\u017ce", "Przepraszam, by\u0142em nieobecny. Cena to 300 z\u0142."),
    ("Re: Er sida", "Hej, jag \u00e4r p\u00e5 semester men det l\u00e5ter bra. Skicka texten!"),
    ("Semester i Sk\u00e5ne", "Vill ni ha en artikel om semester i Sk\u00e5ne?"),
    ("Re: rosor", "F\u00f6rl\u00e5t, jag var inte p\u00e5 kontoret. Priset \u00e4r 900 kronor."),
    ("Re: Autosvar", "Jag s\u00e5g ert autosvar. Hinner ni titta n\u00e4r ni \u00e4r tillbaka?"),
    (
        "Re: \u30d0\u30e9\u306e\u30da\u30fc\u30b8",
        "\u8fd4\u4fe1\u304c\u9045\u304f\u306a\u308a\u307e\u3057\u305f\u3002\u4f11\u6687\u3092\u53d6\u3063\u3066\u3044\u307e\u3057\u305f\u3002\u6599\u91d1\u306f1\u4e07\u5186\u3067\u3059\u3002",
    ),
    (
        "\u590f\u4f11\u307f\u306e\u7279\u96c6\u306b\u3064\u3044\u3066",
        "\u590f\u4f11\u307f\u306e\u7279\u96c6\u306b\u8a18\u4e8b\u3092\u8f09\u305b\u3066\u3044\u305f\u3060\u3051\u307e\u3059\u304b\u3002",
    ),
    (
        "Re: \u3054\u76f8\u8ac7",
        "5\u670812\u65e5\u307e\u3067\u51fa\u5f35\u3067\u3059\u304c\u3001\u305c\u3072\u304a\u9858\u3044\u3057\u307e\u3059\u3002",
    ),
    (
        "Office hours",
        "Our office is closed on Friday. Shall we talk on Monday? Your request was received with joy.",
    ),
    ("Re: roses", "I am out of the office today, will answer in detail tomorrow. In short: yes."),
    ("Fwd: Automatic reply", "See below, he is away until the 12th. What do we do?\n\nAna"),
]
