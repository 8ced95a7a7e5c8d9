"""What was seen, weighed against what was promised: presence, value, codes.  Pure."""

from __future__ import annotations

from functools import partial

from outreach.kit.folding import folded
from outreach.kit.urls import bare_host, is_on_host, registrable
from outreach.links.codes import Severity, meaning
from outreach.links.rules import ExpectedRel, Presence, Value
from outreach.links.target import variants
from outreach.links.verdict import WEAKENS, WORD_CODES, Promise, Verdict, sentence
from outreach.page import reading, state
from outreach.page.reading import Anchor, Link, Page, Where
from outreach.page.region import Region
from outreach.page.state import PageState
from outreach.page.text import WORDS_MOST

MANY_OUTBOUND = 150
NOFOLLOWS = frozenset(["nofollow", "sponsored", "ugc"])

_UNKNOWN_WORD = frozenset(
    {PageState.FORBIDDEN, PageState.LOGIN_WALL, PageState.RATE_LIMITED, PageState.BLOCKED, PageState.NOT_HTML, PageState.TOO_COMPLEX, PageState.REFUSED}
)  # fmt: skip
_STATE_CODES = {
    PageState.SOFT_404: "SOFT_404",
    PageState.PARKED: "PARKED",
    PageState.REDIRECT_LOOP: "REDIRECT_LOOP",
    PageState.TOO_MANY_REDIRECTS: "REDIRECT_LOOP",
    PageState.REDIRECTED_HOME: "REDIRECTED_HOME",
    PageState.REDIRECTED_OFFSITE: "REDIRECTED_OFFSITE",
    PageState.NOT_HTML: "NOT_HTML",
    PageState.EMPTY: "EMPTY",
    PageState.TOO_COMPLEX: "TOO_COMPLEX",
    PageState.LOGIN_WALL: "WALL",
    PageState.BLOCKED: "WALL",
    PageState.TLS_ERROR: "TLS_ERROR",
    PageState.DNS_ERROR: "DNS_ERROR",
    PageState.TIMEOUT: "TIMEOUT",
    PageState.CONNECTION_ERROR: "CONNECTION_ERROR",
    PageState.REFUSED: "REFUSED",
}


def conclude(verdict: Verdict, promise: Promise, page: Page | None) -> None:
    if verdict.page_state is not PageState.OK:
        _conclude_without_page(verdict)
    elif verdict.links:
        _conclude_found(verdict, promise)
    else:
        _conclude_not_found(verdict, promise, page)
    if verdict.page_state is PageState.OK and verdict.word != "js_needed":
        verdict.indexable = not verdict.blockers
    verdict.codes = list(dict.fromkeys(verdict.codes))
    verdict.sentence = sentence(verdict)
    verdict.advice = meaning(_first(verdict.codes)).advice if verdict.codes else "Nothing to do."


def _first(codes: list[str]) -> str:
    return min(codes, key=lambda code: list(Severity).index(meaning(code).severity))


def _conclude_without_page(verdict: Verdict) -> None:
    found = bool(verdict.links)
    is_miss = verdict.page_state in state.MISSES
    verdict.presence = Presence.NOT_FOUND if is_miss else Presence.UNREADABLE
    verdict.value = Value.NONE if is_miss else Value.NA
    moved = verdict.page_state in (PageState.REDIRECTED_HOME, PageState.REDIRECTED_OFFSITE)
    if moved:
        verdict.word = "page_moved" if found else "missing"
    elif verdict.word != "not_a_link":
        verdict.word = "unknown" if verdict.page_state in _UNKNOWN_WORD else "page_error"
    verdict.indexable = None if verdict.page_state in (PageState.BLOCKED, PageState.NOT_HTML) else False
    verdict.blockers = (
        []
        if verdict.page_state is PageState.NOT_HTML and verdict.word == "not_a_link"
        else [str(verdict.page_state)]
    )
    code = _STATE_CODES.get(verdict.page_state)
    if verdict.page_state is PageState.SERVER_ERROR and 200 <= verdict.status <= 299:
        code = "MAINTENANCE"
    verdict.codes.append(code or f"HTTP_{verdict.status or 429}")


def _conclude_found(verdict: Verdict, promise: Promise) -> None:
    verdict.presence = Presence.FOUND
    shown = [link for link in verdict.links if link.hidden is None]
    follows = [link for link in shown or verdict.links if not NOFOLLOWS & set(link.rel)]
    verdict.codes += _index_codes(verdict)
    if not shown:
        verdict.word = "hidden"
        verdict.codes.append("HIDDEN_CSS")
    elif "REMOVED_BY_JS" in verdict.codes:
        verdict.word = "removed_by_js"
    else:
        verdict.word = "live_follow" if follows and not verdict.page_nofollow else "live_nofollow"
    best = (follows or shown or verdict.links)[0]
    verdict.codes += (
        _rel_codes(best, promise) + _anchor_codes(verdict.links, promise) + _other_codes(verdict, best)
    )
    verdict.notes += variants(verdict.target.value, best.url) if not verdict.target.is_domain else []
    verdict.value = _value(verdict, promise)


def _value(verdict: Verdict, promise: Promise) -> Value:
    if promise.is_social:
        return Value.NA
    weakened = set(verdict.codes) & WEAKENS
    if promise.rel in (ExpectedRel.ANY, ExpectedRel.NOFOLLOW, ExpectedRel.SPONSORED, ExpectedRel.UGC):
        weakened -= {"META_NOFOLLOW", "XROBOTS_NOFOLLOW"}
    return Value.WEAKENED if weakened else Value.PASSES


def _index_codes(verdict: Verdict) -> list[str]:
    names = {
        "meta_noindex": "META_NOINDEX",
        "x_robots_noindex": "XROBOTS_NOINDEX",
        "unavailable_after": "UNAVAILABLE_AFTER",
        "robots_txt": "ROBOTS_BLOCKED",
    }
    codes = [names[blocker] for blocker in verdict.blockers if blocker in names]
    if not verdict.is_robots_certain:
        codes.remove("ROBOTS_BLOCKED")
    if "canonical_elsewhere" in verdict.blockers:
        codes.append(
            "CANON_CROSS_HOST" if _other_site(verdict.canonical or "", verdict.final_url) else "CANON_OTHER"
        )
    if verdict.page_nofollow:
        codes.append("META_NOFOLLOW")
    return codes


def _other_site(a: str, b: str) -> bool:
    return registrable(reading.quick_host(a)) != registrable(reading.quick_host(b))


def _rel_codes(link: Link, promise: Promise) -> list[str]:
    """`sponsored` is right where it was agreed; without an agreement any rel passes."""
    rel = NOFOLLOWS & set(link.rel)
    if promise.is_social or promise.rel is ExpectedRel.ANY:
        return []
    if promise.rel is ExpectedRel.FOLLOW:
        return [f"REL_{token.upper()}" for token in sorted(rel)]
    if promise.rel is ExpectedRel.NOFOLLOW:
        return ["REL_DISCLOSED"] if rel else []
    return ["REL_DISCLOSED"] if str(promise.rel) in rel else ["REL_CHANGED"]


def _anchor_codes(links: list[Link], promise: Promise) -> list[str]:
    said = [(link.anchor or link.alt) for link in links]
    if not any(said):
        return ["ANCHOR_EMPTY"]
    wanted = {_words(anchor) for anchor in promise.anchors if anchor.strip()}
    if wanted and not wanted & set(map(_words, said)):
        return ["ANCHOR_CHANGED"]
    return []


def _words(text: str) -> str:
    """For comparing: the same words, whatever the page's editor made of quotes, dashes, spaces and line breaks."""
    return "".join(folded(text).split())


def _other_codes(verdict: Verdict, best: Link) -> list[str]:
    codes = []
    if verdict.target.value.startswith("https:") and all(
        link.url.startswith("http:") for link in verdict.links
    ):
        codes.append("HTTPS_DOWNGRADE")
    if best.region in (Region.FOOTER, Region.SIDEBAR, Region.NAV, Region.HEADER):
        codes.append("SITEWIDE")
    if (verdict.outbound or 0) > MANY_OUTBOUND:
        codes.append("TOO_MANY_OUTBOUND")
    return codes


def _conclude_not_found(verdict: Verdict, promise: Promise, page: Page | None) -> None:
    if verdict.word in WORD_CODES:
        verdict.codes.append(WORD_CODES[verdict.word])
    if verdict.word in ("wrapped", "wrapped_broken"):
        verdict.presence, verdict.value = Presence.FOUND, Value.WEAKENED
        verdict.codes += _index_codes(verdict)
    elif verdict.word in ("js_only", "js_needed", "unknown"):
        verdict.presence, verdict.value = Presence.UNREADABLE, Value.NA
        verdict.indexable = None if verdict.word == "js_needed" else verdict.indexable
    else:
        verdict.presence, verdict.value = Presence.NOT_FOUND, Value.NONE
        if page is not None:
            _note_wrong_place(verdict, promise, page)


def _is_on(host: str, url: str) -> bool:
    have = reading.quick_host(url)
    return have == host or have.endswith("." + host)


def _note_wrong_place(verdict: Verdict, promise: Promise, page: Page) -> None:
    """The link may be there but lead elsewhere: to another page of ours, or with our words to another site."""
    hosts = promise.own_hosts or (() if verdict.target.is_domain else (verdict.target.host,))
    wanted = {_words(anchor) for anchor in promise.anchors if anchor.strip()}
    to_us: list[Anchor] = []
    if not any(is_on_host(page.url, host) for host in hosts):
        found = [
            anchor
            for host in hosts
            for anchor in page.hits(bare_host(host), partial(_is_on, bare_host(host)))
        ]
        to_us = [anchor for anchor in found if page.where(anchor) is Where.COUNTS]
    if to_us:
        verdict.codes.append("WRONG_PAGE")
        verdict.notes.append(f"links to {to_us[0].url[:200]}")
        best = page.link(to_us[0]) if promise.own_hosts else None
        if best and (best.region in (Region.CONTENT, None) or _words(best.anchor) in wanted):
            verdict.presence, verdict.value = Presence.FOUND, Value.WEAKENED
            verdict.links, verdict.count = [best], 1
            verdict.codes.remove("LINK_MISSING") if "LINK_MISSING" in verdict.codes else None
    elif wanted:
        for anchor in page.anchors:
            if page.where(anchor) is Where.COUNTS and _words(anchor.element.text[:WORDS_MOST]) in wanted:
                verdict.codes.append("WRONG_HOST")
                verdict.notes.append(f"the agreed words link to {anchor.url[:200]}")
                return
