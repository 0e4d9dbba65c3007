"""Documents of any kind, with the date of publication and an archived copy."""

import datetime

import django.db.models.expressions
import django.db.models.functions
import django.db.models.lookups
import pgtrigger.compiler
from django.db import migrations, models

import pledges.models.links
from pledges.database.migration_operations import AddTrigger, AtOnce, RemoveTrigger
from pledges.database.upgrade import LockRecord


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0043_drafts_waiting_for_names'),
    ]

    operations = [
        LockRecord(),
        AtOnce([
            RemoveTrigger(
                model_name='document',
                name='mark_edits',
            ),
            RemoveTrigger(
                model_name='document',
                name='insert_insert',
            ),
            RemoveTrigger(
                model_name='document',
                name='update_update',
            ),
            RemoveTrigger(
                model_name='document',
                name='delete_delete',
            ),
            RemoveTrigger(
                model_name='document',
                name='protect_judged',
            ),
            migrations.AddField(
                model_name='document',
                name='archived_on',
                field=models.DateField(blank=True, help_text='The day on which the copy was made.', null=True, verbose_name='archived on'),
            ),
            migrations.AddField(
                model_name='document',
                name='archived_url',
                field=pledges.models.links.LinkField(blank=True, db_default='', default='', help_text='A copy in a web archive, which stays when the original is gone.', max_length=500, verbose_name='link to an archived copy'),
            ),
            migrations.AddField(
                model_name='document',
                name='kind',
                field=models.CharField(choices=[('newspaper_page', 'newspaper page'), ('news_report', 'news report'), ('government_work_report', 'government work report'), ('plan', 'plan'), ('notice', 'notice'), ('press_conference', 'press conference'), ('statistical_bulletin', 'statistical bulletin'), ('budget', 'budget'), ('other', 'other document')], db_default='newspaper_page', default='newspaper_page', max_length=30, verbose_name='kind'),
            ),
            migrations.AddField(
                model_name='document',
                name='published',
                field=models.CharField(blank=True, db_default='', default='', help_text='If known, and in the same forms. Not before the date said.', max_length=13, verbose_name='date published'),
            ),
            migrations.AddField(
                model_name='documentevent',
                name='archived_on',
                field=models.DateField(blank=True, help_text='The day on which the copy was made.', null=True, verbose_name='archived on'),
            ),
            migrations.AddField(
                model_name='documentevent',
                name='archived_url',
                field=pledges.models.links.LinkField(blank=True, db_default='', default='', help_text='A copy in a web archive, which stays when the original is gone.', max_length=500, verbose_name='link to an archived copy'),
            ),
            migrations.AddField(
                model_name='documentevent',
                name='kind',
                field=models.CharField(choices=[('newspaper_page', 'newspaper page'), ('news_report', 'news report'), ('government_work_report', 'government work report'), ('plan', 'plan'), ('notice', 'notice'), ('press_conference', 'press conference'), ('statistical_bulletin', 'statistical bulletin'), ('budget', 'budget'), ('other', 'other document')], db_default='newspaper_page', default='newspaper_page', max_length=30, verbose_name='kind'),
            ),
            migrations.AddField(
                model_name='documentevent',
                name='published',
                field=models.CharField(blank=True, db_default='', default='', help_text='If known, and in the same forms. Not before the date said.', max_length=13, verbose_name='date published'),
            ),
            migrations.AlterField(
                model_name='document',
                name='date',
                field=models.CharField(help_text='As precise as known: 2025, 2025-01, 2025-01-20; 2024-02-20/.. for that day or later.', max_length=13, verbose_name='date said'),
            ),
            migrations.AlterField(
                model_name='document',
                name='title',
                field=models.CharField(blank=True, max_length=200, verbose_name='title'),
            ),
            migrations.AlterField(
                model_name='documentevent',
                name='date',
                field=models.CharField(help_text='As precise as known: 2025, 2025-01, 2025-01-20; 2024-02-20/.. for that day or later.', max_length=13, verbose_name='date said'),
            ),
            migrations.AlterField(
                model_name='documentevent',
                name='title',
                field=models.CharField(blank=True, max_length=200, verbose_name='title'),
            ),
            AddTrigger(
                model_name='document',
                trigger=pgtrigger.compiler.Trigger(name='mark_edits', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF current_setting('duixian.loading', true) = 'on' THEN\n                RETURN NEW;\n            END IF;\n            IF TG_OP = 'INSERT' THEN\n                NEW.edited_fields := ARRAY['archived_on', 'archived_url', 'date', 'kind', 'published', 'publisher', 'text', 'title', 'url'];\n            ELSE\n                NEW.edited_fields := ARRAY(\n                    SELECT DISTINCT field FROM unnest(OLD.edited_fields || NEW.edited_fields || ARRAY[CASE WHEN NEW.archived_on IS DISTINCT FROM OLD.archived_on THEN 'archived_on' END, CASE WHEN NEW.archived_url IS DISTINCT FROM OLD.archived_url THEN 'archived_url' END, CASE WHEN NEW.date IS DISTINCT FROM OLD.date THEN 'date' END, CASE WHEN NEW.kind IS DISTINCT FROM OLD.kind THEN 'kind' END, CASE WHEN NEW.published IS DISTINCT FROM OLD.published THEN 'published' END, CASE WHEN NEW.publisher IS DISTINCT FROM OLD.publisher THEN 'publisher' END, CASE WHEN NEW.text IS DISTINCT FROM OLD.text THEN 'text' END, CASE WHEN NEW.title IS DISTINCT FROM OLD.title THEN 'title' END, CASE WHEN NEW.url IS DISTINCT FROM OLD.url THEN 'url' END]) field\n                    WHERE field IS NOT NULL ORDER BY field);\n            END IF;\n            RETURN NEW;\n        ", hash='83875dda113eeb8c718c3ba040facd92e3bc738b', operation='INSERT OR UPDATE', pgid='pgtrigger_mark_edits_34a3f', table='pledges_document', when='BEFORE')),
            ),
            AddTrigger(
                model_name='document',
                trigger=pgtrigger.compiler.Trigger(name='protect_judged', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."archived_on" IS DISTINCT FROM (NEW."archived_on") OR OLD."archived_url" IS DISTINCT FROM (NEW."archived_url") OR OLD."date" IS DISTINCT FROM (NEW."date") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."published" IS DISTINCT FROM (NEW."published") OR OLD."publisher" IS DISTINCT FROM (NEW."publisher") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func='\n            PERFORM FROM pledges_document WHERE id = NEW.id FOR UPDATE;\n            IF EXISTS (SELECT FROM pledges_pledge pledge WHERE (pledge.statement_id IN (SELECT id FROM pledges_statement WHERE document_id = NEW.id) AND pledge.current_follow_up_id IS NOT NULL))\n                AND NOT EXISTS (\n                    SELECT FROM pledges_amendment amendment\n                    WHERE id = nullif(current_setting(\'duixian.amendment\', true), \'\')::bigint\n                        AND state = \'approved\' AND NOT is_applied\n                        AND jsonb_build_object(\n                            \'table\', \'document\', \'key\', NEW.id::text,\n                            \'before\', (\n                SELECT jsonb_object_agg(key, to_jsonb(OLD) -> key)\n                FROM jsonb_object_keys(to_jsonb(NEW) - ARRAY[\'id\', \'slug\', \'text\', \'date_earliest\', \'search_text\', \'edited_fields\']) key\n                WHERE to_jsonb(NEW) -> key IS DISTINCT FROM to_jsonb(OLD) -> key\n            ), \'after\', (\n                SELECT jsonb_object_agg(key, to_jsonb(NEW) -> key)\n                FROM jsonb_object_keys(to_jsonb(NEW) - ARRAY[\'id\', \'slug\', \'text\', \'date_earliest\', \'search_text\', \'edited_fields\']) key\n                WHERE to_jsonb(NEW) -> key IS DISTINCT FROM to_jsonb(OLD) -> key\n            )\n                        ) IN (SELECT jsonb_array_elements(changes))\n                ) THEN\n                RAISE EXCEPTION \'the row violates "judged_by_amendment_only"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'judged_by_amendment_only\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            RETURN NULL;\n        ', hash='6391e3f3c76b4f7766134293e3838b0159fca4a8', operation='UPDATE', pgid='pgtrigger_protect_judged_a7100', table='pledges_document', when='AFTER')),
            ),
            AddTrigger(
                model_name='document',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_documentevent" ("archived_on", "archived_url", "date", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "published", "publisher", "slug", "title", "url") SELECT new_values."archived_on", new_values."archived_url", new_values."date", new_values."id", new_values."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'insert\', new_values."id", new_values."published", new_values."publisher", new_values."slug", new_values."title", new_values."url" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='8bf95dc346881928e63ad6cf7416a1ff9fb9bd37', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_4039b', referencing='REFERENCING NEW TABLE AS new_values ', table='pledges_document', when='AFTER')),
            ),
            AddTrigger(
                model_name='document',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."archived_on" IS DISTINCT FROM (NEW."archived_on") OR OLD."archived_url" IS DISTINCT FROM (NEW."archived_url") OR OLD."date" IS DISTINCT FROM (NEW."date") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."published" IS DISTINCT FROM (NEW."published") OR OLD."publisher" IS DISTINCT FROM (NEW."publisher") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func='INSERT INTO "pledges_documentevent" ("archived_on", "archived_url", "date", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "published", "publisher", "slug", "title", "url") VALUES (NEW."archived_on", NEW."archived_url", NEW."date", NEW."id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."published", NEW."publisher", NEW."slug", NEW."title", NEW."url"); RETURN NULL;', hash='a01d5abcd29332361e2028d5f326bd7d2b371c67', operation='UPDATE', pgid='pgtrigger_update_update_83216', table='pledges_document', when='AFTER')),
            ),
            AddTrigger(
                model_name='document',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_documentevent" ("archived_on", "archived_url", "date", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "published", "publisher", "slug", "title", "url") SELECT old_values."archived_on", old_values."archived_url", old_values."date", old_values."id", old_values."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'delete\', old_values."id", old_values."published", old_values."publisher", old_values."slug", old_values."title", old_values."url" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='b72df46851b63ffd3366e690c11d6308a0db4621', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_37b9d', referencing='REFERENCING OLD TABLE AS old_values ', table='pledges_document', when='AFTER')),
            ),
            migrations.AddConstraint(
                model_name='document',
                constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['newspaper_page', 'news_report', 'government_work_report', 'plan', 'notice', 'press_conference', 'statistical_bulletin', 'budget', 'other'])), name='document_kind_known', violation_error_message='Choose one of the values listed.'),
            ),
            migrations.AddConstraint(
                model_name='document',
                constraint=models.CheckConstraint(condition=models.Q(('archived_url', ''), models.Q(('archived_url__iregex', '^https?://[^/?#@\\s\\u0001-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f\\ufdd0-\\ufdef\\ufffe\\uffff\\U0001fffe\\U0001ffff\\U0002fffe\\U0002ffff\\U0003fffe\\U0003ffff\\U0004fffe\\U0004ffff\\U0005fffe\\U0005ffff\\U0006fffe\\U0006ffff\\U0007fffe\\U0007ffff\\U0008fffe\\U0008ffff\\U0009fffe\\U0009ffff\\U000afffe\\U000affff\\U000bfffe\\U000bffff\\U000cfffe\\U000cffff\\U000dfffe\\U000dffff\\U000efffe\\U000effff\\U000ffffe\\U000fffff\\U0010fffe\\U0010ffff\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffc\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e00ff\\U000e01f0-\\U000e0fff]+([/?#][^\\s\\u0001-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f\\ufdd0-\\ufdef\\ufffe\\uffff\\U0001fffe\\U0001ffff\\U0002fffe\\U0002ffff\\U0003fffe\\U0003ffff\\U0004fffe\\U0004ffff\\U0005fffe\\U0005ffff\\U0006fffe\\U0006ffff\\U0007fffe\\U0007ffff\\U0008fffe\\U0008ffff\\U0009fffe\\U0009ffff\\U000afffe\\U000affff\\U000bfffe\\U000bffff\\U000cfffe\\U000cffff\\U000dfffe\\U000dffff\\U000efffe\\U000effff\\U000ffffe\\U000fffff\\U0010fffe\\U0010ffff\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffc\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e00ff\\U000e01f0-\\U000e0fff]*)?$'), models.Q(('archived_url__iregex', '[^/?=&#:]https?://'), _negated=True)), _connector='OR'), name='document_archived_url_is_one_link', violation_error_message='Enter one link that begins with https:// or http://, without user name and password.'),
            ),
            migrations.AddConstraint(
                model_name='document',
                constraint=models.CheckConstraint(condition=models.Q(('published', ''), models.Q(('published__regex', '^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])(/\\.\\.)?)?)?$'), django.db.models.lookups.GreaterThanOrEqual(models.ExpressionWrapper(models.Func(django.db.models.functions.comparison.Cast(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(django.db.models.functions.text.Substr(models.F('published'), 1, 4), models.Value('')), models.Value('1')), models.IntegerField()), django.db.models.functions.comparison.Cast(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(django.db.models.functions.text.Substr(models.F('published'), 6, 2), models.Value('')), models.Value('1')), models.IntegerField()), django.db.models.functions.comparison.Cast(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(django.db.models.functions.text.Substr(models.F('published'), 9, 2), models.Value('')), models.Value('1')), models.IntegerField()), function='make_date'), models.DateField()), models.Value(datetime.date(1, 1, 1)))), _connector='OR'), name='document_published_is_a_date', violation_error_message='Write a date as 2025, 2025-01, 2025-01-20 or 2025-01-20/..'),
            ),
            migrations.AddConstraint(
                model_name='document',
                constraint=models.CheckConstraint(condition=models.Q(('published', ''), ('published__endswith', '/..'), ('published__gte', django.db.models.functions.text.Left('date', django.db.models.functions.text.Length('published'))), _connector='OR'), name='document_published_not_before_said', violation_error_message='The document was published before the date on which it was said.'),
            ),
            migrations.AddConstraint(
                model_name='document',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('archived_on', None), ('archived_url', '')), models.Q(models.Q(('archived_url', ''), _negated=True), ('archived_on__isnull', False)), _connector='OR'), name='document_archived_url_and_day', violation_error_message='Give both the link to the archived copy and its day, or neither.'),
            ),
            migrations.AddConstraint(
                model_name='document',
                constraint=models.CheckConstraint(condition=models.Q(('archived_on', None), ('archived_on__gte', models.F('date_earliest')), _connector='OR'), name='document_archived_not_before_said', violation_error_message='The copy was archived before the date on which it was said.'),
            ),
        ]),
    ]
