"""Every mail address of a page with where it stands: links, text, attributes, short scripts."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from outreach.kit.patterns import late
from outreach.page import hidden, tree
from outreach.page.contacts import coded, joint, quoted, scripts
from outreach.page.contacts.flat import Flat
from outreach.page.contacts.judge import address_of, is_file
from outreach.page.contacts.spelled import Spelled, spelled
from outreach.page.reading import Page, quick_host
from outreach.page.tree import Element, Text

HITS_MOST = 300
PARTS_MOST = 200
"""Elements within one whose every part is asked what it shows."""
LINKS_MOST = 60
"""Links of a page to one address that are looked at."""
CALLS_MOST = 100
"""Links of a page that call its own functions."""
_URL_BEFORE = late(r"\w://\S*$")
_NO_MAIL_BEFORE = late(
    r"(?i)(?:\b(?:xmpp|jabber|sip|matrix|mastodon|fediverse|pleroma|misskey|message-id|in-reply-to|references|git|ssh|scp|rsync|uid|npm (?:i|install)|user\.email|jid|lightning address|mail from|rcpt to|pgp key|nostr|nip-05)\b[^\n\w@]{0,6}(?:id|clone|handle|address)?[^\n\w@]{0,4}|[@#]|\+\w+=|(?<![@\w.-])[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S*)$|[?&][\w.%-]{1,30}=$|;[ \t]*\w=$|\b(?:logged in|signed in|angemeldet|eingeloggt|connecté en tant que|sesión iniciada como) (?:as|als)?[ \t]*$|\b(?:was|were|been|have|has|confirmation|code) (?:sent|e-?mailed|delivered)?[ \t]*to[ \t]+$|\b(?:message-id|in-reply-to|references)[\s:<>]{1,8}$"
)
_SAMPLE_BEFORE = late(
    r"(?i)(?:\be\.?\s?g\.?|\bfor example|\bfor instance|\bz\.\s?b\.|\bzum beispiel|\bbeispiel|\bpar exemple|\bp\.\s?ej\.|\bpor ejemplo|\bejemplo|\bad esempio|\bes\.|\bbijv\.|"
    r"\bbijvoorbeeld|\bnp\.|\bnapř\.|\bнапример|\börneğin|\bpor exemplo|\bex\.|\bex ?:|\bsuch as|\bsomething like|\bsample|\bplaceholder|\bf\.\s?eks\.|\bt\.\s?ex\.|\bпример|\b(?:address|mail|adresse|format)\b[^\n@.]{0,20}\blike|\bformat|例|例えば|例如|比如)[\s:：,(“\"'«„]*$"
)
_NO_MAIL_LINE = late(
    r"(?i)\b(?:phishing|scam(?:mers?|s)?|fraudulent|spoof(?:ed|ing)?|impersonat\w+|betrugsmails?|hameçonnage|arnaque|estafa|truffa)\b"
)
_OF_A_KEY = late(r"(?=\S*\d)(?=\S*[A-Z])[A-Za-z0-9+/]{24,}={0,2}[ \t]+$|;base64,\S*$")
"""The remark behind a public key of SSH, and what stands within a `data:` address."""
_NO_MAIL_AFTER = late(
    r"(?i)[ \t]+(?:(?:on|auf|sur|en|su|op|på|w) (?:mastodon|the fediverse|fediverse|pleroma|misskey|xmpp|jabber|matrix|skype)\b|\((?:mastodon|fediverse|xmpp|jabber|matrix|sip)\))"
)
_NOT_IN_USE = late(
    r"(?i)[\s)]+(?:is|was|are) (?:no longer|not|un)[ -]?(?:monitored|in use|used|active|valid|read|attended|checked|working)\b|[\s)]+(?:is|was) (?:closed|discontinued|retired)\b"
    r"|[\s)]+(?:wird nicht (?:mehr )?(?:gelesen|abgerufen|verwendet|genutzt)|ist nicht mehr)\b|[\s)]+n['’]est plus\b|[\s)]+ya no\b"
)
_NOT_READ = late(
    r"(?i)(?:\b(?:(?:do not|don['’]t|never|not) (?:reply|respond) to|(?:do not|don['’]t|never) (?:use|contact|e-?mail|mail|write(?: to)?|send (?:mail|e-?mails?|messages|letters|anything) to)|"
    r"(?:instead of|rather than|formerly|previously|ehemals|früher|statt(?: an)?|anstelle von|anciennement|au lieu de|en lugar de|antes|invece di|zamiast|вместо)|"
    r"nicht (?:mehr )?(?:an|unter)|(?:n['’]|ne )[^\W\d_]+(?: plus| pas)? à|no (?:nos )?(?:escrib\w+|env[ií]\w+|us[ae]\w*) (?:m[aá]s )?a|non scriv\w+ (?:più )?a|não (?:escrev\w+|envi\w+) (?:mais )?para|не пишите (?:больше )?на|schrijf niet (?:meer )?naar)"
    r"(?: the)?(?: (?:old|former|alte|ancienne|vieja|vecchio) (?:address|e-?mail|adresse|direcci[óo]n|indirizzo))?)[\s:“\"'(]*$"
)
"""What is said before an address that nobody should write to."""
_SUFFIX = late(r":(?:n|s|in|een|iin|hin|ssa|ssä|sta|stä|lla|llä|lta|ltä|lle|ksi|ta|tä)(?![\w/.~-])")
"""How Finnish and Swedish set an ending behind a name."""
_CHAINED = late(
    r"(?:[^\s@,;]{1,64}@[^\s@,;]{3,100}(?:[ \t]*[,;/][ \t]*|[ \t]+)(?:(?:or|and|oder|und|ou|et|o|y|e|of|en|lub|i|или|и)[ \t]+)?){1,3}$"
)
"""The addresses right before one in a row: what is said of the first is said of all."""
_MAY_WRITE = late(r"mailto|@|%40|fromCharCode|atob")
_EVENTS = ("onclick", "onmouseover", "onmousedown", "onfocus", "href")


@dataclass(frozen=True, slots=True)
class Hit:
    """One address; `start` and `end` are places of the flat text, -1 where it stands in no text."""

    address: str
    via: str
    start: int
    end: int
    element: Element | None


def hits_of(page: Page, flat: Flat) -> list[Hit]:
    """All hits, those in links first."""
    host = quick_host(page.url).removeprefix("www.")
    found: list[Hit] = []
    for source in (
        _links(page, flat, host),
        _forms(page, flat, host),
        _texts(flat, host),
        _joint(flat, host),
        _attributes(page, flat, host),
        _scripts(page, flat, host),
    ):
        for hit in source:
            found.append(hit)
            if len(found) >= HITS_MOST:
                return found
    return found


def read_text(text: str, host: str = "") -> str | None:
    """The one address in a short text (a link's target, an attribute), or None."""
    for one in spelled(text.strip()):
        if address := best(one, text, host):
            return address
    return None


def best(one: Spelled, text: str, host: str) -> str | None:
    """The first reading of a candidate that is somebody's address."""
    for place, domain in enumerate(one.domains):
        if place and is_file(one.domains[place - 1].rpartition(".")[2]):
            return None
        if address := address_of(one.local, domain, page_host=host):
            return address
    return None


_TWICE = late(r"^https?://(?=mailto:)", re.IGNORECASE)
"""What editors of pages set before an address that they take for one of the web."""


def _links(page: Page, flat: Flat, host: str) -> Iterator[Hit]:
    for href, elements in page.hrefs.items():
        target = href.strip()
        coded_target = coded.of_href(target)
        via = "coded" if coded_target else "mailto"
        if coded_target.startswith("mailto:") and "cdn-cgi" in target:
            via = "cloudflare"
        target = _TWICE.sub("", coded_target or target)
        if not target.lower().startswith("mailto:"):
            continue
        addresses = addresses_in(target, host)
        for element in elements[:LINKS_MOST] if addresses else ():
            if not _is_seen(element, flat):
                continue
            start, end = flat.span(element)
            for address in addresses:
                yield Hit(address, via, start, end, element)


def _forms(page: Page, flat: Flat, host: str) -> Iterator[Hit]:
    """Forms that open a letter."""
    for form in page.document.iter_elements("form"):
        action = (form.attr("action") or "").strip()
        if action.lower().startswith("mailto:") and flat.holds(form):
            for address in addresses_in(action, host):
                yield Hit(address, "form", *flat.span(form), form)


def addresses_in(mailto: str, host: str = "") -> list[str]:
    """The addresses that a `mailto:` writes to; those in copy are none that a reader is shown."""
    to, _, query = mailto[mailto.find(":") + 1 :].partition("?")
    also = [
        value
        for name, _, value in (part.partition("=") for part in html.unescape(query).split("&"))
        if name.lower() == "to"
    ]
    parts = [part for one in (to, *also) for part in re.split(r"[,;]", unquote(one.replace("+", "%2B")))]
    return [address for part in parts if (address := _written_to(part.strip().lstrip("/"), host))]


_ALONE = late(r"([^\s@<>()\"':/]+)@([^\s@<>()\"':/]+)")


def _written_to(text: str, host: str) -> str | None:
    """One address of a link, in any script: it stands there alone, so no word around can be taken for a part of it."""
    whole = None if text.isascii() else _ALONE.fullmatch(text)
    return address_of(whole[1], whole[2], page_host=host) if whole else read_text(text, host)


def _is_seen(element: Element, flat: Flat) -> bool:
    """Does a reader meet this element: not in a comment of readers, not hidden, not an empty trap for robots?"""
    if not flat.holds(element) or (
        element.attr("aria-hidden") == "true" and element.attr("tabindex") == "-1"
    ):
        return False
    return not (element.tag == "a" and _is_blank(element)) and not _is_hidden(element, flat)


def _is_blank(link: Element) -> bool:
    """Is there nothing to click: no word, no picture, no icon that a class or style draws?"""
    if any(not isinstance(one, Text) for one in link.children) or len(link.text.strip(" \n\t\xa0.,·|")) > 0:
        return False
    if link.attr("aria-label") or link.attr("title"):
        return False
    drawn = " ".join((*tree.classes(link), link.attr("id") or ""))
    return not _DRAWN.search(drawn) and "background" not in (link.attr("style") or "")


_DRAWN = late(
    r"(?i)mail|post|kontakt|contact|envelope|icon|ico\b|\bfa[sbrl]?\b|btn|button|social|link|glyph|symbol|sprite"
)


_WIDE = frozenset(
    ["body", "main", "article", "section", "div", "html", "ul", "table", "tbody", "footer", "header", "form"]
)


def _is_hidden(element: Element, flat: Flat) -> bool:
    page = flat.page
    if any(flat.is_opened(one) for one in (element, *tree.ancestors(element))):
        return not flat.is_opened(element) and hidden.is_taken_away(element, page.cascade)
    if element.tag in _WIDE and sum(1 for _ in zip(element.iter_elements(), range(41), strict=False)) > 40:
        return False
    if sum(1 for _ in zip(element.iter_elements(), range(PARTS_MOST), strict=False)) == PARTS_MOST:
        return hidden.is_taken_away(element, page.cascade)
    body = next(page.document.iter_elements("body"), None)
    if body is not None and hidden.is_taken_away(body, page.cascade):
        return hidden.is_taken_away(element, page.cascade)
    return hidden.why_hidden(element, page.cascade) is not None


def _texts(flat: Flat, host: str) -> Iterator[Hit]:
    told, aside = _told_signs(flat.text), quoted.spans(flat.text)
    text = flat.text
    for sign in told:
        text = re.sub(rf"(?<=\w){re.escape(sign)}(?=[^\W_])", "@", text)
    for one in spelled(text, flat.bounds, host):
        element = flat.element_at(one.start)
        if element is None or quoted.is_within(aside, one.start) or not _is_told(flat, one, element, host):
            continue
        address = best(one, text, host)
        if address and not _is_hidden(element, flat):
            yield Hit(
                address, "text" if one.is_plain and not told else "spelled", one.start, one.end, element
            )


def _joint(flat: Flat, host: str) -> Iterator[Hit]:
    """Those that share a domain which is written once."""
    aside = quoted.spans(flat.text)
    for one in joint.joint(flat.text):
        element, line = flat.element_at(one.start), flat.text[slice(*flat.line(one.start, one.end))]
        if (
            element is not None
            and not quoted.is_within(aside, one.start)
            and not quoted.is_listing(element, line[:2_000])
            and (address := read_text(one.written, host))
            and not _is_hidden(element, flat)
        ):
            yield Hit(address, "spelled", one.start, one.end, element)
    for written, cell in joint.of_columns(flat.page.document):
        if flat.holds(cell) and (address := read_text(written, host)) and not _is_hidden(cell, flat):
            yield Hit(address, "spelled", *flat.span(cell), cell)


def _sentence(text: str, one: Spelled, left: int, right: int) -> str:
    """The sentence of a line around an address, without it."""
    first = [match.end() for match in _SENTENCE.finditer(text, left, one.start)]
    last = _SENTENCE.search(text, one.end, right)
    return (
        f"{text[first[-1] if first else left : one.start]} {text[one.end : last.start() if last else right]}"
    )


_SENTENCE = late(r"(?<=\w[\w)\]”\"’])[.!?](?=\s)")


def _is_own(one: Spelled, host: str) -> bool:
    domain = one.domains[0].lower()
    return bool(host) and (domain == host or domain.endswith("." + host) or host.endswith("." + domain))


def _is_chained_to_a_sample(before: str) -> bool:
    first = _CHAINED.sub("", before)
    return first != before and bool(_SAMPLE_BEFORE.search(first))


def _goes_on_as_a_path(after: str, one: Spelled) -> bool:
    """`ana@fern.example:site.git`, `ana@fern.example::module`: what programs copy from, and no ending behind a name."""
    if after[:1] == "@" or after[:2] == "::":
        return True
    is_path = after[:1] == ":" and after[1:2] != "" and after[1:2] in "/~abcdefghijklmnopqrstuvwxyz"
    return is_path and one.is_plain and not _SUFFIX.match(after)


def _is_told(flat: Flat, one: Spelled, element: Element, host: str) -> bool:
    """Is the address told as one to write to, and not a sample, a key, part of a web address, a line of code?"""
    text = flat.text
    before, after = text[max(0, one.start - 40) : one.start], text[one.end : one.end + 40]
    if _URL_BEFORE.search(before) or _NO_MAIL_BEFORE.search(before) or _SAMPLE_BEFORE.search(before):
        return False
    if _is_chained_to_a_sample(text[max(0, one.start - 160) : one.start]):
        return False
    if _OF_A_KEY.search(before) or _NO_MAIL_AFTER.match(after):
        return False
    if _NOT_READ.search(before) or _NOT_IN_USE.match(after) or _goes_on_as_a_path(after, one):
        return False
    left, right = text.rfind("\n", 0, one.start) + 1, (text.find("\n", one.end) + 1 or len(text))
    line = text[left:right]
    if len(line) < 2_000 and _NO_MAIL_LINE.search(_sentence(text, one, left, right)):
        return False
    if not _is_own(one, host) and (
        quoted.is_hint(element, flat.described)
        or quoted.is_sample_cell(element)
        or quoted.is_in_prose_of_code(element)
    ):
        return False
    if quoted.is_command(text[max(left, one.start - 400) : one.start]):
        return False
    return not quoted.is_listing(element, line[:2_000])


_TELLS = late(
    r"(?:replace|change|substitute|swap|ersetzen sie|ersetze|remplace[rz]?|reemplac[ea]r?|sustituy[ea]|sostitui(?:re|sci)|substitua|vervang|zamień|замените|byt ut)\s*(?:the |das |die |el |il |le |de |signo |sign |zeichen |znak )*"
    r"[\"'«“(\[„‘]?([^\s\w@]|\([a-z_*]{1,6}\)|\[[a-z_*]{1,6}\])[\"'»”)\]“’]?\s*(?:sign |zeichen )?(?:with|by|for|to|into|durch|mit|par|por|con|door|na|на|mot)\s*(?:an? |ein |een |un |una |uma |the )*[\"'«“(\[„‘]?@",
    re.IGNORECASE,
)
_TELLS_LAST = late(
    r"[\"'«“(\[„‘]?([^\s\w@.,;:()\[\]])[\"'»”)\]“’]?\s*(?:durch|mit|gegen|met|door|par|por|con)\s*(?:ein(?:en)? |een |un |una |uma )?[\"'«“(\[„‘]?@",
    re.IGNORECASE,
)
_TELLS_EAST = late(
    r"[「『（(\"“]?([^\w\s「『」』（）()@])[」』）)\"”]?\s*(?:を|は|换成|改为|替换为|換成|改成|→)\s*[「『（(\"“]?(?:半角の?)?@|(?:把|将|請將|请将)[「“\"]?([^\w\s@])[」”\"]?(?:换成|改为|替换为|換成|改成)[「“\"]?@"
)


def _told_signs(text: str) -> list[str]:
    """Signs that the page asks its readers to take for `@` ("replace # with @")."""
    if "@" not in text:
        return []
    found = [match[1] for match in (*_TELLS.finditer(text), *_TELLS_LAST.finditer(text))] + [
        match[1] or match[2] for match in _TELLS_EAST.finditer(text)
    ]
    return list(
        dict.fromkeys(
            sign
            for sign in found
            if sign and len(sign) == 1 and sign not in ".,;-_/()[]{}<>「」『』（）\"'“”"
        )
    )[:3]


def _attributes(page: Page, flat: Flat, host: str) -> Iterator[Hit]:
    for element in page.document.iter_elements():
        attrs = element.attrs
        if (
            not attrs
            or not any(name.startswith("data-") or name in ("aria-label", "first") for name in attrs)
            or not flat.holds(element)
        ):
            continue
        start, end = flat.span(element)
        label = element.attr("aria-label") or ""
        if (
            element.tag == "a"
            and "@" in label
            and coded.leads_nowhere(element)
            and (address := read_text(label, host))
        ):
            yield Hit(address, "label", start, end, element)
        for written, via in coded.of_attributes(element):
            address = read_text(written, host)
            if address and not _is_hidden(element, flat):
                yield Hit(address, via, start, end, element)


def _scripts(page: Page, flat: Flat, host: str) -> Iterator[Hit]:
    made: list[scripts.Function] = []
    calls = 0
    words: Counter[str] = Counter()
    for script in page.document.iter_elements("script"):
        kind = (script.attr("type") or "").strip().lower()
        if kind in ("", "text/javascript", "application/javascript", "module") and "src" not in script.attrs:
            around = script.parent if isinstance(script.parent, Element) else None
            if around is not None and not flat.holds(around):
                if _is_in_body(around):
                    continue  # what it writes there is as hidden
                around = None
            made += scripts.functions(script.text) if len(made) < CALLS_MOST else []
            yield from _written(_without_uncalled(script.text, page, words), around, flat, host)
            if made:
                yield from _as_hits(scripts.called(script.text, made), around, flat, host)
    for element in page.document.iter_elements():
        for name in _EVENTS:
            code = element.attr(name) or "" if element.attrs else ""
            if (
                code
                and (name != "href" or code.lower().startswith("javascript:"))
                and _MAY_WRITE.search(code)
                and flat.holds(element)
            ):
                yield from _written(unquote(code.removeprefix("javascript:")), element, flat, host)
            elif code and made and calls < CALLS_MOST and "(" in code and flat.holds(element):
                calls += 1
                said = scripts.called(unquote(code.removeprefix("javascript:")), made)
                yield from _as_hits(said, element, flat, host)


def _without_uncalled(code: str, page: Page, words: Counter[str]) -> str:
    """A script without the functions that nothing calls: neither a script of the page nor an element's event.

    `words` are those of all that may call one, counted when first asked.
    """
    if "function" not in code or not _MAY_WRITE.search(code):
        return code
    if not words:
        for element in page.document.iter_elements():
            for name, said in element.attrs.items():
                if name.startswith("on") or (name == "href" and "javascript:" in str(said).lower()):
                    words.update(scripts.words(str(said)))
            if element.tag == "script":
                words.update(scripts.words(element.text))
    return scripts.without_uncalled(code, words)


def _is_in_body(element: Element) -> bool:
    return "body" in {one.tag for one in tree.ancestors(element)}


def _written(code: str, around: Element | None, flat: Flat, host: str) -> Iterator[Hit]:
    return _as_hits(scripts.written(code), around, flat, host)


def _as_hits(texts: list[str], around: Element | None, flat: Flat, host: str) -> Iterator[Hit]:
    start, end = flat.span(around) if around is not None else (-1, -1)
    for said in texts:
        for address in _in_fragment(said, host):
            yield Hit(address, "script", start, end, around)


def _in_fragment(said: str, host: str) -> list[str]:
    """The addresses in a piece of HTML that a script writes."""
    said = html.unescape(said)[:4_000]
    if re.search(r"(?i)display\s*:\s*none", said):
        return []
    if links := re.findall(r"mailto:([^\"'<>\s]+)", said, re.IGNORECASE):
        return [address for link in links for address in addresses_in("mailto:" + link, host)]
    bare = re.sub(r"<[^>]{0,500}>", "", said).strip()
    if "placeholder" in said.lower() or "@" not in bare or _SETS_ASIDE.search(said):
        return []
    return [
        address
        for one in spelled(bare)
        if one.is_plain
        and not _SAMPLE_BEFORE.search(bare[: one.start])
        and (address := best(one, bare, host))
    ]


_SETS_ASIDE = late(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden|<!--")
