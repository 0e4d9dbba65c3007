"""What belongs to the work at the desk and to nobody else: the queue, and what each editor prefers."""

from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _

from pledges.models.pledge import Pledge


class PledgeToCheck(Pledge):
    """A pledge as it stands in the queue of those who check."""

    class Meta:
        proxy = True
        default_permissions = ()  # those of pledges and follow-ups hold
        verbose_name = _("pledge to check")
        verbose_name_plural = _("pledges to check")


class QueueOrder(models.Model):
    """The order in which an editor last sorted the queue, as the list's parameter `o` has it."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="queue_order")
    ordering = models.CharField(max_length=50)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.ordering
