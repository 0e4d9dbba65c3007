"""Rows from before histories were kept: the history of each begins with what it is now.

And a status that was set by hand, without a follow-up, is none.
"""

from django.db import migrations

TRACKED = (
    "District", "Document", "Dimension", "Metric", "Official", "Pledge", "Post", "Statement", "Topic", "Unit",
)


def begin(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for name in TRACKED:
            table = apps.get_model("pledges", name)._meta.db_table
            event = apps.get_model("pledges", f"{name}Event")._meta
            key = apps.get_model("pledges", name)._meta.pk.column
            columns = ", ".join(f'"{field.column}"' for field in event.concrete_fields if not field.name.startswith("pgh_"))
            cursor.execute(
                f"""
                INSERT INTO {event.db_table} ({columns}, pgh_created_at, pgh_label, pgh_obj_id, pgh_context)
                SELECT {columns}, clock_timestamp(), 'insert', "{key}", '{{"channel": "command", "command": "migrate"}}'
                FROM {table} WHERE "{key}" NOT IN (SELECT pgh_obj_id FROM {event.db_table})
                """
            )
        cursor.execute(
            """
            UPDATE pledges_pledge SET status = 'unchecked', status_since = NULL, last_checked_on = NULL
            WHERE status <> 'unchecked' OR status_since IS NOT NULL OR last_checked_on IS NOT NULL
            """
        )


class Migration(migrations.Migration):
    dependencies = [("pledges", "0003_follow_ups")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
