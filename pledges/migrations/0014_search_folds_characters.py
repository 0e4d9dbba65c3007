"""Searches ignore accents, apostrophes and simplified or traditional characters, and find English names and pinyin."""

import json
import unicodedata
from pathlib import Path

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import pledges.database.chinese
from pledges.database.upgrade import lock_record

CHARACTERS = json.loads(Path(pledges.database.chinese.__file__).with_name("characters.json").read_text(encoding="utf-8"))

APOSTROPHES = "´`‘’‛ʹʻʼʽˈ′＇"
INVISIBLE = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
ACCENTS = r"\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
SPACES = r"\s\u00a0\u2800\u3000·•․‧∙⋅⦁⸱⸳・ꞏ"
LETTERS = r"a-z\u00c0-\u1fff"
LETTERS_WITHOUT_ACCENTS = str.maketrans("øłđðıħŧŋæœ", "olddihtnao")


def small_letters():
    """Return the small letter of each Greek, Cyrillic or other capital that has no decomposition."""
    capitals = (chr(code) for code in [*range(0x00C0, 0x0250), *range(0x0370, 0x0530)])
    pairs = ((capital, capital.lower()) for capital in capitals if unicodedata.normalize("NFKD", capital) == capital)
    found = {capital: small for capital, small in pairs if small != capital and len(small) == 1}
    return found | {"ς": "σ"} | {letter: letter for letter in "øłđðıħŧŋæœ"}


FOLDED = {
    old: new.translate(LETTERS_WITHOUT_ACCENTS) for old, new in {**CHARACTERS["simplified"], **small_letters()}.items()
}
OLD, NEW = "".join(FOLDED), "".join(FOLDED.values())
ANY_OLD = "[" + "".join(f"\\U{ord(character):08x}" for character in FOLDED) + "]"

# The regular expression saves the slow translation of texts that it would not change. Compiling it takes longer than
# the translation of a word.
FOLD_CHARACTERS = f"""
CREATE FUNCTION pledges_fold_characters(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN length(words) < 12 OR words ~ '{ANY_OLD}' THEN replace(translate(words, '{OLD}', '{NEW}'), 'ß', 'ss')
    ELSE words
END;
"""

# Spaces and dots stay, as spaces, between two Latin words and between two numbers only.
FOLD_SPACES = f"""
CREATE FUNCTION pledges_fold_spaces(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(
    regexp_replace(words, '[{SPACES}]+', ' ', 'g'),
    ' (?![{LETTERS}0-9])|(?<![{LETTERS}0-9]) |(?<=[{LETTERS}]) (?=[0-9])|(?<=[0-9]) (?=[{LETTERS}])'
    || '|(?<=[{LETTERS}])''(?=[{LETTERS}])', '', 'g');
"""

FOLD = f"""
CREATE OR REPLACE FUNCTION pledges_fold(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pledges_fold_spaces(pledges_fold_characters(lower(normalize(
    regexp_replace(
        normalize(
            regexp_replace(
                translate(words, '{APOSTROPHES}', repeat('''', {len(APOSTROPHES)})), '[{INVISIBLE}]+', '', 'g'),
            NFKD),
        '[{ACCENTS}]+', '', 'g'),
    NFKC) COLLATE "C")));
"""

FORMER_FOLD = r"""
CREATE OR REPLACE FUNCTION pledges_fold(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(regexp_replace(normalize(words, NFKC), '\s+', '', 'g'));
"""

# As before, but a folded word can have spaces, and no pair of characters contains one.
BIGRAM_QUERY = r"""
CREATE OR REPLACE FUNCTION pledges_bigram_query(word text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT string_agg(quoted || CASE WHEN length(pair) = 1 THEN ':*' ELSE '' END, ' & ')::tsquery
    FROM regexp_split_to_table(pledges_fold(word), ' ') AS part,
    LATERAL (
        SELECT substr(part, i, 2) AS pair FROM generate_series(1, greatest(length(part) - 1, 1)) AS i WHERE part <> ''
    ) AS pairs,
    LATERAL (SELECT '''' || replace(replace(pair, '\', '\\'), '''', '''''') || '''' AS quoted) AS escaped
);
"""

# A character can have several readings. A name has at most eight spellings.
PINYIN = r"""
CREATE FUNCTION pledges_pinyin(folded text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    readings CONSTANT jsonb := '%s';
    spelt text[] := ARRAY[''];
    found text[];
    letter text;
BEGIN
    IF folded !~ '[\u3400-\u9fff]' THEN
        RETURN '{}';
    END IF;
    FOREACH letter IN ARRAY string_to_array(folded, NULL) LOOP
        found := CASE
            WHEN readings ? letter THEN string_to_array(readings->>letter, ' ')
            WHEN letter ~ '[a-z0-9]' THEN ARRAY[letter]
            ELSE ARRAY['']
        END;
        IF cardinality(spelt) * cardinality(found) > 8 THEN
            found := found[1:1];
        END IF;
        spelt := ARRAY(SELECT spelling || reading FROM unnest(spelt) spelling, unnest(found) reading);
    END LOOP;
    RETURN spelt;
END
$$;
""" % json.dumps(CHARACTERS["readings"], ensure_ascii=False)

# Places are also found by their pinyin without 市, 区, 县 …
NAMES = """
CREATE FUNCTION pledges_names(names text[]) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT coalesce(chr(31) || string_agg(DISTINCT spelling COLLATE "C", chr(31)) || chr(31), '')
    FROM unnest(names) AS name,
    LATERAL (SELECT pledges_fold(name) AS folded) AS folds,
    LATERAL unnest(
        folded || pledges_pinyin(folded) || pledges_pinyin(regexp_replace(folded, '(?<=..)[省市区县旗]$', ''))
    ) AS spelling
    WHERE spelling <> ''
);
"""

# The triggers fill the columns. The search text of pledges is set without their trigger, which would change `updated_at`.
FILL = """
UPDATE pledges_district SET search_text = '';
UPDATE pledges_official SET search_text = '';
UPDATE pledges_metric SET search_text = '';
UPDATE pledges_document SET search_text = '';
UPDATE pledges_post SET search_text = '';
SELECT set_config('pgtrigger.ignore', ARRAY(
    SELECT tgname FROM pg_trigger
    WHERE tgrelid = 'pledges_pledge'::regclass AND tgname ~ '^pgtrigger_derive_columns_'
)::text, true);
UPDATE pledges_pledge pledge SET search_text = pledges_fold(concat_ws(
    chr(31), quote, label, metric.name, official.name, district.name || chr(31) || array_to_string(aliases, chr(31))))
FROM pledges_metric metric, pledges_district district, pledges_statement statement, pledges_official official
WHERE metric.id = pledge.metric_id AND district.id = pledge.district_id AND statement.id = pledge.statement_id
    AND official.id = statement.official_id;
SELECT set_config('pgtrigger.ignore', '{}', true);
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0013_periods_and_tolerances'),
    ]

    operations = [
        migrations.RunPython(lock_record, migrations.RunPython.noop),
        migrations.RunSQL(FOLD_CHARACTERS, "DROP FUNCTION pledges_fold_characters"),
        migrations.RunSQL(FOLD_SPACES, "DROP FUNCTION pledges_fold_spaces"),
        migrations.RunSQL(FOLD, FORMER_FOLD),
        migrations.RunSQL(BIGRAM_QUERY, migrations.RunSQL.noop),
        migrations.RunSQL(PINYIN, "DROP FUNCTION pledges_pinyin"),
        migrations.RunSQL(NAMES, "DROP FUNCTION pledges_names"),
        pgtrigger.migrations.RemoveTrigger(
            model_name='dimension',
            name='log_change',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='district',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='district',
            name='log_change',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='document',
            name='log_change',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='metric',
            name='log_change',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='metric',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='official',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='official',
            name='log_change',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='post',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='post',
            name='log_change',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='statement',
            name='log_change',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='topic',
            name='log_change',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='unit',
            name='log_change',
        ),
        migrations.AddField(
            model_name='district',
            name='search_text',
            field=models.TextField(db_default='', editable=False),
        ),
        migrations.AddField(
            model_name='document',
            name='search_text',
            field=models.TextField(db_default='', editable=False),
        ),
        migrations.AddField(
            model_name='metric',
            name='search_text',
            field=models.TextField(db_default='', editable=False),
        ),
        migrations.AddField(
            model_name='official',
            name='search_text',
            field=models.TextField(db_default='', editable=False),
        ),
        migrations.AddField(
            model_name='post',
            name='search_text',
            field=models.TextField(db_default='', editable=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dimension',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func='\n            IF TG_OP = \'UPDATE\'\n                AND to_jsonb(NEW) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] = to_jsonb(OLD) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = \'UPDATE\' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (VALUES (\'dimension\', NEW.id::text)) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n        ', hash='6f14ede4db8a66a734809364ee96a708a349e619', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_c9fd4', table='pledges_dimension', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='district',
            trigger=pgtrigger.compiler.Trigger(name='derive_search_text', sql=pgtrigger.compiler.UpsertTriggerSql(func='NEW.search_text := pledges_names(ARRAY[NEW.name, NEW.name_en] || NEW.aliases); RETURN NEW;', hash='cd4b71e92acdbe38ab13e21c56794d50fa69386b', operation='INSERT OR UPDATE', pgid='pgtrigger_derive_search_text_d7259', table='pledges_district', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='district',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func='\n            IF TG_OP = \'UPDATE\'\n                AND to_jsonb(NEW) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] = to_jsonb(OLD) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = \'UPDATE\' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (VALUES (\'district\', NEW.id::text)) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n        ', hash='41769758bd448ccc174b8ea797e541037cb9400d', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_72960', table='pledges_district', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='district',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."aliases" IS DISTINCT FROM (NEW."aliases") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='INSERT INTO "pledges_districtevent" ("aliases", "code", "id", "kind", "name", "name_en", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."aliases", NEW."code", NEW."id", NEW."kind", NEW."name", NEW."name_en", NEW."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."slug"); RETURN NULL;', hash='e57282a9b1854fc46d80beca600da52704ab1d76', operation='UPDATE', pgid='pgtrigger_update_update_ff12f', table='pledges_district', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='derive_search_text', sql=pgtrigger.compiler.UpsertTriggerSql(func='NEW.search_text := pledges_names(ARRAY[NEW.title]); RETURN NEW;', hash='3cc7a84a1016eb06933e042e26e884a5e81c0f73', operation='INSERT OR UPDATE', pgid='pgtrigger_derive_search_text_f1b1d', table='pledges_document', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func='\n            IF TG_OP = \'UPDATE\'\n                AND to_jsonb(NEW) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] = to_jsonb(OLD) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = \'UPDATE\' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (VALUES (\'document\', NEW.id::text)) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n        ', hash='96a78294e1bb7ec7e34dd2911c352cccc0801ae6', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_f055d', table='pledges_document', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='metric',
            trigger=pgtrigger.compiler.Trigger(name='derive_search_text', sql=pgtrigger.compiler.UpsertTriggerSql(func='NEW.search_text := pledges_names(ARRAY[NEW.name, NEW.name_en]); RETURN NEW;', hash='b7a75c13a0be8d77efb7576bd38e7164ab1dd8a2', operation='INSERT OR UPDATE', pgid='pgtrigger_derive_search_text_a6152', table='pledges_metric', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='metric',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func='\n            IF TG_OP = \'UPDATE\'\n                AND to_jsonb(NEW) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] = to_jsonb(OLD) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = \'UPDATE\' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (VALUES (\'metric\', NEW.id::text)) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n        ', hash='acc68b98f95ae1fcabc93d86af12748a8f2ad8fc', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_5b446', table='pledges_metric', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='metric',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."dimension_id" IS DISTINCT FROM (NEW."dimension_id") OR OLD."direction" IS DISTINCT FROM (NEW."direction") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."tolerance" IS DISTINCT FROM (NEW."tolerance") OR OLD."topic_id" IS DISTINCT FROM (NEW."topic_id"))', func='INSERT INTO "pledges_metricevent" ("dimension_id", "direction", "id", "name", "name_en", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "tolerance", "topic_id") VALUES (NEW."dimension_id", NEW."direction", NEW."id", NEW."name", NEW."name_en", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."slug", NEW."tolerance", NEW."topic_id"); RETURN NULL;', hash='7da3508040d928f21ab2682aaf331991154f334b', operation='UPDATE', pgid='pgtrigger_update_update_15f7e', table='pledges_metric', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='official',
            trigger=pgtrigger.compiler.Trigger(name='derive_search_text', sql=pgtrigger.compiler.UpsertTriggerSql(func='NEW.search_text := pledges_names(ARRAY[NEW.name]); RETURN NEW;', hash='299dad4e628730b568cffb81a63e69302a490808', operation='INSERT OR UPDATE', pgid='pgtrigger_derive_search_text_f6356', table='pledges_official', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='official',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func='\n            IF TG_OP = \'UPDATE\'\n                AND to_jsonb(NEW) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] = to_jsonb(OLD) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = \'UPDATE\' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (VALUES (\'official\', NEW.id::text)) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n        ', hash='8875c01c4061348c1d56f264620dedd8342056e6', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_72ab6', table='pledges_official', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='official',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='INSERT INTO "pledges_officialevent" ("id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."slug"); RETURN NULL;', hash='f33ae646b59a13393473fb5f6f67142fa77b9900', operation='UPDATE', pgid='pgtrigger_update_update_bab02', table='pledges_official', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='derive_search_text', sql=pgtrigger.compiler.UpsertTriggerSql(func='NEW.search_text := pledges_names(ARRAY[NEW.title]); RETURN NEW;', hash='9f959e63aa0f98abd2470db9729641b7c10956d8', operation='INSERT OR UPDATE', pgid='pgtrigger_derive_search_text_2acbd', table='pledges_post', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func='\n            IF TG_OP = \'UPDATE\'\n                AND to_jsonb(NEW) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] = to_jsonb(OLD) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = \'UPDATE\' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (VALUES (\'post\', NEW.id::text)) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n        ', hash='ac83d90aa124714a1d92420b249c51b8f7bd8009', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_68462', table='pledges_post', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."district_id" IS DISTINCT FROM (NEW."district_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."organisation" IS DISTINCT FROM (NEW."organisation") OR OLD."title" IS DISTINCT FROM (NEW."title"))', func='INSERT INTO "pledges_postevent" ("district_id", "id", "organisation", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "title") VALUES (NEW."district_id", NEW."id", NEW."organisation", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."title"); RETURN NULL;', hash='ca52e9fa0592a953667f831ad73ce7a9d967f54f', operation='UPDATE', pgid='pgtrigger_update_update_81018', table='pledges_post', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func='\n            IF TG_OP = \'UPDATE\'\n                AND to_jsonb(NEW) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] = to_jsonb(OLD) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = \'UPDATE\' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (VALUES (\'statement\', NEW.id::text)) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n        ', hash='94953f65907e43677a4abbc17e4e7dec0923ffab', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_fc100', table='pledges_statement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='topic',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func='\n            IF TG_OP = \'UPDATE\'\n                AND to_jsonb(NEW) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] = to_jsonb(OLD) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = \'UPDATE\' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (VALUES (\'topic\', NEW.id::text)) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n        ', hash='bc7db0207e34b4ebe06fc699bb79ad1a5696fbb2', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_20c7f', table='pledges_topic', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func='\n            IF TG_OP = \'UPDATE\'\n                AND to_jsonb(NEW) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] = to_jsonb(OLD) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = \'UPDATE\' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (VALUES (\'unit\', NEW.symbol::text), (\'unit_of_actual\', NEW.symbol::text)) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n        ', hash='f8a17d837226cc1a7ff26406378223e700dbdb7d', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_1bdf8', table='pledges_unit', when='AFTER')),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
