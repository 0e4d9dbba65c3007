"""Determine the status by the `as_of` days of the approved follow-ups. No status changes.

Until now the follow-up that was approved last determined it, and superseded the one before. So the links stay where a
later approval has an earlier day, and the last one continues to count as the correction of the others.
"""

import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from pledges.database.upgrade import LockRecord
from pledges.database.migration_operations import AddTrigger, AtOnce, RemoveTrigger

DROP_LINKS_IN_ORDER = """
UPDATE pledges_followup SET supersedes_id = NULL WHERE supersedes_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM pledges_followup later JOIN pledges_followup earlier ON earlier.id = later.supersedes_id
    WHERE later.pledge_id = pledges_followup.pledge_id AND later.as_of < earlier.as_of
)
"""
FILL_STATUSES = """
UPDATE pledges_followup SET resulting_status = status, previous_status = approved.before
FROM (
    SELECT id, lag(status, 1, 'unchecked') OVER (PARTITION BY pledge_id ORDER BY reviewed_at) AS before
    FROM pledges_followup WHERE state = 'approved'
) approved
WHERE approved.id = pledges_followup.id
"""
FILL_CURRENT = """
ALTER TABLE pledges_pledge DISABLE TRIGGER USER;
UPDATE pledges_pledge SET current_follow_up_id = newest.id
FROM (
    SELECT DISTINCT ON (pledge_id) id, pledge_id FROM pledges_followup WHERE state = 'approved'
    ORDER BY pledge_id, reviewed_at DESC
) newest
WHERE newest.pledge_id = pledges_pledge.id;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE pledges_pledge ENABLE TRIGGER USER;
"""



class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0007_statements_by_post'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        LockRecord(),
        AtOnce([
            RemoveTrigger(
                model_name='followup',
                name='enforce_review_workflow',
            ),
            RemoveTrigger(
                model_name='followup',
                name='apply_verdict',
            ),
            RemoveTrigger(
                model_name='pledge',
                name='protect_initial_status',
            ),
            RemoveTrigger(
                model_name='pledge',
                name='protect_status',
            ),
            RemoveTrigger(
                model_name='pledge',
                name='log_change',
            ),
            migrations.AddField(
                model_name='followup',
                name='previous_status',
                field=models.CharField(choices=[('unchecked', 'unchecked'), ('not_started', 'not started'), ('in_progress', 'in progress'), ('stalled', 'stalled'), ('met', 'met'), ('partly_met', 'partly met'), ('missed', 'missed'), ('unverifiable', 'unverifiable'), ('withdrawn', 'withdrawn by its maker')], editable=False, max_length=12, null=True, verbose_name='status before'),
            ),
            migrations.AddField(
                model_name='followup',
                name='resulting_status',
                field=models.CharField(choices=[('unchecked', 'unchecked'), ('not_started', 'not started'), ('in_progress', 'in progress'), ('stalled', 'stalled'), ('met', 'met'), ('partly_met', 'partly met'), ('missed', 'missed'), ('unverifiable', 'unverifiable'), ('withdrawn', 'withdrawn by its maker')], editable=False, max_length=12, null=True, verbose_name='status after'),
            ),
            migrations.AddField(
                model_name='pledge',
                name='current_follow_up',
                field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pledges.followup', verbose_name='follow-up that determines the status'),
            ),
            migrations.AlterField(
                model_name='followup',
                name='supersedes',
                field=models.ForeignKey(blank=True, help_text='Only for a correction: the approved follow-up that was wrong. It no longer counts for the status.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='pledges.followup', verbose_name='corrects'),
            ),
            migrations.AlterField(
                model_name='followupevent',
                name='supersedes',
                field=models.ForeignKey(blank=True, db_constraint=False, help_text='Only for a correction: the approved follow-up that was wrong. It no longer counts for the status.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.followup', verbose_name='corrects'),
            ),
            migrations.AddIndex(
                model_name='pledge',
                index=models.Index(condition=models.Q(('current_follow_up__isnull', False)), fields=['current_follow_up'], name='pledge_by_current_follow_up'),
            ),
        ]),
        migrations.RunSQL([DROP_LINKS_IN_ORDER, FILL_STATUSES, FILL_CURRENT], migrations.RunSQL.noop),
        AddTrigger(
            model_name='followup',
            trigger=pgtrigger.compiler.Trigger(name='enforce_review_workflow', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE target RECORD; target_unit RECORD; actual_unit RECORD; amount NUMERIC; step TEXT; current RECORD;', func='\n        IF TG_OP = \'INSERT\' THEN\n            IF NEW.state <> \'draft\' THEN\n                RAISE EXCEPTION \'the row violates "follow_up_begins_as_draft"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_begins_as_draft\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            NEW.version := 1;\n            NEW.approved_alone := false;\n            NEW.previous_status := NULL;\n            NEW.resulting_status := NULL;\n            NEW.submitted_at := NULL;\n            NEW.reviewed_at := NULL;\n        ELSE\n            IF OLD.state = \'approved\' THEN\n                RAISE EXCEPTION \'the row violates "follow_up_approved_is_final"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_approved_is_final\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.pledge_id IS DISTINCT FROM OLD.pledge_id OR NEW.author_id IS DISTINCT FROM OLD.author_id THEN\n                RAISE EXCEPTION \'the row violates "follow_up_keeps_pledge_and_author"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_keeps_pledge_and_author\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.state <> OLD.state THEN\n                step := NEW.state;\n                IF (OLD.state, step) NOT IN (\n                    (\'draft\', \'submitted\'),\n                    (\'submitted\', \'approved\'),\n                    (\'submitted\', \'returned\'),\n                    (\'returned\', \'submitted\')\n                ) THEN\n                    RAISE EXCEPTION \'the row violates "follow_up_transition_allowed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_transition_allowed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n                END IF;\n            END IF;\n            IF OLD.state = \'submitted\' AND (NEW.status IS DISTINCT FROM OLD.status OR NEW.actual IS DISTINCT FROM OLD.actual OR NEW.unit_id IS DISTINCT FROM OLD.unit_id OR NEW.as_of IS DISTINCT FROM OLD.as_of OR NEW.summary IS DISTINCT FROM OLD.summary OR NEW.reason IS DISTINCT FROM OLD.reason OR NEW.supersedes_id IS DISTINCT FROM OLD.supersedes_id OR NEW.submitter_id IS DISTINCT FROM OLD.submitter_id) THEN\n                RAISE EXCEPTION \'the row violates "follow_up_under_review"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_under_review\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            NEW.version := OLD.version + 1;\n            NEW.approved_alone := OLD.approved_alone;\n            NEW.previous_status := OLD.previous_status;\n            NEW.resulting_status := OLD.resulting_status;\n            NEW.submitted_at := OLD.submitted_at;\n            NEW.reviewed_at := OLD.reviewed_at;\n        END IF;\n        NEW.updated_at := clock_timestamp();\n\n        IF step IN (\'submitted\', \'approved\') THEN\n            -- Lock the pledge before reading it and before reading the clock: its target can\'t change during the\n            -- checks, and approvals get times in the order in which they take effect.\n            PERFORM FROM pledges_pledge WHERE id = NEW.pledge_id FOR NO KEY UPDATE;\n        END IF;\n        -- Not when it is returned: a follow-up that no longer fits its changed pledge must get back to its author.\n        IF TG_OP = \'INSERT\' OR step IN (\'submitted\', \'approved\') OR NEW.status IS DISTINCT FROM OLD.status OR NEW.actual IS DISTINCT FROM OLD.actual OR NEW.unit_id IS DISTINCT FROM OLD.unit_id OR NEW.as_of IS DISTINCT FROM OLD.as_of OR NEW.summary IS DISTINCT FROM OLD.summary OR NEW.reason IS DISTINCT FROM OLD.reason OR NEW.supersedes_id IS DISTINCT FROM OLD.supersedes_id THEN\n            SELECT pledge.measure, pledge.unit_id, pledge.last_day, document.date_earliest AS said_earliest\n                INTO target\n                FROM pledges_pledge pledge\n                JOIN pledges_statement statement ON statement.id = pledge.statement_id\n                JOIN pledges_document document ON document.id = statement.document_id\n                WHERE pledge.id = NEW.pledge_id;\n            SELECT dimension_id, factor INTO target_unit FROM pledges_unit WHERE symbol = target.unit_id;\n            SELECT dimension_id, factor INTO actual_unit FROM pledges_unit WHERE symbol = NEW.unit_id;\n            IF actual_unit.dimension_id <> target_unit.dimension_id THEN\n                RAISE EXCEPTION \'the row violates "follow_up_unit_fits_pledge"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_unit_fits_pledge\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            amount := NEW.actual * actual_unit.factor;\n            IF target.measure IN (\'total\', \'level\', \'share\', \'rank\') AND amount < 0\n                OR target.measure = \'share\' AND amount > 100 * target_unit.factor\n                OR target.measure = \'rank\' AND amount < target_unit.factor\n                OR target.measure = \'rank\' AND mod(amount, target_unit.factor) <> 0 THEN\n                RAISE EXCEPTION \'the row violates "follow_up_actual_is_possible"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_actual_is_possible\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.as_of > (now() AT TIME ZONE \'Asia/Shanghai\')::date THEN\n                RAISE EXCEPTION \'the row violates "follow_up_as_of_not_in_future"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_as_of_not_in_future\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.as_of < target.said_earliest THEN\n                RAISE EXCEPTION \'the row violates "follow_up_as_of_not_before_statement"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_as_of_not_before_statement\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF (NEW.status = \'missed\' AND (now() AT TIME ZONE \'Asia/Shanghai\')::date <= target.last_day) THEN\n                RAISE EXCEPTION \'the row violates "follow_up_missed_only_after_deadline"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_missed_only_after_deadline\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF (NEW.status = \'missed\' AND NEW.as_of < target.last_day) THEN\n                RAISE EXCEPTION \'the row violates "follow_up_missed_as_of_last_day"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_missed_as_of_last_day\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.supersedes_id IS NOT NULL AND NOT EXISTS (\n                SELECT FROM pledges_followup\n                WHERE id = NEW.supersedes_id AND pledge_id = NEW.pledge_id AND state = \'approved\'\n            ) THEN\n                RAISE EXCEPTION \'the row violates "follow_up_supersedes_approved"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_supersedes_approved\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n        END IF;\n\n        -- Only Python checks that a status other than the suggested one has a reason. The suggestion follows from the\n        -- assessment rules, which may be refined; a row that was valid when it was written has to stay valid.\n        IF step IN (\'submitted\', \'approved\') AND (NEW.status IN (\'met\', \'missed\', \'partly_met\', \'withdrawn\') AND NOT EXISTS (SELECT FROM pledges_evidence WHERE follow_up_id = NEW.id)) THEN\n            RAISE EXCEPTION \'the row violates "follow_up_verdict_has_evidence"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_verdict_has_evidence\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n        END IF;\n        IF step = \'submitted\' THEN\n            NEW.submitter_id := coalesce(NEW.submitter_id, NEW.author_id);\n            NEW.submitted_at := clock_timestamp();\n            NEW.reviewed_at := NULL;\n        ELSIF step = \'returned\' THEN\n            NEW.reviewed_at := clock_timestamp();\n        ELSIF step = \'approved\' THEN\n            NEW.approved_alone := coalesce(NEW.reviewer_id IN (NEW.author_id, NEW.submitter_id), false);\n            IF NEW.approved_alone AND current_setting(\'duixian.one_person_desk\', true) IS DISTINCT FROM \'on\' THEN\n                RAISE EXCEPTION \'the row violates "follow_up_reviewer_is_not_author"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_reviewer_is_not_author\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            -- Later than the previous approval, even if the server\'s clock was set back.\n            NEW.reviewed_at := greatest(clock_timestamp(), (\n                SELECT max(reviewed_at) + interval \'1 microsecond\' FROM pledges_followup\n                WHERE pledge_id = NEW.pledge_id AND state = \'approved\'\n            ));\n            -- Not read from the pledge: one statement can approve several of its follow-ups.\n            \n        SELECT * INTO current FROM pledges_followup follow_up WHERE pledge_id = NEW.pledge_id AND state = \'approved\'\n            AND NOT EXISTS (\n                SELECT FROM pledges_followup later WHERE later.supersedes_id = follow_up.id AND later.state = \'approved\'\n            )\n            \n        ORDER BY as_of DESC, reviewed_at DESC LIMIT 1\n    ;\n            NEW.previous_status := coalesce(current.status, \'unchecked\');\n            \n        SELECT * INTO current FROM pledges_followup follow_up WHERE pledge_id = NEW.pledge_id AND state = \'approved\'\n            AND NOT EXISTS (\n                SELECT FROM pledges_followup later WHERE later.supersedes_id = follow_up.id AND later.state = \'approved\'\n            )\n            AND id IS DISTINCT FROM NEW.supersedes_id\n        ORDER BY as_of DESC, reviewed_at DESC LIMIT 1\n    ;\n            NEW.resulting_status := CASE WHEN current.as_of > NEW.as_of THEN current.status ELSE NEW.status END;\n        END IF;\n        RETURN NEW;\n    ', hash='45c531fa5e716a5eb00518abe7da774234691a1b', operation='INSERT OR UPDATE', pgid='pgtrigger_enforce_review_workflow_7e8cd', table='pledges_followup', when='BEFORE')),
        ),
        AddTrigger(
            model_name='followup',
            trigger=pgtrigger.compiler.Trigger(name='apply_verdict', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.state = 'approved' AND OLD.state <> 'approved')", func="\n        UPDATE pledges_pledge SET\n            status = current.status,\n            status_since = current.as_of,\n            last_checked_on = (current.reviewed_at AT TIME ZONE 'Asia/Shanghai')::date,\n            current_follow_up_id = current.id\n        FROM (\n        SELECT *  FROM pledges_followup follow_up WHERE pledge_id = NEW.pledge_id AND state = 'approved'\n            AND NOT EXISTS (\n                SELECT FROM pledges_followup later WHERE later.supersedes_id = follow_up.id AND later.state = 'approved'\n            )\n            \n        ORDER BY as_of DESC, reviewed_at DESC LIMIT 1\n    ) current\n        WHERE pledges_pledge.id = current.pledge_id;\n        RETURN NULL;\n    ", hash='e0126bfa3537c74ed829e258e5390e268fca170a', operation='UPDATE', pgid='pgtrigger_apply_verdict_575a4', table='pledges_followup', when='AFTER')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='protect_initial_status', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.status <> 'unchecked' OR num_nonnulls(NEW.status_since, NEW.last_checked_on, NEW.current_follow_up_id) > 0)", func='RAISE EXCEPTION \'the row violates "pledge_status_from_follow_up"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'pledge_status_from_follow_up\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='ffd9afd8b9ef1e9c4d6f851154903427ebe45654', operation='INSERT', pgid='pgtrigger_protect_initial_status_02abe', table='pledges_pledge', when='BEFORE')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='protect_status', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."current_follow_up_id" IS DISTINCT FROM (NEW."current_follow_up_id") OR OLD."last_checked_on" IS DISTINCT FROM (NEW."last_checked_on") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."status_since" IS DISTINCT FROM (NEW."status_since"))', declare='DECLARE current RECORD;', func='\n                \n        SELECT * INTO current FROM pledges_followup follow_up WHERE pledge_id = NEW.id AND state = \'approved\'\n            AND NOT EXISTS (\n                SELECT FROM pledges_followup later WHERE later.supersedes_id = follow_up.id AND later.state = \'approved\'\n            )\n            \n        ORDER BY as_of DESC, reviewed_at DESC LIMIT 1\n    ;\n                IF (NEW.status, NEW.status_since, NEW.last_checked_on, NEW.current_follow_up_id) IS DISTINCT FROM (\n                    coalesce(current.status, \'unchecked\'),\n                    current.as_of,\n                    (current.reviewed_at AT TIME ZONE \'Asia/Shanghai\')::date,\n                    current.id\n                ) THEN\n                    RAISE EXCEPTION \'the row violates "pledge_status_from_follow_up"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'pledge_status_from_follow_up\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n                END IF;\n                RETURN NEW;\n            ', hash='fe28ed7229ca48ae32a43f8750ac41b8be09f336', operation='UPDATE', pgid='pgtrigger_protect_status_670ea', table='pledges_pledge', when='BEFORE')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."amount_max" IS DISTINCT FROM (NEW."amount_max") OR OLD."baseline" IS DISTINCT FROM (NEW."baseline") OR OLD."bound" IS DISTINCT FROM (NEW."bound") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."current_follow_up_id" IS DISTINCT FROM (NEW."current_follow_up_id") OR OLD."deadline" IS DISTINCT FROM (NEW."deadline") OR OLD."district_id" IS DISTINCT FROM (NEW."district_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."label" IS DISTINCT FROM (NEW."label") OR OLD."last_checked_on" IS DISTINCT FROM (NEW."last_checked_on") OR OLD."last_day" IS DISTINCT FROM (NEW."last_day") OR OLD."measure" IS DISTINCT FROM (NEW."measure") OR OLD."metric_id" IS DISTINCT FROM (NEW."metric_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."quote" IS DISTINCT FROM (NEW."quote") OR OLD."ref" IS DISTINCT FROM (NEW."ref") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."statement_id" IS DISTINCT FROM (NEW."statement_id") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."status_since" IS DISTINCT FROM (NEW."status_since") OR OLD."strength" IS DISTINCT FROM (NEW."strength") OR OLD."success_criterion" IS DISTINCT FROM (NEW."success_criterion") OR OLD."supersedes_id" IS DISTINCT FROM (NEW."supersedes_id") OR OLD."tier" IS DISTINCT FROM (NEW."tier") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."value" IS DISTINCT FROM (NEW."value") OR OLD."value_max" IS DISTINCT FROM (NEW."value_max") OR OLD."year" IS DISTINCT FROM (NEW."year"))', declare='DECLARE revision TEXT; before TEXT; place_before BIGINT; after TEXT;', func='\n            IF OLD.state = \'published\' THEN\n                before := OLD.status;\n                place_before := OLD.district_id;\n            END IF;\n            after := CASE WHEN NEW.state = \'published\' THEN NEW.status END;\n            IF before IS NULL AND after IS NULL THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting(\'duixian.revision\', true), \'\') = \'\' THEN\n        IF current_setting(\'transaction_isolation\') IN (\'repeatable read\', \'serializable\') THEN\n            RAISE EXCEPTION \'the row violates "public_change_at_read_committed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'public_change_at_read_committed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\'), HINT = \'SET TRANSACTION ISOLATION LEVEL READ COMMITTED\';\n        END IF;\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config(\'duixian.revision\', id::text, true) INTO revision;\n    END IF;\n\n            \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) VALUES (current_setting(\'duixian.revision\')::bigint, OLD.ref, before, after, place_before, coalesce(NEW.district_id, OLD.district_id))\n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n    \n            IF after IS NULL THEN  -- it was public only within this transaction\n                DELETE FROM pledges_change\n                WHERE revision_id = current_setting(\'duixian.revision\')::bigint AND ref = OLD.ref AND previous_status IS NULL;\n            END IF;\n            IF before IS NULL OR after IS NULL\n                OR (OLD.supersedes_id, OLD.statement_id) IS DISTINCT FROM (NEW.supersedes_id, NEW.statement_id) THEN\n                \n        INSERT INTO pledges_changedrow (revision_id, shown_as, key)\n            SELECT current_setting(\'duixian.revision\')::bigint, shown_as, key FROM (\n            VALUES (\'superseded\', OLD.id::text),\n                (\'pledge\', OLD.supersedes_id::text), (\'pledge\', NEW.supersedes_id::text),\n                (\'evidence\', OLD.statement_id::text), (\'evidence\', NEW.statement_id::text)\n        ) noted (shown_as, key) WHERE key IS NOT NULL\n            ON CONFLICT DO NOTHING;\n        UPDATE pledges_revision SET id = id WHERE id = current_setting(\'duixian.revision\')::bigint AND number IS NOT NULL;\n    \n            END IF;\n            RETURN NULL;\n            ', hash='0857e1a3b4ee19c0c014c44fcbd13ab1a47f19f8', operation='UPDATE', pgid='pgtrigger_log_change_968f4', table='pledges_pledge', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'approved')), fields=('supersedes',), name='follow_up_superseded_once', violation_error_message='This follow-up has been corrected already. Correct its correction.'),
        ),
    ]
