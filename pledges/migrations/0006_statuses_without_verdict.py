"""Statuses of pledges that nobody has begun, or that have stalled."""

import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models

from pledges.database.migration_operations import AtOnce
from pledges.database.upgrade import LockRecord


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0005_lock_derived'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        LockRecord(),
        AtOnce([
            migrations.RemoveConstraint(
                model_name='followup',
                name='follow_up_status_known',
            ),
            migrations.RemoveConstraint(
                model_name='pledge',
                name='pledge_status_known',
            ),
            migrations.RemoveConstraint(
                model_name='webhooksubscription',
                name='webhook_subscription_statuses_known',
            ),
            migrations.AlterField(
                model_name='change',
                name='previous_status',
                field=models.CharField(choices=[('unchecked', 'unchecked'), ('not_started', 'not started'), ('in_progress', 'in progress'), ('stalled', 'stalled'), ('met', 'met'), ('partly_met', 'partly met'), ('missed', 'missed'), ('unverifiable', 'unverifiable'), ('withdrawn', 'withdrawn by its maker')], max_length=12, null=True),
            ),
            migrations.AlterField(
                model_name='change',
                name='status',
                field=models.CharField(choices=[('unchecked', 'unchecked'), ('not_started', 'not started'), ('in_progress', 'in progress'), ('stalled', 'stalled'), ('met', 'met'), ('partly_met', 'partly met'), ('missed', 'missed'), ('unverifiable', 'unverifiable'), ('withdrawn', 'withdrawn by its maker')], max_length=12, null=True),
            ),
            migrations.AlterField(
                model_name='followup',
                name='status',
                field=models.CharField(choices=[('not_started', 'not started'), ('in_progress', 'in progress'), ('stalled', 'stalled'), ('met', 'met'), ('partly_met', 'partly met'), ('missed', 'missed'), ('unverifiable', 'unverifiable'), ('withdrawn', 'withdrawn by its maker')], max_length=12, verbose_name='status'),
            ),
            migrations.AlterField(
                model_name='followupevent',
                name='status',
                field=models.CharField(choices=[('not_started', 'not started'), ('in_progress', 'in progress'), ('stalled', 'stalled'), ('met', 'met'), ('partly_met', 'partly met'), ('missed', 'missed'), ('unverifiable', 'unverifiable'), ('withdrawn', 'withdrawn by its maker')], max_length=12, verbose_name='status'),
            ),
            migrations.AlterField(
                model_name='pledge',
                name='status',
                field=models.CharField(choices=[('unchecked', 'unchecked'), ('not_started', 'not started'), ('in_progress', 'in progress'), ('stalled', 'stalled'), ('met', 'met'), ('partly_met', 'partly met'), ('missed', 'missed'), ('unverifiable', 'unverifiable'), ('withdrawn', 'withdrawn by its maker')], db_default='unchecked', default='unchecked', editable=False, max_length=12, verbose_name='status'),
            ),
            migrations.AlterField(
                model_name='pledgecount',
                name='status',
                field=models.CharField(choices=[('unchecked', 'unchecked'), ('not_started', 'not started'), ('in_progress', 'in progress'), ('stalled', 'stalled'), ('met', 'met'), ('partly_met', 'partly met'), ('missed', 'missed'), ('unverifiable', 'unverifiable'), ('withdrawn', 'withdrawn by its maker')], max_length=12),
            ),
            migrations.AlterField(
                model_name='pledgeevent',
                name='status',
                field=models.CharField(choices=[('unchecked', 'unchecked'), ('not_started', 'not started'), ('in_progress', 'in progress'), ('stalled', 'stalled'), ('met', 'met'), ('partly_met', 'partly met'), ('missed', 'missed'), ('unverifiable', 'unverifiable'), ('withdrawn', 'withdrawn by its maker')], db_default='unchecked', default='unchecked', editable=False, max_length=12, verbose_name='status'),
            ),
            migrations.AlterField(
                model_name='webhooksubscription',
                name='statuses',
                field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('unchecked', 'unchecked'), ('not_started', 'not started'), ('in_progress', 'in progress'), ('stalled', 'stalled'), ('met', 'met'), ('partly_met', 'partly met'), ('missed', 'missed'), ('unverifiable', 'unverifiable'), ('withdrawn', 'withdrawn by its maker')], max_length=12), blank=True, default=list, help_text='Pledges whose status is or was one of these. Leave empty for all.', size=None, verbose_name='statuses'),
            ),
            migrations.AddConstraint(
                model_name='followup',
                constraint=models.CheckConstraint(condition=models.Q(('status__in', ['not_started', 'in_progress', 'stalled', 'met', 'partly_met', 'missed', 'unverifiable', 'withdrawn'])), name='follow_up_status_known', violation_error_message='Choose one of the values listed.'),
            ),
            migrations.AddConstraint(
                model_name='pledge',
                constraint=models.CheckConstraint(condition=models.Q(('status__in', ['unchecked', 'not_started', 'in_progress', 'stalled', 'met', 'partly_met', 'missed', 'unverifiable', 'withdrawn'])), name='pledge_status_known', violation_error_message='Choose one of the values listed.'),
            ),
            migrations.AddConstraint(
                model_name='webhooksubscription',
                constraint=models.CheckConstraint(condition=models.Q(('statuses__contained_by', ['unchecked', 'not_started', 'in_progress', 'stalled', 'met', 'partly_met', 'missed', 'unverifiable', 'withdrawn'])), name='webhook_subscription_statuses_known', violation_error_message='Choose one of the values listed.'),
            ),
        ]),
    ]
