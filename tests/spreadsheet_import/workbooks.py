"""Build XLSX files, also with contents that openpyxl does not write."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from pledges.spreadsheet_import import submission
from pledges.spreadsheet_import.preview import Preview
from pledges.spreadsheet_import.preview import preview as preview_of_sheet
from pledges.spreadsheet_import.sheets import read_sheet

HEADER = "ref,actual,unit,as_of,evidence"
LINK = "https://news.example/report"
SHEET = "xl/worksheets/sheet1.xml"


def preview(content: bytes) -> Preview:
    return preview_of_sheet(read_sheet(content))


def confirm(content: bytes, **options: Any) -> int:
    return submission.confirm(read_sheet(content), **options)


def workbook(*rows: list[Any], header: str = HEADER, change: Callable[[Any], None] | None = None) -> bytes:
    """Return a file with one sheet of these rows. `change` gets the sheet before it is saved."""
    book = Workbook()
    sheet = book.active
    sheet.title = "定稿"
    sheet.append(header.split(","))
    for row in rows:
        sheet.append(row)
    if change:
        change(sheet)
    return saved(book)


def saved(book: Any) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def replaced(content: bytes, *replacements: tuple[str, str], part: str = SHEET) -> bytes:
    """Return the file with texts of a part replaced, each of which has to be there."""
    found = parts(content)
    xml = found[part].decode().replace("<v></v>", "<v />")  # openpyxl writes the former with lxml
    for old, new in replacements:
        assert old in xml, xml
        xml = xml.replace(old, new)
    return archive(found | {part: xml.encode()})


def with_shared_string(content: bytes, text: str, xml: str) -> bytes:
    """Return the file with the cells of a text as references to a shared string with this XML.

    openpyxl writes all texts into the sheet, spreadsheet programs most of them into the shared strings.
    """
    content = replaced(content, (f't="inlineStr"><is><t>{text}</t></is>', 't="s"><v>0</v>'))
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHARED_STRINGS}"/></Types>'
    content = replaced(content, ("</Types>", override), part="[Content_Types].xml")
    return archive(
        parts(content) | {"xl/sharedStrings.xml": f'<sst xmlns="{SHEET_MAIN_NS}"><si>{xml}</si></sst>'.encode()}
    )


def parts(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archive(parts: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()
