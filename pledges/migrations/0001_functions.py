"""Search for Chinese words of any length, without an extension: an index over pairs of characters."""

from django.core.management.base import CommandError
from django.db import migrations

FOLD = """
CREATE FUNCTION pledges_fold(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(regexp_replace(normalize(words, NFKC), '\\s+', '', 'g'));
"""

# Pairs that begin at an odd place, then those at an even one; folded text has no spaces. One of the two
# ends with the last character alone, so each character begins some lexeme, and a search for one character
# is a search for a prefix. Regular expressions, because a loop over characters takes ten times as long.
BIGRAMS = """
CREATE FUNCTION pledges_bigrams(folded text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN array_to_tsvector(array_remove(string_to_array(
    regexp_replace(folded, '(..)', '\\1 ', 'g') || ' ' || regexp_replace(substr(folded, 2), '(..)', '\\1 ', 'g'),
    ' '), ''));
"""

BIGRAM_QUERY = """
CREATE FUNCTION pledges_bigram_query(word text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT CASE WHEN count(*) = 1
        THEN string_agg(quoted || ':*', '')
        ELSE string_agg(quoted, ' & ') FILTER (WHERE length(pair) = 2)
    END::tsquery
    FROM (
        SELECT c[i] || coalesce(c[i + 1], '') AS pair
        FROM (SELECT string_to_array(pledges_fold(word), NULL) AS c) AS characters, generate_subscripts(c, 1) AS i
    ) AS pairs,
    LATERAL (SELECT '''' || replace(replace(pair, '\\', '\\\\'), '''', '''''') || '''' AS quoted) AS escaped
);
"""


def reject_older_database(apps, schema_editor):
    """The migrations began anew with version 0.4; an earlier database has the tables but none of these migrations."""
    with schema_editor.connection.cursor() as cursor:
        if "pledges_pledge" in schema_editor.connection.introspection.table_names(cursor):
            raise CommandError(
                "This database was made by Duixian 0.3 or earlier, which can't be upgraded. Begin anew with an empty"
                " database: for the embedded one, delete the folder .duixian/postgres; otherwise name a new database"
                " in DATABASE_URL. To keep published pledges, run `manage.py export_pledges` with the old version"
                " first and load the file with `manage.py load_pledges`."
            )


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunPython(reject_older_database, migrations.RunPython.noop),
        migrations.RunSQL(FOLD, "DROP FUNCTION pledges_fold"),
        migrations.RunSQL(BIGRAMS, "DROP FUNCTION pledges_bigrams"),
        migrations.RunSQL(BIGRAM_QUERY, "DROP FUNCTION pledges_bigram_query"),
    ]
