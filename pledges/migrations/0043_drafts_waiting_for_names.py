"""Keep pledges whose names the record lacks, until somebody adds the names."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from pledges.database.upgrade import LockRecord


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0042_statements_by_bodies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        LockRecord(),
        migrations.CreateModel(
            name='WaitingDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fields', models.JSONField(editable=False, verbose_name='fields')),
                ('missing', models.JSONField(editable=False, verbose_name='waits for')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created at')),
                ('proposer', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='waiting_drafts', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
            ],
            options={
                'verbose_name': 'draft that waits for a name',
                'verbose_name_plural': 'drafts that wait for a name',
                'ordering': ['id'],
                'default_permissions': ('view', 'delete'),
                'constraints': [models.CheckConstraint(condition=models.Q(('fields__has_keys', ['document', 'quote']), models.Q(('missing', {}), _negated=True)), name='waiting_draft_waits_for_names', violation_error_message='A draft that waits has a document, a quote and the names it waits for.')],
            },
        ),
    ]
