"""Record the history of amendments: who proposed, approved and rejected them."""

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from pledges.database.upgrade import LockRecord
from pledges.database.migration_operations import AddTrigger


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0019_merges_by_redirects'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        LockRecord(),
        migrations.CreateModel(
            name='AmendmentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('approved', 'approved'), ('rejected', 'rejected')], db_default='proposed', default='proposed', max_length=10, verbose_name='review')),
                ('review_note', models.TextField(blank=True, db_default='', default='', help_text='Required when rejecting.', verbose_name='note of the reviewer')),
            ],
            options={
                'abstract': False,
            },
        ),
        AddTrigger(
            model_name='amendment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_amendmentevent" ("id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposer_id", "review_note", "reviewer_id", "state") SELECT new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'insert\', new_values."id", new_values."proposer_id", new_values."review_note", new_values."reviewer_id", new_values."state" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='4ab31ccecd8823c0f663aba42fb17cc8d5a3057e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_5f470', referencing='REFERENCING NEW TABLE AS new_values ', table='pledges_amendment', when='AFTER')),
        ),
        AddTrigger(
            model_name='amendment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."proposer_id" IS DISTINCT FROM (NEW."proposer_id") OR OLD."review_note" IS DISTINCT FROM (NEW."review_note") OR OLD."reviewer_id" IS DISTINCT FROM (NEW."reviewer_id") OR OLD."state" IS DISTINCT FROM (NEW."state"))', func='INSERT INTO "pledges_amendmentevent" ("id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposer_id", "review_note", "reviewer_id", "state") VALUES (NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."proposer_id", NEW."review_note", NEW."reviewer_id", NEW."state"); RETURN NULL;', hash='9bf8748eb79186fc4694f2c8fa522cb6b6e00ec7', operation='UPDATE', pgid='pgtrigger_update_update_cbae9', table='pledges_amendment', when='AFTER')),
        ),
        AddTrigger(
            model_name='amendment',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_amendmentevent" ("id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposer_id", "review_note", "reviewer_id", "state") SELECT old_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'delete\', old_values."id", old_values."proposer_id", old_values."review_note", old_values."reviewer_id", old_values."state" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='d18d17b944ecaf081687ded8cbc7599b4ebd543c', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_6e71e', referencing='REFERENCING OLD TABLE AS old_values ', table='pledges_amendment', when='AFTER')),
        ),
        migrations.AddField(
            model_name='amendmentevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='pledges.amendment'),
        ),
        migrations.AddField(
            model_name='amendmentevent',
            name='proposer',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by'),
        ),
        migrations.AddField(
            model_name='amendmentevent',
            name='reviewer',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewer'),
        ),
        AddTrigger(
            model_name='amendmentevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='24bab417131a473d9d470930266a0cafe5ae3186', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fecc1', table='pledges_amendmentevent', when='BEFORE')),
        ),
    ]
