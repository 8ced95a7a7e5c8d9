import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from outreach.links.cli import group
from tests.servers.pages import PageServer, answer

WORDS = "<p>" + "Good tools make every season in the garden easier. " * 20


def _check(*args: str) -> Result:
    return CliRunner().invoke(group, ["check", *args])


@pytest.fixture
def blog(pages: PageServer) -> PageServer:
    pages.routes |= {
        "/with": answer(WORDS + '<a href="https://acme.example/guide" rel="nofollow">guide</a>'),
        "/without": answer(WORDS),
        "/busy": answer("busy", 503),
        "/inner": answer(status=302, location="http://169.254.169.254/latest"),
    }
    return pages


def _blog(blog: PageServer, path: str, *more: str) -> Result:
    name = f"--resolve=blog.example:{blog.port}:127.0.0.1"
    return _check(
        f"http://blog.example:{blog.port}{path}",
        "--target=https://acme.example/guide",
        name,
        "--allow-network=127.0.0.0/8",
        *more,
    )


@pytest.mark.parametrize(
    ("path", "status"), [("/with", 0), ("/without", 1), ("/busy", 3), ("/inner", 4), ("/nowhere", 1)]
)
def test_the_exit_status_tells_the_verdict(blog: PageServer, path: str, status: int) -> None:
    assert _blog(blog, path).exit_code == status


def test_the_verdict_is_told_in_words(blog: PageServer) -> None:
    said = _blog(blog, "/with").output
    assert said.startswith("The link is there: “guide”, not followed.")
    assert "[nofollow]" in said
    assert "The page is there, but no link to the agreed address is on it." in _blog(blog, "/without").output


def test_the_verdict_is_told_as_json(blog: PageServer) -> None:
    said = json.loads(_blog(blog, "/with", "--json").output)
    assert (said["presence"], said["verdict"], said["links"][0]["rel"]) == (
        "found",
        "live_nofollow",
        ["nofollow"],
    )
    assert said["hops"][0]["status"] == 200


def test_the_guard_refuses_without_a_named_network(blog: PageServer) -> None:
    said = _check(blog.url("/with"), "--domain=acme.example")
    assert said.exit_code == 4
    assert "this machine" in said.output
    assert blog.requests == []


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["http://blog.example/"], "either --target URL or --domain HOST"),
        (["http://blog.example/", "--target=https://a.example", "--domain=a.example"], "either --target"),
        (["http://blog.example/", "--target=not an address"], "--target: An address has no spaces"),
        (["http://blog.example/", "--domain=a.example", "--allow-network=house"], "--allow-network"),
        (["http://blog.example/", "--domain=a.example", "--resolve=x"], "example.com:80:192.0.2.7"),
        (["blog", "--domain=a.example"], "no ending such as .com"),
        ([], "PAGE_URL"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_is_wrong(args: list[str], says: str) -> None:
    said = _check(*args)
    assert said.exit_code == 2
    assert says in said.output


def test_recorded_pages_are_judged_from_lines() -> None:
    case = {
        "id": 1,
        "page_url": "http://b.example/",
        "target": {"match": "domain", "value": "acme.example"},
        "responses": {
            "http://b.example/": {
                "status": 200,
                "headers": {},
                "body": WORDS + "<a href=//acme.example/>x</a>",
            }
        },
    }
    said = CliRunner().invoke(group, ["replay"], input=json.dumps(case) + "\n")
    assert (said.exit_code, json.loads(said.output)["verdict"]) == (0, "live_follow")
    assert CliRunner().invoke(group, ["replay"], input="rubbish\n").exit_code == 1


def _list(blog: PageServer, tmp_path: Path, *more: str) -> Result:
    rows = [
        f"http://blog.example:{blog.port}{path},https://acme.example/guide"
        for path in ("/with", "/without", "/busy")
    ]
    file = tmp_path / "links.csv"
    file.write_text("\n".join(["page,target", *rows, "no address,https://acme.example/guide"]))
    reach = (f"--resolve=blog.example:{blog.port}:127.0.0.1", "--allow-network=127.0.0.0/8")
    return CliRunner().invoke(group, ["check-list", str(file), *reach, *more])


def test_a_list_is_looked_at_row_by_row(blog: PageServer, tmp_path: Path) -> None:
    answer = _list(blog, tmp_path, "--json")
    assert answer.exit_code == 0
    told = {line["row"]: line for line in map(json.loads, answer.output.splitlines())}
    assert {row: line["result"] for row, line in told.items()} == {
        2: "found",
        3: "missing",
        4: "unreadable",
        5: "refused",
    }
    assert (told[2]["anchor"], told[2]["rel"]) == ("guide", ["nofollow"])


def test_a_list_is_told_in_words_and_as_a_table(blog: PageServer, tmp_path: Path) -> None:
    last = _list(blog, tmp_path).output.splitlines()[-1]
    assert set(last.split(", ")) == {"1 there", "1 not there", "1 could not read", "1 not usable"}
    assert '"Row","Page","Leads to","Result"' in _list(blog, tmp_path, "--csv").output


def test_a_list_that_is_a_picture_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "links.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    answer = CliRunner().invoke(group, ["check-list", str(file)])
    assert answer.exit_code == 1
    assert "a picture" in answer.output
