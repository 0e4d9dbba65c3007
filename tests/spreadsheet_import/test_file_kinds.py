"""Files that are no CSV or XLSX get a message about the file."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.utils import translation

from pledges.spreadsheet_import.cells import SheetError
from pledges.spreadsheet_import.sheets import read_sheet
from tests.spreadsheet_import.workbooks import workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with translation.override("en"):
        yield


def message(content: bytes) -> str:
    with pytest.raises(SheetError) as error:
        list(read_sheet(content).rows)
    (reason,) = error.value.reasons
    return reason


def archive(**parts: str) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as written:
        for name, text in parts.items():
            written.writestr(name.replace("__", "/").replace("_", "."), text)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", ".pdf"),
        ("%PDF-1.4\n中文".encode(), ".pdf"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", ".png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", ".jpg"),
        (b"{\\rtf1\\ansi 1}", ".rtf"),
        (b"\x1f\x8b\x08\x00\x00\x00", ".gz"),
        ("<html><table><tr><td>编号".encode(), "HTML / XML"),
        (b"\xef\xbb\xbf\r\n<?xml version='1.0'?><Workbook/>", "HTML / XML"),
        (b'{"ref": "a"}', "JSON"),
        (b"[1]", "JSON"),
        (archive(xl__workbook_bin="x"), ".xlsb"),
        (archive(word__document_xml="x"), ".docx"),
        (archive(readme_txt="x"), ".zip"),
        (OLE + "WordDocument".encode("utf-16-le"), "OLE"),
    ],
)
def test_other_file_is_named(content: bytes, kind: str) -> None:
    assert message(content) == (
        f"This is a file of another kind ({kind}). Save the sheet as .xlsx or .csv and upload that file."
    )


def test_protected_file_is_named() -> None:
    expected = "This file is protected with a password. Remove the password and save the file again."
    assert message(OLE + "EncryptedPackage".encode("utf-16-le")) == expected
    content = bytearray(archive(xl__workbook_xml="x"))
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag in the central directory
    assert message(bytes(content)) == expected


@pytest.mark.parametrize("stream", ["Workbook", "Book"])
def test_old_excel_file_is_named(stream: str) -> None:
    assert "old Excel file" in message(OLE + stream.encode("utf-16-le"))


@pytest.mark.parametrize(
    "content",
    [b"ref,actual\x00", b"ref\x01,actual\n1", b"\xff\xff\xff\xff", "ref".encode("utf-16")[:-1], "ref".encode("utf-32")],
)
def test_binary_file_is_no_text(content: bytes) -> None:
    assert message(content) == "The file is neither XLSX nor text in UTF-8, UTF-16 or GB18030."


@pytest.mark.parametrize("content", [b"PK\x03\x04 no archive", workbook(["x"])[:-100]])
def test_damaged_workbook_is_named(content: bytes) -> None:
    assert message(content) == "This XLSX file can't be read."
