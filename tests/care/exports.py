"""What other tools write, one file a format of theirs, as bytes: headers as confirmed, rows of our own.

Each is about three sites, moss.example, fern.example and reed.example, and has rows of one's own host hazel.example
where the tool has such.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from itertools import repeat

import openpyxl

from outreach.kit import tables

PAGES = ("https://moss.example/a", "https://www.fern.example/b?x=1", "https://blog.reed.example/c")
OURS = "https://hazel.example/seed-trial"

AHREFS = (
    "Referring page title", "Referring page URL", "Language", "Platform", "Referring page HTTP code", "Domain rating", "UR", "Domain traffic",
    "Referring domains", "Linked domains", "External links", "Page traffic", "Keywords", "Target URL", "Left context", "Anchor", "Right context",
    "Redirect Chain URLs", "Redirect Chain status codes", "Type", "Is spam", "Content", "Nofollow", "UGC", "Sponsored", "Rendered", "Raw",
    "Lost status", "Drop reason", "Discovered status", "First seen", "Last seen", "Lost", "Author", "Page type", "Page category", "Links in group",
)  # fmt: skip


def ahrefs(pages: Sequence[str] = PAGES, ratings: Iterable[int] = repeat(41)) -> bytes:
    """UTF-16 with tabs, all quoted; `ratings` is the rating of each page's domain."""
    lines = [AHREFS, *(_ahrefs_row(page, rating) for page, rating in zip(pages, ratings, strict=False))]
    text = "\r\n".join("\t".join(f'"{cell}"' for cell in line) for line in lines) + "\r\n"
    return text.encode("utf-16")


def _ahrefs_row(page: str, rating: int) -> tuple[str, ...]:
    said = {"Referring page title": "A post, with seeds", "Referring page URL": page, "Target URL": OURS, "Domain rating": str(rating), "Nofollow": "false", "First seen": "2026-05-13 10:22:01"}  # fmt: skip
    return tuple(said.get(name, "") for name in AHREFS)


def csv(*lines: str, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    return "\r\n".join(line.replace(",", delimiter) for line in lines).encode(encoding)


def rows(before: str, after: str) -> list[str]:
    """One line a page, the page between these cells."""
    return [f"{before}{page}{after}" for page in PAGES]


def packed(name: str, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


def packed_all(**files: bytes) -> bytes:
    """A ZIP of several CSVs."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"{name}.csv", data)
    return file.getvalue()


def workbook(**sheets: list[str]) -> bytes:
    """An XLSX of several sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        page = book.create_sheet(name)
        for line in lines:
            page.append(line.split(","))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def sheet(*lines: str) -> bytes:
    file = io.BytesIO()
    tables.write_xlsx(file, [line.split(",") for line in lines])
    return file.getvalue()


SEMRUSH = "Page ascore,Source title,Source url,Target url,Anchor,External links,Internal links,Nofollow,Sponsored,Ugc,Text,Frame,Form,Image,Sitewide,First seen,Last seen,New link,Lost link"
MAJESTIC = (
    "Target URL,Source URL,Anchor Text,Source Crawl Date,Source First Found Date,FlagNoFollow,FlagImageLink,FlagRedirect,FlagFrame,FlagOldCrawl,FlagAltText,"
    "FlagMention,SourceCitationFlow,SourceTrustFlow,TargetCitationFlow,TargetTrustFlow,SourceTopicalTrustFlow_Topic_0,SourceTopicalTrustFlow_Value_0"
)
MAJESTIC_API = '"SourceURL","AnchorText","SourceTrustFlow","SourceCitationFlow","Domain","DomainTrustFlow","DomainCitationFlow","FirstIndexedDate","LinkType"'
MOZ = "URL,Title,Anchor Text,Spam Score,Page Authority,Domain Authority,Number of Domains Linking to this Page,Number of Domains Linking to Domain,Origin,Target URL,Link Equity"
FROG = "Type,Source,Destination,Size (Bytes),Alt Text,Anchor,Status Code,Status,Follow,Target,Rel,Path Type,Link Path,Link Position,Link Origin"
BUZZ = "Link Partner–Name,Link Partner–Domain,Linking from,Linking To,Anchor Text,Sitewide Link?"
SITES = ("moss.example", "fern.example", "reed.example")

FORMATS: dict[str, bytes] = {
    "ahrefs backlinks": ahrefs(),
    "search console, latest links": csv("Linking page,Last crawled", *rows("", ",2026-05-13")),
    "search console, top linking sites": csv("Site,Linking pages,Target pages", *(f'{site},"1240",3' for site in SITES)),
    "search console, german": csv("Verlinkende Seite,Zuletzt gecrawlt", *rows("", ",13.05.2026")),
    "search console, french": csv("Page d'origine,Dernière exploration", *rows("", ",13/05/2026"), delimiter=";"),
    "search console, spanish": csv("Página de enlace,Último rastreo", *rows("", ",13/05/2026"), encoding="utf-8-sig"),
    "search console, hebrew sites": csv("אתר,דפים מקשרים,דפי יעד", *(f"{site},7,3" for site in SITES), encoding="utf-8-sig", delimiter=";"),
    "search console, hebrew latest": csv("דף מקשר,נסרק לאחרונה", *rows("", ",2026-05-13"), encoding="utf-8-sig", delimiter=";"),
    "search console, a language unknown": csv("Tautan,Terakhir", *rows("", ",2026-05-13")),
    "search console, zip": packed("Latest links.csv", csv("Linking page,Last crawled", *rows("", ",2026-05-13"))),
    "search console, xlsx": sheet("Linking page,Last crawled", *rows("", ",2026-05-13")),
    "semrush": csv(SEMRUSH, *rows("41,A post,", f",{OURS},seeds,3,4,false,false,false,true,false,false,false,false,2026-05-13,2026-05-14,false,false")),
    "majestic, site download": csv(MAJESTIC, *rows(f"{OURS},", ",seeds,2026-05-13,2026-05-13,,,,,,,,20,15,3,4,Home,15")),
    "majestic, report": csv(MAJESTIC_API, *rows('"', '","seeds","15","20","x.example","15","20","2026-05-13","TextLink"'), encoding="utf-8-sig"),
    "moz": csv("Open Site Explorer", "Created: 13 May 2026", "Report for hazel.example", "", "All links", "", MOZ, *rows("", f",A post,seeds,1,30,41,3,4,x,{OURS},Yes")),
    "bing, domains": csv('"Domain","Backlinks Count"', *(f'"{site}","4"' for site in SITES), encoding="utf-8-sig"),
    "bing, pages": csv('"Source Url","Anchor text","Target Url"', *rows('"', f'","seeds","{OURS}"'), encoding="utf-8-sig"),
    "screaming frog, outlinks of ours": csv(FROG, *rows(f"Hyperlink,{OURS},", ",,,seeds,200,OK,True,,,Absolute,,Content,HTML")),
    "buzzstream": csv(BUZZ, *(f"{site} team,{site},https://{site}/a,{OURS},seeds,No" for site in SITES)),
    "base.me": csv("Full URL,Status,Client,Link type", *rows("", ",Confirmed,Hazel,dofollow")),
    "a plain list": "\n".join(PAGES).encode(),
    "a plain list of hosts": "\n".join(SITES).encode(),
}  # fmt: skip
"""Each of them brings the three sites, and nothing else."""

PEOPLE: dict[str, bytes] = {
    "hunter": csv("Domain,First name,Last name,Email address,Position", "moss.example,Lea,Moss,lea@moss.example,Editor"),
    "mailing list": csv("Email Address,First Name,Last Name", "lea@moss.example,Lea,Moss"),
    "german": csv("Webseite;Vorname;Nachname;E-Mail-Adresse;Funktion", "moss.example;Lea;Moss;lea@moss.example;Editor"),
    "one column for both": csv("Site,Contact", 'https://moss.example/,"Lea Moss <lea@moss.example>"'),
    "unknown headers": csv("a,b", "moss.example,lea@moss.example"),
}  # fmt: skip
"""Each of them brings moss.example with lea@moss.example."""
