"""A link is one http or https URL, in the database as in forms."""

import pledges.models.links
from django.core.management.base import CommandError
from django.db import migrations, models

from pledges.database.upgrade import LockRecord

ONE_LINK = r"(url ~* '^https?://[^\s/?#@]+([/?#]\S*)?$' AND url !~* '[;,|，；、]https?://')"

# The histories keep the former text.
KEEP_FIRST_LINK = rf"""
UPDATE pledges_document SET url = COALESCE(
    substring(regexp_replace(url, '//[^/?#@]*@', '//') FROM '(https?://[^\s/?#@]+([/?#][^\s;,|，；、]*)?)'), ''
) WHERE url <> '' AND NOT {ONE_LINK}
"""
OTHER_LINKS = f"""
SELECT 'evidence ' || id || ' of follow-up ' || follow_up_id || ': ' || url FROM pledges_evidence
WHERE url <> '' AND NOT {ONE_LINK}
UNION ALL SELECT 'webhook subscription ' || id || ': ' || url FROM pledges_webhooksubscription WHERE NOT {ONE_LINK}
"""


def reject_other_links(apps, schema_editor):
    """Evidence can't be changed by a migration: somebody has approved it."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(OTHER_LINKS)
        found = [row for (row,) in cursor.fetchall()]
    if found:
        raise CommandError("Correct these links with the old version first; nothing was migrated:\n" + "\n".join(found))


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0003_log_without_gaps'),
    ]

    operations = [
        LockRecord(),
        migrations.RunPython(reject_other_links, migrations.RunPython.noop),
        migrations.RunSQL(KEEP_FIRST_LINK, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),  # before tables are altered
        migrations.RemoveConstraint(
            model_name='evidence',
            name='evidence_link_is_http_url',
        ),
        migrations.RemoveConstraint(
            model_name='webhooksubscription',
            name='webhook_subscription_url_is_http',
        ),
        migrations.AlterField(
            model_name='document',
            name='url',
            field=pledges.models.links.LinkField(blank=True, max_length=500, verbose_name='address'),
        ),
        migrations.AlterField(
            model_name='documentevent',
            name='url',
            field=pledges.models.links.LinkField(blank=True, max_length=500, verbose_name='address'),
        ),
        migrations.AlterField(
            model_name='evidence',
            name='url',
            field=pledges.models.links.LinkField(blank=True, default='', help_text='URL of a report. Or upload a file, or select a statement.', max_length=2000, verbose_name='link'),
        ),
        migrations.AlterField(
            model_name='evidenceevent',
            name='url',
            field=pledges.models.links.LinkField(blank=True, default='', help_text='URL of a report. Or upload a file, or select a statement.', max_length=2000, verbose_name='link'),
        ),
        migrations.AlterField(
            model_name='webhooksubscription',
            name='url',
            field=pledges.models.links.LinkField(help_text='Changes are POSTed to this URL. It must be on the public internet and begin with https://.', max_length=2000, verbose_name='address'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('url', ''), models.Q(('url__iregex', '^https?://[^\\s/?#@]+([/?#]\\S*)?$'), models.Q(('url__iregex', '[;,|，；、]https?://'), _negated=True)), _connector='OR'), name='document_url_is_one_link', violation_error_message='Enter one link that begins with https:// or http://, without user name and password.'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('url', ''), models.Q(('url__iregex', '^https?://[^\\s/?#@]+([/?#]\\S*)?$'), models.Q(('url__iregex', '[;,|，；、]https?://'), _negated=True)), _connector='OR'), name='evidence_link_is_http_url', violation_error_message='Enter one link that begins with https:// or http://, without user name and password.'),
        ),
        migrations.AddConstraint(
            model_name='webhooksubscription',
            constraint=models.CheckConstraint(condition=models.Q(('url__iregex', '^https?://[^\\s/?#@]+([/?#]\\S*)?$'), models.Q(('url__iregex', '[;,|，；、]https?://'), _negated=True)), name='webhook_subscription_url_is_http', violation_error_message='Enter one link that begins with https:// or http://, without user name and password.'),
        ),
    ]
