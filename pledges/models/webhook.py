"""Webhook subscriptions, and the deliveries that are sent to them."""

import secrets
import uuid
from base64 import b64encode
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Max, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pledges.models.change_log import Change, LogCursor, Revision
from pledges.models.choices import ChangeKind, DeliveryState, Status, allowed_values
from pledges.models.links import LinkField, link_constraint
from pledges.models.place import District

SECRET_PREFIX = "whsec_"  # noqa: S105 the prefix lets scanners recognise a leaked secret
SECRET_BYTES = 32


def new_secret() -> str:
    return SECRET_PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def next_number() -> int:
    """Return the revision from which a new subscription starts: the one after the newest."""
    newest: int | None = Revision.objects.aggregate(newest=Max("number"))["newest"]
    return (newest or 0) + 1


class WebhookSubscription(models.Model):
    """An endpoint to which changes are sent. Without filters, it receives all changes."""

    name = models.CharField(_("name"), max_length=100, help_text=_("A name for this subscriber."))
    url = LinkField(
        _("address"),
        max_length=2000,
        help_text=_("Changes are POSTed to this URL. It must be on the public internet and begin with https://."),
    )
    secret = models.CharField(_("secret"), max_length=100, default=new_secret, editable=False)
    district = models.ForeignKey(
        District,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("district"),
        help_text=_("Includes all districts below it. Leave empty for all."),
    )
    statuses = ArrayField(
        models.CharField(max_length=12, choices=Status),
        verbose_name=_("statuses"),
        default=list,
        blank=True,
        help_text=_("Pledges whose status is or was one of these. Leave empty for all."),
    )
    kinds = ArrayField(
        models.CharField(max_length=14, choices=ChangeKind),
        verbose_name=_("events"),
        default=list,
        blank=True,
        help_text=_("Leave empty for all."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Changes made while it is off are sent when it is switched on again.")
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)

    # A worker that sends a message reserves the subscription until this time. A flag would stay set if the worker is
    # killed.
    busy_until = models.DateTimeField(null=True, editable=False)

    # The position in the change log up to which deliveries have been queued.
    position_number = models.BigIntegerField(default=next_number, editable=False)
    position_ref = models.CharField(max_length=64, default="", editable=False)

    class Meta:
        verbose_name = _("webhook subscription")
        verbose_name_plural = _("webhook subscriptions")
        ordering = ["name"]
        constraints = [
            link_constraint("webhook_subscription_url_is_http", is_optional=False),
            models.CheckConstraint(
                condition=Q(statuses__contained_by=Status.values),
                name="webhook_subscription_statuses_known",
                violation_error_message=_("Choose one of the values listed."),
            ),
            models.CheckConstraint(
                condition=Q(kinds__contained_by=ChangeKind.values),
                name="webhook_subscription_kinds_known",
                violation_error_message=_("Choose one of the values listed."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def position(self) -> LogCursor:
        return LogCursor(self.position_number, self.position_ref)


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def pending(self) -> Self:
        return self.filter(state=DeliveryState.PENDING)

    def due(self) -> Self:
        is_free = Q(subscription__busy_until=None) | Q(subscription__busy_until__lte=Now())
        return self.pending().filter(is_free, subscription__is_active=True, next_attempt_at__lte=Now())

    def send_again(self) -> int:
        """Queue these deliveries again with their message ids, and return their number."""
        return self.update(state=DeliveryState.PENDING, attempts=0, next_attempt_at=Now())


class WebhookDelivery(models.Model):
    """A message to a subscription. Without a change, it is a test message."""

    message_id = models.UUIDField(_("message id"), default=uuid.uuid4, unique=True, editable=False)
    subscription = models.ForeignKey(
        WebhookSubscription,
        models.CASCADE,
        related_name="deliveries",
        db_index=False,
        verbose_name=_("subscription"),
    )
    change = models.ForeignKey(
        Change, models.PROTECT, null=True, related_name="deliveries", verbose_name=_("change"), db_index=False
    )
    state = models.CharField(
        _("delivery"), max_length=10, choices=DeliveryState, default=DeliveryState.PENDING, editable=False
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    next_attempt_at = models.DateTimeField(_("next attempt"), db_default=Now(), editable=False)
    last_attempt_at = models.DateTimeField(_("last attempt"), null=True, editable=False)
    payload = models.TextField(_("message"), default="", editable=False, help_text=_("As it was sent last."))
    response_status = models.PositiveSmallIntegerField(_("response"), null=True, editable=False)
    response_excerpt = models.TextField(_("start of the response"), default="", editable=False)
    error = models.TextField(_("error"), default="", editable=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        default_permissions = ("view", "change")  # "change" is the permission to send it again
        ordering = ["-pk"]
        constraints = [
            allowed_values("webhook_delivery", "state", DeliveryState),
            models.UniqueConstraint(
                fields=["subscription", "change"],
                name="webhook_delivery_unique_for_change",
                violation_error_message=_("This change is already queued for this subscriber."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["subscription", "next_attempt_at", "id"],
                name="webhook_delivery_pending",
                condition=Q(state=DeliveryState.PENDING),
            ),
            models.Index("subscription", F("id").desc(), name="webhook_delivery_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.event} · {self.change.ref}" if self.change else self.event

    @property
    def event(self) -> str:
        """The type of the event in the payload."""
        return f"pledge.{self.change.kind}" if self.change else "ping"
