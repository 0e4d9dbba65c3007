"""Read the text layer of a PDF."""

from io import BytesIO

from django.utils.translation import gettext as _
from pypdf import PasswordType, PdfReader
from pypdf.errors import PyPdfError

from pledges.reading.page import Page, ReadingError, protected

MAX_PAGES = 500
MAX_NAMED_PAGES = 10


def read_pdf(content: bytes) -> Page:
    """Return the text of all pages. Raises ReadingError for a PDF that is broken, encrypted, too long or a scan."""
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise protected()
        if len(reader.pages) > MAX_PAGES:
            text = _("The PDF has more than %(count)d pages. Save the pages that you need as their own file.")
            raise ReadingError(text % {"count": MAX_PAGES})
        texts = [page.extract_text().strip() for page in reader.pages]
        title = reader.metadata.title if reader.metadata else ""
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError) as error:
        # pypdf raises any of these for a broken file.
        raise ReadingError(_("The PDF is damaged: it can't be opened. Get it once more from its source.")) from error
    if not any(texts):
        raise ReadingError(_("The PDF has no text, so it is probably a scan. Enter its text by hand."))
    return Page("\n".join(filter(None, texts)), "pdf", str(title or ""), warnings=_warnings(texts))


def _warnings(texts: list[str]) -> tuple[str, ...]:
    without = [str(number) for number, text in enumerate(texts, 1) if not text]
    if not without:
        return ()
    pages = ", ".join(without[:MAX_NAMED_PAGES]) + (", …" if len(without) > MAX_NAMED_PAGES else "")
    return (_("These pages of the PDF have no text: %(pages)s.") % {"pages": pages},)
