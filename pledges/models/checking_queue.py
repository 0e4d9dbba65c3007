"""The queue of pledges to check in the admin, and the order in which each user sorts it."""

from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _

from pledges.models.pledge import Pledge


class PledgeToCheck(Pledge):
    """A proxy of `Pledge`, so that the admin can have a second list, of the pledges to check."""

    class Meta:
        proxy = True
        default_permissions = ()  # permissions of pledges and follow-ups apply
        verbose_name = _("pledge to check")
        verbose_name_plural = _("pledges to check")


class QueueOrder(models.Model):
    """The order in which a user last sorted the queue, as a value of the changelist parameter `o`."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="queue_order")
    ordering = models.CharField(max_length=50)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.ordering
