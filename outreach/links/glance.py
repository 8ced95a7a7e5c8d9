"""What the first page of a site says of itself in a title and a few sentences.

It is answered in the process that reads pages (`outreach.links.reader`), as a page is a stranger's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from outreach.engines.fetch.answer import Fetched
from outreach.page import reading, sniffing, state, text
from outreach.page.reading import Page
from outreach.page.state import PageState
from outreach.prospects.look_rules import SNIPPET

DESCRIPTIONS = ("description", "og:description", "twitter:description")


@dataclass(frozen=True)
class Glance:
    """The question: a page that came."""

    page_url: str
    got: Fetched

    def answer(self) -> dict[str, Any]:
        """`page_state`, and of a page that can be read `title`, `snippet` and `language`."""
        got = self.got
        told = state.by_status(got.status, got.headers, got.body) or state.by_redirect(
            self.page_url, got.final_url
        )
        if told is PageState.REDIRECTED_OFFSITE:
            return {
                "page_state": str(told),
                "trouble": f"It leads to another site: {reading.quick_host(got.final_url)}.",
            }
        if told not in (None, PageState.REDIRECTED_HOME):
            return {"page_state": str(told)}
        if not got.body.strip():
            return {"page_state": str(PageState.EMPTY)}
        if not sniffing.is_html(got.headers, got.body):
            return {"page_state": str(PageState.NOT_HTML)}
        if sniffing.is_too_complex(got.body):
            return {"page_state": str(PageState.TOO_COMPLEX)}
        return _of_page(reading.read(got.body, got.headers, got.final_url))


def _of_page(page: Page) -> dict[str, Any]:
    return {
        "page_state": str(page.state), "title": page.title, "snippet": snippet(page), "language": _language(page),
    }  # fmt: skip


def snippet(page: Page) -> str:
    """What the page says it is about, else its first own words; cut at a word."""
    metas = {
        (meta.attr("name") or meta.attr("property") or "").strip().lower(): meta.attr("content") or ""
        for meta in page.document.iter_elements("meta")
    }
    said = next(
        (text.squeeze(metas[name]) for name in DESCRIPTIONS if len(metas.get(name, "").strip()) > 20), ""
    )
    own = text.squeeze(" ".join(page.gist.own))
    whole = f"{said} {own}".strip() if said and not own.startswith(said) else own or said
    return whole if len(whole) <= SNIPPET else whole[:SNIPPET].rsplit(" ", 1)[0] + " …"


def _language(page: Page) -> str:
    root = next(iter(page.document.iter_elements("html")), None)
    return ((root.attr("lang") if root is not None else "") or "").strip()[:16]
