"""Let no new unit be another one that is only written otherwise, such as ％ beside %."""

import pgtrigger.compiler
from django.db import migrations

from pledges.database.migration_operations import AddTrigger, AtOnce
from pledges.database.upgrade import LockRecord


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0034_permanent_redirects'),
    ]

    operations = [
        LockRecord(),
        AtOnce([
            AddTrigger(
                model_name='unit',
                trigger=pgtrigger.compiler.Trigger(name='reject_variant_of_symbol', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            PERFORM pg_advisory_xact_lock(hashtext(\'pledges_unit.symbol\'));\n            IF EXISTS (\n                SELECT FROM pledges_unit\n                WHERE symbol <> NEW.symbol\n                    AND lower(replace(normalize(symbol, NFKC), \' \', \'\')) = lower(replace(normalize(NEW.symbol, NFKC), \' \', \'\'))\n            ) THEN\n                RAISE EXCEPTION \'the row violates "unit_symbol_is_new"\'\n        USING ERRCODE = \'check_violation\', CONSTRAINT = \'unit_symbol_is_new\',\n            DETAIL = coalesce(to_jsonb(NEW)->>\'ref\', to_jsonb(NEW)->>\'slug\', \'\');\n            END IF;\n            RETURN NULL;\n            ', hash='286e7ea0507a69f67ed949a9633393996196fcf0', operation='INSERT', pgid='pgtrigger_reject_variant_of_symbol_00f7e', table='pledges_unit', when='AFTER')),
            ),
        ]),
    ]
