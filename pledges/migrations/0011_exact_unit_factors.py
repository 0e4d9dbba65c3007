"""Factors of units as exact ratios of integers: 1 亩 is 2000/3 m², not 666.666666666667 m²."""

import django.db.models.expressions
import django.db.models.functions.comparison
import pgtrigger.compiler
from decimal import Decimal, localcontext
from fractions import Fraction
from django.db import migrations, models

from pledges.database.upgrade import LockRecord
from pledges.database.migration_operations import AddTrigger, AtOnce, RemoveTrigger

# The rows are the same units as before. A trigger would log them as changed.
FILL = """
    ALTER TABLE {table} DISABLE TRIGGER USER;
    UPDATE {table} SET numerator = %s, denominator = %s WHERE factor = %s;
    ALTER TABLE {table} ENABLE TRIGGER USER
"""
# The amounts that were rounded: `derive_columns` computes them again.
REFRESH_AMOUNTS = """
    UPDATE pledges_pledge SET ref = ref WHERE unit_id IN (SELECT symbol FROM pledges_unit WHERE denominator > 1)
"""


def exact_ratio(factor):
    """Return the ratio that was rounded to 12 decimals, if its denominator is small; otherwise that of the decimal."""
    simple = Fraction(factor).limit_denominator(1000)
    with localcontext(prec=60):
        is_same = (Decimal(simple.numerator) / simple.denominator).quantize(Decimal("1e-12")) == factor
    return simple if is_same else Fraction(factor)


def fill_ratios(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table in ("pledges_unit", "pledges_unitevent"):
            cursor.execute(f"SELECT DISTINCT factor FROM {table}")
            for (factor,) in cursor.fetchall():
                ratio = exact_ratio(factor)
                for statement in FILL.format(table=table).split(";"):
                    values = [ratio.numerator, ratio.denominator, factor] if "%s" in statement else []
                    cursor.execute(statement, values)


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0010_form_of_slugs'),
    ]

    operations = [
        LockRecord(),
        AtOnce([
            RemoveTrigger(
                model_name='followup',
                name='enforce_review_workflow',
            ),
            RemoveTrigger(
                model_name='pledge',
                name='derive_columns',
            ),
            RemoveTrigger(
                model_name='unit',
                name='insert_insert',
            ),
            RemoveTrigger(
                model_name='unit',
                name='update_update',
            ),
            RemoveTrigger(
                model_name='unit',
                name='delete_delete',
            ),
            RemoveTrigger(
                model_name='unit',
                name='refresh_derived_pledges',
            ),
            migrations.RemoveConstraint(
                model_name='unit',
                name='unit_factor_positive',
            ),
            migrations.AddField(
                model_name='unit',
                name='denominator',
                field=models.DecimalField(db_default=1, decimal_places=0, default=1, help_text='For a factor that is no whole number: 1 亩 is 2000 / 3 平方米, 1 斤 is 1 / 2000 吨.', max_digits=30, verbose_name='divided by'),
            ),
            migrations.AddField(
                model_name='unit',
                name='numerator',
                field=models.DecimalField(decimal_places=0, default=1, help_text='How many base units this is: 1 亿元 is 100000000 元.', max_digits=30, verbose_name='factor'),
                preserve_default=False,
            ),
            migrations.AddField(
                model_name='unitevent',
                name='denominator',
                field=models.DecimalField(db_default=1, decimal_places=0, default=1, help_text='For a factor that is no whole number: 1 亩 is 2000 / 3 平方米, 1 斤 is 1 / 2000 吨.', max_digits=30, verbose_name='divided by'),
            ),
            migrations.AddField(
                model_name='unitevent',
                name='numerator',
                field=models.DecimalField(decimal_places=0, default=1, help_text='How many base units this is: 1 亿元 is 100000000 元.', max_digits=30, verbose_name='factor'),
                preserve_default=False,
            ),
        ]),
        migrations.RunPython(fill_ratios, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='unitevent',
            name='factor',
        ),
        migrations.RemoveField(
            model_name='unit',
            name='factor',
        ),
        migrations.AddField(
            model_name='unit',
            name='factor',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(models.F('numerator'), '/', django.db.models.functions.comparison.Greatest(models.F('denominator'), Decimal('1'))), output_field=models.DecimalField(decimal_places=12, max_digits=42), verbose_name='rounded factor'),
        ),
        AddTrigger(
            model_name='followup',
            trigger=pgtrigger.compiler.Trigger(name='enforce_review_workflow', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE target RECORD; target_unit RECORD; actual_unit RECORD; actual NUMERIC; target_one NUMERIC; step TEXT; current RECORD;', func='\n        IF TG_OP = \'INSERT\' THEN\n            IF NEW.state <> \'draft\' THEN\n                RAISE EXCEPTION \'the row violates "follow_up_begins_as_draft"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_begins_as_draft\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            NEW.version := 1;\n            NEW.approved_alone := false;\n            NEW.previous_status := NULL;\n            NEW.resulting_status := NULL;\n            NEW.submitted_at := NULL;\n            NEW.reviewed_at := NULL;\n        ELSE\n            IF OLD.state = \'approved\' THEN\n                RAISE EXCEPTION \'the row violates "follow_up_approved_is_final"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_approved_is_final\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.pledge_id IS DISTINCT FROM OLD.pledge_id OR NEW.author_id IS DISTINCT FROM OLD.author_id THEN\n                RAISE EXCEPTION \'the row violates "follow_up_keeps_pledge_and_author"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_keeps_pledge_and_author\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.state <> OLD.state THEN\n                step := NEW.state;\n                IF (OLD.state, step) NOT IN (\n                    (\'draft\', \'submitted\'),\n                    (\'submitted\', \'approved\'),\n                    (\'submitted\', \'returned\'),\n                    (\'returned\', \'submitted\')\n                ) THEN\n                    RAISE EXCEPTION \'the row violates "follow_up_transition_allowed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_transition_allowed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n                END IF;\n            END IF;\n            IF OLD.state = \'submitted\' AND (NEW.status IS DISTINCT FROM OLD.status OR NEW.actual IS DISTINCT FROM OLD.actual OR NEW.unit_id IS DISTINCT FROM OLD.unit_id OR NEW.as_of IS DISTINCT FROM OLD.as_of OR NEW.summary IS DISTINCT FROM OLD.summary OR NEW.reason IS DISTINCT FROM OLD.reason OR NEW.supersedes_id IS DISTINCT FROM OLD.supersedes_id OR NEW.submitter_id IS DISTINCT FROM OLD.submitter_id) THEN\n                RAISE EXCEPTION \'the row violates "follow_up_under_review"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_under_review\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            NEW.version := OLD.version + 1;\n            NEW.approved_alone := OLD.approved_alone;\n            NEW.previous_status := OLD.previous_status;\n            NEW.resulting_status := OLD.resulting_status;\n            NEW.submitted_at := OLD.submitted_at;\n            NEW.reviewed_at := OLD.reviewed_at;\n        END IF;\n        NEW.updated_at := clock_timestamp();\n\n        IF step IN (\'submitted\', \'approved\') THEN\n            -- Lock the pledge before reading it and before reading the clock: its target can\'t change during the\n            -- checks, and approvals get times in the order in which they take effect.\n            PERFORM FROM pledges_pledge WHERE id = NEW.pledge_id FOR NO KEY UPDATE;\n        END IF;\n        -- Not when it is returned: a follow-up that no longer fits its changed pledge must get back to its author.\n        IF TG_OP = \'INSERT\' OR step IN (\'submitted\', \'approved\') OR NEW.status IS DISTINCT FROM OLD.status OR NEW.actual IS DISTINCT FROM OLD.actual OR NEW.unit_id IS DISTINCT FROM OLD.unit_id OR NEW.as_of IS DISTINCT FROM OLD.as_of OR NEW.summary IS DISTINCT FROM OLD.summary OR NEW.reason IS DISTINCT FROM OLD.reason OR NEW.supersedes_id IS DISTINCT FROM OLD.supersedes_id THEN\n            SELECT pledge.measure, pledge.unit_id, pledge.last_day, document.date_earliest AS said_earliest\n                INTO target\n                FROM pledges_pledge pledge\n                JOIN pledges_statement statement ON statement.id = pledge.statement_id\n                JOIN pledges_document document ON document.id = statement.document_id\n                WHERE pledge.id = NEW.pledge_id;\n            SELECT * INTO target_unit FROM pledges_unit WHERE symbol = target.unit_id;\n            SELECT * INTO actual_unit FROM pledges_unit WHERE symbol = NEW.unit_id;\n            IF actual_unit.dimension_id <> target_unit.dimension_id THEN\n                RAISE EXCEPTION \'the row violates "follow_up_unit_fits_pledge"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_unit_fits_pledge\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            -- The actual figure, and 1 in the unit of the target, both in the same unit: exact, without a division.\n            actual := NEW.actual * actual_unit.numerator * target_unit.denominator;\n            target_one := target_unit.numerator * actual_unit.denominator;\n            IF target.measure IN (\'total\', \'level\', \'share\', \'rank\') AND actual < 0\n                OR target.measure = \'share\' AND actual > 100 * target_one\n                OR target.measure = \'rank\' AND actual < target_one\n                OR target.measure = \'rank\' AND mod(actual, target_one) <> 0 THEN\n                RAISE EXCEPTION \'the row violates "follow_up_actual_is_possible"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_actual_is_possible\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.as_of > (now() AT TIME ZONE \'Asia/Shanghai\')::date THEN\n                RAISE EXCEPTION \'the row violates "follow_up_as_of_not_in_future"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_as_of_not_in_future\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.as_of < target.said_earliest THEN\n                RAISE EXCEPTION \'the row violates "follow_up_as_of_not_before_statement"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_as_of_not_before_statement\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF (NEW.status = \'missed\' AND (now() AT TIME ZONE \'Asia/Shanghai\')::date <= target.last_day) THEN\n                RAISE EXCEPTION \'the row violates "follow_up_missed_only_after_deadline"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_missed_only_after_deadline\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF (NEW.status = \'missed\' AND NEW.as_of < target.last_day) THEN\n                RAISE EXCEPTION \'the row violates "follow_up_missed_as_of_last_day"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_missed_as_of_last_day\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.supersedes_id IS NOT NULL AND NOT EXISTS (\n                SELECT FROM pledges_followup\n                WHERE id = NEW.supersedes_id AND pledge_id = NEW.pledge_id AND state = \'approved\'\n            ) THEN\n                RAISE EXCEPTION \'the row violates "follow_up_supersedes_approved"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_supersedes_approved\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n        END IF;\n\n        -- Only Python checks that a status other than the suggested one has a reason. The suggestion follows from the\n        -- assessment rules, which may be refined; a row that was valid when it was written has to stay valid.\n        IF step IN (\'submitted\', \'approved\') AND (NEW.status IN (\'met\', \'missed\', \'partly_met\', \'withdrawn\') AND NOT EXISTS (SELECT FROM pledges_evidence WHERE follow_up_id = NEW.id)) THEN\n            RAISE EXCEPTION \'the row violates "follow_up_verdict_has_evidence"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_verdict_has_evidence\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n        END IF;\n        IF step = \'submitted\' THEN\n            NEW.submitter_id := coalesce(NEW.submitter_id, NEW.author_id);\n            NEW.submitted_at := clock_timestamp();\n            NEW.reviewed_at := NULL;\n        ELSIF step = \'returned\' THEN\n            NEW.reviewed_at := clock_timestamp();\n        ELSIF step = \'approved\' THEN\n            NEW.approved_alone := coalesce(NEW.reviewer_id IN (NEW.author_id, NEW.submitter_id), false);\n            IF NEW.approved_alone AND current_setting(\'duixian.one_person_desk\', true) IS DISTINCT FROM \'on\' THEN\n                RAISE EXCEPTION \'the row violates "follow_up_reviewer_is_not_author"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_reviewer_is_not_author\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            -- Later than the previous approval, even if the server\'s clock was set back.\n            NEW.reviewed_at := greatest(clock_timestamp(), (\n                SELECT max(reviewed_at) + interval \'1 microsecond\' FROM pledges_followup\n                WHERE pledge_id = NEW.pledge_id AND state = \'approved\'\n            ));\n            -- Not read from the pledge: one statement can approve several of its follow-ups.\n            \n        SELECT * INTO current FROM pledges_followup follow_up WHERE pledge_id = NEW.pledge_id AND state = \'approved\'\n            AND NOT EXISTS (\n                SELECT FROM pledges_followup later WHERE later.supersedes_id = follow_up.id AND later.state = \'approved\'\n            )\n            \n        ORDER BY as_of DESC, reviewed_at DESC LIMIT 1\n    ;\n            NEW.previous_status := coalesce(current.status, \'unchecked\');\n            \n        SELECT * INTO current FROM pledges_followup follow_up WHERE pledge_id = NEW.pledge_id AND state = \'approved\'\n            AND NOT EXISTS (\n                SELECT FROM pledges_followup later WHERE later.supersedes_id = follow_up.id AND later.state = \'approved\'\n            )\n            AND id IS DISTINCT FROM NEW.supersedes_id\n        ORDER BY as_of DESC, reviewed_at DESC LIMIT 1\n    ;\n            NEW.resulting_status := CASE WHEN current.as_of > NEW.as_of THEN current.status ELSE NEW.status END;\n        END IF;\n        RETURN NEW;\n    ', hash='dfb82001ea7a142d7d2eb37a8fef1c8357f794e9', operation='INSERT OR UPDATE', pgid='pgtrigger_enforce_review_workflow_7e8cd', table='pledges_followup', when='BEFORE')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='derive_columns', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE unit RECORD; measured TEXT; speaker TEXT; place TEXT; said RECORD;', func='\n        IF current_setting(\'duixian.loading\', true) IS DISTINCT FROM \'on\' AND (TG_OP = \'INSERT\' OR\n            (NEW.unit_id, NEW.metric_id, NEW.district_id, NEW.statement_id) IS DISTINCT FROM\n            (OLD.unit_id, OLD.metric_id, OLD.district_id, OLD.statement_id)) THEN\n            \n    PERFORM FROM pledges_unit WHERE symbol = NEW.unit_id FOR KEY SHARE;\n    PERFORM FROM pledges_metric WHERE id = NEW.metric_id FOR KEY SHARE;\n    PERFORM FROM pledges_district WHERE id = NEW.district_id FOR KEY SHARE;\n    PERFORM FROM pledges_statement WHERE id = NEW.statement_id FOR KEY SHARE;\n    SELECT official_id, document_id INTO said FROM pledges_statement WHERE id = NEW.statement_id;\n    \n    PERFORM FROM pledges_official WHERE id = said.official_id FOR KEY SHARE;\n    PERFORM FROM pledges_document WHERE id = said.document_id FOR KEY SHARE;\n\n\n        END IF;\n        SELECT numerator, denominator INTO unit FROM pledges_unit WHERE symbol = NEW.unit_id;\n        SELECT name INTO measured FROM pledges_metric WHERE id = NEW.metric_id;\n        SELECT official.name INTO speaker\n            FROM pledges_statement statement JOIN pledges_official official ON official.id = statement.official_id\n            WHERE statement.id = NEW.statement_id;\n        SELECT name || E\'\\x1f\' || array_to_string(aliases, E\'\\x1f\') INTO place\n            FROM pledges_district WHERE id = NEW.district_id;\n\n        IF unit.numerator IS NULL THEN\n            RAISE EXCEPTION \'the row violates "pledge_unit_known"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'pledge_unit_known\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n        END IF;\n        NEW.amount := round(NEW.value * unit.numerator / unit.denominator, 6);\n        NEW.amount_max := round(NEW.value_max * unit.numerator / unit.denominator, 6);\n        NEW.last_day := coalesce(NEW.deadline, make_date(greatest(NEW.year, 1), 12, 31));\n        NEW.search_text := pledges_fold(\n            concat_ws(E\'\\x1f\', NEW.quote, NEW.label, measured, speaker, place));\n        IF TG_OP = \'INSERT\' OR (to_jsonb(NEW) - ARRAY[\'edited_fields\', \'loaded_from\', \'assignee_id\']) <> (to_jsonb(OLD) - ARRAY[\'edited_fields\', \'loaded_from\', \'assignee_id\']) THEN\n            NEW.updated_at := clock_timestamp();\n        END IF;\n        RETURN NEW;\n    ', hash='bbf688a3d23230d5427795d17feacbbe836acb33', operation='INSERT OR UPDATE', pgid='pgtrigger_derive_columns_01e9d', table='pledges_pledge', when='BEFORE')),
        ),
        AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='refresh_derived_pledges', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."denominator" IS DISTINCT FROM (NEW."denominator") OR OLD."numerator" IS DISTINCT FROM (NEW."numerator"))', func='\n            PERFORM FROM pledges_unit WHERE symbol = NEW.symbol FOR UPDATE;\n            \n            UPDATE pledges_pledge SET ref = ref WHERE unit_id = NEW.symbol;\n            RETURN NULL;\n        ', hash='f6b668fa1edfe0b62e08b98f27ebced6c6a9e2a9', operation='UPDATE', pgid='pgtrigger_refresh_derived_pledges_9ca6c', table='pledges_unit', when='AFTER')),
        ),
        AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_unitevent" ("denominator", "dimension_id", "name_en", "numerator", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "symbol") SELECT new_values."denominator", new_values."dimension_id", new_values."name_en", new_values."numerator", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'insert\', new_values."symbol", new_values."symbol" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='061b8b273fb635ff09b8a4d0fdd95451d2c8c49e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_c837d', referencing='REFERENCING NEW TABLE AS new_values ', table='pledges_unit', when='AFTER')),
        ),
        AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."denominator" IS DISTINCT FROM (NEW."denominator") OR OLD."dimension_id" IS DISTINCT FROM (NEW."dimension_id") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."numerator" IS DISTINCT FROM (NEW."numerator") OR OLD."symbol" IS DISTINCT FROM (NEW."symbol"))', func='INSERT INTO "pledges_unitevent" ("denominator", "dimension_id", "name_en", "numerator", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "symbol") VALUES (NEW."denominator", NEW."dimension_id", NEW."name_en", NEW."numerator", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."symbol", NEW."symbol"); RETURN NULL;', hash='be8e7c54d6f93b86f85098fc6be10cc1806455b9', operation='UPDATE', pgid='pgtrigger_update_update_be180', table='pledges_unit', when='AFTER')),
        ),
        AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_unitevent" ("denominator", "dimension_id", "name_en", "numerator", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "symbol") SELECT old_values."denominator", old_values."dimension_id", old_values."name_en", old_values."numerator", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'delete\', old_values."symbol", old_values."symbol" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='a46a74c2131ba86a40ac067524805a96e24d147b', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_6db69', referencing='REFERENCING OLD TABLE AS old_values ', table='pledges_unit', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('numerator__gt', 0), ('numerator__lt', django.db.models.expressions.CombinedExpression(models.F('denominator'), '*', models.Value(Decimal('1E+18')))), ('denominator__gte', 1), ('denominator__lt', Decimal('1E+30'))), name='unit_factor_positive', violation_error_message='The factor must be above 0 and below 10¹⁸.'),
        ),
        migrations.RunSQL(REFRESH_AMOUNTS, migrations.RunSQL.noop),
    ]
