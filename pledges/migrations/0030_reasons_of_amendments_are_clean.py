"""Reasons of amendments are clean, like all public texts: a control character made feeds unreadable."""

from django.db import migrations, models

from pledges.database.upgrade import LockRecord
from pledges.domain.text import clean_text

# An amendment is final, but cleaning changes nothing that a reader sees.
UNPROTECT = """
SELECT set_config('pgtrigger.ignore', ARRAY(
    SELECT tgname FROM pg_trigger
    WHERE tgrelid = 'pledges_amendment'::regclass AND tgname ~ '^pgtrigger_review_amendment_'
)::text, true)
"""
UNCLEAN = """
SELECT id, reason, review_note FROM pledges_amendment
WHERE NOT (pledges_is_clean_text(reason) AND pledges_is_clean_text(review_note))
"""
NOTHING = "—"  # for a reason or note of invisible characters only, since they must not be empty


def clean_reasons(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(UNPROTECT)
        cursor.execute(UNCLEAN)
        for key, *texts in cursor.fetchall():
            cleaned = [clean_text(text) or (text and NOTHING) for text in texts]
            cursor.execute("UPDATE pledges_amendment SET reason = %s, review_note = %s WHERE id = %s", [*cleaned, key])
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):

    dependencies = [
        ("pledges", "0029_successors_of_judged_pledges"),
    ]

    operations = [
        LockRecord(),
        migrations.RunPython(clean_reasons, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(condition=models.Q(models.Func(models.F('reason'), function='pledges_is_clean_text', output_field=models.BooleanField()), models.Func(models.F('review_note'), function='pledges_is_clean_text', output_field=models.BooleanField())), name='amendment_texts_are_clean', violation_error_message="A text has characters that the record doesn't keep, such as invisible ones or spaces at its ends."),
        ),
    ]
