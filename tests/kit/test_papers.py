"""Files that people hand in; more of it in tests/mail/test_attachments.py."""

from __future__ import annotations

import io
import zipfile

import pytest

from outreach.kit.papers import UnfitFile, clean_name, judge, kind_of

PDF = b"%PDF-1.7\n%more\n"
GIF = b"GIF89a\x01\x00\x01\x00"
TYPES = "[Content_Types].xml"  # what an Office document begins with
MEGABYTE = 2**20


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as found:
        for name, content in parts.items():
            found.writestr(name, content)
    return out.getvalue()


def bomb() -> bytes:
    """A Word document of 100 kB that says it unpacks to 100 MB."""
    return packed({TYPES: b"<Types/>", "word/document.xml": bytes(100 * MEGABYTE)})


def many_parts(claimed: int) -> bytes:
    """An archive whose end says that it has so many parts."""
    whole = bytearray(packed({TYPES: b"", "word/document.xml": b"x"}))
    end = whole.rindex(b"PK\x05\x06")
    whole[end + 10 : end + 12] = claimed.to_bytes(2, "little")
    return bytes(whole)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("draft.docx", bomb(), "archive that swells without measure"),
        ("draft.docx", many_parts(60_000), "holds: archive"),
        ("draft.pdf", PDF + packed({"a": b"x"}), "PDF document that is an archive as well"),
        ("photo.gif", GIF + b"/*<script>alert(1)</script>*/", "GIF picture that is a page as well"),
        ("photo.png", GIF, "it holds: GIF picture"),
        ("draft.pdf", b"\n\n<html><script>1</script>", "it holds: file of another kind"),
        ("draft.docx", PDF, "it holds: PDF document"),
        ("draft.docx", packed({"../../etc/cron.d/x": b"x"}), "it holds: archive"),
        ("draft.docx", packed({TYPES: b"", "word/document.xml": b"", "word/vbaProject.bin": b""}), "macros"),
        ("draft.zip", packed({"a": b"x"}), "of no kind that is kept here"),
        ("draft.pdf.exe", b"MZ", "of no kind that is kept here"),
        ("draft.pdf.html", b"<p>", "of no kind that is kept here"),
        ("draft.pdf.svg", b"<svg/>", "of no kind that is kept here"),
        ("draft.txt", b"a" * (MEGABYTE + 1), "is larger than 1 MB"),
    ],
)  # fmt: skip
def test_a_file_that_lies_about_itself_is_refused(name: str, content: bytes, words: str) -> None:
    with pytest.raises(UnfitFile, match=words.replace("(", r"\(")):
        judge(name, content, most=MEGABYTE, whither="is kept here")


def test_a_long_document_of_much_white_is_no_bomb() -> None:
    assert (
        kind_of(packed({TYPES: b"<Types/>", "word/document.xml": b"<w:p/>" * 1_000_000})) == "Word document"
    )


@pytest.mark.parametrize(
    "hostile",
    ["~root", "/proc/self/environ", "..;/admin", "‥/x", "..%2f..%2fetc%2fpasswd", "a/../../x", "..%252f..%252fetc%252fpasswd",
     "..\\..\\x", 'attachment; filename="x".exe', "%c0%ae%c0%ae/", "draft\u202efdp.exe", "a\r\nSet-Cookie: x", "nul", "x\0.pdf"],
)  # fmt: skip
def test_a_name_with_a_path_is_a_name(hostile: str) -> None:
    clean = clean_name(hostile)
    assert clean
    assert not set(clean) & set('/\\"\r\n\0\u202e;')
    assert clean not in (".", "..")
