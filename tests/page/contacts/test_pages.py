"""A hundred and fourteen saved pages in thirty languages, and what a reader finds on each (`pages/reads.json`)."""

import json
from pathlib import Path

import pytest

from outreach.kit.address import address_key
from outreach.page.contacts import Contact, Kind, find
from outreach.page.headers import Headers

PAGES = Path(__file__).parent / "pages"
READS = json.loads((PAGES / "reads.json").read_text())
HTML = Headers([("content-type", "text/html")])


def found_on(name: str) -> dict[str, Contact]:
    found = find((PAGES / f"{name}.html").read_bytes(), HTML, READS[name]["url"])
    return {one.value.lower(): one for one in found.contacts if one.kind is Kind.EMAIL}


def wanted_on(name: str) -> dict[str, list[str | None]]:
    return {address_key(address): told for address, told in READS[name]["reads"].items()}


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Contact]]:
    return {name: found_on(name) for name in READS}


def test_nearly_all_addresses_that_a_reader_finds_are_found_and_none_is_made_up(answers):
    wanted = {(name, address) for name in READS for address in wanted_on(name)}
    found = {(name, address) for name, contacts in answers.items() for address in contacts}
    assert len(READS) >= 100
    assert found - wanted == set()
    assert len(found & wanted) >= 0.97 * len(wanted), sorted(wanted - found)


def test_names_are_those_that_stand_beside_the_address(answers):
    told = {
        (name, address): told[0]
        for name in READS
        for address, told in wanted_on(name).items()
        if told[0] is not None
    }
    read = {key: answers[key[0]][key[1]].name for key in told if key[1] in answers[key[0]]}
    wrong = {key: (name, told[key]) for key, name in read.items() if name and name != told[key]}
    assert wrong == {}
    assert sum(read[key] == told[key] for key in read) >= 0.95 * len(told)


def test_each_find_tells_its_page_and_the_words_around_it(answers):
    for name, contacts in answers.items():
        for contact in contacts.values():
            assert contact.page == READS[name]["url"] and contact.via


def test_desks_and_people_are_told_apart(answers):
    desks = {address for contacts in answers.values() for address, one in contacts.items() if one.is_role}
    people = {
        address for contacts in answers.values() for address, one in contacts.items() if not one.is_role
    }
    assert {
        "hello@loam.example",
        "redaktion@gartenlaube.example",
        "pitches@hyssop.example",
        "toimitus@saniainen.example",
        "redakcja@paproc.example",
    } <= desks
    assert {
        "ana@fern.example",
        "j.mueller@farnblatt.example",
        "layla@sarkhas.example",
        "gil+letters@sedge.example",
    } <= people
