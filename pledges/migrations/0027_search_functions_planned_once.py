"""Fold names and read them in pinyin without planning a function with thousands of characters for each statement.

PostgreSQL copies the body of a function in SQL into each query that calls it, which took 10 to 25 ms. It reads the body
of a function in PL/pgSQL once per connection. Likewise, a `jsonb` constant is parsed at each call, but text is not.
"""

from importlib import import_module

from django.db import migrations

from pledges.database.upgrade import LockRecord

former = import_module("pledges.migrations.0016_search_folds_characters")

# The regular expression saves the slow translation of texts that it would not change.
FOLD_CHARACTERS = f"""
CREATE OR REPLACE FUNCTION pledges_fold_characters(words text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF length(words) < 12 OR words ~ '{former.ANY_OLD}' THEN
        RETURN replace(translate(words, '{former.OLD}', '{former.NEW}'), 'ß', 'ss');
    END IF;
    RETURN words;
END
$$;
"""

# Each character in `readings` is followed by its readings, separated by spaces, and by a bar.
PINYIN = r"""
CREATE OR REPLACE FUNCTION pledges_pinyin(folded text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    readings CONSTANT text := '%s';
    spelt text[] := ARRAY[''];
    found text[];
    letter text;
BEGIN
    IF folded !~ '[\u3400-\u9fff]' THEN
        RETURN '{}';
    END IF;
    FOREACH letter IN ARRAY string_to_array(folded, NULL) LOOP
        found := CASE
            WHEN letter ~ '[a-z0-9]' THEN ARRAY[letter]
            WHEN letter ~ '[^ |]' THEN string_to_array(split_part(split_part(readings, letter, 2), '|', 1), ' ')
            ELSE '{}'
        END;
        CONTINUE WHEN found = '{}';
        IF cardinality(spelt) * cardinality(found) > 8 THEN
            found := found[1:1];
        END IF;
        spelt := ARRAY(SELECT spelling || reading FROM unnest(spelt) spelling, unnest(found) reading);
    END LOOP;
    RETURN spelt;
END
$$;
""" % "".join(f"{character}{readings}|" for character, readings in former.CHARACTERS["readings"].items())


def replaceable(statement: str) -> str:
    return statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0026_labels_of_judged_pledges'),
    ]

    operations = [
        LockRecord(),
        migrations.RunSQL(FOLD_CHARACTERS, replaceable(former.FOLD_CHARACTERS)),
        migrations.RunSQL(PINYIN, replaceable(former.PINYIN)),
    ]
