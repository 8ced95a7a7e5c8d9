"""What pages say when they are not the page: not found, for sale; `outreach.page.walls` has what stands before one.

Each list is of patterns on a *squeezed* text (`plain`): lower case, one space between words, no
punctuation.  `not_found(sentence)` and its like judge one short sentence, heading or title segment.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from outreach.kit.patterns import late

_FILLER = late(
    r"\b(?:error|erreur|fehler|errore|erro|fel|virhe|błąd|chyba|hata|ошибка|помилка|http|https|status|code|o+ps|oups|ups|"
    r"whoops|uh oh|sorry|hoppla|hmm+|désolé|lo sentimos|ops|opa|entschuldigung|ой|упс)\b|404|410|エラー|错误|錯誤|오류|خطأ"
)


@lru_cache(maxsize=4_096)
def plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).lower()
    return " ".join(re.sub(r"[^\w\u0300-\u036f\u0900-\u0dff\u0e00-\u0e7f]+|_", " ", text).split())


def segments(title: str) -> list[str]:
    """The parts of a page title: "Page not found - Acme" gives two."""
    return [part for part in re.split(r"\s+[-–—|·•:»«/]+\s+|[|·•»«]|:\s", title) if part.strip()]


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"[.!?。！？؟…\n\r]+", text) if part.strip()]


# --- the page is not there ----------------------------------------------------------------------

_EN_THING = (
    r"(?:web ?)?(?:page|url|file|document|resource|article|post|content|story|link|address|item|product|entry|topic|thread|"
    r"blog|listing|profile|account|video|recipe|news)s?"
)
_EN_END = (
    r"(?:was|were|is|are|has|have|had|does|do|did|can|could|cannot|may|might|will|would|not|t|s|no|longer|be|been|to|or|and|"
    r"seems?|appears?|you|on|at|in|this|our|that|the|it|here|there|server|site|website|location|address|deleted|"
    r"moved|exists?|existed|found|available|located|removed|missing|gone|unavailable|accessible|anymore|any|more|expired|"
    r"never|currently|renamed|archived|temporarily|isn|doesn|couldn|wasn|hasn|aren|don|either)"
)
_EN_KEY = r"(?:found|exists?|available|located|removed|deleted|missing|gone|unavailable|here|moved|expired|accessible)"

_NOT_FOUND_WHOLE = late(
    r"(?:(?:we|i) )?(?:are |re |m )?(?:(?:but|the|this|that|your|requested|a|an|any|such|specified|following) )*"
    + _EN_THING
    + r"(?: (?:that )?(?:you(?: (?:are|were|have|ve|re))?|we(?: were)?) (?:\w+ )?(?:requested|looking for|look for|wanted|want|seek|seeking|"
    r"trying to \w+|tried to \w+|to \w+|entered|followed|clicked|asked for)| requested)?"
    r"(?: " + _EN_END + r")+"
    r"|(?:page )?(?:not|nothing|no page|nothing was|no content|no (?:posts?|articles?|pages?)) found(?: (?:here|at this location|for this (?:url|address)))?"
    r"|(?:there (?:is|s) )?nothing (?:to see )?here(?: (?:yet|anymore|to see))?"
    r"|(?:missing|broken|dead|invalid|unknown|lost|no such|bad) (?:page|link|url|file|address)"
    r"|(?:it )?(?:looks|seems) like (?:nothing|no page) was found(?: at this location)?"
    r"|(?:we|i)(?: re)?(?: are)? ?(?:can|could|cannot|can not|could not|couldn|unable to|were unable to|weren t able to|didn|did not|don)(?: ?t)? "
    r"(?:seem to )?(?:find|locate|have) (?:that|the|this|your|what|a|any|anything)\b.{0,50}"
    r"|(?:this|that|the) (?:is )?(?:not the|isn t the) (?:web ?)?page you (?:are|re|were) looking for"
    r"|(?:this |that |the )?(?:page|post|article|story|entry|content|topic|thread|video|listing) (?:has been|was|is) (?:deleted|removed|taken down|withdrawn) by (?:its|the|their|our) \w+(?: \w+)?"
    r"|(?:page|file|document|post|article) (?:unavailable|removed|deleted|gone|missing|no longer available)"
)

_STARTS = r"(?:\w+ ){0,3}?"
_NOT_FOUND_OTHER = [
    late(r"\b" + _STARTS + part)
    for part in (
        # German, Dutch
        r"(?:seite|webseite|website|inhalt|artikel|beitrag|datei|dokument|adresse|url|produkt|meldung)\b.{0,40}?(?:nicht (?:mehr )?(?:gefunden|vorhanden|verfügbar|auffindbar|erreichbar|finden)|existiert (?:leider )?nicht|gelöscht|gibt es nicht|nicht existiert)",
        r"(?:^|leider )(?:nicht|nichts) gefunden$",
        r"(?:^|hier )gibt es (?:leider )?nichts(?: mehr)?(?: zu sehen)?$",
        r"(?:page|article|contenu) (?:\w+ )?a (?:disparu|été déplacée? ou supprimée?)$",
        r"no se (?:encontró|encontro|ha encontrado|pudo encontrar) (?:la|esta|esa) p[áa]gina",
        r"(?:kunne|kan) (?:desværre |dessverre )?ikke finde? siden|^fant (?:dessverre )?ikke (?:siden|sida)|(?:kunde|kan) (?:tyvärr )?inte hitta sidan|^hittar inte sidan",
        r"(?:pagina|artikel|document|bestand|inhoud)\b.{0,40}?(?:niet (?:meer )?(?:gevonden|beschikbaar|vinden|bestaat)|bestaat (?:helaas )?niet|verwijderd)",
        r"^niet gevonden$",
        # French, Catalan
        r"(?:page|article|contenu|document|fichier|adresse|url|ressource)\b.{0,60}?(?:introuvable|non trouvée?|pas (?:été )?trouvée?|n existe (?:pas|plus)|n est (?:pas|plus) (?:disponible|accessible)|inexistante?|a été supprimée?|n a pas pu être trouvée?)",
        r"^(?:contenu )?introuvable$|^non trouvée?$",
        r"pàgina\b.{0,40}?no (?:s ha |ha estat )?(?:trobat|trobada|existeix|es troba)",
        # Spanish, Portuguese, Italian, Romanian
        r"(?:p[áa]gina|art[íi]culo|contenido|url|direcci[óo]n|documento|noticia)\b.{0,50}?(?:no (?:se )?(?:ha )?(?:sido )?(?:encontrad[oa]|encuentra|encontr[óo]|existe|est[áa] disponible|disponible|pudo encontrar|pudimos encontrar)|inexistente|eliminad[oa]|no encontrad[oa])",
        r"^no (?:se )?(?:encontrad[oa]|encontr[óo](?: nada)?)$|no (?:se pudo|pudimos|podemos|hemos podido) encontrar (?:la|esa|esta) p[áa]gina",
        r"(?:p[áa]gina|artigo|conte[úu]do|url|endere[çc]o|mat[ée]ria|not[íi]cia|arquivo)\b.{0,50}?(?:n[ãa]o (?:foi |p[ôo]de ser |est[áa] )?(?:encontrad[oa]|existe|dispon[íi]vel|localizad[oa])|inexistente|removid[oa]|indispon[íi]vel)",
        r"^n[ãa]o encontrad[oa]$|^nada (?:foi )?encontrado$",
        r"(?:pagina|articolo|contenuto|documento|risorsa|url|file)\b.{0,50}?(?:non (?:è )?(?:stat[oa] )?(?:trovat[oa]|esiste|disponibile|presente|raggiungibile)|inesistente|rimoss[oa]|non è più)",
        r"^non trovat[oa]$",
        r"pagina\b.{0,40}?(?:nu (?:a fost |poate fi |mai )?(?:g[ăa]sit[ăa]|exist[ăa])|inexistent[ăa]|neg[ăa]sit[ăa])",
        # Slavic, Latin script
        r"(?:strona|strony|stronę|artykuł|podstrona|dokument|treść)\b.{0,40}?(?:nie (?:została |został )?(?:znaleziono|znaleziona|znaleziony|istnieje|odnaleziona|odnaleziono))",
        r"^nie znaleziono(?: (?:strony|podstrony|artykułu|treści|dokumentu))?\b|^nie ma takiej strony|^brak strony$",
        r"(?:stránka|stránku|stránky|článek|článok|str[aá]nka)\b.{0,40}?(?:nenalezen[ao]?|nebyl[ao]? nalezen[ao]?|neexistuje|nenašl[aio]|nebol[ao] nájden[áaé]|nenájden[áa]|sa nenašla)",
        r"^(?:nenalezeno|nenájdené|stránka nenalezena)$",
        r"(?:stranica|stranicu|stran|članak)\b.{0,40}?(?:nije (?:pronađena|pronadjena|nađena)|ne postoji|ni (?:bila )?(?:najdena|mogoče najti)|ne obstaja|nije moguće pronaći)",
        # Nordic
        r"(?:sidan|sida|artikeln|dokumentet|innehållet)\b.{0,40}?(?:hittades (?:inte|ej)|kunde inte hittas|finns inte|hittas inte|kan inte hittas|saknas)",
        r"(?:siden|side|artiklen|artikkelen|indholdet|innholdet)\b.{0,40}?(?:ikke (?:blev |ble )?(?:fundet|funnet|findes|eksisterer)|findes ikke|finnes ikke|eksisterer ikke|kunne ikke findes|blev ikke fundet|ble ikke funnet|ikke finne)",
        r"^(?:hittades inte|ikke fundet|ikke funnet)$",
        r"(?:sivua|sivu|sisältöä|artikkelia)\b.{0,40}?(?:ei (?:löy\w+|ole olemassa|ole enää))",
        # Hungarian, Turkish, Baltic, Estonian
        r"(?:oldal|lap|tartalom|cikk|weboldal)\b.{0,40}?(?:nem (?:található|létezik|elérhető|talál\w+))",
        r"(?:sayfa|sayfası|sayfayı|içerik|haber|yazı)\b.{0,40}?(?:bulunamadı|bulunamamıştır|bulunmuyor|mevcut değil|yok|bulamadık)",
        r"^bulunamadı$",
        r"(?:puslapis|puslapio|svetainė)\b.{0,40}?(?:nerast\w*|neegzistuoja)",
        r"lapa\b.{0,40}?(?:nav (?:atrasta|pieejama)|neeksistē)",
        r"(?:lehte|lehekülge|leht|lehekülg)\b.{0,40}?(?:ei (?:leitud|eksisteeri|leia|leitud))",
        # Cyrillic, Greek
        r"(?:страниц\w*|стать\w*|документ|файл|материал|публикаци\w*|запис\w*|новост\w*)\b.{0,50}?(?:не (?:был[аоы]? )?(?:найден\w*|существует|доступн\w*)|удал[её]н\w*|отсутствует|недоступн\w*)",
        r"^(?:ничего )?не найден\w*$|^нет такой страницы|такой страницы (?:нет|не существует)|^страницы не существует",
        r"(?:сторінк\w*|статт\w*|документ|матеріал)\b.{0,40}?(?:не (?:було |була )?(?:знайден\w*|існує)|видален\w*)",
        r"^не знайден\w*$|такої сторінки (?:немає|не існує)",
        r"страница(?:та)?\b.{0,40}?(?:не (?:е|беше) намерена|не съществува|не може да бъде намерена|није пронађена|не постоји)",
        r"σελίδα\b.{0,40}?(?:δε[ν]? (?:βρέθηκε|υπάρχει|είναι διαθέσιμη))",
        # Vietnamese, Indonesian
        r"(?:trang|bài viết|nội dung)\b.{0,40}?(?:không (?:được )?(?:tìm thấy|tồn tại))|không tìm thấy (?:trang|bài|nội dung|kết quả)",
        r"^không tìm thấy$",
        r"(?:halaman|artikel|laman|konten)\b.{0,40}?(?:tidak (?:dapat )?(?:ditemukan|ditemui|tersedia|ada|wujud|dijumpai))",
    )
]
_NOT_FOUND_ANYWHERE = late(
    r"(?:ページ|記事|お探しの).{0,20}?(?:見つかりません|存在しません|ありません|削除され)|見つかりませんでした|"
    r"(?:文章|内容|帖子|页面|该页|貼文).{0,8}被.{0,8}(?:删除|刪除)|(?:页面|網頁|网页|頁面|文章|您访问的|您要找的|您要查看的|内容).{0,14}?(?:不存在|未找到|找不到|沒有找到|没有找到|已删除|已刪除|已被删除|不见了|走丢了|无法找到)|"
    r"找不到.{0,6}(?:页面|頁面|网页|網頁|文章)|^未找到$|"
    r"(?:페이지|게시물|문서|요청하신).{0,20}?(?:찾을 수 없|존재하지 않|없습니다|삭제되)|"
    r"(?:الصفحة|المقال|الصفحه|المحتوى).{0,30}?(?:غير موجود|لم يتم العثور|لا توجد|غير متوفر|غير متاح)|لم يتم العثور على|"
    r"(?:הדף|העמוד|דף|עמוד).{0,25}?(?:לא נמצא|לא קיים|אינו קיים)|^לא נמצא$|"
    r"(?:صفحه|برگه|مطلب).{0,25}?(?:یافت نشد|پیدا نشد|وجود ندارد)|"
    r"(?:पृष्ठ|पेज|पन्ना).{0,25}?(?:नहीं मिला|उपलब्ध नहीं|मौजूद नहीं)|ไม่พบ(?:หน้า|เพจ|บทความ)|หน้า.{0,15}ไม่(?:มี|พบ)"
)


FAR_SCRIPT = late(r"[\u0370-\uffff]")
_NEGATIONS = frozenset(
    "disparu not no nothing can cannot could couldn unable missing broken dead invalid unknown lost bad removed deleted gone unavailable expired isn doesn t "
    "didn don wasn hasn 404 410 nicht nichts gelöscht niet bestaat verwijderd introuvable introuvables non pas plus n inexistante inexistant supprimée "
    "supprimé inexistente inexistentes eliminada eliminado não nao nada removida removido indisponível indisponivel inesistente rimossa rimosso "
    "trovato trovata nu inexistentă inexistenta negăsită negasita nie brak nenalezen nenalezena nenalezeno nebyl nebyla nebol nebola neexistuje nenašla "
    "nenašlo nenašli nenájdená nenájdené nenájdeny nije ne ni inte ej saknas ikke ei nem bulunamadı bulunamamıştır bulunmuyor bulunamadi bulunamadık değil yok "
    "nerasta nerastas nerastasis neegzistuoja nav neeksistē không tidak".split()
)
"""One of these stands in every way of saying it in Latin script."""


@lru_cache(maxsize=4_096)
def not_found(sentence: str) -> bool:
    """Whether one short sentence, heading or title segment says that the page is not there."""
    if len(sentence) > 140:
        return False
    said = plain(sentence)
    if _NEGATIONS.isdisjoint(said.split()) and not FAR_SCRIPT.search(said):
        return False
    bare = re.sub(r"(?<=\w) \d$", "", " ".join(_FILLER.sub(" ", said).split()))
    if not bare or bare in ("page", "seite", "página", "pagina", "sidan", "strona"):
        return "404" in said
    whole = _NOT_FOUND_WHOLE.fullmatch(bare)
    if whole and (re.search(_EN_KEY, bare) or not re.match(_EN_THING, bare)):
        return (
            re.search(
                r"\b(?:not|no|t|nothing|cannot|removed|deleted|missing|gone|unavailable|unable|expired|broken|dead|invalid|unknown|lost|bad|moved)\b",
                bare,
            )
            is not None
        )
    if len(bare) > 110:
        return False
    return any(pattern.match(bare) for pattern in _NOT_FOUND_OTHER) or bool(_NOT_FOUND_ANYWHERE.search(bare))


# --- the domain is for sale ---------------------------------------------------------------------

_PARKED = late(
    r"\bdomain(?: name)?(?: \S+){0,4}? (?:is|may be|might be|could be|are)(?: now)?(?: listed)? (?:for sale|up for sale|available for (?:purchase|sale))|"
    r"\b(?:buy|purchase|acquire|own|get|lease|rent) this (?:premium )?(?:domain|website name)|\bdomain (?:name )?(?:for sale|parking|parked)|"
    r"\b(?:premium )?domain(?: name)? for sale|\bthis (?:domain|web ?site|web ?page|site)(?: name)? (?:\S+ )?(?:has expired|is parked|is expired|has been parked|"
    r"was recently registered|has recently been registered|is registered at|is available)|\bparked (?:free|domain|page|by|at)\b|"
    r"\b(?:make an offer|inquire|enquire|interested in)(?: \S+)? (?:on|about|in)? ?this domain|courtesy of godaddy|"
    r"\bfuture home of something quite cool|\brenew (?:your|this) domain|\b(?:this )?domain (?:name )?(?:registration )?(?:has )?expired|"
    r"\bthe domain \S+(?: \S+)? (?:may be|is) for sale|"
    r"\bdomain\b.{0,30}?(?:steht (?:\w+ )?zum verkauf|zu verkaufen|ist geparkt|kaufen|erwerben)|\bdiese domain (?:kaufen|steht|ist)|"
    r"\b(?:nom de )?domaine\b.{0,30}?(?:est )?(?:à vendre|en vente|expiré)|\bacheter ce (?:nom de )?domaine|"
    r"\bdominio\b.{0,30}?(?:(?:est[áa] |se )?(?:en venta|a la venta|vende)|è in vendita|in vendita)|\bcompr[ae]r? (?:este|questo) dominio|\bacquista questo dominio|"
    r"\bdom[íi]nio\b.{0,30}?(?:est[áa] )?à venda|\bcompr(?:e|ar) este dom[íi]nio|\bdomein(?:naam)?\b.{0,30}?(?:is )?te koop|\bkoop (?:dit|deze) domein|"
    r"\bdomen[aęy]\b.{0,30}?(?:na sprzedaż|na prodej|na predaj)|\bkup (?:tę )?domenę|\bdomän(?:en)?\b.{0,20}?till salu|\bdomæne(?:t)?\b.{0,20}?til salg|"
    r"\bdomene(?:t)?\b.{0,20}?til salgs|\bdomain(?:nimi)?\b.{0,20}?(?:myytävänä|eladó)|\bdomeniu(?:l)?\b.{0,30}?de v[âa]nzare|"
    r"\bдомен\w*\b.{0,40}?(?:прода[её]тся|продаж[еуі]|припаркован|выставлен)|\b(?:купить|купити) (?:этот |цей )?домен|"
    r"\balan ad[ıi]\b.{0,20}?satılık|\bsatılık (?:domain|alan ad[ıi])|ドメイン.{0,20}?(?:売りに出|販売|売り出し|譲渡)|"
    r"域名.{0,12}?(?:出售|转让|待售)|網域.{0,10}?出售|购买(?:此|该|本)?域名|도메인.{0,15}?(?:판매|구매)|\btên miền\b.{0,20}?(?:đang bán|được bán)|"
    r"\bdomain\b.{0,30}?zum (?:kauf|verkauf) angeboten|\bdom[ée]na\b.{0,30}?na (?:prodej|predaj)|\bverkkotunnus\b.{0,30}?myynnissä|\btên miền\b.{0,30}?(?:rao bán|cần bán)|"
    r"домен\w*\b.{0,40}?продається|(?:domain|όνομα χώρου)\b.{0,20}?πωλείται|^(?:this )?web ?site (?:has )?expired$|"
    r"\bhier entsteht (?:in kürze |demnächst |bald |gerade )?(?:eine|die|der|das) (?:neue |neuer |neues )?(?:\w+ )?(?:internet|web)(?:präsenz|seite|site|auftritt)|\b(?:domain|website|webseite|internetpräsenz) (?:wurde|ist) (?:soeben |gerade |neu )?(?:freigeschaltet|reserviert|registriert)\b|"
    r"(?:الدومين|النطاق).{0,20}?للبيع|הדומיין.{0,15}?למכירה"
)


_PARKED_HINT = late(
    r"dom[aäeæéíio]|verkkotunnus|parked|expired|godaddy|something quite cool|web ?site|web ?page|webseite|internetpr|hier entsteht|this site|alan ad|tên miền"
)


_HOST_FOR_SALE = late(
    r"(?:^|\s)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{2,63}){1,3} (?:is|may be|might be|could be) (?:now )?(?:available )?(?:for sale|for purchase)\b", re.IGNORECASE
)  # fmt: skip


def parked(sentence: str) -> bool:
    """Whether a sentence offers the domain itself."""
    if len(sentence) > 240:
        return False
    if _HOST_FOR_SALE.search(sentence):
        return True
    said = plain(sentence)
    return (bool(_PARKED_HINT.search(said)) or bool(FAR_SCRIPT.search(said))) and bool(_PARKED.search(said))
