"""`outreach mail`: judge mails and their HTML from files, without a database."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from outreach.reading.cli import mail
from tests.letter.bounces import postfix
from tests.letter.test_auto_reply import written

FIELDS = ["file", "kind", "severity", "recipients", "original_message_id", "return_on", "reply_text", "why"]


def told(*files: Path) -> list[dict[str, object]]:
    result = CliRunner().invoke(mail, ["read", "--json", *map(str, files)])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_each_file_is_one_line_with_all_fields(tmp_path: Path) -> None:
    (tmp_path / "bounce.eml").write_text(postfix("550 5.1.1 user unknown", "5.1.1"))
    (tmp_path / "answer.eml").write_bytes(written("Re: roses", "Yes.\n\n> our question"))
    bounce, answer = told(tmp_path / "bounce.eml", tmp_path / "answer.eml")
    assert list(bounce) == FIELDS == list(answer)
    assert (bounce["kind"], bounce["severity"], bounce["original_message_id"]) == (
        "bounce",
        "hard",
        "<letter-1@roses.example>",
    )
    assert bounce["recipients"] == [
        {"address": "bo@garden.example", "status": "5.1.1", "action": "failed", "severity": "hard"}
    ]
    assert (answer["kind"], answer["severity"], answer["return_on"]) == ("human", None, None)


def test_what_cannot_be_read_is_unparsed_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "noise.eml").write_bytes(bytes(range(256)))
    (tmp_path / "empty.eml").write_bytes(b"")
    lines = told(tmp_path / "noise.eml", tmp_path / "empty.eml", tmp_path / "missing.eml", tmp_path)
    assert [line["kind"] for line in lines] == ["unparsed"] * 4
    assert "No such file" in str(lines[2]["why"])


def test_the_day_of_return_is_a_day(tmp_path: Path) -> None:
    (tmp_path / "away.eml").write_bytes(written("Automatic reply: roses", "I am away until 12 May 2026."))
    assert told(tmp_path / "away.eml")[0]["return_on"] == "2026-05-12"


def test_html_is_printed_as_it_would_be_shown() -> None:
    source = '<p onclick="x()">Yes <script>x()</script><img src="https://t.example/pixel"></p>'
    result = CliRunner().invoke(mail, ["html"], input=source)
    assert (result.exit_code, result.output.strip()) == (0, "<p>Yes <img></p>")


def test_html_in_another_charset_is_read() -> None:
    result = CliRunner().invoke(mail, ["html"], input="<p>Grüße</p>".encode("latin-1"))
    assert result.output.strip() == "<p>Grüße</p>"


def test_of_a_whole_mail_its_html_part_is_shown() -> None:
    raw = b"From: bo@garden.example\r\nContent-Type: text/html\r\n\r\n<p>Yes <script>x()</script></p>"
    assert CliRunner().invoke(mail, ["html"], input=raw).output.strip() == "<p>Yes </p>"


def test_our_letter_that_they_quote_without_marks_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("We keep a list of 240 old kinds with their scents.\n")
    text = "Gladly.\n\nWe keep a list of 240 old kinds with\ntheir scents.\n"
    (tmp_path / "answer.eml").write_bytes(written("Re: roses", text))
    arguments = ["read", "--json", "--sent", str(tmp_path / "letter.txt"), str(tmp_path / "answer.eml")]
    assert json.loads(CliRunner().invoke(mail, arguments).output)["reply_text"] == "Gladly."


BAD = {
    "an unknown charset": b"From: bo@garden.example\r\nContent-Type: text/plain; charset=x-none\r\n\r\nGr\xfc\xdfe\r\n",
    "long headers": b"From: bo@garden.example\r\nX-Long: " + b"a" * 100_000 + b"\r\n\r\nYes\r\n",
    "nested divs": b"From: bo@garden.example\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 20_000 + b"Yes",
    "no date, From or Message-ID": b"Subject: Re: roses\r\n\r\nYes\r\n",
    "mails in mails": b"From: bo@garden.example\r\n"
    + b"Content-Type: message/rfc822\r\n\r\n" * 1_000
    + b"Yes",
}


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD.keys())
def test_bad_mail_is_read_all_the_same(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "bad.eml").write_bytes(raw)
    [line] = told(tmp_path / "bad.eml")
    assert line["kind"] == "human"
    assert line["reply_text"]
