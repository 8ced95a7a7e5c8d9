"""Does the page ask not to be pitched?  The sentence itself, so that a person can judge it."""

from __future__ import annotations

from outreach.kit.patterns import late

_GUEST = (
    r"(?:guest|sponsored|contributed|unsolicited|external|paid|outside|third[- ]party|freelance|ai[- ]generated)[- ](?:blog )?(?:blog|post|posts|posting|article|articles|"
    r"contribution|contributions|content|submission|submissions|pitch|pitches|author|authors|writers?|blogging|links?|stories|material|manuscripts)"
)
_SAYS = late(
    r"(?i)\b(?:"
    rf"(?:(?:do|does|are|is|can|will)|['’]re)\s?(?:not|n['’]t|no longer)\s+(?:currently |now |yet |ever |be |at this time |at the moment )*(?:accept|accepting|publish|publishing|take|taking|run|host|consider|considering|want|looking for|open to|seeking|offer|interested in)\s+(?:any |new |more |your |unsolicited |outside )*(?:{_GUEST}|pitches|guest bloggers|submissions|contributions|link (?:requests|exchanges|insertions)|pr pitches|outreach)"
    rf"|(?:cannot|never|no longer) (?:accept|publish|take|run|consider)s? (?:any |new |unsolicited )*(?:{_GUEST}|pitches|submissions|contributions)"
    rf"|no (?:more |unsolicited |pr |cold |seo |link |press )*(?:pitches|{_GUEST}|link requests|outreach|guest bloggers)(?:,? please| are accepted| thanks?| accepted| allowed)?(?=[\s.,;:!)]|$)"
    r"|please (?:do not|don['’]t|no) (?:send|pitch|email|contact|submit)(?: us| me)?(?: your| any| with)* ?(?:pitches|guest|link|unsolicited|pr |press releases|sponsored|outreach|story ideas)?\b(?=.{0,60}(?:pitch|guest|link|unsolicited|sponsor|seo))"
    r"|(?:closed to|not open (?:to|for)|not seeking|currently closed (?:to|for)) (?:new |all |unsolicited |outside )*(?:guest|submissions|pitches|contributions|contributors)"
    r"|submissions are (?:currently |now )?closed"
    r"|(?:keine|keinerlei) (?:\w+ )?(?:gastbeiträge|gastartikel|gastautoren|gastposts?|unverlangt\w*|unaufgefordert\w*|linkanfragen|linktausch|kooperationsanfragen|werbeanfragen|pitches|bezahlten? (?:beiträge|artikel))"
    r"|(?:nehmen|veröffentlichen|akzeptieren) (?:wir )?(?:leider |derzeit |grundsätzlich )?keine (?:\w+ )?(?:gast|unverlangt|fremd|manuskripte|pitches)\w*"
    r"|(?:pas|aucun|ni|plus) (?:d['’]|de |aucun )?(?:articles? invités?|articles? sponsorisés?|billets? invités?|contributions? extérieures?|publi-?rédactionnels?|échange de liens|guest posts?|sollicitations)"
    r"|n['’]accept(?:ons|e) (?:pas|plus|aucun)[\w ]{0,20}(?:articles?|contributions?|propositions|guest|billets)"
    r"|no (?:se )?(?:aceptamos|publicamos|acepto|aceptan|admitimos) (?:\w+ )?(?:artículos|posts?|entradas|colaboraciones|contenidos?|guest|propuestas)"
    r"|non (?:accettiamo|pubblichiamo|accetto) (?:\w+ )?(?:guest post|articoli|contributi|proposte|contenuti)"
    r"|não (?:aceitamos|publicamos|aceito) (?:\w+ )?(?:guest posts?|artigos|posts?|conteúdos?|propostas|publieditoriais)"
    r"|(?:accepteren|plaatsen|publiceren) (?:wij |we )?(?:\w+ )?geen (?:\w+ )?(?:gastblogs?|gastartikelen|gesponsorde|linkruil)\w*|geen (?:gastblogs|gastartikelen|linkverzoeken)"
    r"|nie (?:przyjmujemy|publikujemy|akceptujemy) (?:\w+ )?(?:artykułów|wpisów|postów|tekstów)"
    r"|(?:tar|publicerar) (?:vi )?(?:inte|ej) emot? ?(?:\w+ )?gäst\w+|inga gästinlägg|emme (?:julkaise|ota vastaan) vieras\w+|ikke (?:imod|imot)? ?(?:\w+ )?gjeste\w+"
    r"|не (?:принимаем|публикуем|размещаем) (?:\w+ )?(?:гостев\w+|рекламн\w+|стат\w+)"
    r"|nepřijímáme (?:\w+ )?(?:hostující|články)|nem fogadunk el vendég\w+|misafir yazı kabul etmiyoruz"
    r")|寄稿(?:は|の)?(?:受け付け|募集し)て(?:い|お)(?:ません|りません)|不接受(?:投稿|客座|外部)"
)  # fmt: skip
_SENTENCE = late(r"[^.!?。！？\n]+[.!?。！？]*")
QUOTE_MOST = 300


def refusal_in(text: str) -> str:
    """The first sentence of a page's text that asks for no pitches, or ""."""
    for line in text.split("\n"):
        if len(line) < 12 or len(line) > 20_000:
            continue
        for sentence in _SENTENCE.finditer(line):
            if len(sentence[0]) < 600 and _SAYS.search(sentence[0]):
                return " ".join(sentence[0].split())[:QUOTE_MOST]
    return ""
