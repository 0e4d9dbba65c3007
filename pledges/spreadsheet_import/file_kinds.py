"""Reject files that are no CSV or XLSX, with a message that says what they are."""

from zipfile import BadZipFile

import filetype
from django.utils.translation import gettext as _

from pledges.spreadsheet_import.cells import SheetError
from pledges.untrusted_files.containers import (
    MAX_UNPACKED_BYTES,
    MIB,
    OLE,
    ZIP,
    EncryptedError,
    UnpackedSizeError,
    has_stream,
    names_of_parts,
)


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
        names = names_of_parts(content)
    except BadZipFile:
        return  # the reader of XLSX reports it
    except EncryptedError as error:
        raise _protected() from error
    except UnpackedSizeError as error:
        text = _("Uncompressed, the file is larger than %(size)d MiB. Remove unneeded sheets or columns.")
        raise SheetError(text % {"size": MAX_UNPACKED_BYTES // MIB}) from error
    if "xl/workbook.bin" in names:
        raise _other_kind(".xlsb")
    if not any(name.startswith("xl/") for name in names):
        found = filetype.guess(content)
        raise _other_kind(f".{found.extension if found else 'zip'}")


def _reject_office_file(content: bytes) -> None:
    """Reject an OLE container by its streams: a protected XLSX, an XLS, or a file of another program."""
    if has_stream(content, "EncryptedPackage"):
        raise _protected()
    if has_stream(content, "Workbook") or has_stream(content, "Book"):
        raise SheetError(_("This is an old Excel file (.xls). Save it as .xlsx or .csv."))
    raise _other_kind("OLE")


def _protected() -> SheetError:
    return SheetError(_("This file is protected with a password. Remove the password and save the file again."))


def _other_kind(kind: str) -> SheetError:
    text = _("This is a file of another kind (%(kind)s). Save the sheet as .xlsx or .csv and upload that file.")
    return SheetError(text % {"kind": kind})
