"""Let an official have several statements on a page, one in each post."""

from django.db import migrations, models

from pledges.database.migration_operations import AtOnce
from pledges.database.upgrade import LockRecord


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0006_statuses_without_verdict'),
    ]

    operations = [
        LockRecord(),
        AtOnce([
            migrations.RemoveConstraint(
                model_name='statement',
                name='statement_unique',
            ),
            migrations.AddConstraint(
                model_name='statement',
                constraint=models.UniqueConstraint(fields=('document', 'official', 'post'), name='statement_unique', violation_error_message='This official has a statement in this post on this page already.'),
            ),
        ]),
    ]
