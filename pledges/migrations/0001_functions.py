"""Search for Chinese words of any length, without an extension: an index over pairs of characters."""

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


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(FOLD, "DROP FUNCTION pledges_fold"),
        migrations.RunSQL(BIGRAMS, "DROP FUNCTION pledges_bigrams"),
        migrations.RunSQL(BIGRAM_QUERY, "DROP FUNCTION pledges_bigram_query"),
    ]
