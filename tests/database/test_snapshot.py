from threading import Thread

import pytest
from django.db import DatabaseError, connection

from pledges.database.snapshot import snapshot
from pledges.models import Official
from tests.factories import make_official


def elsewhere(name: str) -> None:
    """Add an official in a transaction of its own."""

    def write() -> None:
        make_official(name)
        connection.close()

    thread = Thread(target=write)
    thread.start()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_what_others_write_meanwhile_is_not_seen() -> None:
    with snapshot():
        assert Official.objects.count() == 0
        elsewhere("张三丰")
        assert Official.objects.count() == 0
    assert Official.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_inside() -> None:
    with pytest.raises(DatabaseError, match="read-only"), snapshot():
        make_official("张三丰")


@pytest.mark.django_db
def test_inside_a_transaction_it_sees_what_that_one_wrote() -> None:
    make_official("张三丰")
    with snapshot():
        assert Official.objects.count() == 1
