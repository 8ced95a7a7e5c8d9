"""Our letter, and how mail programs send it back below, above or between an answer. Our own writing."""

from typing import NamedTuple

OURS = """Hello Bo,

I read your page about old roses, and most of all the part on pruning in March: https://garden.example/roses

We keep a list of 240 old kinds with their scents. Would a link to it help your readers? It would fit below the table of kinds.

If you would rather hear no more from me, tell me and I stop.

Ana Novak
Roses & Co, 12 Rose Lane, Dover"""

SHORT = "Yes, gladly. Which of the two pages do you mean?\n\nBo"
LONG = """Hi Ana,

thanks for writing. Two questions:
- what does it cost?
- who wrote the list?

On Tuesday I am away, so please answer before.

Best wishes
Bo Berg
Garden Ltd"""
GERMAN = "Hallo Ana,\n\ngern, das passt gut. Schicken Sie mir den Link?\n\nViele Grüße\nBo"
PHONE = "Sure!\n\nSent from my phone"


class RoundTrip(NamedTuple):
    name: str
    kind: str
    text: str
    theirs: str


def quoted(text: str = OURS, mark: str = "> ") -> str:
    return "\n".join((mark + line).rstrip() for line in text.split("\n"))


def wrapped(text: str = OURS, width: int = 60, mark: str = "> ") -> str:
    """Broken into shorter lines, as programs do when they quote."""
    lines: list[str] = []
    for line in text.split("\n"):
        rest = line
        while len(rest) > width and " " in rest[:width]:
            cut = rest.rindex(" ", 0, width)
            lines.append(rest[:cut])
            rest = rest[cut + 1 :]
        lines.append(rest)
    return "\n".join((mark + line).rstrip() for line in lines)


def html(text: str) -> str:
    return text.replace("&", "&amp;").replace("\n", "<br>")


OUTLOOK_EN = "From: Ana Novak <ana@roses.example>\nSent: Monday, May 4, 2026 9:00 AM\nTo: Bo Berg <bo@garden.example>\nSubject: A page of yours about roses\n\n"
OUTLOOK_DE = "Von: Ana Novak <ana@roses.example>\nGesendet: Montag, 4. Mai 2026 09:00\nAn: Bo Berg <bo@garden.example>\nBetreff: A page of yours about roses\n\n"
OUTLOOK_FR = "De : Ana Novak <ana@roses.example>\nEnvoyé : lundi 4 mai 2026 09:00\nÀ : Bo Berg <bo@garden.example>\nObjet : A page of yours about roses\n\n"
OUTLOOK_ES = "De: Ana Novak <ana@roses.example>\nEnviado el: lunes, 4 de mayo de 2026 9:00\nPara: Bo Berg <bo@garden.example>\nAsunto: A page of yours about roses\n\n"
OUTLOOK_IT = "Da: Ana Novak <ana@roses.example>\nInviato: lunedì 4 maggio 2026 09:00\nA: Bo Berg <bo@garden.example>\nOggetto: A page of yours about roses\n\n"
OUTLOOK_PL = "Od: Ana Novak <ana@roses.example>\nWysłano: poniedziałek, 4 maja 2026 09:00\nDo: Bo Berg <bo@garden.example>\nTemat: A page of yours about roses\n\n"
OUTLOOK_SV = "Från: Ana Novak <ana@roses.example>\nSkickat: den 4 maj 2026 09:00\nTill: Bo Berg <bo@garden.example>\nÄmne: A page of yours about roses\n\n"
OUTLOOK_NL = "Van: Ana Novak <ana@roses.example>\nVerzonden: maandag 4 mei 2026 09:00\nAan: Bo Berg <bo@garden.example>\nOnderwerp: A page of yours about roses\n\n"
RULE = "_" * 32 + "\n"
ORIGINAL = "-----Original Message-----\n"

FIRST, SECOND = OURS.split("\n\n")[1], OURS.split("\n\n")[2]
BETWEEN = "Thank you, that part took me a week."
AFTER = "It would. Please send the address."

ROUND_TRIPS = [
    RoundTrip(
        "gmail en",
        "plain",
        f"{SHORT}\n\nOn Mon, May 4, 2026 at 9:00 AM Ana Novak <ana@roses.example> wrote:\n\n{quoted()}\n",
        SHORT,
    ),
    RoundTrip(
        "gmail en, the line wrapped",
        "plain",
        f"{LONG}\n\nOn Mon, May 4, 2026 at 9:00 AM Ana Novak, Roses & Co <\nana@roses.example> wrote:\n\n{wrapped()}\n",
        LONG,
    ),
    RoundTrip(
        "gmail de",
        "plain",
        f"{GERMAN}\n\nAm Mo., 4. Mai 2026 um 09:00 Uhr schrieb Ana Novak <ana@roses.example>:\n\n{wrapped()}\n",
        GERMAN,
    ),
    RoundTrip(
        "gmail fr",
        "plain",
        f"{SHORT}\n\nLe lun. 4 mai 2026 à 09:00, Ana Novak <ana@roses.example> a écrit :\n\n{quoted()}\n",
        SHORT,
    ),
    RoundTrip(
        "gmail es",
        "plain",
        f"{SHORT}\n\nEl lun, 4 may 2026 a las 9:00, Ana Novak (<ana@roses.example>) escribió:\n\n{quoted()}\n",
        SHORT,
    ),
    RoundTrip(
        "gmail it",
        "plain",
        f"{SHORT}\n\nIl giorno lun 4 mag 2026 alle ore 09:00 Ana Novak <ana@roses.example> ha scritto:\n\n{quoted()}\n",
        SHORT,
    ),
    RoundTrip(
        "gmail pt",
        "plain",
        f"{SHORT}\n\nEm seg., 4 de mai. de 2026 às 09:00, Ana Novak <ana@roses.example> escreveu:\n\n{quoted()}\n",
        SHORT,
    ),
    RoundTrip(
        "gmail nl",
        "plain",
        f"{SHORT}\n\nOp ma 4 mei 2026 om 09:00 schreef Ana Novak <ana@roses.example>:\n\n{quoted()}\n",
        SHORT,
    ),
    RoundTrip(
        "gmail pl",
        "plain",
        f"{SHORT}\n\npon., 4 maj 2026 o 09:00 Ana Novak <ana@roses.example> napisał(a):\n\n{quoted()}\n",
        SHORT,
    ),
    RoundTrip(
        "gmail sv",
        "plain",
        f"{SHORT}\n\nDen mån 4 maj 2026 kl 09:00 skrev Ana Novak <ana@roses.example>:\n\n{quoted()}\n",
        SHORT,
    ),
    RoundTrip(
        "gmail ja",
        "plain",
        f"{SHORT}\n\n2026年5月4日(月) 9:00 Ana Novak <ana@roses.example>:\n\n{quoted()}\n",
        SHORT,
    ),
    RoundTrip(
        "gmail html",
        "html",
        f'<div dir="ltr">{html(SHORT)}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, May 4, 2026 at 9:00 AM Ana Novak &lt;<a href="mailto:ana@roses.example">ana@roses.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote">{html(OURS)}</blockquote></div>',
        SHORT,
    ),
    RoundTrip(
        "gmail between",
        "plain",
        f"On Mon, May 4, 2026 at 9:00 AM Ana Novak <ana@roses.example> wrote:\n\n{quoted(FIRST)}\n\n{BETWEEN}\n\n{quoted(SECOND)}\n\n{AFTER}\n",
        f"{BETWEEN}\n\n{AFTER}",
    ),
    RoundTrip(
        "gmail below",
        "plain",
        f"On Mon, May 4, 2026 at 9:00 AM Ana Novak <ana@roses.example> wrote:\n\n{quoted()}\n\n{LONG}\n",
        LONG,
    ),
    RoundTrip("outlook en", "plain", f"{SHORT}\n\n{OUTLOOK_EN}{OURS}\n", SHORT),
    RoundTrip("outlook en, with a rule", "plain", f"{LONG}\n\n{RULE}{OUTLOOK_EN}{OURS}\n", LONG),
    RoundTrip("outlook 2003", "plain", f"{SHORT}\n\n{ORIGINAL}{OUTLOOK_EN}{wrapped(mark='')}\n", SHORT),
    RoundTrip("outlook de", "plain", f"{GERMAN}\n\n{OUTLOOK_DE}{OURS}\n", GERMAN),
    RoundTrip("outlook fr", "plain", f"{SHORT}\n\n{OUTLOOK_FR}{OURS}\n", SHORT),
    RoundTrip("outlook es", "plain", f"{SHORT}\n\n{OUTLOOK_ES}{OURS}\n", SHORT),
    RoundTrip("outlook it", "plain", f"{SHORT}\n\n{OUTLOOK_IT}{OURS}\n", SHORT),
    RoundTrip("outlook pl", "plain", f"{SHORT}\n\n{OUTLOOK_PL}{OURS}\n", SHORT),
    RoundTrip("outlook sv", "plain", f"{SHORT}\n\n{OUTLOOK_SV}{OURS}\n", SHORT),
    RoundTrip("outlook nl", "plain", f"{SHORT}\n\n{OUTLOOK_NL}{OURS}\n", SHORT),
    RoundTrip(
        "outlook html",
        "html",
        f'<div>{html(SHORT)}</div><div style="border-top:solid #E1E1E1 1pt"><p><b>From:</b> Ana Novak &lt;ana@roses.example&gt;<br><b>Sent:</b> Monday, May 4, 2026 9:00 AM<br><b>To:</b> Bo Berg &lt;bo@garden.example&gt;<br><b>Subject:</b> A page of yours about roses</p></div><p>{html(OURS)}</p>',
        SHORT,
    ),
    RoundTrip(
        "outlook between",
        "plain",
        f"See below.\n\n{OUTLOOK_EN}Hello Bo,\n\n{FIRST}\n\n{BETWEEN}\n\n{SECOND}\n\n{AFTER}\n\n"
        + "\n\n".join(OURS.split("\n\n")[3:])
        + "\n",
        f"See below.\n\n{BETWEEN}\n\n{AFTER}",
    ),
    RoundTrip("outlook below", "plain", f"{OUTLOOK_EN}{OURS}\n\n{SHORT}\n", SHORT),
    RoundTrip(
        "apple mail",
        "plain",
        f"{SHORT}\n\n> On 4 May 2026, at 09:00, Ana Novak <ana@roses.example> wrote:\n>\n{quoted()}\n",
        SHORT,
    ),
    RoundTrip(
        "apple mail de",
        "plain",
        f"{GERMAN}\n\n> Am 04.05.2026 um 09:00 schrieb Ana Novak <ana@roses.example>:\n>\n{quoted()}\n",
        GERMAN,
    ),
    RoundTrip(
        "apple mail html",
        "html",
        f'{html(SHORT)}<br><div><blockquote type="cite"><div>On 4 May 2026, at 09:00, Ana Novak &lt;ana@roses.example&gt; wrote:</div><br><div>{html(OURS)}</div></blockquote></div>',
        SHORT,
    ),
    RoundTrip(
        "thunderbird", "plain", f"On 5/4/26 09:00, Ana Novak wrote:\n{wrapped(width=50)}\n\n{SHORT}\n", SHORT
    ),
    RoundTrip(
        "thunderbird de",
        "plain",
        f"{GERMAN}\n\nAm 04.05.26 um 09:00 schrieb Ana Novak:\n{quoted()}\n",
        GERMAN,
    ),
    RoundTrip(
        "thunderbird html",
        "html",
        f'<p>{html(SHORT)}</p><div class="moz-cite-prefix">On 5/4/26 09:00, Ana Novak wrote:<br></div><blockquote type="cite" cite="mid:letter-1@roses.example">{html(OURS)}</blockquote>',
        SHORT,
    ),
    RoundTrip(
        "yahoo",
        "plain",
        f"{SHORT}\n\n    On Monday, May 4, 2026 at 09:00:00 AM GMT+2, Ana Novak <ana@roses.example> wrote:\n\n {wrapped(mark=' ')}\n",
        SHORT,
    ),
    RoundTrip(
        "yahoo html",
        "html",
        f'<div>{html(LONG)}</div><div id="yahoo_quoted"><div>On Monday, May 4, 2026 at 09:00:00 AM GMT+2, Ana Novak &lt;ana@roses.example&gt; wrote:</div><div><br></div><div>{html(OURS)}</div></div>',
        LONG,
    ),
    RoundTrip(
        "iphone",
        "plain",
        f"{PHONE}\n\n> On 4 May 2026, at 09:00, Ana Novak <ana@roses.example> wrote:\n> \n> \ufeff{quoted()[2:]}\n",
        PHONE,
    ),
    RoundTrip(
        "android",
        "plain",
        f"{PHONE}\n\n-------- Original message --------\nFrom: Ana Novak <ana@roses.example> \nDate: 04/05/2026 09:00 (GMT+01:00) \nTo: Bo Berg <bo@garden.example> \nSubject: A page of yours about roses \n\n{OURS}\n",
        PHONE,
    ),
    RoundTrip("outlook on a phone", "plain", f"{PHONE}\n{RULE}{OUTLOOK_EN}{OURS}\n", PHONE),
    RoundTrip("no marks at all, above", "plain", f"{SHORT}\n\n{OURS}\n", SHORT),
    RoundTrip("no marks at all, below", "plain", f"{OURS}\n\n{SHORT}\n", SHORT),
    RoundTrip("bar marks", "plain", f"{SHORT}\n\n{quoted(mark='| ')}\n", SHORT),
    RoundTrip(
        "quoted twice",
        "plain",
        f"{SHORT}\n\nOn Wed, 6 May 2026 at 10:00, Ana <ana@roses.example> wrote:\n> Any news?\n>\n> On Mon, 4 May 2026 at 09:00, Ana <ana@roses.example> wrote:\n{quoted(mark='>> ')}\n",
        SHORT,
    ),
    RoundTrip(
        "proton",
        "plain",
        f"{SHORT}\n\nOn Monday, May 4th, 2026 at 9:00 AM, Ana Novak <ana@roses.example> wrote:\n\n{quoted()}\n",
        SHORT,
    ),
    RoundTrip(
        "an answer at the end of our line",
        "plain",
        f"Hi,\n\n{SECOND} Yes, it would.\n\nBo",
        "Hi,\n\nYes, it would.\n\nBo",
    ),
]
