import io
import zipfile

import pytest

from outreach.mail.attachments import MOST_BYTES, UnfitFile, clean_name, judge, kind_of, refuse_too_many

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
PDF = b"%PDF-1.7\n%more"


def packed(*names: str, **contents: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as found:
        for name in names:
            found.writestr(name, contents.get(name, b"x"))
    return out.getvalue()


WORD = packed("[Content_Types].xml", "word/document.xml")
MACROS = packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
OPEN = packed("mimetype", "content.xml", mimetype=b"application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("offer.pdf", PDF, "application/pdf"),
        ("seeds.PNG", PNG, "image/png"),
        ("a.jpeg", b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        ("draft.docx", WORD, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("draft.odt", OPEN, "application/vnd.oasis.opendocument.text"),
        ("notes.txt", "Grüße\n".encode(), "text/plain"),
        ("figures.csv", b"a,b\r\n1,2\r\n", "text/csv"),
    ],
)
def test_a_file_that_is_what_it_says_goes_along(name: str, content: bytes, kind: str) -> None:
    assert judge(name, content).type == kind


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("offer.pdf", PNG, "says that it is a PDF document, but it holds: PNG picture"),
        ("photo.jpg", b"MZ\x90\0", "holds: program"),
        ("list.txt", b"#!/bin/sh\nrm", "holds: script"),
        ("list.txt", b"<!DOCTYPE html><script>", "file of another kind"),
        ("list.csv", b"a,b\0c", "file of another kind"),
        ("draft.docx", MACROS, "document with macros"),
        ("draft.docx", packed("payload.exe"), "holds: archive"),
        ("draft.docx", b"PK\x03\x04broken", "broken archive"),
        ("draft.xlsx", WORD, "Word document"),
        ("run.exe", b"MZ", "of no kind that letters carry"),
        ("page.html", b"<p>", "of no kind that letters carry"),
        ("picture.svg", b"<svg/>", "of no kind that letters carry"),
        ("empty.pdf", b"", "is empty"),
        ("noending", b"text", "of no kind that letters carry"),
    ],
)
def test_a_file_that_lies_about_its_type_is_refused(name: str, content: bytes, words: str) -> None:
    with pytest.raises(UnfitFile, match=words):
        judge(name, content)


def test_ten_megabytes_in_all_and_ten_files_are_the_most() -> None:
    refuse_too_many([MOST_BYTES // 2, MOST_BYTES // 2])
    with pytest.raises(UnfitFile, match="10 MB in all"):
        refuse_too_many([MOST_BYTES // 2, MOST_BYTES // 2 + 1])
    with pytest.raises(UnfitFile, match="At most 10 files"):
        refuse_too_many([1] * 11)
    with pytest.raises(UnfitFile, match="larger than 10 MB"):
        judge("large.txt", b"x" * (MOST_BYTES + 1))


@pytest.mark.parametrize(
    ("hostile", "clean"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Windows\\offer.pdf", "offer.pdf"),
        ("a\r\nBcc: x@y.example\r\n.pdf", "aBcc x@y.example.pdf"),
        ("photo\u202egpj.exe.pdf", "photogpj.exe.pdf"),
        ('off"er;*.pdf', "offer.pdf"),
        ("  ..hidden.txt. ", "hidden.txt"),
        ("CON.txt", "file-CON.txt"),
        ("", "file"),
        ("\0\0", "file"),
        ("Brötchen für Bo.pdf", "Brötchen für Bo.pdf"),
        ("\ud800.pdf", "file.pdf"),
    ],
)
def test_hostile_names_are_cleaned(hostile: str, clean: str) -> None:
    assert clean_name(hostile) == clean


def test_a_name_stays_short_and_keeps_its_ending() -> None:
    assert clean_name("x" * 500 + ".pdf") == "x" * 96 + ".pdf"


def test_a_zip_of_many_entries_costs_little() -> None:
    assert kind_of(packed(*(f"f{number}" for number in range(6_000)))) == "archive"
