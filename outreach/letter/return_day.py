"""The day an absent person is back, read from an automatic answer. No day is better than a wrong one.

An own table of months and forms: general date parsers guess, and guess wrong. The day is taken as it is
written: "back on 12 May" and "away until 12 May" are both 12 May.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from outreach.kit.patterns import late
from outreach.letter.lines import flat

MAX_AHEAD = timedelta(days=400)
STALE = timedelta(days=60)
SOON = timedelta(days=60)
_MONTHS = """
1 january jan januar jänner janvier janv enero ene gennaio genn gen janeiro januari stycznia styczeń sty ianuarie января янв січня ledna tammikuuta ocak január ιανουαρίου
2 february feb februar febr février fevrier févr fevr febrero febbraio febb fevereiro fev februari lutego luty lut februarie února helmikuuta şubat február февраля фев лютого φεβρουαρίου
3 march mar märz maerz mrz mars marzo março marco maart mrt marca marzec martie марта березня března maaliskuuta mart marts március μαρτίου
4 april apr avril avr abril abr aprile kwietnia kwiecień kwi апреля апр квітня dubna huhtikuuta nisan április απριλίου
5 may mai mayo maggio mag maio mei maja maj мая травня května toukokuuta mayıs május μαΐου
6 june jun juni juin junio giugno giu junho czerwca czerwiec cze iunie июня июн червня června kesäkuuta haziran június ιουνίου
7 july jul juli juillet juil julio luglio lug julho lipca lipiec lip iulie июля июл липня července heinäkuuta temmuz július ιουλίου
8 august aug août aout agosto ago augustus augusti sierpnia sierpień sie августа авг серпня srpna elokuuta ağustos augusztus αυγούστου
9 september sept sep septembre septiembre setiembre settembre sett set setembro września wrzesień wrz septembrie сентября сент сен вересня září syyskuuta eylül szeptember σεπτεμβρίου
10 october oct oktober okt octobre octubre ottobre ott outubro out października październik paź octombrie октября окт жовтня října lokakuuta ekim október οκτωβρίου
11 november nov novembre noviembre novembro listopada listopad lis noiembrie ноября нояб ноя листопада listopadu marraskuuta kasım νοεμβρίου
12 december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro grudnia grudzień gru decembrie desember des декабря дек грудня prosince joulukuuta aralık δεκεμβρίου
"""
_DAYS = """
0 monday mon montag lundi lunes lunedì lunedi segunda segunda-feira maandag poniedziałek poniedziałku poniedziałku måndag måndagen 月曜日 月曜 mandag понедельник понедельника понеділок понеділка pondělí maanantaina pazartesi 월요일
1 tuesday tue tues dienstag mardi martes martedì martedi terça terça-feira dinsdag wtorek wtorku tisdag 火曜日 火曜 tirsdag вторник вторника вівторок вівторка úterý tiistaina 화요일
2 wednesday wed mittwoch mercredi miércoles miercoles mercoledì mercoledi quarta quarta-feira woensdag środę środa środy onsdag 水曜日 水曜 среду среды середу середи středu středy keskiviikkona çarşamba 수요일
3 thursday thu thur thurs donnerstag jeudi jueves giovedì giovedi quinta quinta-feira donderdag czwartek czwartku torsdag 木曜日 木曜 четверг четверга четвер čtvrtek čtvrtka torstaina perşembe 목요일
4 friday fri freitag vendredi viernes venerdì venerdi sexta sexta-feira vrijdag piątek piątku fredag 金曜日 金曜 пятницу пятницы п'ятницю п'ятниці pátek pátku perjantaina 금요일
5 saturday sat samstag sonnabend samedi sábado sabado sabato zaterdag sobota sobotę soboty lördag 土曜日 lørdag субботу субботы
6 sunday sun sonntag dimanche domingo domenica zondag niedziela niedzielę niedzieli söndag 日曜日 søndag воскресенье воскресенья
"""
_TOMORROW = r"tomorrow|morgen|demain|mañana|domani|amanhã|jutro|jutra|imorgon|i morgon|i morgen|завтра|zítra|huomenna|yarın|明日"


def _table(source: str) -> dict[str, int]:
    rows = (line.split() for line in source.split("\n") if line)
    return {word: int(number) for number, *words in rows for word in words}


MONTHS = _table(_MONTHS)
WEEKDAYS = _table(_DAYS)
_MONTH = "(" + "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True)) + r")(?![^\W\d_])"
_WEEKDAY = "(?:" + "|".join(sorted(map(re.escape, WEEKDAYS), key=len, reverse=True)) + ")"
_YEAR = r"(?:,? (?:de |del |of )?(20\d\d)(?!\d))?"
_ORD = r"(?:st|nd|rd|th|er|º|\u00b0|ª|:e|:a|e|a|\.)?"
_DASH = r" ?(?:-|\u2013|\u2014|to|bis|au|al|a|ao|tot|t/m|do|til|till|through|thru|until|and|по|до) ?"
_FORMS = [
    ("ymd", late(r"(?<![\d.])(20\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")),
    ("xyy", late(r"(?<![\d.])(\d{1,2})([-/.]) ?(\d{1,2})\2((?: ?20)?\d\d)(?![\d:])")),
    (
        "ddm",
        late(
            rf"(?<!\d)(\d{{1,2}}){_ORD}{_DASH}(?:the |den |el |le )?(\d{{1,2}}){_ORD} ?(?:of |de |di )?{_MONTH}\.?{_YEAR}"
        ),
    ),
    ("dmy", late(rf"(?<!\d)(\d{{1,2}}){_ORD} ?(?:of |de |di |den )?{_MONTH}\.?{_YEAR}")),
    (
        "mdy",
        late(
            rf"(?<![^\W\d_]){_MONTH}\.? (?:the )?(\d{{1,2}}){_ORD}(?:{_DASH}(?:the )?(\d{{1,2}}){_ORD})?(?![\d:.%]){_YEAR}"
        ),
    ),
    (
        "cjk",
        late(
            r"(?:(20\d\d)[年년])?\s?(\d{1,2})[月월]\s?(\d{1,2})[日号號일](?:[^\d]{0,8}?(?:から|[~\uff5e\u301c-])\s?(\d{1,2})日)?"
        ),
    ),
    ("xy", late(r"(?<![\d./:-])(\d{1,2})([./])(\d{1,2})\.?(?![\d:/%]|\s?(?:uhr|h\b|am\b|pm\b|kl))")),
]
_FILL = rf"(?:[\s,(]|\b(?:the|on|at|and|including|incl|inclusive|inkl|dem|den|der|dnia|zum|einschließlich|einschl|el|le|il|la|o|dia|día|ao|al|du|em|no|op|de|en met|met|und mit|och med|og med|mo|mi|do|fr|sa|so|ma|wo|vr|za|zo|lun|mer|jeu|ven|пн|вт|ср|чт|пт|сб|вс|pon|wt|śr|czw|pt|út|čt|pá|{_WEEKDAY}|am|w|we|du|em|mot|den|kl|на|в|во|на дату|către|data|datei|la|pe|τις|την|στις|včetně|\d{{1,2}}時)\b\.?)"
_UNTIL = late(
    rf"(?:\b(?:until|till|til|untill|through|thru|up to|bis|jusqu'au|jusqu'à|jusqu'|jusque|hasta|fino al|fino a|sino al|até|tot|t/m|do|tom|t\.o\.m|till och med|ends|ending|end date|włącznie do|av|до|по|včetně|až|indtil|frem|fram|până|pana|μέχρι|έως)\W?|[至到]\s?){_FILL}{{0,6}}\Z"
)
_RANGE = late(
    rf"\A[\s,.)]{{0,3}}(?:20\d\d)?(?:[\s,.(]|{_WEEKDAY}){{0,4}}(?:-|\u2013|\u2014|~|\uff5e|\u301c|to|till|until|through|thru|bis|au|al|a|ao|até|hasta|tot|do|til|fino|по|до|až|から|[至到])\W?{_FILL}{{0,6}}\Z"
)
_START = late(
    rf"\b(?:from|since|starting|vom|von|seit|du|depuis|del|desde|dal|da|de|van|od|från|fra|с|со|з|із|din|between|zwischen|entre|tra){_FILL}{{0,4}}\Z"
)
_BACK = late(
    r"\b(?:back|return|returning|returns|reachable again|available again|available from|resume|re-?open(?:s|ing)?|open again|wieder|rouvr\w{1,5}|reabr\w{1,6}|riapr\w{1,6}|heropen\w{0,2}|zurück|rückkehr|erreichbar ab|retour|reviens|reviendrai|serai à nouveau|reprendrai|rentre|rentrerai|regreso|regresaré|regresa|vuelta|vuelvo|volveré|reincorpor\w{0,6}|retomaré|incorporaré"
    r"|rientro|rientrerò|ritorno|ritornerò|torno|tornerò|di nuovo|nuovamente|regresso|regressarei|retorno|retornarei|volto|voltarei|de volta|terug|weer|wracam|wrócę|powrót|powracam|z powrotem|ponownie|będę dostępn\w|tillbaka|åter|återkommer|återkomst|återiges|tilbake|tilbage|верн(?:усь|[её]мся|[её]тся)|возвраща\w{2,5}|возвращени[ея]|выхожу|выйду|снова|повернуся|повертаюс[яь]|знову|vrátím|vracím|vrátíme|zpět|opět|palaan|takaisin|tavoitettavissa|revin|întorc|înapoi|επιστρέ\w{2,5})\b"
)
_BACK_AFTER = late(
    r"\b(?:back|return|wieder|zurück|à nouveau|de nouveau|de retour|de vuelta|disponible|operativ\w|di nuovo|nuovamente|de volta|disponível|terug|weer|z powrotem|ponownie|dostępn\w|tillbaka|åter|tilbage|tilbake|верн(?:усь|[её]мся|[её]тся)|снова|повернуся|знову|zpět|palaan|revin|dön(?:eceğ|üyor|üş)\w{0,5}|επιστρέ\w{2,5})\b|返回|回来|回到|复工|上班|恢复|복귀|출근|돌아|出社|復帰|戻|再開|通常|営業いたし|から勤務|以降|順次"
)
_UNTIL_AFTER = late(
    r"\A(?:\s?[(\uff08][^)\uff09]{1,6}[)\uff09])?\s?(?:まで|の間|迄|까지|到期|为止|(?:tarihine |'?\w{1,3} )?kadar\b|-?ig\b|asti\b|saakka\b)"
)
_ENGLISH = late(r"\b(?:the|will|out of|office|return|until|from|back on)\b")


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    end: int
    day: date
    is_range: bool = False


def return_day(text: str, sent_on: date | None) -> date | None:
    """The day of return that `text` names, seen from the day it was sent; None when unsure."""
    plain = flat(text[:6_000])
    mentions = _mentions(plain, sent_on)
    day = _chosen(plain, mentions) or _by_weekday(plain, sent_on)
    if day is None or (sent_on and not sent_on <= day <= sent_on + MAX_AHEAD):
        return None
    return day


def _chosen(text: str, mentions: list[_Mention]) -> date | None:
    """What is said before a date counts most; what is said after it only when nothing else speaks."""
    lefts = [_left(text, mentions, at) for at in range(len(mentions))]
    rights = [_right(text, mentions, at) for at in range(len(mentions))]
    for mention, left in zip(mentions, lefts, strict=True):
        if (_BACK.search(left) and not _START.search(left[-40:])) or (
            _BACK.search(left[-45:]) and not _UNTIL.search(left)
        ):
            return mention.day
    for mention, right in zip(mentions, rights, strict=True):
        if (
            _BACK_AFTER.search(right)
            and not _UNTIL_AFTER.search(right)
            and len(mentions) > 1
            and mention is mentions[-1]
        ):
            return mention.day
    ends = [
        m.day
        for m, left, right in zip(mentions, lefts, rights, strict=True)
        if _is_end(m, left, right, mentions)
    ]
    if ends:
        return max(ends)
    after = [m.day for m, right in zip(mentions, rights, strict=True) if _BACK_AFTER.search(right)]
    return after[-1] if after else None


def _is_end(mention: _Mention, left: str, right: str, mentions: list[_Mention]) -> bool:
    follows = mention is not mentions[0]
    return mention.is_range or bool(
        _UNTIL.search(left) or _UNTIL_AFTER.search(right) or (follows and _RANGE.search(left))
    )


def _left(text: str, mentions: list[_Mention], at: int) -> str:
    floor = mentions[at - 1].end if at else 0
    return _sentence_end(text[max(floor, mentions[at].start - 90) : mentions[at].start])


def _sentence_end(text: str) -> str:
    cut = max(text.rfind(mark) for mark in (". ", "! ", "? ", "\u3002"))
    return (
        text[cut + 2 :]
        if cut >= 0
        and not re.search(
            r"\b(?:incl|inkl|einschl|t\.o\.m|t\.e\.m|bzw|ca|mon|tue|wed|thu|fri|sat|sun)\Z", text[:cut]
        )
        else text
    )


def _right(text: str, mentions: list[_Mention], at: int) -> str:
    ceiling = mentions[at + 1].start if at + 1 < len(mentions) else len(text)
    right = text[mentions[at].end : min(ceiling, mentions[at].end + 70)]
    return re.split(r"[.!?] |\u3002", right, maxsplit=1)[0]


def _mentions(text: str, sent_on: date | None) -> list[_Mention]:
    found: list[_Mention] = []
    for form, pattern in _FORMS:
        for match in list(pattern.finditer(text))[:40]:
            if any(m.start < match.end() and match.start() < m.end for m in found):
                continue
            day, is_range = _read(form, match, text, sent_on)
            if day:
                found.append(_Mention(match.start(), match.end(), day, is_range))
    return sorted(found, key=lambda mention: mention.start)


def _read(form: str, match: re.Match[str], text: str, sent_on: date | None) -> tuple[date | None, bool]:
    parts = match.groups()
    match form:
        case "ymd":
            return _day(int(parts[0]), int(parts[1]), int(parts[2])), False
        case "ddm":
            return _dated(parts[3], MONTHS[parts[2]], int(parts[1]), sent_on), True
        case "dmy":
            return _dated(parts[2], MONTHS[parts[1]], int(parts[0]), sent_on), False
        case "mdy":
            return _dated(parts[3], MONTHS[parts[0]], int(parts[2] or parts[1]), sent_on), bool(parts[2])
        case "cjk":
            return _dated(parts[0], int(parts[1]), int(parts[3] or parts[2]), sent_on), bool(parts[3])
        case "xyy":
            return _numeric(int(parts[0]), int(parts[2]), parts[3], parts[1], text, sent_on), False
        case _:
            return _numeric(int(parts[0]), int(parts[2]), None, parts[1], text, sent_on), False


def _numeric(one: int, two: int, year: str | None, mark: str, text: str, sent_on: date | None) -> date | None:
    """Day first everywhere but in English with slashes (either way) and in Japanese (month first)."""
    full = ("20" + year.strip()[-2:]) if year else None
    day_first = _dated(full, two, one, sent_on)
    month_first = _dated(full, one, two, sent_on)
    if re.search(r"[\u3040-ヿ]", text):
        return month_first
    if mark != "/" or not _ENGLISH.search(text):
        return day_first
    likely = [
        day for day in (day_first, month_first) if day and (not sent_on or sent_on <= day <= sent_on + SOON)
    ]
    if day_first == month_first or not (day_first and month_first):
        return day_first or month_first
    return likely[0] if len(likely) == 1 else None


def _dated(year: str | None, month: int, day: int, sent_on: date | None) -> date | None:
    if year:
        return _day(int(year), month, day)
    if sent_on is None:
        return None
    near = _day(sent_on.year, month, day)
    if near and near < sent_on - STALE:
        return _day(sent_on.year + 1, month, day)
    return near


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _by_weekday(text: str, sent_on: date | None) -> date | None:
    """ "Back on Monday", "until tomorrow": the next such day after the mail was sent."""
    if sent_on is None:
        return None
    for start, end, ahead in _named_days(text, sent_on):
        left = _sentence_end(text[max(0, start - 60) : start])
        right = re.split(r"[.!?,] |\u3002", text[end : end + 30], maxsplit=1)[0]
        if (
            _UNTIL.search(left)
            or _BACK.search(left)
            or _UNTIL_AFTER.search(right)
            or _BACK_AFTER.search(right)
        ):
            return sent_on + timedelta(days=ahead)
    return None


def _named_days(text: str, sent_on: date) -> Iterator[tuple[int, int, int]]:
    for match in re.finditer(
        rf"(?<![^\W_])({_WEEKDAY})(?![^\W_\u3000-鿿])|\b({_TOMORROW})\b(?! ?(?:frueh|vormittag))", text
    ):
        word = match[1]
        yield match.start(), match.end(), (WEEKDAYS[word] - sent_on.weekday() - 1) % 7 + 1 if word else 1


def days_named(text: str, sent_on: date | None) -> list[date]:
    """The days that a text names, in its order, none twice, and none before it was written."""
    plain = flat(text[:6_000])
    days = [mention.day for mention in _mentions(plain, sent_on)]
    return [day for day in dict.fromkeys(days) if sent_on is None or day >= sent_on]
