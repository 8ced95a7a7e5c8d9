"""The two processes, run for real: they come up, come back after a kill, and end cleanly."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Place
from tests.servers.product import answers, eventually, outreach, pids, served


def killed_and_back(place: Place, before: dict[str, int], victim: str) -> dict[str, int]:
    """Kill one process; gives the pids once both run again. The other is the one that ran before."""
    os.kill(before[victim], signal.SIGKILL)

    def back() -> dict[str, int] | None:
        found = pids(place)
        return found if len(found) == 2 and found[victim] != before[victim] else None

    after = eventually(back)
    assert {name for name in after if after[name] == before[name]} == set(before) - {victim}
    return after


@pytest.mark.slow
def test_either_process_dies_and_comes_back_and_sigterm_ends_both(place: Place) -> None:
    with served(place) as (process, address):
        eventually(lambda: answers(address))
        before = eventually(lambda: pids(place) if len(pids(place)) == 2 else None)
        told = json.loads(outreach(place, "status", "--json").stdout)
        assert {name: told[name]["pid"] for name in before} == before
        before = killed_and_back(place, before, "worker")
        before = killed_and_back(place, before, "web")
        eventually(lambda: answers(address))
        process.terminate()
        assert process.wait(30) == 0
    assert not any(os.path.exists(f"/proc/{pid}") for pid in before.values())


@pytest.mark.slow
def test_copies_of_the_watching_process_have_names_and_nothing_of_its_own(place: Place) -> None:
    with served(place) as (process, address):
        eventually(lambda: answers(address))
        running = eventually(lambda: found if len(found := pids(place)) == 2 else None)
        names = {name: Path(f"/proc/{pid}/comm").read_text().strip() for name, pid in running.items()}
        assert names == {"web": "outreach-web", "worker": "outreach-worker"}
        own = {name: _open_files(pid) for name, pid in {"serve": process.pid, **running}.items()}
    lock = str(place.instance / "run/serve.pid")
    assert [name for name, files in own.items() if lock in files] == ["serve"]
    assert not [file for file in own["serve"] if ".db" in file]
    sockets = {name: {file for file in files if file.startswith("socket:")} for name, files in own.items()}
    assert len(sockets["serve"]) == 1 == len(sockets["serve"] & sockets["web"]), (
        "where it listens, and no database's"
    )
    assert not sockets["serve"] & sockets["worker"]


def _open_files(pid: int) -> set[str]:
    return {os.readlink(one) for one in Path(f"/proc/{pid}/fd").iterdir() if one.is_symlink()}


@pytest.mark.slow
def test_a_killed_supervisor_leaves_no_process_behind(place: Place) -> None:
    with served(place) as (process, address):
        eventually(lambda: answers(address))
        running = eventually(lambda: found if len(found := pids(place)) == 2 else None)
        process.kill()
        eventually(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in running.values()))


def test_the_process_of_the_screens_does_not_carry_what_only_others_need(tmp_path: Path) -> None:
    heavy = "apscheduler css_inline cryptography dns holidays icalendar imapclient nh3 openpyxl pycurl requests tldextract"
    code = (
        "import sys, outreach.server.cli\nfrom pathlib import Path\nfrom outreach import settings\nfrom outreach.app import create_app\n"
        f"create_app(settings.load(Path(sys.argv[1])))\nprint(sorted(set({heavy.split()!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_nothing_is_set_up_at_the_start_that_can_wait(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom outreach import settings\nfrom outreach.app import create_app\nfrom outreach.db import Base\n"
        "from outreach.kit.patterns import waiting\ncreate_app(settings.load(Path(sys.argv[1])))\n"
        "print([mapper for mapper in Base.registry.mappers if mapper.configured], waiting() > 200)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[] True"


def test_a_second_start_says_so_in_one_line(place: Place) -> None:
    with served(place) as (_, address):
        second = outreach(place, "serve", "--port", address.rstrip("/").rpartition(":")[2])
    assert second.returncode == 1
    assert "runs already" in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1


def test_a_taken_port_says_so_in_one_line(place: Place) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = outreach(place, "web", "--port", str(taken.getsockname()[1]))
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
    assert "Cannot listen" in done.stderr


def test_a_missing_database_says_so_in_one_line(tmp_path) -> None:  # type: ignore[no-untyped-def]
    done = outreach(Place(tmp_path, "postgresql://127.0.0.1:1/none"), "web", "--port", "0")
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
    assert "cannot be reached" in done.stderr


def test_an_empty_database_says_what_to_run(tmp_path) -> None:  # type: ignore[no-untyped-def]
    done = outreach(Place(tmp_path, f"sqlite:///{tmp_path}/new.db"), "status")
    assert (done.returncode, done.stderr) == (1, "Error: The database is empty. Run: outreach migrate\n")


def test_an_unknown_command_and_setting_are_refused(place: Place) -> None:
    assert outreach(place, "fly").returncode == 2
    wrong = outreach(place, "status", OUTREACH_COLOUR="red")
    assert (wrong.returncode, len(wrong.stderr.strip().splitlines())) == (1, 1)
    assert "'colour'" in wrong.stderr


def test_an_unknown_sweep_names_those_that_exist(place: Place) -> None:
    done = outreach(place, "sweep", "floors")
    assert done.returncode == 2
    assert "is no sweep" in done.stderr
