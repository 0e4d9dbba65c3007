"""Fold names and read them in pinyin in a tenth of the time, so that thousands of places are added in a second.

The translation of traditional characters took 0.4 ms even for names that have none. PL/pgSQL copies a variable to each
call, even a constant one, which a constant within an expression is not. A subquery with OFFSET is evaluated once.
"""

from importlib import import_module

from django.db import migrations

from pledges.database.upgrade import LockRecord

former = import_module("pledges.migrations.0016_search_folds_characters")
planned_once = import_module("pledges.migrations.0027_search_functions_planned_once")

FOLD_CHARACTERS = f"""
CREATE OR REPLACE FUNCTION pledges_fold_characters(words text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF words ~ '{former.ANY_OLD}|ß' THEN
        RETURN replace(translate(words, '{former.OLD}', '{former.NEW}'), 'ß', 'ss');
    END IF;
    RETURN words;
END
$$;
"""

# Each character of the block from U+4E00 to U+9FFF has a number, that of its readings, or 0. It is in two bytes.
FIRST, LAST = 0x4E00, 0x9FFF
READINGS = former.CHARACTERS["readings"]
DISTINCT = sorted(set(READINGS.values()))
NUMBERS = {readings: number for number, readings in enumerate(DISTINCT, start=1)}
NUMBER_OF = [NUMBERS.get(READINGS.get(chr(code)), 0) for code in range(FIRST, LAST + 1)]
HIGH = bytes(number // 256 for number in NUMBER_OF).hex()
LOW = bytes(number % 256 for number in NUMBER_OF).hex()

PINYIN = rf"""
CREATE OR REPLACE FUNCTION pledges_pinyin(folded text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    spelt text[] := ARRAY[''];
    found text[];
    letter text;
    number int;
BEGIN
    IF folded !~ '[\u3400-\u9fff]' THEN
        RETURN '{{}}';
    END IF;
    FOREACH letter IN ARRAY string_to_array(folded, NULL) LOOP
        IF letter ~ '[a-z0-9]' THEN
            found := ARRAY[letter];
        ELSE
            CONTINUE WHEN ascii(letter) NOT BETWEEN {FIRST} AND {LAST};
            number := 256 * get_byte('\x{HIGH}'::bytea, ascii(letter) - {FIRST})
                + get_byte('\x{LOW}'::bytea, ascii(letter) - {FIRST});
            CONTINUE WHEN number = 0;
            found := string_to_array(('{{{",".join(f'"{readings}"' for readings in DISTINCT)}}}'::text[])[number], ' ');
        END IF;
        IF cardinality(spelt) * cardinality(found) > 8 THEN
            found := found[1:1];
        END IF;
        IF cardinality(spelt) = 1 AND cardinality(found) = 1 THEN
            spelt[1] := spelt[1] || found[1];
        ELSE
            spelt := ARRAY(SELECT spelling || reading FROM unnest(spelt) spelling, unnest(found) reading);
        END IF;
    END LOOP;
    RETURN spelt;
END
$$;
"""

FORMER_NAMES = planned_once.replaceable(former.NAMES)
NAMES = FORMER_NAMES.replace("(SELECT pledges_fold(name) AS folded)", "(SELECT pledges_fold(name) AS folded OFFSET 0)")


class Migration(migrations.Migration):
    dependencies = [
        ("pledges", "0035_variants_of_units"),
    ]

    operations = [
        LockRecord(),
        migrations.RunSQL(FOLD_CHARACTERS, planned_once.FOLD_CHARACTERS),
        migrations.RunSQL(PINYIN, planned_once.PINYIN),
        migrations.RunSQL(NAMES, FORMER_NAMES),
    ]
