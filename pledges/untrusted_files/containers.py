"""Recognize the containers of office files, ZIP and OLE, and refuse archives that are too large or encrypted."""

from io import BytesIO
from zipfile import ZipFile

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MIB = 1024 * 1024
MAX_UNPACKED_BYTES = 300 * MIB
_ENCRYPTED = 0x1  # the flag of a ZIP entry


class EncryptedError(Exception):
    """The file is protected with a password."""


class UnpackedSizeError(Exception):
    """Uncompressed, the parts of the archive are larger than `MAX_UNPACKED_BYTES`."""


def names_of_parts(content: bytes) -> set[str]:
    """Return the names of the parts of a ZIP archive, from its directory: nothing is unpacked.

    Raises BadZipFile, EncryptedError or UnpackedSizeError.
    """
    with ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise EncryptedError
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise UnpackedSizeError
    return {part.filename for part in parts}


def has_stream(content: bytes, name: str) -> bool:
    """Return whether an OLE container probably has a stream of this name."""
    return name.encode("utf-16-le") in content
