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
        "Re: Ihre Seite über Rosen",
        "Hallo Ana, ich bin gerade im Urlaub, aber ja, das machen wir gern. Bis 12. Mai habe ich Zeit.",
    ),
    (
        "Urlaub mit Hund: Ihre Seite",
        "Wir würden gern auf Ihre Seite über Urlaub mit Hund verlinken.",
    ),
    (
        "Re: Ihre Seite",
        "Entschuldigung für die späte Antwort, ich war im Urlaub. Der Preis ist 90 Euro.",
    ),
    (
        "Re: Abwesenheitsnotiz",
        "Danke, dann melde ich mich nach Ihrem Urlaub wieder. Wann sind Sie zurück?",
    ),
    ("Urlaubsvertretung", "Ich vertrete Bo bis Ende Mai. Worum geht es genau?"),
    ("Re: Ihre Anfrage", "Ihre automatische Antwort kam bei mir an. Ich warte gern bis Montag."),
    ("Re: Rosen", "Ich bin ab Montag wieder im Büro und schaue es mir dann an."),
    (
        "Re: Votre page sur les roses",
        "Bonjour Ana, je suis en vacances jusqu'au 12 mai mais je regarde ça dès mon retour.",
    ),
    (
        "Vacances en Provence",
        "Votre article sur les vacances en Provence est très bien. Un lien vers le nôtre ?",
    ),
    (
        "Re: Réponse automatique",
        "J'ai bien reçu votre réponse automatique. On se parle à votre retour ?",
    ),
    ("Re: roses", "Désolée pour le retard, j'étais absente. C'est d'accord pour 80 euros."),
    ("Congés payés : une question", "Puis-je citer votre page sur les congés payés ?"),
    ("Re: roses", "Je suis de retour lundi, rappelez-moi."),
    (
        "Re: Su página sobre rosas",
        "Hola Ana, estoy de vacaciones hasta el 15, pero me interesa. \u00bfCuánto texto?",
    ),
    ("Vacaciones en Galicia", "\u00bfAcepta enlaces sobre vacaciones en Galicia?"),
    ("Re: Respuesta automática", "He visto su respuesta automática; espero a su regreso."),
    ("Re: rosas", "Perdone, estaba fuera de la oficina. El precio es 70 euros."),
    ("Re: La vostra pagina", "Ciao Ana, sono in ferie fino al 12 maggio. Dopo volentieri!"),
    ("Ferie in Sardegna", "Possiamo scrivere un articolo sulle ferie in Sardegna per voi?"),
    ("Re: rose", "Scusate il ritardo, ero fuori ufficio. Va bene."),
    ("Re: Risposta automatica", "Grazie, aspetto il suo rientro."),
    ("Re: A sua página", "Olá, estou de férias mas gostei. Pode enviar o texto?"),
    ("Férias no Algarve", "Escrevo sobre férias no Algarve. Aceita um artigo?"),
    ("Re: rosas", "Desculpe a demora, estive ausente. O preço é 60 euros."),
    ("Re: Uw pagina", "Hoi Ana, ik ben met vakantie, maar stuur de tekst maar."),
    ("Vakantie in Zeeland", "Mogen wij een stuk over vakantie in Zeeland schrijven?"),
    ("Re: rozen", "Sorry, ik was afwezig. De prijs is 75 euro."),
    ("Re: Automatisch antwoord", "Ik zie dat u tot 12 mei weg bent. Ik wacht wel."),
    (
        "Re: Państwa strona",
        "Jestem na urlopie do 15 maja, ale chętnie. Proszę przysłać tekst.",
    ),
    ("Urlop nad morzem", "Czy możemy napisać dla Państwa o urlopie nad morzem?"),
    ("Re: róże", "Przepraszam, byłem nieobecny. Cena to 300 zł."),
    ("Re: Er sida", "Hej, jag är på semester men det låter bra. Skicka texten!"),
    ("Semester i Skåne", "Vill ni ha en artikel om semester i Skåne?"),
    ("Re: rosor", "Förlåt, jag var inte på kontoret. Priset är 900 kronor."),
    ("Re: Autosvar", "Jag såg ert autosvar. Hinner ni titta när ni är tillbaka?"),
    (
        "Re: バラのページ",
        "返信が遅くなりました\u3002休暇を取っていました\u3002料金は1万円です\u3002",
    ),
    (
        "夏休みの特集について",
        "夏休みの特集に記事を載せていただけますか\u3002",
    ),
    (
        "Re: ご相談",
        "5月12日まで出張ですが\u3001ぜひお願いします\u3002",
    ),
    (
        "Office hours",
        "Our office is closed on Friday. Shall we talk on Monday? Your request was received with joy.",
    ),
    ("Re: roses", "I am out of the office today, will answer in detail tomorrow. In short: yes."),
    (
        "[Garden] Re: roses",
        "##- Please type your reply above this line -##\n\nBo Marsh, 4 May:\n\nI asked the editors, they want your list. Which licence?",
    ),
    ("Fwd: Automatic reply", "See below, he is away until the 12th. What do we do?\n\nAna"),
]
