"""Every change of a row is recorded with user and channel, and the history is append-only."""

from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from config.middleware.history import HistoryMiddleware
from pledges.models import Evidence, Official, Pledge
from tests.factories import make_amendment, make_body, make_follow_up, make_official, make_pledge, make_user

pytestmark = pytest.mark.django_db

NEVER = "Cannot update or delete rows"
EVENTS = [model for model in apps.get_app_config("pledges").get_models() if hasattr(model, "pgh_tracked_model")]


def history(model: type[Model]) -> QuerySet[Any]:
    """All events of a model, the oldest first."""
    event: Any = apps.get_model("pledges", f"{model.__name__}Event")
    rows: QuerySet[Any] = event.objects.order_by("pgh_id")
    return rows


def events(row: Model) -> QuerySet[Any]:
    return history(type(row)).filter(pgh_obj_id=row.pk)


def labels(row: Model) -> list[str]:
    return list(events(row).values_list("pgh_label", flat=True))


def test_models_of_the_record_are_tracked() -> None:
    tracked = {model.pgh_tracked_model.__name__ for model in EVENTS}
    assert tracked >= {"Pledge", "FollowUp", "Evidence", "Official", "Post", "District", "Document", "Statement"}
    assert tracked >= {"Metric", "Topic", "Unit", "Dimension"}


def test_save_writes_events() -> None:
    follow_up = make_follow_up(state="draft", evidence=False)
    follow_up.summary = "改好了"
    follow_up.save()
    assert labels(follow_up) == ["insert", "update"]
    assert [event.summary for event in events(follow_up)] == ["统计公报已公布。", "改好了"]


def test_deletion_keeps_the_last_values() -> None:
    follow_up = make_follow_up(state="draft")
    evidence = follow_up.evidence.get()
    pk, evidence_pk = follow_up.pk, evidence.pk
    follow_up.delete()
    follow_up.pk, evidence.pk = pk, evidence_pk
    assert labels(follow_up)[-1] == labels(evidence)[-1] == "delete"
    assert history(Evidence).get(pgh_label="delete").url == "https://news.example/report"


def test_bulk_write_records_an_event_for_each_row() -> None:
    first = make_pledge("a")
    second = Pledge.objects.get(pk=first.pk)
    second.pk, second.ref = None, "b"
    Pledge.objects.bulk_create([second])
    Pledge.objects.update(note="更正")
    for pledge in Pledge.objects.all():
        assert labels(pledge) == ["insert", "update"]


def test_sql_update_records_an_event_without_context() -> None:
    pledge = make_pledge()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pledges_pledge SET note = '更正'")
    event = events(pledge).latest("pgh_id")
    assert (event.pgh_label, event.note, event.pgh_context) == ("update", "更正", None)


def test_update_without_change_records_no_event() -> None:
    pledge = make_pledge()
    Pledge.objects.update(note=pledge.note)
    assert labels(pledge) == ["insert"]


def test_approval_records_an_event_of_the_pledge() -> None:
    pledge = make_follow_up().pledge
    assert [event.status for event in events(pledge)] == ["unchecked", "met"]


def test_admin_change_records_channel_user_and_url(client: Client) -> None:
    chief, official = make_user("chief", is_superuser=True), make_official()
    client.force_login(chief)
    url = reverse("admin:pledges_official_delete", args=[official.pk])
    assert client.post(url, {"post": "yes"}).status_code == 302
    context = history(Official).get(pgh_label="delete").pgh_context
    assert (context["channel"], context["user"], context["url"]) == ("admin", chief.pk, url)


def test_api_change_records_channel_and_user(rf: RequestFactory) -> None:
    request = rf.post("/api/v1/pledges/")
    request.user = make_user("chief")
    HistoryMiddleware(lambda _request: HttpResponse(make_pledge()))(request)  # type: ignore[no-untyped-call]
    context = history(Pledge).get().pgh_context
    assert (context["channel"], context["user"]) == ("api", request.user.pk)


def test_command_is_recorded_as_channel() -> None:
    with pghistory.context(channel="command", command="load_pledges"):
        pledge = make_pledge()
    assert events(pledge).get().pgh_context == {"channel": "command", "command": "load_pledges"}


@pytest.mark.parametrize("model", EVENTS, ids=lambda model: str(model.__name__))
def test_event_update_or_delete_is_rejected(model: Any) -> None:
    make_body()
    make_amendment(make_follow_up().pledge, value=380)
    assert model.objects.exists()
    with pytest.raises(ProgrammingError, match=NEVER), transaction.atomic():
        model.objects.update(pgh_label="nothing happened")
    with pytest.raises(ProgrammingError, match=NEVER), transaction.atomic():
        model.objects.all().delete()
    table = connection.ops.quote_name(model._meta.db_table)
    with pytest.raises(ProgrammingError, match=NEVER), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608
