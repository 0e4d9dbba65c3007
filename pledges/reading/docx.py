"""Read the paragraphs and tables of a Word document."""

from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile

from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as DocxDocument
from docx.opc.exceptions import OpcError
from docx.table import Table, _Cell

from pledges.reading.page import Page, ReadingError


def read_docx(content: bytes) -> Page:
    """Return the text in its order, a row of a table as a line. Raises ReadingError for a damaged file."""
    try:
        document = Document(BytesIO(content))
        text, title = "\n".join(_lines(document)), document.core_properties.title
    except (BadZipFile, OpcError, SyntaxError, KeyError, ValueError, OSError) as error:  # lxml's are SyntaxError
        raise ReadingError(_("The Word document is damaged: it can't be opened. Save it once more.")) from error
    return Page(text, "docx", title or "")


def _lines(container: DocxDocument | _Cell) -> Iterator[str]:
    for item in container.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                cells = dict.fromkeys(row.cells)  # merged cells are listed several times
                yield "\t".join(" ".join(filter(None, _lines(cell))) for cell in cells)
        else:
            yield item.text
