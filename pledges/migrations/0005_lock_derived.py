"""Lock the rows from which columns of pledges are derived, so that concurrent changes leave no outdated columns."""

import pgtrigger.compiler
from django.db import migrations

from pledges.database.upgrade import LockRecord
from pledges.database.migration_operations import AddTrigger, RemoveTrigger


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0004_one_link_each'),
    ]

    operations = [
        LockRecord(),
        RemoveTrigger(
            model_name='district',
            name='refresh_derived_pledges',
        ),
        RemoveTrigger(
            model_name='document',
            name='refresh_derived_pledges',
        ),
        RemoveTrigger(
            model_name='metric',
            name='refresh_derived_pledges',
        ),
        RemoveTrigger(
            model_name='official',
            name='refresh_derived_pledges',
        ),
        RemoveTrigger(
            model_name='pledge',
            name='derive_columns',
        ),
        RemoveTrigger(
            model_name='statement',
            name='refresh_derived_pledges',
        ),
        RemoveTrigger(
            model_name='unit',
            name='refresh_derived_pledges',
        ),
        AddTrigger(
            model_name='district',
            trigger=pgtrigger.compiler.Trigger(name='refresh_derived_pledges', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."aliases" IS DISTINCT FROM (NEW."aliases") OR OLD."name" IS DISTINCT FROM (NEW."name"))', func='\n            PERFORM FROM pledges_district WHERE id = NEW.id FOR UPDATE;\n            \n            UPDATE pledges_pledge SET ref = ref WHERE district_id = NEW.id;\n            RETURN NULL;\n        ', hash='378933ff81056d4b7d4b6a8fd304396063bfab41', operation='UPDATE', pgid='pgtrigger_refresh_derived_pledges_d6fb2', table='pledges_district', when='AFTER')),
        ),
        AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='refresh_derived_pledges', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."date" IS DISTINCT FROM (NEW."date"))', func='\n            PERFORM FROM pledges_document WHERE id = NEW.id FOR UPDATE;\n            \n            UPDATE pledges_pledge SET ref = ref WHERE statement_id IN (SELECT id FROM pledges_statement WHERE document_id = NEW.id);\n            RETURN NULL;\n        ', hash='4376b516903ccbd398b17cbb2fd7f3a99af0acb2', operation='UPDATE', pgid='pgtrigger_refresh_derived_pledges_c9aa3', table='pledges_document', when='AFTER')),
        ),
        AddTrigger(
            model_name='metric',
            trigger=pgtrigger.compiler.Trigger(name='refresh_derived_pledges', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."name" IS DISTINCT FROM (NEW."name"))', func='\n            PERFORM FROM pledges_metric WHERE id = NEW.id FOR UPDATE;\n            \n            UPDATE pledges_pledge SET ref = ref WHERE metric_id = NEW.id;\n            RETURN NULL;\n        ', hash='fe96b13aad68682decd74950436a881497ec9f81', operation='UPDATE', pgid='pgtrigger_refresh_derived_pledges_f7550', table='pledges_metric', when='AFTER')),
        ),
        AddTrigger(
            model_name='official',
            trigger=pgtrigger.compiler.Trigger(name='refresh_derived_pledges', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."name" IS DISTINCT FROM (NEW."name"))', func='\n            PERFORM FROM pledges_official WHERE id = NEW.id FOR UPDATE;\n            \n            UPDATE pledges_pledge SET ref = ref WHERE statement_id IN (SELECT id FROM pledges_statement WHERE official_id = NEW.id);\n            RETURN NULL;\n        ', hash='4cba6b11e2b5ab2892e3c7c507a17f18263ce80b', operation='UPDATE', pgid='pgtrigger_refresh_derived_pledges_56a92', table='pledges_official', when='AFTER')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='derive_columns', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE unit_factor NUMERIC; measured TEXT; speaker TEXT; place TEXT; said RECORD;', func='\n        IF current_setting(\'duixian.loading\', true) IS DISTINCT FROM \'on\' AND (TG_OP = \'INSERT\' OR\n            (NEW.unit_id, NEW.metric_id, NEW.district_id, NEW.statement_id) IS DISTINCT FROM\n            (OLD.unit_id, OLD.metric_id, OLD.district_id, OLD.statement_id)) THEN\n            \n    PERFORM FROM pledges_unit WHERE symbol = NEW.unit_id FOR KEY SHARE;\n    PERFORM FROM pledges_metric WHERE id = NEW.metric_id FOR KEY SHARE;\n    PERFORM FROM pledges_district WHERE id = NEW.district_id FOR KEY SHARE;\n    PERFORM FROM pledges_statement WHERE id = NEW.statement_id FOR KEY SHARE;\n    SELECT official_id, document_id INTO said FROM pledges_statement WHERE id = NEW.statement_id;\n    \n    PERFORM FROM pledges_official WHERE id = said.official_id FOR KEY SHARE;\n    PERFORM FROM pledges_document WHERE id = said.document_id FOR KEY SHARE;\n\n\n        END IF;\n        SELECT factor INTO unit_factor FROM pledges_unit WHERE symbol = NEW.unit_id;\n        SELECT name INTO measured FROM pledges_metric WHERE id = NEW.metric_id;\n        SELECT official.name INTO speaker\n            FROM pledges_statement statement JOIN pledges_official official ON official.id = statement.official_id\n            WHERE statement.id = NEW.statement_id;\n        SELECT name || E\'\\x1f\' || array_to_string(aliases, E\'\\x1f\') INTO place\n            FROM pledges_district WHERE id = NEW.district_id;\n\n        IF unit_factor IS NULL THEN\n            RAISE EXCEPTION \'the row violates "pledge_unit_known"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'pledge_unit_known\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n        END IF;\n        NEW.amount := round(NEW.value * unit_factor, 6);\n        NEW.amount_max := round(NEW.value_max * unit_factor, 6);\n        NEW.last_day := coalesce(NEW.deadline, make_date(greatest(NEW.year, 1), 12, 31));\n        NEW.search_text := pledges_fold(\n            concat_ws(E\'\\x1f\', NEW.quote, NEW.label, measured, speaker, place));\n        IF TG_OP = \'INSERT\' OR (to_jsonb(NEW) - ARRAY[\'edited_fields\', \'loaded_from\', \'assignee_id\']) <> (to_jsonb(OLD) - ARRAY[\'edited_fields\', \'loaded_from\', \'assignee_id\']) THEN\n            NEW.updated_at := clock_timestamp();\n        END IF;\n        RETURN NEW;\n    ', hash='cc71acd9509b2b2c9c560e30a81cc769cf98be36', operation='INSERT OR UPDATE', pgid='pgtrigger_derive_columns_01e9d', table='pledges_pledge', when='BEFORE')),
        ),
        AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='refresh_derived_pledges', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."official_id" IS DISTINCT FROM (NEW."official_id"))', func='\n            PERFORM FROM pledges_statement WHERE id = NEW.id FOR UPDATE;\n            \n    PERFORM FROM pledges_official WHERE id = NEW.official_id FOR KEY SHARE;\n    PERFORM FROM pledges_document WHERE id = NEW.document_id FOR KEY SHARE;\n\n            UPDATE pledges_pledge SET ref = ref WHERE statement_id = NEW.id;\n            RETURN NULL;\n        ', hash='5f44801cf5feddff89017d53909990160175e19c', operation='UPDATE', pgid='pgtrigger_refresh_derived_pledges_e7de6', table='pledges_statement', when='AFTER')),
        ),
        AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='refresh_derived_pledges', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."factor" IS DISTINCT FROM (NEW."factor"))', func='\n            PERFORM FROM pledges_unit WHERE symbol = NEW.symbol FOR UPDATE;\n            \n            UPDATE pledges_pledge SET ref = ref WHERE unit_id = NEW.symbol;\n            RETURN NULL;\n        ', hash='7e99f77365d4bc512426085212a65f6179735da1', operation='UPDATE', pgid='pgtrigger_refresh_derived_pledges_9ca6c', table='pledges_unit', when='AFTER')),
        ),
    ]
