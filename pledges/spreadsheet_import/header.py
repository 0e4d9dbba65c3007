"""Map the columns of a sheet to fields, by the Chinese or English headings of its first row."""

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledges.locale.display_names import joined_first
from pledges.spreadsheet_import.cells import Cell, SheetError

# Field → its heading in the template.
HEADINGS = {
    "ref": gettext_lazy("reference"),
    "actual": gettext_lazy("actual figure"),
    "unit": gettext_lazy("unit"),
    "as_of": gettext_lazy("as of"),
    "evidence": gettext_lazy("evidence link"),
    "status": gettext_lazy("status"),
    "reason": gettext_lazy("reason"),
    "summary": gettext_lazy("summary"),
    "title": gettext_lazy("title"),
    "publisher": gettext_lazy("publisher"),
    "supersedes": gettext_lazy("corrects"),
}
# Field → further headings that are accepted. Templates of earlier versions must stay readable.
ALIASES = {
    "ref": ("reference", "编号", "承诺编号"),
    "actual": ("actual figure", "实际数值", "实际值", "实际完成"),
    "unit": ("单位",),
    "as_of": ("截至", "截至日期"),
    "evidence": ("evidence link", "link", "url", "依据", "依据链接", "链接"),
    "status": ("兑现状态", "状态"),
    "reason": (
        "why not as suggested",
        "与建议不同的理由",
        "reason for not taking the suggestion",
        "不采用建议的理由",
        "理由",
    ),
    "summary": ("摘要",),
    "title": ("标题",),
    "publisher": ("报纸", "媒体"),
    "supersedes": ("corrects", "更正"),
}
REQUIRED = ("ref", "actual", "unit", "as_of", "evidence")
# Columns of the template that are for information only.
IGNORED = frozenset(
    {"district", "地区", "label", "metric as worded", "指标表述", "指标原文", "target", "目标", "目标表述"}
)


@dataclass
class Header:
    """The columns that a sheet may have. `headings` maps each field to its heading in the template."""

    headings: Mapping[str, Any]
    required: tuple[str, ...]
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()

    def columns(self, cells: dict[int, Cell]) -> dict[int, str]:
        """Return the field of each column of a header row, empty for an ignored column.

        Raises SheetError with all errors of the header.
        """
        return dict(zip(cells, self.fields([cell.text for cell in cells.values()]), strict=True))

    def fields(self, header: list[str]) -> list[str]:
        """Return the field of each heading, empty for an ignored one. Raises SheetError with all errors."""
        names = [_fold(name) for name in header]
        found = [self._fields_by_name.get(name, "") for name in names]
        unknown = [
            heading
            for heading, name, field in zip(header, names, found, strict=True)
            if name and not field and name not in self.ignored
        ]
        missing = [str(self.headings[field]) for field in self.required if field not in found]
        repeated = (field for field, count in Counter(filter(None, found)).items() if count > 1)
        duplicates = sorted(str(self.headings[field]) for field in repeated)
        reasons = [
            message % {"columns": joined_first(columns, len(columns))}
            for message, columns in (
                (_("Missing columns: %(columns)s."), missing),
                (_("Unknown columns: %(columns)s."), unknown),
                (_("Duplicate columns: %(columns)s."), duplicates),
            )
            if columns
        ]
        if reasons:
            raise SheetError(*reasons)
        return found

    @cached_property
    def _fields_by_name(self) -> dict[str, str]:
        """Fields by their names, aliases and headings in all languages."""
        fields = {_fold(name): field for field in self.headings for name in (field, *self.aliases.get(field, ()))}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                fields |= {_fold(str(heading)): field for field, heading in self.headings.items()}
        return fields


def _fold(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).replace("_", " ").casefold().split())


ACTUAL_FIGURES = Header(HEADINGS, REQUIRED, ALIASES, IGNORED)
