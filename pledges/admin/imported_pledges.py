"""Check the rows of a sheet of pledges, and make the template for it."""

from collections.abc import Sequence
from hashlib import sha256
from io import BytesIO

from django.contrib.auth.models import AnonymousUser, User
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from pledges.importer.drafts import MAX_PLEDGES, Draft, add_drafts
from pledges.importer.file_entry import FileEntry
from pledges.importer.file_problems import LoadError
from pledges.locale.display_names import joined_first
from pledges.models import District, Metric, Unit
from pledges.spreadsheet_import.pledge_rows import CHOICES, HEADINGS, REQUIRED, PledgeRow
from pledges.spreadsheet_import.rows import CellProblem


def entries(rows: Sequence[PledgeRow]) -> list[FileEntry]:
    readable = ({name: text for name, text in row.fields.items() if name not in row.unreadable} for row in rows)
    return [FileEntry("", row.number, fields, {}, {}) for row, fields in zip(rows, readable, strict=True)]


def checked(rows: list[PledgeRow], *, by: User | AnonymousUser) -> list[PledgeRow]:
    """Add to the rows the problems with which they can't be added, to the others their references and warnings."""
    if len(rows) > MAX_PLEDGES:
        text = _("at most %(count)d rows; split the file") % {"count": MAX_PLEDGES}
        rows[MAX_PLEDGES].problems.append(CellProblem("", "", text))
        return rows
    candidates = rows
    drafts: list[Draft] = []
    while candidates and not drafts:  # what is wrong only between rows is found once each row is right
        try:
            drafts = add_drafts(entries(candidates), by=by, check=True)
        except LoadError as error:
            _add_problems(rows, error)
        if any(row.problems for row in candidates):
            candidates, drafts = [row for row in candidates if not row.problems], []
    for row, draft in zip(candidates, drafts, strict=True):
        row.ref, row.warnings = draft.ref, draft.warnings
    return rows


def confirmations(rows: Sequence[PledgeRow]) -> dict[int, list[str]]:
    """Return the keys of the warnings about each row, by its number."""
    return {row.number: [warning.key for warning in row.warnings] for row in rows if row.warnings}


def digest_of_warnings(rows: Sequence[PledgeRow]) -> str:
    """Return a text that is the same if the warnings are the same."""
    return sha256(repr(confirmations(rows)).encode()).hexdigest()


def _add_problems(rows: Sequence[PledgeRow], error: LoadError) -> None:
    """Add the problems of a rejected load to its rows, without what follows from cells that can't be read."""
    by_number = {row.number: row for row in rows}
    for problem in error.problems.kept:
        row = by_number[problem.line]
        if problem.field not in row.unreadable:
            heading = str(HEADINGS.get(problem.field, problem.field))
            row.problems.append(CellProblem(heading, "", problem.message))


def headings() -> list[str]:
    return [str(heading) for heading in HEADINGS.values()]


def required_headings() -> str:
    return joined_first((str(HEADINGS[field]) for field in REQUIRED), len(REQUIRED))


def template() -> bytes:
    """Return a workbook whose second sheet has the names of the record, from which cells of the first are chosen."""
    book = Workbook()
    sheet, names = book.worksheets[0], book.create_sheet(_("Names"))
    sheet.title, sheet.freeze_panes = _("pledges"), "A2"
    fields = list(HEADINGS)
    sheet.append(headings())
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, (field, values) in enumerate(choices().items(), start=1):
        letter = get_column_letter(number)
        for row, value in enumerate([str(HEADINGS[field]), *values], start=1):
            names.cell(row, number, value)
        listed = DataValidation(
            type="list",
            formula1=f"'{names.title}'!${letter}$2:${letter}${len(values) + 1}",
            showErrorMessage=False,  # other spellings are found, too
        )
        column = get_column_letter(fields.index(field) + 1)
        listed.add(f"{column}2:{column}{MAX_PLEDGES + 1}")
        sheet.add_data_validation(listed)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def choices() -> dict[str, list[str]]:
    """Return the names and labels that a cell of each of these fields can have."""
    labels = {field: [str(label) for label in kinds.labels] for field, kinds in CHOICES.items()}
    districts = list(District.objects.filter(pledges__isnull=False).distinct().values_list("name", flat=True))
    return labels | {
        "district": districts or ["—"],
        "metric": list(Metric.objects.order_by("name").values_list("name", flat=True)),
        "unit": list(Unit.objects.order_by("dimension", "symbol").values_list("symbol", flat=True)),
    }
