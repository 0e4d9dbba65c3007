"""Files as proof: what a file is, is told by its content, and its name must fit that."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath

import filetype
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from pledges.models import Evidence, StoredFile
from pledges.models.evidence import MAX_BYTES

TEXT = "text/plain"
ENDINGS = {
    "application/pdf": ("pdf",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    TEXT: ("txt", "md", "csv"),
}
ACCEPTED = ", ".join(f".{ending}" for endings in ENDINGS.values() for ending in endings)
KINDS = {
    "application/pdf": _("a PDF"),
    "image/png": _("a PNG image"),
    "image/jpeg": _("a JPEG image"),
    "image/gif": _("a GIF image"),
    "image/webp": _("a WebP image"),
    TEXT: _("plain text"),
}
LONGEST_NAME: int = Evidence._meta.get_field("file_name").max_length or 0
ENCODINGS = ("utf-8", "gb18030")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")  # but tabs and ends of lines and pages
# Something that begins with a tag, or that holds one which a browser would obey.
MARKUP = re.compile(
    r"\A[\ufeff\s]*<[!?/a-z]"
    r"|<\s*(!doctype|\?xml|html|head|body|script|style|svg|math|iframe|frame|object|embed|form|link|meta|img|base)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Upload:
    sha256: str
    media_type: str
    content: bytes
    name: str


def read_upload(file: "File[bytes]") -> Upload:
    """What was uploaded: a PDF, an image or plain text under a plain name; ValidationError where it is anything else.

    The size is looked at before the content is read.
    """
    if file.size > MAX_BYTES:
        told = {"size": filesizeformat(file.size), "limit": filesizeformat(MAX_BYTES)}
        raise ValidationError(_("This file has %(size)s; at most %(limit)s are accepted."), "too_large", told)
    if not file.size:
        raise ValidationError(_("This file is empty."), "empty")
    file.seek(0)
    content = file.read()
    media_type = _media_type(content)
    name = _plain_name(file.name or "", media_type)
    return Upload(hashlib.sha256(content).hexdigest(), media_type, content, name)


def store(upload: Upload) -> StoredFile:
    """The stored file of that content; call it in the transaction that attaches it to evidence."""
    # Locked where it is there already: who takes away the last evidence that uses it can't take it away from us.
    return (
        StoredFile.objects.select_for_update(no_key=True)
        .defer("content")
        .get_or_create(sha256=upload.sha256, defaults={"media_type": upload.media_type, "content": upload.content})[0]
    )


def _media_type(content: bytes) -> str:
    found = filetype.guess(content)
    if found and found.mime in ENDINGS:
        return str(found.mime)
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if MARKUP.search(text):
            raise ValidationError(
                _("This is HTML or another markup; a PDF, an image (PNG, JPEG, GIF, WebP) or plain text is expected."),
                "markup",
            )
        if not CONTROL.search(text):
            return f"{TEXT}; charset={encoding}"
    raise ValidationError(
        _("This is %(found)s; a PDF, an image (PNG, JPEG, GIF, WebP) or plain text in UTF-8 or GB18030 is expected."),
        "unknown_type",
        {"found": f".{found.extension}" if found else _("a file of another kind")},
    )


def _plain_name(given: str, media_type: str) -> str:
    """The last part of a path without control characters, short enough, with an ending that fits the content."""
    last = re.split(r"[/\\]", given)[-1]
    name = "".join(character for character in last if unicodedata.category(character)[0] != "C").strip()
    kind = media_type.partition(";")[0]
    path = PurePath(name)
    if path.suffix[1:].lower() not in ENDINGS[kind]:
        raise ValidationError(
            _("By its content this is %(found)s, so its name must end in %(endings)s; it is “%(name)s”."),
            "wrong_ending",
            {"found": KINDS[kind], "endings": ", ".join(f".{ending}" for ending in ENDINGS[kind]), "name": name},
        )
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix
