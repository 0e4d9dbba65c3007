"""The five pages of the shipped record, read from their texts alone, and reports that only plan or only review."""

import pytest
from django.conf import settings

from pledges.extraction.reader import Reader
from pledges.extraction.scoring import Score, compare
from pledges.reading.expected import recorded_pages

TEXTS = settings.BASE_DIR.parent / "shared" / "seeds"

pytestmark = pytest.mark.skipif(not TEXTS.is_dir(), reason=f"the texts of the pages are not in {TEXTS}")


def test_pages_are_read_as_recorded(reader: Reader) -> None:
    total, without_damaged = Score(), Score()
    for page in recorded_pages(settings.BASE_DIR / "seeds" / "hohhot", TEXTS):
        candidates = reader.read(page.text, date=page.date, place="呼和浩特市")
        score = compare([one for one in candidates if one.is_commitment], page.expected).score
        total.add(score)
        if not page.document.startswith("003"):
            without_damaged.add(score)
    assert total.f1 >= 0.95
    assert total.share("vub") >= 0.95
    assert total.share("record") >= 0.90
    assert total.share("place") >= 0.90
    assert without_damaged.share("speaker") >= 0.95
