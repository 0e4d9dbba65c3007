"""Redirects from merged rows are changed by triggers only, so that no URL is lost."""

import pgtrigger.compiler
from django.db import migrations

from pledges.database.migration_operations import AddTrigger
from pledges.database.upgrade import LockRecord


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0033_relative_targets'),
    ]

    operations = [
        LockRecord(),
        AddTrigger(
            model_name='redirect',
            trigger=pgtrigger.compiler.Trigger(name='protect_redirect', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (pg_trigger_depth() = 0)', func='RAISE EXCEPTION \'the row violates "redirect_is_permanent"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'redirect_is_permanent\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');', hash='ad1d7ca98ab7324e39fb86240b5734726848e0a4', operation='UPDATE OR DELETE', pgid='pgtrigger_protect_redirect_10850', table='pledges_redirect', when='BEFORE')),
        ),
    ]
