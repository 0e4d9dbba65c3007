"""Admin of webhook subscriptions and of the deliveries of their messages."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import display_for_value
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, RelatedDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from pledges.admin.labels import NEUTRAL
from pledges.models import WebhookDelivery, WebhookSubscription
from pledges.models.choices import DeliveryState
from pledges.models.webhook import WebhookDeliveryQuerySet, new_secret
from pledges.outbound.destinations import DestinationError, UnknownHostError, destination_of

DELIVERY_COLOURS = {
    DeliveryState.PENDING: NEUTRAL,
    DeliveryState.DELIVERED: "success",
    DeliveryState.GIVEN_UP: "danger",
}


class FormActionsAdmin(ModelAdmin):
    """An admin that also shows the actions in `actions_submit_line` as buttons of the form."""

    hidden_buttons = {"show_save_and_add_another": False, "show_save_and_continue": False}
    """Template variables that hide some of Django's save buttons."""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        return super().render_change_form(request, self.hidden_buttons | context, **kwargs)  # type: ignore[no-any-return]

    def response_change(self, request: HttpRequest, obj: models.Model) -> HttpResponse:
        for action in self.get_actions_submit_line(request, obj.pk):
            if action.action_name in request.POST:
                page: HttpResponse | None = action.method(request, self.get_queryset(request).filter(pk=obj.pk))
                return page or HttpResponseRedirect(request.get_full_path())
        return super().response_change(request, obj)  # type: ignore[no-any-return]


class WebhookSubscriptionForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean(self) -> dict[str, Any] | None:
        """Reject a URL to which no message would be sent.

        The model does not check it, because the DNS look-up needs the network. A host that DNS does not know is valid,
        because its name may be registered later.
        """
        cleaned = super().clean()
        url = self.cleaned_data.get("url")
        if url and self.cleaned_data.get("is_active"):
            try:
                destination_of(url)
            except UnknownHostError:
                pass
            except DestinationError as error:
                self.add_error("url", str(error))
        return cleaned


@admin.register(WebhookSubscription)
class WebhookSubscriptionAdmin(FormActionsAdmin):
    form = WebhookSubscriptionForm
    compressed_fields = False
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    warn_unsaved_form = True
    list_display = ["name", "host", "is_active", "last_delivery", "last_response", "pending_messages", "created_at"]
    list_filter = [("district", RelatedDropdownFilter)]
    list_select_related = ["district"]
    search_fields = ["name", "url"]
    autocomplete_fields = ["district"]
    fieldsets = [
        (None, {"fields": ["name", "url", "is_active"]}),
        (_("Scope"), {"fields": ["district", "statuses", "kinds"]}),
    ]
    actions = ["send_test", "replace_secret"]
    actions_submit_line = ["send_test"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookSubscription]:
        subscriptions: QuerySet[WebhookSubscription] = super().get_queryset(request)
        attempted = WebhookDelivery.objects.filter(subscription=OuterRef("pk"), last_attempt_at__isnull=False)
        newest = attempted.order_by("-pk")
        return subscriptions.annotate(
            last_state=Subquery(newest.values("state")[:1]),
            last_status=Subquery(newest.values("response_status")[:1]),
            last_error=Subquery(newest.values("error")[:1]),
            pending=Count("deliveries", filter=Q(deliveries__state=DeliveryState.PENDING)),
        )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if not isinstance(db_field, ArrayField):
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.MultipleChoiceField(
            choices=db_field.base_field.choices or (),
            label=capfirst(db_field.verbose_name),
            help_text=db_field.help_text,
            required=False,
            widget=UnfoldAdminCheckboxSelectMultipleWidget,
        )

    def save_model(self, request: HttpRequest, obj: WebhookSubscription, form: Any, change: bool) -> None:
        # A worker may have advanced the position in the change log since the form was opened.
        obj.save(update_fields=form.changed_data if change else None)

    def response_add(
        self, request: HttpRequest, obj: WebhookSubscription, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._secrets_page(request, [obj])

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Omit the deliveries, which are deleted too: there are many, and deleting them needs no permission."""
        names = [str(subscription) for subscription in objs]
        return names, {str(self.opts.verbose_name_plural): len(names)}, set(), []

    @admin.action(description=_("Send a test message"), permissions=["change"])
    def send_test(self, request: HttpRequest, queryset: QuerySet[WebhookSubscription]) -> None:
        tests = [WebhookDelivery(subscription=subscription) for subscription in queryset]
        count = len(WebhookDelivery.objects.bulk_create(tests))
        message = ngettext("%(count)d test message is on its way.", "%(count)d test messages are on their way.", count)
        self.message_user(request, message % {"count": count}, messages.SUCCESS)

    @admin.action(description=_("Replace the secret"), permissions=["change"])
    def replace_secret(self, request: HttpRequest, queryset: QuerySet[WebhookSubscription]) -> HttpResponse:
        subscriptions = list(queryset)
        for subscription in subscriptions:
            subscription.secret = new_secret()
            subscription.save(update_fields=["secret"])
            self.log_change(request, subscription, str(_("Secret replaced.")))
        return self._secrets_page(request, subscriptions)

    def _secrets_page(self, request: HttpRequest, subscriptions: Iterable[WebhookSubscription]) -> HttpResponse:
        # Shown in this response only: a message or a redirect would store the secret in a cookie or session.
        context = {"title": _("Webhook secret"), "opts": self.opts, "subscriptions": subscriptions}
        return TemplateResponse(request, "admin/webhook_secrets.html", self.admin_site.each_context(request) | context)

    @display(description=_("host"))
    def host(self, subscription: WebhookSubscription) -> str:
        return str(urlsplit(subscription.url).netloc)

    @display(description=_("last message"), label=DELIVERY_COLOURS, empty_value="–")
    def last_delivery(self, subscription: Any) -> tuple[str, Any] | None:
        state = subscription.last_state
        return (state, DeliveryState(state).label) if state else None

    @display(description=_("response"), empty_value="–")
    def last_response(self, subscription: Any) -> str | None:
        return _response_text(subscription.last_status, subscription.last_error)

    @display(description=_("messages pending"), ordering="pending")
    def pending_messages(self, subscription: Any) -> str:
        query = {"subscription__id__exact": subscription.pk, "state__exact": DeliveryState.PENDING}
        url = reverse("admin:pledges_webhookdelivery_changelist", query=query)
        return format_html('<a class="text-link" href="{}">{}</a>', url, subscription.pending)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(FormActionsAdmin):
    compressed_fields = False
    list_display = ["event", "subscription", "state_label", "attempts", "last_response", "created_at", "next_attempt"]
    list_display_links = ["event"]
    list_filter = [("state", ChoicesCheckboxFilter), ("subscription", RelatedDropdownFilter)]
    list_filter_submit = True
    list_select_related = ["subscription", "change"]
    search_fields = ["change__ref"]
    search_help_text = _("Reference")
    show_full_result_count = False
    fieldsets = [
        (None, {"fields": ["event", "subscription", "message_id"]}),
        (
            _("Delivery"),
            {"fields": [("state", "attempts"), ("created_at", "last_attempt_at", "next_attempt")]},
        ),
        (_("Response"), {"fields": ["last_response", "response_body"]}),
        (_("Message"), {"fields": ["message"]}),
    ]
    readonly_fields = [
        *("event", "subscription", "message_id", "state", "attempts", "created_at", "last_attempt_at"),
        *("next_attempt", "last_response", "response_body", "message"),
    ]
    actions = actions_submit_line = ["send_again"]
    hidden_buttons = FormActionsAdmin.hidden_buttons | {"show_save": False}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: WebhookDelivery | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: WebhookDelivery, form: Any, change: bool) -> None:
        """Save nothing: all fields are read-only, and the form is only posted for its actions."""

    @admin.action(description=_("Send again"), permissions=["change"])
    def send_again(self, request: HttpRequest, queryset: WebhookDeliveryQuerySet) -> None:
        count = WebhookDelivery.objects.filter(pk__in=queryset.values("pk")).send_again()
        message = ngettext("%(count)d message will be sent again.", "%(count)d messages will be sent again.", count)
        self.message_user(request, message % {"count": count}, messages.SUCCESS)

    @display(description=_("event"))
    def event(self, delivery: WebhookDelivery) -> str:
        return str(delivery)

    @display(description=_("delivery"), ordering="state", label=DELIVERY_COLOURS)
    def state_label(self, delivery: WebhookDelivery) -> tuple[str, str]:
        return delivery.state, delivery.get_state_display()

    @display(description=_("response"), empty_value="–")
    def last_response(self, delivery: WebhookDelivery) -> str | None:
        return _response_text(delivery.response_status, delivery.error)

    @display(description=_("next attempt"), ordering="next_attempt_at", empty_value="–")
    def next_attempt(self, delivery: WebhookDelivery) -> str | None:
        is_pending = delivery.state == DeliveryState.PENDING
        return display_for_value(delivery.next_attempt_at, "") if is_pending else None

    @display(description=_("start of the response"), empty_value="–")
    def response_body(self, delivery: WebhookDelivery) -> str | None:
        return _verbatim(delivery.response_excerpt)

    @display(description=_("as it was sent last"), empty_value="–")
    def message(self, delivery: WebhookDelivery) -> str | None:
        return _verbatim(delivery.payload and json.dumps(json.loads(delivery.payload), ensure_ascii=False, indent=2))


def _response_text(status: int | None, error: str | None) -> str | None:
    return " · ".join(filter(None, [str(status or ""), error])) or None


def _verbatim(text: str) -> str | None:
    return format_html('<pre class="verbatim">{}</pre>', text) if text else None
