"""Lookups that ignore case, width, accents, apostrophes, and simplified or traditional characters (`pledges_fold`).

`search_text` of a named row has all of its names folded, also the English one and those in pinyin, each between two
separators. The trigger `DeriveSearchText` fills it.
"""

from typing import Any

from django.db.models import CharField, Lookup, TextField
from django.db.models.expressions import Value

SEPARATOR = "\x1f"


class _FoldedLookup(Lookup):
    prepare_rhs = False
    template: str

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, column_params = self.process_lhs(compiler, connection)
        text, text_params = compiler.compile(Value(str(self.rhs), TextField()))
        # Nothing is found by a text of which folding leaves nothing.
        folded = f"nullif(pledges_fold({text}), '')"
        return self.template.format(column=column, folded=folded), (*column_params, *text_params)


@TextField.register_lookup
class HasFolded(_FoldedLookup):
    """A folded column contains the text."""

    lookup_name = "has_folded"
    template = "position({folded} IN {column}) > 0"


@TextField.register_lookup
class HasName(_FoldedLookup):
    """One of the names in `search_text` equals the text."""

    lookup_name = "has_name"
    template = "position(chr(31) || {folded} || chr(31) IN {column}) > 0"


@CharField.register_lookup
class FoldsExactly(_FoldedLookup):
    """A column equals the text, both folded. It is folded for each row, so this is for small tables."""

    lookup_name = "folds_exactly_to"
    template = "pledges_fold({column}) = {folded}"


@TextField.register_lookup
@CharField.register_lookup
class Folds(_FoldedLookup):
    """A column contains the text. It is folded for each row, so this is for small tables."""

    lookup_name = "folds_to"
    template = "position({folded} IN pledges_fold({column})) > 0"
