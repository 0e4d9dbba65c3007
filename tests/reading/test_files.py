"""Files of all kinds give their text, or an error that says what to do."""

import pytest
from django.utils import translation

from pledges.reading import files, pdf
from pledges.reading.files import read_file
from pledges.reading.page import ReadingError
from pledges.reading.uploaded_files import read_uploaded_file
from pledges.untrusted_files import containers

from . import documents
from .documents import TEXT, TRADITIONAL

LINES = TEXT.split("\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
@pytest.mark.parametrize("text", [TEXT, TRADITIONAL])
def test_text_is_read_in_its_encoding(text: str, encoding: str) -> None:
    page = read_file(text.replace("\n", "\r\n").encode(encoding))
    assert page.text == text
    assert page.encoding.lower() == encoding.removesuffix("-sig").removesuffix("-le")
    assert bool(page.warnings) == (page.encoding != "UTF-8")


def test_big5_is_told_from_gb18030() -> None:
    page = read_file(TRADITIONAL.encode("big5"))
    assert (page.text, page.encoding) == (TRADITIONAL, "Big5")


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_article_of_a_web_page_is_read_without_navigation(charset: str) -> None:
    page = read_file(documents.html(TEXT, charset))
    assert (page.format, page.title, page.encoding.lower()) == ("html", "云岭县工作打算", charset)
    assert all(line in page.text for line in LINES)
    assert not any(other in page.text for other in ("要闻", "版权", "脚本"))


def test_word_document_is_read_with_its_tables_in_place() -> None:
    page = read_file(documents.docx(TEXT, row=("指标", "38.5亿元"), title="工作打算"))
    assert (page.format, page.title) == ("docx", "工作打算")
    assert page.text.split("\n") == [LINES[0], "指标\t38.5亿元", LINES[1]]


@pytest.mark.usefixtures("english")
def test_pdf_is_read_and_pages_without_text_are_named() -> None:
    page = read_file(documents.pdf("120 projects", "", "38.5 million"))
    assert (page.format, page.text) == ("pdf", "120 projects\n38.5 million")
    assert page.warnings == ("These pages of the PDF have no text: 2.",)


ERRORS = {
    "empty": (b"", "The file is empty"),
    "blank": (b" \n ", "The file has no text"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(20), "another kind (.png)"),
    "bytes": (b"\xff\xff\xff", "no text in UTF-8"),
    "scan": (documents.pdf("", ""), "probably a scan"),
    "protected PDF": (documents.pdf("a", password="secret"), "protected with a password"),
    "damaged PDF": (b"%PDF-1.7\n" + b"<<[" * 50, "The PDF is damaged"),
    "truncated PDF": (documents.pdf("a")[:200], "The PDF is damaged"),
    "truncated DOCX": (documents.docx("a")[:2000], "The Word document is damaged"),
    "empty DOCX": (documents.archive(**{"word/document.xml": b""}), "The Word document is damaged"),
    "other archive": (documents.archive(**{"a.txt": b"a"}), "another kind (.zip)"),
    "old Word file": (containers.OLE + "WordDocument".encode("utf-16-le"), "an old Word file (.doc)"),
    "protected DOCX": (containers.OLE + "EncryptedPackage".encode("utf-16-le"), "protected with a password"),
}


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.usefixtures("english")
def test_unreadable_file_gives_an_error(name: str) -> None:
    content, message = ERRORS[name]
    with pytest.raises(ReadingError) as error:
        read_file(content)
    assert message in str(error.value)


@pytest.mark.usefixtures("english")
def test_file_beyond_the_limits_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 1)
    with pytest.raises(ReadingError, match="more than 1 pages"):
        read_file(documents.pdf("a", "b"))
    monkeypatch.setattr(files, "MAX_LENGTH", 10)
    with pytest.raises(ReadingError, match="more than 10 characters"):
        read_file(TEXT.encode())
    monkeypatch.setattr(containers, "MAX_UNPACKED_BYTES", 10)
    with pytest.raises(ReadingError, match="Uncompressed"):
        read_file(documents.docx(TEXT))
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    with pytest.raises(ReadingError, match="too large"):
        read_file(TEXT.encode())


@pytest.mark.slow
def test_uploaded_file_is_read_by_another_process() -> None:
    assert read_uploaded_file(documents.docx(TEXT)).text == TEXT
    with translation.override("zh-hans"), pytest.raises(ReadingError, match="文件没有文字"):
        read_uploaded_file(b" ")
