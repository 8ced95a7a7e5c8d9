"""Which column is what: by its name in any tool and language, else by what stands in it."""

from __future__ import annotations

import gc
import io

import pytest

from outreach.care import import_columns, import_rules
from outreach.care.import_names import Field
from outreach.care.import_turns import SELDOM, seldom_collected
from outreach.care.import_ways import more_of
from outreach.kit import tables
from outreach.prospects.metric_rules import Metric
from outreach.prospects.rules import ContactStatus
from tests.care import exports
from tests.care.exports import OURS, csv, rows

OLD_SEMRUSH = "Page score,Page trust score,Source title,Source url,Target url,Anchor,External links,Internal links,Nofollow,Frame,Form,Image,Sitewide,First seen,Last seen"
OLD_MOZ = "URL,Title,Anchor Text,Page Authority,Domain Authority,Number of Links,Number of Domains Linking to Domain,Followable,301,Origin,Target URL"
INTERSECT = "Referring page title,Referring page URL,Language,Platform,Type,Author,Redirect Code,Domain rating,UR,Domain traffic,Referring domains,Page traffic,Intersect,rival.example/,other.example/"
REPORT = "SourceURL,AnchorText,SourceTrustFlow,SourceCitationFlow,Domain,DomainTrustFlow,DomainCitationFlow,TargetURL"

FILES: dict[str, tuple[bytes, dict[Metric, float]]] = {
    "ahrefs backlinks": (exports.FORMATS["ahrefs backlinks"], {Metric.AHREFS_DR: 41}),
    "ahrefs, link intersect": (
        csv(INTERSECT, *rows("A post,", ",en,,content,,,41,12,4800,300,20,2,https://rival.example/x,")),
        {Metric.AHREFS_DR: 41, Metric.AHREFS_UR: 12, Metric.AHREFS_TRAFFIC: 4800},
    ),
    "semrush": (exports.FORMATS["semrush"], {Metric.SEMRUSH_AS: 41}),
    "semrush, fifteen columns": (csv(OLD_SEMRUSH, *rows("31,20,A post,", f",{OURS},seeds,3,4,false,false,false,false,false,2026-05-13,2026-05-14")), {Metric.SEMRUSH_AS: 31}),
    "semrush, referring domains": (csv("Domain ascore,Domain,Backlinks", *(f"37,{site},12" for site in exports.SITES)), {Metric.SEMRUSH_AS: 37}),
    "majestic, site download": (exports.FORMATS["majestic, site download"], {Metric.MAJESTIC_TF: 15, Metric.MAJESTIC_CF: 20}),
    "majestic, report": (
        csv(REPORT, *rows("", f",seeds,15,20,x.example,25,30,{OURS}"), encoding="utf-8-sig"), {Metric.MAJESTIC_TF: 25, Metric.MAJESTIC_CF: 30},
    ),
    "moz": (exports.FORMATS["moz"], {Metric.MOZ_SPAM: 1, Metric.MOZ_PA: 30, Metric.MOZ_DA: 41}),
    "moz, before that": (csv(OLD_MOZ, *rows("", f",A post,seeds,30,41,3,4,Yes,No,x,{OURS}")), {Metric.MOZ_PA: 30, Metric.MOZ_DA: 41}),
    "a list of one's own": (csv("Website;DR;DA;AS;TF", *(f"{site};41;35;30;20" for site in exports.SITES)), {
        Metric.AHREFS_DR: 41, Metric.MOZ_DA: 35, Metric.SEMRUSH_AS: 30, Metric.MAJESTIC_TF: 20}),
    "search console, french": (exports.FORMATS["search console, french"], {}),
    "search console, a language unknown": (exports.FORMATS["search console, a language unknown"], {}),
    "screaming frog, french": (csv("Type,Source,Destination,Ancrage,Code de statut,Position du lien", *rows(f"Hyperlien,{OURS},", ",graines,200,Contenu")), {}),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_the_columns_of_each_tool_are_known(name: str) -> None:
    data, numbers = FILES[name]
    first = [row.cells for row in tables.read(io.BytesIO(data)).rows()]
    at = import_columns.header_at(first)
    assert at is not None
    where = import_columns.guess(first[at], first[at + 1 :], ["hazel.example"])
    found = [import_rules.read(number, cells, where) for number, cells in enumerate(first[at + 1 :], at + 2)]
    assert {one.line.key for one in found} == {"moss.example", "fern.example", "reed.example"}
    assert [one.numbers for one in found] == [numbers] * 3
    assert not any(one.problem or one.line.problem for one in found)


def test_a_column_of_titles_is_no_number_of_a_tool() -> None:
    where = import_columns.guess(["Website", "DR", "UR"], [["moss.example", "Dr. med.", "41"]] * 3, [])
    assert where == {Field.SITE: 0, Field.AHREFS_UR: 2}


def read(data: bytes) -> list[import_rules.Brought]:
    """The rows of a file, its columns guessed."""
    found = [row.cells for row in tables.read(io.BytesIO(data)).rows()]
    at = import_columns.header_at(found)
    header, body = ([], found) if at is None else (found[at], found[at + 1 :])
    where = import_columns.guess(header, body, ["hazel.example"])
    return [import_rules.read(number, cells, where) for number, cells in enumerate(body, 1)]


def test_a_column_that_says_yes_or_no_of_links_is_no_contact_form() -> None:
    assert not [one.who.problem for one in read(exports.FORMATS["semrush"]) if one.who.is_there]
    assert not read(csv("Site,Form", "moss.example,false", "fern.example,true"))[0].who.is_there
    assert [
        way.value
        for way in read(csv("Site,Form", "moss.example,https://moss.example/write"))[0].who.more.ways
    ] == ["https://moss.example/write"]


def test_people_of_buzzstream_keep_their_name_and_every_address() -> None:
    header = "First Name,Last Name,Website,Assigned To,Relationship Stage,Person About,Email 1,Email 2,Twitter,LinkedIn"
    row = "Ria,Poe,moss.example,Ana,New,About Ria,ria@moss.example,ria.poe@post.example,@riapoe,https://www.linkedin.com/in/riapoe"
    (one,) = read(csv(header, row))
    assert (one.line.key, one.who.name, one.who.email) == ("moss.example", "Ria Poe", "ria@moss.example")
    assert [way.value for way in one.who.more.ways] == [
        "ria@moss.example", "ria.poe@post.example", "https://www.linkedin.com/in/riapoe", "https://x.com/riapoe",
    ]  # fmt: skip
    assert read(csv("Nombre,Apellidos,Correo", "Lea,Moss,lea@moss.example"))[0].who.name == "Lea Moss"


HUNTER = "value,type,confidence,first_name,last_name,position,linkedin,twitter,phone_number,sources,verification.status"


@pytest.mark.parametrize(
    "sources",
    [
        "https://list.example/nina",
        '"[{""domain"": ""list.example"", ""uri"": ""https://list.example/nina"", ""still_on_page"": true}]"',
    ],
)
def test_a_page_where_hunter_saw_an_address_is_not_its_site(sources: str) -> None:
    row = f"nina@fern.example,personal,90,Nina,Fern,Editor,https://www.linkedin.com/in/nina,nina,+49 30 1234567,{sources},invalid"
    (one,) = read(csv(HUNTER, row))
    assert (one.line.key, one.who.more.source_url, one.who.more.status) == (
        "fern.example", "https://list.example/nina", ContactStatus.INVALID,
    )  # fmt: skip
    assert len(one.who.more.ways) == 4
    assert not one.who.problem
    (one,) = read(csv("E-Mail,Gesehen auf", "nina@fern.example,https://list.example/people/nina"))
    assert one.line.key == "fern.example"


def test_a_plain_list_may_hold_mail_addresses_among_sites() -> None:
    found = read(b"one.example\nhttps://two.example/a\nfour@list4.example\nthree.example\nsix@gmail.com\n")
    assert [one.line.key for one in found] == [
        "one.example",
        "two.example",
        "list4.example",
        "three.example",
        "",
    ]
    assert [one.who.email for one in found] == ["", "", "four@list4.example", "", "six@gmail.com"]
    found = read(b"Email\none@one.example\ntwo@two.example\nthree.example\n")
    assert [one.line.key for one in found] == ["one.example", "two.example", "three.example"]


TARGETS = {
    "english": "Target page,Incoming links,Linking sites",
    "french": "Page cible,Liens entrants,Sites d'où proviennent les liens",
    "german": "Zielseite,Eingehende Links,Verweisende Websites",
    "spanish": "Página de destino,Enlaces entrantes,Sitios que enlazan",
    "italian": "Pagina di destinazione,Link in entrata,Siti di collegamento",
    "hebrew": "דף יעד,קישורים נכנסים,אתרים מקשרים",
}


@pytest.mark.parametrize("language", TARGETS)
def test_a_list_of_our_own_pages_is_known_though_their_host_is_not(language: str) -> None:
    header, body = TARGETS[language].split(","), [["https://unlisted.example/guide", "120", "12"]] * 3
    where = import_columns.guess(header, body, ["hazel.example"])
    assert import_columns.own_pages(header, body, where) == header[0]


def test_links_come_from_their_source_in_either_language() -> None:
    for header in (
        "Destination,Origine",
        "Destination,Source",
        "Page cible,Page d'origine",
        "Target URL,Wherefrom",
    ):
        body = [["https://unlisted.example/guide", "https://moss.example/a"]] * 3
        where = import_columns.guess(header.split(","), body, [])
        assert (where, import_columns.own_pages(header.split(","), body, where)) == ({Field.SITE: 1}, ""), (
            header
        )


def test_every_mail_address_of_a_cell_is_kept() -> None:
    header = "Site,Name,Emails"
    many = 'moss.example,Ann,"ann@moss.example; info@moss.example, press@moss.example"'
    mails = [
        [way.value for way in one.who.more.ways]
        for one in read(csv(header, many, many, "fern.example,Cy,mailto:cy@fern.example?subject=Hello"))
    ]
    assert mails == [["ann@moss.example", "info@moss.example", "press@moss.example"]] * 2 + [
        ["cy@fern.example"]
    ]
    (one,) = read(csv(header, 'moss.example,,"Bo Li <bo@moss.example>, Ann <ann@moss.example>"'))
    assert [way.value for way in one.who.more.ways] == ["bo@moss.example", "ann@moss.example"]


def test_a_traffic_without_a_tool_is_not_that_of_ahrefs() -> None:
    semrush = "Keyword,Position,URL,Traffic,Traffic (%)"
    assert not read(csv(semrush, "compost,3,https://moss.example/a,10,0.1"))[0].numbers
    ours = read(csv("Site,DR,Traffic", "moss.example,41,10"))[0].numbers
    assert ours == {Metric.AHREFS_DR: 41, Metric.AHREFS_TRAFFIC: 10}


def test_large_numbers_may_be_shortened() -> None:
    lines = ("moss.example,41,1.2K", "fern.example,7,3M", 'reed.example,7,"1,234"', "sage.example,7,kk")
    found = read(csv("Site,DR,Traffic", *lines))
    assert [one.numbers.get(Metric.AHREFS_TRAFFIC) for one in found] == [1200, 3_000_000, 1234, None]
    assert "is no number" in found[3].problem


def test_a_tick_is_no_name_of_a_column() -> None:
    assert import_columns.header_at([["Alpha", "Beta", "Gamma"], ["moss.example", "x", "x"]]) == 0


def test_names_with_a_number_are_still_names_of_columns() -> None:
    found = [
        row.cells
        for row in tables.read(io.BytesIO(csv("Col1,Col2", "moss.example,41", "fern.example,1"))).rows()
    ]
    assert import_columns.header_at(found) == 0


def test_the_domain_of_a_link_partner_is_its_site_though_no_page_is_named() -> None:
    header = "Link Partner–Name (req),Link Partner–Domain (req),Linking from,Linking To"
    assert read(csv(header, "Moss,moss.example,,https://hazel.example/"))[0].line.key == "moss.example"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Webbplats;Namn;E-post", "Åsa Öst"), ("Web;Jméno;E-mail", "Jiří Dvořák"), ("Sivusto;Nimi;Sähköposti", "Äiti Öinen"), ("Ιστότοπος;Όνομα;Email", "Νίκος Παππάς"),
        ("网站;姓名;邮箱", "王伟"), ("사이트;이름;이메일", "김민수"), ("Weboldal;Név;E-mail cím", "Nagy Éva"), ("Сайт;ФИО;Электронная почта", "Анна Смирнова"),
    ],
)  # fmt: skip
def test_people_are_known_by_their_column_in_other_languages(header: str, name: str) -> None:
    (one,) = read(csv(header, f"moss.example;{name};desk@moss.example"))
    assert (one.line.key, one.who.name, one.who.email) == ("moss.example", name, "desk@moss.example")


def test_names_are_known_by_the_addresses_that_are_made_of_them() -> None:
    rows = (
        "moss.example,Rhys Pugh,Garden Editor,rhys@moss.example",
        "fern.example,Nia Prys,Seed Grower,n.prys@fern.example",
    )
    for lines in (("Wefan,Enw,Swydd,Ebost", *rows), rows):
        assert [one.who.name for one in read(csv(*lines))] == ["Rhys Pugh", "Nia Prys"]
    assert [one.who.name for one in read(csv("Cwmni,Ebost", "Moss Daily,ann@fern.example"))] == [""]


def test_a_profile_beside_an_address_is_how_to_reach_somebody_and_no_site() -> None:
    header = "First Name,Last Name,URL,Email Address"
    found = read(
        csv(
            header,
            "Mona,Reed,https://www.linkedin.com/in/mona,mona@moss.example",
            "Bo,Li,https://www.linkedin.com/in/bo,",
        )
    )
    assert [one.line.key for one in found] == ["moss.example", "linkedin.com/in/bo"]
    assert [way.value for way in found[0].who.more.ways] == [
        "mona@moss.example",
        "https://www.linkedin.com/in/mona",
    ]


def test_a_formula_that_failed_says_nothing() -> None:
    found = read(
        csv(
            "Site,Name,Email,DR", "#N/A,Bo,bo@moss.example,#DIV/0!", "#BEZUG!,#NV,ann@fern.example,7", "#1,,,"
        )
    )
    assert [(one.line.key, one.who.name, one.problem) for one in found[:2]] == [
        ("moss.example", "Bo", ""),
        ("fern.example", "", ""),
    ]
    assert found[2].line.problem


def test_circles_are_looked_for_as_before_once_a_file_is_through() -> None:
    outside, before = gc.get_threshold(), (700, 10, 10)
    gc.set_threshold(*before)
    try:
        with pytest.raises(ValueError, match="broken"), seldom_collected():
            assert gc.get_threshold() == SELDOM != before
            raise ValueError("broken")
        assert gc.get_threshold() == before
    finally:
        gc.set_threshold(*outside)


def test_a_mail_address_alone_is_read_as_beside_other_ways() -> None:
    plain = more_of({"site": "a.example", "email": "Bo@A.example"}, "Bo@a.example")
    assert plain == more_of({"site": "a.example", "email": "Bo@A.example", "phone": ""}, "Bo@a.example")
    assert [way.norm for way in plain.ways] == ["bo@a.example"] and plain.is_plain
    assert more_of({"site": "a.example", "name": "Bo"}, "").ways == ()
