"""Mail addresses in a text as people write them: `ana@fern.example`, `ana [at] fern [dot] example`, `ana(ät)fern.example`.

    for one in spelled(text, bounds): one.start, one.end, one.local, one.domains

`bounds` are the places where one element ends and the next begins without a space between: there a word may end
(`<b>Mail</b>ana@…`) or not (`ana<b>@</b>fern…`).  `domains` are readings of what follows the sign, the best first.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from outreach.kit.address import ROLE_NAMES
from outreach.kit.patterns import late

_AT_NAMES = (
    "at|@|ät|æt|a-t|a\\.t|at[- ]?sign|at[- ]?symbol|at[- ]?zeichen|arr?oba|arr?obase?|arobas|chez|chiocciola|chiocciolina|klammeraffe|affe|"
    "affenschwanz|ma[łl]pa|zavin[aá][cč]|kukac|собака|собачка|ет|эт|ат|snabel-?a|kr[øo]ll?alfa|alfakr[øo]ll|a?apenstaart(?:je)?|apestaart(?:je)?|"
    "miuku(?:mauku)?|miukumauku|a c[òo]ng|a m[óo]c|arrova|маймун\\w{0,6}(?: а)?|кльомб\\w{0,2}|мајмун\\w{0,4}|с[ьл]{1,2}імак|айқұлақ|kanelbulle|a bildua|ätt|ludo a|ეთ|շնիկ|bei|à|मंकी|एट|ऐट|แอท|ات|ایت|kissanh[äa]nt[äa]|παπ[άα]κι|papaki|coad[aă] de maimu[țt][ăa]|a rond|at işareti|равлик|hjá|[äa]t-merkki|@t|snabela|alfakr[øo]ll|ا?آت ساین|@マーク|＠マーク|arond|afna|majmun(?:sko)?|manki|et|eta|kuyruklu a|kuyruk|"
    "アット|アットマーク|あっと|あっとまーく|골뱅이|앳|在|圈a|艾特|la|小老鼠|strudel|שטרודל|כרוכית|آت|apenstaart|at it|um"
)
_DOT_NAMES = (
    "dot|кропка|нүкте|pikë|puntu|डॉट|จุด|d0t|dott|punkt|punto|ponto|point|pont|kropka|te[čc]ka|bodka|точка|крапка|тчк|punt|punct|pricka|prick|prik|prikk|nokta|piste|stip|"
    "τελε[ίι]α|teleia|taškas|punkts|pika|punktum|ta[čc]ka|titik|chấm|点|點|ドット|どっと|닷|점|نقطة|נקודה|to[čc]ka|tachka|\\.|period|full ?stop"
)
_BARE_AT = "arr?oba|arobase|chiocciola|chiocciolina|klammeraffe|ma[łl]pa|zavin[aá][cč]|kukac|собака|собачка|a?apenstaartje|apestaartje|snabel-a|kr[øo]llalfa|골뱅이|παπάκι|שטרודל|כרוכית|маймунка|маймунско а|равлик|alfakr[øo]ll|miukumauku|snabela|a còng|afna|manki|arrova"
_BARE_DOT = "dot|DOT|Dot|punkt|PUNKT|Punkt|punto|PUNTO|ponto|PONTO|point|POINT|kropka|te[čc]ka|bodka|точка|ТОЧКА|pont|punt|nokta|piste|prikk|τελε[ίι]α|ta[čc]ka|to[čc]ka|ponto|крапка|점|닷|点|ドット|נקודה|نقطة|punktum|chấm|pika|to[čc]ka"
_OPEN, _SHUT = r"[\[({<«‹⟨{【〔（［｛〈《]", r"[\])}>»›⟩}】〕）］｝〉》]"

_WRAPPED_AT = late(rf"{_OPEN}{{1,2}}[ \t]?(?:(?i:{_AT_NAMES}))[ \t]?{_SHUT}{{1,2}}|[\[(]a[\])](?=\w)")
_DASHED_AT = late(r"[-_*=~|/\\.:+#^\"'“”]{1,3}(?:at|AT|At|@)[-_*=~|/\\.:+#^\"'“”]{1,3}")
_SPACED_AT = late(
    rf"[ \t](?:AT|@|at|At|ät|æt|(?i:{_BARE_AT}))(?=[ \t])|@(?=[ \t]\w)|(?<=[A-Za-z0-9])(?:골뱅이|@マーク|@まーく)(?=[A-Za-z0-9])"
)

_DOT = (
    rf"[ \t]*{_OPEN}{{1,2}}[ \t]?(?:(?i:{_DOT_NAMES}))[ \t]?{_SHUT}{{1,2}}[ \t]*|[ \t]+(?:{_BARE_DOT}|[-_*=~|/\\\"'“”]{{1,2}}(?i:dot|punkt|punto|point)[-_*=~|/\\\"'“”]{{1,2}})[ \t]+"
    r"|[-_*=~|]{1,2}(?i:dot|punkt|punto|point)[-_*=~|]{1,2}"
)
_DASH = rf"[ \t]*{_OPEN}[ \t]?(?i:dash|hyphen|minus|bindestrich|tiret|guion|gui[óo]n|trattino|h[íi]fen|-)[ \t]?{_SHUT}[ \t]*"
_UNDER = (
    rf"[ \t]*{_OPEN}[ \t]?(?i:underscore|unterstrich|underline|tiret bas|guion bajo|_)[ \t]?{_SHUT}[ \t]*"
)
_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_PART = late(rf"(?:{_DASH})?{_LABEL}(?:{_DASH}{_LABEL})*")
_JOINT = late(rf"(?P<word>{_DOT})|(?P<wide>[ \t]\.[ \t])|\.")
_LOCAL = late(rf"(?:[A-Za-z0-9._%+'’\-]+(?:{_DOT}|{_UNDER}|{_DASH}))*[A-Za-z0-9._%+'’\-]+$")
_FOREIGN = late(
    r"(?<![^\W\d_])(?:(?=[^@]*[À-ɏ])[A-Za-zÀ-ɏ0-9._+-]+|[Ͱ-Ͽ0-9._+-]*[Ͱ-Ͽ][Ͱ-Ͽ0-9._+-]*|[Ѐ-ӿ0-9._+-]*[Ѐ-ӿ][Ѐ-ӿ0-9._+-]*)$"
)
"""A local part of one script that sets spaces between words, beyond ASCII (RFC 6531)."""
_LETTERS = late(r"[A-Za-zÀ-ɏͰ-ϿЀ-ӿ]")
"""Scripts that set spaces between words: such a letter before the local part belongs to it."""

_NOT_LOCAL = frozenset(
    """
    us them him her it he she they we you me i am do did go look looks looking find found only available here there now live online read reading shop visit
    out and or is are was were be been located based work works working email mail e-mail contact reach write speak speaks talk meet meeting editor
    founder ceo cto cmo manager director writer author designer developer professor lecturer student head team published posts posted more
    arrive arrived arriving buy order orders sold sale held join see up down in on off back home starting starts start open not just also even
    sit sits sitting stay stays staying lives living one all day night time years people stop call good better best great aimed thrown laugh
    smile point points hosted register sign signup subscribe book booking tickets free seen check questions reporter journalist freelancer
    engineer expert consultant analyst trainer coach teacher artist volunteer trainee architect scientist
    dinner lunch breakfast brunch drinks party concert gig show talk event rights
    everyone anyone someone nobody everything something anything nothing site website blog page price prices priced
    """.split()
)
"""Words before a bare " at " or " @ " in plain prose."""
_ENGLISH_DOT = late(rf"[ \t](?:dot|DOT|Dot)[ \t]|{_OPEN}|[-_*]dot[-_*]")
"""What stands for a dot after a bare " at ": "at one point to" is prose."""
_OPENS, _SHUTS = "([{<«‹⟨【〔（［｛〈《", ")]}>»›⟩】〕）］｝〉》"
_ASKED = late(
    r"(?i)(?:\b(?:e-?mail|mail|write|contact|reach|send (?:it|a line|an? e-?mail)|drop a line)(?: (?:me|us|him|her|them))?(?: (?:to|at|via))?|"
    r"\b(?:reach|contact|e-?mail|mail|write|send|submit|pitch)\b[^.!?\n]{0,30}\b(?:at|to|on|via)|"
    r"\b(?:my|our|his|her|their|the|e-?mail|mail) (?:e-?mail |mail )?(?:address )?is|\baddress is)\s*[:\"'“]?\s*$"
)
"""What is said before an address that is spelled out in a sentence."""
_USER = late(r"(?:^|[\s:(\[{\"'<=,;|])([\w.+-]{1,32}):$")
_LOG_INS = frozenset("user username login root anonymous ftp password pass passwort".split())
_LABELS = frozenset(
    "work home pref adresa adres adrese adresi osoite eposta sposti pastas pasts surel imel imejl contatto contato naslov cim poczta pasto "
    "e m t to from cc an address adresse adres mailto courriel correo epost e-post e-mail posta write pošta reply reply-to".split()
) | {"email"}
_LABELLED = late(
    r"(?i)(?:e-?mail|mail|courriel|correo|e-?post|contact|kontakt|adres\w*|address|почта|mailto|posta)\s*(?:adresse|address)?\s*[:=\-–—]\s*$"
)
CANDIDATES_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Spelled:
    """One address in a text. `domains` are (domain, where it ends) as it can be read, the likeliest first."""

    start: int
    end: int
    local: str
    domains: tuple[str, ...]
    is_plain: bool


@dataclass(frozen=True, slots=True)
class _Sign:
    """What stands for an `@`, with the spaces around it; `kind` is plain, wrapped, dashed or spaced."""

    kind: str
    word: str
    start: int
    end: int


def _signs(text: str) -> list[_Sign]:
    """All that may stand for an `@`, in the order of the text.  Four searches, each with a quick beginning."""
    found: dict[int, _Sign] = {}
    for kind, pattern in (("wrapped", _WRAPPED_AT), ("dashed", _DASHED_AT), ("spaced", _SPACED_AT)):
        for match in islice(pattern.finditer(text), CANDIDATES_MOST):
            sign = _Sign(kind, match[0].strip(), *_with_spaces(text, match.start(), match.end()))
            if _is_placed(text, match, sign):
                found.setdefault(sign.start, sign)
    taken = {place for sign in found.values() for place in range(sign.start, sign.end)}
    at = text.find("@")
    for _ in range(CANDIDATES_MOST):
        if at < 0:
            break
        if at not in taken:
            found[at] = _Sign("plain", "@", at, at + 1)
        at = text.find("@", at + 1)
    return [found[place] for place in sorted(found)]


def _with_spaces(text: str, start: int, end: int) -> tuple[int, int]:
    while start and text[start - 1] in " \t":
        start -= 1
    while end < len(text) and text[end] in " \t":
        end += 1
    return start, end


def _is_placed(text: str, match: re.Match[str], sign: _Sign) -> bool:
    """Does a sign with dashes stand within a word or between spaces, and "(a)" within a word?"""
    glued_left, glued_right = sign.start == match.start(), sign.end == match.end()
    if sign.kind == "dashed":
        return glued_left == glued_right and (not glued_left or match[0][0] in "-_*=~|")
    return not (match[0] in ("(a)", "[a]") and not (glued_left and glued_right))


def spelled(text: str, bounds: Sequence[int] = (), host: str = "") -> Iterator[Spelled]:
    """Every place that may be a mail address; whether it is anybody's is for `judge`. `host` is the page's own."""
    last = 0
    for sign in _signs(text):
        found = _around(text, sign, last, bounds, host)
        if found is not None:
            yield found
            last = found.end


def _around(text: str, sign: _Sign, last: int, bounds: Sequence[int], host: str) -> Spelled | None:
    local = _local(text, sign, last, bounds)
    if local is None:
        return None
    start, name = local
    is_plain = sign.kind == "plain"
    if is_plain and _is_userinfo(text, start):
        return None
    parts, ends, has_word = _domain(text, sign.end, is_plain, bounds)
    if len(parts) < 2 or not (
        is_plain
        or _is_meant(text, sign, start, name, has_word, ends[-1])
        or _is_of_the_house(sign, name, ".".join(parts).lower(), host)
    ):
        return None
    domains = tuple(".".join(parts[:kept]) for kept in range(len(parts), 1, -1))
    return Spelled(start, ends[len(parts) - 1], name, _readings(parts, domains), is_plain and not has_word)


def _readings(parts: list[str], domains: tuple[str, ...]) -> tuple[str, ...]:
    """The whole domain; shorter ones only where the next label begins a sentence."""
    kept = [domains[0]]
    for shorter, nxt in zip(domains[1:], reversed(parts[2:]), strict=True):
        if not ((nxt[:1].isupper() and nxt[1:2].islower()) or not nxt.isascii()) or parts[0][:1].isupper():
            break
        kept.append(shorter)
    return tuple(kept)


def _local(text: str, sign: _Sign, last: int, bounds: Sequence[int]) -> tuple[int, str] | None:
    """(where it begins, local part) before the sign."""
    begin = max(last, sign.start - 80)
    window = text[begin : sign.start]
    window = window[window.rfind("\n") + 1 :]
    begin = sign.start - len(window)
    found = (_FOREIGN.search(window) if sign.kind == "plain" else None) or _LOCAL.search(window)
    if not found or (found.start() == 0 and len(window) == 80):
        return None
    start = begin + found.start()
    start = max(start, _word_start(text, start, sign.start, bounds))
    if start and (
        (_LETTERS.match(text[start - 1]) and not _is_bound(bounds, start)) or text[start - 1] == "@"
    ):
        return None
    raw = text[start : sign.start]
    return start, _tidy_words(raw)


def _is_bound(bounds: Sequence[int], place: int) -> bool:
    at = bisect_left(bounds, place)
    return at < len(bounds) and bounds[at] == place


def _tidy_words(raw: str) -> str:
    raw = re.sub(_UNDER, "_", raw)
    raw = re.sub(_DASH, "-", raw)
    return re.sub(_DOT, ".", raw).strip()


def _word_start(text: str, start: int, at: int, bounds: Sequence[int]) -> int:
    """Where the local part begins when elements meet inside it: a label or a name beside it is not part of it."""
    inside = list(bounds[bisect_left(bounds, start + 1) : bisect_left(bounds, at)])
    for bound in reversed(inside):
        before, after = text[bound - 1], text[bound]
        if before in "._-+%" or after in "._-+%":
            continue
        previous = list(bounds[: bisect_left(bounds, bound)][-1:])
        segment = text[max(previous[0] if previous else 0, text.rfind("\n", 0, bound) + 1) : bound]
        next_bound = (
            bounds[bisect_left(bounds, bound + 1)] if bisect_left(bounds, bound + 1) < len(bounds) else at
        )
        if " " in segment.strip() or segment[:1].isupper() or _is_label(segment) or next_bound > at + 3:
            return bound
    return start


def _is_label(segment: str) -> bool:
    return segment.strip().lower() in (
        "mail",
        "email",
        "e-mail",
        "e",
        "m",
        "contact",
        "kontakt",
        "contacto",
        "courriel",
        "correo",
        "to",
        "an",
        "write",
    )


def _domain(text: str, at: int, is_plain: bool, bounds: Sequence[int]) -> tuple[list[str], list[int], bool]:
    """(labels, where each ends, whether a dot is spelled out) of the domain that begins here."""
    parts: list[str] = []
    ends: list[int] = []
    has_word, place = False, at
    while len(parts) < 8 and (label := _PART.match(text, place)):
        stop = _label_stop(text, label, bounds)
        parts.append(re.sub(_DASH, "-", text[label.start() : stop]).strip())
        ends.append(stop)
        joint = _JOINT.match(text, stop) if stop == label.end() or _DASHED_DOT.match(text, stop) else None
        if (
            joint is None
            or (joint["wide"] and is_plain)
            or (joint["word"] and not _PART.match(text, joint.end()))
        ):
            break
        has_word = has_word or joint["word"] is not None
        place = joint.end()
    return parts, ends, has_word


_DASHED_DOT = late(r"-(?i:dot)-")
_MIXED = late(r"[A-Za-z0-9-]+(?=[^\x00-\x7f])")


def _label_stop(text: str, label: re.Match[str], bounds: Sequence[int]) -> int:
    """Where a label ends: before another script, or where the next element begins with another word."""
    mixed = _MIXED.match(text, label.start())
    stop = label.end()
    if spelled_dot := _DASHED_DOT.search(text, label.start(), stop):
        return spelled_dot.start()
    if mixed and mixed.end() < stop and not _LETTERS.match(text[mixed.end()]):
        stop = mixed.end()
    if dashed := _suffixed(text, label.start(), stop):
        return dashed
    inside = bounds[bisect_left(bounds, label.start() + 1) : bisect_left(bounds, stop)]
    for bound in inside:
        if not _joins(text, label.start(), bound, stop):
            return bound
    if stop - label.start() > 2 and (
        camel := re.match(r"[a-z]{2,}(?=[A-Z][a-z])", text[label.start() : stop])
    ):
        from outreach.kit.urls import has_known_ending

        if has_known_ending("a." + camel[0]) and not has_known_ending(
            "a." + text[label.start() : stop].lower()
        ):
            return label.start() + camel.end()
    return stop


def _suffixed(text: str, start: int, stop: int) -> int:
    """Where an ending of Hungarian, Estonian or Turkish begins behind a name ("ana@fern.hu-ra"), 0 without one."""
    from outreach.kit.urls import has_known_ending

    place = text.find("-", start, stop)
    is_one = place > 0 and stop - place <= 6 and text[start - 1] == "."
    if not is_one or text[stop : stop + 1] == "." or has_known_ending("a." + text[start:stop].lower()):
        return 0
    return place if has_known_ending("a." + text[start:place].lower()) else 0


def _joins(text: str, start: int, bound: int, stop: int) -> bool:
    """Does a label go on over the border of two elements? Not where it is an ending already and would be none then."""
    from outreach.kit.urls import has_known_ending

    so_far, whole = text[start:bound], text[start:stop]
    if text[bound] == "-" or so_far.endswith("-"):
        return True
    return not has_known_ending("a." + so_far.lower()) or has_known_ending("a." + whole.lower())


def _is_set_apart(text: str, start: int, domain: int, end: int, name: str) -> bool:
    """Is "ana at fern dot example" said as an address, or are these words of a sentence ("call me at noon dot com")?"""
    before = text[max(0, start - 48) : start]
    line, after = before.rpartition("\n")[2].strip(), text[end : end + 40].partition("\n")[0].strip()
    if _LABELLED.search(before) or (line and after and line[-1] in _OPENS and after[0] in _SHUTS):
        return name.lower() != "us"
    is_word = name.lower() in _NOT_LOCAL
    if not line and not after.strip(".!"):
        return name == "me" or (not is_word and (not name.istitle() or name.lower() in ROLE_NAMES))
    return (
        not is_word
        and bool(
            text[start:domain].strip().endswith(("ät", "æt", "ÄT"))  # no word of a sentence
            or name.lower()
            in {word.lower() for word in re.findall(r"[A-Z]\w+", line)}  # "Ana Fern, ana at ..."
            or (_ASKED.search(before) and not name.istitle())
            or re.search(r"[._+\d-]", name)
            or re.search(_OPEN, text[domain:end])
            or (name.islower() and (not line or line[-1] in "|·•–—→✉:"))
        )
    )


def _is_userinfo(text: str, start: int) -> bool:
    """`user:password@host` (RFC 3986 section 3.2.1), and not a label glued to an address (`Editor:ana@…`)?"""
    found = _USER.search(text[max(0, start - 40) : start])
    if found is None or not found[1].isascii():
        return False
    word = found[1].lower()
    return (
        found[1] in ("admin", "administrator", "guest")
        or word in _LOG_INS
        or not (found[1][:1].isupper() or word in ROLE_NAMES or word in _LABELS)
    )


_LIKE_A_NAME = late(r"[a-z]{1,20}[._][a-z]{3,20}")


def _is_of_the_house(sign: _Sign, name: str, domain: str, host: str) -> bool:
    """ "ana.fern at fern.example" on a page of fern.example: no word of a sentence has a dot within."""
    from outreach.kit.urls import has_known_ending

    return (
        sign.word in ("at", "At", "ät", "æt")
        and bool(host)
        and (domain == host or host.endswith("." + domain) or domain.endswith("." + host))
        and bool(_LIKE_A_NAME.fullmatch(name))
        and not has_known_ending(name)
    )


_ALSO_WORDS = frozenset("la um et eta ет эт ат affe chez bei à".split())
"""Signs that are words of some language as well: "Dupont (et) fils.example"."""


def _is_amid(before: str, text: str, start: int) -> bool:
    """Does a word of a sentence stand before it that does not lead to an address: "a great party @ club.example"?"""
    said = re.search(r"([^\W\d_]+)[ \t]+$", before)
    leads = _LEADS | {"mail", "email", "e-mail", "contact", "write", "kontakt", "courriel", "correo"}
    return bool(
        said
        and said[1].islower()
        and said[1] not in leads
        and not _ASKED.search(text[max(0, start - 48) : start])
    )


_LEADS = frozenset(
    "an to a à al alla para per pour por do na på til till via bei unter oder or und and et y e o ou lub i og och of en aan naar is är er est es è é ist "
    "на по или и к до або та в".split()
)
"""Words before an address in a sentence."""
_A_TIME = late(r"(?i)\d+(?:[.:]\d+)?(?:am|pm|h|uhr|%)?")


def _is_meant(text: str, sign: _Sign, start: int, name: str, has_word: bool, end: int) -> bool:
    """Is a sign that is no `@` meant as one, or is it prose ("find us at fern.example")?"""
    word, before = sign.word, text[max(0, start - 24) : start]
    labelled = bool(_LABELLED.search(before))
    is_said = not (has_word or labelled) and name.lower() in _NOT_LOCAL - ROLE_NAMES
    if sign.kind == "wrapped":
        is_glued = (
            text[sign.start : sign.start + 1] not in " \t" and text[sign.end - 1 : sign.end] not in " \t"
        )
        is_word = word.strip("[](){}<> ").lower() in _ALSO_WORDS
        return has_word or (not is_said and (is_glued or not is_word))
    if sign.kind == "dashed":
        return has_word or (not is_said and text[sign.start : sign.start + 1] in (" ", "\t"))
    is_dotted = has_word if word in ("ät", "æt") else _ENGLISH_DOT.search(text, sign.end, end)
    if word in ("at", "At", "ät", "æt") and not (is_dotted or labelled):
        return False
    if word == "AT" and not (has_word or labelled) and (name.upper() == name or name.lower() in _NOT_LOCAL):
        return False
    if word == "@" and not (has_word or labelled) and (name[:1].isupper() or _is_amid(before, text, start)):
        return False
    if word.lower() not in ("at", "@", "ät", "æt"):
        return True
    if has_word and (word not in ("@", "AT") or (word == "@" and name[:1].isupper())):
        return _is_set_apart(text, start, sign.end, end, name)
    if not labelled and (_A_TIME.fullmatch(name) or re.search(r"\d\s+$", text[max(0, start - 4) : start])):
        return False  # "3 at home dot com", "5pm @ hall.example", "10 apples @ shop.example"
    return name.lower() not in _NOT_LOCAL or (labelled and name.lower() not in ("us", "me"))
