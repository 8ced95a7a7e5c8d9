"""Is this a person's name, is that what they do?  Read, never guessed from an address."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from outreach.kit.patterns import late

_TITLE = late(
    r"^(?:(?:(?:dr|prof|mag|dipl\.?-?ing|ing|mr|mrs|ms|miss|mx|sir|herr|frau|hr|fr|m|mme|mlle|sr|sra|don|doña|sig|sig\.ra|dott|dott\.ssa|pan|pani|rev|bc|mgr|judr|mudr|phdr|rndr|paedr|mba|dra|drs)\.?|(?:doc|lic|ir|arq|univ|hab|med|phil|csc)\.)\s+)+",
    re.IGNORECASE,
)
_LEAD = late(
    r"^(?:(?:written |posted |edited |reviewed |words |text |story |photos? )*by|von|par|por|di|door|av|af|przez|autor(?:in)?|auteur|author|autrice|autore|skrevet av|"
    r"текст|автор|文|著者|作者|记者|編集長|編集|担当|contact|kontakt|ansprechpartner(?:in)?|inhaber(?:in)?|geschäftsführer(?:in)?|vertreten durch|verantwortlich|i['’]m|i am|my name is|ich bin|je suis|me llamo|soy|mi chiamo|sono|ik ben|jag är|jeg er|jestem|jsem|"
    r"name|responsable|directeur de la publication|directrice de la publication|owner|editor)\s*[:：]?\s+", re.IGNORECASE
)  # fmt: skip
_WAY = late(
    r"\s+(?:e-?mail|mail|tel|邮箱|电子邮箱|邮件|电话|微信|メール|電話|이메일|메일|전화|อีเมล|โทร|ईमेल|ई-मेल|फोन|ইমেইল|ফোন|மின்னஞ்சல்|ایمیل|ای‌میل|البريد الإلكتروني|بريد|אימייל|דוא[\"״]ל|電郵|电邮|邮箱|郵箱|信箱|電子郵件|팀장|기자|이사|부장|과장|대표|님)\.?$",
    re.IGNORECASE,
)
"""What stands between a name and its address, and is no part of the name."""
_PARTICLES = frozenset(
    "de da di do du del della dei dos das van von der den la le el al bin ibn ben y e i af av zu zur zum ter ten vom och und and".split()
)
_AND = frozenset("y e i und and".split())
_JOIN = _AND | {"og", "och", "et"}
_MARKS = r"[\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u0e31-\u0e4e]*"
_TOKEN = late(rf"(?:[^\W\d_]{_MARKS}['’.-]?)+")
_CJK_NAME = late(
    r"[\u4e00-\u9fff\u3040-\u30ff\u30fc々]{1,6}[ \u3000・][\u4e00-\u9fff\u3040-\u30ff\u30fc々]{1,6}|[\uac00-\ud7a3]{2,3} ?[\uac00-\ud7a3]{0,2}"
)

_NO_KOREAN_NAME = late(
    "메일|전화|팩스|주소|문의|제보|광고|편집|연락|홈페이지|사이트|담당|회사|센터|신문|미디어|뉴스|구독|협찬|제휴|상호|사업|고객|이름|성명"
)
_WORDS = """
    ask meet dear reach follow find join ping drop frag frage schreib écrivez escribe
    admissions alumni relations library
    about account address adresse all and anschrift anzeigen archive article articles at author authors blog business by call
    club co company contact contacts contacto contatti contributor contributors cookie copyright corp department dept desk direct email
    e-mail mail enquiries enquiry facebook fax feedback for form foundation garden general get gmbh group guest guidelines hello help home impressum imprint
    inc information inquiries instagram institute international jobs journal kontakt kundenservice legal limited linkedin llc ltd magazin magazine
    mailing marketing media medien mobile more news newsletter no notice office online or our phone please policy post postal press presse privacy
    publishing publisher questions read redaktion redaction redacción redazione redactie request sales send service services
    site society sponsored staff store story street strasse straße studio submissions submit subscribe support team tel telefon
    telephone the this tips to twitter university unsere us ust-id verein verlag visit we web website weekly welcome write you your
    sarl sas srl s.r.l. s.r.l s.l. s.l s.a s.p.a spa report abuse registrar registrant sa ag kg ohg ug e.v. b.v. bv nv oy ab aps sp z.o.o. o.o. gesellschaft universität mentions légales datenschutz
    weitere general home head office opening hours monday tuesday wednesday thursday friday saturday sunday montag freitag london berlin paris
    москва петербург киев київ минск россия украина улица ул проспект дом офис редакция издательство издатель ооо оао зао журнал газета телефон
    адрес почта реклама сайт контакты новости отдел служба подписка наш наша наши автор город школа клуб магазин мир главная
    αθήνα θεσσαλονίκη οδός εκδόσεις περιοδικό εφημερίδα τηλέφωνο διεύθυνση επικοινωνία ελλάδα
    chief madrid road lane avenue rue via calle platz weg allee square germany france spain italy terms conditions advertising
    """
_NOT_NAMES = frozenset(_WORDS.split())

_ROLE = late(
    r"(?i)\b(?:editors?|editor-in-chief|editorial|journalist|reporter|columnist|writer|author|contributor|blogger|founder|co-?founder|owner|publisher|"
    r"(?:managing |creative |art |marketing |sales |content |commercial |executive |press |news )?(?:director|manager|officer|lead|assistant|coordinator)|ceo|cto|cmo|coo|president|chair(?:man|woman|person)?|"
    r"head of|partnerships?|outreach|press (?:office|contact)|designer|illustrator|translator|intern|cartoonist|critic|correspondent|desk editor|spokes(?:man|woman|person)|producer|host|photographer|curator|secretary|treasurer|webmaster|partnerin|strategist|developer|archivist|copywriter|librarian|community|advertising|professor|lecturer|researcher|"
    r"(?:chef|online|stellvertretende[r]? )?-?(?:chef)?redakt(?:eur|ör|ør|or)(?:in|ka|a)?\w*|redaktionsleit\w+|redaktionsleiter\w*|herausgeber(?:in)?|geschäftsführ\w+|inhaber(?:in)?|autor(?:in|a|ka)?|journalistin?|(?:ressort|team|projekt|abteilungs|verlags|bereichs|marketing|vertriebs)?leiter(?:in)?|leitung|pressesprecher(?:in)?|gründer(?:in)?|"
    r"verantwortlich\w*|rédact(?:eur|rice)\w*|direct(?:eur|rice)|responsable|fondat(?:eur|rice)|auteure?|autrice|chargée? de|gérante?|présidente?|journaliste|secrétaire (?:de rédaction|général\w*)|"
    r"redactora?|jefe|jefa|directora?|fundadora?|autora?|periodista|responsabile|direttore|direttrice|caporedattore|caporedattrice|redattore|redattrice|fondatore|fondatrice|giornalista|titolare|"
    r"redacteur|hoofdredacteur|eindredacteur|eigenaar|oprichter|uitgever|directeur|redaktor\w*|wydawca|właściciel(?:ka)?|założyciel(?:ka)?|redactora|jornalista|diretora?|editora|fundadora|"
    r"šéfredaktor\w*|redaktork?a?|majitel(?:ka)?|szerkesztő|főszerkesztő|tulajdonos|päätoimittaja|toimittaja|ansvarig utgivare|chefredaktör|chefredaktør|ansvarlig redaktør|skribent|"
    r"(?:pea)?toimetaja|ajakirjanik|redaktor(?:ius|ė|e|s)|žurnalist\w*|(?:glavn[ia]|odgovorn[ia]) uredni(?:k|ca)|uredni(?:k|ca)|novinar(?:ka)?|novinář(?:ka)?|ritstjóri|blaðamaður|redactor-șef|jurnalistă?|muhabir|yayın yönetmeni|yazı işleri müdürü|dziennikar(?:z|ka)|kierownik|dyrektor(?:ka)?|vedoucí|vicedirett(?:ore|rice)|collaborat(?:ore|rice)|verslaggever|vormgever|repórter|colunista|coordenadora?|coordinadora?|gerente|corresponsal|reportera?|redaktionschef|redaktionssekreterare|nyhetschef|fotograf(?:ka|in)?|ansvarshavende redaktør|toimituspäällikkö|уредни(?:к|чка)|шеф-редактор|"
    r"редактор(?:а|ка|ша)?|главный редактор|основатель(?:ница)?|автор|журналист(?:ка)?|журналіст(?:ка)?|репортер(?:ка)?|кореспондент(?:ка)?|корреспондент|директор|главн(?:ый|ая) редактор(?:ка)?|головн(?:ий|а) редактор(?:ка)?|αρχισυντάκτ(?:ης|ρια)|συντάκτ(?:ης|ρια)|εκδότ(?:ης|ρια)|διευθυντ(?:ής|ρια)|editör|yazar|kurucu|yayın yönetmeni)\b(?!['’]s\b)|編集長|編集者|編集部|記者|代表|責任者|担当|主编|编辑|记者|创始人|편집장|발행인|기자|대표|편집자|رئيسة? التحرير|محررة?|سردبیر|עורכת|עורך|संपादक|लेखक|บรรณาธิการ|biên tập|penulis|pemimpin redaksi|redaktur|wartawan|編輯|主編|總編|总编|责编|팀장|რედაქტორი|ჟურნალისტი|խմբագիր|լրագրող"
)  # fmt: skip


def clean_name(text: str) -> str:
    """The name of a person in these words, or ""."""
    text = " ".join(text.split()).strip(' ,;:|–—-·•()[]"“”«»')
    text = _TITLE.sub("", _LEAD.sub("", _WAY.sub("", text))).strip(" ,;:|–—-·•")
    if len(text.rpartition(" ")[2]) > 3:
        text = text.rstrip(".")
    if not 3 <= len(text) <= 50 or (len(text.rpartition(" ")[2].strip(".")) < 2 and text.isascii()):
        return ""
    if _CJK_NAME.fullmatch(text):
        return "" if _NO_KOREAN_NAME.search(text) else text
    tokens = text.split()
    if not 2 <= len(tokens) <= 5 or not all(_TOKEN.fullmatch(token) for token in tokens):
        return ""
    if tokens[0] in _PARTICLES and not _AND.isdisjoint(tokens):
        return ""  # "de Moda y Belleza" is what somebody writes about
    capital = [token for token in tokens if token[:1].isupper()]
    if len(capital) < 2 or any(
        not token[:1].isupper() and token.lower() not in _PARTICLES for token in tokens
    ):
        return _caseless(text, tokens)
    if any(token.lower().strip(".") in _NOT_NAMES for token in tokens) or role_in(text):
        return ""
    return text


def _caseless(text: str, tokens: list[str]) -> str:
    """Names in scripts without capitals: two or three words of letters, Arabic, Hebrew, Thai or of India."""
    plain = all(_has_no_case(token[0]) for token in tokens)
    return text if plain and 2 <= len(tokens) <= 3 and not role_in(text) else ""


def role_in(text: str) -> str:
    """What somebody does, when these words say so (at most 80 signs)."""
    return role_and_name(text)[0]


def role_and_name(text: str) -> tuple[str, str]:
    """What somebody does, and who, where the name follows it: "Features editor Kate Bush"."""
    text = " ".join(text.split()).strip(" ,;:|–—-·•()[]").lstrip(".…!?*/ ")
    if (
        not (2 if not text.isascii() else 3) <= len(text) <= 80
        or text.count(" ") >= 7
        or not _ROLE.search(_WEB_NAMES.sub(" ", text))
        or _QUOTES.search(text)
    ):
        return "", ""
    for end in [match.end() for match in re.finditer(r"\w\w\.\s+", text)]:
        if " " in text[:end].strip() and _ROLE.search(text[end:]):
            return role_and_name(text[end:])
    tokens = text.split()
    if _POINTS_ON.match(text) or _TALKS & {token.lower().strip(".,!?") for token in tokens}:
        return "", ""
    if _EAST.search(text) and (named := [token for token in tokens if _ROLE.search(token)]):
        return " ".join(named), ""
    if (first := _ROLE.match(text)) and text[first.end() : first.end() + 1] == " ":
        rest = tokens[len(first[0].split()) :]
        if (
            rest[:1]
            and rest[0][:1].isupper()
            and any(token in _PARTICLES for token in rest[1:-1])
            and (name := clean_name(" ".join(rest)))
        ):
            return first[0], name  # "Hoofdredacteur Jan de Boer": not all of a name is capital
    begin = len(tokens)
    while begin and tokens[begin - 1][:1].isupper():
        begin -= 1
    if (
        1 < len(tokens) - begin < 4
        and begin
        and len(tokens[begin - 1]) > 3
        and tokens[begin - 1] not in _BEFORE_A_PLACE
    ):
        role, name = " ".join(tokens[:begin]), clean_name(" ".join(tokens[begin:]))
        if name and _ROLE.search(role):
            return _OF_ANOTHER.sub("", role), name
    return text, ""


_WEB_NAMES = late(r"\S+\.[a-z]{2,}\b\S*")
"""A word such as "host" within `host.fern.example` is nobody's role."""
_QUOTES = late(r"[“”„«»]")
_POINTS_ON = late(
    r"(?i)(?:about|meet|more (?:from|by)|follow|über|sobre|à propos)\b|(?:e-?mail|mail|contact|ask|write to|send|kontaktieren|contacter)\s+(?:the|our|this|an?|to|die|den|unsere?n?|l['’]|la|el|al)\b"
)
"""The head of a box, or of a link: "About the author", "Email the author"."""
_OF_ANOTHER = late(r"^.*[^\W\d_]\w+ [A-ZÀ-Ž]\w+,? (?:and|und|et|y|e|en|och|og|oraz|a|i) (?=\S)")
"""Another name before the word that joins the two: "editor Ana Fern and writer"."""


def is_talk(text: str) -> bool:
    """Do these words ask the reader for something, and name nobody?"""
    return bool(_ASKS & {word.lower().strip(".,!?") for word in text.split()})


_ASKS = frozenset(
    "write please ask schreiben bitte écrivez veuillez escriba scrivi пишите обращайтесь".split()
)
_EAST = late(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
_BEFORE_A_PLACE = frozenset(
    "with from chez beim über para della delle dell vom zum bij voor журнала газеты сайта".split()
)
_TALKS = frozenset(
    """
    who met wrote visited said says é è es is are was works ist sind est sont please write you your ask call schreiben schreibt bitte wenden écrivez contactez merci veuillez escriba escríbenos contacte contatta scrivi
    пишите пишет напишите обращайтесь обращаться связаться свяжитесь отвечает ответит вопросам вопросы нашему нашим вашему вам
    """.split()
)
"""Words of a sentence: "please write to our editor" is nobody's role."""


def is_caseless(name: str) -> bool:
    """Is it in a script where a name looks like any other words?"""
    return bool(name) and _has_no_case(name[0])


def _has_no_case(sign: str) -> bool:
    """A letter of a script without capitals, or of Georgian, whose names are written without."""
    return unicodedata.category(sign) == "Lo" or "\u10d0" <= sign <= "\u10ff"


_WORD = late(r"(?<![^\W_])[^\W\d_][\w'’-]*+\.?")
"""It begins where a word begins: from every letter of a long one, all of it would be gone through."""


MENTIONS_MOST = 60
"""Places of a text where a name may stand; what is said more often says nothing new."""


def named_like(text: str, address: str) -> list[str]:
    """The names in a text whose first or last name is a part of the address: `edda@` and "I am Edda Stone"."""
    local = {part for part in re.split(r"[^a-z]+", address.partition("@")[0].lower()) if len(part) > 1}
    is_last = re.match(r"[a-z][._-][a-z]{2,}@", address.lower()) is not None  # c.ashby@
    found: dict[str, None] = {}
    tried = 0
    for run in re.finditer(rf"{_WORD.pattern}(?: {_WORD.pattern})+", text):
        tokens = run[0].split()
        for at, token in enumerate(tokens):
            if token[:1].isupper() and local & _forms(token):
                tried += 1
                if name := _name_at(tokens, at, local, is_last):
                    found[name] = None
                if tried >= MENTIONS_MOST:
                    return list(found)
    return list(found)


@lru_cache(4_096)
def _forms(token: str) -> frozenset[str]:
    """How a word may be written in an address: without accents, ü as ue, and in Latin letters."""
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", token.lower()) if not unicodedata.combining(sign)
    )
    found = {plain, folded(token), *(() if token.isascii() else in_latin(token))}
    return frozenset("".join(sign for sign in one if sign.isalpha()) for one in found)


def _name_at(tokens: list[str], at: int, local: set[str], is_last: bool) -> str:
    """The words of a name around the one that fits; `is_last`: that is the last name."""
    fitting = [
        place for place in range(max(0, at - 3), min(len(tokens), at + 4)) if local & _forms(tokens[place])
    ]
    tries = [tokens[min(fitting) : max(fitting) + 1]] if len(fitting) > 1 else []
    two = [tokens[at : at + 2], tokens[max(0, at - 1) : at + 1]]
    end = next((place for place in range(at + 1, len(tokens)) if tokens[place] not in _PARTICLES - _JOIN), at)
    tries += [tokens[at : end + 1]] if end > at + 1 else []  # "Marieke van den Berg"
    tries += two[::-1] if is_last else two
    return next((name for words in tries if len(words) > 1 and (name := clean_name(" ".join(words)))), "")


def folded(text: str) -> str:
    """For comparing a name with an address: lower case, without accents; ü is ue."""
    text = text.lower().translate(
        {
            ord("ü"): "ue",
            ord("ö"): "oe",
            ord("ä"): "ae",
            ord("ß"): "ss",
            ord("ø"): "o",
            ord("ł"): "l",
            ord("å"): "a",
            ord("æ"): "ae",
        }
    )
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


_LATIN: tuple[dict[str, str], ...] = tuple(
    dict(pair.split("=") for pair in pairs.split())
    for pairs in (
        (
            "а=a б=b в=v г=g д=d е=e ё=yo ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= э=e ю=yu я=ya і=i ї=yi є=ye ґ=g ў=u "
            "α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o"
        ),
        (
            "а=a б=b в=v г=h д=d е=e ё=e ж=j з=z и=y й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=h ц=c ч=ch ш=sh щ=sch ъ= ы=y ь= э=e ю=iu я=ia і=i ї=i є=ie ґ=g ў=w "
            "α=a β=b γ=g δ=d ε=e ζ=z η=h θ=th ι=i κ=k λ=l μ=m ν=n ξ=ks ο=o π=p ρ=r σ=s ς=s τ=t υ=u φ=ph χ=h ψ=ps ω=w"
        ),
    )
)
"""Two of the ways in which Cyrillic and Greek letters are written in Latin ones (BGN/PCGN, and what passports and people use)."""


def in_latin(text: str) -> list[str]:
    """A Cyrillic or Greek text as it may stand in an address; nothing for other scripts."""
    whole = unicodedata.normalize("NFC", text.lower())
    bare = [sign if sign in _LATIN[0] else unicodedata.normalize("NFKD", sign)[:1] for sign in whole]
    return [said for table in _LATIN if (said := "".join(table.get(sign, sign) for sign in bare)).isascii()]


def is_made_of(address: str, name: str) -> bool:
    """Is the local part this name's first or last one, or the initial and the last: `ana`, `fern.ana`, `afern`?"""
    local = address.partition("@")[0].lower()
    parts = {part for part in re.split(r"[^a-z]+", local) if len(part) > 1}
    tokens = [token for token in name.split() if token.lower() not in _PARTICLES]
    first, last = _forms(tokens[0]), _forms(tokens[-1])
    return bool(parts & (first | last)) or local in {
        one[:1] + two for one in first for two in last if len(two) > 2
    }


def fits(name: str, address: str) -> bool:
    """Could the local part be made of this name? `a.fern`, `anaf`, `fern.ana`, `ana`."""
    local = address.partition("@")[0].lower()
    simple = {
        folded(name),
        "".join(s for s in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(s)),
        *(() if name.isascii() else in_latin(name)),
    }
    for form in simple:
        parts = [part for part in re.split(r"[^a-z]+", form) if part]
        letters = re.sub(r"[^a-z]", "", local)
        if not parts or not letters:
            continue
        first, last = parts[0], parts[-1]
        if any(len(part) > 2 and part in letters for part in parts) or letters in (
            first[:1] + last[:1],
            first[:1] + last,
            first + last[:1],
            first[:2] + last[:2],
        ):
            return True
    return False


_LABELLED_EAST = late(
    r"(?:^|[\s、，,；;|｜(（])[\u4e00-\u9fff]{0,4}(?:主编|主編|编辑|編輯|总编|總編|责编|记者|記者|作者|创始人|創辦人|编者|編集長|編集者|担当者?|代表者?|责任者|責任者|联系人|聯絡人|聯繫人|姓名|氏名|お名前)"
    r"\s*[:：]\s*([\u4e00-\u9fff々]{2,4})(?![\u4e00-\u9fff\u3040-\u30ff々])"
)
_NO_EAST_NAME = late(
    r"[部组組室社区區站网網]$|公司|邮|郵|电|電|信|投稿|合作|广告|廣告|编辑|編|记者|記者|客服|本人|未定|募集|不明|匿名"
)


def labelled_name(text: str) -> str:
    """The Chinese or Japanese name behind the last such label of a text: "主编：王小明". Without a label it looks like any word."""
    names = [match[1] for match in _LABELLED_EAST.finditer(text)]
    return names[-1] if names and not _NO_EAST_NAME.search(names[-1]) else ""
