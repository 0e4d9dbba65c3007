"""Read the candidate commitments of a text."""

from pledges.extraction.candidate import Candidate
from pledges.extraction.indicators import find_rows, read_row
from pledges.extraction.lexicon import Lexicon
from pledges.extraction.page import Page
from pledges.extraction.paragraphs import HINT, Context, ParagraphReader
from pledges.extraction.repeats import refuse_repeats
from pledges.extraction.sections import sections
from pledges.extraction.speakers import Speakers
from pledges.extraction.times import find_limits, plan_year_of


class Reader:
    """Reads texts with one lexicon. It keeps no state between texts."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def read(self, text: str, *, date: str = "", place: str = "", kind: str = "") -> list[Candidate]:
        """Return the candidates of a text in order, refused ones as well: see `Candidate.is_commitment`.

        `date` is an ISO date, month, year or interval, `kind` a word such as 工作报告. All but the text are optional.
        """
        page = Page(text, self.lexicon.folds)
        if not page.paragraphs:
            return []
        plan_year, month = plan_year_of(page.text, date)
        context = Context(self.lexicon, page, Speakers(page, place, self.lexicon.places), plan_year, month)
        speakers = context.speakers
        limits = list(find_limits(page, plan_year, month))
        rows = {row.start: columns for row, columns in find_rows(page, plan_year)}
        found: list[Candidate] = []
        for paragraph, section in zip(
            page.paragraphs,
            sections(
                page, plan_year, month, kind, is_interview=speakers.is_interview, has_speakers=speakers.has_persons
            ),
            strict=True,
        ):
            if columns := rows.get(paragraph.start):
                found += read_row(page, paragraph, columns, self.lexicon, speakers)
            elif HINT.search(page.text, paragraph.start, paragraph.end):
                limit = next((time for start, end, time in limits if start <= paragraph.start < end), None)
                found += ParagraphReader(context, section, limit).candidates(paragraph)
        refuse_repeats(found)
        return found
