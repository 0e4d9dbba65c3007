"""Read the text of a file of any supported kind, which its content decides, not its name."""

from zipfile import BadZipFile

import filetype
from django.utils.translation import gettext as _

from pledges.domain.text import clean_text
from pledges.reading.encodings import UTF_8, decode
from pledges.reading.page import Page, ReadingError, protected
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

MAX_BYTES = 20 * MIB
MAX_LENGTH = 500_000  # characters; the longest government reports have 40,000


def read_file(content: bytes) -> Page:
    """Return the text of a file, cleaned as all texts of the record are. Raises ReadingError.

    A hostile file can take any time and memory; `uploaded_files` reads it within limits. The libraries are imported
    here, because each takes up to a second.
    """
    check_size(len(content))
    page = _read(content)
    text = clean_text(page.text)
    if not text:
        raise ReadingError(_("The file has no text."))
    if len(text) > MAX_LENGTH:
        message = _("The text has more than %(count)d characters. Save the part that you need as its own file.")
        raise ReadingError(message % {"count": MAX_LENGTH})
    return Page(text, page.format, " ".join(page.title.split()), page.encoding, page.warnings)


def check_size(size: int) -> None:
    """Raise ReadingError if a file is empty or too large."""
    if not size:
        raise ReadingError(_("The file is empty."))
    if size > MAX_BYTES:
        raise ReadingError(_("The file is too large: at most %(size)d MiB.") % {"size": MAX_BYTES // MIB})


def _read(content: bytes) -> Page:
    if content.startswith(ZIP):
        _reject_other_archives(content)
        from pledges.reading.docx import read_docx

        return read_docx(content)
    if b"%PDF-" in content[:1024]:
        from pledges.reading.pdf import read_pdf

        return read_pdf(content)
    if content.startswith(OLE):
        _reject_office_file(content)
    if found := filetype.guess(content):
        raise _other_kind(f".{found.extension}")
    try:
        return _read_text(content)
    except UnicodeError as error:
        raise ReadingError(_("The file is no text in UTF-8, UTF-16, GB18030 or Big5, and no PDF or DOCX.")) from error


def _read_text(content: bytes) -> Page:
    from pledges.reading.html import is_html, read_html

    if is_html(content):
        return read_html(content)
    text, encoding = decode(content)
    return Page(text, "text", encoding=encoding, warnings=_encoding_warnings(encoding))


def _encoding_warnings(encoding: str) -> tuple[str, ...]:
    text = _("The text was read as %(encoding)s. Check that its characters are right.")
    return () if encoding == UTF_8 else (text % {"encoding": encoding},)


def _reject_other_archives(content: bytes) -> None:
    try:
        names = names_of_parts(content)
    except BadZipFile:
        return  # the reader of DOCX reports it
    except EncryptedError as error:
        raise protected() from error
    except UnpackedSizeError as error:
        text = _("Uncompressed, the file is larger than %(size)d MiB. Save the part that you need as its own file.")
        raise ReadingError(text % {"size": MAX_UNPACKED_BYTES // MIB}) from error
    if "word/document.xml" not in names:
        found = filetype.guess(content)
        raise _other_kind(f".{found.extension if found else 'zip'}")


def _reject_office_file(content: bytes) -> None:
    if has_stream(content, "EncryptedPackage"):
        raise protected()
    if has_stream(content, "WordDocument"):
        raise ReadingError(_("This is an old Word file (.doc). Save it as .docx or .pdf."))
    raise _other_kind("OLE")


def _other_kind(kind: str) -> ReadingError:
    text = _("This is a file of another kind (%(kind)s). Text, HTML, PDF and DOCX can be read.")
    return ReadingError(text % {"kind": kind})
