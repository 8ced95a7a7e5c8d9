"""The index is kept in step by the database itself, says the same on both, and forgets what was erased."""

import random

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach import schema
from outreach.care import erasing
from outreach.db import Base, db, session, write
from outreach.kit.folding import indexed
from outreach.prospects.models import Note, Person
from outreach.search import commonness, index, jobs, naming
from outreach.search.commonness import are_common
from outreach.search.queries import among, holds, newest, newest_of, runs_of
from outreach.search.rules import terms_of
from tests.world import NOW, World, address, person, site


def found(table: str, text: str) -> set[int]:
    """The rows that each way of asking finds; all ways have to agree."""
    terms = terms_of(text)
    key = Base.metadata.tables[table].c.id
    ways = [
        set(session().scalars(sa.select(key).where(where)))
        for where in (holds(table, terms), among(table, terms, are_common(terms, table)[table]))
    ]
    if any(len(term) > 2 for term in terms):
        rows = newest(sa.select(key), table, terms, before=None, limit=100, is_common=False)
        ways.append({row.id for row in rows})
    assert all(way == ways[0] for way in ways), ways
    return ways[0]


def people(*names: str) -> list[int]:
    with write() as here:
        rows = [person(name) for name in names]
        here.add_all(rows)
        here.flush()
        return [row.id for row in rows]


NAMES = (
    "Mariana Ĺøpéz", "Jürgen Müller-Straße", "JURGEN MULLER", "Łukasz Żółć", "Анна Каренина", "İpek Æther", "O’Brien 100% \\ _ * \" '", "東京タワー",
    "ﬁrst Ｗｉｄｅ", "ΟΔΥΣΣΕΥΣ", "ﷺ", "e\u0301 e\u0301",
)  # fmt: skip


def test_parts_of_words_are_found_whatever_their_accents(app: Flask, world: World) -> None:
    keys = dict(zip(NAMES, people(*NAMES), strict=True))
    for text, names in {
        "ana": {NAMES[0]}, "lopez": {NAMES[0]}, "muller": set(NAMES[1:3]), "MÜLLER": set(NAMES[1:3]), "strasse": {NAMES[1]}, "zolc": {NAMES[3]},
        "анна": {NAMES[4]}, "ренин": {NAMES[4]}, "ipek": {NAMES[5]}, "aeth": {NAMES[5]}, "o'brien": {NAMES[6]}, "100%": {NAMES[6]}, "%%%": set(), "\\ _": {NAMES[6]},
        '"müller strasse"': set(), '"jurgen muller"': set(NAMES[1:3]), "muller jurgen": set(NAMES[1:3]), "wide": {NAMES[8]}, "οδυσσευσ": {NAMES[9]},
        "ju": set(NAMES[1:3]), "mu": set(NAMES[1:3]), "ur": set(), "東京": {NAMES[7]}, "京タ": {NAMES[7]}, "タワー": {NAMES[7]}, "京ワ": set(),
    }.items():  # fmt: skip
        assert found("people", text) == {keys[name] for name in names}, text


CODES = (
    "xn--mller-kva.example", "bo@xn--80ai1b.test xn--mller-kva.x/xn--r8jz45g a.example", "xn--a", "xn--", "xn---", "xn--abc-", "xn--99zzzzz9", "xn--ls8h.la", "XN--MLLER-KVA",
    "xn--zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz99999", "xn--mller-kvaxn--mller-kva xn--0ca", "xn--fiqs8s\txn--p1ai\nxn--ngbc5azd O´Neil’s ‘x` a\u2011b 例え。テスト",
)  # fmt: skip


def test_both_databases_fold_as_the_product_does(app: Flask, world: World) -> None:
    rng = random.Random(3)
    drawn = ["xn--" + "".join(rng.choices("abz059-", k=rng.randint(1, 12))) for _ in range(200)]
    people(*NAMES, *CODES, *drawn)
    rows = session().execute(sa.select(Person.name, sa.func.search_fold(Person.name))).all()
    assert [row[1] for row in rows] == [indexed(row[0]) for row in rows]
    assert len(rows) == len(NAMES) + len(CODES) + len(drawn) + 1


def test_hosts_of_other_letters_and_names_with_an_apostrophe_are_found_by_their_parts(
    app: Flask, world: World
) -> None:
    hosts = ("xn--mller-kva.example", "muster.example", "xn--80ai1b.test")
    with write() as here:
        places = [site(host) for host in hosts]
        here.add_all(places)
        here.flush()
        keys = {place.key: place.id for place in places}
        here.add(address(here.get_one(Person, world.bo.id), "bo@xn--mller-kva.example", world.ana))
    for text in ("müller", "mulle", "üller.ex", "xn--mller", "MÜLLER.example", "xn--mller-kva.example", "https://www.müller.example/"):  # fmt: skip
        assert found("sites", text) == {keys[hosts[0]]}, text
    assert found("sites", "сад") == {keys[hosts[2]]}
    assert len(found("contact_points", "bo@müller")) == 1
    one, two, three = people("Ann O'Neil", "Ann O’Neil", "Ann Oneil")
    for text in ("oneil", "O'Neil", "o’nei", "O´Neil", "o`neil", "O\u02bcNeil"):
        assert found("people", text) == {one, two, three}, text
    dashed = set(people("Well-known Ann", "Well\u2011known Ann", "Well\u2010known Ann"))
    for text in ("well-known", "well\u2011known", "ll\u2010kn"):
        assert found("people", text) == dashed, text


ODD = ('"a', "*", "NEAR(a b)", "a AND OR NOT", "%", "_", "\\", "\x00abc", "^abc", "a:b-c", "{x y}", "'--", "()()", "x" * 10_000, "\ud800abc", "ﷺ" * 60)  # fmt: skip


def test_a_rare_word_is_found_beside_words_that_all_rows_hold(app: Flask, world: World) -> None:
    """The index is asked for the rare parts alone; what else was asked is told by the rows."""
    keys = people(*(f"Example Journal {number}" for number in range(60)), "Rowan 500007")
    assert found("people", "example 57") == {keys[57]}
    assert found("people", "journal example") == set(keys[:-1])
    assert found("people", "example rowan") == found("people", "500007 journal") == set()
    assert found("people", '"rowan 5000"') == {keys[-1]}


def test_a_row_holds_what_its_folded_text_holds(app: Flask, world: World) -> None:
    """Whatever signs stand in it: those that need no folding are compared as they are."""
    chance = random.Random(5)
    signs = (
        "fe",
        "rn",
        "Fern",
        " ",
        "\n",
        "\t",
        "\r",
        "'",
        "`",
        "\x1f",
        "é",
        "xn--",
        "xn--mller-kva",
        "-",
        "’",
        "\u200b",
        "東",
        "^",
        "~",
    )
    texts = ["".join(chance.choices(signs, k=chance.randint(1, 6))) for _ in range(1_500)]
    with write() as here:
        rows = [person(f"P{at}") for at in range(len(texts))]
        for row, text in zip(rows, texts, strict=True):
            row.notes = text
        here.add_all(rows)
        here.flush()
        told = {row.id: indexed(f" {row.name} {row.notes}") for row in rows}
    for terms in (["fern"], ["fe", "rn"], [" fe"], ["n f"], ["rn rn"], ["muller"], ["xn--"], [" 東"], ["n-"], ["fe rn"]):  # fmt: skip
        held = set(session().scalars(sa.select(Person.id).where(Person.id.in_(told), holds("people", terms))))
        assert held == {key for key, text in told.items() if all(term in text for term in terms)}, terms
        assert held, terms


def test_of_several_words_the_beginnings_are_asked_for_where_the_newest_rows_tell_no_more(
    app: Flask, world: World, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = people("Fern Maria", "Ferret Marble", "Fern Rosalind", "Nobody else")
    terms = terms_of("fern maria")

    def told() -> tuple[list[int], list[int]]:
        named = commonness.few(terms, "people")
        assert named is not None
        rows = newest_of(sa.select(Person.id), "people", terms, named["people"], before=None, limit=9)
        return sorted(named["people"]), [row.id for row in rows]

    assert told() == ([keys[0]], [keys[0]])  # the newest rows tell that the beginnings name more
    monkeypatch.setattr(naming, "NEWEST", 1)
    naming._statement.cache_clear()
    assert told() == (keys[:2] if kind == "sqlite" else keys[:1], [keys[0]])
    naming._statement.cache_clear()


def test_no_sign_is_an_operator(app: Flask, world: World) -> None:
    for text in ODD:
        assert found("people", text) == set(), text


def test_the_index_follows_each_change_within_the_transaction(app: Flask, world: World) -> None:
    (key,) = people("Mariana")
    with write() as here:
        here.get_one(Person, key).name = "Rosalind"
        here.flush()
        assert found("people", "iana") == set()
        assert found("people", "salin") == {key}
    with write() as here:
        here.execute(sa.update(Person).where(Person.id == key).values(notes="knows Fernanda"))
    assert found("people", "ferna") == {key}
    here = session()
    here.execute(sa.delete(Person).where(Person.id == key))
    assert found("people", "ferna") == set()
    here.rollback()
    assert found("people", "ferna") == {key}


def test_a_database_that_lost_its_index_gets_it_back(app: Flask, world: World) -> None:
    (key,) = people("Mariana")
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER search_people_changed")
        else:
            connection.exec_driver_sql("ALTER TABLE people DROP COLUMN search_text")
    with write() as here:
        here.get_one(Person, key).name = "Rosalind"
    schema.upgrade()
    assert found("people", "rosal") == {key}
    db.session.remove()
    with db.engine.begin() as connection:
        assert index.ensure(connection) == []
        assert set(index.rebuild(connection)) == set(index.COLUMNS)
    assert found("people", "rosal") == {key}
    assert len(found("sites", "wil")) == 1


def test_an_erased_person_is_in_no_part_of_the_index(app: Flask, world: World) -> None:
    with write() as here:
        here.add(
            Note(project_id=world.seed.id, person_id=world.bo.id, text="Bo Berg likes oats", created_at=NOW)
        )
    erasing.erase(world.bo.id, [], app.extensions["outreach"], by=world.max, now=NOW, is_over=lambda: False)
    for table in index.COLUMNS:
        assert found(table, "bo@wild") == found(table, "berg") == set(), table
    if db.engine.dialect.name == "sqlite":
        assert _kept_terms("people", "contact_points", "notes") == []


def _kept_terms(*tables: str) -> list[bytes]:
    """What the index's own pages hold of tables that have no rows left, apart from its two rows of counters."""
    return [
        page
        for table in tables
        for page in session().scalars(sa.text(f"SELECT block FROM search_{table}_data WHERE id > 10"))
    ]


def test_what_a_sample_of_the_rows_holds_is_common_to_postgres(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write() as here:
        here.add_all(site(f"oak{number}.example") for number in range(5))
    samples = db.engine.dialect.name == "postgresql"
    assert are_common(["oak"], "sites", "people") == {"sites": samples, "people": False}
    monkeypatch.setattr(commonness, "OFTEN", 6)
    assert not are_common(["oak"], "sites")["sites"]
    monkeypatch.setattr(commonness, "RARE", 4)
    assert are_common(["oak"], "sites")["sites"]


def test_postgres_is_asked_for_three_letters_of_a_word_that_tell_as_much_as_all_of_it(
    app: Flask, world: World
) -> None:
    if db.engine.dialect.name != "postgresql":
        return
    names = [f"Fern Vetch {number}" for number in range(5)]
    people("Ferry Tansy", *(f"Moss Vetch {number}" for number in range(20)), *names)

    def asked(*terms: str) -> list[str]:
        return list(session().execute(sa.select(runs_of("people", terms))).one())[1:]

    assert asked("tansy", "fern") == ["%tan%", "%fern%"], "Ferry begins so, too"
    assert asked("vetch", "tansy") == ["%", "%tan%"], "what most hold is not asked beside what few do"
    assert asked("fern 3", "ferry", "zzq") == ["%fern 3%", "%ferry%", "%zzq%"], (
        "what nobody holds is asked whole"
    )
    assert found("people", "fern tansy") == set()
    assert found("people", "ferry tansy") != set()


def test_the_folding_is_written_anew_without_making_the_indexes_anew(app: Flask, world: World) -> None:
    if db.engine.dialect.name != "postgresql":
        return
    with db.engine.begin() as connection:
        was = connection.scalar(sa.text("SELECT pg_get_functiondef('search_fold'::regproc)")) or ""
        connection.exec_driver_sql(was.replace("BEGIN", "BEGIN -- slowly", 1))
        oids = sa.text(
            "SELECT string_agg(oid::text, ' ' ORDER BY oid) FROM pg_class WHERE relname LIKE 'search_%'"
        )
        kept = connection.scalar(oids)
        assert index.ensure(connection) == []
        assert connection.scalar(sa.text("SELECT pg_get_functiondef('search_fold'::regproc)")) == was
        assert connection.scalar(oids) == kept
        for said in ("O'Neil's\r\n`Oak`\tTree", "a\n\nb", "plain", "\r'`"):
            assert connection.scalar(sa.select(sa.func.search_fold(said))) == indexed(said)


def test_an_index_in_many_parts_is_put_together_and_finds_the_same(
    app: Flask, world: World, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "LEAST", 1)
    draw = random.Random(1)
    for _ in range(12):  # a transaction each is a part each
        people(*("".join(draw.choices("abcdefghij", k=40)) for _ in range(60)))
    keys = people("Mariana Fernwood")
    with write() as here:
        here.delete(here.get_one(Person, keys[0] - 1))
    if kind != "sqlite":
        assert (jobs.count_scattered(NOW), jobs.put_together(NOW)) == (0, 0)
        return

    def parts() -> int:
        told = session().scalar(sa.text("SELECT count(DISTINCT segid) FROM search_people_idx"))
        session().rollback()
        return int(told or 0)

    assert parts() > 1
    assert jobs.count_scattered(NOW) == 1
    assert jobs.put_together(NOW) == 1
    assert parts() == 1
    assert (jobs.count_scattered(NOW), jobs.put_together(NOW)) == (0, 0)
    assert found("people", "fernwood") == set(keys)
    found("people", "abc")


def test_an_index_made_anew_is_in_one_part(app: Flask, world: World, kind: str) -> None:
    if kind == "sqlite":
        people(*(f"Person {number}" for number in range(50)))
        with db.engine.connect() as plain:
            connection = plain.execution_options(outreach_write=True)
            index.rebuild(connection)
            connection.commit()
            assert connection.scalar(sa.text("SELECT count(DISTINCT segid) FROM search_people_idx")) == 1
