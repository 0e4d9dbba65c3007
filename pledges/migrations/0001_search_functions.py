"""Search for Chinese words of any length, without an extension: an index over pairs of characters."""

from django.db import migrations

FOLD = """
CREATE FUNCTION pledges_fold(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(regexp_replace(normalize(words, NFKC), '\\s+', '', 'g'));
"""

# The last character stands alone, so that each character begins some lexeme: a search for one
# character is a search for a prefix.
BIGRAMS = """
CREATE FUNCTION pledges_bigrams(folded text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT array_to_tsvector(coalesce(array_agg(c[i] || coalesce(c[i + 1], '')), '{}'))
    FROM (SELECT string_to_array(folded, NULL) AS c) AS characters, generate_subscripts(c, 1) AS i
);
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


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(FOLD, "DROP FUNCTION pledges_fold"),
        migrations.RunSQL(BIGRAMS, "DROP FUNCTION pledges_bigrams"),
        migrations.RunSQL(BIGRAM_QUERY, "DROP FUNCTION pledges_bigram_query"),
    ]
