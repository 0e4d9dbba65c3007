"""Validation of the content and names of evidence files."""

import hashlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import override

from pledges.models import StoredFile
from pledges.models.evidence import MAX_BYTES
from pledges.workflow.uploads import Upload, read_upload, store
from tests.files import GIF, HTML, JPEG, PDF, PNG, SVG, WEBP, ZIP


def read(content: bytes, name: str) -> Upload:
    return read_upload(ContentFile(content, name=name))


def rejection(content: bytes, name: str) -> str:
    with override("en"):
        with pytest.raises(ValidationError) as error:
            read(content, name)
        return str(error.value.messages[0])


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF, "公报.pdf", "application/pdf"),
        (PNG, "scan.PNG", "image/png"),
        (JPEG, "scan.jpg", "image/jpeg"),
        (JPEG, "scan.jpeg", "image/jpeg"),
        (GIF, "chart.gif", "image/gif"),
        (WEBP, "chart.webp", "image/webp"),
        ("完成投资".encode(), "note.txt", "text/plain; charset=utf-8"),
        ("\ufeff完成,投资\r\n".encode(), "table.csv", "text/plain; charset=utf-8"),
        ("完成投资".encode("gb18030"), "note.md", "text/plain; charset=gb18030"),
        (b"BMW invested 3 < 5\tand 7 > 6", "note.txt", "text/plain; charset=utf-8"),
    ],
)
def test_type_is_detected_from_content(content: bytes, name: str, media_type: str) -> None:
    upload = read(content, name)

    assert upload == Upload(hashlib.sha256(content).hexdigest(), media_type, content, name)


@pytest.mark.parametrize("name", ["report.pdf", "report.txt", "report.html", "chart.svg"])
@pytest.mark.parametrize(
    "content",
    [
        HTML,
        SVG,
        b"\xef\xbb\xbf  <p>2025</p>",
        "完成<ScRiPt src=x>".encode("gb18030"),
        b"figures\n<svg onload=alert(1)>",
        b"<?php echo 1;",
    ],
)
def test_markup_is_rejected_whatever_its_name(content: bytes, name: str) -> None:
    assert rejection(content, name).startswith("This is HTML or other markup. Upload a PDF, an image")


@pytest.mark.parametrize(
    ("content", "found"),
    [(ZIP, ".zip"), (b"\0\1\2\3", "another kind of file"), ("投资".encode("utf-16"), "another kind of file")],
)
def test_other_type_is_rejected_with_found_and_expected_types(content: bytes, found: str) -> None:
    assert rejection(content, "report.pdf") == (
        f"This is {found}. Upload a PDF, an image (PNG, JPEG, GIF, WebP) or plain text in UTF-8 or GB18030."
    )


@pytest.mark.parametrize(
    ("text", "encoding", "characters"),
    [("Montréal", "cp1252", "閍"), ("臺灣日報", "big5", "籓"), ("镕基", "gb18030", "镕")],
)
def test_text_in_a_doubtful_encoding_is_rejected(text: str, encoding: str, characters: str) -> None:
    message = rejection(text.encode(encoding), "note.txt")
    assert message.startswith(f"Read as GB18030, this text has characters outside GB 2312: {characters}")
    assert message.endswith("Save it in UTF-8.")
    assert read(text.encode(), "note.txt").media_type == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (PNG, "scan.pdf", "The content is a PNG image, so the file name must end in .png; it is “scan.pdf”"),
        (PDF, "report.exe", "The content is a PDF, so the file name must end in .pdf; it is “report.exe”"),
        (JPEG, "scan", "The content is a JPEG image, so the file name must end in .jpg, .jpeg; it is “scan”"),
        (
            b"2025",
            "table.pdf",
            "The content is plain text, so the file name must end in .txt, .md, .csv; it is “table.pdf”",
        ),
        (PDF, "..", "it is “..”"),
        (PDF, ".pdf", "it is “.pdf”"),
    ],
)
def test_extension_must_match_content(content: bytes, name: str, message: str) -> None:
    assert message in rejection(content, name)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/cron.d/report.pdf", "report.pdf"),
        ("C:\\Users\\editor\\report.pdf", "report.pdf"),
        ("re\x00po\nrt\u202e.pdf", "report.pdf"),
        ("  2025 年 统计公报.pdf ", "2025 年 统计公报.pdf"),
        ("公" * 300 + ".pdf", "公" * 196 + ".pdf"),
    ],
)
def test_name_is_reduced_to_its_last_part(given: str, kept: str) -> None:
    assert read(PDF, given).name == kept


def test_empty_file_is_rejected() -> None:
    assert rejection(b"", "empty.txt") == "This file is empty."


@pytest.mark.slow
def test_file_of_maximum_size_is_accepted() -> None:
    assert len(read(b"2" * MAX_BYTES, "figures.txt").content) == MAX_BYTES


def test_too_large_file_is_rejected_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as sparse:
        sparse.truncate(50 * 1024 * 1024)

    class Unread(File):  # type: ignore[type-arg]
        def read(self, num_bytes: int | None = None) -> bytes:
            raise AssertionError("it was read")

    with override("en"):
        with path.open("rb") as file, pytest.raises(ValidationError) as error:
            read_upload(Unread(file, name="huge.pdf"))
        message = error.value.messages[0].replace("\xa0", " ")
    assert message == "The file has 50.0 MB; the limit is 20.0 MB."


def test_same_content_is_stored_once(db: None) -> None:
    first, second = store(read(PDF, "a.pdf")), store(read(PDF, "b.pdf"))

    assert first == second
    assert StoredFile.objects.get().size == len(PDF)
