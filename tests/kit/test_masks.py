"""An address is taken out of all that it may stand in, and nothing else is."""

from __future__ import annotations

import base64
import gzip
import io
import json
import quopri
import zipfile
from urllib.parse import quote

import pytest

from outreach.kit.masks import ERASED, Mask

BO = "bo.berg+seeds@wild-meadow.example"
MASK = Mask([BO])
LINE = f"Write to {BO}, he answers."


@pytest.mark.parametrize("text", [
    BO, BO.upper(), f"Bo Berg <{BO}>", f"mailto:{BO}?subject=x", f"https://wild.example/?m={quote(BO)}&x=1", f"({BO})",
    f"That is {BO}.", BO.replace("@", "&#64;").replace("+", "&#x2b;"), f"a,{BO},b", f"https://x.example/?m=%3C{quote(BO)}%3E",
])  # fmt: skip
def test_it_is_taken_out_of_text_however_it_is_spelled(text: str) -> None:
    masked = MASK.text(text)
    assert ERASED in masked
    assert "wild" not in masked.lower().replace("wild.example", "")


@pytest.mark.parametrize(
    "text",
    [f"x{BO}", f"jim.{BO}", f"{BO}.uk", f"{BO}s", "bo.berg@wild-meadow.example", "wild-meadow.example", ""],
)
def test_another_address_that_only_looks_like_it_stays(text: str) -> None:
    assert MASK.text(text) == text
    assert MASK.raw(text.encode()) == text.encode()


def test_it_is_taken_out_of_values_and_their_keys() -> None:
    assert MASK.value({BO: [1, None, {"to": LINE}]}) == {
        ERASED: [1, None, {"to": f"Write to {ERASED}, he answers."}]
    }


def _zipped(text: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", text)
    return file.getvalue()


def _unpacked(data: bytes) -> bytes:
    return zipfile.ZipFile(io.BytesIO(data)).read("xl/sharedStrings.xml")


LONG = (("Words before it, so that lines break. " * 3 + LINE + "\n") * 4).encode()


def test_it_is_taken_out_of_a_quoted_printable_mail_across_its_soft_breaks() -> None:
    for start in range(80):
        packed = quopri.encodestring(b"=" * start + LONG)
        masked = MASK.raw(packed)
        assert len(masked) == len(packed)
        assert BO.encode() not in quopri.decodestring(masked)
        assert b"he answers" in quopri.decodestring(masked)


@pytest.mark.parametrize("start", range(3))
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_it_is_taken_out_of_base64_whose_lines_stay_as_long(start: int, end: str) -> None:
    packed = base64.encodebytes(b"x" * start + b" " + LONG).replace(b"\n", end.encode())
    mail = f"Content-Transfer-Encoding: base64{end}{end}".encode() + packed + end.encode()
    masked = MASK.raw(mail)
    assert [len(line) for line in masked.splitlines()] == [len(line) for line in mail.splitlines()]
    inside = base64.b64decode(masked.split(2 * end.encode())[1])
    assert BO.encode() not in inside
    assert b"he answers" in inside


def test_it_is_taken_out_of_encoded_words_archives_and_escaped_json() -> None:
    word = b"Subject: =?utf-8?b?" + base64.b64encode(LINE.encode()) + b"?=\r\n"
    assert base64.b64encode(BO.encode())[4:-4] not in MASK.raw(word)
    assert BO.encode() not in gzip.decompress(MASK.raw(gzip.compress(LONG)))
    assert BO.encode() not in _unpacked(MASK.raw(_zipped(LONG)))
    assert BO.encode() not in _unpacked(base64.b64decode(MASK.raw(base64.encodebytes(_zipped(LONG)))))
    escaped = json.dumps({"text": f"Hi\n{BO}"}).replace("@", "\\u0040").encode()
    assert "wild" not in json.loads(MASK.raw(escaped))["text"]


@pytest.mark.parametrize(
    "data",
    [
        b"\x1f\x8bbroken",
        b"PK\x03\x04broken",
        b"\x00\xff" * 50,
        base64.encodebytes(b"\x00" * 300),
        _zipped(b"nothing"),
    ],
)
def test_what_does_not_hold_it_is_given_back_as_it_was(data: bytes) -> None:
    assert MASK.raw(data) is data or MASK.raw(data) == data


def test_the_pattern_for_the_database_fits_every_spelling() -> None:
    assert MASK.likes() == ["%bo%berg%seeds%wild%meadow%example%"]


def test_without_addresses_nothing_is_masked() -> None:
    assert Mask([]).raw(LONG) == LONG
    assert Mask([]).text(LINE) == LINE


@pytest.mark.parametrize("wide", ["utf-16", "utf-16-le", "utf-16-be"])
def test_it_is_taken_out_of_a_text_of_two_bytes_a_sign(wide: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(wide, b"")
    masked = MASK.raw(mark + f"Bo\t{BO}\tx\r\n".encode(wide))
    assert masked == mark + f"Bo\t{'x' * len(BO)}\tx\r\n".encode(wide)


@pytest.mark.parametrize(
    "spelled",
    ["bo@bücher.example", "BO@BÜCHER.EXAMPLE", "bo@xn--bcher-kva.example", "bo@b%C3%BCcher.example"],
)
def test_a_domain_is_known_in_its_own_letters(spelled: str) -> None:
    mask = Mask(["bo@xn--bcher-kva.example"])
    assert mask.text(f"to {spelled}.") == f"to {ERASED}."
    assert b"cher" not in mask.raw(spelled.encode())
    assert mask.is_in(spelled.encode())
    assert b"cher" not in mask.raw(quopri.encodestring(spelled.encode()))
