"""Check the rows of a sheet of pledges, and make the template for it."""

from collections import defaultdict
from collections.abc import Sequence
from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from pledges.importer.drafts import MAX_PLEDGES, add_drafts
from pledges.importer.file_entry import FileEntry
from pledges.importer.file_problems import LoadError
from pledges.models import District, Metric, Unit
from pledges.spreadsheet_import.pledge_rows import CHOICES, HEADINGS, PledgeRow
from pledges.spreadsheet_import.rows import CellProblem


def entries(rows: Sequence[PledgeRow]) -> list[FileEntry]:
    return [FileEntry("", row.number, row.fields, {}, {}) for row in rows]


def checked(rows: list[PledgeRow]) -> list[PledgeRow]:
    """Add to the rows the problems with which they can't be added, and to the others their references."""
    if len(rows) > MAX_PLEDGES:
        text = _("at most %(count)d rows; split the file") % {"count": MAX_PLEDGES}
        rows[MAX_PLEDGES].problems.append(CellProblem("", "", text))
        return rows
    readable = [row for row in rows if not row.problems]
    found: defaultdict[int, list[CellProblem]] = defaultdict(list)
    refs: list[str] = []
    while readable and not refs:  # what is wrong only between rows is found once each row is right
        try:
            refs = add_drafts(entries(readable), check=True)
        except LoadError as error:
            for problem in error.problems.kept:
                heading = str(HEADINGS.get(problem.field, problem.field))
                found[problem.line].append(CellProblem(heading, "", problem.message))
            readable = [row for row in readable if row.number not in found]
    for row in rows:
        row.problems += found[row.number]
    for row, ref in zip(readable, refs, strict=True):
        row.ref = ref
    return rows


def headings() -> list[str]:
    return [str(heading) for heading in HEADINGS.values()]


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
