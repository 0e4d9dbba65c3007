"""Write CSV as defined in RFC 4180: lines end in CR LF, and a missing value is empty."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

from pledges.database.batches import batches
from pledges.exports.cells import escape_formula

BATCH_SIZE = 200
BYTE_ORDER_MARK = "\ufeff"  # without it, Excel does not read the file as UTF-8


def csv_chunks(
    header: Sequence[str],
    rows: Iterable[Iterable[Any]],
    *,
    escape_formulas: bool,
    byte_order_mark: bool = False,
) -> Iterator[str]:
    """Yield the file in pieces of 200 rows. A cell is text, an integer or None; see `cells.as_text`.

    With `escape_formulas`, a spreadsheet program shows a text such as `=1+1` instead of evaluating it.
    """
    text = StringIO()
    text.write(BYTE_ORDER_MARK if byte_order_mark else "")
    writer = csv.writer(text)
    writer.writerow(header)
    for batch in batches(rows, BATCH_SIZE):
        writer.writerows([_escaped(cell) for cell in row] if escape_formulas else row for row in batch)
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    if header_alone := text.getvalue():  # there were no rows
        yield header_alone


def _escaped(cell: Any) -> Any:
    return escape_formula(cell) if isinstance(cell, str) else cell
