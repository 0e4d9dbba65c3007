"""Let amounts of money be in the currency of the record, instead of 元."""

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from pledges.importer.file_problems import FileProblem, FileProblems
from pledges.importer.record_file import RecordFile
from pledges.importer.reference.entries import KINDS, UnitEntry
from pledges.importer.reference.validation import ReferenceRows, Row
from pledges.models import Metric, Unit

MONEY = "money"


def use_currency(found: ReferenceRows, record: RecordFile, problems: FileProblems) -> None:
    """Make the currency the base unit of the dimension `money`, and leave out the shipped units of 元.

    If it is shipped with a dimension of its own, such as 美元, all units of that dimension become units of money. Other
    units, such as millions, are in the record's `units.yaml`. Units of 元 that an earlier load has added are deleted. A
    problem says if pledges use them. Metrics of which a unit of 元 is the usual one have no usual unit then.
    """
    if record.currency == RecordFile.currency:
        return
    units, dimensions = found.rows["units"], found.rows["dimensions"]
    dimensions[MONEY].values["base_unit"] = record.currency
    left_out = [key for key, row in units.items() if row.values["dimension"] == MONEY]
    for key in left_out:
        del units[key]
    for row in found.rows["metrics"].values():
        if row.values.get("usual_unit") in left_out:
            row.values["usual_unit"] = None
    if shipped := units.get(record.currency):
        own = shipped.values["dimension"]
        for row in units.values():
            if row.values["dimension"] == own:
                row.values["dimension"] = MONEY
        del dimensions[own]
    else:
        row = dimensions[MONEY]
        entry = UnitEntry(symbol=record.currency, name_en=record.currency_en, dimension=MONEY)
        units[record.currency] = Row(KINDS["units"], row.file, row.line, entry.columns())
    Metric.objects.filter(usual_unit__in=left_out).update(usual_unit=None)
    for unit in Unit.objects.filter(symbol__in=left_out, dimension__slug=MONEY):
        try:
            with transaction.atomic():
                unit.delete()
        except (ProtectedError, IntegrityError):
            message = (
                f"the record has amounts in {unit.symbol}; one with the currency {record.currency} needs a database of"
                " its own"
            )
            problems.add(FileProblem("record.yaml", 0, message, field="currency"))
