from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.servers.postgres import Cluster, NoPostgres, server_folder


def test_each_database_stands_alone(postgres: Cluster) -> None:
    ana, bo = create_engine(postgres.create("ana")), create_engine(postgres.create("bo"))
    with ana.begin() as link:
        link.execute(text("CREATE TABLE letters (id int)"))
    with bo.begin() as link:
        assert link.scalar(text("SELECT count(*) FROM pg_tables WHERE tablename = 'letters'")) == 0
    ana.dispose(), bo.dispose()


def test_a_copy_of_a_template_has_its_rows_and_its_own_life(postgres: Cluster) -> None:
    mould = create_engine(postgres.create("mould"))
    with mould.begin() as link:
        link.execute(text("CREATE TABLE words AS SELECT 'hello' AS word"))
    mould.dispose()
    copy = create_engine(postgres.create("cast", template="mould"))
    with copy.begin() as link:
        assert link.scalar(text("SELECT word FROM words")) == "hello"
    postgres.drop("cast")  # although `copy` is still connected
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres.url("cast").replace("+psycopg", ""))
    copy.dispose()


def test_letters_of_every_script_are_letters_to_it(postgres: Cluster) -> None:
    engine = create_engine(postgres.create("scripts"))
    with engine.begin() as link:
        link.execute(text("CREATE EXTENSION pg_trgm"))
        assert link.scalar(text("SELECT lower('ÅØ Ж')")) == "åø ж"
        assert link.scalar(text("SELECT 'Жук' % 'жук'"))
    engine.dispose()


def test_it_listens_to_this_machine_only(postgres: Cluster) -> None:
    with psycopg.connect(postgres.url("postgres").replace("+psycopg", "")) as link:
        assert link.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
        assert link.execute("SHOW unix_socket_directories").fetchone() == ("",)


def test_a_machine_without_it_is_told_the_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoPostgres, match=r"apt-get install .* postgresql"):
        server_folder(debian=tmp_path)


def test_the_newest_of_several_is_taken(tmp_path: Path) -> None:
    for version in ("9.6", "16", "15"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin/initdb").touch()
    assert server_folder(debian=tmp_path).parent.name == "16"
