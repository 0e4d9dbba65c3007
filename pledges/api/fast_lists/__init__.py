"""Lists whose rows PostgreSQL writes as JSON, instead of Django model instances that DRF serializes.

This is about four times as fast (`docs/benchmarks.md`). The serializer of a list remains the only description of its
rows; a test proves that DRF alone would write the same bytes. A list is served in these steps:

1. Keys. The filtered queryset selects primary keys only: those of a page (`pagination.KeysetPage`), or all.
2. Rows. `json_rows.RowQuery` translates the fields of a serializer to SQL once, for each `selection.Selection`. The
   statement takes primary keys as its only parameter, so that it is prepared and planned once for each connection.
3. Computed fields. What only Python can compute, such as texts in the language of the client, is appended to the JSON
   object of the row. The serializer declares these fields last, and `Meta.computed_from` lists the columns they need.
4. Formats. A page goes into one JSON response. The renderers in `formats` stream all rows as JSON Lines, CSV or XLSX
   (`streaming`), the latter two by `flatten`.

Between these steps, a row is its primary key or a `str` with its JSON object, never an instance. A view passes them on:
`RecordViewSet.json_rows(keys)` in `pledges.api.views.records`. Views whose rows SQL cannot express, in
`pledges.api.views.computed`, replace only this method.
"""
