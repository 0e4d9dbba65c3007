"""Let amendments merge rows of the record, and part officials."""

import pgtrigger.compiler
from django.db import migrations, models

from pledges.database.upgrade import LockRecord
from pledges.database.migration_operations import AddTrigger, AtOnce, RemoveTrigger


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0014_amendments'),
    ]

    operations = [
        LockRecord(),
        AtOnce([
            RemoveTrigger(
                model_name='amendment',
                name='prepare_amendment',
            ),
            RemoveTrigger(
                model_name='amendment',
                name='review_amendment',
            ),
            migrations.AddField(
                model_name='amendment',
                name='merges',
                field=models.JSONField(db_default=[], default=list, verbose_name='merges'),
            ),
            migrations.AddField(
                model_name='amendment',
                name='parted',
                field=models.JSONField(null=True, verbose_name='parted official'),
            ),
            AddTrigger(
                model_name='amendment',
                trigger=pgtrigger.compiler.Trigger(name='prepare_amendment', sql=pgtrigger.compiler.UpsertTriggerSql(declare="DECLARE item JSONB; changed_row JSONB; amended_row JSONB; completed JSONB := '[]';", func='\n        IF NEW.state <> \'proposed\' THEN\n            RAISE EXCEPTION \'the row violates "amendment_begins_as_proposal"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'amendment_begins_as_proposal\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n        END IF;\n        NEW.reviewer_id := NULL;\n        NEW.reviewed_at := NULL;\n        NEW.approved_alone := false;\n        NEW.is_applied := false;\n        FOR item IN SELECT jsonb_array_elements(NEW.changes) LOOP\n            changed_row := NULL;\n            IF item ->> \'table\' IN (\'pledge\', \'statement\', \'document\', \'official\', \'post\', \'district\', \'metric\', \'unit\') THEN\n                EXECUTE format(\n                    \'SELECT to_jsonb(t), to_jsonb(jsonb_populate_record(t, $1)) FROM pledges_%s t WHERE %I::text = $2\',\n                    item ->> \'table\', CASE item ->> \'table\' WHEN \'unit\' THEN \'symbol\' ELSE \'id\' END\n                ) INTO changed_row, amended_row USING item -> \'after\', item ->> \'key\';\n            END IF;\n            IF changed_row IS NULL THEN\n                RAISE EXCEPTION \'the row violates "amendment_row_exists"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'amendment_row_exists\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            SELECT completed || jsonb_build_array(jsonb_build_object(\n                \'table\', item ->> \'table\', \'key\', item ->> \'key\',\n                \'before\', jsonb_object_agg(key, changed_row -> key), \'after\', jsonb_object_agg(key, amended_row -> key)\n            )) INTO completed\n            FROM jsonb_object_keys(item -> \'after\') key\n            WHERE amended_row -> key IS DISTINCT FROM changed_row -> key\n            HAVING count(*) > 0;\n        END LOOP;\n        IF completed IS NULL OR completed = \'[]\' AND NEW.merges = \'[]\' THEN\n            RAISE EXCEPTION \'the row violates "amendment_changes_something"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'amendment_changes_something\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n        END IF;\n        NEW.changes := completed;\n        RETURN NEW;\n    ', hash='44c04f5d6c70dc4868f5c5e828b221a71d673c59', operation='INSERT', pgid='pgtrigger_prepare_amendment_0eb87', table='pledges_amendment', when='BEFORE')),
            ),
            AddTrigger(
                model_name='amendment',
                trigger=pgtrigger.compiler.Trigger(name='review_amendment', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE item JSONB; changed_row JSONB;', func='\n        IF OLD.state = \'approved\' AND NOT OLD.is_applied AND NEW.is_applied\n            AND to_jsonb(NEW) - \'is_applied\' = to_jsonb(OLD) - \'is_applied\'\n            AND current_setting(\'duixian.amendment\', true) = NEW.id::text THEN\n            RETURN NEW;\n        END IF;\n        IF OLD.state <> \'proposed\' OR NEW.state = \'proposed\' OR NEW.is_applied\n            OR (NEW.changes, NEW.merges, NEW.parted, NEW.reason, NEW.proposer_id, NEW.proposed_at)\n                IS DISTINCT FROM\n                (OLD.changes, OLD.merges, OLD.parted, OLD.reason, OLD.proposer_id, OLD.proposed_at) THEN\n            RAISE EXCEPTION \'the row violates "amendment_is_final"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'amendment_is_final\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n        END IF;\n        NEW.approved_alone := coalesce(NEW.state = \'approved\' AND NEW.reviewer_id = NEW.proposer_id, false);\n        IF NEW.approved_alone AND current_setting(\'duixian.one_person_desk\', true) IS DISTINCT FROM \'on\' THEN\n            RAISE EXCEPTION \'the row violates "amendment_reviewer_is_not_proposer"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'amendment_reviewer_is_not_proposer\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n        END IF;\n        IF NEW.state = \'approved\' THEN\n            FOR item IN SELECT jsonb_array_elements(NEW.changes) LOOP\n                EXECUTE format(\n                    \'SELECT to_jsonb(t) FROM pledges_%s t WHERE %I::text = $1 FOR UPDATE\',\n                    item ->> \'table\', CASE item ->> \'table\' WHEN \'unit\' THEN \'symbol\' ELSE \'id\' END\n                ) INTO changed_row USING item ->> \'key\';\n                IF (changed_row @> (item -> \'before\')) IS NOT TRUE THEN\n                    RAISE EXCEPTION \'the row violates "amendment_is_current"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'amendment_is_current\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n                END IF;\n            END LOOP;\n            PERFORM FROM pledges_pledge pledge WHERE (pledge.current_follow_up_id IS NOT NULL AND EXISTS (\n        SELECT FROM jsonb_array_elements(NEW.changes) change WHERE CASE change ->> \'table\' WHEN \'pledge\' THEN pledge.id = (change ->> \'key\')::bigint WHEN \'statement\' THEN pledge.statement_id = (change ->> \'key\')::bigint WHEN \'document\' THEN pledge.statement_id IN (SELECT id FROM pledges_statement WHERE document_id = (change ->> \'key\')::bigint) WHEN \'official\' THEN pledge.statement_id IN (SELECT id FROM pledges_statement WHERE official_id = (change ->> \'key\')::bigint) WHEN \'post\' THEN pledge.statement_id IN (SELECT id FROM pledges_statement WHERE post_id = (change ->> \'key\')::bigint) WHEN \'district\' THEN pledge.district_id = (change ->> \'key\')::bigint WHEN \'metric\' THEN pledge.metric_id = (change ->> \'key\')::bigint WHEN \'unit\' THEN (pledge.unit_id = (change ->> \'key\') OR pledge.id IN (\n        SELECT pledge_id FROM pledges_followup WHERE unit_id = (change ->> \'key\') AND state = \'approved\'\n    )) END\n    )) ORDER BY id FOR NO KEY UPDATE;\n        END IF;\n        NEW.reviewed_at := clock_timestamp();\n        RETURN NEW;\n    ', hash='97848b4dd0310b529e098908dcf04a9dba46d9ff', operation='UPDATE', pgid='pgtrigger_review_amendment_98396', table='pledges_amendment', when='BEFORE')),
            ),
        ]),
    ]
