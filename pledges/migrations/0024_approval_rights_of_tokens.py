"""Let only those API tokens approve and return follow-ups that were created with this right."""

import django.db.models.deletion
from django.db import migrations, models

from pledges.database.upgrade import LockRecord


class Migration(migrations.Migration):

    dependencies = [
        ('knox', '0009_extend_authtoken_field'),
        ('pledges', '0023_follow_ups_of_unchanged_pledges'),
    ]

    operations = [
        LockRecord(),
        migrations.CreateModel(
            name='ApprovalRight',
            fields=[
                ('token', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='approval_right', serialize=False, to='knox.authtoken')),
            ],
            options={
                'default_permissions': (),
            },
        ),
    ]
