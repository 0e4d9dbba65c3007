"""Validate and store uploaded evidence files. The type is detected from the content, and the name must match it."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePath

import filetype
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from pledges.domain.gb2312 import outside_gb2312
from pledges.domain.text import clean_line, damaged_character
from pledges.locale.display_names import joined
from pledges.models import Evidence, StoredFile
from pledges.models.evidence import MAX_BYTES

TEXT = "text/plain"
EXTENSIONS = {
    "application/pdf": ("pdf",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    TEXT: ("txt", "md", "csv"),
}
ACCEPTED = ", ".join(f".{extension}" for extensions in EXTENSIONS.values() for extension in extensions)
TYPE_LABELS = {
    "application/pdf": _("a PDF"),
    "image/png": _("a PNG image"),
    "image/jpeg": _("a JPEG image"),
    "image/gif": _("a GIF image"),
    "image/webp": _("a WebP image"),
    TEXT: _("plain text"),
}
MAX_NAME_LENGTH: int = Evidence._meta.get_field("file_name").max_length or 0
ENCODINGS = ("utf-8", "gb18030")
# Text that begins with a tag, or contains one that a browser would interpret.
STARTS_WITH_TAG = re.compile(r"[\ufeff\s]*+<[!?/a-z]", re.IGNORECASE)
MARKUP = re.compile(
    r"<(?=[\s!?a-z])\s*+(!doctype|\?xml|html|head|body|script|style|svg|math|iframe|frame|object|embed|form|link|meta|img|base)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Upload:
    sha256: str
    media_type: str
    content: bytes
    name: str


def read_upload(file: "File[bytes]") -> Upload:
    """Validate an upload: a PDF, an image or plain text. Raises ValidationError for any other file.

    The size is checked before the content is read.
    """
    if file.size > MAX_BYTES:
        params = {"size": filesizeformat(file.size), "limit": filesizeformat(MAX_BYTES)}
        raise ValidationError(_("The file has %(size)s; the limit is %(limit)s."), "too_large", params)
    if not file.size:
        raise ValidationError(_("This file is empty."), "empty")
    file.seek(0)
    content = file.read()
    media_type = _media_type(content)
    name = _plain_name(file.name or "", media_type)
    return Upload(hashlib.sha256(content).hexdigest(), media_type, content, name)


def store(upload: Upload) -> StoredFile:
    """Get or create the stored file. Call this in the transaction that attaches it to evidence."""
    # An existing file is locked, because it is deleted along with the last evidence that refers to it.
    return (
        StoredFile.objects.select_for_update(no_key=True)
        .defer("content")
        .get_or_create(sha256=upload.sha256, defaults={"media_type": upload.media_type, "content": upload.content})[0]
    )


def _media_type(content: bytes) -> str:
    found = filetype.guess(content)
    if found and found.mime in EXTENSIONS:
        return str(found.mime)
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if STARTS_WITH_TAG.match(text) or MARKUP.search(text):
            raise ValidationError(
                _("This is HTML or other markup. Upload a PDF, an image (PNG, JPEG, GIF, WebP) or plain text."),
                "markup",
            )
        if not damaged_character(text):
            if encoding != "utf-8" and (characters := outside_gb2312(text)):
                raise ValidationError(
                    _("Read as GB18030, this text has characters outside GB 2312: %(characters)s. Save it in UTF-8."),
                    "doubtful_encoding",
                    {"characters": characters[:20]},
                )
            return f"{TEXT}; charset={encoding}"
    raise ValidationError(
        _("This is %(found)s. Upload a PDF, an image (PNG, JPEG, GIF, WebP) or plain text in UTF-8 or GB18030."),
        "unknown_type",
        {"found": f".{found.extension}" if found else _("another kind of file")},
    )


def _plain_name(given: str, media_type: str) -> str:
    """Return a cleaned file name without folders, shortened to the maximum length of the column.

    Raises ValidationError if its extension does not match the media type.
    """
    last = re.split(r"[/\\]", given)[-1]
    name = clean_line("".join(last.splitlines()))
    kind = media_type.partition(";")[0]
    path = PurePath(name)
    if path.suffix[1:].lower() not in EXTENSIONS[kind]:
        raise ValidationError(
            _("The content is %(found)s, so the file name must end in %(endings)s; it is “%(name)s”."),
            "wrong_ending",
            {
                "found": TYPE_LABELS[kind],
                "endings": joined(f".{ending}" for ending in EXTENSIONS[kind]),
                "name": name,
            },
        )
    return path.stem[: MAX_NAME_LENGTH - len(path.suffix)] + path.suffix
