"""New slugs have the form that files and forms require: any clean name for officials, ASCII for other rows."""

import pgtrigger.compiler
import pledges.models.person
from django.db import migrations, models

from pledges.database.upgrade import LockRecord
from pledges.database.migration_operations import AddTrigger, AtOnce


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0009_texts_are_clean'),
    ]

    operations = [
        LockRecord(),
        AtOnce([
            migrations.AlterField(
                model_name='official',
                name='slug',
                field=models.CharField(help_text="Made from the name if empty. For a namesake with a suffix: 李伟-玉泉. Can't be changed later.", max_length=100, unique=True, validators=[pledges.models.person.validate_slug], verbose_name='slug'),
            ),
            migrations.AlterField(
                model_name='officialevent',
                name='slug',
                field=models.CharField(help_text="Made from the name if empty. For a namesake with a suffix: 李伟-玉泉. Can't be changed later.", max_length=100, validators=[pledges.models.person.validate_slug], verbose_name='slug'),
            ),
            AddTrigger(
                model_name='dimension',
                trigger=pgtrigger.compiler.Trigger(name='reject_new_row_by_slug', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NOT (NEW.slug ~ '^[A-Za-z0-9_-]+$'))", func='RAISE EXCEPTION \'the row violates "slug_is_ascii"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'slug_is_ascii\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='bd9e0791129bf89d92ec9092232c229dbb37d779', operation='INSERT', pgid='pgtrigger_reject_new_row_by_slug_10c8a', table='pledges_dimension', when='BEFORE')),
            ),
            AddTrigger(
                model_name='district',
                trigger=pgtrigger.compiler.Trigger(name='reject_new_row_by_slug', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NOT (NEW.slug ~ '^[A-Za-z0-9_-]+$'))", func='RAISE EXCEPTION \'the row violates "slug_is_ascii"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'slug_is_ascii\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='7f45e485011031dc798b90bb77b243a730c5ba57', operation='INSERT', pgid='pgtrigger_reject_new_row_by_slug_e3ab1', table='pledges_district', when='BEFORE')),
            ),
            AddTrigger(
                model_name='document',
                trigger=pgtrigger.compiler.Trigger(name='reject_new_row_by_slug', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NOT (NEW.slug ~ '^[A-Za-z0-9_-]+$'))", func='RAISE EXCEPTION \'the row violates "slug_is_ascii"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'slug_is_ascii\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='57953996d69962490e7d4f9ad566e7fe6cbb63e4', operation='INSERT', pgid='pgtrigger_reject_new_row_by_slug_e5c57', table='pledges_document', when='BEFORE')),
            ),
            AddTrigger(
                model_name='metric',
                trigger=pgtrigger.compiler.Trigger(name='reject_new_row_by_slug', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NOT (NEW.slug ~ '^[A-Za-z0-9_-]+$'))", func='RAISE EXCEPTION \'the row violates "slug_is_ascii"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'slug_is_ascii\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='06c8223e2e030c4c1f2589371987653fecdaf0bf', operation='INSERT', pgid='pgtrigger_reject_new_row_by_slug_bfbd5', table='pledges_metric', when='BEFORE')),
            ),
            AddTrigger(
                model_name='official',
                trigger=pgtrigger.compiler.Trigger(name='reject_new_row_by_slug', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NOT (pledges_is_clean_name(NEW.slug) AND NEW.slug NOT IN ('.', '..')))", func='RAISE EXCEPTION \'the row violates "official_slug_is_clean"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'official_slug_is_clean\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='f2c895d80d8ef92e75d06a20a3dba2af66ab9d8b', operation='INSERT', pgid='pgtrigger_reject_new_row_by_slug_289e2', table='pledges_official', when='BEFORE')),
            ),
            AddTrigger(
                model_name='topic',
                trigger=pgtrigger.compiler.Trigger(name='reject_new_row_by_slug', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NOT (NEW.slug ~ '^[A-Za-z0-9_-]+$'))", func='RAISE EXCEPTION \'the row violates "slug_is_ascii"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'slug_is_ascii\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='61b5d814924427c551c2e93c2d3929742b167e9c', operation='INSERT', pgid='pgtrigger_reject_new_row_by_slug_6cc18', table='pledges_topic', when='BEFORE')),
            ),
        ]),
        migrations.AlterConstraint(
            model_name='district',
            name='district_slug_fits_url',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[^\\s\u3000/?#%]+$')), name='district_slug_fits_url', violation_error_message="A slug can't contain spaces, “/”, “?”, “#” or percent signs."),
        ),
        migrations.AlterConstraint(
            model_name='document',
            name='document_slug_fits_url',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[^\\s\u3000/?#%]+$')), name='document_slug_fits_url', violation_error_message="A slug can't contain spaces, “/”, “?”, “#” or percent signs."),
        ),
        migrations.AlterConstraint(
            model_name='metric',
            name='metric_slug_fits_url',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[^\\s\u3000/?#%]+$')), name='metric_slug_fits_url', violation_error_message="A slug can't contain spaces, “/”, “?”, “#” or percent signs."),
        ),
        migrations.AlterConstraint(
            model_name='official',
            name='official_slug_fits_url',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[^\\s\u3000/?#%]+$')), name='official_slug_fits_url', violation_error_message="A slug can't contain spaces, “/”, “?”, “#” or percent signs."),
        ),
    ]
