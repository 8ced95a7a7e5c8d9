"""Which column is what: by its name in any tool and language, else by what stands in it."""

from __future__ import annotations

import io

import pytest

from outreach.care import import_rules
from outreach.care.import_rules import Field
from outreach.kit import tables
from outreach.prospects.metric_rules import Metric
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
    at = import_rules.header_at(first)
    assert at is not None
    where = import_rules.guess(first[at], first[at + 1 :], ["hazel.example"])
    found = [import_rules.read(number, cells, where) for number, cells in enumerate(first[at + 1 :], at + 2)]
    assert {one.line.key for one in found} == {"moss.example", "fern.example", "reed.example"}
    assert [one.numbers for one in found] == [numbers] * 3
    assert not any(one.problem or one.line.problem for one in found)


def test_a_column_of_titles_is_no_number_of_a_tool() -> None:
    where = import_rules.guess(["Website", "DR", "UR"], [["moss.example", "Dr. med.", "41"]] * 3, [])
    assert where == {Field.SITE: 0, Field.AHREFS_UR: 2}
