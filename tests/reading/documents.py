"""Small files of each kind, with the text of a fictional county."""

from io import BytesIO
from zipfile import ZipFile

from docx import Document
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

TEXT = "云岭县今年计划实施重点项目120个，年度计划投资38.5亿元。\n力争新建改造农村公路210公里，新增城镇就业3000人。"
TRADITIONAL = (
    "雲嶺縣今年計劃實施重點項目一百二十個，年度計劃投資三十八億元。\n新建農村公路二百公里，新增城鎮就業三千人。"
)


def pdf(*pages: str, password: str = "") -> bytes:
    """Return a PDF of pages with a line of ASCII each. An empty page has no text."""
    writer = PdfWriter()
    for text in pages:
        page = writer.add_blank_page(200, 200)
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        content = DecodedStreamObject()
        content.set_data(f"BT /F1 12 Tf 10 100 Td ({text}) Tj ET".encode() if text else b"")
        page[NameObject("/Contents")] = writer._add_object(content)  # noqa: SLF001 pypdf has no other way to draw text
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def docx(text: str, row: tuple[str, ...] = (), title: str = "") -> bytes:
    """Return a document of paragraphs, with a table of one row between the first and the second."""
    document = Document()
    document.core_properties.title = title
    first, *others = text.split("\n")
    document.add_paragraph(first)
    if row:
        cells = document.add_table(1, len(row)).rows[0].cells
        for cell, content in zip(cells, row, strict=True):
            cell.text = content
    for paragraph in others:
        document.add_paragraph(paragraph)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def html(text: str, charset: str = "utf-8") -> bytes:
    paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    page = f"""<!DOCTYPE html><html><head><meta charset="{charset}"><title>云岭县工作打算</title></head><body>
        <nav><a href="/">首页</a> <a href="/news">要闻</a></nav><article><h1>云岭县工作打算</h1>{paragraphs}</article>
        <footer>版权所有</footer><script>var a = "脚本";</script></body></html>"""
    return page.encode(charset)


def archive(**parts: bytes) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return file.getvalue()
