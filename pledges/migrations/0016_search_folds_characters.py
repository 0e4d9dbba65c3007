"""Searches ignore accents, apostrophes and simplified or traditional characters, and find English names and pinyin."""

import json
import unicodedata
from pathlib import Path

import pgtrigger.compiler
from django.db import migrations, models

import pledges.database.chinese
from pledges.database.upgrade import LockRecord
from pledges.database.migration_operations import AddTrigger, AtOnce, RemoveTrigger

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
        ('pledges', '0015_merges_as_amendments'),
    ]

    operations = [
        LockRecord(),
        migrations.RunSQL(FOLD_CHARACTERS, "DROP FUNCTION pledges_fold_characters"),
        migrations.RunSQL(FOLD_SPACES, "DROP FUNCTION pledges_fold_spaces"),
        migrations.RunSQL(FOLD, FORMER_FOLD),
        migrations.RunSQL(BIGRAM_QUERY, migrations.RunSQL.noop),
        migrations.RunSQL(PINYIN, "DROP FUNCTION pledges_pinyin"),
        migrations.RunSQL(NAMES, "DROP FUNCTION pledges_names"),
        AtOnce([
            RemoveTrigger(
                model_name='amendment',
                name='apply_amendment',
            ),
            RemoveTrigger(
                model_name='dimension',
                name='log_change',
            ),
            RemoveTrigger(
                model_name='district',
                name='update_update',
            ),
            RemoveTrigger(
                model_name='district',
                name='log_change',
            ),
            RemoveTrigger(
                model_name='district',
                name='protect_judged',
            ),
            RemoveTrigger(
                model_name='document',
                name='log_change',
            ),
            RemoveTrigger(
                model_name='document',
                name='protect_judged',
            ),
            RemoveTrigger(
                model_name='followup',
                name='enforce_review_workflow',
            ),
            RemoveTrigger(
                model_name='metric',
                name='log_change',
            ),
            RemoveTrigger(
                model_name='metric',
                name='update_update',
            ),
            RemoveTrigger(
                model_name='metric',
                name='protect_judged',
            ),
            RemoveTrigger(
                model_name='official',
                name='update_update',
            ),
            RemoveTrigger(
                model_name='official',
                name='log_change',
            ),
            RemoveTrigger(
                model_name='official',
                name='protect_judged',
            ),
            RemoveTrigger(
                model_name='post',
                name='update_update',
            ),
            RemoveTrigger(
                model_name='post',
                name='log_change',
            ),
            RemoveTrigger(
                model_name='post',
                name='protect_judged',
            ),
            RemoveTrigger(
                model_name='statement',
                name='log_change',
            ),
            RemoveTrigger(
                model_name='topic',
                name='log_change',
            ),
            RemoveTrigger(
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
            AddTrigger(
                model_name='amendment',
                trigger=pgtrigger.compiler.Trigger(name='apply_amendment', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.state = 'approved' AND OLD.state = 'proposed')", declare='DECLARE revision TEXT; item JSONB; assignments TEXT;', func='\n        INSERT INTO pledges_amendedpledge (amendment_id, pledge_id, values_before, values_after)\n            SELECT NEW.id, id, values_now, values_now FROM pledges_pledge pledge\n            CROSS JOIN LATERAL (\n        SELECT jsonb_build_object(\n            \'target\', (to_jsonb(judged_pledge) - ARRAY[\'id\', \'ref\', \'status\', \'status_since\', \'last_checked_on\', \'current_follow_up_id\', \'on_earlier_target\', \'amount\', \'amount_max\', \'last_day\', \'search_text\', \'created_at\', \'updated_at\', \'edited_fields\', \'loaded_from\', \'assignee_id\', \'strength\', \'tier\', \'note\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\', \'quote\', \'state\'])\n                || jsonb_build_object(\'supersedes\', earlier.ref),\n            \'quote\', judged_pledge.quote,\n            \'state\', judged_pledge.state,\n            \'unit\', (to_jsonb(unit) - ARRAY[\'factor\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\']) || jsonb_build_object(\'dimension\', unit_dimension.slug),\n            \'metric\', (to_jsonb(metric) - ARRAY[\'id\', \'topic_id\', \'search_text\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\']) || jsonb_build_object(\'dimension\', metric_dimension.slug),\n            \'district\', (to_jsonb(district) - ARRAY[\'id\', \'name_en\', \'kind\', \'code\', \'aliases\', \'parent_id\', \'search_text\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\']),\n            \'document\', (to_jsonb(document) - ARRAY[\'id\', \'title\', \'publisher\', \'url\', \'text\', \'date_earliest\', \'search_text\', \'edited_fields\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\']),\n            \'official\', (to_jsonb(official) - ARRAY[\'id\', \'search_text\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\']),\n            \'post\', (to_jsonb(post) - ARRAY[\'id\', \'search_text\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\']) || jsonb_build_object(\'district\', post_district.slug)\n        )\n        FROM pledges_pledge judged_pledge\n        LEFT JOIN pledges_pledge earlier ON earlier.id = judged_pledge.supersedes_id\n        JOIN pledges_unit unit ON unit.symbol = judged_pledge.unit_id\n        JOIN pledges_dimension unit_dimension ON unit_dimension.id = unit.dimension_id\n        JOIN pledges_metric metric ON metric.id = judged_pledge.metric_id\n        JOIN pledges_dimension metric_dimension ON metric_dimension.id = metric.dimension_id\n        JOIN pledges_district district ON district.id = judged_pledge.district_id\n        JOIN pledges_statement statement ON statement.id = judged_pledge.statement_id\n        JOIN pledges_document document ON document.id = statement.document_id\n        JOIN pledges_official official ON official.id = statement.official_id\n        JOIN pledges_post post ON post.id = statement.post_id\n        JOIN pledges_district post_district ON post_district.id = post.district_id\n        WHERE judged_pledge.id = pledge.id\n    ) t (values_now)\n            WHERE (pledge.current_follow_up_id IS NOT NULL AND EXISTS (\n        SELECT FROM jsonb_array_elements(NEW.changes) change WHERE CASE change ->> \'table\' WHEN \'pledge\' THEN pledge.id = (change ->> \'key\')::bigint WHEN \'statement\' THEN pledge.statement_id = (change ->> \'key\')::bigint WHEN \'document\' THEN pledge.statement_id IN (SELECT id FROM pledges_statement WHERE document_id = (change ->> \'key\')::bigint) WHEN \'official\' THEN pledge.statement_id IN (SELECT id FROM pledges_statement WHERE official_id = (change ->> \'key\')::bigint) WHEN \'post\' THEN pledge.statement_id IN (SELECT id FROM pledges_statement WHERE post_id = (change ->> \'key\')::bigint) WHEN \'district\' THEN pledge.district_id = (change ->> \'key\')::bigint WHEN \'metric\' THEN pledge.metric_id = (change ->> \'key\')::bigint WHEN \'unit\' THEN (pledge.unit_id = (change ->> \'key\') OR pledge.id IN (\n        SELECT pledge_id FROM pledges_followup WHERE unit_id = (change ->> \'key\') AND state = \'approved\'\n    )) END\n    ));\n        PERFORM set_config(\'duixian.amendment\', NEW.id::text, true);\n        FOR item IN SELECT jsonb_array_elements(NEW.changes) LOOP\n            SELECT string_agg(format(\'%1$I = amended.%1$I\', key), \', \') INTO assignments\n                FROM jsonb_object_keys(item -> \'after\') key;\n            EXECUTE format(\n                \'UPDATE pledges_%1$s t SET %2$s FROM jsonb_populate_record(NULL::pledges_%1$s, $1) amended\'\n                \' WHERE t.%3$I::text = $2\',\n                item ->> \'table\', assignments, CASE item ->> \'table\' WHEN \'unit\' THEN \'symbol\' ELSE \'id\' END\n            ) USING item -> \'after\', item ->> \'key\';\n        END LOOP;\n        UPDATE pledges_amendedpledge SET values_after = (\n        SELECT jsonb_build_object(\n            \'target\', (to_jsonb(judged_pledge) - ARRAY[\'id\', \'ref\', \'status\', \'status_since\', \'last_checked_on\', \'current_follow_up_id\', \'on_earlier_target\', \'amount\', \'amount_max\', \'last_day\', \'search_text\', \'created_at\', \'updated_at\', \'edited_fields\', \'loaded_from\', \'assignee_id\', \'strength\', \'tier\', \'note\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\', \'quote\', \'state\'])\n                || jsonb_build_object(\'supersedes\', earlier.ref),\n            \'quote\', judged_pledge.quote,\n            \'state\', judged_pledge.state,\n            \'unit\', (to_jsonb(unit) - ARRAY[\'factor\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\']) || jsonb_build_object(\'dimension\', unit_dimension.slug),\n            \'metric\', (to_jsonb(metric) - ARRAY[\'id\', \'topic_id\', \'search_text\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\']) || jsonb_build_object(\'dimension\', metric_dimension.slug),\n            \'district\', (to_jsonb(district) - ARRAY[\'id\', \'name_en\', \'kind\', \'code\', \'aliases\', \'parent_id\', \'search_text\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\']),\n            \'document\', (to_jsonb(document) - ARRAY[\'id\', \'title\', \'publisher\', \'url\', \'text\', \'date_earliest\', \'search_text\', \'edited_fields\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\']),\n            \'official\', (to_jsonb(official) - ARRAY[\'id\', \'search_text\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\']),\n            \'post\', (to_jsonb(post) - ARRAY[\'id\', \'search_text\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\']) || jsonb_build_object(\'district\', post_district.slug)\n        )\n        FROM pledges_pledge judged_pledge\n        LEFT JOIN pledges_pledge earlier ON earlier.id = judged_pledge.supersedes_id\n        JOIN pledges_unit unit ON unit.symbol = judged_pledge.unit_id\n        JOIN pledges_dimension unit_dimension ON unit_dimension.id = unit.dimension_id\n        JOIN pledges_metric metric ON metric.id = judged_pledge.metric_id\n        JOIN pledges_dimension metric_dimension ON metric_dimension.id = metric.dimension_id\n        JOIN pledges_district district ON district.id = judged_pledge.district_id\n        JOIN pledges_statement statement ON statement.id = judged_pledge.statement_id\n        JOIN pledges_document document ON document.id = statement.document_id\n        JOIN pledges_official official ON official.id = statement.official_id\n        JOIN pledges_post post ON post.id = statement.post_id\n        JOIN pledges_district post_district ON post_district.id = post.district_id\n        WHERE judged_pledge.id = pledge_id\n    ) WHERE amendment_id = NEW.id;\n        UPDATE pledges_amendment SET is_applied = true WHERE id = NEW.id;\n        PERFORM set_config(\'duixian.amendment\', \'\', true);\n\n        UPDATE pledges_pledge pledge SET on_earlier_target = coalesce((\n        SELECT NOT touched.values_after @> ((current.judged_values - \'actual_unit\') - ARRAY[\'quote\', \'state\', \'document\', \'official\', \'post\'])\n        FROM pledges_amendedpledge touched JOIN pledges_amendment amendment ON amendment.id = touched.amendment_id\n        WHERE touched.pledge_id = pledge.id AND amendment.is_applied AND amendment.reviewed_at > current.reviewed_at\n        ORDER BY amendment.reviewed_at DESC LIMIT 1\n    ), false)\n            FROM pledges_amendedpledge touched, pledges_followup current\n            WHERE touched.amendment_id = NEW.id AND pledge.id = touched.pledge_id\n                AND current.id = pledge.current_follow_up_id;\n\n        \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n        \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) SELECT current_setting(\'duixian.revision\')::bigint, ref, status, status, district_id, district_id FROM pledges_pledge WHERE state = \'published\' AND id IN (SELECT pledge_id FROM pledges_amendedpledge WHERE amendment_id = NEW.id)\n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n    \n        UPDATE pledges_change SET amendment_id = NEW.id WHERE revision_id = current_setting(\'duixian.revision\')::bigint AND ref IN (\n            SELECT ref FROM pledges_pledge pledge\n            JOIN pledges_amendedpledge touched ON touched.pledge_id = pledge.id WHERE touched.amendment_id = NEW.id\n        );\n        RETURN NULL;\n    ', hash='a6a1f40ad7fe788558d7a441285cdd541ee29830', operation='UPDATE', pgid='pgtrigger_apply_amendment_8f250', table='pledges_amendment', when='AFTER')),
            ),
            AddTrigger(
                model_name='dimension',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func='\n            IF TG_OP = \'UPDATE\'\n                AND to_jsonb(NEW) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] = to_jsonb(OLD) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = \'UPDATE\' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (VALUES (\'dimension\', NEW.id::text)) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n        ', hash='6f14ede4db8a66a734809364ee96a708a349e619', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_c9fd4', table='pledges_dimension', when='AFTER')),
            ),
            AddTrigger(
                model_name='district',
                trigger=pgtrigger.compiler.Trigger(name='derive_search_text', sql=pgtrigger.compiler.UpsertTriggerSql(func='NEW.search_text := pledges_names(ARRAY[NEW.name, NEW.name_en] || NEW.aliases); RETURN NEW;', hash='cd4b71e92acdbe38ab13e21c56794d50fa69386b', operation='INSERT OR UPDATE', pgid='pgtrigger_derive_search_text_d7259', table='pledges_district', when='BEFORE')),
            ),
            AddTrigger(
                model_name='district',
                trigger=pgtrigger.compiler.Trigger(name='protect_judged', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."name" IS DISTINCT FROM (NEW."name"))', func='\n            PERFORM FROM pledges_district WHERE id = NEW.id FOR UPDATE;\n            IF EXISTS (SELECT FROM pledges_pledge pledge WHERE (pledge.district_id = NEW.id AND pledge.current_follow_up_id IS NOT NULL))\n                AND NOT EXISTS (\n                    SELECT FROM pledges_amendment amendment\n                    WHERE id = nullif(current_setting(\'duixian.amendment\', true), \'\')::bigint\n                        AND state = \'approved\' AND NOT is_applied\n                        AND jsonb_build_object(\n                            \'table\', \'district\', \'key\', NEW.id::text,\n                            \'before\', (\n                SELECT jsonb_object_agg(key, to_jsonb(OLD) -> key)\n                FROM jsonb_object_keys(to_jsonb(NEW) - ARRAY[\'id\', \'slug\', \'name_en\', \'kind\', \'code\', \'aliases\', \'parent_id\', \'search_text\']) key\n                WHERE to_jsonb(NEW) -> key IS DISTINCT FROM to_jsonb(OLD) -> key\n            ), \'after\', (\n                SELECT jsonb_object_agg(key, to_jsonb(NEW) -> key)\n                FROM jsonb_object_keys(to_jsonb(NEW) - ARRAY[\'id\', \'slug\', \'name_en\', \'kind\', \'code\', \'aliases\', \'parent_id\', \'search_text\']) key\n                WHERE to_jsonb(NEW) -> key IS DISTINCT FROM to_jsonb(OLD) -> key\n            )\n                        ) IN (SELECT jsonb_array_elements(changes))\n                ) THEN\n                RAISE EXCEPTION \'the row violates "judged_by_amendment_only"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'judged_by_amendment_only\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            RETURN NULL;\n        ', hash='0cddd9689ec1aebb2f9aaee2cb37a91ed7c335de', operation='UPDATE', pgid='pgtrigger_protect_judged_a1e6c', table='pledges_district', when='AFTER')),
            ),
            AddTrigger(
                model_name='district',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func='\n            IF TG_OP = \'UPDATE\'\n                AND to_jsonb(NEW) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] = to_jsonb(OLD) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = \'UPDATE\' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (VALUES (\'district\', NEW.id::text)) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n        ', hash='41769758bd448ccc174b8ea797e541037cb9400d', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_72960', table='pledges_district', when='AFTER')),
            ),
            AddTrigger(
                model_name='district',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."aliases" IS DISTINCT FROM (NEW."aliases") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='INSERT INTO "pledges_districtevent" ("aliases", "code", "id", "kind", "name", "name_en", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."aliases", NEW."code", NEW."id", NEW."kind", NEW."name", NEW."name_en", NEW."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."slug"); RETURN NULL;', hash='e57282a9b1854fc46d80beca600da52704ab1d76', operation='UPDATE', pgid='pgtrigger_update_update_ff12f', table='pledges_district', when='AFTER')),
            ),
            AddTrigger(
                model_name='document',
                trigger=pgtrigger.compiler.Trigger(name='derive_search_text', sql=pgtrigger.compiler.UpsertTriggerSql(func='NEW.search_text := pledges_names(ARRAY[NEW.title]); RETURN NEW;', hash='3cc7a84a1016eb06933e042e26e884a5e81c0f73', operation='INSERT OR UPDATE', pgid='pgtrigger_derive_search_text_f1b1d', table='pledges_document', when='BEFORE')),
            ),
            AddTrigger(
                model_name='document',
                trigger=pgtrigger.compiler.Trigger(name='protect_judged', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."date" IS DISTINCT FROM (NEW."date"))', func='\n            PERFORM FROM pledges_document WHERE id = NEW.id FOR UPDATE;\n            IF EXISTS (SELECT FROM pledges_pledge pledge WHERE (pledge.statement_id IN (SELECT id FROM pledges_statement WHERE document_id = NEW.id) AND pledge.current_follow_up_id IS NOT NULL))\n                AND NOT EXISTS (\n                    SELECT FROM pledges_amendment amendment\n                    WHERE id = nullif(current_setting(\'duixian.amendment\', true), \'\')::bigint\n                        AND state = \'approved\' AND NOT is_applied\n                        AND jsonb_build_object(\n                            \'table\', \'document\', \'key\', NEW.id::text,\n                            \'before\', (\n                SELECT jsonb_object_agg(key, to_jsonb(OLD) -> key)\n                FROM jsonb_object_keys(to_jsonb(NEW) - ARRAY[\'id\', \'slug\', \'title\', \'publisher\', \'url\', \'text\', \'date_earliest\', \'search_text\', \'edited_fields\']) key\n                WHERE to_jsonb(NEW) -> key IS DISTINCT FROM to_jsonb(OLD) -> key\n            ), \'after\', (\n                SELECT jsonb_object_agg(key, to_jsonb(NEW) -> key)\n                FROM jsonb_object_keys(to_jsonb(NEW) - ARRAY[\'id\', \'slug\', \'title\', \'publisher\', \'url\', \'text\', \'date_earliest\', \'search_text\', \'edited_fields\']) key\n                WHERE to_jsonb(NEW) -> key IS DISTINCT FROM to_jsonb(OLD) -> key\n            )\n                        ) IN (SELECT jsonb_array_elements(changes))\n                ) THEN\n                RAISE EXCEPTION \'the row violates "judged_by_amendment_only"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'judged_by_amendment_only\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            RETURN NULL;\n        ', hash='fd6b643ded74fe3a98b4b1d7615709a11487d39e', operation='UPDATE', pgid='pgtrigger_protect_judged_a7100', table='pledges_document', when='AFTER')),
            ),
            AddTrigger(
                model_name='document',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func='\n            IF TG_OP = \'UPDATE\'\n                AND to_jsonb(NEW) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] = to_jsonb(OLD) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = \'UPDATE\' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (VALUES (\'document\', NEW.id::text)) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n        ', hash='96a78294e1bb7ec7e34dd2911c352cccc0801ae6', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_f055d', table='pledges_document', when='AFTER')),
            ),
            AddTrigger(
                model_name='followup',
                trigger=pgtrigger.compiler.Trigger(name='enforce_review_workflow', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE target RECORD; said RECORD; target_unit RECORD; actual_unit RECORD; actual NUMERIC; target_one NUMERIC; step TEXT; current RECORD;', func='\n        IF TG_OP = \'INSERT\' THEN\n            IF NEW.state <> \'draft\' THEN\n                RAISE EXCEPTION \'the row violates "follow_up_begins_as_draft"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_begins_as_draft\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            NEW.version := 1;\n            NEW.approved_alone := false;\n            NEW.previous_status := NULL;\n            NEW.resulting_status := NULL;\n            NEW.judged_values := NULL;\n            NEW.submitted_at := NULL;\n            NEW.reviewed_at := NULL;\n        ELSE\n            IF (EXISTS (\n        SELECT FROM pledges_redirect redirect\n        WHERE (redirect.kind, redirect.source, redirect.target) = (\'unit\', (OLD.unit_id)::text, (NEW.unit_id)::text)\n    )\n    AND to_jsonb(NEW) - \'unit_id\' = to_jsonb(OLD) - \'unit_id\') THEN\n                RETURN NEW;\n            END IF;\n            IF OLD.state = \'approved\' THEN\n                RAISE EXCEPTION \'the row violates "follow_up_approved_is_final"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_approved_is_final\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.pledge_id IS DISTINCT FROM OLD.pledge_id OR NEW.author_id IS DISTINCT FROM OLD.author_id THEN\n                RAISE EXCEPTION \'the row violates "follow_up_keeps_pledge_and_author"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_keeps_pledge_and_author\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.state <> OLD.state THEN\n                step := NEW.state;\n                IF (OLD.state, step) NOT IN (\n                    (\'draft\', \'submitted\'),\n                    (\'submitted\', \'approved\'),\n                    (\'submitted\', \'returned\'),\n                    (\'returned\', \'submitted\')\n                ) THEN\n                    RAISE EXCEPTION \'the row violates "follow_up_transition_allowed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_transition_allowed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n                END IF;\n            END IF;\n            IF OLD.state = \'submitted\' AND (NEW.status IS DISTINCT FROM OLD.status OR NEW.actual IS DISTINCT FROM OLD.actual OR NEW.unit_id IS DISTINCT FROM OLD.unit_id OR NEW.as_of IS DISTINCT FROM OLD.as_of OR NEW.summary IS DISTINCT FROM OLD.summary OR NEW.reason IS DISTINCT FROM OLD.reason OR NEW.supersedes_id IS DISTINCT FROM OLD.supersedes_id OR NEW.submitter_id IS DISTINCT FROM OLD.submitter_id) THEN\n                RAISE EXCEPTION \'the row violates "follow_up_under_review"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_under_review\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            NEW.version := OLD.version + 1;\n            NEW.approved_alone := OLD.approved_alone;\n            NEW.previous_status := OLD.previous_status;\n            NEW.resulting_status := OLD.resulting_status;\n            NEW.judged_values := OLD.judged_values;\n            NEW.submitted_at := OLD.submitted_at;\n            NEW.reviewed_at := OLD.reviewed_at;\n        END IF;\n        NEW.updated_at := clock_timestamp();\n\n        IF step IN (\'submitted\', \'approved\') THEN\n            -- Lock the pledge before reading it and before reading the clock: its target can\'t change during the\n            -- checks, and approvals get times in the order in which they take effect.\n            PERFORM FROM pledges_pledge WHERE id = NEW.pledge_id FOR NO KEY UPDATE;\n        END IF;\n        -- Not when it is returned: a follow-up that no longer fits its changed pledge must get back to its author.\n        IF TG_OP = \'INSERT\' OR step IN (\'submitted\', \'approved\') OR NEW.status IS DISTINCT FROM OLD.status OR NEW.actual IS DISTINCT FROM OLD.actual OR NEW.unit_id IS DISTINCT FROM OLD.unit_id OR NEW.as_of IS DISTINCT FROM OLD.as_of OR NEW.summary IS DISTINCT FROM OLD.summary OR NEW.reason IS DISTINCT FROM OLD.reason OR NEW.supersedes_id IS DISTINCT FROM OLD.supersedes_id THEN\n            SELECT pledge.measure, pledge.unit_id, pledge.metric_id, pledge.district_id, pledge.statement_id,\n                    pledge.last_day, document.date_earliest AS said_earliest\n                INTO target\n                FROM pledges_pledge pledge\n                JOIN pledges_statement statement ON statement.id = pledge.statement_id\n                JOIN pledges_document document ON document.id = statement.document_id\n                WHERE pledge.id = NEW.pledge_id;\n            SELECT * INTO target_unit FROM pledges_unit WHERE symbol = target.unit_id;\n            SELECT * INTO actual_unit FROM pledges_unit WHERE symbol = NEW.unit_id;\n            IF actual_unit.dimension_id <> target_unit.dimension_id THEN\n                RAISE EXCEPTION \'the row violates "follow_up_unit_fits_pledge"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_unit_fits_pledge\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            -- The actual figure, and 1 in the unit of the target, both in the same unit: exact, without a division.\n            actual := NEW.actual * actual_unit.numerator * target_unit.denominator;\n            target_one := target_unit.numerator * actual_unit.denominator;\n            IF target.measure IN (\'total\', \'level\', \'share\', \'rank\') AND actual < 0\n                OR target.measure = \'share\' AND actual > 100 * target_one\n                OR target.measure = \'rank\' AND actual < target_one\n                OR target.measure = \'rank\' AND mod(actual, target_one) <> 0 THEN\n                RAISE EXCEPTION \'the row violates "follow_up_actual_is_possible"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_actual_is_possible\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.as_of > (now() AT TIME ZONE \'Asia/Shanghai\')::date THEN\n                RAISE EXCEPTION \'the row violates "follow_up_as_of_not_in_future"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_as_of_not_in_future\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.as_of < target.said_earliest THEN\n                RAISE EXCEPTION \'the row violates "follow_up_as_of_not_before_statement"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_as_of_not_before_statement\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF (NEW.status = \'missed\' AND (now() AT TIME ZONE \'Asia/Shanghai\')::date <= target.last_day) THEN\n                RAISE EXCEPTION \'the row violates "follow_up_missed_only_after_deadline"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_missed_only_after_deadline\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF (NEW.status = \'missed\' AND NEW.as_of < target.last_day) THEN\n                RAISE EXCEPTION \'the row violates "follow_up_missed_as_of_last_day"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_missed_as_of_last_day\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.supersedes_id IS NOT NULL AND NOT EXISTS (\n                SELECT FROM pledges_followup\n                WHERE id = NEW.supersedes_id AND pledge_id = NEW.pledge_id AND state = \'approved\'\n            ) THEN\n                RAISE EXCEPTION \'the row violates "follow_up_supersedes_approved"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_supersedes_approved\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n        END IF;\n\n        -- Only Python checks that a status other than the suggested one has a reason. The suggestion follows from the\n        -- assessment rules, which may be refined; a row that was valid when it was written has to stay valid.\n        IF step IN (\'submitted\', \'approved\') AND (NEW.status IN (\'met\', \'missed\', \'partly_met\', \'withdrawn\') AND NOT EXISTS (SELECT FROM pledges_evidence WHERE follow_up_id = NEW.id)) THEN\n            RAISE EXCEPTION \'the row violates "follow_up_verdict_has_evidence"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_verdict_has_evidence\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n        END IF;\n        IF step = \'submitted\' THEN\n            NEW.submitter_id := coalesce(NEW.submitter_id, NEW.author_id);\n            NEW.submitted_at := clock_timestamp();\n            NEW.reviewed_at := NULL;\n        ELSIF step = \'returned\' THEN\n            NEW.reviewed_at := clock_timestamp();\n        ELSIF step = \'approved\' THEN\n            -- Until the commit, what is judged stays as it is (`ProtectJudged`).\n            PERFORM FROM pledges_unit WHERE symbol IN (target.unit_id, NEW.unit_id) FOR KEY SHARE;\n            PERFORM FROM pledges_metric WHERE id = target.metric_id FOR KEY SHARE;\n            PERFORM FROM pledges_district WHERE id = target.district_id FOR KEY SHARE;\n            PERFORM FROM pledges_statement WHERE id = target.statement_id FOR KEY SHARE;\n            SELECT * INTO said FROM pledges_statement WHERE id = target.statement_id;\n            PERFORM FROM pledges_document WHERE id = said.document_id FOR KEY SHARE;\n            PERFORM FROM pledges_official WHERE id = said.official_id FOR KEY SHARE;\n            PERFORM FROM pledges_post WHERE id = said.post_id FOR KEY SHARE;\n            NEW.judged_values := (\n        SELECT jsonb_build_object(\n            \'target\', (to_jsonb(judged_pledge) - ARRAY[\'id\', \'ref\', \'status\', \'status_since\', \'last_checked_on\', \'current_follow_up_id\', \'on_earlier_target\', \'amount\', \'amount_max\', \'last_day\', \'search_text\', \'created_at\', \'updated_at\', \'edited_fields\', \'loaded_from\', \'assignee_id\', \'strength\', \'tier\', \'note\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\', \'quote\', \'state\'])\n                || jsonb_build_object(\'supersedes\', earlier.ref),\n            \'quote\', judged_pledge.quote,\n            \'state\', judged_pledge.state,\n            \'unit\', (to_jsonb(unit) - ARRAY[\'factor\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\']) || jsonb_build_object(\'dimension\', unit_dimension.slug),\n            \'metric\', (to_jsonb(metric) - ARRAY[\'id\', \'topic_id\', \'search_text\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\']) || jsonb_build_object(\'dimension\', metric_dimension.slug),\n            \'district\', (to_jsonb(district) - ARRAY[\'id\', \'name_en\', \'kind\', \'code\', \'aliases\', \'parent_id\', \'search_text\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\']),\n            \'document\', (to_jsonb(document) - ARRAY[\'id\', \'title\', \'publisher\', \'url\', \'text\', \'date_earliest\', \'search_text\', \'edited_fields\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\']),\n            \'official\', (to_jsonb(official) - ARRAY[\'id\', \'search_text\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\']),\n            \'post\', (to_jsonb(post) - ARRAY[\'id\', \'search_text\', \'statement_id\', \'district_id\', \'metric_id\', \'unit_id\', \'supersedes_id\', \'dimension_id\']) || jsonb_build_object(\'district\', post_district.slug)\n        )\n        FROM pledges_pledge judged_pledge\n        LEFT JOIN pledges_pledge earlier ON earlier.id = judged_pledge.supersedes_id\n        JOIN pledges_unit unit ON unit.symbol = judged_pledge.unit_id\n        JOIN pledges_dimension unit_dimension ON unit_dimension.id = unit.dimension_id\n        JOIN pledges_metric metric ON metric.id = judged_pledge.metric_id\n        JOIN pledges_dimension metric_dimension ON metric_dimension.id = metric.dimension_id\n        JOIN pledges_district district ON district.id = judged_pledge.district_id\n        JOIN pledges_statement statement ON statement.id = judged_pledge.statement_id\n        JOIN pledges_document document ON document.id = statement.document_id\n        JOIN pledges_official official ON official.id = statement.official_id\n        JOIN pledges_post post ON post.id = statement.post_id\n        JOIN pledges_district post_district ON post_district.id = post.district_id\n        WHERE judged_pledge.id = NEW.pledge_id\n    ) || jsonb_build_object(\n                \'actual_unit\', (SELECT to_jsonb(unit) FROM pledges_unit unit WHERE symbol = NEW.unit_id));\n            NEW.approved_alone := coalesce(NEW.reviewer_id IN (NEW.author_id, NEW.submitter_id), false);\n            IF NEW.approved_alone AND current_setting(\'duixian.one_person_desk\', true) IS DISTINCT FROM \'on\' THEN\n                RAISE EXCEPTION \'the row violates "follow_up_reviewer_is_not_author"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_reviewer_is_not_author\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            -- Later than the previous approval, even if the server\'s clock was set back.\n            NEW.reviewed_at := greatest(clock_timestamp(), (\n                SELECT max(reviewed_at) + interval \'1 microsecond\' FROM pledges_followup\n                WHERE pledge_id = NEW.pledge_id AND state = \'approved\'\n            ));\n            -- Not read from the pledge: one statement can approve several of its follow-ups.\n            \n        SELECT * INTO current FROM pledges_followup follow_up WHERE pledge_id = NEW.pledge_id AND state = \'approved\'\n            AND NOT EXISTS (\n                SELECT FROM pledges_followup later WHERE later.supersedes_id = follow_up.id AND later.state = \'approved\'\n            )\n            \n        ORDER BY as_of DESC, reviewed_at DESC LIMIT 1\n    ;\n            NEW.previous_status := coalesce(current.status, \'unchecked\');\n            \n        SELECT * INTO current FROM pledges_followup follow_up WHERE pledge_id = NEW.pledge_id AND state = \'approved\'\n            AND NOT EXISTS (\n                SELECT FROM pledges_followup later WHERE later.supersedes_id = follow_up.id AND later.state = \'approved\'\n            )\n            AND id IS DISTINCT FROM NEW.supersedes_id\n        ORDER BY as_of DESC, reviewed_at DESC LIMIT 1\n    ;\n            NEW.resulting_status := CASE WHEN current.as_of > NEW.as_of THEN current.status ELSE NEW.status END;\n        END IF;\n        RETURN NEW;\n    ', hash='f4ced81b7d1d15881e1b6d729ccf061ea7b215e1', operation='INSERT OR UPDATE', pgid='pgtrigger_enforce_review_workflow_7e8cd', table='pledges_followup', when='BEFORE')),
            ),
            AddTrigger(
                model_name='metric',
                trigger=pgtrigger.compiler.Trigger(name='protect_judged', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."dimension_id" IS DISTINCT FROM (NEW."dimension_id") OR OLD."direction" IS DISTINCT FROM (NEW."direction") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."tolerance" IS DISTINCT FROM (NEW."tolerance"))', func='\n            PERFORM FROM pledges_metric WHERE id = NEW.id FOR UPDATE;\n            IF EXISTS (SELECT FROM pledges_pledge pledge WHERE (pledge.metric_id = NEW.id AND pledge.current_follow_up_id IS NOT NULL))\n                AND NOT EXISTS (\n                    SELECT FROM pledges_amendment amendment\n                    WHERE id = nullif(current_setting(\'duixian.amendment\', true), \'\')::bigint\n                        AND state = \'approved\' AND NOT is_applied\n                        AND jsonb_build_object(\n                            \'table\', \'metric\', \'key\', NEW.id::text,\n                            \'before\', (\n                SELECT jsonb_object_agg(key, to_jsonb(OLD) -> key)\n                FROM jsonb_object_keys(to_jsonb(NEW) - ARRAY[\'id\', \'slug\', \'topic_id\', \'search_text\']) key\n                WHERE to_jsonb(NEW) -> key IS DISTINCT FROM to_jsonb(OLD) -> key\n            ), \'after\', (\n                SELECT jsonb_object_agg(key, to_jsonb(NEW) -> key)\n                FROM jsonb_object_keys(to_jsonb(NEW) - ARRAY[\'id\', \'slug\', \'topic_id\', \'search_text\']) key\n                WHERE to_jsonb(NEW) -> key IS DISTINCT FROM to_jsonb(OLD) -> key\n            )\n                        ) IN (SELECT jsonb_array_elements(changes))\n                ) THEN\n                RAISE EXCEPTION \'the row violates "judged_by_amendment_only"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'judged_by_amendment_only\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            RETURN NULL;\n        ', hash='da83c8ecc674d6c80a04870c0c02a18db3aa2ef5', operation='UPDATE', pgid='pgtrigger_protect_judged_4aa44', table='pledges_metric', when='AFTER')),
            ),
            AddTrigger(
                model_name='metric',
                trigger=pgtrigger.compiler.Trigger(name='derive_search_text', sql=pgtrigger.compiler.UpsertTriggerSql(func='NEW.search_text := pledges_names(ARRAY[NEW.name, NEW.name_en]); RETURN NEW;', hash='b7a75c13a0be8d77efb7576bd38e7164ab1dd8a2', operation='INSERT OR UPDATE', pgid='pgtrigger_derive_search_text_a6152', table='pledges_metric', when='BEFORE')),
            ),
            AddTrigger(
                model_name='metric',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func='\n            IF TG_OP = \'UPDATE\'\n                AND to_jsonb(NEW) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] = to_jsonb(OLD) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = \'UPDATE\' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (VALUES (\'metric\', NEW.id::text)) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n        ', hash='acc68b98f95ae1fcabc93d86af12748a8f2ad8fc', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_5b446', table='pledges_metric', when='AFTER')),
            ),
            AddTrigger(
                model_name='metric',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."dimension_id" IS DISTINCT FROM (NEW."dimension_id") OR OLD."direction" IS DISTINCT FROM (NEW."direction") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."tolerance" IS DISTINCT FROM (NEW."tolerance") OR OLD."topic_id" IS DISTINCT FROM (NEW."topic_id"))', func='INSERT INTO "pledges_metricevent" ("dimension_id", "direction", "id", "name", "name_en", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "tolerance", "topic_id") VALUES (NEW."dimension_id", NEW."direction", NEW."id", NEW."name", NEW."name_en", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."slug", NEW."tolerance", NEW."topic_id"); RETURN NULL;', hash='7da3508040d928f21ab2682aaf331991154f334b', operation='UPDATE', pgid='pgtrigger_update_update_15f7e', table='pledges_metric', when='AFTER')),
            ),
            AddTrigger(
                model_name='official',
                trigger=pgtrigger.compiler.Trigger(name='derive_search_text', sql=pgtrigger.compiler.UpsertTriggerSql(func='NEW.search_text := pledges_names(ARRAY[NEW.name]); RETURN NEW;', hash='299dad4e628730b568cffb81a63e69302a490808', operation='INSERT OR UPDATE', pgid='pgtrigger_derive_search_text_f6356', table='pledges_official', when='BEFORE')),
            ),
            AddTrigger(
                model_name='official',
                trigger=pgtrigger.compiler.Trigger(name='protect_judged', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."name" IS DISTINCT FROM (NEW."name"))', func='\n            PERFORM FROM pledges_official WHERE id = NEW.id FOR UPDATE;\n            IF EXISTS (SELECT FROM pledges_pledge pledge WHERE (pledge.statement_id IN (SELECT id FROM pledges_statement WHERE official_id = NEW.id) AND pledge.current_follow_up_id IS NOT NULL))\n                AND NOT EXISTS (\n                    SELECT FROM pledges_amendment amendment\n                    WHERE id = nullif(current_setting(\'duixian.amendment\', true), \'\')::bigint\n                        AND state = \'approved\' AND NOT is_applied\n                        AND jsonb_build_object(\n                            \'table\', \'official\', \'key\', NEW.id::text,\n                            \'before\', (\n                SELECT jsonb_object_agg(key, to_jsonb(OLD) -> key)\n                FROM jsonb_object_keys(to_jsonb(NEW) - ARRAY[\'id\', \'slug\', \'search_text\']) key\n                WHERE to_jsonb(NEW) -> key IS DISTINCT FROM to_jsonb(OLD) -> key\n            ), \'after\', (\n                SELECT jsonb_object_agg(key, to_jsonb(NEW) -> key)\n                FROM jsonb_object_keys(to_jsonb(NEW) - ARRAY[\'id\', \'slug\', \'search_text\']) key\n                WHERE to_jsonb(NEW) -> key IS DISTINCT FROM to_jsonb(OLD) -> key\n            )\n                        ) IN (SELECT jsonb_array_elements(changes))\n                ) THEN\n                RAISE EXCEPTION \'the row violates "judged_by_amendment_only"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'judged_by_amendment_only\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            RETURN NULL;\n        ', hash='15b951a9493142f6b720cb5756f5497d19c40309', operation='UPDATE', pgid='pgtrigger_protect_judged_34cb0', table='pledges_official', when='AFTER')),
            ),
            AddTrigger(
                model_name='official',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func='\n            IF TG_OP = \'UPDATE\'\n                AND to_jsonb(NEW) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] = to_jsonb(OLD) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = \'UPDATE\' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (VALUES (\'official\', NEW.id::text)) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n        ', hash='8875c01c4061348c1d56f264620dedd8342056e6', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_72ab6', table='pledges_official', when='AFTER')),
            ),
            AddTrigger(
                model_name='official',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='INSERT INTO "pledges_officialevent" ("id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."slug"); RETURN NULL;', hash='f33ae646b59a13393473fb5f6f67142fa77b9900', operation='UPDATE', pgid='pgtrigger_update_update_bab02', table='pledges_official', when='AFTER')),
            ),
            AddTrigger(
                model_name='post',
                trigger=pgtrigger.compiler.Trigger(name='derive_search_text', sql=pgtrigger.compiler.UpsertTriggerSql(func='NEW.search_text := pledges_names(ARRAY[NEW.title]); RETURN NEW;', hash='9f959e63aa0f98abd2470db9729641b7c10956d8', operation='INSERT OR UPDATE', pgid='pgtrigger_derive_search_text_2acbd', table='pledges_post', when='BEFORE')),
            ),
            AddTrigger(
                model_name='post',
                trigger=pgtrigger.compiler.Trigger(name='protect_judged', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."district_id" IS DISTINCT FROM (NEW."district_id") OR OLD."organisation" IS DISTINCT FROM (NEW."organisation") OR OLD."title" IS DISTINCT FROM (NEW."title"))', func='\n            PERFORM FROM pledges_post WHERE id = NEW.id FOR UPDATE;\n            IF EXISTS (SELECT FROM pledges_pledge pledge WHERE (pledge.statement_id IN (SELECT id FROM pledges_statement WHERE post_id = NEW.id) AND pledge.current_follow_up_id IS NOT NULL))\n                AND NOT EXISTS (\n                    SELECT FROM pledges_amendment amendment\n                    WHERE id = nullif(current_setting(\'duixian.amendment\', true), \'\')::bigint\n                        AND state = \'approved\' AND NOT is_applied\n                        AND jsonb_build_object(\n                            \'table\', \'post\', \'key\', NEW.id::text,\n                            \'before\', (\n                SELECT jsonb_object_agg(key, to_jsonb(OLD) -> key)\n                FROM jsonb_object_keys(to_jsonb(NEW) - ARRAY[\'id\', \'search_text\']) key\n                WHERE to_jsonb(NEW) -> key IS DISTINCT FROM to_jsonb(OLD) -> key\n            ), \'after\', (\n                SELECT jsonb_object_agg(key, to_jsonb(NEW) -> key)\n                FROM jsonb_object_keys(to_jsonb(NEW) - ARRAY[\'id\', \'search_text\']) key\n                WHERE to_jsonb(NEW) -> key IS DISTINCT FROM to_jsonb(OLD) -> key\n            )\n                        ) IN (SELECT jsonb_array_elements(changes))\n                ) THEN\n                RAISE EXCEPTION \'the row violates "judged_by_amendment_only"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'judged_by_amendment_only\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            RETURN NULL;\n        ', hash='33348be77b7d380f1354658c2da40b8fa8874177', operation='UPDATE', pgid='pgtrigger_protect_judged_3c4a2', table='pledges_post', when='AFTER')),
            ),
            AddTrigger(
                model_name='post',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func='\n            IF TG_OP = \'UPDATE\'\n                AND to_jsonb(NEW) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] = to_jsonb(OLD) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = \'UPDATE\' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (VALUES (\'post\', NEW.id::text)) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n        ', hash='ac83d90aa124714a1d92420b249c51b8f7bd8009', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_68462', table='pledges_post', when='AFTER')),
            ),
            AddTrigger(
                model_name='post',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."district_id" IS DISTINCT FROM (NEW."district_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."organisation" IS DISTINCT FROM (NEW."organisation") OR OLD."title" IS DISTINCT FROM (NEW."title"))', func='INSERT INTO "pledges_postevent" ("district_id", "id", "organisation", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "title") VALUES (NEW."district_id", NEW."id", NEW."organisation", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."title"); RETURN NULL;', hash='ca52e9fa0592a953667f831ad73ce7a9d967f54f', operation='UPDATE', pgid='pgtrigger_update_update_81018', table='pledges_post', when='AFTER')),
            ),
            AddTrigger(
                model_name='statement',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func='\n            IF TG_OP = \'UPDATE\'\n                AND to_jsonb(NEW) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] = to_jsonb(OLD) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = \'UPDATE\' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (VALUES (\'statement\', NEW.id::text)) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n        ', hash='94953f65907e43677a4abbc17e4e7dec0923ffab', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_fc100', table='pledges_statement', when='AFTER')),
            ),
            AddTrigger(
                model_name='topic',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func='\n            IF TG_OP = \'UPDATE\'\n                AND to_jsonb(NEW) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] = to_jsonb(OLD) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = \'UPDATE\' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (VALUES (\'topic\', NEW.id::text)) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n        ', hash='bc7db0207e34b4ebe06fc699bb79ad1a5696fbb2', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_20c7f', table='pledges_topic', when='AFTER')),
            ),
            AddTrigger(
                model_name='unit',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func='\n            IF TG_OP = \'UPDATE\'\n                AND to_jsonb(NEW) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] = to_jsonb(OLD) - ARRAY[\'date_earliest\', \'edited_fields\', \'search_text\', \'text\'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = \'UPDATE\' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (VALUES (\'unit\', NEW.symbol::text), (\'unit_of_actual\', NEW.symbol::text)) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n        ', hash='f8a17d837226cc1a7ff26406378223e700dbdb7d', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_1bdf8', table='pledges_unit', when='AFTER')),
            ),
        ]),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
