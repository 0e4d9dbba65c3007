"""Webhook subscriptions and deliveries in the admin."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from pledges.models import WebhookDelivery, WebhookSubscription
from pledges.models.choices import DeliveryState
from tests.admin.forms import form_fields
from tests.factories import Record, make_delivery, make_subscription

ADD = reverse("admin:pledges_webhooksubscription_add")
LIST = reverse("admin:pledges_webhooksubscription_changelist")
DELIVERIES = reverse("admin:pledges_webhookdelivery_changelist")
FILLED_IN = {"name": "青城日报", "url": "https://93.184.216.34/hook", "is_active": "on"}


def form_of(row: Any) -> str:
    return reverse(f"admin:pledges_{row._meta.model_name}_change", args=[row.pk])


def secrets_in(response: Any) -> list[str]:
    return re.findall(r"whsec_[A-Za-z0-9+/=]+", response.content.decode())


def run_action(client: Client, page: str, action: str, *rows: Any) -> Any:
    return client.post(page, {"action": action, "_selected_action": [row.pk for row in rows]})


def test_secret_of_new_subscription_is_shown_once(administrator: Client) -> None:
    response = administrator.post(ADD, FILLED_IN | {"statuses": ["met", "missed"], "kinds": ["status_changed"]})
    subscription = WebhookSubscription.objects.get()
    assert secrets_in(response) == [subscription.secret]
    assert "no-store" in response["Cache-Control"]
    assert (subscription.statuses, subscription.kinds) == (["met", "missed"], ["status_changed"])
    delivery = make_delivery(subscription, payload="{}")
    delete = reverse("admin:pledges_webhooksubscription_delete", args=[subscription.pk])
    history = reverse("admin:pledges_webhooksubscription_history", args=[subscription.pk])
    for page in (LIST, form_of(subscription), delete, history, DELIVERIES, form_of(delivery), "/admin/"):
        response = administrator.get(page)
        assert response.status_code == 200
        assert subscription.secret not in response.content.decode()
    logged = list(LogEntry.objects.values_list("change_message", "object_repr"))
    sessions = [session.get_decoded() for session in Session.objects.all()]
    assert subscription.secret not in f"{logged} {sessions}"


def test_each_subscription_has_its_own_secret(administrator: Client) -> None:
    secrets = {secrets_in(administrator.post(ADD, FILLED_IN | {"name": name}))[0] for name in ("one", "two")}
    assert len(secrets) == 2


def test_replaced_secret_is_shown_and_logged(administrator: Client) -> None:
    subscription = make_subscription()
    response = run_action(administrator, LIST, "replace_secret", subscription)
    subscription.refresh_from_db()
    old = subscription.secret
    assert secrets_in(response) == [old]
    assert secrets_in(run_action(administrator, LIST, "replace_secret", subscription)) != [old]
    assert LogEntry.objects.filter(object_id=str(subscription.pk)).count() == 2


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "ftp://hooks.example/",
        "http://93.184.216.34/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.1:8443/hook",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://user:password@93.184.216.34/",
        "https://93.184.216.34:22/",
    ],
)
def test_disallowed_url_is_rejected_in_form(administrator: Client, url: str) -> None:
    response = administrator.post(ADD, FILLED_IN | {"url": url})
    assert response.context["adminform"].form.errors.keys() == {"url"}
    assert not WebhookSubscription.objects.exists()


def test_subscription_with_private_url_can_be_deactivated(administrator: Client) -> None:
    subscription = make_subscription(url="https://127.0.0.1/")
    fields = form_fields(administrator, form_of(subscription))
    response = administrator.post(form_of(subscription), fields | {"is_active": "on"})
    assert response.context["adminform"].form.errors.keys() == {"url"}
    del fields["is_active"]
    administrator.post(form_of(subscription), fields)
    assert not WebhookSubscription.objects.get().is_active


def test_setting_allows_private_url(administrator: Client, settings: Settings) -> None:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    administrator.post(ADD, FILLED_IN | {"url": "http://127.0.0.1:9000/hook"})
    assert WebhookSubscription.objects.get().url == "http://127.0.0.1:9000/hook"


@pytest.mark.parametrize(("field", "value"), [("statuses", "lost"), ("kinds", "x"), ("district", "0"), ("name", "")])
def test_unknown_value_is_rejected(administrator: Client, field: str, value: str) -> None:
    response = administrator.post(ADD, FILLED_IN | {field: value})
    assert response.context["adminform"].form.errors.keys() == {field}


def test_change_keeps_secret_and_log_position(administrator: Client, record: Record) -> None:
    subscription = make_subscription(url=FILLED_IN["url"], statuses=["met"])
    fields = form_fields(administrator, form_of(subscription))
    WebhookSubscription.objects.update(position_number=99, position_ref="yl-1")  # as a worker does meanwhile
    administrator.post(form_of(subscription), fields | {"name": "晚报", "district": record.county.pk, "statuses": []})
    changed = WebhookSubscription.objects.get()
    assert (changed.name, changed.district, changed.statuses) == ("晚报", record.county, [])
    assert (changed.secret, changed.position_number, changed.position_ref) == (subscription.secret, 99, "yl-1")


def test_test_message_is_queued_from_list_and_form(administrator: Client) -> None:
    subscription, other = make_subscription(url=FILLED_IN["url"]), make_subscription("other")
    run_action(administrator, LIST, "send_test", subscription, other)
    assert WebhookDelivery.objects.filter(change=None, state=DeliveryState.PENDING).count() == 2
    fields = form_fields(administrator, form_of(subscription))
    administrator.post(form_of(subscription), fields | {"pledges_webhooksubscription_send_test": "1"})
    assert subscription.deliveries.count() == 2


def test_list_shows_last_delivery(administrator: Client) -> None:
    subscription = make_subscription()
    now = timezone.now()
    make_delivery(subscription, state=DeliveryState.DELIVERED, last_attempt_at=now, response_status=200)
    make_delivery(subscription, state=DeliveryState.GIVEN_UP, last_attempt_at=now, response_status=503)
    make_delivery(subscription)
    (row,) = administrator.get(LIST).context["cl"].result_list
    assert (row.last_state, row.last_status, row.pending) == (DeliveryState.GIVEN_UP, 503, 1)


def test_delivery_shows_message_and_response(administrator: Client) -> None:
    payload = json.dumps({"type": "ping", "data": {"名": "<b>"}}, ensure_ascii=False)
    delivery = make_delivery(payload=payload, response_status=500, response_excerpt="<script>no</script>")
    page = administrator.get(form_of(delivery)).content.decode()
    assert "&quot;名&quot;: &quot;&lt;b&gt;&quot;" in page
    assert "&lt;script&gt;no&lt;/script&gt;" in page
    assert str(delivery.message_id) in page


@pytest.mark.parametrize("state", [DeliveryState.DELIVERED, DeliveryState.GIVEN_UP, DeliveryState.PENDING])
def test_delivery_is_queued_again_from_form(administrator: Client, state: DeliveryState) -> None:
    later = timezone.now() + timedelta(hours=9)
    delivery = make_delivery(state=state, attempts=5, next_attempt_at=later, payload="{}", response_status=500)
    administrator.post(form_of(delivery), {"pledges_webhookdelivery_send_again": "1"})
    again = WebhookDelivery.objects.get()
    assert (again.state, again.attempts, again.message_id) == (DeliveryState.PENDING, 0, delivery.message_id)
    assert again.next_attempt_at < later
    assert again.payload == "{}"


def test_deliveries_are_queued_again_from_list(administrator: Client) -> None:
    subscription = make_subscription()
    given_up = [make_delivery(subscription, state=DeliveryState.GIVEN_UP, attempts=9) for _ in range(2)]
    not_selected = make_delivery(subscription, state=DeliveryState.GIVEN_UP, attempts=9)
    run_action(administrator, DELIVERIES, "send_again", *given_up)
    assert set(WebhookDelivery.objects.filter(state=DeliveryState.PENDING)) == set(given_up)
    assert set(WebhookDelivery.objects.filter(state=DeliveryState.GIVEN_UP)) == {not_selected}


def test_post_of_delivery_form_changes_nothing(administrator: Client) -> None:
    delivery = make_delivery(state=DeliveryState.DELIVERED, attempts=1)
    before = WebhookDelivery.objects.values().get()
    administrator.post(form_of(delivery), {"state": "pending", "attempts": "0", "payload": "x"})
    assert WebhookDelivery.objects.values().get() == before


def test_list_of_deliveries_is_filtered(administrator: Client) -> None:
    one, other = make_subscription("one"), make_subscription("other")
    given_up = make_delivery(one, state=DeliveryState.GIVEN_UP)
    make_delivery(one)
    make_delivery(other, state=DeliveryState.GIVEN_UP)
    query = {"subscription__id__exact": str(one.pk), "state__exact": str(DeliveryState.GIVEN_UP)}
    assert list(administrator.get(DELIVERIES, query).context["cl"].result_list) == [given_up]


def test_deleting_subscription_deletes_deliveries(administrator: Client) -> None:
    subscription = make_subscription()
    make_delivery(subscription)
    administrator.post(reverse("admin:pledges_webhooksubscription_delete", args=[subscription.pk]), {"post": "yes"})
    assert not WebhookSubscription.objects.exists()
    assert not WebhookDelivery.objects.exists()


def test_webhooks_are_visible_to_administrators_only(chief: Client, administrator: Client) -> None:
    assert "webhook" not in chief.get("/admin/").content.decode().lower()
    assert chief.get(LIST).status_code == 403
    assert LIST in administrator.get("/admin/").content.decode()
