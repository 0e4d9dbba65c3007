"""The tables of the record and their triggers. Each table is created with all its columns, which is quicker than adding them."""

import datetime
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import pghistory.utils
import pgtrigger.compiler
import pledges.models.webhook
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from pledges.database.migration_operations import AddTrigger


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('knox', '0009_extend_authtoken_field'),
        ('pledges', '0001_functions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Dimension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text="Part of URLs; can't be changed later.", max_length=100, unique=True, verbose_name='slug')),
                ('name', models.CharField(max_length=50, unique=True, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=50, verbose_name='English name')),
                ('base_unit', models.CharField(help_text='The unit in which amounts are compared: 元.', max_length=20, verbose_name='base unit')),
                ('is_additive', models.BooleanField(db_default=True, default=True, help_text="Whether amounts can be summed: money can; percentages, ranks and days can't.", verbose_name='additive')),
            ],
            options={
                'verbose_name': 'dimension',
                'verbose_name_plural': 'dimensions',
                'ordering': ['slug'],
            },
        ),
        AddTrigger(
            model_name='dimension',
            trigger=pgtrigger.compiler.Trigger(name='reject_new_slug', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='RAISE EXCEPTION \'the row violates "slug_is_permanent"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'slug_is_permanent\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='a5a0ba2e764dc7278de8bf433e84b080ba1b1e21', operation='UPDATE', pgid='pgtrigger_reject_new_slug_8f2b1', table='pledges_dimension', when='BEFORE')),
        ),
        AddTrigger(
            model_name='dimension',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func="\n            IF TG_OP = 'UPDATE'\n                AND to_jsonb(NEW) - ARRAY['date_earliest', 'edited_fields', 'text'] = to_jsonb(OLD) - ARRAY['date_earliest', 'edited_fields', 'text'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting('duixian.revision', true), '') = '' THEN\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config('duixian.revision', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = 'UPDATE' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) \n        SELECT current_setting('duixian.revision')::bigint, pledge.ref, pledge.status, pledge.status, pledge.district_id, pledge.district_id\n        FROM pledges_pledge pledge WHERE pledge.state = 'published' AND unit_id IN (SELECT symbol FROM pledges_unit WHERE dimension_id = NEW.id)\n        \n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n    \n            END IF;\n            RETURN NULL;\n            ", hash='8ae30adf4b5b144a3b6bdce5ce97bc6880a7d78b', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_c9fd4', table='pledges_dimension', when='AFTER')),
        ),
        AddTrigger(
            model_name='dimension',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_dimensionevent" ("base_unit", "id", "is_additive", "name", "name_en", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") SELECT new_values."base_unit", new_values."id", new_values."is_additive", new_values."name", new_values."name_en", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'insert\', new_values."id", new_values."slug" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='0bbe95a30fc126ee64243fd3f7aec6eb606db98b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_327ad', referencing='REFERENCING NEW TABLE AS new_values ', table='pledges_dimension', when='AFTER')),
        ),
        AddTrigger(
            model_name='dimension',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "pledges_dimensionevent" ("base_unit", "id", "is_additive", "name", "name_en", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."base_unit", NEW."id", NEW."is_additive", NEW."name", NEW."name_en", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."slug"); RETURN NULL;', hash='799b6c4f1b9d272fd0f7489357eb8233b2d0916d', operation='UPDATE', pgid='pgtrigger_update_update_0704a', table='pledges_dimension', when='AFTER')),
        ),
        AddTrigger(
            model_name='dimension',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_dimensionevent" ("base_unit", "id", "is_additive", "name", "name_en", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") SELECT old_values."base_unit", old_values."id", old_values."is_additive", old_values."name", old_values."name_en", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'delete\', old_values."id", old_values."slug" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='64b6863c6f692515844e2818afbdd3f8900abf82', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_135c7', referencing='REFERENCING OLD TABLE AS old_values ', table='pledges_dimension', when='AFTER')),
        ),
        migrations.CreateModel(
            name='DimensionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='pledges.dimension')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('slug', models.SlugField(db_index=False, help_text="Part of URLs; can't be changed later.", max_length=100, verbose_name='slug')),
                ('name', models.CharField(max_length=50, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=50, verbose_name='English name')),
                ('base_unit', models.CharField(help_text='The unit in which amounts are compared: 元.', max_length=20, verbose_name='base unit')),
                ('is_additive', models.BooleanField(db_default=True, default=True, help_text="Whether amounts can be summed: money can; percentages, ranks and days can't.", verbose_name='additive')),
            ],
            options={
                'abstract': False,
            },
        ),
        AddTrigger(
            model_name='dimensionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='23118d9805efff08c686cd6874c48d8cc286adcf', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4e94c', table='pledges_dimensionevent', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='District',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text="Part of URLs; can't be changed later.", max_length=100, unique=True, verbose_name='slug')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=100, verbose_name='English name')),
                ('kind', models.CharField(choices=[('province', 'province or autonomous region'), ('city', 'city'), ('district', 'urban district'), ('banner', 'banner'), ('county', 'county'), ('zone', 'development zone')], max_length=20, verbose_name='kind')),
                ('code', models.CharField(blank=True, help_text='Leave empty for development zones.', max_length=6, null=True, unique=True, verbose_name='GB/T 2260 code')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='pledges.district', verbose_name='parent district')),
                ('aliases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, help_text='As newspapers write it, separated by commas: 土左旗,土旗.', size=None, verbose_name='other names')),
            ],
            options={
                'verbose_name': 'district',
                'verbose_name_plural': 'districts',
                'ordering': ['code', 'slug'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['province', 'city', 'district', 'banner', 'county', 'zone'])), name='district_kind_known', violation_error_message='Choose one of the values listed.'), models.CheckConstraint(condition=models.Q(('slug__regex', '^[^\\s\u3000/?#%]+$')), name='district_slug_fits_url', violation_error_message='A slug may contain letters, digits and hyphens only.'), models.CheckConstraint(condition=models.Q(('code__regex', '^[0-9]{6}$')), name='district_code_has_six_digits', violation_error_message='A GB/T 2260 code has six digits, such as 150105.'), models.UniqueConstraint(fields=('parent', 'name'), name='district_name_unique_below_parent', nulls_distinct=False, violation_error_message='There is a district of this name in the same place already.')],
            },
        ),
        AddTrigger(
            model_name='district',
            trigger=pgtrigger.compiler.Trigger(name='reject_cycle_of_parent_id', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.parent_id IS NOT NULL)', constraint='CONSTRAINT', func='\n            PERFORM pg_advisory_xact_lock(hashtext(\'pledges_district.parent_id\'));\n            IF EXISTS (\n                WITH RECURSIVE above AS (\n                    SELECT parent_id AS id FROM pledges_district WHERE id = NEW.id\n                    UNION\n                    SELECT linked.parent_id FROM pledges_district linked JOIN above ON linked.id = above.id\n                )\n                SELECT FROM above WHERE id = NEW.id\n            ) THEN\n                RAISE EXCEPTION \'the row violates "district_not_its_own_ancestor"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'district_not_its_own_ancestor\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            RETURN NULL;\n            ', hash='edf32de3ad1c22411d13b23adc6c19595d577fb3', operation='INSERT OR UPDATE', pgid='pgtrigger_reject_cycle_of_parent_id_1de2a', table='pledges_district', timing='DEFERRABLE INITIALLY IMMEDIATE', when='AFTER')),
        ),
        AddTrigger(
            model_name='district',
            trigger=pgtrigger.compiler.Trigger(name='reject_new_slug', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='RAISE EXCEPTION \'the row violates "slug_is_permanent"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'slug_is_permanent\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='4fa3ad7ef69c4be150e3b869d25778bfe74bf8ea', operation='UPDATE', pgid='pgtrigger_reject_new_slug_29d31', table='pledges_district', when='BEFORE')),
        ),
        AddTrigger(
            model_name='district',
            trigger=pgtrigger.compiler.Trigger(name='refresh_derived_pledges', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."aliases" IS DISTINCT FROM (NEW."aliases") OR OLD."name" IS DISTINCT FROM (NEW."name"))', func='UPDATE pledges_pledge SET ref = ref WHERE district_id = NEW.id; RETURN NULL;', hash='d4e574f52d0492c612210c5289080b6285f094fa', operation='UPDATE', pgid='pgtrigger_refresh_derived_pledges_d6fb2', table='pledges_district', when='AFTER')),
        ),
        AddTrigger(
            model_name='district',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func="\n            IF TG_OP = 'UPDATE'\n                AND to_jsonb(NEW) - ARRAY['date_earliest', 'edited_fields', 'text'] = to_jsonb(OLD) - ARRAY['date_earliest', 'edited_fields', 'text'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting('duixian.revision', true), '') = '' THEN\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config('duixian.revision', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = 'UPDATE' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) \n        SELECT current_setting('duixian.revision')::bigint, pledge.ref, pledge.status, pledge.status, pledge.district_id, pledge.district_id\n        FROM pledges_pledge pledge WHERE pledge.state = 'published' AND district_id = NEW.id\n        \n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n    \n            END IF;\n            RETURN NULL;\n            ", hash='78f3a67e16cd63595d3d61560bcc8bb8616e0e6d', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_72960', table='pledges_district', when='AFTER')),
        ),
        AddTrigger(
            model_name='district',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_districtevent" ("aliases", "code", "id", "kind", "name", "name_en", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") SELECT new_values."aliases", new_values."code", new_values."id", new_values."kind", new_values."name", new_values."name_en", new_values."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'insert\', new_values."id", new_values."slug" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='4911175e47eb09b53752b55b738e11f534334589', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_b6a98', referencing='REFERENCING NEW TABLE AS new_values ', table='pledges_district', when='AFTER')),
        ),
        AddTrigger(
            model_name='district',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "pledges_districtevent" ("aliases", "code", "id", "kind", "name", "name_en", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."aliases", NEW."code", NEW."id", NEW."kind", NEW."name", NEW."name_en", NEW."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."slug"); RETURN NULL;', hash='15c0d13e43c38dafe1c680a8712cd820b64ee0c3', operation='UPDATE', pgid='pgtrigger_update_update_ff12f', table='pledges_district', when='AFTER')),
        ),
        AddTrigger(
            model_name='district',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_districtevent" ("aliases", "code", "id", "kind", "name", "name_en", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") SELECT old_values."aliases", old_values."code", old_values."id", old_values."kind", old_values."name", old_values."name_en", old_values."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'delete\', old_values."id", old_values."slug" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='c6c3c80aec89336a48a7fb8f221fad40b11214ef', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_f3583', referencing='REFERENCING OLD TABLE AS old_values ', table='pledges_district', when='AFTER')),
        ),
        migrations.CreateModel(
            name='DistrictEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='pledges.district')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('slug', models.SlugField(db_index=False, help_text="Part of URLs; can't be changed later.", max_length=100, verbose_name='slug')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=100, verbose_name='English name')),
                ('kind', models.CharField(choices=[('province', 'province or autonomous region'), ('city', 'city'), ('district', 'urban district'), ('banner', 'banner'), ('county', 'county'), ('zone', 'development zone')], max_length=20, verbose_name='kind')),
                ('code', models.CharField(blank=True, help_text='Leave empty for development zones.', max_length=6, null=True, verbose_name='GB/T 2260 code')),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.district', verbose_name='parent district')),
                ('aliases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, help_text='As newspapers write it, separated by commas: 土左旗,土旗.', size=None, verbose_name='other names')),
            ],
            options={
                'abstract': False,
            },
        ),
        AddTrigger(
            model_name='districtevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ff57f61a01967144806c1d4b40b3ae1c8f927cc0', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b4792', table='pledges_districtevent', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text="The page's file name without extension.", max_length=100, unique=True, verbose_name='slug')),
                ('title', models.CharField(blank=True, max_length=200, verbose_name='page title')),
                ('publisher', models.CharField(blank=True, max_length=100, verbose_name='publisher')),
                ('date', models.CharField(help_text='As precise as known: 2025, 2025-01, 2025-01-20; 2024-02-20/.. for that day or later.', max_length=13, verbose_name='date')),
                ('date_earliest', models.GeneratedField(db_persist=True, expression=models.Func(django.db.models.functions.comparison.Cast(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(django.db.models.functions.text.Substr(models.F('date'), 1, 4), models.Value('')), models.Value('1')), models.IntegerField()), django.db.models.functions.comparison.Cast(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(django.db.models.functions.text.Substr(models.F('date'), 6, 2), models.Value('')), models.Value('1')), models.IntegerField()), django.db.models.functions.comparison.Cast(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(django.db.models.functions.text.Substr(models.F('date'), 9, 2), models.Value('')), models.Value('1')), models.IntegerField()), function='make_date'), output_field=models.DateField(), verbose_name='earliest possible day')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='address')),
                ('text', models.TextField(blank=True, db_default='', default='', help_text='For editors only; copyright of the newspaper, never published.', verbose_name='page text')),
                ('edited_fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), db_default=[], default=list, editable=False, size=None)),
            ],
            options={
                'verbose_name': 'document',
                'verbose_name_plural': 'documents',
                'ordering': ['slug'],
                'constraints': [models.CheckConstraint(condition=models.Q(('slug__regex', '^[^\\s\u3000/?#%]+$')), name='document_slug_fits_url', violation_error_message='A slug may contain letters, digits and hyphens only.'), models.CheckConstraint(condition=models.Q(('date__regex', '^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])(/\\.\\.)?)?)?$')), name='document_date_is_a_date', violation_error_message='Write a date as 2025, 2025-01, 2025-01-20 or 2025-01-20/..')],
            },
        ),
        AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='reject_new_slug', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='RAISE EXCEPTION \'the row violates "slug_is_permanent"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'slug_is_permanent\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='2fb603127b1ac4a714977ed562e3c839d096329a', operation='UPDATE', pgid='pgtrigger_reject_new_slug_593d9', table='pledges_document', when='BEFORE')),
        ),
        AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='mark_edits', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF current_setting('duixian.loading', true) = 'on' THEN\n                RETURN NEW;\n            END IF;\n            IF TG_OP = 'INSERT' THEN\n                NEW.edited_fields := ARRAY['date', 'publisher', 'text', 'title', 'url'];\n            ELSE\n                NEW.edited_fields := ARRAY(\n                    SELECT DISTINCT field FROM unnest(OLD.edited_fields || NEW.edited_fields || ARRAY[CASE WHEN NEW.date IS DISTINCT FROM OLD.date THEN 'date' END, CASE WHEN NEW.publisher IS DISTINCT FROM OLD.publisher THEN 'publisher' END, CASE WHEN NEW.text IS DISTINCT FROM OLD.text THEN 'text' END, CASE WHEN NEW.title IS DISTINCT FROM OLD.title THEN 'title' END, CASE WHEN NEW.url IS DISTINCT FROM OLD.url THEN 'url' END]) field\n                    WHERE field IS NOT NULL ORDER BY field);\n            END IF;\n            RETURN NEW;\n        ", hash='00d580bd17d43e3d9e37a3f42d15eda3dfdfaab7', operation='INSERT OR UPDATE', pgid='pgtrigger_mark_edits_34a3f', table='pledges_document', when='BEFORE')),
        ),
        AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='refresh_derived_pledges', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."date" IS DISTINCT FROM (NEW."date"))', func='UPDATE pledges_pledge SET ref = ref WHERE statement_id IN (SELECT id FROM pledges_statement WHERE document_id = NEW.id); RETURN NULL;', hash='8facef185fd5bd396f4dbd9d69989554cd4fc2fa', operation='UPDATE', pgid='pgtrigger_refresh_derived_pledges_c9aa3', table='pledges_document', when='AFTER')),
        ),
        AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func="\n            IF TG_OP = 'UPDATE'\n                AND to_jsonb(NEW) - ARRAY['date_earliest', 'edited_fields', 'text'] = to_jsonb(OLD) - ARRAY['date_earliest', 'edited_fields', 'text'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting('duixian.revision', true), '') = '' THEN\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config('duixian.revision', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = 'UPDATE' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) \n        SELECT current_setting('duixian.revision')::bigint, pledge.ref, pledge.status, pledge.status, pledge.district_id, pledge.district_id\n        FROM pledges_pledge pledge WHERE pledge.state = 'published' AND statement_id IN (SELECT id FROM pledges_statement WHERE document_id = NEW.id)\n        \n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n    \n            END IF;\n            RETURN NULL;\n            ", hash='9cce65d72c2245971684ebd7b5c2b3775ab634a5', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_f055d', table='pledges_document', when='AFTER')),
        ),
        AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_documentevent" ("date", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "publisher", "slug", "title", "url") SELECT new_values."date", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'insert\', new_values."id", new_values."publisher", new_values."slug", new_values."title", new_values."url" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='cddc0ae5cebb484ced586e00b4ee6b04fa8d227f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_4039b', referencing='REFERENCING NEW TABLE AS new_values ', table='pledges_document', when='AFTER')),
        ),
        AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."date" IS DISTINCT FROM (NEW."date") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."publisher" IS DISTINCT FROM (NEW."publisher") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func='INSERT INTO "pledges_documentevent" ("date", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "publisher", "slug", "title", "url") VALUES (NEW."date", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."publisher", NEW."slug", NEW."title", NEW."url"); RETURN NULL;', hash='dd3063fac9a2f54b3a160b1838e170145d057c20', operation='UPDATE', pgid='pgtrigger_update_update_83216', table='pledges_document', when='AFTER')),
        ),
        AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_documentevent" ("date", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "publisher", "slug", "title", "url") SELECT old_values."date", old_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'delete\', old_values."id", old_values."publisher", old_values."slug", old_values."title", old_values."url" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='8930c1663b30deb502dd0171b3e70d92a52db31c', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_37b9d', referencing='REFERENCING OLD TABLE AS old_values ', table='pledges_document', when='AFTER')),
        ),
        migrations.CreateModel(
            name='DocumentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='pledges.document')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('slug', models.SlugField(db_index=False, help_text="The page's file name without extension.", max_length=100, verbose_name='slug')),
                ('title', models.CharField(blank=True, max_length=200, verbose_name='page title')),
                ('publisher', models.CharField(blank=True, max_length=100, verbose_name='publisher')),
                ('date', models.CharField(help_text='As precise as known: 2025, 2025-01, 2025-01-20; 2024-02-20/.. for that day or later.', max_length=13, verbose_name='date')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='address')),
            ],
            options={
                'abstract': False,
            },
        ),
        AddTrigger(
            model_name='documentevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='07bf4b2e961ab88a49485e491f94fff9e5212e16', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_5b36f', table='pledges_documentevent', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='IdempotentRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='idempotent_requests', to=settings.AUTH_USER_MODEL)),
                ('key', models.CharField(max_length=255)),
                ('fingerprint', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('body', models.JSONField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='idempotent_request_unique')],
            },
        ),
        migrations.CreateModel(
            name='Official',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(allow_unicode=True, help_text="The name; for a namesake with a suffix: 李伟-玉泉. Can't be changed later.", max_length=100, unique=True, verbose_name='slug')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
            ],
            options={
                'verbose_name': 'official',
                'verbose_name_plural': 'officials',
                'ordering': ['slug'],
                'constraints': [models.CheckConstraint(condition=models.Q(('slug__regex', '^[^\\s\u3000/?#%]+$')), name='official_slug_fits_url', violation_error_message='A slug may contain letters, digits and hyphens only.'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='official_name_not_empty', violation_error_message="Enter the official's name.")],
            },
        ),
        AddTrigger(
            model_name='official',
            trigger=pgtrigger.compiler.Trigger(name='reject_new_slug', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='RAISE EXCEPTION \'the row violates "slug_is_permanent"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'slug_is_permanent\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='9401b4344bb92a6ebf70b67e891576f845929da6', operation='UPDATE', pgid='pgtrigger_reject_new_slug_e992f', table='pledges_official', when='BEFORE')),
        ),
        AddTrigger(
            model_name='official',
            trigger=pgtrigger.compiler.Trigger(name='refresh_derived_pledges', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."name" IS DISTINCT FROM (NEW."name"))', func='UPDATE pledges_pledge SET ref = ref WHERE statement_id IN (SELECT id FROM pledges_statement WHERE official_id = NEW.id); RETURN NULL;', hash='f026abb5ded78b1f802b377e2844a58c910e4f4b', operation='UPDATE', pgid='pgtrigger_refresh_derived_pledges_56a92', table='pledges_official', when='AFTER')),
        ),
        AddTrigger(
            model_name='official',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func="\n            IF TG_OP = 'UPDATE'\n                AND to_jsonb(NEW) - ARRAY['date_earliest', 'edited_fields', 'text'] = to_jsonb(OLD) - ARRAY['date_earliest', 'edited_fields', 'text'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting('duixian.revision', true), '') = '' THEN\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config('duixian.revision', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = 'UPDATE' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) \n        SELECT current_setting('duixian.revision')::bigint, pledge.ref, pledge.status, pledge.status, pledge.district_id, pledge.district_id\n        FROM pledges_pledge pledge WHERE pledge.state = 'published' AND statement_id IN (SELECT id FROM pledges_statement WHERE official_id = NEW.id)\n        \n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n    \n            END IF;\n            RETURN NULL;\n            ", hash='77403413c5394b5c016d073c2a40d9936eb61386', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_72ab6', table='pledges_official', when='AFTER')),
        ),
        AddTrigger(
            model_name='official',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_officialevent" ("id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") SELECT new_values."id", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'insert\', new_values."id", new_values."slug" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='e1ff67141cd80d173b8a5614bb1095e4ef024673', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_dbffe', referencing='REFERENCING NEW TABLE AS new_values ', table='pledges_official', when='AFTER')),
        ),
        AddTrigger(
            model_name='official',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "pledges_officialevent" ("id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."slug"); RETURN NULL;', hash='1306ca2bd75960611cb17343613adbdc5b76eba8', operation='UPDATE', pgid='pgtrigger_update_update_bab02', table='pledges_official', when='AFTER')),
        ),
        AddTrigger(
            model_name='official',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_officialevent" ("id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") SELECT old_values."id", old_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'delete\', old_values."id", old_values."slug" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='6641992048595d4f70f7d0f99c132d2bd32052ff', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_4ae8b', referencing='REFERENCING OLD TABLE AS old_values ', table='pledges_official', when='AFTER')),
        ),
        migrations.CreateModel(
            name='OfficialEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='pledges.official')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('slug', models.SlugField(allow_unicode=True, db_index=False, help_text="The name; for a namesake with a suffix: 李伟-玉泉. Can't be changed later.", max_length=100, verbose_name='slug')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
            ],
            options={
                'abstract': False,
            },
        ),
        AddTrigger(
            model_name='officialevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a408756e42a8b6f76a9fb1dd02472b1f043d9a2c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_eee06', table='pledges_officialevent', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='pledges.district', verbose_name='district')),
                ('organisation', models.CharField(blank=True, help_text="The department, unless the post is in the district's own leadership: 市财政局.", max_length=100, verbose_name='organisation')),
                ('title', models.CharField(help_text='As printed: 赛罕区委副书记、区长.', max_length=200, verbose_name='title of the post')),
            ],
            options={
                'verbose_name': 'post',
                'verbose_name_plural': 'posts',
                'ordering': ['district', 'title', 'id'],
                'constraints': [models.UniqueConstraint(fields=('district', 'organisation', 'title'), name='post_unique', violation_error_message='There is such a post already.'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='post_title_not_empty', violation_error_message='Enter the title of the post.')],
            },
        ),
        AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='mark_statement', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."district_id" IS DISTINCT FROM (NEW."district_id") OR OLD."organisation" IS DISTINCT FROM (NEW."organisation") OR OLD."title" IS DISTINCT FROM (NEW."title"))', func="\n            IF current_setting('duixian.loading', true) IS DISTINCT FROM 'on' THEN\n                UPDATE pledges_statement SET edited_fields = array_append(edited_fields, 'post')\n                WHERE post_id = NEW.id AND NOT 'post' = ANY(edited_fields);\n            END IF;\n            RETURN NULL;\n            ", hash='b3fbd2b9cb0092aced1a9507e8c660fe13b87faa', operation='UPDATE', pgid='pgtrigger_mark_statement_ad3c9', table='pledges_post', when='AFTER')),
        ),
        AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func="\n            IF TG_OP = 'UPDATE'\n                AND to_jsonb(NEW) - ARRAY['date_earliest', 'edited_fields', 'text'] = to_jsonb(OLD) - ARRAY['date_earliest', 'edited_fields', 'text'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting('duixian.revision', true), '') = '' THEN\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config('duixian.revision', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = 'UPDATE' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) \n        SELECT current_setting('duixian.revision')::bigint, pledge.ref, pledge.status, pledge.status, pledge.district_id, pledge.district_id\n        FROM pledges_pledge pledge WHERE pledge.state = 'published' AND statement_id IN (SELECT id FROM pledges_statement WHERE post_id = NEW.id)\n        \n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n    \n            END IF;\n            RETURN NULL;\n            ", hash='f71e6bff9c806749ae847610ed0e3e4a4a4056ab', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_68462', table='pledges_post', when='AFTER')),
        ),
        AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_postevent" ("district_id", "id", "organisation", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "title") SELECT new_values."district_id", new_values."id", new_values."organisation", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'insert\', new_values."id", new_values."title" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='e2eed58ad0542393484f11606e33b5de484b8e71', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_56d56', referencing='REFERENCING NEW TABLE AS new_values ', table='pledges_post', when='AFTER')),
        ),
        AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "pledges_postevent" ("district_id", "id", "organisation", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "title") VALUES (NEW."district_id", NEW."id", NEW."organisation", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."title"); RETURN NULL;', hash='96dd5ee1ebd794d70d430e259501d94eff3b8239', operation='UPDATE', pgid='pgtrigger_update_update_81018', table='pledges_post', when='AFTER')),
        ),
        AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_postevent" ("district_id", "id", "organisation", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "title") SELECT old_values."district_id", old_values."id", old_values."organisation", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'delete\', old_values."id", old_values."title" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='f7e58c54c6e9ab426350013d3d9c1537339101a2', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_6518e', referencing='REFERENCING OLD TABLE AS old_values ', table='pledges_post', when='AFTER')),
        ),
        migrations.CreateModel(
            name='PostEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='pledges.post')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('district', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.district', verbose_name='district')),
                ('organisation', models.CharField(blank=True, help_text="The department, unless the post is in the district's own leadership: 市财政局.", max_length=100, verbose_name='organisation')),
                ('title', models.CharField(help_text='As printed: 赛罕区委副书记、区长.', max_length=200, verbose_name='title of the post')),
            ],
            options={
                'abstract': False,
            },
        ),
        AddTrigger(
            model_name='postevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='69b655024aa54aea8a27aadfab8bc265dd76d489', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_02962', table='pledges_postevent', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='QueueOrder',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='queue_order', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('ordering', models.CharField(max_length=50)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(editable=False, null=True, unique=True, verbose_name='number')),
                ('at', models.DateTimeField(editable=False, null=True, verbose_name='committed at')),
            ],
            options={
                'verbose_name': 'revision',
                'verbose_name_plural': 'revisions',
                'default_permissions': (),
            },
        ),
        AddTrigger(
            model_name='revision',
            trigger=pgtrigger.compiler.Trigger(name='defer_numbering', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.number IS NULL)', constraint='CONSTRAINT', func='UPDATE pledges_revision SET id = id WHERE id = NEW.id; RETURN NULL;', hash='f91a4706bfcfffef0fbffa3ec444091d96076994', operation='INSERT', pgid='pgtrigger_defer_numbering_d2818', table='pledges_revision', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        AddTrigger(
            model_name='revision',
            trigger=pgtrigger.compiler.Trigger(name='assign_number', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.number IS NULL)', constraint='CONSTRAINT', func="\n        PERFORM pg_advisory_xact_lock(hashtext('pledges_revision.number'));\n        UPDATE pledges_revision\n            SET number = nextval(pg_get_serial_sequence('pledges_revision', 'id')), at = clock_timestamp()\n            WHERE id = NEW.id AND number IS NULL;\n        RETURN NULL;\n    ", hash='20f8932406c64766d8efcbe91eed197f448ec308', operation='UPDATE', pgid='pgtrigger_assign_number_365b8', table='pledges_revision', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        AddTrigger(
            model_name='revision',
            trigger=pgtrigger.compiler.Trigger(name='reject_rewriting', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.id::text IS DISTINCT FROM current_setting('duixian.revision', true))", func='RAISE EXCEPTION \'the row violates "change_log_is_append_only"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'change_log_is_append_only\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='1071c68020b21605c9449d79f3d46b65b19432e4', operation='UPDATE OR DELETE', pgid='pgtrigger_reject_rewriting_f64be', table='pledges_revision', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='pledges.revision')),
                ('ref', models.CharField(db_collation='C', max_length=64)),
                ('previous_status', models.CharField(choices=[('unchecked', 'unchecked'), ('in_progress', 'in progress'), ('met', 'met'), ('partly_met', 'partly met'), ('missed', 'missed'), ('unverifiable', 'unverifiable'), ('withdrawn', 'withdrawn by its maker')], max_length=12, null=True)),
                ('status', models.CharField(choices=[('unchecked', 'unchecked'), ('in_progress', 'in progress'), ('met', 'met'), ('partly_met', 'partly met'), ('missed', 'missed'), ('unverifiable', 'unverifiable'), ('withdrawn', 'withdrawn by its maker')], max_length=12, null=True)),
                ('kind', models.GeneratedField(db_persist=True, expression=models.Case(models.When(previous_status=None, then=models.Value('created')), models.When(status=None, then=models.Value('withdrawn')), models.When(status=models.F('previous_status'), then=models.Value('changed')), default=models.Value('status_changed')), output_field=models.CharField(choices=[('created', 'became public'), ('changed', 'changed'), ('status_changed', 'status changed'), ('withdrawn', 'no longer public')], max_length=14))),
                ('district', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pledges.district')),
                ('previous_district', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pledges.district')),
            ],
            options={
                'verbose_name': 'change',
                'verbose_name_plural': 'changes',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('revision', 'ref'), name='change_unique_in_revision', violation_error_message='A pledge can occur only once in a revision.')],
            },
        ),
        AddTrigger(
            model_name='change',
            trigger=pgtrigger.compiler.Trigger(name='reject_rewriting', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.revision_id::text IS DISTINCT FROM current_setting('duixian.revision', true))", func='RAISE EXCEPTION \'the row violates "change_log_is_append_only"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'change_log_is_append_only\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='b14307e747bf15b7ff635e25d4008f954b054cb2', operation='UPDATE OR DELETE', pgid='pgtrigger_reject_rewriting_af9ef', table='pledges_change', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='pledges.document', verbose_name='document')),
                ('official', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='pledges.official', verbose_name='official')),
                ('post', models.ForeignKey(help_text='The post held on that day.', on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='pledges.post', verbose_name='post')),
                ('headline', models.CharField(blank=True, max_length=200, verbose_name='headline')),
                ('edited_fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), db_default=[], default=list, editable=False, size=None)),
            ],
            options={
                'verbose_name': 'statement',
                'verbose_name_plural': 'statements',
                'ordering': ['document', 'id'],
                'constraints': [models.UniqueConstraint(fields=('document', 'official'), name='statement_unique', violation_error_message='This official has a statement on this page already.')],
            },
        ),
        AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='mark_edits', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF current_setting('duixian.loading', true) = 'on' THEN\n                RETURN NEW;\n            END IF;\n            IF TG_OP = 'INSERT' THEN\n                NEW.edited_fields := ARRAY['headline', 'post'];\n            ELSE\n                NEW.edited_fields := ARRAY(\n                    SELECT DISTINCT field FROM unnest(OLD.edited_fields || NEW.edited_fields || ARRAY[CASE WHEN NEW.headline IS DISTINCT FROM OLD.headline THEN 'headline' END, CASE WHEN NEW.post_id IS DISTINCT FROM OLD.post_id THEN 'post' END]) field\n                    WHERE field IS NOT NULL ORDER BY field);\n            END IF;\n            RETURN NEW;\n        ", hash='441201d211eb75e07f636014aa83f3f0b3e0b42d', operation='INSERT OR UPDATE', pgid='pgtrigger_mark_edits_90250', table='pledges_statement', when='BEFORE')),
        ),
        AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='mark_pledge', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."official_id" IS DISTINCT FROM (NEW."official_id"))', func="\n            IF current_setting('duixian.loading', true) IS DISTINCT FROM 'on' THEN\n                UPDATE pledges_pledge SET edited_fields = array_append(edited_fields, 'statement')\n                WHERE statement_id = NEW.id AND NOT 'statement' = ANY(edited_fields);\n            END IF;\n            RETURN NULL;\n            ", hash='55ff9391fbb2a9147356734076bcac56d7e6e14a', operation='UPDATE', pgid='pgtrigger_mark_pledge_238f4', table='pledges_statement', when='AFTER')),
        ),
        AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='refresh_derived_pledges', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."official_id" IS DISTINCT FROM (NEW."official_id"))', func='UPDATE pledges_pledge SET ref = ref WHERE statement_id = NEW.id; RETURN NULL;', hash='e48fe9cbb6354851916253d4bbfc193cb2d84722', operation='UPDATE', pgid='pgtrigger_refresh_derived_pledges_e7de6', table='pledges_statement', when='AFTER')),
        ),
        AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func="\n            IF TG_OP = 'UPDATE'\n                AND to_jsonb(NEW) - ARRAY['date_earliest', 'edited_fields', 'text'] = to_jsonb(OLD) - ARRAY['date_earliest', 'edited_fields', 'text'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting('duixian.revision', true), '') = '' THEN\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config('duixian.revision', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = 'UPDATE' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) \n        SELECT current_setting('duixian.revision')::bigint, pledge.ref, pledge.status, pledge.status, pledge.district_id, pledge.district_id\n        FROM pledges_pledge pledge WHERE pledge.state = 'published' AND statement_id = NEW.id\n        \n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n    \n            END IF;\n            RETURN NULL;\n            ", hash='76ad888b2cd744bc37944fb7a0e3fc088cd3afce', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_fc100', table='pledges_statement', when='AFTER')),
        ),
        AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_statementevent" ("document_id", "headline", "id", "official_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id") SELECT new_values."document_id", new_values."headline", new_values."id", new_values."official_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'insert\', new_values."id", new_values."post_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='a52ca9e6d872429b1bc6a49b541c801675d2192a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_c8102', referencing='REFERENCING NEW TABLE AS new_values ', table='pledges_statement', when='AFTER')),
        ),
        AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."headline" IS DISTINCT FROM (NEW."headline") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."official_id" IS DISTINCT FROM (NEW."official_id") OR OLD."post_id" IS DISTINCT FROM (NEW."post_id"))', func='INSERT INTO "pledges_statementevent" ("document_id", "headline", "id", "official_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id") VALUES (NEW."document_id", NEW."headline", NEW."id", NEW."official_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."post_id"); RETURN NULL;', hash='1a6c7280ae8bc11c04e45a74648709cb26c75092', operation='UPDATE', pgid='pgtrigger_update_update_22ffd', table='pledges_statement', when='AFTER')),
        ),
        AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_statementevent" ("document_id", "headline", "id", "official_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id") SELECT old_values."document_id", old_values."headline", old_values."id", old_values."official_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'delete\', old_values."id", old_values."post_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='210830fea7ab0b222c229414d2b0e9a94568b205', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_3e0c3', referencing='REFERENCING OLD TABLE AS old_values ', table='pledges_statement', when='AFTER')),
        ),
        migrations.CreateModel(
            name='StatementEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='pledges.statement')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('document', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.document', verbose_name='document')),
                ('official', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.official', verbose_name='official')),
                ('post', models.ForeignKey(db_constraint=False, help_text='The post held on that day.', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.post', verbose_name='post')),
                ('headline', models.CharField(blank=True, max_length=200, verbose_name='headline')),
            ],
            options={
                'abstract': False,
            },
        ),
        AddTrigger(
            model_name='statementevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='aca01f038e02749b3c7a71a4f8ebf7cf4ec1f83d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b2ed2', table='pledges_statementevent', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name='SHA-256')),
                ('media_type', models.CharField(max_length=50, verbose_name='media type')),
                ('content', models.BinaryField(verbose_name='content')),
                ('size', models.GeneratedField(db_persist=True, expression=models.Func('content', function='octet_length'), output_field=models.IntegerField(), verbose_name='size in bytes')),
            ],
            options={
                'verbose_name': 'stored file',
                'verbose_name_plural': 'stored files',
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('sha256', models.Func(models.Func('content', function='sha256', output_field=models.BinaryField()), models.Value('hex'), function='encode', output_field=models.CharField()))), name='stored_file_key_is_hash', violation_error_message="The SHA-256 does not match the file's content."), models.CheckConstraint(condition=models.Q(('size__gt', 0), ('size__lte', 20971520)), name='stored_file_within_limit', violation_error_message='The file must not be empty or exceed 20 MiB.')],
            },
        ),
        AddTrigger(
            model_name='storedfile',
            trigger=pgtrigger.compiler.Trigger(name='reject_any_change', sql=pgtrigger.compiler.UpsertTriggerSql(func='RAISE EXCEPTION \'the row violates "stored_file_never_changes"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'stored_file_never_changes\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='50a9fb416fdae91744afac71270cb1afd553fe20', operation='UPDATE', pgid='pgtrigger_reject_any_change_4630a', table='pledges_storedfile', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text="Part of URLs; can't be changed later.", max_length=100, unique=True, verbose_name='slug')),
                ('name', models.CharField(max_length=50, unique=True, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=50, verbose_name='English name')),
            ],
            options={
                'verbose_name': 'topic',
                'verbose_name_plural': 'topics',
                'ordering': ['slug'],
            },
        ),
        AddTrigger(
            model_name='topic',
            trigger=pgtrigger.compiler.Trigger(name='reject_new_slug', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='RAISE EXCEPTION \'the row violates "slug_is_permanent"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'slug_is_permanent\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='b8e58db3e9cf16373966575e1f24e71685e250a8', operation='UPDATE', pgid='pgtrigger_reject_new_slug_033fe', table='pledges_topic', when='BEFORE')),
        ),
        AddTrigger(
            model_name='topic',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func="\n            IF TG_OP = 'UPDATE'\n                AND to_jsonb(NEW) - ARRAY['date_earliest', 'edited_fields', 'text'] = to_jsonb(OLD) - ARRAY['date_earliest', 'edited_fields', 'text'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting('duixian.revision', true), '') = '' THEN\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config('duixian.revision', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = 'UPDATE' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) \n        SELECT current_setting('duixian.revision')::bigint, pledge.ref, pledge.status, pledge.status, pledge.district_id, pledge.district_id\n        FROM pledges_pledge pledge WHERE pledge.state = 'published' AND metric_id IN (SELECT id FROM pledges_metric WHERE topic_id = NEW.id)\n        \n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n    \n            END IF;\n            RETURN NULL;\n            ", hash='181d9975e2ce5b1c37c07aca828dfadcb93016c8', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_20c7f', table='pledges_topic', when='AFTER')),
        ),
        AddTrigger(
            model_name='topic',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_topicevent" ("id", "name", "name_en", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") SELECT new_values."id", new_values."name", new_values."name_en", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'insert\', new_values."id", new_values."slug" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='c8a07c00205e66e39371882f8e424c9d20eb60e9', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_c7439', referencing='REFERENCING NEW TABLE AS new_values ', table='pledges_topic', when='AFTER')),
        ),
        AddTrigger(
            model_name='topic',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "pledges_topicevent" ("id", "name", "name_en", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."id", NEW."name", NEW."name_en", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."slug"); RETURN NULL;', hash='37471c14f056142e67e8c29896ec18ca154b649e', operation='UPDATE', pgid='pgtrigger_update_update_785ac', table='pledges_topic', when='AFTER')),
        ),
        AddTrigger(
            model_name='topic',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_topicevent" ("id", "name", "name_en", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") SELECT old_values."id", old_values."name", old_values."name_en", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'delete\', old_values."id", old_values."slug" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='1cdfc7b6f87703b594d592728619bd03f2caaf78', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_6494d', referencing='REFERENCING OLD TABLE AS old_values ', table='pledges_topic', when='AFTER')),
        ),
        migrations.CreateModel(
            name='Metric',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text="Part of URLs; can't be changed later.", max_length=100, unique=True, verbose_name='slug')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=100, verbose_name='English name')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='metrics', to='pledges.topic', verbose_name='topic')),
                ('dimension', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='metrics', to='pledges.dimension', verbose_name='dimension')),
                ('direction', models.CharField(choices=[('more', 'more is better'), ('less', 'less is better')], default='more', max_length=10, verbose_name='direction')),
            ],
            options={
                'verbose_name': 'metric',
                'verbose_name_plural': 'metrics',
                'ordering': ['slug'],
                'constraints': [models.CheckConstraint(condition=models.Q(('direction__in', ['more', 'less'])), name='metric_direction_known', violation_error_message='Choose one of the values listed.'), models.CheckConstraint(condition=models.Q(('slug__regex', '^[^\\s\u3000/?#%]+$')), name='metric_slug_fits_url', violation_error_message='A slug may contain letters, digits and hyphens only.')],
            },
        ),
        AddTrigger(
            model_name='metric',
            trigger=pgtrigger.compiler.Trigger(name='reject_new_slug', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='RAISE EXCEPTION \'the row violates "slug_is_permanent"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'slug_is_permanent\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='b6d04719352e1281b3fdb135215d96796340e7b7', operation='UPDATE', pgid='pgtrigger_reject_new_slug_7d793', table='pledges_metric', when='BEFORE')),
        ),
        AddTrigger(
            model_name='metric',
            trigger=pgtrigger.compiler.Trigger(name='refresh_derived_pledges', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."name" IS DISTINCT FROM (NEW."name"))', func='UPDATE pledges_pledge SET ref = ref WHERE metric_id = NEW.id; RETURN NULL;', hash='3f86644d43d2ed9202e8ec53f4791fd839906aff', operation='UPDATE', pgid='pgtrigger_refresh_derived_pledges_f7550', table='pledges_metric', when='AFTER')),
        ),
        AddTrigger(
            model_name='metric',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func="\n            IF TG_OP = 'UPDATE'\n                AND to_jsonb(NEW) - ARRAY['date_earliest', 'edited_fields', 'text'] = to_jsonb(OLD) - ARRAY['date_earliest', 'edited_fields', 'text'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting('duixian.revision', true), '') = '' THEN\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config('duixian.revision', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = 'UPDATE' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) \n        SELECT current_setting('duixian.revision')::bigint, pledge.ref, pledge.status, pledge.status, pledge.district_id, pledge.district_id\n        FROM pledges_pledge pledge WHERE pledge.state = 'published' AND metric_id = NEW.id\n        \n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n    \n            END IF;\n            RETURN NULL;\n            ", hash='0b8a0ed93c4c3b96f07f7908c0b81479bac5edd1', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_5b446', table='pledges_metric', when='AFTER')),
        ),
        AddTrigger(
            model_name='metric',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_metricevent" ("dimension_id", "direction", "id", "name", "name_en", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "topic_id") SELECT new_values."dimension_id", new_values."direction", new_values."id", new_values."name", new_values."name_en", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'insert\', new_values."id", new_values."slug", new_values."topic_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='86b95197ca222bcca13354279df39a93fb9f38c3', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_667e2', referencing='REFERENCING NEW TABLE AS new_values ', table='pledges_metric', when='AFTER')),
        ),
        AddTrigger(
            model_name='metric',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "pledges_metricevent" ("dimension_id", "direction", "id", "name", "name_en", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "topic_id") VALUES (NEW."dimension_id", NEW."direction", NEW."id", NEW."name", NEW."name_en", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."slug", NEW."topic_id"); RETURN NULL;', hash='8fe1b7ca6d8e7ea893c352575cb42d83d4acf2ef', operation='UPDATE', pgid='pgtrigger_update_update_15f7e', table='pledges_metric', when='AFTER')),
        ),
        AddTrigger(
            model_name='metric',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_metricevent" ("dimension_id", "direction", "id", "name", "name_en", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "topic_id") SELECT old_values."dimension_id", old_values."direction", old_values."id", old_values."name", old_values."name_en", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'delete\', old_values."id", old_values."slug", old_values."topic_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='8ad886b54a393fbd51caaf24133e8139a923f742', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_0ae72', referencing='REFERENCING OLD TABLE AS old_values ', table='pledges_metric', when='AFTER')),
        ),
        migrations.CreateModel(
            name='MetricEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='pledges.metric')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('slug', models.SlugField(db_index=False, help_text="Part of URLs; can't be changed later.", max_length=100, verbose_name='slug')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=100, verbose_name='English name')),
                ('topic', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.topic', verbose_name='topic')),
                ('dimension', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.dimension', verbose_name='dimension')),
                ('direction', models.CharField(choices=[('more', 'more is better'), ('less', 'less is better')], default='more', max_length=10, verbose_name='direction')),
            ],
            options={
                'abstract': False,
            },
        ),
        AddTrigger(
            model_name='metricevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='57bd1ac735496d5ef3764b42013480b3cf1c90ad', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_59a48', table='pledges_metricevent', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='PledgeCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('metric', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pledges.metric')),
                ('status', models.CharField(choices=[('unchecked', 'unchecked'), ('in_progress', 'in progress'), ('met', 'met'), ('partly_met', 'partly met'), ('missed', 'missed'), ('unverifiable', 'unverifiable'), ('withdrawn', 'withdrawn by its maker')], max_length=12)),
                ('count', models.IntegerField()),
            ],
            options={
                'verbose_name': 'count of pledges',
                'verbose_name_plural': 'counts of pledges',
                'default_permissions': (),
                'indexes': [models.Index(fields=['year', 'metric', 'status'], name='pledge_count_by_kind')],
            },
        ),
        migrations.CreateModel(
            name='TopicEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='pledges.topic')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('slug', models.SlugField(db_index=False, help_text="Part of URLs; can't be changed later.", max_length=100, verbose_name='slug')),
                ('name', models.CharField(max_length=50, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=50, verbose_name='English name')),
            ],
            options={
                'abstract': False,
            },
        ),
        AddTrigger(
            model_name='topicevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='39c5a7b570b382737de76e0bec547294acf10829', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fc19d', table='pledges_topicevent', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('symbol', models.CharField(help_text='As written: 亿元.', max_length=20, primary_key=True, serialize=False, verbose_name='symbol')),
                ('name_en', models.CharField(blank=True, max_length=50, verbose_name='English name')),
                ('dimension', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='pledges.dimension', verbose_name='dimension')),
                ('factor', models.DecimalField(decimal_places=12, help_text='How many base units this is: 1 亿元 is 100000000 元.', max_digits=30, verbose_name='factor')),
            ],
            options={
                'verbose_name': 'unit',
                'verbose_name_plural': 'units',
                'ordering': ['dimension', 'factor', 'symbol'],
                'constraints': [models.CheckConstraint(condition=models.Q(('factor__gt', 0), ('factor__lt', Decimal('1E+18'))), name='unit_factor_positive', violation_error_message='The factor must be above 0 and below 10¹⁸.')],
            },
        ),
        AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='refresh_derived_pledges', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."factor" IS DISTINCT FROM (NEW."factor"))', func='UPDATE pledges_pledge SET ref = ref WHERE unit_id = NEW.symbol; RETURN NULL;', hash='dbce6bd9e5c8df4fbe8ca299190b4d5a912b948b', operation='UPDATE', pgid='pgtrigger_refresh_derived_pledges_9ca6c', table='pledges_unit', when='AFTER')),
        ),
        AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='protect_dimension', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."dimension_id" IS DISTINCT FROM (NEW."dimension_id"))', func='\n        IF EXISTS (\n            SELECT FROM \n    pledges_followup follow_up\n    JOIN pledges_pledge pledge ON pledge.id = follow_up.pledge_id\n    JOIN pledges_unit target_unit ON target_unit.symbol = pledge.unit_id\n    JOIN pledges_unit actual_unit\n        ON actual_unit.symbol = follow_up.unit_id AND actual_unit.dimension_id <> target_unit.dimension_id\n WHERE NEW.symbol IN (actual_unit.symbol, target_unit.symbol)\n        ) THEN\n            RAISE EXCEPTION \'the row violates "follow_up_unit_fits_pledge"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_unit_fits_pledge\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n        END IF;\n        RETURN NULL;\n    ', hash='b2d44e0418c8245de86665ba92aa6b6eb6d9b770', operation='UPDATE', pgid='pgtrigger_protect_dimension_e6e67', table='pledges_unit', when='AFTER')),
        ),
        AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func="\n            IF TG_OP = 'UPDATE'\n                AND to_jsonb(NEW) - ARRAY['date_earliest', 'edited_fields', 'text'] = to_jsonb(OLD) - ARRAY['date_earliest', 'edited_fields', 'text'] THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting('duixian.revision', true), '') = '' THEN\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config('duixian.revision', id::text, true) INTO revision;\n    END IF;\n\n            IF TG_OP = 'UPDATE' THEN  -- nothing refers to a row that is inserted or deleted\n                \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) \n        SELECT current_setting('duixian.revision')::bigint, pledge.ref, pledge.status, pledge.status, pledge.district_id, pledge.district_id\n        FROM pledges_pledge pledge WHERE pledge.state = 'published' AND id IN (\n                    SELECT id FROM pledges_pledge WHERE unit_id = NEW.symbol\n                    UNION SELECT pledge_id FROM pledges_followup WHERE unit_id = NEW.symbol AND state = 'approved'\n                )\n        \n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n    \n            END IF;\n            RETURN NULL;\n            ", hash='91d49e343674fb6db16170ca1695976ee3db2788', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_1bdf8', table='pledges_unit', when='AFTER')),
        ),
        AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_unitevent" ("dimension_id", "factor", "name_en", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "symbol") SELECT new_values."dimension_id", new_values."factor", new_values."name_en", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'insert\', new_values."symbol", new_values."symbol" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='9804379ecb688a7a92c163bbacee761571bb386a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_c837d', referencing='REFERENCING NEW TABLE AS new_values ', table='pledges_unit', when='AFTER')),
        ),
        AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "pledges_unitevent" ("dimension_id", "factor", "name_en", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "symbol") VALUES (NEW."dimension_id", NEW."factor", NEW."name_en", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."symbol", NEW."symbol"); RETURN NULL;', hash='5cde95bdb3a034c5b017202ec3bef416d4f29d2b', operation='UPDATE', pgid='pgtrigger_update_update_be180', table='pledges_unit', when='AFTER')),
        ),
        AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_unitevent" ("dimension_id", "factor", "name_en", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "symbol") SELECT old_values."dimension_id", old_values."factor", old_values."name_en", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'delete\', old_values."symbol", old_values."symbol" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='617c31512e4ff8ac20638b5906181294b8d5e62f', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_6db69', referencing='REFERENCING OLD TABLE AS old_values ', table='pledges_unit', when='AFTER')),
        ),
        migrations.CreateModel(
            name='Pledge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(db_collation='C', help_text='Public; never changes and is never reused.', max_length=64, verbose_name='reference')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pledges', to='pledges.statement', verbose_name='statement')),
                ('quote', models.TextField(help_text='Verbatim, and as short as is still clear.', verbose_name='quote')),
                ('district', models.ForeignKey(db_index=False, help_text="The district that the pledge binds; it may differ from the official's own.", on_delete=django.db.models.deletion.PROTECT, related_name='pledges', to='pledges.district', verbose_name='district')),
                ('metric', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='pledges', to='pledges.metric', verbose_name='metric')),
                ('label', models.CharField(blank=True, help_text="What is measured, without the number: 年度投资额. Leave empty for the metric's name.", max_length=200, verbose_name='metric as worded')),
                ('measure', models.CharField(choices=[('total', 'total of the period'), ('level', 'level on a day'), ('increase', 'increase'), ('growth', 'growth rate'), ('share', 'share of a whole'), ('rank', 'rank')], db_default='total', default='total', max_length=10, verbose_name='measure')),
                ('bound', models.CharField(choices=[('at_least', 'at least'), ('at_most', 'at most'), ('about', 'about'), ('exact', 'as stated')], db_default='exact', default='exact', max_length=10, verbose_name='qualifier')),
                ('value', models.DecimalField(decimal_places=6, help_text='As written, in the unit as written.', max_digits=24, verbose_name='value')),
                ('value_max', models.DecimalField(blank=True, decimal_places=6, help_text='Only for a range.', max_digits=24, null=True, verbose_name='upper value')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='pledges', to='pledges.unit', verbose_name='unit')),
                ('amount', models.DecimalField(decimal_places=6, editable=False, max_digits=38, verbose_name='amount in base units')),
                ('amount_max', models.DecimalField(decimal_places=6, editable=False, max_digits=38, null=True, verbose_name='upper amount in base units')),
                ('baseline', models.DecimalField(blank=True, decimal_places=6, help_text='The baseline, if the same sentence gives it.', max_digits=24, null=True, verbose_name='baseline')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('deadline', models.DateField(blank=True, help_text='The last day on which it can be met. Leave empty if none is named.', null=True, verbose_name='deadline')),
                ('strength', models.CharField(choices=[('firm', 'firm'), ('planned', 'planned'), ('aspired', 'aspired to'), ('expected', 'expected')], db_default='firm', default='firm', max_length=10, verbose_name='strength')),
                ('tier', models.CharField(choices=[('core', 'core'), ('optional', 'optional')], db_default='core', default='core', max_length=10, verbose_name='tier')),
                ('success_criterion', models.TextField(blank=True, db_default='', default='', help_text='Only if the target itself does not say what counts as met. Public.', verbose_name='explicit criterion')),
                ('supersedes', models.ForeignKey(blank=True, help_text='The earlier pledge that this one replaces: a target lowered, raised or postponed.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='pledges.pledge', verbose_name='supersedes')),
                ('note', models.TextField(blank=True, db_default='', default='', help_text='Public. What readers and checkers should know.', verbose_name='note')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('retracted', 'retracted')], db_default='draft', default='draft', max_length=10, verbose_name='publication')),
                ('status', models.CharField(choices=[('unchecked', 'unchecked'), ('in_progress', 'in progress'), ('met', 'met'), ('partly_met', 'partly met'), ('missed', 'missed'), ('unverifiable', 'unverifiable'), ('withdrawn', 'withdrawn by its maker')], db_default='unchecked', default='unchecked', editable=False, max_length=12, verbose_name='status')),
                ('status_since', models.DateField(blank=True, editable=False, null=True, verbose_name='status since')),
                ('last_checked_on', models.DateField(blank=True, editable=False, null=True, verbose_name='last checked on')),
                ('assignee', models.ForeignKey(blank=True, help_text='Who checks it; not public.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assigned_pledges', to=settings.AUTH_USER_MODEL, verbose_name='assigned to')),
                ('last_day', models.DateField(editable=False)),
                ('search_text', models.TextField(editable=False)),
                ('edited_fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), default=list, editable=False, size=None, verbose_name='fields edited by hand')),
                ('loaded_from', models.CharField(blank=True, db_default='', default='', editable=False, max_length=500, verbose_name='loaded from')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created at')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='updated at')),
            ],
            options={
                'verbose_name': 'pledge',
                'verbose_name_plural': 'pledges',
                'ordering': ['ref'],
                'indexes': [models.Index(fields=['district', 'year'], name='pledge_by_district'), models.Index(fields=['metric', 'year'], name='pledge_by_metric'), models.Index(fields=['unit'], name='pledge_by_unit'), models.Index(fields=['measure'], name='pledge_by_measure'), models.Index(fields=['bound'], name='pledge_by_bound'), models.Index(fields=['strength'], name='pledge_by_strength'), models.Index(fields=['tier'], name='pledge_by_tier'), models.Index(fields=['year', 'ref'], name='pledge_by_year'), models.Index(fields=['amount', 'ref'], name='pledge_by_amount'), models.Index(fields=['updated_at', 'ref'], name='pledge_by_update'), models.Index(django.db.models.functions.comparison.Coalesce('deadline', datetime.date(9999, 12, 31)), models.F('ref'), name='pledge_by_deadline'), models.Index(django.db.models.functions.comparison.Coalesce('deadline', datetime.date(1, 1, 1)), models.F('ref'), name='pledge_by_deadline_desc'), models.Index(fields=['status', 'deadline'], name='pledge_by_status'), django.contrib.postgres.indexes.GinIndex(models.Func('search_text', function='pledges_bigrams', output_field=django.contrib.postgres.search.SearchVectorField()), name='pledge_search')],
                'constraints': [models.UniqueConstraint(fields=('ref',), name='pledge_ref_unique', violation_error_message='Another pledge has this reference.'), models.CheckConstraint(condition=models.Q(('ref__regex', '^[A-Za-z0-9][A-Za-z0-9._-]*$')), name='pledge_ref_fits_url', violation_error_message='A reference starts with a letter or digit and may contain Latin letters, digits, “.”, “_” and “-”.'), models.CheckConstraint(condition=models.Q(('quote__regex', '[^\\s\u3000]'), ('label__regex', '[^\\s\u3000]')), name='pledge_quote_and_label_not_empty', violation_error_message='Enter the quote and what is measured.'), models.CheckConstraint(condition=models.Q(('value__lt', Decimal('1E+18')), models.Q(('value_max', None), ('value_max__lt', Decimal('1E+18')), _connector='OR'), models.Q(('baseline', None), ('baseline__lt', Decimal('1E+18')), _connector='OR')), name='pledge_value_is_a_number', violation_error_message='The value must be below 10¹⁸.'), models.CheckConstraint(condition=models.Q(('measure__in', ['growth', 'increase']), models.Q(('value__gte', 0), models.Q(('baseline', None), ('baseline__gte', 0), _connector='OR')), _connector='OR'), name='pledge_value_not_negative', violation_error_message='Only a growth rate or an increase can be negative.'), models.CheckConstraint(condition=models.Q(('value_max', None), ('value_max__gte', models.F('value')), _connector='OR'), name='pledge_value_max_not_below_value', violation_error_message='The upper value must not be below the lower one.'), models.CheckConstraint(condition=models.Q(models.Q(('measure', 'share'), _negated=True), models.Q(('value__lte', 100), models.Q(('value_max', None), ('value_max__lte', 100), _connector='OR'), models.Q(('baseline', None), ('baseline__lte', 100), _connector='OR')), _connector='OR'), name='pledge_share_at_most_100', violation_error_message="A share can't exceed 100 per cent."), models.CheckConstraint(condition=models.Q(models.Q(('measure__in', ['growth', 'share']), _negated=True), ('unit', '%'), _connector='OR'), name='pledge_growth_and_share_in_percent', violation_error_message='Growth rates and shares must be in per cent.'), models.CheckConstraint(condition=models.Q(models.Q(('measure', 'rank'), _negated=True), models.Q(('value__gte', 1), models.Q(('baseline', None), ('baseline__gte', 1), _connector='OR')), _connector='OR'), name='pledge_rank_at_least_1', violation_error_message='A rank starts at 1.'), models.CheckConstraint(condition=models.Q(('year__gte', 1949), ('year__lte', 2200)), name='pledge_year_plausible', violation_error_message='The year must be between 1949 and 2200.'), models.CheckConstraint(condition=models.Q(('deadline', None), ('deadline__year__gte', models.F('year')), _connector='OR'), name='pledge_deadline_not_before_year', violation_error_message='The deadline lies before the plan year.'), models.CheckConstraint(condition=models.Q(models.Q(('deadline', None), ('deadline__lte', datetime.date(2200, 12, 31)), _connector='OR'), models.Q(('status_since', None), ('status_since__lte', datetime.date(2200, 12, 31)), _connector='OR'), models.Q(('last_checked_on', None), ('last_checked_on__lte', datetime.date(2200, 12, 31)), _connector='OR')), name='pledge_days_plausible', violation_error_message='The date must be before 2201.'), models.CheckConstraint(condition=models.Q(('measure__in', ['total', 'level', 'increase', 'growth', 'share', 'rank'])), name='pledge_measure_known', violation_error_message='Choose one of the values listed.'), models.CheckConstraint(condition=models.Q(('bound__in', ['at_least', 'at_most', 'about', 'exact'])), name='pledge_bound_known', violation_error_message='Choose one of the values listed.'), models.CheckConstraint(condition=models.Q(('strength__in', ['firm', 'planned', 'aspired', 'expected'])), name='pledge_strength_known', violation_error_message='Choose one of the values listed.'), models.CheckConstraint(condition=models.Q(('tier__in', ['core', 'optional'])), name='pledge_tier_known', violation_error_message='Choose one of the values listed.'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published', 'retracted'])), name='pledge_state_known', violation_error_message='Choose one of the values listed.'), models.CheckConstraint(condition=models.Q(('status__in', ['unchecked', 'in_progress', 'met', 'partly_met', 'missed', 'unverifiable', 'withdrawn'])), name='pledge_status_known', violation_error_message='Choose one of the values listed.')],
            },
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='derive_columns', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE unit_factor NUMERIC; measured TEXT; speaker TEXT; place TEXT;', func='\n        SELECT factor INTO unit_factor FROM pledges_unit WHERE symbol = NEW.unit_id;\n        SELECT name INTO measured FROM pledges_metric WHERE id = NEW.metric_id;\n        SELECT official.name INTO speaker\n            FROM pledges_statement statement JOIN pledges_official official ON official.id = statement.official_id\n            WHERE statement.id = NEW.statement_id;\n        SELECT name || E\'\\x1f\' || array_to_string(aliases, E\'\\x1f\') INTO place\n            FROM pledges_district WHERE id = NEW.district_id;\n\n        IF unit_factor IS NULL THEN\n            RAISE EXCEPTION \'the row violates "pledge_unit_known"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'pledge_unit_known\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n        END IF;\n        NEW.amount := round(NEW.value * unit_factor, 6);\n        NEW.amount_max := round(NEW.value_max * unit_factor, 6);\n        NEW.last_day := coalesce(NEW.deadline, make_date(greatest(NEW.year, 1), 12, 31));\n        NEW.search_text := pledges_fold(\n            concat_ws(E\'\\x1f\', NEW.quote, NEW.label, measured, speaker, place));\n        IF TG_OP = \'INSERT\' OR (to_jsonb(NEW) - ARRAY[\'edited_fields\', \'loaded_from\', \'assignee_id\']) <> (to_jsonb(OLD) - ARRAY[\'edited_fields\', \'loaded_from\', \'assignee_id\']) THEN\n            NEW.updated_at := clock_timestamp();\n        END IF;\n        RETURN NEW;\n    ', hash='6fa6b9292b4d88bf460c2d973aa2d4b2c72e052e', operation='INSERT OR UPDATE', pgid='pgtrigger_derive_columns_01e9d', table='pledges_pledge', when='BEFORE')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='reject_early_deadline', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.deadline IS NOT NULL)', constraint='CONSTRAINT', func='\n        IF EXISTS (\n            SELECT FROM pledges_pledge pledge\n            JOIN pledges_statement statement ON statement.id = pledge.statement_id\n            JOIN pledges_document document ON document.id = statement.document_id\n            WHERE pledge.id = NEW.id AND pledge.deadline < document.date_earliest\n        ) THEN\n            RAISE EXCEPTION \'the row violates "pledge_deadline_not_before_statement"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'pledge_deadline_not_before_statement\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n        END IF;\n        RETURN NULL;\n    ', hash='30d5d525991ad8e9d1d339467ffd064d24934c3a', operation='INSERT OR UPDATE', pgid='pgtrigger_reject_early_deadline_65bc5', table='pledges_pledge', timing='DEFERRABLE INITIALLY IMMEDIATE', when='AFTER')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='mark_edits', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF current_setting('duixian.loading', true) = 'on' THEN\n                RETURN NEW;\n            END IF;\n            IF TG_OP = 'INSERT' THEN\n                NEW.edited_fields := ARRAY['baseline', 'bound', 'deadline', 'district', 'label', 'measure', 'metric', 'note', 'quote', 'state', 'statement', 'strength', 'success_criterion', 'supersedes', 'tier', 'unit', 'value', 'value_max', 'year'];\n            ELSE\n                NEW.edited_fields := ARRAY(\n                    SELECT DISTINCT field FROM unnest(OLD.edited_fields || NEW.edited_fields || ARRAY[CASE WHEN NEW.baseline IS DISTINCT FROM OLD.baseline THEN 'baseline' END, CASE WHEN NEW.bound IS DISTINCT FROM OLD.bound THEN 'bound' END, CASE WHEN NEW.deadline IS DISTINCT FROM OLD.deadline THEN 'deadline' END, CASE WHEN NEW.district_id IS DISTINCT FROM OLD.district_id THEN 'district' END, CASE WHEN NEW.label IS DISTINCT FROM OLD.label THEN 'label' END, CASE WHEN NEW.measure IS DISTINCT FROM OLD.measure THEN 'measure' END, CASE WHEN NEW.metric_id IS DISTINCT FROM OLD.metric_id THEN 'metric' END, CASE WHEN NEW.note IS DISTINCT FROM OLD.note THEN 'note' END, CASE WHEN NEW.quote IS DISTINCT FROM OLD.quote THEN 'quote' END, CASE WHEN NEW.state IS DISTINCT FROM OLD.state THEN 'state' END, CASE WHEN NEW.statement_id IS DISTINCT FROM OLD.statement_id THEN 'statement' END, CASE WHEN NEW.strength IS DISTINCT FROM OLD.strength THEN 'strength' END, CASE WHEN NEW.success_criterion IS DISTINCT FROM OLD.success_criterion THEN 'success_criterion' END, CASE WHEN NEW.supersedes_id IS DISTINCT FROM OLD.supersedes_id THEN 'supersedes' END, CASE WHEN NEW.tier IS DISTINCT FROM OLD.tier THEN 'tier' END, CASE WHEN NEW.unit_id IS DISTINCT FROM OLD.unit_id THEN 'unit' END, CASE WHEN NEW.value IS DISTINCT FROM OLD.value THEN 'value' END, CASE WHEN NEW.value_max IS DISTINCT FROM OLD.value_max THEN 'value_max' END, CASE WHEN NEW.year IS DISTINCT FROM OLD.year THEN 'year' END]) field\n                    WHERE field IS NOT NULL ORDER BY field);\n            END IF;\n            RETURN NEW;\n        ", hash='a992bd1b1840635734639e9eaf969201d4a0c7f2', operation='INSERT OR UPDATE', pgid='pgtrigger_mark_edits_9718d', table='pledges_pledge', when='BEFORE')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='reject_new_ref', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."ref" IS DISTINCT FROM (NEW."ref"))', func='RAISE EXCEPTION \'the row violates "pledge_ref_is_permanent"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'pledge_ref_is_permanent\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='0740f329b4139889415a3496fcefe8cae34d135e', operation='UPDATE', pgid='pgtrigger_reject_new_ref_d2dac', table='pledges_pledge', when='BEFORE')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='reject_cycle_of_supersedes_id', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.supersedes_id IS NOT NULL)', constraint='CONSTRAINT', func='\n            PERFORM pg_advisory_xact_lock(hashtext(\'pledges_pledge.supersedes_id\'));\n            IF EXISTS (\n                WITH RECURSIVE above AS (\n                    SELECT supersedes_id AS id FROM pledges_pledge WHERE id = NEW.id\n                    UNION\n                    SELECT linked.supersedes_id FROM pledges_pledge linked JOIN above ON linked.id = above.id\n                )\n                SELECT FROM above WHERE id = NEW.id\n            ) THEN\n                RAISE EXCEPTION \'the row violates "pledge_not_its_own_successor"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'pledge_not_its_own_successor\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            RETURN NULL;\n            ', hash='ccef30bce90f2c3e747c2987b28a5e23d6234a0a', operation='INSERT OR UPDATE', pgid='pgtrigger_reject_cycle_of_supersedes_id_d0a52', table='pledges_pledge', timing='DEFERRABLE INITIALLY IMMEDIATE', when='AFTER')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='protect_initial_status', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.status <> 'unchecked' OR NEW.status_since IS NOT NULL OR NEW.last_checked_on IS NOT NULL)", func='RAISE EXCEPTION \'the row violates "pledge_status_from_follow_up"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'pledge_status_from_follow_up\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='61248a4eb9d8681613c86259202258d4ebd9b02f', operation='INSERT', pgid='pgtrigger_protect_initial_status_02abe', table='pledges_pledge', when='BEFORE')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='protect_status', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."last_checked_on" IS DISTINCT FROM (NEW."last_checked_on") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."status_since" IS DISTINCT FROM (NEW."status_since"))', declare='DECLARE newest RECORD;', func='\n                \n    SELECT * INTO newest FROM pledges_followup WHERE pledge_id = NEW.id AND state = \'approved\'\n    ORDER BY reviewed_at DESC LIMIT 1\n;\n                IF (NEW.status, NEW.status_since, NEW.last_checked_on) IS DISTINCT FROM (\n                    coalesce(newest.status, \'unchecked\'),\n                    newest.as_of,\n                    (newest.reviewed_at AT TIME ZONE \'Asia/Shanghai\')::date\n                ) THEN\n                    RAISE EXCEPTION \'the row violates "pledge_status_from_follow_up"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'pledge_status_from_follow_up\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n                END IF;\n                RETURN NEW;\n            ', hash='adc925e2c1ac2d37110619920027da8211533774', operation='UPDATE', pgid='pgtrigger_protect_status_670ea', table='pledges_pledge', when='BEFORE')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='protect_assessed_target', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."deadline" IS DISTINCT FROM (NEW."deadline") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."year" IS DISTINCT FROM (NEW."year"))', func='\n        IF (NEW.status = \'missed\' AND (now() AT TIME ZONE \'Asia/Shanghai\')::date <= NEW.last_day)\n            OR (NEW.status = \'missed\' AND NEW.status_since < NEW.last_day) THEN\n            RAISE EXCEPTION \'the row violates "follow_up_missed_only_after_deadline"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_missed_only_after_deadline\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n        END IF;\n        IF EXISTS (SELECT FROM \n    pledges_followup follow_up\n    JOIN pledges_pledge pledge ON pledge.id = follow_up.pledge_id\n    JOIN pledges_unit target_unit ON target_unit.symbol = pledge.unit_id\n    JOIN pledges_unit actual_unit\n        ON actual_unit.symbol = follow_up.unit_id AND actual_unit.dimension_id <> target_unit.dimension_id\n WHERE pledge.id = NEW.id) THEN\n            RAISE EXCEPTION \'the row violates "follow_up_unit_fits_pledge"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_unit_fits_pledge\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n        END IF;\n        RETURN NULL;\n    ', hash='366f2089f542f126f6d8541ae7f0242fd92d438e', operation='UPDATE', pgid='pgtrigger_protect_assessed_target_dd30c', table='pledges_pledge', when='AFTER')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='log_new', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT;', func="\n            IF EXISTS (SELECT FROM new_rows WHERE state = 'published') THEN\n                \n    IF coalesce(current_setting('duixian.revision', true), '') = '' THEN\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config('duixian.revision', id::text, true) INTO revision;\n    END IF;\n\n                \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) SELECT current_setting('duixian.revision')::bigint, ref, NULL, status, NULL, district_id FROM new_rows WHERE state = 'published'\n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n    \n                \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) \n        SELECT current_setting('duixian.revision')::bigint, pledge.ref, pledge.status, pledge.status, pledge.district_id, pledge.district_id\n        FROM pledges_pledge pledge WHERE pledge.state = 'published' AND pledge.id IN (SELECT supersedes_id FROM new_rows WHERE state = 'published' UNION \n        SELECT follow_up.pledge_id FROM pledges_evidence evidence\n        JOIN pledges_followup follow_up ON follow_up.id = evidence.follow_up_id AND follow_up.state = 'approved'\n        WHERE evidence.statement_id IN (SELECT statement_id FROM new_rows WHERE state = 'published')\n    )\n        \n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n    \n            END IF;\n            RETURN NULL;\n            ", hash='b543e80fe8162b52e7d45f2491e6ad7da3c1e357', level='STATEMENT', operation='INSERT', pgid='pgtrigger_log_new_4e039', referencing='REFERENCING NEW TABLE AS new_rows ', table='pledges_pledge', when='AFTER')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."amount_max" IS DISTINCT FROM (NEW."amount_max") OR OLD."baseline" IS DISTINCT FROM (NEW."baseline") OR OLD."bound" IS DISTINCT FROM (NEW."bound") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deadline" IS DISTINCT FROM (NEW."deadline") OR OLD."district_id" IS DISTINCT FROM (NEW."district_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."label" IS DISTINCT FROM (NEW."label") OR OLD."last_checked_on" IS DISTINCT FROM (NEW."last_checked_on") OR OLD."last_day" IS DISTINCT FROM (NEW."last_day") OR OLD."measure" IS DISTINCT FROM (NEW."measure") OR OLD."metric_id" IS DISTINCT FROM (NEW."metric_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."quote" IS DISTINCT FROM (NEW."quote") OR OLD."ref" IS DISTINCT FROM (NEW."ref") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."statement_id" IS DISTINCT FROM (NEW."statement_id") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."status_since" IS DISTINCT FROM (NEW."status_since") OR OLD."strength" IS DISTINCT FROM (NEW."strength") OR OLD."success_criterion" IS DISTINCT FROM (NEW."success_criterion") OR OLD."supersedes_id" IS DISTINCT FROM (NEW."supersedes_id") OR OLD."tier" IS DISTINCT FROM (NEW."tier") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."value" IS DISTINCT FROM (NEW."value") OR OLD."value_max" IS DISTINCT FROM (NEW."value_max") OR OLD."year" IS DISTINCT FROM (NEW."year"))', declare='DECLARE revision TEXT; before TEXT; place_before BIGINT; after TEXT;', func="\n            IF OLD.state = 'published' THEN\n                before := OLD.status;\n                place_before := OLD.district_id;\n            END IF;\n            after := CASE WHEN NEW.state = 'published' THEN NEW.status END;\n            IF before IS NULL AND after IS NULL THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting('duixian.revision', true), '') = '' THEN\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config('duixian.revision', id::text, true) INTO revision;\n    END IF;\n\n            \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) VALUES (current_setting('duixian.revision')::bigint, OLD.ref, before, after, place_before, coalesce(NEW.district_id, OLD.district_id))\n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n    \n            IF after IS NULL THEN  -- it was public only within this transaction\n                DELETE FROM pledges_change\n                WHERE revision_id = current_setting('duixian.revision')::bigint AND ref = OLD.ref AND previous_status IS NULL;\n            END IF;\n            IF before IS NULL OR after IS NULL\n                OR (OLD.supersedes_id, OLD.statement_id) IS DISTINCT FROM (NEW.supersedes_id, NEW.statement_id) THEN\n                \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) \n        SELECT current_setting('duixian.revision')::bigint, pledge.ref, pledge.status, pledge.status, pledge.district_id, pledge.district_id\n        FROM pledges_pledge pledge WHERE pledge.state = 'published' AND pledge.id IN (\n            SELECT unnest(ARRAY[OLD.supersedes_id, NEW.supersedes_id])\n            UNION SELECT later.id FROM pledges_pledge later WHERE later.supersedes_id = OLD.id\n            UNION \n        SELECT follow_up.pledge_id FROM pledges_evidence evidence\n        JOIN pledges_followup follow_up ON follow_up.id = evidence.follow_up_id AND follow_up.state = 'approved'\n        WHERE evidence.statement_id IN (OLD.statement_id, NEW.statement_id)\n    \n        )\n        \n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n    \n            END IF;\n            RETURN NULL;\n            ", hash='ef3616ec8ce2f376e51a9511be666aa4b7f13784', operation='UPDATE', pgid='pgtrigger_log_change_968f4', table='pledges_pledge', when='AFTER')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='log_deletion', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE revision TEXT; before TEXT; place_before BIGINT; after TEXT;', func="\n            IF OLD.state = 'published' THEN\n                before := OLD.status;\n                place_before := OLD.district_id;\n            END IF;\n            after := CASE WHEN NEW.state = 'published' THEN NEW.status END;\n            IF before IS NULL AND after IS NULL THEN\n                RETURN NULL;\n            END IF;\n            \n    IF coalesce(current_setting('duixian.revision', true), '') = '' THEN\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config('duixian.revision', id::text, true) INTO revision;\n    END IF;\n\n            \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) VALUES (current_setting('duixian.revision')::bigint, OLD.ref, before, after, place_before, coalesce(NEW.district_id, OLD.district_id))\n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n    \n            IF after IS NULL THEN  -- it was public only within this transaction\n                DELETE FROM pledges_change\n                WHERE revision_id = current_setting('duixian.revision')::bigint AND ref = OLD.ref AND previous_status IS NULL;\n            END IF;\n            IF before IS NULL OR after IS NULL\n                OR (OLD.supersedes_id, OLD.statement_id) IS DISTINCT FROM (NEW.supersedes_id, NEW.statement_id) THEN\n                \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) \n        SELECT current_setting('duixian.revision')::bigint, pledge.ref, pledge.status, pledge.status, pledge.district_id, pledge.district_id\n        FROM pledges_pledge pledge WHERE pledge.state = 'published' AND pledge.id IN (\n            SELECT unnest(ARRAY[OLD.supersedes_id, NEW.supersedes_id])\n            UNION SELECT later.id FROM pledges_pledge later WHERE later.supersedes_id = OLD.id\n            UNION \n        SELECT follow_up.pledge_id FROM pledges_evidence evidence\n        JOIN pledges_followup follow_up ON follow_up.id = evidence.follow_up_id AND follow_up.state = 'approved'\n        WHERE evidence.statement_id IN (OLD.statement_id, NEW.statement_id)\n    \n        )\n        \n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n    \n            END IF;\n            RETURN NULL;\n            ", hash='1b05b9748ca89d08c412976162f00493f6703845', operation='DELETE', pgid='pgtrigger_log_deletion_a45ed', table='pledges_pledge', when='AFTER')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='count_insert', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE changed RECORD;', func="\n            FOR changed IN\n                SELECT year, metric_id, status, sum(step) AS difference FROM (SELECT 1 AS step, * FROM new_rows) rows\n                WHERE state = 'published' GROUP BY year, metric_id, status HAVING sum(step) <> 0\n            LOOP\n                UPDATE pledges_pledgecount SET count = count + changed.difference WHERE id = (\n                    SELECT id FROM pledges_pledgecount\n                    WHERE (year, metric_id, status) = (changed.year, changed.metric_id, changed.status)\n                    LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED\n                );\n                IF NOT FOUND THEN\n                    INSERT INTO pledges_pledgecount (year, metric_id, status, count)\n                    VALUES (changed.year, changed.metric_id, changed.status, changed.difference);\n                END IF;\n            END LOOP;\n            RETURN NULL;\n            ", hash='04e23b4af5999560c26e5fcee35b0d9330cbc9b7', level='STATEMENT', operation='INSERT', pgid='pgtrigger_count_insert_e8ae0', referencing='REFERENCING NEW TABLE AS new_rows ', table='pledges_pledge', when='AFTER')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='count_update', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE changed RECORD;', func="\n            FOR changed IN\n                SELECT year, metric_id, status, sum(step) AS difference FROM (SELECT 1 AS step, * FROM new_rows UNION ALL SELECT -1, * FROM old_rows) rows\n                WHERE state = 'published' GROUP BY year, metric_id, status HAVING sum(step) <> 0\n            LOOP\n                UPDATE pledges_pledgecount SET count = count + changed.difference WHERE id = (\n                    SELECT id FROM pledges_pledgecount\n                    WHERE (year, metric_id, status) = (changed.year, changed.metric_id, changed.status)\n                    LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED\n                );\n                IF NOT FOUND THEN\n                    INSERT INTO pledges_pledgecount (year, metric_id, status, count)\n                    VALUES (changed.year, changed.metric_id, changed.status, changed.difference);\n                END IF;\n            END LOOP;\n            RETURN NULL;\n            ", hash='4866bc3fafd78caf1196f104e150b4cf8d91a952', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_count_update_ed31d', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='pledges_pledge', when='AFTER')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='count_delete', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE changed RECORD;', func="\n            FOR changed IN\n                SELECT year, metric_id, status, sum(step) AS difference FROM (SELECT -1 AS step, * FROM old_rows) rows\n                WHERE state = 'published' GROUP BY year, metric_id, status HAVING sum(step) <> 0\n            LOOP\n                UPDATE pledges_pledgecount SET count = count + changed.difference WHERE id = (\n                    SELECT id FROM pledges_pledgecount\n                    WHERE (year, metric_id, status) = (changed.year, changed.metric_id, changed.status)\n                    LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED\n                );\n                IF NOT FOUND THEN\n                    INSERT INTO pledges_pledgecount (year, metric_id, status, count)\n                    VALUES (changed.year, changed.metric_id, changed.status, changed.difference);\n                END IF;\n            END LOOP;\n            RETURN NULL;\n            ", hash='7c0629341369396bbd8c0c37f12b02be58ad4cb3', level='STATEMENT', operation='DELETE', pgid='pgtrigger_count_delete_c0567', referencing='REFERENCING OLD TABLE AS old_rows ', table='pledges_pledge', when='AFTER')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='reset_counts', sql=pgtrigger.compiler.UpsertTriggerSql(func='DELETE FROM pledges_pledgecount; RETURN NULL;', hash='9bf6be68a92083ee47950b2b74bd95e4e3497878', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_reset_counts_10b9a', table='pledges_pledge', when='AFTER')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_pledgeevent" ("assignee_id", "baseline", "bound", "deadline", "district_id", "id", "label", "last_checked_on", "measure", "metric_id", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quote", "ref", "state", "statement_id", "status", "status_since", "strength", "success_criterion", "supersedes_id", "tier", "unit_id", "value", "value_max", "year") SELECT new_values."assignee_id", new_values."baseline", new_values."bound", new_values."deadline", new_values."district_id", new_values."id", new_values."label", new_values."last_checked_on", new_values."measure", new_values."metric_id", new_values."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'insert\', new_values."id", new_values."quote", new_values."ref", new_values."state", new_values."statement_id", new_values."status", new_values."status_since", new_values."strength", new_values."success_criterion", new_values."supersedes_id", new_values."tier", new_values."unit_id", new_values."value", new_values."value_max", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='5dac7a99b62929ad52df33d8649271ecaf83b3a2', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_899e9', referencing='REFERENCING NEW TABLE AS new_values ', table='pledges_pledge', when='AFTER')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."assignee_id" IS DISTINCT FROM (NEW."assignee_id") OR OLD."baseline" IS DISTINCT FROM (NEW."baseline") OR OLD."bound" IS DISTINCT FROM (NEW."bound") OR OLD."deadline" IS DISTINCT FROM (NEW."deadline") OR OLD."district_id" IS DISTINCT FROM (NEW."district_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."label" IS DISTINCT FROM (NEW."label") OR OLD."last_checked_on" IS DISTINCT FROM (NEW."last_checked_on") OR OLD."measure" IS DISTINCT FROM (NEW."measure") OR OLD."metric_id" IS DISTINCT FROM (NEW."metric_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."quote" IS DISTINCT FROM (NEW."quote") OR OLD."ref" IS DISTINCT FROM (NEW."ref") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."statement_id" IS DISTINCT FROM (NEW."statement_id") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."status_since" IS DISTINCT FROM (NEW."status_since") OR OLD."strength" IS DISTINCT FROM (NEW."strength") OR OLD."success_criterion" IS DISTINCT FROM (NEW."success_criterion") OR OLD."supersedes_id" IS DISTINCT FROM (NEW."supersedes_id") OR OLD."tier" IS DISTINCT FROM (NEW."tier") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."value" IS DISTINCT FROM (NEW."value") OR OLD."value_max" IS DISTINCT FROM (NEW."value_max") OR OLD."year" IS DISTINCT FROM (NEW."year"))', func='INSERT INTO "pledges_pledgeevent" ("assignee_id", "baseline", "bound", "deadline", "district_id", "id", "label", "last_checked_on", "measure", "metric_id", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quote", "ref", "state", "statement_id", "status", "status_since", "strength", "success_criterion", "supersedes_id", "tier", "unit_id", "value", "value_max", "year") VALUES (NEW."assignee_id", NEW."baseline", NEW."bound", NEW."deadline", NEW."district_id", NEW."id", NEW."label", NEW."last_checked_on", NEW."measure", NEW."metric_id", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."quote", NEW."ref", NEW."state", NEW."statement_id", NEW."status", NEW."status_since", NEW."strength", NEW."success_criterion", NEW."supersedes_id", NEW."tier", NEW."unit_id", NEW."value", NEW."value_max", NEW."year"); RETURN NULL;', hash='264a7dd5cf579080f9d2ea1727be554dfe1e6c20', operation='UPDATE', pgid='pgtrigger_update_update_f4121', table='pledges_pledge', when='AFTER')),
        ),
        AddTrigger(
            model_name='pledge',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_pledgeevent" ("assignee_id", "baseline", "bound", "deadline", "district_id", "id", "label", "last_checked_on", "measure", "metric_id", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quote", "ref", "state", "statement_id", "status", "status_since", "strength", "success_criterion", "supersedes_id", "tier", "unit_id", "value", "value_max", "year") SELECT old_values."assignee_id", old_values."baseline", old_values."bound", old_values."deadline", old_values."district_id", old_values."id", old_values."label", old_values."last_checked_on", old_values."measure", old_values."metric_id", old_values."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'delete\', old_values."id", old_values."quote", old_values."ref", old_values."state", old_values."statement_id", old_values."status", old_values."status_since", old_values."strength", old_values."success_criterion", old_values."supersedes_id", old_values."tier", old_values."unit_id", old_values."value", old_values."value_max", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='52d37ca78843f9eba490b633fc93764b7ad57562', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_f2946', referencing='REFERENCING OLD TABLE AS old_values ', table='pledges_pledge', when='AFTER')),
        ),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pledge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='pledges.pledge', verbose_name='pledge')),
                ('status', models.CharField(choices=[('in_progress', 'in progress'), ('met', 'met'), ('partly_met', 'partly met'), ('missed', 'missed'), ('unverifiable', 'unverifiable'), ('withdrawn', 'withdrawn by its maker')], max_length=12, verbose_name='status')),
                ('actual', models.DecimalField(blank=True, decimal_places=6, help_text='As given by the source, in its unit.', max_digits=24, null=True, verbose_name='actual figure')),
                ('unit', models.ForeignKey(blank=True, help_text="The pledge's unit, or another of the same dimension.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='pledges.unit', verbose_name='unit')),
                ('as_of', models.DateField(blank=True, help_text='The day for which the figure holds: 2025-12-31 for a full-year total, whenever published.', null=True, verbose_name='as of')),
                ('summary', models.TextField(blank=True, default='', help_text='Public. The result in one or two sentences.', verbose_name='summary')),
                ('reason', models.TextField(blank=True, default='', help_text='Public. Required if the status differs from the suggested one.', verbose_name='reason for not taking the suggestion')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('approved', 'approved'), ('returned', 'returned')], db_default='draft', default='draft', max_length=10, verbose_name='review')),
                ('submitter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='submitted_follow_ups', to=settings.AUTH_USER_MODEL, verbose_name='submitter')),
                ('reviewer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviewed_follow_ups', to=settings.AUTH_USER_MODEL, verbose_name='reviewer')),
                ('review_note', models.TextField(blank=True, default='', help_text='Not public. Required when returning.', verbose_name='note of the reviewer')),
                ('approved_alone', models.BooleanField(db_default=False, default=False, editable=False, verbose_name='approved by whoever wrote or submitted it')),
                ('supersedes', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='pledges.followup', verbose_name='supersedes')),
                ('version', models.PositiveIntegerField(db_default=1, editable=False, verbose_name='version')),
                ('submitted_at', models.DateTimeField(editable=False, null=True, verbose_name='submitted at')),
                ('reviewed_at', models.DateTimeField(editable=False, null=True, verbose_name='reviewed at')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created at')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='updated at')),
            ],
            options={
                'verbose_name': 'follow-up',
                'verbose_name_plural': 'follow-ups',
                'ordering': ['-pk'],
                'permissions': [('approve_followup', 'Can approve or return follow-up')],
                'indexes': [models.Index(models.F('pledge'), models.OrderBy(models.F('reviewed_at'), descending=True), condition=models.Q(('state', 'approved')), name='follow_up_approved'), models.Index(fields=['state', '-submitted_at'], name='follow_up_by_state'), models.Index(models.OrderBy(django.db.models.functions.comparison.Coalesce('reviewed_at', datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), descending=True), models.OrderBy(models.F('id'), descending=True), name='follow_up_newest_first')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['in_progress', 'met', 'partly_met', 'missed', 'unverifiable', 'withdrawn'])), name='follow_up_status_known', violation_error_message='Choose one of the values listed.'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'approved', 'returned'])), name='follow_up_state_known', violation_error_message='Choose one of the values listed.'), models.CheckConstraint(condition=models.Q(('actual', None), models.Q(('actual__lt', Decimal('1E+18')), ('actual__gt', Decimal('-1E+18'))), _connector='OR'), name='follow_up_actual_is_a_number', violation_error_message='The value must be below 10¹⁸.'), models.CheckConstraint(condition=models.Q(models.Q(('actual', None), ('unit', None)), models.Q(('actual__isnull', False), ('unit__isnull', False)), _connector='OR'), name='follow_up_actual_has_unit', violation_error_message='Enter both the actual figure and its unit.'), models.CheckConstraint(condition=models.Q(('state__in', frozenset(['draft', 'returned'])), ('as_of__isnull', False), _connector='OR'), name='follow_up_has_as_of', violation_error_message='Enter the day for which this holds (“as of”).'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'returned']), _negated=True), ('reviewer__isnull', False), _connector='OR'), name='follow_up_has_reviewer', violation_error_message='Select a reviewer.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), ('review_note__regex', '[^\\s\u3000]'), _connector='OR'), name='follow_up_returned_with_reason', violation_error_message='Say why it is returned.')],
            },
        ),
        AddTrigger(
            model_name='followup',
            trigger=pgtrigger.compiler.Trigger(name='enforce_review_workflow', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE target RECORD; target_unit RECORD; actual_unit RECORD; amount NUMERIC; step TEXT; newest RECORD;', func='\n        IF TG_OP = \'INSERT\' THEN\n            IF NEW.state <> \'draft\' THEN\n                RAISE EXCEPTION \'the row violates "follow_up_begins_as_draft"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_begins_as_draft\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            NEW.version := 1;\n            NEW.approved_alone := false;\n            NEW.supersedes_id := NULL;\n            NEW.submitted_at := NULL;\n            NEW.reviewed_at := NULL;\n        ELSE\n            IF OLD.state = \'approved\' THEN\n                RAISE EXCEPTION \'the row violates "follow_up_approved_is_final"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_approved_is_final\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.pledge_id IS DISTINCT FROM OLD.pledge_id OR NEW.author_id IS DISTINCT FROM OLD.author_id THEN\n                RAISE EXCEPTION \'the row violates "follow_up_keeps_pledge_and_author"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_keeps_pledge_and_author\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.state <> OLD.state THEN\n                step := NEW.state;\n                IF (OLD.state, step) NOT IN (\n                    (\'draft\', \'submitted\'),\n                    (\'submitted\', \'approved\'),\n                    (\'submitted\', \'returned\'),\n                    (\'returned\', \'submitted\')\n                ) THEN\n                    RAISE EXCEPTION \'the row violates "follow_up_transition_allowed"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_transition_allowed\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n                END IF;\n            END IF;\n            IF OLD.state = \'submitted\' AND (NEW.status IS DISTINCT FROM OLD.status OR NEW.actual IS DISTINCT FROM OLD.actual OR NEW.unit_id IS DISTINCT FROM OLD.unit_id OR NEW.as_of IS DISTINCT FROM OLD.as_of OR NEW.summary IS DISTINCT FROM OLD.summary OR NEW.reason IS DISTINCT FROM OLD.reason OR NEW.submitter_id IS DISTINCT FROM OLD.submitter_id) THEN\n                RAISE EXCEPTION \'the row violates "follow_up_under_review"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_under_review\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            NEW.version := OLD.version + 1;\n            NEW.approved_alone := OLD.approved_alone;\n            NEW.supersedes_id := OLD.supersedes_id;\n            NEW.submitted_at := OLD.submitted_at;\n            NEW.reviewed_at := OLD.reviewed_at;\n        END IF;\n        NEW.updated_at := clock_timestamp();\n\n        IF step IN (\'submitted\', \'approved\') THEN\n            -- Lock the pledge before reading it and before reading the clock: its target can\'t change during the\n            -- checks, and approvals get times in the order in which they take effect.\n            PERFORM FROM pledges_pledge WHERE id = NEW.pledge_id FOR NO KEY UPDATE;\n        END IF;\n        -- Not when it is returned: a follow-up that no longer fits its changed pledge must get back to its author.\n        IF TG_OP = \'INSERT\' OR step IN (\'submitted\', \'approved\') OR NEW.status IS DISTINCT FROM OLD.status OR NEW.actual IS DISTINCT FROM OLD.actual OR NEW.unit_id IS DISTINCT FROM OLD.unit_id OR NEW.as_of IS DISTINCT FROM OLD.as_of OR NEW.summary IS DISTINCT FROM OLD.summary OR NEW.reason IS DISTINCT FROM OLD.reason THEN\n            SELECT pledge.measure, pledge.unit_id, pledge.last_day, document.date_earliest AS said_earliest\n                INTO target\n                FROM pledges_pledge pledge\n                JOIN pledges_statement statement ON statement.id = pledge.statement_id\n                JOIN pledges_document document ON document.id = statement.document_id\n                WHERE pledge.id = NEW.pledge_id;\n            SELECT dimension_id, factor INTO target_unit FROM pledges_unit WHERE symbol = target.unit_id;\n            SELECT dimension_id, factor INTO actual_unit FROM pledges_unit WHERE symbol = NEW.unit_id;\n            IF actual_unit.dimension_id <> target_unit.dimension_id THEN\n                RAISE EXCEPTION \'the row violates "follow_up_unit_fits_pledge"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_unit_fits_pledge\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            amount := NEW.actual * actual_unit.factor;\n            IF target.measure IN (\'total\', \'level\', \'share\', \'rank\') AND amount < 0\n                OR target.measure = \'share\' AND amount > 100 * target_unit.factor\n                OR target.measure = \'rank\' AND amount < target_unit.factor\n                OR target.measure = \'rank\' AND mod(amount, target_unit.factor) <> 0 THEN\n                RAISE EXCEPTION \'the row violates "follow_up_actual_is_possible"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_actual_is_possible\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.as_of > (now() AT TIME ZONE \'Asia/Shanghai\')::date THEN\n                RAISE EXCEPTION \'the row violates "follow_up_as_of_not_in_future"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_as_of_not_in_future\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF NEW.as_of < target.said_earliest THEN\n                RAISE EXCEPTION \'the row violates "follow_up_as_of_not_before_statement"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_as_of_not_before_statement\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF (NEW.status = \'missed\' AND (now() AT TIME ZONE \'Asia/Shanghai\')::date <= target.last_day) THEN\n                RAISE EXCEPTION \'the row violates "follow_up_missed_only_after_deadline"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_missed_only_after_deadline\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            IF (NEW.status = \'missed\' AND NEW.as_of < target.last_day) THEN\n                RAISE EXCEPTION \'the row violates "follow_up_missed_as_of_last_day"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_missed_as_of_last_day\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n        END IF;\n\n        -- Only Python checks that a status other than the suggested one has a reason. The suggestion follows from the\n        -- assessment rules, which may be refined; a row that was valid when it was written has to stay valid.\n        IF step IN (\'submitted\', \'approved\') AND (NEW.status IN (\'met\', \'missed\', \'partly_met\', \'withdrawn\') AND NOT EXISTS (SELECT FROM pledges_evidence WHERE follow_up_id = NEW.id)) THEN\n            RAISE EXCEPTION \'the row violates "follow_up_verdict_has_evidence"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_verdict_has_evidence\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n        END IF;\n        IF step = \'submitted\' THEN\n            NEW.submitter_id := coalesce(NEW.submitter_id, NEW.author_id);\n            NEW.submitted_at := clock_timestamp();\n            NEW.reviewed_at := NULL;\n        ELSIF step = \'returned\' THEN\n            NEW.reviewed_at := clock_timestamp();\n        ELSIF step = \'approved\' THEN\n            NEW.approved_alone := coalesce(NEW.reviewer_id IN (NEW.author_id, NEW.submitter_id), false);\n            IF NEW.approved_alone AND current_setting(\'duixian.one_person_desk\', true) IS DISTINCT FROM \'on\' THEN\n                RAISE EXCEPTION \'the row violates "follow_up_reviewer_is_not_author"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_reviewer_is_not_author\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            \n    SELECT * INTO newest FROM pledges_followup WHERE pledge_id = NEW.pledge_id AND state = \'approved\'\n    ORDER BY reviewed_at DESC LIMIT 1\n;\n            NEW.supersedes_id := newest.id;\n            -- Later than the previous approval, even if the server\'s clock was set back.\n            NEW.reviewed_at := greatest(clock_timestamp(), newest.reviewed_at + interval \'1 microsecond\');\n        END IF;\n        RETURN NEW;\n    ', hash='e37dfa509660c3afe60fab3945139d3ff849dc59', operation='INSERT OR UPDATE', pgid='pgtrigger_enforce_review_workflow_7e8cd', table='pledges_followup', when='BEFORE')),
        ),
        AddTrigger(
            model_name='followup',
            trigger=pgtrigger.compiler.Trigger(name='apply_verdict', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.state = 'approved' AND OLD.state <> 'approved')", func="\n        UPDATE pledges_pledge SET\n            status = newest.status,\n            status_since = newest.as_of,\n            last_checked_on = (newest.reviewed_at AT TIME ZONE 'Asia/Shanghai')::date\n        FROM (\n    SELECT *  FROM pledges_followup WHERE pledge_id = NEW.pledge_id AND state = 'approved'\n    ORDER BY reviewed_at DESC LIMIT 1\n) newest\n        WHERE pledges_pledge.id = newest.pledge_id;\n        RETURN NULL;\n    ", hash='8222cb6a7b643190dcc5d19b41e00bd45b60b69a', operation='UPDATE', pgid='pgtrigger_apply_verdict_575a4', table='pledges_followup', when='AFTER')),
        ),
        AddTrigger(
            model_name='followup',
            trigger=pgtrigger.compiler.Trigger(name='reject_deletion', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state IN ('submitted', 'approved'))", func='RAISE EXCEPTION \'the row violates "follow_up_only_drafts_deleted"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'follow_up_only_drafts_deleted\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='ec33a3cde6d79871d08a979b9a46fddd0f4cc422', operation='DELETE', pgid='pgtrigger_reject_deletion_3578e', table='pledges_followup', when='BEFORE')),
        ),
        AddTrigger(
            model_name='followup',
            trigger=pgtrigger.compiler.Trigger(name='log_approval', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.state = 'approved' AND OLD.state <> 'approved')", declare='DECLARE revision TEXT;', func="\n    IF coalesce(current_setting('duixian.revision', true), '') = '' THEN\n        INSERT INTO pledges_revision DEFAULT VALUES\n            RETURNING set_config('duixian.revision', id::text, true) INTO revision;\n    END IF;\n \n        INSERT INTO pledges_change\n            (revision_id, ref, previous_status, status, previous_district_id, district_id) \n        SELECT current_setting('duixian.revision')::bigint, pledge.ref, pledge.status, pledge.status, pledge.district_id, pledge.district_id\n        FROM pledges_pledge pledge WHERE pledge.state = 'published' AND pledge.id = NEW.pledge_id\n        \n        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;\n     RETURN NULL;", hash='53a8b1947d3ff3fdb06a5cf621e6a7873beaa191', operation='UPDATE', pgid='pgtrigger_log_approval_99e04', table='pledges_followup', when='AFTER')),
        ),
        AddTrigger(
            model_name='followup',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_followupevent" ("actual", "approved_alone", "as_of", "author_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "pledge_id", "reason", "review_note", "reviewed_at", "reviewer_id", "state", "status", "submitted_at", "submitter_id", "summary", "supersedes_id", "unit_id") SELECT new_values."actual", new_values."approved_alone", new_values."as_of", new_values."author_id", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'insert\', new_values."id", new_values."pledge_id", new_values."reason", new_values."review_note", new_values."reviewed_at", new_values."reviewer_id", new_values."state", new_values."status", new_values."submitted_at", new_values."submitter_id", new_values."summary", new_values."supersedes_id", new_values."unit_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='f4cc344913c956e0fbd8f54c80dde11eae71478c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_cb9f9', referencing='REFERENCING NEW TABLE AS new_values ', table='pledges_followup', when='AFTER')),
        ),
        AddTrigger(
            model_name='followup',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."actual" IS DISTINCT FROM (NEW."actual") OR OLD."approved_alone" IS DISTINCT FROM (NEW."approved_alone") OR OLD."as_of" IS DISTINCT FROM (NEW."as_of") OR OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."pledge_id" IS DISTINCT FROM (NEW."pledge_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."review_note" IS DISTINCT FROM (NEW."review_note") OR OLD."reviewed_at" IS DISTINCT FROM (NEW."reviewed_at") OR OLD."reviewer_id" IS DISTINCT FROM (NEW."reviewer_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."submitted_at" IS DISTINCT FROM (NEW."submitted_at") OR OLD."submitter_id" IS DISTINCT FROM (NEW."submitter_id") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."supersedes_id" IS DISTINCT FROM (NEW."supersedes_id") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id"))', func='INSERT INTO "pledges_followupevent" ("actual", "approved_alone", "as_of", "author_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "pledge_id", "reason", "review_note", "reviewed_at", "reviewer_id", "state", "status", "submitted_at", "submitter_id", "summary", "supersedes_id", "unit_id") VALUES (NEW."actual", NEW."approved_alone", NEW."as_of", NEW."author_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."pledge_id", NEW."reason", NEW."review_note", NEW."reviewed_at", NEW."reviewer_id", NEW."state", NEW."status", NEW."submitted_at", NEW."submitter_id", NEW."summary", NEW."supersedes_id", NEW."unit_id"); RETURN NULL;', hash='7ba9f5623dc22046219fe2afef0d023bf74b0c72', operation='UPDATE', pgid='pgtrigger_update_update_6b778', table='pledges_followup', when='AFTER')),
        ),
        AddTrigger(
            model_name='followup',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_followupevent" ("actual", "approved_alone", "as_of", "author_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "pledge_id", "reason", "review_note", "reviewed_at", "reviewer_id", "state", "status", "submitted_at", "submitter_id", "summary", "supersedes_id", "unit_id") SELECT old_values."actual", old_values."approved_alone", old_values."as_of", old_values."author_id", old_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'delete\', old_values."id", old_values."pledge_id", old_values."reason", old_values."review_note", old_values."reviewed_at", old_values."reviewer_id", old_values."state", old_values."status", old_values."submitted_at", old_values."submitter_id", old_values."summary", old_values."supersedes_id", old_values."unit_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='930c9cc81f92215142767c597ce358700e2f883f', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_26a95', referencing='REFERENCING OLD TABLE AS old_values ', table='pledges_followup', when='AFTER')),
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('follow_up', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='pledges.followup', verbose_name='follow-up')),
                ('url', models.URLField(blank=True, default='', help_text='URL of a report. Or upload a file, or select a statement.', max_length=2000, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='link')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='pledges.storedfile', verbose_name='file')),
                ('file_name', models.CharField(blank=True, default='', max_length=200, verbose_name='name of the file')),
                ('statement', models.ForeignKey(blank=True, help_text='A statement in the record that reports the result.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='pledges.statement', verbose_name='statement')),
                ('title', models.CharField(blank=True, default='', max_length=300, verbose_name='title')),
                ('publisher', models.CharField(blank=True, default='', max_length=100, verbose_name='publisher')),
                ('published_on', models.DateField(blank=True, null=True, verbose_name='published on')),
                ('quote', models.TextField(blank=True, default='', help_text='The passage that supports the status.', verbose_name='quote')),
            ],
            options={
                'verbose_name': 'evidence',
                'verbose_name_plural': 'evidence',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(models.Q(('url', ''), _negated=True), ('file', None), ('statement', None)), models.Q(('statement', None), ('url', ''), ('file__isnull', False)), models.Q(('file', None), ('url', ''), ('statement__isnull', False)), _connector='OR'), name='evidence_is_link_file_or_statement', violation_error_message='Give exactly one: a link, a file or a statement.'), models.CheckConstraint(condition=models.Q(('url', ''), ('url__iregex', '^https?://\\S+$'), _connector='OR'), name='evidence_link_is_http_url', violation_error_message='The link must begin with https:// or http://.'), models.CheckConstraint(condition=models.Q(('published_on', None), models.Q(('published_on__year__gte', 1949), ('published_on__lte', datetime.date(2200, 12, 31))), _connector='OR'), name='evidence_published_on_plausible', violation_error_message='The year must be between 1949 and 2200.'), models.CheckConstraint(condition=models.Q(models.Q(('file', None), ('file_name', '')), models.Q(('file__isnull', False), ('file_name__regex', '^[^/\\\\]+$')), _connector='OR'), name='evidence_file_has_a_plain_name', violation_error_message="The file name can't contain slashes.")],
            },
        ),
        AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='freeze_evidence', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE parent_state TEXT;', func='\n        SELECT state INTO parent_state FROM pledges_followup\n            WHERE id = coalesce(OLD.follow_up_id, NEW.follow_up_id) FOR NO KEY UPDATE;\n        IF parent_state IN (\'submitted\', \'approved\') THEN\n            RAISE EXCEPTION \'the row violates "evidence_frozen"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'evidence_frozen\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n        END IF;\n        IF TG_OP = \'UPDATE\' AND NEW.follow_up_id <> OLD.follow_up_id THEN\n            RAISE EXCEPTION \'the row violates "evidence_keeps_follow_up"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'evidence_keeps_follow_up\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n        END IF;\n        RETURN coalesce(NEW, OLD);\n    ', hash='8f6e6b18ede7d4f31a40fab116baa01176caf933', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_freeze_evidence_871dc', table='pledges_evidence', when='BEFORE')),
        ),
        AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='increment_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        UPDATE pledges_followup SET version = version + 1 WHERE id = coalesce(NEW.follow_up_id, OLD.follow_up_id);\n        RETURN NULL;\n    ', hash='92c59d3757e0fb284a8ec8bf994447069289de02', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_increment_version_a22c1', table='pledges_evidence', when='AFTER')),
        ),
        AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='drop_unused_file', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.file_id IS NOT NULL)', func='\n        DELETE FROM pledges_storedfile\n        WHERE sha256 = OLD.file_id AND NOT EXISTS (SELECT FROM pledges_evidence WHERE file_id = OLD.file_id);\n        RETURN NULL;\n    ', hash='4e4f08b39c4abf572c28240e033f9a9679cbe9bb', operation='UPDATE OR DELETE', pgid='pgtrigger_drop_unused_file_e2a00', table='pledges_evidence', when='AFTER')),
        ),
        AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_evidenceevent" ("file_id", "file_name", "follow_up_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_on", "publisher", "quote", "statement_id", "title", "url") SELECT new_values."file_id", new_values."file_name", new_values."follow_up_id", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'insert\', new_values."id", new_values."published_on", new_values."publisher", new_values."quote", new_values."statement_id", new_values."title", new_values."url" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='b641b18deb6169e20d7ca38ef0539c13c4ab34bc', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_5f825', referencing='REFERENCING NEW TABLE AS new_values ', table='pledges_evidence', when='AFTER')),
        ),
        AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "pledges_evidenceevent" ("file_id", "file_name", "follow_up_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_on", "publisher", "quote", "statement_id", "title", "url") VALUES (NEW."file_id", NEW."file_name", NEW."follow_up_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'update\', NEW."id", NEW."published_on", NEW."publisher", NEW."quote", NEW."statement_id", NEW."title", NEW."url"); RETURN NULL;', hash='063fd1fa1e3cf5714c542114c5a198b74ee52605', operation='UPDATE', pgid='pgtrigger_update_update_7e0b2', table='pledges_evidence', when='AFTER')),
        ),
        AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "pledges_evidenceevent" ("file_id", "file_name", "follow_up_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_on", "publisher", "quote", "statement_id", "title", "url") SELECT old_values."file_id", old_values."file_name", old_values."follow_up_id", old_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, clock_timestamp(), \'delete\', old_values."id", old_values."published_on", old_values."publisher", old_values."quote", old_values."statement_id", old_values."title", old_values."url" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='78c2925680f3ba8d1bd87b1ec906e8c18befc126', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_fa7ad', referencing='REFERENCING OLD TABLE AS old_values ', table='pledges_evidence', when='AFTER')),
        ),
        migrations.CreateModel(
            name='EvidenceEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='pledges.evidence')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('follow_up', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.followup', verbose_name='follow-up')),
                ('url', models.URLField(blank=True, default='', help_text='URL of a report. Or upload a file, or select a statement.', max_length=2000, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='link')),
                ('file', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.storedfile', verbose_name='file')),
                ('file_name', models.CharField(blank=True, default='', max_length=200, verbose_name='name of the file')),
                ('statement', models.ForeignKey(blank=True, db_constraint=False, help_text='A statement in the record that reports the result.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.statement', verbose_name='statement')),
                ('title', models.CharField(blank=True, default='', max_length=300, verbose_name='title')),
                ('publisher', models.CharField(blank=True, default='', max_length=100, verbose_name='publisher')),
                ('published_on', models.DateField(blank=True, null=True, verbose_name='published on')),
                ('quote', models.TextField(blank=True, default='', help_text='The passage that supports the status.', verbose_name='quote')),
            ],
            options={
                'abstract': False,
            },
        ),
        AddTrigger(
            model_name='evidenceevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d17c15cfd0771b24a2ac6656cbe4954f97f3c7a7', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_5fa5b', table='pledges_evidenceevent', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='FollowUpEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='pledges.followup')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('pledge', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.pledge', verbose_name='pledge')),
                ('status', models.CharField(choices=[('in_progress', 'in progress'), ('met', 'met'), ('partly_met', 'partly met'), ('missed', 'missed'), ('unverifiable', 'unverifiable'), ('withdrawn', 'withdrawn by its maker')], max_length=12, verbose_name='status')),
                ('actual', models.DecimalField(blank=True, decimal_places=6, help_text='As given by the source, in its unit.', max_digits=24, null=True, verbose_name='actual figure')),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, help_text="The pledge's unit, or another of the same dimension.", null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.unit', verbose_name='unit')),
                ('as_of', models.DateField(blank=True, help_text='The day for which the figure holds: 2025-12-31 for a full-year total, whenever published.', null=True, verbose_name='as of')),
                ('summary', models.TextField(blank=True, default='', help_text='Public. The result in one or two sentences.', verbose_name='summary')),
                ('reason', models.TextField(blank=True, default='', help_text='Public. Required if the status differs from the suggested one.', verbose_name='reason for not taking the suggestion')),
                ('author', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('approved', 'approved'), ('returned', 'returned')], db_default='draft', default='draft', max_length=10, verbose_name='review')),
                ('submitter', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='submitter')),
                ('reviewer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewer')),
                ('review_note', models.TextField(blank=True, default='', help_text='Not public. Required when returning.', verbose_name='note of the reviewer')),
                ('approved_alone', models.BooleanField(db_default=False, default=False, editable=False, verbose_name='approved by whoever wrote or submitted it')),
                ('supersedes', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.followup', verbose_name='supersedes')),
                ('submitted_at', models.DateTimeField(editable=False, null=True, verbose_name='submitted at')),
                ('reviewed_at', models.DateTimeField(editable=False, null=True, verbose_name='reviewed at')),
            ],
            options={
                'abstract': False,
            },
        ),
        AddTrigger(
            model_name='followupevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='058917c25643d20493bb0251908f57923bc3039d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0194a', table='pledges_followupevent', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='PledgeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='pledges.pledge')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('ref', models.CharField(db_collation='C', help_text='Public; never changes and is never reused.', max_length=64, verbose_name='reference')),
                ('statement', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.statement', verbose_name='statement')),
                ('quote', models.TextField(help_text='Verbatim, and as short as is still clear.', verbose_name='quote')),
                ('district', models.ForeignKey(db_constraint=False, help_text="The district that the pledge binds; it may differ from the official's own.", on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.district', verbose_name='district')),
                ('metric', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.metric', verbose_name='metric')),
                ('label', models.CharField(blank=True, help_text="What is measured, without the number: 年度投资额. Leave empty for the metric's name.", max_length=200, verbose_name='metric as worded')),
                ('measure', models.CharField(choices=[('total', 'total of the period'), ('level', 'level on a day'), ('increase', 'increase'), ('growth', 'growth rate'), ('share', 'share of a whole'), ('rank', 'rank')], db_default='total', default='total', max_length=10, verbose_name='measure')),
                ('bound', models.CharField(choices=[('at_least', 'at least'), ('at_most', 'at most'), ('about', 'about'), ('exact', 'as stated')], db_default='exact', default='exact', max_length=10, verbose_name='qualifier')),
                ('value', models.DecimalField(decimal_places=6, help_text='As written, in the unit as written.', max_digits=24, verbose_name='value')),
                ('value_max', models.DecimalField(blank=True, decimal_places=6, help_text='Only for a range.', max_digits=24, null=True, verbose_name='upper value')),
                ('unit', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.unit', verbose_name='unit')),
                ('baseline', models.DecimalField(blank=True, decimal_places=6, help_text='The baseline, if the same sentence gives it.', max_digits=24, null=True, verbose_name='baseline')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('deadline', models.DateField(blank=True, help_text='The last day on which it can be met. Leave empty if none is named.', null=True, verbose_name='deadline')),
                ('strength', models.CharField(choices=[('firm', 'firm'), ('planned', 'planned'), ('aspired', 'aspired to'), ('expected', 'expected')], db_default='firm', default='firm', max_length=10, verbose_name='strength')),
                ('tier', models.CharField(choices=[('core', 'core'), ('optional', 'optional')], db_default='core', default='core', max_length=10, verbose_name='tier')),
                ('success_criterion', models.TextField(blank=True, db_default='', default='', help_text='Only if the target itself does not say what counts as met. Public.', verbose_name='explicit criterion')),
                ('supersedes', models.ForeignKey(blank=True, db_constraint=False, help_text='The earlier pledge that this one replaces: a target lowered, raised or postponed.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.pledge', verbose_name='supersedes')),
                ('note', models.TextField(blank=True, db_default='', default='', help_text='Public. What readers and checkers should know.', verbose_name='note')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('retracted', 'retracted')], db_default='draft', default='draft', max_length=10, verbose_name='publication')),
                ('status', models.CharField(choices=[('unchecked', 'unchecked'), ('in_progress', 'in progress'), ('met', 'met'), ('partly_met', 'partly met'), ('missed', 'missed'), ('unverifiable', 'unverifiable'), ('withdrawn', 'withdrawn by its maker')], db_default='unchecked', default='unchecked', editable=False, max_length=12, verbose_name='status')),
                ('status_since', models.DateField(blank=True, editable=False, null=True, verbose_name='status since')),
                ('last_checked_on', models.DateField(blank=True, editable=False, null=True, verbose_name='last checked on')),
                ('assignee', models.ForeignKey(blank=True, db_constraint=False, help_text='Who checks it; not public.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='assigned to')),
            ],
            options={
                'abstract': False,
            },
        ),
        AddTrigger(
            model_name='pledgeevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='350f8082976777982e86e2b37aa826852d265342', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ce9ee', table='pledges_pledgeevent', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='UnitEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='pledges.unit')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('symbol', models.CharField(help_text='As written: 亿元.', max_length=20, serialize=False, verbose_name='symbol')),
                ('name_en', models.CharField(blank=True, max_length=50, verbose_name='English name')),
                ('dimension', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.dimension', verbose_name='dimension')),
                ('factor', models.DecimalField(decimal_places=12, help_text='How many base units this is: 1 亿元 is 100000000 元.', max_digits=30, verbose_name='factor')),
            ],
            options={
                'abstract': False,
            },
        ),
        AddTrigger(
            model_name='unitevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='67a8cf0758c6f0282913972fb6bfbd49d9c51ba8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7d3de', table='pledges_unitevent', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='WebhookSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='A name for this subscriber.', max_length=100, verbose_name='name')),
                ('url', models.URLField(help_text='Changes are POSTed to this URL. It must be on the public internet and begin with https://.', max_length=2000, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='address')),
                ('secret', models.CharField(default=pledges.models.webhook.new_secret, editable=False, max_length=100, verbose_name='secret')),
                ('district', models.ForeignKey(blank=True, help_text='Includes all districts below it. Leave empty for all.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pledges.district', verbose_name='district')),
                ('statuses', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('unchecked', 'unchecked'), ('in_progress', 'in progress'), ('met', 'met'), ('partly_met', 'partly met'), ('missed', 'missed'), ('unverifiable', 'unverifiable'), ('withdrawn', 'withdrawn by its maker')], max_length=12), blank=True, default=list, help_text='Pledges whose status is or was one of these. Leave empty for all.', size=None, verbose_name='statuses')),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('created', 'became public'), ('changed', 'changed'), ('status_changed', 'status changed'), ('withdrawn', 'no longer public')], max_length=14), blank=True, default=list, help_text='Leave empty for all.', size=None, verbose_name='events')),
                ('is_active', models.BooleanField(default=True, help_text='Changes made while it is off are sent when it is switched on again.', verbose_name='active')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created at')),
                ('busy_until', models.DateTimeField(editable=False, null=True)),
                ('position_number', models.BigIntegerField(default=pledges.models.webhook.next_number, editable=False)),
                ('position_ref', models.CharField(default='', editable=False, max_length=64)),
            ],
            options={
                'verbose_name': 'webhook subscription',
                'verbose_name_plural': 'webhook subscriptions',
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('url__iregex', '^https?://[^\\s/?#@]+([/?#]\\S*)?$')), name='webhook_subscription_url_is_http', violation_error_message='Enter a URL without user name and password.'), models.CheckConstraint(condition=models.Q(('statuses__contained_by', ['unchecked', 'in_progress', 'met', 'partly_met', 'missed', 'unverifiable', 'withdrawn'])), name='webhook_subscription_statuses_known', violation_error_message='Choose one of the values listed.'), models.CheckConstraint(condition=models.Q(('kinds__contained_by', ['created', 'changed', 'status_changed', 'withdrawn'])), name='webhook_subscription_kinds_known', violation_error_message='Choose one of the values listed.')],
            },
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='message id')),
                ('subscription', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='pledges.webhooksubscription', verbose_name='subscription')),
                ('change', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='pledges.change', verbose_name='change')),
                ('state', models.CharField(choices=[('pending', 'pending'), ('delivered', 'delivered'), ('given_up', 'given up')], default='pending', editable=False, max_length=10, verbose_name='delivery')),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='attempts')),
                ('next_attempt_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='next attempt')),
                ('last_attempt_at', models.DateTimeField(editable=False, null=True, verbose_name='last attempt')),
                ('payload', models.TextField(default='', editable=False, help_text='As it was sent last.', verbose_name='message')),
                ('response_status', models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='response')),
                ('response_excerpt', models.TextField(default='', editable=False, verbose_name='start of the response')),
                ('error', models.TextField(default='', editable=False, verbose_name='error')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created at')),
            ],
            options={
                'verbose_name': 'webhook delivery',
                'verbose_name_plural': 'webhook deliveries',
                'ordering': ['-pk'],
                'default_permissions': ('view', 'change'),
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['subscription', 'next_attempt_at', 'id'], name='webhook_delivery_pending'), models.Index(models.F('subscription'), models.OrderBy(models.F('id'), descending=True), name='webhook_delivery_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'delivered', 'given_up'])), name='webhook_delivery_state_known', violation_error_message='Choose one of the values listed.'), models.UniqueConstraint(fields=('subscription', 'change'), name='webhook_delivery_unique_for_change', violation_error_message='This change is already queued for this subscriber.')],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
            ],
            options={
                'verbose_name': 'API token',
                'verbose_name_plural': 'API tokens',
                'ordering': ['-created'],
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('knox.authtoken',),
        ),
        migrations.CreateModel(
            name='PledgeToCheck',
            fields=[
            ],
            options={
                'verbose_name': 'pledge to check',
                'verbose_name_plural': 'pledges to check',
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('pledges.pledge',),
        ),
    ]
