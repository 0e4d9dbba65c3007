"""Reject files that are no CSV or XLSX, with a message that says what they are."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

import filetype
from django.utils.translation import gettext as _

from pledges.spreadsheet_import.cells import SheetError

MIB = 1024 * 1024
MAX_UNPACKED_BYTES = 300 * MIB
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ENCRYPTED = 0x1  # the flag of a ZIP entry


def reject_other_kinds(content: bytes) -> None:
    """Raise SheetError for a file that is no XLSX, and no text that may be CSV."""
    if content.startswith(ZIP):
        _reject_other_archives(content)
    elif content.startswith(OLE):
        _reject_office_file(content)
    elif found := filetype.guess(content):
        raise _other_kind(f".{found.extension}")
    else:
        start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        if start == b"<":
            raise _other_kind("HTML / XML")
        if start in {b"{", b"["}:
            raise _other_kind("JSON")


def _reject_other_archives(content: bytes) -> None:
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except BadZipFile:
        return  # the reader of XLSX reports it
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise _protected()
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        text = _("Uncompressed, the file is larger than %(size)d MiB. Remove unneeded sheets or columns.")
        raise SheetError(text % {"size": MAX_UNPACKED_BYTES // MIB})
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        raise _other_kind(".xlsb")
    if not any(name.startswith("xl/") for name in names):
        found = filetype.guess(content)
        raise _other_kind(f".{found.extension if found else 'zip'}")


def _reject_office_file(content: bytes) -> None:
    """Reject an OLE container by its streams: a protected XLSX, an XLS, or a file of another program."""
    if _has_stream(content, "EncryptedPackage"):
        raise _protected()
    if _has_stream(content, "Workbook") or _has_stream(content, "Book"):
        raise SheetError(_("This is an old Excel file (.xls). Save it as .xlsx or .csv."))
    raise _other_kind("OLE")


def _has_stream(content: bytes, name: str) -> bool:
    return name.encode("utf-16-le") in content


def _protected() -> SheetError:
    return SheetError(_("This file is protected with a password. Remove the password and save the file again."))


def _other_kind(kind: str) -> SheetError:
    text = _("This is a file of another kind (%(kind)s). Save the sheet as .xlsx or .csv and upload that file.")
    return SheetError(text % {"kind": kind})
