from threading import Thread

import pytest
from django.db import DatabaseError, connection

from pledges.database.snapshot import snapshot
from pledges.models import Official
from tests.factories import make_official


def create_official_in_other_transaction(name: str) -> None:
    """Add an official in a transaction of its own."""

    def write() -> None:
        make_official(name)
        connection.close()

    thread = Thread(target=write)
    thread.start()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_concurrent_write_is_not_visible() -> None:
    with snapshot():
        assert Official.objects.count() == 0
        create_official_in_other_transaction("张三丰")
        assert Official.objects.count() == 0
    assert Official.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_write_inside_snapshot_is_rejected() -> None:
    with pytest.raises(DatabaseError, match="read-only"), snapshot():
        make_official("张三丰")


@pytest.mark.django_db
def test_snapshot_inside_transaction_sees_its_writes() -> None:
    make_official("张三丰")
    with snapshot():
        assert Official.objects.count() == 1
