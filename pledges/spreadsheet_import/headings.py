"""What the columns of a sheet of actual figures are called, in both languages."""

import unicodedata

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledges.spreadsheet_import.sheets import SheetError

# Field → its heading in the template, and what else it may be called.
HEADINGS = {
    "ref": (gettext_lazy("reference"), "ref", "reference", "编号", "承诺编号"),
    "actual": (gettext_lazy("actual figure"), "actual", "actual figure", "实际数值", "实际值", "实际完成"),
    "unit": (gettext_lazy("unit"), "unit", "单位"),
    "as_of": (gettext_lazy("as of"), "as of", "截至", "截至日期"),
    "evidence": (gettext_lazy("evidence link"), "evidence", "evidence link", "link", "url", "依据", "依据链接", "链接"),
    "status": (gettext_lazy("status"), "status", "兑现状态", "状态"),
    "reason": (gettext_lazy("why not as suggested"), "reason", "why not as suggested", "与建议不同的理由", "理由"),
    "summary": (gettext_lazy("summary"), "summary", "摘要"),
    "title": (gettext_lazy("title"), "title", "标题"),
    "publisher": (gettext_lazy("publisher"), "publisher", "报纸", "媒体"),
}
REQUIRED = ("ref", "actual", "unit", "as_of", "evidence")
# What a filled template says of each pledge for the reader.
NOT_READ = frozenset({"district", "地区", "label", "指标原文", "target", "目标", "目标表述"})
FIELD_OF = {name: field for field, (_heading, *names) in HEADINGS.items() for name in names}


def fields(heading: list[str]) -> list[str]:
    """The field of each column, empty for one that is not read; SheetError with all that is wrong with the heading."""
    names = [_folded(name) for name in heading]
    found = [FIELD_OF.get(name, "") for name in names]
    unknown = [
        written
        for written, name, field in zip(heading, names, found, strict=True)
        if name and not field and name not in NOT_READ
    ]
    missing = [str(HEADINGS[field][0]) for field in REQUIRED if field not in found]
    twice = sorted({str(HEADINGS[field][0]) for field in found if field and found.count(field) > 1})
    reasons = [
        message % {"columns": "、".join(columns)}
        for message, columns in (
            (_("The first row lacks the columns: %(columns)s."), missing),
            (_("Unknown columns: %(columns)s."), unknown),
            (_("Columns that are there twice: %(columns)s."), twice),
        )
        if columns
    ]
    if reasons:
        raise SheetError(*reasons)
    return found


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).replace("_", " ").casefold().split())
