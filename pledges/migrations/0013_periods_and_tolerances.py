"""Periods of targets that cover several years, and what “about” tolerates."""

import django.db.models.functions.comparison
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.compiler
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from pledges.database.upgrade import LockRecord
from pledges.database.migration_operations import AddTrigger, AtOnce, RemoveTrigger


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0012_redirects'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        LockRecord(),
        AtOnce([
            RemoveTrigger(
                model_name='metric',
                name='insert_insert',
            ),
            RemoveTrigger(
                model_name='metric',
                name='update_update',
            ),
            RemoveTrigger(
                model_name='metric',
                name='delete_delete',
            ),
            RemoveTrigger(
                model_name='pledge',
                name='mark_edits',
            ),
            RemoveTrigger(
                model_name='pledge',
                name='insert_insert',
            ),
            RemoveTrigger(
                model_name='pledge',
                name='update_update',
            ),
            RemoveTrigger(
                model_name='pledge',
                name='delete_delete',
            ),
            RemoveTrigger(
                model_name='pledge',
                name='log_change',
            ),
            migrations.RemoveConstraint(
                model_name='metric',
                name='metric_direction_known',
            ),
            migrations.AddField(
                model_name='metric',
                name='tolerance',
                field=models.DecimalField(blank=True, decimal_places=6, help_text='What “about” tolerates, in base units; for rates, percentage points. Leave empty for 5% of the figure or, for rates, 0.3 percentage points.', max_digits=24, null=True, verbose_name='tolerance'),
            ),
            migrations.AddField(
                model_name='metricevent',
                name='tolerance',
                field=models.DecimalField(blank=True, decimal_places=6, help_text='What “about” tolerates, in base units; for rates, percentage points. Leave empty for 5% of the figure or, for rates, 0.3 percentage points.', max_digits=24, null=True, verbose_name='tolerance'),
            ),
            migrations.AddField(
                model_name='pledge',
                name='period',
                field=models.CharField(blank=True, db_default='', default='', help_text='Only for a target that covers several years: the first and the last one, 2021/2025.', max_length=9, verbose_name='period'),
            ),
            migrations.AddField(
                model_name='pledge',
                name='tolerance',
                field=models.DecimalField(blank=True, decimal_places=6, help_text='Only if the text names what “about” tolerates, in the unit of the value.', max_digits=24, null=True, verbose_name='tolerance'),
            ),
            migrations.AddField(
                model_name='pledgeevent',
                name='period',
                field=models.CharField(blank=True, db_default='', default='', help_text='Only for a target that covers several years: the first and the last one, 2021/2025.', max_length=9, verbose_name='period'),
            ),
            migrations.AddField(
                model_name='pledgeevent',
                name='tolerance',
                field=models.DecimalField(blank=True, decimal_places=6, help_text='Only if the text names what “about” tolerates, in the unit of the value.', max_digits=24, null=True, verbose_name='tolerance'),
            ),
            migrations.AlterField(
                model_name='metric',
                name='direction',
                field=models.CharField(choices=[('more', 'more is better'), ('less', 'less is better'), ('near', 'nearer is better')], default='more', max_length=10, verbose_name='direction'),
            ),
            migrations.AlterField(
                model_name='metricevent',
                name='direction',
                field=models.CharField(choices=[('more', 'more is better'), ('less', 'less is better'), ('near', 'nearer is better')], default='more', max_length=10, verbose_name='direction'),
            ),
            migrations.AddIndex(
                model_name='pledge',
                index=models.Index(fields=['period'], name='pledge_by_period'),
            ),
            AddTrigger(
                model_name='metric',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_metricevent" ("dimension_id", "direction", "id", "name", "name_en", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "tolerance", "topic_id") SELECT new_values."dimension_id", new_values."direction", new_values."id", new_values."name", new_values."name_en", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'insert\', new_values."id", new_values."slug", new_values."tolerance", new_values."topic_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='6a8e4dcb1133ea3e3238f92955d20ea111cd5e27', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_667e2', referencing='REFERENCING NEW TABLE AS new_values ', table='pledges_metric', when='AFTER')),
            ),
            AddTrigger(
                model_name='metric',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "pledges_metricevent" ("dimension_id", "direction", "id", "name", "name_en", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "tolerance", "topic_id") VALUES (NEW."dimension_id", NEW."direction", NEW."id", NEW."name", NEW."name_en", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."slug", NEW."tolerance", NEW."topic_id"); RETURN NULL;', hash='9ce230ff0f6069acd4901f949fd2a5d6b91b5a42', operation='UPDATE', pgid='pgtrigger_update_update_15f7e', table='pledges_metric', when='AFTER')),
            ),
            AddTrigger(
                model_name='metric',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_metricevent" ("dimension_id", "direction", "id", "name", "name_en", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "tolerance", "topic_id") SELECT old_values."dimension_id", old_values."direction", old_values."id", old_values."name", old_values."name_en", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'delete\', old_values."id", old_values."slug", old_values."tolerance", old_values."topic_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='4af9f37b3f18233f9ba3aae95d8a39b088b13181', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_0ae72', referencing='REFERENCING OLD TABLE AS old_values ', table='pledges_metric', when='AFTER')),
            ),
            AddTrigger(
                model_name='pledge',
                trigger=pgtrigger.compiler.Trigger(name='mark_edits', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF current_setting('duixian.loading', true) = 'on' THEN\n                RETURN NEW;\n            END IF;\n            IF TG_OP = 'INSERT' THEN\n                NEW.edited_fields := ARRAY['baseline', 'bound', 'deadline', 'district', 'label', 'measure', 'metric', 'note', 'period', 'quote', 'state', 'statement', 'strength', 'success_criterion', 'supersedes', 'tier', 'tolerance', 'unit', 'value', 'value_max', 'year'];\n            ELSE\n                NEW.edited_fields := ARRAY(\n                    SELECT DISTINCT field FROM unnest(OLD.edited_fields || NEW.edited_fields || ARRAY[CASE WHEN NEW.baseline IS DISTINCT FROM OLD.baseline THEN 'baseline' END, CASE WHEN NEW.bound IS DISTINCT FROM OLD.bound THEN 'bound' END, CASE WHEN NEW.deadline IS DISTINCT FROM OLD.deadline THEN 'deadline' END, CASE WHEN NEW.district_id IS DISTINCT FROM OLD.district_id THEN 'district' END, CASE WHEN NEW.label IS DISTINCT FROM OLD.label THEN 'label' END, CASE WHEN NEW.measure IS DISTINCT FROM OLD.measure THEN 'measure' END, CASE WHEN NEW.metric_id IS DISTINCT FROM OLD.metric_id THEN 'metric' END, CASE WHEN NEW.note IS DISTINCT FROM OLD.note THEN 'note' END, CASE WHEN NEW.period IS DISTINCT FROM OLD.period THEN 'period' END, CASE WHEN NEW.quote IS DISTINCT FROM OLD.quote THEN 'quote' END, CASE WHEN NEW.state IS DISTINCT FROM OLD.state THEN 'state' END, CASE WHEN NEW.statement_id IS DISTINCT FROM OLD.statement_id THEN 'statement' END, CASE WHEN NEW.strength IS DISTINCT FROM OLD.strength THEN 'strength' END, CASE WHEN NEW.success_criterion IS DISTINCT FROM OLD.success_criterion THEN 'success_criterion' END, CASE WHEN NEW.supersedes_id IS DISTINCT FROM OLD.supersedes_id THEN 'supersedes' END, CASE WHEN NEW.tier IS DISTINCT FROM OLD.tier THEN 'tier' END, CASE WHEN NEW.tolerance IS DISTINCT FROM OLD.tolerance THEN 'tolerance' END, CASE WHEN NEW.unit_id IS DISTINCT FROM OLD.unit_id THEN 'unit' END, CASE WHEN NEW.value IS DISTINCT FROM OLD.value THEN 'value' END, CASE WHEN NEW.value_max IS DISTINCT FROM OLD.value_max THEN 'value_max' END, CASE WHEN NEW.year IS DISTINCT FROM OLD.year THEN 'year' END]) field\n                    WHERE field IS NOT NULL ORDER BY field);\n            END IF;\n            RETURN NEW;\n        ", hash='85f73a6fdc309290c9495b58a8ffff5c8876e6a7', operation='INSERT OR UPDATE', pgid='pgtrigger_mark_edits_9718d', table='pledges_pledge', when='BEFORE')),
            ),
            AddTrigger(
                model_name='pledge',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."amount_max" IS DISTINCT FROM (NEW."amount_max") OR OLD."baseline" IS DISTINCT FROM (NEW."baseline") OR OLD."bound" IS DISTINCT FROM (NEW."bound") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."current_follow_up_id" IS DISTINCT FROM (NEW."current_follow_up_id") OR OLD."deadline" IS DISTINCT FROM (NEW."deadline") OR OLD."district_id" IS DISTINCT FROM (NEW."district_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."label" IS DISTINCT FROM (NEW."label") OR OLD."last_checked_on" IS DISTINCT FROM (NEW."last_checked_on") OR OLD."last_day" IS DISTINCT FROM (NEW."last_day") OR OLD."measure" IS DISTINCT FROM (NEW."measure") OR OLD."metric_id" IS DISTINCT FROM (NEW."metric_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."period" IS DISTINCT FROM (NEW."period") OR OLD."quote" IS DISTINCT FROM (NEW."quote") OR OLD."ref" IS DISTINCT FROM (NEW."ref") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."statement_id" IS DISTINCT FROM (NEW."statement_id") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."status_since" IS DISTINCT FROM (NEW."status_since") OR OLD."strength" IS DISTINCT FROM (NEW."strength") OR OLD."success_criterion" IS DISTINCT FROM (NEW."success_criterion") OR OLD."supersedes_id" IS DISTINCT FROM (NEW."supersedes_id") OR OLD."tier" IS DISTINCT FROM (NEW."tier") OR OLD."tolerance" IS DISTINCT FROM (NEW."tolerance") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."value" IS DISTINCT FROM (NEW."value") OR OLD."value_max" IS DISTINCT FROM (NEW."value_max") OR OLD."year" IS DISTINCT FROM (NEW."year"))', declare='DECLARE revision TEXT; before TEXT; place_before BIGINT; after TEXT;', func='\n            IF OLD.state = \'published\' THEN\n                before := OLD.status;\n                place_before := OLD.district_id;\n            END IF;\n            after := CASE WHEN NEW.state = \'published\' THEN NEW.status END;\n            IF before IS NULL AND after IS NULL THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) VALUES (current_setting(\'duixian.revision\')::bigint, OLD.ref, before, after, place_before, coalesce(NEW.district_id, OLD.district_id))\n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n    \n            IF after IS NULL THEN  -- it was public only within this transaction\n                DELETE FROM pledges_change\n                WHERE revision_id = current_setting(\'duixian.revision\')::bigint AND ref = OLD.ref AND previous_status IS NULL;\n            END IF;\n            IF before IS NULL OR after IS NULL\n                OR (OLD.supersedes_id, OLD.statement_id) IS DISTINCT FROM (NEW.supersedes_id, NEW.statement_id) THEN\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (\n            VALUES (\'superseded\', OLD.id::text),\n                (\'pledge\', OLD.supersedes_id::text), (\'pledge\', NEW.supersedes_id::text),\n                (\'evidence\', OLD.statement_id::text), (\'evidence\', NEW.statement_id::text)\n        ) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n            ', hash='d36f19ce6bcbd1abf533d51bd9d14899128801ed', operation='UPDATE', pgid='pgtrigger_log_change_968f4', table='pledges_pledge', when='AFTER')),
            ),
            AddTrigger(
                model_name='pledge',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_pledgeevent" ("assignee_id", "baseline", "bound", "deadline", "district_id", "id", "label", "last_checked_on", "measure", "metric_id", "note", "period", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quote", "ref", "state", "statement_id", "status", "status_since", "strength", "success_criterion", "supersedes_id", "tier", "tolerance", "unit_id", "value", "value_max", "year") SELECT new_values."assignee_id", new_values."baseline", new_values."bound", new_values."deadline", new_values."district_id", new_values."id", new_values."label", new_values."last_checked_on", new_values."measure", new_values."metric_id", new_values."note", new_values."period", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'insert\', new_values."id", new_values."quote", new_values."ref", new_values."state", new_values."statement_id", new_values."status", new_values."status_since", new_values."strength", new_values."success_criterion", new_values."supersedes_id", new_values."tier", new_values."tolerance", new_values."unit_id", new_values."value", new_values."value_max", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='55f210b4773ecea25e70cc590aca694518cc9cfe', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_899e9', referencing='REFERENCING NEW TABLE AS new_values ', table='pledges_pledge', when='AFTER')),
            ),
            AddTrigger(
                model_name='pledge',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."assignee_id" IS DISTINCT FROM (NEW."assignee_id") OR OLD."baseline" IS DISTINCT FROM (NEW."baseline") OR OLD."bound" IS DISTINCT FROM (NEW."bound") OR OLD."deadline" IS DISTINCT FROM (NEW."deadline") OR OLD."district_id" IS DISTINCT FROM (NEW."district_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."label" IS DISTINCT FROM (NEW."label") OR OLD."last_checked_on" IS DISTINCT FROM (NEW."last_checked_on") OR OLD."measure" IS DISTINCT FROM (NEW."measure") OR OLD."metric_id" IS DISTINCT FROM (NEW."metric_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."period" IS DISTINCT FROM (NEW."period") OR OLD."quote" IS DISTINCT FROM (NEW."quote") OR OLD."ref" IS DISTINCT FROM (NEW."ref") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."statement_id" IS DISTINCT FROM (NEW."statement_id") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."status_since" IS DISTINCT FROM (NEW."status_since") OR OLD."strength" IS DISTINCT FROM (NEW."strength") OR OLD."success_criterion" IS DISTINCT FROM (NEW."success_criterion") OR OLD."supersedes_id" IS DISTINCT FROM (NEW."supersedes_id") OR OLD."tier" IS DISTINCT FROM (NEW."tier") OR OLD."tolerance" IS DISTINCT FROM (NEW."tolerance") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."value" IS DISTINCT FROM (NEW."value") OR OLD."value_max" IS DISTINCT FROM (NEW."value_max") OR OLD."year" IS DISTINCT FROM (NEW."year"))', func='INSERT INTO "pledges_pledgeevent" ("assignee_id", "baseline", "bound", "deadline", "district_id", "id", "label", "last_checked_on", "measure", "metric_id", "note", "period", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quote", "ref", "state", "statement_id", "status", "status_since", "strength", "success_criterion", "supersedes_id", "tier", "tolerance", "unit_id", "value", "value_max", "year") VALUES (NEW."assignee_id", NEW."baseline", NEW."bound", NEW."deadline", NEW."district_id", NEW."id", NEW."label", NEW."last_checked_on", NEW."measure", NEW."metric_id", NEW."note", NEW."period", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."quote", NEW."ref", NEW."state", NEW."statement_id", NEW."status", NEW."status_since", NEW."strength", NEW."success_criterion", NEW."supersedes_id", NEW."tier", NEW."tolerance", NEW."unit_id", NEW."value", NEW."value_max", NEW."year"); RETURN NULL;', hash='bd10fdb2ab29a76aa0c8926e6fd147461cfcb50e', operation='UPDATE', pgid='pgtrigger_update_update_f4121', table='pledges_pledge', when='AFTER')),
            ),
            AddTrigger(
                model_name='pledge',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_pledgeevent" ("assignee_id", "baseline", "bound", "deadline", "district_id", "id", "label", "last_checked_on", "measure", "metric_id", "note", "period", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quote", "ref", "state", "statement_id", "status", "status_since", "strength", "success_criterion", "supersedes_id", "tier", "tolerance", "unit_id", "value", "value_max", "year") SELECT old_values."assignee_id", old_values."baseline", old_values."bound", old_values."deadline", old_values."district_id", old_values."id", old_values."label", old_values."last_checked_on", old_values."measure", old_values."metric_id", old_values."note", old_values."period", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'delete\', old_values."id", old_values."quote", old_values."ref", old_values."state", old_values."statement_id", old_values."status", old_values."status_since", old_values."strength", old_values."success_criterion", old_values."supersedes_id", old_values."tier", old_values."tolerance", old_values."unit_id", old_values."value", old_values."value_max", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='75d74c063b1cdbc228cd854d63372ff0fa1ed027', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_f2946', referencing='REFERENCING OLD TABLE AS old_values ', table='pledges_pledge', when='AFTER')),
            ),
            migrations.AddConstraint(
                model_name='metric',
                constraint=models.CheckConstraint(condition=models.Q(('direction__in', ['more', 'less', 'near'])), name='metric_direction_known', violation_error_message='Choose one of the values listed.'),
            ),
            migrations.AddConstraint(
                model_name='metric',
                constraint=models.CheckConstraint(condition=models.Q(('tolerance', None), models.Q(('tolerance__gte', 0), ('tolerance__lt', Decimal('1E+18'))), _connector='OR'), name='metric_tolerance_not_negative', violation_error_message="A tolerance can't be negative."),
            ),
            migrations.AddConstraint(
                model_name='pledge',
                constraint=models.CheckConstraint(condition=models.Q(('tolerance', None), models.Q(('tolerance__gte', 0), ('tolerance__lt', Decimal('1E+18'))), _connector='OR'), name='pledge_tolerance_not_negative', violation_error_message="A tolerance can't be negative."),
            ),
            migrations.AddConstraint(
                model_name='pledge',
                constraint=models.CheckConstraint(condition=models.Q(('tolerance', None), models.Q(('bound', 'about'), models.Q(('measure', 'rank'), _negated=True)), _connector='OR'), name='pledge_tolerance_of_about', violation_error_message='Only “about” has a tolerance, and not for a rank.'),
            ),
            migrations.AddConstraint(
                model_name='pledge',
                constraint=models.CheckConstraint(condition=models.Q(('period', ''), ('period__regex', '^[0-9]{4}/[0-9]{4}$'), _connector='OR'), name='pledge_period_is_interval', violation_error_message='Write a period as 2021/2025.'),
            ),
            migrations.AddConstraint(
                model_name='pledge',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('period__regex', '^[0-9]{4}/[0-9]{4}$'), _negated=True), models.Q(django.db.models.lookups.LessThan(django.db.models.functions.text.Left('period', 4), django.db.models.functions.text.Right('period', 4)), ('period__gte', '1949')), _connector='OR'), name='pledge_period_in_order', violation_error_message='A period starts in 1949 or later, and ends in a later year.'),
            ),
            migrations.AddConstraint(
                model_name='pledge',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('period__regex', '^[0-9]{4}/[0-9]{4}$'), _negated=True), django.db.models.lookups.Exact(django.db.models.functions.text.Right('period', 4), django.db.models.functions.comparison.Cast('year', models.CharField())), _connector='OR'), name='pledge_period_ends_with_year', violation_error_message='A period ends with the plan year.'),
            ),
        ]),
    ]
