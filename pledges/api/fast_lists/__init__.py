"""Lists whose rows PostgreSQL writes as JSON, instead of Django model instances that DRF serializes.

This is about four times as fast (`docs/benchmarks.md`). The serializer of a list remains the only description of its
rows; a test compares the bytes with the output of DRF. A list is served in these steps:

1. Keys. The filtered queryset selects primary keys only: those of a page (`pagination.KeysetPage`), or all.
2. Rows. `json_rows.RowQuery` translates the fields of a serializer to SQL once, for each `selection.Selection`. The
   statement takes primary keys as its only parameter, so that it is prepared and planned once for each connection.
3. Computed fields. Fields that only Python can compute, such as texts in the language of the client, are appended to
   the JSON object of the row. The serializer declares them last, and `Meta.computed_from` lists the columns they need.
4. Formats. A page is returned as one JSON response. The renderers in `formats` stream all rows as JSON Lines, CSV or
   XLSX (`streaming`); for CSV and XLSX, `flatten` turns nested rows into columns.

Between these steps, a row is represented by its primary key or by a `str` that contains its JSON object, never by an
instance. `RecordViewSet.json_rows(keys)` in `pledges.api.views.records` turns keys into rows. Views whose rows cannot
be expressed in SQL, in `pledges.api.views.computed`, override only this method.
"""
