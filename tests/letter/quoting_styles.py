"""How mail programs quote, each as a function of our letter and their answer. Our own writing.

A style gives the mail's plain or HTML body; `theirs` is what has to be left. `{at}` is where an answer in
several places stands between parts of ours.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from urllib.parse import quote_plus

ENGLISH = """Hello Bo,

I read your page about old roses, and most of all the part on pruning in March: https://garden.example/roses/pruning-in-march?part=2

We keep a list of 240 old kinds with their scents. Would a link to it help your readers? It would fit below the table of kinds, and we would of course name you as the source of the three photographs that we took over.

The list: https://roses.example/list

Best regards
Ana Novak

Roses & Co, 12 Rose Lane, Dover
If you would rather hear no more from me, tell me and I stop: https://out.roses.example/u/4fJ2kX9aQmPz
"""
GERMAN = """Hallo Herr Berg,

Ihr Beitrag über das Schneiden alter Rosen ist der erste, der auch die Wildrosen nennt – danke dafür!

Wir pflegen eine Liste mit 240 Sorten. Würde sie Ihren Lesern helfen?
- nach Duft geordnet
- mit den Jahren der Züchtung

Viele Grüße
Ana Novak
--
Rosen & Söhne, Rosenweg 12, 20095 Hamburg
Keine weitere Post von mir: https://out.roses.example/u/9aQmPz4fJ2kX
"""
FRENCH = """Bonjour,

votre article sur la taille des rosiers anciens m'a beaucoup appris, surtout le passage sur l'églantier.

Nous tenons une liste de 240 variétés ; serait-elle utile à vos lecteurs ?

Cordialement,
Ana Novak
Roses et Cie, 12 allée des Roses, 13001 Marseille
Pour ne plus recevoir de courrier : https://out.roses.example/u/kX9aQmPz4fJ2
"""
LETTERS = {"english": ENGLISH, "german": GERMAN, "french": FRENCH}

SHORT = "Yes, gladly. Which of the two pages do you mean?\n\nBo"
ONE_WORD = "Ok"
TABLE = "Hi Ana,\n\nour prices:\n\n| page | a year |\n| home | 200 |\n| blog | 90 |\n\n> 500 readers a day see it.\n\nBo"
HEADS = "Hello,\n\nhere is what we know so far.\n\nFrom: our own garden\nDate: open\nPrice: none\n\nOn Friday my colleague wrote: it is fine.\n\nBo Berg\n-- \nGarden Ltd\n1 Garden Way"
SAME_WORDS = "Dear Ana,\n\nyour list of 240 old kinds sounds good. Best regards\n\nBo"
GERMAN_ANSWER = "Hallo Frau Novak,\n\ngern! Am 12. Mai stellen wir die Seite um, danach setzen wir den Link.\n\nVon wem sind die Bilder?\n\nMit freundlichen Grüßen\nBo Berg"
FRENCH_ANSWER = (
    "Bonjour Ana,\n\nbonne idée. Le texte sera en ligne lundi ; merci pour l'envoi.\n\nBien à vous\nBo"
)
JAPANESE_ANSWER = "アナ様\n\nご連絡ありがとうございます。リンクを追加します。\n\nボー"
RUSSIAN_ANSWER = "Здравствуйте, Ана!\n\nДа, с удовольствием. Когда вам удобно?\n\nБо"
ANSWERS = {
    "short": SHORT,
    "one word": ONE_WORD,
    "a table": TABLE,
    "what looks like a head": HEADS,
    "our words in theirs": SAME_WORDS,
    "german": GERMAN_ANSWER,
    "french": FRENCH_ANSWER,
    "japanese": JAPANESE_ANSWER,
    "russian": RUSSIAN_ANSWER,
}
PHONES = {
    "iphone": "Sent from my iPhone",
    "android": "Gesendet von meinem Telefon",
    "outlook": "Get Outlook for iOS<https://aka.ms/o0ukef>",
}

# What programs and their users put below an answer by themselves; it is theirs.
SIGNED = frozenset(
    "See below. Sent with Proton Mail secure email. Sent from Yahoo Mail on Android Get Outlook for iOS".split()
) | {word for phone in PHONES.values() for word in phone.split()}


def marked(text: str, mark: str = "> ") -> str:
    return "\n".join((mark + line).rstrip() for line in text.strip("\n").split("\n"))


def wrapped(text: str, width: int) -> str:
    """Broken at blanks, as programs do when they quote; an address longer than a line stays whole."""
    lines: list[str] = []
    for line in text.strip("\n").split("\n"):
        while len(line) > width and " " in line[1:width]:
            cut = line.rindex(" ", 1, width)
            lines.append(line[:cut])
            line = line[cut + 1 :]
        lines.append(line)
    return "\n".join(lines)


def broken_marks(text: str) -> str:
    """Quoted first and wrapped on the way: every second piece has lost its mark."""
    return "\n".join(wrapped(line, 60) for line in marked(text).split("\n"))


def flowed(text: str, mark: str = "> ") -> str:
    """format=flowed: a line that goes on ends in a blank."""
    return "\n".join(mark + line for line in wrapped(text, 66).replace("\n", " \n").split("\n"))


def linked(text: str) -> str:
    """As Outlook turns links of HTML into text: each followed by its address in brackets."""
    return re.sub(r"https://\S+", lambda found: f"{found[0]}<{found[0]}>", text.strip("\n"))


def html(text: str) -> str:
    return escape(text.strip("\n"), quote=False).replace("\n", "<br>\n")


def html_lines(text: str) -> str:
    """As `html`, its paragraphs still apart."""
    return "\n\n".join(html(part) for part in text.strip("\n").split("\n\n"))


def paragraphs(text: str, kind: str = "") -> str:
    return "".join(
        f"<p{kind}>{escape(line, quote=False) or '&nbsp;'}</p>\n" for line in text.strip("\n").split("\n")
    )


def divs(text: str) -> str:
    return "".join(
        f"<div>{escape(line, quote=False) or '<br>'}</div>" for line in text.strip("\n").split("\n")
    )


@dataclass(frozen=True)
class Style:
    name: str
    kind: str
    write: Callable[[str, str], str]


def top(name: str, line: str, quote: Callable[[str], str] = marked) -> Style:
    return Style(name, "plain", lambda ours, theirs: f"{theirs}\n\n{line}\n{quote(ours)}\n")


def top_html(
    name: str, shape: str, own: Callable[[str], str] = divs, quote: Callable[[str], str] = html
) -> Style:
    return Style(
        name, "html", lambda ours, theirs: shape.replace("THEIRS", own(theirs)).replace("OURS", quote(ours))
    )


ADDRESS = "ana@roses.example"
NAME = f"Ana Novak &lt;{ADDRESS}&gt;"
LINK = f'Ana Novak &lt;<a href="mailto:{ADDRESS}">{ADDRESS}</a>&gt;'


def block(*lines: str) -> str:
    return "\n".join(lines) + "\n"


STYLES = [
    top("evolution", "On Mon, 2026-05-04 at 09:00 +0200, Ana Novak wrote:"),
    top(
        "mutt",
        "On Mon, May 04, 2026 at 09:00:00AM +0200, Ana Novak wrote:",
        lambda ours: marked(wrapped(ours, 70)),
    ),
    top("kmail de", "Am Montag, 4. Mai 2026, 09:00:00 CEST schrieb Ana Novak:"),
    top("gnus", f"Ana Novak <{ADDRESS}> writes:\n"),
    top(
        "gmail, the address wrapped",
        f"On Mon, May 4, 2026 at 9:00\u202fAM Ana Novak via Roses and Company of Dover <\n{ADDRESS}> wrote:\n",
        lambda ours: marked(wrapped(ours, 72)),
    ),
    top("gmail da", f"Den man. 4. maj 2026 kl. 09.00 skrev Ana Novak <{ADDRESS}>:\n"),
    top("gmail no", f"man. 4. mai 2026 kl. 09:00 skrev Ana Novak <{ADDRESS}>:\n"),
    top("gmail fi", f"ma 4. toukok. 2026 klo 9.00 Ana Novak ({ADDRESS}) kirjoitti:\n"),
    top("gmail cs", f"po 4. 5. 2026 v 9:00 odesílatel Ana Novak <{ADDRESS}> napsal:\n"),
    top("gmail sk", f"po 4. 5. 2026 o 9:00 Ana Novak <{ADDRESS}> napísal(a):\n"),
    top("gmail hu", f"Ana Novak <{ADDRESS}> ezt írta (időpont: 2026. máj. 4., H, 9:00):\n"),
    top("gmail ro", f"lun., 4 mai 2026 la 09:00, Ana Novak <{ADDRESS}> a scris:\n"),
    top("gmail tr", f"Ana Novak <{ADDRESS}>, 4 May 2026 Pzt, 09:00 tarihinde şunu yazdı:\n"),
    top("gmail ru", f"пн, 4 мая 2026 г. в 09:00, Ana Novak <{ADDRESS}>:\n"),
    top("gmail uk", f"пн, 4 трав. 2026 р. о 09:00 Ana Novak <{ADDRESS}> пише:\n"),
    top("gmail el", f"Στις Δευ 4 Μαΐ 2026 στις 9:00 π.μ., ο χρήστης Ana Novak <{ADDRESS}> έγραψε:\n"),
    top("gmail zh", f"Ana Novak <{ADDRESS}> 于2026年5月4日周一 09:00写道：\n"),
    top("gmail tw", f"Ana Novak <{ADDRESS}> 於 2026年5月4日 週一 上午9:00寫道：\n"),
    top("gmail ko", f"2026년 5월 4일 (월) 오전 9:00, Ana Novak <{ADDRESS}>님이 작성:\n"),
    top(
        "gmail he",
        f"\u202bבתאריך יום ב׳, 4 במאי 2026 ב-9:00 מאת \u202aAna Novak\u202c\u200f <\u202a{ADDRESS}\u202c\u200f>:\u202c\n",
    ),
    top("gmail pt", f"Em seg., 4 de mai. de 2026 às 09:00, Ana Novak <{ADDRESS}>\nescreveu:\n"),
    top("apple fr", f"> Le 4 mai 2026 à 09:00, Ana Novak <{ADDRESS}> a écrit :\n> "),
    top("apple es", f"> El 4 may 2026, a las 9:00, Ana Novak <{ADDRESS}> escribió:\n> "),
    top("apple it", f"> Il giorno 4 mag 2026, alle ore 09:00, Ana Novak <{ADDRESS}> ha scritto:\n>"),
    top("apple ja", f"> 2026/05/04 9:00、Ana Novak <{ADDRESS}>のメール:\n> "),
    top(
        "iphone de",
        f"{PHONES['android']}\n\n> Am 04.05.2026 um 09:00 schrieb Ana Novak <{ADDRESS}>:\n> \n> \ufeff",
    ),
    top("thunderbird fr", "Le 04/05/2026 à 09:00, Ana Novak a écrit :", flowed),
    top("thunderbird es", "El 4/5/26 a las 9:00, Ana Novak escribió:", flowed),
    top("thunderbird pl", "W dniu 4.05.2026 o 09:00, Ana Novak pisze:"),
    top("thunderbird nl", "Op 4-5-2026 om 09:00 schreef Ana Novak:", flowed),
    top("the marks broken on the way", f"On 4 May 2026 09:00, Ana Novak <{ADDRESS}> wrote:\n", broken_marks),
    top("the bat", "Monday, May 4, 2026, 9:00:00 AM, you wrote:\n", lambda ours: marked(ours, "AN> ")),
    top("yandex", f'04.05.2026, 09:00, "Ana Novak" <{ADDRESS}>:\n'),
    top("mail.ru", f">Понедельник, 4 мая 2026, 9:00 +03:00 от Ana Novak <{ADDRESS}>:\n>"),
    top("netease", f'At 2026-05-04 09:00:00, "Ana Novak" <{ADDRESS}> wrote:', lambda ours: marked(ours, ">")),
    top(
        "zoho",
        f"---- On Mon, 04 May 2026 09:00:00 +0200 Ana Novak <{ADDRESS}> wrote ----\n",
        lambda ours: marked(ours, ">"),
    ),
    top(
        "zoho without marks",
        f" ---- On Mon, 04 May 2026 09:00:00 +0200 Ana Novak <mailto:{ADDRESS}> wrote ----\n\n",
        str,
    ),
    top(
        "proton",
        f"-------- Original Message --------\nOn Monday, 05/04/26 at 09:00 Ana Novak <{ADDRESS}> wrote:\n",
        str,
    ),
    top(
        "samsung",
        block(
            "-------- Original message --------",
            f"From: Ana Novak <{ADDRESS}> ",
            "Date: 5/4/26  9:00 AM  (GMT+01:00) ",
            "To: bo@garden.example ",
            "Subject: A page of yours about roses \n",
        ),
        str,
    ),
    top(
        "samsung de",
        block(
            "-------- Ursprüngliche Nachricht --------",
            f"Von: Ana Novak <{ADDRESS}> ",
            "Datum: 04.05.26  09:00  (GMT+01:00) ",
            "An: bo@garden.example ",
            "Betreff: Alte Rosen \n",
        ),
        str,
    ),
    top(
        "outlook da",
        block(
            f"Fra: Ana Novak <{ADDRESS}>",
            "Sendt: 4. maj 2026 09:00",
            "Til: Bo Berg <bo@garden.example>",
            "Emne: Roses\n",
        ),
        linked,
    ),
    top(
        "outlook fi",
        block(
            f"Lähettäjä: Ana Novak <{ADDRESS}>",
            "Lähetetty: maanantai 4. toukokuuta 2026 9.00",
            "Vastaanottaja: Bo Berg <bo@garden.example>",
            "Aihe: Roses\n",
        ),
        str,
    ),
    top(
        "outlook cs",
        block(
            f"Od: Ana Novak <{ADDRESS}>",
            "Odesláno: pondělí 4. května 2026 9:00",
            "Komu: Bo Berg <bo@garden.example>",
            "Předmět: Roses\n",
        ),
        str,
    ),
    top(
        "outlook hu",
        block(
            f"Feladó: Ana Novak <{ADDRESS}>",
            "Elküldve: 2026. május 4., hétfő 9:00",
            "Címzett: Bo Berg <bo@garden.example>",
            "Tárgy: Roses\n",
        ),
        str,
    ),
    top(
        "outlook tr",
        block(
            f"Kimden: Ana Novak <{ADDRESS}>",
            "Gönderildi: 4 Mayıs 2026 Pazartesi 09:00",
            "Kime: Bo Berg <bo@garden.example>",
            "Konu: Roses\n",
        ),
        str,
    ),
    top(
        "outlook ru",
        block(
            f"От: Ana Novak <{ADDRESS}>",
            "Отправлено: 4 мая 2026 г. 9:00",
            "Кому: Bo Berg <bo@garden.example>",
            "Тема: Roses\n",
        ),
        str,
    ),
    top(
        "outlook ja",
        block(
            f"差出人: Ana Novak <{ADDRESS}>",
            "送信日時: 2026年5月4日 9:00",
            "宛先: Bo Berg <bo@garden.example>",
            "件名: Roses\n",
        ),
        str,
    ),
    top(
        "outlook zh",
        block(
            f"发件人: Ana Novak <{ADDRESS}>",
            "发送时间: 2026年5月4日 9:00",
            "收件人: Bo Berg <bo@garden.example>",
            "主题: Roses\n",
        ),
        str,
    ),
    top(
        "outlook ko",
        block(
            f"보낸 사람: Ana Novak <{ADDRESS}>",
            "보낸 날짜: 2026년 5월 4일 월요일 오전 9:00",
            "받는 사람: Bo Berg <bo@garden.example>",
            "제목: Roses\n",
        ),
        str,
    ),
    top(
        "outlook pt",
        block(
            f"De: Ana Novak <{ADDRESS}>",
            "Enviada em: segunda-feira, 4 de maio de 2026 09:00",
            "Para: Bo Berg <bo@garden.example>",
            "Assunto: Roses\n",
        ),
        linked,
    ),
    top(
        "outlook, links spelled out",
        block(
            f"From: Ana Novak <{ADDRESS}<mailto:{ADDRESS}>>",
            "Sent: Monday, May 4, 2026 9:00 AM",
            "To: Bo Berg <bo@garden.example<mailto:bo@garden.example>>",
            "Cc: office@garden.example",
            "Subject: A page of yours about roses\n",
        ),
        linked,
    ),
    top(
        "outlook with stars",
        block(
            f"*From:* Ana Novak <{ADDRESS}>",
            "*Sent:* Monday, May 4, 2026 9:00 AM",
            "*To:* Bo Berg",
            "*Subject:* Roses\n",
        ),
        str,
    ),
    top(
        "outlook on a phone",
        block(
            PHONES["outlook"],
            "________________________________",
            f"From: Ana Novak <{ADDRESS}>",
            "Sent: Monday, May 4, 2026 9:00:00 AM",
            "To: bo@garden.example <bo@garden.example>",
            "Subject: Roses\n",
        ),
        linked,
    ),
    top(
        "gmx",
        block(
            "Gesendet: Montag, 04. Mai 2026 um 09:00 Uhr",
            f'Von: "Ana Novak" <{ADDRESS}>',
            "An: bo@garden.example",
            "Betreff: Alte Rosen",
        ),
        str,
    ),
    top(
        "t-online",
        block(
            "-----Original-Nachricht-----",
            "Betreff: Alte Rosen",
            "Datum: 2026-05-04T09:00:00+0200",
            f'Von: "Ana Novak" <{ADDRESS}>',
            'An: "bo@garden.example" <bo@garden.example>\n',
        ),
        str,
    ),
    top(
        "em client",
        block(
            "------ Original Message ------",
            f'From "Ana Novak" <{ADDRESS}>',
            "To bo@garden.example",
            "Date 04/05/2026 09:00:00",
            "Subject A page of yours about roses\n",
        ),
        str,
    ),
    top(
        "qq",
        block(
            "------------------ 原始邮件 ------------------",
            f'发件人: "Ana Novak" <{ADDRESS}>;',
            "发送时间: 2026年5月4日(星期一) 上午9:00",
            '收件人: "bo"<bo@garden.example>;',
            "主题: Roses\n",
        ),
        str,
    ),
    top(
        "orange fr",
        block(
            "> Message du 04/05/26 09:00",
            f'> De : "Ana Novak" <{ADDRESS}>',
            "> A : bo@garden.example",
            "> Copie à : ",
            "> Objet : Roses",
            ">",
        ),
        marked,
    ),
    top(
        "libero",
        block("Il 04/05/2026 09:00 Ana Novak <ana@roses.example> ha scritto:", " ", ""),
        lambda ours: marked(ours, "  "),
    ),
    top(
        "lotus notes",
        block(
            f"From:   Ana Novak <{ADDRESS}>",
            "To:     bo@garden.example",
            "Date:   04.05.2026 09:00",
            "Subject:        Roses",
            "\n",
        ),
        str,
    ),
    top(
        "aol",
        f"In a message dated 5/4/2026 9:00:00 AM Central European Time, {ADDRESS} writes:\n",
        lambda ours: marked(ours, " "),
    ),
    Style(
        "thunderbird below",
        "plain",
        lambda ours, theirs: f"Am 04.05.26 um 09:00 schrieb Ana Novak:\n{flowed(ours)}\n\n{theirs}\n",
    ),
    Style("below, without any mark", "plain", lambda ours, theirs: f"{wrapped(ours, 76)}\n\n{theirs}\n"),
    Style(
        "outlook below",
        "plain",
        lambda ours, theirs: (
            f"From: Ana Novak <{ADDRESS}>\nSent: Monday, May 4, 2026 9:00 AM\nTo: Bo Berg\nSubject: Roses\n\n{linked(ours)}\n\n{theirs}\n"
        ),
    ),
    top_html(
        "gmail html",
        f'<div dir="ltr">THEIRS</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon, May 4, 2026 at 9:00\u202fAM {LINK} wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">OURS</blockquote></div>',
    ),
    top_html(
        "gmail html, wide signs",
        f'<div dir="auto">THEIRS</div><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Am Mo., 4. Mai 2026 um 09:00\xa0Uhr schrieb {LINK}:<br></div><blockquote class="gmail_quote">OURS</blockquote></div>',
        quote=divs,
    ),
    top_html(
        "outlook on the web",
        f'<html><head><style>P {{margin-top:0}}</style></head><body><div class="elementToProof">THEIRS</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif"><b>From:</b> {NAME}<br><b>Sent:</b> Monday, May 4, 2026 9:00 AM<br><b>To:</b> Bo Berg &lt;bo@garden.example&gt;<br><b>Subject:</b> A page of yours</font><div>&nbsp;</div></div><div class="BodyFragment">OURS</div></body></html>',
    ),
    top_html(
        "outlook on a desk de",
        f'<div class="WordSection1">THEIRS<p class="MsoNormal"><o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b><span>Von:</span></b><span> {NAME} <br><b>Gesendet:</b> Montag, 4. Mai 2026 09:00<br><b>An:</b> Bo Berg &lt;bo@garden.example&gt;<br><b>Betreff:</b> Alte Rosen<o:p></o:p></span></p></div></div>OURS</div>',
        own=lambda text: paragraphs(text, ' class="MsoNormal"'),
        quote=lambda text: paragraphs(text, ' class="MsoNormal"'),
    ),
    top_html(
        "outlook for mac fr",
        f'<div>THEIRS</div><div style="border-top:1pt solid"><p><b><span>De&nbsp;: </span></b><span>{NAME}<br><b>Date&nbsp;: </b>lundi, 4 mai 2026 à 09:00<br><b>À&nbsp;: </b>Bo Berg<br><b>Objet&nbsp;: </b>Roses</span></p></div><div>OURS</div>',
        quote=paragraphs,
    ),
    top_html(
        "outlook on a phone, html",
        f'<div dir="auto">THEIRS</div><div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div><hr><div id="divRplyFwdMsg"><b>From:</b> {NAME}<br><b>Sent:</b> Monday, May 4, 2026 9:00:00 AM<br><b>To:</b> bo@garden.example<br><b>Subject:</b> Roses</div><div>OURS</div>',
    ),
    top_html(
        "apple mail html",
        f'<html><body style="overflow-wrap: break-word;">THEIRS<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"><div>On 4 May 2026, at 09:00, {LINK} wrote:</div><br class="Apple-interchange-newline"><div>OURS</div></blockquote></div><br></body></html>',
    ),
    top_html(
        "iphone html de",
        f'<html><head><meta http-equiv="content-type"></head><body dir="auto">THEIRS<br id="lineBreakAtBeginningOfSignature"><div dir="ltr"><br><blockquote type="cite">Am 04.05.2026 um 09:00 schrieb {NAME}:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">\ufeffOURS</div></blockquote></body></html>',
    ),
    top_html(
        "thunderbird html de",
        '<p>THEIRS</p><div class="moz-cite-prefix">Am 04.05.26 um 09:00 schrieb Ana Novak:<br></div><blockquote type="cite" cite="mid:letter-1@roses.example"><pre class="moz-quote-pre" wrap="">OURS</pre></blockquote><br>',
        own=html,
        quote=lambda text: escape(wrapped(text, 72), quote=False),
    ),
    top_html(
        "yahoo html",
        f'<div class="ydp"><div dir="ltr">THEIRS</div><div><br></div></div><div id="ydp8" class="yahoo_quoted"><div style="font-family:Helvetica"><div>On Monday, May 4, 2026 at 09:00:00 AM GMT+2, {NAME} wrote: </div><div><br></div><div><br></div><div>OURS</div></div></div>',
    ),
    top_html(
        "yahoo on a phone",
        f'THEIRS<br><br><div id="ymail_android_signature"><a href="https://mail.example">Sent from Yahoo Mail on Android</a></div> <br> <blockquote style="margin: 0 0 20px 0;"> <div> <div>On Mon, May 4, 2026 at 9:00, Ana Novak</div><div>&lt;{ADDRESS}&gt; wrote:</div> </div> <div>OURS</div></blockquote>',
    ),
    top_html(
        "gmx html",
        f'<div>THEIRS</div><div name="quote" style="margin:10px 5px; border-left:2px solid #C3D9E5;"><div><b>Gesendet:</b>&nbsp;Montag, 04. Mai 2026 um 09:00 Uhr<br/><b>Von:</b>&nbsp;"Ana Novak" &lt;{ADDRESS}&gt;<br/><b>An:</b>&nbsp;bo@garden.example<br/><b>Betreff:</b>&nbsp;Alte Rosen</div><div name="quoted-content">OURS</div></div>',
    ),
    top_html(
        "proton html",
        f'<div>THEIRS</div><div class="protonmail_signature_block">Sent with Proton Mail secure email.</div><div class="protonmail_quote">On Monday, May 4th, 2026 at 9:00 AM, Ana Novak &lt;{ADDRESS}&gt; wrote:<br><blockquote class="protonmail_quote" type="cite">OURS</blockquote></div>',
    ),
    top_html(
        "zoho html",
        f'<div>THEIRS</div><div class="zmail_extra"><div id="Zm-_Id">---- On Mon, 04 May 2026 09:00:00 +0200 <b>Ana Novak &lt;{ADDRESS}&gt;</b> wrote ---</div><br><blockquote>OURS</blockquote></div>',
    ),
    top_html(
        "tables",
        f"<table><tr><td>THEIRS</td></tr></table><table><tr><td><b>From:</b></td><td>{NAME}</td></tr><tr><td><b>To:</b></td><td>bo@garden.example</td></tr><tr><td><b>Date:</b></td><td>Mon, 4 May 2026 09:00</td></tr><tr><td><b>Subject:</b></td><td>Roses</td></tr></table><table><tr><td>OURS</td></tr></table>",
    ),
]


def parts(text: str) -> list[str]:
    return text.strip("\n").split("\n\n")


def between(ours: str, theirs: str, quote: Callable[[str], str], join: str = "\n\n") -> str:
    """Their paragraphs one after another below the paragraphs of ours; the last ones of ours stay unanswered."""
    left, said, made = parts(ours), parts(theirs), []
    while left or said:
        made += [quote(left.pop(0))] if left else []
        made += [said.pop(0)] if said else []
    return join.join(made)


def looked_at(text: str) -> str:
    """With links as a mail scanner leaves them."""
    return re.sub(
        r"https://\S+",
        lambda found: (
            f"https://eur05.safelinks.protection.example/?url={quote_plus(found[0])}&data=05%7C02%7Cbo%40garden.example&reserved=0"
        ),
        text,
    )


BETWEEN = [
    Style(
        "gmail between",
        "plain",
        lambda ours, theirs: (
            f"On Mon, May 4, 2026 at 9:00 AM Ana Novak <{ADDRESS}> wrote:\n\n{between(ours, theirs, lambda text: marked(wrapped(text, 70)))}\n"
        ),
    ),
    Style(
        "thunderbird between",
        "plain",
        lambda ours, theirs: (
            f"Am 04.05.26 um 09:00 schrieb Ana Novak:\n{between(ours, theirs, flowed, chr(10))}\n"
        ),
    ),
    Style(
        "outlook between",
        "plain",
        lambda ours, theirs: (
            f"See below.\n\nFrom: Ana Novak <{ADDRESS}>\nSent: Monday, May 4, 2026 9:00 AM\nTo: Bo Berg\nSubject: Roses\n\n{between(ours, theirs, str)}\n"
        ),
    ),
    Style(
        "apple between, html",
        "html",
        lambda ours, theirs: (
            f'<blockquote type="cite"><div>On 4 May 2026, at 09:00, {NAME} wrote:</div></blockquote>{between(html_lines(ours), html_lines(theirs), lambda text: f"<blockquote type=cite><div>{text}</div></blockquote>")}'
        ),
    ),
    Style(
        "gmail between, html",
        "html",
        lambda ours, theirs: (
            f'<div class="gmail_quote"><div class="gmail_attr">On Mon, May 4, 2026 at 9:00 AM {NAME} wrote:<br></div>{between(html_lines(ours), html_lines(theirs), lambda text: f"<blockquote class=gmail_quote>{text}</blockquote>")}</div>'
        ),
    ),
    Style(
        "scanned links",
        "plain",
        lambda ours, theirs: (
            f"{theirs}\n\nFrom: Ana Novak <{ADDRESS}>\nSent: Monday, May 4, 2026 9:00 AM\nTo: Bo Berg\nSubject: Roses\n\n{looked_at(ours)}\n"
        ),
    ),
    Style(
        "scanned links, marked",
        "plain",
        lambda ours, theirs: (
            f"{theirs}\n\nOn Mon, May 4, 2026 at 9:00 AM Ana Novak <{ADDRESS}> wrote:\n\n{marked(looked_at(ours))}\n"
        ),
    ),
    Style("scanned links, no head", "plain", lambda ours, theirs: f"{theirs}\n\n{looked_at(ours)}\n"),
    Style("a part only", "plain", lambda ours, theirs: f"{theirs}\n\n{marked(parts(ours)[2])}\n"),
    Style(
        "a part only, first",
        "plain",
        lambda ours, theirs: f"{marked(wrapped(parts(ours)[1], 60))}\n\n{theirs}\n",
    ),
]
